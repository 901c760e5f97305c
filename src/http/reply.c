/* SPDX-License-Identifier: ISC */
/*
 * reply - what a handler filled, made into bytes on the wire.
 *
 * Reason phrases come from a table only: the library writes them as they are,
 * so a line feed in one would be a second reply.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/util.h>

#include "wire.h"

const char *
ecs_http_reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {{200, "OK"}, {201, "Created"}, {202, "Accepted"},
	    {204, "No Content"}, {206, "Partial Content"},
	    {207, "Multi-Status"}, {301, "Moved Permanently"}, {302, "Found"},
	    {303, "See Other"}, {304, "Not Modified"},
	    {307, "Temporary Redirect"}, {308, "Permanent Redirect"},
	    {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"},
	    {404, "Not Found"}, {405, "Method Not Allowed"},
	    {406, "Not Acceptable"}, {408, "Request Timeout"},
	    {409, "Conflict"}, {410, "Gone"}, {411, "Length Required"},
	    {412, "Precondition Failed"}, {413, "Content Too Large"},
	    {414, "URI Too Long"}, {415, "Unsupported Media Type"},
	    {416, "Range Not Satisfiable"}, {417, "Expectation Failed"},
	    {421, "Misdirected Request"}, {422, "Unprocessable Content"},
	    {428, "Precondition Required"}, {429, "Too Many Requests"},
	    {431, "Request Header Fields Too Large"},
	    {500, "Internal Server Error"}, {501, "Not Implemented"},
	    {502, "Bad Gateway"}, {503, "Service Unavailable"},
	    {504, "Gateway Timeout"}, {505, "HTTP Version Not Supported"},
	    {507, "Insufficient Storage"}};
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}

bool
ecs_http_reply_bodiless(int status)
{
	return status == 204 || status == 304;
}

/* ---- the handler's side ---- */

void
ecs_http_reply_init(struct ecs_reply *reply, struct job *job)
{
	memset(reply, 0, sizeof(*reply));
	reply->status = 200;
	reply->last = &reply->headers;
	reply->job = job;
}

void
ecs_http_reply_fini(struct ecs_reply *reply)
{
	ecs_buf_fini(&reply->body);
}

void
ecs_reply_status(struct ecs_reply *reply, int status)
{
	assert(status >= 200 && status <= 599);
	reply->status = status;
}

void
ecs_reply_close(struct ecs_reply *reply)
{
	reply->close = true;
}

struct ecs_buf *
ecs_reply_body(struct ecs_reply *reply)
{
	return &reply->body;
}

static bool
name_is_good(const char *name)
{
	/* What frames the message is not the handlers' to say. */
	static const char *const ours[] = {"Content-Length", "Connection",
	    "Transfer-Encoding", "Trailer", "Upgrade", "Date", "Server"};
	size_t i;

	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strcasecmp(name, ours[i]) == 0)
			return false;
	for (i = 0; name[i] != '\0'; i++)
		if (name[i] <= ' ' || name[i] >= 0x7F ||
		    strchr("()<>@,;:\\\"/[]?={}", name[i]) != NULL)
			return false;
	return i > 0;
}

static bool
value_is_good(const char *value)
{
	for (; *value != '\0'; value++)
		if (((unsigned char)*value < 0x20 && *value != '\t') ||
		    *value == 0x7F)
			return false;
	return true;
}

static const char *
find(const struct ecs_reply *reply, const char *name)
{
	const struct ecs_http_header *header;

	for (header = reply->headers; header != NULL; header = header->next)
		if (strcasecmp(header->name, name) == 0)
			return header->value;
	return NULL;
}

bool
ecs_reply_header(struct ecs_reply *reply, const char *name, const char *value)
{
	struct ecs_arena *arena = reply->job->arena;
	struct ecs_http_header *header;

	if (!name_is_good(name) || !value_is_good(value))
		return false;
	header = ecs_arena_alloc(arena, sizeof(*header));
	if (header == NULL)
		return false;
	header->name = ecs_arena_strdup(arena, name);
	header->value = ecs_arena_strdup(arena, value);
	if (header->name == NULL || header->value == NULL)
		return false;
	*reply->last = header;
	reply->last = &header->next;
	return true;
}

const char *
ecs_reply_told(const struct ecs_reply *reply, const char *name)
{
	const struct ecs_http_header *header;
	const char *value = NULL;

	for (header = reply->headers; header != NULL; header = header->next)
		if (strcasecmp(header->name, name) == 0)
			value = header->value;
	return value;
}

/* Forget all but the wish to close. */
static void
start_again(struct ecs_reply *reply)
{
	bool closes = reply->close;
	struct job *job = reply->job;

	ecs_http_reply_fini(reply);
	ecs_http_reply_init(reply, job);
	reply->close = closes;
}

void
ecs_http_reply_refuse(struct job *job, const struct ecs_err *err)
{
	const struct ecs_http_handlers *handlers = &job->http->handlers;

	start_again(&job->reply);
	job->reply.refusal = true;
	ecs_reply_status(&job->reply, err->status);
	handlers->refuse(handlers->user, &job->request, err, &job->reply);
	if (job->reply.body.failed) {
		start_again(&job->reply);
		ecs_reply_status(&job->reply, err->status);
	}
}

