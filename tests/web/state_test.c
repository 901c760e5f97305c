/* SPDX-License-Identifier: ISC */
/*
 * state_test - any address is a state of the page, and a state its address.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/arena.h"
#include "ecsearch/err.h"

#include "../../src/web/html.h"

#include "asked.h"

/* What an address becomes when it is read and written again. */
static void
becomes(const char *query, const char *address)
{
	assert_string_equal(address_of(asked(query)), address);
}

static void
stays(const char *query)
{
	char address[400];

	snprintf(address, sizeof(address), "/?%s", query);
	becomes(query, address);
}

/* ---- reading ---- */

static void
nothing_asked_is_the_start_page(void **state)
{
	const struct ecs_page_state *start = asked("");

	(void)state;
	assert_true(ecs_state_is_start(start));
	assert_int_equal(start->collection, -1);
	assert_int_equal(start->page, 1);
	assert_string_equal(start->q, "");
	assert_string_equal(address_of(start), "/");
}

static void
what_is_known_stays_and_stands_in_one_order(void **state)
{
	(void)state;
	stays("q=a%20b&in=members&country=BE&country=FR&founded=2010..2020"
	      "&sort=-founded&exact=1&map=1&all=city&find=gh&page=3&ui=fr");
	becomes("ui=fr&page=2&sort=name&in=members&q=x",
	    "/?q=x&in=members&sort=name&page=2&ui=fr");
}

static void
what_is_unknown_is_left_out(void **state)
{
	(void)state;
	becomes("utm_source=x&in=nobody&country=BE&sort=name", "/");
	becomes("in=members&nothing=1&profile=x&sort=profile", "/?in=members");
	becomes("in=members&all=nothing&ui=xx", "/?in=members");
	becomes("in=members&sort=founded&sort=", "/?in=members");
	becomes("in=groups&country=BE&map=1", "/?in=groups&map=1");
	becomes("in=members&find=x", "/?in=members");
}

static void
of_repeated_parameters_the_last_counts_but_every_choice(void **state)
{
	(void)state;
	becomes("q=a&q=b&in=groups&in=members&country=FR&country=BE&country=FR",
	    "/?q=b&in=members&country=FR&country=BE");
	becomes("in=members&founded=2010&founded=2011..",
	    "/?in=members&founded=2011..");
}

static void
choices_end_at_their_most_and_no_memory_is_overrun(void **state)
{
	struct ecs_buf query = {0};

	(void)state;
	ecs_buf_puts(&query, "in=members");
	for (int i = 0; i < 60; i++)
		ecs_buf_printf(&query, "&city=c%d", i);
	assert_int_equal(asked(query.data)->nchoices, MOST_CHOICES);
	ecs_buf_fini(&query);
}

static void
numbers_are_chosen_by_value_or_range_and_nothing_else(void **state)
{
	static const char *const good[] = {
	    "2010", "2010..2020", "2010..", "..2020", "-5..5", "1.5..2.25"};
	static const char *const bad[] = {"", "..", "x", "2010..x", "1..2..3",
	    "1e9", "0x10", "inf", "nan..", "..nan", "%3C5", "%3E%3D5", "*",
	    "2010-2020", "1%202", "+", "-", ".",
	    "12345678901234567890123456789012345"};
	char query[100];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(
		    query, sizeof(query), "in=members&founded=%s", good[i]);
		stays(query);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(query, sizeof(query), "in=members&founded=%s", bad[i]);
		becomes(query, "/?in=members");
	}
}

static void
two_ends_of_a_form_make_a_range(void **state)
{
	(void)state;
	becomes("in=members&founded.from=2010&founded.to=2020",
	    "/?in=members&founded=2010..2020");
	becomes("in=members&founded.from=2010&founded.to=",
	    "/?in=members&founded=2010..");
	becomes("in=members&founded.from=&founded.to=2020",
	    "/?in=members&founded=..2020");
	becomes("in=members&founded.from=&founded.to=", "/?in=members");
	becomes("in=members&founded.from=x&founded.to=2020", "/?in=members");
	becomes("in=members&founded=1990&founded.from=2010",
	    "/?in=members&founded=2010..");
}

static void
a_page_is_a_number_from_one(void **state)
{
	static const char *const first[] = {
	    "", "0", "-1", "x", "99999999999999999999"};
	char query[100];

	(void)state;
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
		snprintf(query, sizeof(query), "q=x&page=%s", first[i]);
		assert_int_equal(asked(query)->page, 1);
	}
	assert_int_equal(asked("q=x&page=12")->page, 12);
}

static void
words_are_kept_as_typed_but_for_spaces_before_them(void **state)
{
	(void)state;
	assert_string_equal(asked("q=%20%20a%20b%20")->q, "a b ");
	assert_string_equal(asked("q=%20%20")->q, "");
	becomes("q=%3Cscript%3E%22%27%26%23", "/?q=%3Cscript%3E%22%27%26%23");
}

static void
more_words_than_are_searched_are_cut_between_letters(void **state)
{
	struct ecs_buf query = {0};
	const char *q;

	(void)state;
	ecs_buf_puts(&query, "q=a");
	for (int i = 0; i < 5000; i++)
		ecs_buf_puts(&query, "\xc3\xa9");
	q = asked(query.data)->q;
	assert_in_range(strlen(q), 1990, 2000);
	assert_int_equal(strlen(q) % 2, 1);
	ecs_buf_fini(&query);
}

static void
a_long_search_in_a_facet_is_cut_too(void **state)
{
	struct ecs_buf query = {0};

	(void)state;
	ecs_buf_puts(&query, "in=members&all=city&find=");
	for (int i = 0; i < 900; i++)
		ecs_buf_puts(&query, "x");
	assert_in_range(strlen(asked(query.data)->find), 50, 256);
	ecs_buf_fini(&query);
}

