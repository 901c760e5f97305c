/* SPDX-License-Identifier: ISC */
#ifndef ECS_INDEX_SECTIONS_H
#define ECS_INDEX_SECTIONS_H
#include <stdbool.h>

#include <jansson.h>

struct ecs_doc;
struct ecs_err;

/* A member's name as a step of a JSON pointer, cut when it is long. */
void ecs_pointer_step(char *step, size_t size, const char *name);
/* Read the sections of a long document into doc; 422 names what is wrong. */
bool ecs_sections_read(struct ecs_doc *doc, json_t *json, struct ecs_err *err);
#endif
