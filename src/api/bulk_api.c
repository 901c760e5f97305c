/* SPDX-License-Identifier: ISC */
/*
 * bulk_api - many documents in one body.
 *
 * The body is read item by item; what is good is analysed here, on the worker,
 * and handed to the writer in slices of SLICE_BYTES of text, so that memory is
 * bounded by the body and one slice.  An atomic body is one slice.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/doc.h"

#include "write_api.h"

enum { SLICE_BYTES = 4 << 20, MOST_ERRORS = 1000 };

/* What was told of a body. */
struct report {
	uint64_t received;
	uint64_t indexed;
	uint64_t deleted;
	uint64_t failed;
	uint64_t omitted; /* failures past MOST_ERRORS */
	uint64_t revision;
	struct ecs_buf errors; /* JSON, with commas between */
};

struct bulk {
	struct ecs_app *app;
	struct ecs_session *session;
	int collection;
	bool atomic;
	bool dry_run;
	struct confine confine;
	enum ecs_wait wait;
	struct ecs_batch batch;
	uint32_t *lines; /* of the batch's writes */
	size_t line_room;
	struct ecs_arena *ids; /* of the batch's deletions */
	struct report report;
	struct ecs_err late; /* durable, not yet visible */
	struct ecs_err *err;
	bool ok;
};

static void
note_failure(struct report *report, uint32_t line, const char *id,
    const struct ecs_err *err)
{
	struct ecs_buf *out = &report->errors;

	report->failed++;
	if (report->failed > MOST_ERRORS) {
		report->omitted++;
		return;
	}
	ecs_buf_printf(
	    out, "%s{\"line\":%u,\"id\":", out->len > 0 ? "," : "", line);
	ecs_buf_json_str(out, id);
	ecs_buf_puts(out, ",\"code\":");
	ecs_buf_json_str(out, err->code);
	ecs_buf_puts(out, ",\"message\":");
	ecs_buf_json_str(out, err->status >= 500 ? err->code : err->text);
	if (err->places > 0 && err->where[0].kind == ECS_WHERE_POINTER) {
		ecs_buf_puts(out, ",\"pointer\":");
		ecs_buf_json_str(out, err->where[0].name);
	}
	if (err->places > 0 && err->where[0].column > 0)
		ecs_buf_printf(out, ",\"column\":%u", err->where[0].column);
	if (err->places > 0 && err->where[0].did_you_mean[0] != '\0') {
		ecs_buf_puts(out, ",\"did_you_mean\":");
		ecs_buf_json_str(out, err->where[0].did_you_mean);
	}
	ecs_buf_putc(out, '}');
}

/* ---- slices ---- */

static void
count_outcomes(struct bulk *in)
{
	for (size_t i = 0; i < in->batch.n; i++) {
		const struct ecs_write *write = &in->batch.writes[i];

		if (write->err.status != 0)
			note_failure(&in->report, in->lines[i],
			    write->doc != NULL ? write->doc->id : write->id,
			    &write->err);
		else if (write->kind == ECS_WRITE_PUT)
			in->report.indexed++;
		else
			in->report.deleted += write->found;
	}
	if (in->batch.revision > in->report.revision)
		in->report.revision = in->batch.revision;
}

/* Hand over what has been gathered. */
static bool
flush(struct bulk *in, enum ecs_wait wait)
{
	struct ecs_err err = {0};
	bool ok = in->batch.n == 0 ||
	    ecs_store_write(in->app->store, &in->batch, wait, &err);

	if (ok) {
		count_outcomes(in);
		if (err.status != 0)
			in->late = err;
	} else {
		*in->err = err;
	}
	ecs_batch_fini(&in->batch);
	in->batch.atomic = in->atomic;
	ecs_arena_reset(in->ids);
	return ok;
}

/*
 * A full slice goes only once there is more, so that the last one, for which
 * the asker waits as long as asked, is never empty.
 */
static bool
make_room(struct bulk *in)
{
	return in->atomic || in->batch.bytes < SLICE_BYTES ||
	    flush(in, ECS_WAIT_DURABLE);
}

static bool
note_line(struct bulk *in, uint32_t line)
{
	size_t n = in->batch.n;

	if (n >= in->line_room) {
		size_t room = in->line_room * 2 + 64;
		uint32_t *larger = realloc(in->lines, room * sizeof(*larger));

		if (larger == NULL)
			return ecs_err_memory(in->err);
		in->lines = larger;
		in->line_room = room;
	}
	in->lines[n] = line;
	return true;
}

static bool
add_put(struct bulk *in, const struct ecs_feed_item *item)
{
	struct ecs_write *write =
	    ecs_batch_add(&in->batch, ECS_WRITE_PUT, in->collection);

	if (write == NULL) {
		ecs_doc_free(item->doc);
		return ecs_err_memory(in->err);
	}
	write->doc = item->doc;
	/* A large atomic body is analysed by the writer, one at a time. */
	return in->batch.bytes > SLICE_BYTES ||
	    ecs_session_units(in->session, write->doc, &write->units, in->err);
}

