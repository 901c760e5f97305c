/* SPDX-License-Identifier: ISC */
/*
 * suggest_params - what may be said with /v1/suggest.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/suggest.h"

#include "internal.h"

enum { LONGEST_Q = 1000, DEFAULT_LIMIT = 10 };

static const char *const type_names[ECS_SUGGESTION_TYPES] = {
    "name", "value", "phrase"};
/* As parameter they stand in the plural. */
static const char *const type_words[ECS_SUGGESTION_TYPES] = {
    "names", "values", "phrases"};

const char *
ecs_suggestion_type_name(enum ecs_suggestion_type type)
{
	return type_names[type];
}

struct reading {
	struct ecs_suggest *suggest;
	const bool *visible;
	struct ecs_err *err;
	bool in_given; /* a list has replaced the default */
	bool types_given;
};

static bool
fail(struct reading *in, const char *name, const char *fmt, ...)
{
	char reason[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	ecs_err_set(in->err, 400, "bad_parameter", "%s: %s", name, reason);
	return ecs_err_at(in->err, ECS_WHERE_PARAMETER, name, 0, 0);
}

static bool
read_q(struct reading *in, const char *value)
{
	if (strlen(value) > LONGEST_Q)
		return fail(in, "q", "must be at most %d bytes", LONGEST_Q);
	in->suggest->q = ecs_arena_strdup(in->suggest->arena, value);
	return in->suggest->q != NULL || ecs_err_memory(in->err);
}

/* One name of a list of names. */
static bool
read_collection(struct reading *in, const char *name)
{
	const struct ecs_schema *schema = in->suggest->schema;
	const char *names[ECS_MAX_COLLECTIONS];
	size_t n = 0;

	for (int i = 0; i < schema->ncollections; i++) {
		if (!in->visible[i])
			continue;
		names[n++] = schema->collections[i].name;
		if (strcmp(schema->collections[i].name, name) != 0)
			continue;
		if (!in->in_given)
			memset(in->suggest->in, 0, sizeof(in->suggest->in));
		in->in_given = true;
		return in->suggest->in[i] = true;
	}
	fail(in, "in", "there is no collection \"%.60s\"", name);
	ecs_err_did_you_mean(in->err, ecs_nearest_word(name, names, n));
	return false;
}

static bool
read_type(struct reading *in, const char *name)
{
	for (int i = 0; i < ECS_SUGGESTION_TYPES; i++) {
		if (strcmp(type_words[i], name) != 0)
			continue;
		if (!in->types_given)
			memset(
			    in->suggest->types, 0, sizeof(in->suggest->types));
		in->types_given = true;
		return in->suggest->types[i] = true;
	}
	fail(in, "types", "\"%.60s\" is no kind of suggestion", name);
	ecs_err_did_you_mean(
	    in->err, ecs_nearest_word(name, type_words, ECS_SUGGESTION_TYPES));
	return false;
}

/* Names between commas. */
static bool
read_list(struct reading *in, const char *value,
    bool (*read_name)(struct reading *in, const char *name))
{
	while (*value != '\0') {
		size_t len = strcspn(value, ",");
		char *name = ecs_arena_strndup(in->suggest->arena, value, len);

		if (name == NULL)
			return ecs_err_memory(in->err);
		if (len > 0 && !read_name(in, name))
			return false;
		value += len + (value[len] == ',');
	}
	return true;
}

static bool
read_in(struct reading *in, const char *value)
{
	return read_list(in, value, read_collection);
}

static bool
read_types(struct reading *in, const char *value)
{
	return read_list(in, value, read_type);
}

static bool
read_lang(struct reading *in, const char *value)
{
	in->suggest->lang = ecs_lang_find(value, strlen(value));
	if (in->suggest->lang != ECS_LANG_NONE || strcmp(value, "auto") == 0)
		return true;
	return fail(
	    in, "lang", "must be auto or an official language of the EU");
}

static bool
read_limit(struct reading *in, const char *value)
{
	char *end;
	long limit = strtol(value, &end, 10);

	if (value[0] < '0' || value[0] > '9' || *end != '\0' || limit < 1 ||
	    limit > ECS_MAX_SUGGESTIONS)
		return fail(in, "limit", "must be a number from 1 to %d",
		    ECS_MAX_SUGGESTIONS);
	in->suggest->limit = (uint32_t)limit;
	return true;
}

static bool
read_documents(struct reading *in, const char *value)
{
	in->suggest->documents = strcmp(value, "true") == 0;
	return in->suggest->documents || strcmp(value, "false") == 0 ||
	    fail(in, "documents", "must be true or false");
}

static const struct {
	const char *name;
	bool (*read)(struct reading *in, const char *value);
} parameters[] = {
    {"q", read_q},
    {"in", read_in},
    {"lang", read_lang},
    {"limit", read_limit},
    {"types", read_types},
    {"documents", read_documents},
};
enum { NPARAMETERS = sizeof(parameters) / sizeof(parameters[0]) };

static bool
read_parameter(struct reading *in, const struct ecs_query_parameter *parameter)
{
	const char *names[NPARAMETERS];

	for (size_t i = 0; i < NPARAMETERS; i++) {
		names[i] = parameters[i].name;
		if (strcmp(parameters[i].name, parameter->name) == 0)
			return parameters[i].read(in, parameter->value);
	}
	ecs_err_set(in->err, 400, "unknown_parameter",
	    "the parameter \"%.60s\" is not known here", parameter->name);
	ecs_err_at(in->err, ECS_WHERE_PARAMETER, parameter->name, 0, 0);
	ecs_err_did_you_mean(
	    in->err, ecs_nearest_word(parameter->name, names, NPARAMETERS));
	return false;
}

struct ecs_suggest *
ecs_suggest_read(const struct ecs_schema *schema, const bool *visible,
    const struct ecs_query_parameter *list, size_t n, struct ecs_err *err)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_suggest *suggest =
	    arena == NULL ? NULL : ecs_arena_alloc(arena, sizeof(*suggest));
	struct reading in = {
	    .suggest = suggest, .visible = visible, .err = err};
	bool ok = true;

	if (suggest == NULL) {
		ecs_arena_free(arena);
		ecs_err_memory(err);
		return NULL;
	}
	suggest->arena = arena;
	suggest->schema = schema;
	suggest->q = "";
	suggest->lang = ECS_LANG_NONE;
	suggest->limit = DEFAULT_LIMIT;
	memcpy(suggest->in, visible,
	    (size_t)schema->ncollections * sizeof(*visible));
	for (int i = 0; i < ECS_SUGGESTION_TYPES; i++)
		suggest->types[i] = true;
	for (size_t i = 0; ok && i < n; i++)
		ok = read_parameter(&in, &list[i]);
	if (ok)
		return suggest;
	ecs_suggest_free(suggest);
	return NULL;
}

void
ecs_suggest_free(struct ecs_suggest *suggest)
{
	if (suggest != NULL)
		ecs_arena_free(suggest->arena);
}
