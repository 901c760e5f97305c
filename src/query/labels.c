/* SPDX-License-Identifier: ISC */
/*
 * labels - the names of concepts: labels, aliases, and the id itself.
 */
#include <stdlib.h>
#include <string.h>

#include "labels.h"

static bool
is_shown(
    const struct ecs_schema *schema, const struct ecs_vocabulary *vocabulary)
{
	for (int c = 0; c < schema->ncollections; c++) {
		const struct ecs_collection *of = &schema->collections[c];

		for (int f = 0; f < of->nfields; f++)
			if (of->fields[f].vocabulary == vocabulary &&
			    of->fields[f].facet && !of->fields[f].is_private)
				return true;
	}
	return false;
}

static uint32_t
count_labels(const struct ecs_vocabulary *vocabulary)
{
	uint32_t n = 0;

	for (size_t i = 0; i < vocabulary->nconcepts; i++)
		n += ECS_LANGS + 1 + (uint32_t)vocabulary->concepts[i].naliases;
	return n;
}

static void
add_label(struct labels *labels, const struct label *concept, int lang,
    bool main, const char *text)
{
	struct label *label = &labels->list[labels->n];

	if (text == NULL || text[0] == '\0')
		return;
	*label = *concept;
	label->lang = lang;
	label->main = main;
	label->text = text;
	labels->n++;
}

static void
add_vocabulary(struct labels *labels, const struct ecs_vocabulary *vocabulary)
{
	for (size_t i = 0; i < vocabulary->nconcepts; i++) {
		const struct ecs_concept *concept = &vocabulary->concepts[i];
		struct label of = {.vocabulary = vocabulary,
		    .concept = (int)i,
		    .number = labels->concepts++};

		for (int lang = 0; lang < ECS_LANGS; lang++)
			add_label(labels, &of, lang, true,
			    concept->labels.text[lang]);
		for (size_t k = 0; k < concept->naliases; k++)
			add_label(labels, &of, concept->aliases[k].lang, false,
			    concept->aliases[k].text);
		add_label(labels, &of, ECS_LANG_NONE, false, concept->id);
	}
}

static const char *
label_text(void *user, uint32_t i, size_t *len)
{
	const struct labels *labels = user;

	*len = strlen(labels->list[i].text);
	return labels->list[i].text;
}

struct labels *
ecs_labels_new(const struct ecs_schema *schema, struct ecs_analyzer *analyzer,
    struct ecs_err *err)
{
	struct labels *labels = calloc(1, sizeof(*labels));
	uint32_t room = 1;

	if (labels == NULL)
		goto memory;
	for (int v = 0; v < schema->nvocabularies; v++)
		if (is_shown(schema, schema->vocabularies[v]))
			room += count_labels(schema->vocabularies[v]);
	labels->list = calloc(room, sizeof(*labels->list));
	if (labels->list == NULL)
		goto memory;
	for (int v = 0; v < schema->nvocabularies; v++)
		if (is_shown(schema, schema->vocabularies[v]))
			add_vocabulary(labels, schema->vocabularies[v]);
	labels->completer =
	    ecs_completer_new(analyzer, label_text, labels, labels->n, err);
	if (labels->completer != NULL)
		return labels;
	ecs_labels_free(labels);
	return NULL;
memory:
	ecs_labels_free(labels);
	ecs_err_memory(err);
	return NULL;
}

void
ecs_labels_free(struct labels *labels)
{
	if (labels == NULL)
		return;
	ecs_completer_unref(labels->completer);
	free(labels->list);
	free(labels);
}
