/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_RECORD_H
#define ECS_CLIENT_RECORD_H
/*
 * What a reader hands on: one record of a file, with the line it began on.
 * Exactly one of json, text and fault is set; all are borrowed for the call.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct ecs_err;

struct ecs_record {
	uint64_t line;     /* counts from 1 */
	json_t *json;      /* a row of a table */
	const char *text;  /* JSON as it stands in the file, not yet parsed */
	size_t len;        /* of text */
	const char *fault; /* why this record alone cannot be read */
};

/* False with err ends the reading. */
typedef bool
ecs_record_fn(void *user, const struct ecs_record *record, struct ecs_err *err);

/* No single document may be longer; the server's own limit is 16 MB. */
enum { ECS_RECORD_MAX = 15 << 20 };
#endif
