/* SPDX-License-Identifier: ISC */
/*
 * threads_test - readers at work while the writer seals and dictionaries grow.
 *
 * Run under -fsanitize=thread it also shows that nothing is raced for.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/buf.h"
#include "ecsearch/columns.h"
#include "ecsearch/err.h"

enum { READERS = 3, SEALS = 150, ROWS_A_SEAL = 60, TERMS = 60000 };

/* The newest table, as a collection would publish it. */
struct shelf {
	pthread_mutex_t lock;
	struct ecs_table *table;
	atomic_bool done;
	atomic_uint wrong; /* cmocka asserts belong to the main thread */
	atomic_uint reads;
};

static bool
same_key(void *user, const char *text, size_t len, struct ecs_buf *key)
{
	(void)user;
	ecs_buf_add(key, text, len);
	return true;
}

static struct ecs_table *
take(struct shelf *shelf)
{
	struct ecs_table *table;

	pthread_mutex_lock(&shelf->lock);
	table = ecs_table_ref(shelf->table);
	pthread_mutex_unlock(&shelf->lock);
	return table;
}

static void
publish(struct shelf *shelf, struct ecs_table *table)
{
	struct ecs_table *old;

	pthread_mutex_lock(&shelf->lock);
	old = shelf->table;
	shelf->table = table;
	pthread_mutex_unlock(&shelf->lock);
	ecs_table_unref(old);
}

/* Every row has one value of its own: counts must add up to the rows. */
static bool
adds_up(const struct ecs_table *table, size_t column)
{
	uint32_t cardinality = ecs_column_cardinality(table, column);
	uint32_t *counts = calloc((size_t)cardinality + 1, sizeof(*counts));
	uint32_t i, missing, sum = 0;

	if (counts == NULL)
		return false;
	ecs_column_count(table, column, ecs_table_live(table), counts,
	    cardinality, &missing);
	for (i = 0; i < cardinality; i++)
		sum += counts[i];
	free(counts);
	return missing == 0 && sum == ecs_table_rows(table);
}

static bool
in_order(const struct ecs_table *table, size_t column)
{
	struct ecs_err err = {0};
	uint32_t len, i, row, limit = ecs_table_limit(table);
	const uint32_t *ranks = ecs_column_ranks(table, column, &len, &err);
	const uint32_t *ordinals = NULL;
	const char *text, *last = NULL;
	uint32_t last_rank = 0;
	size_t size;

	for (row = 0; ranks != NULL && row < limit; row++) {
		if (ecs_column_row(table, column, row, &ordinals) != 1)
			return false;
		i = ordinals[0];
		if (i >= len)
			return false;
		text = ecs_column_text(table, column, i, &size);
		if (ecs_column_find_text(table, column, text, size) != i)
			return false;
		if (last != NULL &&
		    (strcmp(last, text) < 0) != (last_rank < ranks[i]))
			return false;
		last = text;
		last_rank = ranks[i];
	}
	return ranks != NULL;
}

static void *
read_tables(void *arg)
{
	struct shelf *shelf = arg;

	while (!atomic_load(&shelf->done)) {
		struct ecs_table *table = take(shelf);

		if (!adds_up(table, 0) || !adds_up(table, 1) ||
		    !in_order(table, 0) || !in_order(table, 1))
			atomic_fetch_add(&shelf->wrong, 1);
		atomic_fetch_add(&shelf->reads, 1);
		ecs_table_unref(table);
	}
	return NULL;
}

