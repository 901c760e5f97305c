/* SPDX-License-Identifier: ISC */
/*
 * gatherer - a thread that gathers phrases for suggestions while nothing else
 * is to do: at the start, and again when a collection has changed enough.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "ecsearch/log.h"
#include "ecsearch/suggest.h"

#include "app.h"

enum {
	LOOK_MS = 1000,      /* how often it looks whether there is work */
	QUIET_SECONDS = 2,   /* without a write, before it begins */
	STALE_SECONDS = 900, /* after that any change is enough */
	AGAIN_SECONDS = 10,  /* when they are gone or could not be had */
	ENOUGH = 10,         /* one document of so many */
	KINDNESS = 10        /* nice value: whoever answers goes first */
};

/* What a collection was like when its phrases were gathered. */
struct gathered {
	bool ever;
	unsigned generation;
	uint64_t revision; /* the engine's */
	uint32_t rows;
	time_t at; /* monotonic seconds */
};

struct gatherer {
	struct ecs_app *app;
	struct ecs_session *session;
	struct gathered gathered[ECS_MAX_COLLECTIONS];
	pthread_mutex_t mutex; /* with wake, for the pauses */
	pthread_cond_t wake;
	atomic_bool stopping;
	pthread_t thread;
	bool started;
};

static time_t
now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec;
}

/* Has so much changed that the phrases may be others? */
static bool
is_due(const struct gathered *last, const struct ecs_view_collection *of,
    bool has_phrases)
{
	uint32_t rows = ecs_table_rows(of->table);
	uint32_t change =
	    rows > last->rows ? rows - last->rows : last->rows - rows;

	if (!has_phrases)
		return rows > 0 &&
		    (!last->ever || now() - last->at >= AGAIN_SECONDS);
	if (last->generation == of->generation->number &&
	    last->revision == of->engine_revision)
		return false;
	return change > last->rows / ENOUGH ||
	    now() - last->at >= STALE_SECONDS;
}

/* That of the view in hand: new words as data bring a new one. */
static struct ecs_suggester *
suggester_of(const struct gatherer *in)
{
	const struct meaning *meaning = in->session->view->lore->meaning;

	return meaning->suggester;
}

static bool
gather(struct gatherer *in, int collection)
{
	struct call call = {.app = in->app, .session = in->session};
	const struct ecs_view_collection *of =
	    &in->session->view->collections[collection];
	bool only[ECS_MAX_COLLECTIONS] = {false};
	struct ecs_source source;
	struct ecs_err err = {0};

	only[collection] = true;
	ecs_call_tables(&call, only, &source);
	in->gathered[collection] =
	    (struct gathered){true, of->generation->number, of->engine_revision,
		ecs_table_rows(of->table), now()};
	if (ecs_suggester_gather(suggester_of(in), &source,
		in->session->analyzer, &in->stopping, &err))
		return true;
	if (strcmp(err.code, "cancelled") != 0)
		ecs_log(ECS_LOG_WARNING, "phrases of %s: %s",
		    of->collection->name, err.text);
	return false;
}

static void
look_around(struct gatherer *in)
{
	const struct ecs_view *view;
	struct ecs_err err = {0};
	bool quiet;

	if (!ecs_session_begin(in->session, &err)) {
		ecs_log(ECS_LOG_WARNING, "phrases: %s", err.text);
		return;
	}
	view = in->session->view;
	quiet = time(NULL) - view->published >= QUIET_SECONDS;
	for (int i = 0; quiet && i < view->ncollections; i++)
		if (!atomic_load(&in->stopping) &&
		    is_due(&in->gathered[i], &view->collections[i],
			ecs_suggester_has_phrases(suggester_of(in), i)))
			gather(in, i);
	ecs_session_end(in->session);
}

/* False when it is time to stop. */
static bool
pause_a_little(struct gatherer *in)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += LOOK_MS / 1000;
	pthread_mutex_lock(&in->mutex);
	if (!atomic_load(&in->stopping))
		pthread_cond_timedwait(&in->wake, &in->mutex, &until);
	pthread_mutex_unlock(&in->mutex);
	return !atomic_load(&in->stopping);
}

static void *
gatherer_main(void *user)
{
	struct gatherer *in = user;

	/* On Linux this is the thread's own. */
	setpriority(PRIO_PROCESS, 0, KINDNESS);
	do
		look_around(in);
	while (pause_a_little(in));
	return NULL;
}

struct gatherer *
ecs_gatherer_new(struct ecs_app *app, struct ecs_err *err)
{
	struct gatherer *in = calloc(1, sizeof(*in));

	if (in == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	in->app = app;
	pthread_mutex_init(&in->mutex, NULL);
	pthread_cond_init(&in->wake, NULL);
	in->session = ecs_session_new(app->store, err);
	if (in->session != NULL &&
	    pthread_create(&in->thread, NULL, gatherer_main, in) == 0) {
		in->started = true;
		return in;
	}
	ecs_err_set(err, 500, "no_thread", "a thread cannot be started");
	ecs_gatherer_free(in);
	return NULL;
}

void
ecs_gatherer_free(struct gatherer *in)
{
	if (in == NULL)
		return;
	if (in->started) {
		pthread_mutex_lock(&in->mutex);
		atomic_store(&in->stopping, true);
		pthread_cond_signal(&in->wake);
		pthread_mutex_unlock(&in->mutex);
		pthread_join(in->thread, NULL);
	}
	ecs_session_free(in->session);
	pthread_mutex_destroy(&in->mutex);
	pthread_cond_destroy(&in->wake);
	free(in);
}
