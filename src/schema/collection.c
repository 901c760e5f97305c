/* SPDX-License-Identifier: ISC */
/*
 * collection - THE field table, built from the schema's data.
 *
 *	type      searched when weight > 0   column
 *	text      yes                        with "sort" (collated) or
 *"completes" keyword   yes                        always url       yes always
 *	number    no                         always
 *	date      no                         always
 *	bool      no                         always
 *	geo       no                         always
 *	sections  yes, two places            none
 *
 * The id has no column: a document is looked up by it.
 */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "ecsearch/buf.h"
#include "ecsearch/lang.h"

#include "json.h"

static const struct member collection_members[] = {
    {"name", JSON_STRING, true},
    {"label", JSON_OBJECT, false},
    {"public", JSON_TRUE, false},
    {"language", JSON_STRING, false},
    {"title", JSON_STRING, true},
    {"lang", JSON_STRING, false},
    {"fields", JSON_ARRAY, true},
    {"page", JSON_OBJECT, false},
};

static const struct member field_members[] = {
    {"name", JSON_STRING, true},
    {"type", JSON_STRING, true},
    {"label", JSON_OBJECT, false},
    {"multi", JSON_TRUE, false},
    {"required", JSON_TRUE, false},
    {"facet", JSON_TRUE, false},
    {"sort", JSON_TRUE, false},
    {"private", JSON_TRUE, false},
    {"completes", JSON_TRUE, false},
    {"weight", JSON_REAL, false},
    {"vocabulary", JSON_STRING, false},
    {"open", JSON_TRUE, false},
    {"derived_from", JSON_STRING, false},
};

/* What a type allows. */
static const struct type_rule {
	const char *name;
	enum ecs_field_type type;
	bool words; /* may have a weight */
	bool facet;
	bool sort;
	bool multi;
	bool vocabulary;
} type_rules[] = {
    {"text", ECS_TEXT, true, false, true, true, false},
    {"keyword", ECS_KEYWORD, true, true, true, true, true},
    {"number", ECS_NUMBER, false, true, true, true, false},
    {"date", ECS_DATE, false, true, true, true, false},
    {"geo", ECS_GEO, false, false, false, false, false},
    {"url", ECS_URL, true, true, true, true, false},
    {"bool", ECS_BOOL, false, true, true, false, false},
    {"sections", ECS_SECTIONS, true, false, false, false, false},
};
enum { NTYPES = sizeof(type_rules) / sizeof(type_rules[0]) };

const char *
ecs_field_type_name(enum ecs_field_type type)
{
	for (size_t i = 0; i < NTYPES; i++)
		if (type_rules[i].type == type)
			return type_rules[i].name;
	return "?";
}

static const struct type_rule *
find_rule(const struct place *at, const char *type)
{
	const char *names[NTYPES];

	for (size_t i = 0; i < NTYPES; i++) {
		names[i] = type_rules[i].name;
		if (strcmp(type_rules[i].name, type) == 0)
			return &type_rules[i];
	}
	ecs_schema_fail(at, "type", "\"%s\" is no type", type);
	ecs_err_did_you_mean(at->err, ecs_nearest_word(type, names, NTYPES));
	return NULL;
}

static bool
flag(json_t *object, const char *name)
{
	return json_is_true(json_object_get(object, name));
}

/* Names go into URLs, filters and query strings. */
static bool
check_name(const struct place *at, const char *name)
{
	size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	if (name[good] != '\0' || strlen(name) > 40 || name[0] == '_')
		return ecs_schema_fail(at, "name",
		    "\"%s\": only a-z, 0-9 and _, at most 40 letters", name);
	return true;
}

