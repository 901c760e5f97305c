/* SPDX-License-Identifier: ISC */
/*
 * measures - nDCG, average precision, reciprocal rank and recall of one list.
 */
#include <math.h>

#include "measures.h"

const char *const ecs_measure_names[ECS_MEASURES] = {
    "nDCG@10", "MAP", "MRR@10", "Recall@100"};

enum { GAIN_DEPTH = 10, FIRST_DEPTH = 10, RECALL_DEPTH = 100 };

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static double
discounted(const double *gains, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < least(n, GAIN_DEPTH); i++)
		sum += gains[i] / log2((double)i + 2);
	return sum;
}

static double
sum_of_precisions(const double *gains, size_t n)
{
	double sum = 0;
	size_t found = 0;

	for (size_t i = 0; i < least(n, ECS_MEASURED_DEPTH); i++) {
		if (gains[i] > 0)
			sum += (double)++found / ((double)i + 1);
	}
	return sum;
}

static double
reciprocal_rank(const double *gains, size_t n)
{
	for (size_t i = 0; i < least(n, FIRST_DEPTH); i++) {
		if (gains[i] > 0)
			return 1 / ((double)i + 1);
	}
	return 0;
}

static double
count_found(const double *gains, size_t n)
{
	size_t found = 0;

	for (size_t i = 0; i < least(n, RECALL_DEPTH); i++)
		found += gains[i] > 0;
	return (double)found;
}

struct ecs_measures
ecs_measure(
    const double *gains, size_t ngains, const double *ideal, size_t nideal)
{
	struct ecs_measures made = {{0}};

	if (nideal == 0)
		return made;
	made.value[0] = discounted(gains, ngains) / discounted(ideal, nideal);
	made.value[1] = sum_of_precisions(gains, ngains) / (double)nideal;
	made.value[2] = reciprocal_rank(gains, ngains);
	made.value[3] = count_found(gains, ngains) / (double)nideal;
	return made;
}
