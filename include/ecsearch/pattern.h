/* SPDX-License-Identifier: ISC */
#ifndef ECS_PATTERN_H
#define ECS_PATTERN_H
/*
 * Words described by a pattern: * stands for any number of characters, none
 * too, ? for one.
 */
#include <stdbool.h>
#include <stddef.h>

/*
 * Is the whole word one of those?  Neither needs a NUL behind it.  Letters are
 * compared byte by byte, so both are folded alike; of what is not UTF-8 a ?
 * takes one byte at least.
 */
bool ecs_pattern_fits(
    const char *pattern, size_t pattern_len, const char *word, size_t len);
#endif
