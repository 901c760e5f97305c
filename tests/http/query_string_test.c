/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/err.h"
#include "ecsearch/http.h"

/* Parsed and written out again as name=value; pairs. */
static const char *
parsed(const char *query, size_t len, struct ecs_err *err)
{
	static char text[1024];
	struct ecs_param params[ECS_MAX_PARAMS];
	/* Exactly what the door asks for, so that a sanitizer sees one more. */
	char *storage = malloc(len + ECS_MAX_PARAMS * 2 + 1);
	size_t used = 0;
	int n = 0;
	int i;

	assert_non_null(storage);
	text[0] = '\0';
	if (ecs_query_string_parse(query, len, storage, params, &n, err))
		for (i = 0; i < n; i++)
			used +=
			    (size_t)snprintf(text + used, sizeof(text) - used,
				"%s=%s;", params[i].name, params[i].value);
	free(storage);
	return text;
}

static void
check(const char *query, const char *expected)
{
	struct ecs_err err = {0};

	assert_string_equal(parsed(query, strlen(query), &err), expected);
	assert_int_equal(err.status, 0);
}

static void
check_refused(const char *query, size_t len, const char *name)
{
	struct ecs_err err = {0};

	parsed(query, len, &err);
	assert_int_equal(err.status, 400);
	assert_int_equal(err.places, 1);
	assert_int_equal(err.where[0].kind, ECS_WHERE_PARAMETER);
	assert_string_equal(err.where[0].name, name);
}

static void
names_and_values_are_decoded_once(void **state)
{
	(void)state;
	check("q=a+b%20c&f=%2B&u=%C3%A9", "q=a b c;f=+;u=\xC3\xA9;");
	check("filter%5Ba%5D=1", "filter[a]=1;");
	check("q=%2541", "q=%41;");
	check("q=a=b&r=%26", "q=a=b;r=&;");
}

static void
order_and_repeats_are_kept_and_empty_pieces_skipped(void **state)
{
	(void)state;
	check("b=1&a=2&b=3", "b=1;a=2;b=3;");
	check("&&a=1&&b=2&", "a=1;b=2;");
	check("q=1&debug", "q=1;debug=;");
	check("", "");
	check("q=\xC3\xA9\"<>", "q=\xC3\xA9\"<>;");
	check("=x", "=x;");
	check("q=%0A", "q=\n;");
}

static void
what_cannot_be_decoded_is_refused_and_named(void **state)
{
	(void)state;
	check_refused("a=1&q=%zz", 9, "q");
	check_refused("q=%", 3, "q");
	check_refused("q=%4", 4, "q");
	check_refused("q=%4&b=1", 8, "q");
	check_refused("q=ab%00cd", 9, "q");
	check_refused("q=a\0b", 5, "q");
	check_refused("q=%FF", 5, "q");
	check_refused("q=%C0%80", 8, "q");
	check_refused("q=%ED%A0%80", 11, "q");
	check_refused("%FFx=1", 6, "%FFx");
}

static void
the_sixty_fifth_parameter_is_refused(void **state)
{
	char query[256] = "";
	struct ecs_err err = {0};
	int i;

	(void)state;
	for (i = 0; i < ECS_MAX_PARAMS; i++)
		strcat(query, "a&");
	parsed(query, strlen(query), &err);
	assert_int_equal(err.status, 0);
	strcat(query, "last=1");
	check_refused(query, strlen(query), "last");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_and_values_are_decoded_once),
	    cmocka_unit_test(
		order_and_repeats_are_kept_and_empty_pieces_skipped),
	    cmocka_unit_test(what_cannot_be_decoded_is_refused_and_named),
	    cmocka_unit_test(the_sixty_fifth_parameter_is_refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
