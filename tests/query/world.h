/* SPDX-License-Identifier: ISC */
#ifndef WORLD_H
#define WORLD_H
/*
 * Two collections of random documents, in memory only, with the plainest
 * answers there can be to compare with.
 *
 * Every field draws from a small pool, so a document is a bit for each value of
 * each pool.  "code" is a keyword in red and a number in blue.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/query/internal.h"

enum world_field {
	W_NAME,
	W_KIND,
	W_TOPICS,
	W_FIRST,
	W_SIZE,
	W_YEARS,
	W_JOINED,
	W_COLOUR,
	W_CODE,
	W_FIELDS
};
enum { RED, BLUE, SOURCES };
enum { WORLD_ROWS = 300, MOST_POOL = 20 };

struct world_doc {
	bool live;
	uint32_t has[W_FIELDS];
	bool placed;
	double lat;
	double lon;
};

struct world {
	struct ecs_schema *schema;
	struct ecs_collator *collator;
	struct ecs_source sources[SOURCES];
	struct world_doc docs[SOURCES][WORLD_ROWS];
	struct rowset sets[SOURCES];
	uint64_t seed;
};

struct world *world_new(uint64_t seed);
void world_free(struct world *world);

/* The next random number under n. */
uint32_t world_dice(struct world *world, uint32_t n);

/* ---- values ---- */

const char *world_field_name(enum world_field field);
/* The field of that name in the collection, or -1. */
int world_find_field(int source, const char *name);
bool world_is_numeric(int source, int field);
uint32_t world_pool(int field);
const char *world_text(int field, uint32_t value);
double world_number(int field, uint32_t value);

/* ---- searches ---- */

/* Append a random clause, now and then negated or an OR of two. */
void world_random_clause(struct world *world, struct ecs_buf *text);
/* A search without words; filter is an expression or NULL. */
struct ecs_search *world_search(struct world *world, const char *filter);
/* world->sets for this search, with half the rows as what words find. */
void world_build_sets(struct world *world, const struct ecs_search *search);
void world_drop_sets(struct world *world);
/* Does the filter let the document through? */
bool world_accepts(const struct world *world, const struct ecs_filter *filter,
    int source, const struct world_doc *doc);
/* Does the clause speak of this field and no other? */
bool world_only(const struct ecs_filter *clause, const char *field);
/* The top-level AND clauses of a filter. */
size_t
world_clauses(struct ecs_filter *filter, struct ecs_filter *list[], size_t max);
#endif
