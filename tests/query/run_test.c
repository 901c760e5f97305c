/* SPDX-License-Identifier: ISC */
/*
 * run_test - whole searches, as far as they need no words.
 */
#include "world.h"

struct desk {
	struct world *world;
	struct ecs_words *words;
	struct ecs_analyzer *analyzer;
	struct ecs_query_context context;
};

static int
set_up(void **state)
{
	static struct desk desk;
	struct ecs_err err = {0};

	desk.world = world_new(1492);
	desk.words = ecs_words_new(NULL, &err);
	desk.analyzer = ecs_analyzer_new(desk.words, &err);
	desk.context.analyzer = desk.analyzer;
	desk.context.cursors = ecs_cursors_new(&err);
	*state = &desk;
	return desk.analyzer == NULL || desk.context.cursors == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	struct desk *desk = *state;

	ecs_cursors_free(desk->context.cursors);
	ecs_analyzer_free(desk->analyzer);
	ecs_words_free(desk->words);
	world_free(desk->world);
	return 0;
}

static struct ecs_search *
read_search(struct desk *desk, const char *body)
{
	bool visible[ECS_MAX_COLLECTIONS] = {true, true};
	json_t *json = json_loads(body, 0, NULL);
	struct ecs_err err = {0};
	struct ecs_search *search =
	    ecs_search_read(desk->world->schema, visible, -1, json, &err);

	if (search == NULL)
		fail_msg("%s: %s", body, err.text);
	json_decref(json);
	return search;
}

static struct ecs_result *
run(struct desk *desk, const struct ecs_search *search, struct ecs_err *err)
{
	struct ecs_source sources[SOURCES];
	size_t n = 0;

	for (int s = 0; s < SOURCES; s++)
		if (search->in[s])
			sources[n++] = desk->world->sources[s];
	return ecs_search_run(search, sources, n, &desk->context, err);
}

static uint32_t
total_of(struct desk *desk, const char *body, int *nwarnings)
{
	struct ecs_search *search = read_search(desk, body);
	struct ecs_err err = {0};
	struct ecs_result *result = run(desk, search, &err);
	uint32_t total;

	assert_non_null(result);
	total = result->total;
	*nwarnings = result->nwarnings;
	ecs_result_free(result);
	ecs_search_free(search);
	return total;
}

static void
nothing_typed_finds_everything_and_signs_alone_find_nothing(void **state)
{
	struct desk *desk = *state;
	uint32_t everything = ecs_table_rows(desk->world->sources[RED].table) +
	    ecs_table_rows(desk->world->sources[BLUE].table);
	int warnings;

	assert_int_equal(total_of(desk, "{}", &warnings), everything);
	assert_int_equal(total_of(desk, "{\"q\":\"\"}", &warnings), everything);
	assert_int_equal(
	    total_of(desk, "{\"q\":\" \\t \"}", &warnings), everything);
	assert_int_equal(warnings, 0);
	assert_int_equal(total_of(desk, "{\"q\":\" ?! \"}", &warnings), 0);
	assert_int_equal(warnings, 1);
}

/* Walk from the first page; returns how many rows were given, once each. */
static uint32_t
walk(struct desk *desk, const char *first, const char *next_pages)
{
	static bool seen[SOURCES][WORLD_ROWS];
	struct ecs_search *search = read_search(desk, first);
	struct ecs_err err = {0};
	struct ecs_result *result = run(desk, search, &err);
	uint32_t n = 0;

	memset(seen, 0, sizeof(seen));
	ecs_search_free(search);
	for (;;) {
		char body[400];

		assert_non_null(result);
		for (size_t i = 0; i < result->nhits; i++) {
			bool *it =
			    &seen[result->hits[i].source][result->hits[i].row];

			assert_false(*it);
			*it = true;
			n++;
		}
		if (result->cursor == NULL)
			break;
		snprintf(body, sizeof(body), next_pages, result->cursor);
		ecs_result_free(result);
		search = read_search(desk, body);
		result = run(desk, search, &err);
		ecs_search_free(search);
	}
	ecs_result_free(result);
	return n;
}

