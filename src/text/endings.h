/* SPDX-License-Identifier: ISC */
#ifndef TEXT_ENDINGS_H
#define TEXT_ENDINGS_H
/*
 * Light stemming by tables of endings, for the languages that Snowball leaves
 * out.
 */
#include <stdbool.h>

#include "fold.h"

/* Is there a table for the language? */
bool text_has_endings(int lang);
/* Take the endings off a folded word. */
void text_cut_endings(int lang, struct text_piece *word);

#endif