/* Who is told to come later is told when. */
static void
add_retry(struct ecs_reply *reply)
{
	if ((reply->status == 429 || reply->status == 503) &&
	    find(reply, "Retry-After") == NULL)
		ecs_reply_header(reply, "Retry-After", "1");
}

/* ---- through the library ---- */

void
ecs_http_reply_head(struct job *job)
{
	struct evkeyvalq *to = evhttp_request_get_output_headers(job->req);
	struct ecs_reply *reply = &job->reply;
	const struct ecs_http_header *header;

	add_retry(reply);
	for (header = reply->headers; header != NULL; header = header->next)
		evhttp_add_header(to, header->name, header->value);
	if (job->old) /* kept alive or not: one rule, close */
		evhttp_remove_header(
		    evhttp_request_get_input_headers(job->req), "Connection");
	reply->close |= job->old || job->http->draining ||
	    job->conn->requests >= job->http->limits.requests_per_connection;
	if (reply->close)
		evhttp_add_header(to, "Connection", "close");
	job->conn->last = reply->close;
}

static void
free_body(const void *data, size_t len, void *arg)
{
	(void)len;
	(void)arg;
	free((void *)(uintptr_t)data);
}

/* The body moves into the buffer, uncopied.  NULL when there is none to send.
 */
static struct evbuffer *
take_body(struct job *job)
{
	struct ecs_reply *reply = &job->reply;
	struct evbuffer *buffer;
	size_t len;
	char *data;

	if (job->request.method == ECS_HEAD || reply->body.len == 0)
		return NULL;
	buffer = evbuffer_new();
	if (buffer == NULL)
		return NULL;
	data = ecs_buf_take(&reply->body, &len);
	if (evbuffer_add_reference(buffer, data, len, free_body, NULL) != 0) {
		free(data);
		evbuffer_free(buffer);
		return NULL;
	}
	return buffer;
}

void
ecs_http_reply_send(struct job *job)
{
	struct ecs_reply *reply = &job->reply;
	struct conn *conn = job->conn;
	struct evbuffer *buffer = NULL;
	char length[24];
	size_t len = reply->body.len;

	if (ecs_http_reply_bodiless(reply->status)) {
		ecs_buf_reset(&reply->body);
	} else {
		snprintf(length, sizeof(length), "%zu", len);
		buffer = take_body(job);
		if (buffer == NULL && len > 0 &&
		    job->request.method != ECS_HEAD)
			reply->close = true; /* it will be cut short */
		evhttp_add_header(evhttp_request_get_output_headers(job->req),
		    "Content-Length", length);
	}
	ecs_http_reply_head(job);
	evhttp_send_reply(
	    job->req, reply->status, ecs_http_reason(reply->status), buffer);
	ecs_http_conn_writing(conn);
	if (buffer != NULL)
		evbuffer_free(buffer);
}

/* ---- beside the library ---- */

static void
write_raw(struct ecs_buf *out, const struct ecs_reply *reply, bool head_only)
{
	const struct ecs_http_header *header;
	char date[64];

	evutil_date_rfc1123(date, sizeof(date), NULL);
	ecs_buf_printf(out, "HTTP/1.1 %d %s\r\nDate: %s\r\n", reply->status,
	    ecs_http_reason(reply->status), date);
	for (header = reply->headers; header != NULL; header = header->next)
		ecs_buf_printf(out, "%s: %s\r\n", header->name, header->value);
	if (find(reply, "Content-Type") == NULL)
		ecs_buf_puts(out, "Content-Type: application/json\r\n");
	ecs_buf_printf(out, "Content-Length: %zu\r\nConnection: close\r\n\r\n",
	    reply->body.len);
	if (!head_only)
		ecs_buf_add(out, reply->body.data, reply->body.len);
}

/*
 * The library has sent nothing for this request and will send nothing, so the
 * socket's buffer is empty and takes the few bytes whole.
 */
void
ecs_http_reply_raw(struct conn *conn, const struct ecs_err *err)
{
	struct job *job = ecs_http_job_new(conn->http);
	struct ecs_buf out = {0};
	ssize_t sent = 0;

	if (job == NULL)
		return;
	memcpy(job->request.peer, conn->address, sizeof(job->request.peer));
	job->request.admin = conn->admin;
	job->request.method = conn->strict.method;
	ecs_http_reply_refuse(job, err);
	add_retry(&job->reply);
	write_raw(&out, &job->reply, conn->strict.method == ECS_HEAD);
	if (!out.failed)
		sent = send(
		    conn->fd, out.data, out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (conn->http->handlers.finished != NULL)
		conn->http->handlers.finished(conn->http->handlers.user,
		    &job->request, -1, job->reply.status,
		    ecs_http_now() - job->request.arrived,
		    sent > 0 ? job->reply.body.len : 0);
	ecs_buf_fini(&out);
	ecs_http_job_free(job);
}
