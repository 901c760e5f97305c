/* SPDX-License-Identifier: ISC */
/*
 * doc - check a document against its collection and type its values.
 *
 * One table row a field type: how a JSON value of that type is read.  null
 * means the same as leaving the field out.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/arena.h"
#include "ecsearch/doc.h"
#include "ecsearch/err.h"

#include "sections.h"

enum {
	LONGEST_ID = 200,
	LONGEST_KEYWORD = 1000,
	LONGEST_SORTED = 400,   /* bytes of a text that it is sorted by */
	LARGEST_VALUES = 60000, /* of all columns; an index slot holds 64 kB */
	VALUE_OVERHEAD = 20
};

/* What is being read; pointer is where in the document the reader stands. */
struct reader {
	struct ecs_doc *doc;
	struct ecs_column_value *values;
	size_t value_room;
	struct ecs_doc_text *texts;
	size_t text_room;
	char pointer[96];
	struct ecs_err *err;
};

static bool fail(struct reader *in, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static bool
fail(struct reader *in, const char *fmt, ...)
{
	char reason[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	ecs_err_set(in->err, 422, "bad_document", "%s %s", in->pointer, reason);
	return ecs_err_at(in->err, ECS_WHERE_POINTER, in->pointer, 0, 0);
}

/* Double the room of a list in the arena when it is full. */
static void *
grown(struct ecs_arena *arena, void *list, size_t n, size_t *room, size_t size)
{
	void *larger;

	if (n < *room)
		return list;
	*room = *room == 0 ? 16 : *room * 2;
	larger = ecs_arena_alloc(arena, *room * size);
	if (larger != NULL && n > 0)
		memcpy(larger, list, n * size);
	return larger;
}

static bool
add_value(struct reader *in, const struct ecs_column_value *value)
{
	struct ecs_doc *doc = in->doc;

	in->values = grown(doc->arena, in->values, doc->nvalues,
	    &in->value_room, sizeof(*value));
	if (in->values == NULL)
		return ecs_err_memory(in->err);
	in->values[doc->nvalues++] = *value;
	return true;
}

static bool
add_text_value(struct reader *in, const struct ecs_field *field,
    const char *text, size_t len)
{
	struct ecs_column_value value = {0};

	if (field->column < 0)
		return true;
	value.column = (uint16_t)field->column;
	value.text = ecs_arena_strndup(in->doc->arena, text, len);
	value.len = len;
	if (value.text == NULL)
		return ecs_err_memory(in->err);
	return add_value(in, &value);
}

static bool
add_number_value(
    struct reader *in, const struct ecs_field *field, double number)
{
	struct ecs_column_value value = {0};

	if (field->column < 0)
		return true;
	value.column = (uint16_t)field->column;
	value.number = number;
	return add_value(in, &value);
}

/* The words of a value, when its field is searched. */
static bool
add_words(struct reader *in, const struct ecs_field *field, const char *text,
    size_t len)
{
	struct ecs_doc *doc = in->doc;

	if (field->text < 0)
		return true;
	in->texts = grown(doc->arena, in->texts, doc->ntexts, &in->text_room,
	    sizeof(*in->texts));
	if (in->texts == NULL)
		return ecs_err_memory(in->err);
	in->texts[doc->ntexts].place = field->text;
	in->texts[doc->ntexts].len = len;
	in->texts[doc->ntexts].text = ecs_arena_strndup(doc->arena, text, len);
	if (in->texts[doc->ntexts++].text == NULL)
		return ecs_err_memory(in->err);
	return true;
}

static bool
read_text(struct reader *in, const struct ecs_field *field, json_t *json)
{
	const char *text = json_string_value(json);
	size_t len = json_string_length(json);

	if (text == NULL)
		return fail(in, "must be a string");
	if (!add_words(in, field, text, len))
		return false;
	/* Sorting needs only the beginning. */
	if (len > LONGEST_SORTED)
		len = LONGEST_SORTED;
	while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
		len--;
	return add_text_value(in, field, text, len);
}

static bool
check_vocabulary(struct reader *in, const struct ecs_field *field,
    const char *text, size_t len)
{
	if (field->vocabulary == NULL || field->open ||
	    ecs_vocabulary_find(field->vocabulary, text, len) >= 0)
		return true;
	fail(in, "\"%.60s\" is not in the vocabulary %s", text,
	    field->vocabulary->name);
	ecs_err_did_you_mean(
	    in->err, ecs_vocabulary_nearest(field->vocabulary, text));
	return false;
}

static bool
read_keyword(struct reader *in, const struct ecs_field *field, json_t *json)
{
	const char *text = json_string_value(json);
	size_t len = json_string_length(json);

	if (text == NULL)
		return fail(in, "must be a string");
	if (len == 0)
		return fail(in, "must not be empty");
	if (len > LONGEST_KEYWORD)
		return fail(in, "must be at most %d bytes", LONGEST_KEYWORD);
	return check_vocabulary(in, field, text, len) &&
	    add_words(in, field, text, len) &&
	    add_text_value(in, field, text, len);
}

static bool
read_number(struct reader *in, const struct ecs_field *field, json_t *json)
{
	double number = json_number_value(json);

	if (!json_is_number(json))
		return fail(in, "must be a number");
	if (!isfinite(number))
		return fail(in, "must be a finite number");
	return add_number_value(in, field, number);
}

static bool
read_date(struct reader *in, const struct ecs_field *field, json_t *json)
{
	double first;
	double last;

	if (!json_is_string(json) ||
	    !ecs_date_parse(json_string_value(json), json_string_length(json),
		&first, &last))
		return fail(in, "must be an ISO 8601 date such as 2024-05-31");
	return add_number_value(in, field, first);
}

static bool
read_geo(struct reader *in, const struct ecs_field *field, json_t *json)
{
	json_t *lat = json_object_get(json, "lat");
	json_t *lon = json_object_get(json, "lon");
	struct ecs_column_value value = {0};

	if (!json_is_object(json) || json_object_size(json) != 2 ||
	    !json_is_number(lat) || !json_is_number(lon))
		return fail(in, "must be {\"lat\": number, \"lon\": number}");
	value.column = (uint16_t)field->column;
	value.number = json_number_value(lat);
	value.lon = json_number_value(lon);
	if (fabs(value.number) > 90)
		return fail(in, "lat must be -90 to 90 degrees");
	if (fabs(value.lon) > 180)
		return fail(in, "lon must be -180 to 180 degrees");
	return add_value(in, &value);
}

static bool
read_url(struct reader *in, const struct ecs_field *field, json_t *json)
{
	const char *text = json_string_value(json);
	size_t len = json_string_length(json);

	if (text == NULL)
		return fail(in, "must be a string");
	if (strncmp(text, "http://", 7) != 0 &&
	    strncmp(text, "https://", 8) != 0)
		return fail(in, "must begin with http:// or https://");
	if (strcspn(text, " \t\r\n<>\"") != len || len > LONGEST_KEYWORD)
		return fail(in, "is no address");
	return add_words(in, field, text, len) &&
	    add_text_value(in, field, text, len);
}

static bool
read_bool(struct reader *in, const struct ecs_field *field, json_t *json)
{
	if (!json_is_boolean(json))
		return fail(in, "must be true or false");
	return json_is_true(json) ? add_text_value(in, field, "true", 4)
				  : add_text_value(in, field, "false", 5);
}

static bool
read_sections(struct reader *in, const struct ecs_field *field, json_t *json)
{
	(void)field;
	return ecs_sections_read(in->doc, json, in->err);
}

/* How a value of each type is read; the order is the enum's. */
static bool (*const readers[])(
    struct reader *, const struct ecs_field *, json_t *) = {
    [ECS_TEXT] = read_text,
    [ECS_KEYWORD] = read_keyword,
    [ECS_NUMBER] = read_number,
    [ECS_DATE] = read_date,
    [ECS_GEO] = read_geo,
    [ECS_URL] = read_url,
    [ECS_BOOL] = read_bool,
    [ECS_SECTIONS] = read_sections,
};

static bool
read_member(struct reader *in, const struct ecs_field *field, json_t *json)
{
	size_t i;
	json_t *item;

	snprintf(in->pointer, sizeof(in->pointer), "/%s", field->name);
	if (json_is_null(json))
		return true;
	if (!field->multi || !json_is_array(json))
		return readers[field->type](in, field, json);
	json_array_foreach (json, i, item) {
		snprintf(in->pointer, sizeof(in->pointer), "/%s/%zu",
		    field->name, i);
		if (!readers[field->type](in, field, item))
			return false;
	}
	return true;
}

static bool
read_unknown(struct reader *in, const char *key)
{
	char step[64];

	ecs_pointer_step(step, sizeof(step), key);
	snprintf(in->pointer, sizeof(in->pointer), "/%s", step);
	fail(in, "is no field of %s", in->doc->collection->name);
	ecs_err_did_you_mean(
	    in->err, ecs_collection_nearest(in->doc->collection, key));
	return false;
}

static bool
read_members(struct reader *in, json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach (object, key, value) {
		const struct ecs_field *field =
		    ecs_collection_field(in->doc->collection, key);

		if (field == NULL)
			return read_unknown(in, key);
		if (!read_member(in, field, value))
			return false;
	}
	return true;
}

static bool
check_required(struct reader *in, json_t *object)
{
	const struct ecs_collection *collection = in->doc->collection;

	for (int i = 0; i < collection->nfields; i++) {
		const struct ecs_field *field = &collection->fields[i];
		json_t *value = json_object_get(object, field->name);

		if (!field->required)
			continue;
		snprintf(in->pointer, sizeof(in->pointer), "/%s", field->name);
		if (value == NULL || json_is_null(value))
			return fail(in, "is required");
		if (json_is_string(value) && json_string_length(value) == 0)
			return fail(in, "must not be empty");
	}
	return true;
}

/* Values that follow from others: the country group from the country. */
static bool
derive(struct reader *in, json_t *object)
{
	const struct ecs_collection *collection = in->doc->collection;

	for (int i = 0; i < collection->nfields; i++) {
		const struct ecs_field *field = &collection->fields[i];
		json_t *given = json_object_get(object, field->name);
		json_t *from;
		int concept;

		if (field->derived_from == NULL ||
		    (given != NULL && !json_is_null(given)))
			continue;
		from = json_object_get(object, field->derived_from->name);
		if (!json_is_string(from))
			continue;
		concept = ecs_vocabulary_covering(field->vocabulary,
		    json_string_value(from), json_string_length(from));
		if (concept < 0)
			continue;
		const char *id = field->vocabulary->concepts[concept].id;
		if (!add_text_value(in, field, id, strlen(id)))
			return false;
	}
	return true;
}

static bool
is_control(unsigned char c, unsigned char next)
{
	return c < 0x20 || c == 0x7F ||
	    (c == 0xC2 && next >= 0x80 && next < 0xA0);
}

bool
ecs_doc_check_id(const char *id, size_t len, struct ecs_err *err)
{
	bool control = false;

	for (size_t i = 0; i < len; i++)
		control |= is_control((unsigned char)id[i],
		    i + 1 < len ? (unsigned char)id[i + 1] : 0);
	if (len >= 1 && len <= LONGEST_ID && !control)
		return true;
	ecs_err_set(err, 422, "bad_id",
	    "/id must be 1 to %d bytes without control characters", LONGEST_ID);
	return ecs_err_at(err, ECS_WHERE_POINTER, "/id", 0, 0);
}

static bool
check_size(struct reader *in)
{
	size_t size = 0;

	for (size_t i = 0; in->values != NULL && i < in->doc->nvalues; i++)
		size += in->values[i].len + VALUE_OVERHEAD;
	if (size <= LARGEST_VALUES)
		return true;
	return ecs_err_set(in->err, 422, "too_many_values",
	    "the values of all fields take more than %d bytes",
	    (int)LARGEST_VALUES);
}

static const char *
dump(struct ecs_arena *arena, const json_t *json, size_t *len)
{
	char *text = json_dumps(
	    json, JSON_COMPACT | JSON_REAL_PRECISION(15) | JSON_ENCODE_ANY);
	const char *copy;

	if (text == NULL)
		return NULL;
	*len = strlen(text);
	copy = ecs_arena_strndup(arena, text, *len);
	free(text);
	return copy;
}

static bool
store_json(struct ecs_doc *doc, json_t *object, struct ecs_err *err)
{
	const struct ecs_field *sections = doc->collection->sections;
	json_t *without = NULL;

	doc->json = dump(doc->arena, object, &doc->json_len);
	if (doc->json == NULL)
		return ecs_err_memory(err);
	if (sections == NULL || json_object_get(object, sections->name) == NULL)
		return true;
	without = json_copy(object);
	if (without == NULL)
		return ecs_err_memory(err);
	json_object_del(without, sections->name);
	doc->hit = dump(doc->arena, without, &doc->hit_len);
	json_decref(without);
	return doc->hit != NULL || ecs_err_memory(err);
}

static bool
fill(struct ecs_doc *doc, json_t *object, struct ecs_err *err)
{
	struct reader in = {.doc = doc, .err = err};
	const struct ecs_field *lang = doc->collection->lang;
	json_t *id = json_object_get(object, "id");

	if (!json_is_object(object))
		return ecs_err_set(err, 422, "bad_document",
		    "a document must be a JSON object");
	if (!check_required(&in, object) || !read_members(&in, object) ||
	    !derive(&in, object) || !check_size(&in))
		return false;
	doc->id_len = json_string_length(id);
	if (!ecs_doc_check_id(json_string_value(id), doc->id_len, err))
		return false;
	doc->id =
	    ecs_arena_strndup(doc->arena, json_string_value(id), doc->id_len);
	if (lang != NULL && json_is_string(json_object_get(object, lang->name)))
		doc->lang = ecs_arena_strdup(doc->arena,
		    json_string_value(json_object_get(object, lang->name)));
	doc->values = in.values;
	doc->texts = in.texts;
	if (doc->id == NULL)
		return ecs_err_memory(err);
	return store_json(doc, object, err);
}

struct ecs_doc *
ecs_doc_new(const struct ecs_collection *collection, json_t *object,
    struct ecs_err *err)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_doc *doc =
	    arena == NULL ? NULL : ecs_arena_alloc(arena, sizeof(*doc));

	if (doc == NULL) {
		ecs_arena_free(arena);
		ecs_err_memory(err);
		return NULL;
	}
	doc->arena = arena;
	doc->collection = collection;
	if (fill(doc, object, err))
		return doc;
	ecs_doc_free(doc);
	return NULL;
}

struct ecs_doc *
ecs_doc_parse(const struct ecs_collection *collection, const char *json,
    size_t len, struct ecs_err *err)
{
	json_error_t why;
	json_t *object = json_loadb(json, len, JSON_REJECT_DUPLICATES, &why);
	struct ecs_doc *doc;

	if (object == NULL) {
		/* No fault of the document: a replay would leave it out. */
		if (json_error_code(&why) == json_error_out_of_memory) {
			ecs_err_memory(err);
			return NULL;
		}
		ecs_err_set(err, 400, "bad_json", "column %d: %s", why.column,
		    why.text);
		ecs_err_at(err, ECS_WHERE_LINE, "", (uint32_t)why.line,
		    (uint32_t)(why.column < 0 ? 0 : why.column));
		return NULL;
	}
	doc = ecs_doc_new(collection, object, err);
	json_decref(object);
	return doc;
}

void
ecs_doc_free(struct ecs_doc *doc)
{
	if (doc != NULL)
		ecs_arena_free(doc->arena);
}
