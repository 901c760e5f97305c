/* SPDX-License-Identifier: ISC */
/*
 * map_build - build the rules of a map.
 *
 *	RULE	a path, a list of RULEs, or an object with one source
 *		(from, first, value, template, geo, object) and then, list
 */
#include <stdio.h>
#include <string.h>

#include "map_build.h"

static bool
build_list(struct map_builder *builder, const json_t *value,
    enum rule_kind kind, struct map_rule *rule)
{
	struct map_rule **last = &rule->below;
	const json_t *element;
	char number[24];
	size_t i, len;

	rule->kind = kind;
	if (!json_is_array(value) || json_array_size(value) == 0) {
		map_wrong(builder, "must be a list of rules");
		return false;
	}
	json_array_foreach (value, i, element) {
		snprintf(number, sizeof(number), "%zu", i);
		len = map_enter(builder, number);
		*last = map_build_rule(builder, "", element);
		if (*last == NULL)
			return false;
		last = &(*last)->next;
		map_leave(builder, len);
	}
	return true;
}

/* One part of a template: what stands before a path, and the path. */
static const char *
build_template_part(
    struct map_builder *builder, const char *text, struct map_rule *part)
{
	const char *open = strchr(text, '{'), *close, *why = NULL, *name;

	if (open == NULL) {
		part->literal = text;
		return text + strlen(text);
	}
	close = strchr(open, '}');
	if (close == NULL)
		return map_wrong(builder, "a brace is not closed");
	part->literal =
	    ecs_arena_strndup(builder->arena, text, (size_t)(open - text));
	name = ecs_arena_strndup(
	    builder->arena, open + 1, (size_t)(close - open - 1));
	if (part->literal == NULL || name == NULL)
		return map_wrong(builder, "out of memory");
	part->path = map_path_parse(builder->arena, name, &why);
	if (part->path == NULL)
		return map_wrong(builder, "{%s}: %s", name, why);
	return close + 1;
}

static bool
build_template(
    struct map_builder *builder, const json_t *value, struct map_rule *rule)
{
	struct map_rule **last = &rule->below;
	const char *text = json_string_value(value);

	rule->kind = RULE_TEMPLATE;
	if (text == NULL || text[0] == '\0') {
		map_wrong(builder, "a template is a text");
		return false;
	}
	while (text != NULL && *text != '\0') {
		*last = map_take(builder, sizeof(**last));
		if (*last == NULL)
			return false;
		text = build_template_part(builder, text, *last);
		last = &(*last)->next;
	}
	return text != NULL;
}

/* A member of value that is a rule; a missing one is refused. */
struct map_rule *
map_build_member(
    struct map_builder *builder, const json_t *value, const char *name)
{
	const json_t *member = json_object_get(value, name);
	size_t len = map_enter(builder, name);
	struct map_rule *rule = member == NULL
	    ? map_wrong(builder, "missing")
	    : map_build_rule(builder, "", member);

	map_leave(builder, len);
	return rule;
}

static bool
build_geo(
    struct map_builder *builder, const json_t *value, struct map_rule *rule)
{
	static const char *const known[] = {"lat", "lon", NULL};

	rule->kind = RULE_GEO;
	if (!json_is_object(value)) {
		map_wrong(builder, "must be {\"lat\": .., \"lon\": ..}");
		return false;
	}
	if (!map_check_members(builder, value, known))
		return false;
	rule->below = map_build_member(builder, value, "lat");
	if (rule->below == NULL)
		return false;
	rule->below->next = map_build_member(builder, value, "lon");
	return rule->below->next != NULL;
}

/* Rules by the names of members: the fields of a map, an object, a part. */
bool
map_build_named(
    struct map_builder *builder, const json_t *value, struct map_rule **last)
{
	const char *name;
	json_t *member;
	size_t len;

	if (!json_is_object(value) || json_object_size(value) == 0) {
		map_wrong(builder, "must be an object of rules");
		return false;
	}
	json_object_foreach ((json_t *)value, name, member) {
		len = map_enter(builder, name);
		*last = map_build_rule(builder, name, member);
		if (*last == NULL)
			return false;
		last = &(*last)->next;
		map_leave(builder, len);
	}
	return true;
}

