/* SPDX-License-Identifier: ISC */
/*
 * instant_attribute - what the names of attributes mean.
 *
 *	country         a field; its values as they are stored
 *	country.label   the same values by their labels, in the language asked
 *	topics.lvl1     the second level of a vocabulary, as "Broader >
 *Narrower" objectID        the id
 *
 * Labels are told apart: one that two concepts share has its id behind it.
 */
#include <stdio.h>
#include <string.h>

#include "instant.h"

enum { DEEPEST = 32 }; /* levels of a vocabulary that are shown */

/* ---- fields ---- */

static const struct ecs_field *
open_field(const struct ecs_collection *collection, const char *name)
{
	const struct ecs_field *field = ecs_collection_field(collection, name);

	return field == NULL || field->is_private ? NULL : field;
}

/* A field of the index, or of another that the asker may see. */
static const struct ecs_field *
find_field(const struct instant_reader *in, const char *name, bool *here)
{
	const struct ecs_schema *schema = in->asker->schema;
	const struct ecs_field *field =
	    open_field(&schema->collections[in->to->collection], name);

	*here = field != NULL;
	for (int c = 0; field == NULL && c < schema->ncollections; c++)
		if (in->asker->visible[c])
			field = open_field(&schema->collections[c], name);
	return field;
}

/* "topics.lvl1" is cut to "topics"; false when it ends in nothing known. */
static bool
cut_ending(char *name, struct instant_attribute *to)
{
	char *dot = strrchr(name, '.');
	int used = 0;

	if (dot == NULL)
		return false;
	if (strcmp(dot, ".label") == 0)
		to->kind = INSTANT_LABEL;
	else if (sscanf(dot, ".lvl%2d%n", &to->level, &used) == 1 &&
	    dot[used] == '\0' && to->level >= 0)
		to->kind = INSTANT_LEVEL;
	else
		return false;
	*dot = '\0';
	return true;
}

static bool
unknown(struct instant_reader *in, const char *name)
{
	const struct ecs_schema *schema = in->asker->schema;
	const struct ecs_collection *of =
	    &schema->collections[in->to->collection];
	const char **names =
	    ecs_arena_alloc(in->arena, (size_t)of->nfields * sizeof(*names));
	size_t n = 0;

	ecs_instant_fail(in, "there is no attribute \"%.60s\"", name);
	for (int i = 0; names != NULL && i < of->nfields; i++)
		if (!of->fields[i].is_private)
			names[n++] = of->fields[i].name;
	ecs_err_did_you_mean(in->err, ecs_nearest_word(name, names, n));
	return false;
}

bool
ecs_instant_attribute(struct instant_reader *in, const char *name, size_t len,
    struct instant_attribute *to)
{
	char *own = ecs_arena_strndup(in->arena, name, len);

	memset(to, 0, sizeof(*to));
	to->name = ecs_arena_strndup(in->arena, name, len);
	if (own == NULL || to->name == NULL)
		return ecs_err_memory(in->err);
	to->field = find_field(
	    in, strcmp(own, "objectID") == 0 ? "id" : own, &to->here);
	if (to->field == NULL && cut_ending(own, to)) {
		to->field = find_field(in, own, &to->here);
		if (to->field != NULL && to->field->vocabulary == NULL)
			return ecs_instant_fail(in,
			    "\"%.60s\" has no labels: \"%.60s\" has no "
			    "vocabulary",
			    to->name, own);
	}
	return to->field != NULL || unknown(in, to->name);
}

/* ---- names of concepts ---- */

static const char *
label_of(const struct ecs_vocabulary *vocabulary, int concept, int lang)
{
	const struct ecs_concept *it = &vocabulary->concepts[concept];

	return ecs_label(&it->labels, lang, it->id);
}

static bool
is_shared(const struct ecs_vocabulary *vocabulary, int concept, int lang)
{
	const char *label = label_of(vocabulary, concept, lang);

	for (size_t i = 0; i < vocabulary->nconcepts; i++)
		if ((int)i != concept &&
		    strcmp(label_of(vocabulary, (int)i, lang), label) == 0)
			return true;
	return false;
}

/* The concept and what is broader, the broadest last; returns how many. */
static size_t
list_path(const struct ecs_vocabulary *vocabulary, int concept, int *path)
{
	size_t n = 0;

	while (concept >= 0 && n < DEEPEST) {
		path[n++] = concept;
		concept = vocabulary->concepts[concept].broader;
	}
	return n;
}

void
ecs_instant_name(const struct ecs_vocabulary *vocabulary, int concept,
    enum instant_kind kind, int lang, struct ecs_buf *out)
{
	int path[DEEPEST];
	size_t n = 1;

	path[0] = concept;
	if (kind == INSTANT_LEVEL)
		n = list_path(vocabulary, concept, path);
	while (n-- > 0) {
		ecs_buf_puts(out, label_of(vocabulary, path[n], lang));
		if (n > 0)
			ecs_buf_puts(out, INSTANT_SEPARATOR);
	}
	if (kind == INSTANT_LABEL && is_shared(vocabulary, concept, lang))
		ecs_buf_printf(out, " (%s)", vocabulary->concepts[concept].id);
}

/* Does text end with the concept's label, perhaps with its id behind it? */
static bool
may_be_called(const struct instant_attribute *attribute, int concept, int lang,
    const char *text)
{
	const char *label =
	    label_of(attribute->field->vocabulary, concept, lang);
	size_t len = strlen(label);
	size_t all = strlen(text);

	if (attribute->kind == INSTANT_LABEL)
		return strncmp(text, label, len) == 0;
	return all >= len && strcmp(text + all - len, label) == 0;
}

int
ecs_instant_find(const struct instant_attribute *attribute, int lang,
    const char *text, int from)
{
	const struct ecs_vocabulary *vocabulary = attribute->field->vocabulary;
	struct ecs_buf name = {0};
	int found = -1;

	for (int i = from; found < 0 && i < (int)vocabulary->nconcepts; i++) {
		if (!may_be_called(attribute, i, lang, text))
			continue;
		ecs_buf_reset(&name);
		ecs_instant_name(vocabulary, i, attribute->kind, lang, &name);
		if (name.data != NULL && strcmp(name.data, text) == 0)
			found = i;
	}
	ecs_buf_fini(&name);
	return found;
}
