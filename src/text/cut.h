/* SPDX-License-Identifier: ISC */
#ifndef TEXT_CUT_H
#define TEXT_CUT_H
/*
 * The cutter with what it keeps between texts.
 */
#include <unicode/ubrk.h>

#include "ecsearch/text.h"

/* Start one as {0}. */
struct text_cutter {
	UBreakIterator *breaks; /* opened when a script needs it */
	bool gave_up;           /* it could not be opened: cut without */
};

void text_cutter_fini(struct text_cutter *cutter);
/* ecs_text_cut with a cutter of the caller's. */
long text_cut(struct text_cutter *cutter, const char *text, size_t len,
    struct ecs_token **tokens, size_t *cap);

#endif
