/* SPDX-License-Identifier: ISC */
/*
 * guard - know every connection, from accept to close.
 *
 * The library tells of a connection only when it has a whole request.  So each
 * new bufferevent is noted when it is made, looked at once it has its socket,
 * and its input is watched from then on: that is where limits are held, heads
 * are checked and clocks start.
 *
 * Until its first request a connection's end goes unannounced; the socket's
 * cookie tells then whether a file descriptor is still the one we knew.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>

#include "ecsearch/fault.h"

#include "wire.h"

enum { SLACK = 64 * 1024 };

/* Which socket an open file descriptor is, never the same twice; 0 for none. */
static uint64_t
socket_of(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) != 0)
		return 0;
	return cookie;
}

/* ---- the table ---- */

static void
leave_peer(struct ecs_http *http, struct peer *peer)
{
	if (peer == NULL || --peer->connections > 0)
		return;
	HASH_DEL(http->peers, peer);
	free(peer);
}

static struct peer *
join_peer(struct ecs_http *http, const char *name)
{
	struct peer *peer = NULL;

	HASH_FIND_STR(http->peers, name, peer);
	if (peer == NULL) {
		peer = calloc(1, sizeof(*peer));
		if (peer == NULL)
			return NULL;
		memcpy(peer->name, name, strlen(name) + 1);
		HASH_ADD_STR(http->peers, name, peer);
		if (peer->hh.tbl == NULL) {
			free(peer);
			return NULL;
		}
	}
	peer->connections++;
	return peer;
}

static void
forget(struct conn *conn)
{
	struct ecs_http *http = conn->http;

	http->conns[conn->fd] = NULL;
	http->held -= conn->held + conn->apart;
	leave_peer(http, conn->peer);
	atomic_fetch_sub(&http->counters.open, 1);
	free(conn);
}

void
ecs_http_conn_check(struct conn *conn)
{
	if (!conn->watched && socket_of(conn->fd) != conn->socket)
		forget(conn);
}

static bool
grow_table(struct ecs_http *http, int fd)
{
	int want = http->nconns == 0 ? 64 : http->nconns;
	struct conn **conns;

	if (fd < http->nconns)
		return true;
	while (want <= fd)
		want *= 2;
	conns = realloc(http->conns, (size_t)want * sizeof(struct conn *));
	if (conns == NULL)
		return false;
	memset(conns + http->nconns, 0,
	    (size_t)(want - http->nconns) * sizeof(struct conn *));
	http->conns = conns;
	http->nconns = want;
	return true;
}

/*
 * Who is at the other end, and under which name that is limited: a whole /64
 * of IPv6 is one peer, for one machine may use all of it.
 */
static void
name_peer(int fd, char address[64], char group[64])
{
	struct sockaddr_storage peer;
	struct sockaddr_in *v4 = (struct sockaddr_in *)&peer;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&peer;
	socklen_t len = sizeof(peer);

	address[0] = group[0] = '\0';
	memset(&peer, 0, sizeof(peer));
	if (getpeername(fd, (struct sockaddr *)&peer, &len) != 0)
		return;
	if (peer.ss_family == AF_INET) {
		inet_ntop(AF_INET, &v4->sin_addr, address, 64);
		memcpy(group, address, 64);
	} else if (peer.ss_family == AF_INET6 &&
	    IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], address, 64);
		memcpy(group, address, 64);
	} else if (peer.ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &v6->sin6_addr, address, 64);
		memset(&v6->sin6_addr.s6_addr[8], 0, 8);
		inet_ntop(AF_INET6, &v6->sin6_addr, group, 64);
	}
}

/* ---- refusing ---- */

/*
 * Answer beside the library and let it see nothing more.  What still comes is
 * dropped for a moment, so that a client that is sending reads the answer
 * before it meets a reset.
 */
static void
refuse(struct conn *conn, const struct ecs_err *err)
{
	struct evbuffer *input = bufferevent_get_input(conn->bev);

	conn->phase = PHASE_REFUSED;
	conn->since = ecs_http_now();
	conn->tail = 0;
	ecs_http_reply_raw(conn, err);
	shutdown(conn->fd, SHUT_WR);
	evbuffer_drain(input, evbuffer_get_length(input));
}

