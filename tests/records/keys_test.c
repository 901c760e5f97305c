/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "scratch.h"

enum { SECRET = 48 };

static struct ecs_key
make_key(struct scratch *scratch, const char *name, char *secret)
{
	struct ecs_key key = {.rate = 60};
	struct ecs_err err = {0};

	snprintf(key.name, sizeof(key.name), "%s", name);
	snprintf(key.rights, sizeof(key.rights), "search write:news");
	MUST(
	    ecs_key_create(scratch->records, &key, secret, SECRET, &err), &err);
	return key;
}

static bool
find_key(struct scratch *scratch, const char *secret, struct ecs_key *key)
{
	struct ecs_err err = {0};
	bool found;

	MUST(ecs_key_find(
		 scratch->records, secret, strlen(secret), key, &found, &err),
	    &err);
	return found;
}

static void
a_key_is_found_by_its_secret_alone(void **state)
{
	struct scratch *scratch = *state;
	char secret[SECRET];
	char other[SECRET];
	struct ecs_key made = make_key(scratch, "Anna", secret);
	struct ecs_key key;

	make_key(scratch, "Ben", other);
	assert_int_equal(strlen(secret), 47);
	assert_memory_equal(secret, "ecs_", 4);
	assert_memory_equal(made.id, "k_", 2);
	assert_true(made.created > 0);
	assert_true(find_key(scratch, secret, &key));
	assert_string_equal(key.id, made.id);
	assert_string_equal(key.name, "Anna");
	assert_string_equal(key.rights, "search write:news");
	assert_int_equal(key.rate, 60);
	secret[20] ^= 1;
	assert_false(find_key(scratch, secret, &key));
	assert_false(find_key(scratch, "", &key));
	assert_false(find_key(scratch, made.id, &key));
}

static void
many_keys_outlive_the_process(void **state)
{
	struct scratch *scratch = *state;
	char secrets[50][SECRET];
	struct ecs_key key;
	char name[16];

	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "key %d", i);
		make_key(scratch, name, secrets[i]);
	}
	scratch_close(scratch);
	scratch_open(scratch);
	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "key %d", i);
		assert_true(find_key(scratch, secrets[i], &key));
		assert_string_equal(key.name, name);
	}
}

static void
an_updated_key_keeps_its_secret_and_its_birthday(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	char secret[SECRET];
	struct ecs_key made = make_key(scratch, "Anna", secret);
	struct ecs_key change = made;
	struct ecs_key key;
	bool found;

	change.created = 1;
	change.expires = 2;
	snprintf(change.filter, sizeof(change.filter), "country:DE");
	MUST(ecs_key_update(scratch->records, &change, &found, &err), &err);
	assert_true(found);
	for (int round = 0; round < 2; round++) {
		assert_true(find_key(scratch, secret, &key));
		assert_int_equal(key.created, made.created);
		assert_int_equal(key.expires, 2); /* expired, yet found */
		assert_string_equal(key.filter, "country:DE");
		scratch_close(scratch);
		scratch_open(scratch);
	}
	snprintf(change.id, sizeof(change.id), "k_nobody");
	MUST(ecs_key_update(scratch->records, &change, &found, &err), &err);
	assert_false(found);
}

static void
a_deleted_key_opens_nothing(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	char secret[SECRET];
	char other[SECRET];
	struct ecs_key made = make_key(scratch, "Anna", secret);
	struct ecs_key key;
	bool found;

	make_key(scratch, "Ben", other);
	MUST(ecs_key_delete(scratch->records, made.id, &found, &err), &err);
	assert_true(found);
	assert_false(find_key(scratch, secret, &key));
	assert_true(find_key(scratch, other, &key));
	MUST(ecs_key_delete(scratch->records, made.id, &found, &err), &err);
	assert_false(found);
	scratch_close(scratch);
	scratch_open(scratch);
	assert_false(find_key(scratch, secret, &key));
	assert_true(find_key(scratch, other, &key));
}

static bool
collect_name(void *user, const struct ecs_key *key)
{
	char *names = user;

	strcat(strcat(names, key->name), ";");
	return true;
}

static void
all_keys_are_listed(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	char secret[SECRET];
	char names[64] = "";

	make_key(scratch, "Anna", secret);
	make_key(scratch, "Ben", secret);
	MUST(ecs_key_list(scratch->records, collect_name, names, &err), &err);
	assert_int_equal(strlen(names), strlen("Anna;Ben;"));
	assert_non_null(strstr(names, "Anna;"));
	assert_non_null(strstr(names, "Ben;"));
}

/* ---- tasks ---- */

struct seen {
	int count;
	struct ecs_task last;
	char result[64];
	char payload[64];
	char kinds[64];
};

