/* SPDX-License-Identifier: ISC */
/*
 * document_test - the pieces of a document's page: dates, paragraphs, levels.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/web/show.h"

static void
dates_are_said_as_each_tongue_says_them(void **state)
{
	static const struct {
		const char *date;
		const char *said[TONGUES];
	} rows[] = {
	    {"2016-06-20", {"20 June 2016", "20 juin 2016", "20. Juni 2016"}},
	    {"2024-03-01", {"1 March 2024", "1er mars 2024", "1. März 2024"}},
	    {"2024-08", {"August 2024", "août 2024", "August 2024"}},
	    {"2024", {"2024", "2024", "2024"}},
	    {"2024-12-31T10:00:00Z",
		{"31 December 2024, 10:00:00Z", "31 décembre 2024, 10:00:00Z",
		    "31. Dezember 2024, 10:00:00Z"}},
	    {"2024-13-01", {"2024-13-01", "2024-13-01", "2024-13-01"}},
	    {"2024-01-00", {"2024-01-00", "2024-01-00", "2024-01-00"}},
	    {"2024-", {"2024-", "2024-", "2024-"}},
	    {"2024-0", {"2024-0", "2024-0", "2024-0"}},
	    {"<b>", {"&lt;b&gt;", "&lt;b&gt;", "&lt;b&gt;"}},
	    {"", {"", "", ""}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int tongue = 0; tongue < TONGUES; tongue++) {
			struct ecs_buf out = {0};

			ecs_date_write(&out, (enum tongue)tongue, rows[i].date);
			assert_string_equal(out.data == NULL ? "" : out.data,
			    rows[i].said[tongue]);
			ecs_buf_fini(&out);
		}
}

static void
blank_lines_part_paragraphs_and_marks_are_closed_around_them(void **state)
{
	static const struct {
		const char *html;
		const char *written;
	} rows[] = {
	    {"", "<p></p>\n"},
	    {"one", "<p>one</p>\n"},
	    {"  \n one", "<p>one</p>\n"},
	    {"one\n\ntwo", "<p>one</p>\n<p>two</p>\n"},
	    {"one\n \t\n\n  two", "<p>one</p>\n<p>two</p>\n"},
	    {"one\r\n\r\ntwo", "<p>one\r</p>\n<p>two</p>\n"},
	    {"one\ntwo", "<p>one<br>\ntwo</p>\n"},
	    {"a <mark>b\nc</mark> d",
		"<p>a <mark>b</mark><br>\n<mark>c</mark> d</p>\n"},
	    {"a <mark>b\n\nc</mark>",
		"<p>a <mark>b</mark></p>\n<p><mark>c</mark></p>\n"},
	    {"&lt;p&gt;", "<p>&lt;p&gt;</p>\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_buf out = {0};

		ecs_paragraphs_write(&out, rows[i].html);
		assert_string_equal(out.data, rows[i].written);
		ecs_buf_fini(&out);
	}
}

static void
levels_that_skip_make_no_holes_and_siblings_stay_siblings(void **state)
{
	static const int levels[] = {2, 1, 3, 3, 2, 9, 1, 1, 4};
	static const int depths[] = {1, 1, 2, 2, 2, 3, 1, 1, 2};
	struct trail trail = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		json_t *entry = json_pack("{s:i}", "level", levels[i]);

		ecs_trail_step(&trail, entry);
		assert_int_equal(trail.depth, depths[i]);
		assert_ptr_equal(trail.entry[trail.depth - 1], entry);
		json_decref(entry);
	}
}

static void
a_trail_deeper_than_it_can_be_stays_within(void **state)
{
	struct trail trail = {0};
	json_t *entries[20];

	(void)state;
	for (int i = 0; i < 20; i++) {
		entries[i] = json_pack("{s:i}", "level", i + 1);
		ecs_trail_step(&trail, entries[i]);
		assert_in_range(trail.depth, 1, DEEPEST);
	}
	for (int i = 0; i < 20; i++)
		json_decref(entries[i]);
}

static void
a_passage_is_on_the_page_that_its_number_says(void **state)
{
	(void)state;
	assert_int_equal(ecs_show_page_of(1), 1);
	assert_int_equal(ecs_show_page_of(ECS_PASSAGES_A_PAGE), 1);
	assert_int_equal(ecs_show_page_of(ECS_PASSAGES_A_PAGE + 1), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(dates_are_said_as_each_tongue_says_them),
	    cmocka_unit_test(
		blank_lines_part_paragraphs_and_marks_are_closed_around_them),
	    cmocka_unit_test(
		levels_that_skip_make_no_holes_and_siblings_stay_siblings),
	    cmocka_unit_test(a_trail_deeper_than_it_can_be_stays_within),
	    cmocka_unit_test(a_passage_is_on_the_page_that_its_number_says),
	};

	return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
