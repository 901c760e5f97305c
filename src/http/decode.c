/* SPDX-License-Identifier: ISC */
/*
 * decode - percent escapes, decoded exactly once and checked.
 */
#include <stdint.h>
#include <unicode/utf8.h>

#include "decode.h"

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
ecs_http_utf8(const char *text, size_t len)
{
	const uint8_t *bytes = (const uint8_t *)text;
	size_t at = 0;
	UChar32 c;

	while (at < len) {
		U8_NEXT(bytes, at, len, c);
		if (c < 0)
			return false;
	}
	return true;
}

/* The byte that stands at *at, stepping over it; -1 for a wrong escape. */
static int
next_byte(const char *from, size_t len, size_t *at, enum ecs_http_decoding how)
{
	char c = from[*at];
	int high;
	int low;

	*at += 1;
	if (c == '+' && how == ECS_HTTP_QUERY)
		return ' ';
	if (c != '%')
		return (unsigned char)c;
	if (len - *at < 2)
		return -1;
	high = hex_digit(from[*at]);
	low = hex_digit(from[*at + 1]);
	*at += 2;
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

const char *
ecs_http_decode(
    char *to, const char *from, size_t len, enum ecs_http_decoding how)
{
	size_t at = 0;
	size_t out = 0;

	while (at < len) {
		int c = next_byte(from, len, &at, how);

		if (c < 0)
			return "a % must be followed by two hex digits";
		if (c == 0)
			return "a NUL character is not allowed";
		if (how == ECS_HTTP_PATH && (c < 0x20 || c == 0x7F))
			return "control characters are not allowed";
		to[out++] = (char)c;
	}
	to[out] = '\0';
	if (!ecs_http_utf8(to, out))
		return "the text is not valid UTF-8";
	return NULL;
}
