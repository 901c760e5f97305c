/* SPDX-License-Identifier: ISC */
#ifndef SAMPLE_H
#define SAMPLE_H
/*
 * Made-up rows of two collections, in tables and beside them as plain data, so
 * that what a filter lets through can be found a second way.
 *
 * "things" has thousands of rows with gaps; "papers" has four, and shares
 * names with things that mean something else there:
 *
 *	field   papers          things
 *	code    anyone's        private
 *	when    a number        a date
 *	note    prose           a keyword
 *	shelf   a keyword       -
 */
#include "../../src/query/internal.h"

enum {
	SAMPLE_ROWS = 5000, /* more than one block of the columns */
	SAMPLE_KINDS = 6,   /* "k0" .. "k5" */
	SAMPLE_TAGS = 8,    /* concepts; one more value is none */
	SAMPLE_DAY = 24
};
enum { PAPERS, THINGS };

struct sample_row {
	bool live;
	int kind;      /* -1: none */
	uint32_t tags; /* bit i: sample_tags[i]; bit SAMPLE_TAGS: "odd/one" */
	bool sized;
	double size;
	char day[SAMPLE_DAY]; /* as 2019-03-05T10:00:00Z; "": none */
	int ok;               /* -1: none, else false or true */
	bool placed;
	double lat;
	double lon;
};

struct sample {
	struct ecs_schema *schema;
	struct ecs_records *records;
	struct ecs_record_reader *reader;
	struct ecs_source sources[2];
	struct sample_row *rows; /* SAMPLE_ROWS things */
	char folder[32];
};

/* A tag and the index of the broader one, -1 for a top one. */
extern const struct sample_tag {
	const char *id;
	int broader;
} sample_tags[SAMPLE_TAGS];

/* False when anything went wrong; close it in any case. */
bool sample_open(struct sample *sample, uint64_t seed);
void sample_close(struct sample *sample);

uint32_t sample_dice(uint64_t *seed, uint32_t sides);
/* A random moment, as sample_row.day has it. */
void sample_moment(uint64_t *seed, char text[SAMPLE_DAY]);
#endif
