/* SPDX-License-Identifier: ISC */
/*
 * expert_operand - what expert mode's operators stand between: words, phrases,
 * patterns, values of fields, and groups of all that.
 */
#include <stdlib.h>
#include <string.h>

#include "expert_parser.h"

struct expert_token *
ecs_expert_token(struct expert_parser *in)
{
	return &in->lexer.token;
}

bool
ecs_expert_advance(struct expert_parser *in)
{
	in->ended = ecs_expert_token(in)->after;
	return in->scope.values != NULL ? ecs_expert_value(&in->lexer, true)
					: ecs_expert_next(&in->lexer);
}

struct expert_node *
ecs_expert_refuse(struct expert_parser *in, const char *expected)
{
	const struct expert_token *token = ecs_expert_token(in);

	if (token->kind == TOKEN_END)
		ecs_expert_fail(&in->lexer, token->at,
		    "expected %s, here the query ends", expected);
	else
		ecs_expert_fail(&in->lexer, token->at,
		    "expected %s, not \"%.*s\"", expected,
		    ecs_expert_shown(&in->lexer, token->at, token->after),
		    in->lexer.q + token->at);
	return NULL;
}

/* ---- nodes ---- */

static struct expert_node *
new_node(struct expert_parser *in, enum expert_kind kind, size_t at)
{
	struct expert_node *node =
	    ecs_arena_alloc(in->maker.arena, sizeof(*node));

	if (node == NULL) {
		ecs_err_memory(in->maker.err);
		return NULL;
	}
	node->kind = kind;
	node->at = at;
	node->apart = true;
	node->boost = 1;
	node->field = in->scope.words;
	return node;
}

struct expert_node *
ecs_expert_list(
    struct expert_parser *in, enum expert_kind kind, struct expert_node *first)
{
	struct expert_node *list = new_node(in, kind, first->at);

	if (list == NULL)
		return NULL;
	/* No list can be longer than the words there may be. */
	list->children = ecs_arena_alloc(
	    in->maker.arena, (MAX_LEAVES + 1) * sizeof(struct expert_node *));
	if (list->children == NULL) {
		ecs_err_memory(in->maker.err);
		return NULL;
	}
	list->children[list->nchildren++] = first;
	return list;
}

/* ---- words ---- */

static bool
count_words(struct expert_parser *in, size_t n, size_t at)
{
	in->words += n;
	return in->words <= MAX_LEAVES ||
	    ecs_expert_fail(&in->lexer, at, "more than %d words and values",
		(int)MAX_LEAVES);
}

