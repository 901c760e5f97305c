/* SPDX-License-Identifier: ISC */
#ifndef TEXT_STOPWORDS_H
#define TEXT_STOPWORDS_H
/*
 * In which languages a word only holds sentences together; immutable once
 * shared.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ecs_err;
struct text_stops;

struct text_stops *text_stops_new(void);        /* NULL when memory ran out */
void text_stops_free(struct text_stops *stops); /* NULL is allowed */
/* Forget all words of a language. */
void text_stops_clear(struct text_stops *stops, int lang);
/* Set or clear a word as one writes it.  False when it is none, or too long. */
bool text_stops_set(
    struct text_stops *stops, int lang, const char *word, size_t len, bool on);
/* Change them as JSON says (stopdata.c): 400 "bad_json", 422 "bad_stopwords".
 */
bool text_stops_read(struct text_stops *stops, const char *json,
    const char *source, struct ecs_err *err);
/* A bit for each language in which the folded word is a stop word. */
uint32_t text_stops_langs(
    const struct text_stops *stops, const char *folded, size_t len);

#endif
