/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_RUN_TABLE_H
#define ECS_QUERY_RUN_TABLE_H
/*
 * How often runs of words stand in texts, and in how many documents, within
 * bounded memory.
 *
 * When the table is full, what was seen in one document only is forgotten, or
 * in two, until there is room (lossy counting: G. Manku and R. Motwani,
 * Approximate Frequency Counts over Data Streams, 2002): a count may be too
 * low, never too high.  A run is known by its hash alone.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct run_count {
	uint64_t hash; /* 0: a free slot */
	uint32_t count;
	uint32_t documents;
	uint32_t last; /* document it was seen in */
	bool judged;   /* the user's */
};

struct run_table {
	struct run_count *list;
	uint32_t slots;
	uint32_t most; /* slots */
	uint32_t used;
};

/* most is a power of two; false when memory ran out. */
bool ecs_run_table_init(struct run_table *in, uint32_t most);
void ecs_run_table_fini(struct run_table *in); /* zeros are allowed */

/* Of a folded word; never 0. */
uint64_t ecs_run_table_hash_word(const char *text, size_t len);
/* Of a run, from those of its words in their order; never 0. */
uint64_t ecs_run_table_hash(const uint64_t *words, size_t n);

/* Its slot, or with hash 0 the one it would take. */
struct run_count *ecs_run_table_find(const struct run_table *in, uint64_t hash);
/* Count it once more, here; false when memory ran out. */
bool
ecs_run_table_count(struct run_table *in, uint64_t hash, uint32_t document);
#endif
