/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_PARTS_H
#define ECS_QUERY_PARTS_H
/*
 * The parts of the words of a language, as a corpus knows them.  Words are
 * folded surface forms.
 */
#include "internal.h"

enum {
	PART_LANGS = 7,    /* that write two words as one */
	PART_SHORTEST = 4, /* bytes of a part */
	PART_MOST = 4      /* parts of one word */
};
/* Rounding of small numbers: a word may be this much as frequent. */
#define PART_LEEWAY 2.0

/* How a language joins its parts. */
struct part_joining {
	const char *lang;
	/* What stands between two parts and belongs to neither. */
	const char *links[9];
	/* What the first part loses: Schule, Schulweg. */
	const char *drops[4];
	/* Prefixes and endings that are words of their own. */
	const char *debris;
};
/* That of one of the PART_LANGS languages. */
const struct part_joining *ecs_parts_joining(size_t index);

/* Who reads words of one language in one source. */
struct part_reader {
	const struct ecs_source *source;
	struct ecs_analyzer *analyzer;
	const struct part_joining *joining;
	int lang;
};

/* Is it found in texts of the language, in whichever form? */
bool ecs_parts_is_of_lang(
    const struct part_reader *in, const char *text, size_t len);
/* Is this a word that is never part of another? */
bool
ecs_parts_is_debris(const struct part_reader *in, const char *text, size_t len);
/* Has the corpus this very form, in whichever language? */
bool
ecs_parts_is_listed(const struct part_reader *in, const char *text, size_t len);

/* The parts of a word so far. */
struct part_split {
	double logs; /* of their documents, added */
	unsigned n;
};
/*
 * Does text[from, to) come apart without anything left over?  final: nothing
 * follows it.  The longest parts are tried first and added to split.
 */
bool ecs_parts_come_apart(const struct part_reader *in, const char *text,
    size_t from, size_t to, bool final, struct part_split *split);
/*
 * Are the parts frequent enough for a word of so many documents?  Their
 * geometric mean must not be below it (Koehn and Knight 2003), PART_LEEWAY
 * aside.
 */
bool
ecs_parts_are_plausible(const struct part_split *split, uint32_t documents);
/*
 * Where the word is best parted in two, 0: nowhere.  *word is the length of
 * the first part without its linking element.
 */
size_t ecs_parts_seam(
    const struct part_reader *in, const char *text, size_t len, size_t *word);
#endif
