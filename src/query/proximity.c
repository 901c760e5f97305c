/* SPDX-License-Identifier: ISC */
/*
 * proximity - words that stand in a text as they were typed.
 *
 * Neighbours in the question that are neighbours in a text say more than the
 * same words apart, and words that are all there is of a name say most.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/layout.h"

#include "match.h"

enum {
	PAIR_UNITS = 4096, /* of commoner words no places are compared */
	NAME_WEIGHT = 4    /* fields of at least this weight are names */
};

/* ---- pairs ---- */

static bool
may_pair(const struct leaf *leaf)
{
	return leaf->kind == LEAF_WORD && ecs_leaf_counts(leaf) &&
	    !leaf->part && leaf->npieces == 1 && leaf->field == NULL;
}

static bool
is_same_word(const struct leaf *a, const struct leaf *b)
{
	return a->lens[0] == b->lens[0] &&
	    memcmp(a->pieces[0], b->pieces[0], a->lens[0]) == 0;
}

void
ecs_pairs_find(struct query_tree *tree)
{
	tree->npairs = 0;
	for (size_t i = 0; i < tree->n && tree->npairs < MAX_PAIRS; i++) {
		size_t next = i + 1;

		while (next < tree->n && tree->leaves[next].stop)
			next++;
		if (next < tree->n && may_pair(&tree->leaves[i]) &&
		    may_pair(&tree->leaves[next]) &&
		    !tree->leaves[next].apart &&
		    !is_same_word(&tree->leaves[i], &tree->leaves[next]))
			tree->pairs[tree->npairs++] = (struct pair){
			    (uint8_t)i, (uint8_t)next, (uint8_t)(next - i + 1)};
	}
}

static bool
stop(void *user)
{
	return ecs_deadline_passed(user);
}

/* In how many units of a place a leaf stands. */
static size_t
count_units(const struct match_state *in, size_t leaf, int place)
{
	for (size_t p = 0; p < in->matches->nplaces; p++)
		if (in->matches->places[p].slot == leaf &&
		    in->matches->places[p].place == place)
			return in->matches->places[p].n;
	return 0;
}

/* Are there few enough units that may have both words? */
static bool
is_worthwhile(const struct match_state *in, const struct pair *pair, int place)
{
	size_t first = count_units(in, pair->first, place);
	size_t second = count_units(in, pair->second, place);
	size_t fewer = first < second ? first : second;

	return fewer > 0 && fewer <= PAIR_UNITS;
}

static bool
find_pair(struct match_state *in, const struct pair *pair, int place,
    struct ecs_postings *found)
{
	const struct leaf *leaf[] = {
	    &in->tree->leaves[pair->first], &in->tree->leaves[pair->second]};
	char bytes[2][ECS_TERM_BYTES];
	struct ecs_term terms[2];

	for (int i = 0; i < 2; i++)
		if (!ecs_find_piece(in, place, leaf[i]->pieces[0],
			leaf[i]->lens[0], bytes[i], &terms[i]))
			return true;
	return ecs_index_phrase(in->source->reader, terms, 2, pair->window,
	    true, found, stop, in->context->deadline, in->err);
}

/* Keep what was found as the hits of a slot in a place. */
static bool
keep(struct match_state *in, size_t slot, int place,
    const struct ecs_postings *found)
{
	struct place_hits *hits = ecs_place_new(in);

	if (hits == NULL)
		return false;
	hits->docid = malloc(found->len * sizeof(*hits->docid));
	hits->tf = malloc(found->len * sizeof(*hits->tf));
	if (hits->docid == NULL || hits->tf == NULL)
		return ecs_err_memory(in->err);
	hits->slot = (uint8_t)slot;
	hits->place = (uint8_t)place;
	hits->n = found->len;
	for (size_t i = 0; i < found->len; i++) {
		hits->docid[i] = found->list[i].docid;
		hits->tf[i] = (float)found->list[i].count;
	}
	ecs_place_add(in, hits);
	return true;
}

static bool
match_pair(struct match_state *in, size_t index)
{
	const struct pair *pair = &in->tree->pairs[index];
	size_t slot = SLOT_PAIRS + index;
	bool ok = true;

	for (int place = 0; ok && place < in->source->collection->ntexts;
	     place++) {
		struct ecs_postings found = {0};

		if (in->weights[place] <= 0 || !is_worthwhile(in, pair, place))
			continue;
		ok = find_pair(in, pair, place, &found) &&
		    (found.len == 0 || keep(in, slot, place, &found));
		ecs_postings_fini(&found);
	}
	return ok && ecs_rows_take(in, &in->matches->hits[slot]);
}

