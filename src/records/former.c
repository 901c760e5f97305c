/* SPDX-License-Identifier: ISC */
/*
 * former - passages that a document had once.
 *
 * The sample of hashes is a blob of 32-bit numbers, least byte first, so that a
 * copy of the file is read alike by any machine.
 */
#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "ecsearch/err.h"
#include "ecsearch/former.h"
#include "ecsearch/records.h"

#include "file.h"
#include "reader.h"

/* A statement with the document bound to ?1 and ?2. */
static sqlite3_stmt *
begin(struct ecs_sql *sql, enum ecs_statement which, int collection,
    const char *id, size_t id_len, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(sql, which, err);

	if (stmt == NULL)
		return NULL;
	ecs_sql_bind(stmt, 1, collection);
	ecs_sql_bind_text(stmt, 2, id, id_len);
	return stmt;
}

static bool
run(struct ecs_records *records, sqlite3_stmt *stmt, struct ecs_err *err)
{
	bool ok = stmt != NULL && ecs_sql_run(&records->sql, stmt, err);

	assert(records->writing);
	if (!ok)
		records->failed = true;
	return ok;
}

bool
ecs_former_put(struct ecs_records *records, int collection, const char *id,
    size_t id_len, struct ecs_former *former, struct ecs_err *err)
{
	uint32_t words[ECS_FORMER_WORDS];
	sqlite3_stmt *stmt = begin(
	    &records->sql, ECS_SQL_FORMER_PUT, collection, id, id_len, err);

	former->gone = ecs_now();
	for (uint32_t i = 0; i < former->n; i++)
		words[i] = htole32(former->words[i]);
	if (stmt != NULL) {
		ecs_sql_bind_str(stmt, 3, former->passage);
		ecs_sql_bind(stmt, 4, former->gone);
		ecs_sql_bind(stmt, 5, (int64_t)former->section);
		sqlite3_bind_blob(stmt, 6, words,
		    (int)(former->n * sizeof(words[0])), SQLITE_STATIC);
	}
	return run(records, stmt, err);
}

bool
ecs_former_bound(struct ecs_records *records, int collection, const char *id,
    size_t id_len, uint32_t most, struct ecs_err *err)
{
	sqlite3_stmt *stmt = begin(
	    &records->sql, ECS_SQL_FORMER_BOUND, collection, id, id_len, err);

	if (stmt != NULL)
		ecs_sql_bind(stmt, 3, most);
	return run(records, stmt, err);
}

bool
ecs_former_forget(struct ecs_records *records, int collection, const char *id,
    size_t id_len, const char *passage, struct ecs_err *err)
{
	sqlite3_stmt *stmt = begin(
	    &records->sql, ECS_SQL_FORMER_FORGET, collection, id, id_len, err);

	if (stmt != NULL)
		ecs_sql_bind_str(stmt, 3, passage);
	return run(records, stmt, err);
}

bool
ecs_former_any(struct ecs_records *records, int collection, const char *id,
    size_t id_len, bool *any, struct ecs_err *err)
{
	sqlite3_stmt *stmt = begin(
	    &records->sql, ECS_SQL_FORMER_ANY, collection, id, id_len, err);
	bool ok;

	*any = false;
	if (stmt == NULL)
		return false;
	ok = ecs_sql_step(&records->sql, stmt, any, err);
	ecs_sql_done(stmt);
	return ok;
}

static void
read_former(sqlite3_stmt *stmt, struct ecs_former *former)
{
	const void *words = sqlite3_column_blob(stmt, 2);
	size_t bytes = (size_t)sqlite3_column_bytes(stmt, 2);

	former->gone = sqlite3_column_int64(stmt, 0);
	former->section = (uint64_t)sqlite3_column_int64(stmt, 1);
	former->n = (uint32_t)(bytes / sizeof(former->words[0]));
	if (words == NULL || former->n > ECS_FORMER_WORDS)
		former->n = 0;
	if (former->n > 0)
		memcpy(
		    former->words, words, former->n * sizeof(former->words[0]));
	for (uint32_t i = 0; i < former->n; i++)
		former->words[i] = le32toh(former->words[i]);
}

bool
ecs_former_find(struct ecs_record_reader *reader, int collection,
    const char *id, size_t id_len, const char *passage,
    struct ecs_former *former, bool *found, struct ecs_err *err)
{
	sqlite3_stmt *stmt = begin(
	    &reader->sql, ECS_SQL_FORMER_FIND, collection, id, id_len, err);
	bool ok;

	*found = false;
	memset(former, 0, sizeof(*former));
	if (stmt == NULL)
		return false;
	ecs_sql_bind_str(stmt, 3, passage);
	snprintf(former->passage, sizeof(former->passage), "%s", passage);
	ok = ecs_sql_step(&reader->sql, stmt, found, err);
	if (ok && *found)
		read_former(stmt, former);
	ecs_sql_done(stmt);
	return ok;
}
