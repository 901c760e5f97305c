/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_COMPLETER_H
#define ECS_QUERY_COMPLETER_H
/*
 * Short texts, found by the beginnings of their words: what is typed into a
 * search box may become one of them.  A completer is immutable, counted by
 * reference, and may be read by any thread.
 *
 * How well a text answers is the part of it that has been said.  A word is
 * worth the square of its information, ln(1 + texts / texts that have it), so
 * that the word which tells a text from the others counts most; begun only, it
 * is worth half, and up to all of it with the letters typed.
 */
#include "internal.h"

struct completer;

/* Text number i, from 0; valid until the completer is made. */
typedef const char *completer_text(void *user, uint32_t i, size_t *len);

/* Texts 0 to n - 1, analysed anew.  NULL and err on failure. */
struct completer *ecs_completer_new(struct ecs_analyzer *analyzer,
    completer_text *text, void *user, uint32_t n, struct ecs_err *err);
struct completer *ecs_completer_ref(struct completer *completer);
void ecs_completer_unref(struct completer *completer); /* NULL is allowed */
uint32_t ecs_completer_length(const struct completer *completer);
size_t ecs_completer_bytes(const struct completer *completer);

/* ---- what is typed ---- */

enum { MAX_TYPED = 8 };

/* The words of it, folded; each may be the beginning of one. */
struct typed {
	const char *words[MAX_TYPED];
	size_t lens[MAX_TYPED];
	size_t n;
};
/* Words past MAX_TYPED are left out: none of our texts is told by them. */
bool ecs_typed_read(struct ecs_arena *arena, struct ecs_analyzer *analyzer,
    const char *q, struct typed *typed, struct ecs_err *err);

/* ---- asking ---- */

/*
 * How a text answers: the part that was said, 0 to 1, and on top of it
 *	1	one of the words is the one by which this text is told best
 *	1	all of it was said
 */
struct completion {
	uint32_t text;
	float score;
	bool whole;  /* all of it was said */
	bool begins; /* the words typed are its first */
};
typedef void completion_sink(void *user, const struct completion *completion);

/*
 * Give every text that has a word for each one typed, in no order; one that
 * has several words for the only one typed may come more than once.
 */
void ecs_completer_find(const struct completer *completer,
    const struct typed *typed, completion_sink *sink, void *user);

/* Which of the words typed this form of a word begins with, a bit each. */
unsigned
ecs_typed_begun(const struct typed *typed, const char *form, size_t len);
/*
 * The same typed another way: words i and i + 1 as one ("wg 6" as "wg6"), or a
 * single word parted between letters and digits.  False when there is no i-th
 * way.
 */
bool ecs_typed_other(struct ecs_arena *arena, const struct typed *typed,
    size_t i, struct typed *other, struct ecs_err *err);
#endif
