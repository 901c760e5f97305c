/* SPDX-License-Identifier: ISC */
/*
 * queries - what was searched, counted by day.
 *
 * Written on the writing connection, between the writer thread's transactions;
 * a report is read on a connection of its own, so that nothing waits for it.
 */
#include <assert.h>
#include <string.h>

#include "ecsearch/err.h"
#include "ecsearch/fault.h"
#include "ecsearch/queries.h"
#include "ecsearch/records.h"

#include "file.h"

/* ---- changes ---- */

static bool
run(struct ecs_sql *sql, enum ecs_statement which, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(sql, which, err);

	return stmt != NULL && ecs_sql_run(sql, stmt, err);
}

static bool
begin(struct ecs_records *records, struct ecs_err *err)
{
	pthread_mutex_lock(&records->lock);
	assert(!records->writing);
	return run(&records->sql, ECS_SQL_BEGIN, err);
}

/* Commit when all went well, else leave everything as it was. */
static bool
end(struct ecs_records *records, bool ok, struct ecs_err *err)
{
	struct ecs_err ignored = {0};

	if (ok && ECS_FAULT("records.queries"))
		ok = ecs_err_set(
		    err, 500, "records_failed", "records.queries was told to");
	ok = ok && run(&records->sql, ECS_SQL_COMMIT, err);
	if (!sqlite3_get_autocommit(records->sql.db))
		run(&records->sql, ECS_SQL_ROLLBACK, &ignored);
	pthread_mutex_unlock(&records->lock);
	return ok;
}

static bool
add_to_day(
    struct ecs_sql *sql, const struct ecs_query_day *of, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(sql, ECS_SQL_QUERY_DAY, err);

	if (stmt == NULL)
		return false;
	ecs_sql_bind(stmt, 1, of->day);
	ecs_sql_bind(stmt, 2, (int64_t)of->searches);
	ecs_sql_bind(stmt, 3, (int64_t)of->without_hits);
	ecs_sql_bind(stmt, 4, (int64_t)of->clicks);
	ecs_sql_bind(stmt, 5, (int64_t)of->left_out);
	return ecs_sql_run(sql, stmt, err);
}

/* Run a statement on the row of a query; *changed says whether it met one. */
static bool
run_row(struct ecs_sql *sql, enum ecs_statement which,
    const struct ecs_query_count *of, bool *changed, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(sql, which, err);

	if (stmt == NULL)
		return false;
	ecs_sql_bind_str(stmt, 1, of->q);
	ecs_sql_bind_str(stmt, 2, of->in);
	ecs_sql_bind(stmt, 3, of->day);
	if (of->rank == 0) {
		ecs_sql_bind(stmt, 4, (int64_t)of->count);
		ecs_sql_bind(stmt, 5, (int64_t)of->without_hits);
	} else {
		ecs_sql_bind(stmt, 4, of->rank);
		ecs_sql_bind(stmt, 5, (int64_t)of->count);
	}
	if (!ecs_sql_run(sql, stmt, err))
		return false;
	*changed = sqlite3_changes(sql->db) > 0;
	return true;
}

/* One more distinct query of a day, while there is room. */
static bool
take_place(struct ecs_sql *sql, int64_t day, bool *taken, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(sql, ECS_SQL_QUERY_PLACE, err);

	if (stmt == NULL)
		return false;
	ecs_sql_bind(stmt, 1, day);
	ecs_sql_bind(stmt, 2, ECS_QUERIES_A_DAY);
	if (!ecs_sql_run(sql, stmt, err))
		return false;
	*taken = sqlite3_changes(sql->db) > 0;
	return true;
}

static bool
add_search(
    struct ecs_sql *sql, const struct ecs_query_count *of, struct ecs_err *err)
{
	struct ecs_query_day day = {.day = of->day, .left_out = of->left_out};
	bool done = false;

	if (of->q[0] == '\0') {
		day.searches = of->count;
		day.without_hits = of->without_hits;
		return add_to_day(sql, &day, err);
	}
	if (!run_row(sql, ECS_SQL_QUERY_AGAIN, of, &done, err) || done)
		return done;
	if (!add_to_day(sql, &day, err) ||
	    !take_place(sql, of->day, &done, err))
		return false;
	if (done)
		return run_row(sql, ECS_SQL_QUERY_NEW, of, &done, err);
	day.left_out = of->count;
	return add_to_day(sql, &day, err);
}

