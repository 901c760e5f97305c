/* SPDX-License-Identifier: ISC */
/*
 * params - the parameters of a search, every one in one table.
 *
 * A query string is first put into the JSON form, by the kind its row names;
 * then both ways of asking are read alike.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "params.h"

bool
ecs_params_fail(struct params *in, const char *name, const char *fmt, ...)
{
	char reason[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	ecs_err_set(in->err, 400, "bad_parameter", "%s: %s", name, reason);
	ecs_err_at(in->err, ECS_WHERE_PARAMETER, name, 0, 0);
	snprintf(in->err->where[in->err->places - 1].message,
	    sizeof(in->err->where[0].message), "%s", reason);
	return false;
}

const struct ecs_field *
ecs_params_field(const struct params *in, const char *name)
{
	const struct ecs_schema *schema = in->search->schema;

	for (int c = 0; c < schema->ncollections; c++) {
		const struct ecs_field *field = in->search->in[c]
		    ? ecs_collection_field(&schema->collections[c], name)
		    : NULL;

		if (field != NULL && !field->is_private)
			return field;
	}
	return NULL;
}

bool
ecs_params_no_field(struct params *in, const char *parameter, const char *name)
{
	const struct ecs_schema *schema = in->search->schema;
	const char **names;
	size_t room = 1;
	size_t n = 0;

	ecs_params_fail(in, parameter,
	    "no collection searched has a field \"%.60s\"", name);
	for (int c = 0; c < schema->ncollections; c++)
		room += (size_t)schema->collections[c].nfields;
	names = ecs_arena_alloc(in->search->arena, room * sizeof(*names));
	for (int c = 0; names != NULL && c < schema->ncollections; c++) {
		const struct ecs_collection *of = &schema->collections[c];

		for (int i = 0; in->search->in[c] && i < of->nfields; i++)
			if (!of->fields[i].is_private)
				names[n++] = of->fields[i].name;
	}
	ecs_err_did_you_mean(in->err, ecs_nearest_word(name, names, n));
	return false;
}

bool
ecs_params_number(const json_t *json, double *number)
{
	char *end;

	if (json_is_number(json)) {
		*number = json_number_value(json);
		return isfinite(*number);
	}
	if (!json_is_string(json))
		return false;
	*number = strtod(json_string_value(json), &end);
	return end != json_string_value(json) && *end == '\0' &&
	    isfinite(*number);
}

/* ---- the table ---- */

/* How the text of a query string becomes JSON. */
enum text_kind {
	AS_STRING,
	AS_LIST, /* repeats and commas */
	AS_NUMBER,
	AS_BOOLEAN,
	AS_JSON_LIST, /* JSON when it begins with [ or {, else a list */
	AS_JSON_TEXT, /* JSON when it begins with [, else a string */
	AS_JSON_BOOLEAN
};

static const struct parameter {
	const char *name;
	enum text_kind kind;
	bool (*read)(struct params *in, const char *name, json_t *json);
} parameters[] = {
    {"q", AS_STRING, ecs_param_q},
    {"mode", AS_STRING, ecs_param_mode},
    {"match", AS_STRING, ecs_param_match},
    {"prefix", AS_STRING, ecs_param_prefix},
    {"fields", AS_LIST, ecs_param_fields},
    {"in", AS_LIST, ecs_param_in},
    {"lang", AS_STRING, ecs_param_lang},
    {"filter", AS_JSON_TEXT, ecs_param_filter},
    {"facets", AS_JSON_LIST, ecs_param_facets},
    {"sort", AS_LIST, ecs_param_sort},
    {"page", AS_NUMBER, ecs_param_page},
    {"per_page", AS_NUMBER, ecs_param_per_page},
    {"cursor", AS_STRING, ecs_param_cursor},
    {"near", AS_STRING, ecs_param_near},
    {"radius", AS_STRING, ecs_param_radius},
    {"box", AS_STRING, ecs_param_box},
    {"highlight", AS_JSON_BOOLEAN, ecs_param_highlight},
    {"passages", AS_NUMBER, ecs_param_passages},
    {"typo", AS_STRING, ecs_param_typo},
    {"explain", AS_BOOLEAN, ecs_param_explain},
    {"total", AS_BOOLEAN, ecs_param_total},
    {"timeout_ms", AS_NUMBER, ecs_param_timeout},
    {"count", AS_BOOLEAN, ecs_param_count},
};
enum { NPARAMETERS = sizeof(parameters) / sizeof(parameters[0]) };

