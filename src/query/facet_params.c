/* SPDX-License-Identifier: ISC */
/*
 * facet_params - what facets are asked for.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "params.h"

enum { DEFAULT_LIMIT = 20, MOST_VALUES = 1000, MOST_RANGES = 100 };

static const char *const known[] = {
    "field", "limit", "sort", "q", "type", "ranges", "interval", "disjunctive"};
enum { NKNOWN = sizeof(known) / sizeof(known[0]) };

static const struct {
	const char *name;
	enum ecs_facet_type type;
} types[] = {
    {"value", ECS_FACET_VALUE},
    {"range", ECS_FACET_RANGE},
    {"histogram", ECS_FACET_HISTOGRAM},
    {"tree", ECS_FACET_TREE},
};

static const struct {
	const char *name;
	enum ecs_calendar calendar;
} calendars[] = {
    {"day", ECS_DAY},
    {"month", ECS_MONTH},
    {"quarter", ECS_QUARTER},
    {"year", ECS_YEAR},
};

static bool
fail(struct params *in, const struct ecs_facet_request *facet,
    const char *reason)
{
	return ecs_params_fail(in, "facets", "%s: %s",
	    facet->field == NULL ? "?" : facet->field, reason);
}

static bool
check_members(struct params *in, json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach (object, key, value) {
		size_t i = 0;

		while (i < NKNOWN && strcmp(known[i], key) != 0)
			i++;
		if (i < NKNOWN)
			continue;
		ecs_params_fail(
		    in, "facets", "\"%.40s\" is not known here", key);
		ecs_err_did_you_mean(
		    in->err, ecs_nearest_word(key, known, NKNOWN));
		return false;
	}
	return true;
}

static bool
read_field(struct params *in, const char *name, struct ecs_facet_request *facet)
{
	const struct ecs_schema *schema = in->search->schema;

	if (name == NULL)
		return ecs_params_fail(in, "facets", "a facet needs a field");
	facet->field = ecs_arena_strdup(in->search->arena, name);
	facet->limit = DEFAULT_LIMIT;
	facet->disjunctive = true;
	if (facet->field == NULL)
		return ecs_err_memory(in->err);
	if (ecs_params_field(in, name) == NULL)
		return ecs_params_no_field(in, "facets", name);
	for (int c = 0; c < schema->ncollections; c++) {
		const struct ecs_field *field = in->search->in[c]
		    ? ecs_collection_field(&schema->collections[c], name)
		    : NULL;

		if (field != NULL && field->facet && !field->is_private)
			return true;
	}
	return fail(in, facet, "is no facet");
}

static bool
read_limit(struct params *in, json_t *json, struct ecs_facet_request *facet)
{
	double limit;

	if (json == NULL)
		return true;
	if (!ecs_params_number(json, &limit) || limit != floor(limit) ||
	    limit < 0 || limit > MOST_VALUES)
		return fail(in, facet, "limit must be 0 to 1000");
	facet->limit = (uint32_t)limit;
	return true;
}

static bool
read_order(struct params *in, json_t *json, struct ecs_facet_request *facet)
{
	const char *order = json_string_value(json);

	if (json == NULL)
		return true;
	if (order == NULL ||
	    (strcmp(order, "count") != 0 && strcmp(order, "label") != 0))
		return fail(in, facet, "sort must be count or label");
	facet->by_label = strcmp(order, "label") == 0;
	return true;
}

static bool
read_q(struct params *in, json_t *json, struct ecs_facet_request *facet)
{
	if (json == NULL)
		return true;
	if (!json_is_string(json) || json_string_length(json) > 256)
		return fail(in, facet, "q must be a short string");
	facet->q = ecs_arena_strdup(in->search->arena, json_string_value(json));
	return facet->q != NULL || ecs_err_memory(in->err);
}

static bool
is_numeric(const struct ecs_field *field)
{
	return field->type == ECS_NUMBER || field->type == ECS_DATE;
}

static bool
read_type(struct params *in, json_t *json, struct ecs_facet_request *facet)
{
	const struct ecs_field *field = ecs_params_field(in, facet->field);
	const char *name = json_string_value(json);
	size_t i = 0;

	if (json == NULL)
		return true;
	while (i < 4 && (name == NULL || strcmp(types[i].name, name) != 0))
		i++;
	if (i == 4)
		return fail(
		    in, facet, "type must be value, range, histogram or tree");
	facet->type = types[i].type;
	if (facet->type == ECS_FACET_TREE && field->vocabulary == NULL)
		return fail(in, facet, "only a vocabulary makes a tree");
	if ((facet->type == ECS_FACET_RANGE ||
		facet->type == ECS_FACET_HISTOGRAM) &&
	    !is_numeric(field))
		return fail(
		    in, facet, "ranges and histograms need numbers or dates");
	return true;
}

static bool
read_end(
    const struct ecs_field *field, json_t *json, double open, double *number)
{
	double last;

	*number = open;
	if (json == NULL || json_is_null(json))
		return true;
	if (field->type == ECS_DATE)
		return json_is_string(json) &&
		    ecs_date_parse(json_string_value(json),
			json_string_length(json), number, &last);
	return ecs_params_number(json, number);
}

static bool
read_range(struct params *in, json_t *json, struct ecs_facet_request *facet,
    struct ecs_facet_range *range)
{
	const struct ecs_field *field = ecs_params_field(in, facet->field);
	const char *label = json_string_value(json_object_get(json, "label"));

	if (!json_is_object(json) ||
	    !read_end(field, json_object_get(json, "from"), -INFINITY,
		&range->from) ||
	    !read_end(
		field, json_object_get(json, "to"), INFINITY, &range->to) ||
	    !(range->from < range->to))
		return fail(in, facet,
		    "a range is {from, to, label} with from below to");
	if (label != NULL) {
		range->label = ecs_arena_strdup(in->search->arena, label);
		if (range->label == NULL)
			return ecs_err_memory(in->err);
	}
	return true;
}

static bool
read_ranges(struct params *in, json_t *json, struct ecs_facet_request *facet)
{
	struct ecs_facet_range *ranges;
	size_t n = json_array_size(json);

	if (facet->type != ECS_FACET_RANGE)
		return json == NULL ||
		    fail(in, facet, "ranges need type range");
	if (n == 0 || n > MOST_RANGES)
		return fail(in, facet, "type range needs 1 to 100 ranges");
	ranges = ecs_arena_alloc(in->search->arena, n * sizeof(*ranges));
	if (ranges == NULL)
		return ecs_err_memory(in->err);
	for (size_t i = 0; i < n; i++)
		if (!read_range(in, json_array_get(json, i), facet, &ranges[i]))
			return false;
	facet->ranges = ranges;
	facet->nranges = n;
	return true;
}

static bool
read_interval(struct params *in, json_t *json, struct ecs_facet_request *facet)
{
	const struct ecs_field *field = ecs_params_field(in, facet->field);
	const char *name = json_string_value(json);

	if (facet->type != ECS_FACET_HISTOGRAM)
		return json == NULL ||
		    fail(in, facet, "an interval needs type histogram");
	if (field->type == ECS_DATE) {
		for (size_t i = 0; i < 4 && name != NULL; i++)
			if (strcmp(calendars[i].name, name) == 0)
				facet->calendar = calendars[i].calendar;
		return facet->calendar != ECS_NO_CALENDAR ||
		    fail(in, facet,
			"interval must be day, month, quarter or year");
	}
	if (!ecs_params_number(json, &facet->interval) || facet->interval <= 0)
		return fail(in, facet, "interval must be a number over 0");
	return true;
}

static bool
read_disjunctive(
    struct params *in, json_t *json, struct ecs_facet_request *facet)
{
	if (json == NULL)
		return true;
	if (!json_is_boolean(json))
		return fail(in, facet, "disjunctive must be true or false");
	facet->disjunctive = json_is_true(json);
	return true;
}

static bool
read_facet(struct params *in, json_t *json, struct ecs_facet_request *facet)
{
	if (json_is_string(json))
		return read_field(in, json_string_value(json), facet);
	if (!json_is_object(json))
		return ecs_params_fail(
		    in, "facets", "must be names or objects with a field");
	return check_members(in, json) &&
	    read_field(
		in, json_string_value(json_object_get(json, "field")), facet) &&
	    read_limit(in, json_object_get(json, "limit"), facet) &&
	    read_order(in, json_object_get(json, "sort"), facet) &&
	    read_q(in, json_object_get(json, "q"), facet) &&
	    read_type(in, json_object_get(json, "type"), facet) &&
	    read_ranges(in, json_object_get(json, "ranges"), facet) &&
	    read_interval(in, json_object_get(json, "interval"), facet) &&
	    read_disjunctive(in, json_object_get(json, "disjunctive"), facet);
}

bool
ecs_params_read_facets(struct params *in, json_t *json)
{
	struct ecs_facet_request *facets;
	bool one = json_is_object(json) || json_is_string(json);
	size_t n = one ? 1 : json_array_size(json);

	if (json == NULL)
		return true;
	if (!one && !json_is_array(json))
		return ecs_params_fail(
		    in, "facets", "must be names or objects with a field");
	if (n > ECS_MAX_FACETS)
		return ecs_params_fail(
		    in, "facets", "at most %d at once", (int)ECS_MAX_FACETS);
	facets = ecs_arena_alloc(in->search->arena, (n + 1) * sizeof(*facets));
	if (facets == NULL)
		return ecs_err_memory(in->err);
	for (size_t i = 0; i < n; i++)
		if (!read_facet(
			in, one ? json : json_array_get(json, i), &facets[i]))
			return false;
	in->search->facets = facets;
	in->search->nfacets = n;
	return true;
}
