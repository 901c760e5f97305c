/* SPDX-License-Identifier: ISC */
/*
 * cut - part a text into words.
 *
 * One pass over the bytes, ASCII by table.  Only runs in scripts without
 * spaces are shown to ICU's dictionaries, in slices, so that a book without
 * one space takes no more memory than a page.
 */
#include <stdlib.h>

#include <unicode/utext.h>
#include <unicode/utf8.h>

#include "chars.h"
#include "cut.h"

enum { FIRST_ROOM = 64, SLICE_BYTES = 8192 };

/* A cut under way. */
struct cut {
	struct text_cutter *cutter;
	const char *text;
	size_t len;
	size_t at;
	struct ecs_token **tokens;
	size_t *cap;
	size_t count;
	/* What stands between the last word and here. */
	bool linked; /* one joining character and nothing else */
	bool apostrophe;
};

void
text_cutter_fini(struct text_cutter *cutter)
{
	if (cutter->breaks != NULL)
		ubrk_close(cutter->breaks);
	cutter->breaks = NULL;
}

static bool
push(struct cut *cut, size_t start, size_t end, bool has_digit)
{
	struct ecs_token *token;

	if (cut->count == *cut->cap) {
		size_t room = *cut->cap == 0 ? FIRST_ROOM : *cut->cap * 2;
		struct ecs_token *grown =
		    realloc(*cut->tokens, room * sizeof(*grown));

		if (grown == NULL)
			return false;
		*cut->tokens = grown;
		*cut->cap = room;
	}
	token = &(*cut->tokens)[cut->count++];
	token->start = (uint32_t)start;
	token->end = (uint32_t)end;
	token->joined = cut->linked;
	token->apostrophe = cut->linked && cut->apostrophe;
	token->has_digit = has_digit;
	cut->linked = false;
	cut->apostrophe = false;
	return true;
}

/* The class of the character at *at, which is moved behind it. */
static inline enum text_class
next_class(const struct cut *cut, size_t *at, UChar32 *c)
{
	uint8_t byte = (uint8_t)cut->text[*at];

	if (text_ascii_class[byte] != TEXT_WIDE) {
		*c = byte;
		(*at)++;
		return (enum text_class)text_ascii_class[byte];
	}
	U8_NEXT((const uint8_t *)cut->text, *at, cut->len, *c);
	return text_classify(*c);
}

static UBreakIterator *
word_breaks(struct text_cutter *cutter)
{
	UErrorCode status = U_ZERO_ERROR;

	if (cutter->breaks == NULL && !cutter->gave_up) {
		cutter->breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
		if (U_FAILURE(status)) {
			cutter->breaks = NULL;
			cutter->gave_up = true;
		}
	}
	return cutter->breaks;
}

/* Words of text[start, end), all of it in a script without spaces. */
static bool
push_slice(struct cut *cut, size_t start, size_t end)
{
	UBreakIterator *breaks = word_breaks(cut->cutter);
	UErrorCode status = U_ZERO_ERROR;
	UText *utext;
	int32_t from = 0;
	bool ok = true;

	utext = utext_openUTF8(
	    NULL, cut->text + start, (int64_t)(end - start), &status);
	if (breaks != NULL)
		ubrk_setUText(breaks, utext, &status);
	if (breaks == NULL || U_FAILURE(status)) {
		ok = push(cut, start, end, false);
		goto out;
	}
	for (int32_t to; ok && (to = ubrk_next(breaks)) != UBRK_DONE; from = to)
		ok = push(cut, start + (size_t)from, start + (size_t)to, false);
out:
	utext_close(utext);
	return ok;
}

/* The run of unspaced letters that begins at start. */
static bool
cut_unspaced(struct cut *cut, size_t start)
{
	size_t slice = start;
	size_t at = start;

	for (;;) {
		size_t before = at;
		UChar32 c;
		enum text_class class;

		if (at == cut->len)
			break;
		class = next_class(cut, &at, &c);
		if ((class != TEXT_LETTER || !text_is_unspaced(c)) &&
		    class != TEXT_MARK && class != TEXT_SOFT) {
			at = before;
			break;
		}
		if (class == TEXT_LETTER && before - slice >= SLICE_BYTES) {
			if (!push_slice(cut, slice, before))
				return false;
			slice = before;
		}
	}
	cut->at = at;
	return push_slice(cut, slice, at);
}

/* The word whose first character, already passed, begins at start. */
static bool
cut_spaced(struct cut *cut, size_t start, bool has_digit)
{
	size_t at = cut->at;
	size_t end = cut->at;

	while (at < cut->len) {
		UChar32 c;
		enum text_class class = next_class(cut, &at, &c);

		if (class == TEXT_DIGIT)
			has_digit = true;
		else if (class == TEXT_SOFT)
			continue; /* in the word if more of it follows */
		else if (class != TEXT_MARK &&
		    (class != TEXT_LETTER || text_is_unspaced(c)))
			break;
		end = at;
	}
	cut->at = end;
	return push(cut, start, end, has_digit);
}

/* One character, or the word it begins. */
static bool
cut_next(struct cut *cut, size_t *word_end)
{
	size_t start = cut->at;
	UChar32 c;
	enum text_class class = next_class(cut, &cut->at, &c);

	switch (class) {
	case TEXT_LETTER:
		if (text_is_unspaced(c)) {
			if (!cut_unspaced(cut, start))
				return false;
			break;
		}
		/* fallthrough */
	case TEXT_DIGIT:
		if (!cut_spaced(cut, start, class == TEXT_DIGIT))
			return false;
		break;
	case TEXT_LINK:
	case TEXT_APOSTROPHE:
		cut->linked = cut->count > 0 && start == *word_end;
		cut->apostrophe = class == TEXT_APOSTROPHE;
		return true;
	case TEXT_OTHER:
	case TEXT_MARK:
	case TEXT_SOFT:
	case TEXT_WIDE:
		cut->linked = false;
		return true;
	}
	*word_end = cut->at;
	return true;
}

long
text_cut(struct text_cutter *cutter, const char *text, size_t len,
    struct ecs_token **tokens, size_t *cap)
{
	struct cut cut = {.cutter = cutter,
	    .text = text,
	    .len = len > INT32_MAX ? INT32_MAX : len,
	    .tokens = tokens,
	    .cap = cap};
	size_t word_end = 0;

	while (cut.at < cut.len)
		if (!cut_next(&cut, &word_end))
			return -1;
	return (long)cut.count;
}

long
ecs_text_cut(
    const char *text, size_t len, struct ecs_token **tokens, size_t *cap)
{
	struct text_cutter cutter = {0};
	long count = text_cut(&cutter, text, len, tokens, cap);

	text_cutter_fini(&cutter);
	return count;
}
