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

#include "run.h"

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

/* ---- the answer ---- */

static bool
score(struct run *in)
{
	if (in->tree.positive == 0)
		return true;
	ecs_score_idf(&in->tree, in->works, in->sources, in->nsources, in->idf);
	for (size_t s = 0; s < in->nsources; s++) {
		struct work *work = &in->works[s];

		/* A page of nothing needs no order. */
		if (in->search->per_page > 0)
			work->scores = ecs_score_rows(
			    &in->tree, work, &in->sources[s], in->idf, in->err);
		if ((work->scores == NULL && in->search->per_page > 0) ||
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
	uint64_t first = search->offset > 0
	    ? search->offset
	    : ((uint64_t)search->page - 1) * search->per_page;

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

/*
 * The words, from the request's other searches or for them.  What they are made
 * of lives in result->arena; when it is lent, that is the request's meanwhile.
 */
static bool
find_words(struct run *in)
{
	struct ecs_arena *own = in->result->arena;
	struct ecs_arena *lending = ecs_run_lending_arena(in);
	bool ok;

	if (ecs_run_borrow(in))
		return true;
	if (lending != NULL)
		in->result->arena = lending;
	ok = ecs_run_parse(in) && ecs_run_expand(in) && ecs_run_match(in);
	in->result->arena = own;
	if (ok)
		ecs_run_lend(in);
	return ok;
}

static bool
run(struct run *in)
{
	const char *cursor = in->search->cursor;

	if (cursor != NULL && strcmp(cursor, "*") != 0)
		return ecs_run_parse(in) && ecs_run_expand(in) &&
		    make_marks(in) && follow_cursor(in);
	if (!find_words(in) || !ecs_run_find(in) || !make_marks(in) ||
	    !score(in))
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
	ecs_run_forget(in);
	for (size_t s = 0; s < in->nsources; s++) {
		ecs_rowset_fini(&in->works[s].set);
		free(in->works[s].scores);
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
	ok = result->arena != NULL && ecs_run_parse(in) && ecs_run_expand(in) &&
	    ecs_run_match(in) && ecs_run_find(in);
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
