/* SPDX-License-Identifier: ISC */
/*
 * sync - make names durable, which the engine does not.
 *
 * The engine renames its version file at the end of a commit but leaves the
 * directory to the system.  After a power cut the old version file could name
 * blocks that a later commit has used again.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ecsearch/err.h"

#include "sync.h"

static bool
fail(struct ecs_err *err, const char *what)
{
	if (errno == ENOSPC || errno == EDQUOT)
		return ecs_err_set(
		    err, 507, "disk_full", "no space left on the disk");
	return ecs_err_set(
	    err, 500, "index_failed", "cannot %s: %s", what, strerror(errno));
}

bool
ecs_sync_directory(int directory, struct ecs_err *err)
{
	if (fsync(directory) != 0)
		return fail(err, "sync the index directory");
	return true;
}

/* Sync what name, seen from directory, stands for. */
static bool
sync_name(int directory, const char *name, struct ecs_err *err)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return fail(err, "open a file of the index");
	ok = fsync(fd) == 0 || fail(err, "sync a file of the index");
	close(fd);
	return ok;
}

bool
ecs_sync_parent(int directory, struct ecs_err *err)
{
	return sync_name(directory, "..", err);
}

bool
ecs_sync_tree(const char *path, struct ecs_err *err)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool ok = true;

	if (dir == NULL)
		return fail(err, "open the index directory");
	while (ok && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, "..") != 0)
			ok = sync_name(dirfd(dir), entry->d_name, err);
	ok = ok && ecs_sync_parent(dirfd(dir), err);
	closedir(dir);
	return ok;
}