static const struct parameter *
find_parameter(const char *name)
{
	for (size_t i = 0; i < NPARAMETERS; i++)
		if (strcmp(parameters[i].name, name) == 0)
			return &parameters[i];
	return NULL;
}

static bool
unknown_parameter(const char *name, struct ecs_err *err)
{
	const char *names[NPARAMETERS];

	for (size_t i = 0; i < NPARAMETERS; i++)
		names[i] = parameters[i].name;
	ecs_err_set(err, 400, "unknown_parameter",
	    "the parameter \"%.60s\" is not known", name);
	ecs_err_at(err, ECS_WHERE_PARAMETER, name, 0, 0);
	ecs_err_did_you_mean(err, ecs_nearest_word(name, names, NPARAMETERS));
	return false;
}

/* Every parameter is read, so that all wrong ones are named. */
static bool
read_all(struct params *in, json_t *object)
{
	const char *name;
	json_t *json;
	bool ok = true;

	json_object_foreach (object, name, json) {
		const struct parameter *parameter = find_parameter(name);

		if (parameter == NULL ||
		    (in->only >= 0 && strcmp(name, "in") == 0))
			ok = unknown_parameter(name, in->err);
		else if (!json_is_null(json))
			ok &= parameter->read(in, name, json);
	}
	return ok;
}

static bool
check_together(struct params *in)
{
	struct ecs_search *search = in->search;

	if (search->cursor != NULL && in->has_page)
		return ecs_params_fail(
		    in, "cursor", "page and cursor exclude each other");
	if (search->cursor != NULL && search->per_page == 0)
		return ecs_params_fail(in, "per_page",
		    "a walk by cursor needs pages of at least 1");
	if (search->radius_m > 0 && !search->has_near)
		return ecs_params_fail(
		    in, "radius", "needs near, the middle of the circle");
	return true;
}

static void
set_defaults(struct ecs_search *search, const struct ecs_schema *schema,
    const bool *visible, int only)
{
	search->schema = schema;
	for (int c = 0; c < schema->ncollections; c++)
		search->in[c] = only >= 0 ? c == only : visible[c];
	search->q = "";
	search->lang = ECS_LANG_NONE;
	search->page = 1;
	search->per_page = 20;
	search->highlight = true;
	search->highlight_html = true;
	search->pre = "<mark>";
	search->post = "</mark>";
	search->passages = 1;
	search->typo = true;
	search->total = true;
	search->timeout_ms = 1000;
	search->count = true;
}

struct ecs_search *
ecs_search_read(const struct ecs_schema *schema, const bool *visible, int only,
    json_t *object, struct ecs_err *err)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_search *search =
	    arena == NULL ? NULL : ecs_arena_alloc(arena, sizeof(*search));
	struct params in = {
	    .search = search, .only = only, .visible = visible, .err = err};

	if (search == NULL) {
		ecs_arena_free(arena);
		ecs_err_memory(err);
		return NULL;
	}
	search->arena = arena;
	set_defaults(search, schema, visible, only);
	if (read_all(&in, object) && check_together(&in) &&
	    ecs_params_read_kept(&in))
		return search;
	ecs_search_free(search);
	return NULL;
}

void
ecs_search_free(struct ecs_search *search)
{
	if (search != NULL)
		ecs_arena_free(search->arena);
}

/* ---- query strings ---- */

