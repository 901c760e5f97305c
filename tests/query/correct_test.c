/* SPDX-License-Identifier: ISC */
/*
 * correct_test - which words a slip may mean, and which of them first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/lexicon.h"

#include "../../src/query/correct.h"

struct listed {
	const char *word;
	uint32_t documents;
};

static struct ecs_lexicon *
lexicon_of(const struct listed *words, size_t n)
{
	struct ecs_err err = {0};
	struct ecs_lexicon_draft *draft = ecs_lexicon_draft_new(&err);
	struct ecs_lexicon *lexicon;

	for (size_t i = 0; i < n; i++)
		assert_true(ecs_lexicon_draft_add(draft, words[i].word,
		    strlen(words[i].word), words[i].documents, &err));
	lexicon = ecs_lexicon_new(draft, &err);
	assert_non_null(lexicon);
	ecs_lexicon_draft_free(draft);
	return lexicon;
}

/* The candidates, parted by spaces; good until the next call. */
static const char *
candidates_of(const char *typed, const struct listed *words, size_t n)
{
	static char text[1000];
	struct ecs_source sources[2] = {{.lexicon = lexicon_of(words, n)},
	    {.lexicon = lexicon_of(words, 1)}};
	struct correct_ask ask = {.sources = sources, .nsources = 2};
	struct candidates found = {.n = 0};

	ecs_candidates_find(&ask, typed, strlen(typed), &found);
	text[0] = '\0';
	for (size_t i = 0; i < found.n; i++) {
		if (i > 0)
			strcat(text, " ");
		strncat(text, found.list[i].text, found.list[i].len);
	}
	for (int s = 0; s < 2; s++)
		ecs_lexicon_unref((struct ecs_lexicon *)sources[s].lexicon);
	return text;
}

#define CANDIDATES(typed, ...)                                       \
	candidates_of(typed, ((const struct listed[]){__VA_ARGS__}), \
	    sizeof((const struct listed[]){__VA_ARGS__}) /           \
		sizeof(struct listed))

static void
one_edit_comes_before_two_however_frequent(void **state)
{
	(void)state;
	assert_string_equal(CANDIDATES("securityx", {"securitys", 1},
				{"security", 1}, {"asecurity", 9000}),
	    "security securitys asecurity");
}

static void
letters_left_out_or_swapped_are_likelier_than_others_put_in(void **state)
{
	(void)state;
	assert_string_equal(
	    CANDIDATES("cybr", {"cyba", 9}, {"cyber", 1}), "cyber cyba");
	assert_string_equal(
	    CANDIDATES("datc", {"date", 40}, {"dact", 1}), "dact date");
}

static void
of_slips_alike_the_frequent_word_comes_first(void **state)
{
	(void)state;
	assert_string_equal(
	    CANDIDATES("rode", {"code", 5}, {"mode", 50}, {"node", 1}),
	    "mode code node");
}

static void
a_word_has_four_letters_for_one_edit_and_eight_for_two(void **state)
{
	(void)state;
	assert_string_equal(CANDIDATES("code", {"cod", 1}), "");
	assert_string_equal(CANDIDATES("cod", {"cop", 1}, {"code", 1}), "code");
	assert_string_equal(
	    CANDIDATES("codes", {"coe", 1}, {"cods", 1}), "cods");
	assert_string_equal(
	    CANDIDATES("detctr", {"dotcter", 1}, {"detector", 1}), "detector");
	assert_string_equal(CANDIDATES("θεμτα", {"θεματα", 1}), "θεματα");
}

static void
neither_identifiers_nor_the_word_itself_are_candidates(void **state)
{
	(void)state;
	assert_string_equal(
	    CANDIDATES("cloud", {"cloud", 9}, {"cloud9", 3}, {"clouds", 1}),
	    "clouds");
}

static void
the_likeliest_are_kept_when_there_are_too_many(void **state)
{
	static const char *const words[] = {"acde", "bcde", "ccde", "dcde",
	    "ecde", "fcde", "gcde", "hcde", "icde", "jcde", "kcde", "lcde",
	    "mcde", "ncde", "ocde", "pcde", "qcde", "rcde", "scde", "tcde"};
	struct listed list[20];

	(void)state;
	for (uint32_t i = 0; i < 20; i++)
		list[i] = (struct listed){words[i], i + 1};
	assert_string_equal(candidates_of("xcde", list, 20),
	    "tcde scde rcde qcde pcde ocde ncde mcde lcde kcde jcde icde hcde "
	    "gcde fcde ecde");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_edit_comes_before_two_however_frequent),
	    cmocka_unit_test(
		letters_left_out_or_swapped_are_likelier_than_others_put_in),
	    cmocka_unit_test(of_slips_alike_the_frequent_word_comes_first),
	    cmocka_unit_test(
		a_word_has_four_letters_for_one_edit_and_eight_for_two),
	    cmocka_unit_test(
		neither_identifiers_nor_the_word_itself_are_candidates),
	    cmocka_unit_test(the_likeliest_are_kept_when_there_are_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
