/* SPDX-License-Identifier: ISC */
/*
 * paper - send a file for the server to make a document of.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "paper.h"

enum { MOST_BYTES = 256 << 20, PIECE = 1 << 16, IN_FOLDERS = 3 };

static const char *const ends[] = {".pdf", ".docx", ".odt", ".html", ".htm",
    ".xhtml", ".md", ".markdown", ".txt"};

bool
ecs_paper_name(const char *path, bool in_folder)
{
	const char *dot = strrchr(path, '.');
	size_t n = in_folder ? IN_FOLDERS : sizeof(ends) / sizeof(ends[0]);

	for (size_t i = 0; dot != NULL && i < n; i++) {
		if (strcasecmp(dot, ends[i]) == 0)
			return true;
	}
	return false;
}

static bool
read_whole(const char *path, struct ecs_buf *body, struct ecs_err *err)
{
	FILE *file = fopen(path, "rb");
	size_t n = 1;

	if (file == NULL)
		return ecs_err_set(
		    err, 400, "bad_file", "%s: %s", path, strerror(errno));
	while (
	    n > 0 && body->len <= MOST_BYTES && ecs_buf_reserve(body, PIECE)) {
		n = fread(body->data + body->len, 1, PIECE, file);
		body->len += n;
	}
	if (ferror(file))
		ecs_err_set(
		    err, 400, "bad_file", "%s: %s", path, strerror(errno));
	else if (body->failed)
		ecs_err_memory(err);
	else if (body->len > MOST_BYTES)
		ecs_err_set(err, 422, "too_large", "is larger than %d MB",
		    MOST_BYTES >> 20);
	fclose(file);
	return err->status == 0;
}

/* The path of the request; free() it. */
static char *
path_of(struct ecs_client *client, const char *path,
    const struct ecs_paper_sending *how, struct ecs_err *err)
{
	const char *slash = strrchr(path, '/');
	char *name =
	    ecs_remote_escape(client->remote, slash == NULL ? path : slash + 1);
	struct ecs_buf rest = {0};
	char *whole = NULL;

	ecs_buf_printf(&rest, "/files?name=%s&wait=%s%s",
	    name == NULL ? "" : name, how->wait,
	    how->dry_run ? "&dry_run=true" : "");
	if (name == NULL || rest.failed)
		ecs_err_memory(err);
	else
		whole =
		    ecs_client_path(client, how->collection, rest.data, err);
	ecs_buf_fini(&rest);
	free(name);
	return whole;
}

bool
ecs_paper_send(struct ecs_client *client, const char *path,
    struct ecs_paper_sending *how, struct ecs_err *err)
{
	struct ecs_buf body = {0};
	char *target = NULL;
	json_t *answer = NULL;

	if (read_whole(path, &body, err))
		target = path_of(client, path, how, err);
	if (target != NULL)
		answer = ecs_remote_send(client->remote, target,
		    "application/octet-stream",
		    body.data == NULL ? "" : body.data, body.len, err);
	how->promised =
	    answer != NULL && ecs_remote_status(client->remote) == 202;
	if (err->status == 413)
		err->status = 422;
	json_decref(answer);
	free(target);
	ecs_buf_fini(&body);
	return err->status == 0;
}
