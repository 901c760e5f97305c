/* SPDX-License-Identifier: ISC */
/*
 * snippet - choose the stretch of a text that is worth showing.
 */
#include <string.h>

#include <unicode/utf8.h>

#include "ecsearch/text.h"

#include "chars.h"

/* What a window over the spans is worth. */
struct worth {
	int words; /* distinct words of the query */
	double weight;
};

struct window {
	uint32_t seen[64]; /* spans of each query word inside */
	struct worth worth;
};

static void
enter(struct window *window, const struct ecs_span *span)
{
	if (window->seen[span->word & 63]++ == 0)
		window->worth.words++;
	window->worth.weight += (double)span->weight;
}

static void
leave(struct window *window, const struct ecs_span *span)
{
	if (--window->seen[span->word & 63] == 0)
		window->worth.words--;
	window->worth.weight -= (double)span->weight;
}

static bool
is_better(struct worth a, struct worth b)
{
	/* Sums that were taken in another order are no difference. */
	const double noise = 1e-6;

	if (a.words != b.words)
		return a.words > b.words;
	return a.weight > b.weight + noise;
}

/* The spans [*first, *last] worth most among those that fit into limit. */
static void
choose_spans(const struct ecs_span *spans, size_t nspans, size_t limit,
    size_t *first, size_t *last)
{
	struct window window = {.worth = {0, 0}};
	struct worth best = {0, 0};
	size_t from = 0;

	*first = 0;
	*last = 0;
	for (size_t to = 0; to < nspans; to++) {
		enter(&window, &spans[to]);
		while (from < to && spans[to].end - spans[from].start > limit)
			leave(&window, &spans[from++]);
		if (!is_better(window.worth, best))
			continue;
		best = window.worth;
		*first = from;
		*last = to;
	}
}

/* Does a sentence end with this character? */
static bool
ends_sentence(UChar32 c)
{
	return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x3002 ||
	    c == ';' || c == 0x037E;
}

static bool
blank_at(const char *text, size_t len, size_t at)
{
	UChar32 c;

	if (at >= len)
		return true;
	U8_NEXT((const uint8_t *)text, at, len, c);
	return c >= 0 && text_is_blank(c);
}

/*
 * Where to begin: at the nearest sentence between low and at, else at the
 * first word there, else at itself.
 */
static size_t
find_start(const char *text, size_t low, size_t at)
{
	size_t word = at;
	size_t back = at;
	bool blank = false; /* the character after back */

	if (low == 0)
		return 0;
	while (back > low) {
		size_t start;
		UChar32 c = text_last_character(text, back, &start);
		bool now_blank = text_is_blank(c);

		if (blank && ends_sentence(c))
			return word;
		if (now_blank && !blank)
			word = back;
		blank = now_blank;
		back = start;
	}
	return word;
}

/*
 * Where to end: behind the last sentence between half way and high if there is
 * one, else behind the last word that ends there.
 */
static size_t
find_end(const char *text, size_t len, size_t from, size_t high)
{
	size_t near = from + (high - from) / 2;
	size_t word = 0;
	size_t at = text_cut_at_character(text, len, high);
	bool blank = blank_at(text, len, at);

	while (at > from) {
		size_t start;
		UChar32 c = text_last_character(text, at, &start);
		bool now_blank = text_is_blank(c);

		if (blank && !now_blank) {
			if (at >= near && ends_sentence(c))
				return at;
			if (word == 0)
				word = at;
		}
		if (word != 0 && at < near)
			break;
		blank = now_blank;
		at = start;
	}
	if (word != 0)
		return word;
	return from > 0 ? from : text_cut_at_character(text, len, high);
}

void
ecs_choose_snippet(const char *text, size_t len, const struct ecs_span *spans,
    size_t nspans, size_t limit, size_t *start, size_t *end)
{
	size_t first = 0;
	size_t last = 0;
	size_t low = 0;
	size_t from = 0; /* what must be shown */
	size_t to = 0;

	if (nspans > 0) {
		choose_spans(spans, nspans, limit, &first, &last);
		from = spans[first].start;
		to = spans[last].end;
	}
	if (len <= limit) {
		*start = 0;
		*end = len;
		return;
	}
	if (to - from > limit) /* one name longer than all there is */
		to = from +
		    text_cut_at_character(text + from, len - from, limit);
	/* A third of what is left goes before, or what the end has no use for.
	 */
	if (from > (limit - (to - from)) / 3)
		low = from - (limit - (to - from)) / 3;
	if (low + limit > len)
		low = len - limit;
	*start = find_start(text, low, from);
	*end = *start + limit >= len ? len
				     : find_end(text, len, to, *start + limit);
}
