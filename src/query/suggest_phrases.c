/* SPDX-License-Identifier: ISC */
/*
 * suggest_phrases - frequent phrases of the texts, of most documents first.
 *
 * A phrase is one offer over all collections in whose texts it stands.
 */
#include <string.h>

#include "completing.h"

struct phrasing {
	struct completing *in;
	struct offers *offers;
	size_t source;
};

static int
compare_phrases(const struct offer *a, const struct offer *b)
{
	if (a->begins != b->begins)
		return a->begins ? -1 : 1;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return (a->len > b->len) - (a->len < b->len);
}

/* The same spelling from another collection is the same phrase. */
static bool
take_out(struct offers *offers, struct offer *offer)
{
	for (size_t i = 0; i < offers->n; i++) {
		struct offer *old = &offers->list[i];
		struct offer sum = *old;

		if (old->len != offer->len ||
		    memcmp(old->text, offer->text, offer->len) != 0)
			continue;
		sum.counts[offer->source] = offer->count;
		sum.count += offer->count;
		if (offer->count > sum.counts[sum.source])
			sum.source = offer->source;
		*offer = sum;
		offers->n--;
		memmove(old, old + 1, (offers->n - i) * sizeof(*old));
		return true;
	}
	return false;
}

static void
found(void *user, const struct completion *completion)
{
	struct phrasing *in = user;
	const struct phrase_text *phrase =
	    &in->in->phrases[in->source]->list[completion->text];
	struct offer offer = {.type = ECS_SUGGEST_PHRASE,
	    .begins = completion->begins,
	    .score = completion->score,
	    .source = in->source,
	    .text = phrase->text,
	    .len = strlen(phrase->text),
	    .count = phrase->documents};

	offer.counts[in->source] = phrase->documents;
	if (take_out(in->offers, &offer) || ecs_offers_want(in->offers, &offer))
		ecs_offers_put(in->offers, &offer);
}

bool
ecs_offer_phrases(struct completing *in, struct offers *offers)
{
	struct phrasing phrasing = {.in = in, .offers = offers};

	if (!ecs_offers_init(
		offers, in->arena, in->suggest->limit, compare_phrases))
		return ecs_err_memory(in->err);
	/* They are of all texts: not for a key that sees but some. */
	if (in->suggest->embedded != NULL)
		return true;
	for (size_t s = 0; s < in->nsources; s++) {
		phrasing.source = s;
		if (in->phrases[s] != NULL)
			ecs_completer_find(in->phrases[s]->completer,
			    &in->typed, found, &phrasing);
	}
	return true;
}
