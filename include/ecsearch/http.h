/* SPDX-License-Identifier: ISC */
#ifndef ECS_HTTP_H
#define ECS_HTTP_H
/*
 * The wire.  One I/O thread speaks HTTP/1.1 (libevent's evhttp, guarded and
 * checked strictly); handlers run on worker threads with copies of all they
 * need and fill a reply.  Nothing here knows what a search is.
 *
 * A lane is a group of workers with its own bounded queue, so that one kind of
 * work cannot starve another: searches, writes, long downloads.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/buf.h"

struct ecs_err;

/* ---- requests ---- */

enum ecs_method {
	ECS_GET,
	ECS_HEAD,
	ECS_POST,
	ECS_PUT,
	ECS_PATCH,
	ECS_DELETE,
	ECS_OPTIONS,
	ECS_OTHER_METHOD
};
const char *ecs_method_name(enum ecs_method method);

/* A decoded query parameter, in order of appearance; UTF-8 without NUL. */
struct ecs_param {
	const char *name;
	const char *value; /* "" for a bare name */
};

enum { ECS_MAX_PARAMS = 64, ECS_MAX_SEGMENTS = 16 };

struct ecs_request {
	enum ecs_method method;
	/*
	 * Segments of the path, split at / and then decoded once each.  Empty
	 * ones count: "/" is one, "/a/" is "a" and "".  "OPTIONS *" has none.
	 */
	const char *segments[ECS_MAX_SEGMENTS];
	int nsegments;
	const char *target; /* path and query as sent */
	struct ecs_param params[ECS_MAX_PARAMS];
	int nparams;
	const char *body; /* NUL-terminated besides; never NULL */
	size_t body_len;
	char peer[64];   /* numeric address; for limits only, never logged */
	bool admin;      /* came in by the admin listener */
	int64_t arrived; /* monotonic microseconds */
};

/*
 * A header of the request by name (any case), or NULL.  Repeated: the first.
 * Only for a request that a handler was given, not for one made elsewhere.
 */
const char *
ecs_request_header(const struct ecs_request *request, const char *name);
/* True once the client has gone away or the server is shutting down. */
bool ecs_request_cancelled(const struct ecs_request *request);

/* ---- replies ---- */

struct ecs_reply;

void ecs_reply_status(struct ecs_reply *reply, int status);
/*
 * Add a header.  A name or value that could break the message (controls, CR,
 * LF) is refused: false; so is what frames the message (Content-Length,
 * Transfer-Encoding, Connection, Date ...), which is not a handler's to say.
 * A 429 or 503 without Retry-After gets "1".
 */
bool
ecs_reply_header(struct ecs_reply *reply, const char *name, const char *value);
/* The value of a header that was added (the last), or NULL. */
const char *ecs_reply_told(const struct ecs_reply *reply, const char *name);
/* The body; what it holds when the handler returns is sent. */
struct ecs_buf *ecs_reply_body(struct ecs_reply *reply);
/* Close the connection after this reply. */
void ecs_reply_close(struct ecs_reply *reply);

/*
 * Send the head now and the body in pieces (chunked).  Each piece waits until
 * no more than 256 kB lie unsent; false once the client is gone, when the
 * handler should just return.  False at once for HEAD, which has no body.
 * Status and headers are set before; a body is forgotten.  Use it only in a
 * lane made for it.
 */
bool ecs_reply_stream(struct ecs_reply *reply);
bool ecs_reply_piece(struct ecs_reply *reply, const void *data, size_t len);
/*
 * After a stream began there is no status left to tell a failure with: cut the
 * connection so that the client sees a broken message, not a short one.
 */
void ecs_reply_abort(struct ecs_reply *reply);

/* ---- the server ---- */

enum { ECS_MAX_LANES = 4 };

struct ecs_lane {
	const char *name; /* for metrics */
	int workers;
	int queue;           /* jobs waiting at most; over it: busy_status */
	int64_t patience_us; /* a job waiting longer is answered busy_status */
};