static void
a_walk_gives_every_document_found_once(void **state)
{
	struct desk *desk = *state;
	int warnings;

	assert_int_equal(
	    walk(desk,
		"{\"filter\":\"size:>0\",\"sort\":\"-name\",\"cursor\":\"*\","
		"\"per_page\":7}",
		"{\"filter\":\"size:>0\",\"sort\":\"-name\",\"cursor\":\"%s\","
		"\"per_page\":11}"),
	    total_of(desk, "{\"filter\":\"size:>0\"}", &warnings));
}

/* Begin a walk; the token for its second page. */
static void
begin(struct desk *desk, struct ecs_search *search, char token[81])
{
	struct ecs_err err = {0};
	struct ecs_result *result = run(desk, search, &err);

	assert_non_null(result);
	assert_non_null(result->cursor);
	snprintf(token, 81, "%s", result->cursor);
	ecs_result_free(result);
}

#define WALK                                                     \
	"\"q\":\"\",\"filter\":\"size:>0 AND NOT topics:oaks\"," \
	"\"sort\":[\"size\",\"-name\"]"

static void
a_cursor_belongs_to_the_search_that_began_it(void **state)
{
	static const char *const others[] = {
	    "{\"q\":\"\",\"sort\":[\"size\",\"-name\"]",
	    "{" WALK ",\"in\":[\"red\"]",
	    "{" WALK ",\"near\":\"50,4\",\"radius\":\"10km\"",
	    "{" WALK ",\"box\":\"0,0,1,1\"",
	    "{" WALK ",\"match\":\"any\"",
	    "{" WALK ",\"lang\":\"fr\"",
	    "{" WALK ",\"prefix\":\"last\"",
	    "{" WALK ",\"fields\":[\"name\"]",
	    "{\"q\":\"\",\"filter\":\"size:>0 AND NOT topics:oaks\"",
	    "{\"q\":\"\",\"filter\":\"size:>0 AND NOT topics:oaks\","
	    "\"sort\":[\"-name\",\"size\"]",
	    "{\"q\":\"\",\"filter\":\"size:>0 AND topics:oaks\","
	    "\"sort\":[\"size\",\"-name\"]",
	    "{\"q\":\"\",\"filter\":\"size:>2.5 AND NOT topics:oaks\","
	    "\"sort\":[\"size\",\"-name\"]",
	};
	struct desk *desk = *state;
	struct ecs_search *search =
	    read_search(desk, "{" WALK ",\"cursor\":\"*\"}");
	char token[81];

	begin(desk, search, token);
	ecs_search_free(search);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct ecs_err err = {0};
		char body[500];

		snprintf(body, sizeof(body), "%s,\"cursor\":\"%s\"}", others[i],
		    token);
		search = read_search(desk, body);
		if (run(desk, search, &err) != NULL)
			fail_msg("%s", others[i]);
		assert_int_equal(err.status, 400);
		assert_string_equal(err.code, "bad_cursor");
		ecs_search_free(search);
	}
}

static void
what_a_page_looks_like_may_change_on_the_way(void **state)
{
	struct desk *desk = *state;
	struct ecs_search *search =
	    read_search(desk, "{" WALK ",\"cursor\":\"*\"}");
	struct ecs_result *result;
	struct ecs_err err = {0};
	char body[500];
	char token[81];

	begin(desk, search, token);
	ecs_search_free(search);
	snprintf(body, sizeof(body),
	    "{" WALK ",\"per_page\":3,\"highlight\":false,\"cursor\":\"%s\"}",
	    token);
	search = read_search(desk, body);
	result = run(desk, search, &err);
	assert_non_null(result);
	assert_int_equal(result->nhits, 3);
	ecs_result_free(result);
	ecs_search_free(search);
}

static void
a_cursor_of_one_key_shows_nothing_to_a_narrower_one(void **state)
{
	struct desk *desk = *state;
	struct ecs_search *key = world_search(desk->world, "size:<0");
	struct ecs_search *search =
	    read_search(desk, "{" WALK ",\"cursor\":\"*\"}");
	struct ecs_err err = {0};
	char body[500];
	char token[81];

	begin(desk, search, token);
	ecs_search_free(search);
	snprintf(body, sizeof(body), "{" WALK ",\"cursor\":\"%s\"}", token);
	search = read_search(desk, body);
	search->embedded = key->filter;
	assert_null(run(desk, search, &err));
	assert_string_equal(err.code, "bad_cursor");
	search->embedded = NULL;
	ecs_search_free(search);
	ecs_search_free(key);
}

