/* SPDX-License-Identifier: ISC */
/*
 * listen - open, adopt and close the sockets that clients come in by.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ecsearch/log.h"

#include "wire.h"

enum { BACKLOG = 1024 };

static bool
failed(const char *where, const char *what, struct ecs_err *err)
{
	return ecs_err_set(err, 500, "listen_failed", "%s: %s: %s", where, what,
	    strerror(errno));
}

/* ---- accepting ---- */

/*
 * Out of file descriptors.  The socket stays readable, so without a pause the
 * loop would do nothing but fail to accept; the next sweep ends the pause.
 */
static void
on_accept_error(struct evconnlistener *evl, void *arg)
{
	(void)arg;
	ecs_log(ECS_LOG_DEBUG, "accept: %s", strerror(errno));
	evconnlistener_disable(evl);
}

void
ecs_http_listen_again(struct ecs_http *http)
{
	int i;

	for (i = 0; i < http->nlisteners; i++)
		if (http->listeners[i].bound != NULL)
			evconnlistener_enable(evhttp_bound_socket_get_listener(
			    http->listeners[i].bound));
}

/* Takes fd in any case. */
static bool
add_listener(struct ecs_http *http, int fd, bool admin, const char *path,
    struct ecs_err *err)
{
	struct evhttp *evhttp = http->entrances[admin].evhttp;
	struct evconnlistener *evl = NULL;
	struct listener *listener = &http->listeners[http->nlisteners];

