/* SPDX-License-Identifier: ISC */
#ifndef DRAW_H
#define DRAW_H
/*
 * Random filter expressions, each with what it means: looked up in the rows of
 * the sample as they were drawn.  Dates are compared as texts there, subtrees
 * found by walking up.
 */
#include "sample.h"

enum { MOST_NODES = 64 };

enum meaning {
	ANY_KIND,
	KIND,
	TAG, /* also the one value outside the vocabulary */
	TAG_OR_NARROWER,
	SIZE,
	DAY,
	OK,
	ID,
	NOWHERE, /* a field that only papers have */
	MEANINGS,
	ALL,
	SOME,
	NOT
};

struct node {
	enum meaning meaning;
	const char *field; /* of a clause */
	int value;
	double low;
	double high;
	char from[SAMPLE_DAY]; /* of DAY; "": open */
	char to[SAMPLE_DAY];
	bool strict; /* the ends themselves are out */
	const struct node *children[3];
	int nchildren;
};

/* One random expression: its text and what it means. */
struct drawn {
	struct node nodes[MOST_NODES];
	int n;
	struct ecs_buf text;
	uint64_t seed;
};

/* A number under sides, from the expression's own seed. */
uint32_t draw_dice(struct drawn *in, uint32_t sides);
/* Append a random clause to the text; node is zeroed. */
void draw_clause(struct drawn *in, struct node *node);
/* Append a random expression to the text. */
const struct node *draw_node(struct drawn *in, int depth);

/* Does the row with this number do what node says? */
bool
node_holds(const struct node *node, const struct sample_row *row, int number);
/* Is every clause of node about field? */
bool node_names_only(const struct node *node, const char *field);
#endif
