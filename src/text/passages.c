/* SPDX-License-Identifier: ISC */
/*
 * passages - cut a section into pieces of about 200 words.
 *
 * All is reckoned in words.  From where a passage begins, the words LEAST to
 * MOST on are looked at for a good end; whatever is chosen leaves LEAST words
 * or none.  So only a window of MOST words is ever given to ICU, and a text
 * without one full stop costs no more than any other.
 */
#include <stdlib.h>

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include "ecsearch/text.h"

#include "chars.h"

enum {
	LEAST = 60,
	IDEAL = 200,
	MOST = 300,
	FIRST_ROOM = 16,
	WINDOW_BYTES = 1 << 16 /* of words that are not words of a language */
};

/* A place between two words where a passage may end. */
struct place {
	size_t token; /* the first one behind it */
	size_t byte;
	bool found;
};

struct cutting {
	const char *text;
	size_t len;
	const struct ecs_token *tokens;
	size_t count;
	UBreakIterator *sentences; /* opened when first needed */
	UText *utext;
	struct ecs_range **ranges;
	size_t *cap;
	size_t nranges;
};

/* Cut the white space off both ends, and keep what is left. */
static bool
push(struct cutting *cutting, size_t start, size_t end)
{
	struct ecs_range *range;

	while (start < end) {
		size_t next = start;
		UChar32 c;

		U8_NEXT((const uint8_t *)cutting->text, next, end, c);
		if (c < 0 || !text_is_blank(c))
			break;
		start = next;
	}
	while (start < end) {
		size_t before;

		if (!text_is_blank(
			text_last_character(cutting->text, end, &before)))
			break;
		end = before;
	}
	if (start >= end)
		return true;
	if (cutting->nranges == *cutting->cap) {
		size_t room =
		    *cutting->cap == 0 ? FIRST_ROOM : *cutting->cap * 2;
		struct ecs_range *grown =
		    realloc(*cutting->ranges, room * sizeof(*grown));

		if (grown == NULL)
			return false;
		*cutting->ranges = grown;
		*cutting->cap = room;
	}
	range = &(*cutting->ranges)[cutting->nranges++];
	range->start = (uint32_t)start;
	range->end = (uint32_t)end;
	return true;
}

/* What stands between two words, as an end of a passage. */
enum gap { GAP_NONE, GAP_SPACE, GAP_LINE, GAP_PARAGRAPH };

/*
 * Judge the gap before a token; *byte is behind the best of it, so that a
 * bullet or a quotation mark goes with the word it opens.
 */
static enum gap
judge_gap(const struct cutting *cutting, size_t token, size_t *byte)
{
	size_t at = cutting->tokens[token - 1].end;
	size_t end = cutting->tokens[token].start;
	enum gap best = GAP_NONE;
	int lines = 0;

	while (at < end) {
		enum gap here;
		UChar32 c;

		U8_NEXT((const uint8_t *)cutting->text, at, end, c);
		if (c < 0 || !text_is_blank(c)) {
			lines = 0;
			continue;
		}
		if (c == '\n')
			lines++;
		here = lines > 1 || c == '\f' || c == 0x2029 ? GAP_PARAGRAPH
		    : lines == 1                             ? GAP_LINE
							     : GAP_SPACE;
		if (here >= best) {
			best = here;
			*byte = at;
		}
	}
	return best;
}

static size_t
distance(size_t a, size_t b)
{
	return a > b ? a - b : b - a;
}

/* Is this how the last sentence of a line ends, and no item of a list? */
static bool
closes_sentence(UChar32 c)
{
	int8_t type = u_charType(c);

	return u_hasBinaryProperty(c, UCHAR_S_TERM) || c == '"' ||
	    type == U_END_PUNCTUATION || type == U_FINAL_PUNCTUATION;
}

/*
 * Does a sentence end at byte?  ICU ends one at every line, but lines are
 * wrapped where they are full, and headings and lists have lines of their own.
 */
static bool
ends_sentence(const struct cutting *cutting, size_t from, size_t byte)
{
	bool line = false;

	while (byte > from) {
		size_t start;
		UChar32 c = text_last_character(cutting->text, byte, &start);

		if (!text_is_blank(c))
			return !line || closes_sentence(c);
		if (c == '\n' || c == '\r')
			line = true;
		byte = start;
	}
	return false;
}

/*
 * The first end of a paragraph before a token in [low, high] that is the end
 * of a sentence, so that a heading stays with what it heads and a list with
 * what opens it; else the end of any paragraph nearest to ideal.
 */
