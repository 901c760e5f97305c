/* SPDX-License-Identifier: ISC */
/*
 * stock - the names and values of a collection, ready to be begun.
 *
 * The texts of a column lie in parts, each at least GROWTH times the next, so
 * that a few new names cost little and every name is analysed again only as
 * often as the whole has grown by that factor.
 */
#include <stdlib.h>
#include <string.h>

#include "stock.h"

enum { GROWTH = 4 };

/* ---- which fields ---- */

/* Does the field offer anything, and of what kind? */
static bool
offers(const struct ecs_field *field, enum stock_kind *kind)
{
	if (field->is_private || field->column < 0)
		return false;
	*kind = STOCK_NAMES;
	if (field->completes)
		return true;
	*kind = field->vocabulary != NULL ? STOCK_CONCEPTS : STOCK_VALUES;
	return field->facet && field->type == ECS_KEYWORD;
}

static bool
list_fields(struct stock *stock, const struct ecs_collection *collection)
{
	stock->nfields = 0;
	stock->fields =
	    calloc((size_t)collection->nfields + 1, sizeof(*stock->fields));
	for (int i = 0; stock->fields != NULL && i < collection->nfields; i++) {
		struct stock_field *field = &stock->fields[stock->nfields];

		field->field = &collection->fields[i];
		if (offers(field->field, &field->kind))
			stock->nfields++;
	}
	return stock->fields != NULL;
}

/* ---- texts ---- */

struct dictionary_texts {
	const struct ecs_table *table;
	size_t column;
	uint32_t from;
};

static const char *
dictionary_text(void *user, uint32_t i, size_t *len)
{
	const struct dictionary_texts *in = user;

	return ecs_column_text(in->table, in->column, in->from + i, len);
}

/* Make the last part of the texts from .. to, in place of what is there. */
static bool
make_part(const struct stock *stock, struct stock_field *field, size_t part,
    uint32_t to, struct ecs_analyzer *analyzer, struct ecs_err *err)
{
	uint32_t from =
	    part < field->nparts ? field->parts[part].from : field->ordinals;
	struct dictionary_texts texts = {
	    stock->table, (size_t)field->field->column, from};
	struct completer *made = ecs_completer_new(
	    analyzer, dictionary_text, &texts, to - from, err);

	if (made == NULL)
		return false;
	while (field->nparts > part)
		ecs_completer_unref(field->parts[--field->nparts].completer);
	field->parts[part] = (struct stock_part){made, from};
	field->nparts = part + 1;
	field->ordinals = to;
	return true;
}

/* Where a part begins that holds all from there on and is not out of scale. */
static size_t
part_to_make(const struct stock_field *field, uint32_t to)
{
	size_t part = field->nparts;

	while (part > 0) {
		uint32_t from = part < field->nparts ? field->parts[part].from
						     : field->ordinals;
		uint32_t before = from - field->parts[part - 1].from;

		if (part < MAX_PARTS && before / GROWTH >= to - from)
			break;
		part--;
	}
	return part;
}

static bool
extend_texts(const struct stock *stock, struct stock_field *field,
    struct ecs_analyzer *analyzer, struct ecs_err *err)
{
	uint32_t now =
	    ecs_column_cardinality(stock->table, (size_t)field->field->column);

	return now <= field->ordinals ||
	    make_part(
		stock, field, part_to_make(field, now), now, analyzer, err);
}

static void
share_texts(struct stock_field *field, const struct stock_field *last)
{
	for (size_t i = 0; i < last->nparts; i++) {
		field->parts[i] = last->parts[i];
		ecs_completer_ref(field->parts[i].completer);
	}
	field->nparts = last->nparts;
	field->ordinals = last->ordinals;
}

/* ---- documents ---- */

/* From counts by ordinal to counts by concept. */
static uint32_t *
by_concept(const struct ecs_table *table, const struct ecs_field *field,
    const uint32_t *counts, uint32_t ordinals)
{
	const struct ecs_vocabulary *vocabulary = field->vocabulary;
	uint32_t *made = calloc(vocabulary->nconcepts + 1, sizeof(*made));

	for (uint32_t i = 0; made != NULL && i < ordinals; i++) {
		size_t len;
		const char *id =
		    ecs_column_text(table, (size_t)field->column, i, &len);
		int concept = ecs_vocabulary_find(vocabulary, id, len);

		if (concept >= 0)
			made[concept] += counts[i];
	}
	return made;
}

uint32_t *
ecs_stock_count(const struct stock *stock, const struct stock_field *field,
    const struct ecs_bitmap *rows, struct ecs_err *err)
{
	size_t column = (size_t)field->field->column;
	uint32_t n = ecs_column_cardinality(stock->table, column);
	uint32_t *counts;
	uint32_t *made;
	uint32_t missing;

	/* The dictionary may have grown since the texts were read. */
	if (n < field->ordinals)
		n = field->ordinals;
	counts = calloc((size_t)n + 1, sizeof(*counts));
	if (counts != NULL)
		ecs_column_count(
		    stock->table, column, rows, counts, n, &missing);
	if (counts != NULL && field->kind == STOCK_CONCEPTS) {
		made = by_concept(stock->table, field->field, counts, n);
		free(counts);
		counts = made;
	}
	if (counts == NULL)
		ecs_err_memory(err);
	return counts;
}

