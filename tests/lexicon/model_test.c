/* SPDX-License-Identifier: ISC */
/*
 * model_test - a lexicon against a plain list and slow definitions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/err.h"
#include "ecsearch/lexicon.h"

enum { WORDS = 3000, ROUNDS = 400, SEED = 20 };

/* The model: words in any order, each with its documents. */
struct model {
	char words[WORDS][ECS_LEXICON_BYTES + 1];
	uint32_t documents[WORDS];
	size_t n;
};

static uint64_t state;

static uint32_t
draw(uint32_t below)
{
	state = state * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) % below;
}

/* A few letters of one script, so that near words are many. */
static void
draw_word(char word[ECS_LEXICON_BYTES + 1])
{
	static const char *const scripts[][6] = {{"a", "b", "c", "d", "e", "f"},
	    {"а", "б", "в", "й", "д", "е"}, {"a", "é", "ž", "ß", "e", "中"}};
	const char *const *script = scripts[draw(3)];
	unsigned len = draw(40) == 0 ? 10 + draw(11) : 1 + draw(9);

	word[0] = '\0';
	for (unsigned i = 0; i < len; i++)
		strcat(word, script[draw(6)]);
}

static size_t
find(const struct model *model, const char *word)
{
	size_t i;

	for (i = 0; i < model->n; i++)
		if (strcmp(model->words[i], word) == 0)
			break;
	return i;
}

/* Add a word to the draft, and to the model unless a lexicon has it. */
static void
add(struct model *model, struct ecs_lexicon *lexicon,
    struct ecs_lexicon_draft *draft, const char *word)
{
	struct ecs_err err = {0};
	size_t i = find(model, word);
	uint32_t documents = 1 + draw(5);

	assert_true(
	    ecs_lexicon_draft_add(draft, word, strlen(word), documents, &err));
	if (ecs_lexicon_documents(lexicon, word, strlen(word)) > 0)
		return;
	if (i == model->n)
		strcpy(model->words[model->n++], word);
	model->documents[i] += documents;
}

/* A large list and, by two steps, a small one. */
static struct ecs_lexicon *
make(struct model *model)
{
	struct ecs_err err = {0};
	struct ecs_lexicon_draft *draft = ecs_lexicon_draft_new(&err);
	struct ecs_lexicon *lexicon = NULL;

	memset(model, 0, sizeof(*model));
	for (int step = 0; step < 3; step++) {
		struct ecs_lexicon *next;

		for (int i = 0; i < (step == 0 ? 2000 : 300); i++) {
			char word[ECS_LEXICON_BYTES + 1];

			draw_word(word);
			add(model, lexicon, draft, word);
		}
		next = ecs_lexicon_extend(lexicon, draft, &err);
		assert_non_null(next);
		ecs_lexicon_unref(lexicon);
		lexicon = next;
		ecs_lexicon_draft_reset(draft);
	}
	ecs_lexicon_draft_free(draft);
	return lexicon;
}

/* What a search found, as numbers of the model's words. */
struct found {
	const struct model *model;
	bool seen[WORDS];
	unsigned edits[WORDS];
	size_t n;
	char last[ECS_LEXICON_BYTES + 1];
	bool in_order;
	size_t stop_at; /* 0: never */
};

static bool
keep(void *user, const struct ecs_lexicon_word *word)
{
	struct found *found = user;
	char text[ECS_LEXICON_BYTES + 1];
	size_t i;

	snprintf(text, sizeof(text), "%.*s", (int)word->len, word->text);
	i = find(found->model, text);
	assert_true(i < found->model->n);
	assert_false(found->seen[i]);
	assert_int_equal(word->documents, found->model->documents[i]);
	found->seen[i] = true;
	found->n++;
	found->in_order =
	    (found->n == 1 || found->in_order) && strcmp(found->last, text) < 0;
	strcpy(found->last, text);
	return found->n != found->stop_at;
}

static bool
keep_near(void *user, const struct ecs_lexicon_word *word, unsigned edits)
{
	struct found *found = user;
	char text[ECS_LEXICON_BYTES + 1];

	snprintf(text, sizeof(text), "%.*s", (int)word->len, word->text);
	found->edits[find(found->model, text)] = edits;
	return keep(user, word);
}

