/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_SCORE_H
#define ECS_QUERY_SCORE_H
#include "match.h"

/* The work of one search on one source. */
struct work {
	struct matches matches;
	struct ecs_bitmap *all; /* rows that have every word */
	struct ecs_bitmap *any; /* rows that have some word */
	struct rowset set;
	float *scores;
};

/* The weight of rareness of each slot, over all sources: SLOTS numbers. */
void ecs_score_idf(const struct query_tree *tree, const struct work *works,
    const struct ecs_source *sources, size_t nsources, float *idf);
/* Score the rows of a source's set; NULL when there is nothing to score. */
float *ecs_score_rows(const struct query_tree *tree, const struct work *work,
    const struct ecs_source *source, const float *idf, struct ecs_err *err);
/* Choose the passages of each hit of this source, best first. */
bool ecs_score_passages(const struct query_tree *tree,
    const struct ecs_search *search, const struct work *works,
    const struct ecs_source *sources, const float *idf,
    struct ecs_result *result, struct ecs_err *err);
/* Matching passages of all rows found in this source. */
bool
ecs_score_count_passages(const struct query_tree *tree, const struct work *work,
    const struct ecs_source *source, uint64_t *count, struct ecs_err *err);
/* Does a slot count for a document's place? */
bool ecs_slot_counts(const struct query_tree *tree, size_t slot);
/* What a weighted frequency is worth; 1 for 1. */
float ecs_saturate(float tf);
/* The first entry of docid or after. */
size_t ecs_place_find(const struct place_hits *hits, uint32_t docid);

/* ---- explain.c ---- */

/* A search that was run, with all that its scores were made of. */
struct scored {
	const struct ecs_search *search;
	const struct query_tree *tree;
	const struct work *works; /* as sources */
	const struct ecs_source *sources;
	size_t nsources;
	const float *idf; /* SLOTS numbers */
	int label_lang;
};
/* Say why each hit is where it is; the points add up to its score. */
bool ecs_explain(const struct scored *scored, struct ecs_result *result,
    struct ecs_err *err);
#endif
