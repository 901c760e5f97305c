/* SPDX-License-Identifier: ISC */
/*
 * rebuild - write a collection's index anew beside the old one, then swap.
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
	struct job *job; /* who waits; NULL at start */
	uint64_t began;  /* sequence of the records then */
	int64_t after;   /* last number done */
	size_t bytes;    /* since the last commit */
	uint64_t count;
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

static struct rebuild *
rebuild_new(struct ecs_store *store, struct state *state, struct ecs_err *err)
{
	struct rebuild *rebuild = calloc(1, sizeof(*rebuild));
	unsigned number;

	if (rebuild == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	rebuild->state = state;
	rebuild->after = -1;
	rebuild->began = ecs_records_sequence(store->records);
	if (get_generation(store, state, &number, err) &&
	    clear_generation(store, state, number + 1, err) &&
	    ecs_shelf_open(store, state, number + 1, &rebuild->shelf, err) &&
	    ecs_shelf_label(store, &rebuild->shelf, state->collection, err))
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

	in->ok = ecs_replay_record(
	    in->store, rebuild->state, &rebuild->shelf, record, in->err);
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

/* Bring the new index up to date and put it in the old one's place. */
static bool
swap(struct ecs_store *store, struct rebuild *rebuild, struct ecs_err *err)
{
	struct state *state = rebuild->state;
	struct ecs_generation *old = state->shelf.generation;

	if (!ecs_shelf_commit(&rebuild->shelf, rebuild->began, err) ||
	    !ecs_replay(store, state, &rebuild->shelf, err) ||
	    !put_generation(
		store, state, rebuild->shelf.generation->number, err))
		return false;
	if (old != NULL)
		old->abandoned = true;
	ecs_shelf_close(&state->shelf);
	state->shelf = rebuild->shelf;
	state->behind = false;
	memset(&rebuild->shelf, 0, sizeof(rebuild->shelf));
	ecs_log(ECS_LOG_NOTICE, "%s: rebuilt from %llu records",
	    state->collection->name, (unsigned long long)rebuild->count);
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
	store->rebuild = rebuild_new(store, &store->states[collection], err);
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

void
ecs_rebuild_step(struct ecs_store *store)
{
	struct ecs_err err = {0};
	bool more = false;
	bool ok = step(store, store->rebuild, &more, &err);

	if (ok && more)
		return;
	ok = ok && swap(store, store->rebuild, &err) &&
	    raise_revision(store, &err);
	end_rebuild(store, ok, &err);
}

void
ecs_rebuild_abandon(struct ecs_store *store)
{
	const struct ecs_err stopping = {
	    503, "stopping", "the server is shutting down", {{0}}, 0};

	if (store->rebuild != NULL)
		end_rebuild(store, false, &stopping);
}

uint64_t
ecs_rebuild_floor(const struct ecs_store *store)
{
	return store->rebuild == NULL ? UINT64_MAX : store->rebuild->began;
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
	if (fits && ecs_replay(store, state, &state->shelf, &err))
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
	rebuild = rebuild_new(store, state, err);
	if (rebuild == NULL)
		return false;
	while (ok && more)
		ok = step(store, rebuild, &more, err);
	ok = ok && swap(store, rebuild, err);
	rebuild_free(rebuild);
	return ok;
}