static bool
check_rule(const struct place *at, const struct type_rule *rule,
    const struct ecs_field *field)
{
	if (field->facet && !rule->facet)
		return ecs_schema_fail(
		    at, "facet", "not with type %s", rule->name);
	if (field->sort && (!rule->sort || field->multi))
		return ecs_schema_fail(at, "sort", "not with %s",
		    field->multi ? "several values" : rule->name);
	if (field->multi && !rule->multi)
		return ecs_schema_fail(
		    at, "multi", "not with type %s", rule->name);
	if (field->completes && field->type != ECS_TEXT &&
	    field->type != ECS_KEYWORD)
		return ecs_schema_fail(
		    at, "completes", "not with type %s", rule->name);
	if (field->completes && field->is_private)
		return ecs_schema_fail(
		    at, "completes", "not with a private field");
	if (field->weight < 0 || field->weight > 100)
		return ecs_schema_fail(at, "weight", "must be 0 to 100");
	if (field->weight > 0 && !rule->words)
		return ecs_schema_fail(
		    at, "weight", "not with type %s", rule->name);
	if (field->vocabulary != NULL && !rule->vocabulary)
		return ecs_schema_fail(
		    at, "vocabulary", "not with type %s", rule->name);
	return true;
}

static bool
bind_vocabulary(const struct place *at, json_t *object,
    const struct ecs_schema *schema, struct ecs_field *field)
{
	const char *name =
	    json_string_value(json_object_get(object, "vocabulary"));

	if (name == NULL)
		return true;
	field->vocabulary = ecs_schema_vocabulary(schema, name);
	if (field->vocabulary == NULL)
		return ecs_schema_fail(
		    at, "vocabulary", "\"%s\" is not loaded", name);
	return true;
}

static bool
read_field(const struct place *at, json_t *object,
    const struct ecs_schema *schema, struct ecs_field *field)
{
	struct place label = ecs_schema_into(at, "label");
	const struct type_rule *rule;
	json_t *labels;

	if (!ecs_schema_members(at, object, field_members,
		sizeof(field_members) / sizeof(field_members[0])) ||
	    !ecs_schema_string(at, object, "name", &field->name) ||
	    !check_name(at, field->name))
		return false;
	rule =
	    find_rule(at, json_string_value(json_object_get(object, "type")));
	if (rule == NULL)
		return false;
	field->type = rule->type;
	field->multi = flag(object, "multi");
	field->required = flag(object, "required");
	field->facet = flag(object, "facet");
	field->sort = flag(object, "sort");
	field->is_private = flag(object, "private");
	field->completes = flag(object, "completes");
	field->open = flag(object, "open");
	field->weight =
	    rule->type == ECS_TEXT || rule->type == ECS_SECTIONS ? 1 : 0;
	if (json_object_get(object, "weight") != NULL)
		field->weight =
		    json_number_value(json_object_get(object, "weight"));
	if (!bind_vocabulary(at, object, schema, field) ||
	    !check_rule(at, rule, field))
		return false;
	labels = json_object_get(object, "label");
	if (labels != NULL)
		return ecs_schema_labels(&label, labels, &field->labels);
	if (field->vocabulary != NULL)
		field->labels = field->vocabulary->labels;
	return true;
}

static bool
has_column(const struct ecs_field *field)
{
	if (strcmp(field->name, "id") == 0)
		return false;
	switch (field->type) {
	case ECS_TEXT:
		return field->sort || field->completes;
	case ECS_SECTIONS:
		return false;
	case ECS_KEYWORD:
	case ECS_NUMBER:
	case ECS_DATE:
	case ECS_GEO:
	case ECS_URL:
	case ECS_BOOL:
		return true;
	}
	return false;
}

static bool
take_text_place(const struct place *at, struct ecs_collection *collection,
    struct ecs_field *field)
{
	int places = field->type == ECS_SECTIONS ? 2 : 1;

	field->text = -1;
	if (field->weight <= 0)
		return true;
	if (collection->ntexts + places > ECS_MAX_TEXTS)
		return ecs_schema_fail(
		    at, "", "more than %d searched fields", ECS_MAX_TEXTS);
	field->text = collection->ntexts;
	while (places-- > 0)
		collection->texts[collection->ntexts++] = field;
	return true;
}

