/* SPDX-License-Identifier: ISC */
/*
 * lanes - bounded queues with workers of their own, and the way back.
 *
 * The queue is bounded in number and in time, so that under overload some are
 * told at once to come back later and the others are still served quickly.
 */
#include "config.h" /* _GNU_SOURCE */

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "wire.h"

bool
ecs_http_lanes_init(struct ecs_http *http, const struct ecs_lane *lanes,
    int nlanes, struct ecs_err *err)
{
	int i;

	assert(nlanes >= 1 && nlanes <= ECS_MAX_LANES);
	pthread_mutex_init(&http->outbox.lock, NULL);
	http->outbox.tail = &http->outbox.head;
	http->outbox.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	for (i = 0; i < nlanes; i++) {
		struct lane *lane = &http->lanes[i];

		assert(lanes[i].workers >= 1 && lanes[i].queue >= 1);
		lane->http = http;
		lane->conf = lanes[i];
		lane->number = i;
		lane->tail = &lane->head;
		pthread_mutex_init(&lane->lock, NULL);
		pthread_cond_init(&lane->wake, NULL);
		http->nlanes++;
		lane->workers =
		    calloc((size_t)lanes[i].workers, sizeof(*lane->workers));
		if (lane->workers == NULL)
			return ecs_err_memory(err);
	}
	if (http->outbox.fd < 0)
		return ecs_err_set(
		    err, 500, "http_failed", "eventfd: %s", strerror(errno));
	return true;
}

void
ecs_http_lanes_fini(struct ecs_http *http)
{
	int i;

	for (i = 0; i < http->nlanes; i++) {
		pthread_mutex_destroy(&http->lanes[i].lock);
		pthread_cond_destroy(&http->lanes[i].wake);
		free(http->lanes[i].workers);
	}
	pthread_mutex_destroy(&http->outbox.lock);
	if (http->outbox.fd >= 0)
		close(http->outbox.fd);
}

/* ---- the way there ---- */

bool
ecs_http_lane_push(struct lane *lane, struct job *job)
{
	bool room;

	pthread_mutex_lock(&lane->lock);
	room = lane->queued < lane->conf.queue && !lane->stop;
	if (room) {
		job->next = NULL;
		job->queued_at = ecs_http_now();
		*lane->tail = job;
		lane->tail = &job->next;
		lane->queued++;
		pthread_cond_signal(&lane->wake);
	}
	pthread_mutex_unlock(&lane->lock);
	return room;
}

/* With the lock held. */
static struct job *
pop(struct lane *lane)
{
	struct job *job = lane->head;

	if (job == NULL)
		return NULL;
	lane->head = job->next;
	if (lane->head == NULL)
		lane->tail = &lane->head;
	lane->queued--;
	job->next = NULL;
	return job;
}

static bool
too_late(const struct lane *lane, const struct job *job, int64_t now)
{
	return lane->conf.patience_us > 0 &&
	    now - job->queued_at > lane->conf.patience_us;
}

struct job *
ecs_http_lane_expired(struct lane *lane, int64_t now)
{
	struct job *job = NULL;

	pthread_mutex_lock(&lane->lock);
	if (lane->head != NULL && too_late(lane, lane->head, now))
		job = pop(lane);
	pthread_mutex_unlock(&lane->lock);
	return job;
}

/* ---- workers ---- */

/* Wait for a job; NULL when it is time to end. */
static struct job *
next_job(struct worker *worker)
{
	struct lane *lane = worker->lane;
	struct job *job = NULL;

	pthread_mutex_lock(&lane->lock);
	while (!lane->stop && lane->head == NULL)
		pthread_cond_wait(&lane->wake, &lane->lock);
	if (!lane->stop)
		job = pop(lane);
	if (job != NULL) {
		worker->busy_since = ecs_http_now();
		lane->running++;
	}
	pthread_mutex_unlock(&lane->lock);
	return job;
}

static void
job_done(struct worker *worker)
{
	struct lane *lane = worker->lane;

	pthread_mutex_lock(&lane->lock);
	worker->busy_since = 0;
	lane->running--;
	pthread_mutex_unlock(&lane->lock);
}

/*
 * Run one job.  One whose client left while it waited is not run at all: under
 * overload most of the queue may be such.
 */
static void
run_job(struct worker *worker, void *state, struct job *job)
{
	struct ecs_http *http = worker->lane->http;

	job->busy = too_late(worker->lane, job, ecs_http_now()) ||
	    ecs_request_cancelled(&job->request);
	if (!job->busy)
		http->handlers.handle(
		    http->handlers.user, state, &job->request, &job->reply);
	job_done(worker);
	ecs_http_outbox_put(http, job, true);
}

