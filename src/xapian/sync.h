/* SPDX-License-Identifier: ISC */
/*
 * sync.h - make names durable, which the engine does not.
 */
#ifndef ECS_XAPIAN_SYNC_H
#define ECS_XAPIAN_SYNC_H
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ecs_err;

/* The open directory's own names. */
bool ecs_sync_directory(int directory, struct ecs_err *err);
/* The name of the open directory in its parent. */
bool ecs_sync_parent(int directory, struct ecs_err *err);
/* Every file of the directory at path, its names and its own name. */
bool ecs_sync_tree(const char *path, struct ecs_err *err);

#ifdef __cplusplus
}
#endif
#endif
