/* SPDX-License-Identifier: ISC */
/*
 * recovery_test - an index that is lost, damaged, foreign or behind is made
 * whole from the records.
 */
#include <fcntl.h>
#include <unistd.h>

#include "ecsearch/fault.h"
#include "ecsearch/layout.h"
#include "ecsearch/xapian.h"

#include "shop.h"

static void
run(const char *fmt, const char *data)
{
	char command[400];

	snprintf(command, sizeof(command), fmt, data, data, data);
	assert_int_equal(system(command), 0);
}

/* ---- an index that cannot be used ---- */

static void
a_missing_index_is_rebuilt(void **state)
{
	struct shop *shop = *state;

	put(shop, "a", "Alpha");
	put_json(shop, AGENDA,
	    "{\"id\":\"d\",\"title\":\"Alpha\",\"sections\":["
	    "{\"text\":\"one\"},{\"text\":\"two\"}]}");
	shop_close(shop);
	run("rm -r %s/index", shop->data);
	shop_open(shop);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a");
	assert_string_equal(find(shop, AGENDA, "alpha"), "d");
	is_well(shop);
}

static void
a_missing_generation_is_rebuilt(void **state)
{
	struct shop *shop = *state;

	put(shop, "a", "Alpha");
	shop_close(shop);
	run("rm -r %s/index/members-*", shop->data);
	shop_open(shop);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a");
	is_well(shop);
}

/* Write junk over n bytes of a file of the members' index. */
static void
damage(struct shop *shop, const char *file, off_t at, size_t n)
{
	char command[200];
	char path[256];
	char junk[8192];
	FILE *found;
	int fd;

	snprintf(command, sizeof(command), "ls %s/index/members-*/%s",
	    shop->data, file);
	found = popen(command, "r");
	assert_non_null(found);
	assert_non_null(fgets(path, sizeof(path), found));
	pclose(found);
	path[strcspn(path, "\n")] = '\0';
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	assert_true(n <= sizeof(junk));
	memset(junk, 0xA5, sizeof(junk));
	assert_int_equal(pwrite(fd, junk, n, at), n);
	close(fd);
}

static void
a_damaged_index_is_rebuilt(void **state)
{
	static const struct {
		const char *file;
		off_t at;
		size_t n;
	} damages[] = {
	    {"iamglass", 0, 20},
	    {"iamglass", 20, 20},
	    {"postlist.glass", 0, 8192},
	    {"postlist.glass", 4000, 2000},
	    {"postlist.glass", 8100, 92},
	};
	struct shop *shop = *state;

	put(shop, "a", "Alpha");
	put(shop, "b", "Alpha");
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		shop_close(shop);
		damage(shop, damages[i].file, damages[i].at, damages[i].n);
		shop_open(shop);
		assert_string_equal(find(shop, MEMBERS, "alpha"), "a b");
		is_well(shop);
	}
}

/* A slot that is none of ours, as a flipped bit would leave it. */
static void
put_slot(struct shop *shop, const struct ecs_buf *slot)
{
	struct ecs_err err = {0};
	struct ecs_index_entry *entry = ecs_index_entry_new(&err);
	struct ecs_index_writer *writer;
	char path[200];

	snprintf(path, sizeof(path), "%s/index/members-000001", shop->data);
	writer = ecs_index_writer_open(path, &err);
	MUST(writer != NULL && entry != NULL, &err);
	MUST(ecs_index_entry_value(entry, 0, slot->data, slot->len, &err) &&
		ecs_index_put(writer, 1, entry, &err) &&
		ecs_index_commit(writer, NULL, &err),
	    &err);
	ecs_index_writer_close(writer);
	ecs_index_entry_free(entry);
}

static void
a_slot_with_an_unknown_column_leads_to_a_rebuild(void **state)
{
	static const struct ecs_column_value value = {
	    .column = 9999, .number = 1};
	static const uint32_t lengths[ECS_MAX_TEXTS + 1];
	struct shop *shop = *state;
	const struct ecs_collection *members =
	    &ecs_store_schema(shop->store)->collections[MEMBERS];
	struct ecs_buf slot = {0};

	ecs_slot_write_head(
	    &slot, 0, 1, lengths, ecs_unit_lengths(members), &value, 1);
	put(shop, "a", "Alpha");
	shop_close(shop);
	put_slot(shop, &slot);
	shop_open(shop);
	ecs_buf_fini(&slot);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a");
	is_well(shop);
}

