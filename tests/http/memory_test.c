/* SPDX-License-Identifier: ISC */
/*
 * memory - each allocation of the room fails once, and the server lives on.
 *
 * The allocations of the test's own thread never fail.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../fuse.h"
#include "serve.h"

#define HOST "Host: h\r\n"

static const char *const requests[] = {"GET /echo/a/b?q=1&r=2 HTTP/1.1\r\n" HOST
				       "X-Test: 1\r\n\r\n",
    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello",
    "GET /stream/40000 HTTP/1.1\r\n" HOST "\r\n",
    "GET /header HTTP/1.1\r\n" HOST "\r\n",
    "GET /echo?q=%zz HTTP/1.1\r\n" HOST "\r\n",
    "GET /echo HTTP/1.1\r\n" HOST "X : 1\r\n\r\n",
    "FOO /echo HTTP/1.1\r\n" HOST "\r\n"};

/* Served, refused, told to come back or dropped: never a wrong answer. */
static void
check_outcome(const char *request, const struct answer *answer, int status)
{
	if (status == 200 && strncmp(request, "GET /stream", 11) == 0)
		assert_int_equal(answer->len, 40000);
	else if (status == 200 && strncmp(request, "POST", 4) == 0)
		assert_string_equal(answer->body, "POST <echo> [hello]");
	else if (status != 200)
		assert_true(status == 0 || status == 503 || status == 400 ||
		    status == 501);
}

static void
any_allocation_may_fail_and_the_next_request_is_served(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct answer answer;
	struct server server;
	size_t i;
	int n;

	(void)state;
	serve_start(&server, &limits);
	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		for (n = 0; n < 100; n++) {
			int status;

			fuse_light_once(n);
			status = ask(&server, requests[i], &answer);
			check_outcome(requests[i], &answer, status);
			answer_fini(&answer);
			if (!fuse_out())
				break; /* it took fewer than n */
			assert_int_equal(
			    ask(&server, "GET /echo HTTP/1.1\r\n" HOST "\r\n",
				NULL),
			    200);
		}
		assert_true(n > 0 && n < 100);
	}
	serve_stop(&server);
}

static void
refuse(void *user, const struct ecs_request *request, const struct ecs_err *err,
    struct ecs_reply *reply)
{
	(void)user;
	(void)request;
	(void)err;
	(void)reply;
}

static void
handle(void *user, void *worker, const struct ecs_request *request,
    struct ecs_reply *reply)
{
	(void)user;
	(void)worker;
	(void)request;
	(void)reply;
}

static void
a_server_that_cannot_be_made_is_an_error(void **state)
{
	static const struct ecs_lane lane = {"only", 1, 1, 0};
	struct ecs_http_handlers handlers = {
	    .handle = handle, .refuse = refuse};
	struct ecs_http_limits limits = serve_limits();
	struct ecs_http *http = NULL;
	int n;

	(void)state;
	for (n = 0; http == NULL && n < 20; n++) {
		struct ecs_err err = {0};

		fuse_spare_thread(false);
		fuse_light_once(n);
		http = ecs_http_new(&lane, 1, &limits, &handlers, &err);
		fuse_spare_thread(true);
		fuse_out();
		if (http == NULL)
			assert_string_equal(err.code, "no_memory");
	}
	assert_true(n > 1);
	assert_non_null(http);
	ecs_http_free(http);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		any_allocation_may_fail_and_the_next_request_is_served),
	    cmocka_unit_test(a_server_that_cannot_be_made_is_an_error)};

	fuse_spare_thread(true);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
