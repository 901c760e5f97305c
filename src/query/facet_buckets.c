/* SPDX-License-Identifier: ISC */
/*
 * facet_buckets - counts by ranges that were given, or by equal steps.
 *
 * A document is counted once in a bucket, however many of its values fall
 * there.  Of a histogram every bucket between the first and the last is listed,
 * the empty ones too.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "facets.h"

enum { MOST_BUCKETS = 1000 };

struct buckets {
	struct counting *in;
	struct ecs_facet_range *list;
	uint32_t *counts;
	size_t n;
};

/* ---- edges ---- */

/* The start of the calendar unit that holds a moment, n units later. */
static double
calendar_start(enum ecs_calendar calendar, double seconds, int later)
{
	time_t time = (time_t)floor(seconds);
	struct tm parts;

	if (gmtime_r(&time, &parts) == NULL)
		return seconds;
	parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
	switch (calendar) {
	case ECS_NO_CALENDAR:
		return seconds;
	case ECS_DAY:
		parts.tm_mday += later;
		break;
	case ECS_MONTH:
		parts.tm_mday = 1;
		parts.tm_mon += later;
		break;
	case ECS_QUARTER:
		parts.tm_mday = 1;
		parts.tm_mon = parts.tm_mon / 3 * 3 + 3 * later;
		break;
	case ECS_YEAR:
		parts.tm_mday = 1;
		parts.tm_mon = 0;
		parts.tm_year += later;
		break;
	}
	return (double)timegm(&parts);
}

static double
bucket_start(const struct ecs_facet_request *request, double number)
{
	if (request->calendar != ECS_NO_CALENDAR)
		return calendar_start(request->calendar, number, 0);
	return floor(number / request->interval) * request->interval;
}

static double
next_start(const struct ecs_facet_request *request, double start)
{
	if (request->calendar != ECS_NO_CALENDAR)
		return calendar_start(request->calendar, start, 1);
	return (round(start / request->interval) + 1) * request->interval;
}

/* Say that not all steps are listed; never fails. */
static bool
cut_steps(struct buckets *buckets)
{
	struct counting *in = buckets->in;

	in->facet->exact = false;
	ecs_result_warn(in->result, "too_many_buckets",
	    "the histogram of %s was cut at %d steps; ask for a larger "
	    "interval",
	    in->request->field, (int)MOST_BUCKETS);
	return true;
}

static bool
make_steps(struct buckets *buckets)
{
	struct counting *in = buckets->in;
	const struct ecs_facet_request *request = in->request;
	double start;

	buckets->list =
	    ecs_arena_alloc(in->arena, MOST_BUCKETS * sizeof(*buckets->list));
	if (buckets->list == NULL)
		return ecs_err_memory(in->err);
	if (in->facet->counted == 0)
		return true;
	start = bucket_start(request, in->facet->min);
	if (!isfinite(start))
		return cut_steps(buckets);
	while (start <= in->facet->max) {
		double next = next_start(request, start);

		/* Steps that are too small for a double stand still. */
		if (buckets->n == MOST_BUCKETS || !(next > start))
			return cut_steps(buckets);
		buckets->list[buckets->n].from = start;
		buckets->list[buckets->n++].to = next;
		start = next;
	}
	return true;
}

static bool
take_ranges(struct buckets *buckets)
{
	struct counting *in = buckets->in;
	size_t n = in->request->nranges;

	buckets->list =
	    ecs_arena_alloc(in->arena, (n + 1) * sizeof(*buckets->list));
	if (buckets->list == NULL)
		return ecs_err_memory(in->err);
	memcpy(buckets->list, in->request->ranges, n * sizeof(*buckets->list));
	buckets->n = n;
	return true;
}

/* ---- counts ---- */

static bool
count_bucket(struct buckets *buckets, const struct ecs_source *source,
    const struct facet_rows *rows, size_t b)
{
	size_t column = (size_t)rows->field->column;
	struct ecs_bitmap *wanted =
	    ecs_bitmap_new(ecs_column_cardinality(source->table, column));
	struct ecs_bitmap *found =
	    ecs_bitmap_new(ecs_table_limit(source->table));
	bool ok = wanted != NULL && found != NULL;

	if (ok) {
		for (uint32_t i = 0; i < wanted->bits; i++) {
			double number =
			    ecs_column_number(source->table, column, i);

			if (number >= buckets->list[b].from &&
			    number < buckets->list[b].to)
				ecs_bitmap_set(wanted, i);
		}
		ecs_column_select(source->table, column, wanted, found);
		ecs_bitmap_and(found, rows->rows);
		buckets->counts[b] += ecs_bitmap_count(found);
	}
	ecs_bitmap_free(wanted);
	ecs_bitmap_free(found);
	return ok || ecs_err_memory(buckets->in->err);
}

