/* SPDX-License-Identifier: ISC */
/*
 * score - what a row is worth: BM25 over its weighted frequencies.
 *
 *	score = sum over words  idf * tf * (K1 + 1) / (tf + K1)
 *	idf   = ln(1 + (N - n + 0.5) / (n + 0.5))
 *
 * tf comes from match, summed over fields and normalised by length; N and n
 * count documents over all collections searched, so scores are comparable.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/layout.h"

#include "score.h"

bool
ecs_slot_counts(const struct query_tree *tree, size_t slot)
{
	return slot < tree->n ? ecs_leaf_counts(&tree->leaves[slot])
			      : slot >= SLOT_PAIRS;
}

static float
rareness(const struct work *works, size_t nsources, size_t slot, double all)
{
	double n = 0;

	for (size_t s = 0; s < nsources; s++)
		n += works[s].matches.hits[slot].n;
	return (float)log(1 + (all - n + 0.5) / (n + 0.5));
}

void
ecs_score_idf(const struct query_tree *tree, const struct work *works,
    const struct ecs_source *sources, size_t nsources, float *idf)
{
	double all = 0;
	float sum = 0;

	memset(idf, 0, SLOTS * sizeof(*idf));
	for (size_t s = 0; s < nsources; s++)
		all += ecs_table_rows(sources[s].table);
	for (size_t i = 0; i < tree->n; i++) {
		idf[i] =
		    rareness(works, nsources, i, all) * tree->leaves[i].boost;
		if (tree->leaves[i].part)
			idf[i] *= ECS_PART_SHARE;
		else if (ecs_slot_counts(tree, i))
			sum += idf[i];
	}
	for (size_t i = SLOT_PAIRS; i < SLOT_PAIRS + tree->npairs; i++)
		idf[i] = ECS_PAIR_SHARE * rareness(works, nsources, i, all);
	idf[SLOT_NAME] = ECS_NAME_SHARE * sum;
}

float
ecs_saturate(float tf)
{
	return tf * (ECS_K1 + 1) / (tf + ECS_K1);
}

float *
ecs_score_rows(const struct query_tree *tree, const struct work *work,
    const struct ecs_source *source, const float *idf, struct ecs_err *err)
{
	float *scores =
	    calloc((size_t)ecs_table_limit(source->table) + 1, sizeof(*scores));

	if (scores == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	for (size_t i = 0; i < SLOTS; i++) {
		const struct leaf_hits *hits = &work->matches.hits[i];

		if (!ecs_slot_counts(tree, i))
			continue;
		for (uint32_t h = 0; h < hits->n; h++)
			if (ecs_bitmap_test(work->set.rows, hits->row[h]))
				scores[hits->row[h]] +=
				    idf[i] * ecs_saturate(hits->weight[h]);
	}
	return scores;
}

/* ---- passages ---- */

static bool
is_body(const struct ecs_source *source, uint8_t place)
{
	return source->collection->texts[place]->type == ECS_SECTIONS;
}

size_t
ecs_place_find(const struct place_hits *hits, uint32_t docid)
{
	size_t low = 0;
	size_t high = hits->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (hits->docid[middle] < docid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static float
passage_norm(const struct ecs_source *source, uint32_t docid)
{
	size_t n = ecs_unit_lengths(source->collection);
	size_t field = (size_t)source->collection->sections->text;
	double mean = ecs_table_mean_length(source->table, field);
	const struct ecs_unit_block *block =
	    ecs_table_unit_blocks(source->table)[docid / ECS_BLOCK];
	float length = block->length[(docid % ECS_BLOCK) * n + field];

	return mean <= 0 ? 1 : 1 - ECS_B + ECS_B * length / (float)mean;
}

static int
by_score(const void *a, const void *b)
{
	const struct ecs_passage_hit *x = a;
	const struct ecs_passage_hit *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	return (x->docid > y->docid) - (x->docid < y->docid);
}

/* Add up the scores of one row's units; units is a dense array. */
static void
score_units(const struct query_tree *tree, const struct work *work,
    const struct ecs_source *source, const float *idf, uint32_t first,
    uint32_t n, struct ecs_passage_hit *units)
{
	for (size_t p = 0; p < work->matches.nplaces; p++) {
		const struct place_hits *hits = &work->matches.places[p];

		if (!is_body(source, hits->place) ||
		    !ecs_slot_counts(tree, hits->slot))
			continue;
		for (size_t i = ecs_place_find(hits, first);
		     i < hits->n && hits->docid[i] < first + n; i++)
			units[hits->docid[i] - first].score += idf[hits->slot] *
			    ecs_saturate(hits->tf[i] /
				passage_norm(source, hits->docid[i]));
	}
}

static bool
choose_passages(const struct query_tree *tree, const struct work *work,
    const struct ecs_source *source, const float *idf, uint32_t limit,
    struct ecs_arena *arena, struct ecs_hit *hit, struct ecs_err *err)
{
	struct ecs_passage_hit *units;
	uint32_t first;
	uint32_t n;
	uint32_t found = 0;

	ecs_table_row_units(source->table, hit->row, &first, &n);
	units = ecs_arena_alloc(arena, ((size_t)n + 1) * sizeof(*units));
	if (units == NULL)
		return ecs_err_memory(err);
	score_units(tree, work, source, idf, first, n, units);
	for (uint32_t i = 0; i < n; i++) {
		units[i].docid = first + i;
		found += units[i].score > 0;
	}
	qsort(units, n, sizeof(*units), by_score);
	hit->passages = units;
	hit->npassages = found < limit ? found : limit;
	hit->more_passages = found - hit->npassages;
	return true;
}

bool
ecs_score_passages(const struct query_tree *tree,
    const struct ecs_search *search, const struct work *works,
    const struct ecs_source *sources, const float *idf,
    struct ecs_result *result, struct ecs_err *err)
{
	for (size_t i = 0; i < result->nhits; i++) {
		struct ecs_hit *hit = &result->hits[i];
		const struct ecs_source *source = &sources[hit->source];

		if (source->collection->sections != NULL &&
		    !choose_passages(tree, &works[hit->source], source, idf,
			search->passages, result->arena, hit, err))
			return false;
	}
	return true;
}

bool
ecs_score_count_passages(const struct query_tree *tree, const struct work *work,
    const struct ecs_source *source, uint64_t *count, struct ecs_err *err)
{
	uint32_t limit = ecs_table_unit_limit(source->table);
	struct ecs_bitmap *units;
	const struct ecs_unit_block *const *blocks =
	    ecs_table_unit_blocks(source->table);

	if (source->collection->sections == NULL)
		return true;
	units = ecs_bitmap_new(limit);
	if (units == NULL)
		return ecs_err_memory(err);
	for (size_t p = 0; p < work->matches.nplaces; p++) {
		const struct place_hits *hits = &work->matches.places[p];

		if (!is_body(source, hits->place) ||
		    !ecs_slot_counts(tree, hits->slot))
			continue;
		for (size_t i = 0; i < hits->n; i++) {
			uint32_t docid = hits->docid[i];

			if (docid < limit &&
			    blocks[docid / ECS_BLOCK] != NULL &&
			    ecs_bitmap_test(work->set.rows,
				blocks[docid / ECS_BLOCK]
				    ->row[docid % ECS_BLOCK]))
				ecs_bitmap_set(units, docid);
		}
	}
	*count += ecs_bitmap_count(units);
	ecs_bitmap_free(units);
	return true;
}
