/* SPDX-License-Identifier: ISC */
/*
 * call - what endpoints do alike: parameters, bodies, sources, ETags.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "ecsearch/layout.h"

#include "app.h"

const char *
ecs_call_parameter(const struct call *call, const char *name)
{
	const char *value = NULL;

	for (int i = 0; i < call->request->nparams; i++)
		if (strcmp(call->request->params[i].name, name) == 0)
			value = call->request->params[i].value;
	return value;
}

bool
ecs_call_only(struct call *call, const char *const *names)
{
	size_t n = 0;

	while (names[n] != NULL)
		n++;
	for (int i = 0; i < call->request->nparams; i++) {
		const char *name = call->request->params[i].name;
		size_t k = 0;

		while (k < n && strcmp(names[k], name) != 0)
			k++;
		if (k < n)
			continue;
		ecs_err_set(&call->err, 400, "unknown_parameter",
		    "the parameter \"%.60s\" is not known here", name);
		ecs_err_at(&call->err, ECS_WHERE_PARAMETER, name, 0, 0);
		ecs_err_did_you_mean(
		    &call->err, ecs_nearest_word(name, names, n));
		return false;
	}
	return true;
}

bool
ecs_call_boolean(struct call *call, const char *name, bool *value)
{
	const char *text = ecs_call_parameter(call, name);

	*value = false;
	if (text == NULL || strcmp(text, "false") == 0 ||
	    strcmp(text, "0") == 0)
		return true;
	*value = true;
	if (text[0] == '\0' || strcmp(text, "true") == 0 ||
	    strcmp(text, "1") == 0)
		return true;
	ecs_err_set(
	    &call->err, 400, "bad_parameter", "%s must be true or false", name);
	return ecs_err_at(&call->err, ECS_WHERE_PARAMETER, name, 0, 0);
}

static bool
check_json_type(struct call *call)
{
	const char *type = ecs_request_header(call->request, "Content-Type");
	size_t len;

	if (type == NULL)
		return true;
	len = strcspn(type, "; \t");
	if ((len == 16 && strncasecmp(type, "application/json", 16) == 0) ||
	    (len == 28 &&
		strncasecmp(type, "application/merge-patch+json", 28) == 0))
		return true;
	return ecs_err_set(&call->err, 415, "bad_content_type",
	    "the body must be application/json");
}

json_t *
ecs_call_body_object(struct call *call)
{
	return check_json_type(call) ? ecs_call_body_of_any_type(call) : NULL;
}

json_t *
ecs_call_body_of_any_type(struct call *call)
{
	json_error_t why;
	json_t *object;

	object = json_loadb(call->request->body, call->request->body_len,
	    JSON_REJECT_DUPLICATES, &why);
	if (object == NULL) {
		ecs_err_set(&call->err, 400, "bad_json",
		    "the body, line %d, column %d: %s", why.line, why.column,
		    why.text);
		ecs_err_at(&call->err, ECS_WHERE_LINE, "",
		    why.line < 0 ? 0 : (uint32_t)why.line,
		    why.column < 0 ? 0 : (uint32_t)why.column);
	} else if (!json_is_object(object)) {
		json_decref(object);
		object = NULL;
		ecs_err_set(&call->err, 400, "bad_json",
		    "the body must be a JSON object");
	}
	return object;
}

size_t
ecs_call_tables(struct call *call, const bool *in, struct ecs_source *sources)
{
	const struct ecs_view *view = call->session->view;
	size_t n = 0;

	for (int i = 0; i < view->ncollections; i++) {
		const struct ecs_view_collection *from = &view->collections[i];

		if (!in[i])
			continue;
		sources[n++] = (struct ecs_source){.index = i,
		    .collection = from->collection,
		    .table = from->table,
		    .terms = from->generation->terms,
		    .lexicon = from->lexicon,
		    .records = call->session->records,
		    .records_collection = from->records,
		    .revision = from->sequence};
	}
	return n;
}

bool
ecs_call_sources(
    struct call *call, const bool *in, struct ecs_source *sources, size_t *n)
{
	*n = ecs_call_tables(call, in, sources);
	for (size_t i = 0; i < *n; i++) {
		sources[i].reader = ecs_session_reader(
		    call->session, sources[i].index, &call->err);
		if (sources[i].reader == NULL)
			return false;
	}
	return true;
}

static bool
is_cancelled(void *user)
{
	return ecs_request_cancelled(user);
}

void
ecs_call_context(struct call *call, const struct ecs_search *search,
    struct ecs_deadline *deadline, struct ecs_query_context *context)
{
	const struct meaning *meaning = call->session->view->lore->meaning;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	memset(deadline, 0, sizeof(*deadline));
	deadline->at_us = now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000 +
	    search->timeout_ms * INT64_C(1000);
	deadline->cancelled = is_cancelled;
	deadline->user = (void *)(uintptr_t)call->request;
	context->analyzer = call->session->analyzer;
	context->concepts = meaning->concepts;
	context->synonyms = meaning->synonyms;
	context->cursors = call->app->cursors;
	context->deadline = deadline;
	context->shared = call->shared;
	context->label_lang =
	    search->lang != ECS_LANG_NONE ? search->lang : call->lang;
}

bool
ecs_call_embed(struct call *call, struct ecs_search *search)
{
	struct ecs_err inside = {0};

	if (!call->has_key || call->key.filter[0] == '\0')
		return true;
	search->embedded = ecs_filter_parse(search->arena, search->schema,
	    search->in, call->key.filter, &inside);
	if (search->embedded != NULL)
		return true;
	return ecs_err_set(&call->err, 403, "bad_key_filter",
	    "the key's own filter does not fit these collections");
}

bool
ecs_call_rows(struct call *call, int collection, struct ecs_bitmap **rows)
{
	const struct ecs_schema *schema = call->session->view->schema;
	bool only[ECS_MAX_COLLECTIONS] = {false};
	struct ecs_deadline deadline;
	struct ecs_query_context context;
	struct ecs_source source;
	struct ecs_search *search;
	json_t *nothing;
	size_t n;

	*rows = NULL;
	if (!call->has_key || call->key.filter[0] == '\0')
		return true;
	only[collection] = true;
	nothing = json_object();
	search = ecs_search_read(schema, only, collection, nothing, &call->err);
	json_decref(nothing);
	if (search != NULL && ecs_call_embed(call, search) &&
	    ecs_call_sources(call, only, &source, &n)) {
		ecs_call_context(call, search, &deadline, &context);
		ecs_search_rows(search, &source, 1, &context, rows, &call->err);
	}
	ecs_search_free(search);
	return *rows != NULL;
}

bool
ecs_call_hidden(struct call *call, int collection, uint32_t row, bool *hidden)
{
	struct ecs_bitmap *rows;

	*hidden = false;
	if (!ecs_call_rows(call, collection, &rows))
		return false;
	*hidden = rows != NULL && !ecs_bitmap_test(rows, row);
	ecs_bitmap_free(rows);
	return true;
}

/* Does an If-None-Match list name the tag (weak comparison)? */
static bool
names_tag(const char *list, const char *tag)
{
	const char *opaque = strchr(tag, '"');

	return strcmp(list, "*") == 0 || strstr(list, opaque) != NULL;
}

