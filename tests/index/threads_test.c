/* SPDX-License-Identifier: ISC */
/*
 * threads_test - many write, many read, the index is rebuilt meanwhile: every
 * view is whole, and nothing acknowledged is lost.
 *
 * A writer puts pairs: two documents of one word, in an atomic batch.  Whoever
 * reads sees both or none of a pair, and both of one text.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "shop.h"

enum { WRITERS = 4, READERS = 4, ROUNDS = 12, REBUILDS = 3 };

struct crowd {
	struct shop *shop;
	atomic_int next;    /* gives each writer its number */
	atomic_int writing; /* writers that are not done */
	atomic_int failures;
};

/* Threads may not end a test: they count, and the test asserts. */
static void
check(struct crowd *crowd, bool ok)
{
	if (!ok)
		atomic_fetch_add(&crowd->failures, 1);
}

static bool
add_half(struct ecs_session *session, struct ecs_batch *batch, int writer,
    int round, char half)
{
	const struct ecs_collection *members =
	    session->view->collections[MEMBERS].collection;
	struct ecs_err err = {0};
	struct ecs_write *write = ecs_batch_add(batch, ECS_WRITE_PUT, MEMBERS);
	char json[200];

	if (write == NULL)
		return false;
	snprintf(json, sizeof(json),
	    "{\"id\":\"w%d%c\",\"name\":\"Word%d round%d\"}", writer, half,
	    writer, round);
	write->doc = ecs_doc_parse(members, json, strlen(json), &err);
	return write->doc != NULL &&
	    ecs_session_units(session, write->doc, &write->units, &err);
}

static bool
write_pair(
    struct crowd *crowd, struct ecs_session *session, int writer, int round)
{
	struct ecs_batch batch = {.atomic = true};
	struct ecs_err err = {0};
	bool ok;

	ok = ecs_session_begin(session, &err) &&
	    add_half(session, &batch, writer, round, 'l') &&
	    add_half(session, &batch, writer, round, 'r');
	ecs_session_end(session);
	ok = ok &&
	    ecs_store_write(crowd->shop->store, &batch,
		round % 3 == 2 ? ECS_WAIT_DURABLE : ECS_WAIT_VISIBLE, &err) &&
	    err.status == 0 && batch.writes[0].err.status == 0;
	ecs_batch_fini(&batch);
	return ok;
}

static void *
write_pairs(void *user)
{
	struct crowd *crowd = user;
	int writer = atomic_fetch_add(&crowd->next, 1);
	struct ecs_err err = {0};
	struct ecs_session *session = ecs_session_new(crowd->shop->store, &err);

	check(crowd, session != NULL);
	for (int round = 0; session != NULL && round < ROUNDS; round++)
		check(crowd, write_pair(crowd, session, writer, round));
	ecs_session_free(session);
	atomic_fetch_sub(&crowd->writing, 1);
	return NULL;
}

/* What a view holds of a writer's pair: nothing, or both halves. */
static void
look(struct crowd *crowd, struct ecs_session *session, int writer)
{
	char word[16];
	char halves[2][32];
	const char *ids;
	bool moved;

	snprintf(word, sizeof(word), "word%d", writer);
	snprintf(halves[0], 32, "w%dl w%dr", writer, writer);
	snprintf(halves[1], 32, "w%dr w%dl", writer, writer);
	begin(session);
	ids = find_in_view(session, MEMBERS, word, &moved);
	check(crowd,
	    moved || ids[0] == '\0' || strcmp(ids, halves[0]) == 0 ||
		strcmp(ids, halves[1]) == 0);
	ecs_session_end(session);
}

static void *
read_pairs(void *user)
{
	struct crowd *crowd = user;
	struct ecs_err err = {0};
	struct ecs_session *session = ecs_session_new(crowd->shop->store, &err);

	check(crowd, session != NULL);
	while (session != NULL && atomic_load(&crowd->writing) > 0)
		for (int writer = 0; writer < WRITERS; writer++)
			look(crowd, session, writer);
	ecs_session_free(session);
	return NULL;
}

static void
is_complete(struct shop *shop)
{
	char word[16];

	/* What was only waited for until durable is visible before this is. */
	assert_false(drop(shop, "nobody"));
	assert_int_equal(count(shop, MEMBERS), 2 * WRITERS);
	snprintf(word, sizeof(word), "round%d", ROUNDS - 1);
	assert_int_equal(
	    strlen(find(shop, MEMBERS, word)), 2 * WRITERS * 4 - 1);
	snprintf(word, sizeof(word), "round%d", ROUNDS - 2);
	assert_string_equal(find(shop, MEMBERS, word), "");
	is_well(shop);
}

static void
crowd_start(struct crowd *crowd, struct shop *shop, pthread_t *threads,
    void *(*reading)(void *), int nreaders)
{
	crowd->shop = shop;
	atomic_init(&crowd->next, 0);
	atomic_init(&crowd->writing, WRITERS);
	atomic_init(&crowd->failures, 0);
	for (int i = 0; i < WRITERS + nreaders; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL,
			i < WRITERS ? write_pairs : reading, crowd),
		    0);
}

static void
crowd_join(struct crowd *crowd, const pthread_t *threads, int n)
{
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&crowd->failures), 0);
}

static void
readers_see_whole_batches_while_many_write(void **state)
{
	struct shop *shop = *state;
	pthread_t threads[WRITERS + READERS];
	struct crowd crowd;

	crowd_start(&crowd, shop, threads, read_pairs, READERS);
	crowd_join(&crowd, threads, WRITERS + READERS);
	is_complete(shop);
	shop_reopen(shop);
	is_complete(shop);
}

static void
what_is_written_during_a_rebuild_is_in_the_new_index(void **state)
{
	struct shop *shop = *state;
	pthread_t threads[WRITERS + READERS];
	struct ecs_batch batch = {0};
	struct ecs_err err = {0};
	struct crowd crowd;

	/* Enough for a rebuild of more than one step. */
	for (int i = 0; i < 500; i++) {
		char json[100];

		snprintf(json, sizeof(json),
		    "{\"id\":\"g%d\",\"name\":\"Group\"}", i);
		add(shop, &batch, GROUPS, json);
	}
	MUST(
	    ecs_store_write(shop->store, &batch, ECS_WAIT_VISIBLE, &err), &err);
	ecs_batch_fini(&batch);
	crowd_start(&crowd, shop, threads, read_pairs, READERS);
	for (int i = 0; i < REBUILDS; i++)
		MUST(ecs_store_rebuild(shop->store, -1, &err), &err);
	crowd_join(&crowd, threads, WRITERS + READERS);
	is_complete(shop);
	assert_int_equal(count(shop, GROUPS), 500);
	MUST(ecs_store_rebuild(shop->store, MEMBERS, &err), &err);
	is_complete(shop);
	shop_reopen(shop);
	is_complete(shop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(readers_see_whole_batches_while_many_write),
	    CLAIM(what_is_written_during_a_rebuild_is_in_the_new_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
