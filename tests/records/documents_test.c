/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "scratch.h"

static void
a_reader_of_an_older_sequence_sees_what_was_replaced(void **state)
{
	struct scratch *scratch = *state;
	uint32_t number = put_alone(scratch, "a", "{\"v\":1}");

	put_alone(scratch, "a", "{\"v\":2}");
	put_alone(scratch, "a", "{\"v\":3}");
	assert_string_equal(text_by_number(scratch, number, 1), "{\"v\":1}");
	assert_string_equal(text_by_number(scratch, number, 2), "{\"v\":2}");
	assert_string_equal(text_by_id(scratch, "a", 1), "{\"v\":1}");
	assert_string_equal(text_by_id(scratch, "a", 2), "{\"v\":2}");
	assert_string_equal(text_by_id(scratch, "a", 3), "{\"v\":3}");
	assert_string_equal(text_by_id(scratch, "a", UINT64_MAX), "{\"v\":3}");
	assert_null(text_by_id(scratch, "a", 0));
	assert_null(text_by_number(scratch, number, 0));
}

static void
a_reader_of_an_older_sequence_sees_what_was_deleted(void **state)
{
	struct scratch *scratch = *state;
	uint32_t number = put_alone(scratch, "a", "{\"v\":1}");

	drop_alone(scratch, "a");
	assert_string_equal(text_by_number(scratch, number, 1), "{\"v\":1}");
	assert_string_equal(text_by_id(scratch, "a", 1), "{\"v\":1}");
	assert_null(text_by_number(scratch, number, 2));
	assert_null(text_by_id(scratch, "a", 2));
	assert_null(text_by_id(scratch, "a", UINT64_MAX));
}

static void
an_id_that_came_back_is_absent_in_between(void **state)
{
	struct scratch *scratch = *state;

	put_alone(scratch, "a", "{\"v\":1}");
	drop_alone(scratch, "a");
	put_alone(scratch, "b", "{}");
	put_alone(scratch, "a", "{\"v\":4}");
	assert_string_equal(text_by_id(scratch, "a", 1), "{\"v\":1}");
	assert_null(text_by_id(scratch, "a", 2));
	assert_null(text_by_id(scratch, "a", 3));
	assert_string_equal(text_by_id(scratch, "a", 4), "{\"v\":4}");
}

static void
trimming_forgets_only_what_no_reader_can_ask_for(void **state)
{
	struct scratch *scratch = *state;

	put_alone(scratch, "a", "{\"v\":1}");
	put_alone(scratch, "a", "{\"v\":2}");
	put_alone(scratch, "a", "{\"v\":3}");
	trim(scratch, 2);
	assert_null(text_by_id(scratch, "a", 1));
	assert_string_equal(text_by_id(scratch, "a", 2), "{\"v\":2}");
	trim(scratch, UINT64_MAX);
	assert_null(text_by_id(scratch, "a", 2));
	assert_string_equal(text_by_id(scratch, "a", 3), "{\"v\":3}");
}

static void
a_row_written_twice_in_a_transaction_leaves_one_version(void **state)
{
	struct scratch *scratch = *state;
	uint32_t number = put_alone(scratch, "a", "{\"v\":1}");

	begin(scratch);
	put(scratch, "a", "{\"v\":2}");
	put(scratch, "a", "{\"v\":3}");
	commit(scratch);
	assert_string_equal(text_by_number(scratch, number, 1), "{\"v\":1}");
	assert_string_equal(text_by_number(scratch, number, 2), "{\"v\":3}");
	begin(scratch);
	put(scratch, "a", "{\"v\":4}");
	drop(scratch, "a");
	commit(scratch);
	assert_string_equal(text_by_number(scratch, number, 2), "{\"v\":3}");
	assert_null(text_by_number(scratch, number, 3));
}

