/* SPDX-License-Identifier: ISC */
/*
 * merge - one frequency for each unit, of all the lists that a leaf has in a
 * text place.
 */
#include <stdlib.h>

#include "match.h"

/* The smallest docid that some list still has, or 0 at the end. */
static uint32_t
next_docid(const struct list_set *set, const size_t *at)
{
	uint32_t least = UINT32_MAX;

	for (size_t i = 0; i < set->n; i++)
		if (at[i] < set->lists[i].len &&
		    set->lists[i].list[at[i]].docid < least)
			least = set->lists[i].list[at[i]].docid;
	return least == UINT32_MAX ? 0 : least;
}

/* What an occurrence of a variant is worth against the typed word itself. */
static const float variant_share[VARIANT_KINDS] = {
    [VARIANT_SYNONYM] = 0.7f,
    [VARIANT_COMPOUND] = 0.5f,
    [VARIANT_FUZZY] = 0.4f,
    [VARIANT_RELATED] = 0.3f,
};

/*
 * The frequency of the leaf in one unit, from all its lists; *kinds becomes
 * those that have it.
 */
static float
frequency(
    const struct list_set *set, size_t *at, uint32_t docid, uint16_t *kinds)
{
	float by_kind[LIST_KINDS] = {0};
	float surface;
	float any;

	*kinds = 0;
	for (size_t i = 0; i < set->n; i++) {
		const struct ecs_postings *list = &set->lists[i];
		float count;

		if (at[i] >= list->len || list->list[at[i]].docid != docid)
			continue;
		count = set->weights[i] * (float)list->list[at[i]++].count;
		*kinds |= (uint16_t)(1u << set->kinds[i]);
		/* Two stems of one word count once; so do its languages. */
		if (count > by_kind[set->kinds[i]])
			by_kind[set->kinds[i]] = count;
	}
	surface =
	    by_kind[LIST_EXACT] + ECS_ALTERNATE_SHARE * by_kind[LIST_ALTERNATE];
	any = by_kind[LIST_STEM] > surface ? by_kind[LIST_STEM] : surface;
	any = ECS_STEM_SHARE * any + (1 - ECS_STEM_SHARE) * surface;
	if (ECS_PREFIX_SHARE * by_kind[LIST_PREFIX] > any)
		any = ECS_PREFIX_SHARE * by_kind[LIST_PREFIX];
	/* Other words in the text than those typed: they come on top. */
	for (int kind = 0; kind < VARIANT_KINDS; kind++)
		any += variant_share[kind] * by_kind[LIST_VARIANT + kind];
	return any;
}

static size_t
total_length(const struct list_set *set)
{
	size_t total = 0;

	for (size_t i = 0; i < set->n; i++)
		total += set->lists[i].len;
	return total;
}

bool
ecs_merge_lists(
    struct match_state *in, const struct list_set *set, struct place_hits *hits)
{
	size_t room = total_length(set);
	size_t at[64] = {0};
	uint32_t docid;

	hits->n = 0;
	hits->docid = malloc((room + 1) * sizeof(*hits->docid));
	hits->tf = malloc((room + 1) * sizeof(*hits->tf));
	if (in->search->explain)
		hits->kinds = malloc((room + 1) * sizeof(*hits->kinds));
	if (hits->docid == NULL || hits->tf == NULL ||
	    (in->search->explain && hits->kinds == NULL))
		return ecs_err_memory(in->err);
	while ((docid = next_docid(set, at)) != 0) {
		uint16_t kinds;

		hits->docid[hits->n] = docid;
		hits->tf[hits->n] = frequency(set, at, docid, &kinds);
		if (hits->kinds != NULL)
			hits->kinds[hits->n] = kinds;
		hits->n++;
	}
	return true;
}
