/* SPDX-License-Identifier: ISC */
#ifndef ECS_WEB_SHOW_H
#define ECS_WEB_SHOW_H
/*
 * The parts of a document's page.  Its address is
 *
 *	/show/COLLECTION/ID            the document
 *	/show/COLLECTION/ID/PASSAGE    the same, at one of its passages
 *
 * with p the page of passages, and everything the address of a search page may
 * say besides: the search that led here, which the way back leads to.
 */
#include "results.h"

struct show {
	struct page *page;
	const struct ecs_page_state *state; /* the search that led here */
	const struct ecs_collection *collection;
	const struct ecs_shown_document *shown;
	uint32_t first; /* number of the first passage on the page; 0: none */
	uint32_t last;
};

/* href="..." of this document, a page of it, and a place on that. */
void ecs_show_href(const struct show *show, const char *passage, uint32_t p,
    const char *place);
/* The page that passage number is on. */
uint32_t ecs_show_page_of(uint32_t number);
/* The document's language when it is not the page's, else NULL. */
const char *ecs_show_lang(const struct show *show);

/* ---- show_facts.c ---- */

/* Names, facts, prose. */
void ecs_show_names_write(const struct show *show);
void ecs_show_facts_write(const struct show *show);
void ecs_show_prose_write(const struct show *show);
/* The type of schema.org that a document is of. */
const char *ecs_show_type(const struct show *show);

/* ---- show_outline.c ---- */

enum { DEEPEST = 9 };
/* The levels of the headings above, outermost first. */
struct trail {
	uint32_t level[DEEPEST];
	const json_t *entry[DEEPEST]; /* of the outline */
	int depth;
};
/* Go to the next entry of the outline: what is no deeper is left. */
void ecs_trail_step(struct trail *trail, const json_t *entry);
void ecs_outline_write(const struct show *show);

/* ---- show_text.c ---- */

/* The passages of this page under their headings. */
void ecs_show_text_write(const struct show *show);
/* The passages that match, as a list of links. */
void ecs_show_matching_write(const struct show *show);
/*
 * Text with blank lines (HTML with nothing but <mark>) as paragraphs.
 */
void ecs_paragraphs_write(struct ecs_buf *out, const char *html);
#endif
