/* SPDX-License-Identifier: ISC */
/*
 * significance - Fisher's randomization test of paired differences.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "significance.h"

enum { EXACT = 16, DRAWS = 20000, WORD = 64 };
#define SEED UINT64_C(20070611)

/* splitmix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014). */
static uint64_t
draw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* The least sum that is as far as the measured one, but for rounding. */
static double
bound_of(const double *differences, size_t n)
{
	double sum = 0, size = 0;

	for (size_t i = 0; i < n; i++) {
		sum += differences[i];
		size += fabs(differences[i]);
	}
	return fabs(sum) - 1e-12 * size;
}

static double
try_all(const double *nonzero, size_t n, double bound)
{
	uint32_t ways = UINT32_C(1) << n, far = 0;

	for (uint32_t signs = 0; signs < ways; signs++) {
		double sum = 0;

		for (size_t i = 0; i < n; i++)
			sum += (signs >> i & 1) != 0 ? -nonzero[i] : nonzero[i];
		far += fabs(sum) >= bound;
	}
	return (double)far / ways;
}

/* The measured signs count as one draw, so that p is never 0. */
static double
try_some(const double *differences, size_t n, double bound)
{
	uint64_t state = SEED, bits = 0;
	int far = 1;

	for (int i = 0; i < DRAWS; i++) {
		double sum = 0;

		for (size_t k = 0; k < n; k++) {
			bits = k % WORD == 0 ? draw(&state) : bits >> 1;
			sum +=
			    (bits & 1) != 0 ? -differences[k] : differences[k];
		}
		far += fabs(sum) >= bound;
	}
	return (double)far / (DRAWS + 1);
}

double
ecs_randomization_test(const double *differences, size_t n)
{
	double bound = bound_of(differences, n), nonzero[EXACT];
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (differences[i] == 0)
			continue;
		if (count == EXACT)
			return try_some(differences, n, bound);
		nonzero[count++] = differences[i];
	}
	return try_all(nonzero, count, bound);
}
