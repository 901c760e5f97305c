/* SPDX-License-Identifier: ISC */
/*
 * draft - the next table while it is written: copy what changes, share the
 * rest.
 *
 * A put first turns its values into ordinals, then opens every block it will
 * touch, and only then changes them: until that point it may fail and the draft
 * is as it was, after it nothing can fail.  A column whose values stay the same
 * is not touched at all.
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"

#include "table.h"

/* So many values a row may have before any memory is asked for. */
enum { FEW = 32 };

/* One value of the row being put: where it goes, then which it is. */
struct entry {
	uint32_t column;
	uint32_t ordinal; /* GEO: which of the values */
};

struct ecs_draft {
	struct ecs_table *base; /* held, so that a shared block stays shared */
	struct ecs_table *next;
	struct entry *entries;
	uint32_t *ordinals; /* of the entries, in the same order */
	size_t room;        /* of both */
	size_t count;
};

/* What a put or remove wants to be so. */
struct change {
	uint32_t row;
	uint32_t first;
	uint32_t units;
	const struct ecs_column_value *values;
};

static bool
entries_reserve(struct ecs_draft *draft, size_t count)
{
	struct entry *entries;
	uint32_t *ordinals;

	if (count <= draft->room)
		return true;
	entries = realloc(draft->entries, count * 2 * sizeof(*entries));
	if (entries == NULL)
		return false;
	draft->entries = entries;
	ordinals = realloc(draft->ordinals, count * 2 * sizeof(*ordinals));
	if (ordinals == NULL)
		return false;
	draft->ordinals = ordinals;
	draft->room = count * 2;
	return true;
}

