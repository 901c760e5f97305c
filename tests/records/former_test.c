/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "ecsearch/former.h"

#include "scratch.h"

static void
note(struct scratch *scratch, const char *id, const char *passage)
{
	struct ecs_former former = {
	    .section = UINT64_MAX - 6, .n = 2, .words = {7, UINT32_MAX}};
	struct ecs_err err = {0};

	snprintf(former.passage, sizeof(former.passage), "%s", passage);
	MUST(ecs_former_put(scratch->records, scratch->collection, id,
		 strlen(id), &former, &err),
	    &err);
}

static bool
find(struct scratch *scratch, const char *id, const char *passage,
    struct ecs_former *former)
{
	struct ecs_err err = {0};
	bool found;

	MUST(ecs_former_find(scratch->reader, scratch->collection, id,
		 strlen(id), passage, former, &found, &err),
	    &err);
	return found;
}

static void
a_former_passage_is_found_as_it_was_noted(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_former former;

	put_alone(scratch, "a", "{}");
	begin(scratch);
	note(scratch, "a", "p");
	commit(scratch);
	assert_true(find(scratch, "a", "p", &former));
	assert_string_equal(former.passage, "p");
	assert_true(former.section == UINT64_MAX - 6);
	assert_int_equal(former.n, 2);
	assert_int_equal(former.words[0], 7);
	assert_true(former.words[1] == UINT32_MAX);
	assert_true(former.gone > 0);
	assert_false(find(scratch, "a", "q", &former));
	assert_false(find(scratch, "b", "p", &former));
}

static void
a_rolled_back_change_notes_nothing(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_former former;

	begin(scratch);
	note(scratch, "a", "p");
	ecs_records_rollback(scratch->records);
	assert_false(find(scratch, "a", "p", &former));
}

static void
what_is_back_is_forgotten(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_former former;
	struct ecs_err err = {0};
	bool any;

	begin(scratch);
	note(scratch, "a", "p");
	note(scratch, "a", "q");
	MUST(ecs_former_forget(
		 scratch->records, scratch->collection, "a", 1, "p", &err),
	    &err);
	MUST(ecs_former_any(
		 scratch->records, scratch->collection, "a", 1, &any, &err),
	    &err);
	assert_true(any);
	MUST(ecs_former_any(
		 scratch->records, scratch->collection, "b", 1, &any, &err),
	    &err);
	assert_false(any);
	commit(scratch);
	assert_false(find(scratch, "a", "p", &former));
	assert_true(find(scratch, "a", "q", &former));
}

static void
deleting_a_document_forgets_its_own(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_former former;

	put_alone(scratch, "a", "{}");
	begin(scratch);
	note(scratch, "a", "p");
	note(scratch, "b", "p");
	commit(scratch);
	drop_alone(scratch, "a");
	assert_false(find(scratch, "a", "p", &former));
	assert_true(find(scratch, "b", "p", &former));
}

static void
no_more_are_kept_than_told(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_former former;
	struct ecs_err err = {0};
	int kept = 0;
	char id[8];

	begin(scratch);
	for (int i = 0; i < 9; i++) {
		snprintf(id, sizeof(id), "p%d", i);
		note(scratch, "a", id);
	}
	note(scratch, "b", "p");
	MUST(ecs_former_bound(
		 scratch->records, scratch->collection, "a", 1, 4, &err),
	    &err);
	commit(scratch);
	for (int i = 0; i < 9; i++) {
		snprintf(id, sizeof(id), "p%d", i);
		kept += find(scratch, "a", id, &former);
	}
	assert_int_equal(kept, 4);
	assert_true(find(scratch, "b", "p", &former));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(a_former_passage_is_found_as_it_was_noted),
	    CLAIM(a_rolled_back_change_notes_nothing),
	    CLAIM(what_is_back_is_forgotten),
	    CLAIM(deleting_a_document_forgets_its_own),
	    CLAIM(no_more_are_kept_than_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
