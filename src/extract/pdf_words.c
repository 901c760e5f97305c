/* SPDX-License-Identifier: ISC */
/*
 * pdf_words - a set of the file's own words, by their hashes.
 *
 * A hyphen at the end of a line is the line's when the joined word stands
 * elsewhere in the file, and the word's when the split form does; when neither
 * does, it is taken for the line's between two small letters.
 */
#include <stdlib.h>
#include <string.h>

#include "pdf.h"

enum { LEAST_SLOTS = 1024 };

struct pdf_words {
	uint64_t *slots; /* 0: empty */
	size_t mask;
	size_t n;
};

/* "Sicherheits- und": such a hyphen stands for a word's second half. */
static const char *const joiners[] = {"and", "or", "und", "oder", "bzw", "et",
    "ou", "y", "o", "e", "ed", "i", "en", "of", "och", "eller", "og", "ja",
    "tai", "ir", "un", "a", "nebo", "oraz", "lub", NULL};

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (unsigned char)c >= 0x80;
}

static bool
is_small(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static uint64_t
hash_more(uint64_t key, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		key ^= (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
		key *= UINT64_C(1099511628211);
	}
	return key == 0 ? 1 : key;
}

static uint64_t
hash(const char *text, size_t len)
{
	return hash_more(UINT64_C(14695981039346656037), text, len);
}

static size_t
slot_of(const struct pdf_words *words, uint64_t key)
{
	size_t i = (size_t)(key ^ (key >> 29)) & words->mask;

	while (words->slots[i] != 0 && words->slots[i] != key)
		i = (i + 1) & words->mask;
	return i;
}

static bool
grow(struct pdf_words *words)
{
	struct pdf_words more = {.mask = words->mask * 2 + 1};

	more.slots = calloc(more.mask + 1, sizeof(*more.slots));
	if (more.slots == NULL)
		return false;
	for (size_t i = 0; i <= words->mask; i++) {
		if (words->slots[i] != 0)
			more.slots[slot_of(&more, words->slots[i])] =
			    words->slots[i];
	}
	more.n = words->n;
	free(words->slots);
	*words = more;
	return true;
}

static bool
add(struct pdf_words *words, const char *text, size_t len)
{
	uint64_t key = hash(text, len);
	size_t slot = slot_of(words, key);

	if (words->slots[slot] != 0)
		return true;
	words->slots[slot] = key;
	words->n++;
	return words->n * 2 <= words->mask || grow(words);
}

/* A word: letters, with hyphens inside; the one a line ends in does not count.
 */
static bool
add_words(struct pdf_words *words, const char *text, size_t len)
{
	size_t i = 0;

	while (i < len) {
		size_t from;

		while (i < len && !is_letter(text[i]))
			i++;
		from = i;
		while (i < len &&
		    (is_letter(text[i]) ||
			(text[i] == '-' && i + 1 < len &&
			    is_letter(text[i + 1]))))
			i++;
		if (i > from && !(i < len && text[i] == '-') &&
		    !add(words, text + from, i - from))
			return false;
	}
	return true;
}

struct pdf_words *
ecs_pdf_words_new(const struct pdf_pages *pages, struct ecs_err *err)
{
	struct pdf_words *words = calloc(1, sizeof(*words));
	bool ok = words != NULL;

	if (ok) {
		words->mask = LEAST_SLOTS - 1;
		words->slots = calloc(LEAST_SLOTS, sizeof(*words->slots));
		ok = words->slots != NULL;
	}
	for (size_t i = 0; ok && i < pages->n; i++)
		ok = add_words(words, pages->text.data + pages->lines[i].text,
		    pages->lines[i].len);
	if (ok)
		return words;
	ecs_pdf_words_free(words);
	ecs_err_memory(err);
	return NULL;
}

void
ecs_pdf_words_free(struct pdf_words *words)
{
	if (words == NULL)
		return;
	free(words->slots);
	free(words);
}

static bool
has(const struct pdf_words *words, uint64_t key)
{
	return words->slots[slot_of(words, key)] != 0;
}

static bool
is_joiner(const char *text, size_t len)
{
	const char *const *at = joiners;

	while (
	    *at != NULL && (strlen(*at) != len || strncmp(*at, text, len) != 0))
		at++;
	return *at != NULL;
}

enum pdf_hyphen
ecs_pdf_hyphen(const struct pdf_words *words, const char *text, size_t len,
    const char *next, size_t next_len)
{
	size_t first = 0;
	size_t from = len - 1;
	uint64_t key;

	while (first < next_len && is_letter(next[first]))
		first++;
	while (from > 0 && is_letter(text[from - 1]))
		from--;
	if (from == len - 1 || is_joiner(next, first))
		return HYPHEN_AND_SPACE;
	if (first == 0)
		return HYPHEN_KEPT;
	key = hash(text + from, len - 1 - from);
	if (has(words, hash_more(key, next, first)))
		return HYPHEN_OF_LINE;
	if (has(words, hash_more(hash_more(key, "-", 1), next, first)))
		return HYPHEN_KEPT;
	return is_small(text[len - 2]) && is_small(next[0]) ? HYPHEN_OF_LINE
							    : HYPHEN_KEPT;
}
