/* SPDX-License-Identifier: ISC */
/*
 * serve - the server and the raw client of the tests.
 */
#include "config.h" /* _GNU_SOURCE */

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "serve.h"

void
nap(int ms)
{
	struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000};

	nanosleep(&time, NULL);
}

bool
reaches(atomic_int *counter, int value)
{
	int i;

	for (i = 0; i < 200 && atomic_load(counter) != value; i++)
		nap(10);
	return atomic_load(counter) == value;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
size_t
resident(void)
{
	return 0;
}
#else
size_t
resident(void)
{
	unsigned long total = 0;
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%lu %lu", &total, &pages), 2);
	fclose(file);
	return pages * (size_t)sysconf(_SC_PAGESIZE) / 1024;
}
#endif

/* ---- the handlers ---- */

static int
number(const struct ecs_request *request)
{
	return request->nsegments > 1 ? atoi(request->segments[1]) : 0;
}

static bool
is(const struct ecs_request *request, const char *name)
{
	return request->nsegments > 0 &&
	    strcmp(request->segments[0], name) == 0;
}

static void
echo(const struct ecs_request *request, struct ecs_reply *reply)
{
	struct ecs_buf *body = ecs_reply_body(reply);
	const char *x = ecs_request_header(request, "x-test");
	int i;

	ecs_buf_printf(body, "%s", ecs_method_name(request->method));
	for (i = 0; i < request->nsegments; i++)
		ecs_buf_printf(body, " <%s>", request->segments[i]);
	for (i = 0; i < request->nparams; i++)
		ecs_buf_printf(body, " %s=%s", request->params[i].name,
		    request->params[i].value);
	ecs_buf_printf(body, " [%s]", request->body);
	if (x != NULL)
		ecs_buf_printf(body, " x=%s", x);
	if (request->admin)
		ecs_buf_puts(body, " admin");
}

static void
fill(struct ecs_buf *body, int size)
{
	static const char block[1024] = {'z'};

	for (; size > 0; size -= (int)sizeof(block))
		ecs_buf_add(body, block,
		    size < (int)sizeof(block) ? (size_t)size : sizeof(block));
}

static void
wait_for(struct server *server, const struct ecs_request *request,
    struct ecs_reply *reply)
{
	int left = number(request);

	for (; left > 0 && !ecs_request_cancelled(request); left -= 5)
		nap(5);
	if (ecs_request_cancelled(request))
		atomic_fetch_add(&server->cancelled, 1);
	ecs_buf_puts(ecs_reply_body(reply), "waited");
}

static void
stream(struct server *server, const struct ecs_request *request,
    struct ecs_reply *reply)
{
	static char piece[16384];
	int left = number(request);
	bool ok;

	ecs_reply_header(reply, "Content-Type", "application/x-ndjson");
	ok = ecs_reply_stream(reply);
	for (; ok && left > 0; left -= (int)sizeof(piece))
		ok = ecs_reply_piece(reply, piece,
		    left < (int)sizeof(piece) ? (size_t)left : sizeof(piece));
	if (!ok && request->method != ECS_HEAD)
		atomic_fetch_add(&server->cancelled, 1);
	if (is(request, "cut"))
		ecs_reply_abort(reply);
}

static void
set_headers(struct ecs_reply *reply)
{
	static const char *const pairs[][2] = {{"X-Good", "a\tb"},
	    {"X-Bad", "a\r\nInjected: 1"}, {"X Bad", "a"},
	    {"Content-Length", "5"}, {"Connection", "upgrade"}, {"", "a"}};
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		ecs_buf_printf(ecs_reply_body(reply), "%d",
		    ecs_reply_header(reply, pairs[i][0], pairs[i][1]));
}

static void
handle(void *user, void *worker, const struct ecs_request *request,
    struct ecs_reply *reply)
{
	struct server *server = user;

	assert_ptr_equal(worker, server);
	atomic_fetch_add(&server->handled, 1);
	if (is(request, "echo"))
		echo(request, reply);
	else if (is(request, "big"))
		fill(ecs_reply_body(reply), number(request));
	else if (is(request, "wait") || is(request, "narrow"))
		wait_for(server, request, reply);
	else if (is(request, "stream") || is(request, "cut"))
		stream(server, request, reply);
	else if (is(request, "status"))
		ecs_reply_status(reply, number(request));
	else if (is(request, "header"))
		set_headers(reply);
	else
		ecs_reply_status(reply, 404);
}

static void
refuse(void *user, const struct ecs_request *request, const struct ecs_err *err,
    struct ecs_reply *reply)
{
	(void)user;
	(void)request;
	ecs_reply_header(reply, "Content-Type", "application/problem+json");
	ecs_buf_printf(ecs_reply_body(reply), "{\"code\":\"%s\"}", err->code);
}

static int
choose_lane(void *user, const struct ecs_request *request, size_t *limit)
{
	(void)user;
	if (is(request, "echo") && request->nsegments > 1 &&
	    strcmp(request->segments[1], "small") == 0)
		*limit = 10;
	return is(request, "narrow") ? 1 : is(request, "stream") ? 2 : -1;
}

static void *
worker_start(void *user, int lane, struct ecs_err *err)
{
	struct server *server = user;

	(void)lane;
	(void)err;
	atomic_fetch_add(&server->workers, 1);
	return server;
}

static void
worker_stop(void *user, void *worker)
{
	struct server *server = user;

	assert_ptr_equal(worker, server);
	atomic_fetch_sub(&server->workers, 1);
}

static void
finished(void *user, const struct ecs_request *request, int lane, int status,
    int64_t micros, size_t bytes)
{
	struct server *server = user;

	(void)request;
	(void)bytes;
	assert_true(lane >= -1 && lane < 3 && micros >= 0);
	assert_true(status >= 200 && status < 600);
	atomic_fetch_add(&server->finished, 1);
}

static void
reload(void *user)
{
	struct server *server = user;

	atomic_fetch_add(&server->reloaded, 1);
}

/* ---- the server ---- */

struct ecs_http_limits
serve_limits(void)
{
	struct ecs_http_limits limits = {.header_bytes = 2048,
	    .body_bytes = 4096,
	    .connections = 200,
	    .connections_per_peer = 200,
	    .requests_per_connection = 1000,
	    .header_seconds = 5,
	    .write_seconds = 5,
	    .idle_seconds = 5,
	    .drain_seconds = 2};

	return limits;
}

void
serve_open(struct server *server, const struct ecs_http_limits *limits,
    const char *where, bool admin)
{
	static const struct ecs_lane lanes[] = {{"plain", 3, 64, 2000000},
	    {"narrow", 1, 2, 600000}, {"stream", 2, 8, 2000000}};
	struct ecs_http_handlers handlers = {.user = server,
	    .lane = choose_lane,
	    .worker_start = worker_start,
	    .worker_stop = worker_stop,
	    .handle = handle,
	    .refuse = refuse,
	    .finished = finished,
	    .reload = reload};

	memset(server, 0, sizeof(*server));
	server->http = ecs_http_new(lanes, 3, limits, &handlers, &server->err);
	assert_non_null(server->http);
	if (!ecs_http_listen(server->http, where, admin, server->address,
		sizeof(server->address), &server->err))
		fail_msg("%s", server->err.text);
	if (strrchr(server->address, ':') != NULL)
		server->port = atoi(strrchr(server->address, ':') + 1);
}

void
serve_run(struct server *server)
{
	server->ok = ecs_http_run(server->http, &server->err);
}

static void *
run(void *arg)
{
	serve_run(arg);
	return NULL;
}

void
serve_start_at(struct server *server, const struct ecs_http_limits *limits,
    const char *where, bool admin)
{
	serve_open(server, limits, where, admin);
	assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
	assert_true(reaches(&server->workers, 6));
}

void
serve_start(struct server *server, const struct ecs_http_limits *limits)
{
	serve_start_at(server, limits, "127.0.0.1:0", false);
}

void
serve_stop(struct server *server)
{
	ecs_http_stop(server->http);
	pthread_join(server->thread, NULL);
	if (!server->ok)
		fail_msg("%s", server->err.text);
	ecs_http_free(server->http);
	assert_int_equal(atomic_load(&server->workers), 0);
}

/* ---- the client ---- */

int
dial(const struct server *server)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	bool local = strncmp(server->address, "unix:", 5) == 0;
	int fd = socket(local ? AF_UNIX : AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return -1;
	in.sin_port = htons((uint16_t)server->port);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	snprintf(
	    un.sun_path, sizeof(un.sun_path), "%.100s", server->address + 5);
	if (connect(fd, local ? (struct sockaddr *)&un : (struct sockaddr *)&in,
		local ? sizeof(un) : sizeof(in)) == 0)
		return fd;
	close(fd);
	return -1;
}

void
say_bytes(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

		if (n <= 0)
			return; /* the other end has had enough */
		at += n;
		len -= (size_t)n;
	}
}

