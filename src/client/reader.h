/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_READER_H
#define ECS_CLIENT_READER_H
/*
 * Reads a file of documents, whatever its form, record by record.
 */
#include <stdbool.h>
#include <stdint.h>

#include "record.h"

enum ecs_format {
	ECS_FORMAT_GUESS,
	ECS_FORMAT_JSON,
	ECS_FORMAT_NDJSON,
	ECS_FORMAT_CSV
};

struct ecs_reader {
	enum ecs_format format;
	char delimiter;       /* of CSV; 0 is guessed */
	const char *encoding; /* NULL is guessed */
	ecs_record_fn *fn;
	/* Called now and then with the packed bytes used so far, or NULL. */
	void (*progress)(void *user, int64_t used);
	/* Called with what a guess has assumed, or NULL. */
	void (*note)(void *user, const char *note);
	void *user;
};

/* False for a word that names no format. */
bool ecs_format_parse(const char *word, enum ecs_format *format);
/* The format a file's name tells, past .gz .xz .zst; ECS_FORMAT_GUESS if none.
 */
enum ecs_format ecs_format_of_name(const char *path);

bool ecs_read_file(
    const struct ecs_reader *reader, const char *path, struct ecs_err *err);
#endif
