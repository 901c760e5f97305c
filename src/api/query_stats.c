/* SPDX-License-Identifier: ISC */
/*
 * query_stats - what is searched, gathered in memory and written by the minute.
 */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "ecsearch/log.h"

#include "app.h"
#include "query_stats.h"
#include "query_tally.h"
#include "query_text.h"

enum {
	DAY_SECONDS = 86400,
	FLUSH_SECONDS = 60,
	FLUSH_COUNTS = 1000,
	CLICKS_A_MINUTE = 1000 /* of everybody */
};

struct query_stats {
	struct ecs_records *records;
	struct query_rules rules;
	pthread_mutex_t writing; /* one flush or deletion at a time; before
				    mutex */
	pthread_mutex_t mutex;   /* of all below */
	pthread_cond_t wake;
	struct query_tally tally;
	int64_t minute; /* that clicks are counted in */
	uint32_t clicks;
	bool stopping;
	pthread_t thread;
	bool started;
};

struct query_stats *
ecs_query_stats_new(struct ecs_records *records,
    const struct query_rules *rules, struct ecs_err *err)
{
	struct query_stats *stats = calloc(1, sizeof(*stats));

	if (stats == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	stats->records = records;
	stats->rules = *rules;
	pthread_mutex_init(&stats->writing, NULL);
	pthread_mutex_init(&stats->mutex, NULL);
	pthread_cond_init(&stats->wake, NULL);
	return stats;
}

const struct query_rules *
ecs_query_stats_rules(const struct query_stats *stats)
{
	return &stats->rules;
}

/* ---- counting ---- */

/* Add under the lock, and wake the writer when it is enough. */
static void
add(struct query_stats *stats, const struct ecs_query_count *list, size_t n)
{
	pthread_mutex_lock(&stats->mutex);
	for (size_t i = 0; i < n; i++)
		ecs_tally_add(&stats->tally, &list[i]);
	if (stats->tally.n >= FLUSH_COUNTS)
		pthread_cond_signal(&stats->wake);
	pthread_mutex_unlock(&stats->mutex);
}

void
ecs_query_stats_search(struct query_stats *stats, const char *q,
    const char *where, bool found, int64_t now)
{
	const struct ecs_query_count list[] = {
	    {.day = now / DAY_SECONDS,
		.q = "",
		.in = "",
		.count = 1,
		.without_hits = !found},
	    {.day = now / DAY_SECONDS,
		.q = q,
		.in = where,
		.count = 1,
		.without_hits = !found},
	};

	add(stats, list, q[0] == '\0' ? 1 : 2);
}

/* May one more click be counted in this minute? */
static bool
take_click(struct query_stats *stats, int64_t minute)
{
	bool may;

	pthread_mutex_lock(&stats->mutex);
	if (stats->minute != minute) {
		stats->minute = minute;
		stats->clicks = 0;
	}
	may = stats->clicks < CLICKS_A_MINUTE;
	stats->clicks += may;
	pthread_mutex_unlock(&stats->mutex);
	return may;
}

bool
ecs_query_stats_click(struct query_stats *stats, const char *q,
    const char *where, uint32_t rank, int64_t now)
{
	const struct ecs_query_count one = {.day = now / DAY_SECONDS,
	    .q = q,
	    .in = where,
	    .rank = rank > ECS_QUERY_MORE ? ECS_QUERY_MORE : rank,
	    .count = 1};

	if (!take_click(stats, now / 60))
		return false;
	if (q[0] != '\0')
		add(stats, &one, 1);
	return true;
}

void
ecs_count_search(
    struct call *call, const char *q, const char *where, uint32_t total)
{
	struct query_stats *stats = call->app->queries;
	char kept[QUERY_BYTES];

	if (stats == NULL || call->request->method == ECS_HEAD ||
	    ecs_query_text(q, kept) == QUERY_EMPTY)
		return;
	ecs_query_stats_search(stats, kept, where, total > 0, time(NULL));
}

/* ---- writing ---- */

bool
ecs_query_stats_flush(struct query_stats *stats, struct ecs_err *err)
{
	struct query_tally taken;
	struct ecs_query_count *list;
	bool ok = true;
	size_t n;

	pthread_mutex_lock(&stats->writing);
	pthread_mutex_lock(&stats->mutex);
	taken = stats->tally;
	stats->tally = (struct query_tally){0};
	pthread_mutex_unlock(&stats->mutex);
	list = ecs_tally_list(&taken, &n);
	if (list != NULL)
		ok = ecs_queries_add(stats->records, list, n, err);
	else if (taken.entries != NULL)
		ok = ecs_err_memory(err);
	if (!ok) {
		pthread_mutex_lock(&stats->mutex);
		ecs_tally_merge(&stats->tally, &taken);
		pthread_mutex_unlock(&stats->mutex);
	}
	free(list);
	ecs_tally_fini(&taken);
	pthread_mutex_unlock(&stats->writing);
	return ok;
}

bool
ecs_query_stats_expire(
    struct query_stats *stats, int64_t now, struct ecs_err *err)
{
	int64_t today = now / DAY_SECONDS;
	const struct ecs_query_limits limits = {
	    .least_days = stats->rules.least_days,
	    .rare_before = today - stats->rules.rare_days,
	    .before = today - stats->rules.keep_days};
	bool ok;

	pthread_mutex_lock(&stats->writing);
	ok = ecs_queries_expire(stats->records, &limits, err);
	pthread_mutex_unlock(&stats->writing);
	return ok;
}

bool
ecs_query_stats_forget(
    struct query_stats *stats, const char *q, bool *found, struct ecs_err *err)
{
	bool here;
	bool ok;

	pthread_mutex_lock(&stats->writing);
	pthread_mutex_lock(&stats->mutex);
	here = ecs_tally_forget(&stats->tally, q);
	pthread_mutex_unlock(&stats->mutex);
	ok = ecs_queries_forget(stats->records, q, found, err);
	*found = *found || here;
	pthread_mutex_unlock(&stats->writing);
	return ok;
}

/* ---- the thread ---- */

/* Until there is something to do; after a failure, until some time is over.
 * False when it is time to stop. */
static bool
wait_for_work(struct query_stats *stats, bool well)
{
	struct timespec until;
	bool stopping;
	int late = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += FLUSH_SECONDS;
	pthread_mutex_lock(&stats->mutex);
	while (!stats->stopping && late == 0 &&
	    !(well && stats->tally.n >= FLUSH_COUNTS))
		late =
		    pthread_cond_timedwait(&stats->wake, &stats->mutex, &until);
	stopping = stats->stopping;
	pthread_mutex_unlock(&stats->mutex);
	return !stopping;
}

static bool
flush_and_tell(struct query_stats *stats)
{
	struct ecs_err err = {0};

	if (ecs_query_stats_flush(stats, &err))
		return true;
	ecs_log(ECS_LOG_WARNING, "counts of queries are not written yet: %s",
	    err.text);
	return false;
}

/* Once a day; *day is the last it was done on. */
static void
expire_and_tell(struct query_stats *stats, int64_t *day)
{
	struct ecs_err err = {0};
	int64_t now = time(NULL);

	if (now / DAY_SECONDS == *day)
		return;
	if (ecs_query_stats_expire(stats, now, &err))
		*day = now / DAY_SECONDS;
	else
		ecs_log(ECS_LOG_WARNING, "old queries are not deleted yet: %s",
		    err.text);
}

static void *
stats_main(void *user)
{
	struct query_stats *stats = user;
	int64_t day = -1;
	bool well = true;
	bool on = true;

	while (on) {
		expire_and_tell(stats, &day);
		on = wait_for_work(stats, well);
		well = flush_and_tell(stats);
	}
	return NULL;
}

bool
ecs_query_stats_start(struct query_stats *stats, struct ecs_err *err)
{
	stats->started =
	    pthread_create(&stats->thread, NULL, stats_main, stats) == 0;
	return stats->started ||
	    ecs_err_set(err, 500, "no_thread", "a thread cannot be started");
}

void
ecs_query_stats_free(struct query_stats *stats)
{
	if (stats == NULL)
		return;
	if (stats->started) {
		pthread_mutex_lock(&stats->mutex);
		stats->stopping = true;
		pthread_cond_signal(&stats->wake);
		pthread_mutex_unlock(&stats->mutex);
		pthread_join(stats->thread, NULL);
	}
	ecs_tally_fini(&stats->tally);
	pthread_mutex_destroy(&stats->writing);
	pthread_mutex_destroy(&stats->mutex);
	pthread_cond_destroy(&stats->wake);
	free(stats);
}
