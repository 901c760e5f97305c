/* SPDX-License-Identifier: ISC */
/*
 * delete_api - documents deleted, one by its id or many by a filter.
 *
 * What a filter found is kept as lines "SEQUENCE ID", an id having no control
 * characters.  The sequence is the condition of the deletion: a document that
 * was written since may no longer be what the filter meant, and stays.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "search_api.h"
#include "write_api.h"

enum { DELETE_BATCH = 1000, LINE_BYTES = 64 };

struct deletion {
	uint64_t deleted;
	uint64_t revision;
	struct ecs_err late; /* durable, not yet visible */
};

/* ---- lines ---- */

static void
add_line(struct ecs_buf *lines, uint64_t sequence, const char *id, size_t len)
{
	ecs_buf_printf(lines, "%llu ", (unsigned long long)sequence);
	ecs_buf_add(lines, id, len);
	ecs_buf_putc(lines, '\n');
}

/* Make a write of the line at *at; false at the end, and for what is none. */
static bool
take_line(const char **at, const char *end, struct ecs_write *write)
{
	const char *stop = memchr(*at, '\n', (size_t)(end - *at));
	char *id;

	if (stop == NULL)
		return false;
	write->expected = strtoull(*at, &id, 10);
	if (*id != ' ' || id + 1 >= stop)
		return false;
	write->id = id + 1;
	write->id_len = (size_t)(stop - write->id);
	*at = stop + 1;
	return true;
}

static bool
fill_batch(struct ecs_batch *batch, int collection, const char **at,
    const char *end, struct ecs_err *err)
{
	while (*at < end && batch->n < DELETE_BATCH) {
		struct ecs_write *write =
		    ecs_batch_add(batch, ECS_WRITE_DELETE, collection);

		if (write == NULL)
			return ecs_err_memory(err);
		if (!take_line(at, end, write))
			return ecs_err_set(err, 500, "bad_task",
			    "a line of deletions cannot be read");
	}
	batch->bytes = batch->n * LINE_BYTES;
	return true;
}

static void
count_outcomes(const struct ecs_batch *batch, struct deletion *out)
{
	for (size_t i = 0; i < batch->n; i++)
		out->deleted +=
		    batch->writes[i].err.status == 0 && batch->writes[i].found;
	out->revision = batch->revision;
}

static bool
delete_lines(struct ecs_store *store, int collection,
    const struct ecs_buf *lines, enum ecs_wait wait, struct deletion *out,
    struct ecs_err *err)
{
	const char *at = lines->data;
	const char *end = at + lines->len;
	bool ok = true;

	while (ok && at < end) {
		struct ecs_batch batch = {0};
		struct ecs_err why = {0};

		ok = fill_batch(&batch, collection, &at, end, &why) &&
		    ecs_store_write(store, &batch,
			at < end ? ECS_WAIT_DURABLE : wait, &why);
		if (ok) {
			count_outcomes(&batch, out);
			out->late = why;
		} else {
			*err = why;
		}
		ecs_batch_fini(&batch);
	}
	return ok;
}

static bool
write_deletion(struct ecs_buf *out, const struct deletion *deletion)
{
	ecs_buf_printf(out, "{\"deleted\":%llu,\"revision\":%llu",
	    (unsigned long long)deletion->deleted,
	    (unsigned long long)deletion->revision);
	ecs_view_warning(out, &deletion->late);
	ecs_buf_putc(out, '}');
	return !out->failed;
}

/* ---- promises ---- */

/* "COLLECTION\n", then the lines. */
static bool
promise_lines(struct call *call, const struct ecs_buf *lines)
{
	struct ecs_buf payload = {0};
	bool ok;

	ecs_buf_printf(&payload, "%s\n", call->arguments[0]);
	ecs_buf_add(&payload, lines->data, lines->len);
	ok = !payload.failed && !lines->failed
	    ? ecs_tasks_promise(call, "delete", payload.data, payload.len)
	    : ecs_err_memory(&call->err);
	ecs_buf_fini(&payload);
	return ok;
}

bool
ecs_task_run_delete(struct ecs_app *app, struct ecs_session *session,
    const void *payload, size_t len, struct ecs_buf *result,
    struct ecs_err *err)
{
	struct deletion deletion = {.revision = session->view->revision};
	const char *at = payload;
	const char *end = at + len;
	struct ecs_buf lines = {0};
	int collection = ecs_payload_collection(session->view, &at, end, err);
	bool ok = false;

	if (collection < 0)
		return false;
	ecs_buf_add(&lines, at, (size_t)(end - at));
	if (lines.failed)
		ecs_err_memory(err);
	else
		ok = delete_lines(app->store, collection, &lines,
		    ECS_WAIT_VISIBLE, &deletion, err);
	if (ok && !write_deletion(result, &deletion))
		ok = ecs_err_memory(err);
	ecs_buf_fini(&lines);
	return ok;
}

/* ---- one ---- */

static bool
promise_one(struct call *call)
{
	struct ecs_buf lines = {0};
	bool ok;

	add_line(&lines, ECS_ANY_SEQUENCE, call->arguments[1],
	    strlen(call->arguments[1]));
	ok = promise_lines(call, &lines);
	ecs_buf_fini(&lines);
	return ok;
}

