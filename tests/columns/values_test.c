/* SPDX-License-Identifier: ISC */
/*
 * values_test - values, their order, and what a draft refuses.
 */
#include <math.h>
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

enum { BYTES, SWEDISH, NUMBER, PLACE, COLUMNS };

static const struct ecs_column_spec specs[COLUMNS] = {
    {"bytes", ECS_COLUMN_TEXT},
    {"swedish", ECS_COLUMN_COLLATED},
    {"number", ECS_COLUMN_NUMBER},
    {"place", ECS_COLUMN_GEO},
};

/* As bytes ä comes before å; in Swedish the order is z å ä ö. */
static bool
swedish_key(void *user, const char *text, size_t len, struct ecs_buf *key)
{
	static const char letters[] = "\xc3\xa5\xc3\xa4\xc3\xb6";
	size_t i;

	(*(unsigned *)user)++;
	for (i = 0; i < len; i++) {
		const char *at = i + 1 < len && text[i] == letters[0]
		    ? memchr(letters + 1, text[i + 1], 5)
		    : NULL;

		if (at == NULL)
			ecs_buf_putc(key, text[i] | 0x20);
		else {
			ecs_buf_putc(key, (char)('z' + 1 + (at - letters) / 2));
			i++;
		}
	}
	return true;
}

static struct ecs_table *
table_new(unsigned *keys_made)
{
	struct ecs_err err = {0};
	struct ecs_table *table;

	*keys_made = 0;
	table = ecs_table_new(specs, COLUMNS, 0, swedish_key, keys_made, &err);
	assert_non_null(table);
	return table;
}

/* Put values into row 0, and so into the dictionaries; table is replaced. */
static void
put(struct ecs_table **table, const struct ecs_column_value *values,
    size_t count)
{
	struct ecs_err err = {0};
	struct ecs_draft *draft = ecs_draft_new(*table, &err);
	struct ecs_table *next;

	assert_non_null(draft);
	assert_true(ecs_draft_put(draft, 0, 1, 1, NULL, values, count, &err));
	next = ecs_draft_seal(draft, &err);
	assert_non_null(next);
	ecs_table_unref(*table);
	*table = next;
}

static void
put_words(struct ecs_table **table, uint16_t column, const char *const *words,
    size_t count)
{
	struct ecs_column_value values[16];
	size_t i;

	assert_true(count <= 16);
	for (i = 0; i < count; i++)
		values[i] = (struct ecs_column_value){.column = column,
		    .text = words[i],
		    .len = strlen(words[i])};
	put(table, values, count);
}

static uint32_t
rank_of(const struct ecs_table *table, size_t column, const char *word)
{
	struct ecs_err err = {0};
	uint32_t len = 0;
	const uint32_t *ranks = ecs_column_ranks(table, column, &len, &err);
	uint32_t ordinal =
	    ecs_column_find_text(table, column, word, strlen(word));

	assert_non_null(ranks);
	assert_true(ordinal < len);
	return ranks[ordinal];
}

static void
names_sort_as_in_swedish_and_texts_by_bytes(void **state)
{
	static const char *const words[] = {
	    "\xc3\xb6l", "\xc3\xa4r", "zon", "\xc3\xa5r", "apa", "zo", ""};
	static const uint32_t swedish[] = {6, 5, 3, 4, 1, 2, 0};
	static const uint32_t bytes[] = {6, 4, 3, 5, 1, 2, 0};
	unsigned keys;
	struct ecs_table *table = table_new(&keys);
	size_t i;

	(void)state;
	put_words(&table, SWEDISH, words, 7);
	put_words(&table, BYTES, words, 7);
	for (i = 0; i < 7; i++) {
		assert_int_equal(rank_of(table, SWEDISH, words[i]), swedish[i]);
		assert_int_equal(rank_of(table, BYTES, words[i]), bytes[i]);
	}
	ecs_table_unref(table);
}