/* The bucket of steps that holds number; they lie side by side. */
static size_t
find_step(const struct buckets *buckets, double number)
{
	size_t low = 0;
	size_t high = buckets->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (buckets->list[middle].to <= number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* One value a document: each ordinal goes to its step. */
static bool
count_steps(struct buckets *buckets, const struct ecs_source *source,
    const struct facet_rows *rows)
{
	size_t column = (size_t)rows->field->column;
	uint32_t n = ecs_column_cardinality(source->table, column);
	uint32_t *counts = calloc((size_t)n + 1, sizeof(*counts));
	uint32_t missing;

	if (counts == NULL)
		return ecs_err_memory(buckets->in->err);
	ecs_column_count(
	    source->table, column, rows->rows, counts, n, &missing);
	for (uint32_t i = 0; i < n; i++) {
		size_t b;

		if (counts[i] == 0)
			continue;
		b = find_step(
		    buckets, ecs_column_number(source->table, column, i));
		if (b < buckets->n)
			buckets->counts[b] += counts[i];
	}
	free(counts);
	return true;
}

static bool
count_source(struct buckets *buckets, size_t s)
{
	struct counting *in = buckets->in;
	const struct ecs_source *source = &in->sources[s];
	struct facet_rows rows;
	bool ok = ecs_facet_rows(in, s, &rows);

	if (ok && rows.field == NULL) {
		in->facet->missing += ecs_bitmap_count(in->sets[s].rows);
	} else if (ok) {
		ok = ecs_facet_count_missing(in, source, &rows);
		if (in->request->type == ECS_FACET_HISTOGRAM &&
		    !rows.field->multi)
			ok = ok && count_steps(buckets, source, &rows);
		else
			for (size_t b = 0; ok && b < buckets->n; b++)
				ok = !ecs_deadline_passed(
					 in->context->deadline) &&
				    count_bucket(buckets, source, &rows, b);
	}
	ecs_facet_rows_fini(&rows);
	return ok;
}

/* ---- the answer ---- */

static const char *
range_label(const struct counting *in, const struct ecs_facet_range *range)
{
	const struct ecs_field *field = in->facet->field;
	char text[160];
	const char *from = isfinite(range->from)
	    ? ecs_facet_number_label(in, field, range->from)
	    : "";
	const char *to = isfinite(range->to)
	    ? ecs_facet_number_label(in, field, range->to)
	    : "";
	const char *copy;

	if (range->label != NULL)
		return range->label;
	snprintf(text, sizeof(text), "%s \xE2\x80\x93 %s", from, to);
	copy = ecs_arena_strdup(in->arena, text);
	return copy == NULL ? "" : copy;
}

static const char *
step_label(const struct counting *in, double start)
{
	const char *label = ecs_facet_number_label(in, in->facet->field, start);

	switch (in->request->calendar) {
	case ECS_YEAR:
		label = ecs_arena_strndup(in->arena, label, 4);
		break;
	case ECS_MONTH:
		label = ecs_arena_strndup(in->arena, label, 7);
		break;
	case ECS_NO_CALENDAR:
	case ECS_DAY:
	case ECS_QUARTER:
		break;
	}
	return label == NULL ? "" : label;
}

/*
 * Does the clause choose this stretch?  It must begin where the stretch does
 * and end in it: whether 2010..2019 or 2010..2020 is written for the years
 * until 2020 depends on who writes it.
 */
static bool
clause_chooses(const struct ecs_filter *clause, const char *field,
    const struct ecs_facet_range *range)
{
	if (clause->kind == ECS_FILTER_OR) {
		for (size_t i = 0; i < clause->nchildren; i++)
			if (clause_chooses(clause->children[i], field, range))
				return true;
		return false;
	}
	if ((clause->kind != ECS_FILTER_RANGE &&
		clause->kind != ECS_FILTER_VALUE) ||
	    !clause->numeric || strcmp(clause->field, field) != 0)
		return false;
	return clause->low == range->from && clause->high >= range->from &&
	    clause->high <= range->to &&
	    isfinite(clause->high) == isfinite(range->to);
}

static bool
is_selected(const struct counting *in, const struct ecs_facet_range *range)
{
	struct ecs_filter *const *clauses = NULL;
	size_t n = ecs_filter_clauses(in->search->filter, &clauses,
	    (struct ecs_filter *const *)&in->search->filter);

	for (size_t i = 0; i < n; i++)
		if (clause_chooses(clauses[i], in->request->field, range))
			return true;
	return false;
}

static bool
fill(struct buckets *buckets)
{
	struct counting *in = buckets->in;
	struct ecs_facet *facet = in->facet;

	facet->values = ecs_arena_alloc(
	    in->arena, (buckets->n + 1) * sizeof(*facet->values));
	if (facet->values == NULL)
		return ecs_err_memory(in->err);
	for (size_t b = 0; b < buckets->n; b++) {
		struct ecs_facet_value *value = &facet->values[b];
		const struct ecs_facet_range *range = &buckets->list[b];

		value->number = range->from;
		value->to = range->to;
		value->label = in->request->type == ECS_FACET_RANGE
		    ? range_label(in, range)
		    : step_label(in, range->from);
		value->count = buckets->counts[b];
		value->parent = -1;
		value->selected = is_selected(in, range);
		facet->total_values += value->count > 0;
	}
	facet->nvalues = buckets->n;
	return true;
}

bool
ecs_facet_count_buckets(struct counting *in)
{
	struct buckets buckets = {.in = in};
	bool ok = in->request->type == ECS_FACET_RANGE ? take_ranges(&buckets)
						       : make_steps(&buckets);

	if (!ok)
		return false;
	buckets.counts = ecs_arena_alloc(
	    in->arena, (buckets.n + 1) * sizeof(*buckets.counts));
	if (buckets.counts == NULL)
		return ecs_err_memory(in->err);
	for (size_t s = 0; s < in->nsources; s++)
		if (!count_source(&buckets, s))
			return false;
	return fill(&buckets);
}
