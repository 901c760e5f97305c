/* SPDX-License-Identifier: ISC */
/*
 * appearances_api - when a term is first and last said in a family of texts.
 *
 * Every document that the filters let through is told, in the order of dates,
 * also those without the term; those without a date come last.
 */
#include <stdlib.h>
#include <string.h>

#include "desk_api.h"

enum { MOST_DOCUMENTS = 2000 };

static const char *const own[] = {"family", NULL};
static const char *const columns[] = {
    "id", "title", "edition", "date", "lang", "count", NULL};

struct said {
	uint32_t row;
	json_t *document; /* what a hit shows of it */
	const char *date; /* "" when it has none; in document */
	uint64_t count;
};

struct appearances {
	struct desk_ask *ask;
	struct desk_work *work;
	struct said *list;
	size_t n;
	struct ecs_places places;
	struct desk_table table;
};

/* The search with the family among its filters. */
static struct ecs_search *
read_search(struct desk_ask *ask, bool with_words)
{
	const char *family = json_string_value(ecs_desk_given(ask, "family"));
	json_t *chosen = json_copy(ask->chosen);
	struct ecs_search *search = NULL;
	bool ok = chosen != NULL;

	if (ok && family != NULL)
		ok = json_object_set_new(chosen, "filter",
			 json_pack(
			     "[[o]]", json_sprintf("family:%s", family))) == 0;
	if (ok && !with_words)
		ok = json_object_set_new(chosen, "q", json_string("")) == 0;
	if (ok)
		search = ecs_desk_search(ask, chosen);
	else
		ecs_err_memory(&ask->call->err);
	json_decref(chosen);
	return search;
}

/* ---- the documents ---- */

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

static bool
take_document(struct appearances *in, uint32_t row)
{
	const struct ecs_source *source = &in->work->source;
	struct call *call = in->work->call;
	struct said *said = &in->list[in->n];
	struct ecs_buf text = {0};
	struct ecs_record record;
	const char *json;
	bool found;

	if (!ecs_record_hit_by_number(source->records,
		source->records_collection, row, source->revision, &record,
		&found, &call->err))
		return false;
	if (!found)
		return ecs_err_set(&call->err, 500, "record_missing",
		    "a document of the index is not in the records");
	json = record.hit == NULL ? record.json : record.hit;
	ecs_view_document(call, source->index, json,
	    record.hit == NULL ? record.json_len : record.hit_len, &text);
	*said = (struct said){.row = row};
	said->document =
	    text.failed ? NULL : json_loadb(text.data, text.len, 0, NULL);
	ecs_buf_fini(&text);
	if (said->document == NULL)
		return ecs_err_memory(&call->err);
	said->date = text_of(said->document, "date");
	in->n++;
	return true;
}

static bool
take_documents(struct appearances *in, const struct ecs_bitmap *rows)
{
	in->list = calloc(MOST_DOCUMENTS, sizeof(*in->list));
	if (in->list == NULL)
		return ecs_err_memory(&in->work->call->err);
	for (uint32_t row = ecs_bitmap_next(rows, 0); row != UINT32_MAX;
	     row = ecs_bitmap_next(rows, row + 1)) {
		if (in->n == MOST_DOCUMENTS)
			return ecs_desk_wrong(in->ask, "filter",
			    "lets more than 2,000 documents through: name a "
			    "family");
		if (!take_document(in, row))
			return false;
	}
	return true;
}