static void
a_key_is_made_once_and_equal_keys_sort_by_bytes(void **state)
{
	static const char *const first[] = {"b", "a"};
	static const char *const second[] = {"B", "c", "A"};
	unsigned keys;
	struct ecs_table *table = table_new(&keys);

	(void)state;
	put_words(&table, SWEDISH, first, 2);
	assert_int_equal(rank_of(table, SWEDISH, "b"), 1);
	put_words(&table, SWEDISH, second, 3);
	assert_int_equal(rank_of(table, SWEDISH, "A"), 0);
	assert_int_equal(rank_of(table, SWEDISH, "a"), 1);
	assert_int_equal(rank_of(table, SWEDISH, "B"), 2);
	assert_int_equal(rank_of(table, SWEDISH, "b"), 3);
	assert_int_equal(rank_of(table, SWEDISH, "c"), 4);
	assert_int_equal(keys, 5);
	ecs_table_unref(table);
}

static void
ranks_given_stay_while_the_table_is_held(void **state)
{
	static const char *const first[] = {"m", "k"};
	static const char *const second[] = {"a", "b", "z"};
	struct ecs_err err = {0};
	unsigned keys;
	struct ecs_table *table = table_new(&keys), *old;
	const uint32_t *ranks, *newer;
	uint32_t len, more;

	(void)state;
	put_words(&table, BYTES, first, 2);
	old = ecs_table_ref(table);
	ranks = ecs_column_ranks(old, BYTES, &len, &err);
	put_words(&table, BYTES, second, 3);
	newer = ecs_column_ranks(table, BYTES, &more, &err);
	assert_int_equal(more, 5);
	assert_int_equal(newer[0], 3); /* a b k m z */
	assert_ptr_equal(ecs_column_ranks(old, BYTES, &len, &err), ranks);
	assert_int_equal(len, 2);
	assert_int_equal(ranks[0], 1);
	assert_int_equal(ranks[1], 0);
	ecs_table_unref(old);
	ecs_table_unref(table);
}

static void
numbers_sort_by_value_and_minus_zero_is_zero(void **state)
{
	static const double numbers[] = {
	    3, -1.5, 0.0, -0.0, 1e300, -1e300, 1e-310, INFINITY, -INFINITY};
	static const uint32_t ranks[] = {5, 2, 3, 3, 6, 1, 4, 7, 0};
	struct ecs_column_value values[9];
	struct ecs_err err = {0};
	unsigned keys;
	struct ecs_table *table = table_new(&keys);
	const uint32_t *got;
	uint32_t len;
	size_t i;

	(void)state;
	for (i = 0; i < 9; i++)
		values[i] = (struct ecs_column_value){
		    .column = NUMBER, .number = numbers[i]};
	put(&table, values, 9);
	got = ecs_column_ranks(table, NUMBER, &len, &err);
	assert_int_equal(len, 8);
	for (i = 0; i < 9; i++)
		assert_int_equal(
		    got[ecs_column_find_number(table, NUMBER, numbers[i])],
		    ranks[i]);
	assert_int_equal(ecs_column_find_number(table, NUMBER, NAN),
	    (uint32_t)ECS_NO_ORDINAL);
	ecs_table_unref(table);
}

static void
a_value_that_is_no_number_is_refused_and_changes_nothing(void **state)
{
	const struct ecs_column_value bad[] = {
	    {.column = BYTES, .text = "x", .len = 1},
	    {.column = NUMBER, .number = NAN},
	};
	const struct ecs_column_value nowhere = {
	    .column = PLACE, .number = 1, .lon = NAN};
	struct ecs_err err = {0};
	unsigned keys;
	struct ecs_table *table = table_new(&keys), *next;
	struct ecs_draft *draft = ecs_draft_new(table, &err);

	(void)state;
	assert_false(ecs_draft_put(draft, 7, 1, 1, NULL, bad, 2, &err));
	assert_int_equal(err.status, 422);
	assert_string_equal(err.code, "bad_value");
	ecs_err_clear(&err);
	assert_false(ecs_draft_put(draft, 7, 1, 1, NULL, &nowhere, 1, &err));
	assert_int_equal(err.status, 422);
	next = ecs_draft_seal(draft, &err);
	assert_int_equal(ecs_table_rows(next), 0);
	assert_int_equal(ecs_table_limit(next), 0);
	assert_int_equal(ecs_table_units(next), 0);
	ecs_table_unref(next);
	ecs_table_unref(table);
}

