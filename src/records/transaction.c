/* SPDX-License-Identifier: ISC */
/*
 * transaction - begin, commit, rollback, and what is cleared up between them.
 */
#include <assert.h>

#include "ecsearch/err.h"
#include "ecsearch/fault.h"
#include "ecsearch/records.h"

#include "file.h"

static bool
run(struct ecs_sql *sql, enum ecs_statement which, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(sql, which, err);

	return stmt != NULL && ecs_sql_run(sql, stmt, err);
}

static bool
run_with(struct ecs_sql *sql, enum ecs_statement which, uint64_t value,
    struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(sql, which, err);

	if (stmt == NULL)
		return false;
	ecs_sql_bind(stmt, 1, value > INT64_MAX ? INT64_MAX : (int64_t)value);
	return ecs_sql_run(sql, stmt, err);
}

/* The transaction is over, one way or the other. */
static void
end(struct ecs_records *records)
{
	records->writing = false;
	records->failed = false;
	pthread_mutex_unlock(&records->lock);
}

bool
ecs_records_begin(
    struct ecs_records *records, uint64_t *sequence, struct ecs_err *err)
{
	if (ECS_FAULT("records.begin"))
		return ecs_err_set(
		    err, 500, "records_failed", "records.begin was told to");
	pthread_mutex_lock(&records->lock);
	assert(!records->writing);
	if (!run(&records->sql, ECS_SQL_BEGIN, err)) {
		pthread_mutex_unlock(&records->lock);
		return false;
	}
	records->writing = true;
	records->pending = records->sequence + 1;
	*sequence = records->pending;
	return true;
}

static bool
commit(struct ecs_records *records, struct ecs_err *err)
{
	/* a full disk may have made SQLite roll back by itself */
	if (records->failed || sqlite3_get_autocommit(records->sql.db))
		return ecs_err_set(err, 500, "records_failed",
		    "records: a write of this transaction had failed");
	if (ECS_FAULT("records.commit"))
		return ecs_err_set(
		    err, 500, "records_failed", "records.commit was told to");
	return run_with(
		   &records->sql, ECS_SQL_ADVANCE, records->pending, err) &&
	    run(&records->sql, ECS_SQL_COMMIT, err);
}

bool
ecs_records_commit(struct ecs_records *records, struct ecs_err *err)
{
	assert(records->writing);
	if (!commit(records, err)) {
		ecs_records_rollback(records);
		return false;
	}
	records->sequence = records->pending;
	end(records);
	if (ECS_FAULT("records.committed"))
		return ecs_err_set(err, 500, "records_failed",
		    "records.committed was told to");
	return true;
}

void
ecs_records_rollback(struct ecs_records *records)
{
	struct ecs_err ignored = {0};

	/* only the thread inside a transaction can find this set and go on */
	pthread_mutex_lock(&records->lock);
	if (records->writing) {
		if (!sqlite3_get_autocommit(records->sql.db))
			run(&records->sql, ECS_SQL_ROLLBACK, &ignored);
		end(records);
	}
	pthread_mutex_unlock(&records->lock);
}

/*
 * Housekeeping that a power cut may undo needs no flush of its own: the next
 * batch flushes it too, and what it makes possible comes in later batches.
 */
static bool
begin_lax(struct ecs_records *records, struct ecs_err *err)
{
	pthread_mutex_lock(&records->lock);
	assert(!records->writing);
	return ecs_sql_exec(
		   &records->sql, "PRAGMA synchronous = NORMAL", err) &&
	    run(&records->sql, ECS_SQL_BEGIN, err);
}

static bool
end_lax(struct ecs_records *records, bool ok, struct ecs_err *err)
{
	ok = ok && run(&records->sql, ECS_SQL_COMMIT, err);
	if (!sqlite3_get_autocommit(records->sql.db))
		run(&records->sql, ECS_SQL_ROLLBACK, err);
	ok =
	    ecs_sql_exec(&records->sql, "PRAGMA synchronous = FULL", err) && ok;
	pthread_mutex_unlock(&records->lock);
	return ok;
}

bool
ecs_records_trim(
    struct ecs_records *records, uint64_t oldest, struct ecs_err *err)
{
	struct ecs_sql *sql = &records->sql;
	bool ok;

	ok = begin_lax(records, err) &&
	    run_with(sql, ECS_SQL_TRIM_SUPERSEDED, oldest, err) &&
	    run_with(sql, ECS_SQL_TRIM_TO_FREE, oldest, err) &&
	    run_with(sql, ECS_SQL_TRIM_FREED, oldest, err);
	return end_lax(records, ok, err);
}

/* The file's own pages are overwritten as they are freed: secure_delete. */
bool
ecs_records_scrub(struct ecs_records *records, struct ecs_err *err)
{
	bool ok = true;

	pthread_mutex_lock(&records->lock);
	assert(!records->writing);
	if (sqlite3_wal_checkpoint_v2(records->sql.db, NULL,
		SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) != SQLITE_OK)
		ok = ecs_sql_fail(&records->sql, err);
	pthread_mutex_unlock(&records->lock);
	return ok;
}

static bool
forget(struct ecs_records *records, int collection, uint64_t sequence,
    struct ecs_err *err)
{
	sqlite3_stmt *stmt =
	    ecs_sql_get(&records->sql, ECS_SQL_FORGET_DELETIONS, err);

	if (stmt == NULL)
		return false;
	ecs_sql_bind(stmt, 1, collection);
	ecs_sql_bind(
	    stmt, 2, sequence > INT64_MAX ? INT64_MAX : (int64_t)sequence);
	return ecs_sql_run(&records->sql, stmt, err);
}

bool
ecs_records_forget_deletions(struct ecs_records *records, int collection,
    uint64_t sequence, struct ecs_err *err)
{
	bool ok = begin_lax(records, err) &&
	    forget(records, collection, sequence, err);

	return end_lax(records, ok, err);
}
