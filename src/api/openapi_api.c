/* SPDX-License-Identifier: ISC */
/*
 * openapi_api - the description of this interface, written by hand in
 * openapi.json and folded into the program at build.
 */
#include "app.h"

/* Numbers with commas, made from openapi.json by the makefile. */
static const unsigned char description[] = {
#include "openapi.inc"
};

bool
ecs_get_openapi(struct call *call)
{
	static const char *const no_parameters[] = {NULL};
	struct ecs_buf *out = ecs_reply_body(call->reply);

	if (!ecs_call_only(call, no_parameters))
		return false;
	ecs_buf_add(out, description, sizeof(description));
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
	return !out->failed || ecs_err_memory(&call->err);
}
