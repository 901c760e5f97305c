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
#include <math.h>
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

/* ---- lines ---- */

/* The bytes of the line at text, its end included. */
static size_t
line_length(const char *text, const char *end)
{
	const char *stop = memchr(text, '\n', (size_t)(end - text));

	return (size_t)((stop == NULL ? end : stop + 1) - text);
}

static bool
is_blank(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr(" \t\r\n", line[i]) == NULL || line[i] == '\0')
			return false;
	return true;
}

/* ---- NDJSON ---- */

static bool
give_line(const struct feed *in, uint32_t number, const char *line, size_t len)
{
	struct ecs_err err = {0};
	json_error_t why;
	json_t *object = json_loadb(line, len, JSON_REJECT_DUPLICATES, &why);
	bool go_on;

	if (object == NULL &&
	    json_error_code(&why) == json_error_out_of_memory) {
		ecs_err_memory(&err);
		return give_error(in, number, NULL, len, &err);
	}
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
feed_ndjson(const struct feed *in, const char *body, size_t len)
{
	const char *end = body + len;
	uint32_t number = 0;

	while (body < end) {
		size_t line = line_length(body, end);

		number++;
		if (!is_blank(body, line) && !give_line(in, number, body, line))
			return true;
		body += line;
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

/* Up to here a double stands for one whole number. */
#define LARGEST_WHOLE 9007199254740992.0

struct table {
	const struct feed *feed;
	const struct ecs_field *fields[CSV_COLUMNS];
	size_t ncolumns;
	size_t column;
	uint32_t line;  /* at which the row in hand begins, from 1 */
	bool inside;    /* a row has begun and not ended */
	bool headed;    /* the header has been read */
	bool checking;  /* the first pass: rows are looked at, not given */
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
	for (size_t i = 0; field != NULL && i < in->ncolumns; i++) {
		if (in->fields[i] != field)
			continue;
		ecs_err_set(in->err, 400, "bad_csv",
		    "line %u: \"%.60s\" is named twice", in->line, cell);
		ecs_err_at(in->err, ECS_WHERE_LINE, "", in->line,
		    (uint32_t)in->column + 1);
		return;
	}
	if (field == NULL || field->type == ECS_SECTIONS) {
		ecs_err_set(in->err, 400, "bad_csv",
		    "line %u: column %zu: \"%.60s\" is no field of %s",
		    in->line, in->column + 1, cell, in->feed->collection->name);
		ecs_err_at(in->err, ECS_WHERE_LINE, "", in->line,
		    (uint32_t)in->column + 1);
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
	int used = 0;

	if (sscanf(cell, "%lf , %lf %n", &lat, &lon, &used) != 2 ||
	    cell[used] != '\0' || !isfinite(lat) || !isfinite(lon))
		return json_string(cell);
	return json_pack("{s:f, s:f}", "lat", lat, "lon", lon);
}

static json_t *
csv_number(const char *cell)
{
	char *end;
	double number = strtod(cell, &end);

	if (*end != '\0' || !isfinite(number))
		return json_string(cell);
	if (fabs(number) < LARGEST_WHOLE && number == trunc(number))
		return json_integer((json_int_t)number);
	return json_real(number);
}

/* A cell as the JSON that a document would have; checked there. */
static json_t *
csv_value(const struct ecs_field *field, const char *cell)
{
	switch (field->type) {
	case ECS_NUMBER:
		return csv_number(cell);
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
	for (char *one; (one = strsep(&rest, "|")) != NULL;) {
		if (*one == '\0' ||
		    json_array_append_new(list, csv_value(field, one)) == 0)
			continue;
		json_decref(list);
		return NULL;
	}
	return list;
}

/* No value was made of the cell. */
static void
csv_bad_cell(struct table *in, const struct ecs_field *field)
{
	char pointer[96];

	snprintf(pointer, sizeof(pointer), "/%s", field->name);
	ecs_err_set(
	    &in->row_err, 422, "bad_document", "%s is no valid UTF-8", pointer);
	ecs_err_at(&in->row_err, ECS_WHERE_POINTER, pointer, in->line, 0);
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
	if (value == NULL)
		csv_bad_cell(in, field);
	else
		json_object_set_new(in->object, field->name, value);
}

static void
csv_cell(void *data, size_t len, void *user)
{
	struct table *in = user;
	char *cell = data;

	if (in->stopped || in->err->status != 0)
		return;
	if (!in->headed)
		csv_header(in, cell);
	else if (in->checking)
		return;
	else if (strlen(cell) != len)
		ecs_err_set(&in->row_err, 422, "bad_document",
		    "a cell holds a NUL byte");
	else
		csv_body(in, cell, len);
	in->column++;
}

static bool
csv_give(struct table *in)
{
	const struct feed *feed = in->feed;
	json_t *id = json_object_get(in->object, "id");

	if (in->row_err.status == 0)
		return give_object(feed, in->line, in->object, in->bytes);
	return give_error(
	    feed, in->line, json_string_value(id), in->bytes, &in->row_err);
}

static void
csv_row(int end, void *user)
{
	struct table *in = user;

	(void)end;
	if (in->headed && !in->checking && !in->stopped)
		in->stopped = !csv_give(in);
	json_object_clear(in->object);
	ecs_err_clear(&in->row_err);
	in->bytes = 0;
	in->column = 0;
	in->inside = false;
	in->headed = true;
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

/*
 * Give the body to the parser line by line, for it does not tell where it is.
 * False when it finds a fault, in->line being the row's.
 */
static bool
csv_lines(struct table *in, struct csv_parser *parser, const char *body,
    const char *end)
{
	uint32_t number = 0;

	while (body < end && in->err->status == 0 && !in->stopped) {
		size_t line = line_length(body, end);

		number++;
		if (!in->inside && !is_blank(body, line)) {
			in->inside = true;
			in->line = number;
		}
		if (in->inside &&
		    csv_parse(parser, body, line, csv_cell, csv_row, in) !=
			line)
			return false;
		body += line;
	}
	return csv_fini(parser, csv_cell, csv_row, in) == 0;
}

static bool
csv_pass(struct table *in, const char *body, size_t len)
{
	struct csv_parser parser;
	bool ok;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) !=
	    0)
		return ecs_err_memory(in->err);
	csv_set_delim(&parser, csv_delimiter(body, len));
	in->inside = false;
	ok = csv_lines(in, &parser, body, body + len);
	if (!ok && csv_error(&parser) == CSV_ENOMEM)
		ecs_err_memory(in->err);
	else if (!ok && !in->stopped) {
		ecs_err_set(in->err, 400, "bad_csv", "line %u: %s", in->line,
		    csv_strerror(csv_error(&parser)));
		ecs_err_at(in->err, ECS_WHERE_LINE, "", in->line, 0);
	}
	csv_free(&parser);
	return in->err->status == 0;
}

/* Two passes, so that a body with a fault at its end is refused whole. */
static bool
feed_csv(
    const struct feed *feed, const char *body, size_t len, struct ecs_err *err)
{
	struct table *in = calloc(1, sizeof(*in));
	bool ok;

	if (in == NULL)
		return ecs_err_memory(err);
	in->feed = feed;
	in->err = err;
	in->object = json_object();
	in->checking = true;
	ok = in->object != NULL ? csv_pass(in, body, len) : ecs_err_memory(err);
	if (ok && in->ncolumns == 0)
		ok = ecs_err_set(err, 400, "bad_csv", "there is no header");
	in->checking = in->headed = false;
	in->ncolumns = 0;
	ok = ok && csv_pass(in, body, len);
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
