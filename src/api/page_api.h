/* SPDX-License-Identifier: ISC */
#ifndef ECS_API_PAGE_H
#define ECS_API_PAGE_H
/*
 * What the endpoints of pages share.
 */
#include "ecsearch/web.h"

#include "search_api.h"

struct ecs_site ecs_call_site(const struct call *call);
/* The type and what a browser may do with a page. */
void ecs_page_headers(struct call *call);
/* The state of the address; labels of this call are in its tongue then. */
struct ecs_page_state *
ecs_call_page_state(struct call *call, struct ecs_arena *arena);
/* Run one search and read its answer back; new reference. */
json_t *ecs_call_answer(struct call *call, json_t *parameters);
/* As ecs_call_etag, of what a page depends on besides the revision. */
bool ecs_page_etag(
    struct call *call, const struct ecs_page_state *state, bool *done);
#endif
