/* SPDX-License-Identifier: ISC */
#ifndef INDEX_BATCHES_H
#define INDEX_BATCHES_H
/*
 * A group of batches on its way, all on the writer thread.
 */
#include "store.h"

enum { GROUP_JOBS = 256 };

/* Batches that become one transaction; jobs[i] is NULL once answered. */
struct group {
	struct job *jobs[GROUP_JOBS];
	struct ecs_batch *batches[GROUP_JOBS];
	struct ecs_batch kept[GROUP_JOBS]; /* of jobs answered early */
	size_t n;
	uint64_t sequence;
	bool touched[ECS_MAX_COLLECTIONS]; /* their index is to be changed */
};

/* ---- batch.c ---- */

/*
 * Leave the waiter a copy of the outcomes and keep documents and units, which
 * are still to be indexed.  False when memory ran out: answered later then.
 */
bool ecs_batch_keep(struct ecs_batch *batch, struct ecs_batch *kept);

/* ---- batches.c ---- */

/* Write all to the records and commit; false: nothing was written. */
bool ecs_batches_record(
    struct ecs_store *store, struct group *group, struct ecs_err *err);
/* Note what is touched, write it to the indexes and commit these. */
bool ecs_batches_index(
    struct ecs_store *store, struct group *group, struct ecs_err *err);
/* Answer those who only wait for durability. */
void ecs_batches_finish_durable(struct ecs_store *store, struct group *group);
/* Answer the others; err (may be NULL) is why not, or what is not yet so. */
void ecs_batches_finish(struct ecs_store *store, struct group *group, bool ok,
    const struct ecs_err *err);
/* Free what was kept. */
void ecs_batches_fini(struct group *group);

/* ---- queue.c ---- */

/*
 * Wait for work and take the next call alone, or as many batches as make one
 * group; with retry for no longer than a second.  False when the store closes
 * and nothing is left to do.
 */
bool ecs_queue_take(struct ecs_store *store, struct group *group, bool retry);
/* Were the words' files to be read again? */
bool ecs_queue_take_reading(struct ecs_store *store);
#endif