static bool
place_fields(const struct place *at, struct ecs_collection *collection,
    struct ecs_field *fields)
{
	collection->columns = ecs_arena_alloc(at->arena,
	    ((size_t)collection->nfields + 1) * sizeof(*collection->columns));
	if (collection->columns == NULL)
		return ecs_err_memory(at->err);
	for (int i = 0; i < collection->nfields; i++) {
		struct place item = ecs_schema_item(at, (size_t)i);
		struct ecs_field *field = &fields[i];

		if (!take_text_place(&item, collection, field))
			return false;
		field->column = -1;
		if (has_column(field)) {
			field->column = collection->ncolumns;
			collection->columns[collection->ncolumns++] = field;
		}
		if (field->type != ECS_SECTIONS)
			continue;
		if (collection->sections != NULL)
			return ecs_schema_fail(
			    &item, "type", "only one field may hold sections");
		collection->sections = field;
	}
	return true;
}

/* Fields that follow from another by their vocabulary. */
static bool
link_derived(const struct place *at, json_t *list,
    struct ecs_collection *collection, struct ecs_field *fields)
{
	for (int i = 0; i < collection->nfields; i++) {
		struct place item = ecs_schema_item(at, (size_t)i);
		const char *from = json_string_value(json_object_get(
		    json_array_get(list, (size_t)i), "derived_from"));

		if (from == NULL)
			continue;
		fields[i].derived_from = ecs_collection_field(collection, from);
		if (fields[i].derived_from == NULL ||
		    fields[i].derived_from->type != ECS_KEYWORD)
			return ecs_schema_fail(&item, "derived_from",
			    "\"%s\" is no keyword field here", from);
		if (fields[i].vocabulary == NULL || fields[i].multi)
			return ecs_schema_fail(&item, "derived_from",
			    "needs a vocabulary and a single value");
	}
	return true;
}

static bool
name_role(const struct place *at, json_t *root, const char *role,
    const struct ecs_collection *collection, const struct ecs_field **field)
{
	const char *name = json_string_value(json_object_get(root, role));

	if (name == NULL)
		return true;
	*field = ecs_collection_field(collection, name);
	if (*field == NULL)
		return ecs_schema_fail(
		    at, role, "\"%s\" is no field here", name);
	return true;
}

static bool
check_id(const struct place *at, const struct ecs_collection *collection)
{
	const struct ecs_field *id = ecs_collection_field(collection, "id");

	if (id == NULL || id->type != ECS_KEYWORD || !id->required || id->multi)
		return ecs_schema_fail(at, "fields",
		    "needs a required keyword \"id\" of one value");
	return true;
}

/* Which values follow from which is a matter of the index; labels are not. */
static void
print_covers(struct ecs_buf *buf, const struct ecs_vocabulary *vocabulary)
{
	for (size_t i = 0; i < vocabulary->nconcepts; i++) {
		const struct ecs_concept *concept = &vocabulary->concepts[i];

		ecs_buf_printf(buf, " %s:", concept->id);
		for (size_t c = 0; c < concept->ncovers; c++)
			ecs_buf_printf(buf, "%s,", concept->covers[c]);
	}
}

static bool
make_fingerprint(const struct place *at, struct ecs_collection *collection)
{
	unsigned char digest[16];
	struct ecs_buf buf = {0};

	ecs_buf_printf(&buf, "%s %d\n", collection->name, collection->language);
	for (int i = 0; i < collection->nfields; i++) {
		const struct ecs_field *field = &collection->fields[i];

		ecs_buf_printf(&buf, "%s %d %d %d %d", field->name,
		    (int)field->type, field->multi, field->text, field->column);
		if (field->derived_from != NULL)
			print_covers(&buf, field->vocabulary);
		ecs_buf_putc(&buf, '\n');
	}
	if (buf.failed) {
		ecs_buf_fini(&buf);
		return ecs_err_memory(at->err);
	}
	crypto_generichash(digest, sizeof(digest),
	    (const unsigned char *)buf.data, buf.len, NULL, 0);
	sodium_bin2hex(collection->fingerprint, sizeof(collection->fingerprint),
	    digest, sizeof(digest));
	ecs_buf_fini(&buf);
	return true;
}

