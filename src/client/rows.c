/* SPDX-License-Identifier: ISC */
/*
 * rows - read a CSV table row by row with libcsv.
 *
 * The table is fed one physical line at a time, since libcsv counts no lines
 * and a quoted cell may hold several: a row's line is the one it began on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "ecsearch/err.h"

#include "rows.h"

enum { BEGUN_QUOTED = 2 }; /* libcsv's pstate inside a cell */

struct ecs_rows {
	struct csv_parser parser;
	bool parser_ready;
	ecs_record_fn *fn;
	void *user;
	json_t *names; /* of the columns; NULL before the header */
	json_t *cells; /* of the row being read */
	uint64_t line, begun;
	bool row_open;
	bool failed; /* err is set: libcsv's callbacks cannot stop it */
	struct ecs_err *err;
};

struct ecs_rows *
ecs_rows_new(char delimiter, ecs_record_fn *fn, void *user)
{
	struct ecs_rows *rows = calloc(1, sizeof(*rows));

	if (rows == NULL)
		return NULL;
	rows->fn = fn;
	rows->user = user;
	rows->line = 1;
	rows->cells = json_array();
	if (rows->cells == NULL || csv_init(&rows->parser, 0) != 0) {
		ecs_rows_free(rows);
		return NULL;
	}
	rows->parser_ready = true;
	csv_set_delim(&rows->parser, (unsigned char)delimiter);
	return rows;
}

void
ecs_rows_free(struct ecs_rows *rows)
{
	if (rows == NULL)
		return;
	if (rows->parser_ready)
		csv_free(&rows->parser);
	json_decref(rows->names);
	json_decref(rows->cells);
	free(rows);
}

static void
fail(struct ecs_rows *rows, const char *why, const char *what)
{
	if (rows->failed)
		return;
	rows->failed = true;
	ecs_err_set(rows->err, 400, "bad_csv", "line %llu: %s%s",
	    (unsigned long long)rows->begun, why, what);
	ecs_err_at(rows->err, ECS_WHERE_LINE, "", (uint32_t)rows->begun, 0);
}

static void
on_cell(void *data, size_t len, void *user)
{
	struct ecs_rows *rows = user;
	const char *text = data == NULL ? "" : data;

	if (!rows->failed &&
	    json_array_append_new(rows->cells, json_stringn(text, len)) != 0)
		fail(rows, "a cell is no valid text", "");
}

/* The first row names the columns; each must have a name of its own. */
static void
take_header(struct ecs_rows *rows)
{
	json_t *seen = json_object(), *cell;
	const char *name;
	size_t i;

	json_array_foreach (rows->cells, i, cell) {
		name = json_string_value(cell);
		if (name[0] == '\0')
			fail(rows, "a column has no name", "");
		else if (json_object_get(seen, name) != NULL)
			fail(rows, "two columns are called ", name);
		else
			json_object_set_new(seen, name, json_true());
	}
	json_decref(seen);
	rows->names = rows->cells;
	rows->cells = json_array();
	if (rows->cells == NULL)
		fail(rows, "out of memory", "");
}

/* The document of a row; NULL when memory ran out. */
static json_t *
build_row(const struct ecs_rows *rows)
{
	json_t *row = json_object(), *cell;
	size_t i;
	int failed = 0;

	json_array_foreach (rows->cells, i, cell) {
		if (json_string_length(cell) > 0)
			failed |= json_object_set(row,
			    json_string_value(json_array_get(rows->names, i)),
			    cell);
	}
	if (row == NULL || failed == 0)
		return row;
	json_decref(row);
	return NULL;
}

static void
on_row(int c, void *user)
{
	struct ecs_rows *rows = user;
	struct ecs_record record = {.line = rows->begun};
	char fault[80];
	size_t want, have = json_array_size(rows->cells);

	(void)c;
	rows->row_open = false;
	if (rows->failed)
		return;
	if (rows->names == NULL) {
		take_header(rows);
		return;
	}
	want = json_array_size(rows->names);
	if (have > want) {
		snprintf(fault, sizeof(fault),
		    "the row has %zu cells, the header %zu", have, want);
		record.fault = fault;
	} else {
		record.json = build_row(rows);
	}
	if (record.json == NULL && record.fault == NULL)
		rows->failed = !ecs_err_memory(rows->err);
	else if (!rows->fn(rows->user, &record, rows->err))
		rows->failed = true;
	json_decref(record.json);
	json_array_clear(rows->cells);
}

/* A line that libcsv passes over without a row. */
static bool
is_blank(const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] != ' ' && data[i] != '\r' && data[i] != '\n')
			return false;
	}
	return true;
}

bool
ecs_rows_feed(
    struct ecs_rows *rows, const char *data, size_t len, struct ecs_err *err)
{
	const char *end;
	size_t take;

	rows->err = err;
	for (; len > 0 && !rows->failed; data += take, len -= take) {
		end = memchr(data, '\n', len);
		take = end == NULL ? len : (size_t)(end - data) + 1;
		if (!rows->row_open) {
			rows->begun = rows->line;
			rows->row_open = !is_blank(data, take);
		}
		if (csv_parse(&rows->parser, data, take, on_cell, on_row,
			rows) != take)
			fail(rows, csv_strerror(csv_error(&rows->parser)), "");
		if (rows->parser.entry_pos > ECS_RECORD_MAX)
			fail(rows, "a cell is longer than 15 MB", "");
		rows->line += end != NULL;
	}
	rows->err = NULL;
	return !rows->failed;
}

bool
ecs_rows_finish(struct ecs_rows *rows, struct ecs_err *err)
{
	rows->err = err;
	if (rows->parser.quoted && rows->parser.pstate == BEGUN_QUOTED)
		fail(rows, "a quoted cell is never closed", "");
	else
		csv_fini(&rows->parser, on_cell, on_row, rows);
	rows->err = NULL;
	return !rows->failed;
}

/*
 * Count each candidate in the first line outside quotes: a header seldom holds
 * any but the one that parts its names.
 */
char
ecs_rows_guess_delimiter(const char *data, size_t len)
{
	static const char candidates[] = ",;\t|";
	size_t count[sizeof(candidates)] = {0}, best = 0;
	bool quoted = false;
	const char *found;

	for (size_t i = 0; i < len; i++) {
		if (data[i] == '"')
			quoted = !quoted;
		if (data[i] == '\n' && !quoted && i > 0)
			break;
		found = quoted ? NULL : memchr(candidates, data[i], 4);
		if (found != NULL)
			count[found - candidates]++;
	}
	for (size_t i = 1; i < 4; i++) {
		if (count[i] > count[best])
			best = i;
	}
	return candidates[best];
}
