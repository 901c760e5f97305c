/* SPDX-License-Identifier: ISC */
/*
 * sought - what a search looks for, so that its places can be found in texts
 * word by word: single words by their forms, several side by side, and words
 * near each other.
 */
#include <stdlib.h>
#include <string.h>

#include "run.h"

struct maker {
	const struct query_tree *tree;
	struct ecs_analyzer *analyzer;
	struct ecs_arena *arena;
	struct ecs_err *err;
};

static bool
begin_words(struct maker *in, struct ecs_sought_words *words, size_t room)
{
	words->marks = ecs_marks_new();
	words->nruns = 0;
	words->runs =
	    ecs_arena_alloc(in->arena, (room + 1) * sizeof(*words->runs));
	return (words->marks != NULL && words->runs != NULL) ||
	    ecs_err_memory(in->err);
}

/* Copy a run of folded words: the tree does not outlive the search. */
static bool
add_run(struct maker *in, struct ecs_sought_words *words,
    const char *const *pieces, const size_t *lens, size_t n)
{
	const char **texts =
	    ecs_arena_alloc(in->arena, (n + 1) * sizeof(*texts));
	size_t *sizes = ecs_arena_alloc(in->arena, (n + 1) * sizeof(*sizes));

	if (texts == NULL || sizes == NULL)
		return ecs_err_memory(in->err);
	for (size_t i = 0; i < n; i++) {
		sizes[i] = lens[i];
		texts[i] = ecs_arena_strndup(in->arena, pieces[i], lens[i]);
		if (texts[i] == NULL)
			return ecs_err_memory(in->err);
	}
	words->runs[words->nruns++] = (struct ecs_sought_run){texts, sizes, n};
	return true;
}

static bool
add_leaf(
    struct maker *in, const struct leaf *leaf, struct ecs_sought_words *words)
{
	bool whole = leaf->npieces > 1 &&
	    (leaf->kind == LEAF_PHRASE || leaf->kind == LEAF_WORD);

	if (!whole)
		return ecs_marks_add_leaf(
			   in->tree, leaf, in->analyzer, words->marks) ||
		    ecs_err_memory(in->err);
	if (leaf->kind == LEAF_WORD &&
	    !ecs_marks_add_name(leaf, in->analyzer, words->marks))
		return ecs_err_memory(in->err);
	return add_run(in, words, leaf->pieces, leaf->lens, leaf->npieces);
}

static bool
add_variant(struct maker *in, const struct variant *variant,
    struct ecs_sought_words *words)
{
	if (!ecs_marks_add_variant(
		in->tree, variant, in->analyzer, words->marks))
		return ecs_err_memory(in->err);
	return variant->npieces < 2 ||
	    add_run(
		in, words, variant->pieces, variant->lens, variant->npieces);
}

/* ---- words near each other ---- */

static bool
add_near(
    struct maker *in, const struct leaf *leaf, struct ecs_sought_near *near)
{
	near->window = leaf->window;
	near->ordered = leaf->ordered;
	near->places = ecs_arena_alloc(
	    in->arena, (leaf->noperands + 1) * sizeof(*near->places));
	if (near->places == NULL)
		return ecs_err_memory(in->err);
	for (size_t i = 0; i < leaf->noperands; i++) {
		const struct near_operand *operand = &leaf->operands[i];
		struct ecs_sought_words *words = &near->places[i];

		if (!begin_words(in, words, operand->n))
			return false;
		near->nplaces++;
		for (size_t k = 0; k < operand->n; k++)
			if (!add_leaf(in, &operand->leaves[k], words))
				return false;
	}
	return true;
}

/* ---- a field ---- */

static bool
is_sought(const struct leaf *leaf, const char *field)
{
	/* A piece of a name is nothing that one asks to count. */
	return ecs_leaf_counts(leaf) && leaf->kind != LEAF_FILTER &&
	    !leaf->part && ecs_leaf_is_asked_in(leaf, field);
}

static size_t
count_variants(const struct query_tree *tree)
{
	size_t n = 0;

	for (const struct variant *at = tree->variants; at != NULL;
	     at = at->next)
		n++;
	return n;
}

static bool
add_variants(
    struct maker *in, const char *field, struct ecs_sought_words *words)
{
	for (const struct variant *at = in->tree->variants; at != NULL;
	     at = at->next)
		if (!in->tree->leaves[at->first].negative &&
		    ecs_leaf_is_asked_in(&in->tree->leaves[at->first], field) &&
		    !add_variant(in, at, words))
			return false;
	return true;
}

