/* SPDX-License-Identifier: ISC */
/*
 * containing - words that hold some text anywhere in them.
 *
 * Of a thousand words the letters rule out all but a few; these are read.
 */
#include "config.h" /* _GNU_SOURCE */

#include <string.h>

#include "words.h"

struct search {
	const struct words *words;
	const char *text;
	size_t len;
	uint32_t letters;
	ecs_lexicon_sink *sink;
	void *user;
};

static bool
search_words(const struct search *in, unsigned shortest)
{
	const struct words *words = in->words;

	for (uint32_t i = words->first[shortest]; i < words->n; i++) {
		struct ecs_lexicon_word word;

		if ((in->letters & ~words->letters[i]) != 0)
			continue;
		lexicon_word(words, words->by_length[i], &word);
		if (memmem(word.text, word.len, in->text, in->len) != NULL &&
		    !in->sink(in->user, &word))
			return false;
	}
	return true;
}

void
ecs_lexicon_containing(const struct ecs_lexicon *lexicon, const char *text,
    size_t len, unsigned more, ecs_lexicon_sink *sink, void *user)
{
	struct search in = {
	    .text = text, .len = len, .sink = sink, .user = user};
	unsigned shortest = more;

	if (lexicon == NULL)
		return;
	for (size_t at = 0; at < len; shortest++)
		in.letters |= lexicon_letter(lexicon_next_char(text, len, &at));
	if (shortest > ECS_LEXICON_BYTES)
		return;
	in.words = lexicon->large;
	if (!search_words(&in, shortest))
		return;
	in.words = lexicon->small;
	search_words(&in, shortest);
}
