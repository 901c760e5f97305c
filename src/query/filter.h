/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_FILTER_H
#define ECS_QUERY_FILTER_H
/*
 * Making filter nodes: shared by the expression and the JSON form.
 */
#include "internal.h"

struct filter_maker {
	struct ecs_arena *arena;
	const struct ecs_schema *schema;
	const bool *in;        /* collections searched */
	const char *pointer;   /* of the JSON form, or NULL */
	uint32_t column;       /* of what is being read, for errors */
	const char *parameter; /* that holds it: "filter" or "q" */
	const char *code;      /* of what cannot be read: "bad_filter" ... */
	size_t clauses;
	struct ecs_err *err;
};

struct ecs_filter *
ecs_filter_node(struct filter_maker *maker, enum ecs_filter_kind kind);
bool ecs_filter_add_child(struct filter_maker *maker, struct ecs_filter *parent,
    struct ecs_filter *child);
/* One clause from its parts; quoted values are never ranges or wildcards. */
struct ecs_filter *
ecs_filter_clause(struct filter_maker *maker, const char *field,
    size_t field_len, const char *value, size_t value_len, bool quoted);
/* Refuse at the maker's place; returns NULL. */
void *ecs_filter_fail(struct filter_maker *maker, const char *code,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
#endif
