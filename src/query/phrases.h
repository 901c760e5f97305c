/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_PHRASES_H
#define ECS_QUERY_PHRASES_H
/*
 * The frequent phrases of a collection's texts, ready to be begun; immutable,
 * counted by reference.  They are gathered from all open texts, so nobody is
 * told of them whose key sees only a part.
 */
#include <stdatomic.h>

#include "completer.h"

struct phrase_text {
	const char *text;
	uint32_t documents;
};

struct phrases {
	atomic_int refs;
	struct completer *completer;
	struct phrase_text *list; /* text i of the completer is list[i] */
	uint32_t n;
	struct ecs_arena *arena; /* of the texts */
};

/*
 * Read the collection's records and gather; takes seconds.  *stop is looked at
 * now and then, and true ends it with 503 "cancelled".  Of more than
 * GATHER_BYTES of text evenly drawn documents are read.
 */
enum { GATHER_BYTES = 32 << 20 };
struct phrases *ecs_phrases_gather(const struct ecs_source *source,
    struct ecs_analyzer *analyzer, const atomic_bool *stop,
    struct ecs_err *err);
void ecs_phrases_unref(struct phrases *phrases); /* NULL is allowed */
size_t ecs_phrases_bytes(const struct phrases *phrases);
#endif
