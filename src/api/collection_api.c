/* SPDX-License-Identifier: ISC */
/*
 * collection_api - what collections and vocabularies there are.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/layout.h"

#include "config.h"

#include "search_api.h"

static const char *const no_parameters[] = {NULL};

static json_t *
field_view(const struct ecs_field *field, int lang)
{
	json_t *view = json_pack("{s:s, s:s, s:s, s:b, s:b, s:b, s:b}", "name",
	    field->name, "label", ecs_label(&field->labels, lang, field->name),
	    "type", ecs_field_type_name(field->type), "multi", field->multi,
	    "required", field->required, "facet", field->facet, "sort",
	    field->sort);

	if (field->completes)
		json_object_set_new(view, "completes", json_true());
	if (field->weight > 0)
		json_object_set_new(view, "weight", json_real(field->weight));
	if (field->vocabulary != NULL)
		json_object_set_new(
		    view, "vocabulary", json_string(field->vocabulary->name));
	if (field->derived_from != NULL)
		json_object_set_new(view, "derived_from",
		    json_string(field->derived_from->name));
	return view;
}

static json_t *
fields_view(const struct call *call, const struct ecs_collection *collection)
{
	json_t *list = json_array();

	for (int i = 0; i < collection->nfields; i++)
		if (!collection->fields[i].is_private ||
		    ecs_call_sees_private(call))
			json_array_append_new(list,
			    field_view(&collection->fields[i], call->lang));
	return list;
}

/* ---- counts ---- */

/*
 * The rows of a collection that the caller may count, the caller's to free;
 * NULL for all.  One that lacks the fields of a key's filter has none for it,
 * as in a search over several.
 */
static bool
find_rows(struct call *call, int index, struct ecs_bitmap **rows)
{
	if (ecs_call_rows(call, index, rows))
		return true;
	if (strcmp(call->err.code, "bad_key_filter") != 0)
		return false;
	ecs_err_clear(&call->err);
	*rows = ecs_bitmap_new(1);
	return *rows != NULL || ecs_err_memory(&call->err);
}

static uint32_t
count_units(const struct ecs_table *table, const struct ecs_bitmap *rows)
{
	uint32_t limit = ecs_table_limit(table);
	uint32_t count = 0;

	if (rows == NULL)
		return ecs_table_units(table);
	for (uint32_t row = 0; row < limit; row++) {
		uint32_t first;
		uint32_t units;

		if (!ecs_bitmap_test(rows, row))
			continue;
		ecs_table_row_units(table, row, &first, &units);
		count += units;
	}
	return count;
}

/* Documents by the language they were analysed in. */
static json_t *
languages_view(
    const struct ecs_view_collection *of, const struct ecs_bitmap *rows)
{
	size_t column = ecs_lang_column(of->collection);
	uint32_t n = ecs_column_cardinality(of->table, column);
	uint32_t *counts = calloc((size_t)n + 1, sizeof(*counts));
	uint32_t missing;
	json_t *list;

	if (counts == NULL)
		return NULL;
	ecs_column_count(of->table, column,
	    rows == NULL ? ecs_table_live(of->table) : rows, counts, n,
	    &missing);
	list = json_array();
	for (uint32_t i = 0; i < n; i++) {
		size_t len;
		const char *code = ecs_column_text(of->table, column, i, &len);

		if (counts[i] > 0)
			json_array_append_new(list,
			    json_pack("{s:s%, s:i}", "lang", code, len,
				"documents", (int)counts[i]));
	}
	free(counts);
	return list;
}

/* ---- collections ---- */

/* NULL and call->err on failure. */
static json_t *
collection_view(struct call *call, int index)
{
	const struct ecs_view *view = call->session->view;
	const struct ecs_view_collection *of = &view->collections[index];
	struct ecs_bitmap *rows;
	uint32_t documents;
	char updated[32];
	json_t *made;

	if (!find_rows(call, index, &rows))
		return NULL;
	documents =
	    rows == NULL ? ecs_table_rows(of->table) : ecs_bitmap_count(rows);
	ecs_format_date((double)view->published, updated);
	made = json_pack("{s:s, s:s, s:i, s:i, s:s, s:o, s:o, s:I, s:s}",
	    "name", of->collection->name, "label",
	    ecs_label(
		&of->collection->labels, call->lang, of->collection->name),
	    "documents", (int)documents, "passages",
	    (int)(count_units(of->table, rows) - documents), "title",
	    of->collection->title->name, "languages", languages_view(of, rows),
	    "fields", fields_view(call, of->collection), "revision",
	    (json_int_t)view->revision, "updated", updated);
	ecs_bitmap_free(rows);
	if (made == NULL)
		ecs_err_memory(&call->err);
	return made;
}

/* Labels follow the reader's language, counts the key. */
static bool
answer_varying(struct call *call, json_t *json)
{
	ecs_reply_header(
	    call->reply, "Vary", "Authorization, X-API-Key, Accept-Language");
	return ecs_answer_json(call, 200, json);
}

