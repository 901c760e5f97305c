/* SPDX-License-Identifier: ISC */
/*
 * facet_buckets_test - ranges and steps against a recount.
 */
#include "recount.h"

/* The bits of the pool's numbers in [from, to). */
static uint32_t
numbers_in(int field, double from, double to)
{
	uint32_t wanted = 0;

	for (uint32_t v = 0; v < world_pool(field); v++)
		if (world_number(field, v) >= from &&
		    world_number(field, v) < to)
			wanted |= UINT32_C(1) << v;
	return wanted;
}

static const struct ecs_facet_range ranges[] = {{-INFINITY, 0, NULL},
    {0, 10, "small"}, {5, 2004, NULL}, {2004, INFINITY, NULL}};

static void
draw_ranges(struct world *world, struct ecs_facet_request *request)
{
	static const char *const fields[] = {"size", "years"};

	request->field = fields[world_dice(world, 2)];
	request->type = ECS_FACET_RANGE;
	request->ranges = ranges;
	request->nranges = 4;
}

static void
check_buckets(const struct world *world, const struct ecs_search *search,
    const struct ecs_facet *facet)
{
	int field = any_field(facet->request->field);

	for (size_t i = 0; i < facet->nvalues; i++) {
		const struct ecs_facet_value *value = &facet->values[i];

		assert_int_equal(value->count,
		    recount(world, search, facet->request,
			numbers_in(field, value->number, value->to)));
	}
	assert_int_equal(
	    facet->missing, recount_missing(world, search, facet->request));
}

static void
a_document_counts_once_in_a_range_however_many_values_lie_there(void **state)
{
	check_many(*state, 400, draw_ranges, check_buckets);
}

static void
draw_steps(struct world *world, struct ecs_facet_request *request)
{
	static const char *const fields[] = {"size", "years"};
	static const double intervals[] = {1, 2.5, 4, 7, 1000};

	request->field = fields[world_dice(world, 2)];
	request->type = ECS_FACET_HISTOGRAM;
	request->interval = intervals[world_dice(world, 5)];
}

/* The steps lie side by side, the first and the last hold something. */
static void
check_steps(const struct world *world, const struct ecs_search *search,
    const struct ecs_facet *facet)
{
	check_buckets(world, search, facet);
	for (size_t i = 1; i < facet->nvalues; i++)
		assert_true(facet->values[i - 1].to == facet->values[i].number);
	assert_int_equal(facet->nvalues > 0, facet->counted > 0);
	if (facet->nvalues == 0)
		return;
	assert_int_not_equal(facet->values[0].count, 0);
	assert_int_not_equal(facet->values[facet->nvalues - 1].count, 0);
	assert_true(facet->values[0].number <= facet->min);
	assert_true(facet->values[facet->nvalues - 1].to > facet->max);
}

static void
steps_lie_side_by_side_from_the_least_to_the_greatest(void **state)
{
	check_many(*state, 400, draw_steps, check_steps);
}

static void
draw_calendar(struct world *world, struct ecs_facet_request *request)
{
	request->field = "joined";
	request->type = ECS_FACET_HISTOGRAM;
	request->calendar = (enum ecs_calendar)(ECS_DAY + world_dice(world, 4));
}

static void
check_calendar(const struct world *world, const struct ecs_search *search,
    const struct ecs_facet *facet)
{
	if (facet->request->calendar == ECS_DAY && !facet->exact)
		return; /* too many days, and it says so */
	check_steps(world, search, facet);
	for (size_t i = 0; i < facet->nvalues; i++) {
		char text[32];
		int month;

		/* Midnight is written without a time. */
		ecs_format_date(facet->values[i].number, text);
		assert_int_equal(strlen(text), 10);
		month = atoi(text + 5);
		if (facet->request->calendar != ECS_DAY)
			assert_string_equal(text + 8, "01");
		if (facet->request->calendar == ECS_QUARTER)
			assert_int_equal(month % 3, 1);
		if (facet->request->calendar == ECS_YEAR)
			assert_int_equal(month, 1);
	}
}

static void
days_months_quarters_and_years_begin_where_the_calendar_says(void **state)
{
	check_many(*state, 300, draw_calendar, check_calendar);
}

static void
a_step_too_small_for_its_numbers_is_said_not_lost(void **state)
{
	struct world *world = *state;
	static const double intervals[] = {1e-3, 1e-17, 1e-307, 5e-324};
	struct ecs_search *search = world_search(world, NULL);

	world_build_sets(world, search);
	for (size_t i = 0; i < sizeof(intervals) / sizeof(intervals[0]); i++) {
		struct ecs_facet_request request = {.field = "years",
		    .type = ECS_FACET_HISTOGRAM,
		    .interval = intervals[i]};
		struct ecs_result *result =
		    count_facet(world, search, &request);

		assert_false(result->facets[0].exact);
		assert_int_equal(result->nwarnings, 1);
		assert_string_equal(
		    result->warnings[0].code, "too_many_buckets");
		ecs_result_free(result);
	}
	world_drop_sets(world);
	ecs_search_free(search);
}