static void
what_an_interrupted_rebuild_left_is_no_part_of_the_next(void **state)
{
	struct shop *shop = *state;

	put(shop, "a", "Alpha");
	put(shop, "b", "Alpha");
	shop_close(shop);
	/* A half-made second generation, then records that lack a row of it. */
	run("cp -r %s/index/members-000001 %s/index/members-000002",
	    shop->data);
	shop_open(shop);
	drop(shop, "b");
	shop_close(shop);
	run("cp -r %s/index/members-000001 %s/index/members-000002",
	    shop->data);
	run("echo junk > %s/index/members-000002/iamglass", shop->data);
	run("rm -r %s/index/members-000001", shop->data);
	shop_open(shop);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a");
	assert_int_equal(count(shop, MEMBERS), 1);
	is_well(shop);
}

static void
an_index_ahead_of_restored_records_is_rebuilt(void **state)
{
	struct shop *shop = *state;
	struct ecs_err err = {0};
	char backup[512];
	char here[300];

	assert_non_null(getcwd(here, sizeof(here)));
	snprintf(backup, sizeof(backup), "%s/%s/backup", here, shop->folder);
	put(shop, "a", "Alpha");
	MUST(ecs_store_backup(shop->store, backup, &err), &err);
	put(shop, "b", "Alpha");
	shop_close(shop);
	run("rm %s/records.db* && cp %s/../backup/records.db %s", shop->data);
	shop_open(shop);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a");
	assert_int_equal(count(shop, MEMBERS), 1);
	is_well(shop);
}

/* ---- rebuilding ---- */

static void
a_rebuild_swaps_the_generation_and_loses_nothing(void **state)
{
	struct shop *shop = *state;
	struct ecs_view *before;
	struct ecs_view *after;
	struct ecs_err err = {0};
	char old[512];

	put(shop, "a", "Alpha");
	put(shop, "b", "Alpha");
	put(shop, "c", "Alpha");
	drop(shop, "b");
	before = ecs_store_view(shop->store);
	snprintf(old, sizeof(old), "%s",
	    before->collections[MEMBERS].generation->path);
	MUST(ecs_store_rebuild(shop->store, -1, &err), &err);
	after = ecs_store_view(shop->store);
	assert_true(after->revision > before->revision);
	for (int i = 0; i < after->ncollections; i++)
		assert_int_equal(after->collections[i].generation->number,
		    before->collections[i].generation->number + 1);
	/* Held views can still read; then the old directory goes. */
	assert_int_equal(access(old, F_OK), 0);
	ecs_view_unref(before);
	ecs_view_unref(after);
	assert_int_not_equal(access(old, F_OK), 0);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a c");
	is_well(shop);
	shop_reopen(shop);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a c");
	put(shop, "d", "Alpha");
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a c d");
}

static void
the_sequence_of_stats_is_never_behind_the_view(void **state)
{
	struct shop *shop = *state;
	struct ecs_store_stats stats;
	struct ecs_err err = {0};

	put(shop, "a", "Alpha");
	MUST(ecs_store_rebuild(shop->store, MEMBERS, &err), &err);
	ecs_store_get_stats(shop->store, &stats);
	assert_int_equal(stats.batches, 1);
	assert_int_equal(stats.writes, 1);
	assert_int_equal(stats.recoveries, 0);
	assert_int_equal(stats.queued_bytes, 0);
	assert_int_equal(stats.records_sequence, stats.revision);
}

/* ---- faults ---- */

static uint64_t
recoveries(struct shop *shop)
{
	struct ecs_store_stats stats;

	ecs_store_get_stats(shop->store, &stats);
	return stats.recoveries;
}

static void
a_failed_index_commit_is_caught_up(void **state)
{
	struct shop *shop = *state;

	put(shop, "a", "Alpha");
	put(shop, "b", "Beta");
	arm("index.commit=1");
	put(shop, "b", "Alpha");
	assert_null(ecs_fault_unhit());
	assert_int_equal(recoveries(shop), 1);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a b");
	put(shop, "c", "Alpha");
	assert_int_equal(recoveries(shop), 1);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a b c");
	is_well(shop);
}

static void
a_failed_put_leaves_no_collection_of_its_batch_behind(void **state)
{
	struct shop *shop = *state;
	struct ecs_batch batch = {0};
	struct ecs_err err = {0};

	add(shop, &batch, MEMBERS, "{\"id\":\"a\",\"name\":\"Alpha\"}");
	add(shop, &batch, GROUPS, "{\"id\":\"g\",\"name\":\"Alpha\"}");
	add(shop, &batch, AGENDA, "{\"id\":\"d\",\"title\":\"Alpha\"}");
	arm("index.put=1");
	MUST(
	    ecs_store_write(shop->store, &batch, ECS_WAIT_VISIBLE, &err), &err);
	ecs_batch_fini(&batch);
	assert_null(ecs_fault_unhit());
	assert_int_equal(err.status, 0);
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a");
	assert_string_equal(find(shop, GROUPS, "alpha"), "g");
	assert_string_equal(find(shop, AGENDA, "alpha"), "d");
	is_well(shop);
}

