/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "ecsearch/fault.h"
#include "ecsearch/queries.h"

#include "scratch.h"

enum { TODAY = 20000, LINES = 64 };

/* What a report told, copied. */
struct told {
	struct ecs_query_day day[8];
	int days;
	struct {
		char q[64];
		char in[16];
		struct ecs_query_line line;
	} line[LINES];
	int lines;
	uint64_t withheld;
};

static bool
keep_day(void *user, const struct ecs_query_day *day)
{
	struct told *told = user;

	told->day[told->days++] = *day;
	return true;
}

static bool
keep_line(void *user, const struct ecs_query_line *line)
{
	struct told *told = user;
	int at = told->lines++;

	snprintf(told->line[at].q, sizeof(told->line[at].q), "%s", line->q);
	snprintf(told->line[at].in, sizeof(told->line[at].in), "%s", line->in);
	told->line[at].line = *line;
	return told->lines < LINES;
}

static struct ecs_query_question
all_time(uint32_t least_days)
{
	return (struct ecs_query_question){.from = 0,
	    .to = TODAY + 1000,
	    .least_days = least_days,
	    .limit = LINES};
}

static struct told
ask(struct scratch *scratch, const struct ecs_query_question *question)
{
	struct told told = {0};
	const struct ecs_query_sink sink = {keep_day, keep_line, &told};
	struct ecs_err err = {0};

	MUST(ecs_queries_report(
		 scratch->records, question, &sink, &told.withheld, &err),
	    &err);
	return told;
}

static void
add(struct scratch *scratch, const struct ecs_query_count *list, size_t n)
{
	struct ecs_err err = {0};

	MUST(ecs_queries_add(scratch->records, list, n, &err), &err);
}

/* A search of q on a day, with its share of the day's totals. */
static void
search(struct scratch *scratch, int64_t day, const char *q, const char *in)
{
	const struct ecs_query_count both[] = {
	    {.day = day, .q = "", .in = "", .count = 1},
	    {.day = day, .q = q, .in = in, .count = 1}};

	add(scratch, both, 2);
}

static void
click(struct scratch *scratch, int64_t day, const char *q, const char *in,
    uint32_t rank)
{
	const struct ecs_query_count one = {
	    .day = day, .q = q, .in = in, .rank = rank, .count = 1};

	add(scratch, &one, 1);
}

static void
a_query_is_told_from_the_least_number_of_days_on(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_query_question question = all_time(3);
	struct told told;

	for (int i = 0; i < 5; i++)
		search(scratch, TODAY, "often in a day", "");
	for (int i = 0; i < 3; i++)
		search(scratch, TODAY + i, "three days", "");
	search(scratch, TODAY, "two days", "");
	search(scratch, TODAY + 9, "two days", "");
	told = ask(scratch, &question);
	assert_int_equal(told.lines, 1);
	assert_string_equal(told.line[0].q, "three days");
	assert_int_equal(told.line[0].line.count, 3);
	assert_int_equal(told.withheld, 2);
	search(scratch, TODAY + 10, "two days", "");
	assert_int_equal(ask(scratch, &question).lines, 2);
}

static void
days_count_in_each_collection_by_itself(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_query_question question = all_time(2);
	struct told told;

	search(scratch, TODAY, "q", "members");
	search(scratch, TODAY + 1, "q", "agenda");
	search(scratch, TODAY + 2, "q", "");
	assert_int_equal(ask(scratch, &question).lines, 0);
	search(scratch, TODAY + 3, "q", "agenda");
	search(scratch, TODAY + 3, "q", "");
	assert_int_equal(ask(scratch, &question).lines, 2);
	question.in = "agenda";
	told = ask(scratch, &question);
	assert_int_equal(told.lines, 1);
	assert_string_equal(told.line[0].in, "agenda");
	question.in = "";
	assert_int_equal(ask(scratch, &question).lines, 1);
	question.in = "members";
	told = ask(scratch, &question);
	assert_int_equal(told.lines, 0);
	assert_int_equal(told.withheld, 1);
}

