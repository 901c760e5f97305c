/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/arena.h"
#include "ecsearch/buf.h"

static void
json_strings_are_escaped_and_always_valid_utf8(void **state)
{
	struct ecs_buf buf = {0};

	(void)state;
	ecs_buf_json_string(&buf, "a\"\\\n\x01\xFFz\xC3\xA9", 9);
	assert_string_equal(
	    buf.data, "\"a\\\"\\\\\\n\\u0001\xEF\xBF\xBDz\xC3\xA9\"");
	ecs_buf_fini(&buf);
}

static void
numbers_that_json_cannot_say_are_null(void **state)
{
	struct ecs_buf buf = {0};

	(void)state;
	ecs_buf_json_real(&buf, NAN, 6);
	ecs_buf_putc(&buf, ' ');
	ecs_buf_json_real(&buf, 0.1, 6);
	assert_string_equal(buf.data, "null 0.1");
	ecs_buf_fini(&buf);
}

static void
html_cannot_leave_text_or_attribute(void **state)
{
	struct ecs_buf buf = {0};

	(void)state;
	ecs_buf_html(&buf, "<a b='c\"d'>&", 12);
	assert_string_equal(buf.data, "&lt;a b=&#39;c&quot;d&#39;&gt;&amp;");
	ecs_buf_fini(&buf);
}

static void
an_impossible_reserve_fails_for_good(void **state)
{
	struct ecs_buf buf = {0};

	(void)state;
	ecs_buf_puts(&buf, "kept");
	assert_false(ecs_buf_reserve(&buf, SIZE_MAX));
	ecs_buf_puts(&buf, "lost");
	assert_true(buf.failed);
	assert_null(ecs_buf_take(&buf, NULL));
	ecs_buf_fini(&buf);
}

static void
arena_memory_is_zeroed_and_apart(void **state)
{
	struct ecs_arena *arena = ecs_arena_new();
	char *first;
	char *second;

	(void)state;
	for (int round = 0; round < 3; round++) {
		first = ecs_arena_alloc(arena, 10);
		second = ecs_arena_alloc(arena, 100000);
		assert_int_equal(first[9], 0);
		assert_int_equal(second[99999], 0);
		memset(first, 1, 10);
		memset(second, 2, 100000);
		assert_int_equal(first[9], 1);
		ecs_arena_reset(arena);
	}
	assert_string_equal(ecs_arena_strndup(arena, "abc", 2), "ab");
	ecs_arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(json_strings_are_escaped_and_always_valid_utf8),
	    cmocka_unit_test(numbers_that_json_cannot_say_are_null),
	    cmocka_unit_test(html_cannot_leave_text_or_attribute),
	    cmocka_unit_test(an_impossible_reserve_fails_for_good),
	    cmocka_unit_test(arena_memory_is_zeroed_and_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
