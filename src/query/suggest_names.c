/* SPDX-License-Identifier: ISC */
/*
 * suggest_names - documents whose name, or another name of theirs, may be what
 * is being typed.
 */
#include <string.h>

#include "completing.h"

/* An other name leads to the document, a little less than its own. */
#define OTHER_NAME_SHARE 0.75f

enum { SPARE = 24 }; /* for documents that bear the same name */

struct finding {
	struct completing *in;
	struct offers *offers;
	size_t source;
	const struct stock *stock;
	const struct stock_field *field;
	uint32_t from; /* of the part */
	size_t title;  /* column */
	bool own;      /* the field is the title itself */
};

/* By score, the shorter name first. */
static int
compare_names(const struct offer *a, const struct offer *b)
{
	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	return (a->row > b->row) - (a->row < b->row);
}

/* One offer a document: false when a better one stands there. */
static bool
replace_row(struct offers *offers, const struct offer *offer)
{
	for (size_t i = 0; i < offers->n; i++) {
		struct offer *old = &offers->list[i];

		if (old->row != offer->row || old->source != offer->source)
			continue;
		if (compare_names(old, offer) <= 0)
			return false;
		offers->n--;
		memmove(old, old + 1, (offers->n - i) * sizeof(*old));
		return true;
	}
	return true;
}

static void
offer_row(struct finding *in, struct offer *offer, uint32_t ordinal)
{
	const uint32_t *titles;

	if (ecs_column_row(in->stock->table, in->title, offer->row, &titles) ==
	    0)
		return;
	offer->text = ecs_column_text(
	    in->stock->table, in->title, titles[0], &offer->len);
	if (!in->own)
		offer->matched = ecs_column_text(in->stock->table,
		    (size_t)in->field->field->column, ordinal,
		    &offer->matched_len);
	if (ecs_offers_want(in->offers, offer) &&
	    replace_row(in->offers, offer))
		ecs_offers_put(in->offers, offer);
}

static void
found(void *user, const struct completion *completion)
{
	struct finding *in = user;
	const struct ecs_bitmap *seen = in->in->seen[in->source];
	uint32_t ordinal = in->from + completion->text;
	struct offer offer = {.type = ECS_SUGGEST_NAME,
	    .whole = completion->whole,
	    .score = completion->score * (in->own ? 1 : OTHER_NAME_SHARE),
	    .source = in->source};

	/* The shortest there could be: is it worth looking at its rows? */
	if (!ecs_offers_want(in->offers, &offer))
		return;
	for (uint32_t i = in->field->first[ordinal];
	     i < in->field->first[ordinal + 1]; i++) {
		offer.row = in->field->rows[i];
		if (seen == NULL || ecs_bitmap_test(seen, offer.row))
			offer_row(in, &offer, ordinal);
	}
}

static void
find_in_source(struct completing *completing, size_t s, struct offers *offers)
{
	const struct ecs_field *title =
	    completing->sources[s].collection->title;
	struct finding in = {.in = completing,
	    .offers = offers,
	    .source = s,
	    .stock = completing->stocks[s],
	    .title = (size_t)title->column};

	if (!title->completes)
		return;
	for (size_t f = 0; f < in.stock->nfields; f++) {
		in.field = &in.stock->fields[f];
		in.own = in.field->field == title;
		for (size_t p = 0;
		     in.field->kind == STOCK_NAMES && p < in.field->nparts;
		     p++) {
			in.from = in.field->parts[p].from;
			ecs_completer_find(in.field->parts[p].completer,
			    &completing->typed, found, &in);
		}
	}
}

bool
ecs_offer_names(struct completing *in, struct offers *offers)
{
	if (!ecs_offers_init(offers, in->arena, in->suggest->limit * 2 + SPARE,
		compare_names))
		return ecs_err_memory(in->err);
	for (size_t s = 0; s < in->nsources; s++)
		find_in_source(in, s, offers);
	return true;
}
