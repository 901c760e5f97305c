/* SPDX-License-Identifier: ISC */
/*
 * measures_test - the formulas, against what tests/desk/measures.py computes.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../../src/desk/measures.h"

/* To nine digits, or as near to 0. */
static void
assert_near(double is, double wanted)
{
	double off = fabs(is - wanted);

	if (off > 1e-9 * fabs(wanted) && off > 1e-12)
		fail_msg("%.12g is not %.12g", is, wanted);
}

static void
keyness_is_that_of_rayson_and_garside(void **state)
{
	(void)state;
	assert_near(desk_keyness(10, 1000, 5, 10000), 29.8155822052);
	assert_near(desk_keyness(3, 500, 0, 70000), 29.6925593423);
	assert_near(desk_keyness(1200, 250000, 4000, 900000), 5.39171180785);
	assert_near(desk_keyness(0, 500, 0, 70000), 0);
}

static void
difference_is_that_of_gabrielatos_and_marchi(void **state)
{
	(void)state;
	assert_near(desk_diff(10, 1000, 5, 10000), 1900);
	assert_near(desk_diff(3, 500, 0, 70000), 6e17);
	assert_near(desk_diff(1200, 250000, 4000, 900000), 8);
}

static void
association_is_that_of_dunning(void **state)
{
	(void)state;
	assert_near(desk_association(8, 120, 40, 100000), 68.1914398398);
	assert_near(desk_association(1, 20, 900, 5000), 3.03931254303);
	assert_near(desk_association(30, 30, 30, 1000), 269.484336360);
}

static void
log_dice_is_that_of_rychly(void **state)
{
	(void)state;
	assert_near(desk_log_dice(8, 120, 40), 10.6780719051);
	assert_near(desk_log_dice(7, 7, 7), 14);
}

static void
mutual_information_is_that_of_church_and_hanks(void **state)
{
	(void)state;
	assert_near(desk_mutual(8, 120, 40, 100000), 7.38082178394);
	assert_near(desk_mutual(1, 20, 900, 5000), -1.84799690655);
}

static void
shares_have_wilsons_interval(void **state)
{
	static const double rows[][4] = {{0, 10, 0, 0.277532799863},
	    {3, 17, 0.0619112663762, 0.410294585688},
	    {250, 1000, 0.224153098984, 0.277760280259},
	    {10, 10, 0.722467200137, 1}, {0, 0, 0, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct desk_interval interval =
		    desk_share_interval(rows[i][0], rows[i][1]);

		assert_near(interval.low, rows[i][2]);
		assert_near(interval.high, rows[i][3]);
	}
}

static void
counts_have_byars_interval(void **state)
{
	static const double rows[][3] = {{0, 0, 3.66801183217},
	    {1, 0.0130721329015, 5.56375558248},
	    {10, 4.78744991397, 18.3914586058},
	    {4321, 4193.11262477, 4451.79654005}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct desk_interval interval = desk_count_interval(rows[i][0]);

		assert_near(interval.low, rows[i][1]);
		assert_near(interval.high, rows[i][2]);
	}
}

static void
steps_are_those_of_the_tables(void **state)
{
	(void)state;
	assert_near(desk_p_step(3.83), 1);
	assert_near(desk_p_step(3.84), 0.05);
	assert_near(desk_p_step(10), 0.01);
	assert_near(desk_p_step(10.83), 0.001);
	assert_near(desk_p_step(99), 0.0001);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keyness_is_that_of_rayson_and_garside),
	    cmocka_unit_test(difference_is_that_of_gabrielatos_and_marchi),
	    cmocka_unit_test(association_is_that_of_dunning),
	    cmocka_unit_test(log_dice_is_that_of_rychly),
	    cmocka_unit_test(mutual_information_is_that_of_church_and_hanks),
	    cmocka_unit_test(shares_have_wilsons_interval),
	    cmocka_unit_test(counts_have_byars_interval),
	    cmocka_unit_test(steps_are_those_of_the_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
