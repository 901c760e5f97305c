/* SPDX-License-Identifier: ISC */
/*
 * desk_api - what the endpoints of the desk share.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpora.h"
#include "desk_api.h"

/* Of a search: what chooses, and how it is asked. */
static const char *const choosing[] = {"q", "mode", "match", "prefix", "typo",
    "lang", "filter", "near", "radius", "box", "timeout_ms", NULL};
enum { NAMES = 48 };

static bool
is_listed(const char *const *names, const char *name)
{
	for (size_t i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool
check_name(struct call *call, const char *const *own, const char *name)
{
	const char *all[NAMES];
	size_t n = 0;

	if (is_listed(own, name) || is_listed(choosing, name) ||
	    strcmp(name, "bom") == 0)
		return true;
	for (size_t i = 0; choosing[i] != NULL && n < NAMES; i++)
		all[n++] = choosing[i];
	for (size_t i = 0; own[i] != NULL && n < NAMES; i++)
		all[n++] = own[i];
	ecs_err_set(&call->err, 400, "unknown_parameter",
	    "the parameter \"%.60s\" is not known here", name);
	ecs_err_at(&call->err, ECS_WHERE_PARAMETER, name, 0, 0);
	ecs_err_did_you_mean(&call->err, ecs_nearest_word(name, all, n));
	return false;
}

/* One of the address among the own; a repeated one becomes a list. */
static bool
add_own(struct desk_ask *ask, const char *name, const char *value)
{
	json_t *before = json_object_get(ask->own, name);
	json_t *list = before;

	if (before == NULL)
		return json_object_set_new(
			   ask->own, name, json_string(value)) == 0;
	if (!json_is_array(before)) {
		list = json_array();
		if (json_array_append(list, before) != 0 ||
		    json_object_set_new(ask->own, name, list) != 0)
			return false;
	}
	return json_array_append_new(list, json_string(value)) == 0;
}

static bool
read_address(struct desk_ask *ask, const char *const *own)
{
	struct call *call = ask->call;
	struct ecs_query_parameter list[ECS_MAX_PARAMS];
	size_t n = 0;

	for (int i = 0; i < call->request->nparams; i++) {
		const char *name = call->request->params[i].name;
		const char *value = call->request->params[i].value;

		if (!check_name(call, own, name))
			return false;
		if (is_listed(own, name) || strcmp(name, "bom") == 0) {
			if (!add_own(ask, name, value))
				return ecs_err_memory(&call->err);
			continue;
		}
		list[n].name = name;
		list[n++].value = value;
	}
	ask->chosen = ecs_search_parameters(list, n, &call->err);
	return ask->chosen != NULL;
}

static bool
read_body(struct desk_ask *ask, const char *const *own)
{
	struct call *call = ask->call;
	json_t *body;
	const char *name;
	json_t *value;
	bool ok = true;

	if (call->request->method != ECS_POST)
		return true;
	body = ecs_call_body_object(call);
	if (body == NULL)
		return false;
	json_object_foreach (body, name, value) {
		json_t *to = is_listed(own, name) || strcmp(name, "bom") == 0
		    ? ask->own
		    : ask->chosen;

		ok = check_name(call, own, name) &&
		    (json_object_set(to, name, value) == 0 ||
			ecs_err_memory(&call->err));
		if (!ok)
			break;
	}
	json_decref(body);
	return ok;
}

/* Counting takes longer than finding. */
static bool
set_patience(struct desk_ask *ask)
{
	long most = ask->call->app->options.timeout_ms;

	return json_object_get(ask->chosen, "timeout_ms") != NULL ||
	    json_object_set_new(
		ask->chosen, "timeout_ms", json_integer(most)) == 0 ||
	    ecs_err_memory(&ask->call->err);
}

bool
ecs_desk_read(struct call *call, const char *const *own, struct desk_ask *ask)
{
	memset(ask, 0, sizeof(*ask));
	ask->call = call;
	ask->format = ecs_answer_format(call->request);
	ask->own = json_object();
	if (ask->own == NULL)
		return ecs_err_memory(&call->err);
	if (!read_address(ask, own) || !read_body(ask, own) ||
	    !set_patience(ask) || !ecs_desk_flag(ask, "bom", &ask->bom))
		return false;
	ask->search = ecs_desk_search(ask, ask->chosen);
	return ask->search != NULL;
}

void
ecs_desk_fini(struct desk_ask *ask)
{
	ecs_search_free(ask->search);
	json_decref(ask->own);
	json_decref(ask->chosen);
}

struct ecs_search *
ecs_desk_search(struct desk_ask *ask, json_t *parameters)
{
	struct ecs_search *search = ecs_request_search(ask->call, parameters);

	if (search != NULL)
		search->count = false;
	return search;
}

struct ecs_search *
ecs_desk_without_words(struct desk_ask *ask)
{
	json_t *parameters = json_copy(ask->chosen);
	struct ecs_search *search = NULL;

	if (parameters == NULL) {
		ecs_err_memory(&ask->call->err);
		return NULL;
	}
	json_object_del(parameters, "q");
	json_object_del(parameters, "mode");
	search = ecs_desk_search(ask, parameters);
	json_decref(parameters);
	return search;
}

/* ---- own parameters ---- */

bool
ecs_desk_wrong(struct desk_ask *ask, const char *name, const char *reason)
{
	struct ecs_err *err = &ask->call->err;

	ecs_err_set(err, 400, "bad_parameter", "%s %s", name, reason);
	return ecs_err_at(err, ECS_WHERE_PARAMETER, name, 0, 0);
}

json_t *
ecs_desk_given(const struct desk_ask *ask, const char *name)
{
	json_t *given = json_object_get(ask->own, name);

	return json_is_null(given) ? NULL : given;
}

static bool
whole_number(const json_t *given, int64_t *value)
{
	const char *text = json_string_value(given);
	char *end;

	if (json_is_integer(given)) {
		*value = json_integer_value(given);
		return true;
	}
	if (text == NULL || strspn(text, "0123456789") != strlen(text) ||
	    text[0] == '\0' || strlen(text) > 18)
		return false;
	*value = strtoll(text, &end, 10);
	return true;
}

bool
ecs_desk_number(struct desk_ask *ask, const char *name, int64_t least,
    int64_t most, int64_t *value)
{
	json_t *given = ecs_desk_given(ask, name);
	char reason[80];
	int64_t number;

	if (given == NULL)
		return true;
	if (whole_number(given, &number) && number >= least && number <= most) {
		*value = number;
		return true;
	}
	snprintf(reason, sizeof(reason), "must be a whole number, %lld to %lld",
	    (long long)least, (long long)most);
	return ecs_desk_wrong(ask, name, reason);
}

bool
ecs_desk_flag(struct desk_ask *ask, const char *name, bool *value)
{
	static const char *const choices[] = {
	    "false", "0", "true", "1", "", NULL};
	json_t *given = ecs_desk_given(ask, name);
	const char *text = json_string_value(given);

	if (given == NULL)
		return true;
	if (json_is_boolean(given)) {
		*value = json_is_true(given);
		return true;
	}
	for (size_t i = 0; text != NULL && choices[i] != NULL; i++)
		if (strcmp(text, choices[i]) == 0) {
			*value = i >= 2;
			return true;
		}
	return ecs_desk_wrong(ask, name, "must be true or false");
}

bool
ecs_desk_choice(struct desk_ask *ask, const char *name,
    const char *const *choices, int *index)
{
	json_t *given = ecs_desk_given(ask, name);
	const char *text = json_string_value(given);
	char reason[160];
	size_t used;

	if (given == NULL)
		return true;
	for (int i = 0; text != NULL && choices[i] != NULL; i++)
		if (strcmp(text, choices[i]) == 0) {
			*index = i;
			return true;
		}
	used = (size_t)snprintf(reason, sizeof(reason), "must be one of");
	for (int i = 0; choices[i] != NULL && used < sizeof(reason); i++)
		used += (size_t)snprintf(reason + used, sizeof(reason) - used,
		    "%s %s", i == 0 ? "" : ",", choices[i]);
	return ecs_desk_wrong(ask, name, reason);
}

/* ---- answering ---- */

static bool
canonical(struct desk_ask *ask, bool *done)
{
	char *own = json_dumps(ask->own, JSON_COMPACT | JSON_SORT_KEYS);
	char *chosen = json_dumps(ask->chosen, JSON_COMPACT | JSON_SORT_KEYS);
	struct ecs_buf text = {0};
	bool ok = own != NULL && chosen != NULL;

	if (ok) {
		ecs_buf_printf(&text, "%s %d ", ask->call->route->path,
		    ask->call->collection);
		ecs_buf_puts(&text, own);
		ecs_buf_puts(&text, chosen);
		ok = ecs_call_etag(ask->call, &text, done);
	} else {
		ecs_err_memory(&ask->call->err);
	}
	ecs_buf_fini(&text);
	free(own);
	free(chosen);
	return ok;
}

static bool
open_work(struct desk_ask *ask, struct desk_work *work)
{
	struct call *call = ask->call;
	bool only[ECS_MAX_COLLECTIONS] = {false};
	int64_t until;
	size_t n;

	memset(work, 0, sizeof(*work));
	work->call = call;
	ecs_call_context(call, ask->search, &work->deadline, &work->context);
	if (!ecs_corpora_get(
		call, call->collection, &work->deadline, &work->corpus))
		return false;
	/* The view may be another now; the time is what it was. */
	until = work->deadline.at_us;
	ecs_call_context(call, ask->search, &work->deadline, &work->context);
	work->deadline.at_us = until;
	only[call->collection] = true;
	if (!ecs_call_sources(call, only, &work->source, &n))
		return false;
	work->desk = (struct ecs_desk){work->corpus, &work->source,
	    call->session->analyzer, &work->deadline};
	return true;
}

static bool
try_answer(struct desk_ask *ask,
    bool (*answer)(struct desk_ask *ask, struct desk_work *work))
{
	struct desk_work work;
	bool ok = open_work(ask, &work) && answer(ask, &work);

	ecs_corpus_unref(work.corpus);
	return ok;
}

bool
ecs_desk_answer(struct desk_ask *ask,
    bool (*answer)(struct desk_ask *ask, struct desk_work *work))
{
	struct call *call = ask->call;
	bool done = false;

	if (!canonical(ask, &done) || done)
		return call->err.status == 0;
	for (int i = 1; !try_answer(ask, answer); i++) {
		if (!ecs_call_moved(call) || i == MOVED_TRIES ||
		    !ecs_call_begin_again(call))
			return false;
		ecs_buf_reset(ecs_reply_body(call->reply));
	}
	return true;
}

struct ecs_sought *
ecs_desk_sought(struct desk_work *work, const struct ecs_search *search)
{
	const char *fields[ECS_DESK_FIELDS];
	size_t n = ecs_desk_fields(work->source.collection, fields);

	return ecs_search_sought(
	    search, &work->source, &work->context, fields, n, &work->call->err);
}

struct ecs_bitmap *
ecs_desk_rows(struct desk_work *work, const struct ecs_search *search)
{
	struct ecs_bitmap *rows = NULL;
	struct ecs_err *err = &work->call->err;

	if (ecs_search_rows(
		search, &work->source, 1, &work->context, &rows, err))
		return rows;
	if (work->deadline.passed) {
		ecs_err_clear(err);
		ecs_err_set(err, 503, "timeout",
		    "the search took longer than %u ms", search->timeout_ms);
	}
	return NULL;
}
