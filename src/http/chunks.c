/* SPDX-License-Identifier: ISC */
/*
 * chunks - how a body in chunks is framed (RFC 9112, 7.1), held to the letter.
 *
 *	5 CR LF hello CR LF  ...  0 CR LF CR LF
 *
 * The library reads sizes with strtoll, so "0x5", "+5" and more would mean
 * something to it and something else to a proxy before us: two ideas of where a
 * request ends are how one is smuggled.  So every byte of the frame is looked
 * at before the library sees it.  Extensions and trailers, which nobody uses,
 * are refused.
 */
#include <ctype.h>
#include <string.h>

#include "ecsearch/err.h"

#include "strict.h"

enum { MOST_DIGITS = 8 };

static enum ecs_strict_verdict
bad(struct ecs_err *err)
{
	ecs_err_set(err, 400, "bad_request", "A chunk is malformed.");
	return ECS_STRICT_BAD;
}

static unsigned
digit_value(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
}

static enum ecs_strict_verdict
take_digit(struct ecs_chunks *chunks, char c, struct ecs_err *err)
{
	if (!isxdigit((unsigned char)c) || ++chunks->digits > MOST_DIGITS)
		return bad(err);
	chunks->left = chunks->left * 16 + digit_value(c);
	return ECS_STRICT_MORE;
}

/* The size stands: the last chunk has none. */
static enum ecs_strict_verdict
end_size(struct ecs_chunks *chunks, size_t limit, struct ecs_err *err)
{
	chunks->digits = 0;
	chunks->step = chunks->left == 0 ? ECS_CHUNK_END : ECS_CHUNK_DATA;
	chunks->total += chunks->left;
	if (chunks->total <= limit)
		return ECS_STRICT_MORE;
	ecs_err_set(err, 413, "too_large",
	    "A body in chunks may be %zu bytes here; send a longer one with a "
	    "Content-Length.",
	    limit);
	return ECS_STRICT_BAD;
}

/* One byte of the frame. */
static enum ecs_strict_verdict
take_byte(struct ecs_chunks *chunks, size_t limit, char c, struct ecs_err *err)
{
	/* What must stand at each step, and which step comes then. */
	static const struct {
		char want;
		enum ecs_chunk_step next;
	} rows[] = {[ECS_CHUNK_SIZE_LF] = {'\n', ECS_CHUNK_DATA},
	    [ECS_CHUNK_CR] = {'\r', ECS_CHUNK_LF},
	    [ECS_CHUNK_LF] = {'\n', ECS_CHUNK_SIZE},
	    [ECS_CHUNK_END] = {'\r', ECS_CHUNK_END_LF},
	    [ECS_CHUNK_END_LF] = {'\n', ECS_CHUNK_SIZE}};
	enum ecs_chunk_step step = chunks->step;

	if (step == ECS_CHUNK_SIZE) {
		if (c != '\r' || chunks->digits == 0)
			return take_digit(chunks, c, err);
		chunks->step = ECS_CHUNK_SIZE_LF;
		return ECS_STRICT_MORE;
	}
	if (c != rows[step].want)
		return bad(err);
	chunks->step = rows[step].next;
	if (step == ECS_CHUNK_SIZE_LF)
		return end_size(chunks, limit, err);
	return step == ECS_CHUNK_END_LF ? ECS_STRICT_DONE : ECS_STRICT_MORE;
}

enum ecs_strict_verdict
ecs_chunks_feed(struct ecs_chunks *chunks, size_t limit, const char *data,
    size_t len, size_t *used, struct ecs_err *err)
{
	enum ecs_strict_verdict verdict = ECS_STRICT_MORE;

	*used = 0;
	while (verdict == ECS_STRICT_MORE && *used < len) {
		size_t piece = len - *used;

		if (chunks->step != ECS_CHUNK_DATA) {
			verdict =
			    take_byte(chunks, limit, data[(*used)++], err);
			continue;
		}
		if (piece > chunks->left)
			piece = (size_t)chunks->left;
		chunks->left -= piece;
		chunks->came += piece;
		*used += piece;
		if (chunks->left == 0)
			chunks->step = ECS_CHUNK_CR;
	}
	return verdict;
}
