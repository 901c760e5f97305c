/* SPDX-License-Identifier: ISC */
/*
 * fold - the spelling by which a word is found.
 *
 * ASCII goes through in one loop.  All else is case folded and composed by
 * ICU (NFKC_Casefold), then taken character by character: letters that
 * readers take for another are replaced by the table below, Latin and Greek
 * ones lose their accents, Cyrillic keeps й and loses only stress marks.
 */
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "chars.h"
#include "fold.h"

enum {
	/* Casefold makes at most 18 units of one; see casefold(). */
	FOLDED_UNITS = 1280,
	SAFE_UNITS = FOLDED_UNITS / 18
};

/*
 * Letters whose parts Unicode does not know.  Those with an umlaut are here
 * for their second spelling only; NULL: decompose.
 */
static const struct letter {
	UChar32 letter;
	const char *exact;
	const char *alternate; /* NULL: the same */
} letters[] = {
    {0x00E4, NULL, "ae"},       /* ä */
    {0x00E5, NULL, "aa"},       /* å */
    {0x00E6, "ae", NULL},       /* æ */
    {0x00F0, "d", NULL},        /* ð */
    {0x00F6, NULL, "oe"},       /* ö */
    {0x00F8, "o", "oe"},        /* ø */
    {0x00FC, NULL, "ue"},       /* ü */
    {0x00FE, "th", NULL},       /* þ */
    {0x0111, "d", NULL},        /* đ */
    {0x0127, "h", NULL},        /* ħ */
    {0x0131, "i", NULL},        /* ı */
    {0x0138, "k", NULL},        /* ĸ */
    {0x0142, "l", NULL},        /* ł */
    {0x014B, "n", NULL},        /* ŋ */
    {0x0153, "oe", NULL},       /* œ */
    {0x0167, "t", NULL},        /* ŧ */
    {0x0450, "\xD0\xB5", NULL}, /* ѐ -> е */
    {0x0451, "\xD0\xB5", NULL}, /* ё -> е */
    {0x045D, "\xD0\xB8", NULL}, /* ѝ -> и */
};

static void
add_character(struct text_piece *piece, UChar32 c)
{
	int32_t len = piece->len;
	UBool bad = false;

	/* U8_APPEND looks at the room for longer characters only. */
	if (len == ECS_FORM_BYTES)
		piece->full = true;
	if (piece->full)
		return;
	U8_APPEND((uint8_t *)piece->text, len, ECS_FORM_BYTES, c, bad);
	if (bad)
		piece->full = true;
	else
		piece->len = (uint8_t)len;
}

static void
add_text(struct text_piece *piece, const char *text)
{
	int32_t i = 0;

	while (text[i] != '\0') {
		UChar32 c;

		U8_NEXT((const uint8_t *)text, i, -1, c);
		add_character(piece, c);
	}
}

static void
start_piece(struct text_piece *piece)
{
	piece->len = 0;
	piece->full = false;
}

static void
end_piece(struct text_piece *piece)
{
	piece->text[piece->len] = '\0';
}

/* Fold ASCII; false when there is anything else. */
static bool
fold_ascii(const char *word, size_t len, struct text_piece *piece)
{
	size_t used = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)word[i];

		if (c >= 0x80)
			return false;
		if (text_ascii_class[c] != TEXT_LETTER &&
		    text_ascii_class[c] != TEXT_DIGIT)
			continue;
		if (used == ECS_FORM_BYTES)
			continue;
		piece->text[used++] =
		    c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : (char)c;
	}
	piece->len = (uint8_t)used;
	return true;
}

/* UTF-16 without what was no UTF-8. */
static int32_t
to_utf16(const char *word, size_t len, UChar units[TEXT_WORD_BYTES])
{
	int32_t used = 0;
	size_t i = 0;

	len = text_cut_at_character(word, len, TEXT_WORD_BYTES);
	while (i < len) {
		UChar32 c;

		U8_NEXT((const uint8_t *)word, i, len, c);
		if (c > 0)
			U16_APPEND_UNSAFE(units, used, c);
	}
	return used;
}

static int32_t
casefold(const UChar *units, int32_t count, UChar folded[FOLDED_UNITS])
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfkc = unorm2_getNFKCCasefoldInstance(&status);
	int32_t used;

	if (U_FAILURE(status))
		return 0;
	used =
	    unorm2_normalize(nfkc, units, count, folded, FOLDED_UNITS, &status);
	if (status == U_BUFFER_OVERFLOW_ERROR) {
		status = U_ZERO_ERROR;
		used = unorm2_normalize(
		    nfkc, units, SAFE_UNITS, folded, FOLDED_UNITS, &status);
	}
	return U_FAILURE(status) ? 0 : used;
}

