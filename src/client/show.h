/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_SHOW_H
#define ECS_CLIENT_SHOW_H
/*
 * Answers as people read them.  Nothing of a document can steer the terminal:
 * control characters are shown as spaces.
 */
#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

/* A whole answer on one line, for scripts. */
void ecs_show_json(const json_t *answer);
/* Text without controls; width columns at most, or 0 for all of it. */
void ecs_show_text(const char *text, int width, FILE *out);
/*
 * Marked HTML of a highlight: <mark> becomes bold on a terminal and vanishes
 * elsewhere, entities become their characters.
 */
void ecs_show_marked(const char *html, bool pretty, FILE *out);
/* Columns that text takes on a terminal. */
int ecs_show_width(const char *text);
/* Any answer: "name: value" lines, indented, lists of objects as tables. */
void ecs_show_any(const json_t *answer, FILE *out);
/* A table of objects: the named members, or those of the first object. */
void ecs_show_table(const json_t *rows, const char *const *columns, FILE *out);
#endif
