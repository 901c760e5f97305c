/* SPDX-License-Identifier: ISC */
/*
 * bag - the words of a text by the hashes of their folded forms.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"
#include "ecsearch/text.h"

#include "bag.h"

static bool
add_word(void *user, const struct ecs_form *form)
{
	struct desk_bag *bag = user;
	uint64_t hash = UINT64_C(14695981039346656037);

	if (form->kind != ECS_FORM_EXACT)
		return true;
	if (bag->n == bag->room) {
		size_t room = bag->room * 2 + 64;
		uint64_t *larger = realloc(bag->words, room * sizeof(*larger));

		if (larger == NULL)
			return false;
		bag->words = larger;
		bag->room = room;
	}
	/* FNV-1a (draft-eastlake-fnv), 64 bits. */
	for (size_t i = 0; i < form->len; i++)
		hash = (hash ^ (unsigned char)form->text[i]) *
		    UINT64_C(1099511628211);
	bag->words[bag->n++] = hash;
	return true;
}

bool
desk_bag_fill(struct desk_bag *bag, struct ecs_analyzer *analyzer,
    const char *text, size_t len, struct ecs_err *err)
{
	memset(bag, 0, sizeof(*bag));
	return ecs_analyze(analyzer, text, len, ECS_LANG_NONE, add_word, bag) >=
	    0 ||
	    ecs_err_memory(err);
}

void
desk_bag_fini(struct desk_bag *bag)
{
	free(bag->words);
	memset(bag, 0, sizeof(*bag));
}

static int
by_hash(const void *a, const void *b)
{
	const uint64_t *x = a;
	const uint64_t *y = b;

	return (*x > *y) - (*x < *y);
}

void
desk_bag_sort(struct desk_bag *bag)
{
	if (bag->n > 1)
		qsort(bag->words, bag->n, sizeof(*bag->words), by_hash);
}

double
desk_bag_likeness(const struct desk_bag *a, const struct desk_bag *b)
{
	size_t i = 0;
	size_t k = 0;
	size_t both = 0;

	while (i < a->n && k < b->n) {
		bool left = a->words[i] <= b->words[k];
		bool right = b->words[k] <= a->words[i];

		both += left && right;
		i += left;
		k += right;
	}
	if (a->n + b->n == 0)
		return 1;
	return (double)both / (double)(a->n + b->n - both);
}
