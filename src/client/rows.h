/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_ROWS_H
#define ECS_CLIENT_ROWS_H
/*
 * A table in CSV as documents: the header row names the members, an empty cell
 * is no member, every value is a string.
 */
#include <stdbool.h>
#include <stddef.h>

#include "record.h"

struct ecs_rows;

struct ecs_rows *ecs_rows_new(char delimiter, ecs_record_fn *fn, void *user);
void ecs_rows_free(struct ecs_rows *rows); /* NULL is allowed */
bool ecs_rows_feed(
    struct ecs_rows *rows, const char *data, size_t len, struct ecs_err *err);
bool ecs_rows_finish(struct ecs_rows *rows, struct ecs_err *err);

/* The likeliest of , ; tab and | for a table that begins with these bytes. */
char ecs_rows_guess_delimiter(const char *data, size_t len);
#endif
