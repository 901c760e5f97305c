/* SPDX-License-Identifier: ISC */
/*
 * columns_bench - nanoseconds a row for counting and selecting.
 *
 * Not a test: machines differ.  Each figure stands beside its ratio to a plain
 * walk over an array of as many ordinals in the same run, and a ratio is what
 * to compare.  Built by `make tests/bench/columns_bench` alone.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ecsearch/columns.h"
#include "ecsearch/err.h"

enum { ROWS = 1000000, VALUES = 100, REPEATS = 7 };
enum { SINGLE, MULTI, COLUMNS };

static const struct ecs_column_spec specs[COLUMNS] = {
    {"single", ECS_COLUMN_NUMBER}, {"multi", ECS_COLUMN_NUMBER}};

static uint64_t
dice(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* One value, skewed as facets are, and three more. */
static struct ecs_table *
load(uint64_t *seed, struct ecs_err *err)
{
	struct ecs_table *empty =
	    ecs_table_new(specs, COLUMNS, 1, NULL, NULL, err);
	struct ecs_draft *draft = empty ? ecs_draft_new(empty, err) : NULL;
	uint32_t row, i, length = 200;

	for (row = 0; draft != NULL && row < ROWS; row++) {
		struct ecs_column_value values[4] = {{.column = SINGLE}};

		values[0].number =
		    (double)(dice(seed) % (1 + dice(seed) % VALUES));
		for (i = 1; i < 4; i++) {
			values[i].column = MULTI;
			values[i].number = (double)(dice(seed) % VALUES);
		}
		if (!ecs_draft_put(
			draft, row, row + 1, 1, &length, values, 4, err))
			break;
	}
	ecs_table_unref(empty);
	return draft == NULL ? NULL : ecs_draft_seal(draft, err);
}

static double
plain_walk(const struct ecs_table *table)
{
	uint32_t *array = malloc(ROWS * sizeof(*array));
	uint32_t counts[VALUES] = {0};
	const uint32_t *ordinals = NULL;
	double start, best = 1e18;
	uint32_t i, repeat;

	if (array == NULL)
		return 1;
	for (i = 0; i < ROWS; i++) {
		ecs_column_row(table, SINGLE, i, &ordinals);
		array[i] = ordinals[0];
	}
	for (repeat = 0; repeat < REPEATS; repeat++) {
		start = now();
		for (i = 0; i < ROWS; i++)
			((volatile uint32_t *)counts)[array[i]]++;
		if (now() - start < best)
			best = now() - start;
	}
	free(array);
	return best / ROWS;
}

static void
report(
    const char *what, uint32_t percent, double best, double rows, double plain)
{
	printf("%-14s %3u %%  %8.3f ms  %6.2f ns/row  %5.2f x plain\n", what,
	    percent, best / 1e6, best / rows, best / rows / plain);
}

static void
bench_count(const struct ecs_table *table, size_t column, uint32_t percent,
    uint64_t *seed, double plain)
{
	struct ecs_bitmap *docs = ecs_bitmap_new(ROWS);
	uint32_t counts[VALUES] = {0};
	double start, best = 1e18;
	uint32_t i, missing;

	for (i = 0; docs != NULL && i < ROWS; i++) {
		if (dice(seed) % 100 < percent)
			ecs_bitmap_set(docs, i);
	}
	for (i = 0; docs != NULL && i < REPEATS; i++) {
		start = now();
		ecs_column_count(table, column, docs, counts, VALUES, &missing);
		if (now() - start < best)
			best = now() - start;
	}
	report(column == SINGLE ? "count single" : "count multi", percent, best,
	    docs == NULL ? 1 : ecs_bitmap_count(docs), plain);
	ecs_bitmap_free(docs);
}

static void
bench_select(const struct ecs_table *table, size_t column, uint32_t percent,
    double plain)
{
	struct ecs_bitmap *docs = ecs_bitmap_new(ROWS);
	struct ecs_bitmap *wanted = ecs_bitmap_new(VALUES);
	double start, best = 1e18;
	uint32_t i;

	for (i = 0; wanted != NULL && i < percent; i++)
		ecs_bitmap_set(wanted, i);
	for (i = 0; docs != NULL && wanted != NULL && i < REPEATS; i++) {
		start = now();
		ecs_column_select(table, column, wanted, docs);
		if (now() - start < best)
			best = now() - start;
	}
	report(column == SINGLE ? "select single" : "select multi", percent,
	    best, ROWS, plain);
	ecs_bitmap_free(docs);
	ecs_bitmap_free(wanted);
}

/* What a commit of few rows costs: draft, ten puts, seal. */
static void
bench_draft(struct ecs_table *table, struct ecs_err *err)
{
	const struct ecs_column_value value = {.column = SINGLE, .number = 5};
	uint32_t i, length = 100;
	double start = now();
	struct ecs_draft *draft = ecs_draft_new(table, err);

	for (i = 0; draft != NULL && i < 10; i++) {
		if (!ecs_draft_put(draft, i * 99991, i * 99991 + 1, 1, &length,
			&value, 1, err))
			break;
	}
	if (draft != NULL)
		ecs_table_unref(ecs_draft_seal(draft, err));
	printf("draft of ten scattered rows: %.3f ms\n", (now() - start) / 1e6);
}

int
main(void)
{
	static const uint32_t percents[] = {1, 10, 50, 100};
	uint64_t seed = UINT64_C(0xb0b);
	struct ecs_err err = {0};
	double start = now(), loaded, plain;
	struct ecs_table *table = load(&seed, &err);
	size_t i, column;

	if (table == NULL) {
		fprintf(stderr, "columns_bench: %s\n", err.text);
		return 1;
	}
	loaded = now() - start;
	plain = plain_walk(table);
	printf("load: %.0f ns/row; memory: %.1f bytes/row; plain walk: "
	       "%.2f ns/row\n",
	    loaded / ROWS, (double)ecs_table_bytes(table) / ROWS, plain);
	for (column = 0; column < COLUMNS; column++) {
		for (i = 0; i < 4; i++)
			bench_count(table, column, percents[i], &seed, plain);
		for (i = 0; i < 3; i++)
			bench_select(table, column, percents[i], plain);
	}
	bench_draft(table, &err);
	ecs_table_unref(table);
	return err.status != 0;
}