static void
a_collection_that_may_not_be_seen_is_as_if_it_were_not(void **state)
{
	const struct ecs_page_parameter asked_for[] = {
	    {"in", "members"}, {"country", "BE"}};
	const struct ecs_page_request request = {asked_for, 2, NULL};
	const bool visible[ECS_MAX_COLLECTIONS] = {false, true, true};
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_err err = {0};
	const struct ecs_page_state *read =
	    ecs_page_state_read(arena, asked_schema, visible, &request, &err);

	(void)state;
	assert_int_equal(read->collection, -1);
	assert_int_equal(read->nchoices, 0);
	ecs_arena_free(arena);
}

/* ---- the tongue ---- */

static void
the_tongue_is_the_one_asked_for_or_the_best_that_is_accepted(void **state)
{
	static const struct {
		const char *query;
		const char *accepted;
		enum tongue tongue;
	} cases[] = {
	    {"", NULL, TONGUE_EN},
	    {"", "", TONGUE_EN},
	    {"", "fr-BE,fr;q=0.9,en;q=0.8", TONGUE_FR},
	    {"", "nl, de-AT;q=0.5", TONGUE_DE},
	    {"", "de;q=0.3, fr;q=0.9", TONGUE_FR},
	    {"", "de;q=0, en;q=0.1", TONGUE_EN},
	    {"", "fr;q=0", TONGUE_EN},
	    {"", "FR ; Q=0.2 , nl", TONGUE_FR},
	    {"", "*", TONGUE_EN},
	    {"", ",,;q=,fr", TONGUE_FR},
	    {"ui=de", "fr", TONGUE_DE},
	    {"ui=nl", "fr", TONGUE_FR},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (asked_by(cases[i].query, cases[i].accepted)->tongue !=
		    cases[i].tongue)
			fail_msg("%s of %s", cases[i].query, cases[i].accepted);
}

static void
only_a_tongue_of_the_address_is_carried_on(void **state)
{
	struct ecs_buf out = {0};

	(void)state;
	assert_string_equal(address_of(asked_by("q=x", "fr")), "/?q=x");
	ecs_state_write(asked("q=x&ui=fr"), false, &out);
	assert_string_equal(out.data, "/?q=x");
	ecs_buf_fini(&out);
}

/* ---- other states ---- */

static void
another_state_begins_at_its_first_page(void **state)
{
	struct ecs_page_state *of =
	    asked("in=members&country=BE&country=FR&city=Gent&page=4");
	const struct ecs_field *country = of->choices[0].field;

	(void)state;
	ecs_state_drop(of, 0);
	assert_string_equal(
	    address_of(of), "/?in=members&country=FR&city=Gent");
	of->page = 4;
	ecs_state_choose(of, country, "FR");
	assert_string_equal(
	    address_of(of), "/?in=members&country=FR&city=Gent");
	ecs_state_choose(of, country, "DE");
	ecs_state_drop_field(of, country);
	assert_string_equal(address_of(of), "/?in=members&city=Gent");
}

/* ---- the property ---- */

static void
assert_same_state(
    const struct ecs_page_state *a, const struct ecs_page_state *b)
{
	assert_string_equal(a->q, b->q);
	assert_int_equal(a->collection, b->collection);
	assert_ptr_equal(a->sort, b->sort);
	assert_int_equal(a->page, b->page);
	assert_int_equal(a->exact, b->exact);
	assert_int_equal(a->map, b->map);
	assert_int_equal(a->tongue, b->tongue);
	assert_ptr_equal(a->whole, b->whole);
	if (a->whole != NULL)
		assert_string_equal(a->find, b->find);
	assert_int_equal(a->nchoices, b->nchoices);
	for (size_t i = 0; i < a->nchoices; i++) {
		assert_ptr_equal(a->choices[i].field, b->choices[i].field);
		assert_string_equal(a->choices[i].value, b->choices[i].value);
	}
}

static void
any_state_is_what_its_address_says(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 4000; seed++) {
		unsigned at = seed * 7919;
		const struct ecs_page_state *first = asked(random_query(&at));
		const char *address = address_of(first);
		const char *query = strchr(address, '?');

		assert_same_state(first, asked(query == NULL ? "" : query + 1));
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
	    cmocka_unit_test(nothing_asked_is_the_start_page),
	    cmocka_unit_test(what_is_known_stays_and_stands_in_one_order),
	    cmocka_unit_test(what_is_unknown_is_left_out),
	    cmocka_unit_test(
		of_repeated_parameters_the_last_counts_but_every_choice),
	    cmocka_unit_test(
		choices_end_at_their_most_and_no_memory_is_overrun),
	    cmocka_unit_test(
		numbers_are_chosen_by_value_or_range_and_nothing_else),
	    cmocka_unit_test(two_ends_of_a_form_make_a_range),
	    cmocka_unit_test(a_page_is_a_number_from_one),
	    cmocka_unit_test(
		words_are_kept_as_typed_but_for_spaces_before_them),
	    cmocka_unit_test(
		more_words_than_are_searched_are_cut_between_letters),
	    cmocka_unit_test(a_long_search_in_a_facet_is_cut_too),
	    cmocka_unit_test(
		a_collection_that_may_not_be_seen_is_as_if_it_were_not),
	    cmocka_unit_test(
		the_tongue_is_the_one_asked_for_or_the_best_that_is_accepted),
	    cmocka_unit_test(only_a_tongue_of_the_address_is_carried_on),
	    cmocka_unit_test(another_state_begins_at_its_first_page),
	    cmocka_unit_test(any_state_is_what_its_address_says),
	};

	return cmocka_run_group_tests_name("state", tests, begin, end);
}
