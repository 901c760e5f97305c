/* SPDX-License-Identifier: ISC */
/*
 * words - the dictionary of a corpus: types and forms by number and by text.
 */
#include <stdlib.h>
#include <string.h>

#include "words.h"

enum { FIRST_ROOM = 1024 };

/* FNV-1a, 32 bits (Fowler, Noll and Vo; RFC 9923). */
static uint32_t
hash_text(const char *text, size_t len)
{
	uint32_t hash = UINT32_C(2166136261);

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * UINT32_C(16777619);
	return hash;
}

static bool
grow(struct desk_words *words, struct desk_table *table)
{
	size_t room = table->room == 0 ? FIRST_ROOM : table->room * 2;
	struct desk_slot *slots = calloc(room, sizeof(*slots));

	if (slots == NULL)
		return false;
	for (size_t i = 0; i < table->room; i++) {
		size_t at = table->slots[i].hash & (room - 1);

		if (table->slots[i].number == 0)
			continue;
		while (slots[at].number != 0)
			at = (at + 1) & (room - 1);
		slots[at] = table->slots[i];
	}
	free(table->slots);
	words->bytes += (room - table->room) * sizeof(*slots);
	table->slots = slots;
	table->room = room;
	return true;
}

static bool
insert(struct desk_words *words, struct desk_table *table, uint32_t hash,
    uint32_t number)
{
	size_t at;

	if (table->used * 2 >= table->room && !grow(words, table))
		return false;
	at = hash & (table->room - 1);
	while (table->slots[at].number != 0)
		at = (at + 1) & (table->room - 1);
	table->slots[at] = (struct desk_slot){hash, number + 1};
	table->used++;
	return true;
}

/* Names are written as words are, so they are told apart by tokens. */
static uint32_t
find_type(
    const struct desk_words *words, const char *text, size_t len, uint32_t hash)
{
	const struct desk_table *table = &words->by_text;
	size_t at = hash & (table->room - 1);

	if (table->room == 0)
		return NO_WORD;
	for (; table->slots[at].number != 0;
	     at = (at + 1) & (table->room - 1)) {
		const struct desk_type *type;

		if (table->slots[at].hash != hash)
			continue;
		type = desk_type(words, table->slots[at].number - 1);
		if (type->len == len && memcmp(type->text, text, len) == 0)
			return table->slots[at].number - 1;
	}
	return NO_WORD;
}

static uint32_t
find_form(
    const struct desk_words *words, const char *text, size_t len, uint32_t hash)
{
	const struct desk_table *table = &words->by_form;
	size_t at = hash & (table->room - 1);

	if (table->room == 0)
		return NO_WORD;
	for (; table->slots[at].number != 0;
	     at = (at + 1) & (table->room - 1)) {
		const struct desk_form *form;

		if (table->slots[at].hash != hash)
			continue;
		form = desk_form(words, table->slots[at].number - 1);
		if (form->len == len && memcmp(form->text, text, len) == 0)
			return table->slots[at].number - 1;
	}
	return NO_WORD;
}

/* Make the chunk of a number unless it is there. */
static bool
open_chunk(
    struct desk_words *words, void **chunks, uint32_t number, size_t size)
{
	size_t chunk = number / WORD_CHUNK;

	if (chunk >= WORD_CHUNKS)
		return false;
	if (chunks[chunk] != NULL)
		return true;
	chunks[chunk] = calloc(WORD_CHUNK, size);
	words->bytes += WORD_CHUNK * size;
	return chunks[chunk] != NULL;
}

static const char *
keep_text(struct desk_words *words, const char *text, size_t len)
{
	words->bytes += len + 1;
	return ecs_arena_strndup(words->arena, text, len);
}

static uint32_t
add_form(struct desk_words *words, struct ecs_analyzer *analyzer,
    const char *folded, size_t len)
{
	uint32_t hash = hash_text(folded, len);
	uint32_t number = find_form(words, folded, len, hash);
	struct desk_form *form;

	if (number != NO_WORD)
		return number;
	number = words->nforms;
	if (!open_chunk(
		words, (void **)words->forms, number, sizeof(struct desk_form)))
		return NO_WORD;
	form = &words->forms[number / WORD_CHUNK][number % WORD_CHUNK];
	form->text = keep_text(words, folded, len);
	form->len = (uint32_t)len;
	form->stop_langs =
	    analyzer == NULL ? 0 : ecs_stop_langs(analyzer, folded, len);
	if (form->text == NULL || !insert(words, &words->by_form, hash, number))
		return NO_WORD;
	words->nforms++;
	return number;
}

static uint32_t
add_type(struct desk_words *words, const struct desk_type *type, uint32_t hash)
{
	uint32_t number = words->ntypes;
	struct desk_type *to;

	if (!open_chunk(words, (void **)words->types, number, sizeof(*to)))
		return NO_WORD;
	to = &words->types[number / WORD_CHUNK][number % WORD_CHUNK];
	*to = *type;
	to->text = keep_text(words, type->text, type->len);
	if (to->text == NULL || !insert(words, &words->by_text, hash, number))
		return NO_WORD;
	words->ntypes++;
	return number;
}

uint32_t
desk_words_add(struct desk_words *words, struct ecs_analyzer *analyzer,
    const char *text, size_t len)
{
	uint32_t hash = hash_text(text, len);
	uint32_t number = find_type(words, text, len, hash);
	struct desk_type type = {
	    .text = text, .len = (uint32_t)len, .tokens = 1};
	char folded[ECS_FORM_BYTES + 1];
	size_t folded_len;

	if (number != NO_WORD)
		return number;
	folded_len = ecs_fold_word(analyzer, text, len, folded);
	type.form = add_form(words, analyzer, folded, folded_len);
	return type.form == NO_WORD ? NO_WORD : add_type(words, &type, hash);
}

uint32_t
desk_words_add_name(struct desk_words *words, const char *text, size_t len,
    uint32_t tokens, uint32_t first)
{
	uint32_t hash = hash_text(text, len);
	uint32_t number = find_type(words, text, len, hash);
	const struct desk_type type = {.text = text,
	    .len = (uint32_t)len,
	    .tokens = tokens,
	    .first = first};

	return number != NO_WORD ? number : add_type(words, &type, hash);
}

uint32_t
desk_words_find(struct desk_words *words, const char *folded, size_t len)
{
	uint32_t number;

	pthread_mutex_lock(&words->mutex);
	number = find_form(words, folded, len, hash_text(folded, len));
	pthread_mutex_unlock(&words->mutex);
	return number;
}

struct desk_words *
desk_words_new(void)
{
	struct desk_words *words = calloc(1, sizeof(*words));

	if (words == NULL)
		return NULL;
	atomic_init(&words->refs, 1);
	pthread_mutex_init(&words->mutex, NULL);
	words->bytes = sizeof(*words);
	words->arena = ecs_arena_new();
	if (words->arena != NULL && add_form(words, NULL, "", 0) == 0)
		return words;
	desk_words_unref(words);
	return NULL;
}

struct desk_words *
desk_words_ref(struct desk_words *words)
{
	atomic_fetch_add(&words->refs, 1);
	return words;
}

void
desk_words_unref(struct desk_words *words)
{
	if (words == NULL || atomic_fetch_sub(&words->refs, 1) != 1)
		return;
	for (size_t i = 0; i < WORD_CHUNKS; i++) {
		free(words->types[i]);
		free(words->forms[i]);
	}
	free(words->by_text.slots);
	free(words->by_form.slots);
	ecs_arena_free(words->arena);
	pthread_mutex_destroy(&words->mutex);
	free(words);
}
