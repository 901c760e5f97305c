/* SPDX-License-Identifier: ISC */
/*
 * filter_memory_test - every allocation of filters and rows fails once.
 *
 * Each call is tried with the first allocation failing, then the second, until
 * it succeeds.  What a failed one held shows up as a leak under a sanitizer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../fuse.h"
#include "sample.h"

static const bool things[ECS_MAX_COLLECTIONS] = {[THINGS] = true};

static int
set_up(void **state)
{
	static struct sample sample;

	*state = &sample;
	return sample_open(&sample, UINT64_C(0xfee1)) ? 0 : -1;
}

static int
tear_down(void **state)
{
	sample_close(*state);
	return 0;
}

/* Long enough for several blocks of an arena. */
static const char *
long_text(void)
{
	static char text[8000];
	size_t len = 0;

	for (int i = 0; i < 120; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%skind:\"a value %d\" OR NOT size:%d..",
		    i > 0 ? " OR " : "", i, i);
	return text;
}

static bool
parse_long(void *user, struct ecs_err *err)
{
	const struct sample *sample = user;
	struct ecs_arena *arena = ecs_arena_new();
	bool ok;

	if (arena == NULL)
		return ecs_err_memory(err);
	ok = ecs_filter_parse(
		 arena, sample->schema, things, long_text(), err) != NULL;
	ecs_arena_free(arena);
	return ok;
}

static void
a_long_filter_is_parsed_or_refused_for_memory(void **state)
{
	assert_true(fuse_each(parse_long, *state) > 2);
}

static bool
suggest(void *user, struct ecs_err *err)
{
	const struct sample *sample = user;
	struct ecs_arena *arena = ecs_arena_new();
	bool ok;

	if (arena == NULL)
		return ecs_err_memory(err);
	ok = ecs_filter_parse(arena, sample->schema, things, "sise:3", err) ==
		NULL &&
	    strcmp(err->code, "unknown_field") == 0;
	ecs_arena_free(arena);
	if (ok)
		ecs_err_clear(err);
	return ok;
}

static void
an_unknown_field_is_told_whatever_memory_does(void **state)
{
	assert_true(fuse_each(suggest, *state) > 0);
}

static const struct ecs_filter *filter;
static const struct ecs_filter *embedded;

static bool
build_rows(void *user, struct ecs_err *err)
{
	const struct sample *sample = user;
	const struct ecs_source *source = &sample->sources[THINGS];
	struct ecs_search search = {
	    .filter = (struct ecs_filter *)(uintptr_t)filter,
	    .embedded = (struct ecs_filter *)(uintptr_t)embedded,
	    .has_near = true,
	    .radius_m = 5e6};
	struct ecs_bitmap *without = NULL;
	struct rowset set = {0};

	if (ecs_rowset_build(&search, source, &set, err))
		without = ecs_rowset_without(&set, source, "kind", err);
	ecs_bitmap_free(without);
	ecs_rowset_fini(&set);
	return without != NULL;
}

static void
rows_are_built_or_refused_for_memory(void **state)
{
	const struct sample *sample = *state;
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_err err = {0};

	filter = ecs_filter_parse(arena, sample->schema, things,
	    "(kind:k1 OR NOT kind:k2) AND tags:all/* AND day:* AND size:1..7",
	    &err);
	embedded = ecs_filter_parse(
	    arena, sample->schema, things, "NOT (ok:true AND kind:k3)", &err);
	assert_non_null(filter);
	assert_non_null(embedded);
	assert_true(fuse_each(build_rows, *state) > 10);
	ecs_arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_long_filter_is_parsed_or_refused_for_memory),
	    cmocka_unit_test(an_unknown_field_is_told_whatever_memory_does),
	    cmocka_unit_test(rows_are_built_or_refused_for_memory),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
