/* SPDX-License-Identifier: ISC */
/*
 * wildcard - words that a pattern describes.
 *
 * What stands before the first * or ? is a range of the sorted list.  A pattern
 * that begins with one is compared with the words that are long enough and have
 * all of its letters.
 */
#include "ecsearch/pattern.h"

#include "words.h"

struct search {
	const char *pattern;
	size_t len;
	size_t literal;   /* bytes before the first * or ? */
	unsigned least;   /* characters a word must have */
	bool open;        /* it may have more: there is a star */
	uint32_t letters; /* it must have */
	uint32_t left;    /* of the bound */
	bool stopped;     /* by the sink */
	ecs_lexicon_sink *sink;
	void *user;
};

static void
read_pattern(struct search *in)
{
	in->literal = in->len;
	for (size_t at = 0; at < in->len;) {
		size_t begin = at;
		uint32_t c = lexicon_next_char(in->pattern, in->len, &at);

		if ((c == '*' || c == '?') && begin < in->literal)
			in->literal = begin;
		if (c == '*')
			in->open = true;
		else
			in->least++;
		if (c != '*' && c != '?')
			in->letters |= lexicon_letter(c);
	}
}

/* False when there is no more to do: the bound is met, or enough was found. */
static bool
try_word(struct search *in, const struct words *words, uint32_t index)
{
	struct ecs_lexicon_word word;

	if (in->left == 0)
		return false;
	in->left--;
	lexicon_word(words, index, &word);
	if (ecs_pattern_fits(in->pattern, in->len, word.text, word.len) &&
	    !in->sink(in->user, &word))
		in->stopped = true;
	return !in->stopped;
}

static bool
search_range(struct search *in, const struct words *words)
{
	uint32_t first;
	uint32_t last;

	lexicon_words_range(words, in->pattern, in->literal, &first, &last);
	for (; first < last; first++)
		if (!try_word(in, words, first))
			return false;
	return true;
}

static bool
search_letters(struct search *in, const struct words *words)
{
	unsigned most = in->open ? ECS_LEXICON_BYTES : in->least;

	if (in->least > ECS_LEXICON_BYTES)
		return true;
	for (uint32_t i = words->first[in->least]; i < words->first[most + 1];
	     i++)
		if ((in->letters & ~words->letters[i]) == 0 &&
		    !try_word(in, words, words->by_length[i]))
			return false;
	return true;
}

bool
ecs_lexicon_wildcard(const struct ecs_lexicon *lexicon, const char *pattern,
    size_t len, uint32_t bound, ecs_lexicon_sink *sink, void *user)
{
	struct search in = {.pattern = pattern,
	    .len = len,
	    .left = bound,
	    .sink = sink,
	    .user = user};
	const struct words *lists[2];

	if (lexicon == NULL)
		return true;
	lists[0] = lexicon->large;
	lists[1] = lexicon->small;
	read_pattern(&in);
	for (int i = 0; i < 2; i++)
		if (!(in.literal > 0 ? search_range(&in, lists[i])
				     : search_letters(&in, lists[i])))
			return in.stopped;
	return true;
}
