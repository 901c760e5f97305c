/* SPDX-License-Identifier: ISC */
/*
 * stock_test - what a collection offers follows its tables, at any size, and
 * every allocation on the way fails once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/query/completing.h"
#include "../../src/query/ngrams.h"
#include "../fuse.h"

enum { NAME, CITY, SECRET, COLUMNS };

static const struct ecs_field fields[COLUMNS] = {
    {.name = "name", .type = ECS_TEXT, .completes = true, .column = NAME},
    {.name = "city", .type = ECS_KEYWORD, .facet = true, .column = CITY},
    {.name = "secret",
	.type = ECS_KEYWORD,
	.facet = true,
	.is_private = true,
	.column = SECRET},
};
static const struct ecs_collection collection = {.name = "things",
    .fields = fields,
    .nfields = COLUMNS,
    .title = &fields[NAME]};

struct desk {
	struct ecs_words *words;
	struct ecs_analyzer *analyzer;
	struct ecs_table *table;
	struct ecs_source source;
};

static int
set_up(void **state)
{
	static const struct ecs_column_spec specs[COLUMNS] = {
	    {"name", ECS_COLUMN_TEXT}, {"city", ECS_COLUMN_TEXT},
	    {"secret", ECS_COLUMN_TEXT}};
	struct desk *desk = calloc(1, sizeof(*desk));
	struct ecs_err err = {0};

	*state = desk;
	desk->words = ecs_words_new(NULL, &err);
	desk->analyzer = ecs_analyzer_new(desk->words, &err);
	desk->table = ecs_table_new(specs, COLUMNS, 0, NULL, NULL, &err);
	desk->source.collection = &collection;
	desk->source.table = desk->table;
	return desk->table == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	struct desk *desk = *state;

	ecs_table_unref(desk->table);
	ecs_analyzer_free(desk->analyzer);
	ecs_words_free(desk->words);
	free(desk);
	return 0;
}

static void
seal(struct desk *desk, struct ecs_draft *draft)
{
	struct ecs_err err = {0};

	ecs_table_unref(desk->table);
	desk->table = ecs_draft_seal(draft, &err);
	assert_non_null(desk->table);
	desk->source.table = desk->table;
}

static void
put_row(struct ecs_draft *draft, uint32_t row, const char *name)
{
	struct ecs_column_value values[COLUMNS] = {
	    {.column = NAME, .text = name, .len = strlen(name)},
	    {.column = CITY, .text = row % 2 ? "Gent" : "Brugge"},
	    {.column = SECRET, .text = "hidden", .len = 6}};
	struct ecs_err err = {0};

	values[CITY].len = strlen(values[CITY].text);
	assert_true(
	    ecs_draft_put(draft, row, row + 1, 1, NULL, values, COLUMNS, &err));
}

/* Rows from .. to - 1 are called "thing N". */
static void
put_rows(struct desk *desk, uint32_t from, uint32_t to)
{
	struct ecs_err err = {0};
	struct ecs_draft *draft = ecs_draft_new(desk->table, &err);

	for (uint32_t row = from; row < to; row++) {
		char name[32];

		snprintf(name, sizeof(name), "thing %u", row);
		put_row(draft, row, name);
	}
	seal(desk, draft);
}

static void
change_row(struct desk *desk, uint32_t row, const char *name)
{
	struct ecs_err err = {0};
	struct ecs_draft *draft = ecs_draft_new(desk->table, &err);

	if (name == NULL)
		assert_true(ecs_draft_remove(draft, row, &err));
	else
		put_row(draft, row, name);
	seal(desk, draft);
}

static struct stock *
next_stock(struct desk *desk, struct stock *last)
{
	struct ecs_err err = {0};
	struct stock *stock =
	    ecs_stock_new(&desk->source, last, desk->analyzer, &err);

	assert_non_null(stock);
	ecs_stock_unref(last);
	return stock;
}

struct looking {
	const struct stock_field *field;
	uint32_t from;
	uint32_t rows;
	uint32_t last; /* row */
};

static void
look(void *user, const struct completion *completion)
{
	struct looking *in = user;
	uint32_t ordinal = in->from + completion->text;

	for (uint32_t i = in->field->first[ordinal];
	     i < in->field->first[ordinal + 1]; i++) {
		in->rows++;
		in->last = in->field->rows[i];
	}
}

/* How many rows have a name begun by q; *row is the last of them. */
static uint32_t
find(const struct desk *desk, const struct stock *stock, const char *q,
    uint32_t *row)
{
	struct looking looking = {.field = &stock->fields[NAME]};
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_err err = {0};
	struct typed typed;

	ecs_typed_read(arena, desk->analyzer, q, &typed, &err);
	for (size_t i = 0; i < looking.field->nparts; i++) {
		looking.from = looking.field->parts[i].from;
		ecs_completer_find(
		    looking.field->parts[i].completer, &typed, look, &looking);
	}
	ecs_arena_free(arena);
	*row = looking.last;
	return looking.rows;
}

