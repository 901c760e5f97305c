/* SPDX-License-Identifier: ISC */
/*
 * deflate - replies packed for clients that accept gzip.
 *
 * On the worker, at a low level, and only when it pays: below two kilobytes a
 * reply fits into a packet or two as it is, and packing costs ten times what
 * sending does but less than a search.  Streams leave as they are made.
 */
#include <string.h>

#include <zlib.h>

#include "ecsearch/log.h"

#include "app.h"

enum { LEAST = 2048, GZIP_WINDOW = 15 + 16, MEMORY = 8 };

static bool
is_text(const char *type)
{
	static const char *const kinds[] = {"text/", "application/json",
	    "application/problem+json", "application/x-ndjson",
	    "application/opensearchdescription+xml", "image/svg+xml"};

	for (size_t i = 0; type != NULL && i < sizeof(kinds) / sizeof(kinds[0]);
	     i++)
		if (strncmp(type, kinds[i], strlen(kinds[i])) == 0)
			return true;
	return false;
}

/* Pack body into packed; false when it cannot be, or does not get smaller. */
static bool
pack(const struct ecs_buf *body, int level, struct ecs_buf *packed)
{
	z_stream stream = {0};
	bool ok;

	if (deflateInit2(&stream, level, Z_DEFLATED, GZIP_WINDOW, MEMORY,
		Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	ok = ecs_buf_reserve(packed, body->len);
	if (ok) {
		stream.next_in = (unsigned char *)body->data;
		stream.avail_in = (unsigned)body->len;
		stream.next_out = (unsigned char *)packed->data;
		stream.avail_out = (unsigned)body->len;
		ok = deflate(&stream, Z_FINISH) == Z_STREAM_END;
		packed->len = body->len - stream.avail_out;
	}
	deflateEnd(&stream);
	return ok;
}

void
ecs_answer_pack(
    const struct ecs_request *request, struct ecs_reply *reply, int level)
{
	struct ecs_buf *body = ecs_reply_body(reply);
	struct ecs_buf packed = {0};

	if (level == 0 || !is_text(ecs_reply_told(reply, "Content-Type")) ||
	    ecs_reply_told(reply, "Content-Encoding") != NULL)
		return;
	ecs_reply_header(reply, "Vary", "Accept-Encoding");
	if (body->failed || body->len < LEAST || body->len > UINT32_MAX / 2 ||
	    !ecs_accepts_gzip(request))
		return;
	if (pack(body, level, &packed) &&
	    ecs_reply_header(reply, "Content-Encoding", "gzip")) {
		ecs_buf_fini(body);
		*body = packed;
		packed = (struct ecs_buf){0};
	}
	ecs_buf_fini(&packed);
}
