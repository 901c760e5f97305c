/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/err.h"

static void
the_first_failure_wins(void **state)
{
	struct ecs_err err = {0};

	(void)state;
	assert_false(ecs_err_set(&err, 400, "bad_query", "column %d", 3));
	assert_false(ecs_err_set(&err, 500, "internal", "later"));
	assert_int_equal(err.status, 400);
	assert_string_equal(err.code, "bad_query");
	assert_string_equal(err.text, "column 3");
}

static void
a_long_text_is_cut_between_characters(void **state)
{
	struct ecs_err err = {0};
	char text[400];

	(void)state;
	memset(text, 'a', sizeof(text));
	for (size_t i = 1; i + 1 < sizeof(text); i += 2)
		memcpy(text + i, "\xC3\xA9", 2);
	text[sizeof(text) - 1] = '\0';
	ecs_err_set(&err, 400, "bad", "%s", text);
	assert_int_equal(strlen(err.text) % 2, 1);
	assert_memory_equal(err.text + strlen(err.text) - 2, "\xC3\xA9", 2);
}

static void
places_past_the_last_are_dropped(void **state)
{
	struct ecs_err err = {0};

	(void)state;
	ecs_err_set(&err, 422, "schema", "no");
	for (int i = 0; i < ECS_ERR_PLACES + 2; i++)
		ecs_err_at(&err, ECS_WHERE_POINTER, "/name", 0, 0);
	ecs_err_did_you_mean(&err, "title");
	assert_int_equal(err.places, ECS_ERR_PLACES);
	assert_string_equal(
	    err.where[ECS_ERR_PLACES - 1].did_you_mean, "title");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_failure_wins),
	    cmocka_unit_test(a_long_text_is_cut_between_characters),
	    cmocka_unit_test(places_past_the_last_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
