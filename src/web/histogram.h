/* SPDX-License-Identifier: ISC */
#ifndef ECS_WEB_HISTOGRAM_H
#define ECS_WEB_HISTOGRAM_H
/*
 * How the numbers of a field are spread, as a row of bars.
 */
#include "page.h"

/*
 * The bars of a histogram's facet, as it came in an answer, and the same
 * numbers as a list for who does not see.  Where there are more values than
 * bars the many that stand together are shown, those before and after as one
 * bar each; or neighbours are made one, if these would be too many.  range is
 * "low..high", either of which may be empty, or a number: bars it touches are
 * marked; NULL marks all.  Less than two values are no picture, and nothing is
 * written.
 */
void
ecs_histogram_write(struct page *page, const json_t *facet, const char *range);
#endif
