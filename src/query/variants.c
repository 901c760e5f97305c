/* SPDX-License-Identifier: ISC */
/*
 * variants - other things that the leaves of a query are found by.
 */
#include <assert.h>

#include "internal.h"

struct variant *
ecs_tree_add_variant(struct query_tree *tree, struct ecs_arena *arena,
    const struct variant *variant, struct ecs_err *err)
{
	struct variant *copy = ecs_arena_alloc(arena, sizeof(*copy));

	assert(variant->npieces > 0 && variant->npieces <= MAX_PIECES);
	assert(
	    variant->count > 0 && variant->first + variant->count <= tree->n);
	if (copy == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	*copy = *variant;
	copy->next = tree->variants;
	tree->variants = copy;
	return copy;
}
