/* SPDX-License-Identifier: ISC */
#ifndef TEXT_FORMS_H
#define TEXT_FORMS_H
/*
 * The forms of words as they were written, remembered: texts repeat
 * themselves, and making forms costs a hundred times a look.
 */
#include "ecsearch/text.h"

#include "stem.h"

struct text_form {
	const char *text;
	uint32_t hash; /* text_hash of text */
	uint8_t len;
	uint8_t kind; /* enum ecs_form_kind */
};

enum { TEXT_FORMS = 2 + TEXT_STEMS };

/* A word as written, in one language. */
struct text_word {
	uint32_t hash;
	uint16_t len;
	int8_t lang;
	uint8_t count; /* forms; the first is the EXACT one if there are any */
	struct text_form forms[TEXT_FORMS];
	char bytes[]; /* as written, then the forms */
};

struct text_cache;

struct text_cache *text_cache_new(const struct ecs_words *words);
/* The shared words it was made from. */
const struct ecs_words *text_cache_words(const struct text_cache *cache);
void text_cache_free(struct text_cache *cache); /* NULL is allowed */
/*
 * Forget everything if it has grown too large.  Only between texts: words are
 * valid until then.
 */
void text_cache_trim(struct text_cache *cache);
/* The forms of a word; NULL when memory ran out. */
const struct text_word *text_cache_get(
    struct text_cache *cache, const char *word, size_t len, int lang);

#endif
