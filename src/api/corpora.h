/* SPDX-License-Identifier: ISC */
#ifndef ECS_API_CORPORA_H
#define ECS_API_CORPORA_H
/*
 * The words of the collections for the desk: made when first asked for, kept
 * while they are used, made anew when the collection has changed.
 */
#include "ecsearch/desk.h"

#include "app.h"

struct corpora;

/* At most limit bytes in all. */
struct corpora *
ecs_corpora_new(struct ecs_app *app, size_t limit, struct ecs_err *err);
void ecs_corpora_free(struct corpora *corpora); /* NULL is allowed */
/*
 * The corpus of a collection at the session's view, which may be renewed for
 * it; one reference, the caller's.  503 "corpus_building" when the deadline
 * comes first (it is made all the same), 503 "desk_full".
 */
bool ecs_corpora_get(struct call *call, int collection,
    struct ecs_deadline *deadline, struct ecs_corpus **corpus);
#endif
