/* SPDX-License-Identifier: ISC */
/*
 * near - from the words a leaf stands for to the units that hold them.
 */
#include "ecsearch/layout.h"

#include "match.h"

/* The term of a word in a place, in the arena; no text: not in the index. */
static bool
make_term(struct match_state *in, int place, const struct word *word,
    struct ecs_term *term)
{
	const struct ecs_form form = {.kind = ECS_FORM_EXACT,
	    .lang = ECS_LANG_NONE,
	    .text = word->text,
	    .len = word->len};
	char bytes[ECS_TERM_BYTES];

	*term = (struct ecs_term){NULL, 0};
	if (word->len > ECS_FORM_BYTES)
		return true;
	term->len = ecs_term_make(bytes, place, &form);
	if (!ecs_termset_maybe(in->source->terms, bytes, term->len))
		return true;
	term->text = ecs_arena_strndup(in->expansion.arena, bytes, term->len);
	return term->text != NULL || ecs_err_memory(in->err);
}

/* The run's terms in a place; a run that cannot be there becomes empty. */
static bool
make_run(struct match_state *in, int place, const struct word_run *run,
    struct ecs_near_run *to)
{
	struct ecs_term *terms =
	    ecs_arena_alloc(in->expansion.arena, run->n * sizeof(*terms));

	if (terms == NULL)
		return ecs_err_memory(in->err);
	*to = (struct ecs_near_run){terms, run->n};
	for (size_t i = 0; i < run->n; i++) {
		if (!make_term(in, place, &run->words[i], &terms[i]))
			return false;
		if (terms[i].text == NULL)
			to->n = 0;
	}
	return true;
}

/* The group's runs in a place; *n of it may be none. */
static bool
make_group(struct match_state *in, int place, const struct word_runs *list,
    struct ecs_near_group *group)
{
	struct ecs_near_run *runs =
	    ecs_arena_alloc(in->expansion.arena, (list->n + 1) * sizeof(*runs));

	if (runs == NULL)
		return ecs_err_memory(in->err);
	*group = (struct ecs_near_group){runs, 0};
	for (size_t i = 0; i < list->n; i++) {
		if (!make_run(in, place, &list->list[i], &runs[group->n]))
			return false;
		group->n += runs[group->n].n > 0;
	}
	return true;
}

static bool
find_near(struct match_state *in, const struct leaf *leaf, int place,
    struct ecs_postings *postings)
{
	struct ecs_near_group groups[MAX_NEAR] = {{0}};

	for (size_t i = 0; i < in->expansion.n; i++) {
		if (!make_group(
			in, place, &in->expansion.groups[i], &groups[i]))
			return false;
		if (groups[i].n == 0)
			return true;
	}
	return ecs_index_near(in->source->reader, groups, in->expansion.n,
	    leaf->window, leaf->ordered, postings, ecs_match_stop,
	    in->context->deadline, in->err);
}

bool
ecs_find_expanded(struct match_state *in, const struct leaf *leaf, int place,
    struct ecs_postings *postings)
{
	const struct word_runs *list = &in->expansion.groups[0];

	if (leaf->kind == LEAF_NEAR)
		return find_near(in, leaf, place, postings);
	for (size_t i = 0; i < list->n; i++) {
		struct ecs_term term;

		if (!make_term(in, place, list->list[i].words, &term))
			return false;
		if (term.text != NULL &&
		    !ecs_index_postings(in->source->reader, term.text, term.len,
			postings, ecs_match_stop, in->context->deadline,
			in->err))
			return false;
	}
	if (postings->len > 0)
		ecs_fold_postings(postings);
	return true;
}