static void
announce(struct lane *lane, const struct ecs_err *err)
{
	pthread_mutex_lock(&lane->lock);
	lane->ready++;
	if (err->status != 0 && lane->err.status == 0)
		lane->err = *err;
	pthread_cond_broadcast(&lane->wake);
	pthread_mutex_unlock(&lane->lock);
}

static void *
work(void *arg)
{
	struct worker *worker = arg;
	struct lane *lane = worker->lane;
	const struct ecs_http_handlers *handlers = &lane->http->handlers;
	struct ecs_err err = {0};
	void *state = NULL;
	struct job *job;

	if (handlers->worker_start != NULL)
		state =
		    handlers->worker_start(handlers->user, lane->number, &err);
	announce(lane, &err);
	while (err.status == 0 && (job = next_job(worker)) != NULL)
		run_job(worker, state, job);
	if (handlers->worker_stop != NULL && err.status == 0)
		handlers->worker_stop(handlers->user, state);
	return NULL;
}

static bool
start_lane(struct lane *lane, struct ecs_err *err)
{
	int started = 0;
	bool ok = true;
	int i;

	for (i = 0; i < lane->conf.workers && ok; i++) {
		struct worker *worker = &lane->workers[i];

		worker->lane = lane;
		ok = pthread_create(&worker->thread, NULL, work, worker) == 0;
		worker->running = ok;
		started += ok;
	}
	pthread_mutex_lock(&lane->lock);
	while (lane->ready < started)
		pthread_cond_wait(&lane->wake, &lane->lock);
	if (lane->err.status != 0)
		*err = lane->err;
	pthread_mutex_unlock(&lane->lock);
	if (!ok)
		ecs_err_set(err, 500, "http_failed",
		    "a worker of lane %s could not be started",
		    lane->conf.name);
	return err->status == 0;
}

/* Workers take no signals: those are the I/O thread's. */
bool
ecs_http_lanes_start(struct ecs_http *http, struct ecs_err *err)
{
	sigset_t all;
	sigset_t before;
	bool ok = true;
	int i;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	for (i = 0; i < http->nlanes && ok; i++)
		ok = start_lane(&http->lanes[i], err);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ok;
}

static bool
join(struct worker *worker, const struct timespec *until)
{
	if (!worker->running)
		return true;
	if (pthread_timedjoin_np(worker->thread, NULL, until) != 0)
		return false;
	worker->running = false;
	return true;
}

bool
ecs_http_lanes_stop(struct ecs_http *http)
{
	struct timespec until;
	bool all = true;
	int i;
	int w;

	for (i = 0; i < http->nlanes; i++) {
		pthread_mutex_lock(&http->lanes[i].lock);
		http->lanes[i].stop = true;
		pthread_cond_broadcast(&http->lanes[i].wake);
		pthread_mutex_unlock(&http->lanes[i].lock);
	}
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += http->limits.drain_seconds + 1;
	for (i = 0; i < http->nlanes; i++)
		for (w = 0; w < http->lanes[i].conf.workers; w++)
			all = join(&http->lanes[i].workers[w], &until) && all;
	return all;
}

/* ---- the way back ---- */

void
ecs_http_outbox_put(struct ecs_http *http, struct job *job, bool finished)
{
	struct outbox *outbox = &http->outbox;
	uint64_t one = 1;
	bool first;

	pthread_mutex_lock(&outbox->lock);
	first = outbox->head == NULL;
	job->finished = finished;
	if (!job->in_outbox) {
		job->in_outbox = true;
		job->next = NULL;
		*outbox->tail = job;
		outbox->tail = &job->next;
	}
	/* Within the lock: once it is open the job may be gone, and http. */
	if (first && write(outbox->fd, &one, sizeof(one)) < 0)
		assert(errno == EAGAIN);
	pthread_mutex_unlock(&outbox->lock);
}

struct job *
ecs_http_outbox_take(struct ecs_http *http, bool *finished)
{
	struct outbox *outbox = &http->outbox;
	struct job *job;

	pthread_mutex_lock(&outbox->lock);
	job = outbox->head;
	if (job != NULL) {
		outbox->head = job->next;
		if (outbox->head == NULL)
			outbox->tail = &outbox->head;
		job->next = NULL;
		job->in_outbox = false;
		*finished = job->finished;
	}
	pthread_mutex_unlock(&outbox->lock);
	return job;
}
