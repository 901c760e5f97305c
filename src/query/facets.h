/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_FACETS_H
#define ECS_QUERY_FACETS_H
/*
 * Counting one facet over all sources.
 */
#include "internal.h"

struct counting {
	const struct ecs_search *search;
	const struct ecs_facet_request *request;
	const struct ecs_source *sources;
	const struct rowset *sets;
	size_t nsources;
	const struct ecs_query_context *context;
	struct ecs_result *result;
	struct ecs_facet *facet;
	struct ecs_arena *arena;
	struct ecs_err *err;
};

/*
 * The rows a facet counts in source s, and the field there.  NULL field: the
 * collection has no such facet.  owned says whether rows must be freed.  False
 * also when the time has run out.
 */
struct facet_rows {
	const struct ecs_field *field;
	struct ecs_bitmap *rows;
	bool owned;
};
bool ecs_facet_rows(struct counting *in, size_t s, struct facet_rows *rows);
void ecs_facet_rows_fini(struct facet_rows *rows);

/* Add the rows that carry no value to the facet's missing. */
bool ecs_facet_count_missing(struct counting *in,
    const struct ecs_source *source, const struct facet_rows *rows);

/* Is this value chosen by a top-level clause of the filter? */
bool ecs_facet_selected(const struct ecs_search *search, const char *field,
    const char *text, double number);
/* The label of a text value in the asked language. */
const char *ecs_facet_label(
    const struct counting *in, const struct ecs_field *field, const char *text);
/* The label of a number or date. */
const char *ecs_facet_number_label(
    const struct counting *in, const struct ecs_field *field, double number);

bool ecs_facet_count_values(struct counting *in);  /* facet_values.c */
bool ecs_facet_count_buckets(struct counting *in); /* facet_buckets.c */
bool ecs_facet_count_tree(struct counting *in);    /* facet_tree.c */
#endif
