/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "serve.h"

#define HOST "Host: h\r\n"

static int
start(void **state)
{
	static struct server server;
	struct ecs_http_limits limits = serve_limits();

	serve_start(&server, &limits);
	*state = &server;
	return 0;
}

static int
stop(void **state)
{
	serve_stop(*state);
	return 0;
}

static void
expect(const struct server *server, const char *request, int status,
    const char *body)
{
	struct answer answer;
	int got = ask(server, request, &answer);

	if (got != status || (body != NULL && strcmp(answer.body, body) != 0))
		fail_msg("%s\n-> %d %s, not %d %s", request, got,
		    answer.body == NULL ? "" : answer.body, status, body);
	answer_fini(&answer);
}

static void
paths_are_split_before_they_are_decoded_and_once(void **state)
{
	static const struct {
		const char *target;
		const char *body;
	} rows[] = {{"/echo", "GET <echo> []"}, {"/echo/", "GET <echo> <> []"},
	    {"/echo//a", "GET <echo> <> <a> []"},
	    {"/echo/a%2Fb/c", "GET <echo> <a/b> <c> []"},
	    {"/echo/%2541", "GET <echo> <%41> []"},
	    {"/echo/../b", "GET <echo> <..> <b> []"},
	    {"/echo/a+b", "GET <echo> <a+b> []"},
	    {"/echo/\xC3\xA9", "GET <echo> <\xC3\xA9> []"},
	    {"/echo?q=a+b%20c&q=2", "GET <echo> q=a b c q=2 []"},
	    {"/echo?a=1&&b", "GET <echo> a=1 b= []"},
	    {"/echo/a:b", "GET <echo> <a:b> []"},
	    {"http://other/echo?q=1", "GET <echo> q=1 []"}};
	char request[256];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(request, sizeof(request),
		    "GET %s HTTP/1.1\r\n" HOST "\r\n", rows[i].target);
		expect(*state, request, 200, rows[i].body);
	}
}

#define CHUNKED \
	"POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"