static void
totals_of_a_day_are_told_whatever_was_searched(void **state)
{
	struct scratch *scratch = *state;
	const struct ecs_query_count list[] = {{.day = TODAY,
						   .q = "",
						   .in = "",
						   .count = 7,
						   .without_hits = 2,
						   .left_out = 1},
	    {.day = TODAY, .q = "rare", .in = "", .count = 1}};
	struct ecs_query_question question = all_time(3);
	struct told told;

	add(scratch, list, 2);
	add(scratch, list, 2);
	search(scratch, TODAY + 2, "q", "");
	told = ask(scratch, &question);
	assert_int_equal(told.lines, 0);
	assert_int_equal(told.days, 2);
	assert_int_equal(told.day[0].day, TODAY);
	assert_int_equal(told.day[0].searches, 14);
	assert_int_equal(told.day[0].without_hits, 4);
	assert_int_equal(told.day[0].left_out, 2);
	question.from = question.to = TODAY + 2;
	told = ask(scratch, &question);
	assert_int_equal(told.days, 1);
	assert_int_equal(told.day[0].searches, 1);
}

static void
counts_are_of_the_days_asked_for_and_the_rule_is_of_all(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_query_question question = all_time(3);
	struct told told;

	for (int i = 0; i < 4; i++)
		search(scratch, TODAY + i, "q", "");
	click(scratch, TODAY, "q", "", 1);
	click(scratch, TODAY + 3, "q", "", 2);
	question.from = TODAY + 3;
	told = ask(scratch, &question);
	assert_int_equal(told.lines, 1);
	assert_int_equal(told.line[0].line.count, 1);
	assert_int_equal(told.line[0].line.days, 1);
	assert_int_equal(told.line[0].line.clicks, 1);
	assert_int_equal(told.line[0].line.ranks[1], 0);
	assert_int_equal(told.line[0].line.ranks[2], 1);
	question.from = TODAY + 4;
	assert_int_equal(ask(scratch, &question).lines, 0);
}

static void
queries_come_in_the_order_asked_for(void **state)
{
	struct scratch *scratch = *state;
	const struct ecs_query_count list[] = {
	    {.day = TODAY, .q = "a", .in = "", .count = 9},
	    {.day = TODAY, .q = "b", .in = "", .count = 5, .without_hits = 5},
	    {.day = TODAY, .q = "c", .in = "", .count = 7, .without_hits = 1},
	    {.day = TODAY, .q = "c", .in = "", .rank = 1, .count = 3},
	    {.day = TODAY, .q = "a", .in = "", .rank = 4, .count = 2},
	};
	struct ecs_query_question question = all_time(1);
	struct told told;

	add(scratch, list, 5);
	told = ask(scratch, &question);
	assert_int_equal(told.lines, 3);
	assert_string_equal(told.line[0].q, "a");
	assert_string_equal(told.line[1].q, "c");
	question.order = ECS_QUERIES_BY_WITHOUT_HITS;
	told = ask(scratch, &question);
	assert_int_equal(told.lines, 2);
	assert_string_equal(told.line[0].q, "b");
	question.order = ECS_QUERIES_BY_CLICKS;
	told = ask(scratch, &question);
	assert_int_equal(told.lines, 2);
	assert_string_equal(told.line[0].q, "c");
	assert_int_equal(told.line[1].line.ranks[4], 2);
	question.limit = 1;
	assert_int_equal(ask(scratch, &question).lines, 1);
}

static void
a_click_counts_only_where_its_query_was_searched(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_query_question question = all_time(1);
	struct told told;

	search(scratch, TODAY, "q", "");
	search(scratch, TODAY, "q", "members");
	click(scratch, TODAY + 1, "planted", "", 1);
	click(scratch, TODAY + 1, "q", "members", 1);
	click(scratch, TODAY + 1, "q", "agenda", ECS_QUERY_MORE);
	told = ask(scratch, &question);
	assert_int_equal(told.lines, 2);
	assert_int_equal(told.day[1].day, TODAY + 1);
	assert_int_equal(told.day[1].clicks, 2);
	question.in = "members";
	assert_int_equal(ask(scratch, &question).line[0].line.ranks[1], 1);
	question.in = ""; /* not in agenda alone, so it was in several */
	told = ask(scratch, &question);
	assert_int_equal(told.line[0].line.clicks, 1);
	assert_int_equal(told.line[0].line.ranks[ECS_QUERY_MORE], 1);
}