void
say(int fd, const char *text)
{
	say_bytes(fd, text, strlen(text));
}

static ssize_t
receive(int fd, void *data, size_t len)
{
	struct pollfd look = {.fd = fd, .events = POLLIN};

	if (poll(&look, 1, 3000) <= 0)
		return -1;
	return recv(fd, data, len, 0);
}

/* A byte at a time, so that nothing of the next answer is taken. */
static bool
hear_head(int fd, struct answer *answer)
{
	size_t len = 0;

	memset(answer, 0, sizeof(*answer));
	while (len + 1 < sizeof(answer->head)) {
		if (receive(fd, answer->head + len, 1) != 1)
			return false;
		answer->head[++len] = '\0';
		if (len >= 4 && strcmp(answer->head + len - 4, "\r\n\r\n") == 0)
			break;
	}
	return sscanf(answer->head, "HTTP/1.%*d %d", &answer->status) == 1;
}

static bool
hear_bytes(int fd, struct answer *answer, size_t want)
{
	char *grown = realloc(answer->body, answer->len + want + 1);

	assert_non_null(grown);
	answer->body = grown;
	while (want > 0) {
		ssize_t n = receive(fd, answer->body + answer->len, want);

		if (n <= 0)
			return false;
		answer->len += (size_t)n;
		want -= (size_t)n;
	}
	answer->body[answer->len] = '\0';
	return true;
}

