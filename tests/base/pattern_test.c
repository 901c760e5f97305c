/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/pattern.h"

enum { LONGEST = 5, WORD_BYTES = 4 * LONGEST + 1 };

static bool
fits(const char *pattern, const char *word)
{
	return ecs_pattern_fits(pattern, strlen(pattern), word, strlen(word));
}

/* What begins with no continuation byte is the next character. */
static const char *
next(const char *text)
{
	do
		text++;
	while ((*text & 0xc0) == 0x80);
	return text;
}

/* The definition, read aloud: each star is tried with all it may stand for. */
static bool
described(const char *pattern, const char *word)
{
	if (*pattern == '\0')
		return *word == '\0';
	if (*pattern == '*')
		return described(pattern + 1, word) ||
		    (*word != '\0' && described(pattern, next(word)));
	if (*word == '\0')
		return false;
	if (*pattern == '?')
		return described(pattern + 1, next(word));
	return *pattern == *word && described(pattern + 1, word + 1);
}

/* The text of that number, written in the n signs; longer than most: false. */
static bool
spell(unsigned number, const char *const *signs, unsigned n,
    char text[WORD_BYTES])
{
	unsigned len = 0;

	for (text[0] = '\0'; number > 0; number = (number - 1) / n) {
		if (len++ == LONGEST)
			return false;
		strcat(text, signs[(number - 1) % n]);
	}
	return true;
}

static void
every_short_pattern_describes_what_its_definition_says(void **state)
{
	/* Two letters that share their first byte, one of one byte. */
	static const char *const signs[] = {
	    "*", "?", "a", "\xC3\xA9", "\xC3\xA8"};
	char pattern[WORD_BYTES];
	char word[WORD_BYTES];
	unsigned both = 0;

	(void)state;
	for (unsigned p = 0; spell(p, signs, 5, pattern); p++)
		for (unsigned w = 0; spell(w, signs + 2, 3, word); w++) {
			bool want = described(pattern, word);

			assert_int_equal(fits(pattern, word), want);
			both += want;
		}
	assert_true(both > 50000);
}

static void
no_star_takes_back_what_an_earlier_one_took(void **state)
{
	(void)state;
	assert_true(fits("*ab*ac*d", "abxabacacd"));
	assert_false(fits("*ab*ac*d", "acabxcd"));
	/* Were each star tried with all it may be, this would never end. */
	assert_false(fits("*a*a*a*a*a*a*a*a*a*a*a*a*b",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

static void
lengths_count_and_not_what_stands_behind(void **state)
{
	(void)state;
	assert_true(ecs_pattern_fits("a?", 1, "ab", 1));
	assert_true(ecs_pattern_fits("*b", 1, "ab", 1));
	assert_false(ecs_pattern_fits("ab", 2, "ab", 1));
	assert_true(ecs_pattern_fits("", 0, "", 0));
	assert_false(ecs_pattern_fits("", 0, "a", 1));
}

static void
what_is_no_utf8_is_passed_byte_by_byte(void **state)
{
	(void)state;
	assert_true(fits("?", "\xC3"));
	assert_true(fits("?", "\xA9"));
	assert_true(fits("a?c",
	    "a\xFF"
	    "c"));
	assert_true(fits("*c",
	    "\xE2\x82"
	    "c"));
	/* A character cut off by the length reaches no further. */
	assert_true(ecs_pattern_fits("?", 1, "\xC3\xA9", 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		every_short_pattern_describes_what_its_definition_says),
	    cmocka_unit_test(no_star_takes_back_what_an_earlier_one_took),
	    cmocka_unit_test(lengths_count_and_not_what_stands_behind),
	    cmocka_unit_test(what_is_no_utf8_is_passed_byte_by_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
