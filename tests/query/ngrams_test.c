/* SPDX-License-Identifier: ISC */
/*
 * ngrams_test - what is frequent and holds together is a phrase.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/query/ngrams.h"

struct desk {
	struct ecs_words *words;
	struct ecs_analyzer *analyzer;
};

static int
set_up(void **state)
{
	static struct desk desk;
	struct ecs_err err = {0};

	desk.words = ecs_words_new(NULL, &err);
	desk.analyzer = ecs_analyzer_new(desk.words, &err);
	*state = &desk;
	return desk.analyzer == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	struct desk *desk = *state;

	ecs_analyzer_free(desk->analyzer);
	ecs_words_free(desk->words);
	return 0;
}

/* Words that no two documents share, with the sentence in their midst. */
static void
add(struct ngrams *ngrams, int document, const char *sentence, const char *lang)
{
	struct ecs_err err = {0};
	char text[400];

	snprintf(text, sizeof(text),
	    "Alpha%d beta%d gamma%d. %s delta%d epsilon%d zeta%d.", document,
	    document, document, sentence, document, document, document);
	ecs_ngrams_document(ngrams, ecs_lang_find(lang, 2));
	assert_true(ecs_ngrams_text(ngrams, text, strlen(text), &err));
}

struct saying {
	const char *sentence;
	int documents;
	const char *lang;
};

/* Read the sentences, twice; each in so many documents. */
static struct ngram_phrase *
read_all(struct ngrams *ngrams, const struct saying *sayings, size_t n,
    size_t *phrases)
{
	struct ngram_phrase *list;
	struct ecs_err err = {0};

	for (int reading = 0; reading < 2; reading++) {
		int document = 0;

		if (reading == 1)
			assert_true(ecs_ngrams_turn(ngrams, &err));
		for (size_t i = 0; i < n; i++)
			for (int k = 0; k < sayings[i].documents; k++)
				add(ngrams, document++, sayings[i].sentence,
				    sayings[i].lang);
	}
	list = ecs_ngrams_phrases(ngrams, phrases, &err);
	assert_non_null(list);
	return list;
}

/* The documents of a phrase, 0 when it is none. */
static uint32_t
find(const struct ngram_phrase *list, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].text, text) == 0)
			return list[i].documents;
	return 0;
}

static const struct saying sayings[] = {
    {"the critical infrastructure of", 7, "en"},
    {"Critical infrastructure, the", 2, "en"},
    {"of supply chain", 6, "en"},
    {"a supply chain security", 3, "en"},
    {"rare bird", 4, "en"},
    {"comma, parted", 8, "en"},
    {"one two three four five six", 9, "en"},
    {"IT security and", 5, "en"},
    {"WHAT THE HEADING", 5, "en"},
    {"www.example.org/lengthy", 6, "en"},
    {"year 2016", 6, "en"},
};
enum { SAYINGS = sizeof(sayings) / sizeof(sayings[0]) };

static void
frequent_runs_that_hold_together_are_phrases_in_their_commonest_spelling(
    void **state)
{
	struct desk *desk = *state;
	struct ecs_err err = {0};
	struct ngrams *ngrams = ecs_ngrams_new(desk->analyzer, 1 << 14, &err);
	size_t n;
	struct ngram_phrase *list = read_all(ngrams, sayings, SAYINGS, &n);

	assert_int_equal(find(list, n, "critical infrastructure"), 9);
	assert_int_equal(find(list, n, "Critical infrastructure"), 0);
	assert_int_equal(find(list, n, "supply chain"), 9);
	assert_int_equal(find(list, n, "IT security"), 5);
	for (size_t i = 1; i < n; i++)
		assert_true(list[i - 1].documents >= list[i].documents);
	free(list);
	ecs_ngrams_free(ngrams);
}

static void
few_documents_stop_words_signs_and_addresses_make_no_phrase(void **state)
{
	static const char *const none[] = {"rare bird", "comma, parted",
	    "comma parted", "the critical infrastructure", "infrastructure of",
	    "security and", "THE HEADING", "example.org", "example.org/lengthy",
	    "year 2016", "supply chain security"};
	struct desk *desk = *state;
	struct ecs_err err = {0};
	struct ngrams *ngrams = ecs_ngrams_new(desk->analyzer, 1 << 14, &err);
	size_t n;
	struct ngram_phrase *list = read_all(ngrams, sayings, SAYINGS, &n);

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (find(list, n, none[i]) != 0)
			fail_msg("\"%s\" is a phrase", none[i]);
	free(list);
	ecs_ngrams_free(ngrams);
}

static void
a_part_of_a_longer_run_is_left_out(void **state)
{
	static const struct saying some[] = {
	    {"critical raw materials", 6, "en"}, {"raw materials", 1, "en"},
	    {"open source", 6, "en"}, {"open source software", 5, "en"},
	    {"open source hardware", 5, "en"}};
	struct desk *desk = *state;
	struct ecs_err err = {0};
	struct ngrams *ngrams = ecs_ngrams_new(desk->analyzer, 1 << 14, &err);
	size_t n;
	struct ngram_phrase *list = read_all(ngrams, some, 5, &n);

	assert_int_equal(find(list, n, "critical raw materials"), 6);
	assert_int_equal(find(list, n, "raw materials"), 0);
	assert_int_equal(find(list, n, "critical raw"), 0);
	assert_int_equal(find(list, n, "open source"), 16);
	assert_int_equal(find(list, n, "open source software"), 5);
	assert_int_equal(find(list, n, "open source hardware"), 5);
	free(list);
	ecs_ngrams_free(ngrams);
}

static void
a_quotation_in_another_language_makes_no_phrase_of_its_stop_words(void **state)
{
	static const struct saying some[] = {{"mit der Sicherheit", 8, "de"},
	    {"mit der Sicherheit", 2, "en"}, {"Netze und Dienste", 5, "de"}};
	struct desk *desk = *state;
	struct ecs_err err = {0};
	struct ngrams *ngrams = ecs_ngrams_new(desk->analyzer, 1 << 14, &err);
	size_t n;
	struct ngram_phrase *list = read_all(ngrams, some, 3, &n);

	assert_int_equal(n, 1);
	assert_int_equal(find(list, n, "Netze und Dienste"), 5);
	free(list);
	ecs_ngrams_free(ngrams);
}

static void
a_full_table_forgets_what_is_rare_and_keeps_what_is_frequent(void **state)
{
	static const struct saying some[] = {
	    {"critical infrastructure", 300, "en"}};
	struct desk *desk = *state;
	struct ecs_err err = {0};
	struct ngrams *ngrams = ecs_ngrams_new(desk->analyzer, 256, &err);
	size_t n;
	struct ngram_phrase *list = read_all(ngrams, some, 1, &n);

	assert_int_equal(find(list, n, "critical infrastructure"), 300);
	assert_int_equal(n, 1);
	free(list);
	ecs_ngrams_free(ngrams);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		frequent_runs_that_hold_together_are_phrases_in_their_commonest_spelling),
	    cmocka_unit_test(
		few_documents_stop_words_signs_and_addresses_make_no_phrase),
	    cmocka_unit_test(a_part_of_a_longer_run_is_left_out),
	    cmocka_unit_test(
		a_quotation_in_another_language_makes_no_phrase_of_its_stop_words),
	    cmocka_unit_test(
		a_full_table_forgets_what_is_rare_and_keeps_what_is_frequent),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
