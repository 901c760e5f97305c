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
#include "ecsearch/xapian.h"

#include "scratch.h"

static void
assert_docids(
    struct ecs_index_reader *reader, const char *term, const char *expected)
{
	char *docids = docids_of(reader, term);

	assert_string_equal(docids, expected);
	free(docids);
}

static void
opening_a_missing_index_is_an_error_with_a_status(void **state)
{
	struct ecs_err err = {0};

	assert_null(ecs_index_reader_open(*state, &err));
	assert_int_equal(err.status, 500);
	assert_string_equal(err.code, "index_missing");
}

static void
postings_come_back_as_they_were_put(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_postings postings = {0};
	struct ecs_index_reader *reader;
	struct ecs_err err = {0};

	put_words(writer, 3, "cyber shield cyber");
	put_words(writer, 70000, "cyber range");
	commit(writer);
	reader = open_reader(*state);
	assert_true(ecs_index_postings(
	    reader, "cyber", 5, &postings, NULL, NULL, &err));
	assert_int_equal(postings.len, 2);
	assert_int_equal(postings.list[0].docid, 3);
	assert_int_equal(postings.list[0].count, 2);
	assert_int_equal(postings.list[1].docid, 70000);
	assert_int_equal(postings.list[1].count, 1);
	assert_docids(reader, "absent", "");
	assert_docids(reader, "", "3 70000");
	ecs_postings_fini(&postings);
	ecs_index_reader_close(reader);
	ecs_index_writer_close(writer);
}

static void
a_boolean_term_counts_nothing(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_index_entry *entry = words_entry("one");
	struct ecs_postings postings = {0};
	struct ecs_index_reader *reader;
	struct ecs_err err = {0};

	assert_true(ecs_index_entry_term(entry, "XCdk", 4, 0, &err));
	assert_true(ecs_index_put(writer, 1, entry, &err));
	commit(writer);
	reader = open_reader(*state);
	assert_true(
	    ecs_index_postings(reader, "XCdk", 4, &postings, NULL, NULL, &err));
	assert_int_equal(postings.len, 1);
	assert_int_equal(postings.list[0].count, 0);
	ecs_postings_fini(&postings);
	ecs_index_reader_close(reader);
	ecs_index_entry_free(entry);
	ecs_index_writer_close(writer);
}

static void
positions_are_those_that_were_given(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_positions positions = {0};
	struct ecs_index_reader *reader;
	struct ecs_err err = {0};

	put_words(writer, 1, "b a b b a");
	commit(writer);
	reader = open_reader(*state);
	assert_true(ecs_index_positions(reader, 1, "a", 1, &positions, &err));
	assert_true(ecs_index_positions(reader, 2, "a", 1, &positions, &err));
	assert_int_equal(positions.len, 2);
	assert_int_equal(positions.list[0], 2);
	assert_int_equal(positions.list[1], 5);
	ecs_positions_fini(&positions);
	ecs_index_reader_close(reader);
	ecs_index_writer_close(writer);
}

struct walk {
	struct ecs_buf text;
	int left; /* calls until the sink says stop */
};

static bool
note_term(void *user, const char *term, size_t len, uint32_t documents)
{
	struct walk *walk = user;

	ecs_buf_add(&walk->text, term, len);
	ecs_buf_printf(&walk->text, ":%u ", (unsigned)documents);
	return --walk->left > 0;
}

static void
terms_are_walked_by_prefix_and_can_be_left_early(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct walk all = {.left = 99};
	struct walk two = {.left = 2};
	struct walk one_document = {.left = 99};
	struct ecs_index_reader *reader;
	struct ecs_err err = {0};

	put_words(writer, 1, "sec secure b secure");
	put_words(writer, 2, "secure sector");
	commit(writer);
	reader = open_reader(*state);
	assert_true(ecs_index_terms(reader, "sec", 3, note_term, &all, &err));
	assert_string_equal(all.text.data, "sec:1 sector:1 secure:2 ");
	assert_true(ecs_index_terms(reader, "", 0, note_term, &two, &err));
	assert_string_equal(two.text.data, "b:1 sec:1 ");
	assert_true(ecs_index_document_terms(
	    reader, 1, note_term, &one_document, &err));
	assert_string_equal(one_document.text.data, "b:1 sec:1 secure:2 ");
	ecs_buf_fini(&all.text);
	ecs_buf_fini(&two.text);
	ecs_buf_fini(&one_document.text);
	ecs_index_reader_close(reader);
	ecs_index_writer_close(writer);
}

