/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ecsearch/buf.h"

#include "scratch.h"

/* The file's bytes, to be freed by ecs_buf_fini. */
static struct ecs_buf
read_file(const char *path)
{
	struct ecs_buf buf = {0};
	char block[4096];
	size_t len;
	FILE *file = fopen(path, "rb");

	assert_non_null(file);
	while ((len = fread(block, 1, sizeof(block), file)) > 0)
		ecs_buf_add(&buf, block, len);
	fclose(file);
	return buf;
}

static void
write_file(const char *path, const char *data, size_t len)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	fclose(file);
}

static void
put_many(struct scratch *scratch, int count)
{
	char json[1200];
	char id[16];

	memset(json, 'x', sizeof(json));
	json[sizeof(json) - 1] = '\0';
	begin(scratch);
	for (int i = 0; i < count; i++) {
		snprintf(id, sizeof(id), "id%d", i);
		put(scratch, id, json);
	}
	commit(scratch);
}

static void
records_are_there_again_after_a_restart(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	char instance[33];
	char value[16];

	snprintf(instance, sizeof(instance), "%s",
	    ecs_records_instance(scratch->records));
	assert_int_equal(strlen(instance), 32);
	put_alone(scratch, "a", "{\"v\":1}");
	put_alone(scratch, "b", "{\"v\":2}");
	MUST(ecs_records_put_setting(scratch->records, "name", "value", &err),
	    &err);
	scratch_close(scratch);
	scratch_open(scratch);
	assert_string_equal(ecs_records_instance(scratch->records), instance);
	assert_int_equal(ecs_records_sequence(scratch->records), 2);
	assert_string_equal(text_by_id(scratch, "b", UINT64_MAX), "{\"v\":2}");
	MUST(ecs_records_get_setting(
		 scratch->records, "name", value, sizeof(value), &err),
	    &err);
	assert_string_equal(value, "value");
	MUST(ecs_records_get_setting(
		 scratch->records, "none", value, sizeof(value), &err),
	    &err);
	assert_string_equal(value, "");
}

static void
a_setting_that_does_not_fit_is_an_error(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	char value[4];

	MUST(ecs_records_put_setting(scratch->records, "name", "long", &err),
	    &err);
	assert_false(ecs_records_get_setting(
	    scratch->records, "name", value, sizeof(value), &err));
	assert_int_equal(err.status, 500);
}

static void
the_file_is_for_its_owner_alone(void **state)
{
	struct scratch *scratch = *state;
	struct stat found;

	put_alone(scratch, "a", "{}");
	assert_int_equal(stat(scratch->path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0600);
	assert_int_equal(
	    stat(scratch_beside(scratch, "records.db-wal"), &found), 0);
	assert_int_equal(found.st_mode & 0777, 0600);
}

static void
a_second_opening_is_refused_while_the_first_lives(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};

	assert_null(ecs_records_open(scratch->path, &err));
	assert_int_equal(err.status, 503);
	assert_string_equal(err.code, "records_busy");
	put_alone(scratch, "a", "{}");
}

static void
refuse_unchanged(struct scratch *scratch, const char *code)
{
	struct ecs_buf before = read_file(scratch->path);
	struct ecs_buf after;
	struct ecs_err err = {0};

	assert_null(ecs_records_open(scratch->path, &err));
	assert_int_equal(err.status, 500);
	assert_string_equal(err.code, code);
	after = read_file(scratch->path);
	assert_int_equal(before.len, after.len);
	assert_memory_equal(before.data, after.data, before.len);
	ecs_buf_fini(&before);
	ecs_buf_fini(&after);
}

static void
a_file_of_something_else_is_refused_and_left_alone(void **state)
{
	struct scratch *scratch = *state;
	static const char text[] = "Minutes of the general assembly.\n";

	scratch_close(scratch);
	write_file(scratch->path, text, sizeof(text) - 1);
	refuse_unchanged(scratch, "records_damaged");
}

static void
a_cut_file_is_refused_and_left_alone(void **state)
{
	struct scratch *scratch = *state;

	put_many(scratch, 100);
	scratch_close(scratch);
	assert_int_equal(truncate(scratch->path, 40000), 0);
	refuse_unchanged(scratch, "records_damaged");
}

static void
a_broken_header_is_refused_and_left_alone(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_buf bytes;

	put_many(scratch, 100);
	scratch_close(scratch);
	bytes = read_file(scratch->path);
	memset(bytes.data, 0, 64);
	write_file(scratch->path, bytes.data, bytes.len);
	ecs_buf_fini(&bytes);
	refuse_unchanged(scratch, "records_damaged");
}

static void
an_emptied_file_with_a_log_is_refused_and_the_log_kept(void **state)
{
	struct scratch *scratch = *state;
	const char *log = scratch_beside(scratch, "records.db-wal");
	struct ecs_buf after;
	struct ecs_err err = {0};

	scratch_close(scratch);
	write_file(scratch->path, "", 0);
	write_file(log, "log", 3);
	assert_null(ecs_records_open(scratch->path, &err));
	assert_string_equal(err.code, "records_damaged");
	after = read_file(scratch_beside(scratch, "records.db-wal"));
	assert_int_equal(after.len, 3);
	ecs_buf_fini(&after);
}

