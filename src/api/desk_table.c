/* SPDX-License-Identifier: ISC */
/*
 * desk_table - the rows of the desk as JSON, NDJSON or CSV.
 *
 * A row's cells are given in the order of the columns; what has no value is
 * null, or an empty cell.
 */
#include <math.h>
#include <string.h>
#include <time.h>

#include "desk_api.h"

enum { PIECE_BYTES = 64 * 1024, DIGITS = 12 };

static const char *
content_type(enum answer_format format)
{
	switch (format) {
	case FORMAT_CSV:
		return "text/csv; charset=utf-8";
	case FORMAT_NDJSON:
		return "application/x-ndjson";
	case FORMAT_JSON:
		break;
	}
	return "application/json";
}

static void
write_columns(struct desk_table *table, const char *const *columns)
{
	if (table->ask->bom)
		ecs_buf_puts(table->out, "\xef\xbb\xbf");
	for (size_t i = 0; columns[i] != NULL; i++) {
		if (i > 0)
			ecs_buf_putc(table->out, ',');
		ecs_buf_puts(table->out, columns[i]);
	}
	ecs_buf_puts(table->out, "\r\n");
}

bool
ecs_table_begin(
    struct desk_table *table, struct desk_ask *ask, const char *const *columns)
{
	struct ecs_reply *reply = ask->call->reply;

	memset(table, 0, sizeof(*table));
	table->ask = ask;
	table->out =
	    ask->format == FORMAT_JSON ? ecs_reply_body(reply) : &table->own;
	ecs_reply_status(reply, 200);
	ecs_reply_header(reply, "Content-Type", content_type(ask->format));
	ecs_call_send_etag(ask->call);
	if (ask->format == FORMAT_JSON)
		return true;
	if (!ecs_reply_stream(reply))
		return false;
	if (ask->format == FORMAT_CSV)
		write_columns(table, columns);
	return true;
}

void
ecs_table_row_begin(struct desk_table *table)
{
	table->cells = 0;
	if (table->ask->format == FORMAT_JSON && table->rows > 0)
		ecs_buf_putc(table->out, ',');
	if (table->ask->format != FORMAT_CSV)
		ecs_buf_putc(table->out, '{');
}

static void
begin_cell(struct desk_table *table, const char *name)
{
	if (table->cells++ > 0)
		ecs_buf_putc(table->out, ',');
	if (table->ask->format == FORMAT_CSV)
		return;
	ecs_buf_json_str(table->out, name);
	ecs_buf_putc(table->out, ':');
}

void
ecs_cell_text(
    struct desk_table *table, const char *name, const char *text, size_t len)
{
	begin_cell(table, name);
	if (table->ask->format == FORMAT_CSV)
		ecs_csv_cell(table->out, text, len);
	else
		ecs_buf_json_string(table->out, text, len);
}

void
ecs_cell_count(struct desk_table *table, const char *name, uint64_t count)
{
	begin_cell(table, name);
	ecs_buf_printf(table->out, "%llu", (unsigned long long)count);
}

void
ecs_cell_real(struct desk_table *table, const char *name, double value)
{
	if (!isfinite(value)) {
		ecs_cell_none(table, name);
		return;
	}
	begin_cell(table, name);
	ecs_buf_json_real(table->out, value, DIGITS);
}

void
ecs_cell_none(struct desk_table *table, const char *name)
{
	begin_cell(table, name);
	if (table->ask->format != FORMAT_CSV)
		ecs_buf_puts(table->out, "null");
}

static bool
flush(struct desk_table *table, size_t least)
{
	bool ok;

	if (table->out->failed)
		return ecs_err_memory(&table->ask->call->err);
	if (table->ask->format == FORMAT_JSON || table->out->len < least)
		return true;
	ok = ecs_reply_piece(
	    table->ask->call->reply, table->out->data, table->out->len);
	ecs_buf_reset(table->out);
	return ok;
}

bool
ecs_table_row_end(struct desk_table *table)
{
	table->rows++;
	if (table->ask->format != FORMAT_CSV)
		ecs_buf_putc(table->out, '}');
	if (table->ask->format != FORMAT_JSON)
		ecs_buf_puts(table->out,
		    table->ask->format == FORMAT_CSV ? "\r\n" : "\n");
	return flush(table, PIECE_BYTES);
}

bool
ecs_table_end(struct desk_table *table, bool ok)
{
	if (table->ask->format == FORMAT_JSON)
		return ok;
	if (!(ok && flush(table, 1)))
		ecs_reply_abort(table->ask->call->reply);
	ecs_buf_fini(&table->own);
	return true;
}

void
ecs_desk_tail(
    struct desk_ask *ask, const struct ecs_sought *sought, struct ecs_buf *out)
{
	struct timespec now;
	int64_t us;

	clock_gettime(CLOCK_MONOTONIC, &now);
	us = now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000 -
	    ask->call->request->arrived;
	ecs_buf_printf(out, ",\"revision\":%llu,\"took_ms\":%.1f",
	    (unsigned long long)ask->call->session->view->revision,
	    (double)us / 1000);
	ecs_buf_puts(out, ",\"warnings\":[");
	for (int i = 0; sought != NULL && i < sought->nwarnings; i++) {
		ecs_buf_puts(out, i > 0 ? ",{\"code\":" : "{\"code\":");
		ecs_buf_json_str(out, sought->warnings[i].code);
		ecs_buf_puts(out, ",\"message\":");
		ecs_buf_json_str(out, sought->warnings[i].message);
		ecs_buf_putc(out, '}');
	}
	ecs_buf_puts(out, "]}\n");
}
