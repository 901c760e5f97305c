/* SPDX-License-Identifier: ISC */
/*
 * asset_api - files that are sent as they are: what pages load, the box, the
 * description of this interface.
 *
 * An asset at the address with its hash never changes and may be kept for good;
 * at any other (the box's plain address, a page older than the program) it is
 * asked for again.
 */
#include <stdio.h>
#include <string.h>

#include "ecsearch/web.h"

#include "app.h"

static void
send_plain_or_gzip(struct call *call, const struct ecs_asset *asset)
{
	struct ecs_buf *out = ecs_reply_body(call->reply);

	ecs_reply_header(call->reply, "Vary", "Accept-Encoding");
	if (asset->gzip_len < asset->plain_len &&
	    ecs_accepts_gzip(call->request)) {
		ecs_reply_header(call->reply, "Content-Encoding", "gzip");
		ecs_buf_add(out, asset->gzip, asset->gzip_len);
	} else {
		ecs_buf_add(out, asset->plain, asset->plain_len);
	}
}

static bool
answer_asset(struct call *call, const char *name, bool lasting)
{
	bool current = false;
	const struct ecs_asset *asset = ecs_asset_find(name, &current);
	const char *known = ecs_request_header(call->request, "If-None-Match");
	char etag[48];

	if (asset == NULL)
		return ecs_err_set(&call->err, 404, "no_route",
		    "there is nothing at this address");
	snprintf(etag, sizeof(etag), "W/\"%s\"", asset->hash);
	ecs_reply_header(call->reply, "ETag", etag);
	ecs_reply_header(call->reply, "Cache-Control",
	    lasting && current ? "public, max-age=31536000, immutable"
			       : "public, max-age=300");
	ecs_reply_header(
	    call->reply, "Cross-Origin-Resource-Policy", "cross-origin");
	if (known != NULL && strstr(known, asset->hash) != NULL) {
		ecs_reply_status(call->reply, 304);
		return true;
	}
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type", asset->type);
	send_plain_or_gzip(call, asset);
	return !ecs_reply_body(call->reply)->failed ||
	    ecs_err_memory(&call->err);
}

bool
ecs_get_asset(struct call *call)
{
	return answer_asset(call, call->arguments[0], true);
}

bool
ecs_get_box(struct call *call)
{
	return answer_asset(call, "embed.js", false);
}

bool
ecs_get_openapi(struct call *call)
{
	static const char *const no_parameters[] = {NULL};

	return ecs_call_only(call, no_parameters) &&
	    answer_asset(call, "openapi.json", false);
}
