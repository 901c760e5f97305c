/* SPDX-License-Identifier: ISC */
/*
 * openapi_api - the description of this interface, written by hand in
 * openapi.json and folded into the program at build.
 */
#include "app.h"

extern const unsigned char ecs_openapi_json[];
extern const size_t ecs_openapi_json_len;

bool
ecs_get_openapi(struct call *call)
{
	static const char *const no_parameters[] = {NULL};
	struct ecs_buf *out = ecs_reply_body(call->reply);

	if (!ecs_call_only(call, no_parameters))
		return false;
	ecs_buf_add(out, ecs_openapi_json, ecs_openapi_json_len);
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
	return !out->failed || ecs_err_memory(&call->err);
}
