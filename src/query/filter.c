/* SPDX-License-Identifier: ISC */
/*
 * filter - the filter expression and its JSON form.
 *
 *	expression := conjunction { OR conjunction }
 *	conjunction := operand { AND operand }
 *	operand := NOT operand | "(" expression ")" | clause
 *	clause := field ":" ( "quoted" | bare )
 *
 * Operators are upper case.  In quotes \" and \\ stand for " and \.  A bare
 * value ends at white space or ")".  The JSON form is an array, whose items
 * are AND'ed, of arrays of clauses, which are OR'ed: each "field:value", or an
 * object of field and value when the value is meant as it is.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "filter.h"

enum { LONGEST = 8192, DEEPEST = 32 };

struct parser {
	struct filter_maker maker;
	const char *text;
	const char *at;
	int depth;
};

static struct ecs_filter *parse_expression(struct parser *in);

static void *
fail(struct parser *in, const char *fmt, const char *what)
{
	in->maker.column = (uint32_t)ecs_count_characters(
			       in->text, (size_t)(in->at - in->text)) +
	    1;
	ecs_filter_fail(&in->maker, in->maker.code, fmt, what);
	return NULL;
}

static void
skip_space(struct parser *in)
{
	in->at += strspn(in->at, " \t\r\n");
}

static bool
ends_word(char c)
{
	return c == '\0' || strchr(" \t\r\n()", c) != NULL;
}

/* Is this the word, ended by space, parenthesis or the end? */
static bool
is_word(const char *at, const char *word)
{
	size_t len = strlen(word);

	return strncmp(at, word, len) == 0 && ends_word(at[len]);
}

