/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "serve.h"

#define HOST "Host: h\r\n"

static int
start(void **state)
{
	static struct server server;
	struct ecs_http_limits limits = serve_limits();

	limits.write_seconds = 1;
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

/* Slow, but never so slow that a piece takes a second. */
static void
a_large_stream_to_a_slow_reader_takes_no_memory(void **state)
{
	static char block[1 << 20];
	size_t before = resident();
	size_t total = 0;
	size_t most = 0;
	ssize_t n;
	int fd = dial(*state);
	int round = 0;

	say(fd,
	    "GET /stream/50000000 HTTP/1.1\r\n" HOST
	    "Connection: close\r\n\r\n");
	while ((n = recv(fd, block, sizeof(block), 0)) > 0) {
		total += (size_t)n;
		if (resident() > most)
			most = resident();
		if (++round % 8 == 0)
			nap(2);
	}
	assert_true(total > 50000000 && total < 50500000);
	assert_true(most < before + 8 * 1024);
	close(fd);
}

static void
a_stream_is_chunked_and_the_connection_lives_on(void **state)
{
	struct answer answer;
	int fd = dial(*state);

	say(fd,
	    "GET /stream/100000 HTTP/1.1\r\n" HOST "\r\n"
	    "GET /stream/0 HTTP/1.1\r\n" HOST "\r\n"
	    "GET /echo HTTP/1.1\r\n" HOST "\r\n");
	assert_true(hear(fd, &answer));
	assert_int_equal(answer.status, 200);
	assert_int_equal(answer.len, 100000);
	assert_non_null(strstr(answer.head, "Transfer-Encoding: chunked"));
	assert_non_null(strstr(answer.head, "application/x-ndjson"));
	assert_null(strstr(answer.head, "Content-Length"));
	answer_fini(&answer);
	assert_true(hear(fd, &answer));
	assert_int_equal(answer.len, 0);
	answer_fini(&answer);
	assert_true(hear(fd, &answer));
	assert_string_equal(answer.body, "GET <echo> []");
	answer_fini(&answer);
	close(fd);
}

static size_t
hear_to_the_end(int fd, bool *clean)
{
	static char block[65536];
	size_t total = 0;
	ssize_t n;

	while ((n = recv(fd, block, sizeof(block), 0)) > 0)
		total += (size_t)n;
	*clean = n == 0;
	return total;
}

static void
an_old_client_reads_a_stream_to_the_close(void **state)
{
	struct answer answer;
	bool clean;
	int fd = dial(*state);

	say(fd,
	    "GET /stream/100000 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	assert_true(hear_head_only(fd, &answer));
	assert_null(strstr(answer.head, "chunked"));
	assert_non_null(strstr(answer.head, "Connection: close"));
	assert_int_equal(hear_to_the_end(fd, &clean), 100000);
	assert_true(clean);
	close(fd);
}

/* Chunked it lacks the last chunk; to an old client the cut is a reset. */
static void
an_aborted_stream_is_seen_to_be_broken(void **state)
{
	struct answer answer;
	bool clean;
	int fd = dial(*state);

	say(fd, "GET /cut/300000 HTTP/1.1\r\n" HOST "\r\n");
	assert_false(hear(fd, &answer));
	answer_fini(&answer);
	close(fd);
	fd = dial(*state);
	say(fd, "GET /cut/300000 HTTP/1.0\r\n\r\n");
	hear_to_the_end(fd, &clean);
	assert_false(clean);
	close(fd);
}

static void
a_client_that_stops_reading_ends_its_stream(void **state)
{
	struct server *server = *state;
	int before = atomic_load(&server->cancelled);
	int fd = dial(server);

	say(fd, "GET /stream/50000000 HTTP/1.1\r\n" HOST "\r\n");
	assert_true(reaches(&server->cancelled, before + 1));
	close(fd);
}

static void
a_client_that_leaves_ends_its_stream(void **state)
{
	struct server *server = *state;
	int before = atomic_load(&server->cancelled);
	struct answer answer;
	int fd = dial(server);

	say(fd, "GET /stream/50000000 HTTP/1.1\r\n" HOST "\r\n");
	assert_true(hear_head_only(fd, &answer));
	close(fd);
	assert_true(reaches(&server->cancelled, before + 1));
}

static void
the_end_of_the_server_ends_a_stream(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct server server;
	struct answer answer;
	int fd;

	(void)state;
	limits.drain_seconds = 1;
	serve_start(&server, &limits);
	fd = dial(&server);
	say(fd, "GET /stream/50000000 HTTP/1.1\r\n" HOST "\r\n");
	assert_true(hear_head_only(fd, &answer));
	serve_stop(&server);
	assert_int_equal(atomic_load(&server.cancelled), 1);
	close(fd);
}

/* A test with a server of its own must not have this one beside it. */
#define SERVED(test) cmocka_unit_test_setup_teardown(test, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SERVED(a_large_stream_to_a_slow_reader_takes_no_memory),
	    SERVED(a_stream_is_chunked_and_the_connection_lives_on),
	    SERVED(an_old_client_reads_a_stream_to_the_close),
	    SERVED(an_aborted_stream_is_seen_to_be_broken),
	    SERVED(a_client_that_stops_reading_ends_its_stream),
	    SERVED(a_client_that_leaves_ends_its_stream),
	    cmocka_unit_test(the_end_of_the_server_ends_a_stream)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
