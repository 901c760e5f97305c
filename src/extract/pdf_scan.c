/* SPDX-License-Identifier: ISC */
/*
 * pdf_scan - the XML of pdftohtml, tag by tag.
 *
 * Its tags are not always nested as XML wants (bold inside a link), and it
 * prints remarks between pages; so this reads the tags it knows, in their
 * order, and passes over all else.
 */
#include "config.h" /* first: for the GNU extensions */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pdf.h"

enum { MOST_PIECES = 4000000, MOST_COLORS = 500 };

struct scan {
	struct pdf_pages *pages;
	struct pdf_line *piece; /* being read; NULL between */
	bool all_bold;          /* of what was read of it */
	int bold;               /* <b> around */
	int page;
	struct ecs_err *err;
};

void
ecs_pdf_pages_fini(struct pdf_pages *pages)
{
	free(pages->fonts);
	free(pages->lines);
	ecs_buf_fini(&pages->text);
	*pages = (struct pdf_pages){0};
}

/* A number of a tag's attribute, or otherwise. */
static int
number_of(const char *tag, size_t len, const char *name, int otherwise)
{
	char pattern[24];
	const char *at;

	snprintf(pattern, sizeof(pattern), " %s=\"", name);
	at = memmem(tag, len, pattern, strlen(pattern));
	return at == NULL ? otherwise : atoi(at + strlen(pattern));
}

static bool
is_tag(const char *tag, size_t len, const char *name)
{
	size_t n = strlen(name);

	return len >= n && memcmp(tag, name, n) == 0 &&
	    (len == n || tag[n] == ' ' || tag[n] == '/');
}

/* color="#2d74b5" */
static unsigned
color_of(const char *tag, size_t len)
{
	static const char name[] = " color=\"#";
	const char *at = memmem(tag, len, name, strlen(name));

	return at == NULL ? 0 : (unsigned)strtoul(at + strlen(name), NULL, 16);
}

static void
add_font(struct scan *in, const char *tag, size_t len)
{
	struct pdf_pages *pages = in->pages;
	int id = number_of(tag, len, "id", -1);
	struct pdf_font *more;

	if (id < 0 || id >= PDF_FONTS)
		return;
	if ((size_t)id >= pages->nfonts) {
		more = realloc(pages->fonts, (size_t)(id + 64) * sizeof(*more));
		if (more == NULL) {
			ecs_err_memory(in->err);
			return;
		}
		memset(more + pages->nfonts, 0,
		    ((size_t)id + 64 - pages->nfonts) * sizeof(*more));
		pages->fonts = more;
		pages->nfonts = (size_t)id + 64;
	}
	pages->fonts[id].size = number_of(tag, len, "size", 0);
	pages->fonts[id].color = color_of(tag, len);
	pages->fonts[id].bold = memmem(tag, len, "Bold", 4) != NULL ||
	    memmem(tag, len, "bold", 4) != NULL ||
	    memmem(tag, len, "Black", 5) != NULL ||
	    memmem(tag, len, "Heavy", 5) != NULL;
}

static void
begin_piece(struct scan *in, const char *tag, size_t len)
{
	struct pdf_pages *pages = in->pages;
	int font = number_of(tag, len, "font", -1);
	struct pdf_line *more;
	size_t room = pages->room * 2 + 1024;

	if (pages->n == MOST_PIECES) {
		ecs_err_set(in->err, 422, "too_large",
		    "the file has more than %d pieces of text", MOST_PIECES);
		return;
	}
	if (pages->n == pages->room) {
		more = realloc(pages->lines, room * sizeof(*more));
		if (more == NULL) {
			ecs_err_memory(in->err);
			return;
		}
		pages->lines = more;
		pages->room = room;
	}
	more = &pages->lines[pages->n++];
	*more = (struct pdf_line){.page = in->page,
	    .top = number_of(tag, len, "top", 0),
	    .left = number_of(tag, len, "left", 0),
	    .height = number_of(tag, len, "height", 0),
	    .font = -1,
	    .text = pages->text.len};
	more->right = more->left + number_of(tag, len, "width", 0);
	more->size = more->height;
	in->all_bold = true;
	in->bold = 0;
	if (font >= 0 && (size_t)font < pages->nfonts &&
	    pages->fonts[font].size > 0) {
		more->size = pages->fonts[font].size;
		in->bold = pages->fonts[font].bold;
		more->font = font;
	}
	in->piece = more;
}

/* A piece of nothing but spaces is none. */
static void
end_piece(struct scan *in)
{
	struct pdf_pages *pages = in->pages;
	struct pdf_line *piece = in->piece;
	struct ecs_buf folded = {0};

	in->piece = NULL;
	piece->len = pages->text.len - piece->text;
	if (piece->len > 0)
		ecs_fold_spaces(
		    &folded, pages->text.data + piece->text, piece->len);
	if (folded.len == 0) {
		pages->text.len = piece->text;
		pages->n--;
	}
	piece->bold = in->all_bold;
	if (piece->font >= 0)
		pages->fonts[piece->font].letters += folded.len;
	if (folded.failed)
		ecs_err_memory(in->err);
	ecs_buf_fini(&folded);
}

