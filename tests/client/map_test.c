/* SPDX-License-Identifier: ISC */
/*
 * map_test - the language of maps: what rules give, what is refused, and how
 * records are grouped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/err.h"

#include "../../src/client/group.h"
#include "../../src/client/map.h"
#include "../../src/client/seen.h"
#include "../fuse.h"

static json_t *
json(const char *text)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(value);
	return value;
}

static struct ecs_map *
map_of(const char *text)
{
	struct ecs_err err = {0};
	struct ecs_map *map = ecs_map_parse(text, strlen(text), &err);

	if (map == NULL)
		print_message("# %s\n", err.text);
	assert_non_null(map);
	return map;
}

/* Each row: the rule of field f, a record, and the document it must give. */
struct row {
	const char *rule, *record, *document;
};

static void
run_rows(const struct row *rows, size_t count)
{
	struct ecs_err err = {0};
	char text[1024];

	for (size_t i = 0; i < count; i++) {
		struct ecs_map *map;
		json_t *record = json(rows[i].record), *got, *want;

		snprintf(text, sizeof(text), "{\"fields\": {\"f\": %s}}",
		    rows[i].rule);
		map = map_of(text);
		got = ecs_map_apply(map, record, &err);
		want = json(rows[i].document);
		if (got == NULL || !json_equal(got, want))
			print_message(
			    "# rule %s of %s\n", rows[i].rule, rows[i].record);
		assert_non_null(got);
		assert_true(json_equal(got, want));
		json_decref(want);
		json_decref(got);
		json_decref(record);
		ecs_map_free(map);
	}
}
#define RUN(rows) run_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void
paths_lead_to_members_elements_and_filtered_elements(void **state)
{
	static const char names[] =
	    "{\"n\": [{\"v\": \"A\", \"t\": [\"x\", \"y\"], \"l\": null},"
	    "{\"v\": \"B\", \"t\": [\"y\"], \"l\": \"fr\"},"
	    "{\"v\": \"C\", \"t\": [], \"l\": \"fr\", \"ok\": true}]}";
	static const struct row rows[] = {
	    {"\"a.b\"", "{\"a\": {\"b\": 1}}", "{\"f\": 1}"},
	    {"\"a\"", "{\"a\": [3, 4]}", "{\"f\": 3}"},
	    {"\"a[-1]\"", "{\"a\": [3, 4]}", "{\"f\": 4}"},
	    {"\"a[7]\"", "{\"a\": [3, 4]}", "{}"},
	    {"\"a.b\"", "{\"a\": 3}", "{}"},
	    {"\"a\\\\.b\"", "{\"a.b\": 3}", "{\"f\": 3}"},
	    {"\"a\"", "{\"a\": null}", "{}"},
	    {"\"a\"", "{\"a\": \"\"}", "{}"},
	    {"\"a\"", "{\"a\": false}", "{\"f\": false}"},
	    {"\"n[t=y].v\"", names, "{\"f\": \"A\"}"},
	    {"\"n[t=y][l=fr].v\"", names, "{\"f\": \"B\"}"},
	    {"\"n[l=fr][1].v\"", names, "{\"f\": \"C\"}"},
	    {"\"n[ok=true].v\"", names, "{\"f\": \"C\"}"},
	    {"{\"from\": \"n[t!=x].v\", \"list\": true}", names,
		"{\"f\": [\"B\", \"C\"]}"},
	    {"{\"from\": \"n.v\", \"list\": true}", names,
		"{\"f\": [\"A\", \"B\", \"C\"]}"},
	};

	(void)state;
	RUN(rows);
}