/* After a failure: was this an operator, but for its case or its AND? */
static void *
suggest_operator(struct parser *in, const char *at)
{
	static const struct {
		const char *word;
		const char *meant;
	} rows[] = {{"and", "AND"}, {"or", "OR"}, {"not", "AND NOT"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = strlen(rows[i].word);

		if (strncasecmp(at, rows[i].word, len) == 0 &&
		    ends_word(at[len]))
			ecs_err_did_you_mean(in->maker.err, rows[i].meant);
	}
	return NULL;
}

static bool
take_word(struct parser *in, const char *word)
{
	skip_space(in);
	if (!is_word(in->at, word))
		return false;
	in->at += strlen(word);
	return true;
}

/* The quote that ends what begins with the one at open, or NULL. */
static const char *
closing_quote(const char *open)
{
	const char *at = open + 1;

	while (*at != '\0' && *at != '"')
		at += at[0] == '\\' && (at[1] == '"' || at[1] == '\\') ? 2 : 1;
	return *at == '"' ? at : NULL;
}

/* "..." with escapes, into the arena; at stands on the opening quote. */
static const char *
read_quoted(struct parser *in, size_t *len)
{
	const char *end = closing_quote(in->at);
	char *value;

	*len = 0;
	if (end == NULL)
		return fail(in, "the quote is never closed%s", "");
	value = ecs_arena_alloc(in->maker.arena, (size_t)(end - in->at));
	if (value == NULL) {
		ecs_err_memory(in->maker.err);
		return NULL;
	}
	for (in->at++; in->at < end; in->at++) {
		if (*in->at == '\\' && (in->at[1] == '"' || in->at[1] == '\\'))
			in->at++;
		value[(*len)++] = *in->at;
	}
	in->at++;
	return value;
}

static struct ecs_filter *
parse_clause(struct parser *in)
{
	const char *field = in->at;
	size_t field_len = strcspn(field, ": \t\r\n()\"");
	const char *value;
	size_t value_len;
	bool quoted;
	const char *start = in->at;

	if (field_len == 0)
		return fail(in, "expected field:value, NOT or (%s", "");
	if (field[field_len] != ':') {
		in->at += field_len;
		fail(in, "expected \":\" and a value after the field%s", "");
		if (strncasecmp(field, "not", 3) == 0 && ends_word(field[3]))
			ecs_err_did_you_mean(in->maker.err, "NOT");
		return NULL;
	}
	in->at += field_len + 1;
	quoted = *in->at == '"';
	if (quoted) {
		value = read_quoted(in, &value_len);
		if (value == NULL)
			return NULL;
	} else {
		value = in->at;
		value_len = strcspn(value, " \t\r\n)");
		in->at += value_len;
	}
	in->maker.column = (uint32_t)ecs_count_characters(
			       in->text, (size_t)(start - in->text)) +
	    1;
	return ecs_filter_clause(
	    &in->maker, field, field_len, value, value_len, quoted);
}

static struct ecs_filter *
parse_negation(
    struct parser *in, struct ecs_filter *(*operand)(struct parser *))
{
	struct ecs_filter *node = ecs_filter_node(&in->maker, ECS_FILTER_NOT);
	struct ecs_filter *child;

	if (node == NULL)
		return NULL;
	child = operand(in);
	if (child == NULL || !ecs_filter_add_child(&in->maker, node, child))
		return NULL;
	return node;
}

/* "(" expression ")"; at stands on the first. */
static struct ecs_filter *
parse_group(struct parser *in)
{
	struct ecs_filter *node;

	in->at++;
	node = parse_expression(in);
	if (node == NULL)
		return NULL;
	skip_space(in);
	if (*in->at != ')')
		return fail(in, "expected \")\"%s", "");
	in->at++;
	return node;
}

static struct ecs_filter *
parse_operand(struct parser *in)
{
	struct ecs_filter *node;

	skip_space(in);
	if (in->depth >= DEEPEST)
		return fail(in, "too deeply nested%s", "");
	in->depth++;
	if (take_word(in, "NOT")) {
		node = parse_negation(in, parse_operand);
	} else if (*in->at == '(') {
		node = parse_group(in);
	} else {
		node = parse_clause(in);
	}
	in->depth--;
	return node;
}

/* One level of the grammar: operands of the next, with one word between. */
static struct ecs_filter *
parse_list(struct parser *in, enum ecs_filter_kind kind, const char *word,
    struct ecs_filter *(*operand)(struct parser *))
{
	struct ecs_filter *first = operand(in);
	struct ecs_filter *list = NULL;

	while (first != NULL && take_word(in, word)) {
		struct ecs_filter *next;

		if (list == NULL) {
			list = ecs_filter_node(&in->maker, kind);
			if (list == NULL ||
			    !ecs_filter_add_child(&in->maker, list, first))
				return NULL;
		}
		next = operand(in);
		if (next == NULL ||
		    !ecs_filter_add_child(&in->maker, list, next))
			return NULL;
	}
	return list == NULL ? first : list;
}

static struct ecs_filter *
parse_conjunction(struct parser *in)
{
	return parse_list(in, ECS_FILTER_AND, "AND", parse_operand);
}

static struct ecs_filter *
parse_expression(struct parser *in)
{
	return parse_list(in, ECS_FILTER_OR, "OR", parse_conjunction);
}

static struct ecs_filter *
expect_end(struct parser *in)
{
	skip_space(in);
	fail(in, "expected AND, OR or the end%s", "");
	return suggest_operator(in, in->at);
}

struct ecs_filter *
ecs_filter_parse(struct ecs_arena *arena, const struct ecs_schema *schema,
    const bool *in, const char *text, struct ecs_err *err)
{
	struct parser parser = {.maker = {.arena = arena,
				    .schema = schema,
				    .in = in,
				    .parameter = "filter",
				    .code = "bad_filter",
				    .err = err},
	    .text = text,
	    .at = text};
	struct ecs_filter *filter;

	if (strlen(text) > LONGEST)
		return fail(&parser, "longer than 8192 bytes%s", "");
	filter = parse_expression(&parser);
	if (filter == NULL)
		return NULL;
	skip_space(&parser);
	return *parser.at == '\0' ? filter : expect_end(&parser);
}

/* ---- the JSON form ---- */

/* {"field": "city", "value": "<x>"}: the value as it is, as in quotes. */
static struct ecs_filter *
clause_from_object(struct filter_maker *maker, json_t *item)
{
	const char *field = json_string_value(json_object_get(item, "field"));
	json_t *value = json_object_get(item, "value");

	if (field == NULL || !json_is_string(value) ||
	    json_object_size(item) != 2)
		return ecs_filter_fail(maker, maker->code,
		    "expected an object of the strings field and value");
	return ecs_filter_clause(maker, field, strlen(field),
	    json_string_value(value), json_string_length(value), true);
}

static struct ecs_filter *
clause_from_json(struct filter_maker *maker, json_t *item)
{
	const char *text = json_string_value(item);
	const char *colon = text == NULL ? NULL : strchr(text, ':');
	struct ecs_filter *node;
	struct ecs_filter *clause;
	bool negated;

	if (json_is_object(item))
		return clause_from_object(maker, item);
	if (colon == NULL || colon == text)
		return ecs_filter_fail(
		    maker, maker->code, "expected a string \"field:value\"");
	negated = strncmp(text, "NOT ", 4) == 0;
	if (negated)
		text += 4;
	clause = ecs_filter_clause(maker, text, (size_t)(colon - text),
	    colon + 1, strlen(colon + 1), false);
	if (clause == NULL || !negated)
		return clause;
	node = ecs_filter_node(maker, ECS_FILTER_NOT);
	return node != NULL && ecs_filter_add_child(maker, node, clause) ? node
									 : NULL;
}

static struct ecs_filter *
alternatives(struct filter_maker *maker, json_t *list, size_t index)
{
	struct ecs_filter *node = ecs_filter_node(maker, ECS_FILTER_OR);
	char pointer[64];
	size_t i;
	json_t *item;

	if (json_array_size(list) == 0)
		return ecs_filter_fail(maker, maker->code,
		    "an empty list of alternatives matches nothing");
	json_array_foreach (list, i, item) {
		struct ecs_filter *clause;

		snprintf(pointer, sizeof(pointer), "/filter/%zu/%zu", index, i);
		maker->pointer = pointer;
		clause = clause_from_json(maker, item);
		if (node == NULL || clause == NULL ||
		    !ecs_filter_add_child(maker, node, clause))
			return NULL;
	}
	return node->nchildren == 1 ? node->children[0] : node;
}

struct ecs_filter *
ecs_filter_from_json(struct ecs_arena *arena, const struct ecs_schema *schema,
    const bool *in, json_t *json, struct ecs_err *err)
{
	struct filter_maker maker = {.arena = arena,
	    .schema = schema,
	    .in = in,
	    .pointer = "/filter",
	    .parameter = "filter",
	    .code = "bad_filter",
	    .err = err};
	struct ecs_filter *all = ecs_filter_node(&maker, ECS_FILTER_AND);
	char pointer[40];
	size_t i;
	json_t *item;

	if (!json_is_array(json) || json_array_size(json) == 0)
		return ecs_filter_fail(&maker, maker.code,
		    "expected an array of arrays of \"field:value\"");
	json_array_foreach (json, i, item) {
		struct ecs_filter *node;

		snprintf(pointer, sizeof(pointer), "/filter/%zu", i);
		maker.pointer = pointer;
		node = json_is_array(item) ? alternatives(&maker, item, i)
					   : clause_from_json(&maker, item);
		if (all == NULL || node == NULL ||
		    !ecs_filter_add_child(&maker, all, node))
			return NULL;
	}
	return all->nchildren == 1 ? all->children[0] : all;
}
