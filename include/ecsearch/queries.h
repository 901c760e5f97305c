/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERIES_H
#define ECS_QUERIES_H
/*
 * What was searched, counted by day; kept with the records.
 *
 * A query is text as it is counted (the api normalises it) and where it was
 * searched: a collection, or "" for several.  There is no row for a search, no
 * time of day, and nothing of who searched.
 *
 * One who typed a rare query may be known by it.  So a query is told only once
 * it was searched on enough distinct days, and one that was not is deleted when
 * it has become old.  Totals of a day name nobody and are always told.
 *
 * A day is the number of days since 1970-01-01, UTC.  All of this is for any
 * thread, but not inside a transaction of the writer thread: a change waits
 * until the batch being written is over, reading waits for nothing.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ecs_err;
struct ecs_records;

enum {
	ECS_QUERY_MORE = 101,     /* the rank that stands for all beyond 100 */
	ECS_QUERIES_A_DAY = 10000 /* distinct ones kept of a day */
};

/* One line of what is added; strings are borrowed. */
struct ecs_query_count {
	int64_t day;
	const char *q;  /* "": the day's totals */
	const char *in; /* "": several collections */
	uint32_t rank;  /* 0: searches; 1 to ECS_QUERY_MORE: clicks there */
	uint64_t count;
	uint64_t without_hits; /* of searches, those that found nothing */
	/* Of a day's totals: searches that should have been kept by their
	 * query, but there were too many queries. */
	uint64_t left_out;
};

/*
 * Add all of list, or nothing, in one transaction.  Clicks are added, and
 * counted to the day's, only where such a query was searched: in the same
 * collection, else in several; so nobody can plant words by clicks.
 */
bool ecs_queries_add(struct ecs_records *records,
    const struct ecs_query_count *list, size_t n, struct ecs_err *err);

struct ecs_query_limits {
	uint32_t least_days; /* distinct days of searches, to be told */
	int64_t rare_before; /* of what is searched on fewer, days before this
				are deleted */
	int64_t before;      /* everything of days before this is */
};
bool ecs_queries_expire(struct ecs_records *records,
    const struct ecs_query_limits *limits, struct ecs_err *err);

/*
 * Delete all of a query (NULL: of every query, and the totals), leaving no
 * trace in the file and its log.  *found says whether there was anything.
 */
bool ecs_queries_forget(struct ecs_records *records, const char *q, bool *found,
    struct ecs_err *err);

/* ---- reports ---- */

enum ecs_query_order {
	ECS_QUERIES_BY_COUNT,
	ECS_QUERIES_BY_WITHOUT_HITS, /* only those that had some */
	ECS_QUERIES_BY_CLICKS        /* the same */
};

struct ecs_query_question {
	int64_t from; /* first and last day */
	int64_t to;
	const char *in;      /* NULL: wherever searched; "": in several */
	uint32_t least_days; /* in all that is kept, not only from..to */
	enum ecs_query_order order;
	uint32_t limit;
};

struct ecs_query_day {
	int64_t day;
	uint64_t searches;
	uint64_t without_hits;
	uint64_t clicks;
	uint64_t left_out;
};

/* A query between from and to; strings are borrowed for the call. */
struct ecs_query_line {
	const char *q;
	const char *in;
	uint64_t count;
	uint64_t days; /* on which it was searched */
	uint64_t without_hits;
	uint64_t clicks;
	uint64_t ranks[ECS_QUERY_MORE + 1]; /* clicks by rank; [0] is unused */
};

/* Called for each; false stops, which is no failure. */
struct ecs_query_sink {
	bool (*day)(void *user, const struct ecs_query_day *day);
	bool (*line)(void *user, const struct ecs_query_line *line);
	void *user;
};

/*
 * First the days that had something, oldest first, of all collections; then the
 * queries, most first.  *withheld is how many there are that may not be told.
 */
bool ecs_queries_report(struct ecs_records *records,
    const struct ecs_query_question *question,
    const struct ecs_query_sink *sink, uint64_t *withheld, struct ecs_err *err);
#endif
