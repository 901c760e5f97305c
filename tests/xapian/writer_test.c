/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"
#include "ecsearch/fault.h"
#include "ecsearch/xapian.h"

#include "scratch.h"

static void
assert_docids(const char *path, const char *term, const char *expected)
{
	struct ecs_index_reader *reader = open_reader(path);
	char *docids = docids_of(reader, term);

	assert_string_equal(docids, expected);
	free(docids);
	ecs_index_reader_close(reader);
}

static void
putting_again_replaces_the_document(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);

	put_words(writer, 5, "old kept");
	commit(writer);
	put_words(writer, 5, "new kept");
	commit(writer);
	assert_docids(*state, "old", "");
	assert_docids(*state, "new", "5");
	assert_docids(*state, "", "5");
	ecs_index_writer_close(writer);
}

static void
removing_what_is_not_there_leaves_the_batch_whole(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_err err = {0};

	put_words(writer, 1, "a");
	put_words(writer, 2, "a");
	assert_true(ecs_index_remove(writer, 99, &err));
	assert_true(ecs_index_remove(writer, 2, &err));
	assert_true(ecs_index_remove(writer, 2, &err));
	commit(writer);
	assert_docids(*state, "a", "1");
	ecs_index_writer_close(writer);
}

static void
closing_without_commit_drops_what_is_pending(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_err err = {0};

	put_words(writer, 1, "a");
	commit(writer);
	put_words(writer, 2, "a");
	assert_true(ecs_index_remove(writer, 1, &err));
	ecs_index_writer_close(writer);
	assert_docids(*state, "a", "1");
}

static void
a_second_writer_is_told_that_the_index_is_locked(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_err err = {0};

	assert_null(ecs_index_writer_open(*state, &err));
	assert_int_equal(err.status, 503);
	assert_string_equal(err.code, "index_locked");
	ecs_index_writer_close(writer);
	ecs_index_writer_close(open_writer(*state));
}

static void
a_writer_without_a_parent_directory_is_an_error(void **state)
{
	struct ecs_err err = {0};
	char path[500];

	snprintf(path, sizeof(path), "%s/far/away", (char *)*state);
	assert_null(ecs_index_writer_open(path, &err));
	assert_int_equal(err.status, 500);
	assert_string_equal(err.code, "index_missing");
}

static void
assert_bad_term(struct ecs_index_entry *entry, const char *term, size_t len)
{
	struct ecs_err err = {0};

	assert_false(ecs_index_entry_posting(entry, term, len, 1, &err));
	assert_int_equal(err.status, 422);
	assert_string_equal(err.code, "bad_term");
	ecs_err_clear(&err);
	assert_false(ecs_index_entry_term(entry, term, len, 1, &err));
	assert_string_equal(err.code, "bad_term");
}

static void
a_bad_term_is_refused_without_harm_to_the_batch(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_index_entry *entry = words_entry("good");
	struct ecs_err err = {0};
	char term[ECS_TERM_BYTES + 1];

	memset(term, 'x', sizeof(term));
	put_words(writer, 1, "good");
	assert_bad_term(entry, "", 0);
	assert_bad_term(entry, "a\0b", 3);
	assert_bad_term(entry, term, sizeof(term));
	assert_true(
	    ecs_index_entry_posting(entry, term, ECS_TERM_BYTES, 2, &err));
	assert_false(ecs_index_put(writer, 0, entry, &err));
	assert_int_equal(err.status, 422);
	ecs_err_clear(&err);
	assert_true(ecs_index_put(writer, 2, entry, &err));
	commit(writer);
	assert_docids(*state, "good", "1 2");
	ecs_index_entry_free(entry);
	ecs_index_writer_close(writer);
}

static void
a_value_too_long_is_refused(void **state)
{
	struct ecs_index_entry *entry = words_entry("x");
	struct ecs_err err = {0};
	char *value = calloc(1, ECS_VALUE_BYTES + 1);

	(void)state;
	assert_non_null(value);
	assert_true(
	    ecs_index_entry_value(entry, 1, value, ECS_VALUE_BYTES, &err));
	assert_false(
	    ecs_index_entry_value(entry, 1, value, ECS_VALUE_BYTES + 1, &err));
	assert_int_equal(err.status, 422);
	assert_string_equal(err.code, "bad_value");
	free(value);
	ecs_index_entry_free(entry);
}

