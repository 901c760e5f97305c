/* SPDX-License-Identifier: ISC */
/*
 * feed_test - a bulk body is told line by line what became of it.
 *
 * What the feed gives is written down as "LINE:WHAT" words and compared whole:
 * "1:a" is the document a, "2:-b" the deletion of b, "3:!bad_json" an error.
 */
#include "ecsearch/buf.h"
#include "ecsearch/index.h"

#include "shipped.h"

static struct ecs_schema *schema;

static int
setup(void **state)
{
	(void)state;
	schema = load_shipped();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	ecs_schema_free(schema);
	return 0;
}

struct heard {
	struct ecs_buf words;
	size_t stop_after; /* items; 0: never */
	size_t n;
	struct ecs_err last; /* the last error told */
	char json[2000];     /* the last document */
};

static bool
hear(void *user, const struct ecs_feed_item *item)
{
	struct heard *heard = user;

	ecs_buf_printf(&heard->words, "%s%u:", heard->words.len > 0 ? " " : "",
	    item->line);
	if (item->err != NULL) {
		assert_null(item->doc);
		heard->last = *item->err;
		ecs_buf_printf(&heard->words, "!%s", item->err->code);
	} else if (item->doc != NULL) {
		assert_string_equal(item->id, item->doc->id);
		snprintf(
		    heard->json, sizeof(heard->json), "%s", item->doc->json);
		ecs_buf_puts(&heard->words, item->doc->id);
	} else
		ecs_buf_printf(&heard->words, "-%s", item->delete_id);
	ecs_doc_free(item->doc);
	return ++heard->n != heard->stop_after;
}

static bool
feed(struct heard *heard, enum ecs_feed_format format, const char *body,
    struct ecs_err *err)
{
	size_t len = strlen(body);
	char *copy = malloc(len + 1); /* exactly as long: no byte too far */
	bool ok;

	assert_non_null(copy);
	copy = realloc(copy, len == 0 ? 1 : len);
	assert_non_null(copy);
	memcpy(copy, body, len);
	ok = ecs_feed(ecs_schema_collection(schema, "members"), format, copy,
	    len, hear, heard, err);
	free(copy);
	return ok;
}

static void
gives(enum ecs_feed_format format, const char *body, const char *words)
{
	struct heard heard = {0};
	struct ecs_err err = {0};

	MUST(feed(&heard, format, body, &err), &err);
	assert_string_equal(
	    heard.words.data == NULL ? "" : heard.words.data, words);
	ecs_buf_fini(&heard.words);
}

static void
refuses(enum ecs_feed_format format, const char *body, const char *code,
    uint32_t line)
{
	struct heard heard = {0};
	struct ecs_err err = {0};

	assert_false(feed(&heard, format, body, &err));
	assert_int_equal(err.status, 400);
	assert_string_equal(err.code, code);
	if (line > 0) {
		assert_int_equal(err.where[0].kind, ECS_WHERE_LINE);
		assert_int_equal(err.where[0].line, line);
	}
	/* Whole: nothing was given before. */
	assert_int_equal(heard.n, 0);
	ecs_buf_fini(&heard.words);
}

/* ---- NDJSON ---- */

#define GOOD(id) "{\"id\":\"" id "\",\"name\":\"N\"}"

static void
lines_are_told_apart_by_number(void **state)
{
	(void)state;
	gives(ECS_FEED_NDJSON, GOOD("a") "\n" GOOD("b") "\n", "1:a 2:b");
	gives(ECS_FEED_NDJSON, GOOD("a") "\n" GOOD("b"), "1:a 2:b");
	gives(ECS_FEED_NDJSON, "\xEF\xBB\xBF" GOOD("a"), "1:a");
	gives(ECS_FEED_NDJSON, GOOD("a") "\r\n" GOOD("b") "\r\n", "1:a 2:b");
	gives(ECS_FEED_NDJSON, "\n \t\r\n" GOOD("a") "\n\n\n" GOOD("b") "\n\n",
	    "3:a 6:b");
	gives(ECS_FEED_NDJSON, "", "");
	gives(ECS_FEED_NDJSON, "\n", "");
}

static void
a_bad_line_harms_no_other(void **state)
{
	(void)state;
	gives(ECS_FEED_NDJSON,
	    GOOD("a") "\n{\"id\":\n{\"id\":\"c\"}\n[]\n7\n" GOOD(
		"f") "\n"
		     "{\"id\":\"g\",\"id\":\"g\",\"name\":\"N\"}\n" GOOD("h")
			 GOOD("i") "\n",
	    "1:a 2:!bad_json 3:!bad_document 4:!bad_document 5:!bad_json 6:f "
	    "7:!bad_json 8:!bad_json");
}

