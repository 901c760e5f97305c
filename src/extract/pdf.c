/* SPDX-License-Identifier: ISC */
/*
 * pdf - lines become paragraphs and headings of a paper.
 */
#include "config.h" /* first: for the GNU extensions */

#include <string.h>

#include "numbered.h"
#include "pdf.h"

enum {
	LONGEST_HEADING = 220,
	LEAST_LETTERS = 16, /* of a page, on average; fewer: it is a picture */
	HEADING_PERCENT = 140, /* the same within a heading */
	WIDE_PERCENT = 175     /* of a line's height: the next begins another */
};

struct reading {
	const struct pdf_pages *pages;
	struct pdf_words *words;
	struct paper *paper;
	struct ecs_buf text; /* of the paragraph so far */
	int page;            /* that it begins on */
	enum paper_gap gap;
	const struct pdf_line *before; /* the line before, in reading order */
};

static const char *
text_of(const struct reading *in, const struct pdf_line *line, size_t *len)
{
	const char *text = in->pages->text.data + line->text;

	*len = line->len;
	while (*len > 0 && (text[*len - 1] == ' ' || text[*len - 1] == '\t'))
		(*len)--;
	while (*len > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		(*len)--;
	}
	return text;
}

static void
flush(struct reading *in)
{
	if (in->text.len > 0)
		ecs_paper_add(
		    in->paper, in->gap, in->text.data, in->text.len, in->page);
	ecs_buf_reset(&in->text);
}

/* ---- where a paragraph begins ---- */

static bool
is_item(const char *text, size_t len)
{
	static const char *const bullets[] = {"\xe2\x80\xa2", "\xe2\x96\xaa",
	    "\xef\x82\xb7", "\xe2\x97\x8f", "\xe2\x97\xa6", "\xef\x82\xa7",
	    "\xe2\x80\x93 ", "\xe2\x80\x94 ", "- ", "o ", "* "};

	for (size_t i = 0; i < sizeof(bullets) / sizeof(bullets[0]); i++) {
		size_t n = strlen(bullets[i]);

		if (len > n && strncmp(text, bullets[i], n) == 0)
			return true;
	}
	/* "(a)", "(12)", "a)", "2.1 " */
	if (len > 4 && text[0] == '(' &&
	    (text[2] == ')' || text[3] == ')' || text[4] == ')'))
		return true;
	return (len > 3 && text[1] == ')' && text[2] == ' ') ||
	    ecs_number_level(text, len) > 0;
}

static bool
ends_sentence(const char *text, size_t len)
{
	return len > 0 && strchr(".:;?!", text[len - 1]) != NULL;
}

/* A line that breaks a sentence goes on, on whatever page or column. */
static bool
breaks_off(const struct reading *in, const char *text, size_t len)
{
	const char *before = in->text.data;
	size_t n = in->text.len;

	if (before == NULL || n == 0 || len == 0)
		return false;
	return !ends_sentence(before, n) &&
	    ((text[0] >= 'a' && text[0] <= 'z') ||
		(unsigned char)text[0] >= 0xc3 || before[n - 1] == '-' ||
		before[n - 1] == ',');
}

static bool
begins_paragraph(const struct reading *in, const struct pdf_line *line,
    const char *text, size_t len)
{
	const struct pdf_line *before = in->before;
	int step = before == NULL ? 0 : line->top - before->top;

	if (before == NULL || in->text.len == 0)
		return true;
	if (before->page != line->page || step < -line->height)
		return !breaks_off(in, text, len);
	return line->linked || before->linked || is_item(text, len) ||
	    step * 100 > line->height * WIDE_PERCENT ||
	    line->size != before->size;
}

/* ---- lines ---- */

static void
add_line(struct reading *in, const char *text, size_t len)
{
	struct ecs_buf *out = &in->text;
	enum pdf_hyphen hyphen = HYPHEN_AND_SPACE;

	if (out->len > 1 && out->data[out->len - 1] == '-')
		hyphen =
		    ecs_pdf_hyphen(in->words, out->data, out->len, text, len);
	if (hyphen == HYPHEN_OF_LINE)
		out->data[--out->len] = '\0';
	else if (hyphen == HYPHEN_AND_SPACE && out->len > 0)
		ecs_buf_putc(out, ' ');
	ecs_buf_add(out, text, len);
}

