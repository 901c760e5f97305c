/* SPDX-License-Identifier: ISC */
/*
 * former_api - what is told of a passage that was cited and is there no more.
 *
 * The nearest passage of today is that with most words in common; of one that
 * is under the same headings SAME_SECTION is added.  One that has hardly a word
 * in common and stands elsewhere is not named.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ecsearch/former.h"

#include "passage_api.h"

static const double SAME_SECTION = 0.25;
static const double LEAST_LIKENESS = 0.1;

/* How near the passage in hand is to the one that is gone; -1 on failure. */
static double
likeness(struct passage_view *view, const struct ecs_sketch *gone)
{
	const struct ecs_passage *passage = &view->passage;
	struct ecs_analyzer *analyzer = view->call->session->analyzer;
	struct ecs_sketch path;
	struct ecs_sketch words;

	if (!ecs_sketch_make(analyzer, passage->section,
		strlen(passage->section), &path, &view->call->err) ||
	    !ecs_sketch_make(analyzer, passage->text, passage->len, &words,
		&view->call->err))
		return -1;
	return ecs_sketch_resemblance(gone, &words) +
	    (path.whole == gone->whole ? SAME_SECTION : 0);
}

/* *nearest is its number, or view->n for none. */
static bool
find_nearest(struct passage_view *view, const struct ecs_former *former,
    uint32_t *nearest)
{
	struct ecs_sketch gone = {.whole = former->section, .n = former->n};
	double most = LEAST_LIKENESS;

	*nearest = view->n;
	memcpy(gone.words, former->words, sizeof(gone.words));
	for (uint32_t i = 0; i < view->n; i++) {
		double is;

		if (!ecs_passage_take(view, i))
			return false;
		is = likeness(view, &gone);
		if (is < 0)
			return false;
		if (is <= most)
			continue;
		most = is;
		*nearest = i;
	}
	return true;
}

static json_t *
view_nearest(struct passage_view *view, uint32_t number)
{
	const struct ecs_passage *passage = &view->passage;

	if (number >= view->n)
		return json_null();
	if (!ecs_passage_take(view, number))
		return NULL;
	return json_pack("{s:s, s:I, s:s, s:o, s:s%}", "id", passage->id,
	    "number", (json_int_t)number + 1, "section", passage->section,
	    "page",
	    passage->page < 0 ? json_null()
			      : json_integer((json_int_t)passage->page),
	    "text", passage->text, passage->len);
}

static json_t *
view_former(struct passage_view *view, const struct ecs_former *former,
    uint32_t nearest)
{
	time_t gone = (time_t)former->gone;
	struct tm utc;
	char since[32] = "";

	if (gmtime_r(&gone, &utc) != NULL)
		strftime(since, sizeof(since), "%Y-%m-%dT%H:%M:%SZ", &utc);
	return json_pack("{s:s, s:o}", "since", since, "nearest",
	    view_nearest(view, nearest));
}

bool
ecs_passage_former(
    struct passage_view *view, const char *passage, json_t **changed)
{
	struct call *call = view->call;
	const char *id = call->arguments[1];
	struct ecs_former former;
	uint32_t nearest;
	bool found;

	if (!ecs_former_find(view->source->records,
		view->source->records_collection, id, strlen(id), passage,
		&former, &found, &call->err))
		return false;
	if (!found)
		return true;
	if (!find_nearest(view, &former, &nearest))
		return false;
	*changed = view_former(view, &former, nearest);
	return *changed != NULL || ecs_err_memory(&call->err);
}

bool
ecs_former_answer(struct call *call, const json_t *changed)
{
	struct ecs_buf *body = ecs_reply_body(call->reply);
	char *more = json_dumps(changed, JSON_COMPACT);

	if (more == NULL)
		return ecs_err_memory(&call->err);
	ecs_answer_problem(call->reply, &call->err);
	/* Its members follow those of every problem. */
	if (!body->failed) {
		body->len -= strlen("}\n");
		ecs_buf_putc(body, ',');
		ecs_buf_puts(body, more + 1);
		ecs_buf_putc(body, '\n');
	}
	free(more);
	ecs_err_clear(&call->err);
	return !body->failed || ecs_err_memory(&call->err);
}
