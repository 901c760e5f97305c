/* SPDX-License-Identifier: ISC */
#ifndef ECS_WEB_VALUES_H
#define ECS_WEB_VALUES_H
/*
 * Values of documents as people read them.
 */
#include "page.h"

/* The label of a field in the page's language. */
const char *
ecs_field_label(const struct page *page, const struct ecs_field *field);
/* The label of a stored value: of its vocabulary, else the value itself. */
const char *ecs_value_label(
    const struct page *page, const struct ecs_field *field, const char *value);
/*
 * Write a value of a document: a list with commas, numbers and dates as they
 * are, labels for ids.  False, and nothing written, when there is none.
 */
bool ecs_value_write(
    struct page *page, const struct ecs_field *field, const json_t *value);
/* "2016-06-20" as "20 June 2016"; what is no date of ISO 8601 stays as it is.
 */
void ecs_date_write(struct ecs_buf *out, enum tongue tongue, const char *date);
/* A member of an object as text; "" when it is no string. */
const char *ecs_json_text(const json_t *object, const char *member);
uint32_t ecs_json_count(const json_t *object, const char *member);
/*
 * Write of marked text (HTML with nothing but <mark>) about limit letters
 * around the first mark, cut at spaces and with dots where it was cut.
 */
void ecs_excerpt_write(struct ecs_buf *out, const char *marked, size_t limit);
#endif