static struct place
find_paragraph(
    const struct cutting *cutting, size_t low, size_t high, size_t ideal)
{
	struct place any = {.found = false};

	for (size_t i = low; i <= high && i < cutting->count; i++) {
		struct place here = {.token = i, .found = true};

		if (judge_gap(cutting, i, &here.byte) != GAP_PARAGRAPH)
			continue;
		if (ends_sentence(
			cutting, cutting->tokens[i - 1].start, here.byte))
			return here;
		if (!any.found ||
		    distance(i, ideal) < distance(any.token, ideal))
			any = here;
	}
	return any;
}

/* The end of a line nearest to ideal, else the last space, else the last. */
static struct place
find_any(const struct cutting *cutting, size_t low, size_t high, size_t ideal)
{
	struct place line = {.found = false};
	struct place space = {
	    .token = high, .byte = cutting->tokens[high].start, .found = true};
	bool any_space = false;

	for (size_t i = high; i >= low; i--) {
		size_t byte = 0;
		enum gap gap = judge_gap(cutting, i, &byte);

		if (gap >= GAP_LINE &&
		    (!line.found ||
			distance(i, ideal) < distance(line.token, ideal)))
			line = (struct place){i, byte, true};
		if (gap == GAP_SPACE && !any_space) {
			space = (struct place){i, byte, true};
			any_space = true;
		}
	}
	return line.found ? line : space;
}

/* Have ICU look at text[start, end). */
static bool
open_window(struct cutting *cutting, size_t start, size_t end)
{
	UErrorCode status = U_ZERO_ERROR;

	if (cutting->sentences == NULL)
		cutting->sentences =
		    ubrk_open(UBRK_SENTENCE, "", NULL, 0, &status);
	cutting->utext = utext_openUTF8(cutting->utext, cutting->text + start,
	    (int64_t)(end - start), &status);
	ubrk_setUText(cutting->sentences, cutting->utext, &status);
	return U_SUCCESS(status);
}

/* The end of a sentence nearest to ideal and before a token in [low, high]. */
static struct place
find_sentence(struct cutting *cutting, size_t first, size_t low, size_t high,
    size_t ideal)
{
	struct place place = {.found = false};
	size_t start = cutting->tokens[first].start;
	size_t end = cutting->tokens[high].end;
	size_t token = first;

	if (end - start > WINDOW_BYTES || !open_window(cutting, start, end))
		return place;
	for (int32_t at; (at = ubrk_next(cutting->sentences)) != UBRK_DONE;) {
		size_t byte = start + (size_t)at;

		while (token <= high && cutting->tokens[token].start < byte)
			token++;
		if (token > high)
			break;
		if (token < low || !ends_sentence(cutting, start, byte))
			continue;
		if (place.found &&
		    distance(token, ideal) >= distance(place.token, ideal))
			break;
		place = (struct place){token, byte, true};
	}
	return place;
}

/* Where the passage that begins with token first ends. */
static struct place
find_end(struct cutting *cutting, size_t first)
{
	const struct place rest = {cutting->count, cutting->len, true};
	size_t left = cutting->count - first;
	size_t low = first + LEAST;
	size_t high = first + MOST;
	size_t ideal = first + IDEAL;
	struct place place;

	if (left < 2 * LEAST)
		return rest;
	if (high > cutting->count - LEAST)
		high = cutting->count - LEAST;
	place = find_paragraph(cutting, low, high, ideal);
	if (place.found)
		return place;
	if (left <= MOST)
		return rest;
	place = find_sentence(cutting, first, low, high, ideal);
	return place.found ? place : find_any(cutting, low, high, ideal);
}

static bool
cut_all(struct cutting *cutting)
{
	size_t start = 0;
	size_t token = 0;

	do {
		struct place end = find_end(cutting, token);

		if (!push(cutting, start, end.byte))
			return false;
		start = end.byte;
		token = end.token;
	} while (token < cutting->count);
	return true;
}

long
ecs_cut_passages(
    const char *text, size_t len, struct ecs_range **ranges, size_t *cap)
{
	struct cutting cutting = {.text = text,
	    .len = len > INT32_MAX ? INT32_MAX : len,
	    .ranges = ranges,
	    .cap = cap};
	struct ecs_token *tokens = NULL;
	size_t room = 0;
	long count = ecs_text_cut(text, len, &tokens, &room);
	bool ok = false;

	if (count < 0)
		goto out;
	cutting.tokens = tokens;
	cutting.count = (size_t)count;
	ok = cut_all(&cutting);
out:
	if (cutting.sentences != NULL)
		ubrk_close(cutting.sentences);
	utext_close(cutting.utext);
	free(tokens);
	return ok ? (long)cutting.nranges : -1;
}

size_t
ecs_count_characters(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += ((unsigned char)text[i] & 0xC0) != 0x80;
	return count;
}
