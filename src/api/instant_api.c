/* SPDX-License-Identifier: ISC */
/*
 * instant_api - what stock InstantSearch clients post: several sub-queries in
 * one body, one alone, or a search inside a facet's values.
 *
 * All sub-queries of a body see one revision and share one deadline.  These
 * clients put a host that answers 5xx aside for two minutes, so what passes is
 * a 429 here.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "instant.h"
#include "search_api.h"
#include "write_api.h"

enum { MOST_REQUESTS = 50, UNPACKED_BYTES = 256 * 1024 };

/* What one body asks, and how its parts are read. */
struct multi {
	struct call *call;
	json_t *body;
	const char *index; /* of the address; NULL: a list of sub-queries */
	const char *facet;
	struct ecs_deadline deadline; /* of all */
};

static int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* ---- running ---- */

static bool
write_result(struct multi *multi, const struct instant *in,
    const struct ecs_source *source, const struct ecs_result *result,
    int64_t us)
{
	struct instant_view view = {
	    .call = multi->call, .in = in, .source = source, .result = result};
	struct ecs_buf *out = ecs_reply_body(multi->call->reply);
	bool ok = in->inside ? ecs_instant_write_facet_hits(&view, us, out)
			     : ecs_instant_write(&view, us, out);

	ecs_instant_view_fini(&view);
	return ok;
}

/* Nothing found would be a lie, and pages keep what they are told. */
static bool
check_whole(struct call *call, const struct ecs_result *result)
{
	for (int i = 0; i < result->nwarnings; i++) {
		if (strcmp(result->warnings[i].code, "timeout") != 0)
			continue;
		atomic_fetch_add(&call->app->metrics.timeouts, 1);
		return ecs_err_set(&call->err, 429, "timeout",
		    "the search took too long; ask again");
	}
	return true;
}

static bool
run_one(struct multi *multi, const struct instant *in)
{
	struct call *call = multi->call;
	struct ecs_source sources[ECS_MAX_COLLECTIONS];
	struct ecs_query_context context;
	struct ecs_deadline own;
	struct ecs_result *result;
	int64_t began = now_us();
	size_t n;
	bool ok;

	if (!ecs_call_sources(call, in->search->in, sources, &n))
		return false;
	ecs_call_context(call, in->search, &own, &context);
	if (multi->deadline.at_us == 0)
		multi->deadline = own;
	context.deadline = &multi->deadline;
	context.label_lang = in->lang;
	result = ecs_search_run(in->search, sources, n, &context, &call->err);
	if (result == NULL)
		return false;
	ok = check_whole(call, result) &&
	    write_result(multi, in, &sources[0], result, now_us() - began);
	ecs_result_free(result);
	atomic_fetch_add(&call->app->metrics.searches, 1);
	atomic_fetch_add(&call->app->metrics.search_us,
	    (unsigned long long)(now_us() - began));
	return ok;
}

/* ---- reading ---- */

static bool
read_one(struct multi *multi, json_t *request, int number, struct instant *in)
{
	struct call *call = multi->call;
	const struct instant_asker asker = {
	    .schema = call->session->view->schema,
	    .visible = call->visible,
	    .lang = call->lang};

	if (!ecs_instant_read(&asker, request, number, multi->index,
		multi->facet, in, &call->err))
		return false;
	if (in->search->timeout_ms > call->app->options.timeout_ms)
		in->search->timeout_ms =
		    (uint32_t)call->app->options.timeout_ms;
	return ecs_call_embed(call, in->search);
}

