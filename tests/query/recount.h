/* SPDX-License-Identifier: ISC */
#ifndef RECOUNT_H
#define RECOUNT_H
/*
 * Facets of the world, as the room counts them and as one would by hand.
 */
#include "world.h"

extern struct ecs_analyzer *recount_analyzer;

/* Fixtures of a group: *state is the world. */
int recount_set_up(void **state);
int recount_tear_down(void **state);

/* Count one facet over world->sets; the result is the caller's. */
struct ecs_result *count_facet(struct world *world, struct ecs_search *search,
    const struct ecs_facet_request *request);

/* Documents that the facet counts and that have a value set in wanted. */
uint32_t recount(const struct world *world, const struct ecs_search *search,
    const struct ecs_facet_request *request, uint32_t wanted);
/* Documents that the facet counts and that have no value. */
uint32_t recount_missing(const struct world *world,
    const struct ecs_search *search, const struct ecs_facet_request *request);

/* The field in whichever collection has it. */
int any_field(const char *name);
/* Which of the pool's values this is. */
uint32_t value_index(int field, const struct ecs_facet_value *value);
/* Is the value named by a top-level clause that is not negated? */
bool is_chosen(struct ecs_filter *filter, const char *field, int f, uint32_t v);

/* Draw a request (limit 20) and check its facet, with many random filters. */
typedef void
draw_request(struct world *world, struct ecs_facet_request *request);
typedef void check_facet(const struct world *world,
    const struct ecs_search *search, const struct ecs_facet *facet);
void check_many(
    struct world *world, int rounds, draw_request *draw, check_facet *check);
#endif