static void
numbers_are_dense_from_0_in_each_collection(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	int first = scratch->collection;
	char id[16];

	begin(scratch);
	for (uint32_t i = 0; i < 20; i++) {
		snprintf(id, sizeof(id), "id%u", i);
		assert_int_equal(put(scratch, id, "{}"), i);
	}
	assert_int_equal(put(scratch, "id7", "{\"v\":2}"), 7);
	commit(scratch);
	MUST(ecs_records_collection(
		 scratch->records, "people", &scratch->collection, &err),
	    &err);
	assert_int_not_equal(scratch->collection, first);
	assert_int_equal(put_alone(scratch, "id7", "{}"), 0);
	MUST(ecs_records_collection(
		 scratch->records, "news", &scratch->collection, &err),
	    &err);
	assert_int_equal(scratch->collection, first);
}

static void
a_number_is_given_out_again_only_when_no_reader_sees_it(void **state)
{
	struct scratch *scratch = *state;

	put_alone(scratch, "a", "{}");
	put_alone(scratch, "b", "{}");
	put_alone(scratch, "c", "{}");
	assert_int_equal(drop_alone(scratch, "b"), 1); /* sequence 4 */
	assert_int_equal(put_alone(scratch, "d", "{}"), 3);
	trim(scratch, 3);
	assert_int_equal(put_alone(scratch, "e", "{}"), 4);
	trim(scratch, 4);
	assert_int_equal(put_alone(scratch, "f", "{}"), 1);
	assert_int_equal(put_alone(scratch, "g", "{}"), 5);
}

static void
the_highest_number_is_not_given_out_twice_at_once(void **state)
{
	struct scratch *scratch = *state;

	put_alone(scratch, "a", "{}");
	assert_int_equal(put_alone(scratch, "b", "{\"v\":1}"), 1);
	drop_alone(scratch, "b");
	assert_int_equal(put_alone(scratch, "b", "{\"v\":2}"), 2);
	assert_string_equal(text_by_number(scratch, 1, 2), "{\"v\":1}");
}

static void
a_rollback_leaves_nothing(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};

	put_alone(scratch, "a", "{\"v\":1}");
	assert_int_equal(begin(scratch), 2);
	put(scratch, "a", "{\"v\":2}");
	put(scratch, "b", "{}");
	MUST(ecs_records_put_setting(scratch->records, "x", "y", &err), &err);
	ecs_records_rollback(scratch->records);
	ecs_records_rollback(scratch->records);
	assert_int_equal(ecs_records_sequence(scratch->records), 1);
	assert_string_equal(text_by_id(scratch, "a", UINT64_MAX), "{\"v\":1}");
	assert_null(text_by_id(scratch, "b", UINT64_MAX));
	assert_int_equal(begin(scratch), 2);
	assert_int_equal(put(scratch, "b", "{}"), 1);
	commit(scratch);
}

static void
what_is_pending_is_found_by_the_writer_alone(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	struct ecs_record record;
	bool found;

	begin(scratch);
	put(scratch, "a", "{\"v\":1}");
	MUST(ecs_records_find(scratch->records, scratch->collection, "a", 1,
		 &record, &found, &err),
	    &err);
	assert_true(found);
	assert_string_equal(record.json, "{\"v\":1}");
	assert_int_equal(record.sequence, 1);
	assert_null(text_by_id(scratch, "a", UINT64_MAX));
	commit(scratch);
	assert_non_null(text_by_id(scratch, "a", UINT64_MAX));
}

