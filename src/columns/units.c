/* SPDX-License-Identifier: ISC */
/*
 * units - which row a docid belongs to, and which docids belong to a row.
 */
#include <stdlib.h>
#include <string.h>

#include "units.h"

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
