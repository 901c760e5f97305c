/* SPDX-License-Identifier: ISC */
#ifndef ECS_EXTRACT_PDF_H
#define ECS_EXTRACT_PDF_H
/*
 * A PDF has no paragraphs and no headings, only words at places.  In order:
 *
 *	pdf_fetch.c    poppler's tools: metadata, texts with place and font
 *	pdf_scan.c     their XML -> pieces
 *	pdf_lines.c    pieces -> lines, without running heads and page numbers
 *	pdf_words.c    words of the file, to tell a hyphen from a broken word
 *	pdf_heads.c    fonts -> which lines are headings, and their levels
 *	pdf.c          lines -> paragraphs and headings
 */
#include "read.h"

enum { PDF_PAGES = 3000, PDF_FONTS = 20000 };

struct pdf_font {
	int size;
	bool bold; /* by its name */
	unsigned color;
	size_t letters; /* of text in it */
};

/* A piece of text, as the PDF shows it; later a whole line. */
struct pdf_line {
	int page;
	int top, left, right, height; /* in poppler's units: 1/108 inch */
	int size;                     /* of its font */
	bool bold;   /* all of it, or in another colour than the body */
	bool gone;   /* a running head, a page number .. */
	bool linked; /* pieces stand apart in it: a row of a table */
	int level;   /* of a heading; 0: none */
	int font;    /* of a piece; -1 */
	bool is_link;
	size_t text, len; /* in the pages' text */
};

struct pdf_pages {
	struct pdf_font *fonts; /* by id */
	size_t nfonts;
	struct pdf_line *lines; /* pages one after the other */
	size_t n, room;
	struct ecs_buf text;
	int pages;
	int page_height;
	unsigned color; /* of most text */
	int body;       /* size of the font that most text is in */
};

/* Both outputs; 422 with the reason when there are none. */
bool ecs_pdf_fetch(const struct file *file, struct ecs_buf *info,
    struct ecs_buf *xml, struct ecs_err *err);
/* A line of pdfinfo: "Title", "Pages". */
bool ecs_pdf_info(const struct ecs_buf *info, const char *key,
    const char **value, size_t *len);

bool ecs_pdf_scan(
    const struct ecs_buf *xml, struct pdf_pages *pages, struct ecs_err *err);
void ecs_pdf_pages_fini(struct pdf_pages *pages);
bool ecs_pdf_lines(struct pdf_pages *pages, struct ecs_err *err);
void ecs_pdf_heads(struct pdf_pages *pages);
bool ecs_read_pdf(
    const struct ecs_buf *info, const struct ecs_buf *xml, struct paper *paper);

struct pdf_words;
/* All words of the pages' lines.  NULL and err when memory runs out. */
struct pdf_words *
ecs_pdf_words_new(const struct pdf_pages *pages, struct ecs_err *err);
void ecs_pdf_words_free(struct pdf_words *words); /* NULL is allowed */
/*
 * text ends in a line's hyphen, and next goes on: what becomes of the hyphen?
 */
enum pdf_hyphen {
	HYPHEN_OF_LINE, /* it goes: half a word before, half a word after */
	HYPHEN_KEPT,    /* it is the word's: no space behind it */
	HYPHEN_AND_SPACE
};
enum pdf_hyphen ecs_pdf_hyphen(const struct pdf_words *words, const char *text,
    size_t len, const char *next, size_t next_len);
#endif
