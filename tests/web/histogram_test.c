/* SPDX-License-Identifier: ISC */
/*
 * histogram_test - bars say what the buckets say, and no more of them than fit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/web/histogram.h"

/* Buckets from first on, each step wide, of the counts; free() the HTML. */
static char *
draw(double first, double step, const char *counts, const char *range)
{
	const struct ecs_site site = {.prefix = ""};
	struct ecs_buf out = {0};
	struct page page = {.site = &site, .lang = -1, .out = &out};
	json_t *values = json_array();
	json_t *facet = json_pack("{s:o}", "values", values);
	char *end;

	for (int i = 0; counts[0] != '\0'; i++) {
		json_int_t n = strtol(counts, &end, 10);

		assert_ptr_not_equal(end, counts);
		json_array_append_new(values,
		    json_pack("{s:f, s:f, s:I}", "from", first + i * step, "to",
			first + (i + 1) * step, "count", n));
		counts = end;
	}
	ecs_histogram_write(&page, facet, range);
	json_decref(facet);
	assert_false(out.failed);
	return ecs_buf_take(&out, NULL);
}

static void
assert_has(const char *html, const char *part)
{
	if (strstr(html, part) == NULL)
		fail_msg("no %s in %s", part, html);
}

static int
count(const char *html, const char *part)
{
	int n = 0;

	while ((html = strstr(html, part)) != NULL) {
		html += strlen(part);
		n++;
	}
	return n;
}

static void
each_bucket_has_a_bar_and_an_entry_of_the_list(void **state)
{
	char *html = draw(1990, 10, "2 0 4000", NULL);

	(void)state;
	assert_has(html,
	    "<ul class=\"unseen\"><li>1990–1999: 2</li><li>2000–2009: 0</li>"
	    "<li>2010–2019: 4,000</li></ul>");
	assert_int_equal(count(html, "<rect"), 2);
	assert_has(html, "<title>2010–2019: 4,000</title>");
	free(html);
}

static void
the_most_are_as_high_as_the_picture_and_few_are_not_none(void **state)
{
	char *html = draw(2000, 1, "1 1000 500", NULL);

	(void)state;
	assert_has(html, "x=\"0\" y=\"39\" width=\"9\" height=\"1\"");
	assert_has(html, "x=\"10\" y=\"0\" width=\"9\" height=\"40\"");
	assert_has(html, "x=\"20\" y=\"20\" width=\"9\" height=\"20\"");
	free(html);
}

static void
single_numbers_and_fractions_are_said_as_they_are(void **state)
{
	char *html = draw(2007, 1, "1 1", NULL);

	(void)state;
	assert_has(html, "<li>2007: 1</li><li>2008: 1</li>");
	free(html);
	html = draw(0, 0.25, "3 1", NULL);
	assert_has(html, "<li>0–0.25: 3</li><li>0.25–0.5: 1</li>");
	free(html);
}

static void
a_long_tail_is_one_bar_and_nothing_is_lost(void **state)
{
	/* 5 and 7 are few and early, 20 in the window, 9 late. */
	char *html = draw(1900, 1,
	    "5 7 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 "
	    "1 8",
	    NULL);

	(void)state;
	assert_int_equal(count(html, "<li>"), 22);
	assert_has(html, "<li>up to 1901: 12</li><li>1902: 10</li>");
	assert_has(html, "<li>1921: 10</li><li>from 1922: 9</li>");
	assert_has(html, "<p><span>up to 1901</span> <span>from 1922</span>");
	free(html);
}

static void
bars_become_wider_where_a_tail_would_be_too_long(void **state)
{
	struct ecs_buf counts = {0};
	char *html;

	(void)state;
	for (int i = 0; i < 90; i++)
		ecs_buf_puts(&counts, i == 0 ? "1" : " 1");
	html = draw(1914, 1, counts.data, NULL);
	/* 45 of two years would leave out more than a fifth; 19 of five do not.
	 */
	assert_int_equal(count(html, "<rect"), 19);
	assert_has(html, "<li>1910–1914: 1</li><li>1915–1919: 5</li>");
	assert_has(html, "<li>2000–2004: 4</li></ul>");
	free(html);
	ecs_buf_fini(&counts);
}

static void
no_more_buckets_than_bars_are_not_joined(void **state)
{
	char *html =
	    draw(1, 1, "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", NULL);

	(void)state;
	assert_int_equal(count(html, "<rect"), 20);
	assert_has(html, "<li>1: 1</li>");
	assert_has(html, "<li>20: 1</li>");
	free(html);
}

static void
only_bars_that_the_range_touches_are_marked(void **state)
{
	static const struct {
		const char *range;
		int marked;
	} rows[] = {{NULL, 4}, {"2010..2019", 1}, {"2009..2010", 2},
	    {"2020..", 2}, {"..1999", 0}, {"..2000", 1}, {"2015", 1},
	    {"2040..", 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *html = draw(2000, 10, "1 1 1 1", rows[i].range);

		if (count(html, " class=\"in\"") != rows[i].marked)
			fail_msg("%s: %s", rows[i].range, html);
		free(html);
	}
}

static void
one_bucket_or_none_is_no_picture(void **state)
{
	char *html = draw(2000, 10, "5", NULL);

	(void)state;
	assert_string_equal(html, "");
	free(html);
	html = draw(2000, 10, "", NULL);
	assert_string_equal(html, "");
	free(html);
	html = draw(2000, 10, "0 0", NULL);
	assert_string_equal(html, "");
	free(html);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_bucket_has_a_bar_and_an_entry_of_the_list),
	    cmocka_unit_test(
		the_most_are_as_high_as_the_picture_and_few_are_not_none),
	    cmocka_unit_test(single_numbers_and_fractions_are_said_as_they_are),
	    cmocka_unit_test(a_long_tail_is_one_bar_and_nothing_is_lost),
	    cmocka_unit_test(bars_become_wider_where_a_tail_would_be_too_long),
	    cmocka_unit_test(no_more_buckets_than_bars_are_not_joined),
	    cmocka_unit_test(only_bars_that_the_range_touches_are_marked),
	    cmocka_unit_test(one_bucket_or_none_is_no_picture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
