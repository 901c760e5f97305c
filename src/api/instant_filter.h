/* SPDX-License-Identifier: ISC */
#ifndef ECS_API_INSTANT_FILTER_H
#define ECS_API_INSTANT_FILTER_H
/*
 * Making filter nodes: shared by the lists and the expression.  Each returns
 * NULL with err set; a NULL given is passed on.
 */
#include "instant.h"

/* attribute:value; of numbers and dates all that the text stands for. */
struct ecs_filter *ecs_instant_value(struct instant_reader *in,
    const struct instant_attribute *attribute, const char *text);
/* Both ends included. */
struct ecs_filter *ecs_instant_range(struct instant_reader *in,
    const struct instant_attribute *attribute, const char *low,
    const char *high);
/* operator is one of < <= = != >= > */
struct ecs_filter *ecs_instant_comparison(struct instant_reader *in,
    const struct instant_attribute *attribute, const char *operator,
    const char * text);
struct ecs_filter *
ecs_instant_not(struct instant_reader *in, struct ecs_filter *child);
/* list AND or OR next; NULL next leaves the list as it is. */
struct ecs_filter *
ecs_instant_join(struct instant_reader *in, enum ecs_filter_kind kind,
    struct ecs_filter *list, struct ecs_filter *next);
/* "n>=10", "n:3 TO 5" */
struct ecs_filter *
ecs_instant_number_item(struct instant_reader *in, const char *text);
/* Cut the "<score=2>" that may end a value. */
void ecs_instant_cut_score(char *value);
/* AND it to the search's filter; false when reading it failed. */
bool ecs_instant_narrow(struct instant_reader *in, struct ecs_filter *filter);
#endif