static void
refuse_connection(struct conn *conn)
{
	struct ecs_http *http = conn->http;
	struct ecs_err err = {0};

	if (conn->peer != NULL &&
	    conn->peer->connections > http->limits.connections_per_peer)
		ecs_err_set(&err, 429, "too_many_connections",
		    "There are too many connections from this address.");
	else
		ecs_err_set(
		    &err, 503, "busy", "The server has too many connections.");
	atomic_fetch_add(&http->counters.refused, 1);
	refuse(conn, &err);
	if (atomic_load(&http->counters.open) > http->limits.connections * 2)
		shutdown(conn->fd, SHUT_RDWR);
}

static bool
over_limits(const struct conn *conn)
{
	const struct ecs_http *http = conn->http;

	if (atomic_load(&http->counters.open) > http->limits.connections)
		return true;
	return conn->peer != NULL &&
	    conn->peer->connections > http->limits.connections_per_peer;
}

/* ---- what comes in ---- */

static const struct ecs_strict_rules *
rules_of(const struct conn *conn)
{
	return &conn->http->entrances[conn->admin].rules;
}

/*
 * Check how a body in chunks is framed, from offset at of the input on.  The
 * library moves the chunks out of the input before the request is whole, so
 * they are counted apart.
 */
static void
check_chunks(struct conn *conn, struct evbuffer *input, size_t at)
{
	struct ecs_http *http = conn->http;
	enum ecs_strict_verdict verdict = ECS_STRICT_MORE;
	struct ecs_err err = {0};

	while (verdict == ECS_STRICT_MORE && at < conn->held) {
		struct evbuffer_ptr start;
		size_t len = conn->held - at;
		size_t used;

		if (len > http->scratch_size)
			len = http->scratch_size;
		evbuffer_ptr_set(input, &start, at, EVBUFFER_PTR_SET);
		evbuffer_copyout_from(input, &start, http->scratch, len);
		verdict = ecs_chunks_feed(&conn->chunks,
		    rules_of(conn)->chunked_bytes, http->scratch, len, &used,
		    &err);
		at += used;
	}
	http->held += conn->chunks.came - conn->apart;
	conn->apart = conn->chunks.came;
	conn->body_done = verdict == ECS_STRICT_DONE;
	if (verdict == ECS_STRICT_BAD)
		refuse(conn, &err);
}

/* Check the lines that came whole with the last bytes; fresh counts these. */
static void
check_head(struct conn *conn, struct evbuffer *input, size_t fresh)
{
	struct ecs_http *http = conn->http;
	enum ecs_strict_verdict verdict;
	struct ecs_err err = {0};
	struct evbuffer_ptr start;
	size_t len = conn->tail + fresh;
	size_t first = conn->held - len;
	size_t used;

	evbuffer_ptr_set(input, &start, first, EVBUFFER_PTR_SET);
	if (len > http->scratch_size)
		len = http->scratch_size;
	evbuffer_copyout_from(input, &start, http->scratch, len);
	verdict = ecs_strict_feed(
	    &conn->strict, rules_of(conn), http->scratch, len, &used, &err);
	conn->tail = len - used;
	conn->head_done = verdict == ECS_STRICT_DONE;
	conn->body_done = conn->head_done && conn->strict.codings == 0;
	if (verdict == ECS_STRICT_BAD)
		refuse(conn, &err);
	else if (conn->head_done && !conn->body_done)
		check_chunks(conn, input, first + used);
}

static void
begin_request(struct conn *conn)
{
	conn->phase = PHASE_READ;
	conn->since = ecs_http_now();
	conn->received = 0;
	conn->tail = 0;
	conn->head_done = false;
	conn->body_done = false;
	memset(&conn->strict, 0, sizeof(conn->strict));
	memset(&conn->chunks, 0, sizeof(conn->chunks));
}

