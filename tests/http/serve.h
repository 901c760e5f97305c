/* SPDX-License-Identifier: ISC */
#ifndef TESTS_HTTP_SERVE_H
#define TESTS_HTTP_SERVE_H
/*
 * A server for the tests, on a thread of the test, and a client that writes
 * raw bytes.  What the server does is said in the path:
 *
 *	/echo		what it understood of the request, as text
 *	/big/N		N bytes
 *	/wait/MS	an answer after MS milliseconds or once cancelled
 *	/stream/N	N bytes in pieces
 *	/cut/N		N bytes in pieces, then an abort
 *	/status/N	an answer with that status
 *	/header		an answer with headers that it tried to set
 * Lane 1 (one worker, queue of 2, patience 600 ms) serves /narrow/MS.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "ecsearch/err.h"
#include "ecsearch/http.h"

struct server {
	struct ecs_http *http;
	pthread_t thread;
	char address[108];
	int port;
	bool ok; /* what ecs_http_run returned */
	struct ecs_err err;
	atomic_int cancelled; /* handlers that saw the client leave */
	atomic_int handled;
	atomic_int finished;
	atomic_int reloaded;
	atomic_int workers; /* started and not stopped */
};

struct answer {
	int status;
	char head[8192];
	char *body;
	size_t len;
	bool eof; /* the connection was closed after it */
};

struct ecs_http_limits serve_limits(void);
void serve_start(struct server *server, const struct ecs_http_limits *limits);
/* The same on "unix:..." or any other address, admin or not. */
void serve_start_at(struct server *server, const struct ecs_http_limits *limits,
    const char *where, bool admin);
void serve_run(struct server *server); /* on this thread */
void serve_open(struct server *server, const struct ecs_http_limits *limits,
    const char *where, bool admin);
void serve_stop(struct server *server); /* drain, join, free */

int dial(const struct server *server);
void say(int fd, const char *text);
void say_bytes(int fd, const void *data, size_t len);
/* Read one answer; false on EOF, reset or after 3 seconds without a byte. */
bool hear(int fd, struct answer *answer);
bool hear_head_only(int fd, struct answer *answer);
void answer_fini(struct answer *answer);
/* True if the other end closes within ms without a byte more. */
bool closes(int fd, int ms);
/* One request on its own connection; the status, 0 for none. */
int ask(const struct server *server, const char *request, struct answer *out);
void nap(int ms);
/* Ask until the status comes, for two seconds at most. */
bool comes_to(const struct server *server, const char *request, int status);
/* Wait up to three seconds for so many open connections. */
bool opens(const struct server *server, int n);
/* Wait up to two seconds for a counter to reach a value. */
bool reaches(atomic_int *counter, int value);
/*
 * Kilobytes of this process.  Always 0 under a sanitizer, which holds on to
 * what was freed.
 */
size_t resident(void);
#endif
