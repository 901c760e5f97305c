/* SPDX-License-Identifier: ISC */
#ifndef ECS_API_WRITE_H
#define ECS_API_WRITE_H
/*
 * What the writing endpoints share.
 */
#include "app.h"

enum write_wait { WAIT_VISIBLE, WAIT_DURABLE, WAIT_NONE };

/* Read wait=; 400 for another word. */
bool ecs_call_wait(struct call *call, enum write_wait *wait);
enum ecs_wait ecs_store_wait(enum write_wait wait);

/* Apply a merge patch (RFC 7396); target is stolen, the result is new. */
json_t *ecs_merge_patch(json_t *target, json_t *patch);

/* Keep a bulk body as a task and answer 202. */
bool ecs_promise_bulk(struct call *call, enum ecs_feed_format format,
    bool atomic, const char *body, size_t len);

/* Inflate a gzip body; 413 past limit bytes, 400 for what is none. */
bool ecs_inflate(const char *body, size_t len, size_t limit,
    struct ecs_buf *out, struct ecs_err *err);
#endif
