/* SPDX-License-Identifier: ISC */
/*
 * nearest - the word that was probably meant, for "did you mean".
 *
 * Optimal string alignment distance: insertion, deletion, replacement and the
 * swap of two neighbours cost one each (Boytsov, Indexing methods for
 * approximate dictionary searching, ACM JEA 16, 2011, section 2.1).
 */
#include <string.h>

#include "ecsearch/schema.h"

enum { LONGEST = 63 };

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
	unsigned least_ab = a < b ? a : b;

	return least_ab < c ? least_ab : c;
}

static unsigned
distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned rows[3][LONGEST + 1];
	unsigned *before = rows[0];
	unsigned *last = rows[1];
	unsigned *row = rows[2];

	for (size_t j = 0; j <= nb; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned *spare = before;

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned change = a[i - 1] != b[j - 1];

			row[j] = least(
			    last[j] + 1, row[j - 1] + 1, last[j - 1] + change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		before = last;
		last = row;
		row = spare;
	}
	return last[nb];
}

const char *
ecs_nearest_word(const char *word, const char *const *words, size_t n)
{
	size_t len = strlen(word);
	unsigned best = (unsigned)(len < 3 ? 1 : len / 3) + 1;
	const char *nearest = NULL;

	if (len == 0 || len > LONGEST)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t other = strlen(words[i]);
		unsigned far;

		if (other > LONGEST)
			continue;
		far = distance(word, len, words[i], other);
		if (far < best) {
			best = far;
			nearest = words[i];
		}
	}
	return nearest;
}
