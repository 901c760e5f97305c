/* SPDX-License-Identifier: ISC */
#ifndef TEXT_ANALYZE_H
#define TEXT_ANALYZE_H
/*
 * An analyzer at work on one text: its words, their forms, their chains.
 */
#include "ecsearch/text.h"

#include "forms.h"

/* A text in an analyzer's hands, until the analyzer takes the next. */
struct text_job {
	struct ecs_analyzer *analyzer;
	const char *text;
	int lang;
	const struct ecs_token *tokens;
	size_t count;
};

/* Names of more pieces have no joined form. */
enum { TEXT_CHAIN = 8 };

/* False when memory ran out. */
bool text_job_start(struct text_job *job, struct ecs_analyzer *analyzer,
    const char *text, size_t len, int lang);
/* Do stems of words that begin with this small ASCII letter begin so too? */
bool text_job_keeps_beginning(const struct text_job *job, char letter);
/* The EXACT and ALTERNATE forms of a token; NULL when memory ran out. */
const struct text_word *
text_job_surface(const struct text_job *job, size_t token);
/* The forms of a token; NULL when memory ran out. */
const struct text_word *text_job_word(const struct text_job *job, size_t token);
/*
 * How many tokens make up the joined name that begins with this one; 1 when
 * none does (it stands alone, is inside a name, or the name is too long).
 */
size_t text_job_chain(const struct text_job *job, size_t token);
/*
 * The joined form of n tokens; its len is 0 when it is too long.  False when
 * memory ran out.
 */
bool text_job_join(const struct text_job *job, size_t token, size_t n,
    struct text_piece *joined);

#endif
