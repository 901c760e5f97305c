/* SPDX-License-Identifier: ISC */
#ifndef TESTS_WEB_ASKED_H
#define TESTS_WEB_ASKED_H
/*
 * States of the search page for tests: read from the query of an address, with
 * the shipped schema, in memory that lasts until asked_end().
 */
#include "../../src/web/state.h"

extern struct ecs_schema *asked_schema;

void asked_begin(void);
void asked_end(void);
/* Forget all states, keep the schema. */
void asked_again(void);
/* "q=x&in=members", as a browser of these languages (or NULL) asks it. */
struct ecs_page_state *asked_by(const char *query, const char *languages);
struct ecs_page_state *asked(const char *query);
/* The address of a state, with its tongue. */
const char *address_of(const struct ecs_page_state *state);

/*
 * The query of a state like those that people and strangers make: known and
 * unknown parameters, right and hostile values.  The same for one seed.
 */
const char *random_query(unsigned *seed);
#endif
