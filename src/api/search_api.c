/* SPDX-License-Identifier: ISC */
/*
 * search_api - GET and POST of /v1/search and of one collection's search.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "query_stats.h"
#include "search_api.h"

json_t *
ecs_request_parameters(struct call *call)
{
	struct ecs_query_parameter list[ECS_MAX_PARAMS];
	int n = call->request->nparams;

	for (int i = 0; i < n; i++) {
		list[i].name = call->request->params[i].name;
		list[i].value = call->request->params[i].value;
	}
	return ecs_search_parameters(list, (size_t)n, &call->err);
}

struct ecs_search *
ecs_request_search(struct call *call, json_t *parameters)
{
	struct ecs_search *search = ecs_search_read(call->session->view->schema,
	    call->visible, call->collection, parameters, &call->err);

	if (search == NULL)
		return NULL;
	if (search->timeout_ms > call->app->options.timeout_ms)
		search->timeout_ms = (uint32_t)call->app->options.timeout_ms;
	if (ecs_call_embed(call, search))
		return search;
	ecs_search_free(search);
	return NULL;
}

bool
ecs_call_moved(const struct call *call)
{
	return call->err.status == 503 &&
	    strcmp(call->err.code, "index_moved") == 0;
}

bool
ecs_call_begin_again(struct call *call)
{
	atomic_fetch_add(&call->app->metrics.retries, 1);
	ecs_err_clear(&call->err);
	return ecs_session_renew(call->session, &call->err);
}

bool
ecs_call_retry(struct call *call, bool (*answer)(struct call *call))
{
	for (int i = 1; !answer(call); i++) {
		if (!ecs_call_moved(call) || i == MOVED_TRIES ||
		    !ecs_call_begin_again(call))
			return false;
		ecs_buf_reset(ecs_reply_body(call->reply));
	}
	return true;
}

struct ecs_result *
ecs_call_run(struct call *call, const struct ecs_search *search,
    struct ecs_source *sources)
{
	struct ecs_query_context context;
	struct ecs_deadline deadline;
	size_t n;

	if (!ecs_call_sources(call, search->in, sources, &n))
		return NULL;
	ecs_call_context(call, search, &deadline, &context);
	return ecs_search_run(search, sources, n, &context, &call->err);
}

/* ---- the answer ---- */

static const char *
match_name(enum ecs_match match)
{
	return match == ECS_MATCH_ANY ? "any" : "all";
}

static void
write_query(const struct ecs_search *search, const struct ecs_result *result,
    struct ecs_buf *out)
{
	ecs_buf_puts(out, "{\"query\":{\"q\":");
	ecs_buf_json_str(out, search->q);
	ecs_buf_puts(out, ",\"parsed\":");
	ecs_buf_json_str(out, result->parsed);
	ecs_buf_printf(out, ",\"match\":\"%s\",\"lang\":\"%s\"",
	    match_name(result->match),
	    search->lang == ECS_LANG_NONE ? "auto"
					  : ecs_lang_code(search->lang));
	if (result->corrected == NULL) {
		ecs_buf_puts(out, ",\"corrected\":null}");
		return;
	}
	ecs_buf_puts(out, ",\"corrected\":{\"q\":");
	ecs_buf_json_str(out, result->corrected);
	ecs_buf_puts(out, ",\"applied\":true}}");
}

static void
write_counts(const struct ecs_search *search, const struct ecs_result *result,
    struct ecs_buf *out)
{
	uint32_t pages = search->per_page == 0
	    ? 0
	    : (result->total + search->per_page - 1) / search->per_page;

	if (search->total)
		ecs_buf_printf(out, ",\"total\":{\"value\":%u,\"exact\":%s}",
		    result->total, result->exact ? "true" : "false");
	ecs_buf_printf(out, ",\"passages_total\":%llu",
	    (unsigned long long)result->passages_total);
	if (search->cursor == NULL)
		ecs_buf_printf(out, ",\"page\":%u", search->page);
	ecs_buf_printf(out, ",\"per_page\":%u", search->per_page);
	if (search->cursor == NULL && search->total)
		ecs_buf_printf(out, ",\"pages\":%u", pages);
	ecs_buf_puts(out, ",\"cursor\":");
	ecs_buf_json_str(out, result->cursor);
}

static bool
write_hits(struct call *call, const struct ecs_search *search,
    const struct ecs_source *sources, struct ecs_result *result,
    struct ecs_buf *out)
{
	struct hit_view view = {.call = call,
	    .search = search,
	    .result = result,
	    .sources = sources};
	const char *comma = "";
	uint32_t changed = 0;
	bool ok = true;

	ecs_buf_puts(out, ",\"hits\":[");
	for (size_t i = 0; ok && i < result->nhits; i++) {
		bool gone = false;
		size_t before = out->len;

		ecs_buf_puts(out, comma);
		ok = ecs_view_hit(&view, &result->hits[i], out, &gone);
		if (ok && !gone) {
			comma = ",";
		} else if (ok && !out->failed) {
			out->len = before;
			changed++;
		}
	}
	ecs_buf_putc(out, ']');
	ecs_hit_view_fini(&view);
	if (changed > 0) {
		struct ecs_warning *warning =
		    &result->warnings[result->nwarnings];

		if (result->nwarnings < ECS_MAX_WARNINGS) {
			result->nwarnings++;
			snprintf(
			    warning->code, sizeof(warning->code), "changed");
			snprintf(warning->message, sizeof(warning->message),
			    "%u documents of this page were changed or "
			    "deleted since the walk began",
			    changed);
		}
	}
	return ok;
}

