/* SPDX-License-Identifier: ISC */
/*
 * write_api - one document: PUT, PATCH, DELETE; and deleting by filter.
 *
 * The ETag of a document is the sequence that wrote it, quoted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/doc.h"

#include "search_api.h"
#include "write_api.h"

enum { PATCH_TRIES = 5, DELETE_BATCH = 1000 };

static const char *const write_parameters[] = {"wait", NULL};

/* ---- how long to wait ---- */

bool
ecs_call_wait(struct call *call, enum write_wait *wait)
{
	static const struct {
		const char *name;
		enum write_wait wait;
	} words[] = {
	    {"visible", WAIT_VISIBLE},
	    {"durable", WAIT_DURABLE},
	    {"none", WAIT_NONE},
	};
	const char *text = ecs_call_parameter(call, "wait");

	*wait = WAIT_VISIBLE;
	if (text == NULL)
		return true;
	for (size_t i = 0; i < 3; i++) {
		if (strcmp(words[i].name, text) != 0)
			continue;
		*wait = words[i].wait;
		return true;
	}
	ecs_err_set(&call->err, 400, "bad_parameter",
	    "wait: must be visible, durable or none");
	return ecs_err_at(&call->err, ECS_WHERE_PARAMETER, "wait", 0, 0);
}

enum ecs_wait
ecs_store_wait(enum write_wait wait)
{
	return wait == WAIT_VISIBLE ? ECS_WAIT_VISIBLE : ECS_WAIT_DURABLE;
}

/* ---- conditions ---- */

/* "123" of a strong ETag; 0 for anything else. */
static uint64_t
read_tag(const char *text)
{
	char *end;
	unsigned long long number;

	text += strspn(text, " ");
	if (text[0] != '"')
		return 0;
	number = strtoull(text + 1, &end, 10);
	return *end == '"' ? number : 0;
}

static bool
read_conditions(struct call *call, struct ecs_write *write)
{
	const char *match = ecs_request_header(call->request, "If-Match");
	const char *none = ecs_request_header(call->request, "If-None-Match");

	if (none != NULL && strcmp(none, "*") == 0)
		write->expected = ECS_NO_DOCUMENT;
	if (match == NULL)
		return true;
	if (strcmp(match, "*") == 0) {
		write->must_exist = true;
		return true;
	}
	write->expected = read_tag(match);
	return write->expected != 0 ||
	    ecs_err_set(&call->err, 412, "changed",
		"If-Match does not hold the ETag of a document");
}

/* ---- answers ---- */

static bool
answer_stored(struct call *call, const struct ecs_batch *batch, const char *id)
{
	const struct ecs_write *write = &batch->writes[0];
	struct ecs_buf *body = ecs_reply_body(call->reply);
	char tag[32];

	if (write->err.status != 0) {
		call->err = write->err;
		return false;
	}
	snprintf(
	    tag, sizeof(tag), "\"%llu\"", (unsigned long long)batch->revision);
	ecs_reply_header(call->reply, "ETag", tag);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
	if (write->created)
		ecs_reply_header(
		    call->reply, "Location", call->request->target);
	ecs_reply_status(call->reply, write->created ? 201 : 200);
	ecs_buf_puts(body, "{\"id\":");
	ecs_buf_json_str(body, id);
	if (write->kind == ECS_WRITE_PUT)
		ecs_buf_printf(
		    body, ",\"created\":%s", write->created ? "true" : "false");
	else
		ecs_buf_puts(body, ",\"deleted\":true");
	ecs_buf_printf(
	    body, ",\"revision\":%llu", (unsigned long long)batch->revision);
	/* Durable but not yet searchable: said, not hidden. */
	if (call->err.status != 0) {
		ecs_buf_puts(body, ",\"warnings\":[{\"code\":");
		ecs_buf_json_str(body, call->err.code);
		ecs_buf_puts(body, ",\"message\":");
		ecs_buf_json_str(body, call->err.text);
		ecs_buf_puts(body, "}]");
		ecs_err_clear(&call->err);
	}
	ecs_buf_puts(body, "}\n");
	return !body->failed || ecs_err_memory(&call->err);
}

