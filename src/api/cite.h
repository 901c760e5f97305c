/* SPDX-License-Identifier: ISC */
#ifndef ECS_API_CITE_H
#define ECS_API_CITE_H
/*
 * A document, or a passage of it, as bibliographies take it:
 *
 *	csl     CSL-JSON (citationstyles.org, csl-data of version 1.0.2)
 *	bibtex  BibTeX, in UTF-8
 *	ris     RIS (Research Information Systems, the tags of 2011)
 */
#include <jansson.h>

#include "ecsearch/buf.h"

/* What is cited; all borrowed, "" or NULL where nothing is known. */
struct citation {
	const char *id; /* of the document */
	const char *kind;
	const char *title;
	const char *edition;
	const char *date; /* ISO 8601, or its beginning */
	const char *lang;
	const char *publisher;
	const json_t *authors; /* strings; NULL: none */
	const char *url;
	const char *passage; /* NULL: the whole */
	const char *section; /* path of the passage */
	json_int_t page;     /* of the passage; -1: unknown */
};

/* One way to write it. */
struct cite_format {
	const char *name;
	const char *type; /* for Content-Type */
	void (*write)(const struct citation *citation, struct ecs_buf *out);
};
extern const struct cite_format ecs_cite_formats[3];
/* The format of a name, or NULL. */
const struct cite_format *ecs_cite_format(const char *name);
#endif
