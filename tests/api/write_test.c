/* SPDX-License-Identifier: ISC */
/*
 * What writing is made of: conditions, bodies, promises.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "../../src/api/write_api.h"

/* ---- conditions ---- */

static void
an_etag_is_one_quoted_sequence_and_all_else_is_a_412(void **state)
{
	static const char *const wrong[] = {"", "7", "\"", "\"\"", "\"7", "7\"",
	    "W/\"7\"", "\"-1\"", "\"+7\"", "\" 7\"", "\"07\"", "\"0\"",
	    "\"7x\"", "\"7\"x", "\"7\", \"8\"", "\"18446744073709551615\"",
	    "\"18446744073709551616\"", "\"99999999999999999999\"", "**"};
	struct ecs_write write = {0};
	struct ecs_err err = {0};

	(void)state;
	assert_true(ecs_condition_read("\"7\"", NULL, &write, &err));
	assert_int_equal(write.expected, 7);
	assert_false(write.must_exist);
	assert_true(ecs_condition_read(
	    " \"1234567890123456789\" ", NULL, &write, &err));
	assert_true(write.expected == UINT64_C(1234567890123456789));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		memset(&write, 0, sizeof(write));
		ecs_err_clear(&err);
		assert_false(ecs_condition_read(wrong[i], NULL, &write, &err));
		assert_int_equal(err.status, 412);
	}
}

static void
a_star_asks_that_there_is_one_or_that_there_is_none(void **state)
{
	struct ecs_write write = {0};
	struct ecs_err err = {0};

	(void)state;
	assert_true(ecs_condition_read(NULL, NULL, &write, &err));
	assert_true(write.expected == ECS_ANY_SEQUENCE && !write.must_exist);
	assert_true(ecs_condition_read("*", NULL, &write, &err));
	assert_true(write.expected == ECS_ANY_SEQUENCE && write.must_exist);
	memset(&write, 0, sizeof(write));
	assert_true(ecs_condition_read(NULL, "*", &write, &err));
	assert_true(write.expected == ECS_NO_DOCUMENT && !write.must_exist);
}

static void
conditions_that_cannot_be_kept_let_nothing_through(void **state)
{
	struct ecs_write write = {0};
	struct ecs_err err = {0};

	(void)state;
	assert_false(ecs_condition_read("*", "*", &write, &err));
	assert_int_equal(err.status, 412);
	ecs_err_clear(&err);
	assert_false(ecs_condition_read("\"7\"", "*", &write, &err));
	assert_int_equal(err.status, 412);
	ecs_err_clear(&err);
	assert_false(ecs_condition_read(NULL, "\"7\"", &write, &err));
	assert_int_equal(err.status, 400);
	assert_string_equal(err.where[0].name, "If-None-Match");
}

/* ---- bodies ---- */

static void
a_body_of_no_type_is_known_by_its_first_line(void **state)
{
	static const struct {
		const char *body;
		enum ecs_feed_format format;
	} rows[] = {
	    {"", ECS_FEED_JSON},
	    {" \n\r\n\t", ECS_FEED_JSON},
	    {"{\"id\":\"a\"}", ECS_FEED_JSON},
	    {"{\"id\":\"a\"}\n{\"id\":\"b\"}\n", ECS_FEED_NDJSON},
	    {"\n \n{\"id\":\"a\"}\n{\"id\":\"b\"}", ECS_FEED_NDJSON},
	    {"\xEF\xBB\xBF{\"id\":\"a\"}\r\n{\"id\":\"b\"}", ECS_FEED_NDJSON},
	    {"{\n \"id\": \"a\"\n}\n", ECS_FEED_JSON},
	    {"[{\"id\":\"a\"},\n{\"id\":\"b\"}]", ECS_FEED_JSON},
	    {"id,name\na,A\n", ECS_FEED_JSON},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
		    ecs_bulk_guess(rows[i].body, strlen(rows[i].body)),
		    rows[i].format);
}

/* Append text packed as one gzip stream. */
static void
pack(const char *text, size_t len, struct ecs_buf *out)
{
	z_stream stream = {0};

	assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9,
			     Z_DEFAULT_STRATEGY),
	    Z_OK);
	assert_true(ecs_buf_reserve(out, deflateBound(&stream, len)));
	stream.next_in = (unsigned char *)(uintptr_t)text;
	stream.avail_in = (unsigned)len;
	stream.next_out = (unsigned char *)out->data + out->len;
	stream.avail_out = (unsigned)(out->cap - out->len);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	out->len += stream.total_out;
	deflateEnd(&stream);
}

static void
streams_one_after_another_are_one_body(void **state)
{
	struct ecs_buf packed = {0};
	struct ecs_buf out = {0};
	struct ecs_err err = {0};

	(void)state;
	pack("one\n", 4, &packed);
	pack("", 0, &packed);
	pack("two\n", 4, &packed);
	assert_true(ecs_inflate(packed.data, packed.len, 100, &out, &err));
	assert_string_equal(out.data, "one\ntwo\n");
	ecs_buf_reset(&out);
	ecs_buf_puts(&packed, "more");
	assert_false(ecs_inflate(packed.data, packed.len, 100, &out, &err));
	assert_int_equal(err.status, 400);
	ecs_buf_fini(&packed);
	ecs_buf_fini(&out);
}

static void
a_body_made_to_swell_is_refused_long_before_the_limit(void **state)
{
	const size_t size = 32 << 20;
	char *text = calloc(1, size);
	struct ecs_buf packed = {0};
	struct ecs_buf out = {0};
	struct ecs_err err = {0};

	(void)state;
	assert_non_null(text);
	pack(text, size, &packed);
	assert_false(
	    ecs_inflate(packed.data, packed.len, 64 << 20, &out, &err));
	assert_int_equal(err.status, 413);
	assert_true(out.len < 8 << 20);
	free(text);
	ecs_buf_fini(&packed);
	ecs_buf_fini(&out);
}

/* ---- promises ---- */

static void
a_payload_gives_line_by_line_and_never_half_a_line(void **state)
{
	static const char text[] = "members\nan id\n{\"a\":1}";
	const char *at = text;
	const char *end = text + strlen(text);
	char line[8];

	(void)state;
	assert_true(ecs_payload_line(&at, end, line, sizeof(line)));
	assert_string_equal(line, "members");
	assert_false(ecs_payload_line(&at, end, line, 5));
	assert_true(ecs_payload_line(&at, end, line, 6));
	assert_string_equal(line, "an id");
	assert_false(ecs_payload_line(&at, end, line, sizeof(line)));
	assert_string_equal(at, "{\"a\":1}");
	assert_false(ecs_payload_line(&end, end, line, sizeof(line)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		an_etag_is_one_quoted_sequence_and_all_else_is_a_412),
	    cmocka_unit_test(
		a_star_asks_that_there_is_one_or_that_there_is_none),
	    cmocka_unit_test(
		conditions_that_cannot_be_kept_let_nothing_through),
	    cmocka_unit_test(a_body_of_no_type_is_known_by_its_first_line),
	    cmocka_unit_test(streams_one_after_another_are_one_body),
	    cmocka_unit_test(
		a_body_made_to_swell_is_refused_long_before_the_limit),
	    cmocka_unit_test(
		a_payload_gives_line_by_line_and_never_half_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
