/* SPDX-License-Identifier: ISC */
/*
 * collocates - what stands near the places more often than elsewhere.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"

#include "corpus.h"
#include "measures.h"

enum { LOOK_EVERY = 256, AWAY = 0, IN_SPAN = 1, IN_PLACE = 2 };

struct count {
	const struct ecs_desk *desk;
	const struct ecs_desk_ask *ask;
	const struct ecs_places *places;
	const uint32_t *span;
	uint64_t *together; /* by form */
	uint64_t *frequency;
	unsigned char *marks; /* scratch: what a word of a unit is */
	size_t mark_room;
	uint32_t langs;
	struct ecs_collocates *collocates;
	struct ecs_err *err;
};

/* ---- counting ---- */

/* Mark the spans and places of one unit: list[0, n). */
static bool
mark_unit(struct count *in, const struct desk_at *at,
    const struct ecs_place *list, size_t n)
{
	if (in->marks == NULL || in->mark_room < at->n) {
		unsigned char *larger = realloc(in->marks, (size_t)at->n + 1);

		if (larger == NULL)
			return ecs_err_memory(in->err);
		in->marks = larger;
		in->mark_room = at->n;
	}
	memset(in->marks, AWAY, at->n);
	for (size_t i = 0; i < n; i++) {
		uint32_t end = list[i].at + list[i].words;
		uint32_t first =
		    list[i].at > in->span[0] ? list[i].at - in->span[0] : 0;
		uint32_t last =
		    at->n - end > in->span[1] ? end + in->span[1] : at->n;

		memset(in->marks + first, IN_SPAN, last - first);
	}
	for (size_t i = 0; i < n; i++)
		memset(in->marks + list[i].at, IN_PLACE, list[i].words);
	return true;
}

static bool
count_spans(struct count *in)
{
	const struct ecs_places *places = in->places;

	for (size_t i = 0, n; i < places->n; i += n) {
		struct desk_at at =
		    desk_corpus_unit(in->desk->corpus, places->list[i].unit);

		n = 1;
		while (i + n < places->n &&
		    places->list[i + n].unit == places->list[i].unit)
			n++;
		if (!mark_unit(in, &at, &places->list[i], n))
			return false;
		assert(in->marks != NULL);
		if (at.unit->lang >= 0)
			in->langs |= UINT32_C(1) << at.unit->lang;
		for (uint32_t k = 0; k < at.n; k++) {
			if (in->marks[k] != IN_SPAN)
				continue;
			in->together[desk_form_of(
			    in->desk->corpus, at.words[k])]++;
			in->collocates->span_words++;
		}
	}
	return desk_in_time(in->desk, in->err);
}

static bool
count_rows(struct count *in, const struct ecs_bitmap *rows)
{
	const struct ecs_corpus *corpus = in->desk->corpus;

	for (size_t b = 0; b < corpus->nblocks; b++) {
		const struct desk_block *block = corpus->blocks[b];

		if (!desk_in_time(in->desk, in->err))
			return false;
		for (uint32_t i = 0; block != NULL && i < block->nunits; i++) {
			const struct desk_unit *unit = &block->units[i];
			const uint32_t *words = block->words + unit->first;

			if (!ecs_bitmap_test(rows, unit->row))
				continue;
			for (uint32_t k = 0; k < unit->words; k++)
				in->frequency[desk_form_of(corpus, words[k])]++;
			in->collocates->words += unit->words;
		}
	}
	return true;
}

/* ---- choosing ---- */

static double
expected(const struct count *in, uint32_t form)
{
	return (double)in->collocates->span_words *
	    (double)in->frequency[form] / (double)in->collocates->words;
}

static bool
is_told(const struct count *in, uint32_t form)
{
	const struct desk_form *of =
	    desk_form(in->desk->corpus->dictionary, form);

	return form != 0 && in->together[form] > 0 &&
	    in->together[form] >= in->ask->least &&
	    (in->ask->stop_words || (of->stop_langs & in->langs) == 0) &&
	    (double)in->together[form] > expected(in, form);
}

