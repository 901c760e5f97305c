/* SPDX-License-Identifier: ISC */
/*
 * row - what a row of documents, superseded or deletions holds.
 */
#include <string.h>

#include <unicode/utf8.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"
#include "ecsearch/records.h"

#include "row.h"

enum { ID_MAX = 200 };
enum { PLACE, SEQUENCE, ID, HIT, JSON }; /* columns, see sql.c */

int64_t
ecs_row_place(int collection, uint32_t number)
{
	return (int64_t)collection << 32 | number;
}

uint32_t
ecs_row_number(int64_t place)
{
	return (uint32_t)place;
}

bool
ecs_row_check_id(const char *id, size_t len, struct ecs_err *err)
{
	int32_t at = 0;
	UChar32 c = 1;

	if (len < 1 || len > ID_MAX)
		return ecs_err_set(err, 422, "bad_id",
		    "an id has 1 to %d bytes, not %zu", ID_MAX, len);
	while (at < (int32_t)len && c > 0)
		U8_NEXT(id, at, (int32_t)len, c);
	if (c <= 0)
		return ecs_err_set(err, 422, "bad_id",
		    "an id is UTF-8 text without a NUL byte");
	return true;
}

static bool
view_text(sqlite3_stmt *stmt, int column, const char **text, size_t *len)
{
	*text = (const char *)sqlite3_column_text(stmt, column);
	*len = (size_t)sqlite3_column_bytes(stmt, column);
	return *text != NULL ||
	    sqlite3_column_type(stmt, column) == SQLITE_NULL;
}

bool
ecs_row_view(struct ecs_sql *sql, sqlite3_stmt *stmt, struct ecs_record *record,
    struct ecs_err *err)
{
	int64_t place = sqlite3_column_int64(stmt, PLACE);

	memset(record, 0, sizeof(*record));
	record->collection = (int)(place >> 32);
	record->number = ecs_row_number(place);
	record->sequence = (uint64_t)sqlite3_column_int64(stmt, SEQUENCE);
	if (!view_text(stmt, ID, &record->id, &record->id_len) ||
	    !view_text(stmt, HIT, &record->hit, &record->hit_len) ||
	    !view_text(stmt, JSON, &record->json, &record->json_len))
		return ecs_sql_fail(sql, err);
	return true;
}

/* The buffer keeps a NUL after each text, for the debugger's sake and ours. */
static bool
keep(struct ecs_buf *buf, struct ecs_record *record, struct ecs_err *err)
{
	size_t id = record->id_len + 1;
	size_t hit = record->hit == NULL ? 0 : record->hit_len + 1;
	size_t json = record->json == NULL ? 0 : record->json_len + 1;

	ecs_buf_reset(buf);
	if (!ecs_buf_reserve(buf, id + hit + json))
		return ecs_err_memory(err);
	ecs_buf_add(buf, record->id, id);
	ecs_buf_add(buf, record->hit, hit);
	ecs_buf_add(buf, record->json, json);
	record->id = buf->data;
	if (hit > 0)
		record->hit = buf->data + id;
	if (json > 0)
		record->json = buf->data + id + hit;
	return true;
}

bool
ecs_row_fetch(struct ecs_sql *sql, sqlite3_stmt *stmt, uint64_t sequence,
    struct ecs_buf *buf, struct ecs_record *record, bool *found,
    struct ecs_err *err)
{
	bool row;
	bool ok;

	*found = false;
	memset(record, 0, sizeof(*record));
	ok = ecs_sql_step(sql, stmt, &row, err);
	if (ok && row &&
	    (uint64_t)sqlite3_column_int64(stmt, SEQUENCE) <= sequence) {
		ok = ecs_row_view(sql, stmt, record, err) &&
		    keep(buf, record, err);
		*found = ok;
	}
	ecs_sql_done(stmt);
	return ok;
}
