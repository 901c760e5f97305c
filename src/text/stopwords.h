/* SPDX-License-Identifier: ISC */
#ifndef TEXT_STOPWORDS_H
#define TEXT_STOPWORDS_H
/*
 * In which languages a word only holds sentences together; immutable.
 */
#include <stddef.h>
#include <stdint.h>

struct text_stops;

struct text_stops *text_stops_new(void);        /* NULL when memory ran out */
void text_stops_free(struct text_stops *stops); /* NULL is allowed */
/* A bit for each language in which the folded word is a stop word. */
uint32_t text_stops_langs(
    const struct text_stops *stops, const char *folded, size_t len);

#endif
