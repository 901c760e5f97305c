/* SPDX-License-Identifier: ISC */
/*
 * rebuild - write a collection's index anew beside the old one, then swap.
 *
 * When the words themselves have changed (stem exceptions), every collection is
 * rebuilt, and all are swapped at once with the words: a query is never
 * analysed in another way than what it is asked of.
 *
 * The writer thread does it in steps of a few hundred documents and serves
 * others in between.  What is written meanwhile goes into the old index and the
 * records as ever; after the last step the new index is brought up to the
 * records from the sequence at which the rebuild began.  One that is
 * interrupted leaves a directory that the next start removes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ecsearch/err.h"
#include "ecsearch/log.h"

#include "store.h"

enum { STEP_DOCUMENTS = 200 };

struct rebuild {
	struct state *state;
	struct shelf shelf;
	struct ecs_analyzer *analyzer; /* borrowed */
	struct job *job;               /* who waits; NULL at start */
	uint64_t began;                /* sequence of the records then */
	int64_t after;                 /* last number done */
	size_t bytes;                  /* since the last commit */
	uint64_t count;
};

/* All collections anew, with other words. */
struct renewal {
	char *stems; /* of the words; NULL: only those built in */
	struct ecs_words *words;
	struct ecs_analyzer *analyzer;
	struct rebuild *parts[ECS_MAX_COLLECTIONS]; /* whole, not yet swapped */
	int n;
};

static void
setting_name(const struct state *state, char *name, size_t size)
{
	snprintf(name, size, "generation.%s", state->collection->name);
}

static bool
get_generation(struct ecs_store *store, const struct state *state,
    unsigned *number, struct ecs_err *err)
{
	char name[80];
	char value[32];

	setting_name(state, name, sizeof(name));
	if (!ecs_records_get_setting(
		store->records, name, value, sizeof(value), err))
		return false;
	*number = (unsigned)strtoul(value, NULL, 10);
	return true;
}

static bool
put_generation(struct ecs_store *store, const struct state *state,
    unsigned number, struct ecs_err *err)
{
	char name[80];
	char value[32];

	setting_name(state, name, sizeof(name));
	snprintf(value, sizeof(value), "%u", number);
	return ecs_records_put_setting(store->records, name, value, err);
}

/*
 * What an interrupted rebuild left where the new index goes would be taken for
 * a part of it.
 */
static bool
clear_generation(struct ecs_store *store, const struct state *state,
    unsigned number, struct ecs_err *err)
{
	char path[512];

	ecs_generation_path(store, state, number, path, sizeof(path));
	ecs_remove_directory(path);
	if (access(path, F_OK) != 0)
		return true;
	return ecs_err_set(err, 500, "index_failed", "%s is in the way", path);
}

static void
rebuild_free(struct rebuild *rebuild)
{
	if (rebuild->shelf.generation != NULL)
		rebuild->shelf.generation->abandoned = true;
	ecs_shelf_close(&rebuild->shelf);
	free(rebuild);
}

/* words and their analyzer outlive the rebuild. */
static struct rebuild *
rebuild_new(struct ecs_store *store, struct state *state,
    const struct ecs_words *words, struct ecs_analyzer *analyzer,
    struct ecs_err *err)
{
	struct rebuild *rebuild = calloc(1, sizeof(*rebuild));
	unsigned number;

	if (rebuild == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	rebuild->state = state;
	rebuild->analyzer = analyzer;
	rebuild->after = -1;
	rebuild->began = ecs_records_sequence(store->records);
	if (get_generation(store, state, &number, err) &&
	    clear_generation(store, state, number + 1, err) &&
	    ecs_shelf_open(store, state, number + 1, &rebuild->shelf, err) &&
	    ecs_shelf_label(
		store, &rebuild->shelf, state->collection, words, err))
		return rebuild;
	rebuild_free(rebuild);
	return NULL;
}

struct step {
	struct ecs_store *store;
	struct rebuild *rebuild;
	uint32_t done;
	struct ecs_err *err;
	bool ok;
};

static bool
step_record(void *user, const struct ecs_record *record)
{
	struct step *in = user;
	struct rebuild *rebuild = in->rebuild;

	in->ok = ecs_replay_record(in->store, rebuild->state, &rebuild->shelf,
	    rebuild->analyzer, record, in->err);
	rebuild->after = record->number;
	rebuild->bytes += record->json_len;
	rebuild->count++;
	in->done++;
	return in->ok;
}

/*
 * Index some more documents.  *more says whether any are left.  Until the end
 * the index claims no sequence, for it is not whole.
 */
static bool
step(struct ecs_store *store, struct rebuild *rebuild, bool *more,
    struct ecs_err *err)
{
	struct step in = {
	    .store = store, .rebuild = rebuild, .err = err, .ok = true};