/* Bodies are held whole, so their sum must have an end. */
static bool
too_much_held(struct conn *conn)
{
	struct ecs_err err = {0};

	if (conn->http->held <= ECS_HTTP_HELD && !ECS_FAULT("http.held"))
		return false;
	ecs_err_set(
	    &err, 503, "busy", "The server is taking in too much at once.");
	atomic_fetch_add(&conn->http->counters.shed, 1);
	refuse(conn, &err);
	return true;
}

static void
on_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *arg)
{
	struct conn *conn = arg;
	size_t now = evbuffer_get_length(input);

	conn->http->held += now - conn->held;
	conn->held = now;
	if (info->n_added == 0)
		return;
	if (conn->phase == PHASE_REFUSED) {
		evbuffer_drain(input, now);
		return;
	}
	if (conn->phase == PHASE_IDLE)
		begin_request(conn);
	conn->received += info->n_added;
	if (conn->phase != PHASE_READ || too_much_held(conn))
		return;
	if (!conn->head_done)
		check_head(conn, input, info->n_added);
	else if (!conn->body_done)
		check_chunks(conn, input, now - info->n_added);
}

/* ---- coming and going ---- */

static struct conn *
conn_new(struct ecs_http *http, struct newcomer *newcomer, int fd)
{
	struct conn *conn = calloc(1, sizeof(*conn));
	char group[64];

	if (conn == NULL || !grow_table(http, fd)) {
		free(conn);
		return NULL;
	}
	conn->http = http;
	conn->admin = newcomer->entrance->admin;
	conn->fd = fd;
	conn->socket = socket_of(fd);
	conn->bev = newcomer->bev;
	conn->since = ecs_http_now();
	name_peer(fd, conn->address, group);
	if (group[0] != '\0')
		conn->peer = join_peer(http, group);
	if (http->conns[fd] != NULL)
		forget(http->conns[fd]); /* closed unannounced */
	http->conns[fd] = conn;
	atomic_fetch_add(&http->counters.open, 1);
	return conn;
}

static void
welcome(struct ecs_http *http, struct newcomer *newcomer)
{
	int fd = bufferevent_getfd(newcomer->bev);
	bufferevent_event_cb alive = NULL;
	struct conn *conn;

	bufferevent_getcb(newcomer->bev, NULL, NULL, &alive, NULL);
	if (alive == NULL || fd < 0)
		return; /* the library has given it up already */
	conn = conn_new(http, newcomer, fd);
	if (conn == NULL ||
	    evbuffer_add_cb(bufferevent_get_input(conn->bev), on_input, conn) ==
		NULL) {
		shutdown(fd, SHUT_RDWR);
		return;
	}
	atomic_fetch_add(&http->counters.accepted, 1);
	if (over_limits(conn))
		refuse_connection(conn);
}

/* Runs after the library has put the socket into the bufferevent. */
static void
on_welcome(evutil_socket_t fd, short what, void *arg)
{
	struct ecs_http *http = arg;
	struct newcomer *newcomer;

	(void)fd;
	(void)what;
	while ((newcomer = http->newcomers) != NULL) {
		http->newcomers = newcomer->next;
		welcome(http, newcomer);
		bufferevent_decref(newcomer->bev);
		free(newcomer);
	}
}

/* The library asks for the bufferevent of a connection just accepted. */
static struct bufferevent *
make_bufferevent(struct event_base *base, void *arg)
{
	struct entrance *entrance = arg;
	struct ecs_http *http = entrance->http;
	struct newcomer *newcomer = calloc(1, sizeof(*newcomer));
	struct bufferevent *bev = bufferevent_socket_new(base, -1, 0);

	if (bev == NULL || newcomer == NULL) {
		free(newcomer);
		return bev;
	}
	/* A body is parsed when it is whole: it must fit below the mark. */
	bufferevent_setwatermark(bev, EV_READ, 0,
	    http->limits.body_bytes + http->limits.header_bytes + SLACK);
	bufferevent_incref(bev);
	newcomer->bev = bev;
	newcomer->entrance = entrance;
	newcomer->next = http->newcomers;
	http->newcomers = newcomer;
	event_active(http->welcome_event, EV_TIMEOUT, 1);
	return bev;
}

