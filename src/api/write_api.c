/* SPDX-License-Identifier: ISC */
/*
 * write_api - one document: PUT and PATCH.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/doc.h"

#include "write_api.h"

/* Of two that patch one document without pause each loses half its tries. */
enum { PATCH_TRIES = 20 };

static const char *const write_parameters[] = {"wait", NULL};

/* One document to be written, for a call or for a promise. */
struct target {
	struct ecs_app *app;
	struct ecs_session *session;
	int collection;
	const char *id;
	struct ecs_err *err;
};

static struct target
target_of(struct call *call)
{
	return (struct target){call->app, call->session, call->collection,
	    call->arguments[1], &call->err};
}

static const struct ecs_view_collection *
place_of(const struct target *to)
{
	return &to->session->view->collections[to->collection];
}

/* ---- how long to wait, and on what condition ---- */

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

bool
ecs_call_condition(
    struct call *call, enum write_wait wait, struct ecs_write *write)
{
	const char *match = ecs_request_header(call->request, "If-Match");
	const char *none = ecs_request_header(call->request, "If-None-Match");

	if (wait != WAIT_NONE || (match == NULL && none == NULL))
		return ecs_condition_read(match, none, write, &call->err);
	ecs_err_set(&call->err, 400, "bad_parameter",
	    "wait: none cannot be had together with %s",
	    match != NULL ? "If-Match" : "If-None-Match");
	return ecs_err_at(&call->err, ECS_WHERE_PARAMETER, "wait", 0, 0);
}

/* ---- answers ---- */

void
ecs_view_warning(struct ecs_buf *out, const struct ecs_err *err)
{
	if (err->status == 0)
		return;
	ecs_buf_puts(out, ",\"warnings\":[{\"code\":");
	ecs_buf_json_str(out, err->code);
	ecs_buf_puts(out, ",\"message\":");
	ecs_buf_json_str(out, err->text);
	ecs_buf_puts(out, "}]");
}

/* late: durable but not yet searchable is said, not hidden. */
static void
write_outcome(struct ecs_buf *out, const struct ecs_batch *batch,
    const char *id, const struct ecs_err *late)
{
	const struct ecs_write *write = &batch->writes[0];

	ecs_buf_puts(out, "{\"id\":");
	ecs_buf_json_str(out, id);
	if (write->kind == ECS_WRITE_PUT)
		ecs_buf_printf(
		    out, ",\"created\":%s", write->created ? "true" : "false");
	else
		ecs_buf_puts(out, ",\"deleted\":true");
	ecs_buf_printf(
	    out, ",\"revision\":%llu", (unsigned long long)batch->revision);
	ecs_view_warning(out, late);
	ecs_buf_putc(out, '}');
}

/* What needs no escape in an address (RFC 3986, section 2.3). */
static void
add_escaped(struct ecs_buf *path, const char *text)
{
	for (; *text != '\0'; text++) {
		char c = *text;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || strchr("-._~", c) != NULL)
			ecs_buf_putc(path, c);
		else
			ecs_buf_printf(path, "%%%02X", (unsigned char)c);
	}
}

/*
 * The document's own address, which the query string is no part of; one that
 * came as a file lies beside the address that the file was sent to.
 */
static void
add_location(struct call *call)
{
	const char *target = call->request->target;
	struct ecs_buf path = {0};

	if (call->request->method == ECS_POST) {
		ecs_buf_puts(&path, "documents/");
		add_escaped(&path, call->arguments[1]);
	} else {
		ecs_buf_add(&path, target, strcspn(target, "?"));
	}
	if (!path.failed)
		ecs_reply_header(call->reply, "Location", path.data);
	ecs_buf_fini(&path);
}

bool
ecs_answer_written(struct call *call, const struct ecs_batch *batch)
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
	if (write->kind == ECS_WRITE_PUT)
		ecs_reply_header(call->reply, "ETag", tag);
	if (write->created)
		add_location(call);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
	ecs_reply_status(call->reply, write->created ? 201 : 200);
	write_outcome(body, batch, call->arguments[1], &call->err);
	ecs_buf_putc(body, '\n');
	ecs_err_clear(&call->err);
	return !body->failed || ecs_err_memory(&call->err);
}

/* ---- PUT ---- */

