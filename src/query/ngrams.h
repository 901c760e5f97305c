/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_NGRAMS_H
#define ECS_QUERY_NGRAMS_H
/*
 * Runs of one to four words in many texts, counted in bounded memory
 * (run_table.h), and those of them that are phrases of the language spoken
 * there.  The texts are read twice, in any order: first all runs are counted,
 * then those that can be phrases are judged and their spellings collected.
 *
 * A run is of words with nothing but a space or a hyphen between them.  It is a
 * phrase when
 *	it stands in at least LEAST_DOCUMENTS documents,
 *	its first and last word are no stop words and more than a letter or a
 *	number, and
 *	its words keep to each other: normalised pointwise mutual information
 *	(G. Bouma, Normalized (Pointwise) Mutual Information in Collocation
 *	Extraction, 2009, for n words divided by n - 1) of LEAST_NPMI at least,
 *	and it is not mostly a part of a longer phrase,
 *
 * in most of the documents that have it, each taken in its language.
 */
#include "internal.h"

enum { MOST_RUN = 4, LEAST_DOCUMENTS = 5, MOST_PHRASES = 20000 };
#define LEAST_NPMI 0.25

struct ngrams;

/* slots is the most room for runs, a power of two; what is used is less. */
struct ngrams *ecs_ngrams_new(
    struct ecs_analyzer *analyzer, uint32_t slots, struct ecs_err *err);
void ecs_ngrams_free(struct ngrams *ngrams); /* NULL is allowed */

/* What is added next is of another document, in lang (or ECS_LANG_NONE). */
void ecs_ngrams_document(struct ngrams *ngrams, int lang);
bool ecs_ngrams_text(
    struct ngrams *ngrams, const char *text, size_t len, struct ecs_err *err);
/* All has been counted: what follows is the same once more. */
bool ecs_ngrams_turn(struct ngrams *ngrams, struct ecs_err *err);

struct ngram_phrase {
	const char *text; /* its commonest spelling; the ngrams' own */
	uint32_t documents;
};
/* The phrases, those of most documents first; the caller's to free(). */
struct ngram_phrase *
ecs_ngrams_phrases(struct ngrams *ngrams, size_t *n, struct ecs_err *err);
#endif
