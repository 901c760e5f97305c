/* SPDX-License-Identifier: ISC */
/*
 * buf - the append buffer that replies, terms and lines are built in.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/utf8.h>

#include "ecsearch/buf.h"

void
ecs_buf_fini(struct ecs_buf *buf)
{
	free(buf->data);
	memset(buf, 0, sizeof(*buf));
}

void
ecs_buf_reset(struct ecs_buf *buf)
{
	buf->len = 0;
	buf->failed = false;
	if (buf->data != NULL)
		buf->data[0] = '\0';
}

bool
ecs_buf_reserve(struct ecs_buf *buf, size_t extra)
{
	size_t want = buf->len + extra + 1;
	size_t cap = buf->cap == 0 ? 256 : buf->cap;
	char *data;

	if (buf->failed || want < extra)
		return !(buf->failed = true);
	if (want <= buf->cap)
		return true;
	while (cap < want)
		cap *= 2;
	data = realloc(buf->data, cap);
	if (data == NULL)
		return !(buf->failed = true);
	buf->data = data;
	buf->cap = cap;
	return true;
}

void
ecs_buf_add(struct ecs_buf *buf, const void *data, size_t len)
{
	if (!ecs_buf_reserve(buf, len))
		return;
	if (len > 0)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void
ecs_buf_puts(struct ecs_buf *buf, const char *text)
{
	ecs_buf_add(buf, text, strlen(text));
}

void
ecs_buf_putc(struct ecs_buf *buf, char c)
{
	ecs_buf_add(buf, &c, 1);
}

void
ecs_buf_printf(struct ecs_buf *buf, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len < 0) {
		buf->failed = true;
		return;
	}
	if (!ecs_buf_reserve(buf, (size_t)len))
		return;
	va_start(args, fmt);
	vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, args);
	va_end(args);
	buf->len += (size_t)len;
}

char *
ecs_buf_take(struct ecs_buf *buf, size_t *len)
{
	char *data = NULL;

	if (ecs_buf_reserve(buf, 0)) {
		data = buf->data;
		data[buf->len] = '\0';
		if (len != NULL)
			*len = buf->len;
		memset(buf, 0, sizeof(*buf));
	}
	return data;
}

/* The escape of a byte that JSON does not allow bare, or NULL. */
static const char *
json_escape(unsigned char c, char scratch[8])
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		if (c >= 0x20 && c != 0x7F)
			return NULL;
		snprintf(scratch, 8, "\\u%04x", c);
		return scratch;
	}
}

void
ecs_buf_json_string(struct ecs_buf *buf, const char *text, size_t len)
{
	size_t i = 0;
	size_t plain = 0;
	char scratch[8];

	if (text == NULL) {
		ecs_buf_puts(buf, "null");
		return;
	}
	ecs_buf_putc(buf, '"');
	while (i < len) {
		size_t at = i;
		const char *escape;
		UChar32 c;

		U8_NEXT((const uint8_t *)text, i, len, c);
		if (c < 0)
			escape = "\xEF\xBF\xBD";
		else if (c >= 0x80)
			continue;
		else if ((escape = json_escape((unsigned char)c, scratch)) ==
		    NULL)
			continue;
		ecs_buf_add(buf, text + plain, at - plain);
		ecs_buf_puts(buf, escape);
		plain = i;
	}
	ecs_buf_add(buf, text + plain, len - plain);
	ecs_buf_putc(buf, '"');
}

void
ecs_buf_json_str(struct ecs_buf *buf, const char *text)
{
	ecs_buf_json_string(buf, text, text == NULL ? 0 : strlen(text));
}

void
ecs_buf_json_real(struct ecs_buf *buf, double value, int digits)
{
	if (!isfinite(value))
		ecs_buf_puts(buf, "null");
	else
		ecs_buf_printf(buf, "%.*g", digits, value);
}

void
ecs_buf_json_int(struct ecs_buf *buf, int64_t value)
{
	ecs_buf_printf(buf, "%lld", (long long)value);
}

void
ecs_buf_json_bool(struct ecs_buf *buf, bool value)
{
	ecs_buf_puts(buf, value ? "true" : "false");
}

static const char *
html_entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
ecs_buf_html(struct ecs_buf *buf, const char *text, size_t len)
{
	size_t plain = 0;

	for (size_t i = 0; i < len; i++) {
		const char *entity = html_entity(text[i]);

		if (entity == NULL)
			continue;
		ecs_buf_add(buf, text + plain, i - plain);
		ecs_buf_puts(buf, entity);
		plain = i + 1;
	}
	ecs_buf_add(buf, text + plain, len - plain);
}
