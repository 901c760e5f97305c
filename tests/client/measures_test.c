/* SPDX-License-Identifier: ISC */
/*
 * measures_test - figures of a ranked list and of a comparison, worked by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/client/measures.h"
#include "../../src/client/significance.h"

enum { NDCG, MAP, MRR, RECALL };

#define NEAR(a, b) assert_float_equal(a, b, 1e-6)

static void
a_graded_list_has_the_figures_worked_by_hand(void **state)
{
	static const double gains[] = {0, 3, 0, 1}, ideal[] = {3, 2, 1};
	struct ecs_measures made = ecs_measure(gains, 4, ideal, 3);

	(void)state;
	/* (3/log2(3) + 1/log2(5)) / (3/log2(2) + 2/log2(3) + 1/log2(4)) */
	NEAR(made.value[NDCG], 2.3234659 / 4.7618595);
	NEAR(made.value[MAP], (1.0 / 2 + 2.0 / 4) / 3);
	NEAR(made.value[MRR], 0.5);
	NEAR(made.value[RECALL], 2.0 / 3);
}

static void
the_best_order_is_1_and_any_other_less(void **state)
{
	static const double best[] = {3, 2, 1}, turned[] = {1, 2, 3};
	struct ecs_measures made = ecs_measure(best, 3, best, 3);

	(void)state;
	for (int m = 0; m < ECS_MEASURES; m++)
		NEAR(made.value[m], 1);
	made = ecs_measure(turned, 3, best, 3);
	/* (1 + 2/log2(3) + 3/2) / (3 + 2/log2(3) + 1/2) */
	NEAR(made.value[NDCG], 3.7618595 / 4.7618595);
	NEAR(made.value[MAP], 1);
}

/* The one relevant hit at this rank of 1,100. */
static struct ecs_measures
measure_rank(size_t rank)
{
	static const double ideal[] = {1};
	double gains[1100] = {0};

	gains[rank - 1] = 1;
	return ecs_measure(gains, 1100, ideal, 1);
}

static void
each_measure_looks_as_deep_as_it_says(void **state)
{
	(void)state;
	NEAR(measure_rank(10).value[MRR], 0.1);
	NEAR(measure_rank(10).value[NDCG], 1 / 3.4594316);
	NEAR(measure_rank(11).value[MRR], 0);
	NEAR(measure_rank(11).value[NDCG], 0);
	NEAR(measure_rank(100).value[RECALL], 1);
	NEAR(measure_rank(101).value[RECALL], 0);
	NEAR(measure_rank(1000).value[MAP], 0.001);
	NEAR(measure_rank(1001).value[MAP], 0);
}

static void
an_ideal_longer_than_ten_counts_its_first_ten(void **state)
{
	double ideal[12];
	struct ecs_measures made;

	(void)state;
	for (int i = 0; i < 12; i++)
		ideal[i] = 1;
	made = ecs_measure(ideal, 10, ideal, 12);
	NEAR(made.value[NDCG], 1);
	NEAR(made.value[MAP], 10.0 / 12);
	NEAR(made.value[RECALL], 10.0 / 12);
}

static void
nothing_found_and_nothing_relevant_are_0(void **state)
{
	static const double one[] = {1};
	struct ecs_measures none = ecs_measure(NULL, 0, one, 1);
	struct ecs_measures unjudged = ecs_measure(one, 1, NULL, 0);

	(void)state;
	for (int m = 0; m < ECS_MEASURES; m++) {
		NEAR(none.value[m], 0);
		NEAR(unjudged.value[m], 0);
	}
}

static void
few_differences_are_tried_in_every_way(void **state)
{
	static const double alike[] = {0.2, 0.2, 0.2, 0.2, 0.2};
	static const double against[] = {0.3, -0.3};
	static const double mixed[] = {1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	    0, 0, 0, 0, 0, 0, 0, 0, 0, -2, 2};

	(void)state;
	NEAR(ecs_randomization_test(alike, 5), 2.0 / 32);
	NEAR(ecs_randomization_test(against, 2), 1);
	/* 1, 4, -2, 2: the sum is 5, and 8 of 16 are as far from 0. */
	NEAR(ecs_randomization_test(mixed, 25), 8.0 / 16);
}

static void
no_difference_at_all_is_certainly_chance(void **state)
{
	static const double none[30] = {0};

	(void)state;
	NEAR(ecs_randomization_test(none, 30), 1);
	NEAR(ecs_randomization_test(NULL, 0), 1);
}

/* The exact share for n differences, by all their signs. */
static double
count_all(const double *differences, int n, double measured)
{
	uint32_t far = 0;

	for (uint32_t signs = 0; signs < UINT32_C(1) << n; signs++) {
		double sum = 0;

		for (int i = 0; i < n; i++)
			sum += (signs >> i & 1) != 0 ? differences[i]
						     : -differences[i];
		far += sum >= measured - 1e-9 || -sum >= measured - 1e-9;
	}
	return (double)far / (UINT32_C(1) << n);
}

static void
many_differences_are_drawn_close_to_the_exact_share(void **state)
{
	double differences[20], sum = 0, p;

	(void)state;
	for (int i = 0; i < 20; i++) {
		differences[i] = (i * 7 % 20 - 6) * 0.05;
		sum += differences[i];
	}
	p = ecs_randomization_test(differences, 20);
	assert_float_equal(p, count_all(differences, 20, sum), 0.004);
	assert_true(p == ecs_randomization_test(differences, 20));
}

static void
a_sure_difference_of_many_has_a_small_p_that_is_not_0(void **state)
{
	double differences[300];
	double p;

	(void)state;
	for (int i = 0; i < 300; i++)
		differences[i] = 0.01;
	p = ecs_randomization_test(differences, 300);
	assert_true(p > 0 && p < 0.0001);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_graded_list_has_the_figures_worked_by_hand),
	    cmocka_unit_test(the_best_order_is_1_and_any_other_less),
	    cmocka_unit_test(each_measure_looks_as_deep_as_it_says),
	    cmocka_unit_test(an_ideal_longer_than_ten_counts_its_first_ten),
	    cmocka_unit_test(nothing_found_and_nothing_relevant_are_0),
	    cmocka_unit_test(few_differences_are_tried_in_every_way),
	    cmocka_unit_test(no_difference_at_all_is_certainly_chance),
	    cmocka_unit_test(
		many_differences_are_drawn_close_to_the_exact_share),
	    cmocka_unit_test(
		a_sure_difference_of_many_has_a_small_p_that_is_not_0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
