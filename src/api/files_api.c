/* SPDX-License-Identifier: ISC */
/*
 * files_api - a file becomes a document.
 *
 * The bytes go to ecsearch-extract and come back as JSON; here they are only
 * carried.  What the parameters say of the document wins over what the file
 * says of itself, and what the collection has no field for is left out.
 */
#include "config.h" /* first: for the GNU extensions */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ecsearch/doc.h"
#include "ecsearch/extract.h"

#include "write_api.h"

enum {
	EXTRACT_SECONDS = 60,
	EXTRACT_BYTES = 48 << 20,
	NAME_BYTES = 200,
	ID_BYTES = 120,
	DETECTED_BYTES = 4000, /* are enough to tell a language by */
	MOST_NAMES = 80
};

/* ---- the name ---- */

/* A path's last part: browsers and people send whole ones. */
static const char *
base_name(const char *path)
{
	const char *name = path;

	for (; *path != '\0'; path++) {
		if (*path == '/' || *path == '\\')
			name = path + 1;
	}
	return name;
}

/* filename="..." of a Content-Disposition (RFC 6266), into name. */
static void
read_disposition(const char *header, char *name, size_t size)
{
	const char *at = strcasestr(header, "filename=");
	size_t len = 0;

	if (at == NULL)
		return;
	at += strlen("filename=");
	if (*at != '"') {
		snprintf(name, size, "%.*s", (int)strcspn(at, "; \t"), at);
		return;
	}
	for (at++; *at != '\0' && *at != '"' && len + 1 < size; at++) {
		if (*at == '\\' && at[1] != '\0')
			at++;
		name[len++] = *at;
	}
	name[len] = '\0';
}

static bool
read_name(struct call *call, char *name, size_t size)
{
	const char *given = ecs_call_parameter(call, "name");
	const char *header =
	    ecs_request_header(call->request, "Content-Disposition");
	char sent[512] = "";

	if (given != NULL)
		snprintf(sent, sizeof(sent), "%s", given);
	else if (header != NULL)
		read_disposition(header, sent, sizeof(sent));
	if (strlen(base_name(sent)) < size) {
		snprintf(name, size, "%s", base_name(sent));
		return true;
	}
	ecs_err_set(&call->err, 400, "bad_parameter",
	    "name: has more than %d bytes", NAME_BYTES);
	return ecs_err_at(&call->err, ECS_WHERE_PARAMETER, "name", 0, 0);
}

/* ---- the id ---- */

/* "NIS 2 (en).pdf" -> "nis-2-en". */
static void
id_of_name(const char *name, char *id, size_t size)
{
	const char *dot = strrchr(name, '.');
	size_t end =
	    dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name);
	size_t len = 0;

	for (size_t i = 0; i < end && len + 2 < size; i++) {
		char c = name[i];
		bool capital = c >= 'A' && c <= 'Z';

		if (capital || (c >= 'a' && c <= 'z') ||
		    (c >= '0' && c <= '9') || strchr("._", c) != NULL)
			id[len++] = capital ? (char)(c | 0x20) : c;
		else if (len > 0 && id[len - 1] != '-')
			id[len++] = '-';
	}
	while (len > 0 && id[len - 1] == '-')
		len--;
	id[len] = '\0';
}

static bool
settle_id(struct call *call, const char *name, char *id, size_t size)
{
	const char *given = ecs_call_parameter(call, "id");

	if (given != NULL) {
		if (!ecs_doc_check_id(given, strlen(given), &call->err))
			return ecs_err_at(
			    &call->err, ECS_WHERE_PARAMETER, "id", 0, 0);
		call->arguments[1] = given;
	} else {
		id_of_name(name, id, size);
		call->arguments[1] = id;
		if (id[0] == '\0') {
			ecs_err_set(&call->err, 400, "bad_parameter",
			    "id: is needed where no name of the file gives "
			    "one");
			return ecs_err_at(
			    &call->err, ECS_WHERE_PARAMETER, "id", 0, 0);
		}
	}
	call->narguments = 2;
	return true;
}

/* ---- the parameters that are fields ---- */

static const struct ecs_collection *
collection_of(const struct call *call)
{
	return call->session->view->collections[call->collection].collection;
}

static bool
can_be_given(const struct ecs_field *field)
{
	return field->type != ECS_SECTIONS && field->type != ECS_GEO &&
	    field->derived_from == NULL;
}

