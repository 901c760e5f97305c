/* SPDX-License-Identifier: ISC */
#ifndef TEXT_MARKS_H
#define TEXT_MARKS_H
/*
 * What is looked for, as the finder asks it.
 */
#include "ecsearch/text.h"

#include "forms.h"

/* What one find is worth; weight 0: nothing found. */
struct text_find {
	float weight;
	uint8_t word;
	/* The bytes of the form to mark; to 0: the whole word. */
	uint8_t from;
	uint8_t to;
};

/* Keep the better of two finds. */
void text_find_better(struct text_find *best, struct text_find other);

/* Is this form of a text's word looked for?  lang is that of a STEM. */
void text_marks_form(const struct ecs_marks *marks,
    const struct text_form *form, int lang, struct text_find *best);
/* Does this EXACT form begin with a prefix, or fit a pattern looked for? */
void text_marks_prefix(const struct ecs_marks *marks,
    const struct text_form *exact, struct text_find *best);

/* Which forms of a word may be looked for. */
enum text_need { TEXT_NEED_NOTHING, TEXT_NEED_SURFACE, TEXT_NEED_ALL };
/*
 * By the first byte of a word, in small letters; its stems begin as it does.
 */
enum text_need
text_marks_need(const struct ecs_marks *marks, unsigned char first);

struct text_phrase {
	struct text_phrase *next; /* of those with the same first form */
	uint32_t hash;            /* of the first form */
	struct text_find find;
	size_t count;
	struct text_form *forms;
};

/* The phrases that may begin with this EXACT form, or NULL. */
const struct text_phrase *text_marks_phrases(
    const struct ecs_marks *marks, const struct text_form *first);

#endif
