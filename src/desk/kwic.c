/* SPDX-License-Identifier: ISC */
/*
 * kwic - places in order, sampled and grouped by the words around them, and
 * as lines of their texts.
 */
#define _GNU_SOURCE /* qsort_r */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"

#include "corpus.h"

/* ---- a sample ---- */

static uint64_t
next_number(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void
ecs_kwic_sample(struct ecs_places *places, size_t n, uint64_t seed)
{
	size_t kept = 0;

	for (size_t i = 0; i < places->n && kept < n; i++) {
		double chance = (double)(next_number(&seed) >> 11) * 0x1p-53;

		if ((double)(places->n - i) * chance < (double)(n - kept))
			places->list[kept++] = places->list[i];
	}
	places->n = kept;
}

/* ---- the words at a slot ---- */

/* A run of words; n 0: the unit ends before. */
struct slot_words {
	const uint32_t *words;
	uint32_t n;
};

static struct slot_words
words_at(
    const struct ecs_corpus *corpus, const struct ecs_place *place, int slot)
{
	struct desk_at at = desk_corpus_unit(corpus, place->unit);
	int64_t first = slot < 0 ? (int64_t)place->at + slot
				 : (int64_t)place->at + place->words + slot - 1;

	if (slot == 0)
		return (struct slot_words){at.words + place->at, place->words};
	if (first < 0 || first >= (int64_t)at.n)
		return (struct slot_words){NULL, 0};
	return (struct slot_words){at.words + first, 1};
}

static int
compare_words(
    const struct ecs_corpus *corpus, struct slot_words a, struct slot_words b)
{
	for (uint32_t i = 0; i < a.n && i < b.n; i++) {
		uint32_t x = desk_form_of(corpus, a.words[i]);
		uint32_t y = desk_form_of(corpus, b.words[i]);
		int order;

		if (x == y)
			continue;
		order = strcmp(desk_form(corpus->dictionary, x)->text,
		    desk_form(corpus->dictionary, y)->text);
		if (order != 0)
			return order;
	}
	return (a.n > b.n) - (a.n < b.n);
}

/* ---- in order ---- */

struct order {
	const struct ecs_corpus *corpus;
	const struct ecs_kwic_sort *sorts;
	size_t nsorts;
};

static int
compare_places(const void *a, const void *b, void *user)
{
	const struct ecs_place *x = a;
	const struct ecs_place *y = b;
	const struct order *in = user;

	for (size_t i = 0; i < in->nsorts; i++) {
		int slot = in->sorts[i].slot;
		int order =
		    compare_words(in->corpus, words_at(in->corpus, x, slot),
			words_at(in->corpus, y, slot));

		if (order != 0)
			return in->sorts[i].descending ? -order : order;
	}
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

bool
ecs_kwic_order(const struct ecs_desk *desk, struct ecs_places *places,
    const struct ecs_kwic_sort *sorts, size_t nsorts, struct ecs_err *err)
{
	struct order order = {desk->corpus, sorts, nsorts};

	if (nsorts > 0 && places->n > 1)
		qsort_r(places->list, places->n, sizeof(*places->list),
		    compare_places, &order);
	return desk_in_time(desk, err);
}

/* ---- groups ---- */

static int
compare_groups(const void *a, const void *b)
{
	const struct ecs_kwic_group *x = a;
	const struct ecs_kwic_group *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(x->text, y->text);
}

/* The folded words with spaces between. */
static const char *
group_text(const struct ecs_corpus *corpus, struct slot_words words,
    struct ecs_arena *arena)
{
	struct ecs_buf text = {0};
	const char *kept = NULL;

	ecs_buf_puts(&text, "");
	for (uint32_t i = 0; i < words.n; i++) {
		uint32_t form = desk_form_of(corpus, words.words[i]);

		if (i > 0)
			ecs_buf_putc(&text, ' ');
		ecs_buf_puts(&text, desk_form(corpus->dictionary, form)->text);
	}
	if (!text.failed)
		kept = ecs_arena_strndup(
		    arena, text.data == NULL ? "" : text.data, text.len);
	ecs_buf_fini(&text);
	return kept;
}

/* places are ordered by the slot: what is alike is together. */
static bool
collect_groups(const struct ecs_corpus *corpus, const struct ecs_places *places,
    int slot, struct ecs_kwic_groups *groups)
{
	struct ecs_kwic_group *group = NULL;
	struct slot_words last = {NULL, 0};

	for (size_t i = 0; i < places->n; i++) {
		struct slot_words words =
		    words_at(corpus, &places->list[i], slot);

		if (group == NULL || compare_words(corpus, last, words) != 0) {
			group = &groups->list[groups->n++];
			group->count = 0;
			group->text = group_text(corpus, words, groups->arena);
			if (group->text == NULL)
				return false;
		}
		group->count++;
		last = words;
	}
	return true;
}

bool
ecs_kwic_group(const struct ecs_desk *desk, const struct ecs_places *places,
    int slot, struct ecs_kwic_groups *groups, struct ecs_err *err)
{
	const struct ecs_kwic_sort sort = {slot, false};
	struct ecs_places ordered = {0};
	bool ok = false;

	memset(groups, 0, sizeof(*groups));
	groups->arena = ecs_arena_new();
	ordered.list = malloc((places->n + 1) * sizeof(*ordered.list));
	groups->list = malloc((places->n + 1) * sizeof(*groups->list));
	if (groups->arena == NULL || ordered.list == NULL ||
	    groups->list == NULL) {
		ecs_err_memory(err);
		goto out;
	}
	if (places->n > 0)
		memcpy(ordered.list, places->list,
		    places->n * sizeof(*ordered.list));
	ordered.n = places->n;
	if (!ecs_kwic_order(desk, &ordered, &sort, 1, err))
		goto out;
	ok = collect_groups(desk->corpus, &ordered, slot, groups) ||
	    ecs_err_memory(err);
	if (ok)
		qsort(groups->list, groups->n, sizeof(*groups->list),
		    compare_groups);
out:
	ecs_places_free(&ordered);
	if (!ok)
		ecs_kwic_groups_free(groups);
	return ok;
}

void
ecs_kwic_groups_free(struct ecs_kwic_groups *groups)
{
	ecs_arena_free(groups->arena);
	free(groups->list);
	memset(groups, 0, sizeof(*groups));
}

/* ---- lines ---- */

struct ecs_kwic_reader {
	const struct ecs_desk *desk;
	uint32_t window;
	struct desk_texts texts;
	uint32_t unit; /* in hand, NO_WORD: none */
	uint8_t field; /* wanted of the texts of its docid */
	struct ecs_buf text;
	struct ecs_buf strings;     /* id and section, each with its NUL */
	struct ecs_kwic_line place; /* what is alike in all lines of it */
	struct ecs_token *tokens;
	size_t room;
	long n;
};

struct ecs_kwic_reader *
ecs_kwic_reader_new(
    const struct ecs_desk *desk, uint32_t window, struct ecs_err *err)
{
	struct ecs_kwic_reader *reader = calloc(1, sizeof(*reader));

	if (reader == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	reader->desk = desk;
	reader->window = window;
	reader->unit = NO_WORD;
	desk_texts_init(&reader->texts, desk->source);
	return reader;
}

void
ecs_kwic_reader_free(struct ecs_kwic_reader *reader)
{
	if (reader == NULL)
		return;
	desk_texts_fini(&reader->texts);
	ecs_buf_fini(&reader->text);
	ecs_buf_fini(&reader->strings);
	free(reader->tokens);
	free(reader);
}

static bool
keep_text(void *user, const struct desk_text *text)
{
	struct ecs_kwic_reader *in = user;
	const struct ecs_passage *passage = text->passage;

	if (text->field != in->field)
		return true;
	ecs_buf_add(&in->text, text->text, text->len);
	in->place = (struct ecs_kwic_line){.page = -1, .lang = text->lang};
	if (passage == NULL)
		return true;
	in->place.page = passage->page;
	ecs_buf_add(&in->strings, passage->id, strlen(passage->id) + 1);
	ecs_buf_add(
	    &in->strings, passage->section, strlen(passage->section) + 1);
	return true;
}

static bool
take_unit(struct ecs_kwic_reader *in, uint32_t number, struct ecs_err *err)
{
	const struct desk_unit *unit =
	    desk_corpus_unit(in->desk->corpus, number).unit;

	in->unit = NO_WORD;
	in->field = unit->field;
	ecs_buf_reset(&in->text);
	ecs_buf_reset(&in->strings);
	if (!desk_texts_read(
		&in->texts, unit->docid, unit->row, keep_text, in, err))
		return false;
	if (in->text.failed || in->strings.failed)
		return ecs_err_memory(err);
	in->n =
	    ecs_text_cut(in->text.data, in->text.len, &in->tokens, &in->room);
	if (in->n < 0)
		return ecs_err_memory(err);
	if ((uint32_t)in->n != unit->words)
		return ecs_err_set(err, 500, "corpus_differs",
		    "a text is not the one whose words were counted");
	in->place.row = unit->row;
	in->place.text = in->text.data;
	in->place.field = in->texts.fields[unit->field];
	if (in->strings.len > 0) {
		in->place.passage = in->strings.data;
		in->place.section =
		    in->strings.data + strlen(in->strings.data) + 1;
	}
	in->unit = number;
	return true;
}

bool
ecs_kwic_read(struct ecs_kwic_reader *in, const struct ecs_place *place,
    struct ecs_kwic_line *line, struct ecs_err *err)
{
	uint32_t first = place->at > in->window ? place->at - in->window : 0;
	uint64_t last = (uint64_t)place->at + place->words - 1 + in->window;

	if (in->unit != place->unit && !take_unit(in, place->unit, err))
		return false;
	if (last >= (uint64_t)in->n)
		last = (uint64_t)in->n - 1;
	*line = in->place;
	line->left = in->tokens[first].start;
	line->match = in->tokens[place->at].start;
	line->right = in->tokens[place->at + place->words - 1].end;
	line->end = in->tokens[last].end;
	return true;
}
