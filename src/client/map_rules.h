/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_MAP_RULES_H
#define ECS_CLIENT_MAP_RULES_H
/*
 * A map as it is kept: rules in an arena, read by map.c and used by
 * map_apply.c.  Values handed between them are JSON arrays, "lists"; an absent
 * value is an empty list.
 */
#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "ecsearch/arena.h"

#include "map.h"

/* ---- paths: names[types=label].value ---- */

enum test_kind { TEST_EQUAL, TEST_DIFFERS, TEST_INDEX };

struct map_test {
	enum test_kind kind;
	const char *member, *value;
	int index; /* negative counts from the end */
	struct map_test *next;
};

struct map_path {
	const char *member; /* NULL: the record itself */
	struct map_test *tests;
	struct map_path *next;
};

/* NULL when text is no path; *why then says what is wrong. */
struct map_path *
map_path_parse(struct ecs_arena *arena, const char *text, const char **why);
/* Append all that path leads to from node; arrays give their elements. */
bool
map_path_walk(const struct map_path *path, const json_t *node, json_t *list);

/* ---- steps: what happens to each value, in order ---- */

enum step_kind {
	STEP_TRIM,
	STEP_LOWER,
	STEP_TITLE_CASE,
	STEP_NUMBER,
	STEP_YEAR,
	STEP_DATE,
	STEP_UNIQUE,
	STEP_SPLIT,
	STEP_BEFORE,
	STEP_AFTER,
	STEP_LAST,
	STEP_VALUES,
	STEP_EXCEPT,
	STEP_HEADINGS
};

enum otherwise { OTHERWISE_KEEP, OTHERWISE_DROP, OTHERWISE_ERROR };

struct map_rule;

struct map_step {
	enum step_kind kind;
	enum otherwise otherwise;
	const char *text;        /* of split, before, after, last */
	const json_t *table;     /* of values; a list for headings */
	struct map_rule *except; /* values to leave out */
	struct map_step *next;
};

/* Run one step over list; the new list, or NULL and err. */
json_t *
map_step_run(const struct map_step *step, json_t *list, struct ecs_err *err);

/* ---- rules: where the values of a field come from ---- */

enum rule_kind {
	RULE_PATH,
	RULE_ALL,      /* the values of every rule below */
	RULE_FIRST,    /* of the first rule below that has any */
	RULE_VALUE,    /* a constant */
	RULE_TEMPLATE, /* text between paths: literal, path, literal, .. */
	RULE_GEO,      /* two rules: lat, lon */
	RULE_OBJECT    /* a named rule for each member */
};

struct map_rule {
	enum rule_kind kind;
	const char *name;      /* of a field; "" where there is none */
	struct map_path *path; /* of a path, or what an object repeats for */
	const json_t *value;   /* a constant, or the members an object needs */
	const char *literal;   /* of a template, before this rule's path */
	struct map_rule *below, *next;
	struct map_step *steps;
	bool list; /* all values, as an array */
};

/* The values of rule for record: a new list, or NULL and err. */
json_t *map_rule_values(
    const struct map_rule *rule, const json_t *record, struct ecs_err *err);

struct ecs_map {
	struct ecs_arena *arena;
	json_t *root; /* what constants and tables point into */
	struct map_rule *fields;
	struct map_rule *by;   /* NULL: not grouped */
	struct map_rule *each; /* an object rule */
	struct ecs_grouping grouping;
};
#endif
