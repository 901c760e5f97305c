/* SPDX-License-Identifier: ISC */
#ifndef ECS_FORMER_H
#define ECS_FORMER_H
/*
 * Passages that a document had once and has no more, so that who cited one is
 * told that the text changed, since when, and what is most like it now.  Of the
 * text only samples of hashes are kept.  Deleting the document forgets them.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ecs_err;
struct ecs_record_reader;
struct ecs_records;

enum { ECS_FORMER_WORDS = 64, ECS_FORMER_MOST = 5000 };

struct ecs_former {
	char passage[17];
	int64_t gone;     /* seconds since 1970 UTC; put fills it in */
	uint64_t section; /* a hash of the path */
	uint32_t n;       /* of words */
	uint32_t words[ECS_FORMER_WORDS]; /* hashes, a sample */
};

/* ---- the writer thread, inside a transaction ---- */

bool ecs_former_put(struct ecs_records *records, int collection, const char *id,
    size_t id_len, struct ecs_former *former, struct ecs_err *err);
/* Remember of the document the last most passages. */
bool ecs_former_bound(struct ecs_records *records, int collection,
    const char *id, size_t id_len, uint32_t most, struct ecs_err *err);
/* The passage is there again. */
bool ecs_former_forget(struct ecs_records *records, int collection,
    const char *id, size_t id_len, const char *passage, struct ecs_err *err);
/* Has the document any? */
bool ecs_former_any(struct ecs_records *records, int collection, const char *id,
    size_t id_len, bool *any, struct ecs_err *err);

/* ---- reading: one reader a thread ---- */

bool ecs_former_find(struct ecs_record_reader *reader, int collection,
    const char *id, size_t id_len, const char *passage,
    struct ecs_former *former, bool *found, struct ecs_err *err);
#endif
