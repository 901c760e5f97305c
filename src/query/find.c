/* SPDX-License-Identifier: ISC */
/*
 * find - from what was typed to the rows that are found: the leaves, all of
 * them or any, the filters; and where that is little, what was meant.
 */
#include <stdlib.h>
#include <string.h>

#include "correct.h"
#include "expert.h"
#include "run.h"
#include "synonyms.h"

enum { FEW = 3 }; /* with match=auto, fewer than this are not enough */

/* ---- words ---- */

/* Rows that have all positive leaves, and rows that have any. */
static bool
combine_leaves(struct run *in, size_t s)
{
	struct work *work = &in->works[s];
	uint32_t limit = ecs_table_limit(in->sources[s].table);

	work->any = ecs_bitmap_new(limit);
	if (work->any == NULL)
		return ecs_err_memory(in->err);
	for (size_t i = 0; i < in->tree.n; i++) {
		const struct ecs_bitmap *rows = work->matches.hits[i].rows;

		if (!ecs_leaf_counts(&in->tree.leaves[i]) ||
		    in->tree.leaves[i].hint)
			continue;
		ecs_bitmap_or(work->any, rows);
		if (in->tree.leaves[i].part)
			continue;
		if (work->all == NULL) {
			work->all = ecs_bitmap_copy(rows);
			if (work->all == NULL)
				return ecs_err_memory(in->err);
		} else {
			ecs_bitmap_and(work->all, rows);
		}
	}
	return true;
}

static void
drop_negative(struct run *in, size_t s, struct ecs_bitmap *rows)
{
	for (size_t i = 0; i < in->tree.n; i++)
		if (in->tree.leaves[i].negative)
			ecs_bitmap_andnot(
			    rows, in->works[s].matches.hits[i].rows);
}

bool
ecs_run_match(struct run *in)
{
	for (size_t s = 0; s < in->nsources; s++) {
		struct work *work = &in->works[s];

		if (!ecs_match_leaves(in->search, &in->sources[s], &in->tree,
			in->context, &work->matches, in->result, in->err))
			return false;
		if (in->tree.positive == 0 || in->tree.expr != NULL)
			continue;
		if (!combine_leaves(in, s))
			return false;
		drop_negative(in, s, work->all);
		drop_negative(in, s, work->any);
	}
	return true;
}

/* Rows a key's embedded filter hides do not count as found either. */
static bool
count_visible(struct run *in, size_t s, uint32_t *count)
{
	struct ecs_bitmap *rows;
	struct ecs_bitmap *seen;

	if (in->search->embedded == NULL) {
		*count += ecs_bitmap_count(in->works[s].all);
		return true;
	}
	seen = ecs_filter_rows(in->search->embedded, &in->sources[s], in->err);
	if (seen == NULL)
		return false;
	rows = ecs_bitmap_copy(in->works[s].all);
	if (rows != NULL) {
		ecs_bitmap_and(rows, seen);
		*count += ecs_bitmap_count(rows);
	}
	ecs_bitmap_free(rows);
	ecs_bitmap_free(seen);
	return rows != NULL || ecs_err_memory(in->err);
}

static size_t
counting_leaves(const struct run *in)
{
	size_t n = 0;

	for (size_t i = 0; i < in->tree.n; i++)
		n += ecs_leaf_counts(&in->tree.leaves[i]) &&
		    !in->tree.leaves[i].hint;
	return n;
}

static bool
decide_match(struct run *in)
{
	uint32_t found = 0;

	in->result->match =
	    in->search->match == ECS_MATCH_ANY ? ECS_MATCH_ANY : ECS_MATCH_ALL;
	if (in->search->match != ECS_MATCH_AUTO || counting_leaves(in) < 2 ||
	    in->tree.expr != NULL)
		return true;
	for (size_t s = 0; s < in->nsources; s++)
		if (!count_visible(in, s, &found))
			return false;
	if (found < FEW)
		in->result->match = ECS_MATCH_ANY;
	return true;
}

static bool
is_blank(const char *q)
{
	return q[strspn(q, " \t\r\n")] == '\0';
}

/* What the words leave; NULL: everything (nothing was typed). */
static bool
choose_words(struct run *in, size_t s, struct ecs_bitmap **words)
{
	struct work *work = &in->works[s];

	*words = NULL;
	if (in->tree.expr != NULL) {
		*words = ecs_expr_rows(
		    in->tree.expr, &work->matches, &in->sources[s], in->err);
		return *words != NULL;
	}
	if (in->tree.positive > 0) {
		struct ecs_bitmap **chosen = in->result->match == ECS_MATCH_ANY
		    ? &work->any
		    : &work->all;

		if (in->borrowed) {
			*words = ecs_bitmap_copy(*chosen);
			return *words != NULL || ecs_err_memory(in->err);
		}
		*words = *chosen;
		*chosen = NULL;
		return true;
	}
	if (is_blank(in->search->q))
		return true;
	*words = in->tree.n == 0
	    ? ecs_bitmap_new(ecs_table_limit(in->sources[s].table))
	    : ecs_bitmap_copy(ecs_table_live(in->sources[s].table));
	if (*words == NULL)
		return ecs_err_memory(in->err);
	drop_negative(in, s, *words);
	return true;
}

/* Who writes expert mode may take a word for an operator. */
static void
warn_of_words(struct run *in)
{
	static const char *const words[] = {"and", "or", "not", "near", "adj"};

	for (size_t i = 0; i < in->tree.n; i++)
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
			if (in->tree.leaves[i].kind == LEAF_WORD &&
			    strcmp(in->tree.leaves[i].pieces[0], words[k]) == 0)
				ecs_result_warn(in->result, "lower_case",
				    "\"%s\" was searched as a word; operators "
				    "are upper case",
				    words[k]);
}