/* ---- slow definitions ---- */

static size_t
characters(const char *word, unsigned char at[ECS_LEXICON_BYTES + 1])
{
	size_t n = 0;

	for (size_t i = 0; word[i] != '\0'; i++)
		if (((unsigned char)word[i] & 0xC0) != 0x80)
			at[n++] = (unsigned char)i;
	at[n] = (unsigned char)strlen(word);
	return n;
}

static bool
same(const char *a, const unsigned char *a_at, size_t i, const char *b,
    const unsigned char *b_at, size_t j)
{
	size_t len = (size_t)a_at[i + 1] - a_at[i];

	return len == (size_t)b_at[j + 1] - b_at[j] &&
	    memcmp(a + a_at[i], b + b_at[j], len) == 0;
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* The recurrence of optimal string alignment, cell by cell. */
static unsigned
alignment(const char *a, const char *b)
{
	static unsigned d[ECS_LEXICON_BYTES + 1][ECS_LEXICON_BYTES + 1];
	unsigned char at[2][ECS_LEXICON_BYTES + 1];
	size_t n = characters(a, at[0]);
	size_t m = characters(b, at[1]);

	for (size_t i = 0; i <= n; i++)
		for (size_t j = 0; j <= m; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = (unsigned)(i + j);
				continue;
			}
			d[i][j] = least(d[i - 1][j], d[i][j - 1]) + 1;
			d[i][j] = least(d[i][j],
			    d[i - 1][j - 1] +
				!same(a, at[0], i - 1, b, at[1], j - 1));
			if (i > 1 && j > 1 &&
			    same(a, at[0], i - 1, b, at[1], j - 2) &&
			    same(a, at[0], i - 2, b, at[1], j - 1))
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[n][m];
}

static bool
fits(const char *pattern, const char *word)
{
	if (*pattern == '\0')
		return *word == '\0';
	if (*pattern == '*')
		return fits(pattern + 1, word) ||
		    (*word != '\0' && fits(pattern, word + 1));
	if (*word == '\0')
		return false;
	if (*pattern == '?') {
		do
			word++;
		while (((unsigned char)*word & 0xC0) == 0x80);
		return fits(pattern + 1, word);
	}
	return *pattern == *word && fits(pattern + 1, word + 1);
}

/* ---- claims ---- */

struct scene {
	struct model model;
	struct ecs_lexicon *lexicon;
};

static int
setup(void **scene)
{
	struct scene *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return -1;
	state = SEED;
	made->lexicon = make(&made->model);
	*scene = made;
	return 0;
}

static int
teardown(void **scene)
{
	ecs_lexicon_unref(((struct scene *)*scene)->lexicon);
	free(*scene);
	return 0;
}

static void
it_lists_each_word_with_its_documents(void **user)
{
	struct scene *scene = *user;
	struct found found = {.model = &scene->model};
	struct ecs_lexicon_size size;
	char word[ECS_LEXICON_BYTES + 1];

	ecs_lexicon_prefix(scene->lexicon, "", 0, keep, &found);
	assert_int_equal(found.n, scene->model.n);
	assert_true(found.in_order);
	ecs_lexicon_measure(scene->lexicon, &size);
	assert_int_equal(size.words, scene->model.n);
	assert_true(size.recent > 0);
	for (int i = 0; i < ROUNDS; i++) {
		size_t at;

		draw_word(word);
		at = find(&scene->model, word);
		assert_int_equal(
		    ecs_lexicon_documents(scene->lexicon, word, strlen(word)),
		    at < scene->model.n ? scene->model.documents[at] : 0);
	}
}

static void
words_by_their_beginning_come_in_order_and_none_is_missing(void **user)
{
	struct scene *scene = *user;

	for (int i = 0; i < ROUNDS; i++) {
		struct found found = {.model = &scene->model};
		char word[ECS_LEXICON_BYTES + 1];
		size_t want = 0;
		size_t len;

		draw_word(word);
		len = strlen(word) < 4 ? strlen(word) : 4;
		ecs_lexicon_prefix(scene->lexicon, word, len, keep, &found);
		for (size_t w = 0; w < scene->model.n; w++)
			want += strncmp(scene->model.words[w], word, len) == 0;
		assert_int_equal(found.n, want);
		assert_true(want == 0 || found.in_order);
	}
}

static void
near_words_are_those_of_the_definition(void **user)
{
	struct scene *scene = *user;
	size_t sum = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct found found = {.model = &scene->model};
		char word[ECS_LEXICON_BYTES + 1];
		unsigned most = 1 + draw(2);

		draw_word(word);
		ecs_lexicon_near(scene->lexicon, word, strlen(word), most,
		    keep_near, &found);
		for (size_t w = 0; w < scene->model.n; w++) {
			unsigned edits = alignment(word, scene->model.words[w]);

			assert_int_equal(found.seen[w], edits <= most);
			if (found.seen[w])
				assert_int_equal(found.edits[w], edits);
		}
		sum += found.n;
	}
	assert_true(sum > (size_t)ROUNDS * 5);
}

