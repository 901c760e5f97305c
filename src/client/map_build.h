/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_MAP_BUILD_H
#define ECS_CLIENT_MAP_BUILD_H
/*
 * How a map is built of JSON: each function checks what it is given and keeps
 * what it builds in the arena; a failure is in err with the pointer to it.
 */
#include "ecsearch/err.h"

#include "map_rules.h"

struct map_builder {
	struct ecs_arena *arena;
	struct ecs_err *err;
	char pointer[96]; /* where in the map the builder stands */
};

/* Go down to a member; what is returned brings map_leave back. */
size_t map_enter(struct map_builder *builder, const char *name);
void map_leave(struct map_builder *builder, size_t len);
/* Refuse the map for what stands at the pointer; always NULL. */
void *map_wrong(struct map_builder *builder, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Zeroed memory of the arena. */
void *map_take(struct map_builder *builder, size_t size);
/* Refuse members that are not among known, which ends in NULL. */
bool map_check_members(struct map_builder *builder, const json_t *object,
    const char *const *known);
/* Whether value is a list of texts, none of them empty. */
bool map_is_texts(const json_t *value);
struct map_path *
map_build_path(struct map_builder *builder, const json_t *value);

/* Append the steps of a list to those of rule. */
bool map_build_steps(
    struct map_builder *builder, const json_t *value, struct map_rule *rule);
struct map_rule *map_build_rule(
    struct map_builder *builder, const char *name, const json_t *value);
/* A member of value that is a rule; a missing one is refused. */
struct map_rule *map_build_member(
    struct map_builder *builder, const json_t *value, const char *name);
/* Rules by the names of members: the fields of a map, an object, a part. */
bool map_build_named(
    struct map_builder *builder, const json_t *value, struct map_rule **last);
/* "needs" names members without which there is no object. */
bool map_build_needs(
    struct map_builder *builder, const json_t *value, struct map_rule *rule);
#endif
