/* SPDX-License-Identifier: ISC */
/*
 * instant_filter - the three ways in which stock clients filter.
 *
 *	facetFilters    ["a:x", ["b:y", "b:z"], "c:-w"]   AND of ORs, - is NOT
 *	numericFilters  ["n>=10", ["n=1", "n:3 TO 5"]]
 *	filters         a:x AND (b:"y z" OR NOT n > 3) AND n:1 TO 5
 *
 * Clauses become nodes of the search's own filter: a label is the concepts that
 * are called so, a level is a concept with all that is narrower.  Of a date a
 * number is seconds since 1970, but four digits are a year.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "instant_filter.h"

enum { MOST_CLAUSES = 500 };

/* ---- nodes ---- */

static struct ecs_filter *
new_node(struct instant_reader *in, enum ecs_filter_kind kind)
{
	struct ecs_filter *node = ecs_arena_alloc(in->arena, sizeof(*node));

	if (node == NULL)
		ecs_err_memory(in->err);
	else
		node->kind = kind;
	return node;
}

static bool
add_child(struct instant_reader *in, struct ecs_filter *parent,
    struct ecs_filter *child)
{
	size_t n = parent->nchildren;

	/* Room doubles at 1, 2, 4, 8 ... children. */
	if ((n & (n - 1)) == 0) {
		struct ecs_filter **larger = ecs_arena_alloc(
		    in->arena, (n == 0 ? 1 : 2 * n) * sizeof(*larger));

		if (larger == NULL)
			return ecs_err_memory(in->err);
		if (n > 0)
			memcpy(larger, parent->children, n * sizeof(*larger));
		parent->children = larger;
	}
	parent->children[parent->nchildren++] = child;
	return true;
}

struct ecs_filter *
ecs_instant_not(struct instant_reader *in, struct ecs_filter *child)
{
	struct ecs_filter *node =
	    child == NULL ? NULL : new_node(in, ECS_FILTER_NOT);

	return node != NULL && add_child(in, node, child) ? node : NULL;
}

struct ecs_filter *
ecs_instant_join(struct instant_reader *in, enum ecs_filter_kind kind,
    struct ecs_filter *list, struct ecs_filter *next)
{
	struct ecs_filter *node = list;

	if (list == NULL || next == NULL)
		return list == NULL ? next : list;
	if (list->kind != kind) {
		node = new_node(in, kind);
		if (node == NULL || !add_child(in, node, list))
			return NULL;
	}
	return add_child(in, node, next) ? node : NULL;
}

/* ---- clauses ---- */

static struct ecs_filter *
new_clause(struct instant_reader *in, const struct instant_attribute *attribute,
    const char *text, size_t len)
{
	struct ecs_filter *node = new_node(in, ECS_FILTER_VALUE);

	if (node == NULL)
		return NULL;
	if (++in->clauses > MOST_CLAUSES) {
		ecs_instant_fail(
		    in, "more than %d conditions", (int)MOST_CLAUSES);
		return NULL;
	}
	node->field = attribute->field->name;
	node->type = attribute->field->type;
	node->value = ecs_arena_strndup(in->arena, text, len);
	node->value_len = len;
	if (node->value == NULL) {
		ecs_err_memory(in->err);
		return NULL;
	}
	return node;
}

static bool
is_numeric(const struct instant_attribute *attribute)
{
	return attribute->kind == INSTANT_FIELD &&
	    (attribute->field->type == ECS_NUMBER ||
		attribute->field->type == ECS_DATE);
}

/* Digits that are no year are seconds. */
static bool
is_seconds(const char *text)
{
	const char *digits = text + (text[0] == '-');
	size_t n = strspn(digits, "0123456789");

	return n > 0 && digits[n] == '\0' && n != 4;
}

