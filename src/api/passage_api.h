/* SPDX-License-Identifier: ISC */
#ifndef ECS_API_PASSAGE_H
#define ECS_API_PASSAGE_H
/*
 * A long document as its passages: the endpoints and the page ask for the same.
 */
#include "ecsearch/layout.h"

#include "search_api.h"

/* What is asked of a document's passages. */
struct passage_ask {
	struct ecs_search *search; /* whose words are looked for; NULL: none */
	bool only_matching;
	bool best_first; /* of those that match; else as they stand */
	bool outline;
	uint32_t page; /* from 1 */
	uint32_t per_page;
	const char *passage; /* this one alone; NULL: all */
	/*
	 * Of a passage that was there once: {since, nearest: {id, number,
	 * section, page, text} or null}, a new reference.  NULL: not wanted.
	 */
	json_t **changed;
};

/*
 * Append the answer for the document that the path names.  404 when it is not
 * there, or has no such passage; 410 "passage_changed" when it had it once; 503
 * "index_moved": ask again.
 */
bool ecs_passages_answer(
    struct call *call, const struct passage_ask *ask, struct ecs_buf *out);

/* ---- view_passage.c ---- */

/* The units of one document, and what a search has found in them. */
struct passage_view {
	struct call *call;
	const struct ecs_source *source;
	uint32_t first; /* unit of the first passage */
	uint32_t n;
	const struct ecs_search *search; /* NULL: nothing is looked for */
	const struct ecs_marks *marks;   /* NULL: nothing is marked */
	const struct ecs_hit *hit;       /* NULL: nothing was found */
	struct ecs_buf data;             /* of the passage in hand */
	struct ecs_passage passage;      /* in data */
	struct ecs_span *spans;          /* scratch, reused */
	size_t span_room;
	struct ecs_buf marked;
};
void ecs_passage_view_fini(struct passage_view *view);
/* Take a passage (0-based) in hand. */
bool ecs_passage_take(struct passage_view *view, uint32_t number);
/* Append the passage in hand as JSON. */
bool ecs_passage_view(
    struct passage_view *view, uint32_t number, struct ecs_buf *out);
/* Append "outline": the headings of doc, each with its first passage. */
bool ecs_outline_view(
    struct passage_view *view, const struct ecs_doc *doc, struct ecs_buf *out);

/* ---- former_api.c: passages that are gone ---- */

/* *changed as struct passage_ask has it; left alone when there never was one.
 */
bool ecs_passage_former(
    struct passage_view *view, const char *passage, json_t **changed);
/* Answer the error in hand with what changed beside it, and clear it. */
bool ecs_former_answer(struct call *call, const json_t *changed);
#endif
