/* SPDX-License-Identifier: ISC */
/*
 * queue - work that waits for the writer thread, and those who wait for it.
 *
 * A group is as many waiting batches as fit BATCH_BYTES; an atomic batch is a
 * group of its own, so that undoing it undoes nothing else.
 */
#include <time.h>

#include "ecsearch/err.h"

#include "batches.h"

/* ---- the writer's end ---- */

static bool
fits_group(const struct group *group, const struct job *job, size_t bytes)
{
	if (group->n == 0)
		return true;
	return group->n < GROUP_JOBS && job->batch != NULL &&
	    !job->batch->atomic && !group->jobs[0]->batch->atomic &&
	    bytes + job->batch->bytes <= BATCH_BYTES;
}

/* Take the next call alone, or as many batches as make one group. */
static void
take_jobs(struct ecs_store *store, struct group *group)
{
	size_t bytes = 0;

	while (store->first != NULL && fits_group(group, store->first, bytes)) {
		struct job *job = store->first;

		store->first = job->next;
		if (store->first == NULL)
			store->last = NULL;
		group->batches[group->n] = job->batch;
		group->jobs[group->n++] = job;
		if (job->batch == NULL)
			break;
		bytes += job->batch->bytes;
		store->queued_bytes -= job->batch->bytes;
	}
}

bool
ecs_queue_take(struct ecs_store *store, struct group *group, bool retry)
{
	bool more;

	pthread_mutex_lock(&store->mutex);
	/* With a rebuild under way nobody waits: its next step is work. */
	while (store->first == NULL && !store->stopping && !store->read_words &&
	    store->rebuild == NULL) {
		struct timespec until;

		if (!retry) {
			pthread_cond_wait(&store->wake, &store->mutex);
			continue;
		}
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += 1;
		if (pthread_cond_timedwait(
			&store->wake, &store->mutex, &until) != 0)
			break;
	}
	take_jobs(store, group);
	more = group->n > 0 || !store->stopping;
	pthread_mutex_unlock(&store->mutex);
	return more;
}

bool
ecs_queue_take_reading(struct ecs_store *store)
{
	bool wanted;

	pthread_mutex_lock(&store->mutex);
	wanted = store->read_words;
	store->read_words = false;
	pthread_mutex_unlock(&store->mutex);
	return wanted;
}

void
ecs_job_finish(struct ecs_store *store, struct job *job, bool ok,
    const struct ecs_err *err)
{
	pthread_mutex_lock(&store->mutex);
	job->ok = ok;
	if (err != NULL)
		job->err = *err;
	job->done = true;
	pthread_cond_signal(&job->changed);
	pthread_mutex_unlock(&store->mutex);
}

/* ---- the door ---- */

static bool
enqueue(struct ecs_store *store, struct job *job, struct ecs_err *err)
{
	size_t bytes = job->batch == NULL ? 0 : job->batch->bytes;

	if (store->stopping)
		return ecs_err_set(
		    err, 503, "stopping", "the server is shutting down");
	if (bytes > 0 && store->queued_bytes > 0 &&
	    store->queued_bytes + bytes > QUEUE_BYTES)
		return ecs_err_set(err, 429, "too_many_writes",
		    "too much is waiting to be written; try again soon");
	store->queued_bytes += bytes;
	if (store->last == NULL)
		store->first = job;
	else
		store->last->next = job;
	store->last = job;
	pthread_cond_signal(&store->wake);
	return true;
}

static bool
submit(struct ecs_store *store, struct job *job, struct ecs_err *err)
{
	bool queued;

	pthread_cond_init(&job->changed, NULL);
	pthread_mutex_lock(&store->mutex);
	queued = enqueue(store, job, err);
	while (queued && !job->done)
		pthread_cond_wait(&job->changed, &store->mutex);
	pthread_mutex_unlock(&store->mutex);
	pthread_cond_destroy(&job->changed);
	if (queued && job->err.status != 0)
		*err = job->err;
	return queued && job->ok;
}

bool
ecs_store_write(struct ecs_store *store, struct ecs_batch *batch,
    enum ecs_wait wait, struct ecs_err *err)
{
	struct job job = {.batch = batch, .wait = wait};

	return batch->n == 0 || submit(store, &job, err);
}

bool
ecs_store_call(struct ecs_store *store,
    bool (*call)(struct ecs_store *, void *, struct ecs_err *), void *user,
    struct ecs_err *err)
{
	struct job job = {.call = call, .user = user};

	return submit(store, &job, err);
}

bool
ecs_store_rebuild(struct ecs_store *store, int collection, struct ecs_err *err)
{
	int first = collection < 0 ? 0 : collection;
	int last = collection < 0 ? store->nstates - 1 : collection;

	for (int i = first; i <= last; i++) {
		struct job job = {.rebuild = i};

		if (!submit(store, &job, err))
			return false;
	}
	return true;
}

bool
ecs_store_follow_words(struct ecs_store *store, struct ecs_err *err)
{
	struct job job = {.rebuild = FOLLOW_WORDS};

	return submit(store, &job, err);
}

void
ecs_store_get_stats(struct ecs_store *store, struct ecs_store_stats *stats)
{
	struct ecs_view *view = ecs_store_view(store);

	pthread_mutex_lock(&store->mutex);
	*stats = store->stats;
	stats->queued_bytes = store->queued_bytes;
	pthread_mutex_unlock(&store->mutex);
	stats->revision = view->revision;
	ecs_view_unref(view);
}
