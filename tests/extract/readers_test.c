/* SPDX-License-Identifier: ISC */
/*
 * What the readers of texts make of a file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/extract/numbered.h"
#include "../../src/extract/read.h"

/* The sections as "level heading|text" lines, for one look. */
static char *
told(struct paper *paper)
{
	static char all[4096];
	size_t len = 0;

	for (size_t i = 0; i < paper->n; i++) {
		const struct paper_section *section = &paper->sections[i];

		len += (size_t)snprintf(all + len, sizeof(all) - len,
		    "%d %s|%s\n", section->level,
		    section->heading.len == 0 ? "" : section->heading.data,
		    section->text.len == 0 ? "" : section->text.data);
	}
	all[len] = '\0';
	return all;
}

static struct file
file_of(const char *name, const char *data)
{
	return (struct file){name, data, strlen(data)};
}

static void
a_number_tells_a_level(void **state)
{
	static const struct {
		const char *line;
		int level;
	} rows[] = {{"2 Scope", 1}, {"2. Scope", 1}, {"2.3.1 Keys", 3},
	    {"Scope", 0}, {"2", 0}, {"2.", 0}, {"2023 was long", 0},
	    {"12 345", 0}, {"1.2.3.4.5.6 deep", 6}, {"", 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
		    ecs_number_level(rows[i].line, strlen(rows[i].line)),
		    rows[i].level);
}

static void
plain_paragraphs_are_joined_and_short_lines_are_headings(void **state)
{
	const struct file file = file_of("a.txt",
	    "Harbours\r\n\r\nA harbour\r\nhas walls.\r\n\r\n\r\nAnd boats,\r\n");
	struct paper paper = {0};

	(void)state;
	assert_true(ecs_read_text(&file, &paper));
	assert_string_equal(
	    told(&paper), "1 Harbours|A harbour has walls.\n\nAnd boats,\n");
	ecs_paper_fini(&paper);
}

static void
a_list_mark_waits_for_its_paragraph(void **state)
{
	const struct file file = file_of("a.html",
	    "<p class='title-article-norm'>Article 1</p>"
	    "<p class='stitle-article-norm'>Scope</p>"
	    "<table><tr><td><p>(a)</p></td><td><p>all ships;</p></td></tr>"
	    "</table><p class='disclaimer'>No effect</p>");
	struct paper paper = {0};

	(void)state;
	assert_true(ecs_read_html(&file, &paper));
	assert_string_equal(told(&paper), "4 Article 1 Scope|(a) all ships;\n");
	ecs_paper_fini(&paper);
}

static void
a_page_that_begins_inside_a_section_is_told(void **state)
{
	struct paper paper = {0};
	struct ecs_buf out = {0};

	(void)state;
	ecs_paper_heading(&paper, 2, "Keys", 4, 3);
	ecs_paper_add(&paper, GAP_PARAGRAPH, "one", 3, 4);
	ecs_paper_add(&paper, GAP_PARAGRAPH, "two", 3, 5);
	assert_true(ecs_paper_json(&paper, "a.b.pdf", &out));
	assert_string_equal(out.data,
	    "{\"title\":\"Keys\",\"source\":\"a.b.pdf\",\"sections\":["
	    "{\"heading\":\"Keys\",\"level\":2,\"page\":4,\"text\":\"one\"},"
	    "{\"heading\":\"\",\"level\":2,\"page\":5,\"text\":\"two\"}]}\n");
	ecs_buf_fini(&out);
	ecs_paper_fini(&paper);
}

static void
only_days_that_there_are_become_a_date(void **state)
{
	static const struct {
		const char *text;
		const char *date;
	} rows[] = {{"2021-10-28T18:24:00Z", "2021-10-28"},
	    {"D:20211028192204Z", "2021-10-28"}, {"2021-13-28", ""},
	    {"2021-00-10", ""}, {"1821-10-28", ""}, {"28.10.2021", ""},
	    {"2021", ""}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct paper paper = {0};

		ecs_paper_date(&paper, rows[i].text, strlen(rows[i].text));
		assert_string_equal(
		    paper.date.len == 0 ? "" : paper.date.data, rows[i].date);
		ecs_paper_fini(&paper);
	}
}

static void
white_space_is_one_space_and_soft_hyphens_are_none(void **state)
{
	static const char text[] = " a\xc2\xa0 b\n\n c\xc2\xad"
				   "d \xe2\x80\x89";
	struct ecs_buf out = {0};

	(void)state;
	ecs_fold_spaces(&out, text, sizeof(text) - 1);
	assert_string_equal(out.data, "a b cd");
	ecs_buf_fini(&out);
}

static void
utf_16_with_its_mark_is_read(void **state)
{
	static const char text[] = "\xff\xfeK\0e\0y\0\xe9\0";
	const struct file file = {"a.txt", text, sizeof(text) - 1};
	struct ecs_buf out = {0};
	struct ecs_err err = {0};

	(void)state;
	assert_int_equal(ecs_kind_of(&file, &err), KIND_TEXT);
	assert_true(ecs_to_utf8(&file, NULL, &out, &err));
	assert_non_null(strstr(out.data, "Key\xc3\xa9"));
	ecs_buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_number_tells_a_level),
	    cmocka_unit_test(
		plain_paragraphs_are_joined_and_short_lines_are_headings),
	    cmocka_unit_test(a_list_mark_waits_for_its_paragraph),
	    cmocka_unit_test(a_page_that_begins_inside_a_section_is_told),
	    cmocka_unit_test(only_days_that_there_are_become_a_date),
	    cmocka_unit_test(
		white_space_is_one_space_and_soft_hyphens_are_none),
	    cmocka_unit_test(utf_16_with_its_mark_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
