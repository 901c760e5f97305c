/* SPDX-License-Identifier: ISC */
/*
 * numbered - the number that a heading begins with.
 */
#include "numbered.h"

enum { MOST_DIGITS = 3, MOST_PARTS = 6 };

int
ecs_number_level(const char *text, size_t len)
{
	int parts = 0;
	size_t i = 0;

	for (;;) {
		size_t from = i;

		while (i < len && text[i] >= '0' && text[i] <= '9')
			i++;
		if (i == from || i - from > MOST_DIGITS)
			break;
		parts++;
		if (i == len || text[i] != '.' || parts == MOST_PARTS)
			break;
		i++;
	}
	/* "1. Scope" ends in a point, "2.3 Keys" does not; both have words. */
	if (parts == 0 || i + 2 >= len || text[i] != ' ')
		return 0;
	while (i < len && text[i] == ' ')
		i++;
	return i < len && !(text[i] >= '0' && text[i] <= '9') ? parts : 0;
}