static bool
note_value(void *user, uint32_t docid, const void *value, size_t len)
{
	struct walk *walk = user;

	ecs_buf_printf(&walk->text, "%u=", (unsigned)docid);
	ecs_buf_add(&walk->text, value, len);
	ecs_buf_putc(&walk->text, ' ');
	return --walk->left > 0;
}

static void
values_are_walked_by_document(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_index_entry *entry = words_entry("x");
	struct walk walk = {.left = 99};
	struct ecs_index_reader *reader;
	struct ecs_err err = {0};

	assert_true(ecs_index_put(writer, 1, entry, &err));
	assert_true(ecs_index_entry_value(entry, 7, "dk\0", 3, &err));
	assert_true(ecs_index_put(writer, 2, entry, &err));
	assert_true(ecs_index_entry_value(entry, 7, "se", 2, &err));
	assert_true(ecs_index_put(writer, 9, entry, &err));
	commit(writer);
	reader = open_reader(*state);
	assert_true(ecs_index_values(reader, 7, note_value, &walk, &err));
	assert_int_equal(walk.text.len, 11);
	assert_memory_equal(walk.text.data, "2=dk\0 9=se ", 11);
	ecs_buf_fini(&walk.text);
	ecs_index_reader_close(reader);
	ecs_index_entry_free(entry);
	ecs_index_writer_close(writer);
}

static void
data_and_metadata_are_bytes(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_index_entry *entry = words_entry("x");
	struct ecs_buf buf = {0};
	struct ecs_index_reader *reader;
	struct ecs_err err = {0};

	assert_true(ecs_index_entry_data(entry, "{\0}", 3, &err));
	assert_true(ecs_index_put(writer, 4, entry, &err));
	assert_true(ecs_index_put_metadata(writer, "seq", "1\0002", 3, &err));
	commit(writer);
	reader = open_reader(*state);
	assert_true(ecs_index_data(reader, 4, &buf, &err));
	assert_true(ecs_index_metadata(reader, "seq", &buf, &err));
	assert_true(ecs_index_metadata(reader, "none", &buf, &err));
	assert_int_equal(buf.len, 6);
	assert_memory_equal(buf.data, "{\0}1\0002", 6);
	ecs_buf_fini(&buf);
	ecs_index_reader_close(reader);
	ecs_index_entry_free(entry);
	ecs_index_writer_close(writer);
}

static void
a_document_that_is_gone_is_a_404(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct walk walk = {.left = 99};
	struct ecs_buf buf = {0};
	struct ecs_index_reader *reader;

	put_words(writer, 1, "one");
	commit(writer);
	reader = open_reader(*state);
	for (uint32_t docid = 0; docid <= 2; docid += 2) {
		struct ecs_err err = {0};

		assert_false(ecs_index_data(reader, docid, &buf, &err));
		assert_int_equal(err.status, 404);
		assert_string_equal(err.code, "no_document");
		ecs_err_clear(&err);
		assert_false(ecs_index_document_terms(
		    reader, docid, note_term, &walk, &err));
		assert_string_equal(err.code, "no_document");
	}
	ecs_buf_fini(&buf);
	ecs_index_reader_close(reader);
	ecs_index_writer_close(writer);
}

