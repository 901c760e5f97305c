/* SPDX-License-Identifier: ISC */
/*
 * table - all columns of a collection at one revision, and reading from them.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"

#include "table.h"

static void
family_unref(struct family *family)
{
	size_t i;

	if (family == NULL || atomic_fetch_sub(&family->refs, 1) != 1)
		return;
	for (i = 0; i < family->ncolumns; i++) {
		ecs_ranking_free(family->columns[i].ranking);
		ecs_dictionary_free(family->columns[i].dict);
		free(family->columns[i].name);
	}
	free(family);
}

static bool
column_init(struct column *column, const struct ecs_column_spec *spec,
    ecs_sort_key *sort_key, void *user)
{
	assert(spec->kind != ECS_COLUMN_COLLATED || sort_key != NULL);
	column->kind = spec->kind;
	column->name = strdup(spec->name);
	if (column->name == NULL)
		return false;
	if (spec->kind == ECS_COLUMN_GEO)
		return true;
	column->dict = ecs_dictionary_new(spec->kind);
	if (column->dict == NULL)
		return false;
	column->ranking =
	    ecs_ranking_new(column->dict, spec->kind, sort_key, user);
	return column->ranking != NULL;
}

static struct family *
family_new(const struct ecs_column_spec *specs, size_t ncolumns, size_t lengths,
    ecs_sort_key *sort_key, void *user)
{
	struct family *family;
	size_t i;

	family = calloc(1, sizeof(*family) + ncolumns * sizeof(struct column));
	if (family == NULL)
		return NULL;
	atomic_init(&family->refs, 1);
	family->lengths = lengths;
	family->ncolumns = ncolumns;
	for (i = 0; i < ncolumns; i++) {
		if (!column_init(
			&family->columns[i], &specs[i], sort_key, user)) {
			family_unref(family);
			return NULL;
		}
	}
	return family;
}

/* An empty table; takes the reference to family, even when it fails. */
static struct ecs_table *
table_make(struct family *family)
{
	struct ecs_table *table = calloc(1, sizeof(*table));
	size_t n = family->ncolumns;

	if (table == NULL) {
		family_unref(family);
		return NULL;
	}
	atomic_init(&table->refs, 1);
	table->family = family;
	table->live = ecs_bitmap_new(0);
	table->columns = calloc(n + 1, sizeof(*table->columns));
	table->ranks = calloc(n + 1, sizeof(*table->ranks));
	table->sums = calloc(family->lengths + 1, sizeof(*table->sums));
	if (table->live == NULL || table->columns == NULL ||
	    table->ranks == NULL || table->sums == NULL) {
		ecs_table_unref(table);
		return NULL;
	}
	return table;
}

struct ecs_table *
ecs_table_new(const struct ecs_column_spec *specs, size_t ncolumns,
    size_t lengths, ecs_sort_key *sort_key, void *user, struct ecs_err *err)
{
	struct family *family;
	struct ecs_table *table = NULL;

	assert(ncolumns <= UINT16_MAX);
	family = family_new(specs, ncolumns, lengths, sort_key, user);
	if (family != NULL)
		table = table_make(family);
	if (table == NULL)
		ecs_err_memory(err);
	return table;
}

struct ecs_table *
ecs_table_ref(struct ecs_table *table)
{
	atomic_fetch_add_explicit(&table->refs, 1, memory_order_relaxed);
	return table;
}

static void
column_unref(struct ecs_table *table, size_t column)
{
	size_t i;

	for (i = 0; table->columns[column] != NULL && i < table->row_room; i++)
		ecs_block_unref(table->columns[column][i]);
	free(table->columns[column]);
	if (table->ranks != NULL)
		ecs_ranks_unref(atomic_load(&table->ranks[column]));
}

void
ecs_table_unref(struct ecs_table *table)
{
	size_t i;

	if (table == NULL || atomic_fetch_sub(&table->refs, 1) != 1)
		return;
	for (i = 0; table->columns != NULL && i < table->family->ncolumns; i++)
		column_unref(table, i);
	for (i = 0; i < table->row_room; i++)
		ecs_spans_unref(table->spans[i]);
	for (i = 0; i < table->unit_room; i++)
		ecs_unit_block_unref(table->unit_blocks[i]);
	ecs_bitmap_free(table->live);
	free(table->spans);
	free(table->columns);
	free(table->unit_blocks);
	free(table->sums);
	free(table->ranks);
	family_unref(table->family);
	free(table);
}

/* A longer array of pointers, the new ones NULL; when NULL, old is kept. */
static void *
pointers_grow(void *old, size_t from, size_t to)
{
	void **grown = realloc(old, to * sizeof(*grown));

	if (grown != NULL)
		memset(grown + from, 0, (to - from) * sizeof(*grown));
	return grown;
}

static bool
grow_rows(struct ecs_table *table, size_t room)
{
	uint64_t bits = (uint64_t)room << BLOCK_SHIFT;
	struct ecs_bitmap *live;
	void *grown;
	size_t i;

	live = ecs_bitmap_new(bits > UINT32_MAX ? UINT32_MAX : (uint32_t)bits);
	if (live == NULL)
		return false;
	memcpy(live->words, table->live->words,
	    table->row_room * BLOCK_WORDS * sizeof(uint64_t));
	ecs_bitmap_free(table->live);
	table->live = live;
	for (i = 0; i < table->family->ncolumns; i++) {
		grown = pointers_grow(table->columns[i], table->row_room, room);
		if (grown == NULL)
			return false;
		table->columns[i] = grown;
	}
	grown = pointers_grow(table->spans, table->row_room, room);
	if (grown == NULL)
		return false;
	table->spans = grown;
	table->row_room = room;
	return true;
}

