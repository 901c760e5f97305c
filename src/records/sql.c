/* SPDX-License-Identifier: ISC */
/*
 * sql - connections, their statements, and what SQLite's errors mean here.
 *
 * A place is a document's key in the tables: collection << 32 | number.  It is
 * the rowid, so a hit is one walk down one tree.  hit stands before json in a
 * row, so that reading it leaves the pages of a long json alone.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ecsearch/err.h"

#include "sql.h"

/* Longer than any batch takes; waiting is only ever for another process. */
enum { BUSY_MS = 5000 };

/*
 * Rows of documents, superseded and deletions all answer place, sequence, id,
 * hit, json, in this order; row.c reads them.
 */
#define NOW "SELECT place, sequence, id, hit, json FROM documents "
#define OLD "SELECT place, since, id, hit, json FROM superseded "
#define LONE_HIT "hit, CASE WHEN hit IS NULL THEN json END "

/* The queries searched on fewer than ?2 days; one walk for all is far cheaper
 * than a count for each row. */
#define RARE                                       \
	"(SELECT q, collection FROM query_counts " \
	"GROUP BY q, collection HAVING count(*) < ?2) "

static const char *const statement_text[] = {
    [ECS_SQL_BEGIN] = "BEGIN IMMEDIATE",
    [ECS_SQL_COMMIT] = "COMMIT",
    [ECS_SQL_ROLLBACK] = "ROLLBACK",
    [ECS_SQL_ADVANCE] = "UPDATE state SET sequence = ?1",
    [ECS_SQL_PLACE] = "SELECT place FROM documents "
		      "WHERE collection = ?1 AND id = ?2",
    [ECS_SQL_INSERT] = "INSERT INTO documents"
		       "(place, collection, sequence, id, hit, json) "
		       "VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    [ECS_SQL_REPLACE] = "UPDATE documents SET sequence = ?2, hit = ?3, "
			"json = ?4 WHERE place = ?1",
    [ECS_SQL_REMOVE] = "DELETE FROM documents WHERE place = ?1",
    [ECS_SQL_SUPERSEDE] =
	"INSERT INTO superseded"
	"(place, collection, since, until, id, hit, json) "
	"SELECT place, collection, sequence, ?2, id, hit, json "
	"FROM documents WHERE place = ?1 AND sequence < ?2",
    [ECS_SQL_FREE_NUMBER] =
	"DELETE FROM free_numbers WHERE collection = ?1 AND number = "
	"(SELECT min(number) FROM free_numbers WHERE collection = ?1) "
	"RETURNING number",
    [ECS_SQL_NEXT_NUMBER] = "UPDATE collections SET next = next + 1 "
			    "WHERE collection = ?1 RETURNING next - 1",
    [ECS_SQL_NOTE_DELETION] = "INSERT INTO deletions"
			      "(collection, sequence, place, id) "
			      "VALUES(?1, ?2, ?3, ?4)",
    [ECS_SQL_NOTE_FREED] = "INSERT INTO freed(sequence, collection, number) "
			   "VALUES(?1, ?2, ?3)",
    [ECS_SQL_TRIM_SUPERSEDED] = "DELETE FROM superseded WHERE until <= ?1",
    [ECS_SQL_TRIM_TO_FREE] =
	"INSERT INTO free_numbers(collection, number) "
	"SELECT collection, number FROM freed WHERE sequence <= ?1",
    [ECS_SQL_TRIM_FREED] = "DELETE FROM freed WHERE sequence <= ?1",
    [ECS_SQL_BY_ID] = NOW "WHERE collection = ?1 AND id = ?2",
    [ECS_SQL_BY_PLACE] = NOW "WHERE place = ?1",
    [ECS_SQL_HIT_BY_PLACE] = "SELECT place, sequence, id, " LONE_HIT
			     "FROM documents WHERE place = ?1",
    [ECS_SQL_OLD_BY_ID] = OLD "WHERE collection = ?1 AND id = ?2 "
			      "AND until > ?3 ORDER BY until LIMIT 1",
    [ECS_SQL_OLD_BY_PLACE] = OLD "WHERE place = ?1 AND until > ?2 "
				 "ORDER BY until LIMIT 1",
    [ECS_SQL_OLD_HIT_BY_PLACE] =
	"SELECT place, since, id, " LONE_HIT "FROM superseded "
	"WHERE place = ?1 AND until > ?2 "
	"ORDER BY until LIMIT 1",
    [ECS_SQL_SCAN] = NOW "WHERE place > ?1 AND place <= ?2 "
			 "ORDER BY place LIMIT ?3",
    [ECS_SQL_CHANGED] = NOW "WHERE collection = ?1 AND sequence > ?2 "
			    "ORDER BY sequence, place",
    [ECS_SQL_DELETED] = "SELECT place, sequence, id, NULL, NULL "
			"FROM deletions "
			"WHERE collection = ?1 AND sequence > ?2 "
			"ORDER BY sequence, place",
    [ECS_SQL_FORGET_DELETIONS] =
	"DELETE FROM deletions WHERE collection = ?1 AND sequence <= ?2",
    [ECS_SQL_GET_SETTING] = "SELECT value FROM settings WHERE name = ?1",
    [ECS_SQL_PUT_SETTING] =
	"INSERT INTO settings(name, value) VALUES(?1, ?2) "
	"ON CONFLICT(name) DO UPDATE SET value = excluded.value",
    [ECS_SQL_GET_COLLECTION] =
	"SELECT collection FROM collections WHERE name = ?1",
    [ECS_SQL_PUT_COLLECTION] = "INSERT INTO collections(name) VALUES(?1)",
    [ECS_SQL_KEYS] = "SELECT digest, id, name, rights, filter, origins, "
		     "created, expires, rate FROM keys ORDER BY created, id",
    [ECS_SQL_KEY_CREATE] =
	"INSERT INTO keys(id, name, rights, filter, origins, created, "
	"expires, rate, digest) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [ECS_SQL_KEY_UPDATE] = "UPDATE keys SET name = ?2, rights = ?3, "
			   "filter = ?4, origins = ?5, expires = ?7, "
			   "rate = ?8 WHERE id = ?1",
    [ECS_SQL_KEY_DELETE] = "DELETE FROM keys WHERE id = ?1",
    [ECS_SQL_TASK_CREATE] = "INSERT INTO tasks(id, kind, state, created, "
			    "payload) VALUES(?1, ?2, 0, ?3, ?4)",
    [ECS_SQL_TASK_FINISH] = "UPDATE tasks SET state = ?2, finished = ?3, "
			    "result = ?4, payload = NULL WHERE id = ?1",
    [ECS_SQL_TASK_GET] = "SELECT id, kind, state, created, finished, result, "
			 "payload FROM tasks WHERE id = ?1",
    [ECS_SQL_TASK_WAITING] =
	"SELECT id, kind, state, created, finished, result, payload "
	"FROM tasks WHERE state = 0 ORDER BY task",
    [ECS_SQL_TASK_EXPIRE] = "DELETE FROM tasks WHERE state <> 0 "
			    "AND finished < ?1",
    [ECS_SQL_QUERY_DAY] =
	"INSERT INTO query_days(day, searches, without_hits, clicks, left_out) "
	"VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(day) DO UPDATE SET "
	"searches = searches + excluded.searches, "
	"without_hits = without_hits + excluded.without_hits, "
	"clicks = clicks + excluded.clicks, "
	"left_out = left_out + excluded.left_out",
    [ECS_SQL_QUERY_AGAIN] = "UPDATE query_counts SET searches = searches + ?4, "
			    "without_hits = without_hits + ?5 "
			    "WHERE q = ?1 AND collection = ?2 AND day = ?3",
    [ECS_SQL_QUERY_PLACE] = "UPDATE query_days SET queries = queries + 1 "
			    "WHERE day = ?1 AND queries < ?2",
    [ECS_SQL_QUERY_NEW] =
	"INSERT INTO query_counts(q, collection, day, searches, without_hits) "
	"VALUES(?1, ?2, ?3, ?4, ?5)",
    [ECS_SQL_QUERY_CLICK] =
	"INSERT INTO query_clicks(q, collection, day, rank, clicks) "
	"SELECT q, collection, ?3, ?4, ?5 FROM query_counts "
	"WHERE q = ?1 AND +collection IN (?2, '') "
	"ORDER BY collection DESC, day DESC LIMIT 1 "
	"ON CONFLICT(q, collection, rank, day) DO UPDATE SET "
	"clicks = clicks + excluded.clicks",
    [ECS_SQL_QUERY_EXPIRE] = "DELETE FROM query_counts WHERE day < ?1",
    [ECS_SQL_QUERY_EXPIRE_RARE] = "DELETE FROM query_counts WHERE day < ?1 "
				  "AND (q, collection) IN " RARE,
    [ECS_SQL_QUERY_EXPIRE_RARE_CLICKS] =
	"DELETE FROM query_clicks WHERE day < ?1 "
	"AND (q, collection) IN " RARE,
    [ECS_SQL_QUERY_EXPIRE_CLICKS] =
	"DELETE FROM query_clicks WHERE day < ?1 OR NOT EXISTS "
	"(SELECT 1 FROM query_counts AS each WHERE each.q = query_clicks.q "
	"AND each.collection = query_clicks.collection)",
    [ECS_SQL_QUERY_EXPIRE_DAYS] = "DELETE FROM query_days WHERE day < ?1",
    [ECS_SQL_QUERY_FORGET] = "DELETE FROM query_counts WHERE q = ?1",
    [ECS_SQL_QUERY_FORGET_CLICKS] = "DELETE FROM query_clicks WHERE q = ?1",
    [ECS_SQL_QUERY_DAYS] =
	"SELECT day, searches, without_hits, clicks, left_out FROM query_days "
	"WHERE day BETWEEN ?1 AND ?2 ORDER BY day",
    [ECS_SQL_QUERY_LINES] =
	"SELECT q, collection, "
	"sum(searches) FILTER (WHERE day BETWEEN ?1 AND ?2) AS count, "
	"count(*) FILTER (WHERE day BETWEEN ?1 AND ?2) AS days, "
	"sum(without_hits) FILTER (WHERE day BETWEEN ?1 AND ?2) AS missed, "
	"(SELECT coalesce(sum(clicks), 0) FROM query_clicks AS click "
	"WHERE click.q = query_counts.q "
	"AND click.collection = query_counts.collection "
	"AND click.day BETWEEN ?1 AND ?2) AS clicked "
	"FROM query_counts WHERE ?3 IS NULL OR collection = ?3 "
	"GROUP BY q, collection HAVING count(*) >= ?4 AND days > 0 "
	"AND CASE ?5 WHEN 1 THEN missed WHEN 2 THEN clicked ELSE 1 END > 0 "
	"ORDER BY CASE ?5 WHEN 1 THEN missed WHEN 2 THEN clicked END DESC, "
	"count DESC, q, collection LIMIT ?6",
    [ECS_SQL_QUERY_RANKS] =
	"SELECT rank, sum(clicks) FROM query_clicks "
	"WHERE q = ?1 AND collection = ?2 AND day BETWEEN ?3 AND ?4 "
	"GROUP BY rank",
    [ECS_SQL_QUERY_WITHHELD] =
	"SELECT count(*) FROM (SELECT 1 FROM query_counts "
	"WHERE ?3 IS NULL OR collection = ?3 GROUP BY q, collection "
	"HAVING count(*) < ?4 AND sum(day BETWEEN ?1 AND ?2) > 0)",
#define FORMER "collection = ?1 AND document = ?2 "
    [ECS_SQL_FORMER_PUT] =
	"INSERT INTO former_passages"
	"(collection, document, passage, gone, section, words) "
	"VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET "
	"gone = excluded.gone",
    [ECS_SQL_FORMER_BOUND] =
	"DELETE FROM former_passages WHERE " FORMER "AND passage IN "
	"(SELECT passage FROM former_passages WHERE " FORMER
	"ORDER BY gone DESC, passage LIMIT -1 OFFSET ?3)",
    [ECS_SQL_FORMER_FORGET] =
	"DELETE FROM former_passages WHERE " FORMER "AND passage = ?3",
    [ECS_SQL_FORMER_FORGET_ALL] = "DELETE FROM former_passages WHERE " FORMER,
    [ECS_SQL_FORMER_ANY] =
	"SELECT 1 FROM former_passages WHERE " FORMER "LIMIT 1",
    [ECS_SQL_FORMER_FIND] = "SELECT gone, section, words FROM former_passages "
			    "WHERE " FORMER "AND passage = ?3",
};
_Static_assert(
    sizeof(statement_text) / sizeof(statement_text[0]) == ECS_SQL_STATEMENTS,
    "each statement has its text");

