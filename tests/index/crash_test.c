/* SPDX-License-Identifier: ISC */
/*
 * crash_test - after kill -9 at each step of a write, what was acknowledged is
 * there once, and records and index agree.
 *
 * A child writes batch after batch and tells a pipe the number of each that was
 * acknowledged, until a probe kills it.  A batch replaces the document "last",
 * adds one, and deletes the one that was added three batches ago.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ecsearch/fault.h"

#include "shop.h"

enum { KEPT = 3 };

/* Name of the document that batch n adds; a word that is its own. */
static void
name_of(int n, char *name, size_t size)
{
	snprintf(name, size, "n%d", n);
}

static void
add_batch(struct shop *shop, struct ecs_batch *batch, int n, char *gone)
{
	char json[200];
	char name[32];
	struct ecs_write *write;

	name_of(n, name, sizeof(name));
	snprintf(json, sizeof(json), "{\"id\":\"%s\",\"name\":\"Added %s\"}",
	    name, name);
	add(shop, batch, MEMBERS, json);
	snprintf(
	    json, sizeof(json), "{\"id\":\"last\",\"name\":\"Last %s\"}", name);
	add(shop, batch, MEMBERS, json);
	snprintf(json, sizeof(json),
	    "{\"id\":\"last\",\"title\":\"Last\",\"sections\":["
	    "{\"text\":\"one\"}%s]}",
	    n % 2 == 0 ? ",{\"text\":\"two\"}" : "");
	add(shop, batch, AGENDA, json);
	if (n < KEPT)
		return;
	name_of(n - KEPT, gone, sizeof(name));
	write = ecs_batch_add(batch, ECS_WRITE_DELETE, MEMBERS);
	write->id = gone;
	write->id_len = strlen(gone);
}

/* Never returns; the child must not run the parent's clearing up. */
static void
write_until_killed(struct shop *shop, const char *faults, int acks)
{
	struct ecs_err err = {0};

	arm(faults);
	shop->store = ecs_store_open(shop->data, load_shipped(), &err);
	for (int n = 0; shop->store != NULL && n < 50; n++) {
		struct ecs_batch batch = {.atomic = n % 3 == 0};
		char gone[32];

		add_batch(shop, &batch, n, gone);
		if (!ecs_store_write(
			shop->store, &batch, ECS_WAIT_VISIBLE, &err) ||
		    write(acks, &n, sizeof(n)) != sizeof(n))
			break;
		ecs_batch_fini(&batch);
	}
	_exit(1);
}

/* The last batch that was acknowledged before the child died; -1: none. */
static int
write_and_die(struct shop *shop, const char *faults)
{
	int last = -1;
	int acks[2];
	int status;
	int ack;
	pid_t child;

	shop_close(shop);
	assert_int_equal(pipe(acks), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(acks[0]);
		write_until_killed(shop, faults, acks[1]);
	}
	close(acks[1]);
	while (read(acks[0], &ack, sizeof(ack)) == sizeof(ack))
		last = ack;
	close(acks[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		fail_msg("%s: never hit", faults);
	return last;
}

static void
is_as_batch_left_it(struct shop *shop, int n)
{
	char name[32];
	char gone[32];
	uint32_t kept = (uint32_t)(n < KEPT ? n + 1 : KEPT);

	assert_int_equal(count(shop, MEMBERS), n < 0 ? 0 : kept + 1);
	assert_int_equal(count(shop, AGENDA), n < 0 ? 0 : 1);
	for (int i = n < KEPT ? 0 : n - KEPT; n >= 0 && i <= n; i++) {
		char both[80];

		name_of(i, name, sizeof(name));
		name_of(i - 1, gone, sizeof(gone));
		snprintf(both, sizeof(both), "%s", find(shop, MEMBERS, name));
		/* The last one's word is in "last" as well. */
		if (i < n)
			assert_string_equal(both, i > n - KEPT ? name : "");
		else {
			assert_non_null(strstr(both, name));
			assert_non_null(strstr(both, "last"));
			assert_int_equal(
			    strlen(both), strlen(name) + strlen(" last"));
		}
	}
	if (n >= 0) {
		assert_string_equal(find(shop, MEMBERS, "last"), "last");
		assert_string_equal(find(shop, AGENDA, "last"), "last");
	}
}

/* Which batch was the last to be stored: acknowledged, or the next one. */
static int
last_stored(struct shop *shop, int acknowledged)
{
	char name[32];

	name_of(acknowledged + 1, name, sizeof(name));
	if (find(shop, MEMBERS, name)[0] == '\0')
		return acknowledged;
	return acknowledged + 1;
}

static void
survives(struct shop *shop, const char *probe, const int *hits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char faults[64];
		char command[200];
		int acknowledged;

		snprintf(faults, sizeof(faults), "%s=%d:kill", probe, hits[i]);
		acknowledged = write_and_die(shop, faults);
		shop_open(shop);
		is_well(shop);
		is_as_batch_left_it(shop, last_stored(shop, acknowledged));
		is_well(shop);
		/* The next one begins with nothing. */
		snprintf(command, sizeof(command), "rm -rf %s", shop->data);
		shop_close(shop);
		assert_int_equal(system(command), 0);
		shop_open(shop);
	}
}

static const int early_and_late[] = {1, 2, 5, 8, 13};
enum { NHITS = sizeof(early_and_late) / sizeof(early_and_late[0]) };

static void
death_before_the_records_commit_loses_nothing_acknowledged(void **state)
{
	survives(*state, "records.commit", early_and_late, NHITS);
}

static void
death_after_the_records_commit_loses_nothing_acknowledged(void **state)
{
	survives(*state, "records.committed", early_and_late, NHITS);
}

static void
death_while_putting_loses_nothing_acknowledged(void **state)
{
	survives(*state, "index.put", early_and_late, NHITS);
}

static void
death_before_the_index_commit_loses_nothing_acknowledged(void **state)
{
	survives(*state, "index.commit", early_and_late, NHITS);
}

static void
death_after_the_index_commit_loses_nothing_acknowledged(void **state)
{
	survives(*state, "index.committed", early_and_late, NHITS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(death_before_the_records_commit_loses_nothing_acknowledged),
	    CLAIM(death_after_the_records_commit_loses_nothing_acknowledged),
	    CLAIM(death_while_putting_loses_nothing_acknowledged),
	    CLAIM(death_before_the_index_commit_loses_nothing_acknowledged),
	    CLAIM(death_after_the_index_commit_loses_nothing_acknowledged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
