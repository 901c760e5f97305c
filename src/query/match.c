/* SPDX-License-Identifier: ISC */
/*
 * match - leaf by leaf from posting lists to rows with weights.
 *
 * Term at a time: the frequencies of a leaf are summed by row over all fields,
 * each divided by its length norm (BM25F), in one dense array.  Documents are
 * found by words anywhere in them, also when these stand in different passages.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/layout.h"

#include "match.h"

/* The weight of each text place: the request's, else the schema's. */
static void
set_weights(struct match_state *in)
{
	const struct ecs_collection *collection = in->source->collection;
	const struct ecs_search *search = in->search;

	for (int place = 0; place < collection->ntexts; place++) {
		const struct ecs_field *field = collection->texts[place];
		double weight = search->fields == NULL ? field->weight : 0;

		for (size_t i = 0;
		     search->fields != NULL && i < search->nfields; i++)
			if (strcmp(search->fields[i].field, field->name) == 0)
				weight = search->fields[i].weight;
		/* A heading says more than the same words below it. */
		if (field->type == ECS_SECTIONS && place == field->text + 1)
			weight *= 2;
		/* Finding a private word would tell it, letter by letter. */
		in->weights[place] = field->is_private ? 0 : weight;
	}
}

/* The languages whose stems are tried: the asked one, or all there are. */
static void
set_langs(struct match_state *in)
{
	const struct ecs_table *table = in->source->table;
	size_t column = ecs_langs_column(in->source->collection);
	uint32_t n = ecs_column_cardinality(table, column);

	if (in->search->lang != ECS_LANG_NONE) {
		in->langs[in->nlangs++] = in->search->lang;
		return;
	}
	for (uint32_t i = 0; i < n && in->nlangs < ECS_LANGS; i++) {
		size_t len;
		const char *code = ecs_column_text(table, column, i, &len);
		int lang = ecs_lang_find(code, len);

		if (lang != ECS_LANG_NONE)
			in->langs[in->nlangs++] = lang;
	}
}

/* ---- from units to rows ---- */

/* Which length a place is measured by, and its mean. */
struct norm {
	size_t field;
	double mean;
};

static struct norm
norm_of(const struct match_state *in, int place)
{
	const struct ecs_collection *collection = in->source->collection;
	const struct ecs_field *field = collection->texts[place];
	struct norm norm = {(size_t)place, 0};

	if (field->type == ECS_SECTIONS && place == field->text)
		norm.field = ecs_unit_lengths(collection) - 1;
	norm.mean = ecs_table_mean_length(in->source->table, norm.field);
	return norm;
}

static float
length_norm(const struct match_state *in, uint32_t row, const struct norm *norm)
{
	const struct ecs_unit_block *const *blocks =
	    ecs_table_unit_blocks(in->source->table);
	size_t n = ecs_unit_lengths(in->source->collection);
	const struct ecs_unit_block *block;
	uint32_t head;
	uint32_t units;
	float length;

	if (norm->mean <= 0)
		return 1;
	ecs_table_row_units(in->source->table, row, &head, &units);
	block = blocks[head / ECS_BLOCK];
	length = block->length[(head % ECS_BLOCK) * n + norm->field];
	return 1 - ECS_B + ECS_B * length / (float)norm->mean;
}

/* The row of a unit, or UINT32_MAX. */
static uint32_t
row_of_unit(const struct ecs_table *table, uint32_t docid)
{
	const struct ecs_unit_block *block = docid < ecs_table_unit_limit(table)
	    ? ecs_table_unit_blocks(table)[docid / ECS_BLOCK]
	    : NULL;

	return block == NULL ? UINT32_MAX : block->row[docid % ECS_BLOCK];
}

void
ecs_place_add(struct match_state *in, const struct place_hits *hits)
{
	const struct ecs_unit_block *const *blocks =
	    ecs_table_unit_blocks(in->source->table);
	uint32_t limit = ecs_table_unit_limit(in->source->table);
	struct norm norm = norm_of(in, hits->place);
	float weight = (float)in->weights[hits->place];

	for (size_t i = 0; i < hits->n; i++) {
		uint32_t docid = hits->docid[i];
		const struct ecs_unit_block *block =
		    docid < limit ? blocks[docid / ECS_BLOCK] : NULL;
		uint32_t row =
		    block == NULL ? UINT32_MAX : block->row[docid % ECS_BLOCK];

		if (row == UINT32_MAX)
			continue;
		ecs_bitmap_set(in->touched, row);
		in->acc[row] +=
		    weight * hits->tf[i] / length_norm(in, row, &norm);
	}
}

/* Take the rows out of the dense array, which is zero again afterwards. */
bool
ecs_rows_take(struct match_state *in, struct leaf_hits *hits)
{
	uint32_t n = ecs_bitmap_count(in->touched);
	uint32_t row = ecs_bitmap_next(in->touched, 0);

	hits->row = malloc(((size_t)n + 1) * sizeof(*hits->row));
	hits->weight = malloc(((size_t)n + 1) * sizeof(*hits->weight));
	hits->rows = ecs_bitmap_copy(in->touched);
	if (hits->row == NULL || hits->weight == NULL || hits->rows == NULL)
		return ecs_err_memory(in->err);
	for (; row != UINT32_MAX; row = ecs_bitmap_next(in->touched, row + 1)) {
		hits->row[hits->n] = row;
		hits->weight[hits->n++] = in->acc[row];
		in->acc[row] = 0;
	}
	memset(in->touched->words, 0,
	    ((size_t)in->touched->bits + 63) / 64 * sizeof(uint64_t));
	return true;
}

