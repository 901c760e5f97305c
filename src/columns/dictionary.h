/* SPDX-License-Identifier: ISC */
#ifndef COLUMNS_DICTIONARY_H
#define COLUMNS_DICTIONARY_H
/*
 * The values of one column, numbered in the order they came.  It only grows:
 * a value never moves and is never forgotten while a table of the collection
 * lives.  One thread adds, any number read meanwhile.
 */
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/columns.h"

struct dictionary;

struct dictionary *ecs_dictionary_new(enum ecs_column_kind kind);
void ecs_dictionary_free(struct dictionary *dict); /* NULL is allowed */

/*
 * The ordinal of a value, new or not; ECS_NO_ORDINAL when memory ran out.
 * number must not be NaN; -0.0 is 0.0.
 */
uint32_t
ecs_dictionary_add_text(struct dictionary *dict, const char *text, size_t len);
uint32_t ecs_dictionary_add_number(struct dictionary *dict, double number);

uint32_t ecs_dictionary_length(const struct dictionary *dict);
size_t ecs_dictionary_bytes(const struct dictionary *dict);
const char *ecs_dictionary_text(
    const struct dictionary *dict, uint32_t ordinal, size_t *len);
double ecs_dictionary_number(const struct dictionary *dict, uint32_t ordinal);
uint32_t
ecs_dictionary_find_text(struct dictionary *dict, const char *text, size_t len);
uint32_t ecs_dictionary_find_number(struct dictionary *dict, double number);
#endif
