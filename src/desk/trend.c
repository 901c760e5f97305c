/* SPDX-License-Identifier: ISC */
/*
 * trend - how often the places of queries are, by the values of a field.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ecsearch/err.h"

#include "corpus.h"
#include "measures.h"

struct count {
	const struct ecs_desk *desk;
	const struct ecs_field *field;
	const struct ecs_table *table;
	size_t column;
	size_t nqueries;
	uint32_t *words;    /* by row */
	uint32_t *places;   /* by row, query after query */
	uint32_t *group_of; /* by ordinal; NO_WORD: none */
	uint32_t ordinals;
	uint32_t rows;
	struct ecs_trend *trend;
};

static int
by_value(const void *a, const void *b)
{
	const struct ecs_trend_group *x = a;
	const struct ecs_trend_group *y = b;

	if (x->text != NULL)
		return strcmp(x->text, y->text);
	return (x->number > y->number) - (x->number < y->number);
}

/* What an ordinal stands for. */
static struct ecs_trend_group
value_of(const struct count *in, uint32_t ordinal)
{
	struct ecs_trend_group value = {0};
	size_t len;

	if (in->field->type == ECS_KEYWORD) {
		value.text =
		    ecs_column_text(in->table, in->column, ordinal, &len);
		return value;
	}
	value.number = ecs_column_number(in->table, in->column, ordinal);
	if (in->field->type == ECS_DATE) {
		time_t seconds = (time_t)floor(value.number);
		struct tm tm;

		if (gmtime_r(&seconds, &tm) != NULL)
			value.number = tm.tm_year + 1900.0;
	}
	return value;
}

/* ---- the groups ---- */

/* Sort, and keep each value once. */
static void
sort_groups(struct ecs_trend *trend)
{
	size_t n = 0;

	if (trend->n > 1)
		qsort(
		    trend->groups, trend->n, sizeof(*trend->groups), by_value);
	for (size_t i = 0; i < trend->n; i++)
		if (n == 0 ||
		    by_value(&trend->groups[n - 1], &trend->groups[i]) != 0)
			trend->groups[n++] = trend->groups[i];
	trend->n = n;
}

static bool
are_whole(const struct ecs_trend *trend)
{
	for (size_t i = 0; i < trend->n; i++)
		if (trend->groups[i].text != NULL ||
		    trend->groups[i].number != floor(trend->groups[i].number))
			return false;
	return trend->n > 1 &&
	    trend->groups[trend->n - 1].number - trend->groups[0].number <
	    ECS_TREND_GROUPS;
}

/* Put the whole numbers between that nothing has. */
static bool
fill_gaps(struct ecs_trend *trend)
{
	double first;
	size_t n;
	struct ecs_trend_group *all;

	if (!are_whole(trend))
		return true;
	first = trend->groups[0].number;
	n = (size_t)(trend->groups[trend->n - 1].number - first) + 1;
	all = calloc(n, sizeof(*all));
	if (all == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		all[i].number = first + (double)i;
	free(trend->groups);
	trend->groups = all;
	trend->n = n;
	return true;
}

static bool
make_groups(struct count *in, const struct ecs_bitmap *rows)
{
	struct ecs_trend *trend = in->trend;
	uint32_t *counts = calloc(in->ordinals + 1, sizeof(*counts));
	uint32_t missing = 0;

	trend->groups = calloc(in->ordinals + 1, sizeof(*trend->groups));
	if (counts == NULL || trend->groups == NULL) {
		free(counts);
		return false;
	}
	ecs_column_count(
	    in->table, in->column, rows, counts, in->ordinals, &missing);
	for (uint32_t i = 0; i < in->ordinals; i++)
		if (counts[i] > 0)
			trend->groups[trend->n++] = value_of(in, i);
	sort_groups(trend);
	if (!fill_gaps(trend)) {
		free(counts);
		return false;
	}
	for (uint32_t i = 0; i < in->ordinals; i++) {
		struct ecs_trend_group value = value_of(in, i);
		const struct ecs_trend_group *found = counts[i] == 0
		    ? NULL
		    : bsearch(&value, trend->groups, trend->n,
			  sizeof(*trend->groups), by_value);

		in->group_of[i] =
		    found == NULL ? NO_WORD : (uint32_t)(found - trend->groups);
	}
	free(counts);
	return true;
}

/* ---- counting ---- */

static void
count_words(struct count *in)
{
	const struct ecs_corpus *corpus = in->desk->corpus;

	for (size_t b = 0; b < corpus->nblocks; b++) {
		const struct desk_block *block = corpus->blocks[b];

		for (uint32_t i = 0; block != NULL && i < block->nunits; i++)
			in->words[block->units[i].row] += block->units[i].words;
	}
}

static void
count_places(struct count *in, const struct ecs_places *places)
{
	for (size_t q = 0; q < in->nqueries; q++)
		for (size_t i = 0; i < places[q].n; i++) {
			uint32_t row = desk_corpus_unit(
			    in->desk->corpus, places[q].list[i].unit)
					   .unit->row;

			in->places[q * in->rows + row]++;
		}
}

static void
add_row(struct count *in, uint32_t row, struct ecs_trend_group *group)
{
	group->words += in->words[row];
	group->documents++;
	for (size_t q = 0; q < in->nqueries; q++) {
		uint32_t places = in->places[q * in->rows + row];

		group->counts[q].places += places;
		group->counts[q].documents += places > 0;
	}
}

static void
count_row(struct count *in, uint32_t row)
{
	const uint32_t *ordinals;
	uint32_t n = ecs_column_row(in->table, in->column, row, &ordinals);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t group = in->group_of[ordinals[i]];
		uint32_t k = 0;

		/* Two dates of one year are one value. */
		while (k < i && in->group_of[ordinals[k]] != group)
			k++;
		if (group != NO_WORD && k == i)
			add_row(in, row, &in->trend->groups[group]);
	}
}

