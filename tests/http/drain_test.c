/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <signal.h>
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

static void
narrow(const struct server *server, int fds[], int n)
{
	int i;

	for (i = 0; i < n; i++) {
		fds[i] = dial(server);
		say(fds[i], "GET /narrow/900 HTTP/1.1\r\n" HOST "\r\n");
		nap(20);
	}
}

static int
status_of(int fd)
{
	struct answer answer;
	int status = hear(fd, &answer) ? answer.status : 0;

	if (status == 503) {
		assert_string_equal(answer.body, "{\"code\":\"busy\"}");
		assert_non_null(strstr(answer.head, "Retry-After: 1\r\n"));
	}
	answer_fini(&answer);
	close(fd);
	return status;
}

/* One runs, two wait, the fourth finds no room; the two lose patience. */
static void
a_full_lane_sheds_and_another_lane_does_not_notice(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct ecs_http_stats stats;
	struct server server;
	int fds[4];

	(void)state;
	serve_start(&server, &limits);
	narrow(&server, fds, 4);
	assert_int_equal(status_of(fds[3]), 503);
	ecs_http_stats(server.http, &stats);
	assert_int_equal(stats.queued[1], 2);
	assert_int_equal(stats.running[1], 1);
	assert_true(stats.oldest_us[1] > 0);
	assert_int_equal(
	    ask(&server, "GET /echo HTTP/1.1\r\n" HOST "\r\n", NULL), 200);
	assert_int_equal(status_of(fds[1]), 503);
	assert_int_equal(status_of(fds[2]), 503);
	assert_int_equal(status_of(fds[0]), 200);
	ecs_http_stats(server.http, &stats);
	assert_int_equal(stats.shed, 3);
	assert_int_equal(stats.queued[1], 0);
	serve_stop(&server);
}

static void *
stop_soon(void *arg)
{
	struct server *server = arg;

	nap(50);
	ecs_http_stop(server->http);
	return NULL;
}

static void
draining_finishes_what_was_begun_and_takes_no_more(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct answer answer;
	struct server server;
	pthread_t thread;
	int busy;
	int idle;
	int half;

	(void)state;
	serve_start(&server, &limits);
	idle = dial(&server);
	half = dial(&server);
	say(half, "GET /echo HTTP/1.1\r\n");
	busy = dial(&server);
	say(busy, "GET /wait/400 HTTP/1.1\r\n" HOST "\r\n");
	assert_true(reaches(&server.handled, 1));
	pthread_create(&thread, NULL, stop_soon, &server);
	pthread_join(thread, NULL);
	assert_true(closes(idle, 300));
	assert_int_equal(dial(&server), -1);
	say(half, HOST "\r\n");
	assert_true(hear(half, &answer));
	assert_int_equal(answer.status, 503);
	assert_string_equal(answer.body, "{\"code\":\"draining\"}");
	answer_fini(&answer);
	assert_true(hear(busy, &answer));
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(answer.head, "Connection: close"));
	answer_fini(&answer);
	serve_stop(&server);
	close(idle);
	close(half);
	close(busy);
}

/* The reply is big and the client slow: handed over is not yet sent. */
static void
draining_waits_until_replies_are_written(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct answer answer;
	struct server server;
	int fd;

	(void)state;
	serve_start(&server, &limits);
	fd = dial(&server);
	say(fd, "GET /big/8000000 HTTP/1.1\r\n" HOST "\r\n");
	assert_true(reaches(&server.finished, 1));
	ecs_http_stop(server.http);
	nap(100);
	assert_true(hear(fd, &answer));
	assert_int_equal(answer.len, 8000000);
	answer_fini(&answer);
	close(fd);
	serve_stop(&server);
}

static void
draining_has_an_end(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct server server;
	int fd;

	(void)state;
	limits.drain_seconds = 1;
	serve_start(&server, &limits);
	fd = dial(&server);
	say(fd, "GET /wait/20000 HTTP/1.1\r\n" HOST "\r\n");
	assert_true(reaches(&server.handled, 1));
	serve_stop(&server);
	assert_int_equal(atomic_load(&server.cancelled), 1);
	close(fd);
}

