/* SPDX-License-Identifier: ISC */
/*
 * expert - the grammar of expert mode, by recursive descent.
 *
 * Depth and number of words are bounded, so that no query costs without end.
 */
#include <stdlib.h>
#include <string.h>

#include "expert_parser.h"

enum { DEEPEST = 32 };
#define MOST_BOOST 100.0

/* ---- NEAR and ADJ ---- */

static bool
may_be_near(const struct expert_node *node)
{
	if (node->boost < 1 || node->boost > 1)
		return false;
	if (node->kind != EXPERT_OR)
		return node->kind == EXPERT_WORDS ||
		    node->kind == EXPERT_PHRASE || node->kind == EXPERT_PATTERN;
	for (size_t i = 0; i < node->nchildren; i++)
		if (!may_be_near(node->children[i]))
			return false;
	return true;
}

/* Is there a pattern of several parts, as post-quant*, in the operand? */
static bool
holds_parts(const struct expert_parser *in, const struct expert_node *node)
{
	size_t at = node->from;
	size_t from;
	bool letters;

	for (size_t i = 0; i < node->nchildren; i++)
		if (holds_parts(in, node->children[i]))
			return true;
	if (node->kind != EXPERT_PATTERN)
		return false;
	ecs_expert_part(in->lexer.q, &from, &at, node->to, &letters);
	return from > node->from || at < node->to;
}

/* The field of the words of an operand: all of them have the same. */
static const char *
field_of(const struct expert_node *node)
{
	return node->kind == EXPERT_OR ? field_of(node->children[0])
				       : node->field;
}

static bool
is_in_field(const struct expert_node *node, const char *field)
{
	if (node->kind != EXPERT_OR)
		return node->field == field ||
		    (node->field != NULL && field != NULL &&
			strcmp(node->field, field) == 0);
	for (size_t i = 0; i < node->nchildren; i++)
		if (!is_in_field(node->children[i], field))
			return false;
	return true;
}

static bool
check_near(struct expert_parser *in, const struct expert_node *list,
    const struct expert_node *node)
{
	if (!may_be_near(node))
		return ecs_expert_fail(&in->lexer, node->at,
		    "beside NEAR and ADJ stand words, phrases, patterns or "
		    "(these OR those)");
	if (holds_parts(in, node))
		return ecs_expert_fail(&in->lexer, node->at,
		    "beside NEAR and ADJ a pattern is one word");
	if (list != NULL && !is_in_field(node, list->field))
		return ecs_expert_fail(&in->lexer, node->at,
		    "what is near each other stands in one field, as in "
		    "name:(a NEAR b)");
	if (list != NULL && list->nchildren == MAX_NEAR)
		return ecs_expert_fail(&in->lexer, node->at,
		    "more than %d things near each other", (int)MAX_NEAR);
	if (list != NULL && list->nchildren * list->distance > MAX_DISTANCE)
		return ecs_expert_fail(&in->lexer, node->at,
		    "a stretch of more than %d words", (int)MAX_DISTANCE);
	return true;
}

static struct expert_node *
begin_near(struct expert_parser *in, struct expert_node *first)
{
	struct expert_node *list;

	if (!check_near(in, NULL, first))
		return NULL;
	list = ecs_expert_list(in, EXPERT_NEAR, first);
	if (list == NULL)
		return NULL;
	list->field = field_of(first);
	list->distance = ecs_expert_token(in)->distance;
	list->ordered = ecs_expert_token(in)->ordered;
	return check_near(in, list, first) ? list : NULL;
}

static struct expert_node *
parse_near(struct expert_parser *in)
{
	struct expert_node *first = ecs_expert_operand(in);
	struct expert_node *list = NULL;

	while (first != NULL && ecs_expert_token(in)->kind == TOKEN_NEAR) {
		struct expert_node *next;

		if (list == NULL) {
			list = begin_near(in, first);
			if (list == NULL)
				return NULL;
		}
		if (list->distance != ecs_expert_token(in)->distance ||
		    list->ordered != ecs_expert_token(in)->ordered)
			return ecs_expert_refuse(
			    in, "the same NEAR/n or ADJ/n again");
		if (!ecs_expert_advance(in))
			return NULL;
		next = ecs_expert_operand(in);
		if (next == NULL || !check_near(in, list, next))
			return NULL;
		list->children[list->nchildren++] = next;
		list->to = in->ended;
	}
	return list == NULL ? first : list;
}

/* ---- boosts, NOT, AND, OR ---- */

static bool
holds_words(const struct expert_node *node)
{
	if (node->nchildren == 0)
		return node->kind != EXPERT_FILTER;
	for (size_t i = 0; i < node->nchildren; i++)
		if (holds_words(node->children[i]))
			return true;
	return false;
}

static struct expert_node *
parse_boosted(struct expert_parser *in)
{
	struct expert_node *node = parse_near(in);
	const struct expert_token *hat = ecs_expert_token(in);
	double boost;
	char *end;

	if (node == NULL || hat->kind != TOKEN_HAT)
		return node;
	boost = strtod(in->lexer.q + hat->from, &end);
	if (end != in->lexer.q + hat->to || !(boost > 0) ||
	    boost > MOST_BOOST) {
		ecs_expert_fail(&in->lexer, hat->from,
		    "expected a weight over 0, at most %g", MOST_BOOST);
		return NULL;
	}
	if (!holds_words(node)) {
		ecs_expert_fail(&in->lexer, hat->at, "a value has no weight");
		return NULL;
	}
	node->boost *= (float)boost;
	return ecs_expert_advance(in) ? node : NULL;
}

