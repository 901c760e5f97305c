/* SPDX-License-Identifier: ISC */
/*
 * map_apply - make a document of a record by the rules of a map.
 */
#include <stdio.h>
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "map_rules.h"

/* Between the values of a key; it stands in no id. */
#define KEY_MARK "\x1F"

/* Add the values of rule for record to list. */
static bool
add_values(const struct map_rule *rule, const json_t *record, json_t *list,
    struct ecs_err *err)
{
	json_t *values = map_rule_values(rule, record, err);
	bool ok;

	if (values == NULL)
		return false;
	ok = json_array_extend(list, values) == 0 || ecs_err_memory(err);
	json_decref(values);
	return ok;
}

static bool
add_all(const struct map_rule *rule, const json_t *record, json_t *list,
    struct ecs_err *err)
{
	const struct map_rule *below;

	for (below = rule->below; below != NULL; below = below->next) {
		if (!add_values(below, record, list, err))
			return false;
		if (rule->kind == RULE_FIRST && json_array_size(list) > 0)
			break;
	}
	return true;
}

static void
put_value_text(struct ecs_buf *buf, const json_t *value)
{
	if (json_is_string(value))
		ecs_buf_puts(buf, json_string_value(value));
	else if (json_is_integer(value))
		ecs_buf_printf(
		    buf, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		ecs_buf_printf(buf, "%.15g", json_real_value(value));
}

/* Fill a template in; nothing when one of its values is missing. */
static bool
add_template(const struct map_rule *rule, const json_t *record, json_t *list,
    struct ecs_err *err)
{
	const struct map_rule *part;
	struct ecs_buf buf = {0};
	bool ok = true, missing = false;
	json_t *values;

	for (part = rule->below; part != NULL && !missing; part = part->next) {
		ecs_buf_puts(&buf, part->literal);
		if (part->path == NULL)
			continue;
		values = json_array();
		ok = map_path_walk(part->path, record, values);
		missing = !ok || json_array_size(values) == 0;
		put_value_text(&buf, json_array_get(values, 0));
		json_decref(values);
	}
	if (ok && !missing)
		ok = json_array_append_new(
			 list, json_stringn(buf.data, buf.len)) == 0;
	ok = ok && !buf.failed;
	ecs_buf_fini(&buf);
	return ok || ecs_err_memory(err);
}

/* A place, when both of its numbers are there. */
static bool
add_geo(const struct map_rule *rule, const json_t *record, json_t *list,
    struct ecs_err *err)
{
	json_t *lat = map_rule_values(rule->below, record, err);
	json_t *lon = map_rule_values(rule->below->next, record, err);
	bool ok = lat != NULL && lon != NULL;

	if (ok && json_array_size(lat) > 0 && json_array_size(lon) > 0)
		ok = json_array_append_new(list,
			 json_pack("{sOsO}", "lat", json_array_get(lat, 0),
			     "lon", json_array_get(lon, 0))) == 0 ||
		    ecs_err_memory(err);
	json_decref(lat);
	json_decref(lon);
	return ok;
}

static bool
is_empty(const json_t *value)
{
	return json_is_null(value) ||
	    (json_is_string(value) && json_string_length(value) == 0);
}

/* Where in the document a failure lies, told once and from the inside. */
static bool
say_field(const char *name, struct ecs_err *err)
{
	char text[sizeof(err->text)], pointer[96];

	if (err->places > 0 || err->status >= 500)
		return false;
	snprintf(text, sizeof(text), "%s", err->text);
	snprintf(err->text, sizeof(err->text), "%.80s: %.140s", name, text);
	snprintf(pointer, sizeof(pointer), "/%.90s", name);
	return ecs_err_at(err, ECS_WHERE_POINTER, pointer, 0, 0);
}

/* Set one member of object to what its rule gives, if anything. */
static bool
set_member(json_t *object, const struct map_rule *rule, const json_t *record,
    struct ecs_err *err)
{
	json_t *values = map_rule_values(rule, record, err);
	int failed = 0;

	if (values == NULL)
		return say_field(rule->name, err);
	for (size_t i = json_array_size(values); i-- > 0;) {
		if (is_empty(json_array_get(values, i)))
			json_array_remove(values, i);
	}
	if (json_array_size(values) > 0)
		failed = json_object_set(object, rule->name,
		    rule->list ? values : json_array_get(values, 0));
	json_decref(values);
	return failed == 0 || ecs_err_memory(err);
}

/* An object of its own for one node, unless a needed member is missing. */
static bool
add_one_object(const struct map_rule *rule, const json_t *node, json_t *list,
    struct ecs_err *err)
{
	json_t *object = json_object(), *need;
	const struct map_rule *member;
	size_t i;
	bool ok = object != NULL || ecs_err_memory(err);

	for (member = rule->below; ok && member; member = member->next)
		ok = set_member(object, member, node, err);
	json_array_foreach (rule->value, i, need) {
		if (json_object_get(object, json_string_value(need)) == NULL) {
			json_decref(object);
			return ok;
		}
	}
	if (ok && json_object_size(object) > 0)
		ok =
		    json_array_append(list, object) == 0 || ecs_err_memory(err);
	json_decref(object);
	return ok;
}

static bool
add_objects(const struct map_rule *rule, const json_t *record, json_t *list,
    struct ecs_err *err)
{
	json_t *nodes, *node;
	size_t i;
	bool ok;

	if (rule->path == NULL)
		return add_one_object(rule, record, list, err);
	nodes = json_array();
	ok = map_path_walk(rule->path, record, nodes) || ecs_err_memory(err);
	json_array_foreach (nodes, i, node) {
		ok = ok && add_one_object(rule, node, list, err);
	}
	json_decref(nodes);
	return ok;
}

static bool
add_source(const struct map_rule *rule, const json_t *record, json_t *list,
    struct ecs_err *err)
{
	switch (rule->kind) {
	case RULE_PATH:
		return map_path_walk(rule->path, record, list) ||
		    ecs_err_memory(err);
	case RULE_ALL:
	case RULE_FIRST:
		return add_all(rule, record, list, err);
	case RULE_VALUE:
		if (json_is_array(rule->value))
			return json_array_extend(list, (json_t *)rule->value) ==
			    0 ||
			    ecs_err_memory(err);
		return json_array_append(list, (json_t *)rule->value) == 0 ||
		    ecs_err_memory(err);
	case RULE_TEMPLATE:
		return add_template(rule, record, list, err);
	case RULE_GEO:
		return add_geo(rule, record, list, err);
	case RULE_OBJECT:
		break;
	}
	return add_objects(rule, record, list, err);
}

/* Leave out of list what another rule gives. */
static json_t *
run_except(const struct map_step *step, const json_t *record, json_t *list,
    struct ecs_err *err)
{
	json_t *others = map_rule_values(step->except, record, err);
	json_t *other;
	size_t i;

	if (others == NULL)
		return NULL;
	json_array_foreach (others, i, other) {
		for (size_t k = json_array_size(list); k-- > 0;) {
			if (json_equal(json_array_get(list, k), other))
				json_array_remove(list, k);
		}
	}
	json_decref(others);
	return json_incref(list);
}

json_t *
map_rule_values(
    const struct map_rule *rule, const json_t *record, struct ecs_err *err)
{
	json_t *list = json_array(), *next;
	const struct map_step *step;

	if (list == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	if (!add_source(rule, record, list, err)) {
		json_decref(list);
		return NULL;
	}
	for (step = rule->steps; step && list; step = step->next) {
		if (step->kind == STEP_EXCEPT)
			next = run_except(step, record, list, err);
		else
			next = map_step_run(step, list, err);
		json_decref(list);
		list = next;
	}
	return list;
}

json_t *
ecs_map_apply(
    const struct ecs_map *map, const json_t *record, struct ecs_err *err)
{
	json_t *document = json_object();
	const struct map_rule *field;

	if (document == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	for (field = map->fields; field != NULL; field = field->next) {
		if (!set_member(document, field, record, err)) {
			json_decref(document);
			return NULL;
		}
	}
	return document;
}

struct ecs_grouping
ecs_map_grouping(const struct ecs_map *map)
{
	return map->grouping;
}

json_t *
ecs_map_key(
    const struct ecs_map *map, const json_t *record, struct ecs_err *err)
{
	json_t *values = map_rule_values(map->by, record, err), *value, *key;
	struct ecs_buf buf = {0};
	size_t i;

	if (values == NULL)
		return NULL;
	json_array_foreach (values, i, value) {
		ecs_buf_puts(&buf, i > 0 ? KEY_MARK : "");
		put_value_text(&buf, value);
	}
	json_decref(values);
	if (buf.len == 0)
		ecs_err_set(err, 422, "bad_group",
		    "the record has nothing to be grouped by");
	key = buf.len == 0 ? NULL : json_stringn(buf.data, buf.len);
	if (key == NULL)
		ecs_err_memory(err);
	ecs_buf_fini(&buf);
	return key;
}

bool
ecs_map_parts(const struct ecs_map *map, const json_t *record, json_t *parts,
    struct ecs_err *err)
{
	return add_values(map->each, record, parts, err);
}
