/* SPDX-License-Identifier: ISC */
#ifndef TEXT_AFFIXES_H
#define TEXT_AFFIXES_H
/*
 * The suffix rules of a dictionary in Hunspell's format (hunspell(5)): what
 * a NAME.aff says about how the entries of NAME.dic are inflected.
 *
 * Bytes are those of the file, in its encoding.  Prefixes are left out: in the
 * languages here they negate or derive, and a word and its opposite are two.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ecs_arena;

/* A flag is one byte, two, or a number. */
typedef uint16_t text_flag;

enum text_flag_kind { TEXT_FLAG_BYTE, TEXT_FLAG_LONG, TEXT_FLAG_NUMBER };

/* root = start + strip, where condition holds; form = start + append. */
struct text_suffix {
	const char *append;
	const char *strip;
	const char *condition; /* "." is any */
	uint8_t append_len;
	uint8_t strip_len;
	text_flag flag; /* of the entries that may take it */
};

/* No entry of the dictionaries here has as many flags. */
enum { TEXT_FLAGS = 128 };

struct text_flags {
	text_flag flag[TEXT_FLAGS];
	size_t count;
};

struct text_affixes {
	struct ecs_arena *arena;
	char encoding[24];
	bool utf8;
	enum text_flag_kind kind;
	struct text_flags hidden; /* entries with one are no words */
	const char **aliases;     /* flags by number, from 1 */
	size_t naliases;
	size_t alias_room;
	/* By length of append, append, strip. */
	struct text_suffix *suffixes;
	size_t count;
	size_t room;
	size_t longest; /* append */
};

/*
 * Read the text of an .aff file, which is cut up on the way.  What is not
 * understood is passed over.  False when memory ran out.
 */
bool text_affixes_read(struct text_affixes *affixes, char *text);
void text_affixes_fini(struct text_affixes *affixes);

/* The flags that stand behind an entry's slash, text[0, len). */
void text_affixes_flags(const struct text_affixes *affixes, const char *text,
    size_t len, struct text_flags *flags);
bool text_flags_have(const struct text_flags *flags, text_flag flag);
/* The first suffix with this append, and in *count how many follow it. */
const struct text_suffix *text_affixes_find(const struct text_affixes *affixes,
    const char *append, size_t len, size_t *count);
/* Does the root end as the suffix wants? */
bool text_suffix_fits(const struct text_affixes *affixes,
    const struct text_suffix *suffix, const char *root, size_t len);

#endif
