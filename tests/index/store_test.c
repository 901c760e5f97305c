/* SPDX-License-Identifier: ISC */
/*
 * store_test - what was acknowledged is found, exactly once, and each view sees
 * what it was made of.
 */
#include <pthread.h>
#include <semaphore.h>

#include "ecsearch/records.h"

#include "../../src/index/store.h"

#include "shop.h"

/* ---- writing ---- */

static void
what_is_acknowledged_is_found_and_survives_reopening(void **state)
{
	struct shop *shop = *state;

	put(shop, "a", "Alpha beta");
	put(shop, "b", "Beta gamma");
	for (int round = 0; round < 2; round++) {
		assert_string_equal(find(shop, MEMBERS, "beta"), "a b");
		assert_string_equal(find(shop, MEMBERS, "gamma"), "b");
		assert_string_equal(find(shop, MEMBERS, "delta"), "");
		assert_int_equal(count(shop, MEMBERS), 2);
		is_well(shop);
		shop_reopen(shop);
	}
}

static void
a_replaced_document_is_found_by_its_new_words_only(void **state)
{
	struct shop *shop = *state;

	put(shop, "a", "Alpha");
	put(shop, "a", "Beta");
	assert_string_equal(find(shop, MEMBERS, "alpha"), "");
	assert_string_equal(find(shop, MEMBERS, "beta"), "a");
	assert_int_equal(count(shop, MEMBERS), 1);
	is_well(shop);
}

static void
a_deleted_document_is_in_no_count_and_its_row_serves_again(void **state)
{
	struct shop *shop = *state;

	put(shop, "a", "Alpha");
	put(shop, "b", "Alpha");
	assert_true(drop(shop, "a"));
	assert_false(drop(shop, "a"));
	assert_string_equal(find(shop, MEMBERS, "alpha"), "b");
	assert_int_equal(count(shop, MEMBERS), 1);
	put(shop, "c", "Alpha");
	put(shop, "d", "Alpha");
	assert_int_equal(count(shop, MEMBERS), 3);
	shop_reopen(shop);
	assert_int_equal(count(shop, MEMBERS), 3);
	is_well(shop);
}

static void
one_transaction_may_write_a_document_again_and_again(void **state)
{
	struct shop *shop = *state;
	struct ecs_batch batch = {0};
	struct ecs_err err = {0};
	struct ecs_write *write;

	add(shop, &batch, MEMBERS, "{\"id\":\"a\",\"name\":\"Alpha\"}");
	add(shop, &batch, MEMBERS, "{\"id\":\"a\",\"name\":\"Beta\"}");
	write = ecs_batch_add(&batch, ECS_WRITE_DELETE, MEMBERS);
	write->id = "a";
	write->id_len = 1;
	add(shop, &batch, MEMBERS, "{\"id\":\"a\",\"name\":\"Gamma\"}");
	MUST(
	    ecs_store_write(shop->store, &batch, ECS_WAIT_VISIBLE, &err), &err);
	assert_true(batch.writes[0].created);
	assert_false(batch.writes[1].created);
	assert_true(batch.writes[2].found);
	assert_true(batch.writes[3].created);
	ecs_batch_fini(&batch);
	assert_int_equal(count(shop, MEMBERS), 1);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "");
	assert_string_equal(find(shop, MEMBERS, "gamma"), "a");
	is_well(shop);
}

static void
an_atomic_batch_is_written_whole_or_not_at_all(void **state)
{
	struct shop *shop = *state;
	struct ecs_batch batch = {.atomic = true};
	struct ecs_err err = {0};
	struct ecs_write *write;

	add(shop, &batch, MEMBERS, "{\"id\":\"a\",\"name\":\"Alpha\"}");
	write = ecs_batch_add(&batch, ECS_WRITE_DELETE, MEMBERS);
	write->id = "nobody";
	write->id_len = 6;
	write->must_exist = true;
	assert_false(
	    ecs_store_write(shop->store, &batch, ECS_WAIT_VISIBLE, &err));
	assert_int_equal(err.status, 404);
	assert_int_equal(batch.writes[1].err.status, 404);
	ecs_batch_fini(&batch);
	assert_int_equal(count(shop, MEMBERS), 0);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "");
	is_well(shop);
}

static void
in_another_batch_each_write_stands_alone(void **state)
{
	struct shop *shop = *state;
	struct ecs_batch batch = {0};
	struct ecs_err err = {0};
	struct ecs_write *write;

	write = ecs_batch_add(&batch, ECS_WRITE_DELETE, MEMBERS);
	write->id = "nobody";
	write->id_len = 6;
	write->must_exist = true;
	add(shop, &batch, MEMBERS, "{\"id\":\"a\",\"name\":\"Alpha\"}");
	MUST(
	    ecs_store_write(shop->store, &batch, ECS_WAIT_VISIBLE, &err), &err);
	assert_int_equal(batch.writes[0].err.status, 404);
	assert_int_equal(batch.writes[1].err.status, 0);
	ecs_batch_fini(&batch);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a");
}

