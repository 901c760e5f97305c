/* SPDX-License-Identifier: ISC */
#ifndef ECS_EXTRACT_NUMBERED_H
#define ECS_EXTRACT_NUMBERED_H
#include <stddef.h>
/*
 * The level that a heading's own number tells: "2 Scope" 1, "2.3.1 Keys" 3,
 * "Annex A" none.  0 for a line that is not numbered.
 */
int ecs_number_level(const char *text, size_t len);
#endif
