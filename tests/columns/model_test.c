/* SPDX-License-Identifier: ISC */
/*
 * model_test - tables against the plainest implementation there can be.
 *
 * Seeded random puts, removals and seals; after each seal every answer is
 * compared with the model's, and so are those of tables kept from before.
 * Values are drawn from small sets, so that the model is indexed by them.
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

enum { ROWS = 3 * ECS_BLOCK, UNITS = 8 * ECS_BLOCK, VALUES = 40, KEPT = 3 };
enum { KIND, TAGS, YEAR, PLACE, COLUMNS }; /* single, multi, number, geo */
enum { LENGTHS = 2, MOST_UNITS = 3 };

static const struct ecs_column_spec specs[COLUMNS] = {
    {"kind", ECS_COLUMN_TEXT},
    {"tags", ECS_COLUMN_COLLATED},
    {"year", ECS_COLUMN_NUMBER},
    {"place", ECS_COLUMN_GEO},
};

struct model_row {
	bool live;
	uint32_t first, units;
	uint32_t lengths[MOST_UNITS * LENGTHS];
	uint64_t values[PLACE]; /* bit v: has value v */
	bool placed;
	double lat, lon;
};

struct model {
	struct model_row rows[ROWS];
	uint32_t next_unit;
};

static uint64_t
dice(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static bool
same_key(void *user, const char *text, size_t len, struct ecs_buf *key)
{
	(void)user;
	ecs_buf_add(key, text, len);
	return true;
}

static const char *
value_text(uint32_t value)
{
	static char text[VALUES][16];

	snprintf(text[value], sizeof(text[value]), "value %u", value);
	return text[value];
}

static uint32_t
find_value(const struct ecs_table *table, size_t column, uint32_t value)
{
	const char *text = value_text(value);

	if (column == YEAR)
		return ecs_column_find_number(table, column, value - 20.0);
	return ecs_column_find_text(table, column, text, strlen(text));
}

/* Add a value to what is put and to the model. */
static void
add_value(struct model_row *row, struct ecs_column_value *value,
    uint16_t column, uint32_t number)
{
	*value = (struct ecs_column_value){.column = column};
	if (column == YEAR)
		value->number = number - 20.0;
	else {
		value->text = value_text(number);
		value->len = strlen(value->text);
	}
	row->values[column] |= UINT64_C(1) << number;
}

static size_t
draw_values(
    struct model_row *row, struct ecs_column_value *values, uint64_t *seed)
{
	size_t count = 0;
	uint64_t tags = dice(seed) % 6;

	memset(row->values, 0, sizeof(row->values));
	while (tags-- > 0) /* the same one twice now and then */
		add_value(row, &values[count++], TAGS, dice(seed) % VALUES);
	if (dice(seed) % 4 != 0)
		add_value(row, &values[count++], KIND, dice(seed) % 5);
	if (dice(seed) % 3 == 0)
		add_value(row, &values[count++], YEAR, dice(seed) % VALUES);
	row->placed = dice(seed) % 2 == 0;
	if (row->placed) {
		row->lat = (double)(dice(seed) % 90);
		row->lon = (double)(dice(seed) % 180);
		values[count++] = (struct ecs_column_value){
		    .column = PLACE, .number = row->lat, .lon = row->lon};
	}
	return count;
}

static void
put_one(struct model *model, struct ecs_draft *draft, uint32_t number,
    uint64_t *seed)
{
	struct model_row *row = &model->rows[number];
	struct ecs_column_value values[16];
	struct ecs_err err = {0};
	uint32_t i, first, units;
	size_t count;

	ecs_draft_units(draft, number, &first, &units);
	assert_int_equal(units, row->live ? row->units : 0);
	if (!row->live || dice(seed) % 2 == 0) {
		row->units = (uint32_t)(dice(seed) % (MOST_UNITS + 1));
		row->first = model->next_unit;
		model->next_unit += row->units;
	}
	for (i = 0; i < row->units * LENGTHS; i++)
		row->lengths[i] = (uint32_t)(dice(seed) % 5 * 20000);
	row->live = true;
	count = draw_values(row, values, seed);
	assert_true(ecs_draft_put(draft, number, row->first, row->units,
	    row->lengths, values, count, &err));
}

static void
step(struct model *model, struct ecs_draft *draft, uint32_t limit,
    uint64_t *seed)
{
	uint32_t number = (uint32_t)(dice(seed) % limit);
	struct ecs_err err = {0};

	if (dice(seed) % 4 != 0 && model->next_unit + MOST_UNITS < UNITS) {
		put_one(model, draft, number, seed);
		return;
	}
	assert_true(ecs_draft_remove(draft, number, &err));
	memset(&model->rows[number], 0, sizeof(model->rows[number]));
}

static void
check_row(
    const struct ecs_table *table, const struct model_row *row, uint32_t number)
{
	const uint32_t *ordinals = NULL;
	uint32_t first, units, count, i, value;
	double lat, lon;
	size_t column;

	assert_int_equal(
	    ecs_bitmap_test(ecs_table_live(table), number), row->live);
	ecs_table_row_units(table, number, &first, &units);
	assert_int_equal(units, row->units);
	assert_int_equal(first, row->units > 0 ? row->first : 0);
	assert_int_equal(
	    ecs_column_geo(table, PLACE, number, &lat, &lon), row->placed);
	if (row->placed)
		assert_true(lat == row->lat && lon == row->lon);
	for (column = 0; column < PLACE; column++) {
		uint64_t got = 0;

		count = ecs_column_row(table, column, number, &ordinals);
		for (i = 1; i < count; i++)
			assert_true(ordinals[i - 1] < ordinals[i]);
		for (value = 0; value < VALUES; value++) {
			uint32_t ordinal = find_value(table, column, value);

			for (i = 0; i < count; i++) {
				if (ordinals[i] == ordinal)
					got |= UINT64_C(1) << value;
			}
		}
		assert_true(got == row->values[column]);
		assert_int_equal(count, __builtin_popcountll(got));
	}
}

static void
check_units(const struct ecs_table *table, const struct model *model)
{
	const struct ecs_unit_block *const *blocks =
	    ecs_table_unit_blocks(table);
	uint32_t limit = ecs_table_unit_limit(table);
	uint32_t *owners = calloc(UNITS, sizeof(*owners));
	uint64_t words[LENGTHS] = {0}, having[LENGTHS] = {0};
	uint32_t row, i, field, live = 0, last = 0;

	assert_non_null(owners);
	memset(owners, 0xff, UNITS * sizeof(*owners));
	for (row = 0; row < ROWS; row++) {
		const struct model_row *each = &model->rows[row];

		for (i = 0; i < each->units; i++) {
			uint32_t unit = each->first + i;

			owners[unit] = row;
			live++;
			last = unit + 1 > last ? unit + 1 : last;
			for (field = 0; field < LENGTHS; field++) {
				uint32_t length =
				    each->lengths[i * LENGTHS + field];

				length = length > 65535 ? 65535 : length;
				words[field] += length;
				having[field] += length > 0;
				assert_int_equal(
				    blocks[unit >> 12]
					->length[(unit & 4095) * LENGTHS +
					    field],
				    length);
			}
		}
	}
	assert_int_equal(ecs_table_units(table), live);
	assert_int_equal(limit, last);
	for (i = 0; i < limit; i++) {
		const struct ecs_unit_block *block = blocks[i >> 12];

		assert_int_equal(
		    block == NULL ? UINT32_MAX : block->row[i & 4095],
		    owners[i]);
	}
	for (field = 0; field < LENGTHS; field++)
		assert_true(fabs(ecs_table_mean_length(table, field) -
				(having[field] > 0
					? (double)words[field] / having[field]
					: 0.0)) < 1e-9);
	free(owners);
}

static void
check_count(const struct ecs_table *table, const struct model *model,
    size_t column, const struct ecs_bitmap *docs)
{
	uint32_t cardinality = ecs_column_cardinality(table, column);
	uint32_t *counts = calloc(cardinality + 1, sizeof(*counts));
	uint32_t want[VALUES] = {0};
	uint32_t row, value, missing = 0, none = 0;

	assert_non_null(counts);
	ecs_column_count(table, column, docs, counts, cardinality, &missing);
	for (row = 0; row < ROWS; row++) {
		const struct model_row *each = &model->rows[row];

		if (!each->live || !ecs_bitmap_test(docs, row))
			continue;
		none +=
		    column == PLACE ? !each->placed : each->values[column] == 0;
		for (value = 0; column != PLACE && value < VALUES; value++)
			want[value] += each->values[column] >> value & 1;
	}
	assert_int_equal(missing, none);
	for (value = 0; column != PLACE && value < VALUES; value++) {
		uint32_t ordinal = find_value(table, column, value);

		assert_int_equal(
		    ordinal == ECS_NO_ORDINAL ? 0 : counts[ordinal],
		    want[value]);
	}
	free(counts);
}

/* Select the first few values, as many as width, and whatever is present. */
static void
check_select(const struct ecs_table *table, const struct model *model,
    size_t column, uint32_t width)
{
	uint32_t limit = ecs_table_limit(table);
	struct ecs_bitmap *wanted =
	    ecs_bitmap_new(ecs_column_cardinality(table, column));
	struct ecs_bitmap *chosen = ecs_bitmap_new(limit);
	struct ecs_bitmap *present = ecs_bitmap_new(limit);
	uint64_t mask = (UINT64_C(1) << width) - 1;
	uint32_t row, value;

	for (value = 0; value < width; value++) {
		uint32_t ordinal = find_value(table, column, value);

		if (ordinal != ECS_NO_ORDINAL)
			ecs_bitmap_set(wanted, ordinal);
	}
	ecs_column_select(table, column, wanted, chosen);
	ecs_column_present(table, column, present);
	for (row = 0; row < ROWS; row++) {
		uint64_t values = model->rows[row].values[column];

		assert_int_equal(
		    ecs_bitmap_test(chosen, row), (values & mask) != 0);
		assert_int_equal(ecs_bitmap_test(present, row), values != 0);
	}
	ecs_bitmap_free(wanted);
	ecs_bitmap_free(chosen);
	ecs_bitmap_free(present);
}

static void
check_table(
    const struct ecs_table *table, const struct model *model, uint64_t *seed)
{
	struct ecs_bitmap *some = ecs_bitmap_new(ROWS + 100);
	uint32_t row, live = 0, limit = 0;
	size_t column;

	for (row = 0; row < ROWS; row++) {
		live += model->rows[row].live;
		limit = model->rows[row].live ? row + 1 : limit;
		if (row % 512 < 128 || dice(seed) % 8 == 0)
			ecs_bitmap_set(some, row);
		if (model->rows[row].live ? row % 7 == 0 : row % 97 == 0)
			check_row(table, &model->rows[row], row);
	}
	assert_int_equal(ecs_table_rows(table), live);
	assert_int_equal(ecs_bitmap_count(ecs_table_live(table)), live);
	assert_int_equal(ecs_table_limit(table), limit);
	check_units(table, model);
	for (column = 0; column < COLUMNS; column++) {
		check_count(table, model, column, ecs_table_live(table));
		check_count(table, model, column, some);
	}
	for (column = 0; column < PLACE; column++) {
		check_select(table, model, column, 0);
		check_select(table, model, column, 1);
		check_select(table, model, column, 13);
	}
	ecs_bitmap_free(some);
}

/* Rounds of some steps each; KEPT tables and models are kept and rechecked. */
static void
run(uint64_t seed, uint32_t rounds, uint32_t steps, uint32_t limit)
{
	struct ecs_table *kept[KEPT] = {0};
	struct model *models = calloc(KEPT + 1, sizeof(*models));
	struct model *now = &models[KEPT];
	struct ecs_err err = {0};
	struct ecs_table *table, *next;
	uint32_t round, i;

	assert_non_null(models);
	table = ecs_table_new(specs, COLUMNS, LENGTHS, same_key, NULL, &err);
	assert_non_null(table);
	for (round = 0; round < rounds; round++) {
		struct ecs_draft *draft = ecs_draft_new(table, &err);

		for (i = 0; i < steps; i++)
			step(now, draft, limit, &seed);
		next = ecs_draft_seal(draft, &err);
		assert_non_null(next);
		check_table(next, now, &seed);
		ecs_table_unref(kept[round % KEPT]);
		kept[round % KEPT] = table;
		table = next;
		memcpy(&models[(round + 1) % KEPT], now, sizeof(*now));
		if (round > 0) /* the one before, unchanged by this round */
			check_table(
			    kept[round % KEPT], &models[round % KEPT], &seed);
	}
	for (i = 0; i < KEPT; i++)
		ecs_table_unref(kept[i]);
	ecs_table_unref(table);
	free(models);
}

static void
large_drafts_over_several_blocks_equal_the_model(void **state)
{
	(void)state;
	run(UINT64_C(0x5eed1), 4, 3000, ROWS);
}

static void
small_drafts_equal_the_model_and_leave_old_tables_alone(void **state)
{
	(void)state;
	run(UINT64_C(0x5eed2), 30, 40, ROWS);
}

static void
a_row_put_again_and_again_equals_the_model(void **state)
{
	(void)state;
	run(UINT64_C(0x5eed3), 6, 1500, 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(large_drafts_over_several_blocks_equal_the_model),
	    cmocka_unit_test(
		small_drafts_equal_the_model_and_leave_old_tables_alone),
	    cmocka_unit_test(a_row_put_again_and_again_equals_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
