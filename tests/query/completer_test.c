/* SPDX-License-Identifier: ISC */
/*
 * completer_test - texts are found by the beginnings of their words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/query/completer.h"

static const char *const texts[] = {
    "Institute of Advanced Networks", /* 0 */
    "Instalacje Przykład",            /* 1 */
    "Institute of Water",             /* 2 */
    "Böhme Sicherheit",               /* 3 */
    "Post-Quantum Institute",         /* 4 */
    "Εταιρεία Ασφάλειας",             /* 5 */
    "Институт за сигурност",          /* 6 */
    "Water",                          /* 7 */
    "Institute of Institute",         /* 8 */
    "",                               /* 9 */
};
enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };

struct desk {
	struct ecs_words *words;
	struct ecs_analyzer *analyzer;
	struct ecs_arena *arena;
	struct completer *completer;
	float score[TEXTS]; /* -1: not found */
	bool whole[TEXTS];
	bool begins[TEXTS];
};

static const char *
text_of(void *user, uint32_t i, size_t *len)
{
	(void)user;
	*len = strlen(texts[i]);
	return texts[i];
}

static int
set_up(void **state)
{
	static struct desk desk;
	struct ecs_err err = {0};

	desk.words = ecs_words_new(NULL, &err);
	desk.analyzer = ecs_analyzer_new(desk.words, &err);
	desk.arena = ecs_arena_new();
	desk.completer =
	    ecs_completer_new(desk.analyzer, text_of, NULL, TEXTS, &err);
	*state = &desk;
	return desk.completer == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	struct desk *desk = *state;

	ecs_completer_unref(desk->completer);
	ecs_arena_free(desk->arena);
	ecs_analyzer_free(desk->analyzer);
	ecs_words_free(desk->words);
	return 0;
}

static void
note(void *user, const struct completion *completion)
{
	struct desk *desk = user;
	uint32_t text = completion->text;

	assert_in_range(text, 0, TEXTS - 1);
	if (completion->score > desk->score[text])
		desk->score[text] = completion->score;
	desk->whole[text] |= completion->whole;
	desk->begins[text] |= completion->begins;
}

/* Type q; returns how many texts answer. */
static int
type(struct desk *desk, const char *q)
{
	struct ecs_err err = {0};
	struct typed typed;
	int n = 0;

	for (int i = 0; i < TEXTS; i++)
		desk->score[i] = -1;
	memset(desk->whole, 0, sizeof(desk->whole));
	memset(desk->begins, 0, sizeof(desk->begins));
	assert_true(
	    ecs_typed_read(desk->arena, desk->analyzer, q, &typed, &err));
	ecs_completer_find(desk->completer, &typed, note, desk);
	for (int i = 0; i < TEXTS; i++)
		n += desk->score[i] >= 0;
	return n;
}

static void
any_word_of_a_text_can_be_begun(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(type(desk, "adva"), 1);
	assert_true(desk->score[0] >= 0);
	assert_int_equal(type(desk, "w"), 2);
	assert_true(desk->score[2] >= 0 && desk->score[7] >= 0);
	assert_int_equal(type(desk, "dvanced"), 0);
	assert_int_equal(type(desk, "watery"), 0);
	assert_int_equal(type(desk, ""), 0);
	assert_int_equal(type(desk, " ?! "), 0);
}

static void
several_words_are_begun_in_any_order_each_by_one_of_its_own(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(type(desk, "wat inst"), 1);
	assert_true(desk->score[2] >= 0);
	assert_int_equal(type(desk, "inst inst"), 1);
	assert_true(desk->score[8] >= 0);
	assert_int_equal(type(desk, "inst inst inst"), 0);
	assert_int_equal(type(desk, "inst nothing"), 0);
}

static void
accents_umlauts_and_alphabets_are_no_hurdle(void **state)
{
	static const struct {
		const char *q;
		int text;
	} rows[] = {{"böhm", 3}, {"bohm", 3}, {"boehm", 3}, {"BÖ", 3},
	    {"przykl", 1}, {"ασφα", 5}, {"ΑΣΦΆ", 5}, {"инст", 6}, {"СИГУР", 6},
	    {"postqu", 4}, {"post-q", 4}};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (type(desk, rows[i].q) != 1 || desk->score[rows[i].text] < 0)
			fail_msg("%s", rows[i].q);
	}
}

static void
the_word_that_tells_a_text_says_more_than_a_common_one(void **state)
{
	struct desk *desk = *state;

	/* "Instalacje" stands in one text, "Institute" in four. */
	assert_int_equal(type(desk, "inst"), 5);
	assert_true(desk->score[1] > 1);
	for (int i = 0; i < TEXTS; i++)
		assert_true(i == 1 || desk->score[i] < 1 || i == 8);
}

static void
the_more_of_a_text_was_said_the_better(void **state)
{
	struct desk *desk = *state;
	float begun;

	type(desk, "wat");
	assert_true(desk->score[7] > desk->score[2]);
	begun = desk->score[7];
	assert_false(desk->whole[7]);
	type(desk, "water");
	assert_true(desk->score[7] > begun);
	assert_true(desk->whole[7]);
	assert_false(desk->whole[2]);
	type(desk, "water of institute");
	assert_true(desk->whole[2]);
	type(desk, "water of institut");
	assert_false(desk->whole[2]);
}

static void
a_beginning_of_the_whole_text_is_told(void **state)
{
	struct desk *desk = *state;

	type(desk, "inst");
	assert_true(desk->begins[0] && desk->begins[1]);
	assert_false(desk->begins[4]);
	type(desk, "institute of w");
	assert_true(desk->begins[2]);
	type(desk, "w institute of");
	assert_true(desk->score[2] >= 0);
	assert_false(desk->begins[2]);
}

static void
what_is_typed_apart_can_be_read_together_and_the_reverse(void **state)
{
	struct desk *desk = *state;
	struct ecs_err err = {0};
	struct typed typed;
	struct typed other;

	ecs_typed_read(desk->arena, desk->analyzer, "wg 6 x", &typed, &err);
	assert_true(ecs_typed_other(desk->arena, &typed, 0, &other, &err));
	assert_int_equal(other.n, 2);
	assert_memory_equal(other.words[0], "wg6", 3);
	assert_memory_equal(other.words[1], "x", 1);
	assert_true(ecs_typed_other(desk->arena, &typed, 1, &other, &err));
	assert_memory_equal(other.words[1], "6x", 2);
	assert_false(ecs_typed_other(desk->arena, &typed, 2, &other, &err));
	ecs_typed_read(desk->arena, desk->analyzer, "wg6", &typed, &err);
	assert_true(ecs_typed_other(desk->arena, &typed, 0, &other, &err));
	assert_int_equal(other.n, 2);
	assert_int_equal(other.lens[0], 2);
	assert_memory_equal(other.words[1], "6", 1);
	ecs_typed_read(desk->arena, desk->analyzer, "word", &typed, &err);
	assert_false(ecs_typed_other(desk->arena, &typed, 0, &other, &err));
	assert_int_equal(err.status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_word_of_a_text_can_be_begun),
	    cmocka_unit_test(
		several_words_are_begun_in_any_order_each_by_one_of_its_own),
	    cmocka_unit_test(accents_umlauts_and_alphabets_are_no_hurdle),
	    cmocka_unit_test(
		the_word_that_tells_a_text_says_more_than_a_common_one),
	    cmocka_unit_test(the_more_of_a_text_was_said_the_better),
	    cmocka_unit_test(a_beginning_of_the_whole_text_is_told),
	    cmocka_unit_test(
		what_is_typed_apart_can_be_read_together_and_the_reverse),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