struct place_hits *
ecs_place_new(struct match_state *in)
{
	struct matches *matches = in->matches;
	struct place_hits *larger;
	size_t room = matches->place_room * 2 + 16;

	if (matches->nplaces == matches->place_room) {
		larger = realloc(matches->places, room * sizeof(*larger));
		if (larger == NULL) {
			ecs_err_memory(in->err);
			return NULL;
		}
		matches->places = larger;
		matches->place_room = room;
	}
	memset(&matches->places[matches->nplaces], 0, sizeof(*larger));
	return &matches->places[matches->nplaces++];
}

static bool
match_place(struct match_state *in, const struct leaf *leaf, size_t index,
    int place, struct list_set *set)
{
	struct place_hits *hits;
	bool ok;

	if (!ecs_collect_lists(in, leaf, place, set)) {
		ecs_list_set_fini(set);
		return false;
	}
	if (set->n == 0)
		return true;
	hits = ecs_place_new(in);
	ok = hits != NULL && ecs_merge_lists(in, set, hits);
	ecs_list_set_fini(set);
	if (!ok)
		return false;
	hits->slot = (uint8_t)index;
	hits->place = (uint8_t)place;
	ecs_place_add(in, hits);
	return true;
}

/* A value of a field has rows, but neither places nor weight. */
static bool
match_filter(
    struct match_state *in, const struct leaf *leaf, struct leaf_hits *hits)
{
	hits->rows = ecs_filter_rows(leaf->filter, in->source, in->err);
	return hits->rows != NULL;
}

static bool
match_leaf(struct match_state *in, const struct leaf *leaf, size_t index,
    struct list_set *set)
{
	if (leaf->kind == LEAF_FILTER)
		return match_filter(in, leaf, &in->matches->hits[index]);
	if (!ecs_expand_leaf(in, leaf))
		return false;
	for (int place = 0;
	     !leaf->stop && place < in->source->collection->ntexts; place++)
		if (ecs_is_asked_in(in, leaf, place) &&
		    !match_place(in, leaf, index, place, set))
			return false;
	return ecs_rows_take(in, &in->matches->hits[index]);
}

/* ---- concepts ---- */

static bool
select_concept(const struct match_state *in, const struct concept_match *match,
    struct ecs_bitmap *rows)
{
	const struct ecs_collection *collection = in->source->collection;
	const struct ecs_table *table = in->source->table;

	for (int i = 0; i < collection->ncolumns; i++) {
		struct ecs_bitmap *wanted;

		if (collection->columns[i]->vocabulary != match->vocabulary ||
		    collection->columns[i]->is_private)
			continue;
		wanted =
		    ecs_bitmap_new(ecs_column_cardinality(table, (size_t)i));
		if (wanted == NULL)
			return ecs_err_memory(in->err);
		ecs_want_subtree(table, (size_t)i, match->vocabulary,
		    match->concept, wanted);
		ecs_column_select(table, (size_t)i, wanted, rows);
		ecs_bitmap_free(wanted);
	}
	return true;
}

/* Give every row of a named concept to each word of the name. */
static bool
add_concept_rows(struct match_state *in, struct leaf_hits *hits,
    const struct ecs_bitmap *rows)
{
	for (uint32_t i = 0; i < hits->n; i++) {
		in->acc[hits->row[i]] = hits->weight[i];
		ecs_bitmap_set(in->touched, hits->row[i]);
	}
	for (uint32_t row = ecs_bitmap_next(rows, 0); row != UINT32_MAX;
	     row = ecs_bitmap_next(rows, row + 1)) {
		in->acc[row] += ECS_CONCEPT_WEIGHT;
		ecs_bitmap_set(in->touched, row);
	}
	free(hits->row);
	free(hits->weight);
	ecs_bitmap_free(hits->rows);
	memset(hits, 0, sizeof(*hits));
	return ecs_rows_take(in, hits);
}

/* Remember, for the explanation, what a concept brought; takes rows. */
static bool
note_concept(struct match_state *in, const struct concept_match *match,
    struct ecs_bitmap *rows)
{
	struct matches *matches = in->matches;
	struct concept_hits *hits = realloc(matches->concepts,
	    (matches->nconcepts + 1) * sizeof(*matches->concepts));

	if (hits == NULL) {
		ecs_bitmap_free(rows);
		return ecs_err_memory(in->err);
	}
	matches->concepts = hits;
	hits[matches->nconcepts].match = *match;
	hits[matches->nconcepts++].rows = rows;
	return true;
}

