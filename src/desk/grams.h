/* SPDX-License-Identifier: ISC */
#ifndef DESK_GRAMS_H
#define DESK_GRAMS_H
/*
 * Runs of one to four words, counted here and there.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GRAM_WORDS = 4, GRAM_SIDES = 2 };

struct gram {
	uint32_t forms[GRAM_WORDS]; /* numbers + 1; 0 past the last */
	uint32_t count[GRAM_SIDES];
	uint32_t documents[GRAM_SIDES];
	uint32_t row; /* that was counted last */
};
struct grams {
	struct gram *table; /* open addressing; forms[0] 0: free */
	size_t room;
	size_t used;
	size_t memory; /* bytes at most */
};

bool grams_init(struct grams *grams, size_t memory);
void grams_fini(struct grams *grams);
/*
 * The gram, added unless only known ones are wanted; NULL: it is not there, or
 * there is no room (then grams->memory is 0).
 */
struct gram *
grams_get(struct grams *grams, const uint32_t forms[GRAM_WORDS], bool add);
/* Count it once more on a side, in a document of this row. */
void gram_count(struct gram *gram, int side, uint32_t row);
/* Drop those of the first side with fewer than least. */
bool grams_prune(struct grams *grams, uint64_t least);
#endif
