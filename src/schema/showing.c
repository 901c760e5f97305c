/* SPDX-License-Identifier: ISC */
/*
 * showing - how the website shows a collection: the "page" of its data.
 *
 *	"page": {"facets": ["country", {"field": "founded", "interval": 10}],
 *	         "facts": ["city"], "summary": "profile", "sort": ["-founded"]}
 *
 * A collection without it shows every facet that has a vocabulary, and every
 * number and date.  A private field is left out: it is enough to mark it so.
 */
#include "json.h"

static const struct member page_members[] = {
    {"facets", JSON_ARRAY, false},
    {"facts", JSON_ARRAY, false},
    {"summary", JSON_STRING, false},
    {"sort", JSON_ARRAY, false},
};

static const struct member facet_members[] = {
    {"field", JSON_STRING, true},
    {"interval", JSON_REAL, false},
};

/* The field of a name, which must be there. */
static const struct ecs_field *
shown_field(const struct place *at, const struct ecs_collection *collection,
    const char *name)
{
	const struct ecs_field *field =
	    name == NULL ? NULL : ecs_collection_field(collection, name);

	if (name == NULL)
		ecs_schema_fail(at, "", "must be the name of a field");
	else if (field == NULL)
		ecs_schema_fail(at, "", "\"%s\" is no field here", name);
	else
		return field;
	return NULL;
}

static bool
read_facet(const struct place *at, json_t *item,
    const struct ecs_collection *collection, struct ecs_shown_facet *facet)
{
	const char *name = json_is_string(item)
	    ? json_string_value(item)
	    : json_string_value(json_object_get(item, "field"));

	if (json_is_object(item) &&
	    !ecs_schema_members(at, item, facet_members, 2))
		return false;
	facet->field = shown_field(at, collection, name);
	facet->interval = json_number_value(json_object_get(item, "interval"));
	if (facet->field == NULL)
		return false;
	if (!facet->field->facet)
		return ecs_schema_fail(at, "", "\"%s\" is no facet", name);
	if (facet->interval < 0 ||
	    (facet->interval > 0 && facet->field->type != ECS_NUMBER))
		return ecs_schema_fail(
		    at, "interval", "is for numbers, and above 0");
	return true;
}

static bool
read_facets(const struct place *at, json_t *list,
    const struct ecs_collection *collection, struct ecs_showing *showing)
{
	size_t i;
	json_t *item;

	if (json_array_size(list) > ECS_MAX_SHOWN)
		return ecs_schema_fail(at, "", "more than %d", ECS_MAX_SHOWN);
	json_array_foreach (list, i, item) {
		struct place here = ecs_schema_item(at, i);
		struct ecs_shown_facet *facet =
		    &showing->facets[showing->nfacets];

		if (!read_facet(&here, item, collection, facet))
			return false;
		showing->nfacets += !facet->field->is_private;
	}
	return true;
}

static bool
read_facts(const struct place *at, json_t *list,
    const struct ecs_collection *collection, struct ecs_showing *showing)
{
	size_t i;
	json_t *item;

	if (json_array_size(list) > ECS_MAX_SHOWN)
		return ecs_schema_fail(at, "", "more than %d", ECS_MAX_SHOWN);
	json_array_foreach (list, i, item) {
		struct place here = ecs_schema_item(at, i);
		const struct ecs_field *field =
		    shown_field(&here, collection, json_string_value(item));

		if (field == NULL)
			return false;
		if (!field->is_private)
			showing->facts[showing->nfacts++] = field;
	}
	return true;
}

static bool
read_sorts(const struct place *at, json_t *list,
    const struct ecs_collection *collection, struct ecs_showing *showing)
{
	size_t i;
	json_t *item;

	if (json_array_size(list) > ECS_MAX_SHOWN)
		return ecs_schema_fail(at, "", "more than %d", ECS_MAX_SHOWN);
	json_array_foreach (list, i, item) {
		struct place here = ecs_schema_item(at, i);
		struct ecs_shown_sort *sort = &showing->sorts[showing->nsorts];
		const char *name = json_string_value(item);

		sort->descending = name != NULL && name[0] == '-';
		if (sort->descending)
			name++;
		sort->field = shown_field(&here, collection, name);
		if (sort->field == NULL)
			return false;
		if (!sort->field->sort)
			return ecs_schema_fail(&here, "",
			    "\"%s\" cannot be sorted by", sort->field->name);
		showing->nsorts += !sort->field->is_private;
	}
	return true;
}

static void
show_by_kind(
    const struct ecs_collection *collection, struct ecs_showing *showing)
{
	for (int i = 0; i < collection->nfields; i++) {
		const struct ecs_field *field = &collection->fields[i];

		if (field->facet && !field->is_private &&
		    (field->vocabulary != NULL || field->type == ECS_NUMBER ||
			field->type == ECS_DATE) &&
		    showing->nfacets < ECS_MAX_SHOWN)
			showing->facets[showing->nfacets++].field = field;
	}
}

bool
ecs_showing_read(const struct place *at, json_t *page,
    const struct ecs_collection *collection, struct ecs_showing *showing)
{
	const struct place facets = ecs_schema_into(at, "facets");
	const struct place facts = ecs_schema_into(at, "facts");
	const struct place sorts = ecs_schema_into(at, "sort");
	const struct place summary = ecs_schema_into(at, "summary");
	json_t *name = json_object_get(page, "summary");

	if (json_object_get(page, "facets") == NULL)
		show_by_kind(collection, showing);
	if (page == NULL)
		return true;
	if (!ecs_schema_members(at, page, page_members, 4))
		return false;
	if (name != NULL) {
		showing->summary =
		    shown_field(&summary, collection, json_string_value(name));
		if (showing->summary == NULL)
			return false;
		if (showing->summary->is_private)
			showing->summary = NULL;
	}
	return read_facets(&facets, json_object_get(page, "facets"), collection,
		   showing) &&
	    read_facts(
		&facts, json_object_get(page, "facts"), collection, showing) &&
	    read_sorts(
		&sorts, json_object_get(page, "sort"), collection, showing);
}