static void
names_come_change_and_go_with_their_rows(void **state)
{
	struct desk *desk = *state;
	struct stock *stock;
	uint32_t row;

	put_rows(desk, 0, 10);
	stock = next_stock(desk, NULL);
	assert_int_equal(find(desk, stock, "thing", &row), 10);
	assert_int_equal(find(desk, stock, "7 thi", &row), 1);
	assert_int_equal(row, 7);
	change_row(desk, 7, "renamed");
	stock = next_stock(desk, stock);
	assert_int_equal(find(desk, stock, "7 thi", &row), 0);
	assert_int_equal(find(desk, stock, "rena", &row), 1);
	assert_int_equal(row, 7);
	change_row(desk, 7, NULL);
	stock = next_stock(desk, stock);
	assert_int_equal(find(desk, stock, "rena", &row), 0);
	/* Another row takes a name that was there before. */
	change_row(desk, 3, "renamed");
	stock = next_stock(desk, stock);
	assert_int_equal(find(desk, stock, "rena", &row), 1);
	assert_int_equal(row, 3);
	ecs_stock_unref(stock);
}

static void
names_that_come_one_by_one_are_kept_in_few_parts(void **state)
{
	struct desk *desk = *state;
	struct stock *stock = NULL;
	uint32_t row;

	for (uint32_t n = 1; n < 300; n++) {
		put_rows(desk, n - 1, n);
		stock = next_stock(desk, stock);
		assert_int_equal(find(desk, stock, "thing", &row), n);
		assert_in_range(stock->fields[NAME].nparts, 1, 5);
	}
	ecs_stock_unref(stock);
}

static void
a_table_of_another_family_begins_anew(void **state)
{
	struct desk *desk = *state;
	struct desk *other;
	struct stock *stock;
	uint32_t row;

	put_rows(desk, 0, 50);
	stock = next_stock(desk, NULL);
	set_up((void **)&other);
	put_rows(other, 90, 95);
	stock = next_stock(other, stock);
	assert_int_equal(find(other, stock, "thing", &row), 5);
	ecs_stock_unref(stock);
	tear_down((void **)&other);
}

static void
values_are_counted_and_private_fields_offer_nothing(void **state)
{
	struct desk *desk = *state;
	struct ecs_err err = {0};
	struct stock *stock;
	struct ecs_bitmap *rows = ecs_bitmap_new(10);
	uint32_t *counts;

	put_rows(desk, 0, 5);
	stock = next_stock(desk, NULL);
	assert_int_equal(stock->nfields, 2);
	assert_ptr_equal(stock->fields[CITY].field, &fields[CITY]);
	assert_int_equal(stock->fields[CITY].counts[0], 3);
	assert_int_equal(stock->fields[CITY].counts[1], 2);
	ecs_bitmap_set(rows, 1);
	counts = ecs_stock_count(stock, &stock->fields[CITY], rows, &err);
	assert_int_equal(counts[0], 0);
	assert_int_equal(counts[1], 1);
	free(counts);
	ecs_bitmap_free(rows);
	ecs_stock_unref(stock);
}

static void
a_stock_is_made_or_refused_for_memory(void **state)
{
	struct desk *desk = *state;
	unsigned long before = fuse_failures();
	struct stock *stock = NULL;
	struct stock *first;

	put_rows(desk, 0, 40);
	first = next_stock(desk, NULL);
	put_rows(desk, 40, 45);
	UNTIL_IT_WORKS((stock = ecs_stock_new(&desk->source, first,
			    desk->analyzer, &err)) != NULL);
	assert_true(fuse_failures() - before > 10);
	ecs_stock_unref(stock);
	ecs_stock_unref(first);
}

/* Five documents with a phrase, read twice. */
static bool
find_phrase(struct ngrams *ngrams, struct ecs_err *err)
{
	static const char text[] = "The critical infrastructure, alpha beta.";
	struct ngram_phrase *list = NULL;
	size_t n = 0;

	for (int i = 0; i < 2 * LEAST_DOCUMENTS; i++) {
		if (i == LEAST_DOCUMENTS && !ecs_ngrams_turn(ngrams, err))
			return false;
		ecs_ngrams_document(ngrams, 0);
		if (!ecs_ngrams_text(ngrams, text, sizeof(text) - 1, err))
			return false;
	}
	list = ecs_ngrams_phrases(ngrams, &n, err);
	free(list);
	return list != NULL;
}

static bool
find_phrase_anew(void *user, struct ecs_err *err)
{
	const struct desk *desk = user;
	struct ngrams *ngrams = ecs_ngrams_new(desk->analyzer, 64, err);
	bool ok = ngrams != NULL && find_phrase(ngrams, err);

	ecs_ngrams_free(ngrams);
	return ok;
}

static void
phrases_are_found_or_refused_for_memory(void **state)
{
	assert_true(fuse_each(find_phrase_anew, *state) > 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		names_come_change_and_go_with_their_rows, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		names_that_come_one_by_one_are_kept_in_few_parts, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(
		a_table_of_another_family_begins_anew, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		values_are_counted_and_private_fields_offer_nothing, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(
		a_stock_is_made_or_refused_for_memory, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		phrases_are_found_or_refused_for_memory, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