static bool
parse_query(struct run *in)
{
	const struct ecs_search *search = in->search;
	struct ecs_arena *arena = in->result->arena;
	struct ecs_analyzer *analyzer = in->context->analyzer;
	const char *q;

	if (is_blank(search->q))
		return true;
	if (search->expert == NULL) {
		q = ecs_run_lending_text(in, search->q);
		if (q == NULL)
			return ecs_err_memory(in->err);
		return ecs_parse_simple(arena, analyzer, q, search->prefix_last,
		    &in->tree, in->err);
	}
	if (!ecs_expert_build(
		arena, analyzer, search->q, search->expert, &in->tree, in->err))
		return false;
	warn_of_words(in);
	return true;
}

bool
ecs_run_parse(struct run *in)
{
	if (!parse_query(in))
		return false;
	if (in->tree.truncated)
		ecs_result_warn(in->result, "query_truncated",
		    "only the first %d words of the query were used",
		    (int)MAX_LEAVES);
	if (in->tree.n == 0 && !is_blank(in->search->q))
		ecs_result_warn(in->result, "no_words",
		    "the query holds no letters or digits");
	return true;
}

/* What the leaves stand for, before anything is looked up. */
bool
ecs_run_expand(struct run *in)
{
	for (size_t s = 0; s < in->nsources; s++)
		in->tree.langs |= ecs_source_langs(&in->sources[s]);
	if (in->search->lang != ECS_LANG_NONE)
		in->tree.langs = UINT32_C(1) << in->search->lang;
	/* In expert mode every word is meant. */
	if (in->tree.expr == NULL &&
	    !ecs_stops_find(in->search, in->sources, in->nsources, in->context,
		&in->tree, in->err))
		return false;
	if (!ecs_synonyms_apply(in->context->synonyms, in->search,
		in->context->analyzer, &in->tree, in->result->arena, in->err) ||
	    !ecs_compounds_find(in->search, in->sources, in->nsources,
		in->context, &in->tree, in->result, in->err))
		return false;
	ecs_pairs_find(&in->tree);
	return true;
}

/* The rows that the filters let through, before any words. */
static bool
filter_rows(struct run *in)
{
	for (size_t s = 0; s < in->nsources; s++)
		if (!ecs_rowset_build(in->search, &in->sources[s],
			&in->works[s].set, in->err))
			return false;
	return true;
}

/* Whatever was decided over all rows, this one alone is answered. */
static bool
keep_row(struct ecs_bitmap *rows, uint32_t row)
{
	struct ecs_bitmap *one = ecs_bitmap_new(row + 1);

	if (one == NULL)
		return false;
	ecs_bitmap_set(one, row);
	ecs_bitmap_and(rows, one);
	ecs_bitmap_free(one);
	return true;
}

static bool
build_rows(struct run *in)
{
	for (size_t s = 0; s < in->nsources; s++) {
		struct rowset *set = &in->works[s].set;

		if (!choose_words(in, s, &set->words))
			return false;
		if (set->words != NULL)
			ecs_bitmap_and(set->rows, set->words);
		if (in->search->only_row &&
		    !keep_row(set->rows, in->search->row))
			return ecs_err_memory(in->err);
		in->sets[s] = *set;
		in->result->total += ecs_bitmap_count(set->rows);
	}
	return true;
}

/* ---- slips ---- */

/* How many documents that the filters let through have the words? */
static bool
count_found(struct run *in, uint32_t *found)
{
	*found = 0;
	for (size_t s = 0; s < in->nsources; s++) {
		const struct work *work = &in->works[s];
		struct ecs_bitmap *rows = ecs_bitmap_copy(
		    in->search->match == ECS_MATCH_ANY ? work->any : work->all);

		if (rows == NULL)
			return ecs_err_memory(in->err);
		ecs_bitmap_and(rows, work->set.rows);
		*found += ecs_bitmap_count(rows);
		ecs_bitmap_free(rows);
	}
	return true;
}

void
ecs_run_forget(struct run *in)
{
	for (size_t s = 0; s < in->nsources; s++) {
		struct work *work = &in->works[s];

		if (in->borrowed) {
			memset(&work->matches, 0, sizeof(work->matches));
		} else {
			ecs_matches_fini(&work->matches);
			ecs_bitmap_free(work->all);
			ecs_bitmap_free(work->any);
		}
		work->all = work->any = NULL;
	}
	in->borrowed = false;
}

/* Where the words find little, find what they were meant to be as well. */
static bool
correct(struct run *in)
{
	struct correct_ask ask = {.search = in->search,
	    .sources = in->sources,
	    .nsources = in->nsources,
	    .context = in->context,
	    .works = in->works,
	    .tree = &in->tree,
	    .arena = in->result->arena,
	    .err = in->err};
	uint32_t found;

	/* In expert mode every word is meant as it stands. */
	if (!in->search->typo || in->tree.positive == 0 ||
	    in->tree.expr != NULL)
		return true;
	if (!count_found(in, &found))
		return false;
	if (found >= FEW)
		return true;
	ask.nothing = found == 0;
	if (!ecs_correct(&ask, &in->result->corrected))
		return false;
	if (in->result->corrected == NULL)
		return true;
	/* They have got something more to find. */
	ecs_run_forget(in);
	return ecs_run_match(in);
}

/* From what the leaves found to the rows that are. */
bool
ecs_run_find(struct run *in)
{
	if (!filter_rows(in) || !correct(in) || !decide_match(in) ||
	    !build_rows(in))
		return false;
	/* What has the whole of every name need not be told its pieces. */
	for (size_t i = 0; in->result->match == ECS_MATCH_ALL && i < in->tree.n;
	     i++)
		in->tree.leaves[i].stop |= in->tree.leaves[i].part;
	return true;
}
