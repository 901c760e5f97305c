/* SPDX-License-Identifier: ISC */
/*
 * upkeep - check that records and index agree, and back the records up.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ecsearch/err.h"

#include "store.h"

struct check {
	struct ecs_buf *report;
	const struct state *state;
	uint32_t records;
	uint32_t unindexed;
	bool well;
};

static bool
check_record(void *user, const struct ecs_record *record)
{
	struct check *in = user;
	const struct ecs_bitmap *live = ecs_table_live(in->state->shelf.table);

	in->records++;
	in->unindexed += !ecs_bitmap_test(live, record->number);
	return true;
}

static bool
check_state(struct ecs_store *store, const struct state *state,
    struct check *in, struct ecs_err *err)
{
	const char *name = state->collection->name;
	struct ecs_err found = {0};
	struct ecs_buf details = {0};
	uint32_t rows = ecs_table_rows(state->shelf.table);

	in->state = state;
	in->records = in->unindexed = 0;
	if (!ecs_record_scan(
		store->reader, state->records, -1, 0, check_record, in, err))
		return false;
	if (in->unindexed > 0 || rows != in->records) {
		in->well = false;
		ecs_buf_printf(in->report,
		    "%s: %u records, %u indexed, %u records not indexed\n",
		    name, in->records, rows, in->unindexed);
	}
	if (!ecs_index_check(state->shelf.generation->path, &details, &found)) {
		in->well = false;
		ecs_buf_printf(in->report, "%s: index: %s\n%s", name,
		    found.text, details.data == NULL ? "" : details.data);
	}
	ecs_buf_fini(&details);
	return true;
}

static bool
run_check(struct ecs_store *store, void *user, struct ecs_err *err)
{
	struct check *in = user;
	struct ecs_err found = {0};

	if (!ecs_records_check(store->records, &found)) {
		in->well = false;
		ecs_buf_printf(in->report, "records: %s\n", found.text);
	}
	for (int i = 0; i < store->nstates; i++)
		if (!check_state(store, &store->states[i], in, err))
			return false;
	if (in->report->failed)
		return ecs_err_memory(err);
	if (!in->well)
		return ecs_err_set(
		    err, 500, "check_failed", "records and index do not agree");
	return true;
}

bool
ecs_store_check(
    struct ecs_store *store, struct ecs_buf *report, struct ecs_err *err)
{
	struct check in = {.report = report, .well = true};

	return ecs_store_call(store, run_check, &in, err);
}

static bool
run_backup(struct ecs_store *store, void *user, struct ecs_err *err)
{
	const char *directory = user;
	char path[1200];

	if (mkdir(directory, 0700) != 0 && errno != EEXIST)
		return ecs_err_set(err, 400, "bad_directory", "%s: %s",
		    directory, strerror(errno));
	snprintf(path, sizeof(path), "%s/records.db", directory);
	return ecs_records_copy(store->records, path, err);
}

bool
ecs_store_backup(
    struct ecs_store *store, const char *directory, struct ecs_err *err)
{
	char copy[1024];

	if (directory[0] != '/' || strlen(directory) >= sizeof(copy))
		return ecs_err_set(err, 400, "bad_directory",
		    "the directory must be an absolute path");
	snprintf(copy, sizeof(copy), "%s", directory);
	return ecs_store_call(store, run_backup, copy, err);
}
