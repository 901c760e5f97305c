/* SPDX-License-Identifier: ISC */
/*
 * map_steps - build the steps of a rule, and what all builders share.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "map_build.h"
#include "suggest.h"

/* Go down to a member; what is returned brings map_leave() back. */
size_t
map_enter(struct map_builder *builder, const char *name)
{
	size_t len = strlen(builder->pointer);

	snprintf(builder->pointer + len, sizeof(builder->pointer) - len, "/%s",
	    name);
	return len;
}

void
map_leave(struct map_builder *builder, size_t len)
{
	builder->pointer[len] = '\0';
}

/* Refuse the map for what stands at the pointer; always NULL. */
void *
map_wrong(struct map_builder *builder, const char *fmt, ...)
{
	char why[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	ecs_err_set(builder->err, 400, "bad_map", "map, at %s: %s",
	    builder->pointer[0] == '\0' ? "/" : builder->pointer, why);
	ecs_err_at(builder->err, ECS_WHERE_POINTER, builder->pointer, 0, 0);
	return NULL;
}

void *
map_take(struct map_builder *builder, size_t size)
{
	void *memory = ecs_arena_alloc(builder->arena, size);

	if (memory == NULL)
		ecs_err_memory(builder->err);
	return memory;
}

/* Refuse members that are not among known, which ends in NULL. */
bool
map_check_members(
    struct map_builder *builder, const json_t *object, const char *const *known)
{
	const char *name, *near;
	const json_t *value;
	size_t len;

	json_object_foreach ((json_t *)object, name, value) {
		size_t i = 0;

		while (known[i] != NULL && strcmp(known[i], name) != 0)
			i++;
		if (known[i] != NULL)
			continue;
		near = ecs_suggest(name, known);
		len = map_enter(builder, name);
		map_wrong(builder, "unknown member%s%s%s",
		    near == NULL ? "" : "; did you mean \"",
		    near == NULL ? "" : near, near == NULL ? "" : "\"?");
		if (near != NULL)
			ecs_err_did_you_mean(builder->err, near);
		map_leave(builder, len);
		return false;
	}
	return true;
}

bool
map_is_texts(const json_t *value)
{
	const json_t *element;
	size_t i;

	json_array_foreach (value, i, element) {
		if (!json_is_string(element) ||
		    json_string_length(element) == 0)
			return false;
	}
	return json_array_size(value) > 0;
}

struct map_path *
map_build_path(struct map_builder *builder, const json_t *value)
{
	const char *why = "a path is a string";
	struct map_path *path = NULL;

	if (json_is_string(value))
		path = map_path_parse(
		    builder->arena, json_string_value(value), &why);
	if (path == NULL)
		map_wrong(builder, "%s", why);
	return path;
}

/* ---- steps ---- */

enum argument { ARG_NONE, ARG_TEXT, ARG_TABLE, ARG_RULE, ARG_TEXTS };

/* What may stand under "then": the word, what follows it, what it does. */
static const struct step_word {
	const char *word;
	enum argument argument;
	enum step_kind kind;
	enum otherwise otherwise; /* unless the step says */
} step_words[] = {
    {"trim", ARG_NONE, STEP_TRIM, OTHERWISE_KEEP},
    {"lower", ARG_NONE, STEP_LOWER, OTHERWISE_KEEP},
    {"title-case", ARG_NONE, STEP_TITLE_CASE, OTHERWISE_KEEP},
    {"number", ARG_NONE, STEP_NUMBER, OTHERWISE_ERROR},
    {"year", ARG_NONE, STEP_YEAR, OTHERWISE_ERROR},
    {"date", ARG_NONE, STEP_DATE, OTHERWISE_ERROR},
    {"unique", ARG_NONE, STEP_UNIQUE, OTHERWISE_KEEP},
    {"split", ARG_TEXT, STEP_SPLIT, OTHERWISE_KEEP},
    {"before", ARG_TEXT, STEP_BEFORE, OTHERWISE_KEEP},
    {"after", ARG_TEXT, STEP_AFTER, OTHERWISE_KEEP},
    {"last", ARG_TEXT, STEP_LAST, OTHERWISE_KEEP},
    {"values", ARG_TABLE, STEP_VALUES, OTHERWISE_KEEP},
    {"except", ARG_RULE, STEP_EXCEPT, OTHERWISE_KEEP},
    {"headings", ARG_TEXTS, STEP_HEADINGS, OTHERWISE_KEEP},
};
enum { STEP_WORDS = sizeof(step_words) / sizeof(step_words[0]) };

static const struct step_word *
find_step_word(const char *word, bool bare)
{
	for (size_t i = 0; i < STEP_WORDS; i++) {
		if (strcmp(step_words[i].word, word) == 0 &&
		    (step_words[i].argument == ARG_NONE) == bare)
			return &step_words[i];
	}
	return NULL;
}

/* What stands behind the word of a step, checked for what it must be. */
static bool
build_argument(struct map_builder *builder, const struct step_word *word,
    const json_t *value, struct map_step *step)
{
	switch (word->argument) {
	case ARG_NONE:
		return true;
	case ARG_TEXT:
		step->text = json_string_value(value);
		if (step->text == NULL || step->text[0] == '\0')
			map_wrong(builder, "must be a text that is not empty");
		break;
	case ARG_TABLE:
		step->table = value;
		if (!json_is_object(value))
			map_wrong(builder, "must be an object of values");
		break;
	case ARG_RULE:
		step->except = map_build_rule(builder, "", value);
		break;
	case ARG_TEXTS:
		step->table = value;
		if (!map_is_texts(value))
			map_wrong(builder, "must be a list of texts");
		break;
	}
	return builder->err->status == 0;
}

static bool
build_otherwise(
    struct map_builder *builder, const json_t *value, struct map_step *step)
{
	static const char *const words[] = {"keep", "drop", "error"};

	for (int i = 0; i < 3 && json_is_string(value); i++) {
		if (strcmp(json_string_value(value), words[i]) == 0) {
			step->otherwise = (enum otherwise)i;
			return true;
		}
	}
	map_wrong(builder, "otherwise is keep, drop or error");
	return false;
}

/* {"values": {..}, "otherwise": "drop"}, {"to": "number", ..}, {"split": ";"}
 */
static bool
build_step_object(
    struct map_builder *builder, const json_t *value, struct map_step *step)
{
	const struct step_word *word = NULL, *found;
	const char *name;
	json_t *member;
	size_t len;

	json_object_foreach ((json_t *)value, name, member) {
		if (strcmp(name, "otherwise") == 0)
			continue;
		len = map_enter(builder, name);
		if (strcmp(name, "to") == 0 && json_is_string(member))
			found = find_step_word(json_string_value(member), true);
		else
			found = find_step_word(name, false);
		if (found == NULL || word != NULL) {
			map_wrong(builder,
			    found == NULL
				? "no such step"
				: "a step does one thing; make it two");
			return false;
		}
		word = found;
		step->kind = word->kind;
		step->otherwise = word->otherwise;
		if (!build_argument(builder, word, member, step))
			return false;
		map_leave(builder, len);
	}
	member = json_object_get(value, "otherwise");
	if (word == NULL) {
		map_wrong(builder, "a step names what to do");
		return false;
	}
	return member == NULL || build_otherwise(builder, member, step);
}

static struct map_step *
build_step(struct map_builder *builder, const json_t *value)
{
	struct map_step *step = map_take(builder, sizeof(*step));
	const struct step_word *word;

	if (step == NULL)
		return NULL;
	if (json_is_object(value))
		return build_step_object(builder, value, step) ? step : NULL;
	word = json_is_string(value)
	    ? find_step_word(json_string_value(value), true)
	    : NULL;
	if (word == NULL)
		return map_wrong(builder, "no such step");
	step->kind = word->kind;
	step->otherwise = word->otherwise;
	return step;
}

bool
map_build_steps(
    struct map_builder *builder, const json_t *value, struct map_rule *rule)
{
	struct map_step **last = &rule->steps;
	const json_t *element;
	char number[24];
	size_t i, len;

	while (*last != NULL)
		last = &(*last)->next;
	if (!json_is_array(value)) {
		map_wrong(builder, "must be a list of steps");
		return false;
	}
	json_array_foreach (value, i, element) {
		snprintf(number, sizeof(number), "%zu", i);
		len = map_enter(builder, number);
		*last = build_step(builder, element);
		if (*last == NULL)
			return false;
		last = &(*last)->next;
		map_leave(builder, len);
	}
	return true;
}
