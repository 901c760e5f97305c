/* SPDX-License-Identifier: ISC */
/*
 * head_fuzz - the strict check says the same of a head however it is cut, and
 * lets through nothing that frames a body in two ways; and likewise of the
 * frame of a body in chunks.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"

#include "../../src/http/strict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ecs_strict_rules rules = {1024, 65536, 65536};

/* Fed in steps of so many bytes, as a connection is. */
static enum ecs_strict_verdict
feed(struct ecs_strict *strict, const char *data, size_t size, size_t step,
    struct ecs_err *err)
{
	enum ecs_strict_verdict verdict = ECS_STRICT_MORE;
	size_t start = 0;
	size_t end = 0;
	size_t used;

	while (verdict == ECS_STRICT_MORE && end < size) {
		end = size - end < step ? size : end + step;
		verdict = ecs_strict_feed(
		    strict, &rules, data + start, end - start, &used, err);
		start += used;
		assert(start <= end);
	}
	return verdict;
}

/* The same of the frame of a body; *end is where it ends. */
static enum ecs_strict_verdict
feed_chunks(const char *data, size_t size, size_t step, size_t *end,
    struct ecs_err *err)
{
	enum ecs_strict_verdict verdict = ECS_STRICT_MORE;
	struct ecs_chunks chunks = {0};
	size_t used;

	*end = 0;
	while (verdict == ECS_STRICT_MORE && *end < size) {
		size_t piece = size - *end < step ? size - *end : step;

		verdict = ecs_chunks_feed(&chunks, rules.chunked_bytes,
		    data + *end, piece, &used, err);
		assert(used <= piece);
		*end += used;
	}
	assert(chunks.came <= chunks.total);
	assert(
	    verdict == ECS_STRICT_BAD || chunks.total <= rules.chunked_bytes);
	return verdict;
}

static void
check_chunks(const char *text, size_t size)
{
	struct ecs_err err = {0};
	struct ecs_err other = {0};
	size_t end;
	size_t cut_end;
	enum ecs_strict_verdict verdict =
	    feed_chunks(text, size, size + 1, &end, &err);

	assert(
	    verdict == feed_chunks(text, size, size % 5 + 1, &cut_end, &other));
	assert(end == cut_end && err.status == other.status);
	assert(verdict != ECS_STRICT_DONE ||
	    memcmp(text + end - 2, "\r\n", 2) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ecs_strict whole = {0};
	struct ecs_strict cut = {0};
	struct ecs_err err = {0};
	struct ecs_err other = {0};
	enum ecs_strict_verdict verdict;
	char *text = malloc(size == 0 ? 1 : size);

	assert(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	verdict = feed(&whole, text, size, size == 0 ? 1 : size, &err);
	assert(verdict == feed(&cut, text, size, size % 7 + 1, &other));
	assert((verdict == ECS_STRICT_BAD) == (err.status >= 400));
	assert(err.status == other.status);
	if (verdict == ECS_STRICT_DONE) {
		assert(whole.lengths + whole.codings <= 1);
		assert(whole.length <= rules.body_bytes);
		assert(whole.hosts == 1 || (whole.old && whole.hosts == 0));
	}
	check_chunks(text, size);
	free(text);
	return 0;
}
