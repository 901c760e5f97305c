/* SPDX-License-Identifier: ISC */
#ifndef ECS_WEB_PAGE_H
#define ECS_WEB_PAGE_H
/*
 * A page being written, and its shell: head, header and footer are the same on
 * all of them.
 */
#include "ecsearch/web.h"

#include "html.h"
#include "texts.h"

struct page {
	const struct ecs_site *site;
	enum tongue tongue;
	bool tongue_given; /* by the address, so that links carry it on */
	int lang;          /* the tongue as a language of labels */
	struct ecs_buf *out;
};

/* What stands in a page's head. */
struct head {
	const char *title;       /* without the site's name; NULL: only that */
	const char *description; /* NULL: none */
	const char *address;   /* its own, from "/", for the language switch */
	const char *canonical; /* from "/"; NULL: address */
	bool hidden;           /* search engines should not keep it */
	const char *q;         /* in the header's search box; NULL: no box */
};
/* "TITLE – SITE", or the site's alone for NULL. */
void ecs_page_title(struct page *page, const char *title);
void ecs_page_begin(struct page *page, const struct head *head);
void ecs_page_end(struct page *page);
/* "?ui=fr" (or with & for before) when the tongue is given; else nothing. */
void ecs_page_tongue(struct page *page, const char *before);
/* href="..." of an address from "/" (already percent-encoded). */
void ecs_page_href(struct page *page, const char *address);
#endif