static void
take_line(struct reading *in, const struct pdf_line *line)
{
	size_t len;
	const char *text = text_of(in, line, &len);

	if (begins_paragraph(in, line, text, len)) {
		flush(in);
		in->page = line->page;
		in->gap = line->linked || is_item(text, len) ? GAP_LINE
							     : GAP_PARAGRAPH;
	}
	add_line(in, text, len);
	in->before = line;
}

/* The lines of one heading; returns the first that is not of it. */
static size_t
take_heading(struct reading *in, size_t at)
{
	const struct pdf_line *lines = in->pages->lines;
	const struct pdf_line *first = &lines[at];
	size_t end = at;

	flush(in);
	do {
		size_t len;
		const char *text = text_of(in, &lines[end], &len);

		add_line(in, text, len);
		end++;
	} while (end < in->pages->n && lines[end].level == first->level &&
	    lines[end].size == first->size && !lines[end].gone &&
	    lines[end].page == first->page &&
	    (lines[end].top - lines[end - 1].top) * 100 <=
		first->height * HEADING_PERCENT);
	ecs_paper_heading(
	    in->paper, first->level, in->text.data, in->text.len, first->page);
	ecs_buf_reset(&in->text);
	in->before = NULL;
	return end;
}

static void
read_lines(struct reading *in)
{
	size_t i = 0;

	while (i < in->pages->n && in->paper->err.status == 0) {
		const struct pdf_line *line = &in->pages->lines[i];

		if (line->gone) {
			i++;
		} else if (line->level > 0) {
			i = take_heading(in, i);
		} else {
			take_line(in, line);
			i++;
		}
	}
	flush(in);
	if (in->text.failed)
		ecs_err_memory(&in->paper->err);
}

/* ---- what the file says of itself ---- */

static void
read_about(const struct ecs_buf *info, struct paper *paper)
{
	static const char word[] = "Microsoft Word - ";
	const char *value;
	size_t len;

	if (ecs_pdf_info(info, "Title", &value, &len)) {
		const char *inside = memmem(value, len, word, strlen(word));

		if (inside != NULL) {
			len -= (size_t)(inside - value) + strlen(word);
			value = inside + strlen(word);
		}
		ecs_paper_tell(&paper->title, value, len);
	}
	if (ecs_pdf_info(info, "Author", &value, &len))
		ecs_paper_authors(paper, value, len);
	if (ecs_pdf_info(info, "CreationDate", &value, &len)) {
		while (len > 0 && *value == ' ') {
			value++;
			len--;
		}
		ecs_paper_date(paper, value, len);
	}
}

static bool
has_text(const struct pdf_pages *pages, struct ecs_err *err)
{
	size_t letters = 0;

	if (pages->pages == 0)
		return ecs_err_set(err, 422, "damaged",
		    "the PDF's pages cannot be found: it is damaged");
	for (size_t i = 0; i < pages->n; i++)
		letters += pages->lines[i].len;
	if (letters >= (size_t)pages->pages * LEAST_LETTERS && letters > 0)
		return true;
	return ecs_err_set(err, 422, "no_text",
	    "the file's %d pages are pictures without text: let a program for "
	    "text recognition (OCR) read them first",
	    pages->pages);
}

bool
ecs_read_pdf(
    const struct ecs_buf *info, const struct ecs_buf *xml, struct paper *paper)
{
	struct pdf_pages pages = {0};
	struct reading in = {.pages = &pages, .paper = paper};

	read_about(info, paper);
	if (ecs_pdf_scan(xml, &pages, &paper->err) &&
	    has_text(&pages, &paper->err) &&
	    ecs_pdf_lines(&pages, &paper->err)) {
		ecs_pdf_heads(&pages);
		in.words = ecs_pdf_words_new(&pages, &paper->err);
	}
	if (in.words != NULL)
		read_lines(&in);
	ecs_pdf_words_free(in.words);
	ecs_buf_fini(&in.text);
	ecs_pdf_pages_fini(&pages);
	return paper->err.status == 0;
}
