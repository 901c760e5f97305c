/* SPDX-License-Identifier: ISC */
/*
 * scratch - the records a test plays with.
 */
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "scratch.h"

void
must(bool ok, const struct ecs_err *err, const char *file, int line)
{
	if (!ok)
		print_error("%d %s: %s\n", err->status, err->code, err->text);
	_assert_true(ok, "ok", file, line);
}

void
scratch_open(struct scratch *scratch)
{
	struct ecs_err err = {0};

	scratch->records = ecs_records_open(scratch->path, &err);
	MUST(scratch->records != NULL, &err);
	MUST(ecs_records_collection(
		 scratch->records, "news", &scratch->collection, &err),
	    &err);
	scratch->reader = ecs_record_reader_open(scratch->records, &err);
	MUST(scratch->reader != NULL, &err);
}

void
scratch_close(struct scratch *scratch)
{
	ecs_record_reader_close(scratch->reader);
	ecs_records_close(scratch->records);
	scratch->reader = NULL;
	scratch->records = NULL;
}

int
scratch_setup(void **state)
{
	struct scratch *scratch = calloc(1, sizeof(*scratch));

	if (scratch == NULL)
		return -1;
	snprintf(
	    scratch->folder, sizeof(scratch->folder), "records-test-XXXXXX");
	if (mkdtemp(scratch->folder) == NULL) {
		free(scratch);
		return -1;
	}
	snprintf(scratch->path, sizeof(scratch->path), "%s/records.db",
	    scratch->folder);
	scratch_open(scratch);
	*state = scratch;
	return 0;
}

const char *
scratch_beside(struct scratch *scratch, const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", scratch->folder, name);
	return path;
}

int
scratch_teardown(void **state)
{
	struct scratch *scratch = *state;
	struct dirent *file;
	DIR *folder;

	scratch_close(scratch);
	folder = opendir(scratch->folder);
	while (folder != NULL && (file = readdir(folder)) != NULL)
		unlink(scratch_beside(scratch, file->d_name));
	if (folder != NULL)
		closedir(folder);
	rmdir(scratch->folder);
	free(scratch);
	return 0;
}

uint64_t
begin(struct scratch *scratch)
{
	struct ecs_err err = {0};
	uint64_t sequence = 0;

	MUST(ecs_records_begin(scratch->records, &sequence, &err), &err);
	return sequence;
}

void
commit(struct scratch *scratch)
{
	struct ecs_err err = {0};

	MUST(ecs_records_commit(scratch->records, &err), &err);
}

uint32_t
put(struct scratch *scratch, const char *id, const char *json)
{
	struct ecs_err err = {0};
	uint32_t number = UINT32_MAX;
	bool created;

	MUST(ecs_records_put(scratch->records, scratch->collection, id,
		 strlen(id), json, strlen(json), NULL, 0, &number, &created,
		 &err),
	    &err);
	return number;
}

uint32_t
drop(struct scratch *scratch, const char *id)
{
	struct ecs_err err = {0};
	uint32_t number = UINT32_MAX;
	bool found;

	MUST(ecs_records_delete(scratch->records, scratch->collection, id,
		 strlen(id), &number, &found, &err),
	    &err);
	assert_true(found);
	return number;
}

uint32_t
put_alone(struct scratch *scratch, const char *id, const char *json)
{
	uint32_t number;

	begin(scratch);
	number = put(scratch, id, json);
	commit(scratch);
	return number;
}

uint32_t
drop_alone(struct scratch *scratch, const char *id)
{
	uint32_t number;

	begin(scratch);
	number = drop(scratch, id);
	commit(scratch);
	return number;
}

void
trim(struct scratch *scratch, uint64_t oldest)
{
	struct ecs_err err = {0};

	MUST(ecs_records_trim(scratch->records, oldest, &err), &err);
}

const char *
text_by_id(struct scratch *scratch, const char *id, uint64_t sequence)
{
	struct ecs_err err = {0};
	struct ecs_record record;
	bool found;

	MUST(ecs_record_by_id(scratch->reader, scratch->collection, id,
		 strlen(id), sequence, &record, &found, &err),
	    &err);
	return found ? record.json : NULL;
}

const char *
text_by_number(struct scratch *scratch, uint32_t number, uint64_t sequence)
{
	struct ecs_err err = {0};
	struct ecs_record record;
	bool found;

	MUST(ecs_record_by_number(scratch->reader, scratch->collection, number,
		 sequence, &record, &found, &err),
	    &err);
	return found ? record.json : NULL;
}
