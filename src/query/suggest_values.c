/* SPDX-License-Identifier: ISC */
/*
 * suggest_values - values of facets, by any of their names, that some document
 * carries; those that most carry first.
 *
 * A value is one offer over all collections that have a field of that name.
 */
#include <stdlib.h>
#include <string.h>

#include "completing.h"

struct valuing {
	struct completing *in;
	struct offers *offers;
	/* Counts of each field of each source's stock, as the asker sees them.
	 */
	const uint32_t **counts[ECS_MAX_COLLECTIONS];
	/* The field, source and part in hand. */
	size_t source;
	size_t field;
	uint32_t from;
	/* The best label of each concept that was begun. */
	struct named *named;
};

/* How a concept is named by what was typed; label + 1, 0: not at all. */
struct named {
	struct completion by;
	uint32_t label;
};

/* What was said whole, then in the language asked for, then what begins so. */
static int
compare_values(const struct offer *a, const struct offer *b)
{
	if (a->whole != b->whole)
		return a->whole ? -1 : 1;
	if (a->asked != b->asked)
		return a->asked ? -1 : 1;
	if (a->begins != b->begins)
		return a->begins ? -1 : 1;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return (a->len > b->len) - (a->len < b->len);
}

/* ---- counts ---- */

static bool
count_source(struct valuing *in, size_t s)
{
	const struct stock *stock = in->in->stocks[s];
	const struct ecs_bitmap *seen = in->in->seen[s];

	in->counts[s] = ecs_arena_alloc(
	    in->in->arena, (stock->nfields + 1) * sizeof(*in->counts[s]));
	if (in->counts[s] == NULL)
		return ecs_err_memory(in->in->err);
	for (size_t f = 0; f < stock->nfields; f++) {
		const struct stock_field *field = &stock->fields[f];

		if (field->kind == STOCK_NAMES)
			continue;
		in->counts[s][f] = seen == NULL
		    ? field->counts
		    : ecs_stock_count(stock, field, seen, in->in->err);
		if (in->counts[s][f] == NULL)
			return false;
	}
	return true;
}

static void
free_counts(struct valuing *in)
{
	for (size_t s = 0; s < in->in->nsources; s++)
		for (size_t f = 0; in->in->seen[s] != NULL &&
		     in->counts[s] != NULL && f < in->in->stocks[s]->nfields;
		     f++)
			free((void *)(uintptr_t)in->counts[s][f]);
}

/* The field of that name and kind in a source's stock, or its number. */
static size_t
same_field(const struct valuing *in, size_t s, const struct stock_field *like)
{
	const struct stock *stock = in->in->stocks[s];
	size_t f = 0;

	while (f < stock->nfields &&
	    (stock->fields[f].kind != like->kind ||
		stock->fields[f].field->vocabulary != like->field->vocabulary ||
		strcmp(stock->fields[f].field->name, like->field->name) != 0))
		f++;
	return f;
}

static void
add_count(struct offer *offer, size_t s, uint32_t count)
{
	offer->counts[s] = count;
	offer->count += count;
	if (count > offer->counts[offer->source])
		offer->source = s;
}

/* Is this the first source that has the field? */
static bool
is_first(const struct valuing *in, const struct stock_field *field)
{
	for (size_t s = 0; s < in->source; s++)
		if (same_field(in, s, field) < in->in->stocks[s]->nfields)
			return false;
	return true;
}

/* ---- concepts ---- */

static bool
is_asked(const struct valuing *in, const struct label *label)
{
	return label->lang == in->in->lang;
}

/* The order of compare_values, among the names of one concept. */
static bool
is_better(const struct valuing *in, const struct completion *by,
    const struct label *label, const struct named *than)
{
	const struct label *other = &in->in->labels->list[than->label - 1];

	if (by->whole != than->by.whole)
		return by->whole;
	if (is_asked(in, label) != is_asked(in, other))
		return is_asked(in, label);
	if (by->begins != than->by.begins)
		return by->begins;
	if (label->main != other->main)
		return label->main;
	return by->score > than->by.score;
}

static void
name_concept(void *user, const struct completion *completion)
{
	struct valuing *in = user;
	const struct label *label = &in->in->labels->list[completion->text];
	struct named *named = &in->named[label->number];
	struct completion by = *completion;

	/* An id is short and often a word of some language: a hint, no more. */
	if (label->lang == ECS_LANG_NONE)
		by.whole = false;
	if (named->label != 0 && !is_better(in, &by, label, named))
		return;
	named->by = by;
	named->label = completion->text + 1;
}

