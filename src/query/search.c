/* SPDX-License-Identifier: ISC */
/*
 * search - run a search: words, filters, score, page, facets.
 *
 *	1  leaves -> rows and weights           in each source
 *	2  all words, or any of them            over all sources together
 *	3  filters, geography                   in each source
 *	4  scores, page, passages, reasons
 *	5  facets
 *
 * Whether all words or any are asked is decided before the filters, so that
 * what a facet counts is what one finds on choosing it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "correct.h"
#include "expert.h"
#include "synonyms.h"

enum { FEW = 3 }; /* with match=auto, fewer than this are not enough */

struct run {
	const struct ecs_search *search;
	const struct ecs_source *sources;
	size_t nsources;
	const struct ecs_query_context *context;
	struct ecs_result *result;
	struct ecs_err *err;
	struct query_tree tree;
	struct work works[ECS_MAX_COLLECTIONS];
	struct rowset sets[ECS_MAX_COLLECTIONS];
	float idf[SLOTS];
};

void
ecs_result_warn(
    struct ecs_result *result, const char *code, const char *fmt, ...)
{
	struct ecs_warning *warning;
	va_list args;

	if (result == NULL || result->nwarnings == ECS_MAX_WARNINGS)
		return;
	for (int i = 0; i < result->nwarnings; i++)
		if (strcmp(result->warnings[i].code, code) == 0)
			return;
	warning = &result->warnings[result->nwarnings++];
	snprintf(warning->code, sizeof(warning->code), "%s", code);
	va_start(args, fmt);
	vsnprintf(warning->message, sizeof(warning->message), fmt, args);
	va_end(args);
}

bool
ecs_deadline_passed(struct ecs_deadline *deadline)
{
	struct timespec now;

	if (deadline == NULL)
		return false;
	if (deadline->passed)
		return true;
	if (deadline->cancelled != NULL && deadline->cancelled(deadline->user))
		return deadline->passed = true;
	if (deadline->at_us == 0)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	deadline->passed = now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000 >
	    deadline->at_us;
	return deadline->passed;
}

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

static bool
match_words(struct run *in)
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

	if (is_blank(search->q))
		return true;
	if (search->expert == NULL)
		return ecs_parse_simple(arena, analyzer, search->q,
		    search->prefix_last, &in->tree, in->err);
	if (!ecs_expert_build(
		arena, analyzer, search->q, search->expert, &in->tree, in->err))
		return false;
	warn_of_words(in);
	return true;
}

static bool
parse(struct run *in)
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
static bool
expand(struct run *in)
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

