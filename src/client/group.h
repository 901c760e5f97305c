/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_GROUP_H
#define ECS_CLIENT_GROUP_H
/*
 * Collects records into documents as a map's "group" says.  With lines
 * "together" one document waits in memory, and a key that comes back after
 * another is an error: the document would overwrite its own beginning.  With
 * "anywhere" all wait until the end, within the map's bound.
 */
#include <stdbool.h>
#include <stdint.h>

#include "map.h"

struct ecs_group;

/* Takes document; origin is that of its first record. */
typedef bool ecs_document_fn(
    void *user, json_t *document, uint64_t origin, struct ecs_err *err);

struct ecs_group *
ecs_group_new(const struct ecs_map *map, ecs_document_fn *fn, void *user);
void ecs_group_free(struct ecs_group *group); /* NULL is allowed */
/*
 * Add a record.  origin tells where it stands, in the caller's terms (63 bits);
 * size is about what it takes.  A status under 500 concerns its document only.
 */
bool ecs_group_put(struct ecs_group *group, const json_t *record,
    uint64_t origin, size_t size, struct ecs_err *err);
/* Hand on what still waits. */
bool ecs_group_finish(struct ecs_group *group, struct ecs_err *err);
#endif
