/* SPDX-License-Identifier: ISC */
/*
 * places - count where words stand together, from their positions alone.
 *
 * In order, what ends soonest is always the best choice, so each list is passed
 * once (but for long first runs).  In any order it is too, unless two words
 * meet at one position (a form and its stem, or a word asked for twice): then
 * the words are matched to the positions of the window one by one, a word in
 * the way being asked to move (Kuhn's algorithm).
 */
#include "ecsearch/places.h"

/* The soonest end of all words after the first, these standing after last. */
static bool
follow(struct ecs_place_word *words, size_t n, uint32_t *last)
{
	for (size_t i = 1; i < n; i++) {
		struct ecs_place_word *word = &words[i];

		while (word->next < word->len && word->at[word->next] <= *last)
			word->next++;
		if (word->next == word->len)
			return false;
		*last = word->ends[word->next];
	}
	return true;
}

static uint32_t
count_ordered(struct ecs_place_word *words, size_t n, uint32_t window)
{
	uint32_t before = 0;
	uint32_t places = 0;

	for (size_t first = 0; first < words[0].len; first++) {
		uint32_t start = words[0].at[first];
		uint32_t last = words[0].ends[first];

		/* A long run may end after one that begins later. */
		for (size_t i = 1; last < before && i < n; i++)
			words[i].next = 0;
		before = last;
		places += follow(words, n, &last) && last - start < window;
	}
	return places;
}

static struct ecs_place_word *
find_owner(struct ecs_place_word *words, size_t n, uint32_t position)
{
	for (size_t i = 0; i < n; i++)
		if (words[i].taken == position)
			return &words[i];
	return NULL;
}

/* Give word a position up to last, moving others if need be. */
static bool
seat(struct ecs_place_word *words, size_t n, struct ecs_place_word *word,
    uint32_t last)
{
	for (size_t i = word->next; i < word->len && word->at[i] <= last; i++) {
		struct ecs_place_word *owner;

		if (word->ends[i] > last)
			continue;
		owner = find_owner(words, n, word->at[i]);
		if (owner != NULL) {
			if (owner->asked)
				continue;
			owner->asked = true;
			if (!seat(words, n, owner, last))
				continue;
		}
		word->taken = word->at[i];
		return true;
	}
	return false;
}

/* Can every word have a position of its own up to last? */
static bool
seat_all(struct ecs_place_word *words, size_t n, uint32_t last)
{
	for (size_t i = 0; i < n; i++)
		words[i].taken = 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < n; k++)
			words[k].asked = k == i;
		if (!seat(words, n, &words[i], last))
			return false;
	}
	return true;
}

/*
 * The place that begins at start, the least of the words' next positions.  If
 * all can be seated at all, the word whose next is start can sit there.
 */
static bool
begins_place(
    struct ecs_place_word *words, size_t n, uint32_t start, uint32_t window)
{
	uint32_t last = start + (window - 1);
	bool begins = false;

	if (last < start)
		last = UINT32_MAX;
	for (size_t i = 0; i < n; i++) {
		const struct ecs_place_word *word = &words[i];

		if (word->at[word->next] > last)
			return false;
		begins |= word->at[word->next] == start &&
		    word->ends[word->next] <= last;
	}
	return begins && seat_all(words, n, last);
}

static uint32_t
count_unordered(struct ecs_place_word *words, size_t n, uint32_t window)
{
	uint32_t places = 0;

	for (;;) {
		uint32_t start = UINT32_MAX;

		for (size_t i = 0; i < n; i++) {
			if (words[i].next == words[i].len)
				return places;
			if (words[i].at[words[i].next] < start)
				start = words[i].at[words[i].next];
		}
		places += begins_place(words, n, start, window);
		for (size_t i = 0; i < n; i++)
			words[i].next += words[i].at[words[i].next] == start;
	}
}

uint32_t
ecs_places_count(
    struct ecs_place_word *words, size_t n, uint32_t window, bool ordered)
{
	if (window == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		words[i].next = 0;
	return ordered ? count_ordered(words, n, window)
		       : count_unordered(words, n, window);
}