static bool
bad_text(const char *name, const char *what, struct ecs_err *err)
{
	ecs_err_set(err, 400, "bad_parameter", "%s: must be %s", name, what);
	return ecs_err_at(err, ECS_WHERE_PARAMETER, name, 0, 0);
}

static json_t *
parse_json(const char *name, const char *value, struct ecs_err *err)
{
	json_error_t why;
	json_t *json = json_loads(value, JSON_REJECT_DUPLICATES, &why);

	if (json == NULL) {
		ecs_err_set(err, 400, "bad_parameter", "%s: column %d: %s",
		    name, why.column, why.text);
		ecs_err_at(err, ECS_WHERE_PARAMETER, name, 0,
		    why.column < 0 ? 0 : (uint32_t)why.column);
	}
	return json;
}

static json_t *
boolean_text(const char *name, const char *value, struct ecs_err *err)
{
	if (strcmp(value, "true") == 0 || strcmp(value, "1") == 0 ||
	    value[0] == '\0')
		return json_true();
	if (strcmp(value, "false") == 0 || strcmp(value, "0") == 0)
		return json_false();
	bad_text(name, "true or false", err);
	return NULL;
}

static json_t *
number_text(const char *name, const char *value, struct ecs_err *err)
{
	char *end;
	double number = strtod(value, &end);

	if (end != value && *end == '\0' && isfinite(number) &&
	    strspn(value, "+-0123456789.eE") == strlen(value))
		return json_real(number);
	bad_text(name, "a number", err);
	return NULL;
}

static json_t *
list_text(const char *value)
{
	json_t *list = json_array();

	while (list != NULL && *value != '\0') {
		size_t len = strcspn(value, ",");

		if (len > 0)
			json_array_append_new(list, json_stringn(value, len));
		value += len + (value[len] == ',');
	}
	return list;
}

static json_t *
text_to_json(
    const struct parameter *parameter, const char *value, struct ecs_err *err)
{
	switch (parameter->kind) {
	case AS_STRING:
		return json_string(value);
	case AS_LIST:
		return list_text(value);
	case AS_NUMBER:
		return number_text(parameter->name, value, err);
	case AS_BOOLEAN:
		return boolean_text(parameter->name, value, err);
	case AS_JSON_LIST:
		return value[0] == '[' || value[0] == '{'
		    ? parse_json(parameter->name, value, err)
		    : list_text(value);
	case AS_JSON_TEXT:
		return value[0] == '[' ? parse_json(parameter->name, value, err)
				       : json_string(value);
	case AS_JSON_BOOLEAN:
		return value[0] == '{'
		    ? parse_json(parameter->name, value, err)
		    : boolean_text(parameter->name, value, err);
	}
	return NULL;
}

/* Repeats of a list are joined; of anything else they are a mistake. */
static bool
add_parameter(json_t *object, const struct parameter *parameter, json_t *value,
    struct ecs_err *err)
{
	json_t *before = json_object_get(object, parameter->name);

	if (value == NULL)
		return err->status == 0 ? ecs_err_memory(err) : false;
	if (before == NULL)
		return json_object_set_new(object, parameter->name, value) ==
		    0 ||
		    ecs_err_memory(err);
	if (json_is_array(before) && json_is_array(value) &&
	    parameter->kind != AS_JSON_TEXT) {
		json_array_extend(before, value);
		json_decref(value);
		return true;
	}
	json_decref(value);
	return bad_text(parameter->name, "given once", err);
}

json_t *
ecs_search_parameters(
    const struct ecs_query_parameter *list, size_t n, struct ecs_err *err)
{
	json_t *object = json_object();
	bool ok = object != NULL || ecs_err_memory(err);

	for (size_t i = 0; i < n && object != NULL; i++) {
		const struct parameter *parameter =
		    find_parameter(list[i].name);

		if (parameter == NULL)
			ok = unknown_parameter(list[i].name, err);
		else
			ok &= add_parameter(object, parameter,
			    text_to_json(parameter, list[i].value, err), err);
	}
	if (ok)
		return object;
	json_decref(object);
	return NULL;
}
