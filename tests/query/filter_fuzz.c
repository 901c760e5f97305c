/* SPDX-License-Identifier: ISC */
/*
 * filter_fuzz - any text as a filter, parsed and run over made-up rows.
 *
 * The first byte chooses the collections searched and the form: an expression
 * or JSON.  Whatever is let through is live, the opposite is the rest, and what
 * is refused is a 400 that points into the text.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sample sample;

static void
close_sample(void)
{
	sample_close(&sample);
}

static void
set_up(void)
{
	if (!sample_open(&sample, 1))
		abort();
	atexit(close_sample);
}

static const struct ecs_filter *
parse(struct ecs_arena *arena, const bool *in, const char *text, bool as_json)
{
	struct ecs_err err = {0};
	const struct ecs_filter *filter;
	json_t *json;

	if (!as_json) {
		filter = ecs_filter_parse(arena, sample.schema, in, text, &err);
		assert(filter != NULL ||
		    (err.where[0].column >= 1 &&
			err.where[0].column <= strlen(text) + 1));
	} else {
		json = json_loads(text, JSON_DECODE_ANY, NULL);
		if (json == NULL)
			return NULL;
		filter =
		    ecs_filter_from_json(arena, sample.schema, in, json, &err);
		json_decref(json);
	}
	assert(filter != NULL ? err.status == 0 : err.status == 400);
	return filter;
}

static void
run(const struct ecs_filter *filter, const struct ecs_source *source)
{
	struct ecs_filter *child = (struct ecs_filter *)(uintptr_t)filter;
	struct ecs_filter opposite = {
	    .kind = ECS_FILTER_NOT, .children = &child, .nchildren = 1};
	const struct ecs_bitmap *live = ecs_table_live(source->table);
	struct ecs_err err = {0};
	struct ecs_bitmap *rows = ecs_filter_rows(filter, source, &err);
	struct ecs_bitmap *rest = ecs_filter_rows(&opposite, source, &err);
	uint32_t count;

	assert(rows != NULL && rest != NULL && err.status == 0);
	count = ecs_bitmap_count(rows);
	ecs_bitmap_and(rows, live);
	assert(ecs_bitmap_count(rows) == count);
	assert(ecs_bitmap_count(rest) == ecs_bitmap_count(live) - count);
	ecs_bitmap_and(rest, rows);
	assert(ecs_bitmap_count(rest) == 0);
	ecs_bitmap_free(rows);
	ecs_bitmap_free(rest);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool in[ECS_MAX_COLLECTIONS] = {false};
	struct ecs_arena *arena;
	const struct ecs_filter *filter;
	char *text;

	if (sample.rows == NULL)
		set_up();
	if (size == 0)
		return 0;
	in[PAPERS] = (data[0] & 1) == 0;
	in[THINGS] = (data[0] & 3) != 2;
	arena = ecs_arena_new();
	text = calloc(size, 1);
	memcpy(text, data + 1, size - 1);
	filter = parse(arena, in, text, (data[0] & 4) != 0);
	for (int c = 0; c < 2 && filter != NULL; c++)
		if (in[c])
			run(filter, &sample.sources[c]);
	free(text);
	ecs_arena_free(arena);
	return 0;
}
