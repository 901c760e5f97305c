/* SPDX-License-Identifier: ISC */
/*
 * suggest - guess a mistyped word by edit distance.
 */
#include <stddef.h>
#include <string.h>

#include "suggest.h"

enum { LONGEST = 40, SLIPS = 2 };

static int
least(int a, int b, int c)
{
	int least = a < b ? a : b;

	return least < c ? least : c;
}

/* Letters to insert, drop or replace to make b of a. */
static int
distance(const char *a, const char *b)
{
	int row[LONGEST + 1], len = (int)strlen(b);
	int corner, above;

	if (strlen(a) > LONGEST || len > LONGEST)
		return LONGEST;
	for (int k = 0; k <= len; k++)
		row[k] = k;
	for (int i = 1; a[i - 1] != '\0'; i++) {
		corner = row[0];
		row[0] = i;
		for (int k = 1; k <= len; k++) {
			above = row[k];
			row[k] = least(above + 1, row[k - 1] + 1,
			    corner + (a[i - 1] != b[k - 1]));
			corner = above;
		}
	}
	return row[len];
}

const char *
ecs_suggest(const char *word, const char *const *known)
{
	const char *best = NULL;
	int slips, fewest = SLIPS + 1;

	for (size_t i = 0; known[i] != NULL; i++) {
		slips = distance(word, known[i]);
		if (slips < fewest && slips < (int)strlen(known[i])) {
			fewest = slips;
			best = known[i];
		}
	}
	return best;
}
