/* SPDX-License-Identifier: ISC */
/*
 * memory_test - every allocation of the lexicon fails once, and nothing is lost
 * by it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/err.h"
#include "ecsearch/lexicon.h"

#include "../fuse.h"

enum { WORDS = 1000 };

static void
add_some(struct ecs_lexicon_draft *draft, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++) {
		char word[16];

		/* Not in order. */
		snprintf(word, sizeof(word), "w%u", i * 7919 % WORDS);
		UNTIL_IT_WORKS(
		    ecs_lexicon_draft_add(draft, word, strlen(word), 1, &err));
	}
}

static void
a_failed_step_changes_nothing_and_can_be_tried_again(void **state)
{
	struct ecs_lexicon_draft *draft = NULL;
	struct ecs_lexicon *first = NULL;
	struct ecs_lexicon *second = NULL;
	struct ecs_lexicon_size size;

	(void)state;
	UNTIL_IT_WORKS((draft = ecs_lexicon_draft_new(&err)) != NULL);
	add_some(draft, 0, WORDS / 2);
	UNTIL_IT_WORKS((first = ecs_lexicon_new(draft, &err)) != NULL);
	ecs_lexicon_draft_reset(draft);
	/* Half of these are known; all come twice. */
	add_some(draft, WORDS / 4, WORDS * 3 / 4);
	add_some(draft, WORDS / 4, WORDS * 3 / 4);
	UNTIL_IT_WORKS(
	    (second = ecs_lexicon_extend(first, draft, &err)) != NULL);
	ecs_lexicon_measure(first, &size);
	assert_int_equal(size.words, WORDS / 2);
	ecs_lexicon_unref(first);
	ecs_lexicon_measure(second, &size);
	assert_int_equal(size.words, WORDS * 3 / 4);
	assert_int_equal(size.recent, WORDS / 4);
	assert_int_equal(ecs_lexicon_documents(second, "w0", 2), 1);
	ecs_lexicon_unref(second);
	ecs_lexicon_draft_free(draft);
	assert_true(fuse_failures() > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_failed_step_changes_nothing_and_can_be_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
