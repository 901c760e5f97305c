/* SPDX-License-Identifier: ISC */
/*
 * batch - writes that were asked for together, and what became of each.
 */
#include <stdlib.h>
#include <string.h>

#include "batches.h"

struct ecs_write *
ecs_batch_add(struct ecs_batch *batch, enum ecs_write_kind kind, int collection)
{
	struct ecs_write *write;

	if (batch->n == batch->cap) {
		size_t cap = batch->cap == 0 ? 16 : batch->cap * 2;
		struct ecs_write *larger =
		    realloc(batch->writes, cap * sizeof(*larger));

		if (larger == NULL)
			return NULL;
		batch->writes = larger;
		batch->cap = cap;
	}
	write = &batch->writes[batch->n++];
	memset(write, 0, sizeof(*write));
	write->kind = kind;
	write->collection = collection;
	return write;
}

void
ecs_batch_fini(struct ecs_batch *batch)
{
	for (size_t i = 0; i < batch->n; i++) {
		ecs_units_fini(&batch->writes[i].units);
		ecs_doc_free(batch->writes[i].doc);
	}
	free(batch->writes);
	memset(batch, 0, sizeof(*batch));
}

bool
ecs_batch_keep(struct ecs_batch *batch, struct ecs_batch *kept)
{
	struct ecs_write *outcomes = calloc(batch->n, sizeof(*outcomes));

	if (outcomes == NULL)
		return false;
	memcpy(outcomes, batch->writes, batch->n * sizeof(*outcomes));
	for (size_t i = 0; i < batch->n; i++) {
		outcomes[i].doc = NULL;
		memset(&outcomes[i].units, 0, sizeof(outcomes[i].units));
	}
	*kept = *batch;
	batch->writes = outcomes;
	batch->cap = batch->n;
	return true;
}
