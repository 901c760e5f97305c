/* SPDX-License-Identifier: ISC */
#ifndef ECS_RECORDS_SQL_H
#define ECS_RECORDS_SQL_H
/*
 * A connection to the file and every statement ever run on it.  A statement is
 * prepared when first used and kept.  One connection is for one thread at a
 * time.
 *
 * Values are bound without a copy, so they must live until the statement has
 * run.  Binding so can fail only for a value of more than a gigabyte, and
 * ecs_records_put refuses those.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

struct ecs_err;

enum ecs_statement {
	ECS_SQL_BEGIN,
	ECS_SQL_COMMIT,
	ECS_SQL_ROLLBACK,
	ECS_SQL_ADVANCE,
	ECS_SQL_PLACE,
	ECS_SQL_INSERT,
	ECS_SQL_REPLACE,
	ECS_SQL_REMOVE,
	ECS_SQL_SUPERSEDE,
	ECS_SQL_FREE_NUMBER,
	ECS_SQL_NEXT_NUMBER,
	ECS_SQL_NOTE_DELETION,
	ECS_SQL_NOTE_FREED,
	ECS_SQL_TRIM_SUPERSEDED,
	ECS_SQL_TRIM_TO_FREE,
	ECS_SQL_TRIM_FREED,
	ECS_SQL_BY_ID,
	ECS_SQL_BY_PLACE,
	ECS_SQL_HIT_BY_PLACE,
	ECS_SQL_OLD_BY_ID,
	ECS_SQL_OLD_BY_PLACE,
	ECS_SQL_OLD_HIT_BY_PLACE,
	ECS_SQL_SCAN,
	ECS_SQL_CHANGED,
	ECS_SQL_DELETED,
	ECS_SQL_FORGET_DELETIONS,
	ECS_SQL_GET_SETTING,
	ECS_SQL_PUT_SETTING,
	ECS_SQL_GET_COLLECTION,
	ECS_SQL_PUT_COLLECTION,
	ECS_SQL_KEYS,
	ECS_SQL_KEY_CREATE,
	ECS_SQL_KEY_UPDATE,
	ECS_SQL_KEY_DELETE,
	ECS_SQL_TASK_CREATE,
	ECS_SQL_TASK_FINISH,
	ECS_SQL_TASK_GET,
	ECS_SQL_TASK_WAITING,
	ECS_SQL_TASK_EXPIRE,
	ECS_SQL_QUERY_DAY,
	ECS_SQL_QUERY_AGAIN,
	ECS_SQL_QUERY_PLACE,
	ECS_SQL_QUERY_NEW,
	ECS_SQL_QUERY_CLICK,
	ECS_SQL_QUERY_EXPIRE,
	ECS_SQL_QUERY_EXPIRE_RARE,
	ECS_SQL_QUERY_EXPIRE_RARE_CLICKS,
	ECS_SQL_QUERY_EXPIRE_CLICKS,
	ECS_SQL_QUERY_EXPIRE_DAYS,
	ECS_SQL_QUERY_FORGET,
	ECS_SQL_QUERY_FORGET_CLICKS,
	ECS_SQL_QUERY_DAYS,
	ECS_SQL_QUERY_LINES,
	ECS_SQL_QUERY_RANKS,
	ECS_SQL_QUERY_WITHHELD,
	ECS_SQL_FORMER_PUT,
	ECS_SQL_FORMER_BOUND,
	ECS_SQL_FORMER_FORGET,
	ECS_SQL_FORMER_FORGET_ALL,
	ECS_SQL_FORMER_ANY,
	ECS_SQL_FORMER_FIND,
	ECS_SQL_STATEMENTS
};

struct ecs_sql {
	sqlite3 *db;
	sqlite3_stmt *statements[ECS_SQL_STATEMENTS];
};

/* Open path for reading; it never writes and never checkpoints. */
bool
ecs_sql_open_reader(struct ecs_sql *sql, const char *path, struct ecs_err *err);
/* Open path, which exists, for writing; sets nothing that is kept in it. */
bool
ecs_sql_open_writer(struct ecs_sql *sql, const char *path, struct ecs_err *err);
/* Harmless on one that is not open. */
void ecs_sql_close(struct ecs_sql *sql);

/* Run text that answers no rows anyone wants. */
bool ecs_sql_exec(struct ecs_sql *sql, const char *text, struct ecs_err *err);
/* The first column of the first row of text; 0 when there is no row. */
bool ecs_sql_number(
    struct ecs_sql *sql, const char *text, int64_t *value, struct ecs_err *err);

/* A statement ready to bind; NULL and err on failure. */
sqlite3_stmt *
ecs_sql_get(struct ecs_sql *sql, enum ecs_statement which, struct ecs_err *err);
/* On to the next row, *row says whether there is one. */
bool ecs_sql_step(
    struct ecs_sql *sql, sqlite3_stmt *stmt, bool *row, struct ecs_err *err);
/* Run to the end and reset. */
bool ecs_sql_run(struct ecs_sql *sql, sqlite3_stmt *stmt, struct ecs_err *err);
/* Forget bindings and position, so that no read transaction stays open. */
void ecs_sql_done(sqlite3_stmt *stmt);

void ecs_sql_bind(sqlite3_stmt *stmt, int at, int64_t value);
/* NULL is bound as NULL. */
void
ecs_sql_bind_text(sqlite3_stmt *stmt, int at, const char *text, size_t len);
void ecs_sql_bind_str(sqlite3_stmt *stmt, int at, const char *text);
/* Copy a text column into a fixed array, cut when too long; NULL is "". */
void ecs_sql_copy(sqlite3_stmt *stmt, int column, char *text, size_t size);

/* Record the connection's last error; returns false. */
bool ecs_sql_fail(struct ecs_sql *sql, struct ecs_err *err);
#endif