/* ---- PUT ---- */

/* The id stands in the path; a body that says another is refused. */
static bool
settle_id(struct call *call, json_t *object)
{
	const char *id = call->arguments[1];
	json_t *given = json_object_get(object, "id");

	if (given == NULL)
		return json_object_set_new(object, "id", json_string(id)) ==
		    0 ||
		    ecs_err_memory(&call->err);
	if (json_is_string(given) && strcmp(json_string_value(given), id) == 0)
		return true;
	ecs_err_set(&call->err, 422, "bad_document",
	    "/id is not the id in the address");
	return ecs_err_at(&call->err, ECS_WHERE_POINTER, "/id", 0, 0);
}

static bool
put_object(struct call *call, json_t *object, struct ecs_batch *batch,
    uint64_t expected, enum write_wait wait)
{
	struct ecs_write *write =
	    ecs_batch_add(batch, ECS_WRITE_PUT, call->collection);

	if (write == NULL)
		return ecs_err_memory(&call->err);
	write->doc = ecs_doc_new(
	    call->session->view->collections[call->collection].collection,
	    object, &call->err);
	if (write->doc == NULL || !read_conditions(call, write))
		return false;
	if (expected != ECS_ANY_SEQUENCE)
		write->expected = expected;
	batch->bytes = write->doc->json_len;
	return ecs_session_units(
		   call->session, write->doc, &write->units, &call->err) &&
	    ecs_store_write(
		call->app->store, batch, ecs_store_wait(wait), &call->err);
}

/* One document of a promise, as the line of a bulk body. */
static bool
promise_object(struct call *call, json_t *object)
{
	struct ecs_doc *doc = ecs_doc_new(
	    call->session->view->collections[call->collection].collection,
	    object, &call->err);
	bool ok = doc != NULL &&
	    ecs_promise_bulk(
		call, ECS_FEED_NDJSON, false, doc->json, doc->json_len);

	ecs_doc_free(doc);
	return ok;
}

bool
ecs_put_document(struct call *call)
{
	struct ecs_batch batch = {0};
	enum write_wait wait;
	json_t *object;
	bool ok;

	if (!ecs_call_only(call, write_parameters) ||
	    !ecs_call_wait(call, &wait))
		return false;
	object = ecs_call_body_object(call);
	ok = object != NULL && settle_id(call, object);
	if (ok && wait == WAIT_NONE)
		ok = promise_object(call, object);
	else
		ok = ok &&
		    put_object(call, object, &batch, ECS_ANY_SEQUENCE, wait) &&
		    answer_stored(call, &batch, call->arguments[1]);
	ecs_batch_fini(&batch);
	json_decref(object);
	return ok;
}

/* ---- PATCH ---- */

/* JSON merge patch, RFC 7396 section 2; target and the result are owned. */
json_t *
ecs_merge_patch(json_t *target, json_t *patch)
{
	const char *key;
	json_t *value;

	if (!json_is_object(patch)) {
		json_decref(target);
		return json_incref(patch);
	}
	if (!json_is_object(target)) {
		json_decref(target);
		target = json_object();
	}
	json_object_foreach (patch, key, value) {
		json_t *merged;

		if (json_is_null(value)) {
			json_object_del(target, key);
			continue;
		}
		merged = ecs_merge_patch(
		    json_incref(json_object_get(target, key)), value);
		if (target == NULL || merged == NULL ||
		    json_object_set_new(target, key, merged) != 0) {
			json_decref(target);
			return NULL;
		}
	}
	return target;
}

/* The document as it is now, and its sequence. */
static json_t *
current_document(struct call *call, uint64_t *sequence)
{
	const char *id = call->arguments[1];
	struct ecs_record record;
	json_t *object = NULL;
	bool found = false;

	if (!ecs_record_by_id(call->session->records,
		call->session->view->collections[call->collection].records, id,
		strlen(id), UINT64_MAX, &record, &found, &call->err))
		return NULL;
	if (!found) {
		ecs_err_set(&call->err, 404, "no_document",
		    "there is no document \"%.80s\"", id);
		return NULL;
	}
	*sequence = record.sequence;
	object = json_loadb(record.json, record.json_len, 0, NULL);
	if (object == NULL)
		ecs_err_memory(&call->err);
	return object;
}

