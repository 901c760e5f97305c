/* SPDX-License-Identifier: ISC */
#ifndef ECS_API_QUERY_TALLY_H
#define ECS_API_QUERY_TALLY_H
/*
 * Counts of queries in memory, until they are added to the records.  The caller
 * keeps threads apart.
 *
 * Start one as {0}.  It holds TALLY_MOST queries and clicks at most; of a
 * search that finds no place only the day's totals know, which then say so
 * (left_out). So does one for which there is no memory, as long as the totals
 * have theirs.
 */
#include <stdbool.h>
#include <stddef.h>

#include "ecsearch/queries.h"

enum { TALLY_MOST = 10000 };

struct tally_entry;

struct query_tally {
	struct tally_entry *entries; /* uthash head */
	size_t n;
};

void ecs_tally_fini(struct query_tally *tally);
/* Add to what is counted of the same day, query, place and rank; copies. */
void
ecs_tally_add(struct query_tally *tally, const struct ecs_query_count *count);
/* Add all of from, which stays as it is. */
void ecs_tally_merge(struct query_tally *tally, const struct query_tally *from);
/*
 * All of it as ecs_queries_add takes it: *n lines, the caller's to free(),
 * whose strings are the tally's.  NULL when memory ran out, or there is none.
 */
struct ecs_query_count *
ecs_tally_list(const struct query_tally *tally, size_t *n);
/* Drop a query, or everything (NULL).  Was there anything? */
bool ecs_tally_forget(struct query_tally *tally, const char *q);

#endif
