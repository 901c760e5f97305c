/* SPDX-License-Identifier: ISC */
/*
 * deadline - cut what takes too long, ten times a second.
 *
 * The library's timeout starts again with every byte, so a client that drips
 * holds a connection for ever.  Here a request and a reply each have one clock.
 * A body may take longer than a head: it earns time by coming in at a decent
 * rate.
 */
#include "config.h" /* _GNU_SOURCE */

#include <poll.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>

#include "wire.h"

enum { DECENT_RATE = 64 * 1024, LINGER_US = 1000000 };

static void
cut(struct conn *conn)
{
	struct linger linger = {.l_onoff = 1, .l_linger = 0};

	/* What lies unsent in the kernel goes too: nobody reads it. */
	setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	shutdown(conn->fd, SHUT_RDWR);
	atomic_fetch_add(&conn->http->counters.timed_out, 1);
}

static int64_t
seconds(int n)
{
	return (int64_t)n * 1000000;
}

static bool
reading_too_long(const struct conn *conn, int64_t age)
{
	size_t earned = conn->received / DECENT_RATE;

	return age > seconds(conn->http->limits.header_seconds + (int)earned);
}

static bool
writing_too_long(const struct conn *conn, int64_t age)
{
	struct evbuffer *output = bufferevent_get_output(conn->bev);

	return age > seconds(conn->http->limits.write_seconds) &&
	    evbuffer_get_length(output) > 0;
}

/*
 * Has the client left?  The library is deaf while a worker has the request, and
 * must stay so: made to listen, it ends the process when a second request
 * comes.  A client that only closed its sending half looks the same, so the
 * reply is still sent.
 */
static void
look_for_leaving(struct conn *conn)
{
	struct pollfd look = {.fd = conn->fd, .events = POLLRDHUP};

	if (conn->job != NULL && poll(&look, 1, 0) > 0)
		atomic_store(&conn->job->cancelled, true);
}

static void
check(struct conn *conn, int64_t now)
{
	int64_t age = now - conn->since;

	switch (conn->phase) {
	case PHASE_IDLE:
		if (age > seconds(conn->http->limits.idle_seconds))
			shutdown(conn->fd, SHUT_RDWR);
		break;
	case PHASE_READ:
		if (reading_too_long(conn, age))
			cut(conn);
		break;
	case PHASE_BUSY:
		look_for_leaving(conn);
		break;
	case PHASE_WRITE:
		look_for_leaving(conn);
		if (writing_too_long(conn, age))
			cut(conn);
		break;
	case PHASE_REFUSED:
		if (age > LINGER_US)
			shutdown(conn->fd, SHUT_RDWR);
		break;
	}
}

void
ecs_http_sweep(struct ecs_http *http)
{
	int64_t now = ecs_http_now();
	int fd;

	for (fd = 0; fd < http->nconns; fd++) {
		if (http->conns[fd] != NULL)
			ecs_http_conn_check(http->conns[fd]);
		if (http->conns[fd] != NULL)
			check(http->conns[fd], now);
	}
	ecs_http_exchange_expire(http, now);
	ecs_http_listen_again(http);
}
