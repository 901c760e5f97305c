/* SPDX-License-Identifier: ISC */
/*
 * facets - count every facet over the rows of all sources.
 *
 * A facet is counted as if the filter clauses that name only its field were
 * absent, so a reader can widen a choice; with disjunctive false they stay.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "facets.h"

static bool
is_numeric(const struct ecs_field *field)
{
	return field->type == ECS_NUMBER || field->type == ECS_DATE;
}

/* The field as this source counts it, or NULL. */
static const struct ecs_field *
countable_field(const struct counting *in, size_t s)
{
	const struct ecs_field *field =
	    ecs_collection_field(in->sources[s].collection, in->request->field);

	return field == NULL || !field->facet || field->is_private ||
		field->column < 0
	    ? NULL
	    : field;
}

bool
ecs_facet_rows(struct counting *in, size_t s, struct facet_rows *rows)
{
	const struct ecs_field *field = countable_field(in, s);

	memset(rows, 0, sizeof(*rows));
	if (ecs_deadline_passed(in->context->deadline))
		return false;
	/* Numbers and words of one name are two things: the first counts. */
	if (field == NULL || is_numeric(field) != is_numeric(in->facet->field))
		return true;
	rows->field = field;
	rows->rows = in->sets[s].rows;
	if (!in->request->disjunctive)
		return true;
	for (size_t i = 0; i < in->sets[s].nclauses && !rows->owned; i++)
		rows->owned =
		    ecs_filter_only(in->sets[s].clauses[i], in->request->field);
	if (rows->owned)
		rows->rows = ecs_rowset_without(
		    &in->sets[s], &in->sources[s], in->request->field, in->err);
	return rows->rows != NULL;
}

void
ecs_facet_rows_fini(struct facet_rows *rows)
{
	if (rows->owned)
		ecs_bitmap_free(rows->rows);
}

bool
ecs_facet_count_missing(struct counting *in, const struct ecs_source *source,
    const struct facet_rows *rows)
{
	struct ecs_bitmap *present =
	    ecs_bitmap_new(ecs_table_limit(source->table));

	if (present == NULL)
		return ecs_err_memory(in->err);
	ecs_column_present(source->table, (size_t)rows->field->column, present);
	ecs_bitmap_and(present, rows->rows);
	in->facet->missing +=
	    ecs_bitmap_count(rows->rows) - ecs_bitmap_count(present);
	ecs_bitmap_free(present);
	return true;
}

/* ---- chosen values ---- */

static bool
clause_selects(const struct ecs_filter *clause, const char *field,
    const char *text, double number)
{
	if (clause->kind == ECS_FILTER_OR) {
		for (size_t i = 0; i < clause->nchildren; i++)
			if (clause_selects(
				clause->children[i], field, text, number))
				return true;
		return false;
	}
	if ((clause->kind != ECS_FILTER_VALUE &&
		clause->kind != ECS_FILTER_SUBTREE) ||
	    strcmp(clause->field, field) != 0)
		return false;
	if (text != NULL)
		return strcmp(clause->value, text) == 0;
	return clause->numeric && number >= clause->low &&
	    number <= clause->high;
}

bool
ecs_facet_selected(const struct ecs_search *search, const char *field,
    const char *text, double number)
{
	const struct ecs_filter *filter = search->filter;

	if (filter == NULL)
		return false;
	if (filter->kind != ECS_FILTER_AND)
		return clause_selects(filter, field, text, number);
	for (size_t i = 0; i < filter->nchildren; i++)
		if (clause_selects(filter->children[i], field, text, number))
			return true;
	return false;
}

/* ---- labels ---- */

const char *
ecs_facet_label(
    const struct counting *in, const struct ecs_field *field, const char *text)
{
	int concept;

	if (field->vocabulary == NULL)
		return text;
	concept = ecs_vocabulary_find(field->vocabulary, text, strlen(text));
	if (concept < 0)
		return text;
	return ecs_label(&field->vocabulary->concepts[concept].labels,
	    in->context->label_lang, text);
}

