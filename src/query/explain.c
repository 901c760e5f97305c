/* SPDX-License-Identifier: ISC */
/*
 * explain - why a hit is where it is, in words and numbers.
 *
 * A reason is a slot's part of the score: how rare what was found is, times
 * what it is worth in this document (how often, where, in how long a text).
 * The points of all reasons are the score.
 */
#include <stdio.h>
#include <string.h>

#include "ecsearch/layout.h"

#include "score.h"

/* How a list's words differ from what was typed, nearest first. */
static const char *const kind_names[LIST_KINDS] = {
    [LIST_EXACT] = "as typed",
    [LIST_ALTERNATE] = "in another spelling",
    [LIST_STEM] = "in another form",
    [LIST_PREFIX] = "as a beginning",
    [LIST_VARIANT + VARIANT_SYNONYM] = "by a synonym",
    [LIST_VARIANT + VARIANT_COMPOUND] = "as a part",
    [LIST_VARIANT + VARIANT_FUZZY] = "as was probably meant",
    [LIST_VARIANT + VARIANT_RELATED] = "by a relation",
};

struct explainer {
	const struct scored *scored;
	const struct query_tree *tree;
	const struct work *work; /* of the hit's source */
	const struct ecs_source *source;
	uint32_t documents; /* in all sources */
	uint32_t row;
	struct ecs_buf buf;
};

/* ---- where ---- */

/* What a slot has in the row's units in one place. */
static uint16_t
kinds_in(const struct explainer *in, size_t slot, int place, bool *found)
{
	uint32_t first;
	uint32_t n;
	uint16_t kinds = 0;

	*found = false;
	ecs_table_row_units(in->source->table, in->row, &first, &n);
	for (size_t p = 0; p < in->work->matches.nplaces; p++) {
		const struct place_hits *hits = &in->work->matches.places[p];

		if (hits->slot != slot || hits->place != place)
			continue;
		for (size_t i = ecs_place_find(hits, first);
		     i < hits->n && hits->docid[i] < first + n; i++) {
			*found = true;
			if (hits->kinds != NULL)
				kinds |= hits->kinds[i];
		}
	}
	return kinds;
}

static void
say_kinds(struct explainer *in, uint16_t kinds)
{
	const char *before = " ";

	for (int kind = 0; kind < LIST_KINDS; kind++) {
		/* The stem of a word as typed is found with it. */
		if ((kinds >> kind & 1) == 0 ||
		    (kind == LIST_STEM && (kinds & 1) != 0))
			continue;
		ecs_buf_printf(&in->buf, "%s%s", before, kind_names[kind]);
		before = " and ";
	}
}

static bool
say_places(struct explainer *in, size_t slot)
{
	const struct ecs_collection *collection = in->source->collection;
	const char *before = " in ";

	for (int place = 0; place < collection->ntexts; place++) {
		const struct ecs_field *field = collection->texts[place];
		bool found;
		uint16_t kinds = kinds_in(in, slot, place, &found);

		if (!found)
			continue;
		ecs_buf_printf(&in->buf, "%s%s%s", before, field->name,
		    field->type == ECS_SECTIONS && place > field->text
			? " (heading)"
			: "");
		say_kinds(in, kinds);
		before = ", ";
	}
	return strcmp(before, ", ") == 0;
}

/* ---- what else it was found by ---- */

static bool
has_unit(const struct explainer *in, const struct variant_hits *hits)
{
	uint32_t first;
	uint32_t n;

	ecs_table_row_units(in->source->table, in->row, &first, &n);
	for (size_t i = 0; i < hits->n; i++)
		if (hits->docid[i] - first < n)
			return true;
	return false;
}

static void
say_variants(struct explainer *in, size_t slot)
{
	const struct variant *said = NULL;

	for (size_t v = 0; v < in->work->matches.nvariants; v++) {
		const struct variant_hits *hits =
		    &in->work->matches.variants[v];
		const struct variant *variant = hits->variant;

		/* Several places of one variant follow each other. */
		if (variant == said ||
		    slot - variant->first >= variant->count ||
		    !has_unit(in, hits))
			continue;
		said = variant;
		ecs_buf_printf(
		    &in->buf, ", \"%.*s\"", (int)variant->len, variant->text);
		if (variant->why != NULL)
			ecs_buf_printf(&in->buf, " (%s)", variant->why);
	}
}

static const char *
field_of(const struct explainer *in, const struct ecs_vocabulary *vocabulary)
{
	const struct ecs_collection *collection = in->source->collection;

	for (int i = 0; i < collection->ncolumns; i++)
		if (collection->columns[i]->vocabulary == vocabulary)
			return collection->columns[i]->name;
	return vocabulary->name;
}

/* Was the concept said already, by another of its names? */
static bool
is_said(const struct explainer *in, size_t slot, size_t index)
{
	const struct concept_hits *all = in->work->matches.concepts;

	for (size_t c = 0; c < index; c++)
		if (all[c].match.vocabulary == all[index].match.vocabulary &&
		    all[c].match.concept == all[index].match.concept &&
		    slot - all[c].match.first < all[c].match.count)
			return true;
	return false;
}

