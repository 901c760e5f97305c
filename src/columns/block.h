/* SPDX-License-Identifier: ISC */
#ifndef COLUMNS_BLOCK_H
#define COLUMNS_BLOCK_H
/*
 * What one column holds for ECS_BLOCK rows: counted by reference, immutable
 * once sealed.  A block is open from the moment a draft makes or copies it
 * until the draft is sealed, and then only the draft knows it.
 *
 *	SINGLE	no row has more than one value: an ordinal for each row
 *	MULTI	the ordinals of all rows, one after the other.  Sealed: row i
 *		has those from offset(i) to offset(i + 1).  Open: lists say
 *		where a row's are, and what was replaced stays as rubbish.
 *	GEO	latitude and longitude for each row
 *
 * A column without a value in a block has no block there: NULL.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/columns.h"

enum { BLOCK_SHIFT = 12, BLOCK_MASK = ECS_BLOCK - 1, BLOCK_WORDS = 64 };

enum block_form { BLOCK_SINGLE, BLOCK_MULTI, BLOCK_GEO };

struct place {
	double lat;
	double lon;
};

struct lists {
	uint32_t start[ECS_BLOCK];
	uint32_t count[ECS_BLOCK];
};

struct block {
	atomic_uint refs;
	enum block_form form;
	bool open;
	uint32_t top;                  /* no ordinal is higher */
	uint64_t present[BLOCK_WORDS]; /* rows that have a value */
	uint32_t *ordinals;            /* SINGLE, MULTI */
	uint32_t total;                /* MULTI: how many are in use */
	uint32_t used, room;           /* open MULTI: in ordinals */
	struct lists *lists;           /* open MULTI */
	uint16_t *narrow;     /* sealed MULTI: offsets, when they fit */
	uint32_t *wide;       /* else */
	struct place *places; /* GEO */
};

struct block *ecs_block_ref(struct block *block);  /* NULL is allowed */
void ecs_block_unref(struct block *block);         /* NULL is allowed */
size_t ecs_block_bytes(const struct block *block); /* NULL is allowed */

/*
 * Make the block in slot one that may be changed, and that a put of count
 * ordinals cannot fail: new when slot is NULL, a copy when it is sealed.
 */
bool ecs_block_open(struct block **slot, bool geo, uint32_t count);
/* Set a row's ordinals, ascending and distinct; count 0 removes. */
void ecs_block_put(struct block *block, uint32_t row, const uint32_t *ordinals,
    uint32_t count);
void ecs_block_put_place(
    struct block *block, uint32_t row, const struct place *place);
/* Settle an open block in its smallest form; NULL when it is empty. */
bool ecs_block_seal(struct block **slot);

/* A row's ordinals and their number; row is within the block. */
uint32_t ecs_block_row(
    const struct block *block, uint32_t row, const uint32_t **ordinals);

static inline bool
block_has(const struct block *block, uint32_t row)
{
	return (block->present[row >> 6] >> (row & 63) & 1) != 0;
}

static inline uint32_t
block_offset(const struct block *block, uint32_t row)
{
	return block->narrow != NULL ? block->narrow[row] : block->wide[row];
}
#endif
