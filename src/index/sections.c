/* SPDX-License-Identifier: ISC */
/*
 * sections - the parts of a long document, each under the path of its headings.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/arena.h"
#include "ecsearch/buf.h"
#include "ecsearch/doc.h"
#include "ecsearch/err.h"

#include "sections.h"

enum { DEEPEST = 9 };

static const char *const known[] = {"heading", "level", "page", "text"};

/* The headings above the section being read, by level from 1. */
struct trail {
	const char *heading[DEEPEST + 1];
};

void
ecs_pointer_step(char *step, size_t size, const char *name)
{
	size_t len = 0;

	for (; *name != '\0' && len + 2 < size; name++) {
		if (*name == '~' || *name == '/')
			step[len++] = '~';
		step[len++] = *name == '~' ? '0' : *name == '/' ? '1' : *name;
	}
	step[len] = '\0';
}

static bool
fail(struct ecs_err *err, size_t index, const char *member, const char *reason)
{
	char pointer[96];
	char step[48];

	ecs_pointer_step(step, sizeof(step), member);
	snprintf(pointer, sizeof(pointer), "/sections/%zu%s%s", index,
	    step[0] == '\0' ? "" : "/", step);
	ecs_err_set(err, 422, "bad_document", "%s %s", pointer, reason);
	return ecs_err_at(err, ECS_WHERE_POINTER, pointer, 0, 0);
}

static bool
check_members(json_t *object, size_t index, struct ecs_err *err)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return fail(err, index, "", "must be an object");
	json_object_foreach (object, key, value) {
		size_t i = 0;

		while (i < 4 && strcmp(known[i], key) != 0)
			i++;
		if (i < 4)
			continue;
		fail(err, index, key, "is no member of a section");
		ecs_err_did_you_mean(err, ecs_nearest_word(key, known, 4));
		return false;
	}
	return true;
}

/* A member that is absent or null counts as not given. */
static json_t *
given(json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);

	return json_is_null(value) ? NULL : value;
}

static bool
read_string(json_t *object, size_t index, const char *member,
    struct ecs_arena *arena, const char **text, struct ecs_err *err)
{
	json_t *value = given(object, member);

	*text = "";
	if (value == NULL)
		return true;
	if (!json_is_string(value))
		return fail(err, index, member, "must be a string");
	*text = ecs_arena_strndup(
	    arena, json_string_value(value), json_string_length(value));
	return *text != NULL || ecs_err_memory(err);
}

static bool
read_integer(json_t *object, size_t index, const char *member, int64_t least,
    int64_t *number, struct ecs_err *err)
{
	json_t *value = given(object, member);

	if (value == NULL)
		return true;
	if (!json_is_integer(value) || json_integer_value(value) < least)
		return fail(err, index, member, "must be a positive number");
	*number = json_integer_value(value);
	return true;
}

static const char *
make_path(struct ecs_arena *arena, const struct trail *trail)
{
	struct ecs_buf path = {0};
	const char *copy;

	ecs_buf_puts(&path, "");
	for (int level = 1; level <= DEEPEST; level++) {
		if (trail->heading[level] == NULL)
			continue;
		if (path.len > 0)
			ecs_buf_puts(&path, " \xE2\x80\xBA ");
		ecs_buf_puts(&path, trail->heading[level]);
	}
	copy =
	    path.failed ? NULL : ecs_arena_strndup(arena, path.data, path.len);
	ecs_buf_fini(&path);
	return copy;
}

static bool
read_section(struct ecs_doc *doc, json_t *object, size_t index,
    struct trail *trail, struct ecs_doc_section *section, struct ecs_err *err)
{
	int64_t level = 1;

	section->page = -1;
	if (!check_members(object, index, err) ||
	    !read_string(
		object, index, "heading", doc->arena, &section->heading, err) ||
	    !read_string(
		object, index, "text", doc->arena, &section->text, err) ||
	    !read_integer(object, index, "level", 1, &level, err) ||
	    !read_integer(object, index, "page", 0, &section->page, err))
		return false;
	section->len = strlen(section->text);
	if (level > DEEPEST)
		level = DEEPEST;
	section->level = (int)level;
	if (section->heading[0] != '\0') {
		trail->heading[level] = section->heading;
		for (int below = (int)level + 1; below <= DEEPEST; below++)
			trail->heading[below] = NULL;
	}
	section->path = make_path(doc->arena, trail);
	return section->path != NULL || ecs_err_memory(err);
}

bool
ecs_sections_read(struct ecs_doc *doc, json_t *json, struct ecs_err *err)
{
	struct ecs_doc_section *sections;
	struct trail trail = {0};
	size_t i;
	json_t *item;

	if (!json_is_array(json)) {
		ecs_err_set(
		    err, 422, "bad_document", "/sections must be an array");
		return ecs_err_at(err, ECS_WHERE_POINTER, "/sections", 0, 0);
	}
	sections = ecs_arena_alloc(
	    doc->arena, (json_array_size(json) + 1) * sizeof(*sections));
	if (sections == NULL)
		return ecs_err_memory(err);
	json_array_foreach (json, i, item) {
		if (!read_section(doc, item, i, &trail, &sections[i], err))
			return false;
	}
	doc->sections = sections;
	doc->nsections = json_array_size(json);
	return true;
}
