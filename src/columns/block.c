/* SPDX-License-Identifier: ISC */
/*
 * block - one column's values for ECS_BLOCK rows, copied when first changed.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "block.h"

struct block *
ecs_block_ref(struct block *block)
{
	if (block != NULL)
		atomic_fetch_add_explicit(
		    &block->refs, 1, memory_order_relaxed);
	return block;
}

void
ecs_block_unref(struct block *block)
{
	if (block == NULL || atomic_fetch_sub(&block->refs, 1) != 1)
		return;
	free(block->ordinals);
	free(block->lists);
	free(block->narrow);
	free(block->wide);
	free(block->places);
	free(block);
}

size_t
ecs_block_bytes(const struct block *block)
{
	size_t bytes = sizeof(*block);

	if (block == NULL)
		return 0;
	switch (block->form) {
	case BLOCK_SINGLE:
		return bytes + ECS_BLOCK * sizeof(uint32_t);
	case BLOCK_GEO:
		return bytes + ECS_BLOCK * sizeof(struct place);
	case BLOCK_MULTI:
		break;
	}
	bytes += block->total * sizeof(uint32_t);
	return bytes +
	    (ECS_BLOCK + 1) *
	    (block->narrow != NULL ? sizeof(uint16_t) : sizeof(uint32_t));
}

static struct block *
block_new(enum block_form form)
{
	struct block *block = calloc(1, sizeof(*block));

	if (block == NULL)
		return NULL;
	atomic_init(&block->refs, 1);
	block->form = form;
	block->open = true;
	return block;
}

/* An ordinal for each row, none yet. */
static uint32_t *
no_ordinals(void)
{
	uint32_t *ordinals = malloc(ECS_BLOCK * sizeof(*ordinals));

	if (ordinals != NULL)
		memset(ordinals, 0xff, ECS_BLOCK * sizeof(*ordinals));
	return ordinals;
}

static struct block *
block_make(bool geo)
{
	struct block *block = block_new(geo ? BLOCK_GEO : BLOCK_SINGLE);

	if (block == NULL)
		return NULL;
	if (geo)
		block->places = calloc(ECS_BLOCK, sizeof(*block->places));
	else
		block->ordinals = no_ordinals();
	if (block->places == NULL && block->ordinals == NULL) {
		ecs_block_unref(block);
		return NULL;
	}
	return block;
}

uint32_t
ecs_block_row(
    const struct block *block, uint32_t row, const uint32_t **ordinals)
{
	uint32_t start;

	if (block == NULL || block->form == BLOCK_GEO || !block_has(block, row))
		return 0;
	if (block->form == BLOCK_SINGLE) {
		*ordinals = &block->ordinals[row];
		return 1;
	}
	if (block->lists != NULL) {
		*ordinals = block->ordinals + block->lists->start[row];
		return block->lists->count[row];
	}
	start = block_offset(block, row);
	*ordinals = block->ordinals + start;
	return block_offset(block, row + 1) - start;
}

/*
 * Give to an open MULTI block lists and ordinals of its own, taken from any
 * block without rubbish, with room for as many again and extra more.
 */
static bool
relist(struct block *to, const struct block *from, uint32_t extra)
{
	uint64_t room = ((uint64_t)from->total + extra) * 2 + ECS_BLOCK;
	uint32_t *ordinals = malloc(room * sizeof(*ordinals));
	struct lists *lists = calloc(1, sizeof(*lists));
	uint32_t row, used = 0;

	if (ordinals == NULL || lists == NULL || room > UINT32_MAX) {
		free(ordinals);
		free(lists);
		return false;
	}
	for (row = 0; row < ECS_BLOCK; row++) {
		const uint32_t *old = NULL;
		uint32_t count = ecs_block_row(from, row, &old);

		if (count == 0)
			continue;
		memcpy(ordinals + used, old, count * sizeof(*old));
		lists->start[row] = used;
		lists->count[row] = count;
		used += count;
	}
	free(to->ordinals);
	free(to->lists);
	to->ordinals = ordinals;
	to->lists = lists;
	to->form = BLOCK_MULTI;
	to->total = to->used = used;
	to->room = (uint32_t)room;
	return true;
}

static struct block *
block_copy(const struct block *block, uint32_t extra)
{
	struct block *copy;
	bool multi = block->form == BLOCK_MULTI;

	copy = multi ? block_new(BLOCK_MULTI)
		     : block_make(block->form == BLOCK_GEO);
	if (copy == NULL)
		return NULL;
	memcpy(copy->present, block->present, sizeof(copy->present));
	copy->top = block->top;
	if (block->form == BLOCK_GEO)
		memcpy(copy->places, block->places,
		    ECS_BLOCK * sizeof(*copy->places));
	if (block->form == BLOCK_SINGLE)
		memcpy(copy->ordinals, block->ordinals,
		    ECS_BLOCK * sizeof(*copy->ordinals));
	if (multi && !relist(copy, block, extra)) {
		ecs_block_unref(copy);
		return NULL;
	}
	return copy;
}

