/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_EVAL_H
#define ECS_CLIENT_EVAL_H
/*
 * What an evaluation found: the figures of every query under one setting or
 * two, and how these are told.
 */
#include <stdbool.h>

#include <jansson.h>

#include "judgements.h"
#include "measures.h"

enum { ECS_SETTINGS = 2 };

struct ecs_eval {
	struct ecs_judgements judgements;
	const char *setting[ECS_SETTINGS]; /* parameters, as in an address */
	int settings;                      /* 2: they are compared */
	/* Of each setting, by query; NULL until measured. */
	struct ecs_measures *figures[ECS_SETTINGS];
};

/* How one measure differs between the second setting and the first. */
struct ecs_difference {
	double mean;
	size_t better; /* queries where the second is */
	size_t worse;
	double p; /* of Fisher's randomization test */
};

double ecs_eval_mean(const struct ecs_eval *eval, int setting, int measure);
/* scratch holds a number for each query. */
struct ecs_difference
ecs_eval_compare(const struct ecs_eval *eval, int measure, double *scratch);

/*
 * Print it for people, with each query (of a comparison: each that differs) if
 * wanted; as one object for scripts.  False when memory ran out.
 */
bool ecs_eval_show(const struct ecs_eval *eval, bool each);
bool ecs_eval_show_json(const struct ecs_eval *eval);
#endif
