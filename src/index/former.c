/* SPDX-License-Identifier: ISC */
/*
 * former - passages that go with a new text, and passages that are back.
 *
 * Only a document that is stored anew with another text costs anything.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"
#include "ecsearch/former.h"
#include "ecsearch/records.h"
#include "ecsearch/text.h"

#include "former.h"
#include "passage_id.h"

_Static_assert((int)ECS_FORMER_WORDS == (int)ECS_SKETCH,
    "the records keep the whole sample");

/* One passage of a document; text belongs to the document. */
struct piece {
	char id[PASSAGE_ID_BYTES];
	const char *path;
	const char *text;
	size_t len;
};

struct pieces {
	struct piece *list;
	size_t n;
	size_t room;
	struct passage_ids ids;
};

static bool
add_piece(struct pieces *pieces, const char *path, const char *text, size_t len,
    struct ecs_err *err)
{
	struct piece *piece;

	if (pieces->n == pieces->room) {
		size_t room = pieces->room * 2 + 64;
		struct piece *larger =
		    realloc(pieces->list, room * sizeof(*larger));

		if (larger == NULL)
			return ecs_err_memory(err);
		pieces->list = larger;
		pieces->room = room;
	}
	piece = &pieces->list[pieces->n++];
	*piece = (struct piece){.path = path, .text = text, .len = len};
	return ecs_passage_ids_next(
	    &pieces->ids, path, text, len, piece->id, err);
}

/* The passages of a section are cut as the index cuts them. */
static bool
add_section(struct pieces *pieces, const struct ecs_doc_section *section,
    struct ecs_err *err)
{
	struct ecs_range *ranges = NULL;
	size_t cap = 0;
	long n = ecs_cut_passages(section->text, section->len, &ranges, &cap);
	bool ok = n >= 0 || ecs_err_memory(err);

	if (n == 0 && section->heading[0] != '\0')
		ok = add_piece(pieces, section->path, section->text, 0, err);
	for (long i = 0; ok && i < n; i++)
		ok = add_piece(pieces, section->path,
		    section->text + ranges[i].start,
		    ranges[i].end - ranges[i].start, err);
	free(ranges);
	return ok;
}

static bool
take_pieces(struct pieces *pieces, const struct ecs_doc *doc,
    struct ecs_analyzer *analyzer, struct ecs_err *err)
{
	ecs_passage_ids_init(&pieces->ids, analyzer, doc->id, doc->id_len);
	for (size_t i = 0; i < doc->nsections; i++)
		if (!add_section(pieces, &doc->sections[i], err))
			return false;
	return true;
}

static void
forget_pieces(struct pieces *pieces)
{
	ecs_passage_ids_fini(&pieces->ids);
	free(pieces->list);
}

static int
by_id(const void *a, const void *b)
{
	const struct piece *x = a;
	const struct piece *y = b;

	return strcmp(x->id, y->id);
}

static bool
has(const struct pieces *pieces, const struct piece *piece)
{
	return pieces->n > 0 &&
	    bsearch(piece, pieces->list, pieces->n, sizeof(*piece), by_id) !=
	    NULL;
}

/* ---- one document ---- */

struct change {
	struct ecs_records *records;
	int collection;
	const struct ecs_doc *doc;
	struct ecs_analyzer *analyzer;
	struct pieces before;
	struct pieces now;
	struct ecs_err *err;
};

static bool
note_gone(struct change *in, const struct piece *piece)
{
	struct ecs_former former = {.n = 0};
	struct ecs_sketch path;
	struct ecs_sketch words;

	if (!ecs_sketch_make(in->analyzer, piece->path, strlen(piece->path),
		&path, in->err) ||
	    !ecs_sketch_make(
		in->analyzer, piece->text, piece->len, &words, in->err))
		return false;
	memcpy(former.passage, piece->id, sizeof(former.passage));
	former.section = path.whole;
	former.n = words.n;
	memcpy(former.words, words.words, sizeof(words.words));
	return ecs_former_put(in->records, in->collection, in->doc->id,
	    in->doc->id_len, &former, in->err);
}

static bool
note_all(struct change *in)
{
	const struct ecs_doc *doc = in->doc;
	bool any = false;
	bool gone = false;

	if (!ecs_former_any(in->records, in->collection, doc->id, doc->id_len,
		&any, in->err))
		return false;
	for (size_t i = 0; any && i < in->now.n; i++)
		if (!has(&in->before, &in->now.list[i]) &&
		    !ecs_former_forget(in->records, in->collection, doc->id,
			doc->id_len, in->now.list[i].id, in->err))
			return false;
	for (size_t i = 0; i < in->before.n; i++) {
		if (has(&in->now, &in->before.list[i]))
			continue;
		gone = true;
		if (!note_gone(in, &in->before.list[i]))
			return false;
	}
	return !gone ||
	    ecs_former_bound(in->records, in->collection, doc->id, doc->id_len,
		ECS_FORMER_MOST, in->err);
}

static bool
compare(struct change *in, const struct ecs_doc *before)
{
	bool ok = take_pieces(&in->before, before, in->analyzer, in->err) &&
	    take_pieces(&in->now, in->doc, in->analyzer, in->err);

	if (ok && in->before.n > 0)
		qsort(
		    in->before.list, in->before.n, sizeof(struct piece), by_id);
	if (ok && in->now.n > 0)
		qsort(in->now.list, in->now.n, sizeof(struct piece), by_id);
	ok = ok && note_all(in);
	forget_pieces(&in->before);
	forget_pieces(&in->now);
	return ok;
}

bool
ecs_former_note(struct ecs_records *records, int collection,
    const struct ecs_doc *doc, struct ecs_analyzer *analyzer,
    struct ecs_err *err)
{
	struct change in = {.records = records,
	    .collection = collection,
	    .doc = doc,
	    .analyzer = analyzer,
	    .err = err};
	struct ecs_err why = {0};
	struct ecs_record record;
	struct ecs_doc *before;
	bool found;
	bool ok;

	if (doc->collection->sections == NULL)
		return true;
	if (!ecs_records_find(records, collection, doc->id, doc->id_len,
		&record, &found, err))
		return false;
	if (!found ||
	    (record.json_len == doc->json_len &&
		memcmp(record.json, doc->json, doc->json_len) == 0))
		return true;
	before =
	    ecs_doc_parse(doc->collection, record.json, record.json_len, &why);
	/* What today's schema refuses was not searched, so not cited. */
	if (before == NULL)
		return why.status < 500 || ecs_err_memory(err);
	ok = compare(&in, before);
	ecs_doc_free(before);
	return ok;
}
