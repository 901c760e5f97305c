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

#include "sample.h"

enum { NEVER = -1, ENOUGH = 500 };

/* How many allocations still succeed; NEVER fails none. */
static int fuse = NEVER;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool
burnt(void)
{
	return fuse != NEVER && (fuse == 0 || fuse-- == 0);
}

void *
__wrap_malloc(size_t size)
{
	return burnt() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return burnt() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return burnt() ? NULL : __real_realloc(old, size);
}

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

/* Try with ever more memory; returns how often it was refused. */
static int
try_until_it_works(const struct sample *sample,
    bool (*call)(const struct sample *, struct ecs_err *))
{
	for (int spared = 0; spared < ENOUGH; spared++) {
		struct ecs_err err = {0};
		bool done;

		fuse = spared;
		done = call(sample, &err);
		fuse = NEVER;
		if (done) {
			assert_int_equal(err.status, 0);
			return spared;
		}
		assert_string_equal(err.code, "no_memory");
	}
	fail_msg("still no memory after %d allocations", ENOUGH);
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
parse_long(const struct sample *sample, struct ecs_err *err)
{
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
	assert_true(try_until_it_works(*state, parse_long) > 2);
}

static bool
suggest(const struct sample *sample, struct ecs_err *err)
{
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
	assert_true(try_until_it_works(*state, suggest) > 0);
}

static const struct ecs_filter *filter;
static const struct ecs_filter *embedded;

static bool
build_rows(const struct sample *sample, struct ecs_err *err)
{
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
	assert_true(try_until_it_works(sample, build_rows) > 10);
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
