/* SPDX-License-Identifier: ISC */
/*
 * How sections are cut into passages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/text.h"

struct cut {
	struct ecs_range *ranges;
	size_t cap;
	long count;
};

static size_t
words_in(const char *text, const struct ecs_range *range)
{
	struct ecs_token *tokens = NULL;
	size_t cap = 0;
	long count = ecs_text_cut(
	    text + range->start, range->end - range->start, &tokens, &cap);

	assert_true(count >= 0);
	free(tokens);
	return (size_t)count;
}

static struct cut
cut(const struct ecs_buf *text)
{
	struct cut cut = {0};
	size_t at = 0;

	cut.count =
	    ecs_cut_passages(text->data, text->len, &cut.ranges, &cut.cap);
	assert_true(cut.count >= 0);
	for (long i = 0; i < cut.count; i++) {
		const struct ecs_range *range = &cut.ranges[i];

		/* Nothing but white space is left out. */
		for (; at < range->start; at++)
			assert_true(strchr(" \n", text->data[at]) != NULL);
		assert_true(range->start < range->end);
		assert_true(text->data[range->start] > ' ');
		assert_true(text->data[range->end - 1] > ' ');
		at = range->end;
	}
	return cut;
}

/* sentences of words words each, ended by end. */
static void
add_sentences(struct ecs_buf *buf, int sentences, int words, const char *end)
{
	for (int i = 0; i < sentences; i++) {
		for (int j = 0; j < words; j++)
			ecs_buf_puts(buf, j == 0 ? "Word" : " word");
		ecs_buf_puts(buf, end);
	}
}

static void
a_short_section_is_one_passage(void **state)
{
	struct ecs_buf text = {0};
	struct cut c;

	(void)state;
	ecs_buf_puts(&text, "  One.\n\nTwo.\n\n Three.  \n");
	c = cut(&text);
	assert_int_equal(c.count, 1);
	assert_int_equal(c.ranges[0].start, 2);
	assert_int_equal(c.ranges[0].end, 21);
	free(c.ranges);
	ecs_buf_fini(&text);
}

static void
nothing_visible_makes_no_passage(void **state)
{
	struct ecs_buf text = {0};
	struct cut c;

	(void)state;
	ecs_buf_puts(&text, " \n \t\n");
	c = cut(&text);
	assert_int_equal(c.count, 0);
	free(c.ranges);
	ecs_buf_reset(&text);
	ecs_buf_puts(&text, " --- ");
	c = cut(&text);
	assert_int_equal(c.count, 1);
	free(c.ranges);
	ecs_buf_fini(&text);
}

static void
paragraphs_are_cut_at_their_ends(void **state)
{
	struct ecs_buf text = {0};
	struct cut c;

	(void)state;
	add_sentences(&text, 8, 10, ". ");
	ecs_buf_puts(&text, "\n \n");
	add_sentences(&text, 12, 10, ". ");
	ecs_buf_puts(&text, "\n\n");
	add_sentences(&text, 2, 10, ". ");
	ecs_buf_puts(&text, "\n\n");
	add_sentences(&text, 5, 10, ". ");
	c = cut(&text);
	assert_int_equal(c.count, 3);
	assert_int_equal(words_in(text.data, &c.ranges[0]), 80);
	assert_int_equal(words_in(text.data, &c.ranges[1]), 120);
	assert_int_equal(words_in(text.data, &c.ranges[2]), 70);
	free(c.ranges);
	ecs_buf_fini(&text);
}

static void
long_paragraphs_are_cut_at_sentences_near_200_words(void **state)
{
	struct ecs_buf text = {0};
	struct cut c;

	(void)state;
	add_sentences(&text, 60, 19, "! ");
	c = cut(&text);
	assert_true(c.count >= 5);
	for (long i = 0; i < c.count; i++) {
		size_t words = words_in(text.data, &c.ranges[i]);

		assert_int_equal(words % 19, 0);
		assert_in_range(words, 60, 300);
		if (i + 2 < c.count)
			assert_in_range(words, 190, 210);
	}
	free(c.ranges);
	ecs_buf_fini(&text);
}

