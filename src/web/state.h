/* SPDX-License-Identifier: ISC */
#ifndef ECS_WEB_STATE_H
#define ECS_WEB_STATE_H
/*
 * What the address of the search page says, and addresses of other states.
 *
 *	q      the words            in     a collection; without: all of them
 *	sort   "name", "-founded"   page   from 1
 *	exact  "1": no correction   ui     the tongue
 *	map    "1": with a map of countries
 *	all    a facet to show with all its values; find: of these, such
 *	FIELD  a chosen value, "low..high" of a number; repeated: any of them
 *	part   "results": without head and footer, for the script
 *
 * What is unknown or makes no sense is left out, as a page should: old links
 * and parameters of others lead somewhere.
 */
#include "ecsearch/web.h"

#include "texts.h"

enum { MOST_CHOICES = 48 };

struct choice {
	const struct ecs_field *field;
	const char *value;
};

/* Copied to make another state of it; the strings are the request's. */
struct ecs_page_state {
	const struct ecs_schema *schema;
	bool visible[ECS_MAX_COLLECTIONS];
	const char *q;                     /* "" when nothing was typed */
	int collection;                    /* -1: all */
	const struct ecs_shown_sort *sort; /* NULL: by relevance */
	uint32_t page;
	bool exact;
	bool part;
	bool map; /* shown above a collection's hits */
	bool tongue_given;
	enum tongue tongue;
	const struct ecs_field *whole; /* the facet shown whole; NULL */
	const char *find;              /* in its values; "" */
	struct choice choices[MOST_CHOICES];
	size_t nchoices;
};

/* The collection's showing, or NULL when all are searched. */
const struct ecs_showing *ecs_state_showing(const struct ecs_page_state *state);
/* Nothing asked and nothing chosen: the start page. */
bool ecs_state_is_start(const struct ecs_page_state *state);
/* A number or a date, of which a range is chosen. */
bool ecs_state_is_number(const struct ecs_field *field);
/* Is the field a tree, so that a choice means it and what is narrower? */
bool ecs_state_is_tree(const struct ecs_field *field);
/* The place of a choice, or nchoices. */
size_t ecs_state_chosen(const struct ecs_page_state *state,
    const struct ecs_field *field, const char *value);
/* The value chosen of a number or date, or NULL. */
const char *ecs_state_range(
    const struct ecs_page_state *state, const struct ecs_field *field);

/* ---- other states: each changes state, and begins at page 1 ---- */
void ecs_state_drop(struct ecs_page_state *state, size_t choice);
void ecs_state_drop_field(
    struct ecs_page_state *state, const struct ecs_field *field);
void ecs_state_choose(struct ecs_page_state *state,
    const struct ecs_field *field, const char *value);

/* The address from "/", percent-encoded, without ui when with_tongue is false.
 */
void ecs_state_write(
    const struct ecs_page_state *state, bool with_tongue, struct ecs_buf *out);
#endif
