/* SPDX-License-Identifier: ISC */
/*
 * What becomes of the texts and places that poppler's tools tell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/extract/pdf.h"

/* Read XML as pdftohtml prints it; the sections, one a line. */
static char *
told(const char *xml)
{
	static char all[4096];
	struct ecs_buf info = {0};
	struct ecs_buf in = {0};
	struct paper paper = {0};
	size_t len = 0;

	ecs_buf_puts(&info, "Pages:   3\n");
	ecs_buf_puts(&in, xml);
	if (!ecs_read_pdf(&info, &in, &paper))
		len += (size_t)snprintf(all, sizeof(all), "%s", paper.err.code);
	for (size_t i = 0; i < paper.n; i++) {
		const struct paper_section *section = &paper.sections[i];

		len += (size_t)snprintf(all + len, sizeof(all) - len,
		    "%d:%d %s|%s\n", section->page, section->level,
		    section->heading.len == 0 ? "" : section->heading.data,
		    section->text.len == 0 ? "" : section->text.data);
	}
	all[len] = '\0';
	ecs_paper_fini(&paper);
	ecs_buf_fini(&info);
	ecs_buf_fini(&in);
	return all;
}

#define FONTS                                                  \
	"<fontspec id=\"0\" size=\"10\" color=\"#000000\"/>\n" \
	"<fontspec id=\"1\" size=\"20\" color=\"#000000\"/>\n" \
	"<fontspec id=\"2\" size=\"10\" color=\"#aa0000\"/>\n"
#define PAGE(n) "<page number=\"" #n "\" height=\"1000\">\n"
#define TEXT(top, font, text)                                                 \
	"<text top=\"" #top                                                   \
	"\" left=\"50\" width=\"300\" height=\"10\" font=\"" #font "\">" text \
	"</text>\n"

static void
tags_that_cross_and_remarks_between_are_read(void **state)
{
	(void)state;
	assert_string_equal(
	    told(" link to page 7 " PAGE(1) FONTS TEXT(200, 0,
		"<b><a href=\"x\">R&amp;D &lt;&#x2014;&gt;</b></a> of keys") "</page>"),
	    "1:1 |R&D <\xe2\x80\x94> of keys\n");
}

static void
a_hyphen_goes_stays_or_waits_by_the_words_of_the_file(void **state)
{
	(void)state;
	assert_string_equal(
	    told(PAGE(1) FONTS TEXT(200, 0, "An inter-") TEXT(
		212, 0, "national cross-") TEXT(224, 0, "border rule for Land-")
		    TEXT(236, 0, "und See: cross-border, Re-")
			TEXT(248, 0, "Entry.")),
	    "1:1 |An international cross-border rule for Land- und See: "
	    "cross-border, Re-Entry.\n");
}

static void
what_pages_repeat_is_no_text(void **state)
{
	(void)state;
	assert_string_equal(
	    told(PAGE(1) FONTS TEXT(20, 0, "Report 2024, page 1") TEXT(200, 0,
		"One is here.") PAGE(2) TEXT(20, 0, "Report 2024, page 2")
		    TEXT(200, 0, "Two is here.") PAGE(3) TEXT(20, 0,
			"Report 2024, page 3") TEXT(200, 0, "Page 3 is here.")),
	    "1:1 |One is here.\n2:1 |Two is here.\n3:1 |Page 3 is here.\n");
}

static void
large_and_coloured_lines_are_headings_and_contents_are_left_out(void **state)
{
	(void)state;
	assert_string_equal(
	    told(PAGE(1) FONTS TEXT(100, 0, "Contents") TEXT(120, 0,
		"Harbour ........... 1") TEXT(140, 0, "Boats . . . . . . . 1")
		    TEXT(200, 1, "Harbour") TEXT(
			240, 0, "It has walls of stone, and many.") TEXT(280, 2,
			"Walls in detail") TEXT(300, 0, "Stone on stone lies.")
			TEXT(400, 1, "Boats") TEXT(440, 0, "They float.")),
	    "1:1 Harbour|It has walls of stone, and many.\n"
	    "1:2 Walls in detail|Stone on stone lies.\n"
	    "1:1 Boats|They float.\n");
}

static void
pages_without_text_are_told_from_no_pages(void **state)
{
	(void)state;
	assert_string_equal(told(PAGE(1) "</page>" PAGE(2)), "no_text");
	assert_string_equal(told("<pdf2xml>"), "damaged");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tags_that_cross_and_remarks_between_are_read),
	    cmocka_unit_test(
		a_hyphen_goes_stays_or_waits_by_the_words_of_the_file),
	    cmocka_unit_test(what_pages_repeat_is_no_text),
	    cmocka_unit_test(
		large_and_coloured_lines_are_headings_and_contents_are_left_out),
	    cmocka_unit_test(pages_without_text_are_told_from_no_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
