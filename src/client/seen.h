/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_SEEN_H
#define ECS_CLIENT_SEEN_H
/*
 * Which texts were met before, as 64-bit hashes: 16 bytes for each, so that a
 * million ids are no burden.  Two different texts are taken for one once in
 * about 10^7 imports of a million.
 */
#include <stdbool.h>
#include <stdint.h>

struct ecs_seen {
	uint64_t *slots;
	uint64_t size, used;
};

void ecs_seen_fini(struct ecs_seen *seen);
/* Add text; *before tells whether it was there.  False without memory. */
bool ecs_seen_add(struct ecs_seen *seen, const char *text, bool *before);
#endif
