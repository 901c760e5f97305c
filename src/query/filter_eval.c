/* SPDX-License-Identifier: ISC */
/*
 * filter_eval - a filter against the columns of one source.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/records.h"

#include "internal.h"

static struct ecs_bitmap *
no_rows(const struct ecs_source *source, struct ecs_err *err)
{
	struct ecs_bitmap *rows =
	    ecs_bitmap_new(ecs_table_limit(source->table));

	if (rows == NULL)
		ecs_err_memory(err);
	return rows;
}

/* An id is no column: the document is looked up. */
static bool
select_id(const struct ecs_filter *filter, const struct ecs_source *source,
    struct ecs_bitmap *rows, struct ecs_err *err)
{
	struct ecs_record record;
	bool found;

	if (filter->kind == ECS_FILTER_PRESENT) {
		ecs_bitmap_or(rows, ecs_table_live(source->table));
		return true;
	}
	if (!ecs_record_by_id(source->records, source->records_collection,
		filter->value, filter->value_len, source->revision, &record,
		&found, err))
		return false;
	if (found && record.number < rows->bits)
		ecs_bitmap_set(rows, record.number);
	return true;
}

static void
want_range(const struct ecs_source *source, size_t column,
    const struct ecs_filter *filter, struct ecs_bitmap *wanted)
{
	for (uint32_t i = 0; i < wanted->bits; i++) {
		double number = ecs_column_number(source->table, column, i);

		if (number >= filter->low && number <= filter->high)
			ecs_bitmap_set(wanted, i);
	}
}

static void
want_text(const struct ecs_table *table, size_t column, const char *text,
    size_t len, struct ecs_bitmap *wanted)
{
	uint32_t ordinal = ecs_column_find_text(table, column, text, len);

	if (ordinal < wanted->bits)
		ecs_bitmap_set(wanted, ordinal);
}

void
ecs_want_subtree(const struct ecs_table *table, size_t column,
    const struct ecs_vocabulary *vocabulary, int concept,
    struct ecs_bitmap *wanted)
{
	const struct ecs_concept *it = &vocabulary->concepts[concept];

	want_text(table, column, it->id, strlen(it->id), wanted);
	for (int narrower = it->first_narrower; narrower >= 0;
	     narrower = vocabulary->concepts[narrower].next_narrower)
		ecs_want_subtree(table, column, vocabulary, narrower, wanted);
}

static bool
select_values(const struct ecs_filter *filter, const struct ecs_field *field,
    const struct ecs_source *source, struct ecs_bitmap *rows,
    struct ecs_err *err)
{
	size_t column = (size_t)field->column;
	struct ecs_bitmap *wanted =
	    ecs_bitmap_new(ecs_column_cardinality(source->table, column));
	int concept = -1;

	if (wanted == NULL)
		return ecs_err_memory(err);
	if (filter->kind == ECS_FILTER_SUBTREE && field->vocabulary != NULL)
		concept = ecs_vocabulary_find(
		    field->vocabulary, filter->value, filter->value_len);
	/* A value outside the vocabulary has nothing below it but itself. */
	if (concept >= 0)
		ecs_want_subtree(
		    source->table, column, field->vocabulary, concept, wanted);
	else if (filter->numeric)
		want_range(source, column, filter, wanted);
	else
		want_text(source->table, column, filter->value,
		    filter->value_len, wanted);
	ecs_column_select(source->table, column, wanted, rows);
	ecs_bitmap_free(wanted);
	return true;
}

/* Was the value read as this field's values are? */
static bool
reads_alike(const struct ecs_filter *filter, const struct ecs_field *field)
{
	if (filter->kind == ECS_FILTER_PRESENT)
		return true;
	if (filter->numeric)
		return field->type == filter->type;
	return field->type != ECS_NUMBER && field->type != ECS_DATE;
}

static struct ecs_bitmap *
clause_rows(const struct ecs_filter *filter, const struct ecs_source *source,
    struct ecs_err *err)
{
	const struct ecs_field *field =
	    ecs_filter_field(source->collection, filter->field);
	struct ecs_bitmap *rows = no_rows(source, err);
	bool ok = true;

	if (rows == NULL || field == NULL || !reads_alike(filter, field))
		return rows;
	if (strcmp(field->name, "id") == 0)
		ok = select_id(filter, source, rows, err);
	else if (field->column < 0)
		return rows;
	else if (filter->kind == ECS_FILTER_PRESENT)
		ecs_column_present(source->table, (size_t)field->column, rows);
	else
		ok = select_values(filter, field, source, rows, err);
	if (ok)
		return rows;
	ecs_bitmap_free(rows);
	return NULL;
}

static struct ecs_bitmap *
negated_rows(const struct ecs_filter *filter, const struct ecs_source *source,
    struct ecs_err *err)
{
	struct ecs_bitmap *child =
	    ecs_filter_rows(filter->children[0], source, err);
	struct ecs_bitmap *rows;

	if (child == NULL)
		return NULL;
	rows = ecs_bitmap_copy(ecs_table_live(source->table));
	if (rows == NULL)
		ecs_err_memory(err);
	else
		ecs_bitmap_andnot(rows, child);
	ecs_bitmap_free(child);
	return rows;
}

static struct ecs_bitmap *
combined_rows(const struct ecs_filter *filter, const struct ecs_source *source,
    struct ecs_err *err)
{
	struct ecs_bitmap *rows = NULL;

	for (size_t i = 0; i < filter->nchildren; i++) {
		struct ecs_bitmap *child =
		    ecs_filter_rows(filter->children[i], source, err);

		if (child == NULL) {
			ecs_bitmap_free(rows);
			return NULL;
		}
		if (rows == NULL) {
			rows = child;
			continue;
		}
		if (filter->kind == ECS_FILTER_AND)
			ecs_bitmap_and(rows, child);
		else
			ecs_bitmap_or(rows, child);
		ecs_bitmap_free(child);
	}
	return rows;
}

struct ecs_bitmap *
ecs_filter_rows(const struct ecs_filter *filter,
    const struct ecs_source *source, struct ecs_err *err)
{
	switch (filter->kind) {
	case ECS_FILTER_AND:
	case ECS_FILTER_OR:
		return combined_rows(filter, source, err);
	case ECS_FILTER_NOT:
		return negated_rows(filter, source, err);
	case ECS_FILTER_VALUE:
	case ECS_FILTER_SUBTREE:
	case ECS_FILTER_RANGE:
	case ECS_FILTER_PRESENT:
		return clause_rows(filter, source, err);
	}
	return NULL;
}

size_t
ecs_filter_clauses(const struct ecs_filter *filter,
    struct ecs_filter *const **clauses, struct ecs_filter *const *self)
{
	if (filter == NULL)
		return 0;
	if (filter->kind == ECS_FILTER_AND) {
		*clauses = filter->children;
		return filter->nchildren;
	}
	*clauses = self;
	return 1;
}

bool
ecs_filter_only(const struct ecs_filter *clause, const char *field)
{
	if (clause->field != NULL)
		return strcmp(clause->field, field) == 0;
	for (size_t i = 0; i < clause->nchildren; i++)
		if (!ecs_filter_only(clause->children[i], field))
			return false;
	return true;
}