static void
a_hit_is_kept_beside_the_document(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	struct ecs_record record;
	uint32_t number;
	bool created;
	bool found;

	begin(scratch);
	MUST(ecs_records_put(scratch->records, scratch->collection, "a", 1,
		 "{\"long\":1}", 10, "{}", 2, &number, &created, &err),
	    &err);
	assert_true(created);
	commit(scratch);
	MUST(ecs_record_by_number(scratch->reader, scratch->collection, number,
		 UINT64_MAX, &record, &found, &err),
	    &err);
	assert_string_equal(record.json, "{\"long\":1}");
	assert_string_equal(record.hit, "{}");
	MUST(ecs_record_hit_by_number(scratch->reader, scratch->collection,
		 number, UINT64_MAX, &record, &found, &err),
	    &err);
	assert_string_equal(record.hit, "{}");
	assert_null(record.json);
	put_alone(scratch, "a", "{\"v\":2}");
	MUST(ecs_record_hit_by_number(scratch->reader, scratch->collection,
		 number, 2, &record, &found, &err),
	    &err);
	assert_null(record.hit);
	assert_string_equal(record.json, "{\"v\":2}");
	MUST(ecs_record_hit_by_number(scratch->reader, scratch->collection,
		 number, 1, &record, &found, &err),
	    &err);
	assert_string_equal(record.hit, "{}");
}

static void
refuse_id(struct scratch *scratch, const char *id, size_t len)
{
	struct ecs_err err = {0};
	uint32_t number;
	bool created;

	assert_false(ecs_records_put(scratch->records, scratch->collection, id,
	    len, "{}", 2, NULL, 0, &number, &created, &err));
	assert_int_equal(err.status, 422);
	assert_string_equal(err.code, "bad_id");
}

static void
an_id_that_is_no_id_is_refused_and_spoils_nothing(void **state)
{
	struct scratch *scratch = *state;
	char id[202];

	memset(id, 'x', sizeof(id));
	id[201] = '\0';
	begin(scratch);
	refuse_id(scratch, "", 0);
	refuse_id(scratch, id, 201);
	refuse_id(scratch, "a\0b", 3);
	refuse_id(scratch, "a\xC3", 2);
	id[200] = '\0';
	put(scratch, id, "{}");
	put(scratch, "\xC3\xA9t\xC3\xA9", "{}");
	commit(scratch);
	assert_non_null(text_by_id(scratch, id, UINT64_MAX));
}

/* What a walk brought, as "+a@1 -b@2". */
struct story {
	char text[512];
	size_t stop_after; /* 0: never */
	size_t count;
};

static bool
tell(void *user, const struct ecs_record *record)
{
	struct story *story = user;
	size_t len = strlen(story->text);

	snprintf(story->text + len, sizeof(story->text) - len, "%s%c%.*s%u@%u",
	    len > 0 ? " " : "", record->deleted ? '-' : '+',
	    (int)record->id_len, record->id, record->number,
	    (unsigned)record->sequence);
	return ++story->count != story->stop_after;
}

static void
changes_are(struct scratch *scratch, uint64_t since, uint32_t limit,
    const char *expected)
{
	struct ecs_err err = {0};
	struct story story = {.text = ""};

	MUST(ecs_records_changes(scratch->records, scratch->collection, since,
		 limit, tell, &story, &err),
	    &err);
	assert_string_equal(story.text, expected);
}

static void
changes_are_complete_and_in_order(void **state)
{
	struct scratch *scratch = *state;

	begin(scratch); /* 1 */
	put(scratch, "a", "{}");
	put(scratch, "b", "{}");
	put(scratch, "c", "{}");
	commit(scratch);
	drop_alone(scratch, "b");      /* 2 */
	put_alone(scratch, "a", "{}"); /* 3 */
	begin(scratch);                /* 4 */
	put(scratch, "d", "{}");
	drop(scratch, "c");
	commit(scratch);
	put_alone(scratch, "b", "{}"); /* 5 */
	changes_are(scratch, 0, 0, "-b1@2 +a0@3 -c2@4 +d3@4 +b4@5");
	changes_are(scratch, 3, 0, "-c2@4 +d3@4 +b4@5");
	changes_are(scratch, 5, 0, "");
}

