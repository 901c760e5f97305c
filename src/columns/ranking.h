/* SPDX-License-Identifier: ISC */
#ifndef COLUMNS_RANKING_H
#define COLUMNS_RANKING_H
/*
 * The order of a dictionary's values.  A ranks is one finished answer, counted
 * by reference; a table keeps the one it was given, so that it stays valid
 * however often the ranking moves on.
 */
#include <stdatomic.h>
#include <stdint.h>

#include "ecsearch/columns.h"

struct dictionary;
struct ranking;

struct ranks {
	atomic_uint refs;
	uint32_t len;
	uint32_t of[]; /* ordinal -> rank */
};

/* dict must outlive the ranking. */
struct ranking *ecs_ranking_new(const struct dictionary *dict,
    enum ecs_column_kind kind, ecs_sort_key *sort_key, void *user);
void ecs_ranking_free(struct ranking *ranking); /* NULL is allowed */
/* Ranks of all values there are now: a reference, the caller's. */
struct ranks *ecs_ranking_get(struct ranking *ranking, struct ecs_err *err);
void ecs_ranks_unref(struct ranks *ranks); /* NULL is allowed */
size_t ecs_ranking_bytes(const struct ranking *ranking);
#endif
