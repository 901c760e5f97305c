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
struct ecs_err;

/* What all pages of one site share; strings are borrowed. */
struct ecs_site {
	const struct ecs_schema *schema;
	const char *title;  /* "ECSO search" */
	const char *prefix; /* path before every address: "" or "/search" */
	const char *origin; /* "https://example.org", or "" when unknown */
	bool clicks;        /* is it counted what is chosen? */
};

/* ---- the search page ---- */

struct ecs_page_parameter {
	const char *name;
	const char *value;
};
/* What a browser asked for. */
struct ecs_page_request {
	const struct ecs_page_parameter *parameters;
	size_t nparameters;
	const char *languages; /* its Accept-Language, or NULL */
};

struct ecs_page_state;
/*
 * The state that an address says, in the arena; visible tells which collections
 * the visitor may see.  What is unknown is left out.  NULL only without memory.
 */
struct ecs_page_state *ecs_page_state_read(struct ecs_arena *arena,
    const struct ecs_schema *schema, const bool *visible,
    const struct ecs_page_request *request, struct ecs_err *err);
bool ecs_page_is_part(const struct ecs_page_state *state);
const char *ecs_page_words(const struct ecs_page_state *state);
/* The collection whose results are shown, -1 for all; its page, from 1. */
int ecs_page_collection(const struct ecs_page_state *state);
uint32_t ecs_page_number(const struct ecs_page_state *state);
const char *ecs_page_language(const struct ecs_page_state *state);
/*
 * The parameters of the search that the page needs of a collection (a new
 * reference); NULL without memory.
 */
json_t *ecs_page_ask(const struct ecs_page_state *state, int collection);
/*
 * Write the page; answers by the index of their collection, NULL of one that is
 * not visible.
 */
void
ecs_page_write(const struct ecs_site *site, const struct ecs_page_state *state,
    json_t *const *answers, struct ecs_buf *out);
/*
 * Write a page that says what went wrong: 404 that there is nothing, others
 * that it does not work now.
 */
void ecs_page_write_problem(const struct ecs_site *site,
    const struct ecs_page_state *state, int status, struct ecs_buf *out);

/* The description that browsers read; the site's origin must be known. */
void ecs_opensearch_write(const struct ecs_site *site, struct ecs_buf *out);

/* ---- a document's page ---- */

enum { ECS_PASSAGES_A_PAGE = 40 };

/* A document and what stands around it; all borrowed. */
struct ecs_shown_document {
	int collection;
	const char *id;
	const char *passage;   /* that the address names; NULL: none */
	bool missing;          /* and it is not there (any more) */
	const json_t *changed; /* since when, and the nearest now; or NULL */
	const json_t *document;
	/* Answers of the interface; NULL: not asked. */
	const json_t *passages; /* a page of them, and the outline */
	const json_t *matching; /* the first of those that match */
	const json_t *editions; /* a search: documents of its family */
	const json_t *members;  /* a search: who is in this group */
};
/*
 * The parameters of a search of a document's collection that finds in it what
 * the search of the state found (a new reference); NULL without memory.
 */
json_t *ecs_page_ask_words(const struct ecs_page_state *state);
void ecs_document_write(const struct ecs_site *site,
    const struct ecs_page_state *state, const struct ecs_shown_document *shown,
    struct ecs_buf *out);

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
