/* SPDX-License-Identifier: ISC */
/*
 * correct_words - what may have been meant by a word that is not known.
 *
 * How likely a slip is follows the noisy channel of M. Kernighan, K. Church and
 * W. Gale, A spelling correction program based on a noisy channel model, 1990:
 * the chance of the word times that of the slip.  Without counts of slips every
 * place in the word and every letter of the alphabet is as likely as another:
 * a letter left out or changed places can be so at as many places as the word
 * has, a letter put in or replaced at as many, and by any of 25 others.  So the
 * typed word's letters that the candidate lacks tell most.
 */
#include <math.h>
#include <string.h>

#include <unicode/utf8.h>

#include "ecsearch/lexicon.h"

#include "correct.h"

enum {
	LEAST_LETTERS = 4,  /* of the word that was meant, for one edit */
	TWO_EDITS = 8,      /* and for two */
	TWO_EDITS_TYPED = 6 /* the typed word may have lost two of them */
};

/* How much a word's frequency speaks for it: its logarithm counts this much. */
static const double frequency_share = 0.25;

/* How many letters of typed are not in word, each counted as often as it is. */
static unsigned
foreign_letters(
    const char *typed, size_t typed_len, const char *word, size_t word_len)
{
	UChar32 letters[ECS_FORM_BYTES];
	unsigned foreign = 0;
	size_t n = 0;

	for (size_t i = 0; i < word_len && n < ECS_FORM_BYTES;) {
		UChar32 c;

		U8_NEXT((const uint8_t *)word, i, word_len, c);
		letters[n++] = c;
	}
	for (size_t i = 0; i < typed_len;) {
		UChar32 c;
		size_t at = 0;

		U8_NEXT((const uint8_t *)typed, i, typed_len, c);
		while (at < n && letters[at] != c)
			at++;
		if (at == n)
			foreign++;
		else
			letters[at] = letters[--n];
	}
	return foreign;
}

static bool
has_digit(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] >= '0' && text[i] <= '9')
			return true;
	return false;
}

void
ecs_candidate_judge(struct candidate *candidate, const char *typed, size_t len)
{
	double places =
	    (double)ecs_count_characters(candidate->text, candidate->len);

	candidate->slip = -(candidate->edits * log(places)) -
	    foreign_letters(typed, len, candidate->text, candidate->len) *
		log(25);
	candidate->likelihood = candidate->slip +
	    frequency_share * log((double)candidate->documents);
}

/* Fewer edits first, then what goes with the other words, then likelihood. */
static bool
is_better(const struct candidate *a, const struct candidate *b)
{
	if (a->edits != b->edits)
		return a->edits < b->edits;
	if (a->together != b->together)
		return a->together;
	return a->likelihood > b->likelihood;
}

void
ecs_candidates_add(struct candidates *found, const struct candidate *candidate)
{
	size_t at = found->n;

	while (at > 0 && is_better(candidate, &found->list[at - 1]))
		at--;
	if (at == MOST_CANDIDATES)
		return;
	if (found->n < MOST_CANDIDATES)
		found->n++;
	memmove(&found->list[at + 1], &found->list[at],
	    (found->n - 1 - at) * sizeof(found->list[0]));
	found->list[at] = *candidate;
}

struct finder {
	struct candidates *found;
	const char *typed;
	size_t len;
};

/* A word of several collections is kept once, with the larger number. */
static bool
is_known(struct candidates *found, const struct ecs_lexicon_word *word)
{
	for (size_t i = 0; i < found->n; i++) {
		struct candidate *known = &found->list[i];

		if (known->len != word->len ||
		    memcmp(known->text, word->text, word->len) != 0)
			continue;
		if (word->documents > known->documents)
			known->documents = word->documents;
		return true;
	}
	return false;
}

static bool
consider(void *user, const struct ecs_lexicon_word *word, unsigned edits)
{
	struct finder *in = user;
	size_t letters = ecs_count_characters(word->text, word->len);
	struct candidate candidate = {
	    .edits = edits, .documents = word->documents, .len = word->len};

	if (edits == 0 || letters < (edits == 1 ? LEAST_LETTERS : TWO_EDITS) ||
	    has_digit(word->text, word->len) || is_known(in->found, word))
		return true;
	memcpy(candidate.text, word->text, word->len);
	ecs_candidate_judge(&candidate, in->typed, in->len);
	ecs_candidates_add(in->found, &candidate);
	return true;
}

void
ecs_candidates_find(const struct correct_ask *ask, const char *word, size_t len,
    struct candidates *found)
{
	struct finder in = {found, word, len};
	unsigned most =
	    ecs_count_characters(word, len) < TWO_EDITS_TYPED ? 1 : 2;

	for (size_t s = 0; s < ask->nsources; s++)
		ecs_lexicon_near(
		    ask->sources[s].lexicon, word, len, most, consider, &in);
}
