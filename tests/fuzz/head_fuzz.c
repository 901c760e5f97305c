/* SPDX-License-Identifier: ISC */
/*
 * head_fuzz - the strict check says the same of a head however it is cut, and
 * lets through nothing that frames a body in two ways.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"

#include "../../src/http/strict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ecs_strict_rules rules = {1024, 65536, true};

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
	free(text);
	return 0;
}