static bool
gone(void *user)
{
	(void)user;
	return true;
}

static void
a_search_that_was_stopped_says_so_and_claims_nothing(void **state)
{
	struct desk *desk = *state;
	struct ecs_deadline deadline = {.cancelled = gone};
	struct ecs_search *search =
	    read_search(desk, "{\"facets\":[\"size\"],\"timeout_ms\":5}");
	struct ecs_err err = {0};
	struct ecs_result *result;

	desk->context.deadline = &deadline;
	result = run(desk, search, &err);
	desk->context.deadline = NULL;
	assert_non_null(result);
	assert_int_equal(err.status, 0);
	assert_false(result->exact);
	assert_int_equal(result->nhits, 0);
	assert_string_equal(result->warnings[0].code, "timeout");
	ecs_result_free(result);
	ecs_search_free(search);
}

static void
a_page_past_the_end_is_empty_and_still_counted(void **state)
{
	struct desk *desk = *state;
	struct ecs_search *search =
	    read_search(desk, "{\"page\":2147483647,\"per_page\":1000}");
	struct ecs_err err = {0};
	struct ecs_result *result = run(desk, search, &err);

	assert_non_null(result);
	assert_int_equal(result->nhits, 0);
	assert_int_not_equal(result->total, 0);
	assert_true(result->exact);
	ecs_result_free(result);
	ecs_search_free(search);
}

static void
the_rows_of_one_source_are_those_a_search_counts(void **state)
{
	struct desk *desk = *state;
	struct ecs_search *search =
	    read_search(desk, "{\"filter\":\"kind:*\",\"in\":[\"red\"]}");
	struct ecs_err err = {0};
	struct ecs_result *result = run(desk, search, &err);
	struct ecs_bitmap *rows;

	assert_non_null(result);
	assert_true(ecs_search_rows(search, &desk->world->sources[RED], 1,
	    &desk->context, &rows, &err));
	assert_int_equal(ecs_bitmap_count(rows), result->total);
	assert_in_range(result->total, 1, WORLD_ROWS - 1);
	ecs_bitmap_free(rows);
	ecs_result_free(result);
	ecs_search_free(search);
}

static void
an_offset_begins_a_page_at_any_hit(void **state)
{
	struct desk *desk = *state;
	struct ecs_search *search = read_search(desk, "{\"per_page\":9}");
	struct ecs_err err = {0};
	struct ecs_result *whole = run(desk, search, &err);
	struct ecs_result *part;

	search->offset = 2;
	search->per_page = 5;
	part = run(desk, search, &err);
	assert_non_null(part);
	assert_int_equal(part->nhits, 5);
	for (size_t i = 0; i < part->nhits; i++) {
		assert_int_equal(
		    part->hits[i].source, whole->hits[i + 2].source);
		assert_int_equal(part->hits[i].row, whole->hits[i + 2].row);
	}
	ecs_result_free(part);
	ecs_result_free(whole);
	ecs_search_free(search);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		nothing_typed_finds_everything_and_signs_alone_find_nothing),
	    cmocka_unit_test(a_walk_gives_every_document_found_once),
	    cmocka_unit_test(a_cursor_belongs_to_the_search_that_began_it),
	    cmocka_unit_test(what_a_page_looks_like_may_change_on_the_way),
	    cmocka_unit_test(
		a_cursor_of_one_key_shows_nothing_to_a_narrower_one),
	    cmocka_unit_test(
		a_search_that_was_stopped_says_so_and_claims_nothing),
	    cmocka_unit_test(a_page_past_the_end_is_empty_and_still_counted),
	    cmocka_unit_test(an_offset_begins_a_page_at_any_hit),
	    cmocka_unit_test(the_rows_of_one_source_are_those_a_search_counts),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