bool
ecs_sql_fail(struct ecs_sql *sql, struct ecs_err *err)
{
	int code =
	    sql->db == NULL ? SQLITE_NOMEM : sqlite3_extended_errcode(sql->db);
	int why = sql->db == NULL ? 0 : sqlite3_system_errno(sql->db);
	const char *text = sqlite3_errmsg(sql->db);

	if (code == SQLITE_IOERR_NOMEM)
		return ecs_err_memory(err);
	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return ecs_err_memory(err);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return ecs_err_set(
		    err, 503, "records_busy", "records: %s", text);
	case SQLITE_FULL:
		return ecs_err_set(err, 507, "disk_full", "records: %s", text);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ecs_err_set(
		    err, 500, "records_damaged", "records: %s", text);
	case SQLITE_IOERR:
		if (why == ENOSPC || why == EDQUOT)
			return ecs_err_set(
			    err, 507, "disk_full", "records: %s", text);
		break;
	default:
		break;
	}
	return ecs_err_set(
	    err, 500, "records_failed", "records: %s (%d)", text, code);
}

static bool
open_connection(
    struct ecs_sql *sql, const char *path, int flags, struct ecs_err *err)
{
	memset(sql, 0, sizeof(*sql));
	flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	if (sqlite3_open_v2(path, &sql->db, flags, NULL) != SQLITE_OK ||
	    sqlite3_busy_timeout(sql->db, BUSY_MS) != SQLITE_OK) {
		ecs_sql_fail(sql, err);
		ecs_sql_close(sql);
		return false;
	}
	return true;
}