/* Once; *again says that somebody else changed it in between. */
static bool
try_patch(struct call *call, json_t *patch, enum write_wait wait, bool *again)
{
	const char *match = ecs_request_header(call->request, "If-Match");
	struct ecs_batch batch = {0};
	uint64_t sequence = 0;
	json_t *object = current_document(call, &sequence);
	bool ok = object != NULL;

	*again = false;
	if (ok && match != NULL && strcmp(match, "*") != 0 &&
	    read_tag(match) != sequence)
		ok = ecs_err_set(&call->err, 412, "changed",
		    "the document is not the one that If-Match names");
	if (ok)
		object = ecs_merge_patch(object, patch);
	ok = ok && (object != NULL || ecs_err_memory(&call->err));
	if (ok && wait == WAIT_NONE)
		ok = promise_object(call, object);
	else if (ok)
		ok = settle_id(call, object) &&
		    put_object(call, object, &batch, sequence, wait) &&
		    answer_stored(call, &batch, call->arguments[1]);
	*again = !ok && call->err.status == 412 && match == NULL;
	ecs_batch_fini(&batch);
	json_decref(object);
	return ok;
}

bool
ecs_patch_document(struct call *call)
{
	enum write_wait wait;
	json_t *patch;
	bool again = true;
	bool ok = false;

	if (!ecs_call_only(call, write_parameters) ||
	    !ecs_call_wait(call, &wait))
		return false;
	patch = ecs_call_body_object(call);
	for (int i = 0; patch != NULL && again && i < PATCH_TRIES; i++) {
		ecs_err_clear(&call->err);
		ok = try_patch(call, patch, wait, &again);
	}
	json_decref(patch);
	return ok;
}

/* ---- DELETE ---- */

bool
ecs_delete_document(struct call *call)
{
	struct ecs_batch batch = {0};
	enum write_wait wait;
	struct ecs_write *write;
	bool ok;

	if (!ecs_call_only(call, write_parameters) ||
	    !ecs_call_wait(call, &wait))
		return false;
	write = ecs_batch_add(&batch, ECS_WRITE_DELETE, call->collection);
	if (write == NULL)
		return ecs_err_memory(&call->err);
	write->id = call->arguments[1];
	write->id_len = strlen(write->id);
	ok = read_conditions(call, write);
	write->must_exist = true;
	ok = ok &&
	    ecs_store_write(
		call->app->store, &batch, ecs_store_wait(wait), &call->err) &&
	    answer_stored(call, &batch, call->arguments[1]);
	ecs_batch_fini(&batch);
	return ok;
}

/* ---- by filter ---- */

/* The ids of the rows found, one after another, each ended by NUL. */
static bool
list_ids(struct call *call, const struct ecs_source *source,
    const struct ecs_bitmap *rows, struct ecs_buf *ids)
{
	for (uint32_t row = ecs_bitmap_next(rows, 0); row != UINT32_MAX;
	     row = ecs_bitmap_next(rows, row + 1)) {
		struct ecs_record record;
		bool found;

		if (!ecs_record_hit_by_number(source->records,
			source->records_collection, row, source->revision,
			&record, &found, &call->err))
			return false;
		if (!found)
			continue;
		ecs_buf_add(ids, record.id, record.id_len);
		ecs_buf_putc(ids, '\0');
	}
	return !ids->failed || ecs_err_memory(&call->err);
}

static bool
find_ids(
    struct call *call, const struct ecs_search *search, struct ecs_buf *ids)
{
	struct ecs_source source;
	struct ecs_query_context context;
	struct ecs_deadline deadline;
	struct ecs_bitmap *rows;
	size_t n;
	bool ok;

