/* SPDX-License-Identifier: ISC */
/*
 * files - expand folders into their files, in order of their names.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "files.h"
#include "paper.h"
#include "reader.h"

enum { DEEPEST = 32 };

static bool
add_file(struct ecs_files *files, const char *path, int64_t size,
    struct ecs_err *err)
{
	char **more;

	if (files->count == files->room) {
		files->room = files->room * 2 + 16;
		more = realloc(files->path, files->room * sizeof(*more));
		if (more == NULL)
			return ecs_err_memory(err);
		files->path = more;
	}
	files->path[files->count] = strdup(path);
	if (files->path[files->count] == NULL)
		return ecs_err_memory(err);
	files->count++;
	if (size < 0 || files->size < 0)
		files->size = -1;
	else
		files->size += size;
	return true;
}

static bool add_path(
    struct ecs_files *files, const char *path, int depth, struct ecs_err *err);

static int
is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Names are compared as bytes, so that every machine gives one order. */
static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool
add_folder(
    struct ecs_files *files, const char *path, int depth, struct ecs_err *err)
{
	struct dirent **entry = NULL;
	struct ecs_buf child = {0};
	int count = scandir(path, &entry, is_shown, by_bytes);
	bool ok = true;

	if (count < 0)
		return ecs_err_set(
		    err, 400, "bad_file", "%s: %s", path, strerror(errno));
	for (int i = 0; i < count; i++) {
		ecs_buf_reset(&child);
		ecs_buf_printf(&child, "%s/%s", path, entry[i]->d_name);
		if (child.failed)
			ok = ecs_err_memory(err);
		if (ok)
			ok = add_path(files, child.data, depth + 1, err);
		free(entry[i]);
	}
	free(entry);
	ecs_buf_fini(&child);
	return ok;
}

/* A file found in a folder must have a name we know; a named one need not. */
static bool
add_path(
    struct ecs_files *files, const char *path, int depth, struct ecs_err *err)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return ecs_err_set(
		    err, 400, "bad_file", "%s: %s", path, strerror(errno));
	if (S_ISDIR(status.st_mode)) {
		if (depth == DEEPEST)
			return ecs_err_set(err, 400, "bad_file",
			    "%s: folders are nested too deeply", path);
		return add_folder(files, path, depth, err);
	}
	if (depth > 0 && ecs_format_of_name(path) == ECS_FORMAT_GUESS &&
	    !ecs_paper_name(path, true))
		return true;
	return add_file(files, path,
	    S_ISREG(status.st_mode) ? (int64_t)status.st_size : -1, err);
}

bool
ecs_files_add(struct ecs_files *files, const char *path, struct ecs_err *err)
{
	size_t before = files->count;

	if (strcmp(path, "-") == 0)
		return add_file(files, path, -1, err);
	if (!add_path(files, path, 0, err))
		return false;
	if (files->count == before)
		return ecs_err_set(err, 400, "bad_file",
		    "%s holds no .json, .ndjson, .jsonl, .csv, .tsv, "
		    ".pdf, .docx or .odt file",
		    path);
	return true;
}

void
ecs_files_fini(struct ecs_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->path[i]);
	free(files->path);
	*files = (struct ecs_files){0};
}
