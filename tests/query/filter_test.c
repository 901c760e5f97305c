/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/query/internal.h"

static struct ecs_schema *schema;
static const bool all[ECS_MAX_COLLECTIONS] = {true, true, true};

static int
set_up(void **state)
{
	struct ecs_err err = {0};
	char path[1024];
	const char *srcdir = getenv("srcdir");

	(void)state;
	snprintf(path, sizeof(path), "%s/corpus/schema.json",
	    srcdir == NULL ? "." : srcdir);
	schema = ecs_schema_load(path, &err);
	return schema == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	ecs_schema_free(schema);
	return 0;
}

static void dump_list(
    const struct ecs_filter *filter, const char *name, struct ecs_buf *out);

static void
dump(const struct ecs_filter *filter, struct ecs_buf *out)
{
	switch (filter->kind) {
	case ECS_FILTER_AND:
		dump_list(filter, "and", out);
		break;
	case ECS_FILTER_OR:
		dump_list(filter, "or", out);
		break;
	case ECS_FILTER_NOT:
		dump_list(filter, "not", out);
		break;
	case ECS_FILTER_VALUE:
		ecs_buf_printf(out, "%s=%s", filter->field, filter->value);
		if (filter->numeric && filter->low != filter->high)
			ecs_buf_printf(
			    out, "[%.0f,%.0f]", filter->low, filter->high);
		break;
	case ECS_FILTER_SUBTREE:
		ecs_buf_printf(out, "%s<=%s", filter->field, filter->value);
		break;
	case ECS_FILTER_RANGE:
		ecs_buf_printf(out, "%s[%.0f,%.0f]", filter->field, filter->low,
		    filter->high);
		break;
	case ECS_FILTER_PRESENT:
		ecs_buf_printf(out, "%s?", filter->field);
		break;
	}
}

static void
dump_list(
    const struct ecs_filter *filter, const char *name, struct ecs_buf *out)
{
	ecs_buf_printf(out, "(%s", name);
	for (size_t i = 0; i < filter->nchildren; i++) {
		ecs_buf_putc(out, ' ');
		dump(filter->children[i], out);
	}
	ecs_buf_putc(out, ')');
}

static void
expressions_bind_as_the_grammar_says(void **state)
{
	static const struct {
		const char *text;
		const char *dump;
	} rows[] = {
	    {"country:BE", "country=BE"},
	    {"country:BE AND sectors:finance OR country:LU",
		"(or (and country=BE sectors=finance) country=LU)"},
	    {"country:BE AND (sectors:finance OR country:LU)",
		"(and country=BE (or sectors=finance country=LU))"},
	    {"NOT country:BE AND NOT (NOT sectors:finance)",
		"(and (not country=BE) (not (not sectors=finance)))"},
	    {"city:\"Sint-Niklaas (BE)\"", "city=Sint-Niklaas (BE)"},
	    {"city:\"a \\\"b\\\" \\\\ c\"", "city=a \"b\" \\ c"},
	    {"founded:1999", "founded=1999"},
	    {"founded:2010..2020", "founded[2010,2020]"},
	    {"founded:..1999", "founded[-inf,1999]"},
	    {"founded:1999..", "founded[1999,inf]"},
	    {"founded:<=1999", "founded[-inf,1999]"},
	    {"founded:>=1999", "founded[1999,inf]"},
	    {"joined:1970", "joined=1970[0,31535999]"},
	    {"joined:1970-01-01..1970-01-02", "joined[0,172799]"},
	    {"website:*", "website?"},
	    {"website:https://a.example/b", "website=https://a.example/b"},
	    {"topics:cryptography/*", "topics<=cryptography"},
	    {"city:a..b", "city=a..b"},
	    {"city:\"*\"", "city=*"},
	    {"\tcountry:BE\n", "country=BE"},
	    {"id:https://ror.org/000063q30", "id=https://ror.org/000063q30"},
	};
	struct ecs_arena *arena = ecs_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_err err = {0};
		struct ecs_buf out = {0};
		const struct ecs_filter *filter =
		    ecs_filter_parse(arena, schema, all, rows[i].text, &err);

		if (filter == NULL)
			fail_msg("%s: %s", rows[i].text, err.text);
		dump(filter, &out);
		assert_string_equal(out.data, rows[i].dump);
		ecs_buf_fini(&out);
	}
	ecs_arena_free(arena);
}

