/* SPDX-License-Identifier: ISC */
#ifndef ECS_API_QUERY_STATS_H
#define ECS_API_QUERY_STATS_H
/*
 * Counting what is searched and what is chosen of it, while requests wait for
 * nothing: counts are gathered in memory and added to the records by a thread
 * of its own, every minute or from 1,000 of them on.  What could not be written
 * is tried again; a crash loses the last minute.
 */
#include <stdbool.h>
#include <stdint.h>

struct call;
struct ecs_err;
struct ecs_records;
struct query_stats;

/*
 * Count a search that was answered: q as it was typed, the collection that was
 * searched ("" for several), how many documents were found.  Safe to call when
 * nothing is counted (queries = no), and for a HEAD or an empty q, which are
 * no searches.  Call it once for what a person asked: not for further pages,
 * walks and downloads, facets beside a search, or while one is typing.
 */
void ecs_count_search(
    struct call *call, const char *q, const char *where, uint32_t total);

/* ---- the collector; any thread ---- */

struct query_rules {
	uint32_t least_days; /* on which a query was searched, to be told */
	uint32_t rare_days;  /* what is below is deleted after so many */
	uint32_t keep_days;  /* everything is */
};

/* records is borrowed.  NULL and err on failure. */
struct query_stats *ecs_query_stats_new(struct ecs_records *records,
    const struct query_rules *rules, struct ecs_err *err);
/* Begin to write by itself, and to delete what is old. */
bool ecs_query_stats_start(struct query_stats *stats, struct ecs_err *err);
/* Writes what it holds.  NULL is allowed. */
void ecs_query_stats_free(struct query_stats *stats);
const struct query_rules *
ecs_query_stats_rules(const struct query_stats *stats);

/* q as ecs_query_text keeps it, "" for one that is not kept; now in seconds
 * since 1970. */
void ecs_query_stats_search(struct query_stats *stats, const char *q,
    const char *where, bool found, int64_t now);
/* A hit at rank (from 1) was chosen.  False: too many in this minute. */
bool ecs_query_stats_click(struct query_stats *stats, const char *q,
    const char *where, uint32_t rank, int64_t now);
/* Write now; on failure all is kept for the next time. */
bool ecs_query_stats_flush(struct query_stats *stats, struct ecs_err *err);
/* Delete what has become old by the day of now. */
bool ecs_query_stats_expire(
    struct query_stats *stats, int64_t now, struct ecs_err *err);
/* Delete a query, as it is kept, or everything (NULL), here and in records. */
bool ecs_query_stats_forget(
    struct query_stats *stats, const char *q, bool *found, struct ecs_err *err);

#endif