static bool
check_names(struct call *call)
{
	const struct ecs_collection *collection = collection_of(call);
	const char *names[MOST_NAMES] = {"id", "name", "wait", "dry_run"};
	size_t n = 4;

	if (collection->sections == NULL)
		return ecs_err_set(&call->err, 422, "no_sections",
		    "the collection %s has no long documents",
		    collection->name);
	for (int i = 0; i < collection->nfields && n + 1 < MOST_NAMES; i++) {
		if (can_be_given(&collection->fields[i]))
			names[n++] = collection->fields[i].name;
	}
	names[n] = NULL;
	return ecs_call_only(call, names);
}

/* A parameter as the value that its field wants; what is none is told later. */
static json_t *
value_of(const struct ecs_field *field, const char *text)
{
	char *end;
	double number;

	if (field->type == ECS_BOOL && strcmp(text, "true") == 0)
		return json_true();
	if (field->type == ECS_BOOL && strcmp(text, "false") == 0)
		return json_false();
	if (field->type != ECS_NUMBER)
		return json_string(text);
	number = strtod(text, &end);
	if (*end != '\0' || end == text)
		return json_string(text);
	return number == (double)(json_int_t)number
	    ? json_integer((json_int_t)number)
	    : json_real(number);
}

/* A field of several values takes a parameter that is given several times. */
static bool
put_parameter(json_t *object, const struct ecs_field *field, json_t *values,
    const char *text)
{
	if (field->multi)
		return json_array_append_new(values, value_of(field, text)) ==
		    0;
	return json_object_set_new(
		   object, field->name, value_of(field, text)) == 0;
}

static bool
put_parameters(struct call *call, json_t *object, const struct ecs_field *field)
{
	json_t *values = json_array();
	bool ok = values != NULL;

	for (int i = 0; ok && i < call->request->nparams; i++) {
		const struct ecs_param *param = &call->request->params[i];

		if (strcmp(param->name, field->name) == 0)
			ok = put_parameter(object, field, values, param->value);
	}
	if (ok && json_array_size(values) > 0)
		ok = json_object_set(object, field->name, values) == 0;
	json_decref(values);
	return ok || ecs_err_memory(&call->err);
}

/* ---- the document ---- */

/* Take out what the collection has no field for. */
static void
keep_fields(const struct ecs_collection *collection, json_t *object)
{
	const char *key;
	json_t *value;
	void *next;

	json_object_foreach_safe(object, next, key, value)
	{
		const struct ecs_field *field =
		    ecs_collection_field(collection, key);

		if (field == NULL || field->derived_from != NULL)
			json_object_del(object, key);
	}
}

/* The language of the text, where the file does not say one. */
static const char *
detect(struct call *call, json_t *object)
{
	struct ecs_buf text = {0};
	int lang = ECS_LANG_NONE;
	size_t i;
	json_t *section;

	json_array_foreach (json_object_get(object, "sections"), i, section) {
		const char *part =
		    json_string_value(json_object_get(section, "text"));

		if (text.len < DETECTED_BYTES && part != NULL) {
			ecs_buf_puts(&text, part);
			ecs_buf_putc(&text, '\n');
		}
	}
	if (!text.failed && text.len > 0)
		lang = ecs_detect_lang(
		    call->session->detector, text.data, text.len);
	ecs_buf_fini(&text);
	return lang == ECS_LANG_NONE ? NULL : ecs_lang_code(lang);
}

/* What neither the file nor a parameter told, as far as one can tell. */
static bool
put_defaults(struct call *call, json_t *object)
{
	const struct ecs_collection *collection = collection_of(call);
	const struct ecs_field *kind = ecs_collection_field(collection, "kind");
	const struct ecs_field *year = ecs_collection_field(collection, "year");
	const struct ecs_field *lang = collection->lang;
	const char *date = json_string_value(json_object_get(object, "date"));
	const char *found;
	bool ok = true;

	if (kind != NULL && kind->vocabulary != NULL &&
	    json_object_get(object, "kind") == NULL &&
	    ecs_vocabulary_find(kind->vocabulary, "paper", 5) >= 0)
		ok = json_object_set_new(
			 object, "kind", json_string("paper")) == 0;
	if (year != NULL && year->type == ECS_NUMBER && date != NULL &&
	    json_object_get(object, "year") == NULL && strlen(date) >= 4)
		ok = ok &&
		    json_object_set_new(
			object, "year", json_integer(atoi(date))) == 0;
	if (lang != NULL && json_object_get(object, lang->name) == NULL) {
		found = detect(call, object);
		ok = ok &&
		    (found == NULL ||
			json_object_set_new(
			    object, lang->name, json_string(found)) == 0);
	}
	return ok || ecs_err_memory(&call->err);
}

