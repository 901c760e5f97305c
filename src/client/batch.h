/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_BATCH_H
#define ECS_CLIENT_BATCH_H
/*
 * Documents on their way to the server, several in one request, and where
 * each came from, so that a failure is told in the file's own lines.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/buf.h"

#include "remote.h"

struct ecs_err;

/* One document that failed, and why. */
typedef void ecs_failure_fn(
    void *user, uint64_t origin, const char *id, const char *message);

struct ecs_upload {
	struct ecs_remote *remote;
	const char *path; /* with its query */
	size_t limit;     /* send when so many bytes are waiting */
	bool atomic;      /* never send in parts */
	ecs_failure_fn *failed_fn;
	void *user;

	struct ecs_buf lines; /* NDJSON */
	uint64_t *origin;     /* of each line */
	size_t *start;        /* of each line in lines */
	size_t count, room;

	uint64_t sent, indexed, deleted, failed, queued;
};

void ecs_upload_fini(struct ecs_upload *batch);
/* Add a document (one line of JSON) and send what is due. */
bool ecs_upload_add(struct ecs_upload *batch, const char *text, size_t len,
    uint64_t origin, struct ecs_err *err);
/* Send what is waiting. */
bool ecs_upload_send(struct ecs_upload *batch, struct ecs_err *err);
#endif
