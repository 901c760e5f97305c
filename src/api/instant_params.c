/* SPDX-License-Identifier: ISC */
/*
 * instant_params - one sub-query, from JSON to what is asked.
 *
 * Newer clients write the parameters beside "indexName", older ones as a query
 * string in "params"; the latter is put into the form of the former, so that
 * each is read once.  What is not known is not looked at.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instant.h"

enum { DEFAULT_FACET_HITS = 10, DEFAULT_MAX_VALUES = 100 };

bool
ecs_instant_fail(struct instant_reader *in, const char *fmt, ...)
{
	char reason[160];
	char place[40] = "";
	char pointer[96];
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	if (in->number >= 0)
		snprintf(place, sizeof(place), "requests[%d].", in->number);
	ecs_err_set(in->err, 400, "bad_parameter", "%s%s: %s", place,
	    in->parameter, reason);
	if (in->number >= 0)
		snprintf(pointer, sizeof(pointer), "/requests/%d/%s",
		    in->number, in->parameter);
	else
		snprintf(pointer, sizeof(pointer), "/%s", in->parameter);
	return ecs_err_at(in->err, ECS_WHERE_POINTER, pointer, 0, 0);
}

/* ---- the index ---- */

static bool
set_sort(struct instant_reader *in, const struct ecs_field *field, bool falls)
{
	struct ecs_search *search = in->to->search;

	search->sorts[0].kind = ECS_SORT_FIELD;
	search->sorts[0].field = field->name;
	search->sorts[0].descending = falls;
	search->nsorts = 1;
	return true;
}

/* "members_name_asc": what is behind the collection's name is its order. */
static const struct ecs_field *
read_order(
    const struct ecs_collection *collection, const char *index, bool *falls)
{
	size_t len = strlen(collection->name);
	const char *name;
	const char *end;

	if (strncmp(index, collection->name, len) != 0 || index[len] != '_')
		return NULL;
	name = index + len + 1;
	end = strrchr(name, '_');
	if (end == NULL ||
	    (strcmp(end, "_asc") != 0 && strcmp(end, "_desc") != 0))
		return NULL;
	*falls = strcmp(end, "_desc") == 0;
	for (int i = 0; i < collection->nfields; i++) {
		const struct ecs_field *field = &collection->fields[i];

		if (field->sort && !field->is_private &&
		    strlen(field->name) == (size_t)(end - name) &&
		    strncmp(field->name, name, (size_t)(end - name)) == 0)
			return field;
	}
	return NULL;
}

static bool
no_index(struct instant_reader *in, const char *index)
{
	const struct ecs_schema *schema = in->asker->schema;
	const char *names[ECS_MAX_COLLECTIONS];
	size_t n = 0;

	if (in->number >= 0)
		ecs_err_set(in->err, 404, "no_index",
		    "requests[%d].indexName: there is no index \"%.60s\"",
		    in->number, index);
	else
		ecs_err_set(in->err, 404, "no_index",
		    "there is no index \"%.60s\"", index);
	for (int c = 0; c < schema->ncollections; c++)
		if (in->asker->visible[c])
			names[n++] = schema->collections[c].name;
	ecs_err_at(in->err, ECS_WHERE_PARAMETER, "indexName", 0, 0);
	ecs_err_did_you_mean(in->err, ecs_nearest_word(index, names, n));
	return false;
}

/* A collection, or one in the order of a field; begins the search. */
static bool
find_index(struct instant_reader *in, const char *index)
{
	const struct ecs_schema *schema = in->asker->schema;
	const struct ecs_field *order = NULL;
	json_t *nothing;
	bool falls = false;
	int found = -1;

	for (int c = 0; c < schema->ncollections && found < 0; c++)
		if (in->asker->visible[c] &&
		    strcmp(schema->collections[c].name, index) == 0)
			found = c;
	for (int c = 0; c < schema->ncollections && found < 0; c++) {
		order = in->asker->visible[c]
		    ? read_order(&schema->collections[c], index, &falls)
		    : NULL;
		if (order != NULL)
			found = c;
	}
	if (found < 0)
		return no_index(in, index);
	nothing = json_object();
	in->to->collection = found;
	in->to->search = ecs_search_read(
	    schema, in->asker->visible, found, nothing, in->err);
	json_decref(nothing);
	return in->to->search != NULL &&
	    (order == NULL || set_sort(in, order, falls));
}

/* ---- parameters ---- */

/* The query string of older clients as an object of texts. */
static json_t *
parse_params(struct instant_reader *in, const char *text)
{
	size_t len = strlen(text);
	char *storage = malloc(len + (size_t)ECS_MAX_PARAMS * 2 + 1);
	struct ecs_param *list = calloc(ECS_MAX_PARAMS, sizeof(*list));
	json_t *object = json_object();
	struct ecs_err why = {0};
	int n = 0;

	in->parameter = "params";
	if (storage == NULL || list == NULL || object == NULL)
		ecs_err_memory(in->err);
	else if (!ecs_query_string_parse(text, len, storage, list, &n, &why))
		ecs_instant_fail(in, "%s", why.text);
	for (int i = 0; i < n; i++)
		if (json_object_set_new(
			object, list[i].name, json_string(list[i].value)) != 0)
			ecs_err_memory(in->err);
	free(storage);
	free(list);
	if (in->err->status == 0)
		return object;
	json_decref(object);
	return NULL;
}