/* Room for count more ordinals in an open block. */
static bool
block_reserve(struct block *block, uint32_t count)
{
	uint32_t row;

	if (block->form == BLOCK_SINGLE) {
		if (count < 2)
			return true;
		block->total = 0;
		for (row = 0; row < ECS_BLOCK; row++)
			block->total += block_has(block, row);
		return relist(block, block, count);
	}
	if (block->form == BLOCK_GEO || count <= block->room - block->used)
		return true;
	return relist(block, block, count);
}

bool
ecs_block_open(struct block **slot, bool geo, uint32_t count)
{
	struct block *block = *slot;

	if (block == NULL || !block->open) {
		block =
		    block == NULL ? block_make(geo) : block_copy(block, count);
		if (block == NULL)
			return false;
		ecs_block_unref(*slot);
		*slot = block;
	}
	return block_reserve(block, count);
}

static void
mark(struct block *block, uint32_t row, bool present)
{
	uint64_t bit = UINT64_C(1) << (row & 63);

	if (present)
		block->present[row >> 6] |= bit;
	else
		block->present[row >> 6] &= ~bit;
}

void
ecs_block_put(
    struct block *block, uint32_t row, const uint32_t *ordinals, uint32_t count)
{
	assert(block->open && block->form != BLOCK_GEO);
	mark(block, row, count > 0);
	if (count > 0 && ordinals[count - 1] > block->top)
		block->top = ordinals[count - 1];
	if (block->form == BLOCK_SINGLE) {
		assert(count <= 1);
		block->ordinals[row] =
		    count > 0 ? ordinals[0] : (uint32_t)ECS_NO_ORDINAL;
		return;
	}
	assert(count <= block->room - block->used);
	block->total += count - block->lists->count[row];
	block->lists->start[row] = block->used;
	block->lists->count[row] = count;
	if (count > 0)
		memcpy(block->ordinals + block->used, ordinals,
		    count * sizeof(*ordinals));
	block->used += count;
}

void
ecs_block_put_place(
    struct block *block, uint32_t row, const struct place *place)
{
	assert(block->open && block->form == BLOCK_GEO);
	mark(block, row, place != NULL);
	if (place != NULL)
		block->places[row] = *place;
}

static bool
block_empty(const struct block *block)
{
	size_t i;

	for (i = 0; i < BLOCK_WORDS; i++) {
		if (block->present[i] != 0)
			return false;
	}
	return true;
}

static bool
settle_single(struct block *block)
{
	uint32_t *ordinals = no_ordinals();
	uint32_t row;

	if (ordinals == NULL)
		return false;
	for (row = 0; row < ECS_BLOCK; row++) {
		if (block_has(block, row))
			ordinals[row] =
			    block->ordinals[block->lists->start[row]];
	}
	free(block->ordinals);
	block->ordinals = ordinals;
	block->form = BLOCK_SINGLE;
	return true;
}

static bool
settle_multi(struct block *block)
{
	size_t offsets = ECS_BLOCK + 1;
	uint32_t *ordinals = malloc(block->total * sizeof(*ordinals));
	uint32_t row, used = 0;

	if (block->total <= UINT16_MAX)
		block->narrow = malloc(offsets * sizeof(*block->narrow));
	else
		block->wide = malloc(offsets * sizeof(*block->wide));
	if (ordinals == NULL ||
	    (block->narrow == NULL && block->wide == NULL)) {
		free(ordinals);
		return false;
	}
	for (row = 0; row <= ECS_BLOCK; row++) {
		uint32_t count = row < ECS_BLOCK ? block->lists->count[row] : 0;

		if (block->narrow != NULL)
			block->narrow[row] = (uint16_t)used;
		else
			block->wide[row] = used;
		if (count > 0)
			memcpy(ordinals + used,
			    block->ordinals + block->lists->start[row],
			    count * sizeof(*ordinals));
		used += count;
	}
	free(block->ordinals);
	block->ordinals = ordinals;
	return true;
}

static bool
any_list_of_two(const struct lists *lists)
{
	size_t i;

	for (i = 0; i < ECS_BLOCK; i++) {
		if (lists->count[i] > 1)
			return true;
	}
	return false;
}

bool
ecs_block_seal(struct block **slot)
{
	struct block *block = *slot;

	if (block == NULL || !block->open)
		return true;
	if (block_empty(block)) {
		ecs_block_unref(block);
		*slot = NULL;
		return true;
	}
	if (block->form == BLOCK_MULTI) {
		if (!(any_list_of_two(block->lists) ? settle_multi(block)
						    : settle_single(block)))
			return false;
		free(block->lists);
		block->lists = NULL;
	}
	block->open = false;
	return true;
}
