/* SPDX-License-Identifier: ISC */
/*
 * completer_make - texts cut into words, the words sorted, numbered, weighed.
 */
#define _GNU_SOURCE /* qsort_r */
#include <math.h>
#include <stdlib.h>

#include "completer_parts.h"

struct completer *
ecs_completer_ref(struct completer *completer)
{
	atomic_fetch_add(&completer->refs, 1);
	return completer;
}

void
ecs_completer_unref(struct completer *completer)
{
	if (completer == NULL || atomic_fetch_sub(&completer->refs, 1) != 1)
		return;
	free(completer->bytes);
	free(completer->word);
	free(completer->list);
	free(completer->listings);
	free(completer->text);
	free(completer->members);
	free(completer->sum);
	free(completer->tokens);
	free(completer->worth);
	free(completer);
}

uint32_t
ecs_completer_length(const struct completer *completer)
{
	return completer->ntexts;
}

size_t
ecs_completer_bytes(const struct completer *completer)
{
	return sizeof(*completer) + completer->word[completer->nwords] +
	    completer->nwords * (2 * sizeof(uint32_t) + sizeof(float)) +
	    completer->list[completer->nwords] * sizeof(struct listing) +
	    completer->text[completer->ntexts] * sizeof(struct member) +
	    completer->ntexts * (sizeof(uint32_t) + sizeof(float) + 1);
}

/* ---- making ---- */

enum { MAX_TEXT_WORDS = 250 };

/* A form in the order of the texts, before words are numbered. */
struct seen {
	uint32_t at; /* in forms */
	uint32_t text;
	uint8_t len;
	uint8_t token;
	bool other;
};

struct making {
	struct completer *made;
	struct ecs_buf forms;
	struct seen *seen;
	size_t n;
	size_t room;
	uint32_t text;
	uint8_t tokens; /* of the text in hand */
	bool failed;
};

static bool
keep_form(void *user, const struct ecs_form *form)
{
	struct making *in = user;
	struct seen *seen;

	if (form->token >= MAX_TEXT_WORDS || form->kind == ECS_FORM_STEM)
		return true;
	if (in->n == in->room) {
		size_t room = in->room * 2 + 256;

		seen = realloc(in->seen, room * sizeof(*seen));
		if (seen == NULL)
			return !(in->failed = true);
		in->seen = seen;
		in->room = room;
	}
	in->seen[in->n++] = (struct seen){.at = (uint32_t)in->forms.len,
	    .text = in->text,
	    .len = (uint8_t)form->len,
	    .token = (uint8_t)form->token,
	    .other = form->kind != ECS_FORM_EXACT};
	if (form->kind == ECS_FORM_EXACT)
		in->tokens = (uint8_t)(form->token + 1);
	ecs_buf_add(&in->forms, form->text, form->len);
	return !in->forms.failed && in->forms.len < UINT32_MAX / 2;
}

static bool
analyze_texts(struct making *in, struct ecs_analyzer *analyzer,
    completer_text *text, void *user)
{
	struct completer *made = in->made;

	for (uint32_t i = 0; i < made->ntexts; i++) {
		size_t len;
		const char *bytes = text(user, i, &len);

		in->text = i;
		in->tokens = 0;
		made->text[i] = (uint32_t)in->n;
		if (ecs_analyze(
			analyzer, bytes, len, ECS_LANG_NONE, keep_form, in) < 0)
			return false;
		made->tokens[i] = in->tokens;
	}
	made->text[made->ntexts] = (uint32_t)in->n;
	return true;
}

static int
compare_seen(const void *a, const void *b, void *forms)
{
	const struct seen *x = *(struct seen *const *)a;
	const struct seen *y = *(struct seen *const *)b;
	const char *bytes = forms;
	int order = compare_bytes(bytes + x->at, x->len, bytes + y->at, y->len);

	return order != 0 ? order : (x > y) - (x < y);
}

static bool
same_form(const struct making *in, const struct seen *a, const struct seen *b)
{
	return a->len == b->len &&
	    memcmp(in->forms.data + a->at, in->forms.data + b->at, a->len) == 0;
}

/* One word each for the forms that are alike; sorted are all of them. */
static void
number_words(struct making *in, struct seen *const *sorted)
{
	struct completer *made = in->made;
	uint32_t used = 0;

	for (size_t i = 0; i < in->n; i++) {
		const struct seen *seen = sorted[i];

		if (i == 0 || !same_form(in, sorted[i - 1], seen)) {
			made->word[made->nwords] = used;
			made->list[made->nwords++] = (uint32_t)i;
			memcpy(made->bytes + used, in->forms.data + seen->at,
			    seen->len);
			used += seen->len;
		}
		made->members[seen - in->seen] =
		    (struct member){made->nwords - 1, seen->token, seen->other};
		made->listings[i].text_first =
		    seen->text * 2 + (seen->token == 0);
	}
	made->word[made->nwords] = used;
	made->list[made->nwords] = (uint32_t)in->n;
}

