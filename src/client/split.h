/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_SPLIT_H
#define ECS_CLIENT_SPLIT_H
/*
 * Cuts a stream of JSON into its documents without holding more than one.
 *
 *	ECS_SPLIT_LINES   each line is one, so a broken line costs itself only
 *	ECS_SPLIT_VALUES  the elements of an array, or values one after another
 *
 * Only the bounds are found here (brackets and strings); whether a piece is
 * JSON is for the one who parses it.
 */
#include <stdbool.h>
#include <stddef.h>

#include "record.h"

enum ecs_split_kind { ECS_SPLIT_LINES, ECS_SPLIT_VALUES };

struct ecs_split;

struct ecs_split *
ecs_split_new(enum ecs_split_kind kind, ecs_record_fn *fn, void *user);
void ecs_split_free(struct ecs_split *split); /* NULL is allowed */
bool ecs_split_feed(
    struct ecs_split *split, const char *data, size_t len, struct ecs_err *err);
/* The end of the stream: hands on what is left, or says what is missing. */
bool ecs_split_finish(struct ecs_split *split, struct ecs_err *err);
#endif
