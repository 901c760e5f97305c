/* SPDX-License-Identifier: ISC */
#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H
/*
 * The surface forms of one word.  Nothing here allocates or keeps state.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/text.h"

/* What is looked at of a longer word; marks may be many to a letter. */
enum { TEXT_WORD_BYTES = 256 };

/* A form being built: it takes whole characters until it is full. */
struct text_piece {
	char text[ECS_FORM_BYTES + 1];
	uint8_t len;
	bool full;
};

struct text_folded {
	struct text_piece exact;
	struct text_piece alternate; /* umlauts as two letters; empty if none */
};

void text_fold(const char *word, size_t len, struct text_folded *folded);
/* Lower case and composed, accents kept: what stemmers read. */
void text_lower(const char *word, size_t len, struct text_piece *lower);

#endif
