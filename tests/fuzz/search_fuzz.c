/* SPDX-License-Identifier: ISC */
/*
 * search_fuzz - any bytes as a query of either mode, a filter, a JSON body or a
 * query string.
 *
 * The first byte chooses.  The shipped schema is the one asked.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/query/expert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const bool all[ECS_MAX_COLLECTIONS] = {true, true, true};
static struct ecs_schema *schema;
static struct ecs_analyzer *analyzer;

static void
set_up(void)
{
	struct ecs_err err = {0};
	const char *path = getenv("ECSEARCH_SCHEMA");

	schema =
	    ecs_schema_load(path == NULL ? "corpus/schema.json" : path, &err);
	analyzer = ecs_analyzer_new(ecs_words_new(NULL, &err), &err);
	if (schema == NULL || analyzer == NULL)
		abort();
}

static void
as_query(struct ecs_arena *arena, const char *text)
{
	struct query_tree tree;
	struct ecs_err err = {0};

	if (ecs_parse_simple(arena, analyzer, text, true, &tree, &err))
		ecs_describe_tree(arena, &tree, ECS_MATCH_ANY);
}

static void
as_expert(struct ecs_arena *arena, const char *text)
{
	struct query_tree tree;
	struct ecs_err err = {0};
	const struct expert_node *node =
	    ecs_expert_parse(arena, schema, all, text, &err);

	if (node == NULL)
		return;
	if (err.status != 0)
		abort();
	if (ecs_expert_build(arena, analyzer, text, node, &tree, &err))
		ecs_describe_tree(arena, &tree, ECS_MATCH_ALL);
}

static void
as_filter(struct ecs_arena *arena, const char *text)
{
	struct ecs_err err = {0};
	const struct ecs_filter *filter =
	    ecs_filter_parse(arena, schema, all, text, &err);

	if ((filter == NULL) != (err.status != 0))
		abort();
}

static void
read_search(json_t *parameters)
{
	struct ecs_err err = {0};
	struct ecs_search *search;

	if (!json_is_object(parameters))
		return;
	search = ecs_search_read(schema, all, -1, parameters, &err);
	if ((search == NULL) != (err.status != 0))
		abort();
	ecs_search_free(search);
}

static void
as_body(const char *text, size_t len)
{
	json_t *parameters = json_loadb(text, len, 0, NULL);

	read_search(parameters);
	json_decref(parameters);
}

/* name NUL value NUL name NUL ... */
static void
as_parameters(const char *text, size_t len)
{
	struct ecs_query_parameter list[8];
	struct ecs_err err = {0};
	const char *end = text + len;
	json_t *parameters;
	size_t n = 0;

	while (text < end && n < 8) {
		list[n].name = text;
		text += strlen(text) + 1;
		if (text >= end)
			break;
		list[n++].value = text;
		text += strlen(text) + 1;
	}
	parameters = ecs_search_parameters(list, n, &err);
	read_search(parameters);
	json_decref(parameters);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ecs_arena *arena;
	char *text;

	if (schema == NULL)
		set_up();
	if (size == 0)
		return 0;
	arena = ecs_arena_new();
	text = calloc(size + 1, 1);
	memcpy(text, data + 1, size - 1);
	switch (data[0] % 5) {
	case 0:
		as_query(arena, text);
		break;
	case 1:
		as_filter(arena, text);
		break;
	case 2:
		as_expert(arena, text);
		break;
	case 3:
		as_body(text, size - 1);
		break;
	default:
		as_parameters(text, size - 1);
		break;
	}
	free(text);
	ecs_arena_free(arena);
	return 0;
}
