/* SPDX-License-Identifier: ISC */
/*
 * stream - every hit of a search as NDJSON or CSV, in constant memory.
 *
 *	NDJSON  a line is the document as it was given, with its sections
 *	CSV     a header of the fields, then a line a document (RFC 4180);
 *	        several values are separated by "|"
 *
 * The rows are fixed by the view that the stream began with; the documents are
 * read as of its revision, whatever is written meanwhile.
 */
#include <stdlib.h>
#include <string.h>

#include "search_api.h"

enum { PIECE_BYTES = 64 * 1024 };

struct stream {
	struct call *call;
	enum answer_format format;
	const struct ecs_source *source;
	struct ecs_buf out;
	struct ecs_buf text;
	struct ecs_buf shown;
	const struct ecs_field *fields[512]; /* CSV columns */
	size_t nfields;
	bool many; /* several collections: their name is the first column */
};

static bool
flush(struct stream *in, size_t least)
{
	bool ok;

	if (in->out.failed)
		return false;
	if (in->out.len < least)
		return true;
	ok = ecs_reply_piece(in->call->reply, in->out.data, in->out.len);
	ecs_buf_reset(&in->out);
	return ok;
}

/* ---- CSV ---- */

/* One raw JSON value as the text of a cell. */
static void
value_text(struct stream *in, const char *value, size_t len)
{
	struct scan scan;
	const char *item;
	size_t item_len;
	bool first = true;

	if (ecs_scan_string(value, len, &in->text) ||
	    (len == 4 && memcmp(value, "null", 4) == 0))
		return;
	if (value[0] != '[') {
		ecs_buf_add(&in->text, value, len);
		return;
	}
	scan = ecs_scan_begin(value, len);
	while (ecs_scan_element(&scan, &item, &item_len)) {
		if (!first)
			ecs_buf_putc(&in->text, '|');
		first = false;
		if (!ecs_scan_string(item, item_len, &in->text))
			ecs_buf_add(&in->text, item, item_len);
	}
}

static bool
number_of(const char *json, size_t len, const char *name, const char **value,
    size_t *value_len)
{
	struct scan scan = ecs_scan_begin(json, len);
	const char *key;
	size_t key_len;

	while (ecs_scan_member(&scan, &key, &key_len, value, value_len))
		if (strlen(name) == key_len && memcmp(key, name, key_len) == 0)
			return true;
	return false;
}

/* A place is written "latitude,longitude", as it is read. */
static void
geo_text(struct stream *in, const char *value, size_t len)
{
	const char *lat;
	const char *lon;
	size_t lat_len;
	size_t lon_len;

	if (!number_of(value, len, "lat", &lat, &lat_len) ||
	    !number_of(value, len, "lon", &lon, &lon_len))
		return;
	ecs_buf_add(&in->text, lat, lat_len);
	ecs_buf_putc(&in->text, ',');
	ecs_buf_add(&in->text, lon, lon_len);
}

static void
csv_row(struct stream *in, const char *json, size_t len)
{
	if (in->many)
		ecs_csv_cell(&in->out, in->source->collection->name,
		    strlen(in->source->collection->name));
	for (size_t i = 0; i < in->nfields; i++) {
		const char *value;
		size_t value_len;
		bool found = number_of(
		    json, len, in->fields[i]->name, &value, &value_len);

		ecs_buf_reset(&in->text);
		if (found && in->fields[i]->type == ECS_GEO)
			geo_text(in, value, value_len);
		else if (found)
			value_text(in, value, value_len);
		if (i > 0 || in->many)
			ecs_buf_putc(&in->out, ',');
		ecs_csv_cell(&in->out,
		    in->text.data == NULL ? "" : in->text.data, in->text.len);
	}
	ecs_buf_puts(&in->out, "\r\n");
}

static bool
has_field(const struct stream *in, const char *name)
{
	for (size_t i = 0; i < in->nfields; i++)
		if (strcmp(in->fields[i]->name, name) == 0)
			return true;
	return false;
}