static void
the_stretch_that_the_filter_names_is_chosen_and_no_other(void **state)
{
	static const struct {
		const char *filter;
		const char *chosen; /* a letter for each of ranges */
	} rows[] = {
	    {"size:0..9.9", "-x--"},
	    {"size:0..10", "-x--"},
	    {"size:>=0 AND size:*", "----"},
	    {"size:2..9", "----"},
	    {"size:..-0.5", "x---"},
	    {"size:<0", "x---"},
	    {"size:2004..", "---x"},
	    {"size:2004..2010", "----"},
	    {"(size:<0 OR size:0..9)", "xx--"},
	    {"NOT size:0..9", "----"},
	    {"years:0..9", "----"},
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_facet_request request = {.field = "size",
		    .type = ECS_FACET_RANGE,
		    .ranges = ranges,
		    .nranges = 4};
		struct ecs_search *search = world_search(world, rows[i].filter);
		struct ecs_result *result;
		char chosen[5] = "";

		world_build_sets(world, search);
		result = count_facet(world, search, &request);
		for (size_t r = 0; r < 4; r++)
			chosen[r] =
			    result->facets[0].values[r].selected ? 'x' : '-';
		if (strcmp(chosen, rows[i].chosen) != 0)
			fail_msg("%s: %s", rows[i].filter, chosen);
		ecs_result_free(result);
		world_drop_sets(world);
		ecs_search_free(search);
	}
}

static void
the_year_that_a_date_names_is_chosen_in_a_histogram(void **state)
{
	struct world *world = *state;
	struct ecs_facet_request request = {.field = "joined",
	    .type = ECS_FACET_HISTOGRAM,
	    .disjunctive = true,
	    .calendar = ECS_YEAR};
	struct ecs_search *search = world_search(world, "joined:2020");
	struct ecs_result *result;

	world_build_sets(world, search);
	result = count_facet(world, search, &request);
	assert_in_range(result->facets[0].nvalues, 2, 9);
	for (size_t i = 0; i < result->facets[0].nvalues; i++) {
		const struct ecs_facet_value *value =
		    &result->facets[0].values[i];

		assert_int_equal(strlen(value->label), 4);
		assert_int_equal(
		    value->selected, strcmp(value->label, "2020") == 0);
	}
	ecs_result_free(result);
	world_drop_sets(world);
	ecs_search_free(search);
}

static bool
gone(void *user)
{
	(void)user;
	return true;
}

static void
counting_stops_when_the_client_has_gone(void **state)
{
	static const enum ecs_facet_type types[] = {
	    ECS_FACET_VALUE, ECS_FACET_RANGE, ECS_FACET_TREE};
	static const char *const fields[] = {"size", "size", "topics"};
	struct world *world = *state;
	struct ecs_search *search = world_search(world, NULL);

	world_build_sets(world, search);
	search->nfacets = 1;
	for (size_t i = 0; i < 3; i++) {
		struct ecs_facet_request request = {.field = fields[i],
		    .type = types[i],
		    .ranges = ranges,
		    .nranges = 4};
		struct ecs_deadline deadline = {.cancelled = gone};
		struct ecs_query_context context = {
		    .analyzer = recount_analyzer, .deadline = &deadline};
		struct ecs_result result = {.arena = ecs_arena_new()};
		struct ecs_err err = {0};

		search->facets = &request;
		assert_false(ecs_facets_count(search, world->sources,
		    world->sets, SOURCES, &context, &result, &err));
		assert_true(deadline.passed);
		ecs_arena_free(result.arena);
	}
	world_drop_sets(world);
	ecs_search_free(search);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_document_counts_once_in_a_range_however_many_values_lie_there),
	    cmocka_unit_test(
		steps_lie_side_by_side_from_the_least_to_the_greatest),
	    cmocka_unit_test(
		days_months_quarters_and_years_begin_where_the_calendar_says),
	    cmocka_unit_test(a_step_too_small_for_its_numbers_is_said_not_lost),
	    cmocka_unit_test(
		the_stretch_that_the_filter_names_is_chosen_and_no_other),
	    cmocka_unit_test(
		the_year_that_a_date_names_is_chosen_in_a_histogram),
	    cmocka_unit_test(counting_stops_when_the_client_has_gone),
	};

	return cmocka_run_group_tests(tests, recount_set_up, recount_tear_down);
}
