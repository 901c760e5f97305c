/* SPDX-License-Identifier: ISC */
/*
 * seen - a set of hashed texts, open addressing, at most half full.
 */
#include <stdlib.h>

#include "seen.h"

/* FNV-1a with a last mix, since the low bits choose the slot; never 0. */
static uint64_t
hash(const char *text)
{
	uint64_t value = 0xCBF29CE484222325u;

	for (; *text != '\0'; text++)
		value = (value ^ (unsigned char)*text) * 0x100000001B3u;
	value ^= value >> 32;
	value *= 0xD6E8FEB86659FD93u;
	value ^= value >> 32;
	return value == 0 ? 1 : value;
}

/* The slot where value is or belongs. */
static uint64_t *
find(uint64_t *slots, uint64_t size, uint64_t value)
{
	uint64_t at = value & (size - 1);

	while (slots[at] != 0 && slots[at] != value)
		at = (at + 1) & (size - 1);
	return &slots[at];
}

static bool
grow(struct ecs_seen *seen)
{
	uint64_t size = seen->size == 0 ? 1024 : seen->size * 2;
	uint64_t *slots = calloc(size, sizeof(*slots));

	if (slots == NULL)
		return false;
	for (uint64_t i = 0; i < seen->size; i++) {
		if (seen->slots[i] != 0)
			*find(slots, size, seen->slots[i]) = seen->slots[i];
	}
	free(seen->slots);
	seen->slots = slots;
	seen->size = size;
	return true;
}

void
ecs_seen_fini(struct ecs_seen *seen)
{
	free(seen->slots);
	*seen = (struct ecs_seen){0};
}

bool
ecs_seen_add(struct ecs_seen *seen, const char *text, bool *before)
{
	uint64_t value = hash(text), *slot;

	if (seen->used * 2 >= seen->size && !grow(seen))
		return false;
	slot = find(seen->slots, seen->size, value);
	*before = *slot != 0;
	seen->used += *slot == 0;
	*slot = value;
	return true;
}
