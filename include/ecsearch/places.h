/* SPDX-License-Identifier: ISC */
/*
 * Count where words stand together, from their positions alone.
 */
#ifndef ECS_PLACES_H
#define ECS_PLACES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One word of the phrase (or a run of several) in one document. */
struct ecs_place_word {
	const uint32_t *at;   /* where it begins, ascending, no two alike */
	const uint32_t *ends; /* where each of these ends: its last position */
	size_t len;
	size_t next;    /* working: the first position not yet passed */
	uint32_t taken; /* working: the position given to this word, or 0 */
	bool asked;     /* working: was asked to move in this round */
};

/*
 * The number of positions at which a place begins: one stretch for each of the
 * n words, no two beginning alike, all within window positions; ordered: each
 * begins after the one before has ended, and but for the first word the ends
 * must be ascending too.  What the working members held does not matter.
 */
uint32_t ecs_places_count(
    struct ecs_place_word *words, size_t n, uint32_t window, bool ordered);

#ifdef __cplusplus
}
#endif
#endif
