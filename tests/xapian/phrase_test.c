/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/err.h"
#include "ecsearch/xapian.h"

#include "scratch.h"

enum { DOCUMENTS = 1500, MOST_WORDS = 12, LETTERS = 4 };

static uint32_t
next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 16;
}

/* A document is a string of letters, its words; at is the position less 1. */
static void
make_document(uint32_t *seed, char *letters)
{
	size_t len = 1 + next_random(seed) % MOST_WORDS;

	for (size_t i = 0; i < len; i++)
		letters[i] = (char)('a' + next_random(seed) % LETTERS);
	letters[len] = '\0';
}

/*
 * Can the words from `word` on be placed in what is left of the window that
 * begins at start?  used marks the positions given away, previous is the
 * position of the word before, -1 for none.
 */
static bool
can_place(const char *letters, const char *words, bool ordered, int previous,
    unsigned used, int start, int end)
{
	if (*words == '\0')
		return (used >> start & 1) != 0;
	for (int i = start; i < end && letters[i] != '\0'; i++) {
		if (letters[i] != *words || (used >> i & 1) != 0 ||
		    (ordered && i <= previous))
			continue;
		if (can_place(letters, words + 1, ordered, i, used | 1U << i,
			start, end))
			return true;
	}
	return false;
}

static uint32_t
count_slowly(
    const char *letters, const char *words, uint32_t window, bool ordered)
{
	uint32_t places = 0;
	int len = (int)strlen(letters);

	for (int start = 0; start < len; start++) {
		int end = start + (int)window < len ? start + (int)window : len;

		places += can_place(letters, words, ordered, -1, 0, start, end);
	}
	return places;
}

static bool
never_stop(void *user)
{
	(void)user;
	return false;
}

/* With someone to ask the search runs another way, to the same end. */
static void
find(struct ecs_index_reader *reader, const char *words, uint32_t window,
    bool ordered, struct ecs_postings *found)
{
	struct ecs_term terms[8];
	struct ecs_err err = {0};
	size_t n = strlen(words);

	for (size_t i = 0; i < n; i++)
		terms[i] = (struct ecs_term){words + i, 1};
	found->len = 0;
	assert_true(ecs_index_phrase(reader, terms, n, window, ordered, found,
	    n % 2 == 0 ? never_stop : NULL, NULL, &err));
}

static void
put_letters(
    struct ecs_index_writer *writer, uint32_t docid, const char *letters)
{
	char text[2 * MOST_WORDS + 2];
	size_t len = strlen(letters);

	for (size_t i = 0; i < len; i++) {
		text[2 * i] = letters[i];
		text[2 * i + 1] = i + 1 == len ? '\0' : ' ';
	}
	put_words(writer, docid, text);
}

static void
phrases_are_found_where_a_slow_search_finds_them(void **state)
{
	static char letters[DOCUMENTS + 1][MOST_WORDS + 1];
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_index_reader *reader;
	struct ecs_postings found = {0};
	uint32_t seed = 7;

	for (uint32_t docid = 1; docid <= DOCUMENTS; docid++) {
		make_document(&seed, letters[docid]);
		put_letters(writer, docid, letters[docid]);
	}
	commit(writer);
	reader = open_reader(*state);
	for (int round = 0; round < 120; round++) {
		char words[5] = "";
		size_t n = 2 + next_random(&seed) % 3;
		uint32_t window = (uint32_t)n + next_random(&seed) % 4;
		bool ordered = round % 2 == 0;
		size_t at = 0;

		for (size_t i = 0; i < n; i++)
			words[i] = (char)('a' + next_random(&seed) % LETTERS);
		find(reader, words, window, ordered, &found);
		for (uint32_t docid = 1; docid <= DOCUMENTS; docid++) {
			uint32_t count = count_slowly(
			    letters[docid], words, window, ordered);

			if (count == 0)
				continue;
			assert_true(at < found.len);
			assert_int_equal(found.list[at].docid, docid);
			assert_int_equal(found.list[at++].count, count);
		}
		assert_int_equal(at, found.len);
	}
	ecs_postings_fini(&found);
	ecs_index_reader_close(reader);
	ecs_index_writer_close(writer);
}

/* ---- groups of runs, "ab,c": a and b side by side, or c ---- */

enum { MOST_GROUPS = 3, GROUP_TEXT = 16 };

/* The end of the run that is the n-th of a group, at position i; -1: none. */
static int
run_end(const char *letters, const char *group, int n, int i)
{
	const char *run = group;
	int len;

	for (; n > 0; n--)
		run = strchr(run, ',') + 1;
	len = (int)strcspn(run, ",");
	return strncmp(letters + i, run, (size_t)len) == 0 ? i + len - 1 : -1;
}

static int
count_runs(const char *group)
{
	int n = 1;

	for (; *group != '\0'; group++)
		n += *group == ',';
	return n;
}

/*
 * Can the groups from `at` on be placed before end?  begun marks where runs
 * begin, previous is where the one before ended.
 */