static bool
delete_one(struct call *call, enum write_wait wait)
{
	struct ecs_batch batch = {0};
	struct ecs_write *write =
	    ecs_batch_add(&batch, ECS_WRITE_DELETE, call->collection);
	bool ok;

	if (write == NULL)
		return ecs_err_memory(&call->err);
	write->id = call->arguments[1];
	write->id_len = strlen(write->id);
	ok = ecs_call_condition(call, wait, write);
	write->must_exist = true;
	ok = ok &&
	    ecs_store_write(
		call->app->store, &batch, ecs_store_wait(wait), &call->err) &&
	    ecs_answer_written(call, &batch);
	ecs_batch_fini(&batch);
	return ok;
}

bool
ecs_delete_document(struct call *call)
{
	static const char *const names[] = {"wait", NULL};
	struct ecs_write condition = {0};
	enum write_wait wait;

	if (!ecs_call_only(call, names) || !ecs_call_wait(call, &wait) ||
	    !ecs_doc_check_id(
		call->arguments[1], strlen(call->arguments[1]), &call->err) ||
	    !ecs_call_confined(call, wait))
		return false;
	if (wait != WAIT_NONE)
		return delete_one(call, wait);
	return ecs_call_condition(call, wait, &condition) && promise_one(call);
}

/* ---- by filter ---- */

static bool
filter_required(struct call *call)
{
	ecs_err_set(&call->err, 400, "filter_required",
	    "filter: say which documents to delete");
	return ecs_err_at(&call->err, ECS_WHERE_PARAMETER, "filter", 0, 0);
}

/* A search for what the filter finds; everything when it is "*". */
static struct ecs_search *
read_filter(struct call *call, const char *filter, bool all)
{
	bool visible[ECS_MAX_COLLECTIONS] = {false};
	json_t *parameters =
	    all ? json_object() : json_pack("{s:s}", "filter", filter);
	struct ecs_search *search;

	if (parameters == NULL) {
		ecs_err_memory(&call->err);
		return NULL;
	}
	visible[call->collection] = true;
	search = ecs_search_read(call->session->view->schema, visible,
	    call->collection, parameters, &call->err);
	json_decref(parameters);
	if (search == NULL)
		return NULL;
	/* Whatever reading a filter makes of it, no filter is not this one. */
	if (!all && search->filter == NULL)
		filter_required(call);
	else if (ecs_call_embed(call, search))
		return search;
	ecs_search_free(search);
	return NULL;
}

static bool
list_rows(struct call *call, const struct ecs_source *source,
    const struct ecs_bitmap *rows, struct ecs_buf *lines, uint32_t *n)
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
		add_line(lines, record.sequence, record.id, record.id_len);
		(*n)++;
	}
	return !lines->failed || ecs_err_memory(&call->err);
}

static bool
find_once(struct call *call, const struct ecs_search *search,
    struct ecs_buf *lines, uint32_t *n)
{
	struct ecs_source source;
	struct ecs_query_context context;
	struct ecs_deadline deadline;
	struct ecs_bitmap *rows = NULL;
	size_t sources;
	bool ok;

	ecs_buf_reset(lines);
	*n = 0;
	if (!ecs_call_sources(call, search->in, &source, &sources))
		return false;
	ecs_call_context(call, search, &deadline, &context);
	deadline.at_us = 0;
	ok = ecs_search_rows(search, &source, 1, &context, &rows, &call->err) &&
	    list_rows(call, &source, rows, lines, n);
	ecs_bitmap_free(rows);
	return ok;
}

/* On the newest view, again while the index is moving. */
static bool
find_lines(struct call *call, const struct ecs_search *search,
    struct ecs_buf *lines, uint32_t *n)
{
	for (int i = 1; !find_once(call, search, lines, n); i++) {
		if (!ecs_call_moved(call) || i == MOVED_TRIES ||
		    !ecs_call_begin_again(call))
			return false;
	}
	return true;
}

/* Everything goes only when the asker knows how much that is. */
static bool
check_confirm(struct call *call, uint32_t n)
{
	const char *confirm = ecs_call_parameter(call, "confirm");
	char count[16];

	snprintf(count, sizeof(count), "%u", n);
	if (confirm != NULL && strcmp(confirm, count) == 0)
		return true;
	return ecs_err_set(&call->err, 409, "confirm",
	    "this deletes everything: say confirm=%u to do it", n);
}

static bool
answer_lines(
    struct call *call, const struct ecs_buf *lines, enum write_wait wait)
{
	struct deletion deletion = {.revision = call->session->view->revision};
	struct ecs_buf *body = ecs_reply_body(call->reply);

	if (wait == WAIT_NONE)
		return promise_lines(call, lines);
	if (!delete_lines(call->app->store, call->collection, lines,
		ecs_store_wait(wait), &deletion, &call->err))
		return false;
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
	write_deletion(body, &deletion);
	ecs_buf_putc(body, '\n');
	return !body->failed || ecs_err_memory(&call->err);
}

bool
ecs_delete_documents(struct call *call)
{
	static const char *const names[] = {"filter", "confirm", "wait", NULL};
	const char *filter = ecs_call_parameter(call, "filter");
	bool all = filter != NULL && strcmp(filter, "*") == 0;
	struct ecs_buf lines = {0};
	struct ecs_search *search;
	enum write_wait wait;
	uint32_t n;
	bool ok;

	if (!ecs_call_only(call, names) || !ecs_call_wait(call, &wait))
		return false;
	if (filter == NULL || filter[strspn(filter, " \t")] == '\0')
		return filter_required(call);
	search = read_filter(call, filter, all);
	ok = search != NULL && find_lines(call, search, &lines, &n) &&
	    (!all || check_confirm(call, n)) &&
	    answer_lines(call, &lines, wait);
	ecs_search_free(search);
	ecs_buf_fini(&lines);
	return ok;
}
