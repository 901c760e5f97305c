/* SPDX-License-Identifier: ISC */
/*
 * documents - putting, deleting and finding, as the writer thread does it.
 *
 * A row that this same transaction wrote is replaced without a trace: nobody
 * has seen it.  Any other leaves its old text in superseded.
 */
#include <assert.h>

#include "ecsearch/err.h"
#include "ecsearch/fault.h"
#include "ecsearch/records.h"

#include "file.h"
#include "row.h"

enum { TEXT_MAX = 512 << 20 }; /* far under what SQLite can bind */

/* *place is where the document is, or -1. */
static bool
locate(struct ecs_records *records, const struct ecs_record *given,
    int64_t *place, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(&records->sql, ECS_SQL_PLACE, err);
	bool row;
	bool ok;

	if (stmt == NULL)
		return false;
	ecs_sql_bind(stmt, 1, given->collection);
	ecs_sql_bind_text(stmt, 2, given->id, given->id_len);
	ok = ecs_sql_step(&records->sql, stmt, &row, err);
	*place = ok && row ? sqlite3_column_int64(stmt, 0) : -1;
	ecs_sql_done(stmt);
	return ok;
}

/* Run a statement over collection that answers at most one number, or -1. */
static bool
draw(struct ecs_records *records, enum ecs_statement which, int collection,
    int64_t *number, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(&records->sql, which, err);
	bool row;

	*number = -1;
	if (stmt == NULL)
		return false;
	ecs_sql_bind(stmt, 1, collection);
	if (!ecs_sql_step(&records->sql, stmt, &row, err)) {
		ecs_sql_done(stmt);
		return false;
	}
	if (row)
		*number = sqlite3_column_int64(stmt, 0);
	return ecs_sql_run(&records->sql, stmt, err);
}

static bool
new_place(struct ecs_records *records, int collection, int64_t *place,
    struct ecs_err *err)
{
	int64_t number;

	if (!draw(records, ECS_SQL_FREE_NUMBER, collection, &number, err))
		return false;
	if (number < 0 &&
	    !draw(records, ECS_SQL_NEXT_NUMBER, collection, &number, err))
		return false;
	if (number < 0)
		return ecs_err_set(err, 500, "records_failed",
		    "records: there is no collection %d", collection);
	*place = ecs_row_place(collection, (uint32_t)number);
	return true;
}

static bool
supersede(struct ecs_records *records, int64_t place, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(&records->sql, ECS_SQL_SUPERSEDE, err);

	if (stmt == NULL)
		return false;
	ecs_sql_bind(stmt, 1, place);
	ecs_sql_bind(stmt, 2, (int64_t)records->pending);
	return ecs_sql_run(&records->sql, stmt, err);
}

static bool
insert(struct ecs_records *records, const struct ecs_record *given,
    int64_t place, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(&records->sql, ECS_SQL_INSERT, err);

	if (stmt == NULL)
		return false;
	ecs_sql_bind(stmt, 1, place);
	ecs_sql_bind(stmt, 2, given->collection);
	ecs_sql_bind(stmt, 3, (int64_t)records->pending);
	ecs_sql_bind_text(stmt, 4, given->id, given->id_len);
	ecs_sql_bind_text(stmt, 5, given->hit, given->hit_len);
	ecs_sql_bind_text(stmt, 6, given->json, given->json_len);
	return ecs_sql_run(&records->sql, stmt, err);
}

static bool
replace(struct ecs_records *records, const struct ecs_record *given,
    int64_t place, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(&records->sql, ECS_SQL_REPLACE, err);

	if (stmt == NULL)
		return false;
	ecs_sql_bind(stmt, 1, place);
	ecs_sql_bind(stmt, 2, (int64_t)records->pending);
	ecs_sql_bind_text(stmt, 3, given->hit, given->hit_len);
	ecs_sql_bind_text(stmt, 4, given->json, given->json_len);
	return ecs_sql_run(&records->sql, stmt, err);
}

static bool
put(struct ecs_records *records, const struct ecs_record *given, int64_t *place,
    bool *created, struct ecs_err *err)
{
	if (ECS_FAULT("records.put"))
		return ecs_err_set(
		    err, 500, "records_failed", "records.put was told to");
	if (!locate(records, given, place, err))
		return false;
	*created = *place < 0;
	if (*created)
		return new_place(records, given->collection, place, err) &&
		    insert(records, given, *place, err);
	return supersede(records, *place, err) &&
	    replace(records, given, *place, err);
}

/*
 * After a failed statement SQLite may have rolled the whole transaction back;
 * what came next would then be committed by itself.
 */
