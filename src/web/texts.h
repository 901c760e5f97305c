/* SPDX-License-Identifier: ISC */
#ifndef ECS_WEB_TEXTS_H
#define ECS_WEB_TEXTS_H
/*
 * All words of the pages' own, in each tongue of the interface.  Labels of
 * fields and values are not here: they are data of the schema.
 *
 * "{}" in a text is where its value goes.
 */
#include <stdint.h>

#include "ecsearch/buf.h"

enum tongue { TONGUE_EN, TONGUE_FR, TONGUE_DE, TONGUES };

/* "en" and "English" of a tongue. */
const char *ecs_tongue_code(enum tongue tongue);
const char *ecs_tongue_name(enum tongue tongue);
/* The tongue of a BCP 47 tag, or TONGUES. */
enum tongue ecs_tongue_find(const char *tag);

/* name, English, French, German; the table stands in texts.def */
enum text {
#define TEXT(name, en, fr, de) TEXT_##name,
#include "texts.inc"
#undef TEXT
	NTEXTS
};

const char *ecs_words(enum tongue tongue, enum text text);
/* The text escaped, its {} filled with value (escaped as well). */
void ecs_words_with(
    struct ecs_buf *out, enum tongue tongue, enum text text, const char *value);
/*
 * The text for a number: one is what is said of a single thing, many of others.
 * English and German say "0 Treffer", French "0 résultat" (CLDR plural rules).
 */
void ecs_words_count(struct ecs_buf *out, enum tongue tongue, enum text one,
    enum text many, uint64_t n);
/* 36084 as "36,084", "36 084" (narrow no-break space) or "36.084" (CLDR). */
void ecs_words_number(struct ecs_buf *out, enum tongue tongue, uint64_t n);
#endif
