/* SPDX-License-Identifier: ISC */
#ifndef ECS_SCHEMA_JSON_H
#define ECS_SCHEMA_JSON_H
/*
 * Checked reading of the schema's JSON: every helper names file, pointer and
 * reason when it fails.
 */
#include <jansson.h>

#include "ecsearch/arena.h"
#include "ecsearch/err.h"
#include "ecsearch/schema.h"

/* Where in which file the reader stands. */
struct place {
	const char *file;
	char pointer[160];
	struct ecs_arena *arena;
	struct ecs_err *err;
};

/* One member that an object may have. */
struct member {
	const char *name;
	json_type type; /* JSON_TRUE stands for both booleans */
	bool required;
};

json_t *ecs_schema_read_file(const char *path, struct ecs_arena *arena,
    const char **text, struct ecs_err *err);
/* The same of JSON that is at hand; path is what errors call it. */
json_t *ecs_schema_read_text(const char *path, const char *json,
    struct ecs_arena *arena, const char **text, struct ecs_err *err);
/* Fail at place (and member, "" for place itself); returns false. */
bool ecs_schema_fail(const struct place *at, const char *member,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Every member is known and of its type, every required one is there. */
bool ecs_schema_members(const struct place *at, json_t *object,
    const struct member *members, size_t n);
/* A place one step further down: a member's name or an index. */
struct place ecs_schema_into(const struct place *at, const char *member);
struct place ecs_schema_item(const struct place *at, size_t index);
/* A copy of a string member in the arena; NULL when absent. */
bool ecs_schema_string(const struct place *at, json_t *object,
    const char *member, const char **text);
bool ecs_schema_labels(
    const struct place *at, json_t *object, struct ecs_labels *labels);

/* Read one vocabulary from root; everything is kept in the arena. */
bool ecs_vocabulary_read(struct place *at, json_t *root, const char *source,
    struct ecs_vocabulary *vocabulary);
void ecs_vocabulary_release(struct ecs_vocabulary *vocabulary);
/* Read one collection; vocabularies are those of schema. */
bool ecs_collection_read(struct place *at, json_t *root,
    const struct ecs_schema *schema, struct ecs_collection *collection);
/* Read how the website shows a collection whose fields stand; page may be NULL.
 */
bool ecs_showing_read(const struct place *at, json_t *page,
    const struct ecs_collection *collection, struct ecs_showing *showing);
#endif
