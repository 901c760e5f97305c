/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_LABELS_H
#define ECS_QUERY_LABELS_H
/*
 * Every name of every concept in every language, ready to be begun; immutable,
 * of one schema.
 */
#include "completer.h"

struct label {
	const struct ecs_vocabulary *vocabulary;
	int concept;
	uint32_t number; /* of the concept among those of all vocabularies */
	int lang;        /* ECS_LANG_NONE of an id */
	bool main;       /* the label itself, no alias */
	const char *text;
};

struct labels {
	struct completer *completer;
	struct label *list; /* text i of the completer is list[i] */
	uint32_t n;
	uint32_t concepts; /* numbers are under this */
};

/* Of the vocabularies that some facet shows. */
struct labels *ecs_labels_new(const struct ecs_schema *schema,
    struct ecs_analyzer *analyzer, struct ecs_err *err);
void ecs_labels_free(struct labels *labels); /* NULL is allowed */
#endif
