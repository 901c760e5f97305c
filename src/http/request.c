/* SPDX-License-Identifier: ISC */
/*
 * request - copy a request out of the library, so that a worker can read it.
 *
 * Nothing a handler sees points into the library's memory: a connection that
 * breaks takes that memory with it at any moment.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>
#include <time.h>

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>

#include "decode.h"
#include "wire.h"

int64_t
ecs_http_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

const char *
ecs_method_name(enum ecs_method method)
{
	static const char *const names[] = {"GET", "HEAD", "POST", "PUT",
	    "PATCH", "DELETE", "OPTIONS", "OTHER"};

	return names[method];
}

const char *
ecs_request_header(const struct ecs_request *request, const char *name)
{
	const struct job *job = (const struct job *)request;
	const struct ecs_http_header *header;

	for (header = job->headers; header != NULL; header = header->next)
		if (strcasecmp(header->name, name) == 0)
			return header->value;
	return NULL;
}

bool
ecs_request_cancelled(const struct ecs_request *request)
{
	const struct job *job = (const struct job *)request;

	return atomic_load_explicit(&job->cancelled, memory_order_relaxed);
}

struct job *
ecs_http_job_new(struct ecs_http *http)
{
	struct job *job = calloc(1, sizeof(*job));

	if (job == NULL)
		return NULL;
	job->http = http;
	job->request.body = "";
	job->request.target = "";
	job->request.arrived = ecs_http_now();
	ecs_http_reply_init(&job->reply, job);
	ecs_http_stream_init(&job->stream);
	job->arena = ecs_arena_new();
	if (job->arena == NULL) {
		ecs_http_job_free(job);
		return NULL;
	}
	return job;
}

void
ecs_http_job_free(struct job *job)
{
	if (job == NULL)
		return;
	job->http->held -= job->request.body_len;
	ecs_http_reply_fini(&job->reply);
	ecs_http_stream_fini(&job->stream);
	ecs_arena_free(job->arena);
	free(job->body);
	free(job);
}

static bool
copy_headers(
    struct job *job, const struct evkeyvalq *headers, struct ecs_err *err)
{
	struct ecs_http_header **last = &job->headers;
	const struct evkeyval *from;

	TAILQ_FOREACH (from, headers, next) {
		struct ecs_http_header *header =
		    ecs_arena_alloc(job->arena, sizeof(*header));

		if (header == NULL)
			return ecs_err_memory(err);
		header->name = ecs_arena_strdup(job->arena, from->key);
		header->value = ecs_arena_strdup(job->arena, from->value);
		if (header->name == NULL || header->value == NULL)
			return ecs_err_memory(err);
		*last = header;
		last = &header->next;
	}
	return true;
}

/* The path and query of a target that may name scheme and host too. */
static const char *
origin_form(const char *uri)
{
	const char *host;
	const char *path;

	if (uri[0] == '/' || strcmp(uri, "*") == 0)
		return uri;
	host = strstr(uri, "://");
	if (host == NULL)
		return "";
	path = strpbrk(host + 3, "/?");
	return path == NULL ? "/" : path;
}

/* Split at / first and decode then: %2F is a character of a segment. */
static bool
split_path(struct job *job, const char *path, size_t len, struct ecs_err *err)
{
	struct ecs_request *request = &job->request;
	char *to = ecs_arena_alloc(job->arena, len + ECS_MAX_SEGMENTS + 1);
	const char *end = path + len;

	if (to == NULL)
		return ecs_err_memory(err);
	while (path < end) {
		const char *from = path + 1; /* past the slash */
		const char *slash = memchr(from, '/', (size_t)(end - from));
		const char *stop = slash == NULL ? end : slash;
		const char *why;

		if (request->nsegments == ECS_MAX_SEGMENTS)
			return ecs_err_set(err, 400, "bad_path",
			    "The path has more than %d segments.",
			    ECS_MAX_SEGMENTS);
		why = ecs_http_decode(
		    to, from, (size_t)(stop - from), ECS_HTTP_PATH);
		if (why != NULL)
			return ecs_err_set(
			    err, 400, "bad_path", "The path: %s.", why);
		request->segments[request->nsegments++] = to;
		to += strlen(to) + 1;
		path = stop;
	}
	return true;
}

static bool
parse_target(struct job *job, const char *uri, struct ecs_err *err)
{
	struct ecs_request *request = &job->request;
	const char *target = origin_form(uri);
	size_t path_len = strcspn(target, "?");
	const char *query = target + path_len;
	size_t query_len;
	char *storage;

	request->target = ecs_arena_strdup(job->arena, target);
	if (request->target == NULL)
		return ecs_err_memory(err);
	if (strcmp(target, "*") == 0)
		return true;
	if (target[0] != '/' && target[0] != '?')
		return ecs_err_set(err, 400, "bad_path",
		    "The address must begin with a slash.");
	/* "http://host?q=1" asks for the root. */
	if (!(path_len == 0 ? split_path(job, "/", 1, err)
			    : split_path(job, target, path_len, err)))
		return false;
	query += *query == '?';
	query_len = strlen(query);
	storage = ecs_arena_alloc(
	    job->arena, query_len + (size_t)ECS_MAX_PARAMS * 2 + 1);
	if (storage == NULL)
		return ecs_err_memory(err);
	return ecs_query_string_parse(
	    query, query_len, storage, request->params, &request->nparams, err);
}

bool
ecs_http_job_read(struct job *job, struct evhttp_request *req,
    const struct ecs_strict *strict, struct ecs_err *err)
{
	job->request.method = strict->method;
	job->old = strict->old;
	if (!copy_headers(job, evhttp_request_get_input_headers(req), err))
		return false;
	return parse_target(job, evhttp_request_get_uri(req), err);
}

bool
ecs_http_job_body(
    struct job *job, struct evhttp_request *req, struct ecs_err *err)
{
	struct evbuffer *input = evhttp_request_get_input_buffer(req);
	size_t len = evbuffer_get_length(input);

	if (len == 0)
		return true;
	job->body = malloc(len + 1);
	if (job->body == NULL)
		return ecs_err_memory(err);
	evbuffer_remove(input, job->body, len);
	job->body[len] = '\0';
	job->request.body = job->body;
	job->request.body_len = len;
	job->http->held += len;
	return true;
}
