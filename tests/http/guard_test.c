/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ecsearch/fault.h"

#include "serve.h"

#define HOST "Host: h\r\n"

static void
a_dripping_request_is_cut(void **state)
{
	static const char *const starts[] = {"GET /echo HTTP/1.1\r\nX: ",
	    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4000\r\n\r\n"};
	struct ecs_http_limits limits = serve_limits();
	struct ecs_http_stats stats;
	struct server server;
	int fds[2];
	int i;

	(void)state;
	limits.header_seconds = 1;
	serve_start(&server, &limits);
	for (i = 0; i < 2; i++) {
		fds[i] = dial(&server);
		say(fds[i], starts[i]);
	}
	for (i = 0; i < 11; i++) { /* each byte would restart a timer */
		say(fds[0], "a");
		say(fds[1], "a");
		nap(100);
	}
	assert_true(closes(fds[0], 1000));
	assert_true(closes(fds[1], 1000));
	ecs_http_stats(server.http, &stats);
	assert_int_equal(stats.timed_out, 2);
	close(fds[0]);
	close(fds[1]);
	serve_stop(&server);
}

static void
silent_connections_end(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct answer answer;
	struct server server;
	int silent;
	int kept;

	(void)state;
	limits.idle_seconds = 1;
	serve_start(&server, &limits);
	silent = dial(&server);
	kept = dial(&server);
	say(kept, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
	assert_true(hear(kept, &answer));
	answer_fini(&answer);
	assert_true(closes(silent, 2000));
	assert_true(closes(kept, 2000));
	assert_true(opens(&server, 0));
	close(silent);
	close(kept);
	serve_stop(&server);
}

/* The client reads nothing and sends without end. */
static void
a_flood_that_reads_no_reply_is_bounded_and_cut(void **state)
{
	static char block[1 << 20];
	struct ecs_http_limits limits = serve_limits();
	struct server server;
	size_t before;
	size_t most = 0;
	size_t sent = 0;
	int fd;

	(void)state;
	limits.write_seconds = 1;
	serve_start(&server, &limits);
	ask(&server, "GET /big/8000000 HTTP/1.1\r\n" HOST "\r\n", NULL);
	before = resident();
	fd = dial(&server);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	say(fd, "GET /big/8000000 HTTP/1.1\r\n" HOST "\r\n");
	while (sent < 400u << 20) {
		struct pollfd look = {.fd = fd, .events = POLLOUT};
		ssize_t n = send(fd, block, sizeof(block), MSG_NOSIGNAL);

		if (n > 0)
			sent += (size_t)n;
		if (resident() > most)
			most = resident();
		if (n <= 0 && poll(&look, 1, 2000) > 0 &&
		    (look.revents & (POLLHUP | POLLERR)))
			break;
	}
	assert_true(sent < 64u << 20);
	assert_true(most < before + 32 * 1024);
	close(fd);
	serve_stop(&server);
}

static void
the_cap_on_one_peer_is_exact(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct ecs_http_stats stats;
	struct answer answer;
	struct server server;
	int fds[30];
	int served = 0;
	int refused = 0;
	int i;

	(void)state;
	limits.connections_per_peer = 10;
	serve_start(&server, &limits);
	for (i = 0; i < 30; i++)
		fds[i] = dial(&server);
	for (i = 0; i < 30; i++)
		say(fds[i], "GET /echo HTTP/1.1\r\n" HOST "\r\n");
	for (i = 0; i < 30; i++) {
		assert_true(hear(fds[i], &answer));
		served += answer.status == 200;
		refused += answer.status == 429;
		if (answer.status == 429) {
			assert_string_equal(
			    answer.body, "{\"code\":\"too_many_connections\"}");
			assert_non_null(strstr(answer.head, "Retry-After: 1"));
		}
		answer_fini(&answer);
	}
	assert_int_equal(served, 10);
	assert_int_equal(refused, 20);
	ecs_http_stats(server.http, &stats);
	assert_int_equal(stats.refused, 20);
	for (i = 0; i < 30; i++)
		close(fds[i]);
	assert_true(
	    comes_to(&server, "GET /echo HTTP/1.1\r\n" HOST "\r\n", 200));
	serve_stop(&server);
}

static void
the_cap_on_all_counts_silent_connections_too(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct answer answer;
	struct server server;
	int fds[5];
	int i;

	(void)state;
	limits.connections = 5;
	serve_start(&server, &limits);
	for (i = 0; i < 5; i++)
		fds[i] = dial(&server);
	assert_true(opens(&server, 5));
	assert_int_equal(
	    ask(&server, "GET /echo HTTP/1.1\r\n" HOST "\r\n", &answer), 503);
	assert_string_equal(answer.body, "{\"code\":\"busy\"}");
	answer_fini(&answer);
	for (i = 0; i < 5; i++)
		close(fds[i]);
	assert_true(comes_to(/* their end is found by the sweep */
	    &server, "GET /echo HTTP/1.1\r\n" HOST "\r\n", 200));
	serve_stop(&server);
}

static void
bodies_beyond_what_memory_allows_are_refused(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct answer answer;
	struct server server;

	(void)state;
	setenv("ECS_FAULTS", "http.held=1", 1);
	ecs_fault_init();
	serve_start(&server, &limits);
	assert_int_equal(
	    ask(&server,
		"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello",
		&answer),
	    503);
	assert_non_null(strstr(answer.head, "Retry-After: 1"));
	assert_true(answer.eof);
	answer_fini(&answer);
	assert_null(ecs_fault_unhit());
	serve_stop(&server);
}

static void
a_handler_learns_that_the_client_left(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct server server;
	int fd;

	(void)state;
	serve_start(&server, &limits);
	fd = dial(&server);
	say(fd, "GET /wait/5000 HTTP/1.1\r\n" HOST "\r\n");
	assert_true(reaches(&server.handled, 1));
	close(fd);
	assert_true(reaches(&server.cancelled, 1));
	assert_true(reaches(&server.finished, 1));
	serve_stop(&server);
}

static void
a_half_closed_client_still_gets_its_reply(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct answer answer;
	struct server server;
	int fd;

	(void)state;
	serve_start(&server, &limits);
	fd = dial(&server);
	say(fd, "GET /big/3000000 HTTP/1.1\r\n" HOST "\r\n");
	shutdown(fd, SHUT_WR);
	nap(100);
	assert_true(hear(fd, &answer));
	assert_int_equal(answer.len, 3000000);
	answer_fini(&answer);
	close(fd);
	serve_stop(&server);
}

/* A second request while a worker has the first must not be read. */
static void
pipelining_behind_a_slow_request_is_safe(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct answer answer;
	struct server server;
	int fd;
	int i;

	(void)state;
	serve_start(&server, &limits);
	fd = dial(&server);
	say(fd, "GET /wait/200 HTTP/1.1\r\n" HOST "\r\n");
	for (i = 0; i < 10; i++) {
		nap(10);
		say(fd, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
	}
	assert_true(hear(fd, &answer));
	assert_string_equal(answer.body, "waited");
	answer_fini(&answer);
	for (i = 0; i < 10; i++) {
		assert_true(hear(fd, &answer));
		assert_string_equal(answer.body, "GET <echo> []");
		answer_fini(&answer);
	}
	close(fd);
	serve_stop(&server);
}

static void
reset(int fd)
{
	struct linger linger = {.l_onoff = 1, .l_linger = 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(fd);
}

/* At every phase, by a close and by a reset. */
static void
clients_that_vanish_leave_nothing_behind(void **state)
{
	static const char *const requests[] = {"", "G",
	    "GET /echo HTTP/1.1\r\n",
	    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 100\r\n\r\nabc",
	    "GET /wait/50 HTTP/1.1\r\n" HOST "\r\n",
	    "GET /big/3000000 HTTP/1.1\r\n" HOST "\r\n",
	    "GET /stream/3000000 HTTP/1.1\r\n" HOST "\r\n",
	    "GET /echo HTTP/1.1\r\n" HOST "\r\nGET /echo HTTP/1.1\r\n" HOST
	    "\r\nGET /wait/50 HTTP/1.1\r\n" HOST "\r\n",
	    "GET /narrow/50 HTTP/1.1\r\n" HOST "\r\n",
	    "GET /echo HTTP/1.1\r\nbad\r\n",
	    "POST /echo HTTP/1.1\r\n" HOST
	    "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n"};
	struct ecs_http_limits limits = serve_limits();
	struct server server;
	int round;
	size_t i;

	(void)state;
	serve_start(&server, &limits);
	for (round = 0; round < 40; round++) {
		for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
			int fd = dial(&server);

			say(fd, requests[i]);
			if (round % 4 >= 2)
				nap(round % 3);
			if (round % 2 == 0)
				close(fd);
			else
				reset(fd);
		}
	}
	assert_int_equal(
	    ask(&server, "GET /echo HTTP/1.1\r\n" HOST "\r\n", NULL), 200);
	assert_true(opens(&server, 0));
	serve_stop(&server);
}

/* ---- in a process of its own: few file descriptors ---- */

static void
few_descriptors(const struct ecs_http_limits *limits, int tell)
{
	struct rlimit few = {40, 40};
	static struct server server;

	signal(SIGTERM, SIG_DFL);
	setrlimit(RLIMIT_NOFILE, &few);
	serve_open(&server, limits, "127.0.0.1:0", false);
	if (write(tell, &server.port, sizeof(server.port)) < 0)
		_exit(1);
	serve_run(&server);
	ecs_http_free(server.http);
	_exit(server.ok ? 0 : 1);
}

static long
ticks(pid_t pid)
{
	unsigned long user = 0;
	unsigned long sys = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fscanf(file,
			     "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u "
			     "%*u %lu %lu",
			     &user, &sys),
	    2);
	fclose(file);
	return (long)(user + sys);
}

static void
running_out_of_descriptors_neither_spins_nor_lasts(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct server server = {.address = ""};
	int pipes[2];
	int fds[80];
	int status = 0;
	pid_t child;
	long before;
	int i;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	if (child == 0)
		few_descriptors(&limits, pipes[1]);
	assert_int_equal(
	    read(pipes[0], &server.port, sizeof(int)), sizeof(int));
	for (i = 0; i < 80; i++)
		fds[i] = dial(&server);
	before = ticks(child);
	nap(1000);
	assert_true(ticks(child) - before < 20);
	for (i = 0; i < 80; i++)
		close(fds[i]);
	assert_true(
	    comes_to(&server, "GET /echo HTTP/1.1\r\n" HOST "\r\n", 200));
	kill(child, SIGTERM);
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(pipes[0]);
	close(pipes[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		running_out_of_descriptors_neither_spins_nor_lasts),
	    cmocka_unit_test(a_flood_that_reads_no_reply_is_bounded_and_cut),
	    cmocka_unit_test(a_dripping_request_is_cut),
	    cmocka_unit_test(silent_connections_end),
	    cmocka_unit_test(the_cap_on_one_peer_is_exact),
	    cmocka_unit_test(the_cap_on_all_counts_silent_connections_too),
	    cmocka_unit_test(bodies_beyond_what_memory_allows_are_refused),
	    cmocka_unit_test(a_handler_learns_that_the_client_left),
	    cmocka_unit_test(a_half_closed_client_still_gets_its_reply),
	    cmocka_unit_test(pipelining_behind_a_slow_request_is_safe),
	    cmocka_unit_test(clients_that_vanish_leave_nothing_behind)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
