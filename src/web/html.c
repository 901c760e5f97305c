/* SPDX-License-Identifier: ISC */
/*
 * html - text, attributes and addresses, escaped as they are written.
 */
#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "html.h"

void
ecs_html_text(struct ecs_buf *out, const char *text)
{
	if (text != NULL)
		ecs_buf_html(out, text, strlen(text));
}

/* Write what the directive at at asks for; how many letters it has. */
static size_t
write_directive(struct ecs_buf *out, const char *at, va_list *args)
{
	switch (at[1]) {
	case 's':
		ecs_html_text(out, va_arg(*args, const char *));
		return 2;
	case 'd':
		ecs_buf_printf(out, "%d", va_arg(*args, int));
		return 2;
	case 'u':
		ecs_buf_printf(out, "%u", va_arg(*args, unsigned));
		return 2;
	case 'z':
		assert(at[2] == 'u');
		ecs_buf_printf(out, "%zu", va_arg(*args, size_t));
		return 3;
	default:
		assert(at[1] == '%');
		ecs_buf_putc(out, '%');
		return 2;
	}
}

void
ecs_html_printf(struct ecs_buf *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	while (*fmt != '\0') {
		size_t len = strcspn(fmt, "%");

		ecs_buf_add(out, fmt, len);
		fmt += len;
		if (*fmt == '%')
			fmt += write_directive(out, fmt, &args);
	}
	va_end(args);
}

void
ecs_html_segment(struct ecs_buf *out, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) != NULL)
			ecs_buf_putc(out, *text);
		else
			ecs_buf_printf(out, "%%%02X", (unsigned char)*text);
	}
}