static void
measure(const struct ecs_trend_group *group, struct ecs_trend_count *count)
{
	double words = (double)group->words;
	struct desk_interval places =
	    desk_count_interval((double)count->places);
	struct desk_interval share = desk_share_interval(
	    (double)count->documents, (double)group->documents);

	/* Of nothing there is no frequency, and no share. */
	count->per_million =
	    words > 0 ? (double)count->places * 1e6 / words : NAN;
	count->per_million_low = words > 0 ? places.low * 1e6 / words : NAN;
	count->per_million_high = words > 0 ? places.high * 1e6 / words : NAN;
	count->share = group->documents > 0
	    ? (double)count->documents / (double)group->documents
	    : NAN;
	count->share_low = group->documents > 0 ? share.low : NAN;
	count->share_high = group->documents > 0 ? share.high : NAN;
}

static bool
count_all(struct count *in, const struct ecs_bitmap *rows,
    const struct ecs_places *places)
{
	in->words = calloc(in->rows + 1, sizeof(*in->words));
	in->places = calloc(in->nqueries * in->rows + 1, sizeof(*in->places));
	in->group_of = calloc(in->ordinals + 1, sizeof(*in->group_of));
	if (in->words == NULL || in->places == NULL || in->group_of == NULL ||
	    !make_groups(in, rows))
		return false;
	count_words(in);
	count_places(in, places);
	for (uint32_t row = ecs_bitmap_next(rows, 0); row != UINT32_MAX;
	     row = ecs_bitmap_next(rows, row + 1))
		count_row(in, row);
	for (size_t i = 0; i < in->trend->n; i++)
		for (size_t q = 0; q < in->nqueries; q++)
			measure(&in->trend->groups[i],
			    &in->trend->groups[i].counts[q]);
	return true;
}

bool
ecs_desk_trend(const struct ecs_desk *desk, const struct ecs_field *field,
    const struct ecs_bitmap *rows, const struct ecs_places *places,
    size_t nqueries, struct ecs_trend *trend, struct ecs_err *err)
{
	const struct ecs_table *table = desk->source->table;
	struct count in = {.desk = desk,
	    .field = field,
	    .table = table,
	    .column = (size_t)field->column,
	    .nqueries = nqueries,
	    .ordinals = ecs_column_cardinality(table, (size_t)field->column),
	    .rows = ecs_table_limit(table),
	    .trend = trend};
	bool ok;

	memset(trend, 0, sizeof(*trend));
	ok = count_all(&in, rows, places) || ecs_err_memory(err);
	free(in.words);
	free(in.places);
	free(in.group_of);
	if (!ok)
		ecs_trend_free(trend);
	return ok && desk_in_time(desk, err);
}

void
ecs_trend_free(struct ecs_trend *trend)
{
	free(trend->groups);
	memset(trend, 0, sizeof(*trend));
}
