/* SPDX-License-Identifier: ISC */
/*
 * threads_test - readers, keys and tasks beside a writer.
 *
 * Run under the thread sanitizer as well.  cmocka's assertions jump, so threads
 * count what went wrong and the test looks at the count.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

#include "scratch.h"

enum { DOCUMENTS = 20, TRANSACTIONS = 60, READERS = 3 };

struct stage {
	struct scratch *scratch;
	atomic_bool over;
	atomic_int wrong;
	atomic_int looks;
	atomic_uint_fast64_t oldest[READERS]; /* what each reader looks at */
};

struct player {
	struct stage *stage;
	int which;
};

/* Every document of a transaction says its sequence. */
static void
write_all(struct scratch *scratch)
{
	uint64_t sequence = begin(scratch);
	char json[64];
	char id[16];

	snprintf(
	    json, sizeof(json), "{\"v\":%llu}", (unsigned long long)sequence);
	for (int i = 0; i < DOCUMENTS; i++) {
		snprintf(id, sizeof(id), "id%d", i);
		put(scratch, id, json);
	}
	commit(scratch);
}

static void
look_at(
    struct stage *stage, struct ecs_record_reader *reader, uint64_t sequence)
{
	struct ecs_err err = {0};
	struct ecs_record record;
	char json[64];
	bool found;

	snprintf(
	    json, sizeof(json), "{\"v\":%llu}", (unsigned long long)sequence);
	for (uint32_t i = 0; i < DOCUMENTS; i++) {
		if (!ecs_record_by_number(reader, stage->scratch->collection, i,
			sequence, &record, &found, &err) ||
		    !found || strcmp(record.json, json) != 0)
			stage->wrong++;
		stage->looks++;
	}
}

static void *
read_on(void *user)
{
	struct player *player = user;
	struct stage *stage = player->stage;
	struct ecs_err err = {0};
	struct ecs_record_reader *reader =
	    ecs_record_reader_open(stage->scratch->records, &err);

	if (reader == NULL) {
		stage->wrong++;
		return NULL;
	}
	while (!stage->over) {
		/* said before it is looked at, and not trimmed till unsaid */
		uint64_t sequence = stage->oldest[player->which];

		look_at(stage, reader, sequence);
		stage->oldest[player->which] =
		    ecs_records_sequence(stage->scratch->records);
	}
	ecs_record_reader_close(reader);
	return NULL;
}

static uint64_t
oldest_of(struct stage *stage)
{
	uint64_t oldest = UINT64_MAX;

	for (int i = 0; i < READERS; i++)
		if (stage->oldest[i] < oldest)
			oldest = stage->oldest[i];
	return oldest;
}

static void
readers_see_their_sequence_while_another_is_written(void **state)
{
	struct stage stage = {.scratch = *state};
	struct player players[READERS];
	pthread_t threads[READERS];

	write_all(stage.scratch);
	for (int i = 0; i < READERS; i++) {
		players[i] = (struct player){&stage, i};
		stage.oldest[i] = 1;
		assert_int_equal(
		    pthread_create(&threads[i], NULL, read_on, &players[i]), 0);
	}
	for (int i = 0; i < TRANSACTIONS; i++) {
		write_all(stage.scratch);
		trim(stage.scratch, oldest_of(&stage));
	}
	stage.over = true;
	for (int i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(stage.wrong, 0);
	assert_true(stage.looks >= READERS * DOCUMENTS);
}

static void *
manage(void *user)
{
	struct stage *stage = user;
	struct ecs_records *records = stage->scratch->records;
	struct ecs_err err = {0};

	while (!stage->over) {
		struct ecs_key key = {.name = "n"};
		struct ecs_key seen;
		char secret[48];
		char task[24];
		bool found = false;

		if (!ecs_key_create(records, &key, secret, 48, &err) ||
		    !ecs_key_find(records, secret, 47, &seen, &found, &err) ||
		    !found || strcmp(seen.id, key.id) != 0)
			stage->wrong++;
		if (!ecs_task_create(records, "k", "p", 1, task, &err) ||
		    !ecs_task_finish(records, task, ECS_TASK_DONE, "{}", &err))
			stage->wrong++;
		if (!ecs_key_delete(records, key.id, &found, &err) || !found)
			stage->wrong++;
		stage->looks++;
	}
	return NULL;
}

static void
keys_and_tasks_of_others_are_no_part_of_a_transaction(void **state)
{
	struct stage stage = {.scratch = *state};
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, manage, &stage), 0);
	for (int i = 0; i < TRANSACTIONS || stage.looks < 4; i++) {
		begin(stage.scratch);
		put(stage.scratch, "a", "{}");
		ecs_records_rollback(stage.scratch->records);
		sched_yield();
	}
	stage.over = true;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(stage.wrong, 0);
	assert_null(text_by_id(stage.scratch, "a", UINT64_MAX));
}

struct copy {
	struct stage *stage;
	struct scratch of;
};

static void *
copy_beside(void *user)
{
	struct copy *copy = user;
	struct ecs_err err = {0};

	if (!ecs_records_copy(
		copy->stage->scratch->records, copy->of.path, &err))
		copy->stage->wrong++;
	copy->stage->over = true;
	return NULL;
}

static void
a_copy_made_beside_a_writer_is_of_one_moment(void **state)
{
	struct stage stage = {.scratch = *state};
	struct copy copy = {.stage = &stage, .of = *stage.scratch};
	pthread_t thread;
	char json[64];

	write_all(stage.scratch);
	snprintf(copy.of.path, sizeof(copy.of.path), "%s",
	    scratch_beside(stage.scratch, "copy.db"));
	assert_int_equal(pthread_create(&thread, NULL, copy_beside, &copy), 0);
	while (!stage.over)
		write_all(stage.scratch);
	pthread_join(thread, NULL);
	assert_int_equal(stage.wrong, 0);
	scratch_open(&copy.of);
	snprintf(json, sizeof(json), "{\"v\":%llu}",
	    (unsigned long long)ecs_records_sequence(copy.of.records));
	for (uint32_t i = 0; i < DOCUMENTS; i++)
		assert_string_equal(
		    text_by_number(&copy.of, i, UINT64_MAX), json);
	scratch_close(&copy.of);
}

static void *
find_beside_a_batch(void *user)
{
	struct stage *stage = user;
	struct ecs_records *records = stage->scratch->records;
	struct ecs_err err = {0};
	struct ecs_key key;
	bool found;

	if (!ecs_key_find(records, "ecs_x", 5, &key, &found, &err) || found)
		stage->wrong++;
	return NULL;
}

/* If finding waited for the batch, the join would never end. */
static void
finding_a_key_does_not_wait_for_the_batch(void **state)
{
	struct stage stage = {.scratch = *state};
	pthread_t thread;

	begin(stage.scratch);
	put(stage.scratch, "a", "{}");
	assert_int_equal(
	    pthread_create(&thread, NULL, find_beside_a_batch, &stage), 0);
	pthread_join(thread, NULL);
	commit(stage.scratch);
	assert_int_equal(stage.wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(readers_see_their_sequence_while_another_is_written),
	    CLAIM(keys_and_tasks_of_others_are_no_part_of_a_transaction),
	    CLAIM(a_copy_made_beside_a_writer_is_of_one_moment),
	    CLAIM(finding_a_key_does_not_wait_for_the_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
