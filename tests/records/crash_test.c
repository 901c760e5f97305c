/* SPDX-License-Identifier: ISC */
/*
 * crash_test - what was acknowledged is there after kill -9, whole.
 *
 * A child commits transaction after transaction, each replacing both documents
 * of a pair and adding one, and writes the sequence of each to a pipe once the
 * commit has returned.  The parent kills it in the middle and looks.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ecsearch/fault.h"

#include "scratch.h"

enum { ROUNDS = 10, ACKS = 12 };

static bool
put_sequence(struct ecs_records *records, int collection, const char *id,
    uint64_t sequence)
{
	struct ecs_err err = {0};
	uint32_t number;
	bool created;
	char json[64];

	snprintf(
	    json, sizeof(json), "{\"v\":%llu}", (unsigned long long)sequence);
	return ecs_records_put(records, collection, id, strlen(id), json,
	    strlen(json), NULL, 0, &number, &created, &err);
}

static bool
write_one(struct ecs_records *records, int collection, int acks)
{
	struct ecs_err err = {0};
	uint64_t sequence;
	char id[32];

	if (!ecs_records_begin(records, &sequence, &err))
		return false;
	snprintf(id, sizeof(id), "n%llu", (unsigned long long)sequence);
	return put_sequence(records, collection, "left", sequence) &&
	    put_sequence(records, collection, id, sequence) &&
	    put_sequence(records, collection, "right", sequence) &&
	    ecs_records_commit(records, &err) &&
	    write(acks, &sequence, sizeof(sequence)) == sizeof(sequence);
}

/* Never returns; the child must not run the parent's clearing up. */
static void
write_until_killed(const char *path, int acks)
{
	struct ecs_err err = {0};
	struct ecs_records *records;
	int collection;

	ecs_fault_init();
	records = ecs_records_open(path, &err);
	if (records != NULL &&
	    ecs_records_collection(records, "news", &collection, &err))
		while (write_one(records, collection, acks))
			;
	_exit(1);
}

/* Let a child write; the last sequence it acknowledged before it died. */
static uint64_t
write_and_kill(const char *path, int after)
{
	uint64_t last = 0;
	uint64_t ack;
	int status;
	int acks[2];
	pid_t child;

	assert_int_equal(pipe(acks), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(acks[0]);
		write_until_killed(path, acks[1]);
	}
	close(acks[1]);
	for (int count = 0; read(acks[0], &ack, sizeof(ack)) == sizeof(ack);
	     count++) {
		last = ack;
		if (count == after)
			kill(child, SIGKILL);
	}
	close(acks[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	return last;
}

static void
holds_whole_transactions_up_to(struct scratch *scratch, uint64_t acknowledged)
{
	uint64_t sequence = ecs_records_sequence(scratch->records);
	struct ecs_err err = {0};
	char json[64];
	char id[32];

	assert_true(sequence >= acknowledged);
	snprintf(
	    json, sizeof(json), "{\"v\":%llu}", (unsigned long long)sequence);
	assert_string_equal(text_by_id(scratch, "left", UINT64_MAX), json);
	assert_string_equal(text_by_id(scratch, "right", UINT64_MAX), json);
	for (uint64_t i = 1; i <= sequence; i++) {
		snprintf(id, sizeof(id), "n%llu", (unsigned long long)i);
		assert_non_null(text_by_id(scratch, id, UINT64_MAX));
	}
	snprintf(id, sizeof(id), "n%llu", (unsigned long long)sequence + 1);
	assert_null(text_by_id(scratch, id, UINT64_MAX));
	MUST(ecs_records_check(scratch->records, &err), &err);
}

static void
a_kill_loses_no_acknowledged_transaction(void **state)
{
	struct scratch *scratch = *state;

	for (int round = 0; round < ROUNDS; round++) {
		uint64_t last;

		scratch_close(scratch);
		last = write_and_kill(scratch->path, ACKS + round);
		assert_true(last >= ACKS);
		scratch_open(scratch);
		holds_whole_transactions_up_to(scratch, last);
	}
}

/* Where a probe kills, how many acknowledgements come, what is then there. */
static const struct {
	const char *faults;
	uint64_t acknowledged;
	uint64_t stored;
} kills[] = {
    {"records.put=5:kill", 1, 1}, /* in the middle of the second */
    {"records.commit=3:kill", 2, 2},
    {"records.committed=3:kill", 2, 3}, /* durable, not acknowledged */
};

static void
a_transaction_is_all_or_nothing_wherever_it_dies(void **state)
{
	struct scratch *scratch = *state;
	uint64_t stored = 0;

	for (size_t i = 0; i < sizeof(kills) / sizeof(kills[0]); i++) {
		scratch_close(scratch);
		setenv("ECS_FAULTS", kills[i].faults, 1);
		assert_int_equal(write_and_kill(scratch->path, 100),
		    stored + kills[i].acknowledged);
		unsetenv("ECS_FAULTS");
		scratch_open(scratch);
		stored += kills[i].stored;
		assert_int_equal(
		    ecs_records_sequence(scratch->records), stored);
		holds_whole_transactions_up_to(scratch, stored);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(a_kill_loses_no_acknowledged_transaction),
	    CLAIM(a_transaction_is_all_or_nothing_wherever_it_dies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
