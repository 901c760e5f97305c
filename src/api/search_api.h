/* SPDX-License-Identifier: ISC */
#ifndef ECS_API_SEARCH_H
#define ECS_API_SEARCH_H
#include "app.h"

/* The parameters of the query string as one JSON object; new reference. */
json_t *ecs_request_parameters(struct call *call);
/* Read a search from parameters, with the key's filter put in. */
struct ecs_search *ecs_request_search(struct call *call, json_t *parameters);
/*
 * Run a search on the newest view, again when the index has moved on.  The
 * sources are filled and stay valid until the session ends.
 */
struct ecs_result *ecs_call_run(struct call *call,
    const struct ecs_search *search, struct ecs_source *sources);
/* Append the JSON of an answer. */
bool ecs_search_write(struct call *call, const struct ecs_search *search,
    const struct ecs_source *sources, struct ecs_result *result,
    struct ecs_buf *out);
/* Give the session the newest view and forget a "moved" failure. */
bool ecs_call_begin_again(struct call *call);
bool ecs_call_moved(const struct call *call);
/* Answer, again on a newer view while the index is moving. */
bool ecs_call_retry(struct call *call, bool (*answer)(struct call *call));
#endif
