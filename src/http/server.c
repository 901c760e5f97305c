/* SPDX-License-Identifier: ISC */
/*
 * server - set the room up, run its loop, drain it and take it down.
 *
 * Draining in order: listen no more, drop the idle, wait until every reply is
 * written (not only handed over), then end the workers, then free.
 */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ecsearch/log.h"

#include "wire.h"

enum { SWEEP_US = 100000 };

static void
on_library_log(int severity, const char *message)
{
	if (severity >= EVENT_LOG_WARN)
		ecs_log(ECS_LOG_WARNING, "libevent: %s", message);
}

/* The library would exit quietly; a core says more. */
static void
on_library_fatal(int code)
{
	ecs_log(ECS_LOG_ERROR, "libevent gave up (%d)", code);
	abort();
}

/* ---- draining ---- */

void
ecs_http_maybe_end(struct ecs_http *http)
{
	if (http->draining && http->unsent == 0)
		event_base_loopexit(http->base, NULL);
}

static void
drain(struct ecs_http *http)
{
	struct timeval limit = {.tv_sec = http->limits.drain_seconds};

	if (http->draining)
		return;
	http->draining = true;
	ecs_http_listen_stop(http);
	ecs_http_guard_drain(http);
	event_add(http->drain_event, &limit);
	ecs_http_maybe_end(http);
}

static void
on_drain_over(evutil_socket_t fd, short what, void *arg)
{
	struct ecs_http *http = arg;

	(void)fd;
	(void)what;
	ecs_log(ECS_LOG_WARNING, "%d requests were cut by the shutdown",
	    http->unsent);
	event_base_loopbreak(http->base);
}

static void
on_signal(evutil_socket_t number, short what, void *arg)
{
	struct ecs_http *http = arg;

	(void)what;
	if (number == SIGHUP) {
		if (http->handlers.reload != NULL)
			http->handlers.reload(http->handlers.user);
	} else if (http->draining) {
		event_base_loopbreak(http->base);
	} else {
		drain(http);
	}
}

/* Touches nothing that a signal handler may not. */
void
ecs_http_stop(struct ecs_http *http)
{
	uint64_t one = 1;
	ssize_t ignored;

	atomic_store(&http->stop_asked, 1);
	ignored = write(http->outbox.fd, &one, sizeof(one));
	(void)ignored;
}

/* ---- the loop ---- */

static void
on_outbox(evutil_socket_t fd, short what, void *arg)
{
	struct ecs_http *http = arg;
	uint64_t count;

	(void)what;
	if (read(fd, &count, sizeof(count)) < 0)
		assert(errno == EAGAIN);
	ecs_http_exchange_back(http);
	if (atomic_load(&http->stop_asked))
		drain(http);
}

static void
on_sweep(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	ecs_http_sweep(arg);
}

static bool
make_events(struct ecs_http *http, struct ecs_err *err)
{
	http->outbox_event = event_new(
	    http->base, http->outbox.fd, EV_READ | EV_PERSIST, on_outbox, http);
	http->sweep_event =
	    event_new(http->base, -1, EV_PERSIST, on_sweep, http);
	http->drain_event = event_new(http->base, -1, 0, on_drain_over, http);
	if (http->outbox_event == NULL || http->sweep_event == NULL ||
	    http->drain_event == NULL)
		return ecs_err_memory(err);
	return true;
}

static void
free_event(struct event **event)
{
	if (*event != NULL)
		event_free(*event);
	*event = NULL;
}

static bool
make_entrance(struct ecs_http *http, bool admin, struct ecs_err *err)
{
	struct entrance *entrance = &http->entrances[admin];
	const struct ecs_http_limits *limits = &http->limits;

	entrance->http = http;
	entrance->admin = admin;
	entrance->rules.header_bytes = limits->header_bytes;
	entrance->rules.body_bytes = limits->body_bytes;
	entrance->rules.chunked_bytes = limits->body_bytes;
	if (!admin && limits->body_bytes > PUBLIC_CHUNKED)
		entrance->rules.chunked_bytes = PUBLIC_CHUNKED;
	entrance->evhttp = evhttp_new(http->base);
	if (entrance->evhttp == NULL)
		return ecs_err_memory(err);
	/* Above ours, so that ours are met first and answered by us. */
	evhttp_set_max_headers_size(
	    entrance->evhttp, (ev_ssize_t)limits->header_bytes + 1024);
	evhttp_set_max_body_size(
	    entrance->evhttp, (ev_ssize_t)limits->body_bytes);
	evhttp_set_default_content_type(entrance->evhttp, "application/json");
	evhttp_set_allowed_methods(entrance->evhttp, 0xFFFF);
	evhttp_set_gencb(entrance->evhttp, ecs_http_exchange, entrance);
	ecs_http_guard_entrance(entrance);
	return true;
}

