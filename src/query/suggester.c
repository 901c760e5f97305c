/* SPDX-License-Identifier: ISC */
/*
 * suggester - what all requests for suggestions share: labels, and of each
 * collection the stock of the newest table that was asked about.
 */
#include <pthread.h>
#include <stdlib.h>

#include "completing.h"

struct ecs_suggester {
	struct labels *labels;
	pthread_mutex_t mutex; /* of stocks and phrases */
	pthread_mutex_t make;  /* held while one is made */
	struct stock *stocks[ECS_MAX_COLLECTIONS];
	struct phrases *phrases[ECS_MAX_COLLECTIONS];
	unsigned version; /* how often phrases have been gathered */
};

struct ecs_suggester *
ecs_suggester_new(const struct ecs_schema *schema,
    struct ecs_analyzer *analyzer, struct ecs_err *err)
{
	struct ecs_suggester *suggester = calloc(1, sizeof(*suggester));

	if (suggester == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	suggester->labels = ecs_labels_new(schema, analyzer, err);
	if (suggester->labels == NULL) {
		free(suggester);
		return NULL;
	}
	pthread_mutex_init(&suggester->mutex, NULL);
	pthread_mutex_init(&suggester->make, NULL);
	return suggester;
}

void
ecs_suggester_free(struct ecs_suggester *suggester)
{
	if (suggester == NULL)
		return;
	for (int i = 0; i < ECS_MAX_COLLECTIONS; i++) {
		ecs_stock_unref(suggester->stocks[i]);
		ecs_phrases_unref(suggester->phrases[i]);
	}
	ecs_labels_free(suggester->labels);
	pthread_mutex_destroy(&suggester->mutex);
	pthread_mutex_destroy(&suggester->make);
	free(suggester);
}

size_t
ecs_suggester_bytes(struct ecs_suggester *suggester)
{
	size_t bytes = sizeof(*suggester) +
	    ecs_completer_bytes(suggester->labels->completer) +
	    suggester->labels->n * sizeof(struct label);

	pthread_mutex_lock(&suggester->mutex);
	for (int i = 0; i < ECS_MAX_COLLECTIONS; i++) {
		if (suggester->stocks[i] != NULL)
			bytes += ecs_stock_bytes(suggester->stocks[i]);
		if (suggester->phrases[i] != NULL)
			bytes += ecs_phrases_bytes(suggester->phrases[i]);
	}
	pthread_mutex_unlock(&suggester->mutex);
	return bytes;
}

/* ---- stock ---- */

/* The newest of a collection, one reference more; NULL when there is none. */
static struct stock *
take_stock(struct ecs_suggester *suggester, int collection)
{
	struct stock *stock;

	pthread_mutex_lock(&suggester->mutex);
	stock = suggester->stocks[collection];
	if (stock != NULL)
		atomic_fetch_add(&stock->refs, 1);
	pthread_mutex_unlock(&suggester->mutex);
	return stock;
}

static void
put_stock(struct ecs_suggester *suggester, int collection, struct stock *stock)
{
	struct stock *before;

	atomic_fetch_add(&stock->refs, 1);
	pthread_mutex_lock(&suggester->mutex);
	before = suggester->stocks[collection];
	suggester->stocks[collection] = stock;
	pthread_mutex_unlock(&suggester->mutex);
	ecs_stock_unref(before);
}

struct stock *
ecs_suggester_stock(struct ecs_suggester *suggester,
    const struct ecs_source *source, struct ecs_analyzer *analyzer,
    struct ecs_err *err)
{
	struct stock *last = take_stock(suggester, source->index);
	struct stock *stock;

	if (last != NULL && last->table == source->table)
		return last;
	ecs_stock_unref(last);
	/* Many ask at once after a write: one makes it, the others wait. */
	pthread_mutex_lock(&suggester->make);
	last = take_stock(suggester, source->index);
	if (last != NULL && last->table == source->table) {
		pthread_mutex_unlock(&suggester->make);
		return last;
	}
	stock = ecs_stock_new(source, last, analyzer, err);
	if (stock != NULL)
		put_stock(suggester, source->index, stock);
	pthread_mutex_unlock(&suggester->make);
	ecs_stock_unref(last);
	return stock;
}

const struct labels *
ecs_suggester_labels(const struct ecs_suggester *suggester)
{
	return suggester->labels;
}

/* ---- phrases ---- */

unsigned
ecs_suggester_version(struct ecs_suggester *suggester)
{
	unsigned version;

	pthread_mutex_lock(&suggester->mutex);
	version = suggester->version;
	pthread_mutex_unlock(&suggester->mutex);
	return version;
}

struct phrases *
ecs_suggester_phrases(struct ecs_suggester *suggester, int collection)
{
	struct phrases *phrases;

	pthread_mutex_lock(&suggester->mutex);
	phrases = suggester->phrases[collection];
	if (phrases != NULL)
		atomic_fetch_add(&phrases->refs, 1);
	pthread_mutex_unlock(&suggester->mutex);
	return phrases;
}

bool
ecs_suggester_has_phrases(struct ecs_suggester *suggester, int collection)
{
	struct phrases *phrases = ecs_suggester_phrases(suggester, collection);

	ecs_phrases_unref(phrases);
	return phrases != NULL;
}

bool
ecs_suggester_gather(struct ecs_suggester *suggester,
    const struct ecs_source *source, struct ecs_analyzer *analyzer,
    const atomic_bool *stop, struct ecs_err *err)
{
	struct stock *stock =
	    ecs_suggester_stock(suggester, source, analyzer, err);
	struct phrases *made = stock == NULL
	    ? NULL
	    : ecs_phrases_gather(source, analyzer, stop, err);
	struct phrases *before;

	ecs_stock_unref(stock);
	if (made == NULL)
		return false;
	pthread_mutex_lock(&suggester->mutex);
	before = suggester->phrases[source->index];
	suggester->phrases[source->index] = made;
	suggester->version++;
	pthread_mutex_unlock(&suggester->mutex);
	ecs_phrases_unref(before);
	return true;
}
