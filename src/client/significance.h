/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_SIGNIFICANCE_H
#define ECS_CLIENT_SIGNIFICANCE_H
/*
 * Whether the difference of two settings may be chance.
 *
 * Fisher's randomization test for pairs: were both settings equally good, each
 * query's difference might as well have the other sign.  p is the share of all
 * choices of signs whose mean is at least as far from 0 as the one measured,
 * on either side.  It is the test that M. Smucker, J. Allan and B. Carterette
 * recommend (A comparison of statistical significance tests for information
 * retrieval evaluation, CIKM 2007): it assumes no distribution.
 */
#include <stddef.h>

/*
 * p, above 0 and at most 1.  Up to 16 differences that are not 0 are tried in
 * all 65,536 ways; more of them are drawn 20,000 times from a fixed seed, so
 * that the same figures give the same p.
 */
double ecs_randomization_test(const double *differences, size_t n);
#endif