static void
a_failed_records_commit_stores_nothing(void **state)
{
	struct shop *shop = *state;
	struct ecs_batch batch = {0};
	struct ecs_err err = {0};

	add(shop, &batch, MEMBERS, "{\"id\":\"a\",\"name\":\"Alpha\"}");
	arm("records.commit=1");
	assert_false(
	    ecs_store_write(shop->store, &batch, ECS_WAIT_VISIBLE, &err));
	assert_int_equal(err.status, 500);
	ecs_batch_fini(&batch);
	assert_null(ecs_fault_unhit());
	assert_int_equal(count(shop, MEMBERS), 0);
	put(shop, "b", "Alpha");
	assert_string_equal(find(shop, MEMBERS, "alpha"), "b");
	is_well(shop);
}

static void
a_failed_rebuild_leaves_the_old_index(void **state)
{
	struct shop *shop = *state;
	struct ecs_err err = {0};

	put(shop, "a", "Alpha");
	arm("index.put=1");
	assert_false(ecs_store_rebuild(shop->store, MEMBERS, &err));
	assert_null(ecs_fault_unhit());
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a");
	ecs_err_clear(&err);
	MUST(ecs_store_rebuild(shop->store, MEMBERS, &err), &err);
	put(shop, "b", "Alpha");
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a b");
	is_well(shop);
}

/* Failing again while it catches up, the write is durable but not visible. */
static void
what_cannot_be_indexed_yet_is_told_and_caught_up_later(void **state)
{
	struct shop *shop = *state;
	struct ecs_batch batch = {0};
	struct ecs_err err = {0};

	put(shop, "a", "Alpha");
	add(shop, &batch, MEMBERS, "{\"id\":\"b\",\"name\":\"Alpha\"}");
	arm("index.commit=1,index.commit=1");
	MUST(
	    ecs_store_write(shop->store, &batch, ECS_WAIT_VISIBLE, &err), &err);
	assert_int_equal(err.status, 503);
	assert_string_equal(err.code, "not_yet_visible");
	assert_int_equal(batch.writes[0].err.status, 0);
	ecs_batch_fini(&batch);
	put(shop, "c", "Alpha");
	assert_null(ecs_fault_unhit());
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a b c");
	is_well(shop);
}

/* Three failures: the write, and catching up after it and before the next. */
static void
one_collection_behind_does_not_hold_up_the_others(void **state)
{
	struct shop *shop = *state;
	put(shop, "a", "Alpha");
	arm("index.commit=1,index.commit=1,index.commit=1");
	assert_true(drop(shop, "a"));
	put_json(shop, GROUPS, "{\"id\":\"g\",\"name\":\"Alpha\"}");
	assert_null(ecs_fault_unhit());
	assert_string_equal(find(shop, GROUPS, "alpha"), "g");
	/* What is behind is read as its index has it. */
	assert_string_equal(find(shop, MEMBERS, "alpha"), "a");
	put(shop, "b", "Beta");
	assert_string_equal(find(shop, MEMBERS, "alpha"), "");
	is_well(shop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(a_missing_index_is_rebuilt),
	    CLAIM(a_missing_generation_is_rebuilt),
	    CLAIM(a_damaged_index_is_rebuilt),
	    CLAIM(a_slot_with_an_unknown_column_leads_to_a_rebuild),
	    CLAIM(what_an_interrupted_rebuild_left_is_no_part_of_the_next),
	    CLAIM(an_index_ahead_of_restored_records_is_rebuilt),
	    CLAIM(a_rebuild_swaps_the_generation_and_loses_nothing),
	    CLAIM(the_sequence_of_stats_is_never_behind_the_view),
	    CLAIM(a_failed_index_commit_is_caught_up),
	    CLAIM(a_failed_put_leaves_no_collection_of_its_batch_behind),
	    CLAIM(one_collection_behind_does_not_hold_up_the_others),
	    CLAIM(a_failed_records_commit_stores_nothing),
	    CLAIM(a_failed_rebuild_leaves_the_old_index),
	    CLAIM(what_cannot_be_indexed_yet_is_told_and_caught_up_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