/* The fields of all collections, each name once; sections do not fit. */
static void
csv_columns(struct stream *in, const struct ecs_source *sources, size_t n)
{
	bool sees = ecs_call_sees_private(in->call);

	in->many = n > 1;
	for (size_t s = 0; s < n; s++) {
		const struct ecs_collection *from = sources[s].collection;

		for (int f = 0; f < from->nfields; f++) {
			const struct ecs_field *field = &from->fields[f];

			if (field->type == ECS_SECTIONS ||
			    (field->is_private && !sees) ||
			    has_field(in, field->name) || in->nfields == 512)
				continue;
			in->fields[in->nfields++] = field;
		}
	}
	if (in->many)
		ecs_buf_puts(&in->out, "collection");
	for (size_t i = 0; i < in->nfields; i++) {
		if (i > 0 || in->many)
			ecs_buf_putc(&in->out, ',');
		ecs_buf_puts(&in->out, in->fields[i]->name);
	}
	ecs_buf_puts(&in->out, "\r\n");
}

/* ---- rows ---- */

static bool
stream_row(struct stream *in, uint32_t row)
{
	struct call *call = in->call;
	struct ecs_record record;
	bool found;

	if (!ecs_record_by_number(in->source->records,
		in->source->records_collection, row, in->source->revision,
		&record, &found, &call->err))
		return false;
	if (!found)
		return ecs_err_set(&call->err, 500, "record_missing",
		    "a document of the index is not in the records");
	ecs_buf_reset(&in->shown);
	ecs_view_document(
	    call, in->source->index, record.json, record.json_len, &in->shown);
	if (in->format == FORMAT_CSV) {
		csv_row(in, in->shown.data, in->shown.len);
	} else {
		ecs_buf_add(&in->out, in->shown.data, in->shown.len);
		ecs_buf_putc(&in->out, '\n');
	}
	return flush(in, PIECE_BYTES);
}

static bool
stream_rows(struct stream *in, const struct ecs_bitmap *rows)
{
	for (uint32_t row = ecs_bitmap_next(rows, 0); row != UINT32_MAX;
	     row = ecs_bitmap_next(rows, row + 1))
		if (!stream_row(in, row))
			return false;
	return true;
}

/* Find all rows first: a failure then still has a status to be told with. */
static bool
find_rows(struct call *call, const struct ecs_search *search,
    const struct ecs_source *sources, size_t n, struct ecs_bitmap **rows)
{
	struct ecs_query_context context;
	struct ecs_deadline deadline;

	ecs_call_context(call, search, &deadline, &context);
	return ecs_search_rows(search, sources, n, &context, rows, &call->err);
}

static bool
stream_all(struct call *call, enum answer_format format,
    const struct ecs_source *sources, size_t n, struct ecs_bitmap **rows)
{
	struct stream *in = calloc(1, sizeof(*in));
	bool ok;

	if (in == NULL)
		return ecs_err_memory(&call->err);
	in->call = call;
	in->format = format;
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type",
	    format == FORMAT_CSV ? "text/csv; charset=utf-8"
				 : "application/x-ndjson");
	ecs_call_send_etag(call);
	ok = ecs_reply_stream(call->reply);
	if (ok && format == FORMAT_CSV)
		csv_columns(in, sources, n);
	for (size_t s = 0; ok && s < n; s++) {
		in->source = &sources[s];
		ok = stream_rows(in, rows[s]);
	}
	ok = ok && flush(in, 1);
	if (!ok)
		ecs_reply_abort(call->reply);
	ecs_buf_fini(&in->out);
	ecs_buf_fini(&in->text);
	ecs_buf_fini(&in->shown);
	free(in);
	return true;
}

static bool
try_stream(struct call *call, const struct ecs_search *search,
    enum answer_format format)
{
	struct ecs_source sources[ECS_MAX_COLLECTIONS];
	struct ecs_bitmap *rows[ECS_MAX_COLLECTIONS] = {NULL};
	size_t n;
	bool ok = ecs_call_sources(call, search->in, sources, &n) &&
	    find_rows(call, search, sources, n, rows) &&
	    stream_all(call, format, sources, n, rows);

	for (size_t s = 0; s < ECS_MAX_COLLECTIONS; s++)
		ecs_bitmap_free(rows[s]);
	return ok;
}

bool
ecs_stream_search(struct call *call, const struct ecs_search *search,
    enum answer_format format)
{
	for (int i = 1; !try_stream(call, search, format); i++) {
		if (!ecs_call_moved(call) || i == MOVED_TRIES ||
		    !ecs_call_begin_again(call))
			return false;
	}
	return true;
}
