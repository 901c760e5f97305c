/* SPDX-License-Identifier: ISC */
#ifndef ECS_ARENA_H
#define ECS_ARENA_H
/*
 * Memory that is freed all at once: what one request or one document needs.
 * An arena belongs to one thread at a time.  Nothing taken from it is freed
 * singly; pointers stay valid until ecs_arena_free or ecs_arena_reset.
 */
#include <stddef.h>

struct ecs_arena;

/* NULL when memory ran out. */
struct ecs_arena *ecs_arena_new(void);
void ecs_arena_free(struct ecs_arena *arena); /* NULL is allowed */
/* Forget everything taken; keeps one block for the next use. */
void ecs_arena_reset(struct ecs_arena *arena);
/* Zeroed memory aligned for any object; NULL when memory ran out. */
void *ecs_arena_alloc(struct ecs_arena *arena, size_t size);
/* A NUL-terminated copy of len bytes; NULL when memory ran out. */
char *ecs_arena_strndup(struct ecs_arena *arena, const char *text, size_t len);
char *ecs_arena_strdup(struct ecs_arena *arena, const char *text);
/* Bytes handed out since the last reset. */
size_t ecs_arena_used(const struct ecs_arena *arena);
#endif
