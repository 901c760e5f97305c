/* SPDX-License-Identifier: ISC */
/*
 * show - print answers for people.
 */
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "show.h"

enum { CELL_MOST = 40, MAX_COLUMNS = 12, DEEPEST = 8 };

void
ecs_show_json(const json_t *answer)
{
	json_dumpf(answer, stdout,
	    JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	putchar('\n');
}

/* The next character of text as it may be shown; its width in *width. */
static UChar32
next_shown(const char *text, int32_t *at, int32_t len, int *width)
{
	UChar32 c;
	int kind, wide;

	U8_NEXT(text, *at, len, c);
	if (c < 0)
		c = 0xFFFD;
	kind = u_charType(c);
	if (kind == U_CONTROL_CHAR || kind == U_LINE_SEPARATOR ||
	    kind == U_PARAGRAPH_SEPARATOR || (c >= 0x202A && c <= 0x202E) ||
	    (c >= 0x2066 && c <= 0x2069))
		c = ' ';
	wide = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
	*width = wide == U_EA_FULLWIDTH || wide == U_EA_WIDE ? 2 : 1;
	if (kind == U_NON_SPACING_MARK || kind == U_ENCLOSING_MARK ||
	    kind == U_FORMAT_CHAR)
		*width = c == ' ' ? 1 : 0;
	return c;
}

static void
put_character(UChar32 c, FILE *out)
{
	char bytes[U8_MAX_LENGTH];
	int32_t len = 0;

	U8_APPEND_UNSAFE(bytes, len, c);
	fwrite(bytes, 1, (size_t)len, out);
}

int
ecs_show_width(const char *text)
{
	int32_t at = 0, len = (int32_t)strlen(text);
	int width, total = 0;

	while (at < len) {
		next_shown(text, &at, len, &width);
		total += width;
	}
	return total;
}

void
ecs_show_text(const char *text, int width, FILE *out)
{
	int32_t at = 0, len = (int32_t)strlen(text);
	bool cut = width > 0 && ecs_show_width(text) > width;
	int one, used = 0;
	UChar32 c;

	while (at < len) {
		c = next_shown(text, &at, len, &one);
		used += one;
		if (cut && used > width - 1) {
			put_character(0x2026, out); /* an ellipsis */
			return;
		}
		put_character(c, out);
	}
}

/* What an entity or a mark at the start of html stands for. */
static const struct sign {
	const char *html, *pretty, *plain;
} signs[] = {
    {"<mark>", "\033[1m", ""},
    {"</mark>", "\033[0m", ""},
    {"&lt;", "<", "<"},
    {"&gt;", ">", ">"},
    {"&quot;", "\"", "\""},
    {"&#39;", "'", "'"},
    {"&apos;", "'", "'"},
    {"&amp;", "&", "&"},
};
enum { SIGNS = sizeof(signs) / sizeof(signs[0]) };

void
ecs_show_marked(const char *html, bool pretty, FILE *out)
{
	int32_t at = 0, len = (int32_t)strlen(html);
	int width;
	size_t i;

	while (at < len) {
		for (i = 0; i < SIGNS; i++) {
			if (strncmp(html + at, signs[i].html,
				strlen(signs[i].html)) == 0)
				break;
		}
		if (i < SIGNS) {
			fputs(pretty ? signs[i].pretty : signs[i].plain, out);
			at += (int32_t)strlen(signs[i].html);
		} else {
			put_character(next_shown(html, &at, len, &width), out);
		}
	}
}

static void
indent(int depth, FILE *out)
{
	fprintf(out, "%*s", depth * 2, "");
}

/* A value in room, for a cell or a line; lists of plain values with commas. */
static const char *
as_cell(const json_t *value, char *room, size_t size)
{
	size_t used = 0, i;
	const json_t *element;
	char one[128];

	room[0] = '\0';
	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_integer(value))
		snprintf(room, size, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	else if (json_is_real(value))
		snprintf(room, size, "%.6g", json_real_value(value));
	else if (json_is_boolean(value))
		snprintf(room, size, "%s", json_is_true(value) ? "yes" : "no");
	json_array_foreach (value, i, element) {
		if (json_is_array(element) || json_is_object(element) ||
		    used + 1 >= size)
			continue;
		used += (size_t)snprintf(room + used, size - used, "%s%s",
		    used > 0 ? ", " : "", as_cell(element, one, sizeof(one)));
	}
	return room;
}

/* The columns of a table: as asked, or the members of its first row. */
static int
choose_columns(
    const json_t *rows, const char *const *asked, const char **columns)
{
	const char *name;
	json_t *value;
	int count = 0;

	while (asked != NULL && asked[count] != NULL && count < MAX_COLUMNS) {
		columns[count] = asked[count];
		count++;
	}
	if (asked != NULL)
		return count;
	json_object_foreach (json_array_get(rows, 0), name, value) {
		if (count < MAX_COLUMNS && !json_is_object(value))
			columns[count++] = name;
	}
	return count;
}

static void
show_cell(
    const json_t *value, const char *text, int width, bool last, FILE *out)
{
	int pad = width - ecs_show_width(text);

	if (pad < 0 || (last && !json_is_number(value)))
		pad = 0;
	if (json_is_number(value))
		fprintf(out, "%*s", pad, "");
	ecs_show_text(text, width, out);
	if (!json_is_number(value))
		fprintf(out, "%*s", pad, "");
	fputs(last ? "\n" : "  ", out);
}

void
ecs_show_table(const json_t *rows, const char *const *asked, FILE *out)
{
	const char *columns[MAX_COLUMNS], *text;
	int width[MAX_COLUMNS], count, now;
	const json_t *row, *value;
	char room[256];
	size_t i;

	count = choose_columns(rows, asked, columns);
	for (int k = 0; k < count; k++)
		width[k] = ecs_show_width(columns[k]);
	json_array_foreach (rows, i, row) {
		for (int k = 0; k < count; k++) {
			value = json_object_get(row, columns[k]);
			text = as_cell(value, room, sizeof(room));
			now = ecs_show_width(text);
			if (now > CELL_MOST)
				now = CELL_MOST;
			width[k] = now > width[k] ? now : width[k];
		}
	}
	for (int k = 0; k < count; k++)
		show_cell(NULL, columns[k], width[k], k == count - 1, out);
	json_array_foreach (rows, i, row) {
		for (int k = 0; k < count; k++) {
			value = json_object_get(row, columns[k]);
			text = as_cell(value, room, sizeof(room));
			show_cell(value, text, width[k], k == count - 1, out);
		}
	}
}

static void
show_members(const json_t *object, int depth, FILE *out)
{
	const char *name;
	json_t *value;
	char room[256];

	json_object_foreach ((json_t *)object, name, value) {
		indent(depth, out);
		ecs_show_text(name, 0, out);
		if (json_is_object(value) && depth < DEEPEST) {
			fputs(":\n", out);
			show_members(value, depth + 1, out);
		} else if (json_is_object(json_array_get(value, 0))) {
			fputs(":\n", out);
			ecs_show_table(value, NULL, out);
		} else {
			fputs(": ", out);
			ecs_show_text(
			    as_cell(value, room, sizeof(room)), 0, out);
			fputc('\n', out);
		}
	}
}

void
ecs_show_any(const json_t *answer, FILE *out)
{
	char room[256];

	if (json_is_object(answer)) {
		show_members(answer, 0, out);
	} else if (json_is_object(json_array_get(answer, 0))) {
		ecs_show_table(answer, NULL, out);
	} else if (!json_is_null(answer)) {
		ecs_show_text(as_cell(answer, room, sizeof(room)), 0, out);
		fputc('\n', out);
	}
}