/* Signs that other languages have for operators. */
static void
suggest_word(struct expert_parser *in, const struct expert_token *token)
{
	static const char *const rows[][2] = {{"&&", "AND"}, {"&", "AND"},
	    {"||", "OR"}, {"|", "OR"}, {"!", "NOT"}, {"-", "NOT"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (token->to - token->from == strlen(rows[i][0]) &&
		    memcmp(in->lexer.q + token->from, rows[i][0],
			strlen(rows[i][0])) == 0)
			ecs_err_did_you_mean(in->maker.err, rows[i][1]);
}

static bool
check_words(struct expert_parser *in, const struct expert_token *token)
{
	const char *text = in->lexer.q + token->from;
	size_t len = token->to - token->from;
	long n = ecs_text_cut(text, len, &in->tokens, &in->token_room);

	if (n < 0)
		return ecs_err_memory(in->maker.err);
	if (n > MAX_PIECES)
		return ecs_expert_fail(&in->lexer, token->at,
		    "more than %d words in one", (int)MAX_PIECES);
	if (n > 0)
		return count_words(
		    in, token->kind == TOKEN_RUN ? (size_t)n : 1, token->at);
	ecs_expert_fail(&in->lexer, token->at,
	    "expected a word; \"%.*s\" holds no letters or digits",
	    ecs_expert_shown(&in->lexer, token->at, token->after),
	    in->lexer.q + token->at);
	suggest_word(in, token);
	return false;
}

/* Every part of a pattern must hold a letter: "*" alone is every word. */
static bool
check_pattern(struct expert_parser *in, const struct expert_token *token)
{
	size_t at = token->from;
	size_t from;
	size_t parts = 0;
	bool letters;

	while (ecs_expert_part(in->lexer.q, &from, &at, token->to, &letters)) {
		if (!letters)
			return ecs_expert_fail(&in->lexer, from,
			    "expected a letter or digit beside * and ?");
		if (at - from > ECS_FORM_BYTES)
			return ecs_expert_fail(&in->lexer, from,
			    "a pattern of more than %d bytes",
			    (int)ECS_FORM_BYTES);
		if (++parts > MAX_NEAR)
			return ecs_expert_fail(&in->lexer, from,
			    "more than %d parts in one", (int)MAX_NEAR);
	}
	return count_words(in, 1, token->at);
}

/* A run of words, a pattern or a phrase, as the token in hand says. */
static struct expert_node *
make_words(struct expert_parser *in)
{
	const struct expert_token *token = ecs_expert_token(in);
	const char *text = in->lexer.q + token->from;
	size_t len = token->to - token->from;
	bool wild =
	    memchr(text, '*', len) != NULL || memchr(text, '?', len) != NULL;
	struct expert_node *node;

	if (token->kind == TOKEN_PHRASE)
		node = new_node(in, EXPERT_PHRASE, token->at);
	else
		node = new_node(
		    in, wild ? EXPERT_PATTERN : EXPERT_WORDS, token->at);
	if (node == NULL)
		return NULL;
	node->from = token->from;
	node->to = token->to;
	if (!(node->kind == EXPERT_PATTERN ? check_pattern(in, token)
					   : check_words(in, token)))
		return NULL;
	return node;
}

/* ---- fields ---- */

static bool
is_prose(const struct ecs_field *field)
{
	return field->type == ECS_TEXT || field->type == ECS_SECTIONS;
}

/* The field, as prose if any collection searched has it so; no private one. */
static const struct ecs_field *
find_field(const struct expert_parser *in, const char *name)
{
	const struct ecs_schema *schema = in->maker.schema;
	const struct ecs_field *found = NULL;

	for (int c = 0; c < schema->ncollections; c++) {
		const struct ecs_field *field = in->maker.in[c]
		    ? ecs_collection_field(&schema->collections[c], name)
		    : NULL;

		if (field == NULL || field->is_private)
			continue;
		if (found == NULL ||
		    (is_prose(field) && field->text >= 0 && !is_prose(found)))
			found = field;
	}
	return found;
}

/* Name the nearest of the fields there are; returns NULL. */
static void *
refuse_field(struct expert_parser *in, const char *name, size_t at)
{
	const struct ecs_schema *schema = in->maker.schema;
	const char **names;
	size_t room = 1;
	size_t n = 0;

	ecs_expert_fail(&in->lexer, at,
	    "no collection searched has a field \"%.60s\"; quote what holds a "
	    "colon",
	    name);
	for (int c = 0; c < schema->ncollections; c++)
		room += (size_t)schema->collections[c].nfields;
	names = ecs_arena_alloc(in->maker.arena, room * sizeof(*names));
	for (int c = 0; names != NULL && c < schema->ncollections; c++) {
		const struct ecs_collection *of = &schema->collections[c];

		for (int i = 0; in->maker.in[c] && i < of->nfields; i++)
			if (!of->fields[i].is_private)
				names[n++] = of->fields[i].name;
	}
	ecs_err_did_you_mean(in->maker.err, ecs_nearest_word(name, names, n));
	return NULL;
}

/* The value in hand, as a clause of a filter. */
static struct expert_node *
parse_value(struct expert_parser *in)
{
	const struct expert_token *token = ecs_expert_token(in);
	const char *value = in->lexer.q + token->from;
	size_t len = token->to - token->from;
	bool quoted = token->kind == TOKEN_PHRASE;
	struct expert_node *node = new_node(in, EXPERT_FILTER, token->at);

	if (node == NULL || !count_words(in, 1, token->at))
		return NULL;
	if (!quoted && memchr(value, '^', len) != NULL) {
		ecs_expert_fail(&in->lexer, token->at,
		    "a value has no weight; quote one that holds a ^");
		return NULL;
	}
	in->maker.column =
	    (uint32_t)ecs_count_characters(in->lexer.q, token->at) + 1;
	node->from = token->from;
	node->to = token->to;
	node->filter = ecs_filter_clause(&in->maker, in->scope.values,
	    strlen(in->scope.values), value, len, quoted);
	return node->filter == NULL ? NULL : node;
}

/* "(" query ")" in the scope that is set; after holds for what follows. */
static struct expert_node *
parse_group(struct expert_parser *in, struct scope after)
{
	size_t open = ecs_expert_token(in)->at;
	struct expert_node *node;

	if (!ecs_expert_advance(in))
		return NULL;
	node = ecs_expert_query(in);
	if (node == NULL)
		return NULL;
	if (ecs_expert_token(in)->kind == TOKEN_END) {
		ecs_expert_fail(&in->lexer, ecs_expert_token(in)->at,
		    "expected \")\" for the \"(\" at column %zu",
		    ecs_count_characters(in->lexer.q, open) + 1);
		return NULL;
	}
	if (ecs_expert_token(in)->kind != TOKEN_CLOSE)
		return ecs_expert_refuse(in, "AND, OR or \")\"");
	in->scope = after;
	return ecs_expert_advance(in) ? node : NULL;
}

/* What stands after a field's colon: a group, or one thing. */
static struct expert_node *
parse_scoped(struct expert_parser *in, struct scope outside)
{
	const struct expert_token *token = ecs_expert_token(in);
	struct expert_node *node;

	if (!token->spaced && token->kind == TOKEN_OPEN)
		return parse_group(in, outside);
	if (token->spaced ||
	    (token->kind != TOKEN_RUN && token->kind != TOKEN_PHRASE))
		return ecs_expert_refuse(in,
		    in->scope.values != NULL
			? "a value right after the colon"
			: "a word, a phrase or \"(\" right after the colon");
	if (in->scope.values != NULL) {
		node = parse_value(in);
		in->scope = outside;
		return node != NULL && ecs_expert_advance(in) ? node : NULL;
	}
	node = make_words(in);
	in->scope = outside;
	return node != NULL && ecs_expert_advance(in) ? node : NULL;
}

static struct expert_node *
parse_field(struct expert_parser *in)
{
	const struct scope outside = in->scope;
	size_t at = ecs_expert_token(in)->at;
	const struct ecs_field *field;
	const char *name;
	struct expert_node *node;

	name = ecs_arena_strndup(in->maker.arena,
	    in->lexer.q + ecs_expert_token(in)->from,
	    ecs_expert_token(in)->to - ecs_expert_token(in)->from);
	if (name == NULL) {
		ecs_err_memory(in->maker.err);
		return NULL;
	}
	if (outside.words != NULL) {
		ecs_expert_fail(&in->lexer, at,
		    "a field inside a field; quote what holds a colon");
		return NULL;
	}
	field = find_field(in, name);
	if (field == NULL)
		return refuse_field(in, name, at);
	if (field->type == ECS_GEO)
		ecs_expert_fail(&in->lexer, at,
		    "\"%s\" is a place: use near and radius, or box", name);
	else if (!is_prose(field))
		in->scope.values = name;
	else if (field->text < 0)
		ecs_expert_fail(
		    &in->lexer, at, "\"%s\" is not searched by words", name);
	else
		in->scope.words = name;
	if (in->maker.err->status != 0 ||
	    !(in->scope.values != NULL ? ecs_expert_value(&in->lexer, false)
				       : ecs_expert_next(&in->lexer)))
		return NULL;
	node = parse_scoped(in, outside);
	if (node != NULL)
		node->at = at;
	return node;
}

static struct expert_node *
parse_plain(struct expert_parser *in)
{
	struct expert_node *node =
	    in->scope.values != NULL ? parse_value(in) : make_words(in);

	return node != NULL && ecs_expert_advance(in) ? node : NULL;
}

struct expert_node *
ecs_expert_operand(struct expert_parser *in)
{
	switch (ecs_expert_token(in)->kind) {
	case TOKEN_OPEN:
		return parse_group(in, in->scope);
	case TOKEN_FIELD:
		return parse_field(in);
	case TOKEN_RUN:
	case TOKEN_PHRASE:
		return parse_plain(in);
	default:
		return ecs_expert_refuse(in,
		    in->scope.values != NULL
			? "a value, NOT or \"(\""
			: "a word, a phrase, field:, NOT or \"(\"");
	}
}
