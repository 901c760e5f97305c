/* SPDX-License-Identifier: ISC */
/*
 * grams - runs of words, in a table that grows up to a bound.
 */
#include <stdlib.h>
#include <string.h>

#include "grams.h"

enum { FIRST_ROOM = 4096 };

static size_t
place_of(const struct gram *table, size_t room, const uint32_t *forms)
{
	uint64_t hash = 0;
	size_t at;

	for (size_t i = 0; i < GRAM_WORDS; i++) {
		hash = (hash ^ forms[i]) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	at = hash & (room - 1);
	while (table[at].forms[0] != 0 &&
	    memcmp(table[at].forms, forms, sizeof(table[at].forms)) != 0)
		at = (at + 1) & (room - 1);
	return at;
}

bool
grams_init(struct grams *grams, size_t memory)
{
	grams->table = calloc(FIRST_ROOM, sizeof(*grams->table));
	grams->room = FIRST_ROOM;
	grams->used = 0;
	grams->memory = memory;
	return grams->table != NULL;
}

void
grams_fini(struct grams *grams)
{
	free(grams->table);
	memset(grams, 0, sizeof(*grams));
}

/* Move those that have least on the first side to a table of room. */
static bool
move(struct grams *grams, size_t room, uint64_t least)
{
	struct gram *table = calloc(room, sizeof(*table));
	size_t used = 0;

	if (table == NULL)
		return false;
	for (size_t i = 0; i < grams->room; i++) {
		const struct gram *gram = &grams->table[i];

		if (gram->forms[0] == 0 || gram->count[0] < least)
			continue;
		table[place_of(table, room, gram->forms)] = *gram;
		used++;
	}
	free(grams->table);
	grams->table = table;
	grams->room = room;
	grams->used = used;
	return true;
}

bool
grams_prune(struct grams *grams, uint64_t least)
{
	size_t room = FIRST_ROOM;
	size_t kept = 0;

	for (size_t i = 0; i < grams->room; i++)
		kept += grams->table[i].forms[0] != 0 &&
		    grams->table[i].count[0] >= least;
	while (room < kept * 2)
		room *= 2;
	return move(grams, room, least);
}

struct gram *
grams_get(struct grams *grams, const uint32_t forms[GRAM_WORDS], bool add)
{
	struct gram *gram =
	    &grams->table[place_of(grams->table, grams->room, forms)];

	if (gram->forms[0] != 0 || !add)
		return gram->forms[0] != 0 ? gram : NULL;
	if (grams->used * 3 >= grams->room * 2) {
		/* Old and new are there together for a moment. */
		if (grams->room * 3 * sizeof(*gram) > grams->memory ||
		    !move(grams, grams->room * 2, 0)) {
			grams->memory = 0;
			return NULL;
		}
		gram =
		    &grams->table[place_of(grams->table, grams->room, forms)];
	}
	memcpy(gram->forms, forms, sizeof(gram->forms));
	gram->row = UINT32_MAX;
	grams->used++;
	return gram;
}

void
gram_count(struct gram *gram, int side, uint32_t row)
{
	gram->count[side]++;
	gram->documents[side] += gram->row != row;
	gram->row = row;
}
