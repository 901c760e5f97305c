/* SPDX-License-Identifier: ISC */
/*
 * clause - one field:value of a filter.
 *
 *	sectors:healthcare      the value, whole
 *	sectors:"a value"       the same; quoted it is never anything else
 *	founded:2010..2020      a range, both ends included; either may be open
 *	founded:>=2010          > >= < <=
 *	joined:2019             a date's value is the whole stretch it names
 *	topics:cryptography/ *  (without the space) the value or narrower ones
 *	website:*               any value at all
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"

enum { MOST_CLAUSES = 500 };

void *
ecs_filter_fail(
    struct filter_maker *maker, const char *code, const char *fmt, ...)
{
	char reason[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	if (maker->pointer != NULL) {
		ecs_err_set(maker->err, 400, code, "filter: %s", reason);
		ecs_err_at(maker->err, ECS_WHERE_POINTER, maker->pointer, 0, 0);
	} else {
		ecs_err_set(maker->err, 400, code, "%s: column %u: %s",
		    maker->parameter, maker->column, reason);
		ecs_err_at(maker->err, ECS_WHERE_PARAMETER, maker->parameter, 0,
		    maker->column);
	}
	return NULL;
}

struct ecs_filter *
ecs_filter_node(struct filter_maker *maker, enum ecs_filter_kind kind)
{
	struct ecs_filter *node = ecs_arena_alloc(maker->arena, sizeof(*node));

	if (node == NULL)
		ecs_err_memory(maker->err);
	else
		node->kind = kind;
	return node;
}

bool
ecs_filter_add_child(struct filter_maker *maker, struct ecs_filter *parent,
    struct ecs_filter *child)
{
	size_t n = parent->nchildren;

	/* Room doubles at 1, 2, 4, 8 ... children. */
	if ((n & (n - 1)) == 0) {
		struct ecs_filter **larger = ecs_arena_alloc(maker->arena,
		    (n == 0 ? 1 : 2 * n) * sizeof(struct ecs_filter *));

		if (larger == NULL)
			return ecs_err_memory(maker->err);
		if (n > 0)
			memcpy(larger, parent->children,
			    n * sizeof(struct ecs_filter *));
		parent->children = larger;
	}
	parent->children[parent->nchildren++] = child;
	return true;
}

/* ---- fields ---- */

const struct ecs_field *
ecs_filter_field(const struct ecs_collection *collection, const char *name)
{
	const struct ecs_field *field = ecs_collection_field(collection, name);

	if (field == NULL || field->is_private || field->type == ECS_TEXT ||
	    field->type == ECS_SECTIONS || field->type == ECS_GEO)
		return NULL;
	return field;
}

/*
 * Name the nearest of all the fields that could stand there.  The one nearest
 * in each collection would not do: it may be a private one.
 */
static void
suggest_field(struct filter_maker *maker, const char *name)
{
	const struct ecs_schema *schema = maker->schema;
	const char **names;
	size_t room = 1;
	size_t n = 0;

	for (int c = 0; c < schema->ncollections; c++)
		room += (size_t)schema->collections[c].nfields;
	names = ecs_arena_alloc(maker->arena, room * sizeof(*names));
	for (int c = 0; names != NULL && c < schema->ncollections; c++) {
		const struct ecs_collection *in = &schema->collections[c];

		for (int i = 0; maker->in[c] && i < in->nfields; i++)
			if (ecs_filter_field(in, in->fields[i].name) != NULL)
				names[n++] = in->fields[i].name;
	}
	ecs_err_did_you_mean(maker->err, ecs_nearest_word(name, names, n));
}

/* Say why no collection searched can filter by this name; returns NULL. */
static void *
refuse_field(struct filter_maker *maker, const char *name)
{
	const struct ecs_field *field = NULL;

	for (int c = 0; c < maker->schema->ncollections; c++) {
		if (!maker->in[c])
			continue;
		field =
		    ecs_collection_field(&maker->schema->collections[c], name);
		if (field != NULL && !field->is_private)
			break;
		field = NULL;
	}
	if (field == NULL) {
		ecs_filter_fail(maker, "unknown_field",
		    "no collection searched has a field \"%.60s\"", name);
		suggest_field(maker, name);
		return NULL;
	}
	if (field->type == ECS_GEO)
		return ecs_filter_fail(maker, "not_filterable",
		    "\"%s\" is a place: use near and radius, or box", name);
	return ecs_filter_fail(maker, "not_filterable",
	    "\"%s\" is prose: search its words with q instead", name);
}

/*
 * The field as the first collection has it that can filter by it; NULL and an
 * error when none can.
 */
static const struct ecs_field *
find_field(struct filter_maker *maker, const char *name)
{
	const struct ecs_field *field = NULL;

	for (int c = 0; c < maker->schema->ncollections && field == NULL; c++)
		if (maker->in[c])
			field = ecs_filter_field(
			    &maker->schema->collections[c], name);
	return field == NULL ? refuse_field(maker, name) : field;
}

/* ---- values ---- */

