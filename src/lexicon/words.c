/* SPDX-License-Identifier: ISC */
/*
 * words - a sorted list of words: made once, then only read.
 */
#include <stdlib.h>
#include <string.h>

#include <unicode/utf8.h>

#include "ecsearch/err.h"

#include "words.h"

uint32_t
lexicon_next_char(const char *text, size_t len, size_t *at)
{
	size_t i = *at;
	UChar32 c;

	U8_NEXT((const uint8_t *)text, i, len, c);
	if (c < 0) {
		c = 0x110000 + (uint8_t)text[*at];
		i = *at + 1;
	}
	*at = i;
	return (uint32_t)c;
}

/* ---- making ---- */

static struct words *
words_alloc(size_t n, size_t bytes)
{
	struct words *words = calloc(1, sizeof(*words));

	if (words == NULL)
		return NULL;
	atomic_init(&words->refs, 1);
	words->start = calloc(n + 1, sizeof(*words->start));
	words->documents = calloc(n + 1, sizeof(*words->documents));
	words->by_length = malloc((n + 1) * sizeof(*words->by_length));
	words->letters = malloc((n + 1) * sizeof(*words->letters));
	words->text = malloc(bytes + 1);
	if (words->start == NULL || words->documents == NULL ||
	    words->by_length == NULL || words->letters == NULL ||
	    words->text == NULL) {
		lexicon_words_unref(words);
		return NULL;
	}
	return words;
}

static void
append(struct words *words, const char *word, size_t len, uint32_t documents)
{
	uint32_t at = words->start[words->n];

	memcpy(words->text + at, word, len);
	words->documents[words->n++] = documents < ECS_LEXICON_DOCUMENTS
	    ? documents
	    : ECS_LEXICON_DOCUMENTS;
	words->start[words->n] = at + (uint32_t)len;
}

static int
compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

/* Append a word of the draft, unless it is known. */
static void
append_entry(struct words *words, const struct ecs_lexicon_draft *draft,
    const struct entry *entry, const struct words *known)
{
	const char *text = draft->text + entry->at;

	if (known == NULL ||
	    lexicon_words_find(known, text, entry->len) == known->n)
		append(words, text, entry->len, entry->documents);
}

/* Both lists are in order; of what is in both, old's is taken. */
static void
merge(struct words *words, const struct words *old,
    const struct ecs_lexicon_draft *draft, const struct words *known)
{
	uint32_t n = old == NULL ? 0 : old->n;
	size_t d = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct ecs_lexicon_word word;
		int order = -1;

		lexicon_word(old, i, &word);
		for (; d < draft->n; d++) {
			const struct entry *entry = &draft->entries[d];

			order = compare(draft->text + entry->at, entry->len,
			    word.text, word.len);
			if (order >= 0)
				break;
			append_entry(words, draft, entry, known);
		}
		if (d < draft->n && order == 0)
			d++;
		append(words, word.text, word.len, word.documents);
	}
	for (; d < draft->n; d++)
		append_entry(words, draft, &draft->entries[d], known);
}

static unsigned
look_at(const char *text, size_t len, uint32_t *letters)
{
	unsigned characters = 0;

	*letters = 0;
	for (size_t at = 0; at < len; characters++)
		*letters |= lexicon_letter(lexicon_next_char(text, len, &at));
	return characters;
}

/* A counting sort by length, which keeps the order within one. */
static void
order_by_length(struct words *words)
{
	uint32_t next[ECS_LEXICON_BYTES + 1];
	struct ecs_lexicon_word word;
	uint32_t letters;

	for (uint32_t i = 0; i < words->n; i++) {
		lexicon_word(words, i, &word);
		words->first[look_at(word.text, word.len, &letters) + 1]++;
	}
	for (unsigned len = 0; len <= ECS_LEXICON_BYTES; len++) {
		words->first[len + 1] += words->first[len];
		next[len] = words->first[len];
	}
	for (uint32_t i = 0; i < words->n; i++) {
		uint32_t place;

		lexicon_word(words, i, &word);
		place = next[look_at(word.text, word.len, &letters)]++;
		words->by_length[place] = i;
		words->letters[place] = letters;
	}
}

/* Give back what words in both lists were given. */
static void
shrink(struct words *words, size_t room)
{
	uint32_t **lists[] = {&words->start, &words->documents,
	    &words->by_length, &words->letters};
	void *smaller;

	if (room - words->n <= room / 8)
		return;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		smaller = realloc(
		    *lists[i], (words->n + (size_t)1) * sizeof(**lists[i]));
		if (smaller != NULL)
			*lists[i] = smaller;
	}
	smaller = realloc(words->text, (size_t)words->start[words->n] + 1);
	if (smaller != NULL)
		words->text = smaller;
}

struct words *
lexicon_words_new(const struct words *old,
    const struct ecs_lexicon_draft *draft, const struct words *known,
    struct ecs_err *err)
{
	size_t n = draft->n + (old == NULL ? 0 : old->n);
	size_t bytes = old == NULL ? 0 : old->start[old->n];
	struct words *words = NULL;

	for (size_t i = 0; i < draft->n; i++)
		bytes += draft->entries[i].len;
	if (bytes < UINT32_MAX && n < UINT32_MAX)
		words = words_alloc(n, bytes);
	if (words == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	merge(words, old, draft, known);
	order_by_length(words);
	shrink(words, n);
	return words;
}

struct words *
lexicon_words_ref(struct words *words)
{
	if (words != NULL)
		atomic_fetch_add(&words->refs, 1);
	return words;
}

void
lexicon_words_unref(struct words *words)
{
	if (words == NULL || atomic_fetch_sub(&words->refs, 1) != 1)
		return;
	free(words->start);
	free(words->documents);
	free(words->by_length);
	free(words->letters);
	free(words->text);
	free(words);
}

size_t
lexicon_words_bytes(const struct words *words)
{
	return sizeof(*words) +
	    4 * (words->n + (size_t)1) * sizeof(*words->start) +
	    words->start[words->n];
}

/* ---- finding ---- */

/* The first word at or after key. */
static uint32_t
lower_bound(const struct words *words, const char *key, size_t len)
{
	uint32_t low = 0;
	uint32_t high = words->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		struct ecs_lexicon_word word;

		lexicon_word(words, middle, &word);
		if (compare(word.text, word.len, key, len) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t
lexicon_words_find(const struct words *words, const char *word, size_t len)
{
	uint32_t at = lower_bound(words, word, len);
	struct ecs_lexicon_word found;

	if (at == words->n)
		return at;
	lexicon_word(words, at, &found);
	return compare(found.text, found.len, word, len) == 0 ? at : words->n;
}

void
lexicon_words_range(const struct words *words, const char *prefix, size_t len,
    uint32_t *first, uint32_t *last)
{
	uint32_t low = lower_bound(words, prefix, len);
	uint32_t high = words->n;

	*first = low;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		struct ecs_lexicon_word word;

		lexicon_word(words, middle, &word);
		if (word.len >= len && memcmp(word.text, prefix, len) == 0)
			low = middle + 1;
		else
			high = middle;
	}
	*last = low;
}
