/* SPDX-License-Identifier: ISC */
/*
 * suggest - complete what is typed.
 *
 *	stock    names and values of each source, taken over or made
 *	offers   the best of each type
 *	mix      in the order they are shown
 *	write    ids, marks
 */
#include <string.h>

#include "completing.h"

static bool
gather(struct completing *in, struct ecs_suggester *suggester)
{
	for (size_t s = 0; s < in->nsources; s++) {
		in->stocks[s] = ecs_suggester_stock(
		    suggester, &in->sources[s], in->analyzer, in->err);
		if (in->stocks[s] == NULL)
			return false;
		in->phrases[s] =
		    ecs_suggester_phrases(suggester, in->sources[s].index);
		if (in->suggest->embedded == NULL)
			continue;
		in->seen[s] = ecs_filter_rows(
		    in->suggest->embedded, &in->sources[s], in->err);
		if (in->seen[s] == NULL)
			return false;
		ecs_bitmap_and(
		    in->seen[s], ecs_table_live(in->sources[s].table));
	}
	return true;
}

static void
let_go(struct completing *in)
{
	for (size_t s = 0; s < in->nsources; s++) {
		ecs_stock_unref(in->stocks[s]);
		ecs_phrases_unref(in->phrases[s]);
		ecs_bitmap_free(in->seen[s]);
	}
}

/* ---- offers ---- */

bool
ecs_offers_init(struct offers *offers, struct ecs_arena *arena, size_t most,
    int (*compare)(const struct offer *a, const struct offer *b))
{
	offers->n = 0;
	offers->most = most;
	offers->compare = compare;
	offers->list =
	    ecs_arena_alloc(arena, (most + 1) * sizeof(*offers->list));
	return offers->list != NULL;
}

void
ecs_offers_put(struct offers *offers, const struct offer *offer)
{
	size_t i = offers->n;

	while (i > 0 && offers->compare(offer, &offers->list[i - 1]) < 0)
		i--;
	memmove(&offers->list[i + 1], &offers->list[i],
	    (offers->n - i) * sizeof(*offer));
	offers->list[i] = *offer;
	if (offers->n < offers->most)
		offers->n++;
}

/* ---- all of it ---- */

static bool
offer_all(struct completing *in, struct offers *offers)
{
	return (!in->suggest->types[ECS_SUGGEST_NAME] ||
		   ecs_offer_names(in, &offers[ECS_SUGGEST_NAME])) &&
	    (!in->suggest->types[ECS_SUGGEST_VALUE] ||
		ecs_offer_values(in, &offers[ECS_SUGGEST_VALUE])) &&
	    (!in->suggest->types[ECS_SUGGEST_PHRASE] ||
		ecs_offer_phrases(in, &offers[ECS_SUGGEST_PHRASE]));
}

static bool
has_offers(const struct offers *offers)
{
	size_t n = 0;

	for (int i = 0; i < ECS_SUGGESTION_TYPES; i++)
		n += offers[i].n;
	return n > 0;
}

/* What was typed or, when nothing begins so, the same written otherwise. */
static bool
find_offers(struct completing *in, struct offers *offers)
{
	struct typed typed;

	if (!ecs_typed_read(
		in->arena, in->analyzer, in->suggest->q, &typed, in->err))
		return false;
	if (typed.n == 0)
		return true;
	in->typed = typed;
	if (!offer_all(in, offers))
		return false;
	for (size_t i = 0; !has_offers(offers) &&
	     ecs_typed_other(in->arena, &typed, i, &in->typed, in->err);
	     i++)
		if (!offer_all(in, offers))
			return false;
	return in->err->status == 0;
}

struct ecs_suggestions *
ecs_suggest_run(struct ecs_suggester *suggester,
    const struct ecs_suggest *suggest, const struct ecs_source *sources,
    size_t nsources, const struct ecs_query_context *context,
    struct ecs_err *err)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_suggestions *made =
	    arena == NULL ? NULL : ecs_arena_alloc(arena, sizeof(*made));
	struct completing in = {.suggest = suggest,
	    .sources = sources,
	    .nsources = nsources,
	    .labels = ecs_suggester_labels(suggester),
	    .lang = suggest->lang != ECS_LANG_NONE ? suggest->lang
						   : context->label_lang,
	    .analyzer = context->analyzer,
	    .arena = arena,
	    .err = err};
	struct offers offers[ECS_SUGGESTION_TYPES] = {{0}};
	bool ok;

	if (made == NULL) {
		ecs_arena_free(arena);
		ecs_err_memory(err);
		return NULL;
	}
	made->arena = arena;
	ok = gather(&in, suggester) && find_offers(&in, offers) &&
	    ecs_suggestions_mix(&in, offers, made);
	let_go(&in);
	if (ok)
		return made;
	ecs_suggestions_free(made);
	return NULL;
}

void
ecs_suggestions_free(struct ecs_suggestions *suggestions)
{
	if (suggestions != NULL)
		ecs_arena_free(suggestions->arena);
}
