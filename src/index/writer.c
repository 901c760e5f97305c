/* SPDX-License-Identifier: ISC */
/*
 * writer - the one thread that changes anything.
 *
 *	jobs waiting -> group -> SQLite COMMIT (durable) -> index commit
 *	                                  -> view published (visible)
 *
 * A group is as many waiting batches as fit BATCH_BYTES; an atomic batch is a
 * group of its own, so that undoing it undoes nothing else.
 */
#include <assert.h>
#include <stdlib.h> /* which also says whether this is the GNU libc */
#include <string.h>
#include <time.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "ecsearch/err.h"
#include "ecsearch/fault.h"
#include "ecsearch/log.h"

#include "store.h"

enum { GROUP_JOBS = 256, TRIM_BYTES = 1 << 20 };

/* Batches that become one transaction; jobs[i] is NULL once answered. */
struct group {
	struct job *jobs[GROUP_JOBS];
	struct ecs_batch *batches[GROUP_JOBS];
	struct ecs_batch kept[GROUP_JOBS]; /* of jobs answered early */
	size_t n;
	uint64_t sequence;
	bool touched[ECS_MAX_COLLECTIONS];
};

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

static void
finish_group(struct ecs_store *store, struct group *group, bool ok,
    const struct ecs_err *err)
{
	for (size_t i = 0; i < group->n; i++) {
		if (group->jobs[i] != NULL)
			ecs_job_finish(store, group->jobs[i], ok, err);
		group->jobs[i] = NULL;
	}
}

/*
 * Leave the waiter a copy of the outcomes and keep documents and units, which
 * are still to be indexed.  False when memory ran out: answered later then.
 */
static bool
keep_batch(struct ecs_batch *batch, struct ecs_batch *kept)
{
	struct ecs_write *outcomes = calloc(batch->n, sizeof(*outcomes));

	if (outcomes == NULL)
		return false;
	memcpy(outcomes, batch->writes, batch->n * sizeof(*outcomes));
	for (size_t i = 0; i < batch->n; i++) {
		outcomes[i].doc = NULL;
		memset(&outcomes[i].units, 0, sizeof(outcomes[i].units));
	}
	*kept = *batch;
	batch->writes = outcomes;
	batch->cap = batch->n;
	return true;
}

/* Answer those who only wait for durability. */
static void
finish_durable(struct ecs_store *store, struct group *group)
{
	for (size_t i = 0; i < group->n; i++) {
		struct job *job = group->jobs[i];

		group->batches[i]->revision = group->sequence;
		if (job->wait != ECS_WAIT_DURABLE ||
		    !keep_batch(group->batches[i], &group->kept[i]))
			continue;
		group->batches[i] = &group->kept[i];
		group->jobs[i] = NULL;
		ecs_job_finish(store, job, true, NULL);
	}
}

static void
free_kept(struct group *group)
{
	for (size_t i = 0; i < group->n; i++)
		ecs_batch_fini(&group->kept[i]);
}

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

static bool
record_group(struct ecs_store *store, struct group *group, struct ecs_err *err)
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

static bool
index_group(struct ecs_store *store, struct group *group, struct ecs_err *err)
{
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
	if (!record_group(store, group, &err)) {
		finish_group(store, group, false, &err);
		return;
	}
	count_group(store, group);
	finish_durable(store, group);
	note_touched(group);
	ecs_err_clear(&err);
	indexed = index_group(store, group, &err);
	if (indexed)
		indexed = ecs_publish(store, group->sequence, &err);
	if (!indexed) {
		mark_behind(store, group, &err);
		ecs_err_clear(&err);
		catch_up(store, &err);
	}
	finish_group(
	    store, group, true, group_behind(store, group) ? &not_yet : NULL);
	free_kept(group);
	tidy(store, group);
	give_back(store, bytes);
}

/* ---- the queue ---- */

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

/* Were the words' files to be read again? */
static bool
take_read_words(struct ecs_store *store)
{
	bool wanted;

	pthread_mutex_lock(&store->mutex);
	wanted = store->read_words;
	store->read_words = false;
	pthread_mutex_unlock(&store->mutex);
	return wanted;
}

/* Wait for work; false when the store closes and nothing is left to do. */
static bool
wait_for_jobs(struct ecs_store *store, struct group *group)
{
	bool more;

	pthread_mutex_lock(&store->mutex);
	/* With a rebuild under way nobody waits: its next step is work. */
	while (store->first == NULL && !store->stopping && !store->read_words &&
	    store->rebuild == NULL) {
		struct timespec until;

		if (!anything_behind(store)) {
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
	while (wait_for_jobs(store, group)) {
		struct ecs_err err = {0};

		if (anything_behind(store) && !catch_up(store, &err))
			ecs_log(ECS_LOG_ERROR, "catching up: %s: %s", err.code,
			    err.text);
		if (group->n > 0 && group->batches[0] != NULL)
			commit_group(store, group);
		else if (group->n > 0)
			run_call(store, group->jobs[0]);
		if (take_read_words(store))
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

struct ecs_write *
ecs_batch_add(struct ecs_batch *batch, enum ecs_write_kind kind, int collection)
{
	struct ecs_write *write;

	if (batch->n == batch->cap) {
		size_t cap = batch->cap == 0 ? 16 : batch->cap * 2;
		struct ecs_write *larger =
		    realloc(batch->writes, cap * sizeof(*larger));

		if (larger == NULL)
			return NULL;
		batch->writes = larger;
		batch->cap = cap;
	}
	write = &batch->writes[batch->n++];
	memset(write, 0, sizeof(*write));
	write->kind = kind;
	write->collection = collection;
	return write;
}

void
ecs_batch_fini(struct ecs_batch *batch)
{
	for (size_t i = 0; i < batch->n; i++) {
		ecs_units_fini(&batch->writes[i].units);
		ecs_doc_free(batch->writes[i].doc);
	}
	free(batch->writes);
	memset(batch, 0, sizeof(*batch));
}