static void
write_rest(struct call *call, const struct ecs_search *search,
    const struct ecs_result *result, struct ecs_buf *out)
{
	int lang = search->lang != ECS_LANG_NONE ? search->lang : call->lang;
	struct timespec now;
	int64_t us;

	ecs_buf_puts(out, ",\"facets\":[");
	for (size_t i = 0; i < result->nfacets; i++) {
		if (i > 0)
			ecs_buf_putc(out, ',');
		ecs_view_facet(&result->facets[i], lang, out);
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	us = now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000 -
	    call->request->arrived;
	ecs_buf_printf(out, "],\"revision\":%llu,\"took_ms\":%.1f",
	    (unsigned long long)call->session->view->revision,
	    (double)us / 1000);
	ecs_buf_puts(out, ",\"warnings\":[");
	for (int i = 0; i < result->nwarnings; i++) {
		ecs_buf_puts(out, i > 0 ? ",{\"code\":" : "{\"code\":");
		ecs_buf_json_str(out, result->warnings[i].code);
		ecs_buf_puts(out, ",\"message\":");
		ecs_buf_json_str(out, result->warnings[i].message);
		ecs_buf_putc(out, '}');
	}
	ecs_buf_puts(out, "]}\n");
	atomic_fetch_add(&call->app->metrics.searches, 1);
	atomic_fetch_add(&call->app->metrics.search_us, (unsigned long long)us);
}

bool
ecs_search_write(struct call *call, const struct ecs_search *search,
    const struct ecs_source *sources, struct ecs_result *result,
    struct ecs_buf *out)
{
	write_query(search, result, out);
	write_counts(search, result, out);
	if (!write_hits(call, search, sources, result, out))
		return false;
	write_rest(call, search, result, out);
	return !out->failed || ecs_err_memory(&call->err);
}

static bool
write_answer(struct call *call, const struct ecs_search *search,
    const struct ecs_source *sources, struct ecs_result *result)
{
	struct ecs_buf *out = ecs_reply_body(call->reply);

	ecs_buf_reset(out);
	if (!ecs_search_write(call, search, sources, result, out))
		return false;
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
	return true;
}

/*
 * Count what a person asked: the first page, and one with hits on it.  An
 * answer that was cut may have found nothing only for that.
 */
static void
count_search(struct call *call, const struct ecs_search *search,
    const struct ecs_result *result)
{
	uint32_t found = result->total + (uint32_t)result->nhits;
	const char *where = "";
	int n = 0;

	if (!search->count || search->page != 1 || search->cursor != NULL ||
	    search->per_page == 0)
		return;
	for (int c = 0; c < search->schema->ncollections; c++) {
		if (!search->in[c])
			continue;
		where = n++ == 0 ? search->schema->collections[c].name : "";
	}
	ecs_count_search(
	    call, search->q, where, found == 0 && !result->exact ? 1 : found);
}

static bool
try_search(struct call *call, const struct ecs_search *search)
{
	struct ecs_source sources[ECS_MAX_COLLECTIONS];
	struct ecs_result *result = ecs_call_run(call, search, sources);
	bool ok;

	if (result == NULL)
		return false;
	ok = write_answer(call, search, sources, result);
	if (ok)
		count_search(call, search, result);
	/* An answer that was cut may be whole the next time. */
	if (ok && result->exact)
		ecs_call_send_etag(call);
	else if (ok)
		atomic_fetch_add(&call->app->metrics.timeouts, 1);
	ecs_result_free(result);
	return ok;
}

static bool
run_search(struct call *call, const struct ecs_search *search)
{
	for (int i = 1; !try_search(call, search); i++) {
		if (!ecs_call_moved(call) || i == MOVED_TRIES ||
		    !ecs_call_begin_again(call))
			return false;
	}
	return true;
}

/* ---- the endpoints ---- */

/* The parameters in one spelling, for the ETag. */
static bool
canonical(struct call *call, const json_t *parameters, struct ecs_buf *buf)
{
	char *text = json_dumps(parameters, JSON_COMPACT | JSON_SORT_KEYS);

	if (text == NULL)
		return ecs_err_memory(&call->err);
	ecs_buf_printf(buf, "%d ", call->collection);
	ecs_buf_puts(buf, text);
	free(text);
	return true;
}

static bool
answer_parameters(struct call *call, json_t *parameters)
{
	enum answer_format format = ecs_answer_format(call->request);
	struct ecs_search *search = ecs_request_search(call, parameters);
	struct ecs_buf text = {0};
	bool done = false;
	bool ok;

	if (search == NULL)
		return false;
	ok = canonical(call, parameters, &text);
	/* A walk's pages and answers that were cut are never the same again. */
	if (ok && search->cursor == NULL)
		ok = ecs_call_etag(call, &text, &done);
	ecs_buf_fini(&text);
	if (ok && !done)
		ok = format == FORMAT_JSON
		    ? run_search(call, search)
		    : ecs_stream_search(call, search, format);
	ecs_search_free(search);
	return ok;
}

bool
ecs_get_search(struct call *call)
{
	json_t *parameters = ecs_request_parameters(call);
	bool ok = parameters != NULL && answer_parameters(call, parameters);

	json_decref(parameters);
	return ok;
}

/* A POST may carry some parameters in its address; its body wins. */
bool
ecs_post_search(struct call *call)
{
	json_t *parameters = ecs_request_parameters(call);
	json_t *body = parameters == NULL ? NULL : ecs_call_body_object(call);
	bool ok = body != NULL;

	if (ok && json_object_update(parameters, body) != 0)
		ok = ecs_err_memory(&call->err);
	ok = ok && answer_parameters(call, parameters);
	json_decref(body);
	json_decref(parameters);
	return ok;
}
