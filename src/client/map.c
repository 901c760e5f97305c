/* SPDX-License-Identifier: ISC */
/*
 * map - read a map and check all of it before any record is met.
 *
 *	map	{"about", "fields": {FIELD: RULE}, "group"}
 *	group	{"by": RULE, "each": {MEMBER: RULE}, "needs", "into", "lines",
 *		"at_most_mb"}
 *
 * The manual for those who write maps is ecsearch-map(5).
 */
#include <stdlib.h>
#include <string.h>

#include "map_build.h"

static bool
build_grouping(struct map_builder *builder, const json_t *group,
    struct ecs_grouping *grouping)
{
	const json_t *into = json_object_get(group, "into");
	const json_t *lines = json_object_get(group, "lines");
	const json_t *most = json_object_get(group, "at_most_mb");
	const char *word = json_string_value(lines);

	grouping->grouped = true;
	grouping->into = into == NULL ? "sections" : json_string_value(into);
	grouping->at_most = (size_t)256 << 20;
	if (grouping->into == NULL)
		map_wrong(builder, "into names a member");
	else if (lines != NULL &&
	    (word == NULL ||
		(strcmp(word, "together") != 0 &&
		    strcmp(word, "anywhere") != 0)))
		map_wrong(builder, "lines is \"together\" or \"anywhere\"");
	else if (most != NULL &&
	    (json_integer_value(most) < 1 || json_integer_value(most) > 65536))
		map_wrong(builder, "at_most_mb is a number from 1 to 65536");
	grouping->anywhere = word != NULL && strcmp(word, "anywhere") == 0;
	if (most != NULL)
		grouping->at_most = (size_t)json_integer_value(most) << 20;
	return builder->err->status == 0;
}

static bool
build_group(
    struct map_builder *builder, const json_t *group, struct ecs_map *map)
{
	static const char *const known[] = {
	    "by", "each", "needs", "into", "lines", "at_most_mb", NULL};
	const json_t *needs = json_object_get(group, "needs");
	size_t len;

	if (!json_is_object(group)) {
		map_wrong(builder, "must be an object");
		return false;
	}
	if (!map_check_members(builder, group, known) ||
	    !build_grouping(builder, group, &map->grouping))
		return false;
	map->by = map_build_member(builder, group, "by");
	map->each = map_take(builder, sizeof(*map->each));
	if (map->by == NULL || map->each == NULL)
		return false;
	map->each->name = "";
	map->each->kind = RULE_OBJECT;
	if (needs != NULL && !map_build_needs(builder, needs, map->each))
		return false;
	len = map_enter(builder, "each");
	if (!map_build_named(
		builder, json_object_get(group, "each"), &map->each->below))
		return false;
	map_leave(builder, len);
	return true;
}

static bool
build_map(struct map_builder *builder, struct ecs_map *map)
{
	static const char *const known[] = {"about", "fields", "group", NULL};
	const json_t *group = json_object_get(map->root, "group");
	size_t len;

	if (!json_is_object(map->root)) {
		map_wrong(builder, "a map is an object");
		return false;
	}
	if (!map_check_members(builder, map->root, known))
		return false;
	len = map_enter(builder, "fields");
	if (!map_build_named(
		builder, json_object_get(map->root, "fields"), &map->fields))
		return false;
	map_leave(builder, len);
	if (group == NULL)
		return true;
	map_enter(builder, "group");
	return build_group(builder, group, map);
}

/* A map of what was read; takes root. */
static struct ecs_map *
build(json_t *root, struct ecs_err *err)
{
	struct map_builder builder = {.err = err};
	struct ecs_map *map = calloc(1, sizeof(*map));

	if (map == NULL) {
		json_decref(root);
		ecs_err_memory(err);
		return NULL;
	}
	map->root = root;
	map->arena = builder.arena = ecs_arena_new();
	if (map->arena == NULL)
		ecs_err_memory(err);
	else if (build_map(&builder, map))
		return map;
	ecs_map_free(map);
	return NULL;
}

struct ecs_map *
ecs_map_parse(const char *text, size_t len, struct ecs_err *err)
{
	json_error_t why;
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);

	if (root != NULL)
		return build(root, err);
	ecs_err_set(
	    err, 400, "bad_map", "map, line %d: %s", why.line, why.text);
	ecs_err_at(
	    err, ECS_WHERE_LINE, "", (uint32_t)why.line, (uint32_t)why.column);
	return NULL;
}

struct ecs_map *
ecs_map_load(const char *path, struct ecs_err *err)
{
	json_error_t why;
	json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &why);

	if (root != NULL)
		return build(root, err);
	ecs_err_set(
	    err, 400, "bad_map", "%s, line %d: %s", path, why.line, why.text);
	return NULL;
}

void
ecs_map_free(struct ecs_map *map)
{
	if (map == NULL)
		return;
	ecs_arena_free(map->arena);
	json_decref(map->root);
	free(map);
}
