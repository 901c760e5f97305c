/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "ecsearch/err.h"
#include "ecsearch/fault.h"
#include "ecsearch/records.h"

#include "../../src/api/query_stats.h"
#include "../../src/api/query_tally.h"

enum { DAY = 86400, NOON = 20000 * DAY + DAY / 2 };

struct play {
	char folder[32];
	struct ecs_records *records;
	struct query_stats *stats;
};

static int
setup(void **state)
{
	const struct query_rules rules = {2, 90, 365};
	struct play *play = calloc(1, sizeof(*play));
	struct ecs_err err = {0};
	char path[64];

	if (play == NULL)
		return -1;
	snprintf(play->folder, sizeof(play->folder), "queries-test-XXXXXX");
	if (mkdtemp(play->folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/records.db", play->folder);
	play->records = ecs_records_open(path, &err);
	if (play->records != NULL)
		play->stats = ecs_query_stats_new(play->records, &rules, &err);
	*state = play;
	return play->stats == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	static const char *const names[] = {"", "-wal", "-shm", "-lock"};
	struct play *play = *state;
	char path[64];

	ecs_query_stats_free(play->stats);
	ecs_records_close(play->records);
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/records.db%s", play->folder,
		    names[i]);
		unlink(path);
	}
	rmdir(play->folder);
	free(play);
	return 0;
}

struct seen {
	uint64_t searches;
	uint64_t without_hits;
	uint64_t clicks;
	uint64_t left_out;
	int days;
	int lines;
	struct ecs_query_line last;
	char q[64];
};

static bool
see_day(void *user, const struct ecs_query_day *day)
{
	struct seen *seen = user;

	seen->searches += day->searches;
	seen->without_hits += day->without_hits;
	seen->clicks += day->clicks;
	seen->left_out += day->left_out;
	seen->days++;
	return true;
}

static bool
see_line(void *user, const struct ecs_query_line *line)
{
	struct seen *seen = user;

	seen->last = *line;
	snprintf(seen->q, sizeof(seen->q), "%s", line->q);
	seen->lines++;
	return true;
}

/* What the records hold, whatever may be told. */
static struct seen
look(struct play *play)
{
	const struct ecs_query_question question = {
	    .to = 100000, .least_days = 1, .limit = 100};
	struct seen seen = {0};
	const struct ecs_query_sink sink = {see_day, see_line, &seen};
	struct ecs_err err = {0};
	uint64_t withheld;

	assert_true(ecs_queries_report(
	    play->records, &question, &sink, &withheld, &err));
	return seen;
}

static bool
flush(struct play *play)
{
	struct ecs_err err = {0};

	return ecs_query_stats_flush(play->stats, &err);
}

static void
nothing_is_written_before_it_is_flushed(void **state)
{
	struct play *play = *state;
	struct seen seen;

	ecs_query_stats_search(play->stats, "q", "members", true, NOON);
	ecs_query_stats_search(play->stats, "q", "members", false, NOON);
	ecs_query_stats_search(play->stats, "", "members", true, NOON);
	assert_true(
	    ecs_query_stats_click(play->stats, "q", "members", 1, NOON));
	assert_int_equal(look(play).days, 0);
	assert_true(flush(play));
	seen = look(play);
	assert_int_equal(seen.searches, 3);
	assert_int_equal(seen.without_hits, 1);
	assert_int_equal(seen.clicks, 1);
	assert_int_equal(seen.lines, 1);
	assert_int_equal(seen.last.count, 2);
	assert_int_equal(seen.last.ranks[1], 1);
	assert_true(flush(play));
	assert_int_equal(look(play).searches, 3);
}

static void
a_day_ends_at_midnight_utc(void **state)
{
	struct play *play = *state;

	ecs_query_stats_search(
	    play->stats, "q", "", true, 20001 * (int64_t)DAY - 1);
	ecs_query_stats_search(
	    play->stats, "q", "", true, 20001 * (int64_t)DAY);
	assert_true(flush(play));
	assert_int_equal(look(play).days, 2);
	assert_int_equal(look(play).last.days, 2);
}

static void
a_flush_that_fails_is_tried_again_and_counts_once(void **state)
{
	struct play *play = *state;
	struct seen seen;

	ecs_query_stats_search(play->stats, "q", "", true, NOON);
	setenv("ECS_FAULTS", "records.queries=1", 1);
	ecs_fault_init();
	assert_false(flush(play));
	assert_null(ecs_fault_unhit());
	ecs_query_stats_search(play->stats, "q", "", false, NOON);
	assert_int_equal(look(play).days, 0);
	assert_true(flush(play));
	seen = look(play);
	assert_int_equal(seen.searches, 2);
	assert_int_equal(seen.last.count, 2);
	assert_int_equal(seen.last.without_hits, 1);
}

