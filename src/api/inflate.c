/* SPDX-License-Identifier: ISC */
/*
 * inflate - a gzip body, bounded: a small message cannot become a large one
 * without end.
 *
 * JSON and CSV shrink to a fifth or a tenth, made-up test data to a fiftieth;
 * what shrinks to less than 1/RATIO is meant to fill memory.  The first FREE
 * bytes are not looked at that way.
 */
#include <string.h>
#include <strings.h>

#include <zlib.h>

#include "write_api.h"

enum { PIECE = 64 * 1024, GZIP_WINDOW = 15 + 16, RATIO = 200, FREE = 4 << 20 };

static bool
inflate_piece(
    z_stream *stream, struct ecs_buf *out, int *status, struct ecs_err *err)
{
	if (!ecs_buf_reserve(out, PIECE))
		return ecs_err_memory(err);
	stream->next_out = (unsigned char *)out->data + out->len;
	stream->avail_out = PIECE;
	*status = inflate(stream, Z_NO_FLUSH);
	if (*status == Z_MEM_ERROR)
		return ecs_err_memory(err);
	if (*status != Z_OK && *status != Z_STREAM_END)
		return ecs_err_set(
		    err, 400, "bad_gzip", "the body is no whole gzip stream");
	out->len += PIECE - stream->avail_out;
	return true;
}

/* A file may be several streams one after another; together they are bounded.
 */
static bool
inflate_all(
    z_stream *stream, size_t limit, struct ecs_buf *out, struct ecs_err *err)
{
	int status = Z_OK;

	while (status != Z_STREAM_END || stream->avail_in > 0) {
		if (status == Z_STREAM_END)
			inflateReset(stream);
		if (!inflate_piece(stream, out, &status, err))
			return false;
		if (out->len > limit)
			return ecs_err_set(err, 413, "too_large",
			    "unpacked, the body is over %zu bytes", limit);
	}
	return true;
}

static size_t
bound(size_t len, size_t limit)
{
	size_t most = len > limit / RATIO ? limit : len * RATIO;

	if (most < FREE)
		most = FREE;
	return most < limit ? most : limit;
}

bool
ecs_inflate(const char *body, size_t len, size_t limit, struct ecs_buf *out,
    struct ecs_err *err)
{
	z_stream stream = {0};
	bool ok;

	if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
		return ecs_err_memory(err);
	stream.next_in = (unsigned char *)(uintptr_t)body;
	stream.avail_in = (unsigned)len;
	ok = inflate_all(&stream, bound(len, limit), out, err);
	inflateEnd(&stream);
	/* Whoever reads text after this finds a NUL behind it. */
	ecs_buf_add(out, "", 0);
	return ok && (!out->failed || ecs_err_memory(err));
}

bool
ecs_call_unpack(struct call *call, size_t limit, struct ecs_buf *unpacked,
    const char **body, size_t *len)
{
	const char *encoding =
	    ecs_request_header(call->request, "Content-Encoding");

	*body = call->request->body;
	*len = call->request->body_len;
	if (encoding == NULL || strcasecmp(encoding, "identity") == 0)
		return true;
	if (strcasecmp(encoding, "gzip") != 0)
		return ecs_err_set(&call->err, 415, "bad_encoding",
		    "the body may be packed with gzip only");
	if (!ecs_inflate(*body, *len, limit, unpacked, &call->err))
		return false;
	*body = unpacked->data;
	*len = unpacked->len;
	return true;
}