static bool
add_delete(struct bulk *in, const struct ecs_feed_item *item)
{
	struct ecs_write *write =
	    ecs_batch_add(&in->batch, ECS_WRITE_DELETE, in->collection);

	if (write == NULL)
		return ecs_err_memory(in->err);
	write->id = ecs_arena_strdup(in->ids, item->delete_id);
	if (write->id == NULL)
		return ecs_err_memory(in->err);
	write->id_len = strlen(write->id);
	return true;
}

/* Count what a dry run would have done. */
static bool
only_count(struct bulk *in, const struct ecs_feed_item *item)
{
	const struct ecs_view_collection *of =
	    &in->session->view->collections[in->collection];
	struct ecs_record record;
	bool found = false;

	if (item->doc != NULL) {
		in->report.indexed++;
		ecs_doc_free(item->doc);
		return true;
	}
	if (!ecs_record_by_id(in->session->records, of->records,
		item->delete_id, strlen(item->delete_id), UINT64_MAX, &record,
		&found, in->err))
		return false;
	in->report.deleted += found;
	return true;
}

/* False, and noted, when the item is not for this key; or *broken. */
static bool
may_write(struct bulk *in, const struct ecs_feed_item *item, bool *broken)
{
	struct ecs_err err = {0};
	const char *id = item->doc != NULL ? item->doc->id : item->delete_id;

	*broken = false;
	if (ecs_confine_check(&in->confine, id, &err))
		return true;
	*broken = err.status >= 500;
	if (*broken)
		*in->err = err;
	else
		note_failure(&in->report, item->line, id, &err);
	return false;
}

static bool
take_item(void *user, const struct ecs_feed_item *item)
{
	struct bulk *in = user;
	bool broken;

	in->report.received++;
	if (item->err != NULL) {
		note_failure(&in->report, item->line, item->id, item->err);
		return true;
	}
	if (!may_write(in, item, &broken)) {
		ecs_doc_free(item->doc);
		return in->ok = !broken;
	}
	if (in->dry_run)
		return in->ok = only_count(in, item);
	if (!make_room(in) || !note_line(in, item->line)) {
		ecs_doc_free(item->doc);
		return in->ok = false;
	}
	in->ok = item->doc != NULL ? add_put(in, item) : add_delete(in, item);
	in->batch.bytes += item->bytes;
	return in->ok;
}

/* ---- a whole body ---- */

/* An atomic body that failed: nothing is stored, and why is told. */
static bool
atomic_failed(struct bulk *in, const struct ecs_err *why)
{
	in->report.indexed = in->report.deleted = 0;
	if (why != NULL && why->status >= 500) {
		*in->err = *why;
		return false;
	}
	if (why != NULL)
		note_failure(&in->report, 0, NULL, why);
	return ecs_err_set(in->err, 422, "atomic_failed",
	    "nothing was stored, since %llu of %llu lines failed",
	    (unsigned long long)in->report.failed,
	    (unsigned long long)in->report.received);
}

static bool
run_body(
    struct bulk *in, enum ecs_feed_format format, const char *body, size_t len)
{
	const struct ecs_collection *collection =
	    in->session->view->collections[in->collection].collection;
	struct ecs_err failed = {0};

	in->ok = true;
	in->batch.atomic = in->atomic;
	in->report.revision = in->session->view->revision;
	in->ids = ecs_arena_new();
	if (in->ids == NULL)
		return ecs_err_memory(in->err);
	if (!ecs_feed(collection, format, body, len, take_item, in, in->err) ||
	    !in->ok)
		return false;
	if (in->atomic && in->report.failed > 0)
		return atomic_failed(in, NULL);
	if (flush(in, in->wait))
		return true;
	if (!in->atomic)
		return false;
	failed = *in->err;
	ecs_err_clear(in->err);
	return atomic_failed(in, &failed);
}

static void
bulk_fini(struct bulk *in)
{
	ecs_confine_fini(&in->confine);
	ecs_batch_fini(&in->batch);
	ecs_arena_free(in->ids);
	free(in->lines);
	ecs_buf_fini(&in->report.errors);
}

static void
write_report(const struct bulk *in, struct ecs_buf *out)
{
	const struct report *report = &in->report;

	ecs_buf_printf(out,
	    "\"received\":%llu,\"indexed\":%llu,\"deleted\":%llu,"
	    "\"failed\":%llu,\"revision\":%llu",
	    (unsigned long long)report->received,
	    (unsigned long long)report->indexed,
	    (unsigned long long)report->deleted,
	    (unsigned long long)report->failed,
	    (unsigned long long)report->revision);
	if (in->dry_run)
		ecs_buf_puts(out, ",\"dry_run\":true");
	if (report->omitted > 0)
		ecs_buf_printf(out, ",\"errors_omitted\":%llu",
		    (unsigned long long)report->omitted);
	ecs_view_warning(out, &in->late);
	ecs_buf_puts(out, ",\"errors\":[");
	ecs_buf_add(out, report->errors.data, report->errors.len);
	ecs_buf_puts(out, "]}");
}