static void
greater_than_a_date_begins_after_its_last_moment(void **state)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_err err = {0};
	const struct ecs_filter *filter =
	    ecs_filter_parse(arena, schema, all, "joined:>1970", &err);

	(void)state;
	assert_non_null(filter);
	assert_true(filter->low > 31535999 && filter->low < 31536000);
	ecs_arena_free(arena);
}

static void
what_is_wrong_is_named_with_its_column(void **state)
{
	static const struct {
		const char *text;
		const char *code;
		uint32_t column;
	} rows[] = {
	    {"", "bad_filter", 1},
	    {"country", "bad_filter", 8},
	    {"country:BE AND", "bad_filter", 15},
	    {"country:BE  FR", "bad_filter", 13},
	    {"(country:BE", "bad_filter", 12},
	    {"country:BE)", "bad_filter", 11},
	    {"city:\"Žilina AND", "bad_filter", 6},
	    {"city:Žilina AND contry:SK", "unknown_field", 17},
	    {"((country:BE AND (", "bad_filter", 19},
	    {"(((", "bad_filter", 4},
	    {"profile:x", "not_filterable", 1},
	    {"location:1", "not_filterable", 1},
	    {"founded:old", "bad_filter", 1},
	    {"joined:2024-02-30", "bad_filter", 1},
	    {"city:>5", "bad_filter", 1},
	    {"city:1 AND founded:..", "bad_filter", 12},
	    {"founded:2010..new", "bad_filter", 1},
	    {"founded:nan", "bad_filter", 1},
	    {"founded:>", "bad_filter", 1},
	    {"country:", "bad_filter", 1},
	    {"country: BE", "bad_filter", 1},
	    {"city:\"a\\", "bad_filter", 6},
	    {"city:\"a\\\"", "bad_filter", 6},
	    {":BE", "bad_filter", 1},
	    {"*", "bad_filter", 2},
	    {"country:BE sectors:finance", "bad_filter", 12},
	    {"ΚΥΠΡΟΣ:1", "unknown_field", 1},
	};
	struct ecs_arena *arena = ecs_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_err err = {0};

		assert_null(
		    ecs_filter_parse(arena, schema, all, rows[i].text, &err));
		assert_int_equal(err.status, 400);
		assert_string_equal(err.code, rows[i].code);
		if (err.where[0].column != rows[i].column)
			fail_msg(
			    "%s: column %u", rows[i].text, err.where[0].column);
	}
	ecs_arena_free(arena);
}

static void
an_operator_in_small_letters_is_told_apart(void **state)
{
	static const struct {
		const char *text;
		const char *meant;
	} rows[] = {
	    {"country:BE and country:LU", "AND"},
	    {"country:BE Or country:LU", "OR"},
	    {"country:BE not country:LU", "AND NOT"},
	    {"country:BE NOT country:LU", "AND NOT"},
	    {"not country:BE", "NOT"},
	    {"country:BE AND not(country:LU)", "NOT"},
	    {"country:BE andorra", ""},
	};
	struct ecs_arena *arena = ecs_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_err err = {0};

		assert_null(
		    ecs_filter_parse(arena, schema, all, rows[i].text, &err));
		assert_string_equal(err.code, "bad_filter");
		assert_string_equal(err.where[0].did_you_mean, rows[i].meant);
	}
	ecs_arena_free(arena);
}

