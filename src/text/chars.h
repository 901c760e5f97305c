/* SPDX-License-Identifier: ISC */
#ifndef TEXT_CHARS_H
#define TEXT_CHARS_H
/*
 * What a character is to the cutter and the folder.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <unicode/utypes.h>

enum text_class {
	TEXT_OTHER,  /* parts words */
	TEXT_LETTER, /* begins and continues one */
	TEXT_DIGIT,  /* so does this */
	TEXT_MARK,   /* continues one only: accents */
	TEXT_SOFT,   /* does not part one: soft hyphens, joiners */
	TEXT_LINK,   /* parts words, but may hold a name together */
	TEXT_APOSTROPHE,
	TEXT_WIDE /* in the ASCII table: not ASCII, ask text_classify */
};

/* Of bytes; everything from 0x80 on is TEXT_WIDE. */
extern const uint8_t text_ascii_class[256];

enum text_class text_classify(UChar32 c);
/* Letters of scripts that put no spaces between words. */
bool text_is_unspaced(UChar32 c);
/* White space of any kind and control characters: nothing to see. */
bool text_is_blank(UChar32 c);

/* The longest start of text, at most limit bytes, that splits no character. */
size_t text_cut_at_character(const char *text, size_t len, size_t limit);
/*
 * The last character of text[0, len), and *start where it begins; U+FFFD for
 * an invalid byte.  len must not be 0.
 */
UChar32 text_last_character(const char *text, size_t len, size_t *start);

/* FNV-1a; seed lets a hash go on over several pieces. */
enum { TEXT_HASH_SEED = 0x811C9DC5 };

static inline uint32_t
text_hash(uint32_t seed, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		seed = (seed ^ (unsigned char)bytes[i]) * 0x01000193U;
	return seed;
}

#endif
