/* SPDX-License-Identifier: ISC */
#ifndef ECS_HTTP_WIRE_H
#define ECS_HTTP_WIRE_H
/*
 * What the files of this room share.  Three things live here:
 *
 *	conn	a connection, known to the I/O thread only
 *	job	a request with copies of all it needs, and its reply; it goes
 *		from the I/O thread to a worker and back
 *	lane	a bounded queue of jobs and the workers that empty it
 *
 * A worker never touches a conn or anything of the library's.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>

/* Short of memory, adding to a table must fail and not end the process. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "ecsearch/arena.h"
#include "ecsearch/err.h"
#include "ecsearch/http.h"

#include "strict.h"

enum {
	ECS_HTTP_LISTENERS = 8,
	ECS_HTTP_UNSENT = 256 * 1024, /* of a stream, before it must wait */
	ECS_HTTP_HELD = 128 << 20,    /* bytes of all bodies in memory */
	PUBLIC_CHUNKED = 64 * 1024 /* of a body in chunks, where anyone asks */
};

/* ---- jobs ---- */

struct ecs_http_header {
	struct ecs_http_header *next;
	const char *name;
	const char *value;
};

struct ecs_reply {
	int status;
	bool close;
	bool refusal; /* filled on the I/O thread: no stream */
	struct ecs_http_header *headers;
	struct ecs_http_header **last;
	struct ecs_buf body;
	struct job *job;
};

/* How a streaming worker and the I/O thread meet; under lock. */
struct stream {
	pthread_mutex_t lock;
	pthread_cond_t room;
	struct ecs_buf pending; /* not yet taken by the I/O thread */
	size_t unsent;          /* pending, and taken but not written */
	bool begun;             /* the worker chose to stream */
	bool gone;              /* nobody reads any more */
	bool aborted;
};

struct job {
	struct ecs_request request; /* first: a request is found in its job */
	struct ecs_reply reply;
	struct ecs_http *http;
	struct ecs_arena *arena;
	struct ecs_http_header *headers; /* of the request */
	char *body;
	atomic_bool cancelled;
	bool old;  /* HTTP/1.0 */
	bool busy; /* answer it busy: it was not run */
	int lane;
	int64_t queued_at;
	struct stream stream;
	struct job *next; /* in a lane's queue or in the outbox; its lock */
	bool in_outbox;   /* the outbox's lock */
	bool finished;    /* the outbox's lock; no worker has it any more */
	/* the I/O thread's only */
	struct evhttp_request *req; /* NULL once it is not ours to answer */
	struct conn *conn;          /* NULL once the client is gone */
	bool head_sent;
	size_t streamed;
};

/* request.c */
struct job *ecs_http_job_new(struct ecs_http *http);
/* Copy what the request holds; false and err with what to answer. */
bool ecs_http_job_read(struct job *job, struct evhttp_request *req,
    const struct ecs_strict *strict, struct ecs_err *err);
/* Move the body out of the library's buffer. */
bool ecs_http_job_body(
    struct job *job, struct evhttp_request *req, struct ecs_err *err);
void ecs_http_job_free(struct job *job);

/* ---- lanes ---- */

struct worker {
	struct lane *lane;
	pthread_t thread;
	bool running;
	int64_t busy_since; /* 0 when idle; the lane's lock */
};

struct lane {
	struct ecs_http *http;
	struct ecs_lane conf;
	int number;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct job *head;
	struct job **tail;
	int queued;
	int running;
	int ready; /* workers that have started */
	bool stop;
	struct ecs_err err; /* why a worker could not start */
	struct worker *workers;
};

/* Jobs on their way back to the I/O thread. */
struct outbox {
	pthread_mutex_t lock;
	struct job *head;
	struct job **tail;
	int fd; /* eventfd, written when the first job is put in */
};

/* lanes.c */
bool ecs_http_lanes_init(struct ecs_http *http, const struct ecs_lane *lanes,
    int nlanes, struct ecs_err *err);
bool ecs_http_lanes_start(struct ecs_http *http, struct ecs_err *err);
/* Tell the workers to end and wait for them; false if one is stuck. */
bool ecs_http_lanes_stop(struct ecs_http *http);
void ecs_http_lanes_fini(struct ecs_http *http);
/* False when the queue is full. */
bool ecs_http_lane_push(struct lane *lane, struct job *job);
/* The next job that waited longer than the lane is patient, or NULL. */
struct job *ecs_http_lane_expired(struct lane *lane, int64_t now);
/* Hand a job to the I/O thread; finished means: for good. */
void ecs_http_outbox_put(struct ecs_http *http, struct job *job, bool finished);
struct job *ecs_http_outbox_take(struct ecs_http *http, bool *finished);

/* ---- connections ---- */

enum phase {
	PHASE_IDLE,   /* nothing of a request has come */
	PHASE_READ,   /* a request is coming in */
	PHASE_BUSY,   /* a job has it */
	PHASE_WRITE,  /* a reply is going out */
	PHASE_REFUSED /* answered beside the library; whatever comes is dropped
		       */
};

struct peer {
	char name[64];
	int connections;
	UT_hash_handle hh;
};