static void
damage_inside_is_found_by_the_check(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	struct ecs_buf bytes;

	put_many(scratch, 200);
	MUST(ecs_records_check(scratch->records, &err), &err);
	scratch_close(scratch);
	bytes = read_file(scratch->path);
	assert_true(bytes.len > 200000);
	memset(bytes.data + bytes.len / 2, 0xA5, 16384);
	write_file(scratch->path, bytes.data, bytes.len);
	ecs_buf_fini(&bytes);
	scratch_open(scratch);
	assert_false(ecs_records_check(scratch->records, &err));
	assert_int_equal(err.status, 500);
	assert_string_equal(err.code, "records_damaged");
}

static void
a_copy_is_consistent_and_opens(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	struct scratch copy = *scratch;
	struct stat found;

	put_many(scratch, 50);
	begin(scratch);
	put(scratch, "pending", "{}");
	snprintf(copy.path, sizeof(copy.path), "%s",
	    scratch_beside(scratch, "copy.db"));
	MUST(ecs_records_copy(scratch->records, copy.path, &err), &err);
	commit(scratch);
	assert_int_equal(stat(copy.path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0600);
	scratch_open(&copy);
	assert_string_equal(ecs_records_instance(copy.records),
	    ecs_records_instance(scratch->records));
	assert_int_equal(ecs_records_sequence(copy.records), 1);
	assert_non_null(text_by_id(&copy, "id49", UINT64_MAX));
	assert_null(text_by_id(&copy, "pending", UINT64_MAX));
	MUST(ecs_records_check(copy.records, &err), &err);
	assert_int_equal(put_alone(&copy, "new", "{}"), 50);
	scratch_close(&copy);
}

static void
a_copy_overwrites_nothing(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	char path[512];
	struct ecs_buf after;

	snprintf(path, sizeof(path), "%s", scratch_beside(scratch, "copy.db"));
	write_file(path, "precious", 8);
	assert_false(ecs_records_copy(scratch->records, path, &err));
	after = read_file(path);
	assert_int_equal(after.len, 8);
	ecs_buf_fini(&after);
}

static bool
holds(const char *path, const char *word)
{
	struct ecs_buf bytes = read_file(path);
	size_t len = strlen(word);
	bool found = false;

	for (size_t at = 0; !found && at + len <= bytes.len; at++)
		found = memcmp(bytes.data + at, word, len) == 0;
	ecs_buf_fini(&bytes);
	return found;
}

static bool
any_holds(struct scratch *scratch, const char *word)
{
	return holds(scratch->path, word) ||
	    holds(scratch_beside(scratch, "records.db-wal"), word);
}

static void
a_scrubbed_file_holds_nothing_of_what_was_deleted(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	char json[30000];

	memset(json, 'x', sizeof(json));
	memcpy(json, "Erika Mustermann", 16);
	memcpy(json + sizeof(json) - 20, "Musterstadt", 12);
	put_many(scratch, 30);
	put_alone(scratch, "id-of-erika", json);
	MUST(ecs_records_scrub(scratch->records, &err), &err);
	put_alone(scratch, "id-of-erika", "{}");
	assert_true(any_holds(scratch, "Mustermann"));
	drop_alone(scratch, "id-of-erika");
	trim(scratch, UINT64_MAX);
	MUST(ecs_records_forget_deletions(
		 scratch->records, scratch->collection, UINT64_MAX, &err),
	    &err);
	MUST(ecs_records_scrub(scratch->records, &err), &err);
	assert_false(any_holds(scratch, "Mustermann"));
	assert_false(any_holds(scratch, "Musterstadt"));
	assert_false(any_holds(scratch, "id-of-erika"));
	assert_non_null(text_by_id(scratch, "id29", UINT64_MAX));
}

static void
a_missing_folder_is_an_error_with_a_status(void **state)
{
	struct ecs_err err = {0};

	(void)state;
	assert_null(ecs_records_open("no-such-folder/records.db", &err));
	assert_int_equal(err.status, 500);
	assert_string_equal(err.code, "records_failed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(records_are_there_again_after_a_restart),
	    CLAIM(a_setting_that_does_not_fit_is_an_error),
	    CLAIM(the_file_is_for_its_owner_alone),
	    CLAIM(a_second_opening_is_refused_while_the_first_lives),
	    CLAIM(a_file_of_something_else_is_refused_and_left_alone),
	    CLAIM(a_cut_file_is_refused_and_left_alone),
	    CLAIM(a_broken_header_is_refused_and_left_alone),
	    CLAIM(an_emptied_file_with_a_log_is_refused_and_the_log_kept),
	    CLAIM(damage_inside_is_found_by_the_check),
	    CLAIM(a_copy_is_consistent_and_opens),
	    CLAIM(a_copy_overwrites_nothing),
	    CLAIM(a_scrubbed_file_holds_nothing_of_what_was_deleted),
	    CLAIM(a_missing_folder_is_an_error_with_a_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