/* The title is told by the field that the collection calls its title. */
static bool
put_title(struct call *call, json_t *object)
{
	const char *field = collection_of(call)->title->name;
	json_t *title = json_object_get(object, "title");

	if (strcmp(field, "title") == 0 || title == NULL)
		return true;
	return json_object_set(object, field, title) == 0 ||
	    ecs_err_memory(&call->err);
}

static bool
complete(struct call *call, json_t *object)
{
	const struct ecs_collection *collection = collection_of(call);
	bool ok = put_title(call, object);

	keep_fields(collection, object);
	for (int i = 0; ok && i < collection->nfields; i++) {
		if (can_be_given(&collection->fields[i]))
			ok = put_parameters(
			    call, object, &collection->fields[i]);
	}
	ok = ok && put_defaults(call, object);
	return ok &&
	    (json_object_set_new(
		 object, "id", json_string(call->arguments[1])) == 0 ||
		ecs_err_memory(&call->err));
}

/* ---- the request ---- */

static bool
is_cancelled(const void *user)
{
	return ecs_request_cancelled(user);
}

/* The document that the file is; a new reference. */
static json_t *
extract(struct call *call, const char *name, const char *body, size_t len)
{
	const struct ecs_extract_job job = {
	    .program = call->app->options.extractor,
	    .name = name[0] == '\0' ? "document" : name,
	    .body = body,
	    .len = len,
	    .seconds = EXTRACT_SECONDS,
	    .output = EXTRACT_BYTES,
	    .cancelled = is_cancelled,
	    .user = call->request};
	struct ecs_buf said = {0};
	json_t *object = NULL;

	if (ecs_extract(&job, &said, &call->err)) {
		object = json_loadb(
		    said.data, said.len, JSON_REJECT_DUPLICATES, NULL);
		if (!json_is_object(object)) {
			json_decref(object);
			object = NULL;
			ecs_err_set(&call->err, 422, "damaged",
			    "what was read of the file is no document");
		}
	}
	ecs_buf_fini(&said);
	if (object != NULL && !complete(call, object)) {
		json_decref(object);
		object = NULL;
	}
	return object;
}

/* dry_run: the document as it would be stored, if it could. */
static bool
answer_document(struct call *call, json_t *object)
{
	struct ecs_doc *doc =
	    ecs_doc_new(collection_of(call), object, &call->err);
	bool ok = doc != NULL;

	if (ok)
		ok = ecs_answer_json(call, 200, json_incref(object));
	ecs_doc_free(doc);
	return ok;
}

static bool
take_file(struct call *call, const char *name, bool dry_run,
    enum write_wait wait, const struct ecs_write *condition)
{
	struct ecs_buf unpacked = {0};
	json_t *object = NULL;
	const char *body = "";
	size_t len = 0;
	bool ok = false;

	if (ecs_call_unpack(call, (size_t)call->app->options.body_bytes,
		&unpacked, &body, &len))
		object = extract(call, name, body, len);
	if (object != NULL)
		ok = dry_run ? answer_document(call, object)
			     : ecs_call_put(call, object, wait, condition);
	json_decref(object);
	ecs_buf_fini(&unpacked);
	return ok;
}

bool
ecs_post_file(struct call *call)
{
	struct ecs_write condition = {.expected = ECS_ANY_SEQUENCE};
	char name[NAME_BYTES + 1] = "";
	char id[ID_BYTES] = "";
	enum write_wait wait = WAIT_VISIBLE;
	bool dry_run = false;

	return check_names(call) && ecs_call_wait(call, &wait) &&
	    ecs_call_boolean(call, "dry_run", &dry_run) &&
	    ecs_call_condition(call, wait, &condition) &&
	    read_name(call, name, sizeof(name)) &&
	    settle_id(call, name, id, sizeof(id)) &&
	    ecs_call_confined(call, wait) &&
	    take_file(call, name, dry_run, wait, &condition);
}