/* Is before, then n times each, then after a filter? */
static bool
parses(const char *before, size_t n, const char *each, const char *after)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_err err = {0};
	struct ecs_buf text = {0};
	bool ok;

	ecs_buf_puts(&text, before);
	for (size_t i = 0; i < n; i++)
		ecs_buf_puts(&text, each);
	ecs_buf_puts(&text, after);
	ok = ecs_filter_parse(arena, schema, all, text.data, &err) != NULL;
	assert_string_equal(err.code, ok ? "" : "bad_filter");
	ecs_buf_fini(&text);
	ecs_arena_free(arena);
	return ok;
}

static void
a_filter_is_bounded_in_length_depth_and_clauses(void **state)
{
	(void)state;
	assert_true(parses("city:", 8187, "x", ""));
	assert_false(parses("city:", 8188, "x", ""));
	assert_true(parses("", 31, "NOT ", "city:x"));
	assert_false(parses("", 32, "NOT ", "city:x"));
	assert_false(parses("", 8000, "(", ""));
	assert_true(parses("", 499, "city:x OR ", "city:x"));
	assert_false(parses("", 500, "city:x OR ", "city:x"));
}

static void
many_quoted_values_take_memory_in_proportion(void **state)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_err err = {0};
	struct ecs_buf text = {0};

	(void)state;
	for (int i = 0; i < 400; i++)
		ecs_buf_printf(&text, "%scity:\"%d\"", i > 0 ? " OR " : "", i);
	assert_non_null(ecs_filter_parse(arena, schema, all, text.data, &err));
	assert_true(ecs_arena_used(arena) < 40 * text.len);
	ecs_buf_fini(&text);
	ecs_arena_free(arena);
}

/* The filter of a JSON text; err says what is wrong with it. */
static const struct ecs_filter *
from_json(struct ecs_arena *arena, const char *text, struct ecs_err *err)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
	const struct ecs_filter *filter;

	assert_non_null(json);
	filter = ecs_filter_from_json(arena, schema, all, json, err);
	json_decref(json);
	return filter;
}

static void
the_json_form_is_an_and_of_ors(void **state)
{
	static const struct {
		const char *json;
		const char *dump;
	} rows[] = {
	    {"[[\"sectors:healthcare\",\"sectors:finance\"],[\"country:BE\"]]",
		"(and (or sectors=healthcare sectors=finance) country=BE)"},
	    {"[\"country:BE\",[\"founded:2010..\"]]",
		"(and country=BE founded[2010,inf])"},
	    {"[\"country:BE\"]", "country=BE"},
	    {"[[\"NOT country:BE\",\"country:LU\"]]",
		"(or (not country=BE) country=LU)"},
	    {"[\"city:Sint Niklaas (BE)\"]", "city=Sint Niklaas (BE)"},
	    {"[\"website:https://a.example/b\"]",
		"website=https://a.example/b"},
	    {"[\"topics:cryptography/*\",\"website:*\"]",
		"(and topics<=cryptography website?)"},
	    {"[{\"field\":\"city\",\"value\":\"<5..*\"}]", "city=<5..*"},
	    {"[[\"country:BE\",{\"field\":\"topics\",\"value\":\"a/*\"}]]",
		"(or country=BE topics=a/*)"},
	    {"[{\"field\":\"website\",\"value\":\"*\"}]", "website=*"},
	};
	struct ecs_arena *arena = ecs_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_err err = {0};
		struct ecs_buf out = {0};
		const struct ecs_filter *filter =
		    from_json(arena, rows[i].json, &err);

		if (filter == NULL)
			fail_msg("%s: %s", rows[i].json, err.text);
		dump(filter, &out);
		assert_string_equal(out.data, rows[i].dump);
		ecs_buf_fini(&out);
	}
	ecs_arena_free(arena);
}

