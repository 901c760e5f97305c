/* SPDX-License-Identifier: ISC */
/*
 * concepts - vocabulary names in any language lead to what carries the id.
 */
#include <stdlib.h>
#include <string.h>

#include "concepts.h"

struct ecs_concepts {
	struct ecs_names *names;
};

static bool
add_name(struct ecs_concepts *concepts, struct ecs_analyzer *analyzer,
    const struct name *name, struct ecs_err *err)
{
	return name->text == NULL ||
	    ecs_names_add(concepts->names, analyzer, name, err);
}

static bool
add_concept(struct ecs_concepts *concepts, struct ecs_analyzer *analyzer,
    const struct ecs_vocabulary *vocabulary, int index, struct ecs_err *err)
{
	const struct ecs_concept *concept = &vocabulary->concepts[index];
	struct name name = {.owner = vocabulary, .which = index};

	for (name.lang = 0; name.lang < ECS_LANGS; name.lang++) {
		name.text = concept->labels.text[name.lang];
		if (!add_name(concepts, analyzer, &name, err))
			return false;
	}
	for (size_t i = 0; i < concept->naliases; i++) {
		name.lang = concept->aliases[i].lang;
		name.text = concept->aliases[i].text;
		if (!add_name(concepts, analyzer, &name, err))
			return false;
	}
	return true;
}

/* Only vocabularies that some field is bound to lead anywhere. */
static bool
is_bound(
    const struct ecs_schema *schema, const struct ecs_vocabulary *vocabulary)
{
	for (int c = 0; c < schema->ncollections; c++) {
		const struct ecs_collection *collection =
		    &schema->collections[c];

		for (int f = 0; f < collection->nfields; f++)
			if (collection->fields[f].vocabulary == vocabulary &&
			    !collection->fields[f].open)
				return true;
	}
	return false;
}

struct ecs_concepts *
ecs_concepts_new(const struct ecs_schema *schema, struct ecs_analyzer *analyzer,
    struct ecs_err *err)
{
	struct ecs_concepts *concepts = calloc(1, sizeof(*concepts));

	if (concepts == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	concepts->names = ecs_names_new(err);
	if (concepts->names == NULL)
		goto fail;
	for (int v = 0; v < schema->nvocabularies; v++) {
		const struct ecs_vocabulary *vocabulary =
		    schema->vocabularies[v];

		if (!is_bound(schema, vocabulary))
			continue;
		for (size_t i = 0; i < vocabulary->nconcepts; i++)
			if (!add_concept(
				concepts, analyzer, vocabulary, (int)i, err))
				goto fail;
	}
	return concepts;
fail:
	ecs_concepts_free(concepts);
	return NULL;
}

void
ecs_concepts_free(struct ecs_concepts *concepts)
{
	if (concepts == NULL)
		return;
	ecs_names_free(concepts->names);
	free(concepts);
}

const struct ecs_names *
ecs_concepts_names(const struct ecs_concepts *concepts)
{
	return concepts->names;
}

size_t
ecs_concepts_find(const struct ecs_concepts *concepts,
    const struct typed *typed, struct concept_match *matches)
{
	struct name_match found[MAX_CONCEPT_MATCHES];
	size_t n = concepts == NULL ? 0
				    : ecs_names_find(concepts->names, typed,
					  found, MAX_CONCEPT_MATCHES);

	for (size_t i = 0; i < n; i++)
		matches[i] = (struct concept_match){.first = found[i].first,
		    .count = found[i].count,
		    .vocabulary = found[i].name->owner,
		    .concept = found[i].name->which,
		    .name = found[i].name->text,
		    .lang = found[i].name->lang};
	return n;
}
