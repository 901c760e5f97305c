/* SPDX-License-Identifier: ISC */
#ifndef TEXT_STEM_H
#define TEXT_STEM_H
/*
 * Stems of one word in one language.
 */
#include <stdbool.h>

#include "fold.h"

struct sb_stemmer;
struct ecs_words;

/* One thread's stemmers, opened when first needed.  Start one as {0}. */
struct text_stemmers {
	struct sb_stemmer *snowball[ECS_LANGS];
};

enum { TEXT_STEMS = 6 };

struct text_stems {
	struct text_piece stem[TEXT_STEMS];
	int count;
};

void text_stemmers_fini(struct text_stemmers *stemmers);
/*
 * The stems of a word whose surface forms are known; none where the language
 * has no stemmer and no exception.  False when memory ran out.
 */
bool text_stem(struct text_stemmers *stemmers, const struct ecs_words *words,
    int lang, const char *word, size_t len, const struct text_folded *folded,
    struct text_stems *stems);

#endif
