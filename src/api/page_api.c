/* SPDX-License-Identifier: ISC */
/*
 * page_api - the search page, and pages that say what went wrong.
 *
 * A page asks the interface's own questions and shows the answers, so what it
 * shows is what /v1 tells.
 */
#include <string.h>

#include "ecsearch/arena.h"
#include "ecsearch/lang.h"

#include "page_api.h"
#include "query_stats.h"

struct ecs_site
ecs_call_site(const struct call *call)
{
	return (struct ecs_site){
	    .schema = call->session->view->schema,
	    .title = call->app->options.title,
	    .prefix = call->app->public_url.prefix,
	    .origin = call->app->public_url.origin,
	    .clicks = call->app->options.count_queries,
	};
}

void
ecs_page_headers(struct call *call)
{
	static const struct {
		const char *name;
		const char *value;
	} headers[] = {
	    {"Content-Type", "text/html; charset=utf-8"},
	    {"Content-Security-Policy", ecs_page_policy},
	    {"Referrer-Policy", "strict-origin-when-cross-origin"},
	    {"Permissions-Policy",
		"camera=(), geolocation=(), microphone=(), browsing-topics=()"},
	    {"Cross-Origin-Opener-Policy", "same-origin"},
	    {"Vary", "Accept-Language"},
	};

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		ecs_reply_header(
		    call->reply, headers[i].name, headers[i].value);
}

struct ecs_page_state *
ecs_call_page_state(struct call *call, struct ecs_arena *arena)
{
	struct ecs_page_parameter list[ECS_MAX_PARAMS];
	const struct ecs_page_request request = {list,
	    (size_t)call->request->nparams,
	    ecs_request_header(call->request, "Accept-Language")};
	struct ecs_page_state *state;

	for (int i = 0; i < call->request->nparams; i++)
		list[i] =
		    (struct ecs_page_parameter){call->request->params[i].name,
			call->request->params[i].value};
	state = ecs_page_state_read(arena, call->session->view->schema,
	    call->visible, &request, &call->err);
	if (state != NULL) {
		const char *code = ecs_page_language(state);

		call->lang = ecs_lang_find(code, strlen(code));
	}
	return state;
}

/* ---- answers ---- */

json_t *
ecs_call_answer(struct call *call, json_t *parameters)
{
	struct ecs_search *search = ecs_request_search(call, parameters);
	struct ecs_source sources[ECS_MAX_COLLECTIONS];
	struct ecs_result *result = NULL;
	struct ecs_buf text = {0};
	json_t *answer = NULL;

	if (search != NULL)
		result = ecs_call_run(call, search, sources);
	if (result != NULL &&
	    ecs_search_write(call, search, sources, result, &text)) {
		answer = json_loadb(text.data, text.len, 0, NULL);
		if (answer == NULL)
			ecs_err_memory(&call->err);
	}
	ecs_buf_fini(&text);
	ecs_result_free(result);
	ecs_search_free(search);
	return answer;
}

static bool
ask_all(struct call *call, const struct ecs_page_state *state, json_t **answers)
{
	int n = call->session->view->schema->ncollections;

	for (int i = 0; i < n; i++) {
		json_t *ask = call->visible[i] ? ecs_page_ask(state, i) : NULL;

		if (!call->visible[i])
			continue;
		answers[i] = ask == NULL ? NULL : ecs_call_answer(call, ask);
		json_decref(ask);
		if (answers[i] == NULL)
			return ecs_err_memory(&call->err);
	}
	return true;
}

static void
forget(json_t **answers)
{
	for (int i = 0; i < ECS_MAX_COLLECTIONS; i++) {
		json_decref(answers[i]);
		answers[i] = NULL;
	}
}

/* All answers of one page are of one view. */
static bool
ask_again(
    struct call *call, const struct ecs_page_state *state, json_t **answers)
{
	for (int i = 1; !ask_all(call, state, answers); i++) {
		forget(answers);
		if (!ecs_call_moved(call) || i == MOVED_TRIES ||
		    !ecs_call_begin_again(call))
			return false;
	}
	return true;
}

