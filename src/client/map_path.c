/* SPDX-License-Identifier: ISC */
/*
 * map_path - paths into a record.
 *
 *	city                     a member
 *	address.city             a member of a member
 *	names[types=label]       the elements whose member is, or holds, a value
 *	names[lang!=en]          the others
 *	links[0]  links[-1]      one element
 *	.                        the record itself
 *
 * A member of an array is that member of each element.  A backslash takes the
 * next character as it is, for names that hold a dot or a bracket.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "map_rules.h"

/* Copy up to one of stops, undoing backslashes; *at ends on the stop. */
static char *
take_word(struct ecs_arena *arena, const char **at, const char *stops)
{
	char *word = ecs_arena_alloc(arena, strlen(*at) + 1);
	size_t len = 0;

	if (word == NULL)
		return NULL;
	while (**at != '\0' && strchr(stops, **at) == NULL) {
		if (**at == '\\' && (*at)[1] != '\0')
			(*at)++;
		word[len++] = *(*at)++;
	}
	word[len] = '\0';
	return word;
}

static bool
parse_index(const char *word, int *index)
{
	char *end;
	long value = strtol(word, &end, 10);

	if (end == word || *end != '\0' || value < -1000000 || value > 1000000)
		return false;
	*index = (int)value;
	return true;
}

/* One [..]; *at stands behind the opening bracket and ends behind the other. */
static struct map_test *
parse_test(struct ecs_arena *arena, const char **at, const char **why)
{
	struct map_test *test = ecs_arena_alloc(arena, sizeof(*test));
	char *word = take_word(arena, at, "=!]");

	if (test == NULL || word == NULL) {
		*why = "out of memory";
		return NULL;
	}
	if (**at == ']') {
		(*at)++;
		test->kind = TEST_INDEX;
		if (parse_index(word, &test->index))
			return test;
		*why = "brackets hold a number, or a member = or != a value";
		return NULL;
	}
	test->kind = **at == '!' ? TEST_DIFFERS : TEST_EQUAL;
	if (**at == '!')
		(*at)++;
	test->member = word;
	*why = "brackets hold a number, or a member = or != a value";
	if (**at != '=' || word[0] == '\0')
		return NULL;
	(*at)++;
	test->value = take_word(arena, at, "]");
	if (test->value == NULL || **at != ']')
		return NULL;
	(*at)++;
	return test;
}

static struct map_path *
parse_member(struct ecs_arena *arena, const char **at, const char **why)
{
	struct map_path *path = ecs_arena_alloc(arena, sizeof(*path));
	struct map_test **last;

	*why = "out of memory";
	if (path == NULL || (path->member = take_word(arena, at, ".[")) == NULL)
		return NULL;
	*why = "a name is missing";
	if (path->member[0] == '\0')
		return NULL;
	last = &path->tests;
	while (**at == '[') {
		(*at)++;
		*last = parse_test(arena, at, why);
		if (*last == NULL)
			return NULL;
		last = &(*last)->next;
	}
	return path;
}

struct map_path *
map_path_parse(struct ecs_arena *arena, const char *text, const char **why)
{
	struct map_path *path = NULL, **last = &path;

	if (strcmp(text, ".") == 0) {
		*why = "out of memory";
		return ecs_arena_alloc(arena, sizeof(*path));
	}
	for (;;) {
		*last = parse_member(arena, &text, why);
		if (*last == NULL)
			return NULL;
		if (*text == '\0')
			return path;
		*why = "a dot is missing";
		if (*text != '.')
			return NULL;
		text++;
		last = &(*last)->next;
	}
}

/* Whether a value is, as text, what a path compares it with. */
static bool
is_text(const json_t *value, const char *text)
{
	char number[32];

	if (json_is_string(value))
		return strcmp(json_string_value(value), text) == 0;
	if (json_is_boolean(value))
		return strcmp(json_is_true(value) ? "true" : "false", text) ==
		    0;
	if (json_is_integer(value)) {
		snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
		return strcmp(number, text) == 0;
	}
	return false;
}

static bool
holds(const json_t *value, const char *text)
{
	const json_t *element;
	size_t i;

	json_array_foreach (value, i, element) {
		if (is_text(element, text))
			return true;
	}
	return is_text(value, text);
}

static bool
append(json_t *list, const json_t *value)
{
	return json_array_append(list, (json_t *)value) == 0;
}

/* An array's elements, or the value itself; null is no value. */
static bool
spread(const json_t *value, json_t *list)
{
	const json_t *element;
	size_t i;

	if (value == NULL || json_is_null(value))
		return true;
	if (!json_is_array(value))
		return append(list, value);
	json_array_foreach (value, i, element) {
		if (!spread(element, list))
			return false;
	}
	return true;
}

/* Keep of list what passes test, in place. */
static void
run_test(const struct map_test *test, json_t *list)
{
	size_t size = json_array_size(list);
	size_t only =
	    test->index < 0 ? size + (size_t)test->index : (size_t)test->index;
	bool keep;

	for (size_t i = size; i-- > 0;) {
		const json_t *value = json_array_get(list, i);

		if (test->kind == TEST_INDEX)
			keep = i == only;
		else
			keep = holds(json_object_get(value, test->member),
				   test->value) == (test->kind == TEST_EQUAL);
		if (!keep)
			json_array_remove(list, i);
	}
}

bool
map_path_walk(const struct map_path *path, const json_t *node, json_t *list)
{
	const json_t *element;
	json_t *found;
	size_t i;
	bool ok = true;

	if (path == NULL || path->member == NULL)
		return spread(node, list);
	found = json_array();
	if (found == NULL ||
	    !spread(json_object_get(node, path->member), found))
		ok = false;
	for (struct map_test *test = path->tests; test; test = test->next)
		run_test(test, found);
	json_array_foreach (found, i, element) {
		if (ok)
			ok = map_path_walk(path->next, element, list);
	}
	json_decref(found);
	return ok;
}
