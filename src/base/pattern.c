/* SPDX-License-Identifier: ISC */
/*
 * pattern - does a word fit a pattern with * and ? in it?
 *
 * Where the two part ways the last star takes one character more; an earlier
 * one need never be tried again, for what stood between them was found as soon
 * as it could be.
 */
#include <stdint.h>

#include <unicode/utf8.h>

#include "ecsearch/pattern.h"

static size_t
next_character(const char *word, size_t len, size_t at)
{
	U8_FWD_1((const uint8_t *)word, at, len);
	return at;
}

bool
ecs_pattern_fits(
    const char *pattern, size_t pattern_len, const char *word, size_t len)
{
	size_t after_star = SIZE_MAX;
	size_t taken = 0;
	size_t p = 0;
	size_t w = 0;

	while (w < len) {
		if (p < pattern_len && pattern[p] == '*') {
			after_star = ++p;
			taken = w;
		} else if (p < pattern_len && pattern[p] == '?') {
			p++;
			w = next_character(word, len, w);
		} else if (p < pattern_len && pattern[p] == word[w]) {
			p++;
			w++;
		} else if (after_star != SIZE_MAX) {
			taken = next_character(word, len, taken);
			p = after_star;
			w = taken;
		} else {
			return false;
		}
	}
	while (p < pattern_len && pattern[p] == '*')
		p++;
	return p == pattern_len;
}
