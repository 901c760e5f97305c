/* SPDX-License-Identifier: ISC */
/*
 * reader - documents as they were when a sequence was the last.
 *
 * First what is there now, then, if that is newer than asked, what it replaced.
 * The two looks need no common transaction: what goes out of the first table
 * goes into the second in one commit, and stays until nobody asks.
 */
#include <stdlib.h>

#include "ecsearch/err.h"
#include "ecsearch/records.h"

#include "file.h"
#include "reader.h"
#include "row.h"

struct ecs_record_reader *
ecs_record_reader_open(const struct ecs_records *records, struct ecs_err *err)
{
	struct ecs_record_reader *reader = calloc(1, sizeof(*reader));

	if (reader == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	if (!ecs_sql_open_reader(&reader->sql, records->path, err)) {
		free(reader);
		return NULL;
	}
	return reader;
}

void
ecs_record_reader_close(struct ecs_record_reader *reader)
{
	if (reader == NULL)
		return;
	ecs_sql_close(&reader->sql);
	ecs_buf_fini(&reader->row);
	free(reader);
}

/* ?1 and ?2 of the statement are key's; then the sequence, if it has one. */
struct key {
	int64_t place; /* or -1: by collection and id */
	int collection;
	const char *id;
	size_t id_len;
};

static int
bind_key(sqlite3_stmt *stmt, const struct key *key)
{
	if (key->place >= 0) {
		ecs_sql_bind(stmt, 1, key->place);
		return 2;
	}
	ecs_sql_bind(stmt, 1, key->collection);
	ecs_sql_bind_text(stmt, 2, key->id, key->id_len);
	return 3;
}

struct looks {
	enum ecs_statement now;
	enum ecs_statement old;
};

static bool
look(struct ecs_record_reader *reader, const struct looks *looks,
    const struct key *key, uint64_t sequence, struct ecs_record *record,
    bool *found, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(&reader->sql, looks->now, err);
	int at;

	*found = false;
	if (stmt == NULL)
		return false;
	bind_key(stmt, key);
	if (!ecs_row_fetch(
		&reader->sql, stmt, sequence, &reader->row, record, found, err))
		return false;
	if (*found || sequence >= INT64_MAX)
		return true;
	stmt = ecs_sql_get(&reader->sql, looks->old, err);
	if (stmt == NULL)
		return false;
	at = bind_key(stmt, key);
	ecs_sql_bind(stmt, at, (int64_t)sequence);
	return ecs_row_fetch(
	    &reader->sql, stmt, sequence, &reader->row, record, found, err);
}

bool
ecs_record_by_id(struct ecs_record_reader *reader, int collection,
    const char *id, size_t id_len, uint64_t sequence, struct ecs_record *record,
    bool *found, struct ecs_err *err)
{
	static const struct looks looks = {ECS_SQL_BY_ID, ECS_SQL_OLD_BY_ID};
	const struct key key = {
	    .place = -1, .collection = collection, .id = id, .id_len = id_len};

	return look(reader, &looks, &key, sequence, record, found, err);
}

bool
ecs_record_by_number(struct ecs_record_reader *reader, int collection,
    uint32_t number, uint64_t sequence, struct ecs_record *record, bool *found,
    struct ecs_err *err)
{
	static const struct looks looks = {
	    ECS_SQL_BY_PLACE, ECS_SQL_OLD_BY_PLACE};
	const struct key key = {.place = ecs_row_place(collection, number)};

	return look(reader, &looks, &key, sequence, record, found, err);
}

bool
ecs_record_hit_by_number(struct ecs_record_reader *reader, int collection,
    uint32_t number, uint64_t sequence, struct ecs_record *record, bool *found,
    struct ecs_err *err)
{
	static const struct looks looks = {
	    ECS_SQL_HIT_BY_PLACE, ECS_SQL_OLD_HIT_BY_PLACE};
	const struct key key = {.place = ecs_row_place(collection, number)};

	return look(reader, &looks, &key, sequence, record, found, err);
}

static bool
walk(struct ecs_record_reader *reader, sqlite3_stmt *stmt,
    ecs_record_sink *sink, void *user, struct ecs_err *err)
{
	struct ecs_record record;
	bool row;

	for (;;) {
		if (!ecs_sql_step(&reader->sql, stmt, &row, err))
			return false;
		if (!row)
			return true;
		if (!ecs_row_view(&reader->sql, stmt, &record, err))
			return false;
		if (!sink(user, &record))
			return true;
	}
}

bool
ecs_record_scan(struct ecs_record_reader *reader, int collection, int64_t after,
    uint32_t limit, ecs_record_sink *sink, void *user, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(&reader->sql, ECS_SQL_SCAN, err);
	bool ok;

	if (stmt == NULL)
		return false;
	ecs_sql_bind(stmt, 1, ecs_row_place(collection, 0) + after);
	ecs_sql_bind(stmt, 2, ecs_row_place(collection, UINT32_MAX));
	ecs_sql_bind(stmt, 3, limit == 0 ? -1 : (int64_t)limit);
	ok = walk(reader, stmt, sink, user, err);
	ecs_sql_done(stmt);
	return ok;
}
