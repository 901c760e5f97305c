/* SPDX-License-Identifier: ISC */
#ifndef ECS_EXTRACT_PAPER_H
#define ECS_EXTRACT_PAPER_H
/*
 * What the readers make of a file: its own words about itself, and sections.
 *
 * A reader calls heading and add in reading order.  A paragraph belongs to the
 * page that it begins on; where a page begins inside a section the section goes
 * on in another one without a heading, so that each knows its page.  Texts are
 * UTF-8; white space in them is one space, and bad bytes are replaced.
 *
 * Failure is sticky, in paper->err: memory, or more text than is taken.
 */
#include <stdbool.h>
#include <stddef.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

enum {
	NO_PAGE = -1,
	PAPER_DEEPEST = 9,        /* level of a heading */
	PAPER_SECTIONS = 50000,   /* at most */
	PAPER_BYTES = 24 << 20,   /* of text in all, at most */
	PAPER_HEADING_BYTES = 300 /* one that is longer is a paragraph */
};

struct paper_section {
	struct ecs_buf heading;
	int level;
	int page;
	struct ecs_buf text;
};

struct paper {
	struct ecs_buf title;
	struct ecs_buf lang; /* a tag as the file has it: "en-GB" */
	struct ecs_buf date; /* YYYY-MM-DD, or "" */
	struct ecs_buf publisher;
	struct ecs_buf authors; /* one a line */
	struct paper_section *sections;
	size_t n, room;
	size_t bytes;
	struct ecs_err err;
};

/* How a piece of text follows the one before. */
enum paper_gap { GAP_PARAGRAPH, GAP_LINE };

void ecs_paper_fini(struct paper *paper);
/* Begin a section; level 1 to 9.  Without a word in text nothing happens. */
void ecs_paper_heading(
    struct paper *paper, int level, const char *text, size_t len, int page);
/* Go on with the last heading, as a second line of it. */
void ecs_paper_more_heading(struct paper *paper, const char *text, size_t len);
/* Append a paragraph or line.  Without a word in text nothing happens. */
void ecs_paper_add(struct paper *paper, enum paper_gap gap, const char *text,
    size_t len, int page);
/* Put text into one of the members above, if that is still empty. */
void ecs_paper_tell(struct ecs_buf *member, const char *text, size_t len);
/* The day of an ISO 8601 or a PDF date ("D:2021..."), if it is one. */
void ecs_paper_date(struct paper *paper, const char *text, size_t len);
/* Authors parted by ; or a line's end (a comma may stand in a name). */
void ecs_paper_authors(struct paper *paper, const char *text, size_t len);
/* The document as JSON; name stands in for a title.  False: see paper->err. */
bool ecs_paper_json(struct paper *paper, const char *name, struct ecs_buf *out);

/* Append text with its white space folded: none at the ends, else one space. */
void ecs_fold_spaces(struct ecs_buf *out, const char *text, size_t len);
#endif
