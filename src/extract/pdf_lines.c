/* SPDX-License-Identifier: ISC */
/*
 * pdf_lines - pieces on one height become lines; what every page repeats goes.
 *
 * The order of the file is kept: that is the order in which its program wrote
 * the text, which follows columns as sorting by place would not.
 */
#include <stdlib.h>
#include <string.h>

#include "pdf.h"

enum {
	MARGIN_PERCENT = 13, /* of a page's height: where heads and feet are */
	LEAST_PAGES = 3,     /* that repeat a line */
	REPEAT_PERCENT = 30, /* of all pages: odd and even ones may differ */
	CONTENTS_TITLE = 40,
	LEADERS = 4 /* dots in a row: a line of a table of contents */
};

/* ---- lines ---- */

/* Do two pieces stand beside each other, the second to the right? */
static bool
continues(const struct pdf_line *line, const struct pdf_line *piece)
{
	int top = line->top > piece->top ? line->top : piece->top;
	int below = line->top + line->height;
	int other = piece->top + piece->height;
	int lower = line->height < piece->height ? line->height : piece->height;

	if (other < below)
		below = other;
	return line->page == piece->page && (below - top) * 10 >= lower * 6 &&
	    piece->left >= line->right - lower;
}

static void
add_text(struct ecs_buf *out, const struct pdf_pages *pages,
    const struct pdf_line *piece)
{
	ecs_buf_add(out, pages->text.data + piece->text, piece->len);
}

/* Put a piece behind a line; most: how long the longest piece of it is. */
static void
join(struct pdf_pages *pages, struct ecs_buf *out, struct pdf_line *line,
    const struct pdf_line *piece, size_t *most)
{
	int gap = piece->left - line->right;

	if (gap * 6 > line->height)
		ecs_buf_putc(out, ' ');
	if (gap > 2 * line->height)
		line->linked = true;
	add_text(out, pages, piece);
	line->len = out->len - line->text;
	line->right = piece->right;
	line->bold = line->bold && piece->bold;
	if (piece->len > *most) {
		*most = piece->len;
		line->size = piece->size;
		line->height = piece->height;
	}
}

static bool
make_lines(struct pdf_pages *pages, struct ecs_err *err)
{
	struct ecs_buf out = {0};
	size_t most = 0;
	size_t n = 0;

	for (size_t i = 0; i < pages->n; i++) {
		struct pdf_line piece = pages->lines[i];
		struct pdf_line *line = n == 0 ? NULL : &pages->lines[n - 1];

		if (line != NULL && continues(line, &piece)) {
			join(pages, &out, line, &piece, &most);
			continue;
		}
		most = piece.len;
		line = &pages->lines[n++];
		*line = piece;
		line->text = out.len;
		add_text(&out, pages, &piece);
	}
	pages->n = n;
	if (out.failed) {
		ecs_buf_fini(&out);
		return ecs_err_memory(err);
	}
	ecs_buf_fini(&pages->text);
	pages->text = out;
	return true;
}

/* ---- running heads ---- */

struct repeat {
	uint64_t key;
	size_t line;
	int page;
};

/* FNV-1a over the text, all numbers alike, spaces left out. */
static uint64_t
key_of(const char *text, size_t len, bool foot)
{
	uint64_t key = UINT64_C(14695981039346656037) + foot;
	bool digit = false;

	for (size_t i = 0; i < len; i++) {
		bool is = text[i] >= '0' && text[i] <= '9';

		if (text[i] == ' ' || (is && digit))
			continue;
		digit = is;
		key ^= (unsigned char)(is ? '#' : text[i]);
		key *= UINT64_C(1099511628211);
	}
	return key;
}

static int
by_key(const void *a, const void *b)
{
	const struct repeat *x = a;
	const struct repeat *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->page > y->page) - (x->page < y->page);
}

static size_t
gather(const struct pdf_pages *pages, struct repeat *repeats)
{
	int edge = pages->page_height * MARGIN_PERCENT / 100;
	size_t n = 0;

	for (size_t i = 0; i < pages->n; i++) {
		const struct pdf_line *line = &pages->lines[i];
		bool foot =
		    line->top + line->height > pages->page_height - edge;

		if (line->top >= edge && !foot)
			continue;
		repeats[n++] = (struct repeat){
		    key_of(pages->text.data + line->text, line->len, foot), i,
		    line->page};
	}
	return n;
}

static void
drop_repeats(struct pdf_pages *pages, struct repeat *repeats, size_t n)
{
	int least = pages->pages * REPEAT_PERCENT / 100;
	size_t end;

	if (least < LEAST_PAGES)
		least = LEAST_PAGES;
	for (size_t from = 0; from < n; from = end) {
		int on = 0;

		for (end = from;
		     end < n && repeats[end].key == repeats[from].key; end++)
			on += end == from ||
			    repeats[end].page != repeats[end - 1].page;
		for (size_t i = from; on >= least && i < end; i++)
			pages->lines[repeats[i].line].gone = true;
	}
}

static bool
drop_heads(struct pdf_pages *pages, struct ecs_err *err)
{
	struct repeat *repeats = malloc((pages->n + 1) * sizeof(*repeats));
	size_t n;

	if (repeats == NULL)
		return ecs_err_memory(err);
	n = gather(pages, repeats);
	qsort(repeats, n, sizeof(*repeats), by_key);
	drop_repeats(pages, repeats, n);
	free(repeats);
	return true;
}

/* "Scope ........ 12": the headings say it all. */
static bool
is_contents(const char *text, size_t len)
{
	int dots = 0;
	int most = 0;

	while (len > 0 && text[len - 1] == ' ')
		len--;
	if (len == 0 || text[len - 1] < '0' || text[len - 1] > '9')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '.')
			dots++;
		else if (text[i] != ' ')
			dots = 0;
		most = dots > most ? dots : most;
	}
	return most >= LEADERS;
}

/* With its title, the short line before the first of its entries. */
static void
drop_contents(struct pdf_pages *pages)
{
	struct pdf_line *before = NULL;

	for (size_t i = 0; i < pages->n; i++) {
		struct pdf_line *line = &pages->lines[i];

		if (line->gone)
			continue;
		if (!is_contents(pages->text.data + line->text, line->len)) {
			before = line;
			continue;
		}
		line->gone = true;
		if (before != NULL && before->page == line->page &&
		    before->len <= CONTENTS_TITLE)
			before->gone = true;
		before = NULL;
	}
}

bool
ecs_pdf_lines(struct pdf_pages *pages, struct ecs_err *err)
{
	if (!make_lines(pages, err))
		return false;
	if (pages->text.data == NULL)
		return true;
	if (!drop_heads(pages, err))
		return false;
	drop_contents(pages);
	return true;
}
