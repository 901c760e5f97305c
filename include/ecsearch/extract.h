/* SPDX-License-Identifier: ISC */
#ifndef ECS_EXTRACT_H
#define ECS_EXTRACT_H
/*
 * A file becomes a document, in another process: whoever holds this door only
 * hands bytes to the program ecsearch-extract and gets JSON back.  Nothing of a
 * file is ever parsed by the caller, and what the program does to the machine
 * is bounded from outside by a clock and a cap on what it may say, besides the
 * limits that it puts on itself.
 */
#include <stdbool.h>
#include <stddef.h>

#include "ecsearch/buf.h"

struct ecs_err;

struct ecs_extract_job {
	const char *program; /* path of ecsearch-extract */
	const char *name;    /* of the file; a title when it has none */
	const char *body;
	size_t len;
	int seconds;   /* on the wall's clock; then it is killed */
	size_t output; /* bytes of JSON at most */
	/* Asked now and then; true kills it.  NULL: never asked. */
	bool (*cancelled)(const void *user);
	const void *user;
};

/*
 * Append the document as one JSON object {title, lang, date, authors,
 * publisher, source, sections[{heading, level, page, text}]}, of which all but
 * title, source and sections may be missing.  The object is well formed for
 * all that is known: parse it as what a stranger sent.
 *
 * 422 with a code and a sentence for a file that cannot be had: "bad_file_type"
 * "encrypted" "damaged" "no_text" "too_large" "too_deep" "entities" "too_slow";
 * 503 "extract_failed" when the program cannot be run.
 */
bool ecs_extract(const struct ecs_extract_job *job, struct ecs_buf *out,
    struct ecs_err *err);
#endif
