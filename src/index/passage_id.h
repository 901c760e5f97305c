/* SPDX-License-Identifier: ISC */
#ifndef ECS_INDEX_PASSAGE_ID_H
#define ECS_INDEX_PASSAGE_ID_H
/*
 * What a passage is cited by: an id made of the document's id, the path of the
 * section, the words, and which copy it is among passages that are the same in
 * all of these.  So it stays when the text is stored again, and when other
 * passages come, go or change before it.  80 bits of BLAKE2b (RFC 7693) over
 * folded text, in the alphabet of RFC 4648 base32hex.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ecs_analyzer;
struct ecs_err;

enum { PASSAGE_ID_BYTES = 17 };

/* The passages of one document, asked in their order. */
struct passage_ids {
	struct ecs_analyzer *analyzer;
	const char *id; /* the document's, ended by NUL */
	size_t id_len;
	uint64_t *digests; /* of the passages so far */
	size_t n;
	size_t room;
};

void ecs_passage_ids_init(struct passage_ids *ids,
    struct ecs_analyzer *analyzer, const char *id, size_t id_len);
void ecs_passage_ids_fini(struct passage_ids *ids);
/* The id of the next passage; false only when memory ran out. */
bool ecs_passage_ids_next(struct passage_ids *ids, const char *path,
    const char *text, size_t len, char id[PASSAGE_ID_BYTES],
    struct ecs_err *err);
#endif