bool
ecs_sql_open_writer(struct ecs_sql *sql, const char *path, struct ecs_err *err)
{
	if (!open_connection(sql, path, SQLITE_OPEN_READWRITE, err))
		return false;
	/* A crafted file must not run what it names as if it were ours. */
	sqlite3_db_config(sql->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return true;
}

/*
 * Nothing is mapped: a disk error in a map is a SIGBUS, and pages of a map
 * count as memory of this process, once for each reader.
 */
#define READER_PRAGMAS                                       \
	"PRAGMA query_only = 1; PRAGMA temp_store = MEMORY;" \
	"PRAGMA mmap_size = 0; PRAGMA wal_autocheckpoint = 0;"

bool
ecs_sql_open_reader(struct ecs_sql *sql, const char *path, struct ecs_err *err)
{
	if (!open_connection(sql, path, SQLITE_OPEN_READONLY, err))
		return false;
	sqlite3_db_config(sql->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(sql->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (ecs_sql_exec(sql, READER_PRAGMAS, err))
		return true;
	ecs_sql_close(sql);
	return false;
}

void
ecs_sql_close(struct ecs_sql *sql)
{
	for (int i = 0; i < ECS_SQL_STATEMENTS; i++)
		sqlite3_finalize(sql->statements[i]);
	sqlite3_close(sql->db);
	memset(sql, 0, sizeof(*sql));
}

bool
ecs_sql_exec(struct ecs_sql *sql, const char *text, struct ecs_err *err)
{
	if (sqlite3_exec(sql->db, text, NULL, NULL, NULL) != SQLITE_OK)
		return ecs_sql_fail(sql, err);
	return true;
}

bool
ecs_sql_number(
    struct ecs_sql *sql, const char *text, int64_t *value, struct ecs_err *err)
{
	sqlite3_stmt *stmt = NULL;
	bool row = false;
	bool ok;

	*value = 0;
	if (sqlite3_prepare_v2(sql->db, text, -1, &stmt, NULL) != SQLITE_OK)
		return ecs_sql_fail(sql, err);
	ok = ecs_sql_step(sql, stmt, &row, err);
	if (row)
		*value = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return ok;
}

sqlite3_stmt *
ecs_sql_get(struct ecs_sql *sql, enum ecs_statement which, struct ecs_err *err)
{
	sqlite3_stmt **stmt = &sql->statements[which];

	if (*stmt == NULL &&
	    sqlite3_prepare_v3(sql->db, statement_text[which], -1,
		SQLITE_PREPARE_PERSISTENT, stmt, NULL) != SQLITE_OK) {
		ecs_sql_fail(sql, err);
		return NULL;
	}
	assert(!sqlite3_stmt_busy(*stmt)); /* a sink called its own walk */
	return *stmt;
}

bool
ecs_sql_step(
    struct ecs_sql *sql, sqlite3_stmt *stmt, bool *row, struct ecs_err *err)
{
	int code = sqlite3_step(stmt);

	*row = code == SQLITE_ROW;
	if (code == SQLITE_ROW || code == SQLITE_DONE)
		return true;
	return ecs_sql_fail(sql, err);
}

bool
ecs_sql_run(struct ecs_sql *sql, sqlite3_stmt *stmt, struct ecs_err *err)
{
	bool row = true;
	bool ok = true;

	while (ok && row)
		ok = ecs_sql_step(sql, stmt, &row, err);
	ecs_sql_done(stmt);
	return ok;
}

void
ecs_sql_done(sqlite3_stmt *stmt)
{
	if (stmt == NULL)
		return;
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
}

void
ecs_sql_bind(sqlite3_stmt *stmt, int at, int64_t value)
{
	sqlite3_bind_int64(stmt, at, value);
}

void
ecs_sql_bind_text(sqlite3_stmt *stmt, int at, const char *text, size_t len)
{
	sqlite3_bind_text64(stmt, at, text, len, SQLITE_STATIC, SQLITE_UTF8);
}

void
ecs_sql_bind_str(sqlite3_stmt *stmt, int at, const char *text)
{
	ecs_sql_bind_text(stmt, at, text, strlen(text));
}

void
ecs_sql_copy(sqlite3_stmt *stmt, int column, char *text, size_t size)
{
	const unsigned char *value = sqlite3_column_text(stmt, column);

	snprintf(text, size, "%s", value == NULL ? "" : (const char *)value);
}
