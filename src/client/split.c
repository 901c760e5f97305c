/* SPDX-License-Identifier: ISC */
/*
 * split - cut a stream of JSON into its documents.
 *
 * The state of ECS_SPLIT_VALUES is a depth, counted from the document's own
 * outermost bracket, and whether a string is open; at depth 0 outside a
 * string, white space, a comma and the array's own brackets end a document.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "split.h"

enum array_state { NOT_BEGUN, NO_ARRAY, IN_ARRAY, ARRAY_ENDED };

struct ecs_split {
	enum ecs_split_kind kind;
	ecs_record_fn *fn;
	void *user;
	struct ecs_buf buf;   /* the document being gathered */
	uint64_t line, begun; /* where we are; where buf began */
	enum array_state array;
	bool want_comma;  /* an element ended, no comma seen since */
	bool after_comma; /* a comma was seen, no element since */
	bool string, escape;
	unsigned depth;
};

struct ecs_split *
ecs_split_new(enum ecs_split_kind kind, ecs_record_fn *fn, void *user)
{
	struct ecs_split *split = calloc(1, sizeof(*split));

	if (split == NULL)
		return NULL;
	split->kind = kind;
	split->fn = fn;
	split->user = user;
	split->line = 1;
	return split;
}

void
ecs_split_free(struct ecs_split *split)
{
	if (split == NULL)
		return;
	ecs_buf_fini(&split->buf);
	free(split);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
broken(struct ecs_split *split, struct ecs_err *err, const char *why)
{
	ecs_err_set(err, 400, "bad_json", "line %llu: %s",
	    (unsigned long long)split->line, why);
	return ecs_err_at(err, ECS_WHERE_LINE, "", (uint32_t)split->line, 0);
}

/* Append to the document; refuses one that would not fit in memory. */
static bool
gather(
    struct ecs_split *split, const char *data, size_t len, struct ecs_err *err)
{
	if (len == 0)
		return true;
	if (split->buf.len == 0)
		split->begun = split->line;
	if (split->buf.len + len > ECS_RECORD_MAX)
		return broken(split, err, "a document is longer than 15 MB");
	ecs_buf_add(&split->buf, data, len);
	return !split->buf.failed || ecs_err_memory(err);
}

static bool
hand_on(struct ecs_split *split, struct ecs_err *err)
{
	struct ecs_record record = {.line = split->begun,
	    .text = split->buf.data,
	    .len = split->buf.len};
	bool ok = split->fn(split->user, &record, err);

	ecs_buf_reset(&split->buf);
	return ok;
}

static bool
is_blank(const struct ecs_buf *buf)
{
	for (size_t i = 0; i < buf->len; i++) {
		if (!is_space(buf->data[i]))
			return false;
	}
	return true;
}

static bool
feed_lines(
    struct ecs_split *split, const char *data, size_t len, struct ecs_err *err)
{
	const char *end;
	size_t take;

	for (; len > 0; data += take, len -= take) {
		end = memchr(data, '\n', len);
		take = end == NULL ? len : (size_t)(end - data) + 1;
		if (!gather(split, data, take - (end != NULL), err))
			return false;
		if (end == NULL)
			return true;
		if (is_blank(&split->buf))
			ecs_buf_reset(&split->buf);
		else if (!hand_on(split, err))
			return false;
		split->line++;
	}
	return true;
}

/* Follow one byte inside a document; true while it is part of it. */
static bool
inside(struct ecs_split *split, char c)
{
	if (split->string) {
		if (split->escape)
			split->escape = false;
		else if (c == '\\')
			split->escape = true;
		else if (c == '"')
			split->string = false;
		return true;
	}
	if (c == '"')
		split->string = true;
	else if (c == '{' || c == '[')
		split->depth++;
	else if ((c == '}' || c == ']') && split->depth > 0)
		split->depth--;
	else if (split->depth == 0)
		return !is_space(c) && c != ',' && c != ']' && c != '}';
	return true;
}

/* One byte between documents: white space, or the array's own signs. */
static bool
between(struct ecs_split *split, char c, struct ecs_err *err)
{
	if (split->array == NOT_BEGUN && c == '[') {
		split->array = IN_ARRAY;
		return true;
	}
	if (split->array == ARRAY_ENDED)
		return broken(split, err, "text after the end of the array");
	if (split->array == IN_ARRAY && c == ',' && split->want_comma) {
		split->want_comma = false;
		split->after_comma = true;
		return true;
	}
	if (split->array == IN_ARRAY && c == ']' && !split->after_comma) {
		split->array = ARRAY_ENDED;
		return true;
	}
	if (c == ',' || c == ']' || c == '}' || split->want_comma)
		return broken(split, err, "a comma or bracket is out of place");
	if (split->array == NOT_BEGUN)
		split->array = NO_ARRAY;
	split->after_comma = false;
	inside(split, c);
	return gather(split, &c, 1, err);
}

static bool
end_document(struct ecs_split *split, struct ecs_err *err)
{
	split->want_comma = split->array == IN_ARRAY;
	return hand_on(split, err);
}

/* True when the bytes gathered are a whole object or array or string. */
static bool
is_closed(const struct ecs_split *split, char c)
{
	return split->depth == 0 && !split->string &&
	    (c == '}' || c == ']' || c == '"');
}

static bool
feed_values(
    struct ecs_split *split, const char *data, size_t len, struct ecs_err *err)
{
	size_t from = 0;
	bool open = split->buf.len > 0;

	for (size_t i = 0; i < len; i++) {
		if (!open) {
			if (!is_space(data[i]) && !between(split, data[i], err))
				return false;
			open = split->buf.len > 0;
			from = i + 1;
		} else if (!inside(split, data[i])) {
			if (!gather(split, data + from, i - from, err) ||
			    !end_document(split, err))
				return false;
			open = false;
			i--; /* this byte stands between */
			continue;
		} else if (is_closed(split, data[i])) {
			if (!gather(split, data + from, i + 1 - from, err) ||
			    !end_document(split, err))
				return false;
			open = false;
		}
		split->line += data[i] == '\n';
	}
	return !open || gather(split, data + from, len - from, err);
}

bool
ecs_split_feed(
    struct ecs_split *split, const char *data, size_t len, struct ecs_err *err)
{
	if (split->kind == ECS_SPLIT_LINES)
		return feed_lines(split, data, len, err);
	return feed_values(split, data, len, err);
}

bool
ecs_split_finish(struct ecs_split *split, struct ecs_err *err)
{
	if (split->kind == ECS_SPLIT_LINES)
		return is_blank(&split->buf) || hand_on(split, err);
	if (split->depth > 0 || split->string) {
		ecs_err_set(err, 400, "bad_json",
		    "the file ends inside the document begun on line %llu",
		    (unsigned long long)split->begun);
		return ecs_err_at(
		    err, ECS_WHERE_LINE, "", (uint32_t)split->begun, 0);
	}
	if (split->buf.len > 0 && !end_document(split, err))
		return false;
	if (split->array == IN_ARRAY)
		return broken(split, err, "the array is not closed");
	return true;
}
