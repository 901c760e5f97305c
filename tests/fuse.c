/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ecsearch/err.h"

#include "fuse.h"

enum { OUT = -1, ENOUGH = 5000 };

static atomic_long left = OUT; /* allocations until one fails */
static atomic_bool once;
static atomic_bool blown; /* since it was lit */
static atomic_ulong failures;
static _Thread_local bool spared;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static void
light(long allocations, bool only_one)
{
	atomic_store(&once, only_one);
	atomic_store(&blown, false);
	atomic_store(&left, allocations);
}

void
fuse_light(long allocations)
{
	light(allocations, false);
}

void
fuse_light_once(long allocations)
{
	light(allocations, true);
}

bool
fuse_out(void)
{
	atomic_store(&left, OUT);
	return atomic_load(&blown);
}

void
fuse_spare_thread(bool spare)
{
	spared = spare;
}

unsigned long
fuse_failures(void)
{
	return atomic_load(&failures);
}

bool
fuse_burns(void)
{
	long now = atomic_load(&left);
	long next;

	if (spared)
		return false;
	do {
		if (now == OUT)
			return false;
		next = now > 0 ? now - 1 : atomic_load(&once) ? OUT : 0;
	} while (!atomic_compare_exchange_weak(&left, &now, next));
	if (now > 0)
		return false;
	atomic_store(&blown, true);
	atomic_fetch_add(&failures, 1);
	return true;
}

void *
__wrap_malloc(size_t size)
{
	return fuse_burns() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fuse_burns() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return fuse_burns() ? NULL : __real_realloc(old, size);
}

void
fuse_check_refused(struct ecs_err *err, long allocations)
{
	assert_string_equal(err->code, "no_memory");
	ecs_err_clear(err);
	assert_in_range(allocations, 0, ENOUGH);
}

long
fuse_each(bool (*call)(void *user, struct ecs_err *err), void *user)
{
	struct ecs_err err = {0};
	bool done = false;
	long n = 0;

	for (; !done; n++) {
		fuse_light(n);
		done = call(user, &err);
		fuse_out();
		if (!done)
			fuse_check_refused(&err, n);
	}
	assert_int_equal(err.status, 0);
	return n - 1;
}
