/* SPDX-License-Identifier: ISC */
/*
 * corpora - a thread that makes the corpora that are asked for, and drops those
 * that have not been for a while.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ecsearch/log.h"

#include "corpora.h"

enum {
	IDLE_SECONDS = 600, /* kept unused */
	LOOK_SECONDS = 30,  /* how often it looks for such */
	WAIT_MS = 50,       /* how often who waits looks at the clock */
	TRIES = 20          /* while the index is moving */
};

struct slot {
	struct ecs_corpus *corpus;
	/* What there is of one that broke off: the next begins with it. */
	struct ecs_corpus *partial;
	bool wanted;
	bool failed;
	struct ecs_err err; /* of the failure */
	time_t used;        /* monotonic seconds */
};

struct corpora {
	struct ecs_app *app;
	size_t limit;
	struct ecs_session *session;
	pthread_mutex_t mutex; /* over all that follows */
	pthread_cond_t wake;
	pthread_cond_t done;
	struct slot slots[ECS_MAX_COLLECTIONS];
	bool stopping;
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

static struct timespec
after_ms(long ms)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += ms / 1000;
	at.tv_nsec += ms % 1000 * 1000000;
	at.tv_sec += at.tv_nsec / 1000000000;
	at.tv_nsec %= 1000000000;
	return at;
}

/* ---- the thread: with the mutex but where it says else ---- */

static void
drop(struct slot *slot)
{
	ecs_corpus_unref(slot->corpus);
	ecs_corpus_unref(slot->partial);
	slot->corpus = slot->partial = NULL;
}

static void
drop_idle(struct corpora *in)
{
	for (size_t i = 0; i < ECS_MAX_COLLECTIONS; i++)
		if (!in->slots[i].wanted &&
		    now() - in->slots[i].used > IDLE_SECONDS)
			drop(&in->slots[i]);
}

static size_t
held_by_others(const struct corpora *in, int collection)
{
	size_t bytes = 0;

	for (int i = 0; i < ECS_MAX_COLLECTIONS; i++)
		if (i != collection && in->slots[i].corpus != NULL)
			bytes += ecs_corpus_bytes(in->slots[i].corpus);
	return bytes;
}

/* Without the mutex: once, at the newest view. */
static bool
build_once(struct corpora *in, int collection, size_t limit,
    struct ecs_corpus *previous, struct ecs_corpus **corpus,
    struct ecs_err *err)
{
	struct call call = {.app = in->app, .session = in->session};
	bool only[ECS_MAX_COLLECTIONS] = {false};
	struct ecs_source source;
	size_t n;
	bool ok;

	*corpus = NULL;
	only[collection] = true;
	if (!ecs_session_begin(in->session, err))
		return false;
	ok = ecs_call_sources(&call, only, &source, &n);
	if (!ok)
		*err = call.err;
	ok = ok &&
	    ecs_corpus_build(
		&source, in->session->analyzer, previous, limit, corpus, err);
	ecs_session_end(in->session);
	return ok;
}

/* Without the mutex; previous is taken over, as is what *corpus becomes. */
static bool
build(struct corpora *in, int collection, size_t limit,
    struct ecs_corpus *previous, struct ecs_corpus **corpus,
    struct ecs_err *err)
{
	bool ok = false;

	for (int i = 0; i < TRIES && !ok; i++) {
		ecs_err_clear(err);
		ok = build_once(in, collection, limit, previous, corpus, err);
		if (ok || strcmp(err->code, "index_moved") != 0)
			break;
		if (*corpus != NULL) {
			ecs_corpus_unref(previous);
			previous = *corpus;
		}
	}
	if (*corpus != previous)
		ecs_corpus_unref(previous);
	return ok;
}

static struct ecs_corpus *
take_previous(struct slot *slot)
{
	struct ecs_corpus *previous = slot->partial;

	slot->partial = NULL;
	if (previous == NULL && slot->corpus != NULL)
		previous = ecs_corpus_ref(slot->corpus);
	return previous;
}

static void
keep(struct corpora *in, int collection, struct ecs_corpus *corpus, bool ok,
    const struct ecs_err *err)
{
	struct slot *slot = &in->slots[collection];

	slot->failed = !ok;
	slot->used = now();
	if (ok) {
		ecs_corpus_unref(slot->corpus);
		slot->corpus = corpus;
		return;
	}
	ecs_corpus_unref(corpus);
	slot->err = *err;
	ecs_log(ECS_LOG_WARNING, "the desk's words: %s", err->text);
}

