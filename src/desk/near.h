/* SPDX-License-Identifier: ISC */
#ifndef DESK_NEAR_H
#define DESK_NEAR_H
/*
 * Groups of words near each other in one unit.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NEAR_PLACES = 8 };

/* One of the places of a group is filled by words begin to end - 1. */
struct near_find {
	uint32_t begin;
	uint32_t end;
	uint32_t place;
};

struct near_group {
	uint32_t begin;
	uint32_t end;
};

/*
 * The narrowest groups: each has a find of every one of n places, within window
 * words; ordered: each begins after the one before has ended; else no two begin
 * at one word; and none holds a narrower one.  finds ascend by begin.  groups
 * has room for as many as there are finds.  Returns how many there are.
 */
size_t near_groups(const struct near_find *finds, size_t nfinds, size_t n,
    uint32_t window, bool ordered, struct near_group *groups);
#endif
