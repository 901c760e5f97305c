/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_EXPERT_H
#define ECS_QUERY_EXPERT_H
/*
 * Expert mode: what was written, before any word of it is folded.
 *
 *	query    := all { OR all }
 *	all      := negation { [AND] negation }
 *	negation := NOT negation | "-" negation | boosted
 *	boosted  := near [ "^" number ]
 *	near     := operand { (NEAR | NEAR/n | ADJ | ADJ/n) operand }
 *	operand  := "(" query ")" | field ":" operand | "phrase" | words
 *
 * Operators are upper case.  words is a run without space, quote, bracket or
 * "^"; with * or ? in it, it is a pattern.  NEAR is NEAR/10, ADJ is ADJ/1.  A
 * field that is filtered, not searched by words, takes what a filter's clause
 * takes (clause.c); a group after it is a group of such values.
 */
#include "filter.h"

/* Values of one field stand further apart than this (index/terms.c). */
enum { MAX_DISTANCE = 100 };

enum expert_kind {
	EXPERT_AND,
	EXPERT_OR,
	EXPERT_NOT,     /* one child */
	EXPERT_NEAR,    /* each child words, a phrase, a pattern or their OR */
	EXPERT_WORDS,   /* q[from, to) */
	EXPERT_PHRASE,  /* q[from, to), the quotes apart */
	EXPERT_PATTERN, /* q[from, to), with * or ? */
	EXPERT_FILTER
};

struct expert_node {
	enum expert_kind kind;
	size_t at;   /* byte of q where it begins, quotes and field included */
	size_t from; /* bytes of q */
	size_t to;
	/* Not simply the next word after the one before it. */
	bool apart;
	const char *field; /* the words must stand in; NULL: anywhere */
	float boost;       /* over 0; 1: none */
	uint32_t distance; /* of NEAR: neighbours at most this many apart */
	bool ordered;      /* ADJ */
	struct ecs_filter *filter;
	struct expert_node **children;
	size_t nchildren;
};

/*
 * Read q; in says which collections are searched.  NULL without an error when
 * q is blank; 400 "bad_query" names the column and what was expected.
 */
struct expert_node *
ecs_expert_parse(struct ecs_arena *arena, const struct ecs_schema *schema,
    const bool *in, const char *q, struct ecs_err *err);

/* Refuse a field that the query names but fields leaves out. */
bool
ecs_expert_check_fields(const struct ecs_search *search, struct ecs_err *err);

/* The leaves of what was read, and the expression over them. */
bool ecs_expert_build(struct ecs_arena *arena, struct ecs_analyzer *analyzer,
    const char *q, const struct expert_node *node, struct query_tree *tree,
    struct ecs_err *err);

/*
 * The next part of a pattern: letters, digits, * and ?.  *at moves on from its
 * start to its end; false when q[*at, to) holds no more.  *letters: it holds a
 * letter or digit.
 */
bool ecs_expert_part(
    const char *q, size_t *from, size_t *at, size_t to, bool *letters);

/* ---- expert_lex.c: the tokens ---- */

enum expert_token_kind {
	TOKEN_END,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_HAT,    /* from, to: the number after it */
	TOKEN_MINUS,  /* before a word, quote or bracket */
	TOKEN_FIELD,  /* from, to: its name */
	TOKEN_PHRASE, /* from, to: what is inside the quotes */
	TOKEN_RUN,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_NOT,
	TOKEN_NEAR /* distance, ordered */
};

struct expert_token {
	enum expert_token_kind kind;
	size_t at; /* where it begins */
	size_t from;
	size_t to;
	size_t after; /* where it ends */
	bool spaced;  /* white space before it */
	uint32_t distance;
	bool ordered;
};

struct expert_lexer {
	const char *q;
	size_t len;
	struct expert_token token; /* the one in hand */
	struct ecs_err *err;
};

/* Take the next token in hand; false on an error. */
bool ecs_expert_next(struct expert_lexer *in);
/*
 * Take in hand a value of a filtered field as one token: quoted, or up to white
 * space or a bracket.  In a group of values there are operators too.
 */
bool ecs_expert_value(struct expert_lexer *in, bool group);
/* Bytes of q[from, to) that a message shows; never half a character. */
int ecs_expert_shown(const struct expert_lexer *in, size_t from, size_t to);
/* Refuse what stands at byte at of q; returns false. */
bool ecs_expert_fail(struct expert_lexer *in, size_t at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
#endif