static void
a_hundred_thousand_values_are_all_found_again(void **state)
{
	enum { MANY = 100000 };
	struct ecs_column_value value = {.column = BYTES};
	struct ecs_err err = {0};
	unsigned keys;
	struct ecs_table *table = table_new(&keys), *next;
	struct ecs_draft *draft = ecs_draft_new(table, &err);
	char text[32];
	uint32_t i;
	size_t len;

	(void)state;
	for (i = 0; i < MANY; i++) {
		value.text = text;
		value.len = (size_t)snprintf(text, sizeof(text), "v%u", i);
		assert_true(
		    ecs_draft_put(draft, i, i, 1, NULL, &value, 1, &err));
	}
	next = ecs_draft_seal(draft, &err);
	assert_int_equal(ecs_column_cardinality(next, BYTES), MANY);
	for (i = 0; i < MANY; i++) {
		len = (size_t)snprintf(text, sizeof(text), "v%u", i);
		assert_int_equal(
		    ecs_column_find_text(next, BYTES, text, len), i);
		assert_string_equal(
		    ecs_column_text(next, BYTES, i, &len), text);
	}
	assert_int_equal(ecs_column_find_text(next, BYTES, "w", 1),
	    (uint32_t)ECS_NO_ORDINAL);
	assert_true(ecs_table_bytes(next) > MANY * 8);
	ecs_table_unref(table);
	ecs_table_unref(next);
}

static void
ordinals_past_the_room_given_are_not_counted(void **state)
{
	static const char *const words[] = {"a", "b", "c", "d"};
	unsigned keys;
	struct ecs_table *table = table_new(&keys);
	uint32_t counts[5] = {10, 20, 77, 77, 77};
	uint32_t missing = 9;

	(void)state;
	put_words(&table, BYTES, words, 4);
	ecs_column_count(
	    table, BYTES, ecs_table_live(table), counts, 2, &missing);
	put_words(&table, BYTES, words + 3, 1);
	ecs_column_count(
	    table, BYTES, ecs_table_live(table), counts, 3, &missing);
	assert_int_equal(counts[0], 11);
	assert_int_equal(counts[1], 21);
	assert_int_equal(counts[2], 77);
	assert_int_equal(counts[3], 77);
	assert_int_equal(missing, 0);
	ecs_table_unref(table);
}

static void
a_unit_taken_over_by_another_row_stays_with_it(void **state)
{
	struct ecs_err err = {0};
	unsigned keys;
	struct ecs_table *table = table_new(&keys), *next;
	struct ecs_draft *draft = ecs_draft_new(table, &err);

	(void)state;
	assert_true(ecs_draft_put(draft, 0, 4095, 3, NULL, NULL, 0, &err));
	assert_true(ecs_draft_put(draft, 1, 4096, 2, NULL, NULL, 0, &err));
	assert_true(ecs_draft_put(draft, 0, 9000, 1, NULL, NULL, 0, &err));
	next = ecs_draft_seal(draft, &err);
	assert_int_equal(ecs_table_units(next), 3);
	assert_int_equal(ecs_table_unit_limit(next), 9001);
	assert_null(ecs_table_unit_blocks(next)[0]);
	assert_int_equal(ecs_table_unit_blocks(next)[1]->row[0], 1);
	assert_int_equal(ecs_table_unit_blocks(next)[1]->row[1], 1);
	assert_int_equal(ecs_table_unit_blocks(next)[2]->row[808], 0);
	ecs_table_unref(table);
	ecs_table_unref(next);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_sort_as_in_swedish_and_texts_by_bytes),
	    cmocka_unit_test(a_key_is_made_once_and_equal_keys_sort_by_bytes),
	    cmocka_unit_test(ranks_given_stay_while_the_table_is_held),
	    cmocka_unit_test(numbers_sort_by_value_and_minus_zero_is_zero),
	    cmocka_unit_test(
		a_value_that_is_no_number_is_refused_and_changes_nothing),
	    cmocka_unit_test(a_hundred_thousand_values_are_all_found_again),
	    cmocka_unit_test(ordinals_past_the_room_given_are_not_counted),
	    cmocka_unit_test(a_unit_taken_over_by_another_row_stays_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
