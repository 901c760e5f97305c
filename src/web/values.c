/* SPDX-License-Identifier: ISC */
/*
 * values - what documents hold, as people read it.
 */
#include <math.h>
#include <string.h>

#include "values.h"

const char *
ecs_json_text(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text == NULL ? "" : text;
}

uint32_t
ecs_json_count(const json_t *object, const char *member)
{
	json_int_t n = json_integer_value(json_object_get(object, member));

	return n < 0 || n > UINT32_MAX ? 0 : (uint32_t)n;
}

const char *
ecs_field_label(const struct page *page, const struct ecs_field *field)
{
	return ecs_label(&field->labels, page->lang, field->name);
}

const char *
ecs_value_label(
    const struct page *page, const struct ecs_field *field, const char *value)
{
	int concept = field->vocabulary == NULL
	    ? -1
	    : ecs_vocabulary_find(field->vocabulary, value, strlen(value));

	if (concept < 0)
		return value;
	return ecs_label(
	    &field->vocabulary->concepts[concept].labels, page->lang, value);
}

/* ---- a document's value ---- */

static bool
write_one(struct page *page, const struct ecs_field *field, const json_t *value)
{
	if (json_is_string(value)) {
		const char *text = json_string_value(value);

		if (field->type == ECS_DATE)
			ecs_date_write(page->out, page->tongue, text);
		else
			ecs_html_text(
			    page->out, ecs_value_label(page, field, text));
		return text[0] != '\0';
	}
	if (json_is_number(value)) {
		double number = json_number_value(value);

		ecs_buf_printf(page->out,
		    number == floor(number) ? "%.0f" : "%.10g", number);
		return true;
	}
	return false;
}

bool
ecs_value_write(
    struct page *page, const struct ecs_field *field, const json_t *value)
{
	size_t before = page->out->len;
	bool any = false;
	size_t i;
	json_t *item;

	if (!json_is_array(value))
		return write_one(page, field, value);
	json_array_foreach (value, i, item) {
		size_t here = page->out->len;

		if (any)
			ecs_buf_puts(page->out, ", ");
		if (write_one(page, field, item))
			any = true;
		else if (!page->out->failed)
			page->out->len = here;
	}
	if (!any && !page->out->failed)
		page->out->len = before;
	return any;
}

/* ---- excerpts ---- */

/* How far a word may run on behind the limit: not all writing has spaces. */
enum { LONG_WORD = 40 };

static bool
is_start(const char *at)
{
	return ((unsigned char)*at & 0xC0) != 0x80;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

/* The length of what begins at and ends with last, an entity or a tag. */
static size_t
length_to(const char *at, char last)
{
	const char *end = strchr(at, last);

	return end == NULL ? strlen(at) : (size_t)(end - at) + 1;
}

/* Where to begin so that some words stand before the first mark. */
static const char *
excerpt_start(const char *marked, size_t before)
{
	const char *mark = strstr(marked, "<mark>");
	const char *at;

	if (mark == NULL || (size_t)(mark - marked) <= before)
		return marked;
	at = mark - before;
	while (at < mark && !is_space(*at))
		at++;
	return at < mark ? at + 1 : mark;
}

void
ecs_excerpt_write(struct ecs_buf *out, const char *marked, size_t limit)
{
	const char *at = excerpt_start(marked, limit / 3);
	size_t letters = 0;
	bool inside = false;

	if (at != marked)
		ecs_buf_puts(out, "… ");
	while (*at != '\0') {
		size_t len = 1;

		if (letters >= limit && !inside &&
		    (is_space(*at) ||
			(letters >= limit + LONG_WORD && is_start(at))))
			break;
		if (*at == '<') {
			len = length_to(at, '>');
			inside = at[1] != '/';
		} else if (*at == '&') {
			len = length_to(at, ';');
			letters++;
		} else {
			letters += is_start(at);
		}
		ecs_buf_add(out, at, len);
		at += len;
	}
	if (*at != '\0')
		ecs_buf_puts(out, " …");
}