/* The id stands in the path; a body that says another is refused. */
static bool
settle_id(const struct target *to, json_t *object)
{
	json_t *given = json_object_get(object, "id");

	if (given == NULL)
		return json_object_set_new(object, "id", json_string(to->id)) ==
		    0 ||
		    ecs_err_memory(to->err);
	if (json_is_string(given) &&
	    strcmp(json_string_value(given), to->id) == 0)
		return true;
	ecs_err_set(
	    to->err, 422, "bad_document", "/id is not the id in the address");
	return ecs_err_at(to->err, ECS_WHERE_POINTER, "/id", 0, 0);
}

/* True when the document is stored. */
static bool
put_object(const struct target *to, json_t *object,
    const struct ecs_write *condition, enum ecs_wait wait,
    struct ecs_batch *batch)
{
	struct ecs_write *write =
	    ecs_batch_add(batch, ECS_WRITE_PUT, to->collection);

	if (write == NULL)
		return ecs_err_memory(to->err);
	write->expected = condition->expected;
	write->must_exist = condition->must_exist;
	write->doc = ecs_doc_new(place_of(to)->collection, object, to->err);
	if (write->doc == NULL)
		return false;
	batch->bytes = write->doc->json_len;
	if (!ecs_session_units(
		to->session, write->doc, &write->units, to->err) ||
	    !ecs_store_write(to->app->store, batch, wait, to->err))
		return false;
	/* The writer may have put other outcomes in their place. */
	if (batch->writes[0].err.status == 0)
		return true;
	*to->err = batch->writes[0].err;
	return false;
}

/* One document of a promise, as the line of a bulk body. */
static bool
promise_object(struct call *call, const struct target *to, json_t *object)
{
	struct ecs_doc *doc =
	    ecs_doc_new(place_of(to)->collection, object, to->err);
	bool ok = doc != NULL &&
	    ecs_promise_bulk(
		call, ECS_FEED_NDJSON, false, doc->json, doc->json_len);

	ecs_doc_free(doc);
	return ok;
}

bool
ecs_call_put(struct call *call, json_t *object, enum write_wait wait,
    const struct ecs_write *condition)
{
	const struct target to = target_of(call);
	struct ecs_batch batch = {0};
	bool ok;

	if (!settle_id(&to, object))
		return false;
	if (wait == WAIT_NONE)
		return promise_object(call, &to, object);
	ok = put_object(&to, object, condition, ecs_store_wait(wait), &batch) &&
	    ecs_answer_written(call, &batch);
	ecs_batch_fini(&batch);
	return ok;
}

bool
ecs_put_document(struct call *call)
{
	struct ecs_write condition = {.expected = ECS_ANY_SEQUENCE};
	enum write_wait wait;
	json_t *object;
	bool ok;

	if (!ecs_call_only(call, write_parameters) ||
	    !ecs_call_wait(call, &wait) ||
	    !ecs_call_condition(call, wait, &condition) ||
	    !ecs_call_confined(call, wait))
		return false;
	object = ecs_call_body_object(call);
	ok = object != NULL && ecs_call_put(call, object, wait, &condition);
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
		if (json_object_set_new(target, key, merged) != 0) {
			json_decref(target);
			return NULL;
		}
	}
	return target;
}

/* The document as it is now, and its sequence. */
static json_t *
current_document(const struct target *to, uint64_t *sequence)
{
	struct ecs_record record;
	json_t *object;
	bool found = false;

	if (!ecs_record_by_id(to->session->records, place_of(to)->records,
		to->id, strlen(to->id), UINT64_MAX, &record, &found, to->err))
		return NULL;
	if (!found) {
		ecs_err_set(to->err, 404, "no_document",
		    "there is no document \"%.80s\"", to->id);
		return NULL;
	}
	*sequence = record.sequence;
	object = json_loadb(record.json, record.json_len, 0, NULL);
	if (object == NULL)
		ecs_err_memory(to->err);
	return object;
}

/* The document with the patch in it, and the sequence of the one without. */
static json_t *
patched_document(const struct target *to, json_t *patch, uint64_t *sequence)
{
	json_t *object = current_document(to, sequence);

	if (object == NULL)
		return NULL;
	object = ecs_merge_patch(object, patch);
	if (object == NULL) {
		ecs_err_memory(to->err);
		return NULL;
	}
	if (settle_id(to, object))
		return object;
	json_decref(object);
	return NULL;
}