static void
sources_give_constants_templates_places_and_the_first_there_is(void **state)
{
	static const struct row rows[] = {
	    {"{\"value\": \"law\"}", "{}", "{\"f\": \"law\"}"},
	    {"{\"template\": \"{a} ({b})\"}", "{\"a\": \"x\", \"b\": 2}",
		"{\"f\": \"x (2)\"}"},
	    {"{\"template\": \"{a} ({b})\"}", "{\"a\": \"x\"}", "{}"},
	    {"{\"first\": [\"a\", \"b\"]}", "{\"b\": 2}", "{\"f\": 2}"},
	    {"{\"first\": [\"a\", {\"value\": 9}]}", "{}", "{\"f\": 9}"},
	    {"{\"from\": [\"a\", \"b\"], \"list\": true}",
		"{\"a\": [1, 2], \"b\": 3}", "{\"f\": [1, 2, 3]}"},
	    {"{\"geo\": {\"lat\": \"y\", \"lon\": \"x\"}}",
		"{\"x\": 4.5, \"y\": 50}",
		"{\"f\": {\"lat\": 50, \"lon\": 4.5}}"},
	    {"{\"geo\": {\"lat\": \"y\", \"lon\": \"x\"}}", "{\"x\": 4.5}",
		"{}"},
	    {"{\"each\": \"d\", \"object\": {\"text\": \"t\"},"
	     "\"needs\": [\"text\"], \"list\": true}",
		"{\"d\": [{\"t\": \"a\"}, {\"u\": 1}, {\"t\": \"b\"}]}",
		"{\"f\": [{\"text\": \"a\"}, {\"text\": \"b\"}]}"},
	};

	(void)state;
	RUN(rows);
}

#define THEN(steps) "{\"from\": \"a\", \"list\": true, \"then\": [" steps "]}"

static void
steps_change_values_in_their_order(void **state)
{
	static const struct row rows[] = {
	    {THEN("\"trim\""), "{\"a\": \" x \"}", "{\"f\": [\"x\"]}"},
	    {THEN("\"lower\""), "{\"a\": \"ÉA\"}", "{\"f\": [\"éa\"]}"},
	    {THEN("\"title-case\""), "{\"a\": \"SÃO PAULO\"}",
		"{\"f\": [\"São Paulo\"]}"},
	    {THEN("\"number\""), "{\"a\": [\"12\", \"1.5\", 3]}",
		"{\"f\": [12, 1.5, 3]}"},
	    {THEN("\"date\""),
		"{\"a\": [\"2024-02-29T10:00:00Z\", \"1/12/2020\", "
		"\"31.12.1999\"]}",
		"{\"f\": [\"2024-02-29\", \"2020-12-01\", \"1999-12-31\"]}"},
	    {THEN("{\"to\": \"date\", \"otherwise\": \"drop\"}"),
		"{\"a\": [\"2023-02-29\", \"soon\"]}", "{}"},
	    {THEN("\"year\""), "{\"a\": [\"1999-05-01\", 2003]}",
		"{\"f\": [1999, 2003]}"},
	    {THEN("{\"split\": \";\"}, \"unique\""), "{\"a\": \"x; y;x;;\"}",
		"{\"f\": [\"x\", \"y\"]}"},
	    {THEN("{\"before\": \"#\"}"), "{\"a\": [\"b:1#2#3\", \"c\"]}",
		"{\"f\": [\"b:1\", \"c\"]}"},
	    {THEN("{\"after\": \":\"}"), "{\"a\": \"b:c:d\"}",
		"{\"f\": [\"c:d\"]}"},
	    {THEN("{\"last\": \"/\"}"), "{\"a\": \"/x/y/z\"}",
		"{\"f\": [\"z\"]}"},
	    {THEN("{\"values\": {\"UK\": \"GB\", \"X\": null, \"Y\": [1, 2]}}"),
		"{\"a\": [\"UK\", \"FR\", \"X\", \"Y\"]}",
		"{\"f\": [\"GB\", \"FR\", 1, 2]}"},
	    {THEN("{\"values\": {\"1\": \"one\"}, \"otherwise\": \"drop\"}"),
		"{\"a\": [1, 2]}", "{\"f\": [\"one\"]}"},
	    {THEN("{\"except\": [\"b\", \"c\"]}"),
		"{\"a\": [\"x\", \"y\", \"z\"], \"b\": \"y\", \"c\": \"z\"}",
		"{\"f\": [\"x\"]}"},
	    {THEN("{\"headings\": [\"Scope:\", \"Aim:\"]}"),
		"{\"a\": \"Intro. Scope: all. Aim: none\"}",
		"{\"f\": [{\"text\": \"Intro.\"},"
		"{\"heading\": \"Scope\", \"text\": \"all.\"},"
		"{\"heading\": \"Aim\", \"text\": \"none\"}]}"},
	};

	(void)state;
	RUN(rows);
}

