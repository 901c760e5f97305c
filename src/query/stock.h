/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_STOCK_H
#define ECS_QUERY_STOCK_H
/*
 * What a collection offers to complete what is typed, at one table: its names
 * and its values with their documents.  Immutable, counted by reference.
 *
 * Texts are those of the columns' dictionaries, which only grow; so a new
 * table's stock takes over what the last one had analysed and adds what came
 * since.  What no document carries any more stays among the texts and is told
 * by its having no rows.
 */
#include <stdatomic.h>

#include "completer.h"

enum { MAX_PARTS = 16 };

enum stock_kind {
	STOCK_NAMES,   /* a field that completes: leads to documents */
	STOCK_VALUES,  /* a facet of free values */
	STOCK_CONCEPTS /* a facet of a vocabulary */
};

/* Texts from, from + 1 ... of a column's dictionary. */
struct stock_part {
	struct completer *completer;
	uint32_t from;
};

struct stock_field {
	const struct ecs_field *field;
	enum stock_kind kind;
	struct stock_part parts[MAX_PARTS]; /* none of CONCEPTS */
	size_t nparts;
	uint32_t ordinals; /* texts that parts hold together */
	/* Documents by ordinal; of CONCEPTS by concept.  None of NAMES. */
	uint32_t *counts;
	/* Of NAMES: the rows of ordinal i are rows[first[i]] .. first[i + 1] */
	uint32_t *first;
	uint32_t *rows;
};

struct stock {
	atomic_int refs;
	struct ecs_table *table;
	struct stock_field *fields;
	size_t nfields;
};

/*
 * The stock of a source's table; last is one of an earlier table of the
 * collection, or NULL.  NULL and err on failure.
 */
struct stock *
ecs_stock_new(const struct ecs_source *source, const struct stock *last,
    struct ecs_analyzer *analyzer, struct ecs_err *err);
void ecs_stock_unref(struct stock *stock); /* NULL is allowed */
size_t ecs_stock_bytes(const struct stock *stock);

/*
 * How many of rows carry each value: by ordinal, of CONCEPTS by concept.  The
 * caller's to free().
 */
uint32_t *
ecs_stock_count(const struct stock *stock, const struct stock_field *field,
    const struct ecs_bitmap *rows, struct ecs_err *err);
#endif