static void
wrapped_lines_do_not_end_sentences(void **state)
{
	struct ecs_buf text = {0};
	struct cut c;

	(void)state;
	for (int i = 0; i < 20; i++) {
		add_sentences(&text, 2, 14, ",\n");
		add_sentences(&text, 1, 5, ".\n");
	}
	c = cut(&text);
	assert_true(c.count > 1);
	for (long i = 0; i < c.count; i++)
		assert_int_equal(text.data[c.ranges[i].end - 1], '.');
	free(c.ranges);
	ecs_buf_fini(&text);
}

static void
headings_and_lists_stay_with_what_they_belong_to(void **state)
{
	struct ecs_buf text = {0};
	struct cut c;

	(void)state;
	add_sentences(&text, 1, 58, ".");
	ecs_buf_puts(&text, "\n\nA short heading\n\n");
	add_sentences(&text, 1, 50, ":");
	ecs_buf_puts(&text, "\n\n- one,\n\n- two.\n\n");
	add_sentences(&text, 1, 70, ".");
	c = cut(&text);
	assert_int_equal(c.count, 2);
	assert_memory_equal(text.data + c.ranges[0].end - 6, "- two.", 6);
	free(c.ranges);
	ecs_buf_fini(&text);
}

static void
abbreviations_before_small_letters_end_nothing(void **state)
{
	struct ecs_buf text = {0};
	struct cut c;

	(void)state;
	for (int i = 0; i < 40; i++)
		ecs_buf_puts(&text,
		    "The rules (cf. annex) bind e.g. operators of networks. ");
	c = cut(&text);
	for (long i = 0; i < c.count; i++)
		assert_memory_equal(
		    text.data + c.ranges[i].start, "The rules", 9);
	free(c.ranges);
	ecs_buf_fini(&text);
}

static void
text_without_sentences_is_cut_at_spaces(void **state)
{
	struct ecs_buf text = {0};
	struct cut c;

	(void)state;
	add_sentences(&text, 1, 10000, "");
	c = cut(&text);
	for (long i = 0; i < c.count; i++)
		assert_in_range(words_in(text.data, &c.ranges[i]), 60, 300);
	free(c.ranges);
	ecs_buf_fini(&text);
}

static void
every_passage_has_60_to_300_words(void **state)
{
	uint32_t seed = 12345;

	(void)state;
	for (int round = 0; round < 200; round++) {
		struct ecs_buf text = {0};
		struct cut c;

		for (int i = 0; i < 200; i++) {
			seed = seed * 1664525 + 1013904223;
			add_sentences(&text, 1, 1 + (int)(seed >> 16) % 40,
			    (seed >> 8) % 7 == 0       ? "\n\n"
				: (seed >> 8) % 3 == 0 ? "\n"
						       : ". ");
		}
		c = cut(&text);
		for (long i = 0; i < c.count; i++)
			assert_in_range(
			    words_in(text.data, &c.ranges[i]), 60, 300);
		free(c.ranges);
		ecs_buf_fini(&text);
	}
}

static void
ten_megabytes_of_anything_are_cut(void **state)
{
	static const char *const units[] = {
	    "word ", ". ", "a. ", "1. ", "\n", "x/", "\xFF", "\xE4\xB8\x80"};

	(void)state;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct ecs_buf text = {0};
		struct ecs_range *ranges = NULL;
		size_t cap = 0;
		size_t size = i == 0 ? 10 << 20 : 1 << 20;

		while (text.len < size)
			ecs_buf_puts(&text, units[i]);
		assert_true(
		    ecs_cut_passages(text.data, text.len, &ranges, &cap) >= 0);
		free(ranges);
		ecs_buf_fini(&text);
	}
}

static void
characters_are_counted_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(ecs_count_characters("aé€😀", 10), 4);
	assert_int_equal(ecs_count_characters("", 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_short_section_is_one_passage),
	    cmocka_unit_test(nothing_visible_makes_no_passage),
	    cmocka_unit_test(paragraphs_are_cut_at_their_ends),
	    cmocka_unit_test(
		long_paragraphs_are_cut_at_sentences_near_200_words),
	    cmocka_unit_test(wrapped_lines_do_not_end_sentences),
	    cmocka_unit_test(headings_and_lists_stay_with_what_they_belong_to),
	    cmocka_unit_test(abbreviations_before_small_letters_end_nothing),
	    cmocka_unit_test(text_without_sentences_is_cut_at_spaces),
	    cmocka_unit_test(every_passage_has_60_to_300_words),
	    cmocka_unit_test(ten_megabytes_of_anything_are_cut),
	    cmocka_unit_test(characters_are_counted_not_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