const char *
ecs_facet_number_label(
    const struct counting *in, const struct ecs_field *field, double number)
{
	char text[64];
	const char *copy;

	if (field->type == ECS_DATE)
		ecs_format_date(number, text);
	else
		snprintf(text, sizeof(text), "%.15g", number);
	copy = ecs_arena_strdup(in->arena, text);
	return copy == NULL ? "" : copy;
}

/* ---- statistics ---- */

/* Minimum, maximum and sum of the numbers counted in one source. */
static bool
add_stats(struct counting *in, const struct ecs_source *source,
    const struct facet_rows *rows)
{
	size_t column = (size_t)rows->field->column;
	uint32_t n = ecs_column_cardinality(source->table, column);
	uint32_t *counts =
	    ecs_arena_alloc(in->arena, ((size_t)n + 1) * sizeof(*counts));
	struct ecs_facet *facet = in->facet;
	uint32_t missing;

	if (counts == NULL)
		return ecs_err_memory(in->err);
	ecs_column_count(
	    source->table, column, rows->rows, counts, n, &missing);
	for (uint32_t i = 0; i < n; i++) {
		double number;

		if (counts[i] == 0)
			continue;
		number = ecs_column_number(source->table, column, i);
		if (facet->counted == 0 || number < facet->min)
			facet->min = number;
		if (facet->counted == 0 || number > facet->max)
			facet->max = number;
		facet->sum += number * counts[i];
		facet->counted += counts[i];
	}
	return true;
}

static bool
count_stats(struct counting *in)
{
	const struct ecs_field *field = in->facet->field;

	if (field == NULL || !is_numeric(field))
		return true;
	in->facet->has_stats = true;
	for (size_t s = 0; s < in->nsources; s++) {
		struct facet_rows rows;
		bool ok = ecs_facet_rows(in, s, &rows);

		if (ok && rows.field != NULL)
			ok = add_stats(in, &in->sources[s], &rows);
		ecs_facet_rows_fini(&rows);
		if (!ok)
			return false;
	}
	return true;
}

/* ---- the door ---- */

static const struct ecs_field *
first_field(const struct counting *in)
{
	const struct ecs_field *field = NULL;

	for (size_t s = 0; s < in->nsources && field == NULL; s++)
		field = countable_field(in, s);
	return field;
}

static bool
count_facet(struct counting *in)
{
	in->facet->request = in->request;
	in->facet->field = first_field(in);
	in->facet->exact = true;
	if (in->facet->field == NULL)
		return true;
	if (!count_stats(in))
		return false;
	switch (in->request->type) {
	case ECS_FACET_VALUE:
		return ecs_facet_count_values(in);
	case ECS_FACET_RANGE:
	case ECS_FACET_HISTOGRAM:
		return ecs_facet_count_buckets(in);
	case ECS_FACET_TREE:
		return ecs_facet_count_tree(in);
	}
	return false;
}

bool
ecs_facets_count(const struct ecs_search *search,
    const struct ecs_source *sources, const struct rowset *sets,
    size_t nsources, const struct ecs_query_context *context,
    struct ecs_result *result, struct ecs_err *err)
{
	result->facets = ecs_arena_alloc(
	    result->arena, (search->nfacets + 1) * sizeof(*result->facets));
	if (result->facets == NULL)
		return ecs_err_memory(err);
	for (size_t i = 0; i < search->nfacets; i++) {
		struct counting in = {.search = search,
		    .request = &search->facets[i],
		    .sources = sources,
		    .sets = sets,
		    .nsources = nsources,
		    .context = context,
		    .result = result,
		    .facet = &result->facets[i],
		    .arena = result->arena,
		    .err = err};

		if (!count_facet(&in))
			return false;
		result->nfacets++;
	}
	return true;
}