/* All are read before the first is run: what is wrong is told at once. */
static bool
answer_list(struct multi *multi, json_t *requests)
{
	struct ecs_buf *out = ecs_reply_body(multi->call->reply);
	size_t n = json_array_size(requests);
	struct instant *list = calloc(n + 1, sizeof(*list));
	bool ok;

	if (list == NULL)
		return ecs_err_memory(&multi->call->err);
	/* Most of them ask the same words and differ in one filter. */
	multi->call->shared = ecs_shared_new(&multi->call->err);
	ok = multi->call->shared != NULL;
	for (size_t i = 0; ok && i < n; i++)
		ok = read_one(
		    multi, json_array_get(requests, i), (int)i, &list[i]);
	ecs_buf_puts(out, "{\"results\":[");
	for (size_t i = 0; ok && i < n; i++) {
		if (i > 0)
			ecs_buf_putc(out, ',');
		ok = run_one(multi, &list[i]);
	}
	ecs_buf_puts(out, "]}\n");
	ecs_shared_free(multi->call->shared);
	multi->call->shared = NULL;
	for (size_t i = 0; i < n; i++)
		ecs_instant_fini(&list[i]);
	free(list);
	return ok;
}

static bool
answer_queries(struct multi *multi)
{
	json_t *requests = json_object_get(multi->body, "requests");

	if (!json_is_array(requests))
		return ecs_err_set(&multi->call->err, 400, "bad_parameter",
		    "requests: must be a list of searches");
	if (json_array_size(requests) > MOST_REQUESTS)
		return ecs_err_set(&multi->call->err, 400, "bad_parameter",
		    "requests: more than %d searches at once",
		    (int)MOST_REQUESTS);
	return answer_list(multi, requests);
}

static bool
answer_query(struct multi *multi)
{
	struct instant in = {0};
	bool ok = read_one(multi, multi->body, -1, &in) && run_one(multi, &in);

	ecs_buf_putc(ecs_reply_body(multi->call->reply), '\n');
	ecs_instant_fini(&in);
	return ok;
}

/* ---- the body ---- */

/* JSON whatever its type is called: simple types need no preflight. */
static json_t *
read_body(struct call *call)
{
	struct ecs_buf unpacked = {0};
	const char *body;
	size_t len;
	json_error_t why = {0};
	json_t *object = NULL;

	if (!ecs_call_unpack(call, UNPACKED_BYTES, &unpacked, &body, &len))
		goto out;
	object = len == 0 ? json_object()
			  : json_loadb(body, len, JSON_REJECT_DUPLICATES, &why);
	if (object == NULL) {
		ecs_err_set(&call->err, 400, "bad_json",
		    "the body, line %d, column %d: %s", why.line, why.column,
		    why.text);
	} else if (!json_is_object(object)) {
		json_decref(object);
		object = NULL;
		ecs_err_set(&call->err, 400, "bad_json",
		    "the body must be a JSON object");
	}
out:
	ecs_buf_fini(&unpacked);
	return object;
}

/* Answer, again on a newer view while the index is moving. */
static bool
answer(struct call *call, const char *index, const char *facet,
    bool (*answer_body)(struct multi *multi))
{
	struct multi multi = {.call = call, .index = index, .facet = facet};
	struct ecs_buf *out = ecs_reply_body(call->reply);
	bool ok = false;

	multi.body = read_body(call);
	if (multi.body == NULL)
		return false;
	for (int i = 1; !ok; i++) {
		ecs_buf_reset(out);
		ok = answer_body(&multi);
		if (!ok &&
		    (!ecs_call_moved(call) || i == MOVED_TRIES ||
			!ecs_call_begin_again(call)))
			break;
	}
	json_decref(multi.body);
	if (!ok)
		return false;
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
	return !out->failed || ecs_err_memory(&call->err);
}

/* ---- the endpoints ---- */

bool
ecs_post_instant_queries(struct call *call)
{
	return answer(call, NULL, NULL, answer_queries);
}

bool
ecs_post_instant_query(struct call *call)
{
	return answer(call, call->arguments[0], NULL, answer_query);
}

bool
ecs_post_instant_facet(struct call *call)
{
	return answer(
	    call, call->arguments[0], call->arguments[1], answer_query);
}
