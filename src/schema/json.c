/* SPDX-License-Identifier: ISC */
/*
 * json - checked reading: unknown, missing and mistyped members are named.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/lang.h"

#include "json.h"

static bool
read_whole(FILE *file, struct ecs_buf *buf)
{
	char piece[16384];
	size_t len;

	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		ecs_buf_add(buf, piece, len);
	return ferror(file) == 0 && !buf->failed;
}

json_t *
ecs_schema_read_text(const char *path, const char *json,
    struct ecs_arena *arena, const char **text, struct ecs_err *err)
{
	json_error_t why;
	json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, &why);

	if (root == NULL) {
		ecs_err_set(err, 400, "bad_schema",
		    "%s: line %d, column %d: %s", path, why.line, why.column,
		    why.text);
		ecs_err_at(err, ECS_WHERE_LINE, path, (uint32_t)why.line,
		    (uint32_t)why.column);
		return NULL;
	}
	*text = ecs_arena_strdup(arena, json);
	if (*text != NULL)
		return root;
	ecs_err_memory(err);
	json_decref(root);
	return NULL;
}

json_t *
ecs_schema_read_file(const char *path, struct ecs_arena *arena,
    const char **text, struct ecs_err *err)
{
	struct ecs_buf buf = {0};
	json_error_t why;
	json_t *root = NULL;
	FILE *file = fopen(path, "re");

	if (file == NULL) {
		ecs_err_set(err, 400, "bad_schema", "%s: cannot be read: %s",
		    path, strerror(errno));
		return NULL;
	}
	if (!read_whole(file, &buf)) {
		ecs_err_set(err, 400, "bad_schema", "%s: cannot be read", path);
		goto out;
	}
	root = json_loadb(buf.data == NULL ? "" : buf.data, buf.len,
	    JSON_REJECT_DUPLICATES, &why);
	if (root == NULL) {
		ecs_err_set(err, 400, "bad_schema",
		    "%s: line %d, column %d: %s", path, why.line, why.column,
		    why.text);
		ecs_err_at(err, ECS_WHERE_LINE, path, (uint32_t)why.line,
		    (uint32_t)why.column);
		goto out;
	}
	*text = ecs_arena_strndup(arena, buf.data, buf.len);
	if (*text == NULL) {
		ecs_err_memory(err);
		json_decref(root);
		root = NULL;
	}
out:
	ecs_buf_fini(&buf);
	fclose(file);
	return root;
}

bool
ecs_schema_fail(
    const struct place *at, const char *member, const char *fmt, ...)
{
	char reason[128];
	char pointer[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	snprintf(pointer, sizeof(pointer), "%s%s%s", at->pointer,
	    member[0] == '\0' ? "" : "/", member);
	ecs_err_set(at->err, 400, "bad_schema", "%s: %s: %s", at->file,
	    pointer[0] == '\0' ? "(the whole)" : pointer, reason);
	return ecs_err_at(at->err, ECS_WHERE_POINTER, pointer, 0, 0);
}

static const char *
type_name(json_type type)
{
	switch (type) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
	case JSON_REAL:
		return "a number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	case JSON_NULL:
		return "null";
	}
	return "something else";
}

static bool
has_type(const json_t *value, json_type type)
{
	if (type == JSON_TRUE)
		return json_is_boolean(value);
	if (type == JSON_REAL)
		return json_is_number(value);
	return json_typeof(value) == type;
}

static bool
check_known(const struct place *at, const char *key, const json_t *value,
    const struct member *members, size_t n)
{
	const char *names[32];

	for (size_t i = 0; i < n && i < 32; i++) {
		names[i] = members[i].name;
		if (strcmp(key, members[i].name) != 0)
			continue;
		if (!has_type(value, members[i].type))
			return ecs_schema_fail(
			    at, key, "must be %s", type_name(members[i].type));
		return true;
	}
	ecs_schema_fail(at, key, "is not known here");
	ecs_err_did_you_mean(at->err, ecs_nearest_word(key, names, n));
	return false;
}

bool
ecs_schema_members(const struct place *at, json_t *object,
    const struct member *members, size_t n)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return ecs_schema_fail(at, "", "must be an object");
	json_object_foreach (object, key, value) {
		if (!check_known(at, key, value, members, n))
			return false;
	}
	for (size_t i = 0; i < n; i++)
		if (members[i].required &&
		    json_object_get(object, members[i].name) == NULL)
			return ecs_schema_fail(
			    at, "", "needs \"%s\"", members[i].name);
	return true;
}

struct place
ecs_schema_into(const struct place *at, const char *member)
{
	struct place next = *at;

	snprintf(next.pointer, sizeof(next.pointer), "%.120s/%.32s",
	    at->pointer, member);
	return next;
}

struct place
ecs_schema_item(const struct place *at, size_t index)
{
	char number[24];

	snprintf(number, sizeof(number), "%zu", index);
	return ecs_schema_into(at, number);
}

bool
ecs_schema_string(const struct place *at, json_t *object, const char *member,
    const char **text)
{
	json_t *value = json_object_get(object, member);

	*text = NULL;
	if (value == NULL)
		return true;
	if (!json_is_string(value))
		return ecs_schema_fail(at, member, "must be a string");
	if (json_string_length(value) == 0)
		return ecs_schema_fail(at, member, "must not be empty");
	*text = ecs_arena_strdup(at->arena, json_string_value(value));
	return *text != NULL || ecs_err_memory(at->err);
}

bool
ecs_schema_labels(
    const struct place *at, json_t *object, struct ecs_labels *labels)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return ecs_schema_fail(at, "", "must be an object");
	json_object_foreach (object, key, value) {
		int lang = ecs_lang_find(key, strlen(key));

		if (lang == ECS_LANG_NONE)
			return ecs_schema_fail(
			    at, key, "is no official language of the EU");
		if (!ecs_schema_string(at, object, key, &labels->text[lang]))
			return false;
	}
	return true;
}