static bool
patch_once(const struct target *to, json_t *patch,
    const struct ecs_write *condition, enum ecs_wait wait,
    struct ecs_batch *batch)
{
	struct ecs_write unchanged = {.must_exist = true};
	json_t *object = patched_document(to, patch, &unchanged.expected);
	bool ok = object != NULL;

	if (ok && condition->expected != ECS_ANY_SEQUENCE &&
	    condition->expected != unchanged.expected)
		ok = ecs_err_set(to->err, 412, "changed",
		    "the document is not the one that the condition names");
	ok = ok && put_object(to, object, &unchanged, wait, batch);
	json_decref(object);
	return ok;
}

/* Somebody else's write in between is patched over, unless it was ruled out. */
static bool
patch_document(const struct target *to, json_t *patch,
    const struct ecs_write *condition, enum ecs_wait wait,
    struct ecs_batch *batch)
{
	for (int i = 1; !patch_once(to, patch, condition, wait, batch); i++) {
		if (to->err->status != 412 || i == PATCH_TRIES ||
		    condition->expected != ECS_ANY_SEQUENCE)
			return false;
		ecs_err_clear(to->err);
		ecs_batch_fini(batch);
	}
	return true;
}

/*
 * "COLLECTION\nID\n", then the patch: what it is merged into is known only when
 * its turn comes, but what is wrong with it today is told today.
 */
static bool
promise_patch(struct call *call, const struct target *to, json_t *patch)
{
	uint64_t sequence;
	json_t *object = patched_document(to, patch, &sequence);
	struct ecs_doc *doc = object == NULL
	    ? NULL
	    : ecs_doc_new(place_of(to)->collection, object, to->err);
	char *text = json_dumps(patch, JSON_COMPACT);
	struct ecs_buf payload = {0};
	bool ok = doc != NULL;

	ecs_buf_printf(&payload, "%s\n%s\n", call->arguments[0], to->id);
	if (text != NULL)
		ecs_buf_puts(&payload, text);
	if (ok && (text == NULL || payload.failed))
		ok = ecs_err_memory(to->err);
	ok = ok && ecs_tasks_promise(call, "patch", payload.data, payload.len);
	ecs_buf_fini(&payload);
	free(text);
	ecs_doc_free(doc);
	json_decref(object);
	return ok;
}

bool
ecs_patch_document(struct call *call)
{
	const struct target to = target_of(call);
	struct ecs_write condition = {.expected = ECS_ANY_SEQUENCE};
	struct ecs_batch batch = {0};
	enum write_wait wait;
	json_t *patch;
	bool ok;

	if (!ecs_call_only(call, write_parameters) ||
	    !ecs_call_wait(call, &wait) ||
	    !ecs_call_condition(call, wait, &condition) ||
	    !ecs_call_confined(call, wait))
		return false;
	patch = ecs_call_body_object(call);
	if (patch == NULL)
		return false;
	if (wait == WAIT_NONE)
		ok = promise_patch(call, &to, patch);
	else
		ok = patch_document(&to, patch, &condition,
			 ecs_store_wait(wait), &batch) &&
		    ecs_answer_written(call, &batch);
	ecs_batch_fini(&batch);
	json_decref(patch);
	return ok;
}

bool
ecs_task_run_patch(struct ecs_app *app, struct ecs_session *session,
    const void *payload, size_t len, struct ecs_buf *result,
    struct ecs_err *err)
{
	const struct ecs_write anything = {.expected = ECS_ANY_SEQUENCE};
	const char *at = payload;
	const char *end = at + len;
	char id[256];
	struct target to = {app, session, -1, id, err};
	struct ecs_batch batch = {0};
	json_t *patch;
	bool ok;

	to.collection = ecs_payload_collection(session->view, &at, end, err);
	if (to.collection < 0)
		return false;
	if (!ecs_payload_line(&at, end, id, sizeof(id)))
		return ecs_err_set(
		    err, 500, "bad_task", "the stored work cannot be read");
	patch = json_loadb(at, (size_t)(end - at), 0, NULL);
	if (patch == NULL)
		return ecs_err_memory(err);
	ok = patch_document(&to, patch, &anything, ECS_WAIT_VISIBLE, &batch);
	if (ok) {
		write_outcome(result, &batch, id, err);
		ecs_err_clear(err);
	}
	ecs_batch_fini(&batch);
	json_decref(patch);
	return ok && (!result->failed || ecs_err_memory(err));
}
