/* SPDX-License-Identifier: ISC */
/*
 * sketch - a sample of a text's words, drawn by their hashes.
 */
#include <string.h>

#include "ecsearch/err.h"
#include "ecsearch/text.h"

/* FNV-1a (draft-eastlake-fnv), 64 bits. */
static uint64_t
hash_bytes(uint64_t hash, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash =
		    (hash ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
	return hash;
}

/* FNV leaves its high bits much alike for short words: the mixer of
 * SplitMix64 (Steele, Lea, Flood 2014) spreads them. */
static uint32_t
hash_word(const char *text, size_t len)
{
	uint64_t hash = hash_bytes(UINT64_C(14695981039346656037), text, len);

	hash = (hash ^ hash >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	hash = (hash ^ hash >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)(hash >> 32);
}

/* Keep a hash among the smallest, once. */
static void
keep(struct ecs_sketch *sketch, uint32_t hash)
{
	uint32_t at = sketch->n;

	while (at > 0 && sketch->words[at - 1] > hash)
		at--;
	if ((at > 0 && sketch->words[at - 1] == hash) || at == ECS_SKETCH)
		return;
	if (sketch->n < ECS_SKETCH)
		sketch->n++;
	memmove(&sketch->words[at + 1], &sketch->words[at],
	    (sketch->n - 1 - at) * sizeof(sketch->words[0]));
	sketch->words[at] = hash;
}

static bool
add_form(void *user, const struct ecs_form *form)
{
	struct ecs_sketch *sketch = user;

	if (form->kind != ECS_FORM_EXACT)
		return true;
	sketch->whole = hash_bytes(sketch->whole, form->text, form->len);
	sketch->whole = hash_bytes(sketch->whole, " ", 1);
	keep(sketch, hash_word(form->text, form->len));
	return true;
}

bool
ecs_sketch_make(struct ecs_analyzer *analyzer, const char *text, size_t len,
    struct ecs_sketch *sketch, struct ecs_err *err)
{
	memset(sketch, 0, sizeof(*sketch));
	sketch->whole = UINT64_C(14695981039346656037);
	return ecs_analyze(
		   analyzer, text, len, ECS_LANG_NONE, add_form, sketch) >= 0 ||
	    ecs_err_memory(err);
}

double
ecs_sketch_resemblance(const struct ecs_sketch *a, const struct ecs_sketch *b)
{
	uint32_t i = 0;
	uint32_t k = 0;
	uint32_t both = 0;
	uint32_t seen = 0;

	/* The smallest of both together are a sample of the union. */
	while (seen < ECS_SKETCH && (i < a->n || k < b->n)) {
		bool left =
		    k == b->n || (i < a->n && a->words[i] <= b->words[k]);
		bool right =
		    i == a->n || (k < b->n && b->words[k] <= a->words[i]);

		both += left && right;
		i += left;
		k += right;
		seen++;
	}
	return seen == 0 ? 0 : (double)both / seen;
}
