/* SPDX-License-Identifier: ISC */
#ifndef COLUMNS_UNITS_H
#define COLUMNS_UNITS_H
/*
 * Units to rows and rows to units, in blocks that are shared and copied as the
 * columns' blocks are: open until sealed, then immutable.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/columns.h"

/* The units of ECS_BLOCK rows. */
struct spans {
	atomic_uint refs;
	bool open;
	uint32_t first[ECS_BLOCK];
	uint32_t count[ECS_BLOCK];
};

/* The door's block comes first: a pointer to it is one to the whole. */
struct unit_block {
	struct ecs_unit_block door;
	atomic_uint refs;
	bool open;
	uint32_t live;
	uint16_t lengths[];
};

void ecs_spans_ref(struct spans *spans);   /* NULL is allowed */
void ecs_spans_unref(struct spans *spans); /* NULL is allowed */
bool ecs_spans_open(struct spans **slot);

static inline struct unit_block *
unit_block_of(struct ecs_unit_block *door)
{
	return (struct unit_block *)door;
}

void ecs_unit_block_ref(struct ecs_unit_block *door);   /* NULL is allowed */
void ecs_unit_block_unref(struct ecs_unit_block *door); /* NULL is allowed */
bool ecs_unit_block_open(struct ecs_unit_block **slot, size_t lengths);
/* An open block no unit is left in becomes NULL. */
void ecs_unit_block_seal(struct ecs_unit_block **slot);

/* Make the blocks of units first .. first + units - 1 ones to be changed. */
bool ecs_units_open(struct ecs_table *next, uint32_t first, uint32_t units);
/*
 * Drop the former units of a row and set those it has now; the blocks of both
 * are open.  A former unit that another row took meanwhile is left to it.
 */
void ecs_units_put(struct ecs_table *next, uint32_t row, uint32_t first,
    uint32_t units, const uint32_t *words);
/* The last live unit + 1. */
uint32_t ecs_units_limit(const struct ecs_table *table);
#endif
