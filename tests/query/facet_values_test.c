/* SPDX-License-Identifier: ISC */
/*
 * facet_values_test - counts by value against a recount, and what is listed.
 */
#include "recount.h"

static void
assert_ordered(const struct ecs_facet *facet, int field)
{
	for (size_t i = 1; i < facet->nvalues; i++) {
		const struct ecs_facet_value *a = &facet->values[i - 1];
		const struct ecs_facet_value *b = &facet->values[i];

		if (!facet->request->by_label)
			assert_true(a->count >= b->count);
		if (!facet->request->by_label && a->count != b->count)
			continue;
		if (world_is_numeric(RED, field))
			assert_true(a->number < b->number);
		else
			assert_string_not_equal(a->text, b->text);
	}
}

static void
check_values(const struct world *world, const struct ecs_search *search,
    const struct ecs_facet *facet)
{
	const struct ecs_facet_request *request = facet->request;
	int field = any_field(request->field);
	uint32_t listed = 0;
	uint32_t distinct = 0;
	uint32_t all = 0;
	uint32_t other = 0;

	for (size_t i = 0; i < facet->nvalues; i++) {
		uint32_t v = value_index(field, &facet->values[i]);

		assert_int_equal(listed >> v & 1, 0);
		listed |= UINT32_C(1) << v;
		assert_int_equal(facet->values[i].count,
		    recount(world, search, request, UINT32_C(1) << v));
	}
	for (uint32_t v = 0; v < world_pool(field); v++) {
		uint32_t n = recount(world, search, request, UINT32_C(1) << v);
		bool chosen =
		    is_chosen(search->filter, request->field, field, v);

		distinct += n > 0;
		all += n > 0 || chosen;
		if ((listed >> v & 1) == 0)
			other += n;
		/* A date may name a stretch, of which none is listed at 0. */
		if (chosen && (n > 0 || !world_is_numeric(RED, field)))
			assert_int_equal(listed >> v & 1, 1);
	}
	assert_int_equal(facet->total_values, distinct);
	assert_int_equal(facet->other, other);
	assert_int_equal(
	    facet->missing, recount_missing(world, search, request));
	assert_in_range(facet->nvalues,
	    distinct < request->limit ? distinct : request->limit, all);
	assert_ordered(facet, field);
}

static void
draw_values(struct world *world, struct ecs_facet_request *request)
{
	static const char *const fields[] = {
	    "kind", "topics", "first", "size", "years", "joined", "colour"};

	request->field = fields[world_dice(world, 7)];
	request->limit = world_dice(world, 8);
	request->by_label = world_dice(world, 3) == 0;
}

static void
values_are_counted_as_a_recount_does(void **state)
{
	check_many(*state, 1500, draw_values, check_values);
}

static void
one_source_lists_the_same_as_when_all_values_are_ordered(void **state)
{
	struct world *world = *state;
	struct ecs_facet_request few = {.field = "size", .limit = 6};
	struct ecs_facet_request all = {.field = "size", .limit = 1000};
	struct ecs_query_context context = {.analyzer = recount_analyzer};
	struct ecs_search *search = world_search(world, "size:5 OR size:-10");
	struct ecs_facet_request both[2] = {few, all};
	struct ecs_result result = {.arena = ecs_arena_new()};
	struct ecs_err err = {0};

	search->facets = both;
	search->nfacets = 2;
	both[0].disjunctive = both[1].disjunctive = true;
	world_build_sets(world, search);
	assert_true(ecs_facets_count(search, &world->sources[RED],
	    &world->sets[RED], 1, &context, &result, &err));
	for (size_t i = 0; i < 6; i++)
		assert_true(result.facets[0].values[i].number ==
		    result.facets[1].values[i].number);
	assert_int_equal(
	    result.facets[0].total_values, result.facets[1].total_values);
	assert_int_equal(result.facets[1].other, 0);
	assert_int_not_equal(result.facets[0].other, 0);
	ecs_arena_free(result.arena);
	world_drop_sets(world);
	ecs_search_free(search);
}

/* ---- searching inside the values ---- */

static void
values_are_found_by_the_beginnings_of_their_words(void **state)
{
	static const struct {
		const char *field;
		const char *q;
		const char *found;
	} rows[] = {
	    {"topics", "tree", "tree_1 tree-10 trees"},
	    {"topics", "TEN", "tree-10"},
	    {"topics", "green st", "herbs"},
	    {"topics", "rees", ""},
	    {"kind", "under", "Ünder"},
	    {"kind", "d", "c d"},
	    {"years", "2003", "2003"},
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_facet_request request = {.field = rows[i].field,
		    .limit = 20,
		    .by_label = true,
		    .q = rows[i].q};
		struct ecs_search *search = world_search(world, NULL);
		struct ecs_result *result;
		struct ecs_buf found = {0};

		world_build_sets(world, search);
		result = count_facet(world, search, &request);
		ecs_buf_puts(&found, "");
		for (size_t v = 0; v < result->facets[0].nvalues; v++) {
			const struct ecs_facet_value *value =
			    &result->facets[0].values[v];

			ecs_buf_printf(&found, "%s%s", v > 0 ? " " : "",
			    value->text == NULL ? value->label : value->text);
		}
		assert_string_equal(found.data, rows[i].found);
		ecs_buf_fini(&found);
		ecs_result_free(result);
		world_drop_sets(world);
		ecs_search_free(search);
	}
}

/* ---- odd fields ---- */

static void
a_private_field_is_counted_for_nobody(void **state)
{
	struct world *world = *state;
	struct ecs_facet_request request = {.field = "secret", .limit = 20};
	struct ecs_search *search = world_search(world, NULL);
	struct ecs_result *result;

	world_build_sets(world, search);
	result = count_facet(world, search, &request);
	assert_int_equal(result->facets[0].nvalues, 0);
	assert_null(result->facets[0].field);
	ecs_result_free(result);
	world_drop_sets(world);
	ecs_search_free(search);
}

static void
a_number_here_is_no_value_of_the_keyword_there(void **state)
{
	struct world *world = *state;
	struct ecs_facet_request request = {.field = "code", .limit = 20};
	struct ecs_search *search = world_search(world, NULL);
	struct ecs_result *result;

	world_build_sets(world, search);
	result = count_facet(world, search, &request);
	assert_int_equal(result->facets[0].nvalues, 4);
	for (size_t i = 0; i < 4; i++)
		assert_non_null(result->facets[0].values[i].text);
	assert_true(result->facets[0].missing >=
	    ecs_bitmap_count(world->sets[BLUE].rows));
	ecs_result_free(result);
	world_drop_sets(world);
	ecs_search_free(search);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_are_counted_as_a_recount_does),
	    cmocka_unit_test(
		one_source_lists_the_same_as_when_all_values_are_ordered),
	    cmocka_unit_test(values_are_found_by_the_beginnings_of_their_words),
	    cmocka_unit_test(a_private_field_is_counted_for_nobody),
	    cmocka_unit_test(a_number_here_is_no_value_of_the_keyword_there),
	};

	return cmocka_run_group_tests(tests, recount_set_up, recount_tear_down);
}