static void
signals_reload_drain_and_end(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct server server;
	int fd;

	(void)state;
	serve_start(&server, &limits);
	kill(getpid(), SIGHUP);
	assert_true(reaches(&server.reloaded, 1));
	fd = dial(&server);
	say(fd, "GET /wait/20000 HTTP/1.1\r\n" HOST "\r\n");
	assert_true(reaches(&server.handled, 1));
	kill(getpid(), SIGTERM);
	nap(100);
	assert_int_equal(dial(&server), -1);
	assert_int_equal(atomic_load(&server.cancelled), 0);
	kill(getpid(), SIGINT); /* the second ends at once */
	assert_true(reaches(&server.cancelled, 1));
	serve_stop(&server);
	close(fd);
}

static void
jobs_still_queued_at_the_end_are_let_go(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct server server;
	int fds[3];
	int i;

	(void)state;
	serve_start(&server, &limits);
	narrow(&server, fds, 3);
	kill(getpid(), SIGTERM);
	nap(50);
	kill(getpid(), SIGTERM);
	serve_stop(&server);
	for (i = 0; i < 3; i++) {
		assert_true(closes(fds[i], 100));
		close(fds[i]);
	}
}

static void
a_server_that_never_ran_is_freed(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct server server;
	int fd;

	(void)state;
	serve_open(&server, &limits, "[::1]:0", false);
	assert_int_equal(strncmp(server.address, "[::1]:", 6), 0);
	ecs_http_free(server.http);
	serve_open(&server, &limits, "127.0.0.1:0", false);
	fd = dial(&server);
	assert_true(fd >= 0);
	ecs_http_free(server.http);
	close(fd);
	ecs_http_free(NULL);
}

static void *
fail_to_start(void *user, int lane, struct ecs_err *err)
{
	(void)user;
	ecs_err_set(err, 500, "no_index", "lane %d has no index", lane);
	return NULL;
}

static void
handle_nothing(void *user, void *worker, const struct ecs_request *request,
    struct ecs_reply *reply)
{
	(void)user;
	(void)worker;
	(void)request;
	(void)reply;
}

static void
refuse_nothing(void *user, const struct ecs_request *request,
    const struct ecs_err *err, struct ecs_reply *reply)
{
	(void)user;
	(void)request;
	(void)err;
	(void)reply;
}

static void
a_worker_that_cannot_start_ends_the_run(void **state)
{
	static const struct ecs_lane lane = {"only", 2, 4, 0};
	struct ecs_http_handlers handlers = {.worker_start = fail_to_start,
	    .handle = handle_nothing,
	    .refuse = refuse_nothing};
	struct ecs_http_limits limits = serve_limits();
	struct ecs_err err = {0};
	struct ecs_http *http =
	    ecs_http_new(&lane, 1, &limits, &handlers, &err);

	(void)state;
	assert_non_null(http);
	assert_false(ecs_http_run(http, &err));
	assert_string_equal(err.code, "no_index");
	ecs_http_free(http);
}

static void
an_open_socket_can_be_adopted(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct server server;
	struct ecs_err err = {0};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	serve_open(&server, &limits, "127.0.0.1:0", false);
	assert_false(ecs_http_adopt(server.http, fd, false, &err));
	assert_string_equal(err.code, "listen_failed");
	assert_int_equal(listen(fd, 5), 0);
	ecs_err_clear(&err);
	assert_true(ecs_http_adopt(server.http, fd, false, &err));
	ecs_http_free(server.http);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_full_lane_sheds_and_another_lane_does_not_notice),
	    cmocka_unit_test(
		draining_finishes_what_was_begun_and_takes_no_more),
	    cmocka_unit_test(draining_waits_until_replies_are_written),
	    cmocka_unit_test(draining_has_an_end),
	    cmocka_unit_test(signals_reload_drain_and_end),
	    cmocka_unit_test(jobs_still_queued_at_the_end_are_let_go),
	    cmocka_unit_test(a_server_that_never_ran_is_freed),
	    cmocka_unit_test(a_worker_that_cannot_start_ends_the_run),
	    cmocka_unit_test(an_open_socket_can_be_adopted)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
