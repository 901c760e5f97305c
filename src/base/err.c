/* SPDX-License-Identifier: ISC */
/*
 * err - record the first failure and where it lies.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ecsearch/err.h"

/* Cut a UTF-8 string that was truncated inside a character. */
static void
trim_partial_character(char *text)
{
	size_t len = strlen(text);
	size_t start = len;
	unsigned char lead;
	size_t want;

	while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start == 0)
		return;
	lead = (unsigned char)text[start - 1];
	want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	if (want > len - start + 1)
		text[start - 1] = '\0';
}

static void
copy_text(char *to, size_t size, const char *from)
{
	size_t len = strlen(from);

	if (len >= size)
		len = size - 1;
	memcpy(to, from, len);
	to[len] = '\0';
	trim_partial_character(to);
}

bool
ecs_err_set(
    struct ecs_err *err, int status, const char *code, const char *fmt, ...)
{
	va_list args;

	if (err == NULL || err->status != 0)
		return false;
	err->status = status;
	copy_text(err->code, sizeof(err->code), code);
	va_start(args, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	trim_partial_character(err->text);
	return false;
}

bool
ecs_err_at(struct ecs_err *err, enum ecs_where_kind kind, const char *name,
    uint32_t line, uint32_t column)
{
	struct ecs_where *where;

	if (err == NULL || err->places >= ECS_ERR_PLACES)
		return false;
	where = &err->where[err->places++];
	memset(where, 0, sizeof(*where));
	where->kind = kind;
	copy_text(where->name, sizeof(where->name), name);
	where->line = line;
	where->column = column;
	return false;
}

void
ecs_err_did_you_mean(struct ecs_err *err, const char *suggestion)
{
	struct ecs_where *where;

	if (err == NULL || err->places == 0 || suggestion == NULL)
		return;
	where = &err->where[err->places - 1];
	copy_text(where->did_you_mean, sizeof(where->did_you_mean), suggestion);
}

bool
ecs_err_memory(struct ecs_err *err)
{
	return ecs_err_set(err, 503, "no_memory", "out of memory");
}

void
ecs_err_clear(struct ecs_err *err)
{
	memset(err, 0, sizeof(*err));
}
