/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_CONCEPTS_H
#define ECS_QUERY_CONCEPTS_H
/*
 * Labels and other names of vocabularies, found in what the person typed.
 */
#include "internal.h"

/* A run of leaves that names a concept. */
struct concept_match {
	size_t first; /* leaf */
	size_t count;
	const struct ecs_vocabulary *vocabulary;
	int concept;
};

enum { MAX_CONCEPT_MATCHES = 64 };

/* Find the names in the tree; returns how many, at most MAX_CONCEPT_MATCHES. */
size_t ecs_concepts_find(const struct ecs_concepts *concepts,
    struct ecs_analyzer *analyzer, const struct query_tree *tree,
    struct concept_match *matches);
#endif
