/* SPDX-License-Identifier: ISC */
/*
 * arena - memory freed all at once: a chain of blocks, each twice the last.
 */
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/arena.h"

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20 };

struct block {
	struct block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) unsigned char bytes[];
};

struct ecs_arena {
	struct block *newest;
	size_t used;
};

static struct block *
block_new(size_t size, struct block *next)
{
	struct block *block = malloc(sizeof(*block) + size);

	if (block == NULL)
		return NULL;
	block->next = next;
	block->size = size;
	block->used = 0;
	return block;
}

struct ecs_arena *
ecs_arena_new(void)
{
	return calloc(1, sizeof(struct ecs_arena));
}

static void
free_blocks(struct block *block)
{
	while (block != NULL) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
}

void
ecs_arena_free(struct ecs_arena *arena)
{
	if (arena == NULL)
		return;
	free_blocks(arena->newest);
	free(arena);
}

void
ecs_arena_reset(struct ecs_arena *arena)
{
	if (arena->newest != NULL) {
		free_blocks(arena->newest->next);
		arena->newest->next = NULL;
		arena->newest->used = 0;
	}
	arena->used = 0;
}

void *
ecs_arena_alloc(struct ecs_arena *arena, size_t size)
{
	const size_t unit = alignof(max_align_t);
	size_t want = (size + unit - 1) / unit * unit;
	struct block *block = arena->newest;
	void *memory;

	if (want < size)
		return NULL;
	if (block == NULL || block->size - block->used < want) {
		size_t grown = block == NULL ? FIRST_BLOCK : block->size * 2;

		if (grown > LARGEST_BLOCK)
			grown = LARGEST_BLOCK;
		if (grown < want)
			grown = want;
		block = block_new(grown, arena->newest);
		if (block == NULL)
			return NULL;
		arena->newest = block;
	}
	memory = block->bytes + block->used;
	block->used += want;
	arena->used += want;
	return memset(memory, 0, want);
}

char *
ecs_arena_strndup(struct ecs_arena *arena, const char *text, size_t len)
{
	char *copy = ecs_arena_alloc(arena, len + 1);

	if (copy != NULL && len > 0)
		memcpy(copy, text, len);
	return copy;
}

char *
ecs_arena_strdup(struct ecs_arena *arena, const char *text)
{
	return ecs_arena_strndup(arena, text, strlen(text));
}

size_t
ecs_arena_used(const struct ecs_arena *arena)
{
	return arena->used;
}