/* Each of these is one refusal of ours, and the connection is closed. */
static const struct {
	const char *request;
	int status;
	const char *code;
} refused[] = {
    /* smuggling */
    {"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\n"
     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
	400, "bad_request"},
    {"POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
     "Content-Length: 4\r\n\r\n0\r\n\r\n",
	400, "bad_request"},
    {"POST /echo HTTP/1.0\r\n" HOST
     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	411, "length_required"},
    {"POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	411, "length_required"},
    {"POST /echo HTTP/1.1\r\n" HOST
     "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
	411, "length_required"},
    {"GET /echo HTTP/1.1\r\n" HOST
     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	400, "unexpected_body"},
    {"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n"
     "Content-Length: 0\r\n\r\nhello",
	400, "bad_request"},
    {"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n"
     "Content-Length: 5\r\n\r\nhello",
	400, "bad_request"},
    {"POST /echo HTTP/1.1\r\n" HOST "Content-Length : 5\r\n\r\nhello", 400,
	"bad_request"},
    {"POST /echo HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\nhello", 400,
	"bad_request"},
    {"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5x\r\n\r\nhello", 400,
	"bad_request"},
    {"POST /echo HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", 400,
	"bad_request"},
    {"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\nhello", 400,
	"bad_request"},
    {"POST /echo HTTP/1.1\r\n" HOST
     "Content-Length: 9999999999999999999999\r\n\r\n",
	400, "bad_request"},
    {"POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\nhello", 411,
	"length_required"},
    {"POST /echo HTTP/1.1\r\n" HOST
     "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
	411, "length_required"},
    {CHUNKED "0x5\r\nhello\r\n0\r\n\r\n", 400, "bad_request"},
    {CHUNKED "+5\r\nhello\r\n0\r\n\r\n", 400, "bad_request"},
    {CHUNKED " 5\r\nhello\r\n0\r\n\r\n", 400, "bad_request"},
    {CHUNKED "-1\r\nhello\r\n0\r\n\r\n", 400, "bad_request"},
    {CHUNKED "5 \r\nhello\r\n0\r\n\r\n", 400, "bad_request"},
    {CHUNKED "5;a=b\r\nhello\r\n0\r\n\r\n", 400, "bad_request"},
    {CHUNKED "5\nhello\r\n0\r\n\r\n", 400, "bad_request"},
    {CHUNKED "\r\n5\r\nhello\r\n0\r\n\r\n", 400, "bad_request"},
    {CHUNKED "5\r\nhello0\r\n\r\n", 400, "bad_request"},
    {CHUNKED "5\r\nhelloworld\r\n0\r\n\r\n", 400, "bad_request"},
    {CHUNKED "5\r\nhello\r\n0\r\nX: a\r\n\r\n", 400, "bad_request"},
    {CHUNKED "5\r\nhello\r\n0\r\n\n", 400, "bad_request"},
    {CHUNKED "000000005\r\nhello\r\n0\r\n\r\n", 400, "bad_request"},
    {CHUNKED "1001\r\nhello", 413, "too_large"},
    {CHUNKED "ffffffff\r\nhello", 413, "too_large"},
    {CHUNKED "5\r\nhello\r\nffc\r\nhello", 413, "too_large"},
    {"HEAD /echo HTTP/1.1\r\n" HOST
     "Content-Length: 19\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
	400, NULL},
    {"GET /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", 400,
	"unexpected_body"},
    {"GET /echo HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n", 400, "bad_request"},
    {"GET /echo HTTP/1.1\nHost: h\n\n", 400, "bad_request"},
    {"GET /echo HTTP/1.1\r\nHost: h\n\r\n", 400, "bad_request"},
    {"GET /echo HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n", 400, "bad_request"},
    {"GET /echo HTTP/1.1\r\n" HOST "X: a\x01\r\n\r\n", 400, "bad_request"},
    {"GET /echo HTTP/1.1\r\n" HOST ": a\r\n\r\n", 400, "bad_request"},
    {"GET /echo HTTP/1.1\r\n" HOST "nocolon\r\n\r\n", 400, "bad_request"},
    {"GET /echo HTTP/1.1\r\n" HOST "\xC3\xA9: a\r\n\r\n", 400, "bad_request"},
    {"GET /echo HTTP/1.1\r\n\r\n", 400, "bad_request"},
    {"GET /echo HTTP/1.1\r\n" HOST HOST "\r\n", 400, "bad_request"},
    {"GET /echo HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "bad_request"},
    /* request lines */
    {"GET /echo?q=a b HTTP/1.1\r\n" HOST "\r\n", 400, "bad_request"},
    {"GET /echo#x HTTP/1.1\r\n" HOST "\r\n", 400, "bad_request"},
    {"GET /echo\t HTTP/1.1\r\n" HOST "\r\n", 400, "bad_request"},
    {"GET /echo/\xFF HTTP/1.1\r\n" HOST "\r\n", 400, "bad_request"},
    {"GET  /echo HTTP/1.1\r\n" HOST "\r\n", 400, "bad_request"},
    {"GET /echo HTTP/1.1 \r\n" HOST "\r\n", 400, "bad_request"},
    {"GET HTTP/1.1\r\n" HOST "\r\n", 400, "bad_request"},
    {"GET /echo\r\n\r\n", 400, "bad_request"},
    {"\r\nGET /echo HTTP/1.1\r\n" HOST "\r\n", 400, "bad_request"},
    {"\x16\x03\x01\x02\x01\x01\x01\r\n\r\n", 400, "bad_request"},
    {"GET /echo HTTP/2.7\r\n" HOST "\r\n", 505, "bad_version"},
    {"FOO /echo HTTP/1.1\r\n" HOST "\r\n", 501, "unknown_method"},
    {"get /echo HTTP/1.1\r\n" HOST "\r\n", 501, "unknown_method"},
    {"CONNECT h:80 HTTP/1.1\r\n" HOST "\r\n", 501, "unknown_method"},
    /* sizes and expectations */
    {"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4097\r\n\r\n", 413,
	"too_large"},
    {"POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
     "Content-Length: 5000\r\n\r\n",
	413, "too_large"},
    {"POST /echo/small HTTP/1.1\r\n" HOST
     "Content-Length: 11\r\n\r\nhello world",
	413, "too_large"},
    {"POST /echo HTTP/1.1\r\n" HOST "Expect: foo\r\n"
     "Content-Length: 5\r\n\r\nhello",
	417, "expectation_failed"}};

static void
what_two_parsers_could_read_in_two_ways_is_refused(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct answer answer;
		char body[64];

		snprintf(
		    body, sizeof(body), "{\"code\":\"%s\"}", refused[i].code);
		if (ask(*state, refused[i].request, &answer) !=
			refused[i].status ||
		    !answer.eof ||
		    (refused[i].code != NULL && strcmp(answer.body, body) != 0))
			fail_msg("%s\n-> %s%s", refused[i].request, answer.head,
			    answer.body);
		assert_non_null(
		    strstr(answer.head, "application/problem+json"));
		assert_non_null(strstr(answer.head, "Connection: close"));
		answer_fini(&answer);
	}
}

/* However the bytes are cut, the verdict is the same. */
static void
a_refusal_does_not_depend_on_how_the_bytes_arrive(void **state)
{
	size_t i;
	size_t at;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const char *request = refused[i].request;
		struct answer answer;
		int fd;

		if (refused[i].code == NULL) /* a HEAD is told without words */
			continue;
		fd = dial(*state);

		for (at = 0; request[at] != '\0'; at++) {
			say_bytes(fd, request + at, 1);
			if (at % 7 == 0)
				nap(1);
		}
		if (!hear(fd, &answer) || answer.status != refused[i].status)
			fail_msg("%s: %d", request, answer.status);
		assert_true(closes(fd, 1000));
		answer_fini(&answer);
		close(fd);
	}
}