static void
see(void *user, const struct ecs_task *task)
{
	struct seen *seen = user;

	seen->count++;
	seen->last = *task;
	snprintf(seen->result, sizeof(seen->result), "%s", task->result);
	snprintf(seen->payload, sizeof(seen->payload), "%.*s",
	    (int)task->payload_len,
	    task->payload == NULL ? "" : (const char *)task->payload);
	strcat(strcat(seen->kinds, task->kind), ";");
}

static struct seen
get_task(struct scratch *scratch, const char *id)
{
	struct seen seen = {0};
	struct ecs_err err = {0};
	bool found;

	MUST(
	    ecs_task_get(scratch->records, id, &found, see, &seen, &err), &err);
	assert_int_equal(found, seen.count);
	return seen;
}

static void
a_waiting_task_survives_a_restart(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	struct seen seen = {0};
	char first[24];
	char second[24];

	MUST(ecs_task_create(scratch->records, "bulk", "line", 4, first, &err),
	    &err);
	MUST(
	    ecs_task_create(scratch->records, "rebuild", NULL, 0, second, &err),
	    &err);
	scratch_close(scratch);
	scratch_open(scratch);
	MUST(ecs_task_waiting(scratch->records, see, &seen, &err), &err);
	assert_string_equal(seen.kinds, "bulk;rebuild;");
	seen = get_task(scratch, first);
	assert_int_equal(seen.last.state, ECS_TASK_WAITING);
	assert_string_equal(seen.payload, "line");
	assert_string_equal(seen.result, "");
	seen = get_task(scratch, second);
	assert_non_null(seen.last.payload);
	assert_int_equal(seen.last.payload_len, 0);
}

static void
a_finished_task_drops_its_payload_and_tells_its_result(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	struct seen waiting = {0};
	struct seen seen;
	char id[24];

	MUST(ecs_task_create(scratch->records, "bulk", "line", 4, id, &err),
	    &err);
	MUST(ecs_task_finish(
		 scratch->records, id, ECS_TASK_DONE, "{\"n\":1}", &err),
	    &err);
	seen = get_task(scratch, id);
	assert_int_equal(seen.last.state, ECS_TASK_DONE);
	assert_string_equal(seen.result, "{\"n\":1}");
	assert_null(seen.last.payload);
	assert_true(seen.last.finished >= seen.last.created);
	MUST(ecs_task_waiting(scratch->records, see, &waiting, &err), &err);
	assert_int_equal(waiting.count, 0);
}

static void
an_old_finished_task_expires_and_a_waiting_one_does_not(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	char finished[24];
	char waiting[24];

	MUST(ecs_task_create(scratch->records, "a", "", 0, finished, &err),
	    &err);
	MUST(
	    ecs_task_create(scratch->records, "b", "", 0, waiting, &err), &err);
	MUST(ecs_task_finish(
		 scratch->records, finished, ECS_TASK_FAILED, "{}", &err),
	    &err);
	MUST(ecs_task_expire(scratch->records, 1, &err), &err);
	assert_int_equal(get_task(scratch, finished).count, 1);
	MUST(ecs_task_expire(scratch->records, INT64_MAX, &err), &err);
	assert_int_equal(get_task(scratch, finished).count, 0);
	assert_int_equal(get_task(scratch, waiting).count, 1);
}

static void
finishing_an_unknown_task_is_a_404(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};

	assert_false(ecs_task_finish(
	    scratch->records, "t_nobody", ECS_TASK_DONE, "{}", &err));
	assert_int_equal(err.status, 404);
}

static void
a_task_finished_in_a_transaction_is_rolled_back_with_it(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	char id[24];

	MUST(ecs_task_create(scratch->records, "bulk", "line", 4, id, &err),
	    &err);
	begin(scratch);
	MUST(ecs_task_finish(scratch->records, id, ECS_TASK_DONE, "{}", &err),
	    &err);
	ecs_records_rollback(scratch->records);
	assert_int_equal(get_task(scratch, id).last.state, ECS_TASK_WAITING);
	begin(scratch);
	MUST(ecs_task_finish(scratch->records, id, ECS_TASK_DONE, "{}", &err),
	    &err);
	commit(scratch);
	assert_int_equal(get_task(scratch, id).last.state, ECS_TASK_DONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(a_key_is_found_by_its_secret_alone),
	    CLAIM(many_keys_outlive_the_process),
	    CLAIM(an_updated_key_keeps_its_secret_and_its_birthday),
	    CLAIM(a_deleted_key_opens_nothing),
	    CLAIM(all_keys_are_listed),
	    CLAIM(a_waiting_task_survives_a_restart),
	    CLAIM(a_finished_task_drops_its_payload_and_tells_its_result),
	    CLAIM(an_old_finished_task_expires_and_a_waiting_one_does_not),
	    CLAIM(finishing_an_unknown_task_is_a_404),
	    CLAIM(a_task_finished_in_a_transaction_is_rolled_back_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
