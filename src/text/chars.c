/* SPDX-License-Identifier: ISC */
/*
 * chars - what a character is to the cutter and the folder.
 */
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "chars.h"

#define O TEXT_OTHER
#define A TEXT_LETTER
#define D TEXT_DIGIT
#define L TEXT_LINK
#define Q TEXT_APOSTROPHE
#define W TEXT_WIDE

/* clang-format off */
const uint8_t text_ascii_class[256] = {
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	/*  ! " # $ % & ' ( ) * + , - . / */
	O, O, O, O, O, O, L, Q, O, O, O, L, O, L, L, L,
	D, D, D, D, D, D, D, D, D, D, L, O, O, O, O, O,
	L, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A,
	A, A, A, A, A, A, A, A, A, A, A, O, O, O, O, L,
	O, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A,
	A, A, A, A, A, A, A, A, A, A, A, O, O, O, O, O,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
};
/* clang-format on */

#undef O
#undef A
#undef D
#undef L
#undef Q
#undef W

/* The few characters whose general category is not what a reader sees. */
static enum text_class
classify_special(UChar32 c)
{
	switch (c) {
	case 0x00AD: /* soft hyphen */
	case 0x200C: /* zero width non-joiner */
	case 0x200D: /* zero width joiner */
	case 0x2060: /* word joiner */
	case 0xFEFF: /* zero width no-break space */
		return TEXT_SOFT;
	case 0x02BC: /* modifier apostrophe, by category a letter */
	case 0x2018: /* typed for the next one */
	case 0x2019: /* typographic apostrophe */
	case 0xFF07: /* full width apostrophe */
		return TEXT_APOSTROPHE;
	case 0x2010: /* hyphen */
	case 0x2011: /* non-breaking hyphen */
		return TEXT_LINK;
	default:
		return TEXT_OTHER;
	}
}

enum text_class
text_classify(UChar32 c)
{
	uint32_t mask;
	enum text_class special;

	if (c >= 0 && c < 0x80)
		return (enum text_class)text_ascii_class[c];
	if (c < 0 || c == 0xFFFD)
		return TEXT_OTHER;
	special = classify_special(c);
	if (special != TEXT_OTHER)
		return special;
	mask = U_GET_GC_MASK(c);
	if ((mask & U_GC_L_MASK) != 0)
		return TEXT_LETTER;
	if ((mask & U_GC_N_MASK) != 0)
		return TEXT_DIGIT;
	return (mask & U_GC_M_MASK) != 0 ? TEXT_MARK : TEXT_OTHER;
}

bool
text_is_unspaced(UChar32 c)
{
	int32_t how;

	if (c < 0x0E00 || (c >= 0xFF10 && c <= 0xFF5A))
		return false; /* full width Latin is still Latin */
	how = u_getIntPropertyValue(c, UCHAR_LINE_BREAK);
	return how == U_LB_COMPLEX_CONTEXT || how == U_LB_IDEOGRAPHIC ||
	    how == U_LB_CONDITIONAL_JAPANESE_STARTER || c == 0x30FC ||
	    c == 0x3005;
}

bool
text_is_blank(UChar32 c)
{
	if (c < 0x80)
		return c <= 0x20 || c == 0x7F;
	return u_isUWhiteSpace(c) || u_charType(c) == U_CONTROL_CHAR;
}

size_t
text_cut_at_character(const char *text, size_t len, size_t limit)
{
	size_t at = limit;

	if (len <= limit)
		return len;
	/* Four continuation bytes in a row are no character: cut anywhere. */
	for (int i = 0; i < 4 && at > 0; i++, at--)
		if (((unsigned char)text[at] & 0xC0) != 0x80)
			return at;
	return limit;
}

UChar32
text_last_character(const char *text, size_t len, size_t *start)
{
	size_t first = len > 4 ? len - 4 : 0;
	int32_t at = (int32_t)(len - first);
	UChar32 c;

	U8_PREV((const uint8_t *)text + first, 0, at, c);
	*start = first + (size_t)at;
	return c < 0 ? 0xFFFD : c;
}