static bool
can_place_groups(const char *letters, char groups[][GROUP_TEXT], int n, int at,
    bool ordered, int previous, unsigned begun, int start, int end)
{
	if (at == n)
		return (begun >> start & 1) != 0;
	for (int i = start; i < end && letters[i] != '\0'; i++) {
		if ((begun >> i & 1) != 0 || (ordered && i <= previous))
			continue;
		for (int r = 0; r < count_runs(groups[at]); r++) {
			int last = run_end(letters, groups[at], r, i);

			if (last >= 0 && last < end &&
			    can_place_groups(letters, groups, n, at + 1,
				ordered, last, begun | 1U << i, start, end))
				return true;
		}
	}
	return false;
}

static uint32_t
count_groups_slowly(const char *letters, char groups[][GROUP_TEXT], int n,
    uint32_t window, bool ordered)
{
	uint32_t places = 0;

	for (int start = 0; letters[start] != '\0'; start++)
		places += can_place_groups(letters, groups, n, 0, ordered, -1,
		    0, start, start + (int)window);
	return places;
}

static void
draw_group(uint32_t *seed, char *group)
{
	uint32_t runs = 1 + next_random(seed) % 3;
	size_t len = 0;

	for (uint32_t r = 0; r < runs; r++) {
		uint32_t words = 1 + next_random(seed) % 4 / 2;

		if (r > 0)
			group[len++] = ',';
		for (uint32_t i = 0; i < words; i++)
			group[len++] =
			    (char)('a' + next_random(seed) % LETTERS);
	}
	group[len] = '\0';
}

static void
find_groups(struct ecs_index_reader *reader, char groups[][GROUP_TEXT], int n,
    uint32_t window, bool ordered, struct ecs_postings *found)
{
	struct ecs_term terms[MOST_GROUPS][GROUP_TEXT];
	struct ecs_near_run runs[MOST_GROUPS][GROUP_TEXT];
	struct ecs_near_group list[MOST_GROUPS];
	struct ecs_err err = {0};

	for (int g = 0; g < n; g++) {
		const char *at = groups[g];

		list[g] = (struct ecs_near_group){runs[g], 0};
		while (*at != '\0') {
			struct ecs_near_run *run = &runs[g][list[g].n++];

			run->terms = &terms[g][at - groups[g]];
			run->n = strcspn(at, ",");
			for (size_t i = 0; i < run->n; i++, at++)
				terms[g][at - groups[g]] =
				    (struct ecs_term){at, 1};
			at += *at == ',';
		}
	}
	found->len = 0;
	if (!ecs_index_near(reader, list, (size_t)n, window, ordered, found,
		NULL, NULL, &err))
		fail_msg("%s", err.text);
}

static void
groups_are_found_where_a_slow_search_finds_them(void **state)
{
	static char letters[DOCUMENTS + 1][MOST_WORDS + 1];
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_index_reader *reader;
	struct ecs_postings found = {0};
	uint32_t seed = 11;

	for (uint32_t docid = 1; docid <= DOCUMENTS; docid++) {
		make_document(&seed, letters[docid]);
		put_letters(writer, docid, letters[docid]);
	}
	commit(writer);
	reader = open_reader(*state);
	for (int round = 0; round < 200; round++) {
		char groups[MOST_GROUPS][GROUP_TEXT];
		int n = 1 + (int)(next_random(&seed) % MOST_GROUPS);
		uint32_t window = (uint32_t)n + next_random(&seed) % 4;
		size_t at = 0;

		for (int g = 0; g < n; g++)
			draw_group(&seed, groups[g]);
		find_groups(reader, groups, n, window, round % 2, &found);
		for (uint32_t docid = 1; docid <= DOCUMENTS; docid++) {
			uint32_t count = count_groups_slowly(
			    letters[docid], groups, n, window, round % 2);

			if (count == 0)
				continue;
			assert_true(at < found.len);
			assert_int_equal(found.list[at].docid, docid);
			assert_int_equal(found.list[at++].count, count);
		}
		assert_int_equal(at, found.len);
	}
	ecs_postings_fini(&found);
	ecs_index_reader_close(reader);
	ecs_index_writer_close(writer);
}

static void
two_terms_at_one_position_are_not_beside_each_other(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_index_entry *entry = words_entry("a c");
	struct ecs_index_reader *reader;
	struct ecs_postings found = {0};
	struct ecs_err err = {0};

	assert_true(ecs_index_entry_posting(entry, "b", 1, 1, &err));
	assert_true(ecs_index_put(writer, 1, entry, &err));
	commit(writer);
	reader = open_reader(*state);
	find(reader, "ab", 5, false, &found);
	assert_int_equal(found.len, 0);
	find(reader, "bc", 2, true, &found);
	assert_int_equal(found.len, 1);
	find(reader, "az", 2, true, &found);
	assert_int_equal(found.len, 0);
	ecs_postings_fini(&found);
	ecs_index_reader_close(reader);
	ecs_index_entry_free(entry);
	ecs_index_writer_close(writer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCRATCH_TEST(phrases_are_found_where_a_slow_search_finds_them),
	    SCRATCH_TEST(groups_are_found_where_a_slow_search_finds_them),
	    SCRATCH_TEST(two_terms_at_one_position_are_not_beside_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