	if (http->nlisteners < ECS_HTTP_LISTENERS)
		evl = evconnlistener_new(http->base, NULL, NULL,
		    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (evl == NULL) {
		close(fd);
		return ecs_err_set(err, 500, "listen_failed",
		    "no more than %d listeners", ECS_HTTP_LISTENERS);
	}
	evconnlistener_set_error_cb(evl, on_accept_error);
	listener->bound = evhttp_bind_listener(evhttp, evl);
	if (listener->bound == NULL) {
		evconnlistener_free(evl);
		return ecs_err_memory(err);
	}
	listener->evhttp = evhttp;
	snprintf(listener->path, sizeof(listener->path), "%s", path);
	http->nlisteners++;
	return true;
}

void
ecs_http_listen_stop(struct ecs_http *http)
{
	int i;

	for (i = 0; i < http->nlisteners; i++) {
		struct listener *listener = &http->listeners[i];

		if (listener->bound == NULL)
			continue;
		/* While it listens still, so that nobody else's is removed. */
		if (listener->path[0] != '\0')
			unlink(listener->path);
		evhttp_del_accept_socket(listener->evhttp, listener->bound);
		listener->bound = NULL;
	}
}

/* ---- TCP ---- */

static int
open_tcp(const struct addrinfo *ai, struct ecs_err *err)
{
	int one = 1;
	int fd = socket(ai->ai_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, ai->ai_protocol);

	if (fd < 0) {
		failed("socket", "open", err);
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	/* What is accepted inherits it; the library never sets it. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	failed("socket", "bind", err);
	close(fd);
	return -1;
}

static bool
port_is_good(const char *port)
{
	size_t len = strlen(port);

	return len >= 1 && len <= 5 && strspn(port, "0123456789") == len &&
	    atoi(port) <= 65535;
}

/* "HOST:PORT" or "[V6]:PORT"; an empty HOST is every address. */
static bool
split_address(const char *where, char *host, size_t size, const char **port,
    struct ecs_err *err)
{
	const char *from = where;
	const char *end = strrchr(where, ':');
	size_t len;

	if (end == NULL || !port_is_good(end + 1))
		return ecs_err_set(err, 400, "bad_address",
		    "\"%s\" is not HOST:PORT, [V6]:PORT or unix:/path", where);
	*port = end + 1;
	if (*from == '[' && end > from && end[-1] == ']') {
		from++;
		end--;
	}
	len = (size_t)(end - from);
	if (len >= size)
		return ecs_err_set(
		    err, 400, "bad_address", "\"%s\" is too long", where);
	memcpy(host, from, len);
	host[len] = '\0';
	return true;
}

static void
describe(int fd, char *address, size_t size)
{
	struct sockaddr_storage name;
	socklen_t len = sizeof(name);
	char host[64];
	char port[8];

	if (getsockname(fd, (struct sockaddr *)&name, &len) != 0 ||
	    getnameinfo((struct sockaddr *)&name, len, host, sizeof(host), port,
		sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		snprintf(address, size, "?");
	else
		snprintf(address, size,
		    name.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host,
		    port);
}

/* The first address of the name that can be bound. */
static int
bind_tcp(const char *where, struct ecs_err *err)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	struct addrinfo *all = NULL;
	struct addrinfo *ai;
	struct ecs_err why = {0};
	char host[256] = "";
	const char *port = NULL;
	int fd = -1;
	int code;

	if (!split_address(where, host, sizeof(host), &port, err))
		return -1;
	code =
	    getaddrinfo(host[0] == '\0' || strcmp(host, "*") == 0 ? NULL : host,
		port, &hints, &all);
	if (code != 0) {
		ecs_err_set(err, 500, "listen_failed", "%s: %s", where,
		    gai_strerror(code));
		return -1;
	}
	for (ai = all; ai != NULL && fd < 0; ai = ai->ai_next)
		fd = open_tcp(ai, &why);
	if (fd < 0)
		ecs_err_set(
		    err, 500, "listen_failed", "%s: %s", where, why.text);
	freeaddrinfo(all);
	return fd;
}

/* ---- local sockets ---- */

/* A socket file that nobody listens on is what a killed daemon left. */
static bool
remove_stale(const struct sockaddr_un *name, struct ecs_err *err)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stat st;
	bool listening;
	bool dead;

	if (fd < 0)
		return failed(name->sun_path, "socket", err);
	listening =
	    connect(fd, (const struct sockaddr *)name, sizeof(*name)) == 0;
	dead = !listening && errno == ECONNREFUSED;
	close(fd);
	if (listening)
		return ecs_err_set(err, 500, "listen_failed",
		    "%s: somebody listens there already", name->sun_path);
	if (dead && lstat(name->sun_path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(name->sun_path);
	return true;
}

static int
bind_unix(const char *path, struct ecs_err *err)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof(name.sun_path)) {
		ecs_err_set(
		    err, 400, "bad_address", "%s: the path is too long", path);
		return -1;
	}
	memcpy(name.sun_path, path, strlen(path) + 1);
	if (!remove_stale(&name, err))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	/* The mode is right before anybody can connect. */
	if (fd >= 0 && bind(fd, (struct sockaddr *)&name, sizeof(name)) == 0 &&
	    chmod(path, 0660) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	failed(path, "listen", err);
	if (fd >= 0)
		close(fd);
	return -1;
}

/* ---- the door ---- */

bool
ecs_http_listen(struct ecs_http *http, const char *where, bool admin,
    char *address, size_t size, struct ecs_err *err)
{
	bool local = strncmp(where, "unix:", 5) == 0;
	const char *path = local ? where + 5 : "";
	int fd = local ? bind_unix(path, err) : bind_tcp(where, err);

	if (fd < 0)
		return false;
	if (address != NULL && local)
		snprintf(address, size, "%s", where);
	else if (address != NULL)
		describe(fd, address, size);
	return add_listener(http, fd, admin, path, err);
}

bool
ecs_http_adopt(struct ecs_http *http, int fd, bool admin, struct ecs_err *err)
{
	int listening = 0;
	int one = 1;
	socklen_t len = sizeof(listening);

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) != 0 ||
	    !listening)
		return ecs_err_set(err, 500, "listen_failed",
		    "descriptor %d is not a listening socket", fd);
	if (evutil_make_socket_nonblocking(fd) != 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return failed("socket", "adopt", err);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return add_listener(http, fd, admin, "", err);
}