static int
status_of(struct shop *shop, uint64_t expected, bool must_exist)
{
	struct ecs_batch batch = {0};
	struct ecs_err err = {0};
	struct ecs_write *write =
	    add(shop, &batch, MEMBERS, "{\"id\":\"a\",\"name\":\"Beta\"}");
	int status;

	write->expected = expected;
	write->must_exist = must_exist;
	MUST(
	    ecs_store_write(shop->store, &batch, ECS_WAIT_VISIBLE, &err), &err);
	status = batch.writes[0].err.status;
	ecs_batch_fini(&batch);
	return status;
}

static void
a_write_of_another_sequence_than_expected_is_refused(void **state)
{
	struct shop *shop = *state;
	uint64_t sequence;

	assert_int_equal(status_of(shop, 7, false), 412);
	sequence = put(shop, "a", "Alpha");
	assert_int_equal(status_of(shop, sequence + 1, false), 412);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a");
	assert_int_equal(status_of(shop, sequence, false), 0);
	assert_string_equal(find(shop, MEMBERS, "beta"), "a");
	assert_int_equal(status_of(shop, sequence, false), 412);
}

static void
a_write_can_insist_that_there_is_a_document_or_none(void **state)
{
	struct shop *shop = *state;

	assert_int_equal(status_of(shop, ECS_ANY_SEQUENCE, true), 412);
	assert_int_equal(count(shop, MEMBERS), 0);
	assert_int_equal(status_of(shop, ECS_NO_DOCUMENT, false), 0);
	assert_int_equal(status_of(shop, ECS_NO_DOCUMENT, false), 412);
	assert_int_equal(status_of(shop, ECS_ANY_SEQUENCE, true), 0);
	assert_int_equal(count(shop, MEMBERS), 1);
}

static void
what_is_durable_becomes_visible(void **state)
{
	struct shop *shop = *state;
	struct ecs_batch batch = {0};
	struct ecs_err err = {0};
	char id[] = "gone";
	struct ecs_write *write;

	put(shop, "gone", "Alpha");
	add(shop, &batch, MEMBERS, "{\"id\":\"a\",\"name\":\"Alpha\"}");
	write = ecs_batch_add(&batch, ECS_WRITE_DELETE, MEMBERS);
	write->id = id;
	write->id_len = 4;
	MUST(
	    ecs_store_write(shop->store, &batch, ECS_WAIT_DURABLE, &err), &err);
	assert_true(batch.writes[0].created);
	assert_true(batch.writes[1].found);
	assert_true(batch.revision > 0);
	/* The writer may still be at it; what is the caller's may go. */
	ecs_batch_fini(&batch);
	memset(id, 'x', sizeof(id) - 1);
	put(shop, "b", "Beta");
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a");
	is_well(shop);
}

/* ---- passages ---- */

static void
put_agenda(struct shop *shop, int sections)
{
	struct ecs_buf json = {0};

	ecs_buf_puts(&json, "{\"id\":\"d\",\"title\":\"Alpha\",\"sections\":[");
	for (int i = 0; i < sections; i++)
		ecs_buf_printf(&json, "%s{\"heading\":\"%d\",\"text\":\"x\"}",
		    i > 0 ? "," : "", i);
	ecs_buf_puts(&json, "]}");
	put_json(shop, AGENDA, json.data);
	ecs_buf_fini(&json);
}

static void
a_document_may_grow_and_shrink_by_passages(void **state)
{
	static const int sizes[] = {1, 7, 7, 0, 3, 500, 2};
	struct shop *shop = *state;

	put_json(shop, AGENDA, "{\"id\":\"c\",\"title\":\"Alpha\"}");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct ecs_view *view;

		put_agenda(shop, sizes[i]);
		view = ecs_store_view(shop->store);
		assert_int_equal(
		    ecs_table_units(view->collections[AGENDA].table),
		    2 + sizes[i]);
		ecs_view_unref(view);
		assert_int_equal(count(shop, AGENDA), 2);
		assert_string_equal(find(shop, AGENDA, "alpha"), "c d");
		is_well(shop);
	}
	shop_reopen(shop);
	assert_string_equal(find(shop, AGENDA, "alpha"), "c d");
	is_well(shop);
}

/* ---- views ---- */

static void
a_view_keeps_its_documents_while_others_write(void **state)
{
	struct shop *shop = *state;
	bool moved;

	put(shop, "a", "Alpha");
	put(shop, "b", "Alpha");
	begin(shop->session);
	assert_string_equal(
	    find_in_view(shop->session, MEMBERS, "alpha", &moved), "a b");
	/* One commit later the engine still has what the view was made of. */
	drop(shop, "a");
	assert_string_equal(
	    find_in_view(shop->session, MEMBERS, "alpha", &moved), "a b");
	assert_false(moved);
	assert_int_equal(
	    ecs_table_rows(shop->session->view->collections[MEMBERS].table), 2);
	ecs_session_end(shop->session);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "b");
}

