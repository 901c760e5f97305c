/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_COMPLETER_PARTS_H
#define ECS_QUERY_COMPLETER_PARTS_H
/*
 * What a completer is inside.
 *
 *	words     every form once, in byte order: those that begin with what was
 *	          typed stand side by side
 *	lists     for each word its texts, with the static part of the score, so
 *	          that one open word is answered by one walk through memory
 *	members   for each text its words, to see whether it has the others
 */
#include <stdatomic.h>
#include <string.h>

#include "completer.h"

/* A word of a text: the text, and is it the first word of it? */
struct listing {
	uint32_t text_first; /* text * 2 + first */
	float share;         /* of the text's information; + 1: its rarest */
};

struct member {
	uint32_t word;
	uint8_t token; /* which word of the text this is a form of */
	bool other;    /* another spelling */
};

struct completer {
	atomic_int refs;
	uint32_t nwords;
	uint32_t ntexts;
	char *bytes;    /* of the words, one after the other */
	uint32_t *word; /* nwords + 1 offsets into bytes */
	uint32_t *list; /* nwords + 1 offsets into listings */
	struct listing *listings;
	uint32_t *text; /* ntexts + 1 offsets into members */
	struct member *members;
	float *sum;      /* of each text's squared information */
	uint8_t *tokens; /* how many words each text has */
	float *worth;    /* of each word: squared information */
};

/* The order of words. */
static inline int
compare_bytes(const char *a, size_t alen, const char *b, size_t blen)
{
	int order = memcmp(a, b, alen < blen ? alen : blen);

	return order != 0 ? order : (alen > blen) - (alen < blen);
}

/* What a token's exact word is worth, for another spelling of it too. */
float ecs_token_worth(
    const struct completer *completer, uint32_t text, uint8_t token);
/* What the best word of a text is worth. */
float ecs_best_worth(const struct completer *completer, uint32_t text);
#endif