static void
a_rare_query_is_deleted_when_old_and_a_frequent_one_is_kept(void **state)
{
	struct scratch *scratch = *state;
	const struct ecs_query_limits limits = {
	    .least_days = 3, .rare_before = TODAY - 90, .before = TODAY - 365};
	struct ecs_query_question question = all_time(1);
	struct ecs_err err = {0};
	struct told told;

	search(scratch, TODAY - 91, "rare", "");
	click(scratch, TODAY - 91, "rare", "", 1);
	search(scratch, TODAY - 91, "rare again", "");
	search(scratch, TODAY - 90, "rare again", "");
	click(scratch, TODAY - 91, "rare again", "", 1);
	click(scratch, TODAY - 90, "rare again", "", 2);
	for (int i = 0; i < 3; i++)
		search(scratch, TODAY - 200 + i, "frequent", "");
	click(scratch, TODAY - 200, "frequent", "", 1);
	MUST(ecs_queries_expire(scratch->records, &limits, &err), &err);
	told = ask(scratch, &question);
	assert_int_equal(told.lines, 2);
	assert_string_equal(told.line[0].q, "frequent");
	assert_int_equal(told.line[0].line.count, 3);
	assert_int_equal(told.line[0].line.clicks, 1);
	assert_string_equal(told.line[1].q, "rare again");
	assert_int_equal(told.line[1].line.count, 1);
	assert_int_equal(told.line[1].line.ranks[1], 0);
	assert_int_equal(told.line[1].line.ranks[2], 1);
	/* The totals stay, and a word that is gone cannot be clicked. */
	assert_int_equal(told.day[0].searches, 1);
	click(scratch, TODAY, "rare", "", 1);
	assert_int_equal(ask(scratch, &question).lines, 2);
}

static void
everything_is_deleted_in_the_end(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_query_limits limits = {
	    .least_days = 2, .rare_before = TODAY - 90, .before = TODAY - 364};
	struct ecs_query_question question = all_time(1);
	struct ecs_err err = {0};
	struct told told;

	search(scratch, TODAY - 365, "q", "");
	search(scratch, TODAY - 364, "q", "");
	click(scratch, TODAY - 365, "q", "", 1);
	limits.before = TODAY - 364;
	limits.rare_before = TODAY - 364;
	MUST(ecs_queries_expire(scratch->records, &limits, &err), &err);
	told = ask(scratch, &question);
	assert_int_equal(told.days, 1);
	assert_int_equal(told.line[0].line.count, 1);
	assert_int_equal(told.line[0].line.clicks, 0);
	limits.before = TODAY;
	MUST(ecs_queries_expire(scratch->records, &limits, &err), &err);
	told = ask(scratch, &question);
	assert_int_equal(told.days + told.lines, 0);
}

static void
a_day_keeps_so_many_queries_and_says_what_it_left_out(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_query_count *list = calloc(ECS_QUERIES_A_DAY, sizeof(*list));
	char(*names)[16] = calloc(ECS_QUERIES_A_DAY, sizeof(*names));
	struct ecs_query_question question = all_time(1);
	struct told told;

	assert_true(list != NULL && names != NULL);
	for (int i = 0; i < ECS_QUERIES_A_DAY; i++) {
		snprintf(names[i], sizeof(names[i]), "q%d", i);
		list[i] = (struct ecs_query_count){
		    .day = TODAY, .q = names[i], .in = "", .count = 1};
	}
	add(scratch, list, ECS_QUERIES_A_DAY);
	search(scratch, TODAY, "too much", "");
	search(scratch, TODAY, "q7", "");
	search(scratch, TODAY + 1, "too much", "");
	told = ask(scratch, &question);
	assert_int_equal(told.day[0].left_out, 1);
	assert_int_equal(told.day[0].searches, 2);
	assert_int_equal(told.day[1].left_out, 0);
	question.limit = 2;
	told = ask(scratch, &question);
	assert_string_equal(told.line[0].q, "q7");
	assert_int_equal(told.line[0].line.count, 2);
	free(names);
	free(list);
}

