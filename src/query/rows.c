/* SPDX-License-Identifier: ISC */
/*
 * rows - what a search lets through in one source, kept in its parts so that
 * a facet can be counted without its own choice.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* AND b into *rows, which NULL means everything; b is taken over. */
static void
narrow(struct ecs_bitmap **rows, struct ecs_bitmap *b)
{
	if (*rows == NULL) {
		*rows = b;
		return;
	}
	ecs_bitmap_and(*rows, b);
	ecs_bitmap_free(b);
}

static bool
build_fixed(const struct ecs_search *search, const struct ecs_source *source,
    struct rowset *set, struct ecs_err *err)
{
	struct ecs_bitmap *rows;

	if (search->embedded != NULL) {
		rows = ecs_filter_rows(search->embedded, source, err);
		if (rows == NULL)
			return false;
		narrow(&set->fixed, rows);
	}
	rows = ecs_geo_rows(search, source, err);
	if (rows != NULL)
		narrow(&set->fixed, rows);
	return rows != NULL || err->status == 0;
}

static bool
build_clauses(const struct ecs_search *search, const struct ecs_source *source,
    struct rowset *set, struct ecs_err *err)
{
	set->nclauses = ecs_filter_clauses(search->filter, &set->clauses,
	    (struct ecs_filter *const *)&search->filter);
	set->clause = calloc(set->nclauses + 1, sizeof(struct ecs_bitmap *));
	if (set->clause == NULL) {
		set->nclauses = 0;
		return ecs_err_memory(err);
	}
	for (size_t i = 0; i < set->nclauses; i++) {
		set->clause[i] = ecs_filter_rows(set->clauses[i], source, err);
		if (set->clause[i] == NULL)
			return false;
	}
	return true;
}

/* Everything together, but for the clauses that name only field. */
static struct ecs_bitmap *
combine(const struct rowset *set, const struct ecs_source *source,
    const char *field, struct ecs_err *err)
{
	struct ecs_bitmap *rows =
	    ecs_bitmap_copy(ecs_table_live(source->table));

	if (rows == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	if (set->words != NULL)
		ecs_bitmap_and(rows, set->words);
	if (set->fixed != NULL)
		ecs_bitmap_and(rows, set->fixed);
	for (size_t i = 0; i < set->nclauses; i++)
		if (field == NULL || !ecs_filter_only(set->clauses[i], field))
			ecs_bitmap_and(rows, set->clause[i]);
	return rows;
}

bool
ecs_rowset_build(const struct ecs_search *search,
    const struct ecs_source *source, struct rowset *set, struct ecs_err *err)
{
	if (!build_fixed(search, source, set, err) ||
	    !build_clauses(search, source, set, err))
		return false;
	set->rows = combine(set, source, NULL, err);
	return set->rows != NULL;
}

void
ecs_rowset_fini(struct rowset *set)
{
	ecs_bitmap_free(set->words);
	ecs_bitmap_free(set->fixed);
	ecs_bitmap_free(set->rows);
	for (size_t i = 0; i < set->nclauses; i++)
		ecs_bitmap_free(set->clause[i]);
	free(set->clause);
	memset(set, 0, sizeof(*set));
}

struct ecs_bitmap *
ecs_rowset_without(const struct rowset *set, const struct ecs_source *source,
    const char *field, struct ecs_err *err)
{
	return combine(set, source, field, err);
}
