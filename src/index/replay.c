/* SPDX-License-Identifier: ISC */
/*
 * replay - from the records into the index: what a crash, a full disk or an
 * exception of the engine kept out of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"
#include "ecsearch/log.h"

#include "store.h"

struct replay {
	struct ecs_store *store;
	struct state *state;
	struct shelf *shelf;
	struct ecs_analyzer *analyzer;
	size_t bytes;      /* since the last commit */
	uint64_t sequence; /* of the record before this one */
	uint64_t count;
	struct ecs_err *err;
	bool ok;
};

/*
 * A document that today's schema or index refuses is kept in the records,
 * reported and not searched: it must not keep the others from being.
 */
static bool
leave_out(struct replay *in, const struct ecs_record *record)
{
	if (in->err->status >= 500)
		return false;
	ecs_log(ECS_LOG_ERROR, "%s: a stored document cannot be indexed: %s",
	    in->state->collection->name, in->err->text);
	ecs_err_clear(in->err);
	return ecs_shelf_remove(in->shelf, record->number, in->err);
}

static bool
replay_put(struct replay *in, const struct ecs_record *record)
{
	struct ecs_unit_maker maker = {in->analyzer, in->store->detector};
	struct ecs_doc *doc = ecs_doc_parse(
	    in->state->collection, record->json, record->json_len, in->err);
	struct ecs_units units = {0};
	bool ok;

	if (doc == NULL)
		return leave_out(in, record);
	ok = (ecs_units_build(doc, &maker, &units, in->err) &&
		 ecs_shelf_put(
		     in->shelf, record->number, doc, &units, in->err)) ||
	    leave_out(in, record);
	ecs_units_fini(&units);
	ecs_doc_free(doc);
	return ok;
}

bool
ecs_replay_record(struct ecs_store *store, struct state *state,
    struct shelf *shelf, struct ecs_analyzer *analyzer,
    const struct ecs_record *record, struct ecs_err *err)
{
	struct replay in = {.store = store,
	    .state = state,
	    .shelf = shelf,
	    .analyzer = analyzer,
	    .err = err};

	return replay_put(&in, record);
}

/*
 * Commit when a slice is full.  Only sequences that are whole may be claimed,
 * so the one in hand is left out and replayed again after a crash.
 */
static bool
commit_slice(struct replay *in, const struct ecs_record *record)
{
	if (in->bytes < BATCH_BYTES || record->sequence == in->sequence)
		return true;
	in->bytes = 0;
	return ecs_shelf_commit(in->shelf, record->sequence - 1, in->err);
}

static bool
replay_record(void *user, const struct ecs_record *record)
{
	struct replay *in = user;

	in->ok = commit_slice(in, record) &&
	    (record->deleted
		    ? ecs_shelf_remove(in->shelf, record->number, in->err)
		    : replay_put(in, record));
	in->bytes += record->json_len;
	in->sequence = record->sequence;
	in->count++;
	return in->ok;
}

bool
ecs_replay(struct ecs_store *store, struct state *state, struct shelf *shelf,
    struct ecs_analyzer *analyzer, struct ecs_err *err)
{
	uint64_t last = ecs_records_sequence(store->records);
	struct replay in = {.store = store,
	    .state = state,
	    .shelf = shelf,
	    .analyzer = analyzer,
	    .sequence = shelf->sequence,
	    .err = err,
	    .ok = true};

	if (!ecs_records_changes(store->records, state->records,
		shelf->sequence, 0, replay_record, &in, err) ||
	    !in.ok)
		return false;
	if (in.count == 0 && shelf->draft == NULL)
		return true;
	ecs_log(ECS_LOG_NOTICE, "%s: replayed %llu changes",
	    state->collection->name, (unsigned long long)in.count);
	return ecs_shelf_commit(shelf, last, err);
}

bool
ecs_recover(struct ecs_store *store, struct state *state, struct ecs_err *err)
{
	unsigned number = state->shelf.generation->number;
	struct shelf shelf;

	/* The engine allows one writer: the broken one goes first. */
	ecs_index_writer_close(state->shelf.writer);
	state->shelf.writer = NULL;
	ecs_draft_free(state->shelf.draft);
	state->shelf.draft = NULL;
	if (!ecs_shelf_open(store, state, number, &shelf, err))
		return false;
	if (!ecs_replay(store, state, &shelf, store->analyzer, err)) {
		ecs_shelf_close(&shelf);
		return false;
	}
	ecs_shelf_close(&state->shelf);
	state->shelf = shelf;
	return true;
}