static void
a_line_that_is_no_json_tells_line_and_column(void **state)
{
	struct heard heard = {0};
	struct ecs_err err = {0};

	(void)state;
	MUST(feed(&heard, ECS_FEED_NDJSON, "\n{\"id\": x}\n", &err), &err);
	assert_int_equal(heard.last.status, 400);
	assert_int_equal(heard.last.where[0].line, 2);
	assert_true(heard.last.where[0].column > 0);
	ecs_buf_fini(&heard.words);
}

static void
operations_delete_and_nothing_else(void **state)
{
	(void)state;
	gives(ECS_FEED_NDJSON,
	    "{\"op\":\"delete\",\"id\":\"a\"}\n"
	    "{\"op\":\"upsert\",\"id\":\"b\"}\n"
	    "{\"op\":\"delete\"}\n"
	    "{\"op\":\"delete\",\"id\":7}\n"
	    "{\"op\":\"delete\",\"id\":\"\"}\n"
	    "{\"op\":\"delete\",\"id\":\"a\",\"name\":\"x\"}\n"
	    "{\"op\":null,\"id\":\"a\"}\n",
	    "1:-a 2:!bad_operation 3:!bad_operation 4:!bad_operation 5:!bad_id "
	    "6:!bad_operation 7:!bad_operation");
}

static void
a_sink_can_stop_the_feed(void **state)
{
	static const char *const bodies[] = {
	    [ECS_FEED_JSON] = "[" GOOD("a") "," GOOD("b") "," GOOD("c") "]",
	    [ECS_FEED_NDJSON] = GOOD("a") "\n" GOOD("b") "\n" GOOD("c"),
	    [ECS_FEED_CSV] = "id,name\na,N\nb,N\nc,N\n",
	};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct heard heard = {.stop_after = 2};
		struct ecs_err err = {0};

		MUST(feed(&heard, (enum ecs_feed_format)i, bodies[i], &err),
		    &err);
		assert_int_equal(heard.n, 2);
		ecs_buf_fini(&heard.words);
	}
}

/* ---- JSON ---- */

static void
an_array_is_told_apart_by_element(void **state)
{
	(void)state;
	gives(ECS_FEED_JSON,
	    "\xEF\xBB\xBF[" GOOD("a") ",\n7,{\"id\":\"c\"},"
				      "{\"op\":\"delete\",\"id\":\"d\"}]",
	    "1:a 2:!bad_document 3:!bad_document 4:-d");
	gives(ECS_FEED_JSON, GOOD("a"), "1:a");
	gives(ECS_FEED_JSON, "[]", "");
}

static void
what_is_no_json_is_refused_whole(void **state)
{
	(void)state;
	refuses(ECS_FEED_JSON, "", "bad_json", 1);
	refuses(ECS_FEED_JSON, "7", "bad_json", 1);
	refuses(ECS_FEED_JSON, "[" GOOD("a") ",\n\n{]", "bad_json", 3);
	refuses(ECS_FEED_JSON, GOOD("a") "\n" GOOD("b"), "bad_json", 2);
}

/* ---- CSV ---- */

static void
rows_are_told_apart_by_line(void **state)
{
	(void)state;
	gives(ECS_FEED_CSV, "id,name\na,A\nb,B\n", "2:a 3:b");
	gives(ECS_FEED_CSV, "\xEF\xBB\xBFid,name\r\na,A\r\nb,B", "2:a 3:b");
	gives(ECS_FEED_CSV, "id;name\na;\"A;x\"\n", "2:a");
	gives(ECS_FEED_CSV, "id\tname\na\tA\n", "2:a");
	gives(ECS_FEED_CSV, "id,name\n", "");
}

static void
blank_lines_and_breaks_in_cells_are_counted(void **state)
{
	(void)state;
	gives(ECS_FEED_CSV, "\nid,name\n\na,A\n  \r\n\nb,B\n", "4:a 7:b");
	gives(ECS_FEED_CSV, "id,name\na,\"A\nof\n\nlines\"\nb,B\n\"\nc\",C\n",
	    "2:a 6:b 7:!bad_id");
}

