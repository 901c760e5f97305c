/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_FILES_H
#define ECS_CLIENT_FILES_H
/*
 * The files that the operands of import stand for.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ecs_err;

struct ecs_files {
	char **path;
	size_t count, room;
	int64_t size; /* of all together, -1 when one cannot tell */
};

/* Add a file, "-", or all files of a folder whose names tell a format. */
bool
ecs_files_add(struct ecs_files *files, const char *path, struct ecs_err *err);
void ecs_files_fini(struct ecs_files *files);
#endif