static void
bad_paths_and_parameters_leave_the_connection_open(void **state)
{
	static const char *const targets[] = {"/echo/%zz", "/echo/%00",
	    "/echo/%0a", "/echo/%FF", "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a",
	    "/echo?q=%zz", "/echo?q=%00", "echo", "*"};
	struct answer answer;
	char request[128];
	int fd = dial(*state);
	size_t i;

	for (i = 0; i < 8; i++) {
		snprintf(request, sizeof(request),
		    "GET %s HTTP/1.1\r\n" HOST "\r\n", targets[i]);
		say(fd, request);
		assert_true(hear(fd, &answer));
		assert_int_equal(answer.status, 400);
		answer_fini(&answer);
	}
	say(fd, "OPTIONS * HTTP/1.1\r\n" HOST "\r\n");
	assert_true(hear(fd, &answer));
	assert_int_equal(answer.status, 404);
	answer_fini(&answer);
	close(fd);
}

static void
too_long_heads_are_refused_by_name(void **state)
{
	char request[8192];
	struct answer answer;

	memset(request, 'z', sizeof(request));
	memcpy(request, "GET /", 5);
	strcpy(request + 3000, " HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(ask(*state, request, &answer), 414);
	assert_string_equal(answer.body, "{\"code\":\"address_too_long\"}");
	answer_fini(&answer);
	memset(request, 'z', sizeof(request));
	memcpy(request, "GET / HTTP/1.1\r\nX: ", 19);
	strcpy(request + 3000, "\r\n" HOST "\r\n");
	assert_int_equal(ask(*state, request, &answer), 431);
	assert_string_equal(answer.body, "{\"code\":\"headers_too_large\"}");
	answer_fini(&answer);
}

static void
methods_and_bodies_arrive_whole(void **state)
{
	expect(*state,
	    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello",
	    200, "POST <echo> [hello]");
	expect(*state,
	    "PUT /echo HTTP/1.1\r\n" HOST "X-Test: 1\r\nx-test: 2\r\n"
	    "Content-Length: 0\r\n\r\n",
	    200, "PUT <echo> [] x=1");
	expect(*state, "PATCH /echo HTTP/1.1\r\n" HOST "\r\n", 200,
	    "PATCH <echo> []");
	expect(*state,
	    "DELETE /echo HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}", 200,
	    "DELETE <echo> [{}]");
	expect(*state, "OPTIONS /echo HTTP/1.1\r\n" HOST "\r\n", 200,
	    "OPTIONS <echo> []");
	expect(*state, "TRACE /echo HTTP/1.1\r\n" HOST "\r\n", 200,
	    "OTHER <echo> []");
	expect(*state,
	    "GET /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 200,
	    "GET <echo> []");
	expect(*state, "GET /echo HTTP/1.0\r\n\r\n", 200, "GET <echo> []");
}

static void
an_expected_continue_is_given(void **state)
{
	struct answer answer;
	int fd = dial(*state);

	say(fd,
	    "POST /echo HTTP/1.1\r\n" HOST
	    "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
	assert_true(hear_head_only(fd, &answer));
	assert_int_equal(answer.status, 100);
	say(fd, "hello");
	assert_true(hear(fd, &answer));
	assert_string_equal(answer.body, "POST <echo> [hello]");
	answer_fini(&answer);
	close(fd);
}

static void
twenty_pipelined_requests_are_answered_in_order(void **state)
{
	struct answer answer;
	char request[128];
	char body[64];
	int fd = dial(*state);
	int i;

	for (i = 0; i < 20; i++) {
		snprintf(request, sizeof(request),
		    "POST /echo/%d HTTP/1.1\r\n" HOST
		    "Content-Length: 1\r\n\r\n%d",
		    i, i % 10);
		say(fd, request);
	}
	for (i = 0; i < 20; i++) {
		snprintf(
		    body, sizeof(body), "POST <echo> <%d> [%d]", i, i % 10);
		assert_true(hear(fd, &answer));
		assert_string_equal(answer.body, body);
		answer_fini(&answer);
	}
	close(fd);
}

/* The bad one is refused when its turn comes, the good ones before served. */
static void
a_bad_request_in_a_pipeline_is_refused_in_its_turn(void **state)
{
	struct answer answer;
	int fd = dial(*state);

	say(fd,
	    "GET /echo/1 HTTP/1.1\r\n" HOST "\r\n"
	    "GET /echo/2 HTTP/1.1\r\n" HOST "\r\n"
	    "GET /echo/3 HTTP/1.1\r\n" HOST "X : 1\r\n\r\n"
	    "GET /echo/4 HTTP/1.1\r\n" HOST "\r\n");
	assert_true(hear(fd, &answer));
	assert_string_equal(answer.body, "GET <echo> <1> []");
	answer_fini(&answer);
	assert_true(hear(fd, &answer));
	assert_string_equal(answer.body, "GET <echo> <2> []");
	answer_fini(&answer);
	assert_true(hear(fd, &answer));
	assert_int_equal(answer.status, 400);
	answer_fini(&answer);
	assert_true(closes(fd, 2000));
	close(fd);
}

static void
head_tells_the_length_and_sends_nothing(void **state)
{
	struct answer answer;
	int fd = dial(*state);

	say(fd,
	    "HEAD /big/5000 HTTP/1.1\r\n" HOST "\r\n"
	    "HEAD /stream/5000 HTTP/1.1\r\n" HOST "\r\n"
	    "GET /echo HTTP/1.1\r\n" HOST "\r\n");
	assert_true(hear_head_only(fd, &answer));
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(answer.head, "Content-Length: 5000\r\n"));
	assert_true(hear_head_only(fd, &answer));
	assert_int_equal(answer.status, 200);
	assert_true(hear(fd, &answer));
	assert_string_equal(answer.body, "GET <echo> []");
	answer_fini(&answer);
	close(fd);
}

static void
replies_without_a_body_have_no_length(void **state)
{
	struct answer answer;
	int fd = dial(*state);

	say(fd,
	    "GET /status/204 HTTP/1.1\r\n" HOST "\r\n"
	    "GET /status/304 HTTP/1.1\r\n" HOST "\r\n"
	    "GET /status/503 HTTP/1.1\r\n" HOST "\r\n");
	assert_true(hear_head_only(fd, &answer));
	assert_int_equal(answer.status, 204);
	assert_null(strstr(answer.head, "Content-Length"));
	assert_true(hear_head_only(fd, &answer));
	assert_int_equal(answer.status, 304);
	assert_null(strstr(answer.head, "Content-Length"));
	assert_true(hear(fd, &answer));
	assert_int_equal(answer.status, 503);
	assert_non_null(strstr(answer.head, "Retry-After: 1\r\n"));
	assert_non_null(strstr(answer.head, "Content-Length: 0\r\n"));
	answer_fini(&answer);
	close(fd);
}

static void
a_handler_cannot_break_the_message(void **state)
{
	struct answer answer;

	assert_int_equal(
	    ask(*state, "GET /header HTTP/1.1\r\n" HOST "\r\n", &answer), 200);
	assert_string_equal(answer.body, "100000");
	assert_non_null(strstr(answer.head, "X-Good: a\tb\r\n"));
	assert_non_null(
	    strstr(answer.head, "Content-Type: application/json\r\n"));
	assert_non_null(strstr(answer.head, "Date: "));
	assert_null(strstr(answer.head, "Server:"));
	assert_null(strstr(answer.head, "Injected"));
	answer_fini(&answer);
}

static void
close_is_understood_in_a_list_and_old_versions_close(void **state)
{
	static const char *const requests[] = {"GET /echo HTTP/1.1\r\n" HOST
					       "Connection: foo, Close\r\n\r\n",
	    "GET /echo HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n",
	    "GET /echo HTTP/1.0\r\n\r\n",
	    "GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"};
	struct answer answer;
	size_t i;

	for (i = 0; i < 4; i++) {
		assert_int_equal(ask(*state, requests[i], &answer), 200);
		assert_true(answer.eof);
		assert_non_null(strstr(answer.head, "Connection: close"));
		assert_null(strstr(answer.head, "keep-alive"));
		answer_fini(&answer);
	}
}

static void
a_connection_ends_after_its_number_of_requests(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct server server;
	struct answer answer;
	int fd;

	(void)state;
	limits.requests_per_connection = 2;
	serve_start(&server, &limits);
	fd = dial(&server);
	say(fd,
	    "GET /echo HTTP/1.1\r\n" HOST "\r\n"
	    "GET /echo HTTP/1.1\r\n" HOST "\r\n"
	    "GET /echo HTTP/1.1\r\n" HOST "\r\n");
	assert_true(hear(fd, &answer));
	assert_null(strstr(answer.head, "Connection: close"));
	answer_fini(&answer);
	assert_true(hear(fd, &answer));
	assert_non_null(strstr(answer.head, "Connection: close"));
	answer_fini(&answer);
	assert_true(closes(fd, 1000));
	close(fd);
	serve_stop(&server);
}

static void
a_body_may_come_in_chunks_however_it_is_cut(void **state)
{
	static const char request[] =
	    CHUNKED "5\r\nhello\r\n6\r\n world\r\n00\r\n\r\n" CHUNKED
		    "A\r\n0123456789\r\n0\r\n\r\n"
		    "GET /echo HTTP/1.1\r\n" HOST "\r\n";
	struct server *server = *state;
	size_t step;

	for (step = 1; step < sizeof(request); step += 1 + step / 2) {
		struct answer answer;
		int fd = dial(server);
		size_t at;

		for (at = 0; at < sizeof(request) - 1; at += step)
			say_bytes(fd, request + at,
			    at + step < sizeof(request) - 1
				? step
				: sizeof(request) - 1 - at);
		assert_true(hear(fd, &answer));
		assert_string_equal(answer.body, "POST <echo> [hello world]");
		answer_fini(&answer);
		assert_true(hear(fd, &answer));
		assert_string_equal(answer.body, "POST <echo> [0123456789]");
		answer_fini(&answer);
		assert_true(hear(fd, &answer));
		assert_string_equal(answer.body, "GET <echo> []");
		answer_fini(&answer);
		close(fd);
	}
}

static void
a_local_socket_has_its_mode_and_replaces_a_dead_one(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct ecs_err err = {0};
	struct server server;
	struct stat st;
	char where[64];
	int round;

	(void)state;
	snprintf(where, sizeof(where), "unix:wire-test-%d.sock", (int)getpid());
	for (round = 0; round < 2; round++) {
		serve_start_at(&server, &limits, where, true);
		assert_int_equal(stat(where + 5, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0660);
		expect(&server,
		    "POST /echo HTTP/1.1\r\n" HOST
		    "Transfer-Encoding: chunked\r\n\r\n"
		    "5\r\nhello\r\n0\r\n\r\n",
		    200, "POST <echo> [hello] admin");
		assert_false(
		    ecs_http_listen(server.http, where, true, NULL, 0, &err));
		assert_string_equal(err.code, "listen_failed");
		serve_stop(&server);
		assert_int_not_equal(stat(where + 5, &st), 0);
		if (round == 0) { /* leave a dead one behind */
			serve_open(&server, &limits, where, true);
			assert_int_equal(link(where + 5, "wire-test.dead"), 0);
			ecs_http_free(server.http);
			assert_int_equal(
			    rename("wire-test.dead", where + 5), 0);
		}
	}
}

static void
addresses_that_cannot_be_bound_are_errors(void **state)
{
	struct server *server = *state;
	static const char *const wrong[] = {"nonsense", "127.0.0.1:", "1.2.3.4",
	    "127.0.0.1:99999", "unix:/nonexistent/dir/socket"};
	size_t i;

	for (i = 0; i < 5; i++) {
		struct ecs_err err = {0};

		assert_false(ecs_http_listen(
		    server->http, wrong[i], false, NULL, 0, &err));
		assert_true(err.status >= 400 && err.text[0] != '\0');
	}
}

static void
stats_count_what_happened(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct ecs_http_stats stats;
	struct server server;

	(void)state;
	serve_start(&server, &limits);
	ask(&server, "GET /echo HTTP/1.1\r\n" HOST "\r\n", NULL);
	ask(&server, "GET /echo HTTP/1.1\r\n" HOST "\r\n", NULL);
	assert_true(reaches(&server.finished, 2));
	ecs_http_stats(server.http, &stats);
	assert_int_equal(stats.accepted, 2);
	assert_int_equal(stats.requests, 2);
	assert_int_equal(stats.shed, 0);
	assert_int_equal(stats.running[0], 0);
	serve_stop(&server);
}

/* A test with a server of its own must not have this one beside it. */
#define SERVED(test) cmocka_unit_test_setup_teardown(test, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SERVED(paths_are_split_before_they_are_decoded_and_once),
	    SERVED(what_two_parsers_could_read_in_two_ways_is_refused),
	    SERVED(a_refusal_does_not_depend_on_how_the_bytes_arrive),
	    SERVED(bad_paths_and_parameters_leave_the_connection_open),
	    SERVED(too_long_heads_are_refused_by_name),
	    SERVED(methods_and_bodies_arrive_whole),
	    SERVED(a_body_may_come_in_chunks_however_it_is_cut),
	    SERVED(an_expected_continue_is_given),
	    SERVED(twenty_pipelined_requests_are_answered_in_order),
	    SERVED(a_bad_request_in_a_pipeline_is_refused_in_its_turn),
	    SERVED(head_tells_the_length_and_sends_nothing),
	    SERVED(replies_without_a_body_have_no_length),
	    SERVED(a_handler_cannot_break_the_message),
	    SERVED(close_is_understood_in_a_list_and_old_versions_close),
	    SERVED(addresses_that_cannot_be_bound_are_errors),
	    cmocka_unit_test(a_connection_ends_after_its_number_of_requests),
	    cmocka_unit_test(
		a_local_socket_has_its_mode_and_replaces_a_dead_one),
	    cmocka_unit_test(stats_count_what_happened)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
