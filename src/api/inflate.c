/* SPDX-License-Identifier: ISC */
/*
 * inflate - a gzip body, bounded: a small message cannot become a large one
 * without end.
 */
#include <string.h>

#include <zlib.h>

#include "write_api.h"

enum { PIECE = 64 * 1024, GZIP_WINDOW = 15 + 16 };

static bool
inflate_all(
    z_stream *stream, size_t limit, struct ecs_buf *out, struct ecs_err *err)
{
	int status = Z_OK;

	while (status != Z_STREAM_END) {
		if (!ecs_buf_reserve(out, PIECE))
			return ecs_err_memory(err);
		stream->next_out = (unsigned char *)out->data + out->len;
		stream->avail_out = PIECE;
		status = inflate(stream, Z_NO_FLUSH);
		if (status != Z_OK && status != Z_STREAM_END)
			return ecs_err_set(err, 400, "bad_gzip",
			    "the body is no whole gzip stream");
		out->len += PIECE - stream->avail_out;
		if (out->len > limit)
			return ecs_err_set(err, 413, "too_large",
			    "unpacked, the body is over %zu bytes", limit);
	}
	if (stream->avail_in > 0)
		return ecs_err_set(
		    err, 400, "bad_gzip", "something follows the gzip stream");
	return true;
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
	ok = inflate_all(&stream, limit, out, err);
	inflateEnd(&stream);
	/* Whoever reads text after this finds a NUL behind it. */
	ecs_buf_add(out, "", 0);
	return ok;
}
