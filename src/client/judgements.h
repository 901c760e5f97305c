/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_JUDGEMENTS_H
#define ECS_CLIENT_JUDGEMENTS_H
/*
 * A file of judged queries: what should be found, and how well it fits.
 *
 *	{"q": "smart grid", "in": "members", "relevant": {"acme": 3, "b": 1}}
 *
 * one object a line, each a query of its own; or a table in CSV or TSV with the
 * columns q, id, grade and perhaps in, one judgement a row, where rows of the
 * same q and in are one query.  "in" names a collection; a query without it is
 * asked in all of them, and its ids are written COLLECTION/ID.  A grade is a
 * number from 0, and 0 is not relevant.  Other members are not looked at.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct ecs_err;

struct ecs_judged {
	char *q;
	char *in;       /* NULL: all collections */
	json_t *grades; /* id to number, of those above 0 */
	double *ideal;  /* the same numbers, the highest first */
	size_t nideal;
};

struct ecs_judgements {
	struct ecs_judged *queries; /* each with something relevant */
	size_t count;
	size_t unanswerable; /* queries left out: nothing was relevant */
};

/*
 * Read path ("-": standard input), packed or not.  in is the collection of
 * the queries that name none, or NULL.  The first mistake ends the reading, and
 * err names its line.  *judgements is the caller's to fini either way.
 */
bool ecs_judgements_read(struct ecs_judgements *judgements, const char *path,
    const char *in, struct ecs_err *err);
void ecs_judgements_fini(struct ecs_judgements *judgements);
#endif
