/* SPDX-License-Identifier: ISC */
/*
 * run_table - a hash table that grows to its bound and then forgets.
 */
#include <stdlib.h>

#include "run_table.h"

enum { FIRST_SLOTS = 4096 };

bool
ecs_run_table_init(struct run_table *in, uint32_t most)
{
	in->most = most;
	in->slots = most < FIRST_SLOTS ? most : FIRST_SLOTS;
	in->used = 0;
	in->list = calloc(in->slots, sizeof(*in->list));
	return in->list != NULL;
}

void
ecs_run_table_fini(struct run_table *in)
{
	free(in->list);
	in->list = NULL;
}

/* FNV-1a, 64 bits (G. Fowler, L. C. Noll, P. Vo). */
uint64_t
ecs_run_table_hash_word(const char *text, size_t len)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < len; i++)
		hash =
		    (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return hash == 0 ? 1 : hash;
}

uint64_t
ecs_run_table_hash(const uint64_t *words, size_t n)
{
	uint64_t hash = words[0];

	for (size_t i = 1; i < n; i++) {
		hash = (hash ^ (words[i] >> 29)) * UINT64_C(0xff51afd7ed558ccd);
		hash = (hash ^ (hash >> 33)) + words[i];
	}
	return hash == 0 ? 1 : hash;
}

struct run_count *
ecs_run_table_find(const struct run_table *in, uint64_t hash)
{
	uint32_t mask = in->slots - 1;
	uint32_t i = (uint32_t)(hash ^ hash >> 32) & mask;

	while (in->list[i].hash != 0 && in->list[i].hash != hash)
		i = (i + 1) & mask;
	return &in->list[i];
}

/*
 * Move into a table of so many slots, but for what was seen in at most so many
 * documents.
 */
static bool
move(struct run_table *in, uint32_t slots, uint32_t documents)
{
	struct run_count *before = in->list;
	uint32_t nbefore = in->slots;

	in->list = calloc(slots, sizeof(*in->list));
	if (in->list == NULL) {
		in->list = before;
		return false;
	}
	in->slots = slots;
	in->used = 0;
	for (uint32_t i = 0; i < nbefore; i++) {
		if (before[i].hash == 0 || before[i].documents <= documents)
			continue;
		*ecs_run_table_find(in, before[i].hash) = before[i];
		in->used++;
	}
	free(before);
	return true;
}

/* Make room: the table grows; one that may not forgets what is rare. */
static bool
make_room(struct run_table *in)
{
	if (in->used < in->slots / 4 * 3)
		return true;
	if (in->slots < in->most)
		return move(in, in->slots * 2, 0);
	for (uint32_t rare = 1; in->used >= in->slots / 4 * 3; rare++)
		if (!move(in, in->slots, rare))
			return false;
	return true;
}

bool
ecs_run_table_count(struct run_table *in, uint64_t hash, uint32_t document)
{
	struct run_count *run = ecs_run_table_find(in, hash);

	if (run->hash == 0) {
		if (!make_room(in))
			return false;
		run = ecs_run_table_find(in, hash);
		run->hash = hash;
		in->used++;
	}
	run->count++;
	if (run->last != document)
		run->documents++;
	run->last = document;
	return true;
}