struct ecs_draft *
ecs_draft_new(struct ecs_table *table, struct ecs_err *err)
{
	struct ecs_draft *draft = calloc(1, sizeof(*draft));

	if (draft == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	draft->base = ecs_table_ref(table);
	draft->next = ecs_table_derive(table);
	if (draft->next == NULL || !entries_reserve(draft, FEW)) {
		ecs_err_memory(err);
		ecs_draft_free(draft);
		return NULL;
	}
	return draft;
}

void
ecs_draft_free(struct ecs_draft *draft)
{
	if (draft == NULL)
		return;
	ecs_table_unref(draft->next);
	ecs_table_unref(draft->base);
	free(draft->entries);
	free(draft->ordinals);
	free(draft);
}

void
ecs_draft_units(const struct ecs_draft *draft, uint32_t row,
    uint32_t *first_unit, uint32_t *units)
{
	ecs_table_row_units(draft->next, row, first_unit, units);
}

static bool
check_value(const struct column *column, const struct ecs_column_value *value,
    struct ecs_err *err)
{
	if (column->kind == ECS_COLUMN_NUMBER && isnan(value->number))
		return ecs_err_set(
		    err, 422, "bad_value", "%s: not a number", column->name);
	if (column->kind == ECS_COLUMN_GEO &&
	    (!isfinite(value->number) || !isfinite(value->lon)))
		return ecs_err_set(err, 422, "bad_value",
		    "%s: a coordinate is not a number", column->name);
	return true;
}

static uint32_t
ordinal_of(const struct column *column, const struct ecs_column_value *value)
{
	if (column->kind == ECS_COLUMN_NUMBER)
		return ecs_dictionary_add_number(column->dict, value->number);
	return ecs_dictionary_add_text(
	    column->dict, value->len > 0 ? value->text : "", value->len);
}

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

/* By column, then ordinal; each once.  Most rows come nearly in order. */
static void
sort_entries(struct ecs_draft *draft)
{
	struct entry *entries = draft->entries;
	size_t i, j, kept = 0;

	if (draft->count > 64)
		qsort(entries, draft->count, sizeof(*entries), compare_entries);
	for (i = 1; i < draft->count; i++) {
		struct entry entry = entries[i];

		for (j = i;
		     j > 0 && compare_entries(&entries[j - 1], &entry) > 0; j--)
			entries[j] = entries[j - 1];
		entries[j] = entry;
	}
	for (i = 0; i < draft->count; i++) {
		if (i > 0 &&
		    compare_entries(&entries[kept - 1], &entries[i]) == 0)
			continue;
		entries[kept] = entries[i];
		draft->ordinals[kept++] = entries[i].ordinal;
	}
	draft->count = kept;
}

/* Turn the values of a row into entries. */
static bool
resolve(struct ecs_draft *draft, const struct ecs_column_value *values,
    size_t count, struct ecs_err *err)
{
	const struct family *family = draft->next->family;
	size_t i;

	draft->count = 0;
	if (!entries_reserve(draft, count))
		return ecs_err_memory(err);
	for (i = 0; i < count; i++) {
		const struct column *column =
		    &family->columns[values[i].column];
		uint32_t ordinal = (uint32_t)i;

		assert(values[i].column < family->ncolumns);
		if (!check_value(column, &values[i], err))
			return false;
		if (column->kind != ECS_COLUMN_GEO)
			ordinal = ordinal_of(column, &values[i]);
		if (ordinal == ECS_NO_ORDINAL)
			return ecs_err_memory(err);
		draft->entries[i].column = values[i].column;
		draft->entries[i].ordinal = ordinal;
	}
	draft->count = count;
	sort_entries(draft);
	return true;
}

/* How many entries from the first on belong to a column. */
static uint32_t
run_of(const struct ecs_draft *draft, size_t first, size_t column)
{
	size_t i = first;

	while (i < draft->count && draft->entries[i].column == column)
		i++;
	return (uint32_t)(i - first);
}

/* The place a row has among its entries: the last given. */
static struct place
place_of(const struct ecs_draft *draft, const struct change *change,
    size_t first, uint32_t count)
{
	const struct ecs_column_value *value =
	    &change->values[draft->ordinals[first + count - 1]];

	return (struct place){.lat = value->number, .lon = value->lon};
}

/* Whether a column's values for the row are already those. */
static bool
same(const struct ecs_draft *draft, const struct change *change, size_t column,
    size_t first, uint32_t count)
{
	const struct block *block =
	    table_block(draft->next, column, change->row);
	uint32_t row = change->row & BLOCK_MASK;
	const uint32_t *old = NULL;
	struct place place;

	if (block == NULL || !block_has(block, row))
		return count == 0;
	if (count == 0)
		return false;
	if (block->form == BLOCK_GEO) {
		place = place_of(draft, change, first, count);
		return place.lat == block->places[row].lat &&
		    place.lon == block->places[row].lon;
	}
	return ecs_block_row(block, row, &old) == count &&
	    memcmp(old, draft->ordinals + first, count * sizeof(*old)) == 0;
}

static bool
open_columns(struct ecs_draft *draft, const struct change *change)
{
	const struct family *family = draft->next->family;
	size_t i = change->row >> BLOCK_SHIFT;
	size_t column, first = 0;

	for (column = 0; column < family->ncolumns; column++) {
		bool geo = family->columns[column].kind == ECS_COLUMN_GEO;
		uint32_t count = run_of(draft, first, column);

		if (!same(draft, change, column, first, count) &&
		    !ecs_block_open(
			&draft->next->columns[column][i], geo, count))
			return false;
		first += count;
	}
	return true;
}

static void
put_column(struct ecs_draft *draft, const struct change *change, size_t column,
    size_t first, uint32_t count)
{
	struct block *block = table_block(draft->next, column, change->row);
	uint32_t row = change->row & BLOCK_MASK;
	struct place place;

	if (block->form != BLOCK_GEO) {
		ecs_block_put(block, row, draft->ordinals + first, count);
		return;
	}
	if (count > 0)
		place = place_of(draft, change, first, count);
	ecs_block_put_place(block, row, count > 0 ? &place : NULL);
}

static void
put_columns(struct ecs_draft *draft, const struct change *change)
{
	size_t column, first = 0;

	for (column = 0; column < draft->next->family->ncolumns; column++) {
		uint32_t count = run_of(draft, first, column);

		if (!same(draft, change, column, first, count))
			put_column(draft, change, column, first, count);
		first += count;
	}
}

/* All that may fail: afterwards every block to be changed is the draft's. */
static bool
open_all(struct ecs_draft *draft, const struct change *change)
{
	struct ecs_table *next = draft->next;
	uint32_t first, units;

	if (!ecs_table_grow(next, (uint64_t)change->row + 1,
		(uint64_t)change->first + change->units))
		return false;
	ecs_table_row_units(next, change->row, &first, &units);
	return ecs_spans_open(&next->spans[change->row >> BLOCK_SHIFT]) &&
	    ecs_units_open(next, first, units) &&
	    ecs_units_open(next, change->first, change->units) &&
	    open_columns(draft, change);
}

bool
ecs_draft_put(struct ecs_draft *draft, uint32_t row, uint32_t first_unit,
    uint32_t units, const uint32_t *lengths,
    const struct ecs_column_value *values, size_t nvalues, struct ecs_err *err)
{
	struct change change = {
	    .row = row, .first = first_unit, .units = units, .values = values};
	struct ecs_table *next = draft->next;

	assert(row != UINT32_MAX && units <= UINT32_MAX - first_unit);
	if (!resolve(draft, values, nvalues, err))
		return false;
	if (!open_all(draft, &change))
		return ecs_err_memory(err);
	ecs_units_put(next, row, first_unit, units, lengths);
	put_columns(draft, &change);
	next->rows += !ecs_bitmap_test(next->live, row);
	ecs_bitmap_set(next->live, row);
	if (row >= next->limit)
		next->limit = row + 1;
	return true;
}

bool
ecs_draft_remove(struct ecs_draft *draft, uint32_t row, struct ecs_err *err)
{
	struct change change = {.row = row};
	struct ecs_table *next = draft->next;

	if (!ecs_bitmap_test(next->live, row))
		return true;
	draft->count = 0;
	if (!open_all(draft, &change))
		return ecs_err_memory(err);
	ecs_units_put(next, row, 0, 0, NULL);
	put_columns(draft, &change);
	ecs_bitmap_clear(next->live, row);
	next->rows--;
	return true;
}

static uint32_t
last_row(const struct ecs_table *table)
{
	uint32_t limit = table->limit;

	while (limit > 0 && !ecs_bitmap_test(table->live, limit - 1))
		limit--;
	return limit;
}

static bool
seal_blocks(struct ecs_table *next)
{
	size_t i, column;

	for (column = 0; column < next->family->ncolumns; column++) {
		for (i = 0; i < next->row_room; i++) {
			if (!ecs_block_seal(&next->columns[column][i]))
				return false;
		}
	}
	for (i = 0; i < next->row_room; i++) {
		if (next->spans[i] != NULL && next->spans[i]->open)
			next->spans[i]->open = false;
	}
	for (i = 0; i < next->unit_room; i++)
		ecs_unit_block_seal(&next->unit_blocks[i]);
	return true;
}

struct ecs_table *
ecs_draft_seal(struct ecs_draft *draft, struct ecs_err *err)
{
	struct ecs_table *next = draft->next;

	if (seal_blocks(next)) {
		next->limit = last_row(next);
		next->unit_limit = ecs_units_limit(next);
		next->live->bits = next->limit;
		draft->next = NULL;
	} else {
		ecs_err_memory(err);
		next = NULL;
	}
	ecs_draft_free(draft);
	return next;
}
