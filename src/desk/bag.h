/* SPDX-License-Identifier: ISC */
#ifndef ECS_DESK_BAG_H
#define ECS_DESK_BAG_H
/* The words of a text by the hashes of their folded forms. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ecs_analyzer;
struct ecs_err;

struct desk_bag {
	uint64_t *words; /* in their order, one a token */
	size_t n;
	size_t room;
};
bool desk_bag_fill(struct desk_bag *bag, struct ecs_analyzer *analyzer,
    const char *text, size_t len, struct ecs_err *err);
void desk_bag_fini(struct desk_bag *bag);
/* Put the words in order of their hashes. */
void desk_bag_sort(struct desk_bag *bag);
/* Of two sorted bags, from 0 to 1; two without words are 1. */
double desk_bag_likeness(const struct desk_bag *a, const struct desk_bag *b);
#endif
