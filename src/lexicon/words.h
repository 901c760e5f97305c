/* SPDX-License-Identifier: ISC */
#ifndef LEXICON_WORDS_H
#define LEXICON_WORDS_H
/*
 * A sorted list of words, and a draft of one.
 *
 * Besides its bytes a word takes 16: where they begin, its documents, its
 * place in the order by length, and its letters as a set of 32 bits.  The last
 * two lie in the order by length, so that a search for near words walks only
 * those of a fitting length, one after the other.
 */
#include <stdatomic.h>

#include "ecsearch/lexicon.h"

struct words {
	atomic_int refs;
	uint32_t n;
	uint32_t *start; /* n + 1; in text */
	uint32_t *documents;
	uint32_t *by_length; /* by characters, then in byte order */
	uint32_t *letters;   /* of the word at the same place of by_length */
	/* The first place of each length; of the last, n. */
	uint32_t first[ECS_LEXICON_BYTES + 2];
	char *text;
};

struct ecs_lexicon {
	atomic_int refs;
	struct words *large; /* never NULL */
	struct words *small;
};

struct entry {
	uint32_t at; /* in text */
	uint32_t documents;
	uint32_t len;
};

struct ecs_lexicon_draft {
	struct entry *entries;
	size_t n;
	size_t room;
	char *text;
	size_t text_len;
	size_t text_room;
};

/* ---- draft.c ---- */

/* Put the draft in order, each word once. */
bool lexicon_draft_sort(struct ecs_lexicon_draft *draft, struct ecs_err *err);

/* ---- words.c ---- */

/*
 * The words of old (may be NULL) and of a sorted draft, without those that
 * known (may be NULL) has.
 */
struct words *lexicon_words_new(const struct words *old,
    const struct ecs_lexicon_draft *draft, const struct words *known,
    struct ecs_err *err);
struct words *lexicon_words_ref(struct words *words);
void lexicon_words_unref(struct words *words);
size_t lexicon_words_bytes(const struct words *words);

static inline void
lexicon_word(
    const struct words *words, uint32_t i, struct ecs_lexicon_word *word)
{
	word->text = words->text + words->start[i];
	word->len = words->start[i + 1] - words->start[i];
	word->documents = words->documents[i];
}

/* Where the word is, or n. */
uint32_t
lexicon_words_find(const struct words *words, const char *word, size_t len);
/* The words that begin with prefix: [*first, *last). */
void lexicon_words_range(const struct words *words, const char *prefix,
    size_t len, uint32_t *first, uint32_t *last);

/* The code point at *at, which moves past it; a byte that is none by itself. */
uint32_t lexicon_next_char(const char *text, size_t len, size_t *at);

/* The bit of a letter in a word's set.  The letters of one script of Europe
 * are neighbours: hardly two of them share a bit. */
static inline uint32_t
lexicon_letter(uint32_t c)
{
	return UINT32_C(1) << (c & 31);
}
#endif