static int
by_date(const void *a, const void *b)
{
	const struct said *x = a;
	const struct said *y = b;
	int order = strcmp(x->date, y->date);

	if ((x->date[0] == '\0') != (y->date[0] == '\0'))
		return x->date[0] == '\0' ? 1 : -1;
	return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

/* ---- the places ---- */

/* The documents are still in the order of rows. */
static struct said *
find_row(struct appearances *in, uint32_t row)
{
	size_t low = 0;
	size_t high = in->n;

	while (low < high) {
		size_t half = (low + high) / 2;

		if (in->list[half].row < row)
			low = half + 1;
		else
			high = half;
	}
	return low < in->n && in->list[low].row == row ? &in->list[low] : NULL;
}

static bool
count_places(struct appearances *in)
{
	struct ecs_err *err = &in->work->call->err;
	struct ecs_kwic_reader *reader =
	    ecs_kwic_reader_new(&in->work->desk, 1, err);
	bool ok = reader != NULL;

	for (size_t i = 0; ok && i < in->places.n; i++) {
		struct ecs_kwic_line line;
		struct said *said;

		ok = ecs_kwic_read(reader, &in->places.list[i], &line, err);
		said = ok ? find_row(in, line.row) : NULL;
		if (said != NULL)
			said->count++;
	}
	ecs_kwic_reader_free(reader);
	return ok;
}

/* ---- the answer ---- */

static void
write_end(struct appearances *in, const char *name, bool last)
{
	struct ecs_buf *out = ecs_reply_body(in->work->call->reply);
	const struct said *found = NULL;

	for (size_t i = 0; i < in->n; i++)
		if (in->list[i].count > 0 && (last || found == NULL))
			found = &in->list[i];
	ecs_buf_printf(out, ",\"%s\":", name);
	if (found == NULL) {
		ecs_buf_puts(out, "null");
		return;
	}
	ecs_buf_puts(out, "{\"id\":");
	ecs_buf_json_str(out, text_of(found->document, "id"));
	ecs_buf_puts(out, ",\"edition\":");
	ecs_buf_json_str(out, text_of(found->document, "edition"));
	ecs_buf_puts(out, ",\"date\":");
	ecs_buf_json_str(out, found->date);
	ecs_buf_putc(out, '}');
}

static bool
write_rows(struct appearances *in)
{
	for (size_t i = 0; i < in->n; i++) {
		const struct said *said = &in->list[i];

		ecs_table_row_begin(&in->table);
		for (size_t c = 0; c < 5; c++) {
			const char *text = text_of(said->document, columns[c]);

			ecs_cell_text(
			    &in->table, columns[c], text, strlen(text));
		}
		ecs_cell_count(&in->table, "count", said->count);
		if (!ecs_table_row_end(&in->table))
			return false;
	}
	return true;
}

static bool
write_answer(struct appearances *in, const struct ecs_sought *sought)
{
	struct ecs_buf *out = ecs_reply_body(in->work->call->reply);
	bool json = in->ask->format == FORMAT_JSON;
	bool ok;

	if (json) {
		ecs_buf_printf(out, "{\"total\":{\"value\":%zu,\"exact\":true}",
		    in->places.n);
		write_end(in, "first", false);
		write_end(in, "last", true);
		ecs_buf_puts(out, ",\"editions\":[");
	}
	ok = ecs_table_begin(&in->table, in->ask, columns) && write_rows(in);
	if (json) {
		ecs_buf_putc(out, ']');
		ecs_desk_tail(in->ask, sought, out);
	}
	return ecs_table_end(&in->table, ok);
}

static bool
answer(struct appearances *in, const struct ecs_sought *sought,
    const struct ecs_bitmap *rows)
{
	if (!sought->asks)
		return ecs_desk_wrong(
		    in->ask, "q", "must hold a word to look for");
	if (!ecs_desk_places(
		&in->work->desk, sought, &in->places, &in->work->call->err) ||
	    !take_documents(in, rows) || !count_places(in))
		return false;
	if (in->n > 1)
		qsort(in->list, in->n, sizeof(*in->list), by_date);
	return write_answer(in, sought);
}

static bool
work_out(struct desk_ask *ask, struct desk_work *work)
{
	struct appearances in = {.ask = ask, .work = work};
	struct ecs_search *words = read_search(ask, true);
	struct ecs_search *all = words == NULL ? NULL : read_search(ask, false);
	struct ecs_sought *sought =
	    all == NULL ? NULL : ecs_desk_sought(work, words);
	struct ecs_bitmap *rows =
	    sought == NULL ? NULL : ecs_desk_rows(work, all);
	bool ok = rows != NULL && answer(&in, sought, rows);

	for (size_t i = 0; in.list != NULL && i < in.n; i++)
		json_decref(in.list[i].document);
	free(in.list);
	ecs_places_free(&in.places);
	ecs_bitmap_free(rows);
	ecs_sought_free(sought);
	ecs_search_free(all);
	ecs_search_free(words);
	return ok;
}

bool
ecs_get_appearances(struct call *call)
{
	struct desk_ask ask;
	bool ok = ecs_desk_read(call, own, &ask);

	if (ok && json_object_get(ask.chosen, "filter") != NULL &&
	    ecs_desk_given(&ask, "family") != NULL)
		ok = ecs_desk_wrong(
		    &ask, "family", "must be in the filter when there is one");
	ok = ok && ecs_desk_answer(&ask, work_out);
	ecs_desk_fini(&ask);
	return ok;
}
