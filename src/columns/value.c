/* SPDX-License-Identifier: ISC */
/*
 * value - from ordinals to values and back, and the values of one row.
 */
#include <assert.h>

#include "ecsearch/err.h"

#include "table.h"

static const struct column *
column_of(const struct ecs_table *table, size_t column)
{
	assert(column < table->family->ncolumns);
	return &table->family->columns[column];
}

static bool
is_text(const struct column *column)
{
	return column->kind == ECS_COLUMN_TEXT ||
	    column->kind == ECS_COLUMN_COLLATED;
}

uint32_t
ecs_column_cardinality(const struct ecs_table *table, size_t column)
{
	const struct dictionary *dict = column_of(table, column)->dict;

	return dict == NULL ? 0 : ecs_dictionary_length(dict);
}

const char *
ecs_column_text(
    const struct ecs_table *table, size_t column, uint32_t ordinal, size_t *len)
{
	const struct column *each = column_of(table, column);

	assert(is_text(each));
	return ecs_dictionary_text(each->dict, ordinal, len);
}

double
ecs_column_number(
    const struct ecs_table *table, size_t column, uint32_t ordinal)
{
	const struct column *each = column_of(table, column);

	assert(each->kind == ECS_COLUMN_NUMBER);
	return ecs_dictionary_number(each->dict, ordinal);
}

uint32_t
ecs_column_find_text(
    const struct ecs_table *table, size_t column, const char *text, size_t len)
{
	const struct column *each = column_of(table, column);

	return is_text(each) ? ecs_dictionary_find_text(each->dict, text, len)
			     : (uint32_t)ECS_NO_ORDINAL;
}

uint32_t
ecs_column_find_number(
    const struct ecs_table *table, size_t column, double number)
{
	const struct column *each = column_of(table, column);

	return each->kind == ECS_COLUMN_NUMBER
	    ? ecs_dictionary_find_number(each->dict, number)
	    : (uint32_t)ECS_NO_ORDINAL;
}

uint32_t
ecs_column_row(const struct ecs_table *table, size_t column, uint32_t row,
    const uint32_t **ordinals)
{
	assert(column < table->family->ncolumns);
	return ecs_block_row(
	    table_block(table, column, row), row & BLOCK_MASK, ordinals);
}

bool
ecs_column_geo(const struct ecs_table *table, size_t column, uint32_t row,
    double *lat, double *lon)
{
	const struct block *block = table_block(table, column, row);
	uint32_t place = row & BLOCK_MASK;

	assert(column_of(table, column)->kind == ECS_COLUMN_GEO);
	if (block == NULL || !block_has(block, place))
		return false;
	*lat = block->places[place].lat;
	*lon = block->places[place].lon;
	return true;
}

const uint32_t *
ecs_column_ranks(const struct ecs_table *table, size_t column, uint32_t *len,
    struct ecs_err *err)
{
	const struct column *each = column_of(table, column);
	struct ranks *ranks = atomic_load(&table->ranks[column]);
	struct ranks *other = NULL;

	assert(each->ranking != NULL);
	if (ranks == NULL) {
		ranks = ecs_ranking_get(each->ranking, err);
		if (ranks == NULL)
			return NULL;
		/* The first to come decides: what it was given must stay. */
		if (!atomic_compare_exchange_strong(
			&table->ranks[column], &other, ranks)) {
			ecs_ranks_unref(ranks);
			ranks = other;
		}
	}
	*len = ranks->len;
	return ranks->of;
}
