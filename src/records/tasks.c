/* SPDX-License-Identifier: ISC */
/*
 * tasks - work promised with a 202, so that a restart does not forget it.
 *
 * Written on the writing connection: by the writer thread inside its
 * transaction a task is finished together with the work it stands for.
 */
#include <assert.h>

#include "ecsearch/err.h"
#include "ecsearch/records.h"

#include "file.h"

static bool
create(struct ecs_records *records, const char *kind, const void *payload,
    size_t len, const char *id, struct ecs_err *err)
{
	sqlite3_stmt *stmt =
	    ecs_sql_get(&records->sql, ECS_SQL_TASK_CREATE, err);

	if (stmt == NULL)
		return false;
	ecs_sql_bind_str(stmt, 1, id);
	ecs_sql_bind_str(stmt, 2, kind);
	ecs_sql_bind(stmt, 3, ecs_now());
	if (sqlite3_bind_blob64(stmt, 4, len == 0 ? "" : payload, len,
		SQLITE_STATIC) != SQLITE_OK) {
		ecs_sql_done(stmt);
		return ecs_err_set(
		    err, 413, "too_big", "a task cannot carry %zu bytes", len);
	}
	return ecs_sql_run(&records->sql, stmt, err);
}

/* Every change ends here: half a transaction must not be committed. */
static bool
leave(struct ecs_records *records, bool ok)
{
	if (!ok && records->writing)
		records->failed = true;
	pthread_mutex_unlock(&records->lock);
	return ok;
}

bool
ecs_task_create(struct ecs_records *records, const char *kind,
    const void *payload, size_t len, char id[24], struct ecs_err *err)
{
	ecs_handle_make(id, "t_");
	pthread_mutex_lock(&records->lock);
	return leave(records, create(records, kind, payload, len, id, err));
}

static bool
finish(struct ecs_records *records, const char *id, enum ecs_task_state state,
    const char *result, struct ecs_err *err)
{
	sqlite3_stmt *stmt =
	    ecs_sql_get(&records->sql, ECS_SQL_TASK_FINISH, err);

	if (stmt == NULL)
		return false;
	ecs_sql_bind_str(stmt, 1, id);
	ecs_sql_bind(stmt, 2, state);
	ecs_sql_bind(stmt, 3, ecs_now());
	ecs_sql_bind_str(stmt, 4, result);
	return ecs_sql_run(&records->sql, stmt, err);
}

bool
ecs_task_finish(struct ecs_records *records, const char *id,
    enum ecs_task_state state, const char *result, struct ecs_err *err)
{
	bool there;

	assert(state != ECS_TASK_WAITING);
	pthread_mutex_lock(&records->lock);
	if (!finish(records, id, state, result, err))
		return leave(records, false);
	there = sqlite3_changes(records->sql.db) > 0;
	leave(records, true); /* an unknown task has broken nothing */
	return there ||
	    ecs_err_set(err, 404, "unknown_task", "there is no task %s", id);
}

bool
ecs_task_expire(
    struct ecs_records *records, int64_t before, struct ecs_err *err)
{
	sqlite3_stmt *stmt;
	bool ok = false;

	pthread_mutex_lock(&records->lock);
	stmt = ecs_sql_get(&records->sql, ECS_SQL_TASK_EXPIRE, err);
	if (stmt != NULL) {
		ecs_sql_bind(stmt, 1, before);
		ok = ecs_sql_run(&records->sql, stmt, err);
	}
	return leave(records, ok);
}

static void
view_task(sqlite3_stmt *stmt, struct ecs_task *task)
{
	ecs_sql_copy(stmt, 0, task->id, sizeof(task->id));
	ecs_sql_copy(stmt, 1, task->kind, sizeof(task->kind));
	task->state = (enum ecs_task_state)sqlite3_column_int(stmt, 2);
	task->created = sqlite3_column_int64(stmt, 3);
	task->finished = sqlite3_column_int64(stmt, 4);
	task->result = (const char *)sqlite3_column_text(stmt, 5);
	task->payload = NULL;
	task->payload_len = 0;
	if (task->state == ECS_TASK_WAITING) {
		task->payload = sqlite3_column_blob(stmt, 6);
		task->payload_len = (size_t)sqlite3_column_bytes(stmt, 6);
		if (task->payload_len == 0)
			task->payload = "";
	}
}

static bool
each(struct ecs_records *records, sqlite3_stmt *stmt, int *count,
    ecs_task_sink *sink, void *user, struct ecs_err *err)
{
	struct ecs_task task;
	bool row;

	for (;;) {
		if (!ecs_sql_step(&records->side, stmt, &row, err))
			return false;
		if (!row)
			return true;
		view_task(stmt, &task);
		if (sqlite3_errcode(records->side.db) == SQLITE_NOMEM)
			return ecs_err_memory(err);
		sink(user, &task);
		(*count)++;
	}
}

bool
ecs_task_get(struct ecs_records *records, const char *id, bool *found,
    ecs_task_sink *sink, void *user, struct ecs_err *err)
{
	sqlite3_stmt *stmt;
	int count = 0;
	bool ok = false;

	pthread_mutex_lock(&records->side_lock);
	stmt = ecs_sql_get(&records->side, ECS_SQL_TASK_GET, err);
	if (stmt != NULL) {
		ecs_sql_bind_str(stmt, 1, id);
		ok = each(records, stmt, &count, sink, user, err);
		ecs_sql_done(stmt);
	}
	pthread_mutex_unlock(&records->side_lock);
	*found = count > 0;
	return ok;
}

bool
ecs_task_waiting(struct ecs_records *records, ecs_task_sink *sink, void *user,
    struct ecs_err *err)
{
	sqlite3_stmt *stmt;
	int count = 0;
	bool ok = false;

	pthread_mutex_lock(&records->side_lock);
	stmt = ecs_sql_get(&records->side, ECS_SQL_TASK_WAITING, err);
	if (stmt != NULL) {
		ok = each(records, stmt, &count, sink, user, err);
		ecs_sql_done(stmt);
	}
	pthread_mutex_unlock(&records->side_lock);
	return ok;
}
