/* SPDX-License-Identifier: ISC */
/*
 * share - what the words of one request find, for its other searches.
 *
 * The searches of one request often ask the same words and differ in filter,
 * facets or page: a page of widgets asks once for its hits and once more for
 * each facet that was chosen.  The first search leaves its words here, as read,
 * expanded and looked up; the others borrow them and only filter, rank and
 * count.  What depends on the filter (is it corrected, all words or any) each
 * decides for itself, so a borrowed answer is the answer.
 *
 * One set of words is kept: the first.  Explained searches keep more of their
 * words and expert ones hold on to their parameters; neither shares.
 */
#include <stdlib.h>
#include <string.h>

#include "run.h"

struct ecs_shared {
	struct ecs_arena *arena; /* the tree's */
	bool filled;
	uint64_t words; /* fingerprint of what was asked */
	size_t nsources;
	uint64_t revisions[ECS_MAX_COLLECTIONS];
	struct query_tree tree;
	struct work works[ECS_MAX_COLLECTIONS];
	/* What looking the words up said of the answer. */
	bool exact;
	struct ecs_warning warnings[ECS_MAX_WARNINGS];
	int nwarnings;
};

struct ecs_shared *
ecs_shared_new(struct ecs_err *err)
{
	struct ecs_shared *shared = calloc(1, sizeof(*shared));

	if (shared != NULL)
		shared->arena = ecs_arena_new();
	if (shared != NULL && shared->arena != NULL)
		return shared;
	ecs_err_memory(err);
	ecs_shared_free(shared);
	return NULL;
}

void
ecs_shared_free(struct ecs_shared *shared)
{
	if (shared == NULL)
		return;
	for (size_t s = 0; s < shared->nsources; s++) {
		ecs_matches_fini(&shared->works[s].matches);
		ecs_bitmap_free(shared->works[s].all);
		ecs_bitmap_free(shared->works[s].any);
	}
	ecs_arena_free(shared->arena);
	free(shared);
}

static bool
may_share(const struct run *in)
{
	return in->context->shared != NULL && in->search->expert == NULL &&
	    !in->search->explain && in->search->cursor == NULL;
}

static bool
is_same(const struct ecs_shared *shared, const struct run *in)
{
	if (shared->words != ecs_search_words_fingerprint(in->search) ||
	    shared->nsources != in->nsources)
		return false;
	for (size_t s = 0; s < in->nsources; s++)
		if (shared->revisions[s] != in->sources[s].revision)
			return false;
	return true;
}

bool
ecs_run_borrow(struct run *in)
{
	const struct ecs_shared *shared = in->context->shared;
	struct ecs_result *result = in->result;

	if (!may_share(in) || !shared->filled || !is_same(shared, in))
		return false;
	in->tree = shared->tree;
	for (size_t s = 0; s < in->nsources; s++)
		in->works[s] = shared->works[s];
	in->borrowed = true;
	result->exact = shared->exact;
	result->nwarnings = shared->nwarnings;
	memcpy(result->warnings, shared->warnings, sizeof(result->warnings));
	return true;
}

struct ecs_arena *
ecs_run_lending_arena(const struct run *in)
{
	struct ecs_shared *shared = in->context->shared;

	return may_share(in) && !shared->filled ? shared->arena : NULL;
}

const char *
ecs_run_lending_text(const struct run *in, const char *text)
{
	struct ecs_arena *arena = ecs_run_lending_arena(in);

	return arena == NULL ? text : ecs_arena_strdup(arena, text);
}

void
ecs_run_lend(struct run *in)
{
	struct ecs_shared *shared = in->context->shared;

	if (ecs_run_lending_arena(in) == NULL)
		return;
	shared->filled = true;
	shared->words = ecs_search_words_fingerprint(in->search);
	shared->nsources = in->nsources;
	shared->tree = in->tree;
	for (size_t s = 0; s < in->nsources; s++) {
		shared->revisions[s] = in->sources[s].revision;
		shared->works[s] = in->works[s];
	}
	in->borrowed = true;
	shared->exact = in->result->exact;
	shared->nwarnings = in->result->nwarnings;
	memcpy(
	    shared->warnings, in->result->warnings, sizeof(shared->warnings));
}
