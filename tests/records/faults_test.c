/* SPDX-License-Identifier: ISC */
/*
 * faults_test - a disk or a memory that fails at each place in turn.
 *
 * Whatever fails, what was acknowledged is there, what was not is gone, and
 * the next transaction works.
 */
#include <stdio.h>

#include <sqlite3.h>

#include "ecsearch/fault.h"

#include "faulty.h"
#include "scratch.h"

enum { LONG = 20000, ROUNDS_MAX = 5000 };

static bool
put_long(struct scratch *scratch, const char *id, uint64_t sequence,
    struct ecs_err *err)
{
	char json[LONG];
	uint32_t number;
	bool created;
	int head;

	head =
	    snprintf(json, sizeof(json), "%llu ", (unsigned long long)sequence);
	memset(json + head, 'x', sizeof(json) - (size_t)head);
	return ecs_records_put(scratch->records, scratch->collection, id,
	    strlen(id), json, sizeof(json), NULL, 0, &number, &created, err);
}

/* Replace both of a pair; false and err when it was not acknowledged. */
static bool
write_pair(struct scratch *scratch, struct ecs_err *err)
{
	uint64_t sequence;

	if (!ecs_records_begin(scratch->records, &sequence, err))
		return false;
	if (put_long(scratch, "left", sequence, err) &&
	    put_long(scratch, "right", sequence, err))
		return ecs_records_commit(scratch->records, err);
	ecs_records_rollback(scratch->records);
	return false;
}

static void
pair_is_of(struct scratch *scratch, uint64_t sequence)
{
	const char *left = text_by_id(scratch, "left", UINT64_MAX);

	assert_int_equal(strtoull(left, NULL, 10), sequence);
	assert_int_equal(
	    strtoull(text_by_id(scratch, "right", UINT64_MAX), NULL, 10),
	    sequence);
	assert_int_equal(ecs_records_sequence(scratch->records), sequence);
}

typedef void plan(int after);

/* Go through all places until none fails any more. */
static void
fail_at_each(struct scratch *scratch, plan *arm, int status, const char *code)
{
	uint64_t acknowledged = 1;
	bool met = true;
	int round;

	begin(scratch);
	put(scratch, "left", "1");
	put(scratch, "right", "1");
	commit(scratch);
	for (round = 0; met; round++) {
		struct ecs_err err = {0};
		bool ok;

		assert_true(round < ROUNDS_MAX);
		arm(round);
		ok = write_pair(scratch, &err);
		met = faulty_heal();
		if (ok)
			acknowledged++;
		else {
			assert_true(met);
			assert_int_equal(err.status, status);
			assert_string_equal(err.code, code);
		}
		pair_is_of(scratch, acknowledged);
	}
	assert_true(round > 1);
	scratch_close(scratch);
	scratch_open(scratch);
	pair_is_of(scratch, acknowledged);
}

static void
fill_disk(int after)
{
	faulty_disk(after, SQLITE_FULL);
}

static void
a_full_disk_costs_only_what_was_not_acknowledged(void **state)
{
	fail_at_each(*state, fill_disk, 507, "disk_full");
}

static void
break_flush(int after)
{
	faulty_flush(after, SQLITE_IOERR_FSYNC);
}

static void
what_cannot_be_flushed_is_not_acknowledged(void **state)
{
	fail_at_each(*state, break_flush, 500, "records_failed");
}

static void
memory_running_out_costs_only_what_was_not_acknowledged(void **state)
{
	fail_at_each(*state, faulty_memory, 503, "no_memory");
}

/* Every third place: there are many, and each costs an opening. */
static void
memory_running_out_while_opening_is_an_error(void **state)
{
	struct scratch *scratch = *state;
	bool met = true;

	put_alone(scratch, "a", "{}");
	for (int round = 0; met; round += 3) {
		struct ecs_err err = {0};

		scratch_close(scratch);
		faulty_memory(round);
		scratch->records = ecs_records_open(scratch->path, &err);
		met = faulty_heal();
		assert_true(met || scratch->records != NULL);
		if (scratch->records == NULL)
			assert_int_equal(err.status, 503);
		ecs_records_close(scratch->records);
		scratch_open(scratch);
		assert_non_null(text_by_id(scratch, "a", UINT64_MAX));
	}
}

static void
memory_running_out_while_reading_is_an_error(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	bool met = true;

	put_alone(scratch, "a", "{\"v\":1}");
	put_alone(scratch, "a", "{\"v\":2}");
	for (int round = 0; met; round++) {
		struct ecs_record_reader *reader;
		struct ecs_record record;
		bool found = false;
		bool ok = false;

		memset(&err, 0, sizeof(err));
		faulty_memory(round);
		reader = ecs_record_reader_open(scratch->records, &err);
		if (reader != NULL)
			ok = ecs_record_by_id(reader, scratch->collection, "a",
			    1, 1, &record, &found, &err);
		met = faulty_heal();
		if (ok) {
			assert_true(found);
			assert_string_equal(record.json, "{\"v\":1}");
		} else
			assert_int_equal(err.status, 503);
		ecs_record_reader_close(reader);
	}
}

/* After a write that failed half-way the rest would be half a transaction. */
static void
a_transaction_with_a_failed_write_cannot_be_committed(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err first = {0};
	struct ecs_err second = {0};
	struct ecs_err third = {0};

	put_alone(scratch, "a", "{\"v\":1}");
	setenv("ECS_FAULTS", "records.put=2", 1);
	ecs_fault_init();
	begin(scratch);
	put(scratch, "a", "{\"v\":2}");
	assert_false(put_long(scratch, "b", 2, &first));
	assert_int_equal(first.status, 500);
	assert_null(ecs_fault_unhit());
	assert_false(put_long(scratch, "c", 2, &second));
	assert_int_equal(second.status, 500);
	assert_false(ecs_records_commit(scratch->records, &third));
	assert_int_equal(third.status, 500);
	assert_string_equal(text_by_id(scratch, "a", UINT64_MAX), "{\"v\":1}");
	assert_int_equal(put_alone(scratch, "b", "{}"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(a_full_disk_costs_only_what_was_not_acknowledged),
	    CLAIM(what_cannot_be_flushed_is_not_acknowledged),
	    CLAIM(memory_running_out_costs_only_what_was_not_acknowledged),
	    CLAIM(memory_running_out_while_opening_is_an_error),
	    CLAIM(memory_running_out_while_reading_is_an_error),
	    CLAIM(a_transaction_with_a_failed_write_cannot_be_committed),
	};

	if (!faulty_init())
		return 99;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
