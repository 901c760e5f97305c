/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_MAP_H
#define ECS_CLIENT_MAP_H
/*
 * A map says how records of a source become our documents.  It is data (JSON,
 * see ecsearch-map(5)), checked whole before any record is read.  A map is
 * never changed by use.
 */
#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct ecs_err;
struct ecs_map;

/* NULL and err, with pointer and reason, when the map is wrong. */
struct ecs_map *ecs_map_load(const char *path, struct ecs_err *err);
struct ecs_map *
ecs_map_parse(const char *text, size_t len, struct ecs_err *err);
void ecs_map_free(struct ecs_map *map); /* NULL is allowed */

/* The document that record gives, the caller's; NULL and err on failure. */
json_t *ecs_map_apply(
    const struct ecs_map *map, const json_t *record, struct ecs_err *err);

/* Whether records are collected into documents, and how. */
struct ecs_grouping {
	bool grouped;
	bool anywhere;    /* lines of a document may stand apart */
	size_t at_most;   /* bytes that may wait in memory then */
	const char *into; /* the member that takes the parts */
};
struct ecs_grouping ecs_map_grouping(const struct ecs_map *map);
/* What a record belongs to: a string, the caller's; NULL and err if nothing. */
json_t *ecs_map_key(
    const struct ecs_map *map, const json_t *record, struct ecs_err *err);
/* Append what record adds to its document to parts; false with err. */
bool ecs_map_parts(const struct ecs_map *map, const json_t *record,
    json_t *parts, struct ecs_err *err);
#endif
