/* SPDX-License-Identifier: ISC */
/*
 * view - what searches read: published whole, held by reference, never changed.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ecsearch/err.h"

#include "store.h"

struct ecs_view *
ecs_store_view(struct ecs_store *store)
{
	struct ecs_view *view;

	pthread_mutex_lock(&store->view_mutex);
	view = store->view;
	atomic_fetch_add(&view->refs, 1);
	pthread_mutex_unlock(&store->view_mutex);
	return view;
}

static void
view_free(struct ecs_view *view)
{
	for (int i = 0; i < view->ncollections; i++) {
		ecs_table_unref(view->collections[i].table);
		ecs_lexicon_unref(view->collections[i].lexicon);
		ecs_generation_unref(view->collections[i].generation);
	}
	ecs_lore_unref(view->lore);
	free(view);
}

static void
unlink_view(struct ecs_store *store, struct ecs_view *view)
{
	struct ecs_view **link = &store->live;

	while (*link != NULL && *link != view)
		link = &(*link)->next;
	if (*link != NULL)
		*link = view->next;
}

void
ecs_view_unref(struct ecs_view *view)
{
	struct ecs_store *store;
	bool last;

	if (view == NULL)
		return;
	store = view->store;
	/* Under the lock, so that nobody takes a view that is on its way out.
	 */
	pthread_mutex_lock(&store->view_mutex);
	last = atomic_fetch_sub(&view->refs, 1) == 1;
	if (last)
		unlink_view(store, view);
	pthread_mutex_unlock(&store->view_mutex);
	if (last)
		view_free(view);
}

int
ecs_view_find(const struct ecs_view *view, const char *name)
{
	for (int i = 0; i < view->ncollections; i++)
		if (strcmp(view->collections[i].collection->name, name) == 0)
			return i;
	return -1;
}

bool
ecs_publish(struct ecs_store *store, uint64_t revision, struct ecs_err *err)
{
	struct ecs_view *view = calloc(1, sizeof(*view));
	struct ecs_view *before;

	if (view == NULL)
		return ecs_err_memory(err);
	atomic_init(&view->refs, 1);
	view->store = store;
	view->lore = ecs_lore_ref(store->lore);
	view->schema = view->lore->schema;
	view->revision = revision;
	view->published = time(NULL);
	for (int i = 0; i < store->nstates; i++) {
		struct state *state = &store->states[i];
		struct ecs_view_collection *to = &view->collections[i];

		to->collection = state->collection;
		to->records = state->records;
		to->table = ecs_table_ref(state->shelf.table);
		to->lexicon = ecs_lexicon_ref(state->shelf.lexicon);
		to->generation = ecs_generation_ref(state->shelf.generation);
		to->engine_revision = state->shelf.engine_revision;
		to->sequence = state->behind ? state->shelf.sequence : revision;
		view->ncollections++;
	}
	pthread_mutex_lock(&store->view_mutex);
	before = store->view;
	store->view = view;
	view->next = store->live;
	store->live = view;
	pthread_mutex_unlock(&store->view_mutex);
	ecs_view_unref(before);
	return true;
}

uint64_t
ecs_oldest_view(struct ecs_store *store)
{
	uint64_t oldest = UINT64_MAX;

	pthread_mutex_lock(&store->view_mutex);
	for (struct ecs_view *view = store->live; view != NULL;
	     view = view->next)
		for (int i = 0; i < view->ncollections; i++)
			if (view->collections[i].sequence < oldest)
				oldest = view->collections[i].sequence;
	pthread_mutex_unlock(&store->view_mutex);
	return oldest;
}