static void
a_value_that_cannot_be_used_fails_its_record_and_names_the_field(void **state)
{
	struct ecs_map *map = map_of("{\"fields\": {\"country\": {\"from\": "
				     "\"c\", \"then\": [{\"values\": {}, "
				     "\"otherwise\": \"error\"}]}}}");
	struct ecs_err err = {0};
	json_t *record = json("{\"c\": \"ZZ\"}");

	(void)state;
	assert_null(ecs_map_apply(map, record, &err));
	assert_int_equal(err.status, 422);
	assert_string_equal(err.where[0].name, "/country");
	assert_non_null(strstr(err.text, "\"ZZ\" is not in the table"));
	json_decref(record);
	ecs_map_free(map);
}

static void
a_wrong_map_is_refused_with_pointer_and_reason(void **state)
{
	static const struct {
		const char *map, *pointer, *text, *meant;
	} rows[] = {
	    {"[]", "", "a map is an object", ""},
	    {"{}", "/fields", "must be an object of rules", ""},
	    {"{\"feilds\": {}}", "/feilds", "unknown member", "fields"},
	    {"{\"fields\": {\"id\": 3}}", "/fields/id", "a path is a string",
		""},
	    {"{\"fields\": {\"id\": \"a..b\"}}", "/fields/id",
		"a name is missing", ""},
	    {"{\"fields\": {\"id\": \"a[x\"}}", "/fields/id", "brackets hold",
		""},
	    {"{\"fields\": {\"id\": {\"form\": \"a\"}}}", "/fields/id/form",
		"unknown member", "from"},
	    {"{\"fields\": {\"id\": {\"from\": \"a\", \"value\": 1}}}",
		"/fields/id", "both from and value", ""},
	    {"{\"fields\": {\"id\": {\"list\": true}}}", "/fields/id",
		"a rule needs", ""},
	    {"{\"fields\": {\"id\": {\"from\": \"a\", \"then\": [\"up\"]}}}",
		"/fields/id/then/0", "no such step", ""},
	    {"{\"fields\": {\"id\": {\"from\": \"a\", \"then\": "
	     "[{\"split\": \"\"}]}}}",
		"/fields/id/then/0/split", "not empty", ""},
	    {"{\"fields\": {\"id\": {\"from\": \"a\", \"then\": "
	     "[{\"values\": {}, \"otherwise\": \"maybe\"}]}}}",
		"/fields/id/then/0", "otherwise is keep", ""},
	    {"{\"fields\": {\"id\": {\"template\": \"{a\"}}}",
		"/fields/id/template", "a brace is not closed", ""},
	    {"{\"fields\": {\"id\": {\"geo\": {\"lat\": \"a\"}}}}",
		"/fields/id/geo/lon", "missing", ""},
	    {"{\"fields\": {\"id\": \"id\"}, \"group\": {\"each\": {}}}",
		"/group/by", "missing", ""},
	    {"{\"fields\": {\"id\": \"id\"}, \"group\": {\"by\": \"id\", "
	     "\"each\": {\"text\": \"t\"}, \"lines\": \"apart\"}}",
		"/group", "lines is", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_err err = {0};

		assert_null(
		    ecs_map_parse(rows[i].map, strlen(rows[i].map), &err));
		assert_string_equal(err.where[0].name, rows[i].pointer);
		assert_string_equal(err.where[0].did_you_mean, rows[i].meant);
		if (strstr(err.text, rows[i].text) == NULL)
			print_message("# %s: %s\n", rows[i].map, err.text);
		assert_non_null(strstr(err.text, rows[i].text));
	}
}

static void
a_map_that_is_no_json_is_refused_with_its_line(void **state)
{
	static const char text[] = "{\n\"fields\": {,}}";
	struct ecs_err err = {0};

	(void)state;
	assert_null(ecs_map_parse(text, strlen(text), &err));
	assert_int_equal(err.where[0].line, 2);
}

/* ---- grouping ---- */

#define GROUP(lines)                                                   \
	"{\"fields\": {\"id\": \"k\", \"title\": \"t\"}, \"group\": {" \
	"\"by\": \"k\", \"lines\": \"" lines "\","                     \
	"\"each\": {\"text\": \"x\", \"level\": {\"from\": \"l\", "    \
	"\"then\": [\"number\"]}}, \"needs\": [\"text\"]}}"

static bool
collect(void *user, json_t *document, uint64_t origin, struct ecs_err *err)
{
	(void)err;
	json_object_set_new(
	    document, "origin", json_integer((json_int_t)origin));
	return json_array_append_new(user, document) == 0;
}

/* Group lines; what comes out, or NULL and err. */
static json_t *
grouped(const char *map_text, const char *const *lines, struct ecs_err *err)
{
	struct ecs_map *map = map_of(map_text);
	json_t *out = json_array();
	struct ecs_group *group = ecs_group_new(map, collect, out);
	bool ok = true;

	for (uint64_t i = 0; lines[i] != NULL; i++) {
		json_t *record = json(lines[i]);

		if (!ecs_group_put(group, record, i + 1, 10, err))
			ok = false;
		json_decref(record);
	}
	if (ok)
		ok = ecs_group_finish(group, err);
	ecs_group_free(group);
	ecs_map_free(map);
	if (ok)
		return out;
	json_decref(out);
	return NULL;
}

static void
lines_of_one_key_become_one_document_with_sections(void **state)
{
	static const char *const lines[] = {
	    "{\"k\": \"a\", \"t\": \"A\", \"x\": \"1\"}",
	    "{\"k\": \"a\", \"t\": \"A\", \"x\": \"2\"}",
	    "{\"k\": \"b\", \"t\": \"B\"}", NULL};
	struct ecs_err err = {0};
	json_t *got = grouped(GROUP("together"), lines, &err);
	json_t *want = json(
	    "[{\"id\": \"a\", \"title\": \"A\", \"origin\": 1, \"sections\": "
	    "[{\"text\": \"1\"}, {\"text\": \"2\"}]},"
	    "{\"id\": \"b\", \"title\": \"B\", \"origin\": 3}]");

	(void)state;
	assert_non_null(got);
	assert_true(json_equal(got, want));
	json_decref(got);
	json_decref(want);
}

static const char *const apart[] = {"{\"k\": \"a\", \"x\": \"1\"}",
    "{\"k\": \"b\", \"x\": \"2\"}", "{\"k\": \"a\", \"x\": \"3\"}", NULL};

static void
a_key_that_comes_back_is_refused_when_lines_stand_together(void **state)
{
	struct ecs_err err = {0};

	(void)state;
	assert_null(grouped(GROUP("together"), apart, &err));
	assert_string_equal(err.code, "bad_group");
	assert_non_null(strstr(err.text, "anywhere"));
}

static void
lines_that_stand_apart_are_collected_when_the_map_says_so(void **state)
{
	struct ecs_err err = {0};
	json_t *got = grouped(GROUP("anywhere"), apart, &err);
	json_t *sections;

	(void)state;
	assert_int_equal(json_array_size(got), 2);
	sections = json_object_get(json_array_get(got, 0), "sections");
	assert_int_equal(json_array_size(sections), 2);
	json_decref(got);
}

static void
a_document_one_of_whose_lines_failed_is_not_handed_on(void **state)
{
	struct ecs_map *map = map_of(GROUP("together"));
	json_t *out = json_array();
	struct ecs_group *group = ecs_group_new(map, collect, out);
	struct ecs_err err = {0};
	json_t *good = json("{\"k\": \"a\", \"x\": \"1\"}");
	json_t *bad = json("{\"k\": \"a\", \"x\": \"1\", \"l\": \"top\"}");

	(void)state;
	assert_true(ecs_group_put(group, good, 1, 1, &err));
	assert_false(ecs_group_put(group, bad, 2, 1, &err));
	ecs_err_clear(&err);
	assert_false(ecs_group_put(group, good, 3, 1, &err));
	ecs_err_clear(&err);
	assert_true(ecs_group_finish(group, &err));
	assert_int_equal(json_array_size(out), 0);
	json_decref(good);
	json_decref(bad);
	json_decref(out);
	ecs_group_free(group);
	ecs_map_free(map);
}

static void
ids_are_remembered_through_growth(void **state)
{
	struct ecs_seen seen = {0};
	char text[16];
	bool before;

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 5000; i++) {
			snprintf(text, sizeof(text), "id-%d", i);
			assert_true(ecs_seen_add(&seen, text, &before));
			assert_int_equal(before, round == 1);
		}
	}
	ecs_seen_fini(&seen);
}

