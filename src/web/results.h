/* SPDX-License-Identifier: ISC */
#ifndef ECS_WEB_RESULTS_H
#define ECS_WEB_RESULTS_H
/*
 * The parts of the search page.
 */
#include "state.h"
#include "values.h"

/* A page in the tongue of a state. */
struct page ecs_page_of(const struct ecs_site *site,
    const struct ecs_page_state *state, struct ecs_buf *out);
/*
 * Append the address of a document from "/", at a passage (NULL: none) and a
 * page of its passages (0: none), with the search that leads to it.
 */
void ecs_document_address(const struct ecs_page_state *state,
    const struct ecs_collection *collection, const char *id,
    const char *passage, uint32_t p, struct ecs_buf *out);
/* One result, as an item of a list, its title a heading of level. */
void ecs_hit_write(struct page *page, const struct ecs_page_state *state,
    const struct ecs_collection *collection, const json_t *json, int level);
/* The facets of the state's collection, as the fields of a form. */
void ecs_facets_write(struct page *page, const struct ecs_page_state *state,
    const json_t *answer);
/* What is chosen, each with a link to be without it. */
void ecs_chips_write(struct page *page, const struct ecs_page_state *state);
/* Links to the pages of a list. */
void ecs_paging_write(struct page *page, const struct ecs_page_state *state,
    const json_t *answer);
/* The start page: what there is. */
void ecs_start_write(struct page *page, const struct ecs_page_state *state,
    json_t *const *answers);
/* Nothing was found: what to do. */
void ecs_nothing_write(struct page *page, const struct ecs_page_state *state);
/* All of the search page that changes with its state. */
void ecs_results_write(struct page *page, const struct ecs_page_state *state,
    json_t *const *answers);
/* What a state is called: what was typed, or the collection; NULL: neither. */
const char *
ecs_state_title(const struct page *page, const struct ecs_page_state *state);
/* href="..." of another state. */
void ecs_state_href(struct page *page, const struct ecs_page_state *state);
/* The exact total of an answer; 0 of none. */
uint32_t ecs_answer_total(const json_t *answer);
/* A facet of an answer by its field, or NULL. */
const json_t *ecs_answer_facet(const json_t *answer, const char *field);
#endif
