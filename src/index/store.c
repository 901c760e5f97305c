/* SPDX-License-Identifier: ISC */
/*
 * store - the data directory, opened whole or not at all.
 *
 *	DATA/lock                  held while the daemon runs
 *	DATA/records.db            the truth
 *	DATA/index/members-000003/ an index generation, derived
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ecsearch/err.h"
#include "ecsearch/log.h"

#include "store.h"

static bool
make_directory(const char *path, struct ecs_err *err)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return true;
	return ecs_err_set(
	    err, 500, "no_directory", "%s: %s", path, strerror(errno));
}

static bool
take_lock(struct ecs_store *store, struct ecs_err *err)
{
	char path[480];

	snprintf(path, sizeof(path), "%s/lock", store->directory);
	store->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (store->lock < 0)
		return ecs_err_set(
		    err, 500, "no_lock", "%s: %s", path, strerror(errno));
	if (flock(store->lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	return ecs_err_set(err, 503, "data_in_use",
	    "%s is in use by another ecsearchd", store->directory);
}

/* Is this the directory of an index generation in use? */
static bool
in_use(const struct ecs_store *store, const char *name)
{
	for (int i = 0; i < store->nstates; i++) {
		const char *slash =
		    strrchr(store->states[i].shelf.generation->path, '/');

		if (strcmp(slash + 1, name) == 0)
			return true;
	}
	return false;
}

static void
remove_entry(const char *directory, const char *name)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	ecs_remove_directory(path);
}

/* What interrupted rebuilds left behind. */
static void
remove_leftovers(const struct ecs_store *store)
{
	char path[480];
	DIR *dir;
	struct dirent *entry;

	snprintf(path, sizeof(path), "%s/index", store->directory);
	dir = opendir(path);
	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.' && !in_use(store, entry->d_name))
			remove_entry(path, entry->d_name);
	closedir(dir);
}

static bool
open_words(struct ecs_store *store, struct ecs_err *err)
{
	store->analyzer = ecs_analyzer_new(store->lore->words, err);
	store->detector = ecs_detector_new(err);
	store->collator = ecs_collator_new(NULL, err);
	return store->analyzer != NULL && store->detector != NULL &&
	    store->collator != NULL;
}

static bool
open_records(struct ecs_store *store, struct ecs_err *err)
{
	char path[480];

	snprintf(path, sizeof(path), "%s/records.db", store->directory);
	store->records = ecs_records_open(path, err);
	if (store->records == NULL)
		return false;
	store->reader = ecs_record_reader_open(store->records, err);
	return store->reader != NULL;
}

static bool
open_states(struct ecs_store *store, struct ecs_err *err)
{
	const struct ecs_schema *schema = store->lore->schema;

	for (int i = 0; i < schema->ncollections; i++) {
		struct state *state = &store->states[i];

		state->collection = &schema->collections[i];
		if (!ecs_state_open(store, state, err))
			return false;
		store->nstates++;
	}
	return true;
}

static bool
open_all(struct ecs_store *store, const char *directory, struct ecs_err *err)
{
	char path[480];

	if (strlen(directory) >= sizeof(store->directory))
		return ecs_err_set(err, 500, "no_directory",
		    "the name of the data directory is too long");
	snprintf(path, sizeof(path), "%s/index", store->directory);
	if (!make_directory(store->directory, err) || !take_lock(store, err) ||
	    !make_directory(path, err) || !open_records(store, err) ||
	    !ecs_lore_open(store, ecs_schema_ref(store->opened), err) ||
	    !open_words(store, err) || !open_states(store, err))
		return false;
	remove_leftovers(store);
	if (!ecs_lore_settle(store, err) ||
	    !ecs_publish(store, ecs_records_sequence(store->records), err))
		return false;
	store->stats.records_sequence = ecs_records_sequence(store->records);
	if (pthread_create(&store->thread, NULL, ecs_writer_main, store) != 0)
		return ecs_err_set(err, 500, "no_thread",
		    "the writer thread cannot be started");
	store->started = true;
	return true;
}

struct ecs_store *
ecs_store_open(
    const char *directory, struct ecs_schema *schema, struct ecs_err *err)
{
	struct ecs_store *store = calloc(1, sizeof(*store));

	if (store == NULL) {
		ecs_schema_free(schema);
		ecs_err_memory(err);
		return NULL;
	}
	store->opened = schema;
	store->lock = -1;
	snprintf(store->directory, sizeof(store->directory), "%s", directory);
	pthread_mutex_init(&store->view_mutex, NULL);
	pthread_mutex_init(&store->mutex, NULL);
	pthread_mutex_init(&store->collator_mutex, NULL);
	pthread_cond_init(&store->wake, NULL);
	if (open_all(store, directory, err))
		return store;
	ecs_store_close(store);
	return NULL;
}

static void
stop_writer(struct ecs_store *store)
{
	if (!store->started)
		return;
	pthread_mutex_lock(&store->mutex);
	store->stopping = true;
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->mutex);
	pthread_join(store->thread, NULL);
}

void
ecs_store_close(struct ecs_store *store)
{
	if (store == NULL)
		return;
	stop_writer(store);
	ecs_view_unref(store->view);
	for (int i = 0; i < store->nstates; i++)
		ecs_shelf_close(&store->states[i].shelf);
	ecs_record_reader_close(store->reader);
	ecs_records_close(store->records);
	ecs_analyzer_free(store->analyzer);
	ecs_detector_free(store->detector);
	ecs_collator_free(store->collator);
	ecs_lore_unref(store->lore);
	ecs_schema_free(store->opened);
	if (store->lock >= 0)
		close(store->lock);
	pthread_mutex_destroy(&store->view_mutex);
	pthread_mutex_destroy(&store->mutex);
	pthread_mutex_destroy(&store->collator_mutex);
	pthread_cond_destroy(&store->wake);
	free(store);
}

const struct ecs_schema *
ecs_store_schema(const struct ecs_store *store)
{
	return store->opened;
}

struct ecs_records *
ecs_store_records(struct ecs_store *store)
{
	return store->records;
}

const char *
ecs_store_directory(const struct ecs_store *store)
{
	return store->directory;
}
