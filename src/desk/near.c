/* SPDX-License-Identifier: ISC */
/*
 * near - groups of words near each other.
 *
 * For each word at which a find begins, where ends the group that ends first
 * of those that begin there or later?  That grows with the word, and a group is
 * narrowest where the next word's ends later.
 */
#include <string.h>

#include "near.h"

#define NOWHERE UINT32_MAX

struct walk {
	const struct near_find *finds;
	size_t n;
	size_t places;
	uint32_t window;
};

/* One place after the other, each as soon as it can be. */
static uint32_t
ordered_end(const struct walk *in, size_t from)
{
	uint32_t end = 0;
	size_t i = from;

	for (size_t place = 0; place < in->places; place++) {
		uint32_t best = NOWHERE;

		for (; i < in->n; i++)
			if (in->finds[i].place == place &&
			    in->finds[i].begin >= end) {
				best = in->finds[i].end;
				break;
			}
		if (best == NOWHERE)
			return NOWHERE;
		end = best;
		/* The next may begin before this find's own number is over. */
		i = from;
	}
	return end;
}

/*
 * Can every place have a find of its own that ends by end?  Augmenting paths
 * (Kuhn 1955); a place that is in the way looks for another.
 */
struct pairing {
	const struct walk *in;
	size_t from;
	uint32_t end;
	uint32_t word[NEAR_PLACES]; /* at which a place's find begins */
	uint32_t tried[NEAR_PLACES * NEAR_PLACES];
	size_t ntried;
};

static bool
was_tried(const struct pairing *pairing, uint32_t word)
{
	for (size_t i = 0; i < pairing->ntried; i++)
		if (pairing->tried[i] == word)
			return true;
	return false;
}

static bool
give(struct pairing *pairing, uint32_t place)
{
	const struct walk *in = pairing->in;

	for (size_t i = pairing->from; i < in->n; i++) {
		const struct near_find *find = &in->finds[i];
		uint32_t owner = 0;

		if (find->begin >= pairing->end)
			break;
		if (find->place != place || find->end > pairing->end ||
		    was_tried(pairing, find->begin))
			continue;
		while (
		    owner < in->places && pairing->word[owner] != find->begin)
			owner++;
		if (owner < in->places) {
			if (pairing->ntried == NEAR_PLACES * NEAR_PLACES)
				return false;
			pairing->tried[pairing->ntried++] = find->begin;
			if (!give(pairing, owner))
				continue;
		}
		pairing->word[place] = find->begin;
		return true;
	}
	return false;
}

static bool
all_have_one(const struct walk *in, size_t from, uint32_t end)
{
	struct pairing pairing = {.in = in, .from = from, .end = end};

	memset(pairing.word, 0xff, sizeof(pairing.word));
	for (uint32_t place = 0; place < in->places; place++) {
		pairing.ntried = 0;
		if (!give(&pairing, place))
			return false;
	}
	return true;
}

/* The first end by which all places have a find, begun at from or later. */
static uint32_t
unordered_end(const struct walk *in, size_t from)
{
	uint32_t begin = in->finds[from].begin;
	uint32_t best = NOWHERE;

	for (size_t i = from; i < in->n; i++) {
		uint32_t end = in->finds[i].end;

		if (in->finds[i].begin - begin >= in->window)
			break;
		if (end < best && end - begin <= in->window &&
		    all_have_one(in, from, end))
			best = end;
	}
	return best;
}

size_t
near_groups(const struct near_find *finds, size_t nfinds, size_t n,
    uint32_t window, bool ordered, struct near_group *groups)
{
	const struct walk in = {finds, nfinds, n, window};
	size_t count = 0;

	for (size_t i = 0; i < nfinds; i++) {
		uint32_t end;

		if (i > 0 && finds[i].begin == finds[i - 1].begin)
			continue;
		end = ordered ? ordered_end(&in, i) : unordered_end(&in, i);
		if (end == NOWHERE || end - finds[i].begin > window)
			continue;
		/* A later one that ends as early is narrower. */
		if (count > 0 && groups[count - 1].end == end)
			count--;
		groups[count++] = (struct near_group){finds[i].begin, end};
	}
	return count;
}
