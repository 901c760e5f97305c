/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_MEASURES_H
#define ECS_CLIENT_MEASURES_H
/*
 * How good one ranked list is, by what people judged relevant, in 0 to 1:
 *
 *	nDCG@10     the gains of the first ten, each divided by
 *	            log2(rank + 1), against the best order there could be; the
 *	            gain is the grade itself (K. Järvelin, J. Kekäläinen:
 *	            Cumulated gain-based evaluation of IR techniques, ACM TOIS
 *	            20(4), 2002, with the discount that became usual)
 *	MAP         precision at each relevant hit, summed over 1,000 ranks and
 *	            divided by all that is relevant; its mean over queries gives
 *	            the name (C. Buckley, E. Voorhees, SIGIR 2000)
 *	MRR@10      1 / rank of the first relevant hit; 0 past the tenth
 *	Recall@100  how much of what is relevant stands in the first hundred
 */
#include <stddef.h>

enum { ECS_MEASURES = 4, ECS_MEASURED_DEPTH = 1000 };

/* In the order of value. */
extern const char *const ecs_measure_names[ECS_MEASURES];

struct ecs_measures {
	double value[ECS_MEASURES];
};

/*
 * gains are the grades of the hits, best hit first, 0 for one that is not
 * relevant; ideal are the grades of all that is relevant, each above 0, the
 * highest first.  Without any of them every figure is 0.
 */
struct ecs_measures ecs_measure(
    const double *gains, size_t ngains, const double *ideal, size_t nideal);
#endif
