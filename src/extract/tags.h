/* SPDX-License-Identifier: ISC */
#ifndef ECS_EXTRACT_TAGS_H
#define ECS_EXTRACT_TAGS_H
#include <stdbool.h>
/* What HTML's elements mean for the text. */
bool ecs_tag_left_out(const char *name); /* with all that is in it */
bool ecs_tag_is_block(const char *name); /* begins and ends a paragraph */
bool ecs_tag_is_line(const char *name);  /* the same, only a line */
#endif