/* Change a few old rows and append some; true when all went well. */
static bool
write_next(struct shelf *shelf, uint32_t round)
{
	struct ecs_err err = {0};
	struct ecs_draft *draft = ecs_draft_new(shelf->table, &err);
	struct ecs_table *next;
	uint32_t i, row;

	for (i = 0; draft != NULL && i < ROWS_A_SEAL; i++) {
		char text[32];
		size_t len = (size_t)snprintf(text, sizeof(text), "%u-%u",
		    (round * 7919 + i * 31) % 997, round);
		struct ecs_column_value values[] = {
		    {.column = 0, .text = text, .len = len},
		    {.column = 1, .text = text, .len = len},
		};

		row = i % 4 == 0 && round > 0 ? i : round * ROWS_A_SEAL + i;
		if (i % 4 == 0 && round > 0) /* the new row gets one too */
			ecs_draft_put(draft, round * ROWS_A_SEAL + i,
			    (round * ROWS_A_SEAL + i) * 2, 1, NULL, values, 2,
			    &err);
		ecs_draft_put(draft, row, row * 2, 1, NULL, values, 2, &err);
	}
	next = draft == NULL ? NULL : ecs_draft_seal(draft, &err);
	if (next == NULL || err.status != 0)
		return false;
	publish(shelf, next);
	return true;
}

static void
readers_see_whole_tables_while_the_writer_goes_on(void **state)
{
	static const struct ecs_column_spec specs[] = {
	    {"text", ECS_COLUMN_TEXT}, {"name", ECS_COLUMN_COLLATED}};
	struct shelf shelf = {.lock = PTHREAD_MUTEX_INITIALIZER};
	struct ecs_err err = {0};
	pthread_t readers[READERS];
	uint32_t i;

	(void)state;
	shelf.table = ecs_table_new(specs, 2, 0, same_key, NULL, &err);
	assert_non_null(shelf.table);
	for (i = 0; i < READERS; i++)
		assert_int_equal(
		    pthread_create(&readers[i], NULL, read_tables, &shelf), 0);
	for (i = 0; i < SEALS; i++)
		assert_true(write_next(&shelf, i));
	while (atomic_load(&shelf.reads) < READERS)
		sched_yield();
	atomic_store(&shelf.done, true);
	for (i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
	assert_int_equal(atomic_load(&shelf.wrong), 0);
	assert_int_equal(ecs_table_rows(shelf.table), SEALS * ROWS_A_SEAL);
	ecs_table_unref(shelf.table);
}

struct terms {
	struct ecs_termset *set;
	atomic_uint added;
	atomic_uint wrong;
};

static size_t
term_of(uint32_t number, char *term, size_t room)
{
	return (size_t)snprintf(term, room, "term%u", number);
}

static void *
ask_terms(void *arg)
{
	struct terms *terms = arg;
	uint32_t added, i = 0;
	char term[24];

	do {
		added = atomic_load(&terms->added);
		for (i = added > 500 ? added - 500 : 0; i < added; i++) {
			size_t len = term_of(i, term, sizeof(term));

			if (!ecs_termset_maybe(terms->set, term, len))
				atomic_fetch_add(&terms->wrong, 1);
		}
	} while (added < TERMS);
	return NULL;
}

static void
a_term_added_is_never_denied_while_others_are_added(void **state)
{
	struct ecs_err err = {0};
	struct terms terms = {.set = ecs_termset_new(&err)};
	pthread_t readers[READERS];
	uint32_t i, maybe = 0;
	char term[24];

	(void)state;
	for (i = 0; i < READERS; i++)
		assert_int_equal(
		    pthread_create(&readers[i], NULL, ask_terms, &terms), 0);
	for (i = 0; i < TERMS; i++) {
		size_t len = term_of(i, term, sizeof(term));

		assert_true(ecs_termset_add(terms.set, term, len, &err));
		atomic_store(&terms.added, i + 1);
	}
	for (i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
	assert_int_equal(atomic_load(&terms.wrong), 0);
	for (i = 0; i < TERMS; i++) {
		size_t len = term_of(TERMS + i, term, sizeof(term));

		maybe += ecs_termset_maybe(terms.set, term, len);
	}
	assert_int_equal(maybe, 0); /* 64 bits: none in 1e9 tries like this */
	assert_true(ecs_termset_bytes(terms.set) > TERMS * 8);
	assert_false(ecs_termset_maybe(terms.set, "", 0));
	assert_true(ecs_termset_add(terms.set, "", 0, &err));
	assert_true(ecs_termset_maybe(terms.set, "", 0));
	ecs_termset_free(terms.set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(readers_see_whole_tables_while_the_writer_goes_on),
	    cmocka_unit_test(
		a_term_added_is_never_denied_while_others_are_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
