/* SPDX-License-Identifier: ISC */
/*
 * instant_expression - "filters" and the items of "numericFilters".
 *
 *	expression := conjunction { OR conjunction }
 *	conjunction := operand { AND operand }
 *	operand := NOT operand | "(" expression ")" | clause
 *	clause := name ":" value | name ":" number TO number | name op number
 *
 * Names and values may stand in " or ', where \ keeps the next character.  AND
 * binds more than OR; what other servers refuse (AND inside OR, NOT before a
 * parenthesis) is taken.
 */
#include <string.h>

#include "ecsearch/text.h"

#include "instant_filter.h"

enum { LONGEST = 8192, DEEPEST = 32 };

struct parser {
	struct instant_reader *in;
	const char *text;
	const char *at;
	int depth;
};

static struct ecs_filter *parse_expression(struct parser *parser);

static void *
fail(struct parser *parser, const char *what)
{
	ecs_instant_fail(parser->in, "column %zu: %s",
	    ecs_count_characters(
		parser->text, (size_t)(parser->at - parser->text)) +
		1,
	    what);
	return NULL;
}

static void
skip_space(struct parser *parser)
{
	parser->at += strspn(parser->at, " \t\r\n");
}

/* Take the word if it stands here, whole. */
static bool
take_word(struct parser *parser, const char *word)
{
	size_t len = strlen(word);

	skip_space(parser);
	if (strncmp(parser->at, word, len) != 0 ||
	    strchr(" \t\r\n()", parser->at[len]) == NULL)
		return false;
	parser->at += len;
	return true;
}

/* What stands in quotes; at stands on the first. */
static char *
parse_quoted(struct parser *parser)
{
	char quote = *parser->at++;
	char *text = ecs_arena_alloc(parser->in->arena, strlen(parser->at) + 1);
	size_t n = 0;

	if (text == NULL) {
		ecs_err_memory(parser->in->err);
		return NULL;
	}
	while (*parser->at != quote) {
		if (parser->at[0] == '\\' && parser->at[1] != '\0')
			parser->at++;
		if (*parser->at == '\0')
			return fail(parser, "the quote is never closed");
		text[n++] = *parser->at++;
	}
	parser->at++;
	return text;
}

static char *
parse_bare(struct parser *parser, const char *ends)
{
	size_t len = strcspn(parser->at, ends);
	char *text;

	if (len == 0)
		return fail(parser, "expected a name or a value");
	text = ecs_arena_strndup(parser->in->arena, parser->at, len);
	if (text == NULL)
		ecs_err_memory(parser->in->err);
	parser->at += len;
	return text;
}

static char *
parse_text(struct parser *parser, const char *ends)
{
	skip_space(parser);
	return *parser->at == '"' || *parser->at == '\''
	    ? parse_quoted(parser)
	    : parse_bare(parser, ends);
}

/* A quoted value may have its score behind the quote. */
static void
skip_score(struct parser *parser)
{
	if (strncmp(parser->at, "<score=", 7) == 0)
		parser->at += strcspn(parser->at, " \t\r\n)");
}

static struct ecs_filter *
parse_value(struct parser *parser, const struct instant_attribute *attribute)
{
	char *value = parse_text(parser, " \t\r\n)");
	char *high;

	if (value == NULL)
		return NULL;
	skip_score(parser);
	ecs_instant_cut_score(value);
	if (!take_word(parser, "TO"))
		return ecs_instant_value(parser->in, attribute, value);
	high = parse_text(parser, " \t\r\n)");
	return high == NULL
	    ? NULL
	    : ecs_instant_range(parser->in, attribute, value, high);
}

static struct ecs_filter *
parse_comparison(
    struct parser *parser, const struct instant_attribute *attribute)
{
	static const char *const operators[] = {
	    "<=", ">=", "!=", "<", ">", "="};

	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		size_t len = strlen(operators[i]);
		const char *number;

		if (strncmp(parser->at, operators[i], len) != 0)
			continue;
		parser->at += len;
		number = parse_text(parser, " \t\r\n)");
		return number == NULL ? NULL
				      : ecs_instant_comparison(parser->in,
					    attribute, operators[i], number);
	}
	return fail(parser, "expected \":\" and a value, or a comparison");
}

static struct ecs_filter *
parse_clause(struct parser *parser)
{
	struct instant_attribute attribute;
	const char *name = parse_text(parser, ": \t\r\n()<>=!");

	if (name == NULL ||
	    !ecs_instant_attribute(parser->in, name, strlen(name), &attribute))
		return NULL;
	skip_space(parser);
	if (*parser->at != ':')
		return parse_comparison(parser, &attribute);
	parser->at++;
	return parse_value(parser, &attribute);
}

static struct ecs_filter *
parse_group(struct parser *parser)
{
	struct ecs_filter *node;

	parser->at++;
	node = parse_expression(parser);
	if (node == NULL)
		return NULL;
	skip_space(parser);
	if (*parser->at != ')')
		return fail(parser, "expected \")\"");
	parser->at++;
	return node;
}

static struct ecs_filter *
parse_operand(struct parser *parser)
{
	struct ecs_filter *node;

	skip_space(parser);
	if (parser->depth >= DEEPEST)
		return fail(parser, "too deeply nested");
	parser->depth++;
	if (take_word(parser, "NOT"))
		node = ecs_instant_not(parser->in, parse_operand(parser));
	else if (*parser->at == '(')
		node = parse_group(parser);
	else
		node = parse_clause(parser);
	parser->depth--;
	return node;
}

/* One level of the grammar: operands of the next, with one word between. */
static struct ecs_filter *
parse_level(struct parser *parser, enum ecs_filter_kind kind, const char *word,
    struct ecs_filter *(*operand)(struct parser *))
{
	struct ecs_filter *list = operand(parser);

	while (list != NULL && take_word(parser, word)) {
		struct ecs_filter *next = operand(parser);

		if (next == NULL)
			return NULL;
		list = ecs_instant_join(parser->in, kind, list, next);
	}
	return list;
}

static struct ecs_filter *
parse_conjunction(struct parser *parser)
{
	return parse_level(parser, ECS_FILTER_AND, "AND", parse_operand);
}

static struct ecs_filter *
parse_expression(struct parser *parser)
{
	return parse_level(parser, ECS_FILTER_OR, "OR", parse_conjunction);
}

static struct ecs_filter *
parse_whole(struct instant_reader *in, const char *text,
    struct ecs_filter *(*parse)(struct parser *))
{
	struct parser parser = {.in = in, .text = text, .at = text};
	struct ecs_filter *node;

	if (strlen(text) > LONGEST) {
		ecs_instant_fail(in, "longer than %d bytes", (int)LONGEST);
		return NULL;
	}
	node = parse(&parser);
	if (node == NULL)
		return NULL;
	skip_space(&parser);
	return *parser.at == '\0'
	    ? node
	    : fail(&parser, "expected AND, OR or the end");
}

struct ecs_filter *
ecs_instant_number_item(struct instant_reader *in, const char *text)
{
	return parse_whole(in, text, parse_clause);
}

bool
ecs_instant_filters(struct instant_reader *in, json_t *value)
{
	const char *text = json_string_value(value);

	if (text == NULL)
		return ecs_instant_fail(in, "must be a text");
	if (text[strspn(text, " \t\r\n")] == '\0')
		return true;
	return ecs_instant_narrow(in, parse_whole(in, text, parse_expression));
}