/* The first and last number that a text stands for. */
static bool
read_number(struct instant_reader *in,
    const struct instant_attribute *attribute, const char *text, double *first,
    double *last)
{
	char *end;

	if (attribute->field->type == ECS_DATE && !is_seconds(text))
		return ecs_date_parse(text, strlen(text), first, last) ||
		    ecs_instant_fail(in,
			"\"%.40s\" is no date such as 2024-05-31 or seconds "
			"since 1970",
			text);
	*first = *last = strtod(text, &end);
	if (end != text && *end == '\0' && isfinite(*first))
		return true;
	return ecs_instant_fail(in, "\"%.40s\" is no number, which %.60s is",
	    text, attribute->name);
}

static bool
check_filterable(
    struct instant_reader *in, const struct instant_attribute *attribute)
{
	enum ecs_field_type type = attribute->field->type;

	if (type != ECS_TEXT && type != ECS_SECTIONS && type != ECS_GEO)
		return true;
	return ecs_instant_fail(in, "%.60s cannot be filtered by: it is %s",
	    attribute->name, type == ECS_GEO ? "a place" : "prose");
}

/* The concepts that are called so in a language, as one of them. */
static struct ecs_filter *
called_so(struct instant_reader *in, const struct instant_attribute *attribute,
    const char *text, int lang)
{
	const struct ecs_vocabulary *vocabulary = attribute->field->vocabulary;
	struct ecs_filter *list = NULL;
	int concept = -1;

	while ((concept = ecs_instant_find(
		    attribute, lang, text, concept + 1)) >= 0) {
		const char *id = vocabulary->concepts[concept].id;
		struct ecs_filter *node =
		    new_clause(in, attribute, id, strlen(id));

		if (node == NULL)
			return NULL;
		if (attribute->kind == INSTANT_LEVEL)
			node->kind = ECS_FILTER_SUBTREE;
		list = ecs_instant_join(in, ECS_FILTER_OR, list, node);
		if (list == NULL)
			return NULL;
	}
	return list;
}

/*
 * A label or path, in the language asked or, so that an address can be given to
 * others, in any; else what is no concept's: a value of its own.
 */
static struct ecs_filter *
by_name(struct instant_reader *in, const struct instant_attribute *attribute,
    const char *text)
{
	struct ecs_filter *node = called_so(in, attribute, text, in->to->lang);

	for (int lang = 0;
	     node == NULL && in->err->status == 0 && lang < ECS_LANGS; lang++)
		node = called_so(in, attribute, text, lang);
	if (node == NULL && in->err->status == 0)
		node = new_clause(in, attribute, text, strlen(text));
	return node;
}

struct ecs_filter *
ecs_instant_value(struct instant_reader *in,
    const struct instant_attribute *attribute, const char *text)
{
	struct ecs_filter *node;

	if (!check_filterable(in, attribute))
		return NULL;
	if (attribute->kind != INSTANT_FIELD)
		return by_name(in, attribute, text);
	node = new_clause(in, attribute, text, strlen(text));
	if (node == NULL || !is_numeric(attribute))
		return node;
	node->numeric = true;
	return read_number(in, attribute, text, &node->low, &node->high) ? node
									 : NULL;
}

struct ecs_filter *
ecs_instant_range(struct instant_reader *in,
    const struct instant_attribute *attribute, const char *low,
    const char *high)
{
	struct ecs_filter *node;
	double ignored;

	if (!is_numeric(attribute)) {
		ecs_instant_fail(
		    in, "%.60s is neither number nor date", attribute->name);
		return NULL;
	}
	node = new_clause(in, attribute, low, strlen(low));
	if (node == NULL)
		return NULL;
	node->kind = ECS_FILTER_RANGE;
	node->numeric = true;
	return read_number(in, attribute, low, &node->low, &ignored) &&
		read_number(in, attribute, high, &ignored, &node->high)
	    ? node
	    : NULL;
}

/* The open end of > and < steps past the value. */
static void
open_end(struct ecs_filter *node, const char *operator)
{
	bool equal = operator[1] == '=';
	double first = node->low;
	double last = node->high;

	if (operator[0] == '>') {
		node->low = equal ? first : nextafter(last, INFINITY);
		node->high = INFINITY;
	} else {
		node->low = -INFINITY;
		node->high = equal ? last : nextafter(first, -INFINITY);
	}
}