static bool
build_from(
    struct map_builder *builder, const json_t *value, struct map_rule *rule)
{
	if (json_is_array(value))
		return build_list(builder, value, RULE_ALL, rule);
	if (json_is_object(value)) {
		rule->kind = RULE_ALL;
		rule->below = map_build_rule(builder, "", value);
		return rule->below != NULL;
	}
	rule->kind = RULE_PATH;
	rule->path = map_build_path(builder, value);
	return rule->path != NULL;
}

static bool
build_source(struct map_builder *builder, const char *name, const json_t *value,
    struct map_rule *rule)
{
	if (strcmp(name, "from") == 0)
		return build_from(builder, value, rule);
	if (strcmp(name, "first") == 0)
		return build_list(builder, value, RULE_FIRST, rule);
	if (strcmp(name, "template") == 0)
		return build_template(builder, value, rule);
	if (strcmp(name, "geo") == 0)
		return build_geo(builder, value, rule);
	if (strcmp(name, "object") == 0) {
		rule->kind = RULE_OBJECT;
		return map_build_named(builder, value, &rule->below);
	}
	rule->kind = RULE_VALUE;
	rule->value = value;
	return true;
}

/* "needs" names members without which there is no object. */
bool
map_build_needs(
    struct map_builder *builder, const json_t *value, struct map_rule *rule)
{
	size_t len = map_enter(builder, "needs");

	if (!map_is_texts(value)) {
		map_wrong(builder, "must be a list of names");
		return false;
	}
	map_leave(builder, len);
	rule->value = value;
	return true;
}

/* The members that go with a source: each and needs, then, list. */
static bool
build_rest(
    struct map_builder *builder, const json_t *value, struct map_rule *rule)
{
	const json_t *each = json_object_get(value, "each");
	const json_t *needs = json_object_get(value, "needs");
	const json_t *then = json_object_get(value, "then");
	const json_t *list = json_object_get(value, "list");
	size_t len;
	bool ok = true;

	if ((each != NULL || needs != NULL) && rule->kind != RULE_OBJECT) {
		map_wrong(builder, "each and needs go with object only");
		return false;
	}
	if (list != NULL && !json_is_boolean(list)) {
		map_wrong(builder, "list is true or false");
		return false;
	}
	rule->list = json_is_true(list);
	if (each != NULL) {
		len = map_enter(builder, "each");
		rule->path = map_build_path(builder, each);
		ok = rule->path != NULL;
		map_leave(builder, len);
	}
	if (ok && needs != NULL)
		ok = map_build_needs(builder, needs, rule);
	if (ok && then != NULL) {
		len = map_enter(builder, "then");
		ok = map_build_steps(builder, then, rule);
		map_leave(builder, len);
	}
	return ok;
}

static const char *const sources[] = {
    "from", "first", "value", "template", "geo", "object", NULL};

static bool
build_rule_object(
    struct map_builder *builder, const json_t *value, struct map_rule *rule)
{
	static const char *const known[] = {"from", "first", "value",
	    "template", "geo", "object", "each", "needs", "then", "list", NULL};
	const json_t *source = NULL, *member;
	const char *name = NULL;
	size_t len;

	if (!map_check_members(builder, value, known))
		return false;
	for (size_t i = 0; sources[i] != NULL; i++) {
		member = json_object_get(value, sources[i]);
		if (member != NULL && source != NULL) {
			map_wrong(builder,
			    "both %s and %s; a rule has one source", name,
			    sources[i]);
			return false;
		}
		if (member != NULL) {
			source = member;
			name = sources[i];
		}
	}
	if (source == NULL) {
		map_wrong(builder,
		    "a rule needs from, first, value, template, "
		    "geo or object");
		return false;
	}
	len = map_enter(builder, name);
	if (!build_source(builder, name, source, rule))
		return false;
	map_leave(builder, len);
	return build_rest(builder, value, rule);
}

struct map_rule *
map_build_rule(
    struct map_builder *builder, const char *name, const json_t *value)
{
	struct map_rule *rule = map_take(builder, sizeof(*rule));
	bool ok;

	if (rule == NULL)
		return NULL;
	rule->name = name;
	if (json_is_object(value))
		ok = build_rule_object(builder, value, rule);
	else
		ok = build_from(builder, value, rule);
	return ok ? rule : NULL;
}
