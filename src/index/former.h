/* SPDX-License-Identifier: ISC */
#ifndef ECS_INDEX_FORMER_H
#define ECS_INDEX_FORMER_H
/* What a document loses when it is stored anew is remembered. */
#include "ecsearch/doc.h"

struct ecs_err;
struct ecs_records;

/*
 * Compare doc, about to be put, with what the records have under its id, and
 * note the passages that go and those that are back.  Inside the transaction of
 * the put, on the writer thread.
 */
bool ecs_former_note(struct ecs_records *records, int collection,
    const struct ecs_doc *doc, struct ecs_analyzer *analyzer,
    struct ecs_err *err);
#endif