/* How often text stands in the file or its log. */
static int
traces(struct scratch *scratch, const char *text)
{
	static const char *const files[] = {"records.db", "records.db-wal"};
	size_t len = strlen(text);
	int found = 0;

	for (int i = 0; i < 2; i++) {
		FILE *file = fopen(scratch_beside(scratch, files[i]), "rb");
		static char bytes[1 << 20];
		size_t n =
		    file == NULL ? 0 : fread(bytes, 1, sizeof(bytes), file);

		assert_true(n < sizeof(bytes));
		for (size_t at = 0; at + len <= n; at++)
			found += memcmp(bytes + at, text, len) == 0;
		if (file != NULL)
			fclose(file);
	}
	return found;
}

static void
what_is_forgotten_leaves_no_trace(void **state)
{
	struct scratch *scratch = *state;
	struct ecs_query_question question = all_time(1);
	struct ecs_err err = {0};
	bool found;

	search(scratch, TODAY, "janedoe", "");
	search(scratch, TODAY, "janedoe", "members");
	click(scratch, TODAY, "janedoe", "", 1);
	search(scratch, TODAY, "other", "");
	assert_true(traces(scratch, "janedoe") > 0);
	MUST(
	    ecs_queries_forget(scratch->records, "nobody", &found, &err), &err);
	assert_false(found);
	MUST(ecs_queries_forget(scratch->records, "janedoe", &found, &err),
	    &err);
	assert_true(found);
	assert_int_equal(traces(scratch, "janedoe"), 0);
	assert_int_equal(ask(scratch, &question).lines, 1);
	assert_int_equal(ask(scratch, &question).days, 1);
	MUST(ecs_queries_forget(scratch->records, NULL, &found, &err), &err);
	assert_true(found);
	assert_int_equal(traces(scratch, "other"), 0);
	assert_int_equal(ask(scratch, &question).days, 0);
	MUST(ecs_queries_forget(scratch->records, NULL, &found, &err), &err);
	assert_false(found);
}

static void
what_fails_on_the_way_adds_nothing(void **state)
{
	struct scratch *scratch = *state;
	const struct ecs_query_count list[] = {
	    {.day = TODAY, .q = "", .in = "", .count = 1},
	    {.day = TODAY, .q = "q", .in = "", .count = 1}};
	struct ecs_query_question question = all_time(1);
	struct ecs_err err = {0};

	setenv("ECS_FAULTS", "records.queries=1", 1);
	ecs_fault_init();
	assert_false(ecs_queries_add(scratch->records, list, 2, &err));
	assert_null(ecs_fault_unhit());
	assert_int_equal(ask(scratch, &question).days, 0);
	add(scratch, list, 2);
	assert_int_equal(ask(scratch, &question).line[0].line.count, 1);
	put_alone(scratch, "a", "{}");
}

static void
counting_is_no_change_of_what_is_searched(void **state)
{
	struct scratch *scratch = *state;
	uint64_t before = ecs_records_sequence(scratch->records);

	search(scratch, TODAY, "q", "");
	assert_int_equal(ecs_records_sequence(scratch->records), before);
	scratch_close(scratch);
	scratch_open(scratch);
	assert_int_equal(ecs_records_sequence(scratch->records), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(a_query_is_told_from_the_least_number_of_days_on),
	    CLAIM(days_count_in_each_collection_by_itself),
	    CLAIM(totals_of_a_day_are_told_whatever_was_searched),
	    CLAIM(counts_are_of_the_days_asked_for_and_the_rule_is_of_all),
	    CLAIM(queries_come_in_the_order_asked_for),
	    CLAIM(a_click_counts_only_where_its_query_was_searched),
	    CLAIM(a_rare_query_is_deleted_when_old_and_a_frequent_one_is_kept),
	    CLAIM(everything_is_deleted_in_the_end),
	    CLAIM(a_day_keeps_so_many_queries_and_says_what_it_left_out),
	    CLAIM(what_is_forgotten_leaves_no_trace),
	    CLAIM(what_fails_on_the_way_adds_nothing),
	    CLAIM(counting_is_no_change_of_what_is_searched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
