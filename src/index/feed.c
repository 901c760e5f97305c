/* SPDX-License-Identifier: ISC */
/*
 * feed - a bulk body, one document at a time.
 *
 *	NDJSON  a line is a document or {"op": "delete", "id": ...}
 *	JSON    one such object or an array of them
 *	CSV     a header line of field names; several values of a field are
 *	        separated by "|"; an empty cell is no value
 */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"
#include "ecsearch/index.h"

struct feed {
	const struct ecs_collection *collection;
	ecs_feed_sink *sink;
	void *user;
};

static bool
give_error(const struct feed *in, uint32_t line, const char *id, size_t bytes,
    const struct ecs_err *err)
{
	struct ecs_feed_item item = {
	    .line = line, .id = id, .err = err, .bytes = bytes};

	return in->sink(in->user, &item);
}

/* {"op": "delete", "id": ...}: exactly these two. */
static bool
give_deletion(
    const struct feed *in, uint32_t line, json_t *object, size_t bytes)
{
	struct ecs_feed_item item = {.line = line, .bytes = bytes};
	struct ecs_err err = {0};
	const char *op = json_string_value(json_object_get(object, "op"));
	json_t *id = json_object_get(object, "id");

	if (op == NULL || strcmp(op, "delete") != 0 ||
	    json_object_size(object) != 2 || !json_is_string(id)) {
		ecs_err_set(&err, 422, "bad_operation",
		    "an operation is {\"op\": \"delete\", \"id\": \"...\"}");
		ecs_err_at(&err, ECS_WHERE_POINTER, "/op", 0, 0);
		return give_error(in, line, json_string_value(id), bytes, &err);
	}
	if (!ecs_doc_check_id(
		json_string_value(id), json_string_length(id), &err))
		return give_error(in, line, json_string_value(id), bytes, &err);
	item.id = item.delete_id = json_string_value(id);
	return in->sink(in->user, &item);
}

static bool
give_object(const struct feed *in, uint32_t line, json_t *object, size_t bytes)
{
	struct ecs_feed_item item = {.line = line, .bytes = bytes};
	struct ecs_err err = {0};

	item.id = json_string_value(json_object_get(object, "id"));
	if (json_is_object(object) && json_object_get(object, "op") != NULL &&
	    ecs_collection_field(in->collection, "op") == NULL)
		return give_deletion(in, line, object, bytes);
	item.doc = ecs_doc_new(in->collection, object, &err);
	if (item.doc == NULL)
		item.err = &err;
	return in->sink(in->user, &item);
}

/* ---- NDJSON ---- */

static bool
give_line(const struct feed *in, uint32_t number, const char *line, size_t len)
{
	struct ecs_err err = {0};
	json_error_t why;
	json_t *object = json_loadb(line, len, JSON_REJECT_DUPLICATES, &why);
	bool go_on;

	if (object == NULL) {
		ecs_err_set(&err, 400, "bad_json", "column %d: %s", why.column,
		    why.text);
		ecs_err_at(&err, ECS_WHERE_LINE, "", number,
		    (uint32_t)(why.column < 0 ? 0 : why.column));
		return give_error(in, number, NULL, len, &err);
	}
	go_on = give_object(in, number, object, len);
	json_decref(object);
	return go_on;
}

static bool
is_blank(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr(" \t\r", line[i]) == NULL || line[i] == '\0')
			return false;
	return true;
}

static bool
feed_ndjson(const struct feed *in, const char *body, size_t len)
{
	const char *end = body + len;
	uint32_t number = 0;

	while (body < end) {
		const char *stop = memchr(body, '\n', (size_t)(end - body));
		size_t line = (size_t)((stop == NULL ? end : stop) - body);

		number++;
		if (!is_blank(body, line) && !give_line(in, number, body, line))
			return true;
		body += line + 1;
	}
	return true;
}

/* ---- JSON ---- */

