/* SPDX-License-Identifier: ISC */
/*
 * facet_tree - counts along a vocabulary's hierarchy.
 *
 * A document counts for a concept when it carries it or anything narrower, and
 * once, however many narrower ones it carries.
 */
#include <stdlib.h>
#include <string.h>

#include "facets.h"

struct tree {
	struct counting *in;
	const struct ecs_vocabulary *vocabulary;
	uint32_t *counts; /* by concept */
};

static bool
count_concept(struct tree *tree, const struct ecs_source *source,
    const struct facet_rows *rows, int concept)
{
	size_t column = (size_t)rows->field->column;
	struct ecs_bitmap *wanted =
	    ecs_bitmap_new(ecs_column_cardinality(source->table, column));
	struct ecs_bitmap *found =
	    ecs_bitmap_new(ecs_table_limit(source->table));
	bool ok = wanted != NULL && found != NULL;

	if (ok) {
		ecs_want_subtree(
		    source->table, column, tree->vocabulary, concept, wanted);
		ecs_column_select(source->table, column, wanted, found);
		ecs_bitmap_and(found, rows->rows);
		tree->counts[concept] += ecs_bitmap_count(found);
	}
	ecs_bitmap_free(wanted);
	ecs_bitmap_free(found);
	return ok || ecs_err_memory(tree->in->err);
}

static bool
count_source(struct tree *tree, size_t s)
{
	struct counting *in = tree->in;
	struct facet_rows rows;
	bool ok = ecs_facet_rows(in, s, &rows);

	if (ok && rows.field == NULL)
		in->facet->missing += ecs_bitmap_count(in->sets[s].rows);
	else if (ok)
		ok = ecs_facet_count_missing(in, &in->sources[s], &rows);
	for (size_t c = 0;
	     ok && rows.field != NULL && c < tree->vocabulary->nconcepts; c++)
		ok = !ecs_deadline_passed(in->context->deadline) &&
		    count_concept(tree, &in->sources[s], &rows, (int)c);
	ecs_facet_rows_fini(&rows);
	return ok;
}

static bool
is_chosen(const struct tree *tree, const struct ecs_concept *concept)
{
	return ecs_facet_selected(
	    tree->in->search, tree->in->request->field, concept->id, 0);
}

/*
 * A concept is listed when it counts, or when it or something narrower is
 * chosen: what is chosen must be seen, and in its place.
 */
static bool
is_listed(const struct tree *tree, int concept)
{
	const struct ecs_concept *it = &tree->vocabulary->concepts[concept];

	if (tree->counts[concept] > 0 || is_chosen(tree, it))
		return true;
	for (int narrower = it->first_narrower; narrower >= 0;
	     narrower = tree->vocabulary->concepts[narrower].next_narrower)
		if (is_listed(tree, narrower))
			return true;
	return false;
}

/* A concept, then what is narrower, in the order of the vocabulary. */
static void
add_concept(struct tree *tree, int concept, int parent)
{
	const struct ecs_concept *it = &tree->vocabulary->concepts[concept];
	struct counting *in = tree->in;
	struct ecs_facet *facet = in->facet;
	struct ecs_facet_value *value = &facet->values[facet->nvalues];
	int self = (int)facet->nvalues;

	if (!is_listed(tree, concept))
		return;
	facet->nvalues++;
	facet->total_values += tree->counts[concept] > 0;
	value->text = it->id;
	value->label = ecs_label(&it->labels, in->context->label_lang, it->id);
	value->count = tree->counts[concept];
	value->selected = is_chosen(tree, it);
	value->depth = it->depth;
	value->parent = parent;
	for (int narrower = it->first_narrower; narrower >= 0;
	     narrower = tree->vocabulary->concepts[narrower].next_narrower)
		add_concept(tree, narrower, self);
}

bool
ecs_facet_count_tree(struct counting *in)
{
	struct tree tree = {
	    .in = in, .vocabulary = in->facet->field->vocabulary};
	size_t n = tree.vocabulary->nconcepts;

	tree.counts =
	    ecs_arena_alloc(in->arena, (n + 1) * sizeof(*tree.counts));
	in->facet->values =
	    ecs_arena_alloc(in->arena, (n + 1) * sizeof(*in->facet->values));
	if (tree.counts == NULL || in->facet->values == NULL)
		return ecs_err_memory(in->err);
	for (size_t s = 0; s < in->nsources; s++)
		if (!count_source(&tree, s))
			return false;
	for (size_t c = 0; c < n; c++)
		if (tree.vocabulary->concepts[c].broader < 0)
			add_concept(&tree, (int)c, -1);
	return true;
}