/* How many blocks to have when limit needs more than there are. */
static size_t
room_for(size_t room, uint64_t limit)
{
	uint64_t need = (limit + ECS_BLOCK - 1) >> BLOCK_SHIFT;
	uint64_t most = UINT64_C(1) << (32 - BLOCK_SHIFT);
	uint64_t want = room + room / 2;

	if (need <= room)
		return room;
	if (want < need)
		want = need;
	return (size_t)(want < most ? want : most);
}

bool
ecs_table_grow(struct ecs_table *table, uint64_t row_limit, uint64_t unit_limit)
{
	size_t rows = room_for(table->row_room, row_limit);
	size_t units = room_for(table->unit_room, unit_limit);

	if (rows > table->row_room && !grow_rows(table, rows))
		return false;
	if (units > table->unit_room) {
		void *grown =
		    pointers_grow(table->unit_blocks, table->unit_room, units);

		if (grown == NULL)
			return false;
		table->unit_blocks = grown;
		table->unit_room = units;
	}
	return true;
}

static void
share_blocks(struct ecs_table *to, const struct ecs_table *from)
{
	size_t i, column;

	for (column = 0; column < from->family->ncolumns; column++) {
		for (i = 0; i < from->row_room; i++)
			to->columns[column][i] =
			    ecs_block_ref(from->columns[column][i]);
	}
	for (i = 0; i < from->row_room; i++) {
		to->spans[i] = from->spans[i];
		ecs_spans_ref(to->spans[i]);
	}
	for (i = 0; i < from->unit_room; i++) {
		to->unit_blocks[i] = from->unit_blocks[i];
		ecs_unit_block_ref(to->unit_blocks[i]);
	}
}

struct ecs_table *
ecs_table_derive(const struct ecs_table *table)
{
	struct ecs_table *next;

	atomic_fetch_add(&table->family->refs, 1);
	next = table_make(table->family);
	if (next == NULL)
		return NULL;
	if (!ecs_table_grow(next, (uint64_t)table->row_room << BLOCK_SHIFT,
		(uint64_t)table->unit_room << BLOCK_SHIFT)) {
		ecs_table_unref(next);
		return NULL;
	}
	memcpy(next->live->words, table->live->words,
	    table->row_room * BLOCK_WORDS * sizeof(uint64_t));
	memcpy(next->sums, table->sums,
	    table->family->lengths * sizeof(*table->sums));
	next->rows = table->rows;
	next->limit = table->limit;
	next->units = table->units;
	next->unit_limit = table->unit_limit;
	share_blocks(next, table);
	return next;
}

uint32_t
ecs_table_rows(const struct ecs_table *table)
{
	return table->rows;
}

uint32_t
ecs_table_limit(const struct ecs_table *table)
{
	return table->limit;
}

uint32_t
ecs_table_unit_limit(const struct ecs_table *table)
{
	return table->unit_limit;
}

uint32_t
ecs_table_units(const struct ecs_table *table)
{
	return table->units;
}

const struct ecs_bitmap *
ecs_table_live(const struct ecs_table *table)
{
	return table->live;
}

void
ecs_table_row_units(const struct ecs_table *table, uint32_t row,
    uint32_t *first_unit, uint32_t *units)
{
	const struct spans *spans = NULL;
	size_t i = row >> BLOCK_SHIFT;

	if (i < table->row_room)
		spans = table->spans[i];
	*first_unit = spans == NULL ? 0 : spans->first[row & BLOCK_MASK];
	*units = spans == NULL ? 0 : spans->count[row & BLOCK_MASK];
}

double
ecs_table_mean_length(const struct ecs_table *table, size_t field)
{
	const struct length_sum *sum = &table->sums[field];

	assert(field < table->family->lengths);
	return sum->units == 0 ? 0.0 : (double)sum->words / sum->units;
}

const struct ecs_unit_block *const *
ecs_table_unit_blocks(const struct ecs_table *table)
{
	return (const struct ecs_unit_block *const *)table->unit_blocks;
}

bool
ecs_table_is_kin(const struct ecs_table *table, const struct ecs_table *other)
{
	return table->family == other->family;
}

size_t
ecs_table_bytes(const struct ecs_table *table)
{
	const struct family *family = table->family;
	size_t bytes = sizeof(*table) + table->row_room * ECS_BLOCK / 8;
	size_t unit_block = sizeof(struct unit_block) +
	    ECS_BLOCK * family->lengths * sizeof(uint16_t);
	size_t i, column;

	for (column = 0; column < family->ncolumns; column++) {
		const struct column *each = &family->columns[column];

		for (i = 0; i < table->row_room; i++)
			bytes += ecs_block_bytes(table->columns[column][i]) +
			    sizeof(struct block *);
		if (each->dict != NULL)
			bytes += ecs_dictionary_bytes(each->dict) +
			    ecs_ranking_bytes(each->ranking);
	}
	for (i = 0; i < table->row_room; i++)
		bytes += table->spans[i] != NULL ? sizeof(struct spans) : 0;
	for (i = 0; i < table->unit_room; i++)
		bytes += table->unit_blocks[i] != NULL ? unit_block : 0;
	return bytes;
}