static void
a_reader_sees_a_commit_only_after_a_refresh(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_index_reader *reader;
	struct ecs_err err = {0};
	uint64_t seen = 0;
	uint64_t committed = 0;

	put_words(writer, 1, "old");
	commit(writer);
	reader = open_reader(*state);
	put_words(writer, 2, "new");
	assert_true(ecs_index_commit(writer, &committed, &err));
	assert_int_equal(count_documents(reader), 1);
	assert_docids(reader, "new", "");
	assert_true(ecs_index_refresh(reader, &err));
	assert_int_equal(count_documents(reader), 2);
	assert_docids(reader, "new", "2");
	assert_true(ecs_index_revision(reader, &seen, &err));
	assert_int_equal(seen, committed);
	ecs_index_reader_close(reader);
	ecs_index_writer_close(writer);
}

/* Two commits that rewrite much of the index under a reader's feet. */
static void
churn(struct ecs_index_writer *writer)
{
	char text[160];

	for (int round = 0; round < 3; round++) {
		for (uint32_t docid = 1; docid <= 3000; docid++) {
			snprintf(text, sizeof(text),
			    "common r%d d%u x%u y%u z%u", round, docid,
			    docid % 97, docid % 89, docid * 7 % 3001);
			put_words(writer, docid, text);
		}
		commit(writer);
	}
}

static void
a_reader_left_behind_says_so_and_recovers_by_refresh(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_index_reader *reader;
	struct ecs_postings postings = {0};
	struct ecs_err err = {0};
	char text[16];
	bool moved = false;

	churn(writer);
	reader = open_reader(*state);
	churn(writer);
	for (unsigned docid = 1; docid <= 3000 && !moved; docid++) {
		snprintf(text, sizeof(text), "d%u", docid);
		moved = !ecs_index_postings(
		    reader, text, strlen(text), &postings, NULL, NULL, &err);
	}
	assert_true(moved);
	assert_int_equal(err.status, 503);
	assert_string_equal(err.code, "index_moved");
	ecs_err_clear(&err);
	assert_true(ecs_index_refresh(reader, &err));
	postings.len = 0;
	assert_true(ecs_index_postings(
	    reader, "common", 6, &postings, NULL, NULL, &err));
	assert_int_equal(postings.len, 3000);
	ecs_postings_fini(&postings);
	ecs_index_reader_close(reader);
	ecs_index_writer_close(writer);
}

static bool
stop_at_second_question(void *user)
{
	int *asked = user;

	return ++*asked == 2;
}

static void
a_stopped_call_appends_nothing(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_postings postings = {0};
	struct ecs_index_reader *reader;
	struct ecs_term words[] = {{"a", 1}, {"b", 1}};
	struct ecs_err err = {0};
	int asked = 0;

	for (uint32_t docid = 1; docid <= 9000; docid++)
		put_words(writer, docid, "a b");
	commit(writer);
	reader = open_reader(*state);
	assert_false(ecs_index_postings(
	    reader, "a", 1, &postings, stop_at_second_question, &asked, &err));
	assert_int_equal(err.status, 503);
	assert_string_equal(err.code, "cancelled");
	assert_int_equal(postings.len, 0);
	asked = 0;
	ecs_err_clear(&err);
	assert_false(ecs_index_phrase(reader, words, 2, 2, true, &postings,
	    stop_at_second_question, &asked, &err));
	assert_string_equal(err.code, "cancelled");
	assert_int_equal(postings.len, 0);
	ecs_postings_fini(&postings);
	ecs_index_reader_close(reader);
	ecs_index_writer_close(writer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCRATCH_TEST(opening_a_missing_index_is_an_error_with_a_status),
	    SCRATCH_TEST(postings_come_back_as_they_were_put),
	    SCRATCH_TEST(a_boolean_term_counts_nothing),
	    SCRATCH_TEST(positions_are_those_that_were_given),
	    SCRATCH_TEST(terms_are_walked_by_prefix_and_can_be_left_early),
	    SCRATCH_TEST(values_are_walked_by_document),
	    SCRATCH_TEST(data_and_metadata_are_bytes),
	    SCRATCH_TEST(a_document_that_is_gone_is_a_404),
	    SCRATCH_TEST(a_reader_sees_a_commit_only_after_a_refresh),
	    SCRATCH_TEST(a_reader_left_behind_says_so_and_recovers_by_refresh),
	    SCRATCH_TEST(a_stopped_call_appends_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
