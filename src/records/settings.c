/* SPDX-License-Identifier: ISC */
/*
 * settings - small named values, and the numbers of collections.
 */
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"
#include "ecsearch/records.h"

#include "file.h"

static bool
get_setting(struct ecs_records *records, const char *name, char *value,
    size_t size, struct ecs_err *err)
{
	sqlite3_stmt *stmt =
	    ecs_sql_get(&records->sql, ECS_SQL_GET_SETTING, err);
	bool row;
	bool ok;

	if (stmt == NULL)
		return false;
	ecs_sql_bind_str(stmt, 1, name);
	ok = ecs_sql_step(&records->sql, stmt, &row, err);
	if (ok && row) {
		ecs_sql_copy(stmt, 0, value, size);
		/* half a fingerprint must not pass for a whole one */
		if ((size_t)sqlite3_column_bytes(stmt, 0) >= size)
			ok = ecs_err_set(err, 500, "records_failed",
			    "records: the setting %s is too long", name);
	}
	ecs_sql_done(stmt);
	return ok;
}

bool
ecs_records_get_setting(struct ecs_records *records, const char *name,
    char *value, size_t size, struct ecs_err *err)
{
	bool ok;

	value[0] = '\0';
	pthread_mutex_lock(&records->lock);
	ok = get_setting(records, name, value, size, err);
	pthread_mutex_unlock(&records->lock);
	return ok;
}

static bool
read_setting(struct ecs_records *records, const char *name,
    struct ecs_buf *value, struct ecs_err *err)
{
	sqlite3_stmt *stmt =
	    ecs_sql_get(&records->sql, ECS_SQL_GET_SETTING, err);
	const void *text;
	bool row;
	bool ok;

	if (stmt == NULL)
		return false;
	ecs_sql_bind_str(stmt, 1, name);
	ok = ecs_sql_step(&records->sql, stmt, &row, err);
	if (ok && row) {
		text = sqlite3_column_text(stmt, 0);
		if (text != NULL)
			ecs_buf_add(
			    value, text, (size_t)sqlite3_column_bytes(stmt, 0));
		ok = (text != NULL && !value->failed) || ecs_err_memory(err);
	}
	ecs_sql_done(stmt);
	return ok;
}

bool
ecs_records_read_setting(struct ecs_records *records, const char *name,
    struct ecs_buf *value, struct ecs_err *err)
{
	bool ok;

	pthread_mutex_lock(&records->lock);
	ok = read_setting(records, name, value, err);
	pthread_mutex_unlock(&records->lock);
	return ok;
}

bool
ecs_records_put_setting(struct ecs_records *records, const char *name,
    const char *value, struct ecs_err *err)
{
	sqlite3_stmt *stmt;
	bool ok = false;

	pthread_mutex_lock(&records->lock);
	stmt = ecs_sql_get(&records->sql, ECS_SQL_PUT_SETTING, err);
	if (stmt != NULL) {
		ecs_sql_bind_str(stmt, 1, name);
		ecs_sql_bind_str(stmt, 2, value);
		ok = ecs_sql_run(&records->sql, stmt, err);
	}
	if (!ok && records->writing)
		records->failed = true;
	pthread_mutex_unlock(&records->lock);
	return ok;
}

/* *collection is 0 when the name is new. */
static bool
look_up(struct ecs_records *records, const char *name, int *collection,
    struct ecs_err *err)
{
	sqlite3_stmt *stmt =
	    ecs_sql_get(&records->sql, ECS_SQL_GET_COLLECTION, err);
	bool row;
	bool ok;

	if (stmt == NULL)
		return false;
	ecs_sql_bind_str(stmt, 1, name);
	ok = ecs_sql_step(&records->sql, stmt, &row, err);
	*collection = ok && row ? sqlite3_column_int(stmt, 0) : 0;
	ecs_sql_done(stmt);
	return ok;
}

static bool
add(struct ecs_records *records, const char *name, int *collection,
    struct ecs_err *err)
{
	sqlite3_stmt *stmt =
	    ecs_sql_get(&records->sql, ECS_SQL_PUT_COLLECTION, err);

	if (stmt == NULL)
		return false;
	ecs_sql_bind_str(stmt, 1, name);
	if (!ecs_sql_run(&records->sql, stmt, err))
		return false;
	*collection = (int)sqlite3_last_insert_rowid(records->sql.db);
	return true;
}

bool
ecs_records_collection(struct ecs_records *records, const char *name,
    int *collection, struct ecs_err *err)
{
	bool ok;

	pthread_mutex_lock(&records->lock);
	ok = look_up(records, name, collection, err) &&
	    (*collection != 0 || add(records, name, collection, err));
	if (!ok && records->writing)
		records->failed = true;
	pthread_mutex_unlock(&records->lock);
	return ok;
}