static bool
answer_collections(struct call *call)
{
	const struct ecs_view *view = call->session->view;
	json_t *list = json_array();

	for (int i = 0; i < view->ncollections; i++) {
		json_t *made;

		if (!call->visible[i])
			continue;
		made = collection_view(call, i);
		if (made == NULL) {
			json_decref(list);
			return false;
		}
		json_array_append_new(list, made);
	}
	return answer_varying(call,
	    json_pack("{s:o, s:I}", "collections", list, "revision",
		(json_int_t)view->revision));
}

bool
ecs_get_collections(struct call *call)
{
	return ecs_call_only(call, no_parameters) &&
	    ecs_call_retry(call, answer_collections);
}

static bool
answer_collection(struct call *call)
{
	json_t *made = collection_view(call, call->collection);

	return made != NULL && answer_varying(call, made);
}

bool
ecs_get_collection(struct call *call)
{
	return ecs_call_only(call, no_parameters) &&
	    ecs_call_retry(call, answer_collection);
}

/* ---- vocabularies ---- */

bool
ecs_get_vocabularies(struct call *call)
{
	const struct ecs_schema *schema = call->session->view->schema;
	json_t *list = json_array();

	if (!ecs_call_only(call, no_parameters)) {
		json_decref(list);
		return false;
	}
	for (int i = 0; i < schema->nvocabularies; i++)
		json_array_append_new(
		    list, json_string(schema->vocabularies[i]->name));
	return ecs_answer_json(
	    call, 200, json_pack("{s:o}", "vocabularies", list));
}

static json_t *
all_labels(const struct ecs_labels *labels)
{
	json_t *object = json_object();

	for (int lang = 0; lang < ECS_LANGS; lang++)
		if (labels->text[lang] != NULL)
			json_object_set_new(object, ecs_lang_code(lang),
			    json_string(labels->text[lang]));
	return object;
}

/* Other names in the language and in English; all of them without one. */
static json_t *
aliases_view(const struct ecs_concept *concept, int lang)
{
	int english = ecs_lang_find("en", 2);
	json_t *list = json_array();

	for (size_t i = 0; i < concept->naliases; i++)
		if (lang == ECS_LANG_NONE || concept->aliases[i].lang == lang ||
		    concept->aliases[i].lang == english)
			json_array_append_new(
			    list, json_string(concept->aliases[i].text));
	return list;
}

static json_t *
concept_view(const struct ecs_vocabulary *vocabulary, size_t index, int lang)
{
	const struct ecs_concept *concept = &vocabulary->concepts[index];
	json_t *view = json_pack("{s:s, s:s, s:o}", "id", concept->id, "label",
	    ecs_label(&concept->labels, lang, concept->id), "aliases",
	    aliases_view(concept, lang));

	if (lang == ECS_LANG_NONE)
		json_object_set_new(
		    view, "labels", all_labels(&concept->labels));
	if (concept->broader >= 0)
		json_object_set_new(view, "broader",
		    json_string(vocabulary->concepts[concept->broader].id));
	return view;
}

static bool
read_lang(struct call *call, int *lang)
{
	const char *text = ecs_call_parameter(call, "lang");

	*lang = ECS_LANG_NONE;
	if (text == NULL)
		return true;
	*lang = ecs_lang_find(text, strlen(text));
	if (*lang != ECS_LANG_NONE)
		return true;
	ecs_err_set(&call->err, 400, "bad_parameter",
	    "lang: must be an official language of the EU");
	return ecs_err_at(&call->err, ECS_WHERE_PARAMETER, "lang", 0, 0);
}

bool
ecs_call_vocabulary(struct call *call, const struct ecs_vocabulary **vocabulary)
{
	*vocabulary = ecs_schema_vocabulary(
	    call->session->view->schema, call->arguments[0]);
	return *vocabulary != NULL ||
	    ecs_err_set(&call->err, 404, "no_vocabulary",
		"there is no vocabulary \"%.60s\"", call->arguments[0]);
}

bool
ecs_get_vocabulary(struct call *call)
{
	static const char *const names[] = {"lang", "source", NULL};
	const struct ecs_vocabulary *vocabulary;
	json_t *values;
	bool source;
	int lang;

	if (!ecs_call_only(call, names) || !read_lang(call, &lang) ||
	    !ecs_call_boolean(call, "source", &source) ||
	    !ecs_call_vocabulary(call, &vocabulary))
		return false;
	if (source)
		return ecs_answer_json(
		    call, 200, json_loads(vocabulary->source, 0, NULL));
	values = json_array();
	for (size_t i = 0; i < vocabulary->nconcepts; i++)
		json_array_append_new(
		    values, concept_view(vocabulary, i, lang));
	return ecs_answer_json(call, 200,
	    json_pack("{s:s, s:s, s:o}", "name", vocabulary->name, "label",
		ecs_label(&vocabulary->labels, lang, vocabulary->name),
		"values", values));
}

/* ---- where to begin ---- */
