/* SPDX-License-Identifier: ISC */
/*
 * generation - a directory that an index lies in, kept while somebody reads it.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ecsearch/err.h"
#include "ecsearch/log.h"

#include "store.h"

struct ecs_generation *
ecs_generation_ref(struct ecs_generation *generation)
{
	atomic_fetch_add(&generation->refs, 1);
	return generation;
}

void
ecs_remove_directory(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	if (rmdir(path) != 0)
		ecs_log(ECS_LOG_WARNING, "%s: cannot be removed: %s", path,
		    strerror(errno));
}

void
ecs_generation_unref(struct ecs_generation *generation)
{
	if (generation == NULL || atomic_fetch_sub(&generation->refs, 1) != 1)
		return;
	if (generation->abandoned)
		ecs_remove_directory(generation->path);
	ecs_termset_free(generation->terms);
	free(generation);
}

void
ecs_generation_path(const struct ecs_store *store, const struct state *state,
    unsigned number, char *path, size_t size)
{
	snprintf(path, size, "%s/index/%s-%06u", store->directory,
	    state->collection->name, number);
}

struct ecs_generation *
ecs_generation_new(const struct ecs_store *store, const struct state *state,
    unsigned number, struct ecs_err *err)
{
	struct ecs_generation *generation = calloc(1, sizeof(*generation));

	if (generation == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	atomic_init(&generation->refs, 1);
	generation->number = number;
	ecs_generation_path(
	    store, state, number, generation->path, sizeof(generation->path));
	generation->terms = ecs_termset_new(err);
	if (generation->terms == NULL) {
		free(generation);
		return NULL;
	}
	return generation;
}
