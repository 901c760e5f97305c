/* SPDX-License-Identifier: ISC */
#ifndef TEXT_WORDS_H
#define TEXT_WORDS_H
/*
 * What the shared words answer.
 */
#include <stddef.h>

struct ecs_words;

/* The stem that stands for a folded form, NUL-terminated, or NULL. */
const char *text_words_stem(
    const struct ecs_words *words, int lang, const char *form, size_t len);

#endif