static void
a_held_view_reads_the_records_of_its_revision(void **state)
{
	struct shop *shop = *state;
	struct ecs_session *session = shop->session;
	struct ecs_err err = {0};
	struct ecs_record record;
	bool found;

	put(shop, "a", "Alpha");
	begin(session);
	for (int i = 0; i < 5; i++) {
		put(shop, "a", "Beta");
		drop(shop, "a");
		put(shop, "b", "Beta");
	}
	MUST(ecs_record_by_number(session->records,
		 session->view->collections[MEMBERS].records, 0,
		 session->view->revision, &record, &found, &err),
	    &err);
	assert_true(found);
	assert_non_null(strstr(record.json, "Alpha"));
	ecs_session_end(session);
}

/* ---- who else ---- */

static void
a_second_opener_is_refused(void **state)
{
	struct shop *shop = *state;
	struct ecs_err err = {0};

	put(shop, "a", "Alpha");
	assert_null(ecs_store_open(shop->data, load_shipped(), &err));
	assert_int_equal(err.status, 503);
	assert_string_equal(err.code, "data_in_use");
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a");
}

static void
a_directory_with_too_long_a_name_is_refused(void **state)
{
	struct ecs_err err = {0};
	char name[600];

	(void)state;
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_null(ecs_store_open(name, load_shipped(), &err));
	assert_string_equal(err.code, "no_directory");
}

struct gate {
	sem_t entered;
	sem_t open;
};

static bool
hold(struct ecs_store *store, void *user, struct ecs_err *err)
{
	struct gate *gate = user;

	(void)store;
	(void)err;
	sem_post(&gate->entered);
	return sem_wait(&gate->open) == 0;
}

struct holder {
	struct shop *shop;
	struct gate gate;
};

static void *
hold_the_writer(void *user)
{
	struct holder *holder = user;
	struct ecs_err err = {0};

	ecs_store_call(holder->shop->store, hold, &holder->gate, &err);
	return NULL;
}

static void *
fill_the_queue(void *user)
{
	struct shop *shop = user;
	struct ecs_batch batch = {0};
	struct ecs_err err = {0};

	add(shop, &batch, MEMBERS, "{\"id\":\"a\",\"name\":\"Alpha\"}");
	batch.bytes = QUEUE_BYTES;
	ecs_store_write(shop->store, &batch, ECS_WAIT_VISIBLE, &err);
	ecs_batch_fini(&batch);
	return NULL;
}

static void
a_full_queue_refuses_and_recovers(void **state)
{
	struct shop *shop = *state;
	struct holder holder = {.shop = shop};
	struct ecs_store_stats stats;
	struct ecs_batch batch = {0};
	struct ecs_err err = {0};
	pthread_t holds;
	pthread_t fills;

	sem_init(&holder.gate.entered, 0, 0);
	sem_init(&holder.gate.open, 0, 0);
	pthread_create(&holds, NULL, hold_the_writer, &holder);
	sem_wait(&holder.gate.entered);
	pthread_create(&fills, NULL, fill_the_queue, shop);
	do
		ecs_store_get_stats(shop->store, &stats);
	while (stats.queued_bytes == 0);
	add(shop, &batch, MEMBERS, "{\"id\":\"b\",\"name\":\"Alpha\"}");
	assert_false(
	    ecs_store_write(shop->store, &batch, ECS_WAIT_VISIBLE, &err));
	assert_int_equal(err.status, 429);
	sem_post(&holder.gate.open);
	pthread_join(holds, NULL);
	pthread_join(fills, NULL);
	ecs_err_clear(&err);
	MUST(
	    ecs_store_write(shop->store, &batch, ECS_WAIT_VISIBLE, &err), &err);
	ecs_batch_fini(&batch);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a b");
	sem_destroy(&holder.gate.entered);
	sem_destroy(&holder.gate.open);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(what_is_acknowledged_is_found_and_survives_reopening),
	    CLAIM(a_replaced_document_is_found_by_its_new_words_only),
	    CLAIM(a_deleted_document_is_in_no_count_and_its_row_serves_again),
	    CLAIM(one_transaction_may_write_a_document_again_and_again),
	    CLAIM(an_atomic_batch_is_written_whole_or_not_at_all),
	    CLAIM(in_another_batch_each_write_stands_alone),
	    CLAIM(a_write_of_another_sequence_than_expected_is_refused),
	    CLAIM(a_write_can_insist_that_there_is_a_document_or_none),
	    CLAIM(what_is_durable_becomes_visible),
	    CLAIM(a_document_may_grow_and_shrink_by_passages),
	    CLAIM(a_view_keeps_its_documents_while_others_write),
	    CLAIM(a_held_view_reads_the_records_of_its_revision),
	    CLAIM(a_second_opener_is_refused),
	    CLAIM(a_directory_with_too_long_a_name_is_refused),
	    CLAIM(a_full_queue_refuses_and_recovers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
