/* SPDX-License-Identifier: ISC */
/*
 * query_text - a query as it is counted, or the reason not to keep it.
 */
#include <stdbool.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "query_text.h"

enum {
	/* UTF-16 units that are looked at.  Folding makes at most three of one,
	 * and composing less; what is longer than this is too long anyway. */
	READ_UNITS = 1024,
	FOLDED_UNITS = 3 * READ_UNITS,
	ROW_DIGITS = 7,
	ROW_GAP = 3,
	NUMBER_DIGITS = 7, /* of a CVE of a year, at most so far */
	SECRET_CHARACTERS = 24
};

/* ---- normal form ---- */

/* Collapse white space, drop what cannot be seen; the new length. */
static int32_t
tidy(UChar *text, int32_t len)
{
	int32_t to = 0;
	int32_t at = 0;
	bool space = false;

	while (at < len) {
		int32_t start = at;
		UChar32 c;

		U16_NEXT(text, at, len, c);
		if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
			continue;
		if (u_isUWhiteSpace(c) || u_iscntrl(c)) {
			space = to > 0;
			continue;
		}
		if (space)
			text[to++] = ' ';
		space = false;
		while (start < at)
			text[to++] = text[start++];
	}
	return to;
}

/* Fold and compose; the new length, or -1 when it is too long. */
static int32_t
normalize(const UChar *text, int32_t len, UChar *to)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar folded[FOLDED_UNITS];
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);

	len = u_strFoldCase(
	    folded, FOLDED_UNITS, text, len, U_FOLD_CASE_DEFAULT, &status);
	if (U_SUCCESS(status))
		len = unorm2_normalize(
		    nfc, folded, len, to, FOLDED_UNITS, &status);
	return U_SUCCESS(status) ? len : -1;
}

/* ---- what is not kept ---- */

/* A walk over the characters of a text. */
struct walk {
	const UChar *text;
	int32_t len;
	int32_t at;
};

static bool
is_gap(UChar32 c)
{
	return u_charType(c) == U_DASH_PUNCTUATION ||
	    (c < 0x80 && strchr(" ./()+", (int)c) != NULL);
}

/* The digits from at on, and what they are as a number (up to 9999). */
static int
read_digits(struct walk *in, int *value)
{
	int digits = 0;

	*value = 0;
	while (in->at < in->len) {
		int32_t next = in->at;
		UChar32 c;

		U16_NEXT(in->text, next, in->len, c);
		if (!u_isdigit(c))
			break;
		if (*value < 1000)
			*value = *value * 10 + u_charDigitValue(c);
		digits++;
		in->at = next;
	}
	return digits;
}

/* How many characters that may part digits of one row stand at at; moves on. */
static int
read_gap(struct walk *in)
{
	int gap = 0;

	while (in->at < in->len) {
		int32_t next = in->at;
		UChar32 c;

		U16_NEXT(in->text, next, in->len, c);
		if (!is_gap(c))
			break;
		gap++;
		in->at = next;
	}
	return gap;
}

/* Do a letter and a hyphen stand before start? */
static bool
hangs_on_letters(const struct walk *in, int32_t start)
{
	int32_t at = start - 1;
	UChar32 c;

	if (start < 2 || in->text[at] != '-')
		return false;
	U16_PREV(in->text, 0, at, c);
	return u_isalpha(c);
}

/* Go past the digits of one name, as 2021-1234567 of CVE-2021-1234567. */
static void
skip_number_of_year(struct walk *in)
{
	struct walk after = *in;
	int value;

	if (after.at == after.len || after.text[after.at] != '-')
		return;
	after.at++;
	if (read_digits(&after, &value) <= NUMBER_DIGITS)
		in->at = after.at;
}

/* Are there as many digits in a row as a telephone number has? */
static bool
has_number(const UChar *text, int32_t len)
{
	struct walk in = {text, len, 0};
	int row = 0;

	while (in.at < in.len) {
		int32_t start = in.at;
		int value;
		int digits = read_digits(&in, &value);
		bool year = digits == 4 && value >= 1900 && value <= 2099;

		if (year && hangs_on_letters(&in, start))
			skip_number_of_year(&in);
		row = year ? 0 : row + digits;
		if (row >= ROW_DIGITS)
			return true;
		if (digits > 0) {
			if (read_gap(&in) > ROW_GAP)
				row = 0;
		} else {
			U16_FWD_1(in.text, in.at, in.len);
			row = 0;
		}
	}
	return false;
}

/* Is there a long word of letters and digits, as keys and tokens are? */
static bool
has_secret(const UChar *text, int32_t len)
{
	int32_t at = 0;
	int size = 0;
	bool letter = false;
	bool digit = false;

	while (at < len) {
		UChar32 c;

		U16_NEXT(text, at, len, c);
		if (c == ' ') {
			size = 0;
			letter = digit = false;
			continue;
		}
		size++;
		letter = letter || u_isalpha(c);
		digit = digit || u_isdigit(c);
		if (size >= SECRET_CHARACTERS && letter && digit)
			return true;
	}
	return false;
}

static bool
has_at_sign(const UChar *text, int32_t len)
{
	return u_memchr(text, '@', len) != NULL ||
	    u_memchr(text, 0xFF20, len) != NULL; /* of full width */
}

enum query_text
ecs_query_text(const char *q, char kept[QUERY_BYTES])
{
	UErrorCode status = U_ZERO_ERROR;
	UChar text[FOLDED_UNITS];
	UChar read[READ_UNITS];
	int32_t len;

	kept[0] = '\0';
	u_strFromUTF8WithSub(
	    read, READ_UNITS, &len, q, -1, 0xFFFD, NULL, &status);
	if (U_FAILURE(status))
		return QUERY_UNKEPT;
	len = tidy(read, len);
	if (len == 0)
		return QUERY_EMPTY;
	len = normalize(read, len, text);
	if (len < 0 || u_countChar32(text, len) > QUERY_CHARACTERS ||
	    has_at_sign(text, len) || has_number(text, len) ||
	    has_secret(text, len))
		return QUERY_UNKEPT;
	u_strToUTF8(kept, QUERY_BYTES, NULL, text, len, &status);
	if (U_SUCCESS(status))
		return QUERY_KEPT;
	kept[0] = '\0';
	return QUERY_UNKEPT;
}