static bool
add_click(
    struct ecs_sql *sql, const struct ecs_query_count *of, struct ecs_err *err)
{
	const struct ecs_query_day day = {.day = of->day, .clicks = of->count};
	bool known = false;

	assert(of->rank <= ECS_QUERY_MORE);
	return run_row(sql, ECS_SQL_QUERY_CLICK, of, &known, err) &&
	    (!known || add_to_day(sql, &day, err));
}

/* Searches first: a click may belong to one that came with it. */
bool
ecs_queries_add(struct ecs_records *records, const struct ecs_query_count *list,
    size_t n, struct ecs_err *err)
{
	bool ok = begin(records, err);

	for (size_t i = 0; ok && i < n; i++)
		ok = list[i].rank > 0 ||
		    add_search(&records->sql, &list[i], err);
	for (size_t i = 0; ok && i < n; i++)
		ok = list[i].rank == 0 ||
		    add_click(&records->sql, &list[i], err);
	return end(records, ok, err);
}

/* ---- forgetting ---- */

static bool
run_with(struct ecs_sql *sql, enum ecs_statement which, const int64_t *values,
    int n, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(sql, which, err);

	if (stmt == NULL)
		return false;
	for (int i = 0; i < n; i++)
		ecs_sql_bind(stmt, i + 1, values[i]);
	return ecs_sql_run(sql, stmt, err);
}

bool
ecs_queries_expire(struct ecs_records *records,
    const struct ecs_query_limits *limits, struct ecs_err *err)
{
	const int64_t old[] = {limits->before};
	const int64_t rare[] = {limits->rare_before, limits->least_days};
	struct ecs_sql *sql = &records->sql;
	bool ok = begin(records, err) &&
	    run_with(sql, ECS_SQL_QUERY_EXPIRE, old, 1, err) &&
	    run_with(sql, ECS_SQL_QUERY_EXPIRE_RARE, rare, 2, err) &&
	    run_with(sql, ECS_SQL_QUERY_EXPIRE_RARE_CLICKS, rare, 2, err) &&
	    run_with(sql, ECS_SQL_QUERY_EXPIRE_CLICKS, old, 1, err) &&
	    run_with(sql, ECS_SQL_QUERY_EXPIRE_DAYS, old, 1, err);

	return end(records, ok, err);
}

static bool
forget_one(struct ecs_sql *sql, const char *q, bool *found, struct ecs_err *err)
{
	static const enum ecs_statement both[] = {
	    ECS_SQL_QUERY_FORGET, ECS_SQL_QUERY_FORGET_CLICKS};

	for (int i = 0; i < 2; i++) {
		sqlite3_stmt *stmt = ecs_sql_get(sql, both[i], err);

		if (stmt == NULL)
			return false;
		ecs_sql_bind_str(stmt, 1, q);
		if (!ecs_sql_run(sql, stmt, err))
			return false;
		*found = *found || sqlite3_changes(sql->db) > 0;
	}
	return true;
}

static bool
forget_all(struct ecs_sql *sql, bool *found, struct ecs_err *err)
{
	int before = sqlite3_total_changes(sql->db);
	bool ok = ecs_sql_exec(sql,
	    "DELETE FROM query_clicks; DELETE FROM query_counts;"
	    "DELETE FROM query_days",
	    err);

	*found = ok && sqlite3_total_changes(sql->db) != before;
	return ok;
}

bool
ecs_queries_forget(struct ecs_records *records, const char *q, bool *found,
    struct ecs_err *err)
{
	bool ok = begin(records, err);

	*found = false;
	if (ok)
		ok = q == NULL ? forget_all(&records->sql, found, err)
			       : forget_one(&records->sql, q, found, err);
	/* Also when there is nothing now: the last time may have failed here.
	 */
	return end(records, ok, err) && ecs_records_scrub(records, err);
}

/* ---- reports ---- */

static bool
tell_days(struct ecs_sql *sql, const struct ecs_query_question *question,
    const struct ecs_query_sink *sink, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(sql, ECS_SQL_QUERY_DAYS, err);
	struct ecs_query_day day;
	bool row;
	bool ok;

	if (stmt == NULL)
		return false;
	ecs_sql_bind(stmt, 1, question->from);
	ecs_sql_bind(stmt, 2, question->to);
	do {
		ok = ecs_sql_step(sql, stmt, &row, err);
		day = (struct ecs_query_day){sqlite3_column_int64(stmt, 0),
		    (uint64_t)sqlite3_column_int64(stmt, 1),
		    (uint64_t)sqlite3_column_int64(stmt, 2),
		    (uint64_t)sqlite3_column_int64(stmt, 3),
		    (uint64_t)sqlite3_column_int64(stmt, 4)};
	} while (ok && row && sink->day(sink->user, &day));
	ecs_sql_done(stmt);
	return ok;
}

