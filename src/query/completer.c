/* SPDX-License-Identifier: ISC */
/*
 * completer - texts by the beginnings of their words: asking.
 */
#include "completer_parts.h"

/* ---- what is typed ---- */

struct typing {
	struct ecs_arena *arena;
	struct typed *typed;
	bool failed;
};

static bool
keep_typed(void *user, const struct ecs_form *form)
{
	struct typing *in = user;
	struct typed *typed = in->typed;

	if (form->kind != ECS_FORM_EXACT || typed->n == MAX_TYPED)
		return true;
	typed->words[typed->n] =
	    ecs_arena_strndup(in->arena, form->text, form->len);
	typed->lens[typed->n] = form->len;
	in->failed |= typed->words[typed->n++] == NULL;
	return !in->failed;
}

bool
ecs_typed_read(struct ecs_arena *arena, struct ecs_analyzer *analyzer,
    const char *q, struct typed *typed, struct ecs_err *err)
{
	struct typing in = {.arena = arena, .typed = typed};

	typed->n = 0;
	return ecs_analyze(analyzer, q, strlen(q), ECS_LANG_NONE, keep_typed,
		   &in) >= 0 ||
	    ecs_err_memory(err);
}

unsigned
ecs_typed_begun(const struct typed *typed, const char *form, size_t len)
{
	unsigned begun = 0;

	for (size_t i = 0; i < typed->n; i++)
		if (typed->lens[i] <= len &&
		    memcmp(form, typed->words[i], typed->lens[i]) == 0)
			begun |= 1U << i;
	return begun;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Where a word changes between letters and digits; its length for nowhere. */
static size_t
parting(const char *word, size_t len)
{
	size_t at = 1;

	while (at < len && is_digit(word[at]) == is_digit(word[at - 1]))
		at++;
	return at < len ? at : len;
}

static bool
part_word(const struct typed *typed, struct typed *other)
{
	size_t at = parting(typed->words[0], typed->lens[0]);

	if (at == typed->lens[0])
		return false;
	other->words[0] = typed->words[0];
	other->lens[0] = at;
	other->words[1] = typed->words[0] + at;
	other->lens[1] = typed->lens[0] - at;
	other->n = 2;
	return true;
}

bool
ecs_typed_other(struct ecs_arena *arena, const struct typed *typed, size_t i,
    struct typed *other, struct ecs_err *err)
{
	char *joined;

	if (typed->n == 1)
		return i == 0 && part_word(typed, other);
	if (i + 1 >= typed->n)
		return false;
	joined = ecs_arena_alloc(arena, typed->lens[i] + typed->lens[i + 1]);
	if (joined == NULL)
		return ecs_err_memory(err);
	memcpy(joined, typed->words[i], typed->lens[i]);
	memcpy(
	    joined + typed->lens[i], typed->words[i + 1], typed->lens[i + 1]);
	*other = *typed;
	other->n--;
	for (size_t k = i; k < other->n; k++) {
		other->words[k] = typed->words[k + 1];
		other->lens[k] = typed->lens[k + 1];
	}
	other->words[i] = joined;
	other->lens[i] = typed->lens[i] + typed->lens[i + 1];
	return true;
}

/* ---- asking ---- */

/* The words from first to before last begin with what was typed. */
struct range {
	uint32_t first;
	uint32_t last;
	size_t len; /* typed bytes */
};

/* The first word that is not before key; with past, not begun by it either. */
static uint32_t
bound(const struct completer *in, const char *key, size_t len, bool past)
{
	uint32_t low = 0;
	uint32_t high = in->nwords;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const char *word = in->bytes + in->word[middle];
		size_t wlen = in->word[middle + 1] - in->word[middle];
		bool before = past && wlen >= len
		    ? memcmp(word, key, len) <= 0
		    : compare_bytes(word, wlen, key, len) < 0;

		if (before)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct range
find_range(const struct completer *in, const char *key, size_t len)
{
	return (struct range){
	    bound(in, key, len, false), bound(in, key, len, true), len};
}

/* The part of a word that counts, by the letters typed of it. */
static float
part_said(const struct completer *in, uint32_t word, size_t typed)
{
	size_t len = in->word[word + 1] - in->word[word];

	return 0.5f + 0.5f * (float)typed / (float)len;
}

static void
find_one(const struct completer *in, const struct range *range,
    completion_sink *sink, void *user)
{
	for (uint32_t w = range->first; w < range->last; w++) {
		float said = part_said(in, w, range->len);

		for (uint32_t i = in->list[w]; i < in->list[w + 1]; i++) {
			float share = in->listings[i].share;
			float best = share >= 1 ? 1 : 0;
			struct completion completion = {
			    .text = in->listings[i].text_first / 2,
			    .begins = in->listings[i].text_first % 2};

			completion.score = (share - best) * said + best;
			completion.whole = share >= 2 && said >= 1;
			if (share >= 2)
				completion.score = 1 + said + completion.whole;
			sink(user, &completion);
		}
	}
}

/* A text's answer to several words, each by a word of its own. */
struct answer {
	uint64_t taken[4]; /* tokens, a bit each */
	float said;
	float most; /* the worth of the best word that was said */
	size_t whole;
	bool in_order;
};

static bool
take_token(struct answer *answer, const struct completer *in, uint32_t text,
    const struct range *range, size_t typed)
{
	const struct member *best = NULL;
	float part;
	float worth;

	for (uint32_t i = in->text[text]; i < in->text[text + 1]; i++) {
		const struct member *member = &in->members[i];

		if (member->word < range->first ||
		    member->word >= range->last ||
		    (answer->taken[member->token / 64] >> member->token % 64 &
			1) != 0)
			continue;
		if (best == NULL ||
		    part_said(in, member->word, range->len) >
			part_said(in, best->word, range->len))
			best = member;
	}
	if (best == NULL)
		return false;
	answer->taken[best->token / 64] |= UINT64_C(1) << best->token % 64;
	part = part_said(in, best->word, range->len);
	worth = ecs_token_worth(in, text, best->token);
	answer->said += part * worth;
	answer->whole += part >= 1;
	if (worth > answer->most)
		answer->most = worth;
	answer->in_order &= best->token == typed;
	return true;
}

static void
find_several(const struct completer *in, const struct range *ranges, size_t n,
    size_t fewest, completion_sink *sink, void *user)
{
	uint32_t last = in->list[ranges[fewest].last];
	uint32_t before = UINT32_MAX;

	for (uint32_t i = in->list[ranges[fewest].first]; i < last; i++) {
		uint32_t text = in->listings[i].text_first / 2;
		struct answer answer = {.in_order = true};
		struct completion completion = {.text = text};
		size_t k = 0;

		if (text == before)
			continue;
		before = text;
		while (k < n && take_token(&answer, in, text, &ranges[k], k))
			k++;
		if (k < n)
			continue;
		completion.whole = answer.whole == in->tokens[text];
		completion.score = answer.said / in->sum[text] +
		    (answer.most >= ecs_best_worth(in, text)) +
		    completion.whole;
		completion.begins = answer.in_order;
		sink(user, &completion);
	}
}

void
ecs_completer_find(const struct completer *completer, const struct typed *typed,
    completion_sink *sink, void *user)
{
	struct range ranges[MAX_TYPED];
	uint32_t least = UINT32_MAX;
	size_t fewest = 0;

	for (size_t i = 0; i < typed->n; i++) {
		uint32_t listings;

		ranges[i] =
		    find_range(completer, typed->words[i], typed->lens[i]);
		listings = completer->list[ranges[i].last] -
		    completer->list[ranges[i].first];
		if (listings < least)
			fewest = i;
		if (listings < least)
			least = listings;
	}
	if (typed->n == 1)
		find_one(completer, &ranges[0], sink, user);
	else if (typed->n > 1)
		find_several(completer, ranges, typed->n, fewest, sink, user);
}