static bool
read_end(struct filter_maker *maker, const struct ecs_field *field,
    const char *text, double *first, double *last)
{
	char *end;

	if (field->type == ECS_DATE) {
		if (ecs_date_parse(text, strlen(text), first, last))
			return true;
		ecs_filter_fail(maker, maker->code,
		    "\"%.40s\" is no date such as 2024 or 2024-05-31", text);
		return false;
	}
	*first = *last = strtod(text, &end);
	if (end != text && *end == '\0' && isfinite(*first))
		return true;
	ecs_filter_fail(maker, maker->code, "\"%.40s\" is no number", text);
	return false;
}

static bool
is_numeric(const struct ecs_field *field)
{
	return field->type == ECS_NUMBER || field->type == ECS_DATE;
}

static struct ecs_filter *
make_range(struct filter_maker *maker, const struct ecs_field *field,
    struct ecs_filter *node, const char *low, const char *high)
{
	double ignored;

	node->kind = ECS_FILTER_RANGE;
	node->low = -INFINITY;
	node->high = INFINITY;
	node->numeric = true;
	if (!is_numeric(field))
		return ecs_filter_fail(maker, maker->code,
		    "\"%s\" has no ranges: it is neither number nor date",
		    field->name);
	node->low_text = low[0] == '\0' ? NULL : low;
	node->high_text = high[0] == '\0' ? NULL : high;
	if (node->low_text == NULL && node->high_text == NULL)
		return ecs_filter_fail(maker, maker->code,
		    "a range needs an end, as in 2010..2020 or 2010..");
	if ((node->low_text != NULL &&
		!read_end(maker, field, low, &node->low, &ignored)) ||
	    (node->high_text != NULL &&
		!read_end(maker, field, high, &ignored, &node->high)))
		return NULL;
	return node;
}

/* ">=2010" and its like as ranges; the open ends step past the value. */
static struct ecs_filter *
make_comparison(struct filter_maker *maker, const struct ecs_field *field,
    struct ecs_filter *node, const char *value)
{
	bool greater = value[0] == '>';
	bool equal = value[1] == '=';
	const char *text = value + 1 + equal;
	double first;
	double last;

	node->kind = ECS_FILTER_RANGE;
	node->low = -INFINITY;
	node->high = INFINITY;
	node->numeric = true;
	if (!is_numeric(field))
		return ecs_filter_fail(maker, maker->code,
		    "\"%s\" cannot be compared: it is neither number nor date",
		    field->name);
	if (!read_end(maker, field, text, &first, &last))
		return NULL;
	if (greater)
		node->low = equal ? first : nextafter(last, INFINITY);
	else
		node->high = equal ? last : nextafter(first, -INFINITY);
	return node;
}

static struct ecs_filter *
make_value(struct filter_maker *maker, const struct ecs_field *field,
    struct ecs_filter *node)
{
	node->kind = ECS_FILTER_VALUE;
	if (field->type == ECS_BOOL && strcmp(node->value, "true") != 0 &&
	    strcmp(node->value, "false") != 0)
		return ecs_filter_fail(
		    maker, maker->code, "\"%s\" is true or false", field->name);
	if (!is_numeric(field))
		return node;
	node->numeric = true;
	return read_end(maker, field, node->value, &node->low, &node->high)
	    ? node
	    : NULL;
}

/* What a bare value says beyond itself. */
static struct ecs_filter *
make_bare(struct filter_maker *maker, const struct ecs_field *field,
    struct ecs_filter *node)
{
	char *value = (char *)(uintptr_t)node->value;
	char *dots = strstr(value, "..");
	size_t len = node->value_len;

	if (strcmp(value, "*") == 0) {
		node->kind = ECS_FILTER_PRESENT;
		return node;
	}
	if (field->vocabulary != NULL && len > 2 &&
	    strcmp(value + len - 2, "/*") == 0) {
		node->kind = ECS_FILTER_SUBTREE;
		value[len - 2] = '\0';
		node->value_len = len - 2;
		return node;
	}
	if (value[0] == '<' || value[0] == '>')
		return make_comparison(maker, field, node, value);
	if (dots == NULL || !is_numeric(field))
		return make_value(maker, field, node);
	*dots = '\0';
	return make_range(maker, field, node, value, dots + 2);
}

struct ecs_filter *
ecs_filter_clause(struct filter_maker *maker, const char *field_text,
    size_t field_len, const char *value, size_t value_len, bool quoted)
{
	struct ecs_filter *node = ecs_filter_node(maker, ECS_FILTER_VALUE);
	const struct ecs_field *field;

	if (node == NULL)
		return NULL;
	if (++maker->clauses > MOST_CLAUSES)
		return ecs_filter_fail(maker, maker->code,
		    "more than %d clauses", (int)MOST_CLAUSES);
	node->field = ecs_arena_strndup(maker->arena, field_text, field_len);
	node->value = ecs_arena_strndup(maker->arena, value, value_len);
	node->value_len = value_len;
	if (node->field == NULL || node->value == NULL) {
		ecs_err_memory(maker->err);
		return NULL;
	}
	field = find_field(maker, node->field);
	if (field == NULL)
		return NULL;
	node->type = field->type;
	if (value_len == 0)
		return ecs_filter_fail(
		    maker, maker->code, "\"%s\" needs a value", node->field);
	return quoted ? make_value(maker, field, node)
		      : make_bare(maker, field, node);
}