static void
take_tag(struct scan *in, const char *tag, size_t len)
{
	if (is_tag(tag, len, "page")) {
		in->page = number_of(tag, len, "number", in->page + 1);
		in->pages->pages = in->page;
		in->pages->page_height = number_of(tag, len, "height", 1263);
	} else if (is_tag(tag, len, "fontspec")) {
		add_font(in, tag, len);
	} else if (is_tag(tag, len, "text")) {
		begin_piece(in, tag, len);
	} else if (is_tag(tag, len, "/text") && in->piece != NULL) {
		end_piece(in);
	} else if (is_tag(tag, len, "a") && in->piece != NULL) {
		in->piece->is_link = true;
	} else if (is_tag(tag, len, "b")) {
		in->bold++;
	} else if (is_tag(tag, len, "/b") && in->bold > 0) {
		in->bold--;
	}
}

/* ---- text between tags ---- */

static void
add_code_point(struct ecs_buf *out, unsigned long c)
{
	if (c < 0x20 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return;
	if (c < 0x80) {
		ecs_buf_putc(out, (char)c);
		return;
	}
	if (c >= 0x10000) {
		ecs_buf_putc(out, (char)(0xf0 | (c >> 18)));
		ecs_buf_putc(out, (char)(0x80 | ((c >> 12) & 0x3f)));
	} else if (c >= 0x800) {
		ecs_buf_putc(out, (char)(0xe0 | (c >> 12)));
	}
	if (c >= 0x800)
		ecs_buf_putc(out, (char)(0x80 | ((c >> 6) & 0x3f)));
	else
		ecs_buf_putc(out, (char)(0xc0 | (c >> 6)));
	ecs_buf_putc(out, (char)(0x80 | (c & 0x3f)));
}

/* Bytes of an entity that was appended; 0 when this is none. */
static size_t
add_entity(struct ecs_buf *out, const char *at, size_t len)
{
	static const struct {
		const char *name;
		char c;
	} five[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'},
	    {"&quot;", '"'}, {"&apos;", '\''}};

	for (size_t i = 0; i < 5; i++) {
		size_t n = strlen(five[i].name);

		if (len >= n && memcmp(at, five[i].name, n) == 0) {
			ecs_buf_putc(out, five[i].c);
			return n;
		}
	}
	if (len > 3 && at[1] == '#') {
		bool hex = at[2] == 'x';
		char *end;
		unsigned long c = strtoul(at + 2 + hex, &end, hex ? 16 : 10);

		if (*end == ';' && (size_t)(end - at) < len) {
			add_code_point(out, c);
			return (size_t)(end - at) + 1;
		}
	}
	return 0;
}

static void
take_text(struct scan *in, const char *at, size_t len)
{
	struct ecs_buf *out = &in->pages->text;
	bool seen = false;

	for (size_t i = 0; i < len;) {
		size_t n = at[i] == '&' ? add_entity(out, at + i, len - i) : 0;

		seen = seen || at[i] != ' ';
		if (n == 0) {
			ecs_buf_putc(out, at[i]);
			n = 1;
		}
		i += n;
	}
	if (seen && in->bold == 0)
		in->all_bold = false;
}

/* The colour of most text; what has another one, and is no link, is marked. */
static void
find_color(struct pdf_pages *pages)
{
	size_t most = 0;

	for (size_t i = 0; i < pages->nfonts; i++) {
		size_t letters = 0;

		for (size_t k = 0; k < pages->nfonts && k < MOST_COLORS; k++) {
			if (pages->fonts[k].color == pages->fonts[i].color)
				letters += pages->fonts[k].letters;
		}
		if (letters > most) {
			most = letters;
			pages->color = pages->fonts[i].color;
		}
	}
	for (size_t i = 0; i < pages->n; i++) {
		struct pdf_line *piece = &pages->lines[i];

		if (piece->font >= 0 && !piece->is_link &&
		    pages->fonts[piece->font].color != pages->color)
			piece->bold = true;
	}
}

bool
ecs_pdf_scan(
    const struct ecs_buf *xml, struct pdf_pages *pages, struct ecs_err *err)
{
	struct scan in = {.pages = pages, .err = err};
	const char *at = xml->data;
	const char *end = at + xml->len;

	while (at < end && err->status == 0) {
		const char *tag = memchr(at, '<', (size_t)(end - at));
		const char *close;

		if (tag == NULL)
			break;
		if (in.piece != NULL)
			take_text(&in, at, (size_t)(tag - at));
		close = memchr(tag, '>', (size_t)(end - tag));
		if (close == NULL)
			break;
		take_tag(&in, tag + 1, (size_t)(close - tag - 1));
		at = close + 1;
	}
	if (in.piece != NULL)
		end_piece(&in);
	find_color(pages);
	if (pages->text.failed)
		ecs_err_memory(err);
	return err->status == 0;
}
