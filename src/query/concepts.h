/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_CONCEPTS_H
#define ECS_QUERY_CONCEPTS_H
/*
 * Labels and other names of vocabularies, found in what the person typed.
 */
#include "names.h"

/* A run of leaves that names a concept. */
struct concept_match {
	size_t first; /* leaf */
	size_t count;
	const struct ecs_vocabulary *vocabulary;
	int concept;
	const char *name; /* the label or alias that was meant */
	int lang;         /* of that */
};

enum { MAX_CONCEPT_MATCHES = 64 };

/* What the typed words must be read for. */
const struct ecs_names *ecs_concepts_names(const struct ecs_concepts *concepts);
/* Find the names in the tree; returns how many, at most MAX_CONCEPT_MATCHES. */
size_t ecs_concepts_find(const struct ecs_concepts *concepts,
    const struct typed *typed, struct concept_match *matches);
#endif
