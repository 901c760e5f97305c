/* SPDX-License-Identifier: ISC */
#ifndef ECS_WEB_MAP_H
#define ECS_WEB_MAP_H
/*
 * A map of how many there are in each country.
 */
#include "page.h"
#include "state.h"

/*
 * The map of a collection by its facet "country" as a section: picture, legend,
 * and the same numbers as a table.  Countries are links to the state with them
 * chosen, or not chosen any more, in the order of the facet (by count); those
 * with none are land.  What is not in Europe or has no code that is known is
 * counted as elsewhere, and stands in the table.  The answer must have the
 * facet with all its values; nothing is written when it has none.
 */
void ecs_map_write(struct page *page, const struct ecs_page_state *state,
    int collection, const json_t *answer);
#endif
