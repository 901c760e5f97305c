/* SPDX-License-Identifier: ISC */
#ifndef TEXT_DICTIONARY_H
#define TEXT_DICTIONARY_H
/*
 * A dictionary in Hunspell's format, asked for the entries that a form may
 * belong to: organizacijom -> organizacija.
 *
 * Once loaded it does not change and any number of threads may ask it.  Only
 * a table of where each entry stands is kept in memory (4 bytes for each place,
 * 1.5 to 3 places an entry: 0.5 to 2 MB a language); the entries are read from
 * the file when asked for.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fold.h"

struct text_dictionary;

/* What a form may be of; more are left out. */
enum { TEXT_ROOTS = 3 };

struct text_roots {
	struct text_piece root[TEXT_ROOTS]; /* UTF-8, as the entry has it */
	int count;
};

/*
 * Load NAME.aff and NAME.dic, open for reading; the caller closes them, the
 * second only after the dictionary is freed.  NULL when memory ran out; a file
 * that cannot be read gives a dictionary without entries.
 */
struct text_dictionary *text_dictionary_new(int aff, int dic);
void text_dictionary_free(struct text_dictionary *dictionary); /* or NULL */

/* The roots of a word in small letters. */
void text_dictionary_find(const struct text_dictionary *dictionary,
    const char *word, size_t len, struct text_roots *roots);

#endif
