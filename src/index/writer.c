/* SPDX-License-Identifier: ISC */
/*
 * writer - the one thread that changes anything.
 *
 *	jobs waiting -> group -> SQLite COMMIT (durable) -> index commit
 *	                                  -> view published (visible)
 *
 * What the index fails to take is behind, and caught up from the records.
 */
#include <assert.h>
#include <stdlib.h> /* which also says whether this is the GNU libc */
#include <string.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "ecsearch/err.h"
#include "ecsearch/log.h"

#include "batches.h"

enum { TRIM_BYTES = 1 << 20 };

/* ---- what is behind ---- */

/* Mark what may be half written; the records will make it whole. */
static void
mark_behind(struct ecs_store *store, const struct group *group,
    const struct ecs_err *err)
{
	ecs_log(ECS_LOG_ERROR,
	    "indexing failed, will be replayed from the records: %s: %s",
	    err->code, err->text);
	for (int i = 0; i < store->nstates; i++)
		if (group->touched[i])
			store->states[i].behind = true;
}

/*
 * Catch up whatever is behind, each collection for itself, and publish what
 * was.  False, and the first failure, while something still is.
 */
static bool
catch_up(struct ecs_store *store, struct ecs_err *err)
{
	bool moved = false;

	for (int i = 0; i < store->nstates; i++) {
		struct state *state = &store->states[i];

		if (!state->behind || !ecs_recover(store, state, err))
			continue;
		state->behind = false;
		moved = true;
		pthread_mutex_lock(&store->mutex);
		store->stats.recoveries++;
		pthread_mutex_unlock(&store->mutex);
	}
	if (moved)
		ecs_publish(store, ecs_records_sequence(store->records), err);
	return err->status == 0;
}

static bool
anything_behind(const struct ecs_store *store)
{
	for (int i = 0; i < store->nstates; i++)
		if (store->states[i].behind)
			return true;
	return false;
}

/* Is what this group wrote still behind? */
static bool
group_behind(const struct ecs_store *store, const struct group *group)
{
	for (int i = 0; i < store->nstates; i++)
		if (group->touched[i] && store->states[i].behind)
			return true;
	return false;
}

/* ---- after a group ---- */

static void
tidy(struct ecs_store *store, const struct group *group)
{
	uint64_t floor = ecs_rebuild_floor(store);
	uint64_t oldest = ecs_oldest_view(store);
	struct ecs_err err = {0};

	for (int i = 0; i < store->nstates; i++) {
		const struct state *state = &store->states[i];
		uint64_t reached = state->shelf.sequence;

		if (!group->touched[i] || state->behind)
			continue;
		if (!ecs_records_forget_deletions(store->records,
			state->records, reached < floor ? reached : floor,
			&err))
			break;
	}
	if (err.status == 0)
		ecs_records_trim(store->records, oldest, &err);
	if (err.status != 0)
		ecs_log(ECS_LOG_WARNING, "tidying the records: %s", err.text);
}

static void
count_group(struct ecs_store *store, const struct group *group)
{
	pthread_mutex_lock(&store->mutex);
	store->stats.batches++;
	for (size_t i = 0; i < group->n; i++)
		store->stats.writes += group->batches[i]->n;
	store->stats.records_sequence = group->sequence;
	pthread_mutex_unlock(&store->mutex);
}

/*
 * What a large batch took is given back to the system once nothing waits:
 * the allocator would keep it, and imports are rare.
 */
static void
give_back(struct ecs_store *store, size_t bytes)
{
#ifdef __GLIBC__
	bool idle;

	pthread_mutex_lock(&store->mutex);
	store->bytes_since_trim += bytes;
	idle = store->first == NULL && store->bytes_since_trim > TRIM_BYTES;
	if (idle)
		store->bytes_since_trim = 0;
	pthread_mutex_unlock(&store->mutex);
	if (idle)
		malloc_trim(0);
#else
	(void)store;
	(void)bytes;
#endif
}

static void
commit_group(struct ecs_store *store, struct group *group)
{
	const struct ecs_err not_yet = {503, "not_yet_visible",
	    "stored durably; searchable once the index has caught up", {{0}},
	    0};
	struct ecs_err err = {0};
	size_t bytes = 0;
	bool indexed;

	for (size_t i = 0; i < group->n; i++)
		bytes += group->batches[i]->bytes;
	if (!ecs_batches_record(store, group, &err)) {
		ecs_batches_finish(store, group, false, &err);
		return;
	}
	count_group(store, group);
	ecs_batches_finish_durable(store, group);
	ecs_err_clear(&err);
	indexed = ecs_batches_index(store, group, &err);
	if (indexed)
		indexed = ecs_publish(store, group->sequence, &err);
	if (!indexed) {
		mark_behind(store, group, &err);
		ecs_err_clear(&err);
		catch_up(store, &err);
	}
	ecs_batches_finish(
	    store, group, true, group_behind(store, group) ? &not_yet : NULL);
	ecs_batches_fini(group);
	tidy(store, group);
	give_back(store, bytes);
}

/* ---- the thread ---- */

static void
run_call(struct ecs_store *store, struct job *job)
{
	struct ecs_err err = {0};
	bool ok;

	if (job->call == NULL && job->rebuild == FOLLOW_WORDS) {
		ecs_renewal_follow(store, job);
		return;
	}
	if (job->call == NULL) {
		/* A rebuild answers when its last step is done. */
		if (!ecs_rebuild_begin(store, job->rebuild, job, &err))
			ecs_job_finish(store, job, false, &err);
		return;
	}
	ok = job->call(store, job->user, &err);
	ecs_job_finish(store, job, ok, &err);
}

void *
ecs_writer_main(void *user)
{
	struct ecs_store *store = user;
	struct group *group = calloc(1, sizeof(*group));

	assert(group != NULL);
	while (ecs_queue_take(store, group, anything_behind(store))) {
		struct ecs_err err = {0};

		if (anything_behind(store) && !catch_up(store, &err))
			ecs_log(ECS_LOG_ERROR, "catching up: %s: %s", err.code,
			    err.text);
		if (group->n > 0 && group->batches[0] != NULL)
			commit_group(store, group);
		else if (group->n > 0)
			run_call(store, group->jobs[0]);
		if (ecs_queue_take_reading(store))
			ecs_lore_read_again(store);
		ecs_renewal_check(store);
		if (store->rebuild != NULL)
			ecs_rebuild_step(store);
		memset(group, 0, sizeof(*group));
	}
	ecs_rebuild_abandon(store);
	free(group);
	return NULL;
}
