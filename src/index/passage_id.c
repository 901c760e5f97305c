/* SPDX-License-Identifier: ISC */
/*
 * passage_id - what a passage is cited by.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"
#include "ecsearch/text.h"

#include "passage_id.h"

enum { DIGEST_BYTES = 16 };

void
ecs_passage_ids_init(struct passage_ids *ids, struct ecs_analyzer *analyzer,
    const char *id, size_t id_len)
{
	*ids = (struct passage_ids){
	    .analyzer = analyzer, .id = id, .id_len = id_len};
}

void
ecs_passage_ids_fini(struct passage_ids *ids)
{
	free(ids->digests);
	memset(ids, 0, sizeof(*ids));
}

/* What a passage is: the document, the section's path and the words. */
static bool
digest_passage(const struct passage_ids *ids, const char *path,
    const char *text, size_t len, unsigned char *digest, struct ecs_err *err)
{
	struct ecs_buf buf = {0};
	bool ok;

	ecs_buf_add(&buf, ids->id, ids->id_len + 1);
	ecs_fold_text(ids->analyzer, path, strlen(path), &buf);
	ecs_buf_putc(&buf, '\0');
	ecs_fold_text(ids->analyzer, text, len, &buf);
	ok = !buf.failed || ecs_err_memory(err);
	if (ok)
		crypto_generichash(digest, DIGEST_BYTES,
		    (const unsigned char *)buf.data, buf.len, NULL, 0);
	ecs_buf_fini(&buf);
	return ok;
}

/* How many passages of this document had the digest before; notes it. */
static bool
count_copies(struct passage_ids *ids, const unsigned char *digest,
    uint32_t *copies, struct ecs_err *err)
{
	uint64_t key;

	memcpy(&key, digest, sizeof(key));
	*copies = 0;
	for (size_t i = 0; i < ids->n; i++)
		*copies += ids->digests[i] == key;
	if (ids->n == ids->room) {
		size_t room = ids->room * 2 + 16;
		uint64_t *larger =
		    realloc(ids->digests, room * sizeof(*larger));

		if (larger == NULL)
			return ecs_err_memory(err);
		ids->digests = larger;
		ids->room = room;
	}
	ids->digests[ids->n++] = key;
	return true;
}

static void
write_id(const unsigned char *digest, char id[PASSAGE_ID_BYTES])
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuv";

	for (size_t i = 0; i + 1 < PASSAGE_ID_BYTES; i++) {
		size_t bit = i * 5;
		unsigned pair =
		    (unsigned)digest[bit / 8] << 8 | digest[bit / 8 + 1];

		id[i] = letters[pair >> (11 - bit % 8) & 31];
	}
	id[PASSAGE_ID_BYTES - 1] = '\0';
}

bool
ecs_passage_ids_next(struct passage_ids *ids, const char *path,
    const char *text, size_t len, char id[PASSAGE_ID_BYTES],
    struct ecs_err *err)
{
	unsigned char digest[DIGEST_BYTES];
	uint32_t copy;

	if (!digest_passage(ids, path, text, len, digest, err) ||
	    !count_copies(ids, digest, &copy, err))
		return false;
	if (copy > 0) {
		unsigned char key[DIGEST_BYTES];

		memcpy(key, digest, sizeof(key));
		copy = htole32(copy);
		crypto_generichash(digest, sizeof(digest),
		    (const unsigned char *)&copy, sizeof(copy), key,
		    sizeof(key));
	}
	write_id(digest, id);
	return true;
}