static void
too_many_queries_are_counted_in_totals_that_say_so(void **state)
{
	struct play *play = *state;
	char q[16];

	for (int i = 0; i < TALLY_MOST + 5; i++) {
		snprintf(q, sizeof(q), "q%d", i);
		ecs_query_stats_search(play->stats, q, "", true, NOON);
	}
	ecs_query_stats_search(play->stats, "q7", "", true, NOON);
	assert_true(flush(play));
	assert_int_equal(look(play).searches, TALLY_MOST + 6);
	assert_int_equal(look(play).left_out, 5);
	assert_int_equal(look(play).lines, 100);
}

static void
clicks_of_one_minute_have_an_end(void **state)
{
	struct play *play = *state;
	int taken = 0;

	ecs_query_stats_search(play->stats, "q", "", true, NOON);
	for (int i = 0; i < 1100; i++)
		taken += ecs_query_stats_click(play->stats, "q", "", 1, NOON);
	assert_int_equal(taken, 1000);
	assert_true(
	    ecs_query_stats_click(play->stats, "q", "", 500, NOON + 60));
	assert_true(flush(play));
	assert_int_equal(look(play).clicks, 1001);
	assert_int_equal(look(play).last.ranks[ECS_QUERY_MORE], 1);
}

static void
what_is_forgotten_is_gone_from_memory_too(void **state)
{
	struct play *play = *state;
	struct ecs_err err = {0};
	bool found;

	ecs_query_stats_search(play->stats, "a", "", true, NOON);
	ecs_query_stats_search(play->stats, "b", "", true, NOON);
	assert_true(ecs_query_stats_forget(play->stats, "a", &found, &err));
	assert_true(found);
	assert_true(ecs_query_stats_forget(play->stats, "a", &found, &err));
	assert_false(found);
	assert_true(flush(play));
	assert_int_equal(look(play).searches, 2);
	assert_int_equal(look(play).lines, 1);
	assert_string_equal(look(play).q, "b");
	ecs_query_stats_search(play->stats, "c", "", true, NOON);
	assert_true(ecs_query_stats_forget(play->stats, NULL, &found, &err));
	assert_true(flush(play));
	assert_int_equal(look(play).days + look(play).lines, 0);
}

static void
the_rules_say_when_a_rare_query_is_deleted(void **state)
{
	struct play *play = *state;
	struct ecs_err err = {0};

	ecs_query_stats_search(play->stats, "rare", "", true, NOON);
	assert_true(flush(play));
	assert_true(ecs_query_stats_expire(
	    play->stats, NOON + 90 * (int64_t)DAY, &err));
	assert_int_equal(look(play).lines, 1);
	assert_true(ecs_query_stats_expire(
	    play->stats, NOON + 91 * (int64_t)DAY, &err));
	assert_int_equal(look(play).lines, 0);
	assert_int_equal(look(play).days, 1);
	assert_true(ecs_query_stats_expire(
	    play->stats, NOON + 366 * (int64_t)DAY, &err));
	assert_int_equal(look(play).days, 0);
}

static void
its_thread_writes_when_there_is_enough_and_at_the_end(void **state)
{
	struct play *play = *state;
	struct ecs_err err = {0};
	int64_t now = time(NULL); /* of its own clock what is old is deleted */
	char q[16];

	assert_true(ecs_query_stats_start(play->stats, &err));
	for (int i = 0; i < 1000; i++) {
		snprintf(q, sizeof(q), "q%d", i);
		ecs_query_stats_search(play->stats, q, "", true, now);
	}
	while (look(play).searches == 0)
		usleep(1000);
	ecs_query_stats_search(play->stats, "last", "", true, now);
	ecs_query_stats_free(play->stats);
	play->stats = NULL;
	assert_int_equal(look(play).searches, 1001);
}

#define CLAIM(function) \
	cmocka_unit_test_setup_teardown(function, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(nothing_is_written_before_it_is_flushed),
	    CLAIM(a_day_ends_at_midnight_utc),
	    CLAIM(a_flush_that_fails_is_tried_again_and_counts_once),
	    CLAIM(too_many_queries_are_counted_in_totals_that_say_so),
	    CLAIM(clicks_of_one_minute_have_an_end),
	    CLAIM(what_is_forgotten_is_gone_from_memory_too),
	    CLAIM(the_rules_say_when_a_rare_query_is_deleted),
	    CLAIM(its_thread_writes_when_there_is_enough_and_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