static bool
build_rows(struct run *in)
{
	for (size_t s = 0; s < in->nsources; s++) {
		struct rowset *set = &in->works[s].set;

		if (!choose_words(in, s, &set->words))
			return false;
		if (set->words != NULL)
			ecs_bitmap_and(set->rows, set->words);
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

/* Forget what the leaves found: they have got something more to find. */
static void
forget_words(struct run *in)
{
	for (size_t s = 0; s < in->nsources; s++) {
		struct work *work = &in->works[s];

		ecs_matches_fini(&work->matches);
		ecs_bitmap_free(work->all);
		ecs_bitmap_free(work->any);
		work->all = work->any = NULL;
	}
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
	forget_words(in);
	return match_words(in);
}

/* From the leaves to the rows that are found. */
static bool
find(struct run *in)
{
	if (!match_words(in) || !filter_rows(in) || !correct(in) ||
	    !decide_match(in) || !build_rows(in))
		return false;
	/* What has the whole of every name need not be told its pieces. */
	for (size_t i = 0; in->result->match == ECS_MATCH_ALL && i < in->tree.n;
	     i++)
		in->tree.leaves[i].stop |= in->tree.leaves[i].part;
	return true;
}

/* ---- the answer ---- */

static bool
score(struct run *in)
{
	if (in->tree.positive == 0)
		return true;
	ecs_score_idf(&in->tree, in->works, in->sources, in->nsources, in->idf);
	for (size_t s = 0; s < in->nsources; s++) {
		struct work *work = &in->works[s];

		work->scores = ecs_score_rows(
		    &in->tree, work, &in->sources[s], in->idf, in->err);
		if (work->scores == NULL ||
		    !ecs_score_count_passages(&in->tree, work, &in->sources[s],
			&in->result->passages_total, in->err))
			return false;
	}
	return true;
}

static bool
rank(struct run *in, uint32_t first, uint32_t count)
{
	float *scores[ECS_MAX_COLLECTIONS];

	for (size_t s = 0; s < in->nsources; s++)
		scores[s] = in->works[s].scores;
	return ecs_rank(in->search, in->sources, in->sets, scores, in->nsources,
	    first, count, in->result, in->err);
}

static bool
explain(struct run *in)
{
	const struct scored scored = {.search = in->search,
	    .tree = &in->tree,
	    .works = in->works,
	    .sources = in->sources,
	    .nsources = in->nsources,
	    .idf = in->idf,
	    .label_lang = in->context->label_lang};

	return ecs_explain(&scored, in->result, in->err);
}

static bool
make_page(struct run *in)
{
	const struct ecs_search *search = in->search;
	uint64_t first = ((uint64_t)search->page - 1) * search->per_page;

	if (first > in->result->total)
		first = in->result->total;
	if (!rank(in, (uint32_t)first, search->per_page))
		return false;
	if (in->tree.positive == 0)
		return true;
	if (!ecs_score_passages(&in->tree, search, in->works, in->sources,
		in->idf, in->result, in->err))
		return false;
	return !search->explain || explain(in);
}

static bool
make_marks(struct run *in)
{
	if (!in->search->highlight)
		return true;
	return ecs_marks_build(
	    &in->tree, in->context->analyzer, in->result, in->err);
}

/* ---- walking everything ---- */

/* The whole list of rows, in order, is kept; the first page is cut from it. */
static bool
begin_cursor(struct run *in)
{
	struct ecs_result *result = in->result;
	struct cursor_entry *list;
	const char *token;
	struct ecs_hit *hits;
	uint32_t n;

	if (!rank(in, 0, result->total))
		return false;
	hits = result->hits;
	n = (uint32_t)result->nhits;
	list = calloc((size_t)n + 1, sizeof(*list));
	if (list == NULL)
		return ecs_err_memory(in->err);
	for (uint32_t i = 0; i < n; i++) {
		list[i].source = (uint8_t)in->sources[hits[i].source].index;
		list[i].row = hits[i].row;
	}
	result->cursor_total = n;
	if (n <= in->search->per_page) {
		free(list);
		return true;
	}
	result->nhits = in->search->per_page;
	if (!ecs_cursor_keep(in->context->cursors, list, n,
		in->sources[0].revision, ecs_search_fingerprint(in->search),
		result->arena, &token, in->err))
		return false;
	return ecs_cursor_skip(token, in->search->per_page, result->arena,
	    &result->cursor, in->err);
}

static int
source_of(const struct run *in, int collection)
{
	for (size_t s = 0; s < in->nsources; s++)
		if (in->sources[s].index == collection)
			return (int)s;
	return -1;
}

static bool
follow_cursor(struct run *in)
{
	struct ecs_result *result = in->result;
	struct cursor_entry *list;
	uint64_t revision;
	uint32_t n;

	if (!ecs_cursor_read(in->context->cursors, in->search->cursor,
		ecs_search_fingerprint(in->search), in->search->per_page,
		result->arena, &list, &n, &result->cursor_total, &revision,
		&result->cursor, in->err))
		return false;
	result->hits = ecs_arena_alloc(
	    result->arena, ((size_t)n + 1) * sizeof(*result->hits));
	if (result->hits == NULL)
		return ecs_err_memory(in->err);
	for (uint32_t i = 0; i < n; i++) {
		int source = source_of(in, list[i].source);

		if (source < 0)
			continue;
		result->hits[result->nhits].source = source;
		result->hits[result->nhits].row = list[i].row;
		result->hits[result->nhits].distance_m = -1;
		result->nhits++;
	}
	result->total = result->cursor_total;
	result->cursor_revision = revision;
	return true;
}

/* ---- the door ---- */

static bool
run(struct run *in)
{
	const char *cursor = in->search->cursor;

	if (!parse(in) || !expand(in))
		return false;
	if (cursor != NULL && strcmp(cursor, "*") != 0)
		return make_marks(in) && follow_cursor(in);
	if (!find(in) || !make_marks(in) || !score(in))
		return false;
	in->result->parsed =
	    ecs_describe_tree(in->result->arena, &in->tree, in->result->match);
	if (!(cursor == NULL ? make_page(in) : begin_cursor(in)))
		return false;
	return ecs_facets_count(in->search, in->sources, in->sets, in->nsources,
	    in->context, in->result, in->err);
}

static void
run_fini(struct run *in)
{
	for (size_t s = 0; s < in->nsources; s++) {
		struct work *work = &in->works[s];

		ecs_matches_fini(&work->matches);
		ecs_bitmap_free(work->all);
		ecs_bitmap_free(work->any);
		ecs_rowset_fini(&work->set);
		free(work->scores);
	}
}

/* What was found in time is thrown away; the answer says that it is cut. */
static void
cut_short(struct run *in)
{
	struct ecs_result *result = in->result;

	ecs_err_clear(in->err);
	result->nhits = 0;
	result->nfacets = 0;
	result->total = 0;
	result->exact = false;
	ecs_result_warn(result, "timeout",
	    "the search took longer than %u ms and was stopped",
	    in->search->timeout_ms);
}

struct ecs_result *
ecs_search_run(const struct ecs_search *search,
    const struct ecs_source *sources, size_t nsources,
    const struct ecs_query_context *context, struct ecs_err *err)
{
	struct run *in = calloc(1, sizeof(*in));
	struct ecs_result *result = calloc(1, sizeof(*result));
	bool ok = false;

	if (in == NULL || result == NULL)
		goto out;
	*in = (struct run){.search = search,
	    .sources = sources,
	    .nsources = nsources,
	    .context = context,
	    .result = result,
	    .err = err};
	result->exact = true;
	result->parsed = "";
	result->arena = ecs_arena_new();
	if (result->arena == NULL)
		goto out;
	ok = run(in);
	if (!ok && context->deadline != NULL && context->deadline->passed) {
		cut_short(in);
		ok = true;
	}
out:
	if (in != NULL)
		run_fini(in);
	free(in);
	if (ok)
		return result;
	ecs_err_memory(err);
	ecs_result_free(result);
	return NULL;
}

void
ecs_result_free(struct ecs_result *result)
{
	if (result == NULL)
		return;
	ecs_marks_drop(result);
	ecs_arena_free(result->arena);
	free(result);
}

bool
ecs_search_rows(const struct ecs_search *search,
    const struct ecs_source *sources, size_t nsources,
    const struct ecs_query_context *context, struct ecs_bitmap **rows,
    struct ecs_err *err)
{
	struct run *in = calloc(1, sizeof(*in));
	struct ecs_result *result = calloc(1, sizeof(*result));
	bool ok = false;

	for (size_t s = 0; s < nsources; s++)
		rows[s] = NULL;
	if (in == NULL || result == NULL)
		goto out;
	*in = (struct run){.search = search,
	    .sources = sources,
	    .nsources = nsources,
	    .context = context,
	    .result = result,
	    .err = err};
	result->arena = ecs_arena_new();
	ok = result->arena != NULL && parse(in) && expand(in) && find(in);
	for (size_t s = 0; ok && s < nsources; s++) {
		rows[s] = in->works[s].set.rows;
		in->works[s].set.rows = NULL;
	}
out:
	if (in != NULL)
		run_fini(in);
	free(in);
	ecs_result_free(result);
	return ok || ecs_err_memory(err);
}