static void
serve(struct corpora *in, int collection)
{
	struct slot *slot = &in->slots[collection];
	struct ecs_corpus *previous = take_previous(slot);
	struct ecs_corpus *corpus = NULL;
	struct ecs_err err = {0};
	size_t others = held_by_others(in, collection);
	bool ok;

	slot->wanted = false;
	pthread_mutex_unlock(&in->mutex);
	ok = build(in, collection, others < in->limit ? in->limit - others : 0,
	    previous, &corpus, &err);
	pthread_mutex_lock(&in->mutex);
	if (!ok && others > 0 && strcmp(err.code, "desk_full") == 0) {
		/* What is asked for goes before what was. */
		for (int i = 0; i < ECS_MAX_COLLECTIONS; i++)
			if (i != collection)
				drop(&in->slots[i]);
		slot->partial = corpus;
		slot->wanted = true;
		return;
	}
	keep(in, collection, corpus, ok, &err);
	pthread_cond_broadcast(&in->done);
}

static int
find_wanted(const struct corpora *in)
{
	for (int i = 0; i < ECS_MAX_COLLECTIONS; i++)
		if (in->slots[i].wanted)
			return i;
	return -1;
}

static void *
corpora_main(void *user)
{
	struct corpora *in = user;

	pthread_mutex_lock(&in->mutex);
	while (!in->stopping) {
		int collection = find_wanted(in);

		if (collection >= 0) {
			serve(in, collection);
		} else {
			struct timespec until = after_ms(LOOK_SECONDS * 1000L);

			pthread_cond_timedwait(&in->wake, &in->mutex, &until);
			drop_idle(in);
		}
	}
	pthread_mutex_unlock(&in->mutex);
	return NULL;
}

/* ---- who asks ---- */

/* With the mutex: the corpus, or NULL; *failed: there will be none. */
static struct ecs_corpus *
look(struct corpora *in, struct call *call, int collection, bool *failed)
{
	const struct ecs_view_collection *of =
	    &call->session->view->collections[collection];
	struct slot *slot = &in->slots[collection];

	*failed = false;
	if (slot->corpus != NULL && ecs_corpus_fits(slot->corpus, of->table)) {
		slot->used = now();
		return ecs_corpus_ref(slot->corpus);
	}
	if (slot->failed) {
		slot->failed = false; /* who asks next tries again */
		call->err = slot->err;
		*failed = true;
		return NULL;
	}
	slot->wanted = true;
	pthread_cond_signal(&in->wake);
	return NULL;
}

bool
ecs_corpora_get(struct call *call, int collection,
    struct ecs_deadline *deadline, struct ecs_corpus **corpus)
{
	struct corpora *in = call->app->corpora;
	bool failed = false;

	for (;;) {
		struct timespec until = after_ms(WAIT_MS);

		pthread_mutex_lock(&in->mutex);
		*corpus = look(in, call, collection, &failed);
		if (*corpus == NULL && !failed)
			pthread_cond_timedwait(&in->done, &in->mutex, &until);
		pthread_mutex_unlock(&in->mutex);
		if (*corpus != NULL || failed)
			return *corpus != NULL;
		if (ecs_deadline_passed(deadline)) {
			ecs_reply_header(call->reply, "Retry-After", "2");
			return ecs_err_set(&call->err, 503, "corpus_building",
			    "the words of the collection are being read; ask "
			    "again in a moment");
		}
		/* It is made of the newest view. */
		if (!ecs_session_renew(call->session, &call->err))
			return false;
	}
}

struct corpora *
ecs_corpora_new(struct ecs_app *app, size_t limit, struct ecs_err *err)
{
	struct corpora *in = calloc(1, sizeof(*in));
	pthread_condattr_t clock;

	if (in == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	in->app = app;
	in->limit = limit;
	pthread_mutex_init(&in->mutex, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&in->wake, &clock);
	pthread_cond_init(&in->done, &clock);
	pthread_condattr_destroy(&clock);
	in->session = ecs_session_new(app->store, err);
	if (in->session != NULL &&
	    pthread_create(&in->thread, NULL, corpora_main, in) == 0) {
		in->started = true;
		return in;
	}
	ecs_err_set(err, 500, "no_thread", "a thread cannot be started");
	ecs_corpora_free(in);
	return NULL;
}

void
ecs_corpora_free(struct corpora *in)
{
	if (in == NULL)
		return;
	if (in->started) {
		pthread_mutex_lock(&in->mutex);
		in->stopping = true;
		pthread_cond_signal(&in->wake);
		pthread_mutex_unlock(&in->mutex);
		pthread_join(in->thread, NULL);
	}
	for (size_t i = 0; i < ECS_MAX_COLLECTIONS; i++)
		drop(&in->slots[i]);
	ecs_session_free(in->session);
	pthread_mutex_destroy(&in->mutex);
	pthread_cond_destroy(&in->wake);
	pthread_cond_destroy(&in->done);
	free(in);
}
