/* SPDX-License-Identifier: ISC */
/*
 * exchange - a request's way from the library to a lane, and its reply's back.
 *
 * Who frees the library's request: the library, once the reply is handed over
 * or when the connection goes while the request hangs on it.  Only one that
 * was cut off from its connection is ours to free.
 */
#include <string.h>
#include <strings.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/http_struct.h>

#include "wire.h"

/* ---- the way back ---- */

void
ecs_http_exchange_sent(struct conn *conn)
{
	if (!conn->counted)
		return;
	conn->counted = false;
	conn->http->unsent--;
	ecs_http_maybe_end(conn->http);
}

static void
on_complete(struct evhttp_request *req, void *arg)
{
	struct conn *conn = arg;

	(void)req;
	ecs_http_exchange_sent(conn);
	ecs_http_conn_idle(conn);
}

void
ecs_http_exchange_drop(struct job *job)
{
	if (evhttp_request_get_connection(job->req) != NULL)
		job->req = NULL; /* goes with the connection */
	job->conn->job = NULL;
	job->conn = NULL;
	ecs_http_stream_gone(job);
}

static void
tell_finished(struct job *job, int status, size_t bytes)
{
	const struct ecs_http_handlers *handlers = &job->http->handlers;

	if (handlers->finished != NULL)
		handlers->finished(handlers->user, &job->request, job->lane,
		    status, ecs_http_now() - job->request.arrived, bytes);
}

static void
send_whole(struct job *job)
{
	size_t len;

	if (job->reply.body.failed) {
		struct ecs_err err = {0};

		ecs_err_memory(&err);
		ecs_http_reply_refuse(job, &err);
	}
	len = job->request.method == ECS_HEAD ? 0 : job->reply.body.len;
	job->conn->job = NULL;
	ecs_http_reply_send(job);
	job->req = NULL;
	tell_finished(job, job->reply.status, len);
}

static void
refuse(struct job *job, const struct ecs_err *err)
{
	ecs_http_reply_refuse(job, err);
	send_whole(job);
	ecs_http_job_free(job);
}

static void
refuse_busy(struct job *job)
{
	struct ecs_err err = {0};

	atomic_fetch_add(&job->http->counters.shed, 1);
	ecs_err_set(&err, 503, "busy",
	    "The server has too much to do; ask again in a moment.");
	refuse(job, &err);
}

/* The client left before there was an answer. */
static void
give_up(struct job *job)
{
	enum { CLIENT_LEFT = 499 }; /* as others count it; never sent */

	if (job->req != NULL)
		evhttp_request_free(job->req);
	tell_finished(job, CLIENT_LEFT, job->streamed);
	ecs_http_job_free(job);
}

/* No worker has the job any more. */
static void
finish(struct job *job)
{
	if (job->conn == NULL) {
		give_up(job);
	} else if (job->busy) {
		refuse_busy(job);
	} else if (job->stream.begun) {
		ecs_http_stream_pump(job, true);
		tell_finished(job, job->reply.status, job->streamed);
		ecs_http_job_free(job);
	} else {
		send_whole(job);
		ecs_http_job_free(job);
	}
}

void
ecs_http_exchange_back(struct ecs_http *http)
{
	struct job *job;
	bool finished;

	while ((job = ecs_http_outbox_take(http, &finished)) != NULL) {
		if (finished)
			finish(job);
		else
			ecs_http_stream_pump(job, false);
	}
}

void
ecs_http_exchange_expire(struct ecs_http *http, int64_t now)
{
	struct job *job;
	int i;

	for (i = 0; i < http->nlanes; i++) {
		while ((job = ecs_http_lane_expired(&http->lanes[i], now)) !=
		    NULL) {
			job->busy = true;
			finish(job);
		}
	}
}

static void
leftover(struct job *job)
{
	if (job->conn != NULL)
		job->conn->job = NULL;
	else if (job->req != NULL)
		evhttp_request_free(job->req);
	ecs_http_job_free(job);
}

