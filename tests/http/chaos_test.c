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

enum { CLIENTS = 6, ROUNDS = 60 };

struct client {
	struct server *server;
	pthread_t thread;
	unsigned int seed;
	int unanswered; /* pipelines that were not answered whole */
};

static int
dice(struct client *client, int sides)
{
	return (int)((unsigned int)rand_r(&client->seed) % (unsigned int)sides);
}

/* As many answers as requests, whatever each of them says. */
static void
pipeline(struct client *client, int fd)
{
	int n = 1 + dice(client, 20);
	struct answer answer;
	int i;

	for (i = 0; i < n; i++)
		say(fd,
		    i % 3 == 2 ? "GET /wait/2 HTTP/1.1\r\n" HOST "\r\n"
			       : "GET /echo HTTP/1.1\r\n" HOST "\r\n");
	for (i = 0; i < n && hear(fd, &answer); i++)
		answer_fini(&answer);
	client->unanswered += i < n;
}

static void
partial(struct client *client, int fd)
{
	static const char request[] =
	    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 20\r\n\r\nabcdef";

	say_bytes(fd, request, (size_t)dice(client, sizeof(request)));
	nap(dice(client, 5));
}

static void
garbage(struct client *client, int fd)
{
	char bytes[300];
	size_t i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)dice(client, 256);
	say_bytes(fd, bytes, sizeof(bytes));
	nap(dice(client, 5));
}

static void
leave(struct client *client, int fd)
{
	static const char *const requests[] = {"GET /wait/20 HTTP/1.1\r\n" HOST
					       "\r\n",
	    "GET /narrow/20 HTTP/1.1\r\n" HOST "\r\n",
	    "GET /stream/2000000 HTTP/1.1\r\n" HOST "\r\n",
	    "GET /cut/100000 HTTP/1.1\r\n" HOST "\r\n",
	    "GET /big/2000000 HTTP/1.1\r\n" HOST "\r\n",
	    "POST /echo HTTP/1.1\r\n" HOST
	    "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n"};
	int i;

	for (i = dice(client, 5); i >= 0; i--)
		say(fd, requests[dice(client, 6)]);
	if (dice(client, 3) == 0)
		shutdown(fd, SHUT_WR);
	nap(dice(client, 30));
}

static void *
rage(void *arg)
{
	static void (*const ways[])(struct client *, int) = {
	    pipeline, partial, garbage, leave};
	struct client *client = arg;
	struct linger linger = {.l_onoff = 1, .l_linger = 0};
	int round;

	for (round = 0; round < ROUNDS; round++) {
		int fd = dial(client->server);

		if (fd < 0)
			continue;
		ways[dice(client, 4)](client, fd);
		if (dice(client, 2) == 0)
			setsockopt(
			    fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
		close(fd);
	}
	return NULL;
}

static bool
nothing_is_left(struct server *server)
{
	struct ecs_http_stats stats;
	int i;

	for (i = 0; i < 60; i++) {
		ecs_http_stats(server->http, &stats);
		if (stats.open == 0 && stats.running[0] == 0 &&
		    stats.running[1] == 0 && stats.running[2] == 0)
			return true;
		nap(50);
	}
	return false;
}

static void
no_behaviour_of_clients_hurts_the_others(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct client clients[CLIENTS];
	struct server server;
	int i;

	(void)state;
	serve_start(&server, &limits);
	for (i = 0; i < CLIENTS; i++) {
		clients[i] =
		    (struct client){.server = &server, .seed = (unsigned int)i};
		pthread_create(&clients[i].thread, NULL, rage, &clients[i]);
	}
	for (i = 0; i < CLIENTS; i++) {
		pthread_join(clients[i].thread, NULL);
		assert_int_equal(clients[i].unanswered, 0);
	}
	assert_true(nothing_is_left(&server));
	assert_int_equal(
	    ask(&server, "GET /echo HTTP/1.1\r\n" HOST "\r\n", NULL), 200);
	serve_stop(&server);
}

/* Jobs in every phase when the second signal comes. */
static void
an_end_in_the_middle_of_it_all_is_clean(void **state)
{
	struct ecs_http_limits limits = serve_limits();
	struct client clients[CLIENTS];
	struct server server;
	int i;

	(void)state;
	limits.drain_seconds = 1;
	serve_start(&server, &limits);
	for (i = 0; i < CLIENTS; i++) {
		clients[i] = (struct client){
		    .server = &server, .seed = (unsigned int)i + 100};
		pthread_create(&clients[i].thread, NULL, rage, &clients[i]);
	}
	nap(150);
	serve_stop(&server);
	for (i = 0; i < CLIENTS; i++)
		pthread_join(clients[i].thread, NULL);
	assert_true(atomic_load(&server.handled) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_behaviour_of_clients_hurts_the_others),
	    cmocka_unit_test(an_end_in_the_middle_of_it_all_is_clean)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
