/* SPDX-License-Identifier: ISC */
#ifndef ECS_WEB_H
#define ECS_WEB_H
/*
 * The website: answers of the interface (JSON) written as pages (HTML), and the
 * files that the pages load.  Nothing here searches or speaks HTTP.
 *
 * A page is a function of its state (what its address says) and of the answers;
 * it works without scripts, and the script asks for the same page's part.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "ecsearch/buf.h"
#include "ecsearch/schema.h"

struct ecs_arena;

/* What all pages of one site share; strings are borrowed. */
struct ecs_site {
	const struct ecs_schema *schema;
	const char *title;  /* "ECSO search" */
	const char *prefix; /* path before every address: "" or "/search" */
	const char *origin; /* "https://example.org", or "" when unknown */
	bool clicks;        /* is it counted what is chosen? */
};

/* ---- assets: files of the pages, in the program ---- */

struct ecs_asset {
	const char *name; /* "page.css" */
	const char *hash; /* of its content, lower case hexadecimal */
	const char *type; /* of its content, for Content-Type */
	const unsigned char *plain;
	size_t plain_len;
	const unsigned char *gzip;
	size_t gzip_len;
};
/*
 * The asset of "page.css" or "page.HASH.css".  *current: the hash is that of
 * the asset, so that what is at this address never changes.  NULL: none.
 */
const struct ecs_asset *ecs_asset_find(const char *name, bool *current);

/* The Content-Security-Policy of every page (CSP level 3). */
extern const char ecs_page_policy[];

#endif