/* All that is asked in one object; new reference. */
static json_t *
gather(struct instant_reader *in, json_t *request)
{
	json_t *params = json_object_get(request, "params");
	json_t *all = json_copy(request);
	json_t *more = NULL;

	in->to->params = "";
	if (all == NULL)
		ecs_err_memory(in->err);
	if (json_is_string(params)) {
		more = parse_params(in, json_string_value(params));
		in->to->params =
		    ecs_arena_strdup(in->arena, json_string_value(params));
		if (in->to->params == NULL)
			ecs_err_memory(in->err);
	} else if (json_is_object(params)) {
		more = json_incref(params);
	}
	if (more != NULL && all != NULL && json_object_update(all, more) != 0)
		ecs_err_memory(in->err);
	json_decref(more);
	if (in->err->status == 0)
		return all;
	json_decref(all);
	return NULL;
}

static bool
read_parameter(struct instant_reader *in,
    const struct instant_parameter *parameter, json_t *value)
{
	const char *text = json_string_value(value);
	json_error_t why;
	json_t *list;
	bool ok;

	in->parameter = parameter->name;
	if (!parameter->list || text == NULL || text[0] != '[')
		return parameter->read(in, value);
	list = json_loads(text, JSON_REJECT_DUPLICATES, &why);
	if (list == NULL)
		return ecs_instant_fail(
		    in, "column %d: %s", why.column, why.text);
	ok = parameter->read(in, list);
	json_decref(list);
	return ok;
}

static bool
read_parameters(struct instant_reader *in, json_t *object)
{
	const struct instant_parameter *parameter = ecs_instant_parameters;

	for (; parameter->name != NULL; parameter++) {
		json_t *value = json_object_get(object, parameter->name);

		if (value != NULL && !json_is_null(value) &&
		    !read_parameter(in, parameter, value))
			return false;
	}
	return true;
}

/* ---- what follows from all of it ---- */

/* Near a place the nearest come first, where nothing else tells hits apart. */
static void
order_by_distance(struct ecs_search *search)
{
	if (!search->has_near || search->nsorts > 0)
		return;
	search->sorts[0].kind = ECS_SORT_RELEVANCE;
	search->sorts[1].kind = ECS_SORT_DISTANCE;
	search->nsorts = 2;
}

static bool
check_inside(struct instant_reader *in)
{
	struct instant *to = in->to;

	in->parameter = "facet";
	if (to->nfacets != 1)
		return ecs_instant_fail(in, "must name one attribute");
	to->search->per_page = 0;
	return true;
}

static bool
finish(struct instant_reader *in)
{
	struct instant *to = in->to;
	struct ecs_search *search = to->search;
	struct ecs_facet_request *facets =
	    (struct ecs_facet_request *)(uintptr_t)search->facets;

	if (to->inside && !check_inside(in))
		return false;
	for (size_t i = 0; i < search->nfacets; i++) {
		facets[i].limit = to->inside ? to->facet_hits : to->max_values;
		facets[i].q = to->inside ? to->facet_q : NULL;
		facets[i].by_label = to->by_alpha;
	}
	order_by_distance(search);
	search->highlight = search->per_page > 0;
	return true;
}

static void
set_defaults(struct instant_reader *in)
{
	struct instant *to = in->to;
	struct ecs_search *search = to->search;

	to->lang = in->asker->lang;
	to->facet_q = "";
	to->facet_hits = DEFAULT_FACET_HITS;
	to->max_values = DEFAULT_MAX_VALUES;
	to->ellipsis = "\xE2\x80\xA6";
	search->prefix_last = true;
	search->passages = 3;
	search->pre = "<em>";
	search->post = "</em>";
}

/* The facet that is searched inside of stands for what is counted. */
static bool
set_inside(struct instant_reader *in, json_t *object, const char *facet)
{
	const char *type = json_string_value(json_object_get(object, "type"));

	in->to->inside =
	    facet != NULL || (type != NULL && strcmp(type, "facet") == 0);
	if (!in->to->inside)
		return true;
	json_object_del(object, "facets");
	return facet == NULL ||
	    json_object_set_new(object, "facet", json_string(facet)) == 0 ||
	    ecs_err_memory(in->err);
}

static bool
read_all(struct instant_reader *in, json_t *request, const char *facet)
{
	json_t *object = gather(in, request);
	bool ok = object != NULL;

	if (ok) {
		set_defaults(in);
		ok = set_inside(in, object, facet) &&
		    read_parameters(in, object) && finish(in);
	}
	json_decref(object);
	return ok;
}

bool
ecs_instant_read(const struct instant_asker *asker, json_t *request, int number,
    const char *index, const char *facet, struct instant *to,
    struct ecs_err *err)
{
	struct instant_reader in = {.asker = asker,
	    .to = to,
	    .number = number,
	    .parameter = "indexName",
	    .err = err};

	memset(to, 0, sizeof(*to));
	if (!json_is_object(request))
		return ecs_instant_fail(&in, "a search must be an object");
	if (index == NULL)
		index =
		    json_string_value(json_object_get(request, "indexName"));
	if (index == NULL)
		return ecs_instant_fail(&in, "must be the name of an index");
	if (!find_index(&in, index))
		return false;
	in.arena = to->search->arena;
	to->index = ecs_arena_strdup(in.arena, index);
	if (to->index == NULL)
		return ecs_err_memory(err);
	return read_all(&in, request, facet);
}

void
ecs_instant_fini(struct instant *to)
{
	ecs_search_free(to->search);
	to->search = NULL;
}
