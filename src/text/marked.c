/* SPDX-License-Identifier: ISC */
/*
 * marked - write a stretch of text with what was found in it marked.
 *
 * White space and control characters run together into one space, which is
 * owed until something visible follows; so a mark begins and ends at a letter
 * and nothing written begins or ends with a space.  A style may ask for the
 * text as it is instead.
 */
#include <string.h>

#include <unicode/utf8.h>

#include "ecsearch/text.h"

#include "chars.h"

struct writer {
	struct ecs_buf *out;
	const char *text;
	const struct ecs_mark_style *style;
	bool owes_space;
	bool wrote;
};

static void
put_visible(struct writer *writer, const char *text, size_t len)
{
	if (len == 0)
		return;
	if (writer->owes_space)
		ecs_buf_putc(writer->out, ' ');
	writer->owes_space = false;
	writer->wrote = true;
	if (writer->style->html)
		ecs_buf_html(writer->out, text, len);
	else
		ecs_buf_add(writer->out, text, len);
}

/* text[at, end) as it is to be read. */
static void
put_text(struct writer *writer, size_t at, size_t end)
{
	size_t visible = at;

	while (at < end) {
		size_t before = at;
		UChar32 c;

		U8_NEXT((const uint8_t *)writer->text, at, end, c);
		if (c >= 0 && (writer->style->raw || !text_is_blank(c)))
			continue;
		put_visible(writer, writer->text + visible, before - visible);
		if (c < 0)
			put_visible(writer, "\xEF\xBF\xBD", 3);
		else
			writer->owes_space = writer->wrote;
		visible = at;
	}
	put_visible(writer, writer->text + visible, end - visible);
}

static void
put_mark(struct writer *writer, size_t at, size_t end)
{
	if (writer->owes_space)
		ecs_buf_putc(writer->out, ' ');
	writer->owes_space = false;
	ecs_buf_puts(writer->out, writer->style->pre);
	put_text(writer, at, end);
	ecs_buf_puts(writer->out, writer->style->post);
}

/* Do the two spans hang together by one joining character, or touch? */
static bool
are_one_name(
    const char *text, const struct ecs_span *a, const struct ecs_span *b)
{
	size_t at = a->end;
	UChar32 c;

	if (b->start <= a->end)
		return true;
	if (b->start - a->end > 3)
		return false;
	U8_NEXT((const uint8_t *)text, at, b->start, c);
	return at == b->start && text_classify(c) == TEXT_LINK;
}

static void
put_ellipsis(struct writer *writer)
{
	const char *ellipsis = writer->style->ellipsis == NULL
	    ? "\xE2\x80\xA6"
	    : writer->style->ellipsis;

	put_visible(writer, ellipsis, strlen(ellipsis));
}

static bool
is_blank(const char *text, size_t at, size_t end)
{
	while (at < end) {
		UChar32 c;

		U8_NEXT((const uint8_t *)text, at, end, c);
		if (c < 0 || !text_is_blank(c))
			return false;
	}
	return true;
}

void
ecs_write_marked(struct ecs_buf *out, const char *text, size_t len,
    size_t start, size_t end, const struct ecs_span *spans, size_t nspans,
    const struct ecs_mark_style *style)
{
	struct writer writer = {.out = out, .text = text, .style = style};
	size_t at = start;

	if (!is_blank(text, 0, start))
		put_ellipsis(&writer);
	for (size_t i = 0; i < nspans && spans[i].start < end; i++) {
		size_t from = spans[i].start < at ? at : spans[i].start;
		size_t to = spans[i].end;

		while (i + 1 < nspans && spans[i + 1].end <= end &&
		    are_one_name(text, &spans[i], &spans[i + 1]))
			to = spans[++i].end;
		if (to > end)
			to = end;
		if (from >= to)
			continue;
		put_text(&writer, at, from);
		put_mark(&writer, from, to);
		at = to;
	}
	put_text(&writer, at, end);
	writer.owes_space = false;
	if (!is_blank(text, end, len))
		put_ellipsis(&writer);
}
