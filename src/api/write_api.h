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
/*
 * What the call's If-Match and If-None-Match ask, put into write.  400 when
 * the write is only promised: nobody would be there to be told the 412.
 */
bool ecs_call_condition(
    struct call *call, enum write_wait wait, struct ecs_write *write);
/* Append the warning that err holds, if any, as a member of an object. */
void ecs_view_warning(struct ecs_buf *out, const struct ecs_err *err);

/* ---- condition.c ---- */
/* What the two headers, NULL when not sent, ask of a write; else 400, 412. */
bool ecs_condition_read(const char *match, const char *none,
    struct ecs_write *write, struct ecs_err *err);

/* ---- confine.c ---- */
/*
 * What the key's own filter lets a write reach, at the session's view; all
 * zero: everything, as for work that was promised.
 */
struct confine {
	struct ecs_session *session;
	int collection;
	struct ecs_bitmap *rows; /* NULL: everything */
};
/* 400 for a key with a filter when the work is only promised. */
bool ecs_confine_init(
    struct call *call, enum write_wait wait, struct confine *confine);
void ecs_confine_fini(struct confine *confine);
/* 403 when there is such a document and the key does not see it. */
bool ecs_confine_check(
    const struct confine *confine, const char *id, struct ecs_err *err);
/* All of it for the document in the path. */
bool ecs_call_confined(struct call *call, enum write_wait wait);

/* ---- write_api.c, delete_api.c, bulk_api.c ---- */
/* Apply a merge patch (RFC 7396); target is stolen, the result is new. */
json_t *ecs_merge_patch(json_t *target, json_t *patch);
/* The answer to one document written: head and body, or call->err. */
bool ecs_answer_written(struct call *call, const struct ecs_batch *batch);

/*
 * Store object, the caller's, as the document that arguments[1] names, and
 * answer; what PUT does once it has read its body.
 */
bool ecs_call_put(struct call *call, json_t *object, enum write_wait wait,
    const struct ecs_write *condition);

/* Keep a bulk body as a task and answer 202. */
bool ecs_promise_bulk(struct call *call, enum ecs_feed_format format,
    bool atomic, const char *body, size_t len);
/* What the runner does with a promised patch and with promised deletions. */
bool ecs_task_run_patch(struct ecs_app *app, struct ecs_session *session,
    const void *payload, size_t len, struct ecs_buf *result,
    struct ecs_err *err);
bool ecs_task_run_delete(struct ecs_app *app, struct ecs_session *session,
    const void *payload, size_t len, struct ecs_buf *result,
    struct ecs_err *err);

/* ---- tasks.c ---- */
/* Take a line off a payload; false when there is none that fits. */
bool
ecs_payload_line(const char **at, const char *end, char *line, size_t size);
/* Take the line that names a collection: its index in the view, or -1. */
int ecs_payload_collection(const struct ecs_view *view, const char **at,
    const char *end, struct ecs_err *err);

/* ---- bulk_body.c ---- */
/*
 * The body of a bulk request, unpacked into unpacked when it was packed, and
 * its format; 400, 413 or 415.
 */
bool ecs_bulk_body(struct call *call, struct ecs_buf *unpacked,
    const char **body, size_t *len, enum ecs_feed_format *format);
/* The format of a body whose type was not said. */
enum ecs_feed_format ecs_bulk_guess(const char *body, size_t len);

/* ---- inflate.c ---- */
/* Inflate a gzip body; 413 past limit bytes, 400 for what is none. */
bool ecs_inflate(const char *body, size_t len, size_t limit,
    struct ecs_buf *out, struct ecs_err *err);
/*
 * The call's body, unpacked into unpacked when Content-Encoding is gzip; 415
 * for another one, and as above.
 */
bool ecs_call_unpack(struct call *call, size_t limit, struct ecs_buf *unpacked,
    const char **body, size_t *len);
#endif