void
ecs_http_exchange_leftovers(struct ecs_http *http)
{
	struct job *job;
	bool finished;
	int i;

	for (i = 0; i < http->nlanes; i++)
		while ((job = ecs_http_lane_expired(
			    &http->lanes[i], INT64_MAX)) != NULL)
			leftover(job);
	while ((job = ecs_http_outbox_take(http, &finished)) != NULL)
		leftover(job);
}

/* ---- the way there ---- */

static bool
asks_to_close(const struct job *job)
{
	const char *at = ecs_request_header(&job->request, "Connection");

	while (at != NULL && *at != '\0') {
		size_t len;

		at += strspn(at, ", \t");
		len = strcspn(at, ", \t");
		if (len == 5 && strncasecmp(at, "close", 5) == 0)
			return true;
		at += len;
	}
	return false;
}

static bool
choose_lane(struct job *job, struct ecs_err *err)
{
	struct ecs_http *http = job->http;
	size_t limit = http->limits.body_bytes;
	int lane = 0;

	if (http->handlers.lane != NULL)
		lane = http->handlers.lane(
		    http->handlers.user, &job->request, &limit);
	job->lane = lane >= 0 && lane < http->nlanes ? lane : 0;
	if (job->request.body_len <= limit)
		return true;
	job->reply.close = true;
	return ecs_err_set(
	    err, 413, "too_large", "The body is larger than %zu bytes.", limit);
}

/* Fill the job; false and err when it is not to be run. */
static bool
take_in(struct job *job, struct ecs_err *err)
{
	struct ecs_http *http = job->http;
	const struct ecs_strict *strict = &job->conn->strict;

	if (!ecs_http_job_read(job, job->req, strict, err))
		return false;
	job->reply.close = asks_to_close(job);
	if (!ecs_http_job_body(job, job->req, err))
		return false;
	if (strict->codings == 0 && strict->length != job->request.body_len) {
		job->reply.close = true;
		return ecs_err_set(err, 400, "bad_request",
		    "The body is not as long as Content-Length says.");
	}
	if (http->draining)
		return ecs_err_set(
		    err, 503, "draining", "The server is shutting down.");
	return choose_lane(job, err);
}

/* Out of memory, so early that not even a refusal can be made. */
static void
answer_bare(struct evhttp_request *req)
{
	evhttp_add_header(
	    evhttp_request_get_output_headers(req), "Connection", "close");
	evhttp_send_reply(req, 503, ecs_http_reason(503), NULL);
}

/* The library has a whole request, and is deaf until it is answered. */
void
ecs_http_exchange(struct evhttp_request *req, void *arg)
{
	struct entrance *entrance = arg;
	struct ecs_http *http = entrance->http;
	struct evhttp_connection *evcon = evhttp_request_get_connection(req);
	struct conn *conn = ecs_http_conn_of(http, evcon);
	struct ecs_err err = {0};
	struct job *job;

	/* An absolute address does not make us a proxy. */
	req->flags &= ~EVHTTP_PROXY_REQUEST;
	job = conn == NULL ? NULL : ecs_http_job_new(http);
	if (job == NULL) {
		answer_bare(req);
		return;
	}
	atomic_fetch_add(&http->counters.requests, 1);
	http->unsent++;
	conn->counted = true;
	conn->job = job;
	ecs_http_conn_busy(conn, evcon);
	evhttp_request_set_on_complete_cb(req, on_complete, conn);
	job->req = req;
	job->conn = conn;
	job->lane = -1;
	job->request.admin = conn->admin;
	memcpy(job->request.peer, conn->address, sizeof(job->request.peer));
	if (!take_in(job, &err))
		refuse(job, &err);
	else if (!ecs_http_lane_push(&http->lanes[job->lane], job))
		refuse_busy(job);
}
