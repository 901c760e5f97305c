/* SPDX-License-Identifier: ISC */
#ifndef DESK_WORDS_H
#define DESK_WORDS_H
/*
 * The dictionary of a corpus.  A type is a word as it is written; a form is
 * what types alike have in common, their folded surface form.  Both have
 * numbers from 0 (form 0 is the empty one, of what folding leaves nothing of).
 *
 * It grows, and is shared by the corpora that build upon each other: one thread
 * adds, under the lock inside; any number read the numbers they know meanwhile,
 * without a lock, since entries never move.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/arena.h"
#include "ecsearch/text.h"

enum {
	WORD_CHUNK = 1 << 14,
	WORD_CHUNKS = 1 << 12, /* 67 million of each */
	NO_WORD = UINT32_MAX
};

struct desk_type {
	const char *text;
	uint32_t len;
	uint32_t form;
	uint32_t tokens; /* 1; a name of joined words: how many */
	uint32_t first;  /* of a name: the type of its first word */
};

struct desk_form {
	const char *text;
	uint32_t len;
	uint32_t stop_langs; /* in which it only holds sentences together */
};

struct desk_slot {
	uint32_t hash;
	uint32_t number; /* + 1; 0: free */
};
struct desk_table {
	struct desk_slot *slots;
	size_t room;
	size_t used;
};

struct desk_words {
	atomic_int refs;
	pthread_mutex_t mutex;
	struct ecs_arena *arena;
	struct desk_type *types[WORD_CHUNKS];
	struct desk_form *forms[WORD_CHUNKS];
	struct desk_table by_text; /* of types */
	struct desk_table by_form;
	uint32_t ntypes;
	uint32_t nforms;
	size_t bytes;
};

struct desk_words *desk_words_new(void); /* NULL without memory */
struct desk_words *desk_words_ref(struct desk_words *words);
void desk_words_unref(struct desk_words *words);

static inline const struct desk_type *
desk_type(const struct desk_words *words, uint32_t number)
{
	return &words->types[number / WORD_CHUNK][number % WORD_CHUNK];
}

static inline const struct desk_form *
desk_form(const struct desk_words *words, uint32_t number)
{
	return &words->forms[number / WORD_CHUNK][number % WORD_CHUNK];
}

/*
 * The builder's, with the lock held: the number of a type, added when it is
 * new.  NO_WORD without memory or room.
 */
uint32_t desk_words_add(struct desk_words *words, struct ecs_analyzer *analyzer,
    const char *text, size_t len);
/* The same of tokens joined words written as one name; first is its first. */
uint32_t desk_words_add_name(struct desk_words *words, const char *text,
    size_t len, uint32_t tokens, uint32_t first);
/* The number of a form, or NO_WORD; takes the lock. */
uint32_t
desk_words_find(struct desk_words *words, const char *folded, size_t len);
#endif
