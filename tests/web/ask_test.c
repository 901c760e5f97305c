/* SPDX-License-Identifier: ISC */
/*
 * ask_test - what the page asks for a state, and that the search takes it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/err.h"
#include "ecsearch/query.h"

#include "asked.h"

enum { MEMBERS, GROUPS, AGENDA };

static json_t *
ask(const char *query, int collection)
{
	json_t *json = ecs_page_ask(asked(query), collection);

	assert_non_null(json);
	return json;
}

/* The member of what is asked, as JSON. */
static void
asks(const char *query, int collection, const char *member, const char *wanted)
{
	json_t *json = ask(query, collection);
	char *text = json_dumps(json_object_get(json, member),
	    JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);

	assert_string_equal(text == NULL ? "" : text, wanted);
	free(text);
	json_decref(json);
}

static const char *
facet_text(const char *query, int collection, const char *field)
{
	static char text[200];
	json_t *json = ask(query, collection);
	size_t i;
	json_t *facet;

	text[0] = '\0';
	json_array_foreach (json_object_get(json, "facets"), i, facet) {
		const char *name =
		    json_string_value(json_object_get(facet, "field"));

		if (strcmp(name, field) == 0)
			text[json_dumpb(facet, text, sizeof(text) - 1,
			    JSON_COMPACT | JSON_SORT_KEYS)] = '\0';
	}
	json_decref(json);
	return text;
}

static void
the_start_page_asks_how_many_and_of_where_but_for_no_hits(void **state)
{
	(void)state;
	asks("", MEMBERS, "per_page", "0");
	asks("", MEMBERS, "facets",
	    "[{\"field\":\"country\",\"limit\":1000},"
	    "{\"field\":\"sectors\",\"limit\":16}]");
	asks("", GROUPS, "facets", "[{\"field\":\"sectors\",\"limit\":16}]");
}

static void
all_collections_are_asked_for_their_best_few(void **state)
{
	(void)state;
	asks("q=x", MEMBERS, "per_page", "3");
	asks("q=x", AGENDA, "q", "\"x\"");
	asks("q=x", AGENDA, "facets", "");
}

static void
one_collection_is_asked_for_a_page_and_the_others_for_a_count(void **state)
{
	(void)state;
	asks("q=x&in=agenda&page=3&sort=-date", AGENDA, "page", "3");
	asks("q=x&in=agenda&page=3&sort=-date", AGENDA, "sort", "\"-date\"");
	asks("q=x&in=agenda&page=3&sort=-date", AGENDA, "per_page", "20");
	asks("q=x&in=agenda&page=3&sort=-date", MEMBERS, "per_page", "0");
	asks("q=x&in=agenda&kind=law", MEMBERS, "filter", "");
}

static void
words_are_corrected_unless_they_are_meant(void **state)
{
	(void)state;
	asks("q=x", MEMBERS, "typo", "\"auto\"");
	asks("q=x&exact=1", MEMBERS, "typo", "\"off\"");
}

static void
choices_are_any_of_a_field_and_all_of_the_fields(void **state)
{
	(void)state;
	asks("in=members&country=BE&founded=2010..&country=FR", MEMBERS,
	    "filter",
	    "[[{\"field\":\"country\",\"value\":\"BE\"},"
	    "{\"field\":\"country\",\"value\":\"FR\"}],"
	    "[\"founded:2010..\"]]");
}

static void
a_choice_in_a_tree_means_what_is_narrower_too(void **state)
{
	(void)state;
	asks("in=members&topics=cryptography", MEMBERS, "filter",
	    "[[\"topics:cryptography/*\"]]");
}

static void
a_value_is_never_read_as_a_pattern(void **state)
{
	static const char *const values[] = {
	    "%2A", "%3C5", "%3E%3D5", "a%2F%2A", "NOT%20x", "%22a%22", "a%3Ab"};
	char query[64];

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		json_t *json;
		const json_t *clause;

		snprintf(query, sizeof(query), "in=members&city=%s", values[i]);
		json = ask(query, MEMBERS);
		clause = json_array_get(
		    json_array_get(json_object_get(json, "filter"), 0), 0);
		assert_true(json_is_object(clause));
		json_decref(json);
	}
}

static void
a_facet_is_asked_whole_when_it_is_shown_whole(void **state)
{
	(void)state;
	assert_string_equal(facet_text("in=members", MEMBERS, "city"),
	    "{\"field\":\"city\",\"limit\":8}");
	assert_string_equal(
	    facet_text("in=members&all=city&find=gh", MEMBERS, "city"),
	    "{\"field\":\"city\",\"limit\":1000,\"q\":\"gh\"}");
	assert_string_equal(
	    facet_text("in=members&all=city&find=gh", MEMBERS, "sectors"),
	    "{\"field\":\"sectors\",\"limit\":8}");
	assert_string_equal(facet_text("in=members&map=1", MEMBERS, "country"),
	    "{\"field\":\"country\",\"limit\":1000}");
}

/* ---- the property ---- */

/* The search reads what is asked of each collection without a complaint. */
static void
assert_taken(const struct ecs_page_state *asked_for, const char *query)
{
	for (int i = 0; i < asked_schema->ncollections; i++) {
		json_t *json = ecs_page_ask(asked_for, i);
		struct ecs_err err = {0};
		struct ecs_search *search = ecs_search_read(
		    asked_schema, asked_for->visible, -1, json, &err);

		if (search == NULL)
			fail_msg("%s: %s", query, err.text);
		ecs_search_free(search);
		json_decref(json);
	}
}

static void
whatever_an_address_says_the_search_takes_what_is_asked(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 4000; seed++) {
		unsigned at = seed * 104729;
		const char *query = random_query(&at);

		assert_taken(asked(query), query);
	}
}

static int
begin(void **state)
{
	(void)state;
	asked_begin();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	asked_end();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		the_start_page_asks_how_many_and_of_where_but_for_no_hits),
	    cmocka_unit_test(all_collections_are_asked_for_their_best_few),
	    cmocka_unit_test(
		one_collection_is_asked_for_a_page_and_the_others_for_a_count),
	    cmocka_unit_test(words_are_corrected_unless_they_are_meant),
	    cmocka_unit_test(choices_are_any_of_a_field_and_all_of_the_fields),
	    cmocka_unit_test(a_choice_in_a_tree_means_what_is_narrower_too),
	    cmocka_unit_test(a_value_is_never_read_as_a_pattern),
	    cmocka_unit_test(a_facet_is_asked_whole_when_it_is_shown_whole),
	    cmocka_unit_test(
		whatever_an_address_says_the_search_takes_what_is_asked),
	};

	return cmocka_run_group_tests_name("ask", tests, begin, end);
}