struct conn {
	struct ecs_http *http;
	bool admin;
	bool watched; /* the library will tell us when it closes */
	bool counted; /* a request of it is in http->unsent */
	bool last;    /* closes after the reply in hand */
	int fd;
	uint64_t socket; /* is fd still ours? */
	struct bufferevent *bev;
	struct peer *peer; /* NULL for a local socket */
	char address[64];
	enum phase phase;
	int64_t since;
	size_t received; /* bytes of the request that is coming in */
	size_t held;     /* bytes in the input buffer */
	size_t apart;    /* bytes of a body in chunks, wherever they are */
	size_t tail;     /* of these held, the line not yet checked */
	struct ecs_strict strict;
	struct ecs_chunks chunks;
	bool head_done;
	bool body_done; /* as far as it must be checked */
	int requests;
	struct job *job;
};

/* One kind of listener: public or admin. */
struct entrance {
	struct ecs_http *http;
	bool admin;
	struct evhttp *evhttp;
	struct ecs_strict_rules rules;
};

struct listener {
	struct ecs_http *http;
	struct evhttp *evhttp;
	struct evhttp_bound_socket *bound; /* NULL once closed */
	char path[108];                    /* to unlink; "" for none */
};

struct counters {
	atomic_uint_fast64_t accepted;
	atomic_uint_fast64_t refused;
	atomic_uint_fast64_t requests;
	atomic_uint_fast64_t shed;
	atomic_uint_fast64_t timed_out;
	atomic_int open;
};

struct newcomer {
	struct bufferevent *bev;
	struct entrance *entrance;
	struct newcomer *next;
};

struct ecs_http {
	struct ecs_http_limits limits;
	struct ecs_http_handlers handlers;
	struct event_base *base;
	struct entrance entrances[2]; /* public, admin */
	struct listener listeners[ECS_HTTP_LISTENERS];
	int nlisteners;
	struct lane lanes[ECS_MAX_LANES];
	int nlanes;
	struct outbox outbox;
	struct event *outbox_event;
	struct event *sweep_event;
	struct event *drain_event;
	struct event *signals[3];
	struct event *welcome_event;
	struct newcomer *newcomers;
	struct conn **conns; /* by file descriptor */
	int nconns;
	struct peer *peers;
	char *scratch; /* to check heads in */
	size_t scratch_size;
	size_t held; /* bytes of all bodies in memory */
	int unsent;  /* requests taken and not yet answered to the end */
	bool draining;
	bool ending; /* the loop is over: the library frees everything */
	bool stuck;  /* a worker did not come back: leak, do not free */
	atomic_int stop_asked;
	struct counters counters;
};

/* guard.c */
bool ecs_http_guard_init(struct ecs_http *http, struct ecs_err *err);
void ecs_http_guard_fini(struct ecs_http *http);
void ecs_http_guard_entrance(struct entrance *entrance);
struct conn *
ecs_http_conn_of(struct ecs_http *http, struct evhttp_connection *evcon);
/* A request was handed over by the library; it must be answered. */
void ecs_http_conn_busy(struct conn *conn, struct evhttp_connection *evcon);
void ecs_http_conn_writing(struct conn *conn);
/* The reply is written; the next request may be here already. */
void ecs_http_conn_idle(struct conn *conn);
/* Forget the connection if its socket is no longer the one it had. */
void ecs_http_conn_check(struct conn *conn);
/* Drop the connection so that its end cannot be taken for a proper one. */
void ecs_http_conn_reset(struct conn *conn);
void ecs_http_guard_drain(struct ecs_http *http);

/* deadline.c */
void ecs_http_sweep(struct ecs_http *http);

/* reply.c */
void ecs_http_reply_init(struct ecs_reply *reply, struct job *job);
void ecs_http_reply_fini(struct ecs_reply *reply);
const char *ecs_http_reason(int status);
bool ecs_http_reply_bodiless(int status);
/* Let the handlers fill the reply with a refusal. */
void ecs_http_reply_refuse(struct job *job, const struct ecs_err *err);
/* Send the whole reply; the job is the caller's still. */
void ecs_http_reply_send(struct job *job);
/* Put status, headers and closing into the library's request. */
void ecs_http_reply_head(struct job *job);
/* Answer without the library: the bytes go straight to the socket. */
void ecs_http_reply_raw(struct conn *conn, const struct ecs_err *err);

/* stream.c */
void ecs_http_stream_init(struct stream *stream);
void ecs_http_stream_fini(struct stream *stream);
/* The I/O thread's half: send what the worker has put by. */
void ecs_http_stream_pump(struct job *job, bool finished);
void ecs_http_stream_gone(struct job *job);

/* server.c */
/* When draining, end once nothing is left to answer. */
void ecs_http_maybe_end(struct ecs_http *http);

/* listen.c */
void ecs_http_listen_stop(struct ecs_http *http);
/* Accept again where accepting had to pause. */
void ecs_http_listen_again(struct ecs_http *http);

/* exchange.c */
void ecs_http_exchange(struct evhttp_request *req, void *arg);
void ecs_http_exchange_back(struct ecs_http *http);
void ecs_http_exchange_expire(struct ecs_http *http, int64_t now);
/* The connection of a job is closing. */
void ecs_http_exchange_drop(struct job *job);
/* Free every job that is still queued; no worker runs any more. */
void ecs_http_exchange_leftovers(struct ecs_http *http);
/* One request less to wait for when draining. */
void ecs_http_exchange_sent(struct conn *conn);

int64_t ecs_http_now(void);
#endif
