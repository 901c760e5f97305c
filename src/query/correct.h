/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_CORRECT_H
#define ECS_QUERY_CORRECT_H
#include "score.h"

/* A search that found too little, and what it found. */
struct correct_ask {
	const struct ecs_search *search;
	const struct ecs_source *sources;
	size_t nsources;
	const struct ecs_query_context *context;
	const struct work *works; /* of each source; set.rows: filters */
	bool nothing;             /* no document has all the words */
	struct query_tree *tree;  /* variants are added to it */
	struct ecs_arena *arena;
	struct ecs_err *err;
};

/*
 * Add what was probably meant to the words that nothing is found by.
 * *corrected becomes the query with the likeliest of it, in the arena; it stays
 * as it is when nothing was added.
 */
bool ecs_correct(struct correct_ask *ask, const char **corrected);

/* ---- correct_words.c: what may be meant by one word ---- */

enum { MOST_CANDIDATES = 16 };

struct candidate {
	/* Folded; two words are parted by a space. */
	char text[ECS_FORM_BYTES + 2];
	size_t len;
	unsigned edits;
	uint32_t documents; /* that the filters let through */
	bool together;      /* with all the other words, in some document */
	/* Logarithms, but for a constant: of the chance of the slip, */
	double slip;
	double likelihood; /* and of that times the chance of the word */
};

struct candidates {
	struct candidate list[MOST_CANDIDATES]; /* the likeliest first */
	size_t n;
};

/* What one typed word may be, by the lexica of all sources. */
void ecs_candidates_find(const struct correct_ask *ask, const char *word,
    size_t len, struct candidates *found);
/* Set slip and likelihood of a candidate for what was typed. */
void
ecs_candidate_judge(struct candidate *candidate, const char *typed, size_t len);
/* Keep one more, if it is likely enough. */
void
ecs_candidates_add(struct candidates *found, const struct candidate *candidate);
#endif
