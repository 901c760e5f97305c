/* SPDX-License-Identifier: ISC */
/*
 * dictionary - the values of a column and their ordinals, append-only.
 *
 * Values stand in chunks, each twice the last, so that none ever moves and a
 * reader who has an ordinal needs no lock.  From value to ordinal goes an open
 * hash table under a lock that the writer takes only to store a slot or to
 * swap in a larger table; being alone, it looks up without.
 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/arena.h"
#include "ecsearch/columns.h"

#include "dictionary.h"
#include "words.h"

enum { FIRST_CHUNK = 64, FIRST_SHIFT = 6, CHUNKS = 26, FIRST_SLOTS = 64 };

struct value {
	const char *text;
	uint32_t len;
};

/* A slot: the upper half of the hash, then ordinal + 1; 0 is free. */
struct dictionary {
	pthread_rwlock_t lock; /* slots, mask */
	enum ecs_column_kind kind;
	atomic_uint length; /* published after its value is in place */
	atomic_size_t bytes;
	void *chunks[CHUNKS]; /* of struct value, or of double */
	struct ecs_arena *texts;
	uint64_t *slots;
	uint64_t mask;
};

/* What is looked for: number counts when text is NULL. */
struct wanted {
	const char *text;
	size_t len;
	double number;
	uint64_t hash;
};

struct dictionary *
ecs_dictionary_new(enum ecs_column_kind kind)
{
	struct dictionary *dict = calloc(1, sizeof(*dict));

	if (dict == NULL)
		return NULL;
	if (pthread_rwlock_init(&dict->lock, NULL) != 0) {
		free(dict);
		return NULL;
	}
	dict->kind = kind;
	dict->texts = ecs_arena_new();
	dict->slots = calloc(FIRST_SLOTS, sizeof(uint64_t));
	dict->mask = FIRST_SLOTS - 1;
	if (dict->texts == NULL || dict->slots == NULL) {
		ecs_dictionary_free(dict);
		return NULL;
	}
	return dict;
}

void
ecs_dictionary_free(struct dictionary *dict)
{
	size_t i;

	if (dict == NULL)
		return;
	for (i = 0; i < CHUNKS; i++)
		free(dict->chunks[i]);
	ecs_arena_free(dict->texts);
	free(dict->slots);
	pthread_rwlock_destroy(&dict->lock);
	free(dict);
}

static size_t
value_size(const struct dictionary *dict)
{
	return dict->kind == ECS_COLUMN_NUMBER ? sizeof(double)
					       : sizeof(struct value);
}

/* In which chunk an ordinal's value stands, and where in it. */
static size_t
chunk_of(uint32_t ordinal, size_t *place)
{
	uint64_t n = (uint64_t)ordinal + FIRST_CHUNK;
	size_t chunk = 63 - (size_t)__builtin_clzll(n) - FIRST_SHIFT;

	*place = (size_t)(n - ((uint64_t)FIRST_CHUNK << chunk));
	return chunk;
}

static void *
value_at(const struct dictionary *dict, uint32_t ordinal)
{
	size_t place;
	size_t chunk = chunk_of(ordinal, &place);

	return (char *)dict->chunks[chunk] + place * value_size(dict);
}

uint32_t
ecs_dictionary_length(const struct dictionary *dict)
{
	return atomic_load_explicit(&dict->length, memory_order_acquire);
}

size_t
ecs_dictionary_bytes(const struct dictionary *dict)
{
	return sizeof(*dict) +
	    atomic_load_explicit(&dict->bytes, memory_order_relaxed);
}

const char *
ecs_dictionary_text(
    const struct dictionary *dict, uint32_t ordinal, size_t *len)
{
	const struct value *value = value_at(dict, ordinal);

	assert(dict->kind != ECS_COLUMN_NUMBER);
	*len = value->len;
	return value->text;
}

double
ecs_dictionary_number(const struct dictionary *dict, uint32_t ordinal)
{
	assert(dict->kind == ECS_COLUMN_NUMBER);
	return *(const double *)value_at(dict, ordinal);
}

static struct wanted
want_text(const char *text, size_t len)
{
	struct wanted wanted = {.text = len > 0 ? text : "", .len = len};

	wanted.hash = bytes_hash(wanted.text, len);
	return wanted;
}

static struct wanted
want_number(double number)
{
	struct wanted wanted = {.number = number == 0 ? 0.0 : number};

	memcpy(&wanted.hash, &wanted.number, sizeof(wanted.hash));
	wanted.hash = word_mix(wanted.hash);
	return wanted;
}

static bool
value_is(const struct dictionary *dict, uint32_t ordinal,
    const struct wanted *wanted)
{
	const struct value *value;

	if (wanted->text == NULL)
		return ecs_dictionary_number(dict, ordinal) == wanted->number;
	value = value_at(dict, ordinal);
	return value->len == wanted->len &&
	    memcmp(value->text, wanted->text, wanted->len) == 0;
}