static void
what_is_wrong_in_json_is_named_with_its_pointer(void **state)
{
	static const struct {
		const char *json;
		const char *code;
		const char *pointer;
	} rows[] = {
	    {"{}", "bad_filter", "/filter"},
	    {"[]", "bad_filter", "/filter"},
	    {"[[]]", "bad_filter", "/filter/0"},
	    {"[\"country:BE\",7]", "bad_filter", "/filter/1"},
	    {"[[\"country:BE\",null]]", "bad_filter", "/filter/0/1"},
	    {"[[\"country:BE\"],[\"contry:LU\"]]", "unknown_field",
		"/filter/1/0"},
	    {"[[[\"country:BE\"]]]", "bad_filter", "/filter/0/0"},
	    {"[\"country\"]", "bad_filter", "/filter/0"},
	    {"[\":BE\"]", "bad_filter", "/filter/0"},
	    {"[\"profile:x\"]", "not_filterable", "/filter/0"},
	    {"[\"country:\"]", "bad_filter", "/filter/0"},
	    {"[{}]", "bad_filter", "/filter/0"},
	    {"[{\"field\":\"city\"}]", "bad_filter", "/filter/0"},
	    {"[{\"field\":\"city\",\"value\":5}]", "bad_filter", "/filter/0"},
	    {"[{\"field\":\"city\",\"value\":\"x\",\"not\":1}]", "bad_filter",
		"/filter/0"},
	    {"[[{\"field\":\"cty\",\"value\":\"x\"}]]", "unknown_field",
		"/filter/0/0"},
	};
	struct ecs_arena *arena = ecs_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_err err = {0};

		assert_null(from_json(arena, rows[i].json, &err));
		assert_int_equal(err.status, 400);
		assert_string_equal(err.code, rows[i].code);
		assert_int_equal(err.where[0].kind, ECS_WHERE_POINTER);
		assert_string_equal(err.where[0].name, rows[i].pointer);
	}
	ecs_arena_free(arena);
}

static void
dates_are_written_as_short_as_they_are_and_in_four_digits(void **state)
{
	static const struct {
		double seconds;
		const char *text;
	} rows[] = {
	    {0, "1970-01-01"},
	    {86399, "1970-01-01T23:59:59Z"},
	    {-1, "1969-12-31T23:59:59Z"},
	    {0.9, "1970-01-01"},
	    {951782400, "2000-02-29"},
	    {-36897984000, "0800-10-01"},
	    {-62167219200, "0000-01-01"},
	    {-62167219201, ""},
	    {253402300799, "9999-12-31T23:59:59Z"},
	    {253402300800, ""},
	    {1e300, ""},
	    {-INFINITY, ""},
	    {NAN, ""},
	};
	char text[32];
	double first;
	double last;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ecs_format_date(rows[i].seconds, text);
		assert_string_equal(text, rows[i].text);
		if (text[0] == '\0')
			continue;
		assert_true(ecs_date_parse(text, strlen(text), &first, &last));
		assert_true(first == floor(rows[i].seconds));
	}
}

static void
only_clauses_about_one_field_are_its_own(void **state)
{
	static const struct {
		const char *text;
		bool only;
	} rows[] = {
	    {"country:BE", true},
	    {"(country:BE OR country:LU)", true},
	    {"NOT country:BE", true},
	    {"(country:BE OR sectors:finance)", false},
	    {"sectors:finance", false},
	};
	struct ecs_arena *arena = ecs_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_err err = {0};
		const struct ecs_filter *filter =
		    ecs_filter_parse(arena, schema, all, rows[i].text, &err);

		assert_int_equal(
		    ecs_filter_only(filter, "country"), rows[i].only);
	}
	ecs_arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(expressions_bind_as_the_grammar_says),
	    cmocka_unit_test(greater_than_a_date_begins_after_its_last_moment),
	    cmocka_unit_test(what_is_wrong_is_named_with_its_column),
	    cmocka_unit_test(an_operator_in_small_letters_is_told_apart),
	    cmocka_unit_test(a_filter_is_bounded_in_length_depth_and_clauses),
	    cmocka_unit_test(many_quoted_values_take_memory_in_proportion),
	    cmocka_unit_test(the_json_form_is_an_and_of_ors),
	    cmocka_unit_test(what_is_wrong_in_json_is_named_with_its_pointer),
	    cmocka_unit_test(
		dates_are_written_as_short_as_they_are_and_in_four_digits),
	    cmocka_unit_test(only_clauses_about_one_field_are_its_own),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
