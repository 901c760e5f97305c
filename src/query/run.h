/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_RUN_H
#define ECS_QUERY_RUN_H
/*
 * A search under way; of one thread, made and freed in search.c.
 */
#include "score.h"

struct run {
	const struct ecs_search *search;
	const struct ecs_source *sources;
	size_t nsources;
	const struct ecs_query_context *context;
	struct ecs_result *result;
	struct ecs_err *err;
	struct query_tree tree;
	struct work works[ECS_MAX_COLLECTIONS];
	struct rowset sets[ECS_MAX_COLLECTIONS];
	float idf[SLOTS];
};

/* ---- find.c: each false with err set, or when the deadline has passed ---- */

/* Read the query into leaves. */
bool ecs_run_parse(struct run *in);
/* Add what the leaves stand for besides themselves; nothing is looked up. */
bool ecs_run_expand(struct run *in);
/* Look the leaves up, choose the rows, and correct what finds too little. */
bool ecs_run_find(struct run *in);
#endif
