/* SPDX-License-Identifier: ISC */
#ifndef TEXT_DICTIONARIES_H
#define TEXT_DICTIONARIES_H
/*
 * The dictionaries of the system: one a language, found at the start, loaded
 * when a word of the language first comes, shared by all threads.
 */
#include <stdbool.h>

#include "ecsearch/lang.h"

struct text_dictionaries;
struct text_dictionary;

/*
 * Find the dictionaries in directories parted by ':'.  Their files are opened
 * and stay so: whatever is installed or removed later, a word keeps its stems
 * while the program runs.  NULL when memory ran out.
 */
struct text_dictionaries *text_dictionaries_open(const char *directories);
void text_dictionaries_close(struct text_dictionaries *dictionaries);
/*
 * The dictionary of a language in *dictionary, or NULL where there is none.
 * False when memory ran out.
 */
bool text_dictionaries_get(struct text_dictionaries *dictionaries, int lang,
    const struct text_dictionary **dictionary);
/* Names those found, by language and size: "cs 3656362, lv 1844831". */
const char *
text_dictionaries_version(const struct text_dictionaries *dictionaries);

#endif
