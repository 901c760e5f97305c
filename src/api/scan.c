/* SPDX-License-Identifier: ISC */
/*
 * scan - walk compact, valid JSON without building a tree.
 *
 * Only for what the records hold, which Jansson wrote: no white space, every
 * string well formed.  Taking the few strings that are shown out of a stored
 * document this way costs a fraction of parsing it.
 */
#include <string.h>

#include <unicode/utf8.h>

#include "app.h"

struct scan
ecs_scan_begin(const char *json, size_t len)
{
	return (struct scan){json, json + len};
}

/* The end of the string that begins at the quote at. */
static const char *
string_end(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++)
		if (*at == '\\')
			at++;
	return at < end ? at + 1 : end;
}

/* The end of the value that begins at. */
static const char *
value_end(const char *at, const char *end)
{
	int depth = 0;

	while (at < end) {
		char c = *at;

		if (c == '"') {
			at = string_end(at, end);
			if (depth == 0)
				return at;
			continue;
		}
		if (c == '{' || c == '[')
			depth++;
		if ((c == '}' || c == ']' || c == ',') && depth == 0)
			return at;
		if (c == '}' || c == ']')
			depth--;
		at++;
		if (depth == 0 && (c == '}' || c == ']'))
			return at;
	}
	return end;
}

bool
ecs_scan_element(struct scan *scan, const char **value, size_t *value_len)
{
	/* One step over [ { or , and at the end over nothing. */
	if (scan->at >= scan->end || strchr("[{,", *scan->at) == NULL)
		return false;
	scan->at++;
	if (scan->at >= scan->end || *scan->at == ']' || *scan->at == '}')
		return false;
	*value = scan->at;
	scan->at = value_end(scan->at, scan->end);
	*value_len = (size_t)(scan->at - *value);
	return true;
}

bool
ecs_scan_member(struct scan *scan, const char **key, size_t *key_len,
    const char **value, size_t *value_len)
{
	if (!ecs_scan_element(scan, key, key_len))
		return false;
	(*key)++;
	*key_len -= 2;
	if (scan->at >= scan->end || *scan->at != ':')
		return false;
	*value = ++scan->at;
	scan->at = value_end(scan->at, scan->end);
	*value_len = (size_t)(scan->at - *value);
	return true;
}

static unsigned
hex4(const char *at)
{
	unsigned number = 0;

	for (int i = 0; i < 4; i++) {
		char c = at[i];

		number = number * 16 +
		    (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	return number;
}

/* Append the character of \uXXXX, pairs taken together; returns its length. */
static size_t
add_unicode(const char *at, const char *end, struct ecs_buf *text)
{
	UChar32 c = (UChar32)hex4(at + 2);
	uint8_t bytes[4];
	size_t used = 6;
	int32_t len = 0;

	if (U16_IS_LEAD(c) && at + 12 <= end && at[6] == '\\') {
		c = U16_GET_SUPPLEMENTARY(c, (UChar32)hex4(at + 8));
		used = 12;
	}
	U8_APPEND_UNSAFE(bytes, len, c);
	ecs_buf_add(text, bytes, (size_t)len);
	return used;
}

static size_t
add_escape(const char *at, const char *end, struct ecs_buf *text)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (at + 6 <= end && at[1] == 'u')
		return add_unicode(at, end, text);
	found = strchr(from, at[1]);
	if (found != NULL)
		ecs_buf_putc(text, to[found - from]);
	return 2;
}

bool
ecs_scan_string(const char *value, size_t len, struct ecs_buf *text)
{
	const char *at = value + 1;
	const char *end = value + len - 1;

	if (len < 2 || value[0] != '"')
		return false;
	while (at < end) {
		const char *escape = memchr(at, '\\', (size_t)(end - at));
		const char *stop = escape == NULL ? end : escape;

		ecs_buf_add(text, at, (size_t)(stop - at));
		at = stop;
		if (escape != NULL)
			at += add_escape(escape, end, text);
	}
	return true;
}