static uint32_t
look_up(const struct dictionary *dict, const struct wanted *wanted)
{
	uint64_t i = wanted->hash >> 32 & dict->mask;
	uint64_t slot;

	for (; (slot = dict->slots[i]) != 0; i = (i + 1) & dict->mask) {
		uint32_t ordinal = (uint32_t)slot - 1;

		if (slot >> 32 == wanted->hash >> 32 &&
		    value_is(dict, ordinal, wanted))
			return ordinal;
	}
	return ECS_NO_ORDINAL;
}

static uint32_t
find(struct dictionary *dict, const struct wanted *wanted)
{
	uint32_t ordinal;

	pthread_rwlock_rdlock(&dict->lock);
	ordinal = look_up(dict, wanted);
	pthread_rwlock_unlock(&dict->lock);
	return ordinal;
}

uint32_t
ecs_dictionary_find_text(struct dictionary *dict, const char *text, size_t len)
{
	struct wanted wanted = want_text(text, len);

	return find(dict, &wanted);
}

uint32_t
ecs_dictionary_find_number(struct dictionary *dict, double number)
{
	struct wanted wanted = want_number(number);

	return find(dict, &wanted);
}

static void
slot_store(uint64_t *slots, uint64_t mask, uint64_t slot)
{
	uint64_t i = slot >> 32 & mask;

	while (slots[i] != 0)
		i = (i + 1) & mask;
	slots[i] = slot;
}

/* Keep a third of the slots free.  Readers wait for the swap alone. */
static bool
slots_grow(struct dictionary *dict, uint32_t length)
{
	uint64_t old = dict->mask + 1;
	uint64_t *slots, *before = dict->slots;
	uint64_t i;

	if (((uint64_t)length + 1) * 3 <= old * 2)
		return true;
	slots = calloc(old * 2, sizeof(*slots));
	if (slots == NULL)
		return false;
	for (i = 0; i < old; i++) {
		if (before[i] != 0)
			slot_store(slots, old * 2 - 1, before[i]);
	}
	pthread_rwlock_wrlock(&dict->lock);
	dict->slots = slots;
	dict->mask = old * 2 - 1;
	pthread_rwlock_unlock(&dict->lock);
	free(before);
	atomic_fetch_add(&dict->bytes, old * sizeof(*slots));
	return true;
}

static bool
value_store(
    struct dictionary *dict, uint32_t ordinal, const struct wanted *wanted)
{
	size_t place;
	size_t chunk = chunk_of(ordinal, &place);
	size_t room = ((size_t)FIRST_CHUNK << chunk) * value_size(dict);
	struct value *value;
	char *text;

	if (chunk >= CHUNKS)
		return false;
	if (dict->chunks[chunk] == NULL) {
		dict->chunks[chunk] = malloc(room);
		if (dict->chunks[chunk] == NULL)
			return false;
		atomic_fetch_add(&dict->bytes, room);
	}
	if (wanted->text == NULL) {
		*(double *)value_at(dict, ordinal) = wanted->number;
		return true;
	}
	text = ecs_arena_strndup(dict->texts, wanted->text, wanted->len);
	if (text == NULL)
		return false;
	atomic_fetch_add(&dict->bytes, wanted->len + 1);
	value = value_at(dict, ordinal);
	value->text = text;
	value->len = (uint32_t)wanted->len;
	return true;
}

static uint32_t
add(struct dictionary *dict, const struct wanted *wanted)
{
	uint32_t ordinal = look_up(dict, wanted);
	uint32_t length;

	if (ordinal != ECS_NO_ORDINAL)
		return ordinal;
	length = atomic_load_explicit(&dict->length, memory_order_relaxed);
	if (wanted->len >= UINT32_MAX || !slots_grow(dict, length) ||
	    !value_store(dict, length, wanted))
		return ECS_NO_ORDINAL;
	pthread_rwlock_wrlock(&dict->lock);
	slot_store(
	    dict->slots, dict->mask, (wanted->hash >> 32 << 32) + length + 1);
	/* Inside: an ordinal that was found is under a length asked later. */
	atomic_store_explicit(&dict->length, length + 1, memory_order_release);
	pthread_rwlock_unlock(&dict->lock);
	return length;
}

uint32_t
ecs_dictionary_add_text(struct dictionary *dict, const char *text, size_t len)
{
	struct wanted wanted = want_text(text, len);

	assert(dict->kind != ECS_COLUMN_NUMBER);
	return add(dict, &wanted);
}

uint32_t
ecs_dictionary_add_number(struct dictionary *dict, double number)
{
	struct wanted wanted = want_number(number);

	assert(dict->kind == ECS_COLUMN_NUMBER && number == number);
	return add(dict, &wanted);
}
