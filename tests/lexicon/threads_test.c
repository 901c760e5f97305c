/* SPDX-License-Identifier: ISC */
/*
 * threads_test - readers at work while the writer makes one lexicon after the
 * other.
 *
 * Run under -fsanitize=thread it also shows that nothing is raced for.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/err.h"
#include "ecsearch/lexicon.h"

enum { READERS = 3, STEPS = 200, WORDS_A_STEP = 50 };

/* The newest lexicon, as a collection would publish it. */
struct shelf {
	pthread_mutex_t lock;
	struct ecs_lexicon *lexicon;
	atomic_bool done;
	atomic_uint wrong; /* cmocka asserts belong to the main thread */
	atomic_uint reads;
};

static struct ecs_lexicon *
take(struct shelf *shelf)
{
	struct ecs_lexicon *lexicon;

	pthread_mutex_lock(&shelf->lock);
	lexicon = ecs_lexicon_ref(shelf->lexicon);
	pthread_mutex_unlock(&shelf->lock);
	return lexicon;
}

static void
publish(struct shelf *shelf, struct ecs_lexicon *lexicon)
{
	struct ecs_lexicon *old;

	pthread_mutex_lock(&shelf->lock);
	old = shelf->lexicon;
	shelf->lexicon = lexicon;
	pthread_mutex_unlock(&shelf->lock);
	ecs_lexicon_unref(old);
}

static bool
count_word(void *user, const struct ecs_lexicon_word *word)
{
	*(uint32_t *)user += word->documents;
	return true;
}

static bool
count_near(void *user, const struct ecs_lexicon_word *word, unsigned edits)
{
	*(uint32_t *)user += edits == 0 && word->documents == 1;
	return true;
}

static void *
read_lexica(void *arg)
{
	struct shelf *shelf = arg;
	bool last;

	do {
		struct ecs_lexicon *lexicon;
		struct ecs_lexicon_size size;
		uint32_t all = 0;
		uint32_t fit = 0;
		uint32_t near = 0;

		last = atomic_load(&shelf->done);
		lexicon = take(shelf);
		ecs_lexicon_measure(lexicon, &size);
		ecs_lexicon_prefix(lexicon, "word", 4, count_word, &all);
		ecs_lexicon_wildcard(
		    lexicon, "*d?*", 4, UINT32_MAX, count_word, &fit);
		ecs_lexicon_near(lexicon, "word0", 5, 1, count_near, &near);
		if (all != size.words || fit != all || near != (all > 0))
			atomic_fetch_add(&shelf->wrong, 1);
		atomic_fetch_add(&shelf->reads, 1);
		ecs_lexicon_unref(lexicon);
	} while (!last);
	return NULL;
}

static void
write_lexica(struct shelf *shelf)
{
	struct ecs_err err = {0};
	struct ecs_lexicon_draft *draft = ecs_lexicon_draft_new(&err);
	struct ecs_lexicon *lexicon = NULL;

	for (unsigned step = 0; step < STEPS; step++) {
		ecs_lexicon_draft_reset(draft);
		for (unsigned i = 0; i < WORDS_A_STEP; i++) {
			char word[16];

			snprintf(word, sizeof(word), "word%u",
			    step * WORDS_A_STEP + i);
			assert_true(ecs_lexicon_draft_add(
			    draft, word, strlen(word), 1, &err));
		}
		lexicon = ecs_lexicon_extend(lexicon, draft, &err);
		assert_non_null(lexicon);
		publish(shelf, lexicon);
	}
	ecs_lexicon_draft_free(draft);
}

static void
each_reader_sees_whole_lexica(void **state)
{
	struct shelf shelf = {.lock = PTHREAD_MUTEX_INITIALIZER};
	pthread_t readers[READERS];
	struct ecs_lexicon_size size;

	(void)state;
	for (int i = 0; i < READERS; i++)
		assert_int_equal(
		    pthread_create(&readers[i], NULL, read_lexica, &shelf), 0);
	write_lexica(&shelf);
	atomic_store(&shelf.done, true);
	for (int i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
	assert_int_equal(atomic_load(&shelf.wrong), 0);
	assert_true(atomic_load(&shelf.reads) >= READERS);
	ecs_lexicon_measure(shelf.lexicon, &size);
	assert_int_equal(size.words, STEPS * WORDS_A_STEP);
	ecs_lexicon_unref(shelf.lexicon);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_reader_sees_whole_lexica),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
