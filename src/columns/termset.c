/* SPDX-License-Identifier: ISC */
/*
 * termset - hashes of all terms ever added, asked without locks.
 *
 * An open hash table of 64-bit hashes.  The writer fills a larger one and then
 * publishes it; the smaller ones stay until the set is freed, since a reader
 * may still be in them: all together they are no larger than the newest.
 * Two terms with one hash only make a "maybe" that was not needed.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "ecsearch/columns.h"
#include "ecsearch/err.h"

#include "words.h"

enum { FIRST_SLOTS = 1024 };

struct slots {
	struct slots *older;
	uint64_t mask;
	_Atomic uint64_t slot[]; /* 0 is free */
};

struct ecs_termset {
	_Atomic(struct slots *) newest;
	atomic_size_t bytes;
	uint64_t count; /* the writer's own */
};

static struct slots *
slots_new(struct ecs_termset *set, uint64_t room, struct slots *older)
{
	size_t bytes = sizeof(struct slots) + room * sizeof(uint64_t);
	struct slots *slots = calloc(1, bytes);

	if (slots == NULL)
		return NULL;
	slots->older = older;
	slots->mask = room - 1;
	atomic_fetch_add(&set->bytes, bytes);
	return slots;
}

struct ecs_termset *
ecs_termset_new(struct ecs_err *err)
{
	struct ecs_termset *set = calloc(1, sizeof(*set));
	struct slots *slots = NULL;

	if (set != NULL)
		slots = slots_new(set, FIRST_SLOTS, NULL);
	if (slots == NULL) {
		free(set);
		ecs_err_memory(err);
		return NULL;
	}
	atomic_init(&set->newest, slots);
	return set;
}

void
ecs_termset_free(struct ecs_termset *set)
{
	struct slots *slots, *older;

	if (set == NULL)
		return;
	for (slots = atomic_load(&set->newest); slots != NULL; slots = older) {
		older = slots->older;
		free(slots);
	}
	free(set);
}

uint64_t
ecs_termset_hash(const char *term, size_t len)
{
	uint64_t hash = bytes_hash(term, len);

	return hash == 0 ? 1 : hash;
}

/* Where a hash is, or the free slot where it would be. */
static uint64_t
probe(const struct slots *slots, uint64_t hash, uint64_t *found)
{
	uint64_t i = hash & slots->mask;

	for (;; i = (i + 1) & slots->mask) {
		*found =
		    atomic_load_explicit(&slots->slot[i], memory_order_relaxed);
		if (*found == hash || *found == 0)
			return i;
	}
}

static bool
grow(struct ecs_termset *set, struct slots *old)
{
	struct slots *slots = slots_new(set, (old->mask + 1) * 2, old);
	uint64_t i, hash, at, found;

	if (slots == NULL)
		return false;
	for (i = 0; i <= old->mask; i++) {
		hash =
		    atomic_load_explicit(&old->slot[i], memory_order_relaxed);
		if (hash == 0)
			continue;
		at = probe(slots, hash, &found);
		atomic_store_explicit(
		    &slots->slot[at], hash, memory_order_relaxed);
	}
	atomic_store_explicit(&set->newest, slots, memory_order_release);
	return true;
}

bool
ecs_termset_add(
    struct ecs_termset *set, const char *term, size_t len, struct ecs_err *err)
{
	return ecs_termset_add_hash(set, ecs_termset_hash(term, len), err);
}

bool
ecs_termset_add_hash(
    struct ecs_termset *set, uint64_t hash, struct ecs_err *err)
{
	struct slots *slots =
	    atomic_load_explicit(&set->newest, memory_order_relaxed);
	uint64_t found, at = probe(slots, hash, &found);

	if (found == hash)
		return true;
	if ((set->count + 1) * 3 > (slots->mask + 1) * 2) {
		if (!grow(set, slots))
			return ecs_err_memory(err);
		slots =
		    atomic_load_explicit(&set->newest, memory_order_relaxed);
		at = probe(slots, hash, &found);
	}
	atomic_store_explicit(&slots->slot[at], hash, memory_order_release);
	set->count++;
	return true;
}

bool
ecs_termset_maybe(const struct ecs_termset *set, const char *term, size_t len)
{
	return ecs_termset_maybe_hash(set, ecs_termset_hash(term, len));
}

bool
ecs_termset_maybe_hash(const struct ecs_termset *set, uint64_t hash)
{
	const struct slots *slots =
	    atomic_load_explicit(&set->newest, memory_order_acquire);
	uint64_t found;

	probe(slots, hash, &found);
	return found == hash;
}

size_t
ecs_termset_bytes(const struct ecs_termset *set)
{
	return sizeof(*set) + atomic_load(&set->bytes);
}
