/* SPDX-License-Identifier: ISC */
/*
 * facet_tree_test - counts along a hierarchy against a recount.
 */
#include "recount.h"

static void
draw_tree(struct world *world, struct ecs_facet_request *request)
{
	request->field = world_dice(world, 2) == 0 ? "topics" : "first";
	request->type = ECS_FACET_TREE;
}

/* The bits of the topics under a concept, the concept's own included. */
static uint32_t
topics_under(const struct world *world, const char *concept)
{
	struct ecs_filter subtree = {.kind = ECS_FILTER_SUBTREE,
	    .field = "topics",
	    .value = concept,
	    .value_len = strlen(concept)};
	uint32_t wanted = 0;

	for (uint32_t v = 0; v < world_pool(W_TOPICS); v++) {
		struct world_doc doc = {.has[W_TOPICS] = UINT32_C(1) << v};

		if (world_accepts(world, &subtree, RED, &doc))
			wanted |= UINT32_C(1) << v;
	}
	return wanted;
}

static void
check_tree(const struct world *world, const struct ecs_search *search,
    const struct ecs_facet *facet)
{
	uint32_t listed = 0;

	for (size_t i = 0; i < facet->nvalues; i++) {
		const struct ecs_facet_value *value = &facet->values[i];
		int depth = 0;

		assert_int_equal(value->count,
		    recount(world, search, facet->request,
			topics_under(world, value->text)));
		assert_true(value->parent < (int)i);
		if (value->parent >= 0)
			depth = facet->values[value->parent].depth + 1;
		assert_int_equal(value->depth, depth);
		listed |= UINT32_C(1) << value_index(W_TOPICS, value);
	}
	for (uint32_t v = 0; v < 8; v++) {
		const char *topic = world_text(W_TOPICS, v);
		uint32_t n = recount(
		    world, search, facet->request, topics_under(world, topic));

		if (n > 0 ||
		    is_chosen(
			search->filter, facet->request->field, W_TOPICS, v))
			assert_int_equal(listed >> v & 1, 1);
	}
	assert_int_equal(
	    facet->missing, recount_missing(world, search, facet->request));
}

static void
a_concept_counts_what_is_narrower_once_and_stands_below_its_own(void **state)
{
	check_many(*state, 600, draw_tree, check_tree);
}

static void
a_chosen_concept_is_listed_under_its_own_when_nothing_carries_it(void **state)
{
	struct world *world = *state;
	struct ecs_facet_request request = {
	    .field = "topics", .type = ECS_FACET_TREE, .disjunctive = true};
	struct ecs_search *search =
	    world_search(world, "topics:oaks AND size:9999");
	struct ecs_result *result;

	world_build_sets(world, search);
	result = count_facet(world, search, &request);
	assert_int_equal(result->facets[0].nvalues, 3);
	assert_string_equal(result->facets[0].values[0].text, "plants");
	assert_string_equal(result->facets[0].values[2].text, "oaks");
	assert_true(result->facets[0].values[2].selected);
	assert_int_equal(result->facets[0].total_values, 0);
	ecs_result_free(result);
	world_drop_sets(world);
	ecs_search_free(search);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_concept_counts_what_is_narrower_once_and_stands_below_its_own),
	    cmocka_unit_test(
		a_chosen_concept_is_listed_under_its_own_when_nothing_carries_it),
	};

	return cmocka_run_group_tests(tests, recount_set_up, recount_tear_down);
}
