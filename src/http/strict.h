/* SPDX-License-Identifier: ISC */
#ifndef ECS_HTTP_STRICT_H
#define ECS_HTTP_STRICT_H
/*
 * The head of a request, checked line by line as it arrives and before the
 * library parses it, so that a refusal is ours in every word.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/http.h"

struct ecs_strict_rules {
	size_t header_bytes;
	size_t body_bytes;
	size_t chunked_bytes; /* of a body in chunks; 0: none may come so */
};

/* What is known of a head so far; starts as {0}. */
struct ecs_strict {
	int lines;
	size_t bytes;
	enum ecs_method method;
	bool old; /* HTTP/1.0 */
	int hosts;
	int lengths;
	int codings;
	uint64_t length;
};

enum ecs_strict_verdict { ECS_STRICT_MORE, ECS_STRICT_DONE, ECS_STRICT_BAD };

/* One line, its line feed included. */
enum ecs_strict_verdict
ecs_strict_line(struct ecs_strict *strict, const struct ecs_strict_rules *rules,
    const char *line, size_t len, struct ecs_err *err);
/*
 * All whole lines in data up to the end of the head; used tells how many bytes
 * they are.  A line that can never become right is refused before it ends.
 */
enum ecs_strict_verdict
ecs_strict_feed(struct ecs_strict *strict, const struct ecs_strict_rules *rules,
    const char *data, size_t len, size_t *used, struct ecs_err *err);

/* ---- chunks.c: the frame of a body in chunks, after such a head ---- */

enum ecs_chunk_step {
	ECS_CHUNK_SIZE,
	ECS_CHUNK_SIZE_LF,
	ECS_CHUNK_DATA,
	ECS_CHUNK_CR, /* behind the data */
	ECS_CHUNK_LF,
	ECS_CHUNK_END, /* the empty line behind the last chunk */
	ECS_CHUNK_END_LF
};

/* What is known of a body so far; starts as {0}. */
struct ecs_chunks {
	enum ecs_chunk_step step;
	int digits;
	uint64_t left;  /* of the chunk */
	uint64_t total; /* of the body, announced chunks included */
	size_t came;    /* of the body */
};

/*
 * All bytes in data up to the end of the body; used tells how many.  A body of
 * over limit bytes is a 413 as soon as a chunk announces it.
 */
enum ecs_strict_verdict ecs_chunks_feed(struct ecs_chunks *chunks, size_t limit,
    const char *data, size_t len, size_t *used, struct ecs_err *err);
#endif
