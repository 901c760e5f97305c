/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"
#include "ecsearch/xapian.h"

#include "scratch.h"

static void
a_compacted_copy_keeps_the_numbers_of_documents(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_index_reader *reader;
	struct ecs_buf report = {0};
	struct ecs_err err = {0};
	char to[500];
	char *docids;

	snprintf(to, sizeof(to), "%s-compact", (char *)*state);
	put_words(writer, 3, "a");
	put_words(writer, 900, "a");
	commit(writer);
	assert_true(ecs_index_compact(*state, to, &err));
	assert_true(ecs_index_check(to, &report, &err));
	assert_true(report.len > 0);
	reader = open_reader(to);
	docids = docids_of(reader, "a");
	assert_string_equal(docids, "3 900");
	assert_false(ecs_index_compact(*state, to, &err));
	assert_int_equal(err.status, 409);
	free(docids);
	ecs_buf_fini(&report);
	ecs_index_reader_close(reader);
	ecs_index_writer_close(writer);
}

/* Overwrite the middle of every block of a table with what is no block. */
static void
damage(const char *index, const char *table)
{
	char path[500];
	char junk[64];
	off_t size;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", index, table);
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	memset(junk, 0xFF, sizeof(junk));
	size = lseek(fd, 0, SEEK_END);
	for (off_t at = 0; at < size; at += 8192)
		assert_int_equal(pwrite(fd, junk, sizeof(junk), at), 64);
	close(fd);
}

static void
a_damaged_index_does_not_pass_the_check(void **state)
{
	struct ecs_index_writer *writer = open_writer(*state);
	struct ecs_buf report = {0};
	struct ecs_err err = {0};

	for (uint32_t docid = 1; docid <= 500; docid++)
		put_words(writer, docid, "some words to fill a block with");
	commit(writer);
	ecs_index_writer_close(writer);
	damage(*state, "postlist.glass");
	assert_false(ecs_index_check(*state, &report, &err));
	assert_int_equal(err.status, 500);
	assert_string_equal(err.code, "index_damaged");
	ecs_buf_fini(&report);
}

/* Commit batches of ten and tell each that was committed, until killed. */
static void
write_until_killed(const char *path, int tell)
{
	struct ecs_err err = {0};
	struct ecs_index_writer *writer = ecs_index_writer_open(path, &err);
	struct ecs_index_entry *entry = words_entry("a b c d e f g");

	for (uint32_t batch = 0; writer != NULL; batch++) {
		for (uint32_t i = 1; i <= 10; i++)
			if (!ecs_index_put(writer, batch * 10 + i, entry, &err))
				_exit(1);
		if (!ecs_index_commit(writer, NULL, &err) ||
		    write(tell, "+", 1) != 1)
			_exit(1);
	}
	_exit(1);
}

/* Let a child commit `batches` times and kill it; the batches it told. */
static uint32_t
kill_after(const char *path, uint32_t batches)
{
	uint32_t told = 0;
	int ends[2];
	int status;
	char plus;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		write_until_killed(path, ends[1]);
	close(ends[1]);
	while (told < batches && read(ends[0], &plus, 1) == 1)
		told++;
	kill(child, SIGKILL);
	while (read(ends[0], &plus, 1) == 1)
		told++;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	close(ends[0]);
	return told;
}

static void
a_killed_writer_loses_no_commit_and_leaves_no_lock(void **state)
{
	for (uint32_t batches = 1; batches <= 8; batches++) {
		uint32_t told = kill_after(*state, batches);
		struct ecs_index_reader *reader = open_reader(*state);
		struct ecs_buf report = {0};
		struct ecs_err err = {0};
		uint32_t documents = count_documents(reader);

		assert_int_equal(documents % 10, 0);
		assert_true(documents >= told * 10);
		assert_true(ecs_index_check(*state, &report, &err));
		ecs_buf_fini(&report);
		ecs_index_reader_close(reader);
		ecs_index_writer_close(open_writer(*state));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCRATCH_TEST(a_compacted_copy_keeps_the_numbers_of_documents),
	    SCRATCH_TEST(a_damaged_index_does_not_pass_the_check),
	    SCRATCH_TEST(a_killed_writer_loses_no_commit_and_leaves_no_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
