/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_PARAMS_H
#define ECS_QUERY_PARAMS_H
/*
 * Reading parameters: what is wrong is refused by name.
 */
#include "internal.h"

struct params {
	struct ecs_search *search;
	int only; /* the collection of the route, -1 for none */
	const bool *visible;
	bool has_page;
	bool expert;    /* mode */
	json_t *filter; /* of the request; param_fields.c */
	json_t *fields;
	json_t *facets;
	json_t *sort;
	struct ecs_err *err;
};

/* Refuse the parameter; returns false. */
bool ecs_params_fail(struct params *in, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The field as the first searched collection has it; private ones not. */
const struct ecs_field *
ecs_params_field(const struct params *in, const char *name);
/* Refuse a field that no searched collection has, with the nearest that is not
 * private. */
bool
ecs_params_no_field(struct params *in, const char *parameter, const char *name);
/* A finite number from a JSON number or its text. */
bool ecs_params_number(const json_t *json, double *number);

/* facet_params.c */
bool ecs_params_read_facets(struct params *in, json_t *json);
/* param_fields.c: what is read last, when the collections are known */
bool ecs_param_filter(struct params *in, const char *name, json_t *json);
bool ecs_param_fields(struct params *in, const char *name, json_t *json);
bool ecs_param_facets(struct params *in, const char *name, json_t *json);
bool ecs_param_sort(struct params *in, const char *name, json_t *json);
/* Read them and, in expert mode, q. */
bool ecs_params_read_kept(struct params *in);
/* param_values.c: one reader a parameter */
bool ecs_param_q(struct params *in, const char *name, json_t *json);
bool ecs_param_mode(struct params *in, const char *name, json_t *json);
bool ecs_param_match(struct params *in, const char *name, json_t *json);
bool ecs_param_prefix(struct params *in, const char *name, json_t *json);
bool ecs_param_typo(struct params *in, const char *name, json_t *json);
bool ecs_param_lang(struct params *in, const char *name, json_t *json);
bool ecs_param_in(struct params *in, const char *name, json_t *json);
bool ecs_param_page(struct params *in, const char *name, json_t *json);
bool ecs_param_per_page(struct params *in, const char *name, json_t *json);
bool ecs_param_passages(struct params *in, const char *name, json_t *json);
bool ecs_param_timeout(struct params *in, const char *name, json_t *json);
bool ecs_param_explain(struct params *in, const char *name, json_t *json);
bool ecs_param_count(struct params *in, const char *name, json_t *json);
bool ecs_param_total(struct params *in, const char *name, json_t *json);
bool ecs_param_cursor(struct params *in, const char *name, json_t *json);
bool ecs_param_near(struct params *in, const char *name, json_t *json);
bool ecs_param_radius(struct params *in, const char *name, json_t *json);
bool ecs_param_box(struct params *in, const char *name, json_t *json);
bool ecs_param_highlight(struct params *in, const char *name, json_t *json);
#endif