/* ---- memory ---- */

/*
 * Fail each allocation in turn, those of Jansson too, until nothing fails any
 * more: what comes out is all or an error, never a document that lacks
 * something.
 */
static void
memory_running_out_gives_an_error_and_never_half_a_document(void **state)
{
	static const char text[] =
	    "{\"fields\": {\"id\": {\"template\": \"{k}:{t}\"},"
	    "\"tags\": {\"from\": \"s\", \"list\": true, \"then\": ["
	    "{\"split\": \";\"}, \"unique\", {\"values\": {\"a\": \"A\"}}]},"
	    "\"where\": {\"geo\": {\"lat\": \"y\", \"lon\": \"x\"}},"
	    "\"parts\": {\"from\": \"p\", \"list\": true, \"then\": ["
	    "{\"headings\": [\"Aim:\"]}]}}}";
	struct ecs_map *map = map_of(text);
	json_t *record = json("{\"k\": \"1\", \"t\": \"u\", \"s\": \"a;b;a\","
			      "\"x\": 1, \"y\": 2, \"p\": \"o Aim: q\"}");
	struct ecs_err err = {0};
	json_t *want = ecs_map_apply(map, record, &err), *got = NULL;
	long failed = 0;

	(void)state;
	assert_non_null(want);
	/* By their names here they are those of the fuse. */
	json_set_alloc_funcs(malloc, free);
	for (; got == NULL; failed++) {
		ecs_err_clear(&err);
		fuse_light(failed);
		got = ecs_map_apply(map, record, &err);
		fuse_out();
		if (got == NULL)
			assert_int_equal(err.status, 503);
	}
	assert_true(failed > 20);
	assert_true(json_equal(got, want));
	json_decref(got);
	json_decref(want);
	json_decref(record);
	ecs_map_free(map);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		paths_lead_to_members_elements_and_filtered_elements),
	    cmocka_unit_test(
		sources_give_constants_templates_places_and_the_first_there_is),
	    cmocka_unit_test(steps_change_values_in_their_order),
	    cmocka_unit_test(
		a_value_that_cannot_be_used_fails_its_record_and_names_the_field),
	    cmocka_unit_test(a_wrong_map_is_refused_with_pointer_and_reason),
	    cmocka_unit_test(a_map_that_is_no_json_is_refused_with_its_line),
	    cmocka_unit_test(
		lines_of_one_key_become_one_document_with_sections),
	    cmocka_unit_test(
		a_key_that_comes_back_is_refused_when_lines_stand_together),
	    cmocka_unit_test(
		lines_that_stand_apart_are_collected_when_the_map_says_so),
	    cmocka_unit_test(
		a_document_one_of_whose_lines_failed_is_not_handed_on),
	    cmocka_unit_test(ids_are_remembered_through_growth),
	    cmocka_unit_test(
		memory_running_out_gives_an_error_and_never_half_a_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
