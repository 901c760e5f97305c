/* SPDX-License-Identifier: ISC */
/*
 * memory_test - every allocation of every entry point fails once.
 *
 * Each call is tried with the first allocation failing, then the second, until
 * it succeeds.  A failed put or remove must leave the draft as it was, so in
 * the end the table is what it would be had memory never run out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/buf.h"
#include "ecsearch/columns.h"
#include "ecsearch/err.h"

#include "../fuse.h"

enum { NAME, TAGS, YEAR, PLACE, COLUMNS };
enum { ROWS = 40 };

static bool
same_key(void *user, const char *text, size_t len, struct ecs_buf *key)
{
	(void)user;
	ecs_buf_add(key, text, len);
	return true;
}

static struct ecs_table *
table_new(void)
{
	static const struct ecs_column_spec specs[COLUMNS] = {
	    {"name", ECS_COLUMN_COLLATED}, {"tags", ECS_COLUMN_TEXT},
	    {"year", ECS_COLUMN_NUMBER}, {"place", ECS_COLUMN_GEO}};
	struct ecs_table *table = NULL;

	UNTIL_IT_WORKS((table = ecs_table_new(
			    specs, COLUMNS, 2, same_key, NULL, &err)) != NULL);
	return table;
}

/* Far apart, so that most rows need blocks of their own. */
static uint32_t
row_of(uint32_t number)
{
	return number * 1777;
}

static void
put(struct ecs_draft *draft, uint32_t number, uint32_t round)
{
	const uint32_t lengths[] = {10, 20, 30, 40};
	struct ecs_column_value values[30];
	char texts[30][48];
	size_t count = 0, tags = number % 3 == 0 ? 20 : number % 3;

	snprintf(texts[0], sizeof(texts[0]), "name %u %u", number, round);
	values[count++] = (struct ecs_column_value){
	    .column = NAME, .text = texts[0], .len = strlen(texts[0])};
	for (; count <= tags; count++) {
		snprintf(texts[count], sizeof(texts[count]), "tag %zu %u",
		    count, (number + round) % 5);
		values[count] = (struct ecs_column_value){.column = TAGS,
		    .text = texts[count],
		    .len = strlen(texts[count])};
	}
	values[count++] =
	    (struct ecs_column_value){.column = YEAR, .number = number + round};
	if (number % 2 == 0)
		values[count++] = (struct ecs_column_value){
		    .column = PLACE, .number = number, .lon = round};
	UNTIL_IT_WORKS(ecs_draft_put(draft, row_of(number),
	    row_of(number) * 2 + round * 4096, 2, lengths, values, count,
	    &err));
}

static struct ecs_draft *
draft_new(struct ecs_table *table)
{
	struct ecs_draft *draft = NULL;

	UNTIL_IT_WORKS((draft = ecs_draft_new(table, &err)) != NULL);
	return draft;
}

/* The next table; sealing may fail, and then the draft is gone. */
static struct ecs_table *
fill(struct ecs_table *table, uint32_t round, int allowed, struct ecs_err *why)
{
	struct ecs_draft *draft = draft_new(table);
	struct ecs_table *next;
	uint32_t i;

	for (i = 0; i < ROWS; i++)
		put(draft, i, round);
	for (i = 0; i < ROWS; i += 8)
		UNTIL_IT_WORKS(ecs_draft_remove(draft, row_of(i), &err));
	fuse_light(allowed);
	next = ecs_draft_seal(draft, why);
	fuse_out();
	return next;
}

static void
check(struct ecs_table *table, uint32_t round)
{
	const uint32_t *ordinals = NULL;
	uint32_t i, count, first, units;
	double lat, lon;

	assert_int_equal(ecs_table_rows(table), ROWS - ROWS / 8);
	assert_int_equal(ecs_table_units(table), (ROWS - ROWS / 8) * 2);
	assert_true(ecs_table_mean_length(table, 0) == 20);
	assert_true(ecs_table_mean_length(table, 1) == 30);
	for (i = 0; i < ROWS; i++) {
		uint32_t row = row_of(i);
		bool live = i % 8 != 0;

		assert_int_equal(
		    ecs_bitmap_test(ecs_table_live(table), row), live);
		ecs_table_row_units(table, row, &first, &units);
		assert_int_equal(units, live ? 2 : 0);
		assert_int_equal(first, live ? row * 2 + round * 4096 : 0);
		count = ecs_column_row(table, TAGS, row, &ordinals);
		assert_int_equal(count, !live ? 0 : i % 3 == 0 ? 20 : i % 3);
		count = ecs_column_row(table, YEAR, row, &ordinals);
		assert_int_equal(count, live);
		if (live)
			assert_true(ecs_column_number(
					table, YEAR, ordinals[0]) == i + round);
		assert_int_equal(ecs_column_geo(table, PLACE, row, &lat, &lon),
		    live && i % 2 == 0);
	}
}

static void
no_failed_allocation_leaves_a_trace_in_a_draft(void **state)
{
	struct ecs_table *table = table_new(), *next;
	uint32_t round, len = 0;
	int allowed;

	(void)state;
	for (round = 0; round < 2; round++) {
		for (allowed = 0;; allowed++) {
			struct ecs_err err = {0};

			next = fill(table, round, allowed, &err);
			if (next != NULL)
				break;
			assert_string_equal(err.code, "no_memory");
			assert_true(allowed < 1000);
		}
		check(next, round);
		if (round > 0)
			check(table, round - 1);
		ecs_table_unref(table);
		table = next;
		UNTIL_IT_WORKS(
		    ecs_column_ranks(table, NAME, &len, &err) != NULL);
		assert_int_equal(len, (round + 1) * ROWS);
		UNTIL_IT_WORKS(
		    ecs_column_ranks(table, YEAR, &len, &err) != NULL);
		assert_int_equal(len, ROWS + round);
	}
	ecs_table_unref(table);
	assert_true(fuse_failures() > 1000);
}

static void
a_term_set_out_of_memory_still_knows_what_it_had(void **state)
{
	struct ecs_termset *set = NULL;
	char term[16];
	uint32_t i;

	(void)state;
	UNTIL_IT_WORKS((set = ecs_termset_new(&err)) != NULL);
	for (i = 0; i < 5000; i++) {
		size_t len = (size_t)snprintf(term, sizeof(term), "t%u", i);

		UNTIL_IT_WORKS(ecs_termset_add(set, term, len, &err));
	}
	for (i = 0; i < 5000; i++) {
		size_t len = (size_t)snprintf(term, sizeof(term), "t%u", i);

		assert_true(ecs_termset_maybe(set, term, len));
	}
	ecs_termset_free(set);
}

static void
a_bitmap_that_cannot_be_had_is_null(void **state)
{
	struct ecs_bitmap *bitmap = ecs_bitmap_new(100);

	(void)state;
	fuse_light(0);
	assert_null(ecs_bitmap_new(100));
	assert_null(ecs_bitmap_copy(bitmap));
	fuse_out();
	ecs_bitmap_free(bitmap);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_failed_allocation_leaves_a_trace_in_a_draft),
	    cmocka_unit_test(a_term_set_out_of_memory_still_knows_what_it_had),
	    cmocka_unit_test(a_bitmap_that_cannot_be_had_is_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