static void
offer_concept(struct valuing *in, const struct stock_field *field,
    const struct named *named)
{
	const struct label *label = &in->in->labels->list[named->label - 1];
	const struct ecs_concept *concept =
	    &label->vocabulary->concepts[label->concept];
	struct offer offer = {.type = ECS_SUGGEST_VALUE,
	    .whole = named->by.whole,
	    .begins = named->by.begins,
	    .asked = is_asked(in, label),
	    .score = named->by.score,
	    .source = in->source,
	    .field = field->field->name,
	    .value = concept->id,
	    .value_len = strlen(concept->id)};

	for (size_t s = in->source; s < in->in->nsources; s++) {
		size_t f = same_field(in, s, field);

		if (f < in->in->stocks[s]->nfields)
			add_count(&offer, s, in->counts[s][f][label->concept]);
	}
	if (offer.count == 0 || !ecs_offers_want(in->offers, &offer))
		return;
	offer.text = ecs_label(&concept->labels, in->in->lang, concept->id);
	offer.len = strlen(offer.text);
	if (strcmp(offer.text, label->text) != 0) {
		offer.matched = label->text;
		offer.matched_len = strlen(label->text);
	}
	ecs_offers_put(in->offers, &offer);
}

static void
offer_concepts(struct valuing *in, const struct stock_field *field)
{
	const struct labels *labels = in->in->labels;

	if (!is_first(in, field))
		return;
	for (uint32_t i = 0; i < labels->concepts; i++)
		if (in->named[i].label != 0 &&
		    labels->list[in->named[i].label - 1].vocabulary ==
			field->field->vocabulary)
			offer_concept(in, field, &in->named[i]);
}

/* ---- free values ---- */

/* Add what the other sources have; false when an earlier one has it. */
static bool
add_others(const struct valuing *in, const struct stock_field *field,
    struct offer *offer)
{
	for (size_t s = 0; s < in->in->nsources; s++) {
		const struct stock *stock = in->in->stocks[s];
		size_t f = same_field(in, s, field);
		uint32_t ordinal;

		if (s == in->source || f == stock->nfields)
			continue;
		ordinal = ecs_column_find_text(stock->table,
		    (size_t)stock->fields[f].field->column, offer->value,
		    offer->value_len);
		if (ordinal >= stock->fields[f].ordinals ||
		    in->counts[s][f][ordinal] == 0)
			continue;
		if (s < in->source)
			return false;
		add_count(offer, s, in->counts[s][f][ordinal]);
	}
	return true;
}

static void
offer_value(void *user, const struct completion *completion)
{
	struct valuing *in = user;
	const struct stock *stock = in->in->stocks[in->source];
	const struct stock_field *field = &stock->fields[in->field];
	uint32_t ordinal = in->from + completion->text;
	struct offer offer = {.type = ECS_SUGGEST_VALUE,
	    .whole = completion->whole,
	    .begins = completion->begins,
	    .score = completion->score,
	    .source = in->source,
	    .field = field->field->name};

	add_count(
	    &offer, in->source, in->counts[in->source][in->field][ordinal]);
	if (offer.count == 0)
		return;
	offer.text = ecs_column_text(
	    stock->table, (size_t)field->field->column, ordinal, &offer.len);
	offer.value = offer.text;
	offer.value_len = offer.len;
	if ((in->in->nsources == 1 || add_others(in, field, &offer)) &&
	    ecs_offers_want(in->offers, &offer))
		ecs_offers_put(in->offers, &offer);
}

static void
offer_values(struct valuing *in, const struct stock_field *field)
{
	for (size_t p = 0; p < field->nparts; p++) {
		in->from = field->parts[p].from;
		ecs_completer_find(
		    field->parts[p].completer, &in->in->typed, offer_value, in);
	}
}

/* ---- all of them ---- */

bool
ecs_offer_values(struct completing *completing, struct offers *offers)
{
	struct valuing in = {.in = completing, .offers = offers};
	const struct labels *labels = completing->labels;
	bool ok = ecs_offers_init(offers, completing->arena,
	    completing->suggest->limit, compare_values);

	in.named = ecs_arena_alloc(completing->arena,
	    (labels->concepts + (size_t)1) * sizeof(*in.named));
	if (!ok || in.named == NULL)
		return ecs_err_memory(completing->err);
	for (size_t s = 0; ok && s < completing->nsources; s++)
		ok = count_source(&in, s);
	if (ok)
		ecs_completer_find(
		    labels->completer, &completing->typed, name_concept, &in);
	for (in.source = 0; ok && in.source < completing->nsources;
	     in.source++) {
		const struct stock *stock = completing->stocks[in.source];

		for (in.field = 0; in.field < stock->nfields; in.field++) {
			if (stock->fields[in.field].kind == STOCK_CONCEPTS)
				offer_concepts(&in, &stock->fields[in.field]);
			if (stock->fields[in.field].kind == STOCK_VALUES)
				offer_values(&in, &stock->fields[in.field]);
		}
	}
	free_counts(&in);
	return ok;
}
