/* SPDX-License-Identifier: ISC */
/*
 * units - which row a docid belongs to, and which docids belong to a row.
 */
#include <stdlib.h>
#include <string.h>

#include "table.h"

void
ecs_spans_ref(struct spans *spans)
{
	if (spans != NULL)
		atomic_fetch_add_explicit(
		    &spans->refs, 1, memory_order_relaxed);
}

void
ecs_spans_unref(struct spans *spans)
{
	if (spans != NULL && atomic_fetch_sub(&spans->refs, 1) == 1)
		free(spans);
}

bool
ecs_spans_open(struct spans **slot)
{
	struct spans *spans;

	if (*slot != NULL && (*slot)->open)
		return true;
	spans = calloc(1, sizeof(*spans));
	if (spans == NULL)
		return false;
	atomic_init(&spans->refs, 1);
	spans->open = true;
	if (*slot != NULL) {
		memcpy(spans->first, (*slot)->first, sizeof(spans->first));
		memcpy(spans->count, (*slot)->count, sizeof(spans->count));
		ecs_spans_unref(*slot);
	}
	*slot = spans;
	return true;
}

void
ecs_unit_block_ref(struct ecs_unit_block *door)
{
	if (door != NULL)
		atomic_fetch_add_explicit(
		    &unit_block_of(door)->refs, 1, memory_order_relaxed);
}

void
ecs_unit_block_unref(struct ecs_unit_block *door)
{
	if (door != NULL &&
	    atomic_fetch_sub(&unit_block_of(door)->refs, 1) == 1)
		free(unit_block_of(door));
}

bool
ecs_unit_block_open(struct ecs_unit_block **slot, size_t lengths)
{
	size_t bytes = ECS_BLOCK * lengths * sizeof(uint16_t);
	struct unit_block *block;

	if (*slot != NULL && unit_block_of(*slot)->open)
		return true;
	block = calloc(1, sizeof(*block) + bytes);
	if (block == NULL)
		return false;
	atomic_init(&block->refs, 1);
	block->open = true;
	block->door.length = block->lengths;
	if (*slot != NULL) {
		memcpy(block->door.row, (*slot)->row, sizeof(block->door.row));
		memcpy(block->lengths, (*slot)->length, bytes);
		block->live = unit_block_of(*slot)->live;
		ecs_unit_block_unref(*slot);
	} else
		memset(block->door.row, 0xff, sizeof(block->door.row));
	*slot = &block->door;
	return true;
}

void
ecs_unit_block_seal(struct ecs_unit_block **slot)
{
	struct unit_block *block;

	if (*slot == NULL || !unit_block_of(*slot)->open)
		return;
	block = unit_block_of(*slot);
	block->open = false;
	if (block->live == 0) {
		ecs_unit_block_unref(*slot);
		*slot = NULL;
	}
}

/* Open the blocks of units first .. first + units - 1. */
bool
ecs_units_open(struct ecs_table *next, uint32_t first, uint32_t units)
{
	size_t i;

	if (units == 0)
		return true;
	for (i = first >> BLOCK_SHIFT; i <= (first + units - 1) >> BLOCK_SHIFT;
	     i++) {
		if (!ecs_unit_block_open(
			&next->unit_blocks[i], next->family->lengths))
			return false;
	}
	return true;
}

/* Free a unit if it belongs to a row, which owner may narrow to one. */
static void
drop_unit(struct ecs_table *next, uint32_t unit, uint32_t owner)
{
	struct ecs_unit_block *block = next->unit_blocks[unit >> BLOCK_SHIFT];
	size_t lengths = next->family->lengths;
	uint32_t place = unit & BLOCK_MASK;
	size_t i;

	if (block->row[place] == UINT32_MAX ||
	    (owner != UINT32_MAX && block->row[place] != owner))
		return;
	block->row[place] = UINT32_MAX;
	unit_block_of(block)->live--;
	next->units--;
	for (i = 0; i < lengths; i++) {
		uint16_t *length = &block->length[place * lengths + i];

		next->sums[i].words -= *length;
		next->sums[i].units -= *length > 0;
		*length = 0;
	}
}

static void
put_unit(
    struct ecs_table *next, uint32_t unit, uint32_t row, const uint32_t *words)
{
	struct ecs_unit_block *block = next->unit_blocks[unit >> BLOCK_SHIFT];
	size_t lengths = next->family->lengths;
	uint32_t place = unit & BLOCK_MASK;
	size_t i;

	drop_unit(next, unit, UINT32_MAX);
	block->row[place] = row;
	unit_block_of(block)->live++;
	next->units++;
	if (unit >= next->unit_limit)
		next->unit_limit = unit + 1;
	for (i = 0; i < lengths; i++) {
		uint16_t length =
		    words[i] > UINT16_MAX ? UINT16_MAX : (uint16_t)words[i];

		block->length[place * lengths + i] = length;
		next->sums[i].words += length;
		next->sums[i].units += length > 0;
	}
}

void
ecs_units_put(struct ecs_table *next, uint32_t row, uint32_t first,
    uint32_t units, const uint32_t *words)
{
	struct spans *spans = next->spans[row >> BLOCK_SHIFT];
	size_t lengths = next->family->lengths;
	uint32_t place = row & BLOCK_MASK;
	uint32_t i;

	for (i = 0; i < spans->count[place]; i++)
		drop_unit(next, spans->first[place] + i, row);
	spans->first[place] = units > 0 ? first : 0;
	spans->count[place] = units;
	for (i = 0; i < units; i++)
		put_unit(next, first + i, row,
		    lengths > 0 ? words + i * lengths : NULL);
}

uint32_t
ecs_units_limit(const struct ecs_table *table)
{
	uint32_t limit = table->unit_limit;

	while (limit > 0) {
		const struct ecs_unit_block *block =
		    table->unit_blocks[(limit - 1) >> BLOCK_SHIFT];

		if (block == NULL)
			limit = (limit - 1) & ~(uint32_t)BLOCK_MASK;
		else if (block->row[(limit - 1) & BLOCK_MASK] == UINT32_MAX)
			limit--;
		else
			break;
	}
	return limit;
}
