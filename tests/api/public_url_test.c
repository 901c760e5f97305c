/* SPDX-License-Identifier: ISC */
/*
 * public_url_test - what may stand before every address, and what may not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/api/app.h"

static void
an_address_is_taken_apart_into_origin_and_prefix(void **state)
{
	static const struct {
		const char *url;
		const char *origin;
		const char *prefix;
	} rows[] = {
	    {NULL, "", ""},
	    {"", "", ""},
	    {"https://example.org", "https://example.org", ""},
	    {"https://example.org/", "https://example.org", ""},
	    {"http://10.0.0.1:8480", "http://10.0.0.1:8480", ""},
	    {"http://[::1]:80/x", "http://[::1]:80", "/x"},
	    {"https://example.org/search", "https://example.org", "/search"},
	    {"https://example.org/a.b/c-d/", "https://example.org", "/a.b/c-d"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_public_url url;
		struct ecs_err err = {0};

		assert_true(ecs_public_url_read(rows[i].url, &url, &err));
		assert_string_equal(url.origin, rows[i].origin);
		assert_string_equal(url.prefix, rows[i].prefix);
	}
}

static void
what_could_not_stand_before_an_address_is_refused(void **state)
{
	static const char *const rows[] = {"example.org", "//example.org",
	    "ftp://example.org", "javascript://example.org", "https://",
	    "https:///search", "https://user@example.org",
	    "https://example.org:", "https://example.org:port",
	    "https://example.org:123456", "https://[::1", "https://[]x",
	    "https://example.org?q=1", "https://example.org/#top",
	    "https://example.org//", "https://example.org/a//b",
	    "https://example.org/../a", "https://example.org/.",
	    "https://example.org/a b", "https://example.org/\"><script>",
	    "https://example.org/%22", "https://ex\xC3\xA4mple.org",
	    " https://example.org", "https://example.org "};
	char longest[2048] = "https://example.org/";

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_public_url url;
		struct ecs_err err = {0};

		assert_false(ecs_public_url_read(rows[i], &url, &err));
		assert_int_equal(err.status, 400);
		assert_non_null(strstr(err.text, "public-url"));
	}
	memset(longest + 20, 'a', sizeof(longest) - 21);
	for (size_t len = 20; len < sizeof(longest); len += 7) {
		struct ecs_public_url url;
		struct ecs_err err = {0};
		char text[sizeof(longest)];

		memcpy(text, longest, len);
		text[len] = '\0';
		if (ecs_public_url_read(text, &url, &err))
			assert_true(len < 500);
		else
			assert_int_equal(err.status, 400);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_address_is_taken_apart_into_origin_and_prefix),
	    cmocka_unit_test(what_could_not_stand_before_an_address_is_refused),
	};

	return cmocka_run_group_tests_name("public_url", tests, NULL, NULL);
}