bool
ecs_match_pairs(struct match_state *in)
{
	for (size_t i = 0; i < in->tree->npairs; i++)
		if (!match_pair(in, i))
			return false;
	return true;
}

/* ---- the whole name ---- */

static bool
is_name(const struct ecs_field *field)
{
	return field->type == ECS_TEXT && !field->multi &&
	    field->weight >= NAME_WEIGHT;
}

/* How many words were typed, and how many leaves each name must have. */
static size_t
count_words(const struct query_tree *tree, size_t *leaves)
{
	size_t words = 0;

	*leaves = 0;
	for (size_t i = 0; i < tree->n; i++) {
		const struct leaf *leaf = &tree->leaves[i];

		words += leaf->negative || leaf->part ? 0 : leaf->npieces;
		*leaves += ecs_leaf_counts(leaf) && !leaf->part;
	}
	return words;
}

static void
forget(struct match_state *in, uint32_t row)
{
	in->acc[row] = 0;
	ecs_bitmap_clear(in->touched, row);
}

/* Count for each row in how many of its leaves a name of it is found. */
static void
count_leaves(struct match_state *in, int place)
{
	const struct ecs_unit_block *const *blocks =
	    ecs_table_unit_blocks(in->source->table);
	uint32_t limit = ecs_table_unit_limit(in->source->table);

	for (size_t p = 0; p < in->matches->nplaces; p++) {
		const struct place_hits *hits = &in->matches->places[p];

		if (hits->place != place || hits->slot >= SLOT_PAIRS ||
		    !ecs_leaf_counts(&in->tree->leaves[hits->slot]) ||
		    in->tree->leaves[hits->slot].part)
			continue;
		for (size_t i = 0; i < hits->n; i++) {
			uint32_t docid = hits->docid[i];
			uint32_t row =
			    docid < limit && blocks[docid / ECS_BLOCK] != NULL
			    ? blocks[docid / ECS_BLOCK]->row[docid % ECS_BLOCK]
			    : UINT32_MAX;

			if (row == UINT32_MAX)
				continue;
			in->acc[row] += 1;
			ecs_bitmap_set(in->touched, row);
		}
	}
}

static uint32_t
name_length(const struct match_state *in, int place, uint32_t row)
{
	size_t n = ecs_unit_lengths(in->source->collection);
	uint32_t head;
	uint32_t units;

	ecs_table_row_units(in->source->table, row, &head, &units);
	return ecs_table_unit_blocks(in->source->table)[head / ECS_BLOCK]
	    ->length[(head % ECS_BLOCK) * n + (size_t)place];
}

/* Mark in found the rows whose name in this place is all that was typed. */
static void
find_whole(struct match_state *in, int place, struct ecs_bitmap *found)
{
	size_t leaves;
	size_t words = count_words(in->tree, &leaves);

	count_leaves(in, place);
	for (uint32_t row = ecs_bitmap_next(in->touched, 0); row != UINT32_MAX;
	     row = ecs_bitmap_next(in->touched, row + 1)) {
		if (in->acc[row] == (float)leaves &&
		    name_length(in, place, row) == words)
			ecs_bitmap_set(found, row);
		forget(in, row);
	}
}

bool
ecs_match_name(struct match_state *in)
{
	const struct ecs_collection *collection = in->source->collection;
	struct ecs_bitmap *found =
	    ecs_bitmap_new(ecs_table_limit(in->source->table));
	bool ok;

	if (found == NULL)
		return ecs_err_memory(in->err);
	for (int place = 0; !in->tree->apart && place < collection->ntexts;
	     place++)
		if (in->weights[place] > 0 && is_name(collection->texts[place]))
			find_whole(in, place, found);
	for (uint32_t row = ecs_bitmap_next(found, 0); row != UINT32_MAX;
	     row = ecs_bitmap_next(found, row + 1)) {
		in->acc[row] = 1;
		ecs_bitmap_set(in->touched, row);
	}
	ok = ecs_rows_take(in, &in->matches->hits[SLOT_NAME]);
	ecs_bitmap_free(found);
	return ok;
}