/* Turn first[i + 1], the number of rows of each ordinal, into offsets. */
static uint32_t
add_up(uint32_t *first, uint32_t ordinals)
{
	for (uint32_t i = 0; i < ordinals; i++)
		first[i + 1] += first[i];
	return first[ordinals];
}

/* Walk all rows; without a place to put them they are only counted. */
static void
walk_rows(const struct stock *stock, struct stock_field *field, uint32_t *next)
{
	const struct ecs_bitmap *live = ecs_table_live(stock->table);
	size_t column = (size_t)field->field->column;

	for (uint32_t row = ecs_bitmap_next(live, 0); row != UINT32_MAX;
	     row = ecs_bitmap_next(live, row + 1)) {
		const uint32_t *ordinals;
		uint32_t n =
		    ecs_column_row(stock->table, column, row, &ordinals);

		for (uint32_t i = 0; i < n; i++) {
			if (ordinals[i] >= field->ordinals)
				continue;
			if (next == NULL)
				field->first[ordinals[i] + 1]++;
			else
				field->rows[next[ordinals[i]]++] = row;
		}
	}
}

static bool
list_rows(const struct stock *stock, struct stock_field *field)
{
	size_t n = field->ordinals + (size_t)1;
	uint32_t *next = malloc(n * sizeof(*next));
	uint32_t total;

	field->first = calloc(n, sizeof(*field->first));
	if (next == NULL || field->first == NULL) {
		free(next);
		return false;
	}
	walk_rows(stock, field, NULL);
	total = add_up(field->first, field->ordinals);
	memcpy(next, field->first, n * sizeof(*next));
	field->rows = malloc((total + (size_t)1) * sizeof(*field->rows));
	if (field->rows != NULL)
		walk_rows(stock, field, next);
	free(next);
	return field->rows != NULL;
}

/* ---- all of it ---- */

static bool
fill_field(const struct stock *stock, struct stock_field *field,
    const struct stock_field *last, struct ecs_analyzer *analyzer,
    struct ecs_err *err)
{
	if (field->kind != STOCK_CONCEPTS) {
		if (last != NULL)
			share_texts(field, last);
		if (!extend_texts(stock, field, analyzer, err))
			return false;
	}
	if (field->kind == STOCK_NAMES)
		return list_rows(stock, field) || ecs_err_memory(err);
	field->counts =
	    ecs_stock_count(stock, field, ecs_table_live(stock->table), err);
	return field->counts != NULL;
}

struct stock *
ecs_stock_new(const struct ecs_source *source, const struct stock *last,
    struct ecs_analyzer *analyzer, struct ecs_err *err)
{
	struct stock *stock = calloc(1, sizeof(*stock));
	bool kin = last != NULL && ecs_table_is_kin(last->table, source->table);

	if (stock == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	atomic_init(&stock->refs, 1);
	stock->table = ecs_table_ref((struct ecs_table *)source->table);
	if (!list_fields(stock, source->collection)) {
		ecs_err_memory(err);
		goto fail;
	}
	for (size_t i = 0; i < stock->nfields; i++)
		if (!fill_field(stock, &stock->fields[i],
			kin ? &last->fields[i] : NULL, analyzer, err))
			goto fail;
	return stock;
fail:
	ecs_stock_unref(stock);
	return NULL;
}

void
ecs_stock_unref(struct stock *stock)
{
	if (stock == NULL || atomic_fetch_sub(&stock->refs, 1) != 1)
		return;
	for (size_t i = 0; i < stock->nfields; i++) {
		struct stock_field *field = &stock->fields[i];

		for (size_t k = 0; k < field->nparts; k++)
			ecs_completer_unref(field->parts[k].completer);
		free(field->counts);
		free(field->first);
		free(field->rows);
	}
	free(stock->fields);
	ecs_table_unref(stock->table);
	free(stock);
}

size_t
ecs_stock_bytes(const struct stock *stock)
{
	size_t bytes = sizeof(*stock);

	for (size_t i = 0; i < stock->nfields; i++) {
		const struct stock_field *field = &stock->fields[i];

		bytes += sizeof(*field);
		for (size_t k = 0; k < field->nparts; k++)
			bytes += ecs_completer_bytes(field->parts[k].completer);
		if (field->first != NULL)
			bytes += (field->ordinals + (size_t)1 +
				     field->first[field->ordinals]) *
			    sizeof(uint32_t);
		else if (field->counts != NULL)
			bytes += field->ordinals * sizeof(uint32_t);
	}
	return bytes;
}