struct ecs_http *
ecs_http_new(const struct ecs_lane *lanes, int nlanes,
    const struct ecs_http_limits *limits,
    const struct ecs_http_handlers *handlers, struct ecs_err *err)
{
	struct ecs_http *http = calloc(1, sizeof(*http));

	assert(handlers->handle != NULL && handlers->refuse != NULL);
	if (http == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	http->limits = *limits;
	http->handlers = *handlers;
	event_set_log_callback(on_library_log);
	event_set_fatal_callback(on_library_fatal);
	http->base = event_base_new();
	if (!ecs_http_lanes_init(http, lanes, nlanes, err))
		goto fail;
	if (http->base == NULL) {
		ecs_err_memory(err);
		goto fail;
	}
	if (ecs_http_guard_init(http, err) && make_events(http, err) &&
	    make_entrance(http, false, err) && make_entrance(http, true, err))
		return http;
fail:
	ecs_http_free(http);
	return NULL;
}

static bool
watch_signals(struct ecs_http *http, struct ecs_err *err)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
	size_t i;

	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		http->signals[i] =
		    evsignal_new(http->base, numbers[i], on_signal, http);
		if (http->signals[i] == NULL ||
		    event_add(http->signals[i], NULL) != 0)
			return ecs_err_memory(err);
	}
	return true;
}

/* Nobody will be answered any more: let the workers know. */
static void
cancel_all(struct ecs_http *http)
{
	int fd;

	for (fd = 0; fd < http->nconns; fd++)
		if (http->conns[fd] != NULL && http->conns[fd]->job != NULL)
			ecs_http_stream_gone(http->conns[fd]->job);
}

static bool
end_workers(struct ecs_http *http, struct ecs_err *err)
{
	cancel_all(http);
	if (!ecs_http_lanes_stop(http)) {
		http->stuck = true;
		return ecs_err_set(err, 500, "http_stuck",
		    "a worker did not end when it was asked to");
	}
	ecs_http_exchange_leftovers(http);
	return true;
}

bool
ecs_http_run(struct ecs_http *http, struct ecs_err *err)
{
	struct timeval often = {.tv_usec = SWEEP_US};
	bool ok = false;
	size_t i;

	if (!watch_signals(http, err) || !ecs_http_lanes_start(http, err))
		goto out;
	event_add(http->outbox_event, NULL);
	event_add(http->sweep_event, &often);
	ok = event_base_dispatch(http->base) >= 0;
	if (!ok)
		ecs_err_set(err, 500, "http_failed", "the event loop failed");
out:
	ecs_http_listen_stop(http);
	ok = end_workers(http, err) && ok;
	for (i = 0; i < 3; i++)
		free_event(&http->signals[i]);
	return ok;
}

void
ecs_http_free(struct ecs_http *http)
{
	int i;

	/* With a worker still in it nothing may go; the process is ending. */
	if (http == NULL || http->stuck)
		return;
	ecs_http_listen_stop(http);
	free_event(&http->outbox_event);
	free_event(&http->sweep_event);
	free_event(&http->drain_event);
	for (i = 0; i < 2; i++)
		if (http->entrances[i].evhttp != NULL)
			evhttp_free(http->entrances[i].evhttp);
	ecs_http_guard_fini(http);
	ecs_http_lanes_fini(http);
	if (http->base != NULL)
		event_base_free(http->base);
	free(http);
}

/* ---- metrics ---- */

static int64_t
oldest(const struct lane *lane, int64_t now)
{
	int64_t age = 0;
	int i;

	for (i = 0; i < lane->conf.workers; i++) {
		int64_t since = lane->workers[i].busy_since;

		if (since != 0 && now - since > age)
			age = now - since;
	}
	return age;
}

void
ecs_http_stats(struct ecs_http *http, struct ecs_http_stats *stats)
{
	struct counters *counters = &http->counters;
	int64_t now = ecs_http_now();
	int i;

	memset(stats, 0, sizeof(*stats));
	stats->accepted = atomic_load(&counters->accepted);
	stats->refused = atomic_load(&counters->refused);
	stats->requests = atomic_load(&counters->requests);
	stats->shed = atomic_load(&counters->shed);
	stats->timed_out = atomic_load(&counters->timed_out);
	stats->open = atomic_load(&counters->open);
	for (i = 0; i < http->nlanes; i++) {
		struct lane *lane = &http->lanes[i];

		pthread_mutex_lock(&lane->lock);
		stats->queued[i] = lane->queued;
		stats->running[i] = lane->running;
		stats->oldest_us[i] = oldest(lane, now);
		pthread_mutex_unlock(&lane->lock);
	}
}