bool
ecs_call_etag(struct call *call, const struct ecs_buf *canonical, bool *done)
{
	const char *asked = ecs_request_header(call->request, "If-None-Match");
	struct ecs_records *records = ecs_store_records(call->app->store);
	unsigned char digest[16];
	char hex[33];
	struct ecs_buf all = {0};

	*done = false;
	ecs_buf_puts(&all, ecs_records_instance(records));
	ecs_buf_printf(&all, " %llu %d %s %d ",
	    (unsigned long long)call->session->view->revision, call->lang,
	    call->has_key ? call->key.id : "",
	    (int)ecs_answer_format(call->request));
	ecs_buf_add(&all, call->key.rights, strlen(call->key.rights));
	ecs_buf_add(&all, call->key.filter, strlen(call->key.filter));
	ecs_buf_add(&all, canonical->data, canonical->len);
	if (all.failed || canonical->failed) {
		ecs_buf_fini(&all);
		return ecs_err_memory(&call->err);
	}
	crypto_generichash(digest, sizeof(digest),
	    (const unsigned char *)all.data, all.len, NULL, 0);
	ecs_buf_fini(&all);
	sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
	snprintf(call->etag, sizeof(call->etag), "W/\"%s\"", hex);
	if (asked != NULL && names_tag(asked, call->etag)) {
		ecs_call_send_etag(call);
		ecs_reply_status(call->reply, 304);
		atomic_fetch_add(&call->app->metrics.not_modified, 1);
		*done = true;
	}
	return true;
}

void
ecs_call_send_etag(struct call *call)
{
	if (call->etag[0] == '\0')
		return;
	ecs_reply_header(call->reply, "ETag", call->etag);
	ecs_reply_header(call->reply, "Vary",
	    "Authorization, X-API-Key, Accept, Accept-Language");
	ecs_reply_header(call->reply, "Cache-Control",
	    call->has_key ? "private, no-cache" : "public, no-cache");
}