static bool
fill_field(struct maker *in, const char *name, struct ecs_sought_field *field)
{
	const struct query_tree *tree = in->tree;

	field->nears =
	    ecs_arena_alloc(in->arena, (tree->n + 1) * sizeof(*field->nears));
	if (field->nears == NULL)
		return ecs_err_memory(in->err);
	memset(field->nears, 0, (tree->n + 1) * sizeof(*field->nears));
	for (size_t i = 0; i < tree->n; i++) {
		const struct leaf *leaf = &tree->leaves[i];

		if (!is_sought(leaf, name))
			continue;
		if (leaf->kind == LEAF_NEAR
			? !add_near(in, leaf, &field->nears[field->nnears++])
			: !add_leaf(in, leaf, &field->words))
			return false;
	}
	return add_variants(in, name, &field->words);
}

static bool
fill(struct maker *in, struct ecs_sought *sought, const char *const *names,
    size_t nfields)
{
	size_t room = in->tree->n + count_variants(in->tree);

	sought->fields =
	    ecs_arena_alloc(in->arena, (nfields + 1) * sizeof(*sought->fields));
	if (sought->fields == NULL)
		return ecs_err_memory(in->err);
	memset(sought->fields, 0, (nfields + 1) * sizeof(*sought->fields));
	for (size_t i = 0; i < nfields; i++) {
		if (!begin_words(in, &sought->fields[i].words, room))
			return false;
		sought->nfields++;
		if (!fill_field(in, names[i], &sought->fields[i]))
			return false;
	}
	for (size_t i = 0; i < in->tree->n; i++)
		sought->asks |= ecs_leaf_counts(&in->tree->leaves[i]) &&
		    in->tree->leaves[i].kind != LEAF_FILTER;
	return true;
}

/* ---- the door ---- */

static void
free_near(struct ecs_sought_near *near)
{
	for (size_t i = 0; i < near->nplaces; i++)
		ecs_marks_free(near->places[i].marks);
}

void
ecs_sought_free(struct ecs_sought *sought)
{
	if (sought == NULL)
		return;
	for (size_t i = 0; i < sought->nfields; i++) {
		ecs_marks_free(sought->fields[i].words.marks);
		for (size_t k = 0; k < sought->fields[i].nnears; k++)
			free_near(&sought->fields[i].nears[k]);
	}
	ecs_bitmap_free(sought->rows);
	ecs_arena_free(sought->arena);
	free(sought);
}

static bool
tell(const struct run *in, struct ecs_sought *sought)
{
	const char *parsed =
	    ecs_describe_tree(in->result->arena, &in->tree, in->result->match);

	sought->parsed =
	    ecs_arena_strdup(sought->arena, parsed == NULL ? "" : parsed);
	sought->nwarnings = in->result->nwarnings;
	memcpy(
	    sought->warnings, in->result->warnings, sizeof(sought->warnings));
	return sought->parsed != NULL || ecs_err_memory(in->err);
}

static struct ecs_sought *
make(struct run *in, const char *const *fields, size_t nfields)
{
	struct ecs_sought *sought = calloc(1, sizeof(*sought));
	struct maker maker = {
	    .tree = &in->tree,
	    .analyzer = in->context->analyzer,
	    .err = in->err,
	};
	bool ok = sought != NULL;

	if (ok)
		maker.arena = sought->arena = ecs_arena_new();
	ok = ok && maker.arena != NULL && tell(in, sought) &&
	    fill(&maker, sought, fields, nfields);
	if (ok) {
		sought->rows = in->works[0].set.rows;
		in->works[0].set.rows = NULL;
		return sought;
	}
	ecs_err_memory(in->err); /* unless it is known better */
	ecs_sought_free(sought);
	return NULL;
}

struct ecs_sought *
ecs_search_sought(const struct ecs_search *search,
    const struct ecs_source *source, const struct ecs_query_context *context,
    const char *const *fields, size_t nfields, struct ecs_err *err)
{
	struct run *in = calloc(1, sizeof(*in));
	struct ecs_result *result = calloc(1, sizeof(*result));
	struct ecs_sought *sought = NULL;

	if (in == NULL || result == NULL)
		goto out;
	*in = (struct run){.search = search,
	    .sources = source,
	    .nsources = 1,
	    .context = context,
	    .result = result,
	    .err = err};
	result->arena = ecs_arena_new();
	if (result->arena != NULL && ecs_run_parse(in) && ecs_run_expand(in) &&
	    ecs_run_match(in) && ecs_run_find(in))
		sought = make(in, fields, nfields);
	if (sought == NULL && context->deadline != NULL &&
	    context->deadline->passed) {
		ecs_err_clear(err);
		ecs_err_set(err, 503, "timeout",
		    "the search took longer than %u ms", search->timeout_ms);
	}
out:
	if (in != NULL) {
		ecs_run_forget(in);
		ecs_rowset_fini(&in->works[0].set);
		free(in->works[0].scores);
	}
	free(in);
	ecs_result_free(result);
	if (sought == NULL)
		ecs_err_memory(err);
	return sought;
}