/* ln(1 + texts / texts that have the word), squared. */
static void
weigh_words(struct completer *made)
{
	for (uint32_t w = 0; w < made->nwords; w++) {
		uint32_t texts = 0;
		double information;

		for (uint32_t i = made->list[w]; i < made->list[w + 1]; i++)
			texts += i == made->list[w] ||
			    made->listings[i].text_first / 2 !=
				made->listings[i - 1].text_first / 2;
		information = log1p((double)made->ntexts / texts);
		made->worth[w] = (float)(information * information);
	}
}

float
ecs_token_worth(const struct completer *made, uint32_t text, uint8_t token)
{
	for (uint32_t i = made->text[text]; i < made->text[text + 1]; i++)
		if (made->members[i].token == token && !made->members[i].other)
			return made->worth[made->members[i].word];
	return 0;
}

float
ecs_best_worth(const struct completer *made, uint32_t text)
{
	float most = 0;

	for (uint32_t i = made->text[text]; i < made->text[text + 1]; i++)
		if (!made->members[i].other &&
		    made->worth[made->members[i].word] > most)
			most = made->worth[made->members[i].word];
	return most;
}

static void
score_listings(struct making *in, struct seen *const *sorted)
{
	struct completer *made = in->made;

	for (uint32_t t = 0; t < made->ntexts; t++)
		for (uint32_t i = made->text[t]; i < made->text[t + 1]; i++)
			if (!made->members[i].other)
				made->sum[t] +=
				    made->worth[made->members[i].word];
	for (size_t i = 0; i < in->n; i++) {
		uint32_t text = sorted[i]->text;
		float worth = ecs_token_worth(made, text, sorted[i]->token);

		made->listings[i].share =
		    made->tokens[text] == 1 ? 1 : worth / made->sum[text];
		if (worth >= ecs_best_worth(made, text))
			made->listings[i].share += 1;
	}
}

static bool
make_room(struct completer *made, size_t n, size_t bytes)
{
	made->bytes = malloc(bytes + 1);
	made->word = calloc(n + 1, sizeof(*made->word));
	made->list = calloc(n + 1, sizeof(*made->list));
	made->listings = calloc(n + 1, sizeof(*made->listings));
	made->members = calloc(n + 1, sizeof(*made->members));
	made->sum = calloc(made->ntexts + (size_t)1, sizeof(*made->sum));
	made->worth = calloc(n + 1, sizeof(*made->worth));
	return made->bytes != NULL && made->word != NULL &&
	    made->list != NULL && made->listings != NULL &&
	    made->members != NULL && made->sum != NULL && made->worth != NULL;
}

/* The same in less room; where that fails it stays as it is. */
static void *
shrink(void *old, size_t size)
{
	void *smaller = realloc(old, size);

	if (smaller != NULL)
		return smaller;
	return old;
}

/* Words are fewer than forms: give back what they do not need. */
static void
trim_room(struct completer *made)
{
	size_t n = made->nwords + (size_t)1;

	made->bytes = shrink(made->bytes, made->word[made->nwords] + (size_t)1);
	made->word = shrink(made->word, n * sizeof(*made->word));
	made->list = shrink(made->list, n * sizeof(*made->list));
	made->worth = shrink(made->worth, n * sizeof(*made->worth));
}

static bool
number_and_score(struct making *in)
{
	struct seen **sorted = calloc(in->n + 1, sizeof(struct seen *));

	if (sorted == NULL || !make_room(in->made, in->n, in->forms.len)) {
		free(sorted);
		return false;
	}
	for (size_t i = 0; i < in->n; i++)
		sorted[i] = &in->seen[i];
	qsort_r(
	    sorted, in->n, sizeof(struct seen *), compare_seen, in->forms.data);
	number_words(in, sorted);
	weigh_words(in->made);
	score_listings(in, sorted);
	trim_room(in->made);
	free(sorted);
	return true;
}

struct completer *
ecs_completer_new(struct ecs_analyzer *analyzer, completer_text *text,
    void *user, uint32_t n, struct ecs_err *err)
{
	struct completer *made = calloc(1, sizeof(*made));
	struct making in = {.made = made};
	bool ok = false;

	if (made == NULL)
		goto out;
	atomic_init(&made->refs, 1);
	made->ntexts = n;
	made->text = calloc(n + (size_t)1, sizeof(*made->text));
	made->tokens = calloc(n + (size_t)1, sizeof(*made->tokens));
	ok = made->text != NULL && made->tokens != NULL &&
	    analyze_texts(&in, analyzer, text, user) && number_and_score(&in);
out:
	free(in.seen);
	ecs_buf_fini(&in.forms);
	if (ok)
		return made;
	ecs_completer_unref(made);
	ecs_err_memory(err);
	return NULL;
}
