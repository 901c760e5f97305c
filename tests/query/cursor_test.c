/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/query/internal.h"

struct fixture {
	struct ecs_cursors *cursors;
	struct ecs_arena *arena;
};

static int
set_up(void **state)
{
	static struct fixture fixture;
	struct ecs_err err = {0};

	fixture.cursors = ecs_cursors_new(&err);
	fixture.arena = ecs_arena_new();
	*state = &fixture;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *fixture = *state;

	ecs_cursors_free(fixture->cursors);
	ecs_arena_free(fixture->arena);
	return 0;
}

static const char *
keep(struct fixture *fixture, uint32_t n, uint64_t query)
{
	struct cursor_entry *list = calloc(n, sizeof(*list));
	struct ecs_err err = {0};
	const char *token;

	for (uint32_t i = 0; i < n; i++)
		list[i].row = i;
	assert_true(ecs_cursor_keep(fixture->cursors, list, n, 42, query,
	    fixture->arena, &token, &err));
	return token;
}

static bool
read_page(struct fixture *fixture, const char *token, uint64_t query,
    struct cursor_entry **list, uint32_t *n, const char **next,
    struct ecs_err *err)
{
	uint64_t revision;
	uint32_t total;

	return ecs_cursor_read(fixture->cursors, token, query, 10,
	    fixture->arena, list, n, &total, &revision, next, err);
}

static void
a_walk_gives_every_row_once_in_order(void **state)
{
	struct fixture *fixture = *state;
	const char *token = keep(fixture, 25, 1);
	uint32_t seen = 0;

	while (token != NULL) {
		struct ecs_err err = {0};
		struct cursor_entry *list;
		const char *next;
		uint32_t n;

		assert_true(
		    read_page(fixture, token, 1, &list, &n, &next, &err));
		for (uint32_t i = 0; i < n; i++)
			assert_int_equal(list[i].row, seen++);
		token = next;
	}
	assert_int_equal(seen, 25);
}

static void
a_token_of_another_query_or_none_of_ours_is_refused(void **state)
{
	static const char *const garbled[] = {"", "-", "x",
	    "00000000000000000000000000000000",
	    "00000000000000000000000000000000-",
	    "00000000000000000000000000000000-x",
	    "0000000000000000000000000000000g-1",
	    "00000000000000000000000000000000-99999999999999999999"};
	struct fixture *fixture = *state;
	const char *token = keep(fixture, 25, 1);
	struct cursor_entry *list;
	const char *next;
	uint32_t n;

	for (size_t i = 0; i < sizeof(garbled) / sizeof(garbled[0]); i++) {
		struct ecs_err err = {0};

		assert_false(
		    read_page(fixture, garbled[i], 1, &list, &n, &next, &err));
		assert_int_equal(err.status, 400);
	}
	struct ecs_err other = {0};
	assert_false(read_page(fixture, token, 2, &list, &n, &next, &other));
	assert_string_equal(other.code, "bad_cursor");
}

static void
the_list_unused_longest_goes_first_when_there_are_many(void **state)
{
	struct fixture *fixture = *state;
	const char *first = keep(fixture, 5, 1);
	struct cursor_entry *list;
	struct ecs_err err = {0};
	const char *next;
	uint32_t n;

	for (int i = 0; i < 64; i++)
		keep(fixture, 5, 1);
	assert_false(read_page(fixture, first, 1, &list, &n, &next, &err));
	assert_int_equal(err.status, 410);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		a_walk_gives_every_row_once_in_order, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		a_token_of_another_query_or_none_of_ours_is_refused, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(
		the_list_unused_longest_goes_first_when_there_are_many, set_up,
		tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