static bool
still_whole(const struct ecs_records *records, struct ecs_err *err)
{
	assert(records->writing);
	if (records->failed || sqlite3_get_autocommit(records->sql.db))
		return ecs_err_set(err, 500, "records_failed",
		    "records: a write of this transaction had failed");
	return true;
}

bool
ecs_records_put(struct ecs_records *records, int collection, const char *id,
    size_t id_len, const char *json, size_t json_len, const char *hit,
    size_t hit_len, uint32_t *number, bool *created, struct ecs_err *err)
{
	const struct ecs_record given = {.collection = collection,
	    .id = id,
	    .id_len = id_len,
	    .json = json,
	    .json_len = json_len,
	    .hit = hit,
	    .hit_len = hit_len};
	int64_t place = -1;

	if (!still_whole(records, err) || !ecs_row_check_id(id, id_len, err))
		return false;
	if (json_len > TEXT_MAX || hit_len > TEXT_MAX)
		return ecs_err_set(err, 413, "too_big",
		    "a document has at most %d bytes", TEXT_MAX);
	if (!put(records, &given, &place, created, err)) {
		records->failed = true;
		return false;
	}
	*number = ecs_row_number(place);
	return true;
}

static bool
note_deletion(struct ecs_records *records, const struct ecs_record *given,
    int64_t place, struct ecs_err *err)
{
	sqlite3_stmt *stmt =
	    ecs_sql_get(&records->sql, ECS_SQL_NOTE_DELETION, err);

	if (stmt == NULL)
		return false;
	ecs_sql_bind(stmt, 1, given->collection);
	ecs_sql_bind(stmt, 2, (int64_t)records->pending);
	ecs_sql_bind(stmt, 3, place);
	ecs_sql_bind_text(stmt, 4, given->id, given->id_len);
	return ecs_sql_run(&records->sql, stmt, err);
}

static bool
note_freed(struct ecs_records *records, int collection, int64_t place,
    struct ecs_err *err)
{
	sqlite3_stmt *stmt =
	    ecs_sql_get(&records->sql, ECS_SQL_NOTE_FREED, err);

	if (stmt == NULL)
		return false;
	ecs_sql_bind(stmt, 1, (int64_t)records->pending);
	ecs_sql_bind(stmt, 2, collection);
	ecs_sql_bind(stmt, 3, ecs_row_number(place));
	return ecs_sql_run(&records->sql, stmt, err);
}

static bool
remove_at(struct ecs_records *records, int64_t place, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(&records->sql, ECS_SQL_REMOVE, err);

	if (stmt == NULL)
		return false;
	ecs_sql_bind(stmt, 1, place);
	return ecs_sql_run(&records->sql, stmt, err);
}

static bool
forget_former(struct ecs_records *records, const struct ecs_record *given,
    struct ecs_err *err)
{
	sqlite3_stmt *stmt =
	    ecs_sql_get(&records->sql, ECS_SQL_FORMER_FORGET_ALL, err);

	if (stmt == NULL)
		return false;
	ecs_sql_bind(stmt, 1, given->collection);
	ecs_sql_bind_text(stmt, 2, given->id, given->id_len);
	return ecs_sql_run(&records->sql, stmt, err);
}

bool
ecs_records_delete(struct ecs_records *records, int collection, const char *id,
    size_t id_len, uint32_t *number, bool *found, struct ecs_err *err)
{
	const struct ecs_record given = {
	    .collection = collection, .id = id, .id_len = id_len};
	int64_t place = -1;
	bool ok;

	*found = false;
	if (!still_whole(records, err))
		return false;
	ok = locate(records, &given, &place, err);
	if (ok && place >= 0)
		ok = supersede(records, place, err) &&
		    note_deletion(records, &given, place, err) &&
		    note_freed(records, collection, place, err) &&
		    forget_former(records, &given, err) &&
		    remove_at(records, place, err);
	if (!ok) {
		records->failed = true;
		return false;
	}
	*found = place >= 0;
	if (*found)
		*number = ecs_row_number(place);
	return true;
}

bool
ecs_records_find(struct ecs_records *records, int collection, const char *id,
    size_t id_len, struct ecs_record *record, bool *found, struct ecs_err *err)
{
	sqlite3_stmt *stmt;
	bool ok = false;

	*found = false;
	pthread_mutex_lock(&records->lock);
	stmt = ecs_sql_get(&records->sql, ECS_SQL_BY_ID, err);
	if (stmt != NULL) {
		ecs_sql_bind(stmt, 1, collection);
		ecs_sql_bind_text(stmt, 2, id, id_len);
		ok = ecs_row_fetch(&records->sql, stmt, UINT64_MAX,
		    &records->row, record, found, err);
	}
	pthread_mutex_unlock(&records->lock);
	return ok;
}