struct ecs_http_limits {
	size_t header_bytes; /* request line and headers: 8192 */
	size_t body_bytes;   /* 64 kB public, 16 MB where writing is served */
	int connections;     /* in all: 4096 */
	int connections_per_peer;    /* 256 */
	int requests_per_connection; /* then Connection: close; 10000 */
	/*
	 * First byte to last of a request: 10.  Each 64 kB that came in earn
	 * one second more, so that an upload may be slow but never a drip.
	 */
	int header_seconds;
	int write_seconds; /* reply handed over to fully sent: 30 */
	int idle_seconds;  /* kept alive without a request: 30 */
	int drain_seconds; /* SIGTERM to the end: 10 */
};

struct ecs_http_handlers {
	void *user;
	/*
	 * On the I/O thread, so quick: which lane a request goes to, and
	 * whether its body may be as large as this (else 413).  Returning -1
	 * means lane 0.  NULL: all go to lane 0.
	 */
	int (*lane)(
	    void *user, const struct ecs_request *request, size_t *body_limit);
	/*
	 * What one worker keeps for its life; called on the worker's thread.
	 * An err that is set ends ecs_http_run.  NULL: nothing is kept.
	 */
	void *(*worker_start)(void *user, int lane, struct ecs_err *err);
	void (*worker_stop)(void *user, void *worker);
	/* Answer a request, on a worker. */
	void (*handle)(void *user, void *worker,
	    const struct ecs_request *request, struct ecs_reply *reply);
	/*
	 * Answer what never reaches a worker (400 malformed, 413, 429 too many,
	 * 503 busy or draining ...), on the I/O thread; request may be half
	 * filled.  The reply has err's status; it cannot be streamed.
	 */
	void (*refuse)(void *user, const struct ecs_request *request,
	    const struct ecs_err *err, struct ecs_reply *reply);
	/*
	 * After each reply was handed over, on the I/O thread: for metrics; may
	 * be NULL.  lane is -1 for what never got to one; status is 499 when
	 * the client left first.
	 */
	void (*finished)(void *user, const struct ecs_request *request,
	    int lane, int status, int64_t micros, size_t bytes);
	/* SIGHUP arrived, on the I/O thread; may be NULL. */
	void (*reload)(void *user);
};

struct ecs_http;

/* lanes, limits and handlers are copied.  NULL and err on failure. */
struct ecs_http *ecs_http_new(const struct ecs_lane *lanes, int nlanes,
    const struct ecs_http_limits *limits,
    const struct ecs_http_handlers *handlers, struct ecs_err *err);
/*
 * Listen on "HOST:PORT", "[V6]:PORT" or "unix:/path".  port 0 takes a free one.
 * address (may be NULL, at least 80 bytes) gets what was bound.
 */
bool ecs_http_listen(struct ecs_http *http, const char *where, bool admin,
    char *address, size_t size, struct ecs_err *err);
/* Listen on a socket that is already open (systemd's socket activation). */
bool
ecs_http_adopt(struct ecs_http *http, int fd, bool admin, struct ecs_err *err);
/* Start the workers and serve until SIGTERM, SIGINT or ecs_http_stop, then
 * drain: accept no more, finish what was begun.  A second signal ends at once.
 */
bool ecs_http_run(struct ecs_http *http, struct ecs_err *err);
/* Ask the loop to drain; any thread, also a signal handler. */
void ecs_http_stop(struct ecs_http *http);
void ecs_http_free(struct ecs_http *http); /* NULL is allowed */

/* What /metrics tells of the wire; any thread. */
struct ecs_http_stats {
	uint64_t accepted;
	uint64_t refused; /* connections over a cap */
	uint64_t requests;
	uint64_t shed;      /* answered busy */
	uint64_t timed_out; /* connections cut by a deadline */
	int open;           /* connections now */
	int queued[ECS_MAX_LANES];
	int running[ECS_MAX_LANES];
	int64_t oldest_us[ECS_MAX_LANES]; /* age of the oldest running job */
};
void ecs_http_stats(struct ecs_http *http, struct ecs_http_stats *stats);

/* ---- pieces used on their own, and fuzzed ---- */

/*
 * Split and decode a query string ("a=1&b=%20"): + is a space, empty pieces are
 * skipped, order kept.  Wrong escapes, NUL, invalid UTF-8 and more than
 * ECS_MAX_PARAMS are a 400 that names the parameter.  The strings live in
 * storage, which must have len + ECS_MAX_PARAMS * 2 + 1 bytes.
 */
bool ecs_query_string_parse(const char *query, size_t len, char *storage,
    struct ecs_param *params, int *nparams, struct ecs_err *err);
#endif