static bool
read_ranks(struct ecs_sql *sql, const struct ecs_query_question *question,
    struct ecs_query_line *line, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(sql, ECS_SQL_QUERY_RANKS, err);
	bool row = true;
	bool ok = true;

	if (stmt == NULL)
		return false;
	ecs_sql_bind_str(stmt, 1, line->q);
	ecs_sql_bind_str(stmt, 2, line->in);
	ecs_sql_bind(stmt, 3, question->from);
	ecs_sql_bind(stmt, 4, question->to);
	while (ok && row) {
		ok = ecs_sql_step(sql, stmt, &row, err);
		if (ok && row) {
			int64_t rank = sqlite3_column_int64(stmt, 0);

			if (rank >= 1 && rank <= ECS_QUERY_MORE)
				line->ranks[rank] =
				    (uint64_t)sqlite3_column_int64(stmt, 1);
		}
	}
	ecs_sql_done(stmt);
	return ok;
}

/* The line the statement stands on; its texts are the statement's. */
static bool
view_line(sqlite3_stmt *stmt, struct ecs_query_line *line, struct ecs_err *err)
{
	memset(line, 0, sizeof(*line));
	line->q = (const char *)sqlite3_column_text(stmt, 0);
	line->in = (const char *)sqlite3_column_text(stmt, 1);
	line->count = (uint64_t)sqlite3_column_int64(stmt, 2);
	line->days = (uint64_t)sqlite3_column_int64(stmt, 3);
	line->without_hits = (uint64_t)sqlite3_column_int64(stmt, 4);
	line->clicks = (uint64_t)sqlite3_column_int64(stmt, 5);
	return (line->q != NULL && line->in != NULL) || ecs_err_memory(err);
}

/* Bind what both statements about queries share. */
static void
bind_question(sqlite3_stmt *stmt, const struct ecs_query_question *question)
{
	ecs_sql_bind(stmt, 1, question->from);
	ecs_sql_bind(stmt, 2, question->to);
	if (question->in != NULL) /* else it stays NULL */
		ecs_sql_bind_str(stmt, 3, question->in);
	ecs_sql_bind(stmt, 4, question->least_days);
}

static bool
tell_lines(struct ecs_sql *sql, const struct ecs_query_question *question,
    const struct ecs_query_sink *sink, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(sql, ECS_SQL_QUERY_LINES, err);
	struct ecs_query_line line;
	bool row;
	bool ok;

	if (stmt == NULL)
		return false;
	bind_question(stmt, question);
	ecs_sql_bind(stmt, 5, question->order);
	ecs_sql_bind(stmt, 6, question->limit);
	do {
		ok = ecs_sql_step(sql, stmt, &row, err);
		if (ok && row)
			ok = view_line(stmt, &line, err) &&
			    (line.clicks == 0 ||
				read_ranks(sql, question, &line, err));
	} while (ok && row && sink->line(sink->user, &line));
	ecs_sql_done(stmt);
	return ok;
}

static bool
count_withheld(struct ecs_sql *sql, const struct ecs_query_question *question,
    uint64_t *withheld, struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(sql, ECS_SQL_QUERY_WITHHELD, err);
	bool row;
	bool ok;

	if (stmt == NULL)
		return false;
	bind_question(stmt, question);
	ok = ecs_sql_step(sql, stmt, &row, err);
	*withheld = (uint64_t)sqlite3_column_int64(stmt, 0);
	ecs_sql_done(stmt);
	return ok;
}

bool
ecs_queries_report(struct ecs_records *records,
    const struct ecs_query_question *question,
    const struct ecs_query_sink *sink, uint64_t *withheld, struct ecs_err *err)
{
	struct ecs_sql sql = {0};
	bool ok;

	*withheld = 0;
	/* One moment of the file for all that is told. */
	ok = ecs_sql_open_reader(&sql, records->path, err) &&
	    ecs_sql_exec(&sql, "BEGIN", err) &&
	    tell_days(&sql, question, sink, err) &&
	    tell_lines(&sql, question, sink, err) &&
	    count_withheld(&sql, question, withheld, err);
	ecs_sql_close(&sql);
	return ok;
}
