/* SPDX-License-Identifier: ISC */
/*
 * terms - analyse a document into the units that the index stores.
 *
 * The head holds every searched field but the sections; each passage of a
 * section is a unit of its own.  A section's heading is indexed with its first
 * passage.  Values of one field are POSITION_GAP apart, so that no phrase
 * reaches from one into the next.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/doc.h"
#include "ecsearch/err.h"
#include "ecsearch/layout.h"
#include "ecsearch/text.h"
#include "ecsearch/xapian.h"

#include "passage_id.h"

enum { POSITION_GAP = 100 };

struct builder {
	const struct ecs_doc *doc;
	const struct ecs_unit_maker *maker;
	struct ecs_units *units;
	struct ecs_unit *unit; /* being filled */
	int place;
	uint32_t position; /* of the last word before the text in hand */
	struct passage_ids ids;
	size_t counted; /* bytes of the section whose characters are known */
	size_t characters;
	struct ecs_err *err;
};

static bool
note_hash(struct ecs_units *units, uint64_t hash)
{
	size_t room = units->hash_room == 0 ? 512 : units->hash_room * 2;
	uint64_t *larger;

	if (units->nhashes == units->hash_room) {
		larger = realloc(units->hashes, room * sizeof(*larger));
		if (larger == NULL)
			return false;
		units->hashes = larger;
		units->hash_room = room;
	}
	units->hashes[units->nhashes++] = hash;
	return true;
}

static bool
add_form(void *user, const struct ecs_form *form)
{
	struct builder *in = user;
	char term[ECS_TERM_BYTES];
	size_t len = ecs_term_make(term, in->place, form);

	if (!note_hash(in->units, ecs_termset_hash(term, len)))
		return ecs_err_memory(in->err);
	if (form->kind != ECS_FORM_EXACT)
		return ecs_index_entry_term(
		    in->unit->entry, term, len, 1, in->err);
	return ecs_index_entry_posting(in->unit->entry, term, len,
	    in->position + form->token + 1, in->err);
}

/* Add the words of text to the unit in hand; returns how many, -1 on failure.
 */
static long
add_words(struct builder *in, const char *text, size_t len, int lang)
{
	long words =
	    ecs_analyze(in->maker->analyzer, text, len, lang, add_form, in);

	if (words < 0) {
		ecs_err_memory(in->err);
		return -1;
	}
	in->unit->lengths[in->place] += (uint32_t)words;
	in->position += (uint32_t)words + POSITION_GAP;
	return words;
}

static bool
begin_unit(struct builder *in)
{
	struct ecs_units *units = in->units;
	struct ecs_unit *list =
	    realloc(units->list, (units->n + 1) * sizeof(*list));

	if (list == NULL)
		return ecs_err_memory(in->err);
	units->list = list;
	in->unit = &list[units->n];
	in->unit->lengths = calloc(
	    ecs_unit_lengths(in->doc->collection), sizeof(*in->unit->lengths));
	in->unit->entry = ecs_index_entry_new(in->err);
	units->n++;
	if (in->unit->lengths == NULL)
		return ecs_err_memory(in->err);
	return in->unit->entry != NULL;
}

/* ---- languages ---- */

static int
detected(const struct builder *in, const char *text, size_t len)
{
	if (in->maker->detector == NULL)
		return ECS_LANG_NONE;
	return ecs_detect_lang(in->maker->detector, text, len);
}

/* The document's language: given, or that of its longest text, or assumed. */
static int
document_lang(const struct builder *in)
{
	const struct ecs_doc *doc = in->doc;
	const char *longest = "";
	size_t len = 0;
	int lang;

	if (doc->lang != NULL)
		return ecs_lang_find(doc->lang, strlen(doc->lang));
	for (size_t i = 0; i < doc->ntexts; i++) {
		if (doc->texts[i].len <= len)
			continue;
		longest = doc->texts[i].text;
		len = doc->texts[i].len;
	}
	lang = detected(in, longest, len);
	return lang == ECS_LANG_NONE ? doc->collection->language : lang;
}

static int
passage_lang(const struct builder *in, const char *text, size_t len)
{
	int lang;

	if (in->doc->lang != NULL)
		return in->units->lang;
	lang = detected(in, text, len);
	return lang == ECS_LANG_NONE ? in->units->lang : lang;
}

static void
note_lang(struct ecs_units *units, int lang)
{
	if (lang >= 0)
		units->langs |= UINT32_C(1) << lang;
}

/* ---- passages ---- */

/*
 * Code points in the section before the byte at; asked in ascending order, so
 * that a long section is counted once and not once a passage.
 */
static size_t
characters_before(
    struct builder *in, const struct ecs_doc_section *section, size_t at)
{
	in->characters +=
	    ecs_count_characters(section->text + in->counted, at - in->counted);
	in->counted = at;
	return in->characters;
}

