/* SPDX-License-Identifier: ISC */
/*
 * batch - send documents in requests of a few megabytes.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"

#include "batch.h"
#include "record.h"

void
ecs_upload_fini(struct ecs_upload *batch)
{
	ecs_buf_fini(&batch->lines);
	free(batch->origin);
	free(batch->start);
	batch->origin = NULL;
	batch->start = NULL;
	batch->count = batch->room = 0;
}

static bool
make_room(struct ecs_upload *batch)
{
	size_t room = batch->room * 2 + 1024;
	uint64_t *origin;
	size_t *start;

	if (batch->count < batch->room)
		return true;
	origin = realloc(batch->origin, room * sizeof(*origin));
	if (origin == NULL)
		return false;
	batch->origin = origin;
	start = realloc(batch->start, room * sizeof(*start));
	if (start == NULL)
		return false;
	batch->start = start;
	batch->room = room;
	return true;
}

bool
ecs_upload_add(struct ecs_upload *batch, const char *text, size_t len,
    uint64_t origin, struct ecs_err *err)
{
	if (batch->count > 0 && batch->lines.len + len + 1 > batch->limit) {
		if (batch->atomic)
			return ecs_err_set(err, 400, "usage",
			    "--atomic sends one request, and this is more "
			    "than %zu MB",
			    batch->limit >> 20);
		if (!ecs_upload_send(batch, err))
			return false;
	}
	if (!make_room(batch))
		return ecs_err_memory(err);
	batch->origin[batch->count] = origin;
	batch->start[batch->count++] = batch->lines.len;
	ecs_buf_add(&batch->lines, text, len);
	ecs_buf_putc(&batch->lines, '\n');
	return !batch->lines.failed || ecs_err_memory(err);
}

static uint64_t
number_of(const json_t *answer, const char *name)
{
	json_int_t value = json_integer_value(json_object_get(answer, name));

	return value < 0 ? 0 : (uint64_t)value;
}

/* Add up an answer to the lines from first on; tell what failed. */
static void
take_answer(
    struct ecs_upload *batch, const json_t *answer, size_t first, size_t count)
{
	json_t *error;
	size_t i;

	batch->sent += count;
	if (ecs_remote_status(batch->remote) == 202)
		batch->queued += count;
	batch->indexed += number_of(answer, "indexed");
	batch->deleted += number_of(answer, "deleted");
	batch->failed += number_of(answer, "failed");
	json_array_foreach (json_object_get(answer, "errors"), i, error) {
		uint64_t line = number_of(error, "line");
		const char *id =
		    json_string_value(json_object_get(error, "id"));
		const char *message =
		    json_string_value(json_object_get(error, "message"));

		if (line < 1 || line > count)
			line = 1;
		batch->failed_fn(batch->user, batch->origin[first + line - 1],
		    id, message == NULL ? "refused" : message);
	}
}

/* One document that is too large by itself harms no other. */
static bool
refuse_one(struct ecs_upload *batch, size_t at, struct ecs_err *err)
{
	batch->sent++;
	batch->failed++;
	batch->failed_fn(batch->user, batch->origin[at], NULL, err->text);
	ecs_err_clear(err);
	return true;
}

/* Send count lines; halves of them when the server finds them too long. */
static bool
send_lines(
    struct ecs_upload *batch, size_t first, size_t count, struct ecs_err *err)
{
	size_t from = batch->start[first];
	size_t to = first + count == batch->count ? batch->lines.len
						  : batch->start[first + count];
	json_t *answer = ecs_remote_send(batch->remote, batch->path,
	    "application/x-ndjson", batch->lines.data + from, to - from, err);

	if (answer != NULL) {
		take_answer(batch, answer, first, count);
		json_decref(answer);
		return true;
	}
	if (err->status != 413 || batch->atomic)
		return false;
	if (count == 1)
		return refuse_one(batch, first, err);
	ecs_err_clear(err);
	return send_lines(batch, first, count / 2, err) &&
	    send_lines(batch, first + count / 2, count - count / 2, err);
}

bool
ecs_upload_send(struct ecs_upload *batch, struct ecs_err *err)
{
	bool ok = batch->count == 0 || send_lines(batch, 0, batch->count, err);

	ecs_buf_reset(&batch->lines);
	batch->count = 0;
	return ok;
}
