/* SPDX-License-Identifier: ISC */
/*
 * bitmap - sets of rows, 64 to a word; the words follow their head.
 *
 * Bits past the room are always 0, so whole words may be combined and counted
 * without looking at the room.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/columns.h"

#include "words.h"

static size_t
words_for(uint32_t bits)
{
	return ((size_t)bits + 63) / 64;
}

struct ecs_bitmap *
ecs_bitmap_new(uint32_t bits)
{
	size_t words = words_for(bits);
	struct ecs_bitmap *bitmap;

	bitmap = calloc(1, sizeof(*bitmap) + words * sizeof(uint64_t));
	if (bitmap == NULL)
		return NULL;
	bitmap->words = (uint64_t *)(bitmap + 1);
	bitmap->bits = bits;
	return bitmap;
}

struct ecs_bitmap *
ecs_bitmap_copy(const struct ecs_bitmap *bitmap)
{
	size_t bytes = words_for(bitmap->bits) * sizeof(uint64_t);
	struct ecs_bitmap *copy = malloc(sizeof(*copy) + bytes);

	if (copy == NULL)
		return NULL;
	copy->words = (uint64_t *)(copy + 1);
	copy->bits = bitmap->bits;
	memcpy(copy->words, bitmap->words, bytes);
	return copy;
}

void
ecs_bitmap_free(struct ecs_bitmap *bitmap)
{
	free(bitmap);
}

void
ecs_bitmap_clear(struct ecs_bitmap *bitmap, uint32_t bit)
{
	if (bit < bitmap->bits)
		bitmap->words[bit >> 6] &= ~(UINT64_C(1) << (bit & 63));
}

void
ecs_bitmap_and(struct ecs_bitmap *a, const struct ecs_bitmap *b)
{
	size_t words = words_for(a->bits);
	size_t both = words_for(b->bits);
	size_t i;

	if (both > words)
		both = words;
	for (i = 0; i < both; i++)
		a->words[i] &= b->words[i];
	memset(a->words + both, 0, (words - both) * sizeof(uint64_t));
}

void
ecs_bitmap_or(struct ecs_bitmap *a, const struct ecs_bitmap *b)
{
	size_t words = words_for(b->bits);
	size_t i;

	assert(b->bits <= a->bits);
	for (i = 0; i < words; i++)
		a->words[i] |= b->words[i];
}

void
ecs_bitmap_andnot(struct ecs_bitmap *a, const struct ecs_bitmap *b)
{
	size_t words = words_for(a->bits < b->bits ? a->bits : b->bits);
	size_t i;

	for (i = 0; i < words; i++)
		a->words[i] &= ~b->words[i];
}

uint32_t
ecs_bitmap_count(const struct ecs_bitmap *bitmap)
{
	size_t words = words_for(bitmap->bits);
	uint32_t count = 0;
	size_t i;

	for (i = 0; i < words; i++)
		count += word_count(bitmap->words[i]);
	return count;
}

uint32_t
ecs_bitmap_next(const struct ecs_bitmap *bitmap, uint32_t from)
{
	size_t words = words_for(bitmap->bits);
	size_t i = from >> 6;
	uint64_t word;

	if (from >= bitmap->bits)
		return UINT32_MAX;
	word = bitmap->words[i] & UINT64_MAX << (from & 63);
	while (word == 0) {
		if (++i == words)
			return UINT32_MAX;
		word = bitmap->words[i];
	}
	return (uint32_t)(i * 64 + (size_t)__builtin_ctzll(word));
}
