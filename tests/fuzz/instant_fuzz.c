/* SPDX-License-Identifier: ISC */
/*
 * instant_fuzz - any bytes as what a stock InstantSearch client sends: a body,
 * a query string, filters.
 *
 * The first byte chooses.  The shipped schema is the one asked.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/api/instant.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const bool all[ECS_MAX_COLLECTIONS] = {true, true, true};
static struct ecs_schema *schema;

static void
set_up(void)
{
	struct ecs_err err = {0};
	const char *path = getenv("ECSEARCH_SCHEMA");

	schema =
	    ecs_schema_load(path == NULL ? "corpus/schema.json" : path, &err);
	if (schema == NULL)
		abort();
}

/* Nodes have what their kind says, so that no evaluation stumbles. */
static void
check_filter(const struct ecs_filter *filter)
{
	bool list =
	    filter->kind == ECS_FILTER_AND || filter->kind == ECS_FILTER_OR;

	if (list ? filter->nchildren < 2
		 : filter->nchildren != (filter->kind == ECS_FILTER_NOT))
		abort();
	if (filter->nchildren == 0 &&
	    (filter->field == NULL || filter->value == NULL))
		abort();
	for (size_t i = 0; i < filter->nchildren; i++)
		check_filter(filter->children[i]);
}

/* What is read is whole, or refused with a place and a reason. */
static void
read_one(json_t *request, int number, const char *index, const char *facet)
{
	const struct instant_asker asker = {
	    .schema = schema, .visible = all, .lang = 5};
	struct ecs_err err = {0};
	struct instant to;
	bool ok =
	    ecs_instant_read(&asker, request, number, index, facet, &to, &err);

	if (ok != (err.status == 0))
		abort();
	if (!ok && err.status != 400 && err.status != 404)
		abort();
	if (ok && (to.search == NULL || to.search->nfacets > ECS_MAX_FACETS))
		abort();
	if (ok && to.search->filter != NULL)
		check_filter(to.search->filter);
	ecs_instant_fini(&to);
}

static void
as_body(const char *text, size_t len)
{
	json_t *body = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	json_t *requests = json_object_get(body, "requests");
	size_t i;
	json_t *request;

	json_array_foreach (requests, i, request) {
		read_one(request, (int)i, NULL, NULL);
	}
	if (body != NULL) {
		read_one(body, -1, "members", NULL);
		read_one(body, -1, "agenda", "topics.lvl1");
	}
	json_decref(body);
}

/* One parameter of a search; a text that is no UTF-8 makes no JSON. */
static void
as_parameter(const char *name, const char *text)
{
	json_t *request = json_pack("{s:s}", name, text);

	if (request != NULL)
		read_one(request, 0,
		    strcmp(name, "indexName") == 0 ? NULL : "members_name_asc",
		    NULL);
	json_decref(request);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"params", "filters", "facetFilters",
	    "numericFilters", "facets", "insideBoundingBox", "indexName"};
	const size_t n = sizeof(names) / sizeof(names[0]);
	char *text;

	if (schema == NULL)
		set_up();
	if (size == 0)
		return 0;
	text = calloc(size + 1, 1);
	if (text == NULL)
		return 0;
	memcpy(text, data + 1, size - 1);
	if (data[0] % (n + 1) == n)
		as_body(text, size - 1);
	else
		as_parameter(names[data[0] % (n + 1)], text);
	free(text);
	return 0;
}
