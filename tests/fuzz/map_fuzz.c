/* SPDX-License-Identifier: ISC */
/*
 * map_fuzz - any bytes as a map, a stream of JSON and a table.
 *
 * The first byte chooses; a map that is right is also used, on itself.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "ecsearch/err.h"

#include "../../src/client/group.h"
#include "../../src/client/map.h"
#include "../../src/client/rows.h"
#include "../../src/client/split.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
drop_document(
    void *user, json_t *document, uint64_t origin, struct ecs_err *err)
{
	(void)user;
	(void)origin;
	(void)err;
	json_decref(document);
	return true;
}

static void
use_map(const struct ecs_map *map, const json_t *record)
{
	struct ecs_err err = {0};
	struct ecs_group *group;

	json_decref(ecs_map_apply(map, record, &err));
	if (!ecs_map_grouping(map).grouped)
		return;
	group = ecs_group_new(map, drop_document, NULL);
	for (uint64_t i = 0; group != NULL && i < 2; i++) {
		ecs_err_clear(&err);
		ecs_group_put(group, record, i, 1, &err);
	}
	ecs_err_clear(&err);
	if (group != NULL)
		ecs_group_finish(group, &err);
	ecs_group_free(group);
}

static void
try_map(const char *text, size_t len)
{
	struct ecs_err err = {0};
	struct ecs_map *map = ecs_map_parse(text, len, &err);
	json_t *record = json_loadb(text, len, 0, NULL);

	if (map != NULL)
		use_map(map, record);
	json_decref(record);
	ecs_map_free(map);
}

/* A record handed on must lie where it says: a copy touches all of it. */
static bool
touch(void *user, const struct ecs_record *record, struct ecs_err *err)
{
	json_t *copy = record->text == NULL
	    ? NULL
	    : json_stringn_nocheck(record->text, record->len);

	(void)user;
	(void)err;
	json_decref(copy);
	return true;
}

static void
try_split(enum ecs_split_kind kind, const char *text, size_t len)
{
	struct ecs_err err = {0};
	struct ecs_split *split = ecs_split_new(kind, touch, NULL);
	size_t half = len / 2;

	if (split != NULL && ecs_split_feed(split, text, half, &err) &&
	    ecs_split_feed(split, text + half, len - half, &err))
		ecs_split_finish(split, &err);
	ecs_split_free(split);
}

static void
try_rows(const char *text, size_t len)
{
	struct ecs_err err = {0};
	struct ecs_rows *rows =
	    ecs_rows_new(ecs_rows_guess_delimiter(text, len), touch, NULL);
	size_t half = len / 2;

	if (rows != NULL && ecs_rows_feed(rows, text, half, &err) &&
	    ecs_rows_feed(rows, text + half, len - half, &err))
		ecs_rows_finish(rows, &err);
	ecs_rows_free(rows);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;

	if (size == 0)
		return 0;
	size--;
	switch (data[0] % 4) {
	case 0:
		try_map(text, size);
		break;
	case 1:
		try_split(ECS_SPLIT_LINES, text, size);
		break;
	case 2:
		try_split(ECS_SPLIT_VALUES, text, size);
		break;
	default:
		try_rows(text, size);
		break;
	}
	return 0;
}