static bool
store_passage(struct builder *in, const struct ecs_doc_section *section,
    const struct ecs_range *range, const char *id, int lang)
{
	const char *text = section->text + range->start;
	size_t start = characters_before(in, section, range->start);
	size_t end = characters_before(in, section, range->end);
	size_t len = range->end - range->start;
	const struct ecs_passage passage = {.id = id,
	    .section = section->path,
	    .page = section->page,
	    .start = (uint32_t)start,
	    .end = (uint32_t)end,
	    .lang = ecs_lang_code(lang),
	    .text = text,
	    .len = len};
	struct ecs_buf data = {0};
	bool ok;

	ecs_passage_write(&data, &passage);
	ok = data.failed ? ecs_err_memory(in->err)
			 : ecs_index_entry_data(
			       in->unit->entry, data.data, data.len, in->err);
	ecs_buf_fini(&data);
	return ok;
}

static bool
add_passage(struct builder *in, const struct ecs_doc_section *section,
    const struct ecs_range *ranges, long n)
{
	const struct ecs_field *field = in->doc->collection->sections;
	const char *text = section->text + ranges[n].start;
	size_t len = ranges[n].end - ranges[n].start;
	int lang = passage_lang(in, text, len);
	char id[17];

	if (!begin_unit(in))
		return false;
	note_lang(in->units, lang);
	if (!ecs_passage_ids_next(
		&in->ids, section->path, text, len, id, in->err) ||
	    !store_passage(in, section, &ranges[n], id, lang))
		return false;
	in->position = 0;
	in->place = field->text + 1;
	if (n == 0 && field->text >= 0 &&
	    add_words(in, section->heading, strlen(section->heading), lang) < 0)
		return false;
	in->position = 0;
	in->place = field->text;
	return field->text < 0 || add_words(in, text, len, lang) >= 0;
}

static bool
add_section(struct builder *in, const struct ecs_doc_section *section)
{
	const struct ecs_range nothing = {0, 0};
	struct ecs_range *ranges = NULL;
	size_t cap = 0;
	long n = ecs_cut_passages(section->text, section->len, &ranges, &cap);
	bool ok = n >= 0 || ecs_err_memory(in->err);

	in->characters = in->counted = 0;
	/* A heading without text is still found. */
	if (n == 0 && section->heading[0] != '\0')
		ok = add_passage(in, section, &nothing, 0);
	for (long i = 0; ok && i < n; i++)
		ok = add_passage(in, section, ranges, i);
	free(ranges);
	return ok;
}

/* The head keeps the words of all passages, for the document's length. */
static void
sum_passages(struct ecs_units *units, const struct ecs_collection *collection)
{
	const struct ecs_field *field = collection->sections;
	size_t last = ecs_unit_lengths(collection) - 1;

	if (field == NULL || field->text < 0)
		return;
	for (size_t i = 1; i < units->n; i++)
		units->list[0].lengths[last] +=
		    units->list[i].lengths[field->text];
}

static bool
build(struct builder *in)
{
	const struct ecs_doc *doc = in->doc;
	uint32_t positions[ECS_MAX_TEXTS] = {0};

	in->units->lang = document_lang(in);
	note_lang(in->units, in->units->lang);
	if (!begin_unit(in))
		return false;
	for (size_t i = 0; i < doc->ntexts; i++) {
		const struct ecs_doc_text *text = &doc->texts[i];

		in->place = text->place;
		in->position = positions[text->place];
		if (add_words(in, text->text, text->len, in->units->lang) < 0)
			return false;
		positions[text->place] = in->position;
	}
	for (size_t i = 0; i < doc->nsections; i++)
		if (!add_section(in, &doc->sections[i]))
			return false;
	sum_passages(in->units, doc->collection);
	return true;
}

bool
ecs_units_build(const struct ecs_doc *doc, const struct ecs_unit_maker *maker,
    struct ecs_units *units, struct ecs_err *err)
{
	struct builder in = {
	    .doc = doc, .maker = maker, .units = units, .err = err};

	bool ok;

	memset(units, 0, sizeof(*units));
	ecs_passage_ids_init(&in.ids, maker->analyzer, doc->id, doc->id_len);
	ok = build(&in);
	ecs_passage_ids_fini(&in.ids);
	if (!ok)
		ecs_units_fini(units);
	return ok;
}

void
ecs_units_fini(struct ecs_units *units)
{
	for (size_t i = 0; i < units->n; i++) {
		ecs_index_entry_free(units->list[i].entry);
		free(units->list[i].lengths);
	}
	free(units->list);
	free(units->hashes);
	memset(units, 0, sizeof(*units));
}
