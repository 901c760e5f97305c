/* SPDX-License-Identifier: ISC */
/*
 * draft - words on their way into a lexicon.
 *
 * They mostly come from walks of the index, as a few long runs in order: the
 * merge sort takes the runs that are there.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"

#include "words.h"

struct ecs_lexicon_draft *
ecs_lexicon_draft_new(struct ecs_err *err)
{
	struct ecs_lexicon_draft *draft = calloc(1, sizeof(*draft));

	if (draft == NULL)
		ecs_err_memory(err);
	return draft;
}

void
ecs_lexicon_draft_free(struct ecs_lexicon_draft *draft)
{
	if (draft == NULL)
		return;
	free(draft->entries);
	free(draft->text);
	free(draft);
}

void
ecs_lexicon_draft_reset(struct ecs_lexicon_draft *draft)
{
	draft->n = 0;
	draft->text_len = 0;
}

bool
ecs_lexicon_draft_empty(const struct ecs_lexicon_draft *draft)
{
	return draft->n == 0;
}

static bool
make_room(struct ecs_lexicon_draft *draft, size_t len)
{
	if (draft->n == draft->room) {
		size_t room = draft->room * 2 + 256;
		struct entry *larger =
		    realloc(draft->entries, room * sizeof(*larger));

		if (larger == NULL)
			return false;
		draft->entries = larger;
		draft->room = room;
	}
	if (draft->text_room - draft->text_len < len) {
		size_t room = draft->text_room * 2 + 4096;
		char *larger = realloc(draft->text, room);

		if (larger == NULL)
			return false;
		draft->text = larger;
		draft->text_room = room;
	}
	return true;
}

bool
ecs_lexicon_draft_add(struct ecs_lexicon_draft *draft, const char *word,
    size_t len, uint32_t documents, struct ecs_err *err)
{
	struct entry *entry;

	if (len == 0 || len > ECS_LEXICON_BYTES)
		return true;
	if (draft->text_len > UINT32_MAX - len || !make_room(draft, len))
		return ecs_err_memory(err);
	entry = &draft->entries[draft->n++];
	entry->at = (uint32_t)draft->text_len;
	entry->len = (uint32_t)len;
	entry->documents = documents;
	memcpy(draft->text + draft->text_len, word, len);
	draft->text_len += len;
	return true;
}

static int
compare(const char *text, const struct entry *a, const struct entry *b)
{
	uint32_t len = a->len < b->len ? a->len : b->len;
	int order = memcmp(text + a->at, text + b->at, len);

	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

/* The end of the run in order that begins at from. */
static size_t
run_end(const char *text, const struct entry *list, size_t from, size_t n)
{
	for (from++; from < n; from++)
		if (compare(text, &list[from - 1], &list[from]) > 0)
			break;
	return from;
}

static void
merge(const char *text, const struct entry *list, size_t first, size_t middle,
    size_t end, struct entry *to)
{
	size_t second = middle;

	while (first < middle || second < end)
		if (second == end ||
		    (first < middle &&
			compare(text, &list[first], &list[second]) <= 0))
			*to++ = list[first++];
		else
			*to++ = list[second++];
}

/* Merge runs two by two; returns how many are left. */
static size_t
merge_pass(
    const char *text, const struct entry *list, size_t n, struct entry *to)
{
	size_t runs = 0;

	for (size_t at = 0; at < n; runs++) {
		size_t middle = run_end(text, list, at, n);
		size_t end =
		    middle < n ? run_end(text, list, middle, n) : middle;

		merge(text, list, at, middle, end, to + at);
		at = end;
	}
	return runs;
}

static void
add_up(struct ecs_lexicon_draft *draft)
{
	struct entry *list = draft->entries;
	size_t kept = 0;

	for (size_t i = 0; i < draft->n; i++) {
		if (kept == 0 ||
		    compare(draft->text, &list[kept - 1], &list[i]) != 0)
			list[kept++] = list[i];
		else if (list[kept - 1].documents <
		    UINT32_MAX - list[i].documents)
			list[kept - 1].documents += list[i].documents;
	}
	draft->n = kept;
}

bool
lexicon_draft_sort(struct ecs_lexicon_draft *draft, struct ecs_err *err)
{
	struct entry *other;
	size_t runs;

	if (draft->n == 0)
		return true;
	other = malloc(draft->room * sizeof(*other));
	if (other == NULL)
		return ecs_err_memory(err);
	do {
		struct entry *sorted = other;

		runs = merge_pass(draft->text, draft->entries, draft->n, other);
		other = draft->entries;
		draft->entries = sorted;
	} while (runs > 1);
	free(other);
	add_up(draft);
	return true;
}
