/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_EXPERT_PARSER_H
#define ECS_QUERY_EXPERT_PARSER_H
/*
 * What the two files of the grammar share.  Each function leaves in hand the
 * first token it could not use; NULL or false: refused, err says why.
 */
#include "expert.h"

/* The field inside whose brackets, or after whose colon, we are. */
struct scope {
	const char *words;  /* one searched by words; NULL: any */
	const char *values; /* one that is filtered, or NULL */
};

struct expert_parser {
	struct expert_lexer lexer;
	struct filter_maker maker;
	struct scope scope;
	int depth;
	size_t words; /* so far */
	size_t ended; /* where the token before the one in hand ended */
	struct ecs_token *tokens;
	size_t token_room;
};

/* The token in hand. */
struct expert_token *ecs_expert_token(struct expert_parser *in);
/* Take the next token in hand. */
bool ecs_expert_advance(struct expert_parser *in);
/* Refuse the token in hand; returns NULL. */
struct expert_node *
ecs_expert_refuse(struct expert_parser *in, const char *expected);
/* A list of first and what is still to be added to it. */
struct expert_node *ecs_expert_list(
    struct expert_parser *in, enum expert_kind kind, struct expert_node *first);

/* Words, a phrase, a value, or one of these or a group after a field. */
struct expert_node *ecs_expert_operand(struct expert_parser *in);
/* All of the grammar, up to a bracket or the end. */
struct expert_node *ecs_expert_query(struct expert_parser *in);
#endif