struct conn *
ecs_http_conn_of(struct ecs_http *http, struct evhttp_connection *evcon)
{
	struct bufferevent *bev = evhttp_connection_get_bufferevent(evcon);
	int fd = bufferevent_getfd(bev);
	struct conn *conn =
	    fd >= 0 && fd < http->nconns ? http->conns[fd] : NULL;

	return conn != NULL && conn->bev == bev ? conn : NULL;
}

/* ---- the life of a request on a connection ---- */

static void
on_closed(struct evhttp_connection *evcon, void *arg)
{
	struct conn *conn = arg;

	(void)evcon;
	bufferevent_disable(conn->bev, EV_READ | EV_WRITE);
	evbuffer_remove_cb(bufferevent_get_input(conn->bev), on_input, conn);
	if (conn->job != NULL)
		ecs_http_exchange_drop(conn->job);
	ecs_http_exchange_sent(conn);
	forget(conn);
}

void
ecs_http_conn_busy(struct conn *conn, struct evhttp_connection *evcon)
{
	conn->phase = PHASE_BUSY;
	conn->http->held -= conn->apart; /* from here on the job's */
	conn->apart = 0;
	conn->since = ecs_http_now();
	conn->requests++;
	conn->watched = true;
	evhttp_connection_set_closecb(evcon, on_closed, conn);
}

/*
 * While it writes the library also reads, without any bound, to notice a
 * close.  That is switched off: what a client pipelines stays in the kernel
 * until it has read its reply, and a close is noticed by writing or not at all.
 */
void
ecs_http_conn_writing(struct conn *conn)
{
	conn->phase = PHASE_WRITE;
	conn->since = ecs_http_now();
	bufferevent_disable(conn->bev, EV_READ);
}

void
ecs_http_conn_idle(struct conn *conn)
{
	struct evbuffer *input = bufferevent_get_input(conn->bev);

	conn->phase = PHASE_IDLE;
	conn->since = ecs_http_now();
	if (conn->last || conn->held == 0)
		return;
	begin_request(conn); /* one that was sent along with the last */
	conn->received = conn->held;
	check_head(conn, input, conn->held);
}

/*
 * To a client of HTTP/1.0 a close is the end of the body, so it must meet a
 * reset: dissolving the association sends one, before the library's own
 * shutdown could say goodbye politely.
 */
void
ecs_http_conn_reset(struct conn *conn)
{
	struct sockaddr nobody = {.sa_family = AF_UNSPEC};
	struct job *job = conn->job;

	if (connect(conn->fd, &nobody, sizeof(nobody)) != 0)
		shutdown(conn->fd, SHUT_RDWR); /* a local socket */
	evhttp_connection_free(evhttp_request_get_connection(job->req));
}

/* Nobody is in the middle of anything on an idle connection. */
void
ecs_http_guard_drain(struct ecs_http *http)
{
	int fd;

	for (fd = 0; fd < http->nconns; fd++) {
		struct conn *conn = http->conns[fd];

		if (conn != NULL && conn->phase == PHASE_IDLE &&
		    (conn->watched || socket_of(fd) == conn->socket))
			shutdown(fd, SHUT_RDWR);
	}
}

bool
ecs_http_guard_init(struct ecs_http *http, struct ecs_err *err)
{
	http->scratch_size = http->limits.header_bytes + SLACK;
	http->scratch = malloc(http->scratch_size);
	http->welcome_event =
	    event_new(http->base, -1, EV_PERSIST, on_welcome, http);
	if (http->scratch == NULL || http->welcome_event == NULL)
		return ecs_err_memory(err);
	return true;
}

void
ecs_http_guard_entrance(struct entrance *entrance)
{
	evhttp_set_bevcb(entrance->evhttp, make_bufferevent, entrance);
}

/* After the library has freed its connections. */
void
ecs_http_guard_fini(struct ecs_http *http)
{
	int fd;

	for (fd = 0; fd < http->nconns; fd++)
		if (http->conns[fd] != NULL)
			forget(http->conns[fd]);
	free(http->conns);
	free(http->scratch);
	if (http->welcome_event != NULL)
		event_free(http->welcome_event);
}
