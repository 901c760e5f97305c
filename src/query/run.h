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
	bool borrowed; /* what the words found is the request's, not ours */
};

/* ---- find.c: each false with err set, or when the deadline has passed ---- */

/* Read the query into leaves. */
bool ecs_run_parse(struct run *in);
/* Add what the leaves stand for besides themselves; nothing is looked up. */
bool ecs_run_expand(struct run *in);
/* Look the leaves up. */
bool ecs_run_match(struct run *in);
/* Choose the rows, and correct what finds too little. */
bool ecs_run_find(struct run *in);
/* Forget what the leaves found. */
void ecs_run_forget(struct run *in);

/* ---- share.c: words of one request ---- */

/* Take the request's words when they are this search's; false: find them. */
bool ecs_run_borrow(struct run *in);
/* Where the tree lives when it will be lent; NULL: with the result. */
struct ecs_arena *ecs_run_lending_arena(const struct run *in);
/* text as long as the tree lives; NULL without memory. */
const char *ecs_run_lending_text(const struct run *in, const char *text);
/* Leave what the words found to the request's other searches. */
void ecs_run_lend(struct run *in);
#endif
