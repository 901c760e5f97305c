/* SPDX-License-Identifier: ISC */
#ifndef ECS_LEXICON_H
#define ECS_LEXICON_H
/*
 * The words that stand in a collection's open texts: what prefixes, wildcards
 * and typos are read from.
 *
 * A word is an EXACT form (text.h) of a text place that is not private.  A
 * lexicon is immutable and counted by reference, so any number of threads read
 * it without locks while the writer makes the next one.  It is two sorted
 * lists: a large one, shared by one lexicon and the next, and a small one of
 * what commits have brought since the large one was made.
 *
 * A word may stay listed after the last document that held it has gone, and
 * numbers of documents lag behind: whoever uses a word looks it up anyway.
 * NULL is a lexicon without words.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ecs_err;

enum {
	ECS_LEXICON_BYTES = 64, /* of a word; longer ones are not listed */
	ECS_LEXICON_EDITS = 2,  /* the most that are looked for */
	ECS_LEXICON_DOCUMENTS = (1 << 24) - 1 /* more are said to be as many */
};

struct ecs_lexicon;
struct ecs_lexicon *ecs_lexicon_ref(struct ecs_lexicon *lexicon);
void ecs_lexicon_unref(struct ecs_lexicon *lexicon); /* NULL is allowed */

/* ---- reading: any thread ---- */

struct ecs_lexicon_word {
	const char *text; /* valid while the lexicon is held; no NUL behind */
	size_t len;
	uint32_t documents; /* about how many units hold it, at least 1 */
};

/* Called for each word found; false ends the search. */
typedef bool ecs_lexicon_sink(void *user, const struct ecs_lexicon_word *word);
/* The same with the number of edits. */
typedef bool ecs_lexicon_near_sink(
    void *user, const struct ecs_lexicon_word *word, unsigned edits);

/* About how many units hold the word; 0 when it is not listed. */
uint32_t ecs_lexicon_documents(
    const struct ecs_lexicon *lexicon, const char *word, size_t len);
/* The words that begin with prefix, in byte order ("": all). */
void ecs_lexicon_prefix(const struct ecs_lexicon *lexicon, const char *prefix,
    size_t len, ecs_lexicon_sink *sink, void *user);
/*
 * The words within most (at most ECS_LEXICON_EDITS) edits of word, itself with
 * 0 edits, in no order.  An edit is a character put in, left out, replaced by
 * another or changed places with its neighbour, and no part of the word is
 * edited twice: optimal string alignment (L. Boytsov, Indexing methods for
 * approximate dictionary searching, 2011, section 2.1, after F. Damerau, 1964).
 */
void ecs_lexicon_near(const struct ecs_lexicon *lexicon, const char *word,
    size_t len, unsigned most, ecs_lexicon_near_sink *sink, void *user);
/*
 * The words that hold text anywhere in them and are longer by at least more
 * characters, in no order.
 */
void ecs_lexicon_containing(const struct ecs_lexicon *lexicon, const char *text,
    size_t len, unsigned more, ecs_lexicon_sink *sink, void *user);
/*
 * The words that the pattern describes, in no order: * stands for any number
 * of characters, ? for one, anywhere.  At most bound words are compared with
 * it; false when there were more.
 */
bool
ecs_lexicon_wildcard(const struct ecs_lexicon *lexicon, const char *pattern,
    size_t len, uint32_t bound, ecs_lexicon_sink *sink, void *user);

struct ecs_lexicon_size {
	uint32_t words;
	uint32_t recent; /* of these, in the small list */
	size_t bytes;    /* memory held, about */
};
void ecs_lexicon_measure(
    const struct ecs_lexicon *lexicon, struct ecs_lexicon_size *size);

/* ---- making: one thread ---- */

/* Words on their way into a lexicon, in any order, repeats added up. */
struct ecs_lexicon_draft;
struct ecs_lexicon_draft *ecs_lexicon_draft_new(struct ecs_err *err);
void ecs_lexicon_draft_free(struct ecs_lexicon_draft *draft); /* NULL allowed */
/* A word that is empty or too long is left out.  A failed add changes nothing.
 */
bool ecs_lexicon_draft_add(struct ecs_lexicon_draft *draft, const char *word,
    size_t len, uint32_t documents, struct ecs_err *err);
/* Forget the words, keep the memory. */
void ecs_lexicon_draft_reset(struct ecs_lexicon_draft *draft);
bool ecs_lexicon_draft_empty(const struct ecs_lexicon_draft *draft);

/* A lexicon of the draft's words; the draft stays the caller's. */
struct ecs_lexicon *
ecs_lexicon_new(struct ecs_lexicon_draft *draft, struct ecs_err *err);
/*
 * The lexicon with the draft's words too (of words it has, the numbers stay as
 * they are).  Takes the time to copy the small list: now and then a new
 * lexicon should be made of all words instead.
 */
struct ecs_lexicon *ecs_lexicon_extend(struct ecs_lexicon *lexicon,
    struct ecs_lexicon_draft *draft, struct ecs_err *err);
#endif