/* Has an earlier name of the same concept the leaf too? */
static bool
is_named_before(const struct concept_match *found,
    const struct concept_match *match, size_t leaf)
{
	for (; found < match; found++)
		if (found->vocabulary == match->vocabulary &&
		    found->concept == match->concept &&
		    leaf - found->first < found->count)
			return true;
	return false;
}

/* Give each leaf of a name the rows of its concept; found has all names. */
static bool
match_concept(struct match_state *in, const struct concept_match *found,
    const struct concept_match *match)
{
	struct ecs_bitmap *rows =
	    ecs_bitmap_new(ecs_table_limit(in->source->table));
	bool ok = rows != NULL || ecs_err_memory(in->err);

	ok = ok && select_concept(in, match, rows);
	if (ok && ecs_bitmap_next(rows, 0) != UINT32_MAX)
		for (size_t leaf = match->first;
		     ok && leaf < match->first + match->count; leaf++)
			if (!is_named_before(found, match, leaf))
				ok = add_concept_rows(
				    in, &in->matches->hits[leaf], rows);
	if (ok && in->search->explain)
		return note_concept(in, match, rows);
	ecs_bitmap_free(rows);
	return ok;
}

static bool
match_concepts(struct match_state *in, const struct query_tree *tree)
{
	struct concept_match found[MAX_CONCEPT_MATCHES];
	struct typed *typed;
	size_t n;

	/* Words looked for in some fields only are not meant as concepts. */
	if (in->context->concepts == NULL || in->search->fields != NULL)
		return true;
	typed = ecs_typed_new(in->result->arena, in->context->analyzer,
	    ecs_concepts_names(in->context->concepts), tree, in->search->lang);
	if (typed == NULL)
		return ecs_err_memory(in->err);
	n = ecs_concepts_find(in->context->concepts, typed, found);
	for (size_t i = 0; i < n; i++)
		if (!match_concept(in, found, &found[i]))
			return false;
	return true;
}

static bool
match_all(
    struct match_state *in, const struct query_tree *tree, struct list_set *set)
{
	set_weights(in);
	set_langs(in);
	for (size_t i = 0; i < tree->n; i++)
		if (!match_leaf(in, &tree->leaves[i], i, set))
			return false;
	return match_concepts(in, tree) && ecs_match_pairs(in) &&
	    ecs_match_name(in);
}

bool
ecs_match_leaves(const struct ecs_search *search,
    const struct ecs_source *source, const struct query_tree *tree,
    const struct ecs_query_context *context, struct matches *matches,
    struct ecs_result *result, struct ecs_err *err)
{
	uint32_t limit = ecs_table_limit(source->table);
	struct match_state in = {.search = search,
	    .source = source,
	    .tree = tree,
	    .context = context,
	    .result = result,
	    .err = err,
	    .matches = matches};
	struct list_set *set = malloc(sizeof(*set));
	bool ok;

	memset(matches, 0, sizeof(*matches));
	in.acc = calloc((size_t)limit + 1, sizeof(*in.acc));
	in.touched = ecs_bitmap_new(limit);
	if (in.acc != NULL && in.touched != NULL && set != NULL)
		ok = match_all(&in, tree, set);
	else
		ok = ecs_err_memory(err);
	free(set);
	free(in.acc);
	ecs_bitmap_free(in.touched);
	ecs_arena_free(in.expansion.arena);
	return ok;
}

struct ecs_bitmap *
ecs_match_surface(const struct ecs_search *search,
    const struct ecs_source *source, const struct ecs_query_context *context,
    const char *const *pieces, const size_t *lens, size_t n,
    struct ecs_err *err)
{
	struct match_state in = {
	    .search = search, .source = source, .context = context, .err = err};
	struct ecs_bitmap *rows =
	    ecs_bitmap_new(ecs_table_limit(source->table));
	struct ecs_postings units = {0};
	bool ok = true;

	if (rows == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	set_weights(&in);
	for (int place = 0; ok && place < source->collection->ntexts; place++)
		if (in.weights[place] > 0)
			ok = ecs_append_surface(
			    &in, place, pieces, lens, n, &units);
	for (size_t i = 0; ok && i < units.len; i++) {
		uint32_t row = row_of_unit(source->table, units.list[i].docid);

		if (row != UINT32_MAX)
			ecs_bitmap_set(rows, row);
	}
	ecs_postings_fini(&units);
	if (ok)
		return rows;
	ecs_bitmap_free(rows);
	return NULL;
}

void
ecs_matches_fini(struct matches *matches)
{
	for (size_t i = 0; i < SLOTS; i++) {
		ecs_bitmap_free(matches->hits[i].rows);
		free(matches->hits[i].row);
		free(matches->hits[i].weight);
	}
	for (size_t i = 0; i < matches->nplaces; i++) {
		free(matches->places[i].docid);
		free(matches->places[i].tf);
		free(matches->places[i].kinds);
	}
	for (size_t i = 0; i < matches->nvariants; i++)
		free(matches->variants[i].docid);
	free(matches->variants);
	for (size_t i = 0; i < matches->nconcepts; i++)
		ecs_bitmap_free(matches->concepts[i].rows);
	free(matches->concepts);
	free(matches->places);
	memset(matches, 0, sizeof(*matches));
}