struct ecs_filter *
ecs_instant_comparison(struct instant_reader *in,
    const struct instant_attribute *attribute, const char *operator,
    const char * text)
{
	struct ecs_filter *node = ecs_instant_range(in, attribute, text, text);

	if (node == NULL)
		return NULL;
	if (strcmp(operator, "!=") == 0)
		return ecs_instant_not(in, node);
	if (strcmp(operator, "=") != 0)
		open_end(node, operator);
	return node;
}

/* ---- lists: AND of ORs ---- */

typedef struct ecs_filter *
item_reader(struct instant_reader *in, const char *text);

static struct ecs_filter *
read_item(struct instant_reader *in, json_t *item, item_reader *read)
{
	if (json_is_string(item))
		return read(in, json_string_value(item));
	ecs_instant_fail(in, "must be texts, in lists no deeper than two");
	return NULL;
}

static bool
read_alternatives(struct instant_reader *in, json_t *list, item_reader *read,
    struct ecs_filter **all)
{
	struct ecs_filter *any = NULL;
	size_t i;
	json_t *item;

	json_array_foreach (list, i, item) {
		any = ecs_instant_join(
		    in, ECS_FILTER_OR, any, read_item(in, item, read));
		if (in->err->status != 0)
			return false;
	}
	*all = ecs_instant_join(in, ECS_FILTER_AND, *all, any);
	return in->err->status == 0;
}

static bool
read_list(struct instant_reader *in, json_t *list, item_reader *read)
{
	struct ecs_filter *all = NULL;
	size_t i;
	json_t *item;

	if (json_is_string(list))
		all = read_item(in, list, read);
	else if (!json_is_array(list))
		return ecs_instant_fail(in, "must be a list");
	json_array_foreach (list, i, item) {
		if (json_is_array(item)) {
			if (!read_alternatives(in, item, read, &all))
				return false;
			continue;
		}
		all = ecs_instant_join(
		    in, ECS_FILTER_AND, all, read_item(in, item, read));
	}
	return ecs_instant_narrow(in, all);
}

bool
ecs_instant_narrow(struct instant_reader *in, struct ecs_filter *filter)
{
	struct ecs_search *search = in->to->search;

	if (in->err->status == 0)
		search->filter = ecs_instant_join(
		    in, ECS_FILTER_AND, search->filter, filter);
	return in->err->status == 0;
}

/* "sector:Energy", "sector:-Energy", "number:\-12"; a score means nothing. */
static struct ecs_filter *
facet_item(struct instant_reader *in, const char *text)
{
	const char *colon = strchr(text, ':');
	struct instant_attribute attribute;
	struct ecs_filter *node;
	bool negated;
	char *value;

	if (colon == NULL) {
		ecs_instant_fail(in, "\"%.60s\" is not attribute:value", text);
		return NULL;
	}
	if (!ecs_instant_attribute(
		in, text, (size_t)(colon - text), &attribute))
		return NULL;
	negated = colon[1] == '-';
	colon += negated || strncmp(colon + 1, "\\-", 2) == 0;
	value = ecs_arena_strdup(in->arena, colon + 1);
	if (value == NULL) {
		ecs_err_memory(in->err);
		return NULL;
	}
	ecs_instant_cut_score(value);
	node = ecs_instant_value(in, &attribute, value);
	return negated ? ecs_instant_not(in, node) : node;
}

void
ecs_instant_cut_score(char *value)
{
	char *score = strstr(value, "<score=");

	if (score != NULL && value[strlen(value) - 1] == '>')
		*score = '\0';
}

bool
ecs_instant_facet_filters(struct instant_reader *in, json_t *value)
{
	return read_list(in, value, facet_item);
}

/* One comparison is written as it is in "filters". */
bool
ecs_instant_numeric_filters(struct instant_reader *in, json_t *value)
{
	return read_list(in, value, ecs_instant_number_item);
}
