/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "../../src/api/write_api.h"

static void
a_merge_patch_does_what_the_standard_shows(void **state)
{
	/* The table of RFC 7396, appendix A. */
	static const struct {
		const char *target;
		const char *patch;
		const char *result;
	} rows[] = {
	    {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
	    {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
	    {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
	    {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
	    {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
	    {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
	    {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}",
		"{\"a\":{\"b\":\"d\"}}"},
	    {"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
	    {"[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]"},
	    {"{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]"},
	    {"{\"a\":\"foo\"}", "null", "null"},
	    {"{\"a\":\"foo\"}", "\"bar\"", "\"bar\""},
	    {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
	    {"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
	    {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *target =
		    json_loads(rows[i].target, JSON_DECODE_ANY, NULL);
		json_t *patch =
		    json_loads(rows[i].patch, JSON_DECODE_ANY, NULL);
		json_t *expected =
		    json_loads(rows[i].result, JSON_DECODE_ANY, NULL);
		json_t *result = ecs_merge_patch(target, patch);

		assert_true(json_equal(result, expected));
		json_decref(result);
		json_decref(patch);
		json_decref(expected);
	}
}

static void
scanning_finds_what_parsing_finds(void **state)
{
	static const char json[] =
	    "{\"a\":\"x\\\"y\\\\\",\"b\":[\"1\",{\"c\":\"]}\"},[]],"
	    "\"d\":{\"e\":[1,2]},\"f\":-1.5e3,\"g\":null,"
	    "\"h\":\"\\u00e9\\ud83d\\ude00\\n\\/\",\"i\":{}}";
	static const struct {
		const char *key;
		const char *value;
	} rows[] = {
	    {"a", "\"x\\\"y\\\\\""},
	    {"b", "[\"1\",{\"c\":\"]}\"},[]]"},
	    {"d", "{\"e\":[1,2]}"},
	    {"f", "-1.5e3"},
	    {"g", "null"},
	    {"h", "\"\\u00e9\\ud83d\\ude00\\n\\/\""},
	    {"i", "{}"},
	};
	struct scan scan = ecs_scan_begin(json, strlen(json));
	struct ecs_buf text = {0};
	const char *key;
	const char *value;
	size_t key_len;
	size_t value_len;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(
		    ecs_scan_member(&scan, &key, &key_len, &value, &value_len));
		assert_int_equal(key_len, strlen(rows[i].key));
		assert_memory_equal(key, rows[i].key, key_len);
		assert_int_equal(value_len, strlen(rows[i].value));
		assert_memory_equal(value, rows[i].value, value_len);
		if (rows[i].key[0] == 'h') {
			assert_true(ecs_scan_string(value, value_len, &text));
			assert_string_equal(
			    text.data, "\xC3\xA9\xF0\x9F\x98\x80\n/");
		}
	}
	assert_false(
	    ecs_scan_member(&scan, &key, &key_len, &value, &value_len));
	ecs_buf_fini(&text);
}

/* Pack text as gzip; returns the length. */
static size_t
pack(const char *text, size_t len, unsigned char *out, size_t size)
{
	z_stream stream = {0};

	assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9,
			     Z_DEFAULT_STRATEGY),
	    Z_OK);
	stream.next_in = (unsigned char *)(uintptr_t)text;
	stream.avail_in = (unsigned)len;
	stream.next_out = out;
	stream.avail_out = (unsigned)size;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return stream.total_out;
}

static void
a_packed_body_is_bounded_and_must_be_whole(void **state)
{
	static char text[1 << 20];
	static unsigned char packed[1 << 16];
	size_t len = pack(text, sizeof(text), packed, sizeof(packed));
	struct ecs_buf out = {0};
	struct ecs_err err = {0};

	(void)state;
	assert_true(ecs_inflate((char *)packed, len, sizeof(text), &out, &err));
	assert_int_equal(out.len, sizeof(text));
	ecs_buf_reset(&out);
	assert_false(ecs_inflate((char *)packed, len, 100000, &out, &err));
	assert_int_equal(err.status, 413);
	for (size_t cut = 0; cut < len; cut += 7) {
		ecs_err_clear(&err);
		ecs_buf_reset(&out);
		assert_false(
		    ecs_inflate((char *)packed, cut, sizeof(text), &out, &err));
		assert_int_equal(err.status, 400);
	}
	ecs_buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_merge_patch_does_what_the_standard_shows),
	    cmocka_unit_test(scanning_finds_what_parsing_finds),
	    cmocka_unit_test(a_packed_body_is_bounded_and_must_be_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
