/* SPDX-License-Identifier: ISC */
/*
 * answer - problem documents (RFC 9457) and the headers every reply has.
 */
#define _GNU_SOURCE /* strcasestr */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/log.h"

#include "app.h"

/* What a status is called; the title of its problem. */
static const struct {
	int status;
	const char *title;
} titles[] = {
    {400, "Bad request"},
    {401, "Key needed"},
    {403, "Not allowed"},
    {404, "Not found"},
    {405, "Method not allowed"},
    {409, "Conflict"},
    {410, "Gone"},
    {412, "Precondition failed"},
    {413, "Too large"},
    {415, "Unsupported media type"},
    {422, "Not valid"},
    {429, "Too many requests"},
    {500, "Internal error"},
    {503, "Not available now"},
    {507, "No room left"},
};

static const char *
title_of(int status)
{
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (titles[i].status == status)
			return titles[i].title;
	return status < 500 ? "Refused" : "Internal error";
}

static void
write_place(
    struct ecs_buf *body, const struct ecs_where *where, const char *text)
{
	ecs_buf_putc(body, '{');
	switch (where->kind) {
	case ECS_WHERE_POINTER:
		ecs_buf_puts(body, "\"pointer\":");
		ecs_buf_json_str(body, where->name);
		break;
	case ECS_WHERE_PARAMETER:
		ecs_buf_puts(body, "\"parameter\":");
		ecs_buf_json_str(body, where->name);
		break;
	case ECS_WHERE_LINE:
		ecs_buf_printf(body, "\"line\":%u", where->line);
		break;
	}
	if (where->column > 0)
		ecs_buf_printf(body, ",\"column\":%u", where->column);
	ecs_buf_puts(body, ",\"message\":");
	ecs_buf_json_str(
	    body, where->message[0] != '\0' ? where->message : text);
	if (where->did_you_mean[0] != '\0') {
		ecs_buf_puts(body, ",\"did_you_mean\":");
		ecs_buf_json_str(body, where->did_you_mean);
	}
	ecs_buf_putc(body, '}');
}

void
ecs_answer_failure(struct ecs_reply *reply, const struct ecs_err *err)
{
	if (err->status >= 500)
		ecs_log(ECS_LOG_ERROR, "%s: %s", err->code, err->text);
	ecs_buf_reset(ecs_reply_body(reply));
	ecs_reply_status(reply, err->status);
	ecs_reply_header(reply, "Cache-Control", "no-store");
	if (err->status == 429 || err->status == 503)
		ecs_reply_header(reply, "Retry-After", "1");
}

void
ecs_answer_problem(struct ecs_reply *reply, const struct ecs_err *err)
{
	struct ecs_buf *body = ecs_reply_body(reply);
	bool ours = err->status >= 500;
	const char *text = ours ? title_of(err->status) : err->text;

	ecs_answer_failure(reply, err);
	ecs_reply_header(reply, "Content-Type", "application/problem+json");
	ecs_buf_puts(body, "{\"type\":\"about:blank\",\"title\":");
	ecs_buf_json_str(body, title_of(err->status));
	ecs_buf_printf(body, ",\"status\":%d,\"detail\":", err->status);
	ecs_buf_json_str(body, text);
	ecs_buf_puts(body, ",\"code\":");
	ecs_buf_json_str(body, err->code);
	ecs_buf_puts(body, ",\"message\":");
	ecs_buf_json_str(body, text);
	ecs_buf_puts(body, ",\"errors\":[");
	for (int i = 0; i < err->places && !ours; i++) {
		if (i > 0)
			ecs_buf_putc(body, ',');
		write_place(body, &err->where[i], text);
	}
	ecs_buf_puts(body, "]}\n");
}

/* Is origin one of the space separated list? */
static bool
lists_origin(const char *list, const char *origin)
{
	size_t len = strlen(origin);

	while (*list != '\0') {
		size_t word = strcspn(list, " ");

		if (word == len && memcmp(list, origin, len) == 0)
			return true;
		list += word + strspn(list + word, " ");
	}
	return false;
}

/*
 * Any page may search public collections, without credentials; writing and
 * administration never answer a page of another origin.
 */
void
ecs_answer_headers(struct call *call)
{
	const char *origin = ecs_request_header(call->request, "Origin");
	const char *allowed = call->app->options.origins;

	ecs_reply_header(call->reply, "X-Content-Type-Options", "nosniff");
	if (origin == NULL ||
	    (call->route != NULL && call->route->right > RIGHT_SEARCH))
		return;
	if (strcmp(allowed, "*") == 0) {
		ecs_reply_header(
		    call->reply, "Access-Control-Allow-Origin", "*");
	} else if (lists_origin(allowed, origin)) {
		ecs_reply_header(
		    call->reply, "Access-Control-Allow-Origin", origin);
		ecs_reply_header(call->reply, "Vary", "Origin");
	} else {
		return;
	}
	ecs_reply_header(
	    call->reply, "Access-Control-Expose-Headers", "ETag, Retry-After");
}

bool
ecs_answer_json(struct call *call, int status, json_t *json)
{
	char *text = json == NULL
	    ? NULL
	    : json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(15));
	struct ecs_buf *body = ecs_reply_body(call->reply);

	json_decref(json);
	if (text == NULL)
		return ecs_err_memory(&call->err);
	ecs_buf_puts(body, text);
	ecs_buf_putc(body, '\n');
	free(text);
	ecs_reply_status(call->reply, status);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
	return !body->failed || ecs_err_memory(&call->err);
}

/* The position of a type or coding in a header with q above 0, or NULL. */
static const char *
accepts(const char *accept, const char *type)
{
	const char *at = accept == NULL ? NULL : strcasestr(accept, type);
	size_t len;

	if (at == NULL)
		return NULL;
	len = strcspn(at, ",");
	for (const char *q = at; q + 3 <= at + len; q++)
		if (strncmp(q, "q=0", 3) == 0 &&
		    strspn(q + 3, ".0") == strcspn(q + 3, ", "))
			return NULL;
	return at;
}

bool
ecs_accepts_gzip(const struct ecs_request *request)
{
	return accepts(ecs_request_header(request, "Accept-Encoding"),
		   "gzip") != NULL;
}

enum answer_format
ecs_answer_format(const struct ecs_request *request)
{
	const char *accept = ecs_request_header(request, "Accept");
	const char *csv = accepts(accept, "text/csv");
	const char *ndjson = accepts(accept, "application/x-ndjson");
	const char *json = accepts(accept, "application/json");

	if (csv != NULL && (json == NULL || csv < json) &&
	    (ndjson == NULL || csv < ndjson))
		return FORMAT_CSV;
	if (ndjson != NULL && (json == NULL || ndjson < json))
		return FORMAT_NDJSON;
	return FORMAT_JSON;
}
