/* SPDX-License-Identifier: ISC */
/*
 * bitmap_test - sets of rows at the sizes where words begin and end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ecsearch/columns.h"

static const uint32_t sizes[] = {0, 1, 63, 64, 65, 128, 200, 4097};

enum { SIZES = sizeof(sizes) / sizeof(sizes[0]) };

/* Every bit that is a multiple of step. */
static struct ecs_bitmap *
multiples(uint32_t bits, uint32_t step)
{
	struct ecs_bitmap *bitmap = ecs_bitmap_new(bits);
	uint32_t bit;

	assert_non_null(bitmap);
	for (bit = 0; bit < bits; bit += step)
		ecs_bitmap_set(bitmap, bit);
	return bitmap;
}

static void
counting_and_walking_agree_with_what_was_set(void **state)
{
	uint32_t i, step, bit, seen;

	(void)state;
	for (i = 0; i < SIZES; i++) {
		for (step = 1; step < 70; step++) {
			struct ecs_bitmap *a = multiples(sizes[i], step);
			uint32_t want = (sizes[i] + step - 1) / step;

			seen = 0;
			for (bit = ecs_bitmap_next(a, 0); bit != UINT32_MAX;
			     bit = ecs_bitmap_next(a, bit + 1))
				assert_int_equal(bit, step * seen++);
			assert_int_equal(seen, want);
			assert_int_equal(ecs_bitmap_count(a), want);
			ecs_bitmap_free(a);
		}
	}
}

static void
check_algebra(uint32_t a_bits, uint32_t b_bits)
{
	struct ecs_bitmap *b = multiples(b_bits, 3);
	struct ecs_bitmap *both = multiples(a_bits, 2);
	struct ecs_bitmap *without = ecs_bitmap_copy(both);
	struct ecs_bitmap *either = ecs_bitmap_copy(both);
	uint32_t bit;

	ecs_bitmap_and(both, b);
	ecs_bitmap_andnot(without, b);
	if (b_bits <= a_bits)
		ecs_bitmap_or(either, b);
	for (bit = 0; bit < a_bits + 70; bit++) {
		bool in_a = bit < a_bits && bit % 2 == 0;
		bool in_b = bit < b_bits && bit % 3 == 0;

		assert_int_equal(ecs_bitmap_test(both, bit), in_a && in_b);
		assert_int_equal(ecs_bitmap_test(without, bit), in_a && !in_b);
		if (b_bits <= a_bits)
			assert_int_equal(
			    ecs_bitmap_test(either, bit), in_a || in_b);
	}
	ecs_bitmap_free(b);
	ecs_bitmap_free(both);
	ecs_bitmap_free(without);
	ecs_bitmap_free(either);
}

static void
algebra_holds_for_rooms_that_differ(void **state)
{
	uint32_t i, j;

	(void)state;
	for (i = 0; i < SIZES; i++) {
		for (j = 0; j < SIZES; j++)
			check_algebra(sizes[i], sizes[j]);
	}
}

static void
clearing_past_the_room_changes_nothing(void **state)
{
	struct ecs_bitmap *a = multiples(65, 1);

	(void)state;
	ecs_bitmap_clear(a, 65);
	ecs_bitmap_clear(a, 4000);
	assert_int_equal(ecs_bitmap_count(a), 65);
	ecs_bitmap_clear(a, 64);
	assert_int_equal(ecs_bitmap_count(a), 64);
	assert_false(ecs_bitmap_test(a, 64));
	ecs_bitmap_free(a);
	ecs_bitmap_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counting_and_walking_agree_with_what_was_set),
	    cmocka_unit_test(algebra_holds_for_rooms_that_differ),
	    cmocka_unit_test(clearing_past_the_room_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