static void
neighbours_changing_places_are_one_edit_and_not_edited_twice(void **user)
{
	struct ecs_err err = {0};
	struct ecs_lexicon_draft *draft = ecs_lexicon_draft_new(&err);
	struct ecs_lexicon *lexicon;
	struct model model = {
	    .words = {"abc", "acb"}, .documents = {1, 1}, .n = 2};
	struct found found = {.model = &model};

	(void)user;
	assert_true(ecs_lexicon_draft_add(draft, "abc", 3, 1, &err));
	assert_true(ecs_lexicon_draft_add(draft, "acb", 3, 1, &err));
	lexicon = ecs_lexicon_new(draft, &err);
	ecs_lexicon_near(lexicon, "ca", 2, 2, keep_near, &found);
	/* By Damerau's own distance abc were two edits from ca. */
	assert_false(found.seen[0]);
	assert_true(found.seen[1]);
	assert_int_equal(found.edits[1], 2);
	memset(found.seen, 0, sizeof(found.seen));
	ecs_lexicon_near(lexicon, "bac", 3, 1, keep_near, &found);
	assert_true(found.seen[0]);
	assert_int_equal(found.edits[0], 1);
	ecs_lexicon_unref(lexicon);
	ecs_lexicon_draft_free(draft);
}

static void
patterns_find_what_they_describe(void **user)
{
	struct scene *scene = *user;
	size_t sum = 0;

	for (int i = 0; i < ROUNDS * 5; i++) {
		struct found found = {.model = &scene->model};
		unsigned char at[ECS_LEXICON_BYTES + 1];
		char word[ECS_LEXICON_BYTES + 1];
		char pattern[2 * ECS_LEXICON_BYTES + 1] = "";
		size_t n;

		draw_word(word);
		n = characters(word, at);
		for (size_t c = 0; c < n; c++) {
			uint32_t what = draw(4);

			if (what == 0)
				strcat(pattern, "*");
			if (what == 1)
				strcat(pattern, "?");
			else
				strncat(pattern, word + at[c],
				    (size_t)at[c + 1] - at[c]);
		}
		assert_true(ecs_lexicon_wildcard(scene->lexicon, pattern,
		    strlen(pattern), WORDS, keep, &found));
		for (size_t w = 0; w < scene->model.n; w++)
			assert_int_equal(found.seen[w],
			    fits(pattern, scene->model.words[w]));
		sum += found.n;
	}
	assert_true(sum > (size_t)ROUNDS);
}

static void
words_that_hold_a_text_are_found_and_no_others(void **user)
{
	struct scene *scene = *user;
	size_t sum = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct found found = {.model = &scene->model};
		unsigned char at[ECS_LEXICON_BYTES + 1];
		char text[ECS_LEXICON_BYTES + 1];
		unsigned more = draw(3);
		size_t n;

		draw_word(text);
		n = characters(text, at);
		n = n < 3 ? n : 3;
		text[at[n]] = '\0';
		ecs_lexicon_containing(
		    scene->lexicon, text, strlen(text), more, keep, &found);
		for (size_t w = 0; w < scene->model.n; w++) {
			const char *word = scene->model.words[w];
			unsigned char ends[ECS_LEXICON_BYTES + 1];

			assert_int_equal(found.seen[w],
			    strstr(word, text) != NULL &&
				characters(word, ends) >= n + more);
		}
		sum += found.n;
	}
	assert_true(sum > (size_t)ROUNDS * 5);
}

