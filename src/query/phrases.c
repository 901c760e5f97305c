/* SPDX-License-Identifier: ISC */
/*
 * phrases - from the records of a collection to its frequent phrases.
 *
 * Prose is read: open text fields that are searched, and sections.  Names are
 * not, they complete by themselves.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/records.h"

#include "ngrams.h"
#include "phrases.h"

enum { RUNS = 1 << 20, SLICE = 200, BYTES_OF_UNIT = 1500 };

struct gathering {
	const struct ecs_source *source;
	struct ngrams *ngrams;
	const atomic_bool *stop;
	uint32_t step; /* one document of so many is read */
	int64_t after; /* the last row seen */
	bool more;
	struct ecs_err *err;
};

static bool
add_string(struct gathering *in, const json_t *json)
{
	return !json_is_string(json) ||
	    ecs_ngrams_text(in->ngrams, json_string_value(json),
		json_string_length(json), in->err);
}

static bool
add_section(struct gathering *in, const json_t *section)
{
	return add_string(in, json_object_get(section, "heading")) &&
	    add_string(in, json_object_get(section, "text"));
}

static bool
add_field(
    struct gathering *in, const struct ecs_field *field, const json_t *json)
{
	size_t i;
	json_t *item;

	if (!json_is_array(json))
		return add_string(in, json);
	json_array_foreach (json, i, item)
		if (!(field->type == ECS_SECTIONS ? add_section(in, item)
						  : add_string(in, item)))
			return false;
	return true;
}

static bool
is_prose(const struct ecs_field *field)
{
	return (field->type == ECS_TEXT || field->type == ECS_SECTIONS) &&
	    field->weight > 0 && !field->is_private && !field->completes;
}

static bool
add_document(struct gathering *in, const json_t *document)
{
	const struct ecs_collection *of = in->source->collection;
	const char *lang = of->lang == NULL
	    ? NULL
	    : json_string_value(json_object_get(document, of->lang->name));

	ecs_ngrams_document(in->ngrams,
	    lang == NULL ? ECS_LANG_NONE : ecs_lang_find(lang, strlen(lang)));
	for (int i = 0; i < of->nfields; i++) {
		const struct ecs_field *field = &of->fields[i];

		if (is_prose(field) &&
		    !add_field(
			in, field, json_object_get(document, field->name)))
			return false;
	}
	return true;
}

static bool
read_record(void *user, const struct ecs_record *record)
{
	struct gathering *in = user;
	json_error_t why;
	json_t *json;
	bool ok;

	in->after = record->number;
	in->more = true;
	if (atomic_load(in->stop))
		return ecs_err_set(in->err, 503, "cancelled", "told to stop");
	if (record->number % in->step != 0)
		return true;
	json = json_loadb(record->json, record->json_len, 0, &why);
	/* A record that is no JSON any more is for "check" to find. */
	if (json == NULL)
		return true;
	ok = add_document(in, json);
	json_decref(json);
	return ok;
}

/* In slices, so that no reader stands long in the way of upkeep. */
static bool
read_all(struct gathering *in)
{
	in->after = -1;
	do {
		in->more = false;
		if (!ecs_record_scan(in->source->records,
			in->source->records_collection, in->after, SLICE,
			read_record, in, in->err))
			return false;
	} while (in->more && in->err->status == 0);
	return in->err->status == 0;
}

static const char *
phrase_text(void *user, uint32_t i, size_t *len)
{
	const struct phrases *phrases = user;

	*len = strlen(phrases->list[i].text);
	return phrases->list[i].text;
}

static bool
take_phrases(
    struct phrases *made, struct gathering *in, struct ecs_analyzer *analyzer)
{
	size_t n;
	struct ngram_phrase *list = ecs_ngrams_phrases(in->ngrams, &n, in->err);
	bool ok = list != NULL;

	if (ok) {
		made->list = calloc(n + 1, sizeof(*made->list));
		made->n = (uint32_t)n;
		ok = made->list != NULL;
	}
	for (size_t i = 0; ok && i < n; i++) {
		made->list[i].text =
		    ecs_arena_strdup(made->arena, list[i].text);
		made->list[i].documents = list[i].documents;
		ok = made->list[i].text != NULL;
	}
	free(list);
	if (!ok)
		return ecs_err_memory(in->err);
	made->completer =
	    ecs_completer_new(analyzer, phrase_text, made, made->n, in->err);
	return made->completer != NULL;
}

struct phrases *
ecs_phrases_gather(const struct ecs_source *source,
    struct ecs_analyzer *analyzer, const atomic_bool *stop, struct ecs_err *err)
{
	struct phrases *made = calloc(1, sizeof(*made));
	struct gathering in = {.source = source, .stop = stop, .err = err};
	uint64_t bytes =
	    (uint64_t)ecs_table_units(source->table) * BYTES_OF_UNIT;
	bool ok = false;

	if (made == NULL)
		goto out;
	atomic_init(&made->refs, 1);
	made->arena = ecs_arena_new();
	in.step = (uint32_t)(bytes / GATHER_BYTES) + 1;
	in.ngrams = ecs_ngrams_new(analyzer, RUNS, err);
	ok = made->arena != NULL && in.ngrams != NULL && read_all(&in) &&
	    ecs_ngrams_turn(in.ngrams, err) && read_all(&in) &&
	    take_phrases(made, &in, analyzer);
out:
	ecs_ngrams_free(in.ngrams);
	if (ok)
		return made;
	ecs_phrases_unref(made);
	if (err->status == 0)
		ecs_err_memory(err);
	return NULL;
}

void
ecs_phrases_unref(struct phrases *phrases)
{
	if (phrases == NULL || atomic_fetch_sub(&phrases->refs, 1) != 1)
		return;
	ecs_completer_unref(phrases->completer);
	free(phrases->list);
	ecs_arena_free(phrases->arena);
	free(phrases);
}

size_t
ecs_phrases_bytes(const struct phrases *phrases)
{
	return sizeof(*phrases) + ecs_completer_bytes(phrases->completer) +
	    phrases->n * sizeof(*phrases->list) +
	    ecs_arena_used(phrases->arena);
}
