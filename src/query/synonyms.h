/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_SYNONYMS_H
#define ECS_QUERY_SYNONYMS_H
/*
 * Synonyms found in what the person typed.
 */
#include "names.h"

/* One way to say a thing. */
struct synonym {
	const char *text;
	int lang; /* ECS_LANG_NONE: any */
	size_t entry;
	bool leads;  /* typed, it leads to the others of its entry */
	bool led_to; /* the others lead to it */
	bool mutual; /* of an entry whose words all mean the same */
	/* In some language a common word: only meant where lang is spoken. */
	bool ambiguous;
	/* Folded surface forms of its words, articles too. */
	const char *pieces[MAX_PIECES];
	size_t lens[MAX_PIECES];
	size_t npieces;
};

/* A run of leaves that says what another synonym says too. */
struct synonym_match {
	size_t first; /* leaf */
	size_t count;
	const struct synonym *typed;
	const struct synonym *other;
};

enum { MAX_SYNONYM_MATCHES = 64 };

/* Find synonyms of what was typed; returns how many. */
size_t ecs_synonyms_find(const struct ecs_synonyms *synonyms,
    const struct typed *typed, struct synonym_match *matches);
/* Let the tree be found by the synonyms of what was typed. */
bool ecs_synonyms_apply(const struct ecs_synonyms *synonyms,
    const struct ecs_search *search, struct ecs_analyzer *analyzer,
    struct query_tree *tree, struct ecs_arena *arena, struct ecs_err *err);
#endif
