/* SPDX-License-Identifier: ISC */
/*
 * sketch_test - two samples tell how like their texts are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/err.h"
#include "ecsearch/text.h"

static struct ecs_words *words;
static struct ecs_analyzer *analyzer;

static int
open_analyzer(void **state)
{
	struct ecs_err err = {0};

	(void)state;
	words = ecs_words_new(NULL, &err);
	analyzer = words == NULL ? NULL : ecs_analyzer_new(words, &err);
	return analyzer == NULL ? -1 : 0;
}

static int
close_analyzer(void **state)
{
	(void)state;
	ecs_analyzer_free(analyzer);
	ecs_words_free(words);
	return 0;
}

static void
make(const char *text, struct ecs_sketch *sketch)
{
	struct ecs_err err = {0};

	assert_true(
	    ecs_sketch_make(analyzer, text, strlen(text), sketch, &err));
}

/* "w3 w4 .. w9": the words from first to before last. */
static void
make_words(int first, int last, struct ecs_sketch *sketch)
{
	char text[8192] = "";
	size_t len = 0;

	for (int i = first; i < last; i++)
		len +=
		    (size_t)snprintf(text + len, sizeof(text) - len, "w%d ", i);
	make(text, sketch);
}

static void
equal_words_resemble_wholly_and_others_not_at_all(void **state)
{
	struct ecs_sketch a;
	struct ecs_sketch b;

	(void)state;
	make("Sécurité des réseaux", &a);
	make("reseaux, SECURITE; des!", &b);
	assert_true(ecs_sketch_resemblance(&a, &b) == 1);
	assert_true(a.whole != b.whole);
	make("quite other words", &b);
	assert_true(ecs_sketch_resemblance(&a, &b) == 0);
	make("", &b);
	assert_true(ecs_sketch_resemblance(&a, &b) == 0);
	assert_true(ecs_sketch_resemblance(&b, &b) == 0);
}

static void
few_words_are_compared_exactly(void **state)
{
	struct ecs_sketch a;
	struct ecs_sketch b;

	(void)state;
	make("one two three four", &a);
	make("three four four five six", &b);
	assert_true(ecs_sketch_resemblance(&a, &b) == 2.0 / 6);
}

/* 64 draws of a share of a half: five standard deviations are 0.31. */
static void
many_words_are_sampled(void **state)
{
	struct ecs_sketch a;
	struct ecs_sketch b;
	double is;

	(void)state;
	make_words(0, 600, &a);
	make_words(200, 800, &b);
	assert_int_equal(a.n, ECS_SKETCH);
	is = ecs_sketch_resemblance(&a, &b);
	assert_true(is > 0.5 - 0.31 && is < 0.5 + 0.31);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equal_words_resemble_wholly_and_others_not_at_all),
	    cmocka_unit_test(few_words_are_compared_exactly),
	    cmocka_unit_test(many_words_are_sampled),
	};

	return cmocka_run_group_tests(tests, open_analyzer, close_analyzer);
}