/* What a person asked is counted, not what stood there while typing it. */
static void
count_search(struct call *call, const struct ecs_page_state *state,
    json_t *const *answers)
{
	const struct ecs_schema *schema = call->session->view->schema;
	const char *count = ecs_call_parameter(call, "count");
	int shown = ecs_page_collection(state);
	json_int_t total = 0;

	if (ecs_page_number(state) > 1 ||
	    (count != NULL && strcmp(count, "false") == 0))
		return;
	for (int i = 0; i < schema->ncollections; i++) {
		json_t *found = json_object_get(answers[i], "total");

		if (shown < 0 || shown == i)
			total +=
			    json_integer_value(json_object_get(found, "value"));
	}
	ecs_count_search(call, ecs_page_words(state),
	    shown < 0 ? "" : schema->collections[shown].name,
	    total > UINT32_MAX ? UINT32_MAX : (uint32_t)total);
}

bool
ecs_page_etag(struct call *call, const struct ecs_page_state *state, bool *done)
{
	const struct ecs_site site = ecs_call_site(call);
	struct ecs_buf canonical = {0};
	bool current;
	bool ok;

	/*
	 * What the settings make of it, and the program: another one that was
	 * started at another second.
	 */
	ecs_buf_printf(&canonical, "page %lld %s%s %d \"%s\" %s %s %s %s",
	    (long long)call->app->started, site.origin, site.prefix,
	    site.clicks, site.title, call->request->target,
	    ecs_page_language(state),
	    ecs_asset_find("page.css", &current)->hash,
	    ecs_asset_find("page.js", &current)->hash);
	ok = !canonical.failed || ecs_err_memory(&call->err);
	ok = ok && ecs_call_etag(call, &canonical, done);
	ecs_buf_fini(&canonical);
	return ok;
}

static bool
write_page(struct call *call, const struct ecs_page_state *state)
{
	json_t *answers[ECS_MAX_COLLECTIONS] = {NULL};
	struct ecs_site site;
	bool done = false;
	bool ok = ecs_page_etag(call, state, &done);

	if (!ok || done)
		return ok;
	ok = ask_again(call, state, answers);
	if (ok) {
		site = ecs_call_site(call);
		ecs_page_write(
		    &site, state, answers, ecs_reply_body(call->reply));
		ok = !ecs_reply_body(call->reply)->failed ||
		    ecs_err_memory(&call->err);
	}
	if (ok) {
		ecs_reply_status(call->reply, 200);
		ecs_page_headers(call);
		ecs_call_send_etag(call);
		count_search(call, state, answers);
	}
	forget(answers);
	return ok;
}

bool
ecs_get_search_page(struct call *call)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_page_state *state = NULL;
	bool ok = false;

	if (arena == NULL)
		ecs_err_memory(&call->err);
	else
		state = ecs_call_page_state(call, arena);
	if (state != NULL)
		ok = write_page(call, state);
	ecs_arena_free(arena);
	return ok;
}

bool
ecs_get_opensearch(struct call *call)
{
	struct ecs_site site = ecs_call_site(call);

	if (site.origin[0] == '\0')
		return ecs_err_set(&call->err, 404, "no_route",
		    "the setting public-url is needed for this");
	ecs_opensearch_write(&site, ecs_reply_body(call->reply));
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type",
	    "application/opensearchdescription+xml");
	ecs_reply_header(call->reply, "Cache-Control", "public, max-age=3600");
	return !ecs_reply_body(call->reply)->failed ||
	    ecs_err_memory(&call->err);
}

/* ---- what went wrong ---- */

/* A browser, at an address that is no program's. */
bool
ecs_call_wants_page(const struct call *call)
{
	const struct ecs_request *request = call->request;
	const char *accept = ecs_request_header(request, "Accept");

	return (request->method == ECS_GET || request->method == ECS_HEAD) &&
	    accept != NULL && strstr(accept, "text/html") != NULL &&
	    request->nsegments > 0 && /* none in "*" */
	    strcmp(request->segments[0], "v1") != 0 &&
	    strcmp(request->segments[0], "1") != 0;
}

void
ecs_page_problem(struct call *call)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_err err = call->err;
	struct ecs_page_state *state = NULL;
	struct ecs_site site;

	ecs_err_clear(&call->err);
	if (arena != NULL)
		state = ecs_call_page_state(call, arena);
	if (state == NULL) {
		ecs_answer_problem(call->reply, &err);
	} else {
		site = ecs_call_site(call);
		ecs_answer_failure(call->reply, &err);
		ecs_page_headers(call);
		ecs_page_write_problem(
		    &site, state, err.status, ecs_reply_body(call->reply));
	}
	ecs_arena_free(arena);
}