static const struct letter *
find_letter(UChar32 c)
{
	if (c < letters[0].letter || c > 0x045D)
		return NULL;
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (letters[i].letter == c)
			return &letters[i];
	return NULL;
}

static bool
drops_accents(UChar32 c)
{
	UErrorCode status = U_ZERO_ERROR;
	UScriptCode script = uscript_getScript(c, &status);

	return script == USCRIPT_LATIN || script == USCRIPT_GREEK ||
	    script == USCRIPT_COMMON;
}

/* A letter without its accents, or as it is. */
static void
add_base(struct text_piece *piece, UChar32 c, bool bare)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
	UChar parts[8];
	int32_t count = -1;
	int32_t i = 0;

	if (bare && U_SUCCESS(status))
		count = unorm2_getDecomposition(nfd, c, parts, 8, &status);
	if (count < 0 || U_FAILURE(status)) {
		add_character(piece, c);
		return;
	}
	while (i < count) {
		UChar32 part;

		U16_NEXT(parts, i, count, part);
		if (text_classify(part) != TEXT_MARK)
			add_character(piece, part);
	}
}

/* How marks on the letter before are to be taken. */
struct folding {
	struct text_folded *to;
	bool bare;     /* it drops all of them */
	bool cyrillic; /* it drops stress marks */
	bool has_alternate;
};

static void
fold_mark(struct folding *folding, UChar32 c)
{
	bool stress = c == 0x0300 || c == 0x0301;

	if (folding->bare || (folding->cyrillic && stress))
		return;
	add_character(&folding->to->exact, c);
	add_character(&folding->to->alternate, c);
}

static void
fold_letter(struct folding *folding, UChar32 c)
{
	const struct letter *letter = find_letter(c);
	const char *exact = letter == NULL ? NULL : letter->exact;
	const char *alternate = letter == NULL ? NULL : letter->alternate;

	folding->bare = drops_accents(c);
	folding->cyrillic = c >= 0x0400 && c < 0x0530;
	if (exact != NULL)
		add_text(&folding->to->exact, exact);
	else
		add_base(&folding->to->exact, c, folding->bare);
	if (alternate != NULL) {
		folding->has_alternate = true;
		add_text(&folding->to->alternate, alternate);
	} else if (exact != NULL) {
		add_text(&folding->to->alternate, exact);
	} else {
		add_base(&folding->to->alternate, c, folding->bare);
	}
}

static void
fold_units(const UChar *units, int32_t count, struct text_folded *folded)
{
	struct folding folding = {.to = folded};
	int32_t i = 0;

	while (i < count) {
		UChar32 c;
		enum text_class class;

		U16_NEXT(units, i, count, c);
		class = text_classify(c);
		if (class == TEXT_MARK)
			fold_mark(&folding, c);
		else if (class == TEXT_LETTER || class == TEXT_DIGIT)
			fold_letter(&folding, c);
	}
	if (!folding.has_alternate)
		start_piece(&folded->alternate);
}

void
text_fold(const char *word, size_t len, struct text_folded *folded)
{
	UChar units[TEXT_WORD_BYTES];
	UChar cased[FOLDED_UNITS];

	start_piece(&folded->exact);
	start_piece(&folded->alternate);
	if (!fold_ascii(word, len, &folded->exact)) {
		int32_t count = to_utf16(word, len, units);

		start_piece(&folded->exact);
		count = casefold(units, count, cased);
		fold_units(cased, count, folded);
	}
	end_piece(&folded->exact);
	end_piece(&folded->alternate);
}

void
text_lower(const char *word, size_t len, struct text_piece *lower)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar units[TEXT_WORD_BYTES];
	UChar composed[FOLDED_UNITS];
	UChar small[FOLDED_UNITS];
	int32_t count;
	int32_t i = 0;

	start_piece(lower);
	if (fold_ascii(word, len, lower))
		goto out;
	start_piece(lower);
	count = to_utf16(word, len, units);
	count = unorm2_normalize(unorm2_getNFCInstance(&status), units, count,
	    composed, FOLDED_UNITS, &status);
	if (U_SUCCESS(status))
		count = u_strToLower(
		    small, FOLDED_UNITS, composed, count, "", &status);
	if (U_FAILURE(status))
		goto out;
	while (i < count) {
		UChar32 c;

		U16_NEXT(small, i, count, c);
		if (text_classify(c) != TEXT_SOFT)
			add_character(lower, c);
	}
out:
	end_piece(lower);
}

size_t
ecs_fold_word(struct ecs_analyzer *analyzer, const char *word, size_t len,
    char *word_folded)
{
	struct text_folded folded;

	(void)analyzer; /* folding needs none of its state yet */
	text_fold(word, len, &folded);
	memcpy(word_folded, folded.exact.text, folded.exact.len + 1U);
	return folded.exact.len;
}
