/* SPDX-License-Identifier: ISC */
/*
 * batches - a group of them becomes one transaction: into the records, into the
 * index.
 *
 * A write that its own condition forbids fails alone; of an atomic batch, and
 * when the disk does not do as told, the whole group is undone.
 */
#include <string.h>

#include "ecsearch/err.h"

#include "batches.h"
#include "former.h"

/* ---- into the records ---- */

/* Is the document there what the write insists on? */
static bool
check_expected(struct ecs_store *store, struct ecs_write *write, const char *id,
    size_t id_len)
{
	bool must_exist = write->must_exist && write->kind == ECS_WRITE_PUT;
	struct ecs_record record;
	bool found;

	if (write->expected == ECS_ANY_SEQUENCE && !must_exist)
		return true;
	if (!ecs_records_find(store->records,
		store->states[write->collection].records, id, id_len, &record,
		&found, &write->err))
		return false;
	if (must_exist && !found)
		return ecs_err_set(
		    &write->err, 412, "changed", "there is no such document");
	if (write->expected == ECS_ANY_SEQUENCE ||
	    (write->expected == ECS_NO_DOCUMENT && !found) ||
	    (found && record.sequence == write->expected))
		return true;
	return ecs_err_set(&write->err, 412, "changed",
	    write->expected == ECS_NO_DOCUMENT
		? "there is such a document already"
		: "the document is not the one that If-Match names");
}

static bool
record_put(struct ecs_store *store, struct ecs_write *write)
{
	const struct ecs_doc *doc;

	if (!ecs_vocabulary_check_again(store, write))
		return false;
	doc = write->doc;
	return check_expected(store, write, doc->id, doc->id_len) &&
	    ecs_former_note(store->records,
		store->states[write->collection].records, doc, store->analyzer,
		&write->err) &&
	    ecs_records_put(store->records,
		store->states[write->collection].records, doc->id, doc->id_len,
		doc->json, doc->json_len, doc->hit, doc->hit_len, &write->row,
		&write->created, &write->err);
}

static bool
record_delete(struct ecs_store *store, struct ecs_write *write)
{
	if (!check_expected(store, write, write->id, write->id_len) ||
	    !ecs_records_delete(store->records,
		store->states[write->collection].records, write->id,
		write->id_len, &write->row, &write->found, &write->err))
		return false;
	if (!write->found && write->must_exist)
		return ecs_err_set(&write->err, 404, "no_document",
		    "there is no such document");
	return true;
}

/* False when the whole group must be undone; its reason is then in err. */
static bool
record_batch(
    struct ecs_store *store, struct ecs_batch *batch, struct ecs_err *err)
{
	for (size_t i = 0; i < batch->n; i++) {
		struct ecs_write *write = &batch->writes[i];
		bool ok = write->kind == ECS_WRITE_PUT
		    ? record_put(store, write)
		    : record_delete(store, write);

		if (ok || (write->err.status < 500 && !batch->atomic))
			continue;
		*err = write->err;
		return false;
	}
	return true;
}

bool
ecs_batches_record(
    struct ecs_store *store, struct group *group, struct ecs_err *err)
{
	if (!ecs_records_begin(store->records, &group->sequence, err))
		return false;
	for (size_t i = 0; i < group->n; i++)
		if (!record_batch(store, group->batches[i], err))
			goto undo;
	if (ecs_records_commit(store->records, err))
		return true;
undo:
	ecs_records_rollback(store->records);
	return false;
}

/* ---- into the index ---- */

static bool
index_put(struct ecs_store *store, struct state *state, struct ecs_write *write,
    struct ecs_err *err)
{
	struct ecs_unit_maker maker = {store->analyzer, store->detector};

	if (write->units.n > 0 &&
	    strcmp(write->units.analysis,
		ecs_words_fingerprint(store->lore->words)) != 0)
		ecs_units_fini(&write->units);
	if (write->units.n == 0 &&
	    !ecs_units_build(write->doc, &maker, &write->units, err))
		return false;
	if (!ecs_shelf_put(
		&state->shelf, write->row, write->doc, &write->units, err))
		return false;
	/* The largest part of a batch's memory is no longer needed. */
	ecs_units_fini(&write->units);
	return true;
}

static bool
changes_index(const struct ecs_write *write)
{
	return write->err.status == 0 &&
	    (write->kind == ECS_WRITE_PUT || write->found);
}

/* Known before indexing, which may fail before it has come to all of them. */
static void
note_touched(struct group *group)
{
	for (size_t i = 0; i < group->n; i++) {
		const struct ecs_batch *batch = group->batches[i];

		for (size_t w = 0; w < batch->n; w++)
			if (changes_index(&batch->writes[w]))
				group->touched[batch->writes[w].collection] =
				    true;
	}
}

static bool
index_write(
    struct ecs_store *store, struct ecs_write *write, struct ecs_err *err)
{
	struct state *state = &store->states[write->collection];

	if (!changes_index(write))
		return true;
	/* What is behind is caught up from the records, in their order. */
	if (state->behind)
		return true;
	return write->kind == ECS_WRITE_PUT
	    ? index_put(store, state, write, err)
	    : ecs_shelf_remove(&state->shelf, write->row, err);
}

bool
ecs_batches_index(
    struct ecs_store *store, struct group *group, struct ecs_err *err)
{
	note_touched(group);
	for (size_t i = 0; i < group->n; i++) {
		struct ecs_batch *batch = group->batches[i];

		for (size_t w = 0; w < batch->n; w++)
			if (!index_write(store, &batch->writes[w], err))
				return false;
	}
	for (int i = 0; i < store->nstates; i++) {
		struct state *state = &store->states[i];

		if (group->touched[i] && !state->behind &&
		    !ecs_shelf_commit(&state->shelf, group->sequence, err))
			return false;
	}
	return true;
}

/* ---- answers ---- */

void
ecs_batches_finish(struct ecs_store *store, struct group *group, bool ok,
    const struct ecs_err *err)
{
	for (size_t i = 0; i < group->n; i++) {
		if (group->jobs[i] != NULL)
			ecs_job_finish(store, group->jobs[i], ok, err);
		group->jobs[i] = NULL;
	}
}

void
ecs_batches_finish_durable(struct ecs_store *store, struct group *group)
{
	for (size_t i = 0; i < group->n; i++) {
		struct job *job = group->jobs[i];

		group->batches[i]->revision = group->sequence;
		if (job->wait != ECS_WAIT_DURABLE ||
		    !ecs_batch_keep(group->batches[i], &group->kept[i]))
			continue;
		group->batches[i] = &group->kept[i];
		group->jobs[i] = NULL;
		ecs_job_finish(store, job, true, NULL);
	}
}

void
ecs_batches_fini(struct group *group)
{
	for (size_t i = 0; i < group->n; i++)
		ecs_batch_fini(&group->kept[i]);
}
