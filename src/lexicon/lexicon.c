/* SPDX-License-Identifier: ISC */
/*
 * lexicon - the large list and the small one, seen as one.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"

#include "words.h"

struct ecs_lexicon *
ecs_lexicon_ref(struct ecs_lexicon *lexicon)
{
	if (lexicon != NULL)
		atomic_fetch_add(&lexicon->refs, 1);
	return lexicon;
}

void
ecs_lexicon_unref(struct ecs_lexicon *lexicon)
{
	if (lexicon == NULL || atomic_fetch_sub(&lexicon->refs, 1) != 1)
		return;
	lexicon_words_unref(lexicon->large);
	lexicon_words_unref(lexicon->small);
	free(lexicon);
}

/* Takes both lists over, also on failure. */
static struct ecs_lexicon *
lexicon_of(struct words *large, struct words *small, struct ecs_err *err)
{
	struct ecs_lexicon *lexicon = NULL;

	if (large != NULL && small != NULL)
		lexicon = calloc(1, sizeof(*lexicon));
	if (lexicon == NULL) {
		lexicon_words_unref(large);
		lexicon_words_unref(small);
		ecs_err_memory(err);
		return NULL;
	}
	atomic_init(&lexicon->refs, 1);
	lexicon->large = large;
	lexicon->small = small;
	return lexicon;
}

struct ecs_lexicon *
ecs_lexicon_new(struct ecs_lexicon_draft *draft, struct ecs_err *err)
{
	const struct ecs_lexicon_draft nothing = {0};

	if (!lexicon_draft_sort(draft, err))
		return NULL;
	return lexicon_of(lexicon_words_new(NULL, draft, NULL, err),
	    lexicon_words_new(NULL, &nothing, NULL, err), err);
}

struct ecs_lexicon *
ecs_lexicon_extend(struct ecs_lexicon *lexicon, struct ecs_lexicon_draft *draft,
    struct ecs_err *err)
{
	if (lexicon == NULL)
		return ecs_lexicon_new(draft, err);
	if (!lexicon_draft_sort(draft, err))
		return NULL;
	return lexicon_of(lexicon_words_ref(lexicon->large),
	    lexicon_words_new(lexicon->small, draft, lexicon->large, err), err);
}

uint32_t
ecs_lexicon_documents(
    const struct ecs_lexicon *lexicon, const char *word, size_t len)
{
	uint32_t at;

	if (lexicon == NULL)
		return 0;
	at = lexicon_words_find(lexicon->large, word, len);
	if (at < lexicon->large->n)
		return lexicon->large->documents[at];
	at = lexicon_words_find(lexicon->small, word, len);
	return at < lexicon->small->n ? lexicon->small->documents[at] : 0;
}

static bool
is_before(const struct ecs_lexicon_word *a, const struct ecs_lexicon_word *b)
{
	int order = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);

	return order != 0 ? order < 0 : a->len < b->len;
}

void
ecs_lexicon_prefix(const struct ecs_lexicon *lexicon, const char *prefix,
    size_t len, ecs_lexicon_sink *sink, void *user)
{
	uint32_t i;
	uint32_t last;
	uint32_t j;
	uint32_t last_small;

	if (lexicon == NULL)
		return;
	lexicon_words_range(lexicon->large, prefix, len, &i, &last);
	lexicon_words_range(lexicon->small, prefix, len, &j, &last_small);
	while (i < last || j < last_small) {
		struct ecs_lexicon_word word = {0};
		struct ecs_lexicon_word other = {0};
		bool small = i >= last;

		if (!small)
			lexicon_word(lexicon->large, i, &word);
		if (j < last_small) {
			lexicon_word(lexicon->small, j, &other);
			small = small || is_before(&other, &word);
		}
		i += !small;
		j += small;
		if (!sink(user, small ? &other : &word))
			return;
	}
}

void
ecs_lexicon_measure(
    const struct ecs_lexicon *lexicon, struct ecs_lexicon_size *size)
{
	memset(size, 0, sizeof(*size));
	if (lexicon == NULL)
		return;
	size->words = lexicon->large->n + lexicon->small->n;
	size->recent = lexicon->small->n;
	size->bytes = sizeof(*lexicon) + lexicon_words_bytes(lexicon->large) +
	    lexicon_words_bytes(lexicon->small);
}
