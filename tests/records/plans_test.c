/* SPDX-License-Identifier: ISC */
/*
 * plans_test - what SQLite makes of each statement.
 */
#include <stdio.h>

#include "../../src/records/sql.h"

#include "scratch.h"

/* Those that are meant to read a whole table, and it is small; and what is done
 * with all queries, once a day or when an administrator asks. */
static bool
may_walk(enum ecs_statement which)
{
	return which == ECS_SQL_ADVANCE || which == ECS_SQL_KEYS ||
	    which == ECS_SQL_TASK_WAITING || which == ECS_SQL_TASK_EXPIRE ||
	    which == ECS_SQL_QUERY_EXPIRE ||
	    which == ECS_SQL_QUERY_EXPIRE_RARE ||
	    which == ECS_SQL_QUERY_EXPIRE_RARE_CLICKS ||
	    which == ECS_SQL_QUERY_EXPIRE_CLICKS ||
	    which == ECS_SQL_QUERY_LINES || which == ECS_SQL_QUERY_WITHHELD;
}

static bool
may_sort(enum ecs_statement which)
{
	return which == ECS_SQL_KEYS || which == ECS_SQL_QUERY_LINES ||
	    which == ECS_SQL_FORMER_BOUND; /* of one document's */
}

static void
look_at_plan(struct ecs_sql *sql, enum ecs_statement which, const char *text)
{
	char explain[1024];
	sqlite3_stmt *stmt;

	snprintf(explain, sizeof(explain), "EXPLAIN QUERY PLAN %s", text);
	assert_int_equal(
	    sqlite3_prepare_v2(sql->db, explain, -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(stmt, 3);

		if ((strncmp(step, "SCAN", 4) == 0 && !may_walk(which)) ||
		    (strstr(step, "TEMP B-TREE") != NULL && !may_sort(which)))
			fail_msg("%s: %s", text, step);
	}
	sqlite3_finalize(stmt);
}

static void
no_statement_walks_a_table_or_sorts(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	struct ecs_sql sql;

	MUST(ecs_sql_open_reader(&sql, scratch->path, &err), &err);
	for (int i = 0; i < ECS_SQL_STATEMENTS; i++) {
		sqlite3_stmt *stmt = ecs_sql_get(&sql, i, &err);

		MUST(stmt != NULL, &err);
		if (i > ECS_SQL_ROLLBACK)
			look_at_plan(&sql, i, sqlite3_sql(stmt));
	}
	ecs_sql_close(&sql);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(no_statement_walks_a_table_or_sorts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