static bool
feed_json(
    const struct feed *in, const char *body, size_t len, struct ecs_err *err)
{
	json_error_t why;
	json_t *root = json_loadb(body, len, JSON_REJECT_DUPLICATES, &why);
	size_t i;
	json_t *item;

	if (root == NULL) {
		ecs_err_set(err, 400, "bad_json", "line %d, column %d: %s",
		    why.line, why.column, why.text);
		return ecs_err_at(err, ECS_WHERE_LINE, "",
		    (uint32_t)(why.line < 0 ? 0 : why.line),
		    (uint32_t)(why.column < 0 ? 0 : why.column));
	}
	if (json_is_object(root)) {
		give_object(in, 1, root, len);
	} else {
		size_t share = len / (json_array_size(root) + 1) + 1;

		json_array_foreach (root, i, item) {
			if (!give_object(in, (uint32_t)i + 1, item, share))
				break;
		}
	}
	json_decref(root);
	return true;
}

/* ---- CSV ---- */

enum { CSV_COLUMNS = 256 };

struct table {
	const struct feed *feed;
	const struct ecs_field *fields[CSV_COLUMNS];
	size_t ncolumns;
	size_t column;
	uint32_t row;   /* 1 is the header */
	json_t *object; /* the row in hand */
	size_t bytes;
	struct ecs_err row_err;
	struct ecs_err *err; /* of the header */
	bool stopped;
};

static void
csv_header(struct table *in, const char *cell)
{
	const struct ecs_field *field =
	    ecs_collection_field(in->feed->collection, cell);

	if (in->column >= CSV_COLUMNS) {
		ecs_err_set(in->err, 400, "bad_csv", "more than %d columns",
		    CSV_COLUMNS);
		return;
	}
	if (field == NULL || field->type == ECS_SECTIONS) {
		ecs_err_set(in->err, 400, "bad_csv",
		    "line 1: column %zu: \"%.60s\" is no field of %s",
		    in->column + 1, cell, in->feed->collection->name);
		ecs_err_at(
		    in->err, ECS_WHERE_LINE, "", 1, (uint32_t)in->column + 1);
		ecs_err_did_you_mean(in->err,
		    ecs_collection_nearest(in->feed->collection, cell));
	}
	in->fields[in->ncolumns++] = field;
}

static json_t *
csv_geo(const char *cell)
{
	double lat;
	double lon;

	if (sscanf(cell, "%lf , %lf", &lat, &lon) != 2)
		return json_string(cell);
	return json_pack("{s:f, s:f}", "lat", lat, "lon", lon);
}

/* A cell as the JSON that a document would have; checked there. */
static json_t *
csv_value(const struct ecs_field *field, const char *cell)
{
	char *end;
	double number;

	switch (field->type) {
	case ECS_NUMBER:
		number = strtod(cell, &end);
		if (*end != '\0')
			return json_string(cell);
		if (number == (double)(long long)number)
			return json_integer((long long)number);
		return json_real(number);
	case ECS_BOOL:
		if (strcmp(cell, "true") == 0 || strcmp(cell, "false") == 0)
			return json_boolean(cell[0] == 't');
		return json_string(cell);
	case ECS_GEO:
		return csv_geo(cell);
	case ECS_TEXT:
	case ECS_KEYWORD:
	case ECS_DATE:
	case ECS_URL:
	case ECS_SECTIONS:
		return json_string(cell);
	}
	return NULL;
}

static json_t *
csv_values(const struct ecs_field *field, char *cell)
{
	json_t *list;
	char *rest = cell;

	if (!field->multi)
		return csv_value(field, cell);
	list = json_array();
	for (char *one; (one = strsep(&rest, "|")) != NULL;)
		if (*one != '\0')
			json_array_append_new(list, csv_value(field, one));
	return list;
}

