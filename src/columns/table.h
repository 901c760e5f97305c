/* SPDX-License-Identifier: ISC */
#ifndef COLUMNS_TABLE_H
#define COLUMNS_TABLE_H
/*
 * What a table is inside.  The family is what all tables of a collection
 * share; the rest is arrays of pointers to blocks, most of them shared with
 * the table before.  Until it is sealed a table belongs to its draft.
 */
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/columns.h"

#include "block.h"
#include "dictionary.h"
#include "ranking.h"
#include "units.h"

struct column {
	char *name;
	enum ecs_column_kind kind;
	struct dictionary *dict; /* NULL for GEO, as is ranking */
	struct ranking *ranking;
};

struct family {
	atomic_uint refs;
	size_t lengths;
	size_t ncolumns;
	struct column columns[];
};

struct length_sum {
	uint64_t words;
	uint32_t units; /* that have words at all */
};

struct ecs_table {
	atomic_uint refs;
	struct family *family;
	uint32_t rows, limit;
	uint32_t units, unit_limit;
	size_t row_room;         /* in blocks: of live, spans, each column */
	size_t unit_room;        /* in blocks: of unit_blocks */
	struct ecs_bitmap *live; /* its words reach to row_room */
	struct spans **spans;
	struct block ***columns; /* columns[column][row >> BLOCK_SHIFT] */
	struct ecs_unit_block **unit_blocks;
	struct length_sum *sums;        /* for each length field */
	_Atomic(struct ranks *) *ranks; /* for each column; NULL: not asked */
};

/* A copy that shares every block: one reference, not yet sealed. */
struct ecs_table *ecs_table_derive(const struct ecs_table *table);
/* Make room for rows and units under these limits. */
bool ecs_table_grow(
    struct ecs_table *table, uint64_t row_limit, uint64_t unit_limit);

/* The block of a row, or NULL. */
static inline struct block *
table_block(const struct ecs_table *table, size_t column, uint32_t row)
{
	size_t i = row >> BLOCK_SHIFT;

	return i < table->row_room ? table->columns[column][i] : NULL;
}
#endif