/* ---- the request ---- */

static bool
answer_bulk(struct call *call, struct bulk *in, bool ok)
{
	struct ecs_buf *out = ecs_reply_body(call->reply);

	if (!ok && strcmp(call->err.code, "atomic_failed") != 0)
		return false;
	ecs_buf_reset(out);
	ecs_buf_putc(out, '{');
	if (!ok) {
		ecs_buf_puts(out,
		    "\"type\":\"about:blank\",\"title\":\"Not valid\","
		    "\"status\":422,\"code\":\"atomic_failed\",\"detail\":");
		ecs_buf_json_str(out, call->err.text);
		ecs_buf_puts(out, ",\"message\":");
		ecs_buf_json_str(out, call->err.text);
		ecs_buf_putc(out, ',');
		ecs_err_clear(&call->err);
	}
	write_report(in, out);
	ecs_buf_putc(out, '\n');
	ecs_reply_header(call->reply, "Content-Type",
	    ok ? "application/json" : "application/problem+json");
	ecs_reply_status(call->reply,
	    !ok                         ? 422
		: in->report.failed > 0 ? 207
					: 200);
	return !out->failed || ecs_err_memory(&call->err);
}

static bool
run_now(struct call *call, struct bulk *in, enum ecs_feed_format format,
    const char *body, size_t len)
{
	bool ok = run_body(in, format, body, len);

	ok = answer_bulk(call, in, ok);
	bulk_fini(in);
	return ok;
}

bool
ecs_post_documents(struct call *call)
{
	static const char *const names[] = {"atomic", "dry_run", "wait", NULL};
	struct bulk in = {.app = call->app,
	    .session = call->session,
	    .collection = call->collection,
	    .err = &call->err};
	struct ecs_buf unpacked = {0};
	enum ecs_feed_format format = ECS_FEED_JSON;
	enum write_wait wait;
	const char *body;
	size_t len;
	bool ok;

	ok = ecs_call_only(call, names) &&
	    ecs_call_boolean(call, "atomic", &in.atomic) &&
	    ecs_call_boolean(call, "dry_run", &in.dry_run) &&
	    ecs_call_wait(call, &wait) &&
	    ecs_bulk_body(call, &unpacked, &body, &len, &format);
	ok = ok &&
	    ecs_confine_init(
		call, in.dry_run ? WAIT_VISIBLE : wait, &in.confine);
	if (ok) {
		in.wait = ecs_store_wait(wait);
		ok = wait == WAIT_NONE && !in.dry_run
		    ? ecs_promise_bulk(call, format, in.atomic, body, len)
		    : run_now(call, &in, format, body, len);
	}
	ecs_buf_fini(&unpacked);
	return ok;
}

/* ---- promised bodies ---- */

/* "COLLECTION FORMAT ATOMIC\n", then the body. */
bool
ecs_promise_bulk(struct call *call, enum ecs_feed_format format, bool atomic,
    const char *body, size_t len)
{
	struct ecs_buf payload = {0};
	bool ok;

	ecs_buf_printf(
	    &payload, "%s %d %d\n", call->arguments[0], (int)format, atomic);
	ecs_buf_add(&payload, body, len);
	ok = !payload.failed
	    ? ecs_tasks_promise(call, "bulk", payload.data, payload.len)
	    : ecs_err_memory(&call->err);
	ecs_buf_fini(&payload);
	return ok;
}

bool
ecs_task_run_bulk(struct ecs_app *app, struct ecs_session *session,
    const void *payload, size_t len, struct ecs_buf *result,
    struct ecs_err *err)
{
	const char *line = payload;
	const char *body = memchr(line, '\n', len);
	struct bulk in = {.app = app,
	    .session = session,
	    .wait = ECS_WAIT_VISIBLE,
	    .err = err};
	char name[64];
	int format;
	int atomic;
	bool ok;

	if (body == NULL ||
	    sscanf(line, "%63s %d %d", name, &format, &atomic) != 3)
		return ecs_err_set(
		    err, 500, "bad_task", "the stored work cannot be read");
	in.collection = ecs_view_find(session->view, name);
	in.atomic = atomic != 0;
	if (in.collection < 0)
		return ecs_err_set(err, 404, "no_collection",
		    "there is no collection \"%s\" any more", name);
	body++;
	ok = run_body(&in, (enum ecs_feed_format)format, body,
	    len - (size_t)(body - line));
	if (ok || strcmp(err->code, "atomic_failed") == 0) {
		ecs_buf_putc(result, '{');
		write_report(&in, result);
	}
	bulk_fini(&in);
	return ok;
}