	if (!ecs_call_sources(call, search->in, &source, &n))
		return false;
	ecs_call_context(call, search, &deadline, &context);
	deadline.at_us = 0;
	rows = ecs_search_rows(search, &source, &context, &call->err);
	ok = rows != NULL && list_ids(call, &source, rows, ids);
	ecs_bitmap_free(rows);
	return ok;
}

/* Everything goes only when the asker knows how much that is. */
static bool
check_confirm(struct call *call)
{
	const char *confirm = ecs_call_parameter(call, "confirm");
	uint32_t rows = ecs_table_rows(
	    call->session->view->collections[call->collection].table);

	if (confirm != NULL &&
	    strtoul(confirm, NULL, 10) == (unsigned long)rows)
		return true;
	return ecs_err_set(&call->err, 409, "confirm",
	    "this deletes everything: say confirm=%u to do it", rows);
}

static struct ecs_search *
read_filter(struct call *call)
{
	const char *filter = ecs_call_parameter(call, "filter");
	bool all = filter != NULL && strcmp(filter, "*") == 0;
	bool visible[ECS_MAX_COLLECTIONS] = {false};
	struct ecs_search *search;
	json_t *parameters;

	if (filter == NULL || filter[strspn(filter, " \t")] == '\0') {
		ecs_err_set(&call->err, 400, "filter_required",
		    "filter: say which documents to delete");
		ecs_err_at(&call->err, ECS_WHERE_PARAMETER, "filter", 0, 0);
		return NULL;
	}
	if (all && !check_confirm(call))
		return NULL;
	parameters = json_object();
	if (!all)
		json_object_set_new(parameters, "filter", json_string(filter));
	visible[call->collection] = true;
	search = ecs_search_read(call->session->view->schema, visible,
	    call->collection, parameters, &call->err);
	json_decref(parameters);
	if (search == NULL || ecs_call_embed(call, search))
		return search;
	ecs_search_free(search);
	return NULL;
}

static bool
delete_ids(struct call *call, const struct ecs_buf *ids, enum write_wait wait,
    uint64_t *deleted, uint64_t *revision)
{
	const char *id = ids->data;
	const char *end = ids->data + ids->len;
	bool ok = true;

	while (ok && id < end) {
		struct ecs_batch batch = {0};

		while (id < end && batch.n < DELETE_BATCH) {
			struct ecs_write *write = ecs_batch_add(
			    &batch, ECS_WRITE_DELETE, call->collection);

			if (write == NULL)
				break;
			write->id = id;
			write->id_len = strlen(id);
			id += write->id_len + 1;
		}
		batch.bytes = batch.n * 64;
		ok = batch.n > 0 &&
		    ecs_store_write(call->app->store, &batch,
			id < end ? ECS_WAIT_DURABLE : ecs_store_wait(wait),
			&call->err);
		for (size_t i = 0; ok && i < batch.n; i++)
			*deleted += batch.writes[i].found;
		*revision = batch.revision;
		ecs_batch_fini(&batch);
	}
	return ok;
}

bool
ecs_delete_documents(struct call *call)
{
	static const char *const names[] = {"filter", "confirm", "wait", NULL};
	struct ecs_buf ids = {0};
	uint64_t revision = call->session->view->revision;
	uint64_t deleted = 0;
	struct ecs_search *search;
	enum write_wait wait;
	bool ok = false;

	if (!ecs_call_only(call, names) || !ecs_call_wait(call, &wait))
		return false;
	search = read_filter(call);
	for (int i = 1; search != NULL && !ok; i++) {
		ecs_buf_reset(&ids);
		ok = find_ids(call, search, &ids);
		if (!ok && (!ecs_call_moved(call) || i == MOVED_TRIES))
			break;
		if (!ok)
			ecs_call_begin_again(call);
	}
	ok = ok && delete_ids(call, &ids, wait, &deleted, &revision);
	if (ok)
		ok = ecs_answer_json(call, 200,
		    json_pack("{s:I, s:I}", "deleted", (json_int_t)deleted,
			"revision", (json_int_t)revision));
	ecs_search_free(search);
	ecs_buf_fini(&ids);
	return ok;
}