static void
a_pattern_is_compared_with_no_more_words_than_the_bound(void **user)
{
	struct scene *scene = *user;
	uint32_t n = (uint32_t)scene->model.n;
	struct found all = {.model = &scene->model};
	struct found few = {.model = &scene->model};
	struct found one = {.model = &scene->model, .stop_at = 1};

	assert_true(
	    ecs_lexicon_wildcard(scene->lexicon, "*", 1, n, keep, &all));
	assert_int_equal(all.n, n);
	assert_false(
	    ecs_lexicon_wildcard(scene->lexicon, "*", 1, 10, keep, &few));
	assert_int_equal(few.n, 10);
	/* Who has enough has not met the bound. */
	assert_true(
	    ecs_lexicon_wildcard(scene->lexicon, "*", 1, n, keep, &one));
	assert_int_equal(one.n, 1);
}

static void
no_lexicon_is_one_without_words(void **user)
{
	struct found found = {0};

	(void)user;
	assert_int_equal(ecs_lexicon_documents(NULL, "a", 1), 0);
	ecs_lexicon_prefix(NULL, "", 0, keep, &found);
	ecs_lexicon_near(NULL, "a", 1, 2, keep_near, &found);
	assert_true(ecs_lexicon_wildcard(NULL, "*", 1, 1, keep, &found));
	assert_int_equal(found.n, 0);
}

static void
words_too_long_and_none_at_all_are_left_out(void **user)
{
	struct ecs_err err = {0};
	struct ecs_lexicon_draft *draft = ecs_lexicon_draft_new(&err);
	struct ecs_lexicon_size size;
	struct ecs_lexicon *lexicon;
	char word[ECS_LEXICON_BYTES + 2];
	struct model model = {.n = 1};
	struct found found = {.model = &model};

	(void)user;
	memset(word, 'x', sizeof(word));
	assert_true(ecs_lexicon_draft_add(draft, "", 0, 1, &err));
	assert_true(ecs_lexicon_draft_add(draft, word, sizeof(word), 1, &err));
	assert_true(ecs_lexicon_draft_empty(draft));
	assert_true(
	    ecs_lexicon_draft_add(draft, word, ECS_LEXICON_BYTES, 7, &err));
	lexicon = ecs_lexicon_new(draft, &err);
	ecs_lexicon_measure(lexicon, &size);
	assert_int_equal(size.words, 1);
	memset(model.words[0], 'x', ECS_LEXICON_BYTES);
	model.documents[0] = 7;
	ecs_lexicon_near(lexicon, word, sizeof(word), 2, keep_near, &found);
	assert_int_equal(found.n, 0);
	ecs_lexicon_near(
	    lexicon, word, ECS_LEXICON_BYTES - 2, 2, keep_near, &found);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.edits[0], 2);
	ecs_lexicon_unref(lexicon);
	ecs_lexicon_draft_free(draft);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_lists_each_word_with_its_documents),
	    cmocka_unit_test(
		words_by_their_beginning_come_in_order_and_none_is_missing),
	    cmocka_unit_test(near_words_are_those_of_the_definition),
	    cmocka_unit_test(
		neighbours_changing_places_are_one_edit_and_not_edited_twice),
	    cmocka_unit_test(words_that_hold_a_text_are_found_and_no_others),
	    cmocka_unit_test(patterns_find_what_they_describe),
	    cmocka_unit_test(
		a_pattern_is_compared_with_no_more_words_than_the_bound),
	    cmocka_unit_test(no_lexicon_is_one_without_words),
	    cmocka_unit_test(words_too_long_and_none_at_all_are_left_out),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
