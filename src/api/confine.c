/* SPDX-License-Identifier: ISC */
/*
 * confine - what a key with a filter of its own may write over.
 *
 * Of the documents that are there it reaches those that it sees, as the view
 * has them; it may add new ones.  That others are there cannot be kept from
 * whoever may add one of any id, so the refusal says it.  Work that is only
 * promised is done without the key, so such a key is refused the promise.
 */
#include <string.h>

#include "search_api.h"
#include "write_api.h"

static bool
find_reach(struct call *call, struct ecs_bitmap **rows)
{
	for (int i = 1; !ecs_call_rows(call, call->collection, rows); i++) {
		if (!ecs_call_moved(call) || i == MOVED_TRIES ||
		    !ecs_call_begin_again(call))
			return false;
	}
	return true;
}

bool
ecs_confine_init(
    struct call *call, enum write_wait wait, struct confine *confine)
{
	*confine = (struct confine){
	    .session = call->session, .collection = call->collection};
	if (!find_reach(call, &confine->rows))
		return false;
	if (confine->rows == NULL || wait != WAIT_NONE)
		return true;
	ecs_confine_fini(confine);
	ecs_err_set(&call->err, 400, "bad_parameter",
	    "wait: none cannot be had by a key with a filter of its own");
	return ecs_err_at(&call->err, ECS_WHERE_PARAMETER, "wait", 0, 0);
}

void
ecs_confine_fini(struct confine *confine)
{
	ecs_bitmap_free(confine->rows);
	confine->rows = NULL;
}

bool
ecs_confine_check(
    const struct confine *confine, const char *id, struct ecs_err *err)
{
	const struct ecs_view_collection *of;
	struct ecs_record record;
	bool found = false;

	if (confine->rows == NULL)
		return true;
	of = &confine->session->view->collections[confine->collection];
	if (!ecs_record_by_id(confine->session->records, of->records, id,
		strlen(id), of->sequence, &record, &found, err))
		return false;
	return !found || ecs_bitmap_test(confine->rows, record.number) ||
	    ecs_err_set(err, 403, "outside_filter",
		"the document \"%.80s\" is outside the key's own filter", id);
}

bool
ecs_call_confined(struct call *call, enum write_wait wait)
{
	struct confine confine;
	bool ok = ecs_confine_init(call, wait, &confine) &&
	    ecs_confine_check(&confine, call->arguments[1], &call->err);

	ecs_confine_fini(&confine);
	return ok;
}
