/* SPDX-License-Identifier: ISC */
/*
 * public_url - where the world reaches this daemon, behind whatever proxy.
 *
 * Of the URLs of RFC 3986 only what can stand before every address of ours: a
 * scheme, a host, perhaps a port, and a path of plain segments.
 */
#include <stdio.h>
#include <string.h>

#include "ecsearch/err.h"

#include "app.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

static bool
fail(struct ecs_err *err, const char *url, const char *reason)
{
	return ecs_err_set(
	    err, 400, "bad_setting", "public-url: \"%.100s\" %s", url, reason);
}

/* The length of "https://", or 0. */
static size_t
scheme_length(const char *url)
{
	if (strncmp(url, "https://", 8) == 0)
		return 8;
	return strncmp(url, "http://", 7) == 0 ? 7 : 0;
}

/* "example.org", "[::1]:8480": a host and perhaps a port. */
static bool
is_authority(const char *text, size_t len)
{
	size_t host = text[0] == '['
	    ? strspn(text + 1, DIGITS "abcdefABCDEF:.") + 2
	    : strspn(text, LETTERS DIGITS ".-");
	size_t port;

	if (host == 0 || host > len ||
	    (text[0] == '[' && text[host - 1] != ']'))
		return false;
	if (host == len)
		return true;
	port = strspn(text + host + 1, DIGITS);
	return text[host] == ':' && port > 0 && port <= 5 &&
	    host + 1 + port == len;
}

/* "/search", "/a/b": nothing empty, no way up, nothing to be escaped. */
static bool
is_prefix(const char *text, size_t len)
{
	static const char plain[] = LETTERS DIGITS "-._~";

	while (len > 0) {
		size_t segment;

		if (*text != '/')
			return false;
		segment = strspn(text + 1, plain);
		if (segment == 0 || segment + 1 > len ||
		    strspn(text + 1, ".") == segment)
			return false;
		text += segment + 1;
		len -= segment + 1;
	}
	return true;
}

bool
ecs_public_url_read(
    const char *url, struct ecs_public_url *public_url, struct ecs_err *err)
{
	size_t scheme;
	size_t origin;
	size_t path;

	memset(public_url, 0, sizeof(*public_url));
	if (url == NULL || url[0] == '\0')
		return true;
	scheme = scheme_length(url);
	if (scheme == 0)
		return fail(err, url, "must begin with https:// or http://");
	if (strpbrk(url, "?#") != NULL)
		return fail(err, url, "must have no query and no fragment");
	origin = scheme + strcspn(url + scheme, "/");
	path = strlen(url + origin);
	if (path > 0 && url[origin + path - 1] == '/')
		path--;
	if (origin >= sizeof(public_url->origin) ||
	    path >= sizeof(public_url->prefix))
		return fail(err, url, "is too long");
	if (!is_authority(url + scheme, origin - scheme))
		return fail(err, url, "must name a host, and a port at most");
	if (!is_prefix(url + origin, path))
		return fail(err, url,
		    "must have a path of letters, digits, - . _ ~ and /");
	memcpy(public_url->origin, url, origin);
	memcpy(public_url->prefix, url + origin, path);
	return true;
}