/* The probes are read once, so one test arms them all. */
static void
a_failed_writer_stays_lost_until_it_is_opened_again(void **state)
{
	struct ecs_index_writer *writer;
	struct ecs_index_entry *entry = words_entry("b");
	struct ecs_err err = {0};

	setenv("ECS_FAULTS", "index.put=2,index.commit=2,index.committed=2", 1);
	ecs_fault_init();
	writer = open_writer(*state);
	put_words(writer, 1, "a"); /* the first hit of index.put */
	assert_false(ecs_index_put(writer, 2, entry, &err));
	assert_string_equal(err.code, "index_failed");
	ecs_err_clear(&err);
	assert_false(ecs_index_commit(writer, NULL, &err));
	assert_int_equal(err.status, 500);
	assert_string_equal(err.code, "writer_lost");
	ecs_err_clear(&err);
	assert_false(ecs_index_remove(writer, 1, &err));
	assert_string_equal(err.code, "writer_lost");
	ecs_index_writer_close(writer);
	assert_docids(*state, "a", "");

	writer = open_writer(*state);
	put_words(writer, 1, "a");
	commit(writer);
	put_words(writer, 2, "a");
	ecs_err_clear(&err);
	assert_false(ecs_index_commit(writer, NULL, &err));
	ecs_index_writer_close(writer);
	assert_docids(*state, "a", "1");

	writer = open_writer(*state);
	put_words(writer, 3, "a");
	ecs_err_clear(&err);
	assert_false(ecs_index_commit(writer, NULL, &err));
	ecs_index_writer_close(writer);
	assert_docids(*state, "a", "1 3");
	assert_null(ecs_fault_unhit());
	ecs_index_entry_free(entry);
}

static void
the_revision_moves_with_a_commit_that_has_something(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_err err = {0};
	uint64_t first = 0;
	uint64_t idle = 0;
	uint64_t second = 0;

	put_words(writer, 1, "a");
	assert_true(ecs_index_commit(writer, &first, &err));
	assert_true(ecs_index_commit(writer, &idle, &err));
	assert_true(ecs_index_put_metadata(writer, "seq", "1", 1, &err));
	assert_true(ecs_index_commit(writer, &second, &err));
	assert_true(first > 0);
	assert_int_equal(idle, first);
	assert_true(second > first);
	ecs_index_writer_close(writer);
}

static void
a_batch_past_the_flush_threshold_is_still_one_commit(void **state)
{
	struct ecs_index_writer *writer;

	setenv("XAPIAN_FLUSH_THRESHOLD", "10", 1);
	writer = open_writer(*state);
	commit(writer);
	for (uint32_t docid = 1; docid <= 100; docid++)
		put_words(writer, docid, "a");
	assert_docids(*state, "a", "");
	ecs_index_writer_close(writer);
	assert_docids(*state, "a", "");
	unsetenv("XAPIAN_FLUSH_THRESHOLD");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCRATCH_TEST(putting_again_replaces_the_document),
	    SCRATCH_TEST(removing_what_is_not_there_leaves_the_batch_whole),
	    SCRATCH_TEST(closing_without_commit_drops_what_is_pending),
	    SCRATCH_TEST(a_second_writer_is_told_that_the_index_is_locked),
	    SCRATCH_TEST(a_writer_without_a_parent_directory_is_an_error),
	    SCRATCH_TEST(a_bad_term_is_refused_without_harm_to_the_batch),
	    SCRATCH_TEST(a_value_too_long_is_refused),
	    SCRATCH_TEST(the_revision_moves_with_a_commit_that_has_something),
	    SCRATCH_TEST(a_batch_past_the_flush_threshold_is_still_one_commit),
	    SCRATCH_TEST(a_failed_writer_stays_lost_until_it_is_opened_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
