/* SPDX-License-Identifier: ISC */
/*
 * plain - text without any marks: paragraphs parted by empty lines.
 *
 * A short line between empty ones that does not end like a sentence is a
 * heading; one that is numbered "2.3.1" tells its level.
 */
#include <string.h>

#include "numbered.h"
#include "read.h"

enum { HEADING_BYTES = 90 };

/* A paragraph of one line; whether it could be the name of what follows. */
static bool
is_heading(const char *line, size_t len)
{
	static const char ends[] = ".,;:?!)\"";
	bool numbered = ecs_number_level(line, len) > 0;

	if (len == 0 || len > HEADING_BYTES ||
	    memchr("-*+>|#=", line[0], 7) != NULL)
		return false;
	if (strchr(ends, line[len - 1]) != NULL)
		return false;
	/* Unnumbered it has to begin as a title does: no small letter. */
	return numbered || !(line[0] >= 'a' && line[0] <= 'z');
}

/* One paragraph, its line ends inside it; first: of the file. */
static void
take_paragraph(struct paper *paper, const char *text, size_t len)
{
	while (len > 0 && strchr(" \t\r\n\f", text[len - 1]) != NULL)
		len--;
	while (len > 0 && strchr(" \t\r\n\f", *text) != NULL) {
		text++;
		len--;
	}
	if (memchr(text, '\n', len) == NULL && is_heading(text, len)) {
		int level = ecs_number_level(text, len);

		ecs_paper_heading(
		    paper, level > 0 ? level : 1, text, len, NO_PAGE);
		return;
	}
	ecs_paper_add(paper, GAP_PARAGRAPH, text, len, NO_PAGE);
}

/* The end of the paragraph that begins here: an empty line, or all. */
static const char *
paragraph_end(const char *at, const char *end)
{
	while (at < end) {
		const char *next = memchr(at, '\n', (size_t)(end - at));

		if (next == NULL)
			return end;
		at = next + 1;
		next = at;
		while (next < end && strchr(" \t\r", *next) != NULL &&
		    *next != '\0')
			next++;
		if (next < end && *next == '\n')
			return at;
	}
	return end;
}

bool
ecs_read_text(const struct file *file, struct paper *paper)
{
	struct ecs_buf text = {0};

	if (ecs_to_utf8(file, NULL, &text, &paper->err) && text.len > 0) {
		const char *at = text.data;
		const char *end = at + text.len;

		while (at < end && paper->err.status == 0) {
			const char *stop = paragraph_end(at, end);

			take_paragraph(paper, at, (size_t)(stop - at));
			at = stop < end ? stop + 1 : end;
		}
	}
	ecs_buf_fini(&text);
	return paper->err.status == 0;
}