static struct expert_node *
parse_negation(struct expert_parser *in)
{
	size_t at = ecs_expert_token(in)->at;
	struct expert_node *child;
	struct expert_node *node;

	if (in->depth == DEEPEST) {
		ecs_expert_fail(&in->lexer, at, "too deeply nested");
		return NULL;
	}
	in->depth++;
	if (ecs_expert_token(in)->kind != TOKEN_NOT &&
	    ecs_expert_token(in)->kind != TOKEN_MINUS) {
		node = parse_boosted(in);
		in->depth--;
		return node;
	}
	child = ecs_expert_advance(in) ? parse_negation(in) : NULL;
	in->depth--;
	if (child == NULL)
		return NULL;
	node = ecs_expert_list(in, EXPERT_NOT, child);
	if (node != NULL)
		node->at = at;
	return node;
}

/* May an operand begin with the token in hand, with no word before it? */
static bool
begins_operand(const struct expert_token *token)
{
	switch (token->kind) {
	case TOKEN_OPEN:
	case TOKEN_MINUS:
	case TOKEN_FIELD:
	case TOKEN_PHRASE:
	case TOKEN_RUN:
	case TOKEN_NOT:
		return true;
	default:
		return false;
	}
}

static struct expert_node *
parse_all(struct expert_parser *in)
{
	struct expert_node *first = parse_negation(in);
	struct expert_node *list = NULL;
	struct expert_node *before = first;

	while (first != NULL &&
	    (ecs_expert_token(in)->kind == TOKEN_AND ||
		begins_operand(ecs_expert_token(in)))) {
		bool implied = ecs_expert_token(in)->kind != TOKEN_AND;
		struct expert_node *next;

		if (list == NULL)
			list = ecs_expert_list(in, EXPERT_AND, first);
		if (list == NULL || (!implied && !ecs_expert_advance(in)))
			return NULL;
		next = parse_negation(in);
		if (next == NULL)
			return NULL;
		/* Words that simply follow may be the name of one thing. */
		next->apart = !implied || before->kind != EXPERT_WORDS ||
		    next->kind != EXPERT_WORDS;
		list->children[list->nchildren++] = before = next;
	}
	return list == NULL ? first : list;
}

struct expert_node *
ecs_expert_query(struct expert_parser *in)
{
	struct expert_node *first = parse_all(in);
	struct expert_node *list = NULL;

	while (first != NULL && ecs_expert_token(in)->kind == TOKEN_OR) {
		struct expert_node *next;

		if (list == NULL)
			list = ecs_expert_list(in, EXPERT_OR, first);
		next = list != NULL && ecs_expert_advance(in) ? parse_all(in)
							      : NULL;
		if (next == NULL)
			return NULL;
		list->children[list->nchildren++] = next;
	}
	return list == NULL ? first : list;
}

struct expert_node *
ecs_expert_parse(struct ecs_arena *arena, const struct ecs_schema *schema,
    const bool *searched, const char *q, struct ecs_err *err)
{
	struct expert_parser in = {
	    .lexer = {.q = q, .len = strlen(q), .err = err},
	    .maker = {.arena = arena,
		.schema = schema,
		.in = searched,
		.parameter = "q",
		.code = "bad_query",
		.err = err},
	};
	struct expert_node *node = NULL;

	if (ecs_expert_advance(&in) && ecs_expert_token(&in)->kind != TOKEN_END)
		node = ecs_expert_query(&in);
	if (node != NULL && ecs_expert_token(&in)->kind == TOKEN_CLOSE) {
		ecs_expert_fail(&in.lexer, ecs_expert_token(&in)->at,
		    "no \"(\" is open here");
		node = NULL;
	} else if (node != NULL && ecs_expert_token(&in)->kind != TOKEN_END) {
		node = ecs_expert_refuse(&in, "AND, OR or the end");
	}
	free(in.tokens);
	return node;
}

/* ---- the fields that are searched at all ---- */

static bool
is_listed(const struct ecs_search *search, const char *field)
{
	for (size_t i = 0; i < search->nfields; i++)
		if (strcmp(search->fields[i].field, field) == 0)
			return true;
	return false;
}

/* The first node that names a field which is not searched, or NULL. */
static const struct expert_node *
find_unlisted(const struct ecs_search *search, const struct expert_node *node)
{
	const struct expert_node *found = NULL;

	if (node->field != NULL && !is_listed(search, node->field))
		return node;
	for (size_t i = 0; i < node->nchildren && found == NULL; i++)
		found = find_unlisted(search, node->children[i]);
	return found;
}

bool
ecs_expert_check_fields(const struct ecs_search *search, struct ecs_err *err)
{
	struct expert_lexer lexer = {.q = search->q, .err = err};
	const struct expert_node *node =
	    search->fields == NULL || search->expert == NULL
	    ? NULL
	    : find_unlisted(search, search->expert);

	return node == NULL ||
	    ecs_expert_fail(&lexer, node->at,
		"\"%s\" is not among the fields to be searched", node->field);
}