static void
say_concepts(struct explainer *in, size_t slot, bool first)
{
	for (size_t c = 0; c < in->work->matches.nconcepts; c++) {
		const struct concept_hits *hits =
		    &in->work->matches.concepts[c];
		const struct ecs_vocabulary *vocabulary =
		    hits->match.vocabulary;
		const struct ecs_concept *concept =
		    &vocabulary->concepts[hits->match.concept];
		const char *label;

		if (slot - hits->match.first >= hits->match.count ||
		    is_said(in, slot, c) ||
		    !ecs_bitmap_test(hits->rows, in->row))
			continue;
		label = ecs_label(
		    &concept->labels, in->scored->label_lang, concept->id);
		ecs_buf_printf(&in->buf, "%s names %s \"%s\"", first ? "" : ",",
		    field_of(in, vocabulary), label);
		if (strcmp(hits->match.name, label) != 0)
			ecs_buf_printf(&in->buf, " (%s: %s)",
			    ecs_lang_code(hits->match.lang), hits->match.name);
		first = false;
	}
}

/* ---- a reason ---- */

static bool
find_weight(const struct leaf_hits *hits, uint32_t row, float *weight)
{
	uint32_t low = 0;
	uint32_t high = hits->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (hits->row[middle] < row)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == hits->n || hits->row[low] != row)
		return false;
	*weight = hits->weight[low];
	return true;
}

static void
say_rareness(struct explainer *in, size_t slot)
{
	const struct scored *scored = in->scored;
	uint32_t holders = 0;

	/* Who sees some documents only is told nothing of the others. */
	if (scored->search->embedded != NULL)
		return;
	for (size_t s = 0; s < scored->nsources; s++)
		holders += scored->works[s].matches.hits[slot].n;
	ecs_buf_printf(
	    &in->buf, "; %u of %u documents have it", holders, in->documents);
}

static void
say_slot(struct explainer *in, size_t slot)
{
	if (slot == SLOT_NAME) {
		ecs_buf_puts(&in->buf, "the words are the whole name");
	} else if (slot >= SLOT_PAIRS) {
		const struct pair *pair = &in->tree->pairs[slot - SLOT_PAIRS];
		const struct leaf *a = &in->tree->leaves[pair->first];
		const struct leaf *b = &in->tree->leaves[pair->second];

		ecs_buf_printf(&in->buf, "\"%.*s\" and \"%.*s\" together",
		    (int)a->len, a->text, (int)b->len, b->text);
		say_places(in, slot);
		say_rareness(in, slot);
	} else {
		const struct leaf *leaf = &in->tree->leaves[slot];
		bool somewhere;

		ecs_buf_printf(
		    &in->buf, "\"%.*s\"", (int)leaf->len, leaf->text);
		somewhere = say_places(in, slot);
		say_variants(in, slot);
		say_concepts(in, slot, !somewhere);
		say_rareness(in, slot);
	}
}

static bool
explain_slot(struct explainer *in, size_t slot, struct ecs_arena *arena,
    struct ecs_hit *hit, struct ecs_reason *reasons)
{
	struct ecs_reason *reason = &reasons[hit->nreasons];
	float weight;

	if (!ecs_slot_counts(in->tree, slot) ||
	    !find_weight(&in->work->matches.hits[slot], hit->row, &weight))
		return true;
	in->buf.len = 0;
	say_slot(in, slot);
	reason->rareness = (double)in->scored->idf[slot];
	reason->weight = (double)ecs_saturate(weight);
	reason->points = (double)(in->scored->idf[slot] * ecs_saturate(weight));
	reason->what = in->buf.failed
	    ? NULL
	    : ecs_arena_strndup(arena, in->buf.data, in->buf.len);
	hit->nreasons++;
	return reason->what != NULL;
}

static bool
explain_hit(struct explainer *in, struct ecs_arena *arena, struct ecs_hit *hit)
{
	struct ecs_reason *reasons =
	    ecs_arena_alloc(arena, SLOTS * sizeof(*reasons));

	if (reasons == NULL)
		return false;
	in->row = hit->row;
	for (size_t slot = 0; slot < SLOTS; slot++)
		if (!explain_slot(in, slot, arena, hit, reasons))
			return false;
	hit->reasons = reasons;
	return true;
}

bool
ecs_explain(
    const struct scored *scored, struct ecs_result *result, struct ecs_err *err)
{
	struct explainer in = {.scored = scored, .tree = scored->tree};
	bool ok = true;

	for (size_t s = 0; s < scored->nsources; s++)
		in.documents += ecs_table_rows(scored->sources[s].table);
	for (size_t i = 0; ok && i < result->nhits; i++) {
		struct ecs_hit *hit = &result->hits[i];

		in.work = &scored->works[hit->source];
		in.source = &scored->sources[hit->source];
		ok = explain_hit(&in, result->arena, hit);
	}
	ecs_buf_fini(&in.buf);
	return ok || ecs_err_memory(err);
}
