/* SPDX-License-Identifier: ISC */
/*
 * bulk_body - the body of a bulk request: unpacked, and of which format.
 */
#include <string.h>
#include <strings.h>

#include "write_api.h"

enum { UNPACKED_BYTES = 64 << 20 };

static const struct {
	const char *type;
	enum ecs_feed_format format;
} content_types[] = {
    {"application/json", ECS_FEED_JSON},
    {"application/x-ndjson", ECS_FEED_NDJSON},
    {"application/ndjson", ECS_FEED_NDJSON},
    {"application/jsonl", ECS_FEED_NDJSON},
    {"text/csv", ECS_FEED_CSV},
};

/* An object on the first line that is not blank, with more below, is NDJSON. */
enum ecs_feed_format
ecs_bulk_guess(const char *body, size_t len)
{
	const char *end = body + len;
	const char *stop;
	json_t *object;

	if (len >= 3 && memcmp(body, "\xEF\xBB\xBF", 3) == 0)
		body += 3;
	while (body < end && memchr(" \t\r\n", *body, 4) != NULL)
		body++;
	if (body == end || *body != '{')
		return ECS_FEED_JSON;
	stop = memchr(body, '\n', (size_t)(end - body));
	if (stop == NULL)
		return ECS_FEED_JSON;
	object = json_loadb(body, (size_t)(stop - body), 0, NULL);
	json_decref(object);
	return object == NULL ? ECS_FEED_JSON : ECS_FEED_NDJSON;
}

static bool
read_format(struct call *call, const char *body, size_t len,
    enum ecs_feed_format *format)
{
	const char *type = ecs_request_header(call->request, "Content-Type");
	size_t word = type == NULL ? 0 : strcspn(type, "; \t");

	if (type == NULL) {
		*format = ecs_bulk_guess(body, len);
		return true;
	}
	for (size_t i = 0; i < sizeof(content_types) / sizeof(content_types[0]);
	     i++) {
		if (strlen(content_types[i].type) != word ||
		    strncasecmp(content_types[i].type, type, word) != 0)
			continue;
		*format = content_types[i].format;
		return true;
	}
	return ecs_err_set(&call->err, 415, "bad_content_type",
	    "the body must be application/json, application/x-ndjson or "
	    "text/csv");
}

bool
ecs_bulk_body(struct call *call, struct ecs_buf *unpacked, const char **body,
    size_t *len, enum ecs_feed_format *format)
{
	return ecs_call_unpack(call, UNPACKED_BYTES, unpacked, body, len) &&
	    read_format(call, *body, *len, format);
}
