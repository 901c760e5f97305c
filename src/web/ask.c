/* SPDX-License-Identifier: ISC */
/*
 * ask - what the search page asks, as parameters of a search.
 *
 *	start         how many there are; countries and sectors of the members
 *	all           the best few of each collection
 *	a collection  a page of hits and its facets; of the others how many
 */
#include <string.h>

#include "state.h"

enum {
	FEW = 3,
	A_PAGE = 20,
	PASSAGES = 2,
	SOME_VALUES = 8,
	MANY_VALUES = 1000
};

static bool
has_facet(const struct ecs_collection *collection, const char *name)
{
	const struct ecs_field *field = ecs_collection_field(collection, name);

	return field != NULL && field->facet && !field->is_private;
}

/*
 * "founded:2010..2020", "topics:cryptography/" and a star; of other fields the
 * value as it is, whatever a filter would read in it.
 */
static json_t *
clause(const struct choice *choice)
{
	const struct ecs_field *field = choice->field;
	bool tree = ecs_state_is_tree(field);
	struct ecs_buf text = {0};
	json_t *json = NULL;

	if (!tree && !ecs_state_is_number(field))
		return json_pack(
		    "{s:s, s:s}", "field", field->name, "value", choice->value);
	ecs_buf_printf(
	    &text, "%s:%s%s", field->name, choice->value, tree ? "/*" : "");
	if (!text.failed)
		json = json_string(text.data);
	ecs_buf_fini(&text);
	return json;
}

/* Any of the values chosen of a field, and so for each field. */
static json_t *
filter(const struct ecs_page_state *state)
{
	json_t *all = json_array();

	for (size_t i = 0; i < state->nchoices; i++) {
		const struct ecs_field *field = state->choices[i].field;
		json_t *any;

		if (ecs_state_range(state, field) != state->choices[i].value)
			continue;
		any = json_array();
		for (size_t j = i; j < state->nchoices; j++)
			if (state->choices[j].field == field)
				json_array_append_new(
				    any, clause(&state->choices[j]));
		json_array_append_new(all, any);
	}
	return all;
}

static json_t *
facet(const struct ecs_page_state *state, const struct ecs_shown_facet *shown)
{
	const struct ecs_field *field = shown->field;
	bool whole = state->whole == field;
	bool mapped = state->map && strcmp(field->name, "country") == 0;
	int limit = whole || mapped ? MANY_VALUES : SOME_VALUES;
	json_t *facet = json_pack("{s:s}", "field", field->name);

	if (field->type == ECS_NUMBER && shown->interval > 0) {
		json_object_set_new(facet, "type", json_string("histogram"));
		json_object_set_new(
		    facet, "interval", json_real(shown->interval));
	} else if (ecs_state_is_number(field)) {
		json_object_set_new(facet, "limit", json_integer(0));
	} else if (ecs_state_is_tree(field)) {
		json_object_set_new(facet, "type", json_string("tree"));
		json_object_set_new(facet, "limit", json_integer(MANY_VALUES));
	} else {
		json_object_set_new(facet, "limit", json_integer(limit));
		if (whole && state->find[0] != '\0')
			json_object_set_new(
			    facet, "q", json_string(state->find));
	}
	return facet;
}

static void
ask_collection(const struct ecs_page_state *state, json_t *ask)
{
	const struct ecs_showing *showing = ecs_state_showing(state);
	json_t *facets = json_array();

	for (int i = 0; i < showing->nfacets; i++)
		json_array_append_new(
		    facets, facet(state, &showing->facets[i]));
	json_object_set_new(ask, "facets", facets);
	json_object_set_new(ask, "per_page", json_integer(A_PAGE));
	json_object_set_new(ask, "page", json_integer(state->page));
	json_object_set_new(ask, "passages", json_integer(PASSAGES));
	if (state->nchoices > 0)
		json_object_set_new(ask, "filter", filter(state));
	if (state->sort != NULL) {
		struct ecs_buf name = {0};

		ecs_buf_printf(&name, "%s%s",
		    state->sort->descending ? "-" : "",
		    state->sort->field->name);
		json_object_set_new(
		    ask, "sort", json_string(name.failed ? "" : name.data));
		ecs_buf_fini(&name);
	}
}

static void
ask_start(const struct ecs_collection *collection, json_t *ask)
{
	json_t *facets = json_array();

	if (has_facet(collection, "country"))
		json_array_append_new(facets,
		    json_pack("{s:s, s:i}", "field", "country", "limit",
			MANY_VALUES));
	if (has_facet(collection, "sectors"))
		json_array_append_new(facets,
		    json_pack("{s:s, s:i}", "field", "sectors", "limit",
			SOME_VALUES * 2));
	json_object_set_new(ask, "facets", facets);
	json_object_set_new(ask, "per_page", json_integer(0));
}

json_t *
ecs_page_ask(const struct ecs_page_state *state, int collection)
{
	const struct ecs_collection *of =
	    &state->schema->collections[collection];
	json_t *ask = json_pack("{s:[s], s:s, s:s, s:s}", "in", of->name, "q",
	    state->q, "prefix", "last", "typo", state->exact ? "off" : "auto");

	if (ask == NULL)
		return NULL;
	if (ecs_state_is_start(state))
		ask_start(of, ask);
	else if (state->collection == collection)
		ask_collection(state, ask);
	else
		json_object_set_new(ask, "per_page",
		    json_integer(state->collection < 0 ? FEW : 0));
	return ask;
}

json_t *
ecs_page_ask_words(const struct ecs_page_state *state)
{
	return json_pack("{s:s, s:s, s:s}", "q", state->q, "prefix", "last",
	    "typo", state->exact ? "off" : "auto");
}
