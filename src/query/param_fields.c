/* SPDX-License-Identifier: ISC */
/*
 * param_fields - parameters that name fields: kept as they come, and read once
 * it is known in which collections.
 */
#include <stdlib.h>
#include <string.h>

#include "expert.h"
#include "params.h"

bool
ecs_param_filter(struct params *in, const char *name, json_t *json)
{
	(void)name;
	in->filter = json;
	return true;
}

bool
ecs_param_fields(struct params *in, const char *name, json_t *json)
{
	(void)name;
	in->fields = json;
	return true;
}

bool
ecs_param_facets(struct params *in, const char *name, json_t *json)
{
	(void)name;
	in->facets = json;
	return true;
}

bool
ecs_param_sort(struct params *in, const char *name, json_t *json)
{
	(void)name;
	in->sort = json;
	return true;
}

static bool
read_filter(struct params *in)
{
	struct ecs_search *search = in->search;
	const char *text = json_string_value(in->filter);

	if (in->filter == NULL || json_is_null(in->filter))
		return true;
	if (text != NULL && text[strspn(text, " \t\r\n")] == '\0')
		return true;
	search->filter = text != NULL
	    ? ecs_filter_parse(
		  search->arena, search->schema, search->in, text, in->err)
	    : ecs_filter_from_json(search->arena, search->schema, search->in,
		  in->filter, in->err);
	return search->filter != NULL;
}

/* In expert mode all that simple mode guesses is written down. */
static bool
read_expert(struct params *in)
{
	struct ecs_search *search = in->search;

	if (!in->expert)
		return true;
	if (search->match == ECS_MATCH_ANY)
		return ecs_params_fail(
		    in, "match", "any has no meaning in expert mode: write OR");
	if (search->prefix_last)
		return ecs_params_fail(in, "prefix",
		    "last has no meaning in expert mode: write word*");
	search->expert = ecs_expert_parse(
	    search->arena, search->schema, search->in, search->q, in->err);
	return in->err->status == 0;
}

/* "name^4" */
static bool
read_field(struct params *in, const char *text, struct ecs_field_weight *to)
{
	const char *hat = strchr(text, '^');
	size_t len = hat == NULL ? strlen(text) : (size_t)(hat - text);
	const struct ecs_field *field;
	char *end;

	to->weight = 1;
	to->field = ecs_arena_strndup(in->search->arena, text, len);
	if (to->field == NULL)
		return ecs_err_memory(in->err);
	field = ecs_params_field(in, to->field);
	if (field == NULL)
		return ecs_params_no_field(in, "fields", to->field);
	if (field->text < 0)
		return ecs_params_fail(
		    in, "fields", "\"%s\" is not searched by words", to->field);
	if (hat == NULL) {
		to->weight = field->weight;
		return true;
	}
	to->weight = strtod(hat + 1, &end);
	if (end == hat + 1 || *end != '\0' || !(to->weight > 0) ||
	    to->weight > 100)
		return ecs_params_fail(in, "fields",
		    "the weight in \"%.60s\" must be over 0, at most 100",
		    text);
	return true;
}

static bool
read_fields(struct params *in)
{
	struct ecs_field_weight *list;
	size_t n = json_array_size(in->fields);
	size_t i;
	json_t *item;

	if (in->fields == NULL)
		return true;
	if (n == 0 || n > 100)
		return ecs_params_fail(in, "fields",
		    "must be a list of fields, as name^4,profile");
	list = ecs_arena_alloc(in->search->arena, n * sizeof(*list));
	if (list == NULL)
		return ecs_err_memory(in->err);
	json_array_foreach (in->fields, i, item) {
		if (!json_is_string(item))
			return ecs_params_fail(
			    in, "fields", "must hold strings");
		if (!read_field(in, json_string_value(item), &list[i]))
			return false;
	}
	in->search->fields = list;
	in->search->nfields = n;
	return true;
}

static bool
sort_field(struct params *in, const char *name)
{
	const struct ecs_schema *schema = in->search->schema;

	if (ecs_params_field(in, name) == NULL)
		return ecs_params_no_field(in, "sort", name);
	for (int c = 0; c < schema->ncollections; c++) {
		const struct ecs_field *field = in->search->in[c]
		    ? ecs_collection_field(&schema->collections[c], name)
		    : NULL;

		if (field != NULL && field->sort && !field->is_private)
			return true;
	}
	return ecs_params_fail(
	    in, "sort", "\"%.60s\" cannot be sorted by", name);
}

static bool
read_one_sort(struct params *in, const char *text, struct ecs_sort *sort)
{
	sort->descending = text[0] == '-';
	text += sort->descending;
	if (strcmp(text, "relevance") == 0) {
		sort->kind = ECS_SORT_RELEVANCE;
		return true;
	}
	if (strcmp(text, "distance") == 0) {
		sort->kind = ECS_SORT_DISTANCE;
		return in->search->has_near ||
		    ecs_params_fail(in, "sort",
			"distance needs near, the place it is counted from");
	}
	sort->kind = ECS_SORT_FIELD;
	sort->field = ecs_arena_strdup(in->search->arena, text);
	return sort->field == NULL ? ecs_err_memory(in->err)
				   : sort_field(in, text);
}

static bool
read_sort(struct params *in)
{
	struct ecs_search *search = in->search;
	size_t n = json_array_size(in->sort);

	if (in->sort == NULL)
		return true;
	if (json_is_string(in->sort))
		return read_one_sort(in, json_string_value(in->sort),
		    &search->sorts[search->nsorts++]);
	if (n == 0 || n > ECS_MAX_SORTS)
		return ecs_params_fail(
		    in, "sort", "must be 1 to %d orders", (int)ECS_MAX_SORTS);
	for (size_t i = 0; i < n; i++) {
		const char *text =
		    json_string_value(json_array_get(in->sort, i));

		if (text == NULL)
			return ecs_params_fail(in, "sort", "must hold strings");
		if (!read_one_sort(in, text, &search->sorts[i]))
			return false;
		search->nsorts++;
	}
	return true;
}

bool
ecs_params_read_kept(struct params *in)
{
	return read_expert(in) && read_filter(in) && read_fields(in) &&
	    ecs_expert_check_fields(in->search, in->err) && read_sort(in) &&
	    ecs_params_read_facets(in, in->facets);
}
