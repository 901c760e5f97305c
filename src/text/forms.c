/* SPDX-License-Identifier: ISC */
/*
 * forms - the cache of words and their forms.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/arena.h"

#include "chars.h"
#include "forms.h"

enum {
	FIRST_ROOM = 1024,
	MOST_BYTES = 6 << 20 /* about 30,000 words */
};

struct text_cache {
	const struct ecs_words *words;
	struct text_stemmers stemmers;
	struct ecs_arena *arena;
	struct text_word **table; /* open addressing, a power of two */
	size_t room;
	size_t used;
};

struct text_cache *
text_cache_new(const struct ecs_words *words)
{
	struct text_cache *cache = calloc(1, sizeof(*cache));

	if (cache == NULL)
		return NULL;
	cache->words = words;
	cache->arena = ecs_arena_new();
	cache->table = calloc(FIRST_ROOM, sizeof(struct text_word *));
	cache->room = FIRST_ROOM;
	if (cache->arena == NULL || cache->table == NULL) {
		text_cache_free(cache);
		return NULL;
	}
	return cache;
}

const struct ecs_words *
text_cache_words(const struct text_cache *cache)
{
	return cache->words;
}

void
text_cache_free(struct text_cache *cache)
{
	if (cache == NULL)
		return;
	text_stemmers_fini(&cache->stemmers);
	ecs_arena_free(cache->arena);
	free(cache->table);
	free(cache);
}

void
text_cache_trim(struct text_cache *cache)
{
	struct text_word **small;

	if (ecs_arena_used(cache->arena) < MOST_BYTES)
		return;
	ecs_arena_reset(cache->arena);
	small = calloc(FIRST_ROOM, sizeof(struct text_word *));
	if (small == NULL) { /* the large one serves as well */
		memset(
		    cache->table, 0, cache->room * sizeof(struct text_word *));
	} else {
		free(cache->table);
		cache->table = small;
		cache->room = FIRST_ROOM;
	}
	cache->used = 0;
}

static bool
grow(struct text_cache *cache)
{
	size_t room = cache->room * 2;
	struct text_word **table = calloc(room, sizeof(struct text_word *));

	if (table == NULL)
		return false;
	for (size_t i = 0; i < cache->room; i++) {
		struct text_word *word = cache->table[i];
		size_t at;

		if (word == NULL)
			continue;
		at = word->hash & (room - 1);
		while (table[at] != NULL)
			at = (at + 1) & (room - 1);
		table[at] = word;
	}
	free(cache->table);
	cache->table = table;
	cache->room = room;
	return true;
}

static char *
put_form(struct text_word *word, char *to, enum ecs_form_kind kind,
    const struct text_piece *piece)
{
	struct text_form *form;

	if (piece->len == 0)
		return to;
	form = &word->forms[word->count++];
	memcpy(to, piece->text, piece->len + 1U);
	form->text = to;
	form->len = piece->len;
	form->kind = (uint8_t)kind;
	form->hash = text_hash(TEXT_HASH_SEED, to, piece->len);
	return to + piece->len + 1;
}

static bool
has_digit(const char *folded)
{
	return strpbrk(folded, "0123456789") != NULL;
}

static struct text_word *
make(struct text_cache *cache, const char *text, size_t len, int lang)
{
	struct text_folded folded;
	struct text_stems stems = {.count = 0};
	struct text_word *word;
	size_t size;
	char *to;

	text_fold(text, len, &folded);
	if (lang != ECS_LANG_NONE && folded.exact.len > 0 &&
	    !has_digit(folded.exact.text) &&
	    !text_stem(&cache->stemmers, cache->words, lang, text, len, &folded,
		&stems))
		return NULL;
	size =
	    sizeof(*word) + len + folded.exact.len + folded.alternate.len + 2;
	for (int i = 0; i < stems.count; i++)
		size += stems.stem[i].len + 1U;
	word = ecs_arena_alloc(cache->arena, size);
	if (word == NULL)
		return NULL;
	word->len = (uint16_t)len;
	word->lang = (int8_t)lang;
	memcpy(word->bytes, text, len);
	to = put_form(word, word->bytes + len, ECS_FORM_EXACT, &folded.exact);
	to = put_form(word, to, ECS_FORM_ALTERNATE, &folded.alternate);
	for (int i = 0; i < stems.count; i++)
		to = put_form(word, to, ECS_FORM_STEM, &stems.stem[i]);
	return word;
}

const struct text_word *
text_cache_get(struct text_cache *cache, const char *text, size_t len, int lang)
{
	uint32_t hash;
	size_t at;
	struct text_word *word;

	len = text_cut_at_character(text, len, TEXT_WORD_BYTES);
	hash = text_hash(TEXT_HASH_SEED ^ (uint32_t)lang, text, len);
	at = hash & (cache->room - 1);
	while ((word = cache->table[at]) != NULL) {
		if (word->hash == hash && word->len == len &&
		    word->lang == lang && memcmp(word->bytes, text, len) == 0)
			return word;
		at = (at + 1) & (cache->room - 1);
	}
	word = make(cache, text, len, lang);
	if (word == NULL)
		return NULL;
	word->hash = hash;
	cache->table[at] = word;
	if (++cache->used * 2 > cache->room && !grow(cache))
		return NULL;
	return word;
}
