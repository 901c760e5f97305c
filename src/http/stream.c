/* SPDX-License-Identifier: ISC */
/*
 * stream - a reply sent in pieces, at the pace of who reads it.
 *
 * The worker puts pieces by and waits while too much lies unsent; the I/O
 * thread takes them and says when they were written.  They meet in struct
 * stream, under its lock.
 */
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>

#include "wire.h"

void
ecs_http_stream_init(struct stream *stream)
{
	pthread_mutex_init(&stream->lock, NULL);
	pthread_cond_init(&stream->room, NULL);
}

void
ecs_http_stream_fini(struct stream *stream)
{
	ecs_buf_fini(&stream->pending);
	pthread_cond_destroy(&stream->room);
	pthread_mutex_destroy(&stream->lock);
}

/* ---- the worker's half ---- */

bool
ecs_reply_stream(struct ecs_reply *reply)
{
	struct job *job = reply->job;
	bool gone;

	if (reply->refusal)
		return false;
	pthread_mutex_lock(&job->stream.lock);
	job->stream.begun = true;
	gone = job->stream.gone;
	pthread_mutex_unlock(&job->stream.lock);
	ecs_buf_reset(&reply->body);
	if (gone || job->request.method == ECS_HEAD)
		return false; /* HEAD: the head is all there is to send */
	ecs_http_outbox_put(job->http, job, false);
	return true;
}

bool
ecs_reply_piece(struct ecs_reply *reply, const void *data, size_t len)
{
	struct job *job = reply->job;
	struct stream *stream = &job->stream;
	bool ok;

	pthread_mutex_lock(&stream->lock);
	while (!stream->gone && stream->unsent > ECS_HTTP_UNSENT)
		pthread_cond_wait(&stream->room, &stream->lock);
	if (!stream->gone) {
		ecs_buf_add(&stream->pending, data, len);
		stream->unsent += len;
	}
	/* Short of memory, a piece is missing: never end it as if whole. */
	stream->aborted |= stream->pending.failed;
	ok = !stream->gone && !stream->aborted;
	pthread_mutex_unlock(&stream->lock);
	if (ok && len > 0)
		ecs_http_outbox_put(job->http, job, false);
	return ok;
}

void
ecs_reply_abort(struct ecs_reply *reply)
{
	struct stream *stream = &reply->job->stream;

	pthread_mutex_lock(&stream->lock);
	stream->aborted = true;
	pthread_mutex_unlock(&stream->lock);
}

/* ---- the I/O thread's half ---- */

void
ecs_http_stream_gone(struct job *job)
{
	atomic_store(&job->cancelled, true);
	pthread_mutex_lock(&job->stream.lock);
	job->stream.gone = true;
	pthread_cond_broadcast(&job->stream.room);
	pthread_mutex_unlock(&job->stream.lock);
}

/* All that was taken is with the kernel now. */
static void
on_drained(struct evhttp_connection *evcon, void *arg)
{
	struct job *job = arg;
	struct stream *stream = &job->stream;

	(void)evcon;
	if (job->conn != NULL)
		job->conn->since = ecs_http_now();
	pthread_mutex_lock(&stream->lock);
	stream->unsent = stream->pending.len;
	pthread_cond_signal(&stream->room);
	pthread_mutex_unlock(&stream->lock);
}

static void
free_piece(const void *data, size_t len, void *arg)
{
	(void)len;
	(void)arg;
	free((void *)(uintptr_t)data);
}

/* What the worker has put by since the last time; NULL for nothing. */
static struct evbuffer *
take_pending(struct job *job, bool *aborted)
{
	struct stream *stream = &job->stream;
	struct evbuffer *buffer = NULL;
	size_t len = 0;
	char *data = NULL;

	pthread_mutex_lock(&stream->lock);
	if (stream->pending.len > 0)
		data = ecs_buf_take(&stream->pending, &len);
	*aborted = stream->aborted;
	pthread_mutex_unlock(&stream->lock);
	if (data == NULL)
		return NULL;
	job->streamed += len;
	buffer = evbuffer_new();
	if (buffer == NULL ||
	    evbuffer_add_reference(buffer, data, len, free_piece, NULL) != 0) {
		free(data);
		if (buffer != NULL)
			evbuffer_free(buffer);
		buffer = NULL;
		*aborted = true;
	}
	return buffer;
}

static void
send_head(struct job *job)
{
	int status = job->reply.status;

	ecs_http_reply_head(job);
	evhttp_send_reply_start(job->req, status, ecs_http_reason(status));
	ecs_http_conn_writing(job->conn);
	job->head_sent = true;
}

static void
send_piece(struct job *job, struct evbuffer *piece)
{
	struct evbuffer *output = bufferevent_get_output(job->conn->bev);

	if (evbuffer_get_length(output) == 0)
		job->conn->since = ecs_http_now();
	evhttp_send_reply_chunk_with_cb(job->req, piece, on_drained, job);
	bufferevent_disable(job->conn->bev, EV_READ);
}

/* The connection may be gone when this returns. */
static void
send_end(struct job *job)
{
	struct conn *conn = job->conn;
	bool chunked = !job->old && job->request.method != ECS_HEAD;

	conn->job = NULL;
	evhttp_send_reply_end(job->req);
	job->req = NULL;
	job->conn = NULL;
	if (chunked) /* else it may have been written, and closed, at once */
		bufferevent_disable(conn->bev, EV_READ);
}

void
ecs_http_stream_pump(struct job *job, bool finished)
{
	struct evbuffer *piece;
	bool aborted;

	if (job->conn == NULL)
		return;
	piece = take_pending(job, &aborted);
	if (!job->head_sent && !aborted)
		send_head(job);
	if (piece != NULL && !aborted)
		send_piece(job, piece);
	if (piece != NULL)
		evbuffer_free(piece);
	if (aborted)
		ecs_http_conn_reset(job->conn);
	else if (finished)
		send_end(job);
}