static void
a_bad_row_harms_no_other(void **state)
{
	(void)state;
	gives(ECS_FEED_CSV,
	    "id,name,employees,sectors\n"
	    "a,A,12,energy|finance\n"
	    "b,,1,\n"
	    "c,C,1,,more\n"
	    "d,D,many,\n"
	    "e,E,1,nonsense\n"
	    "f\n"
	    "g,G\n"
	    "h,H,inf,\n"
	    "i,I,1e999,\n"
	    "j,\xFF,1,\n",
	    "2:a 3:!bad_document 4:!bad_document 5:!bad_document "
	    "6:!bad_document 7:!bad_document 8:g 9:!bad_document "
	    "10:!bad_document 11:!bad_document");
}

static void
cells_become_values_of_their_fields_type(void **state)
{
	struct heard heard = {0};
	struct ecs_err err = {0};

	(void)state;
	MUST(feed(&heard, ECS_FEED_CSV,
		 "id,name,employees,location,aliases,languages\n"
		 "a,A,1.5,\"48.1, 11.5\",B|C,\n",
		 &err),
	    &err);
	assert_string_equal(heard.json,
	    "{\"id\":\"a\",\"name\":\"A\",\"employees\":1.5,"
	    "\"location\":{\"lat\":48.1,\"lon\":11.5},"
	    "\"aliases\":[\"B\",\"C\"]}");
	ecs_buf_fini(&heard.words);
}

static void
a_bad_cell_is_told_by_its_pointer(void **state)
{
	static const struct {
		const char *row;
		const char *pointer;
		const char *reason;
	} rows[] = {
	    {"a,A,1e999,,", "/employees", "number"},
	    {"a,A,inf,,", "/employees", "number"},
	    {"a,A,1 2,,", "/employees", "number"},
	    {"a,A,,nowhere,", "/location", "lat"},
	    {"a,A,,\"1,2,3\",", "/location", "lat"},
	    {"a,A,,\"inf,2\",", "/location", "lat"},
	    {"a,A\xFF,,,", "/name", "UTF-8"},
	    {"a,A,,,B|\xFF|C", "/aliases", "UTF-8"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct heard heard = {0};
		struct ecs_err err = {0};
		char body[200];

		snprintf(body, sizeof(body),
		    "id,name,employees,location,aliases\n%s\n", rows[i].row);
		MUST(feed(&heard, ECS_FEED_CSV, body, &err), &err);
		assert_string_equal(heard.words.data, "2:!bad_document");
		assert_int_equal(heard.last.status, 422);
		assert_string_equal(heard.last.where[0].name, rows[i].pointer);
		assert_non_null(strstr(heard.last.text, rows[i].reason));
		ecs_buf_fini(&heard.words);
	}
}

static void
what_is_no_csv_is_refused_whole(void **state)
{
	struct heard heard = {0};
	struct ecs_err err = {0};

	(void)state;
	refuses(ECS_FEED_CSV, "", "bad_csv", 0);
	refuses(ECS_FEED_CSV, "\n\n", "bad_csv", 0);
	refuses(ECS_FEED_CSV, "id,nmae\na,A\n", "bad_csv", 1);
	refuses(ECS_FEED_CSV, "id,name,id\na,A,b\n", "bad_csv", 1);
	refuses(ECS_FEED_CSV, "id,name\na,A\nb,\"B\"x\n", "bad_csv", 3);
	refuses(ECS_FEED_CSV, "id,name\na,A\nb,\"B\n", "bad_csv", 3);
	assert_false(feed(&heard, ECS_FEED_CSV, "id,nmae\na,A\n", &err));
	assert_int_equal(err.where[0].column, 2);
	assert_string_equal(err.where[0].did_you_mean, "name");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_are_told_apart_by_number),
	    cmocka_unit_test(a_bad_line_harms_no_other),
	    cmocka_unit_test(a_line_that_is_no_json_tells_line_and_column),
	    cmocka_unit_test(operations_delete_and_nothing_else),
	    cmocka_unit_test(a_sink_can_stop_the_feed),
	    cmocka_unit_test(an_array_is_told_apart_by_element),
	    cmocka_unit_test(what_is_no_json_is_refused_whole),
	    cmocka_unit_test(rows_are_told_apart_by_line),
	    cmocka_unit_test(blank_lines_and_breaks_in_cells_are_counted),
	    cmocka_unit_test(a_bad_row_harms_no_other),
	    cmocka_unit_test(cells_become_values_of_their_fields_type),
	    cmocka_unit_test(a_bad_cell_is_told_by_its_pointer),
	    cmocka_unit_test(what_is_no_csv_is_refused_whole),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
