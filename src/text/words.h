/* SPDX-License-Identifier: ISC */
#ifndef TEXT_WORDS_H
#define TEXT_WORDS_H
/*
 * What the shared words answer.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ecs_words;
struct text_dictionary;

/* The stem that stands for a folded form, NUL-terminated, or NULL. */
const char *text_words_stem(
    const struct ecs_words *words, int lang, const char *form, size_t len);
/* The bit of a small ASCII letter; of anything else 0. */
static inline uint32_t
text_letter_bit(char c)
{
	return c >= 'a' && c <= 'z' ? UINT32_C(1) << (c - 'a') : 0;
}
/* May a form that begins with this letter have a stem that does not? */
bool text_words_change(const struct ecs_words *words, int lang, char first);
/* A bit for each language in which a folded form is a stop word. */
uint32_t
text_words_stop(const struct ecs_words *words, const char *form, size_t len);
/* The language's dictionary, NULL if none; false when memory ran out. */
bool text_words_dictionary(const struct ecs_words *words, int lang,
    const struct text_dictionary **dictionary);

#endif