static void
a_limit_does_not_cut_a_transaction_in_two(void **state)
{
	struct scratch *scratch = *state;

	put_alone(scratch, "a", "{}");
	begin(scratch);
	put(scratch, "b", "{}");
	put(scratch, "c", "{}");
	drop(scratch, "a");
	commit(scratch);
	put_alone(scratch, "d", "{}");
	changes_are(scratch, 0, 1, "-a0@2 +b1@2 +c2@2");
	changes_are(scratch, 2, 1, "+d3@3");
}

static void
forgotten_deletions_are_not_replayed(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};

	put_alone(scratch, "a", "{}");
	put_alone(scratch, "b", "{}");
	drop_alone(scratch, "a"); /* 3 */
	drop_alone(scratch, "b"); /* 4 */
	MUST(ecs_records_forget_deletions(
		 scratch->records, scratch->collection, 3, &err),
	    &err);
	changes_are(scratch, 0, 0, "-b1@4");
	assert_string_equal(text_by_id(scratch, "a", 2), "{}");
}

static void
changes_of_another_collection_are_not_told(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};

	put_alone(scratch, "a", "{}");
	MUST(ecs_records_collection(
		 scratch->records, "people", &scratch->collection, &err),
	    &err);
	changes_are(scratch, 0, 0, "");
	put_alone(scratch, "p", "{}");
	changes_are(scratch, 0, 0, "+p0@2");
}

static void
a_scan_goes_by_number_and_stops_when_told(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	struct story all = {.text = ""};
	struct story some = {.text = ""};
	struct story first = {.stop_after = 1};

	begin(scratch);
	put(scratch, "a", "{}");
	put(scratch, "b", "{}");
	put(scratch, "c", "{}");
	put(scratch, "d", "{}");
	drop(scratch, "c");
	commit(scratch);
	MUST(ecs_record_scan(
		 scratch->reader, scratch->collection, -1, 0, tell, &all, &err),
	    &err);
	assert_string_equal(all.text, "+a0@1 +b1@1 +d3@1");
	MUST(ecs_record_scan(
		 scratch->reader, scratch->collection, 0, 1, tell, &some, &err),
	    &err);
	assert_string_equal(some.text, "+b1@1");
	MUST(ecs_record_scan(scratch->reader, scratch->collection, -1, 0, tell,
		 &first, &err),
	    &err);
	assert_string_equal(first.text, "+a0@1");
}

static void
deleting_what_is_not_there_is_no_failure(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_err err = {0};
	uint32_t number;
	bool found = true;

	begin(scratch);
	MUST(ecs_records_delete(scratch->records, scratch->collection, "none",
		 4, &number, &found, &err),
	    &err);
	assert_false(found);
	commit(scratch);
	changes_are(scratch, 0, 0, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(a_reader_of_an_older_sequence_sees_what_was_replaced),
	    CLAIM(a_reader_of_an_older_sequence_sees_what_was_deleted),
	    CLAIM(an_id_that_came_back_is_absent_in_between),
	    CLAIM(trimming_forgets_only_what_no_reader_can_ask_for),
	    CLAIM(a_row_written_twice_in_a_transaction_leaves_one_version),
	    CLAIM(numbers_are_dense_from_0_in_each_collection),
	    CLAIM(a_number_is_given_out_again_only_when_no_reader_sees_it),
	    CLAIM(the_highest_number_is_not_given_out_twice_at_once),
	    CLAIM(a_rollback_leaves_nothing),
	    CLAIM(what_is_pending_is_found_by_the_writer_alone),
	    CLAIM(a_hit_is_kept_beside_the_document),
	    CLAIM(an_id_that_is_no_id_is_refused_and_spoils_nothing),
	    CLAIM(changes_are_complete_and_in_order),
	    CLAIM(a_limit_does_not_cut_a_transaction_in_two),
	    CLAIM(forgotten_deletions_are_not_replayed),
	    CLAIM(changes_of_another_collection_are_not_told),
	    CLAIM(a_scan_goes_by_number_and_stops_when_told),
	    CLAIM(deleting_what_is_not_there_is_no_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