	if (!ecs_record_scan(store->reader, rebuild->state->records,
		rebuild->after, STEP_DOCUMENTS, step_record, &in, err) ||
	    !in.ok)
		return false;
	*more = in.done > 0;
	if (rebuild->bytes < BATCH_BYTES)
		return true;
	rebuild->bytes = 0;
	return ecs_shelf_commit(&rebuild->shelf, 0, err);
}

/* Bring the new index up to date with the records. */
static bool
bring_up(struct ecs_store *store, struct rebuild *rebuild, struct ecs_err *err)
{
	return ecs_shelf_commit(&rebuild->shelf, rebuild->began, err) &&
	    ecs_replay(
		store, rebuild->state, &rebuild->shelf, rebuild->analyzer, err);
}

static bool
note_generation(
    struct ecs_store *store, const struct rebuild *rebuild, struct ecs_err *err)
{
	return put_generation(
	    store, rebuild->state, rebuild->shelf.generation->number, err);
}

/* Put the new index, which is up to date, in the old one's place. */
static void
install(struct rebuild *rebuild)
{
	struct state *state = rebuild->state;
	struct ecs_generation *old = state->shelf.generation;

	if (old != NULL)
		old->abandoned = true;
	ecs_shelf_close(&state->shelf);
	state->shelf = rebuild->shelf;
	state->behind = false;
	memset(&rebuild->shelf, 0, sizeof(rebuild->shelf));
	ecs_log(ECS_LOG_NOTICE, "%s: rebuilt from %llu records",
	    state->collection->name, (unsigned long long)rebuild->count);
}

static bool
swap(struct ecs_store *store, struct rebuild *rebuild, struct ecs_err *err)
{
	if (!bring_up(store, rebuild, err) ||
	    !note_generation(store, rebuild, err))
		return false;
	install(rebuild);
	return true;
}

bool
ecs_publish_sequence(
    struct ecs_store *store, uint64_t sequence, struct ecs_err *err)
{
	pthread_mutex_lock(&store->mutex);
	store->stats.records_sequence = sequence;
	pthread_mutex_unlock(&store->mutex);
	return ecs_publish(store, sequence, err);
}

/* A new revision without a change of documents: answers may differ. */
static bool
raise_revision(struct ecs_store *store, struct ecs_err *err)
{
	uint64_t sequence;

	if (!ecs_records_begin(store->records, &sequence, err))
		return false;
	if (!ecs_records_commit(store->records, err)) {
		ecs_records_rollback(store->records);
		return false;
	}
	return ecs_publish_sequence(store, sequence, err);
}

bool
ecs_rebuild_begin(struct ecs_store *store, int collection, struct job *job,
    struct ecs_err *err)
{
	if (store->rebuild != NULL)
		return ecs_err_set(err, 409, "rebuild_running",
		    "another rebuild is under way");
	store->rebuild = rebuild_new(store, &store->states[collection],
	    store->lore->words, store->analyzer, err);
	if (store->rebuild == NULL)
		return false;
	store->rebuild->job = job;
	return true;
}

static void
end_rebuild(struct ecs_store *store, bool ok, const struct ecs_err *err)
{
	struct rebuild *rebuild = store->rebuild;

	store->rebuild = NULL;
	if (!ok)
		ecs_log(ECS_LOG_ERROR, "%s: the rebuild failed: %s",
		    rebuild->state->collection->name, err->text);
	ecs_job_finish(store, rebuild->job, ok, err);
	rebuild_free(rebuild);
}

/* ---- with other words ---- */

/* Answer those who wait for the words. */
static void
finish_followers(struct ecs_store *store, bool ok, const struct ecs_err *err)
{
	while (store->followers != NULL) {
		struct job *job = store->followers;

		store->followers = job->next;
		ecs_job_finish(store, job, ok, err);
	}
}

static void
renewal_free(struct renewal *renewal)
{
	if (renewal == NULL)
		return;
	for (int i = 0; i < renewal->n; i++)
		rebuild_free(renewal->parts[i]);
	ecs_analyzer_free(renewal->analyzer);
	ecs_words_free(renewal->words);
	free(renewal->stems);
	free(renewal);
}

static void
drop_renewal(struct ecs_store *store)
{
	if (store->rebuild != NULL)
		rebuild_free(store->rebuild);
	store->rebuild = NULL;
	renewal_free(store->renewal);
	store->renewal = NULL;
}

static void
end_renewal(struct ecs_store *store, bool ok, const struct ecs_err *err)
{
	if (!ok)
		ecs_log(ECS_LOG_ERROR,
		    "the stem exceptions are not in effect: %s", err->text);
	drop_renewal(store);
	store->renewal_failed = !ok;
	if (!ok || !ecs_lore_is_behind(store->lore))
		finish_followers(store, ok, err);
}

static bool
begin_part(struct ecs_store *store, struct ecs_err *err)
{
	struct renewal *renewal = store->renewal;

	store->rebuild = rebuild_new(store, &store->states[renewal->n],
	    renewal->words, renewal->analyzer, err);
	return store->rebuild != NULL;
}

static bool
begin_renewal(struct ecs_store *store, struct ecs_err *err)
{
	const char *stems = store->lore->data[ECS_STEMS].json;
	struct renewal *renewal = calloc(1, sizeof(*renewal));

	store->renewal = renewal;
	if (renewal == NULL)
		return ecs_err_memory(err);
	if (stems != NULL) {
		renewal->stems = strdup(stems);
		if (renewal->stems == NULL)
			return ecs_err_memory(err);
	}
	renewal->words = ecs_words_new(stems, err);
	if (renewal->words != NULL)
		renewal->analyzer = ecs_analyzer_new(renewal->words, err);
	return renewal->analyzer != NULL && begin_part(store, err);
}

/* Something else is wanted by now than what is being made. */
static bool
is_outdated(const struct ecs_store *store)
{
	const struct renewal *renewal = store->renewal;
	const char *wanted = store->lore->data[ECS_STEMS].json;

	if (renewal == NULL)
		return false;
	if (renewal->stems == NULL || wanted == NULL)
		return renewal->stems != wanted;
	return strcmp(renewal->stems, wanted) != 0;
}

void
ecs_renewal_check(struct ecs_store *store)
{
	struct ecs_err err = {0};

	if (is_outdated(store))
		drop_renewal(store);
	if (store->followers != NULL && !ecs_lore_is_behind(store->lore))
		finish_followers(store, true, NULL);
	if (store->rebuild != NULL || store->renewal_failed ||
	    !ecs_lore_is_behind(store->lore))
		return;
	ecs_log(ECS_LOG_NOTICE,
	    "stem exceptions have changed: rebuilding all collections");
	if (!begin_renewal(store, &err))
		end_renewal(store, false, &err);
}

void
ecs_renewal_follow(struct ecs_store *store, struct job *job)
{
	if (!ecs_lore_is_behind(store->lore)) {
		ecs_job_finish(store, job, true, NULL);
		return;
	}
	store->renewal_failed = false;
	job->next = store->followers;
	store->followers = job;
}

/* Note all generations and the revision in one transaction. */
static bool
note_renewal(struct ecs_store *store, uint64_t *sequence, struct ecs_err *err)
{
	const struct renewal *renewal = store->renewal;
	bool ok = true;

	if (!ecs_records_begin(store->records, sequence, err))
		return false;
	for (int i = 0; ok && i < renewal->n; i++)
		ok = note_generation(store, renewal->parts[i], err);
	if (ok && ecs_records_commit(store->records, err))
		return true;
	ecs_records_rollback(store->records);
	return false;
}

/* All parts are whole: swap them and the words. */
static bool
finish_renewal(struct ecs_store *store, struct ecs_err *err)
{
	struct renewal *renewal = store->renewal;
	struct ecs_analyzer *analyzer = NULL;
	struct ecs_lore *lore = ecs_lore_with(store, renewal->stems, err);
	uint64_t sequence;
	bool ok = lore != NULL;

	if (ok)
		analyzer = ecs_analyzer_new(lore->words, err);
	ok = analyzer != NULL;
	for (int i = 0; ok && i < renewal->n; i++)
		ok = bring_up(store, renewal->parts[i], err);
	ok = ok && note_renewal(store, &sequence, err);
	if (!ok) {
		ecs_analyzer_free(analyzer);
		ecs_lore_unref(lore);
		return false;
	}
	for (int i = 0; i < renewal->n; i++)
		install(renewal->parts[i]);
	ecs_lore_take(store, lore, analyzer);
	return ecs_publish_sequence(store, sequence, err);
}

/* The rebuild in hand is whole: on to the next collection. */
static void
next_part(struct ecs_store *store)
{
	struct renewal *renewal = store->renewal;
	struct ecs_err err = {0};
	bool ok;

	renewal->parts[renewal->n++] = store->rebuild;
	store->rebuild = NULL;
	if (renewal->n < store->nstates) {
		if (!begin_part(store, &err))
			end_renewal(store, false, &err);
		return;
	}
	ok = finish_renewal(store, &err);
	end_renewal(store, ok, &err);
}

/* ---- steps ---- */

void
ecs_rebuild_step(struct ecs_store *store)
{
	struct ecs_err err = {0};
	bool more = false;
	bool ok = step(store, store->rebuild, &more, &err);

	if (ok && more)
		return;
	if (store->renewal != NULL) {
		if (ok)
			next_part(store);
		else
			end_renewal(store, false, &err);
		return;
	}
	ok = ok && swap(store, store->rebuild, &err) &&
	    raise_revision(store, &err);
	end_rebuild(store, ok, &err);
}

void
ecs_rebuild_abandon(struct ecs_store *store)
{
	const struct ecs_err stopping = {
	    503, "stopping", "the server is shutting down", {{0}}, 0};

	if (store->renewal != NULL)
		end_renewal(store, false, &stopping);
	else if (store->rebuild != NULL)
		end_rebuild(store, false, &stopping);
	finish_followers(store, false, &stopping);
}

void
ecs_rebuild_rebind(struct ecs_store *store)
{
	struct renewal *renewal = store->renewal;

	if (store->rebuild != NULL)
		store->rebuild->shelf.collection =
		    store->rebuild->state->collection;
	for (int i = 0; renewal != NULL && i < renewal->n; i++)
		renewal->parts[i]->shelf.collection =
		    renewal->parts[i]->state->collection;
}

uint64_t
ecs_rebuild_floor(const struct ecs_store *store)
{
	const struct rebuild *first = store->rebuild;

	if (store->renewal != NULL && store->renewal->n > 0)
		first = store->renewal->parts[0];
	return first == NULL ? UINT64_MAX : first->began;
}

/* ---- at start ---- */

/* What is on disk, if it is whole and of today's schema and analysis. */
static bool
open_existing(struct ecs_store *store, struct state *state, unsigned number)
{
	struct ecs_err err = {0};
	bool fits = false;

	if (number == 0)
		return false;
	if (!ecs_shelf_open(store, state, number, &state->shelf, &err)) {
		ecs_log(ECS_LOG_ERROR, "%s: the index cannot be used: %s",
		    state->collection->name, err.text);
		return false;
	}
	if (ecs_shelf_fits(
		store, &state->shelf, state->collection, &fits, &err) &&
	    !fits)
		ecs_log(ECS_LOG_NOTICE,
		    "%s: the index is of other records, schema or analysis",
		    state->collection->name);
	if (fits &&
	    ecs_replay(store, state, &state->shelf, store->analyzer, &err))
		return true;
	if (err.status != 0)
		ecs_log(ECS_LOG_ERROR, "%s: the index cannot be used: %s",
		    state->collection->name, err.text);
	state->shelf.generation->abandoned = true;
	ecs_shelf_close(&state->shelf);
	return false;
}

bool
ecs_state_open(
    struct ecs_store *store, struct state *state, struct ecs_err *err)
{
	struct rebuild *rebuild;
	unsigned number;
	bool more = true;
	bool ok = true;

	if (!ecs_records_collection(store->records, state->collection->name,
		&state->records, err) ||
	    !get_generation(store, state, &number, err))
		return false;
	if (open_existing(store, state, number))
		return true;
	rebuild =
	    rebuild_new(store, state, store->lore->words, store->analyzer, err);
	if (rebuild == NULL)
		return false;
	while (ok && more)
		ok = step(store, rebuild, &more, err);
	ok = ok && swap(store, rebuild, err);
	rebuild_free(rebuild);
	return ok;
}