/* A title completes what is typed without being told to. */
static void
complete_title(struct ecs_field *field)
{
	field->completes = !field->is_private &&
	    (field->type == ECS_TEXT || field->type == ECS_KEYWORD);
}

static bool
read_fields(const struct place *at, json_t *root,
    const struct ecs_schema *schema, struct ecs_collection *collection)
{
	json_t *list = json_object_get(root, "fields");
	const char *title = json_string_value(json_object_get(root, "title"));
	size_t n = json_array_size(list);
	struct ecs_field *fields =
	    ecs_arena_alloc(at->arena, (n + 1) * sizeof(*fields));

	if (fields == NULL)
		return ecs_err_memory(at->err);
	collection->fields = fields;
	for (size_t i = 0; i < n; i++) {
		struct place item = ecs_schema_item(at, i);

		if (!read_field(
			&item, json_array_get(list, i), schema, &fields[i]))
			return false;
		if (strcmp(fields[i].name, title) == 0)
			complete_title(&fields[i]);
		if (ecs_collection_field(collection, fields[i].name) != NULL)
			return ecs_schema_fail(&item, "name",
			    "\"%s\" stands here twice", fields[i].name);
		collection->nfields++;
	}
	return place_fields(at, collection, fields) &&
	    link_derived(at, list, collection, fields);
}

bool
ecs_collection_read(struct place *at, json_t *root,
    const struct ecs_schema *schema, struct ecs_collection *collection)
{
	struct place list = ecs_schema_into(at, "fields");
	struct place label = ecs_schema_into(at, "label");
	struct place page = ecs_schema_into(at, "page");
	json_t *labels = json_object_get(root, "label");
	const char *language;

	if (!ecs_schema_members(at, root, collection_members,
		sizeof(collection_members) / sizeof(collection_members[0])) ||
	    !ecs_schema_string(at, root, "name", &collection->name) ||
	    !check_name(at, collection->name))
		return false;
	if (labels != NULL &&
	    !ecs_schema_labels(&label, labels, &collection->labels))
		return false;
	collection->is_public = !json_is_false(json_object_get(root, "public"));
	collection->language = ECS_LANG_NONE;
	language = json_string_value(json_object_get(root, "language"));
	if (language != NULL) {
		collection->language =
		    ecs_lang_find(language, strlen(language));
		if (collection->language == ECS_LANG_NONE)
			return ecs_schema_fail(at, "language",
			    "is no official language of the EU");
	}
	return read_fields(&list, root, schema, collection) &&
	    check_id(at, collection) &&
	    name_role(at, root, "title", collection, &collection->title) &&
	    name_role(at, root, "lang", collection, &collection->lang) &&
	    ecs_showing_read(&page, json_object_get(root, "page"), collection,
		&collection->showing) &&
	    make_fingerprint(at, collection);
}

const struct ecs_field *
ecs_collection_field(const struct ecs_collection *collection, const char *name)
{
	for (int i = 0; i < collection->nfields; i++)
		if (strcmp(collection->fields[i].name, name) == 0)
			return &collection->fields[i];
	return NULL;
}

const char *
ecs_collection_nearest(
    const struct ecs_collection *collection, const char *name)
{
	const char *names[256];
	size_t n = 0;

	for (int i = 0; i < collection->nfields && n < 256; i++)
		names[n++] = collection->fields[i].name;
	return ecs_nearest_word(name, names, n);
}