static void
csv_body(struct table *in, char *cell, size_t len)
{
	const struct ecs_field *field;
	json_t *value;

	in->bytes += len + 1;
	if (in->column >= in->ncolumns) {
		ecs_err_set(&in->row_err, 422, "bad_document",
		    "more cells than the header has columns");
		return;
	}
	field = in->fields[in->column];
	if (len == 0)
		return;
	value = csv_values(field, cell);
	if (value == NULL) {
		ecs_err_set(&in->row_err, 422, "bad_document",
		    "/%s is no valid UTF-8", field->name);
		ecs_err_at(
		    &in->row_err, ECS_WHERE_POINTER, field->name, in->row, 0);
		return;
	}
	json_object_set_new(in->object, field->name, value);
}

static void
csv_cell(void *data, size_t len, void *user)
{
	struct table *in = user;
	char *cell = data;

	if (in->stopped || in->err->status != 0)
		return;
	if (in->row == 1)
		csv_header(in, cell);
	else if (strlen(cell) != len)
		ecs_err_set(&in->row_err, 422, "bad_document",
		    "a cell holds a NUL byte");
	else
		csv_body(in, cell, len);
	in->column++;
}

static void
csv_row(int end, void *user)
{
	struct table *in = user;
	const struct feed *feed = in->feed;
	const char *id;

	(void)end;
	if (in->row > 1 && in->column > 0 && !in->stopped &&
	    in->err->status == 0) {
		id = json_string_value(json_object_get(in->object, "id"));
		in->stopped = in->row_err.status != 0
		    ? !give_error(feed, in->row, id, in->bytes, &in->row_err)
		    : !give_object(feed, in->row, in->object, in->bytes);
	}
	json_object_clear(in->object);
	ecs_err_clear(&in->row_err);
	in->bytes = 0;
	in->column = 0;
	in->row++;
}

/* The delimiter that the header line has most of. */
static unsigned char
csv_delimiter(const char *body, size_t len)
{
	static const char candidates[] = {',', ';', '\t'};
	const char *stop = memchr(body, '\n', len);
	size_t line = stop == NULL ? len : (size_t)(stop - body);
	size_t most = 0;
	char best = ',';

	for (size_t c = 0; c < sizeof(candidates); c++) {
		size_t n = 0;

		for (size_t i = 0; i < line; i++)
			n += body[i] == candidates[c];
		if (n > most) {
			most = n;
			best = candidates[c];
		}
	}
	return (unsigned char)best;
}

static bool
feed_csv(
    const struct feed *feed, const char *body, size_t len, struct ecs_err *err)
{
	struct csv_parser parser;
	struct table *in = calloc(1, sizeof(*in));
	bool ok = false;

	if (in == NULL)
		return ecs_err_memory(err);
	in->feed = feed;
	in->row = 1;
	in->err = err;
	in->object = json_object();
	if (in->object == NULL ||
	    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) !=
		0) {
		json_decref(in->object);
		free(in);
		return ecs_err_memory(err);
	}
	csv_set_delim(&parser, csv_delimiter(body, len));
	if (csv_parse(&parser, body, len, csv_cell, csv_row, in) != len ||
	    csv_fini(&parser, csv_cell, csv_row, in) != 0) {
		ecs_err_set(err, 400, "bad_csv", "line %u: %s", in->row,
		    csv_strerror(csv_error(&parser)));
		ecs_err_at(err, ECS_WHERE_LINE, "", in->row, 0);
	}
	ok = err->status == 0;
	if (ok && in->ncolumns == 0)
		ok = ecs_err_set(err, 400, "bad_csv", "there is no header");
	csv_free(&parser);
	json_decref(in->object);
	free(in);
	return ok;
}

bool
ecs_feed(const struct ecs_collection *collection, enum ecs_feed_format format,
    const char *body, size_t len, ecs_feed_sink *sink, void *user,
    struct ecs_err *err)
{
	const struct feed in = {collection, sink, user};

	if (len >= 3 && memcmp(body, "\xEF\xBB\xBF", 3) == 0) {
		body += 3;
		len -= 3;
	}
	switch (format) {
	case ECS_FEED_JSON:
		return feed_json(&in, body, len, err);
	case ECS_FEED_NDJSON:
		return feed_ndjson(&in, body, len);
	case ECS_FEED_CSV:
		return feed_csv(&in, body, len, err);
	}
	return false;
}