static bool
add_collocate(struct count *in, uint32_t form)
{
	struct ecs_collocates *to = in->collocates;
	struct ecs_collocate *collocate = &to->list[to->n++];
	const struct desk_form *of =
	    desk_form(in->desk->corpus->dictionary, form);
	double both = (double)in->together[form];
	double alone = (double)in->frequency[form];
	double node = (double)in->places->n;
	double all = (double)to->words;

	*collocate = (struct ecs_collocate){
	    .text = ecs_arena_strndup(to->arena, of->text, of->len),
	    .together = in->together[form],
	    .frequency = in->frequency[form],
	    .expected = expected(in, form),
	    .ll = desk_association(both, (double)to->span_words, alone, all),
	    .log_dice = desk_log_dice(both, node, alone),
	    .mi = desk_mutual(both, node, alone, all)};
	collocate->p = desk_p_step(collocate->ll);
	return collocate->text != NULL;
}

static double
worth(const struct ecs_collocate *collocate, enum ecs_collocate_order order)
{
	switch (order) {
	case ECS_COLLOCATES_BY_LL:
		return collocate->ll;
	case ECS_COLLOCATES_BY_LOG_DICE:
		return collocate->log_dice;
	case ECS_COLLOCATES_BY_MI:
		break;
	}
	return collocate->mi;
}

static int
compare(const struct ecs_collocate *x, const struct ecs_collocate *y,
    enum ecs_collocate_order order)
{
	double a = worth(x, order);
	double b = worth(y, order);

	return a != b ? (a > b ? -1 : 1) : strcmp(x->text, y->text);
}

static int
by_ll(const void *a, const void *b)
{
	return compare(a, b, ECS_COLLOCATES_BY_LL);
}

static int
by_log_dice(const void *a, const void *b)
{
	return compare(a, b, ECS_COLLOCATES_BY_LOG_DICE);
}

static int
by_mi(const void *a, const void *b)
{
	return compare(a, b, ECS_COLLOCATES_BY_MI);
}

static bool
choose(struct count *in, enum ecs_collocate_order order)
{
	static int (*const orders[])(const void *, const void *) = {
	    [ECS_COLLOCATES_BY_LL] = by_ll,
	    [ECS_COLLOCATES_BY_LOG_DICE] = by_log_dice,
	    [ECS_COLLOCATES_BY_MI] = by_mi};
	struct ecs_collocates *to = in->collocates;
	uint32_t forms = in->desk->corpus->nforms;
	size_t room = 1;

	for (uint32_t i = 0; i < forms; i++)
		room += is_told(in, i);
	to->list = calloc(room, sizeof(*to->list));
	if (to->list == NULL)
		return ecs_err_memory(in->err);
	for (uint32_t i = 0; i < forms; i++)
		if (is_told(in, i) && !add_collocate(in, i))
			return ecs_err_memory(in->err);
	qsort(to->list, to->n, sizeof(*to->list), orders[order]);
	to->found = to->n;
	if (to->n > in->ask->limit)
		to->n = in->ask->limit;
	return true;
}

bool
ecs_desk_collocates(const struct ecs_desk *desk, const struct ecs_desk_ask *ask,
    const struct ecs_places *places, const uint32_t span[2],
    enum ecs_collocate_order order, const struct ecs_bitmap *rows,
    struct ecs_collocates *collocates, struct ecs_err *err)
{
	struct count in = {.desk = desk,
	    .ask = ask,
	    .places = places,
	    .span = span,
	    .collocates = collocates,
	    .err = err};
	bool ok;

	memset(collocates, 0, sizeof(*collocates));
	collocates->arena = ecs_arena_new();
	in.together = calloc(desk->corpus->nforms + 1, sizeof(*in.together));
	in.frequency = calloc(desk->corpus->nforms + 1, sizeof(*in.frequency));
	ok = collocates->arena != NULL && in.together != NULL &&
	    in.frequency != NULL;
	if (!ok)
		ecs_err_memory(err);
	ok = ok && count_spans(&in) && count_rows(&in, rows) &&
	    choose(&in, order);
	free(in.together);
	free(in.frequency);
	free(in.marks);
	if (!ok)
		ecs_collocates_free(collocates);
	return ok;
}

void
ecs_collocates_free(struct ecs_collocates *collocates)
{
	ecs_arena_free(collocates->arena);
	free(collocates->list);
	memset(collocates, 0, sizeof(*collocates));
}