static bool
hear_chunks(int fd, struct answer *answer)
{
	for (;;) {
		char line[32] = "";
		size_t len = 0;
		unsigned long size;

		while (len < 30 && (len == 0 || line[len - 1] != '\n'))
			if (receive(fd, line + len++, 1) != 1)
				return false;
		size = strtoul(line, NULL, 16);
		if (!hear_bytes(fd, answer, size + 2))
			return false;
		answer->len -= 2;
		if (size == 0)
			return true;
	}
}

bool
hear_head_only(int fd, struct answer *answer)
{
	return hear_head(fd, answer);
}

bool
hear(int fd, struct answer *answer)
{
	const char *length;

	if (!hear_head(fd, answer))
		return false;
	if (strcasestr(answer->head, "\nTransfer-Encoding: chunked") != NULL)
		return hear_chunks(fd, answer);
	length = strcasestr(answer->head, "\nContent-Length:");
	return hear_bytes(
	    fd, answer, length == NULL ? 0 : (size_t)atol(length + 16));
}

void
answer_fini(struct answer *answer)
{
	free(answer->body);
	answer->body = NULL;
}

bool
closes(int fd, int ms)
{
	struct pollfd look = {.fd = fd, .events = POLLIN};
	char byte;

	return poll(&look, 1, ms) > 0 && recv(fd, &byte, 1, 0) <= 0;
}

int
ask(const struct server *server, const char *request, struct answer *out)
{
	struct answer answer;
	int fd = dial(server);
	int status = 0;

	assert_true(fd >= 0);
	say(fd, request);
	if (strncmp(request, "HEAD", 4) == 0 ? hear_head_only(fd, &answer)
					     : hear(fd, &answer))
		status = answer.status;
	answer.eof = strstr(answer.head, "Connection: close") != NULL &&
	    closes(fd, 1000);
	close(fd);
	if (out != NULL)
		*out = answer;
	else
		answer_fini(&answer);
	return status;
}

bool
comes_to(const struct server *server, const char *request, int status)
{
	int i;

	for (i = 0; i < 40; i++) {
		if (ask(server, request, NULL) == status)
			return true;
		nap(50);
	}
	return false;
}

bool
opens(const struct server *server, int n)
{
	struct ecs_http_stats stats;
	int i;

	for (i = 0; i < 60; i++) {
		ecs_http_stats(server->http, &stats);
		if (stats.open == n)
			return true;
		nap(50);
	}
	return false;
}
