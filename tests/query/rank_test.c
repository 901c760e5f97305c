/* SPDX-License-Identifier: ISC */
/*
 * rank_test - the order of hits against a plain sort, page by page.
 */
#include "world.h"

struct entry {
	int source;
	uint32_t row;
	float score;
};

static struct world *world;
static struct ecs_search *search;
static float *scores[SOURCES];

static int
set_up(void **state)
{
	(void)state;
	world = world_new(1848);
	for (int s = 0; s < SOURCES; s++) {
		scores[s] = calloc(WORLD_ROWS, sizeof(float));
		/* Few scores, so that many rows are equal. */
		for (uint32_t row = 0; row < WORLD_ROWS; row++)
			scores[s][row] = (float)world_dice(world, 4);
	}
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (int s = 0; s < SOURCES; s++)
		free(scores[s]);
	world_free(world);
	return 0;
}

/* ---- the plain sort ---- */

static int
compare_text(const char *a, const char *b, bool collated)
{
	struct ecs_buf x = {0};
	struct ecs_buf y = {0};
	int order;

	if (collated) {
		ecs_collation_key(world->collator, a, strlen(a), &x);
		ecs_collation_key(world->collator, b, strlen(b), &y);
		order = memcmp(x.data, y.data, x.len < y.len ? x.len : y.len);
		if (order == 0)
			order = (x.len > y.len) - (x.len < y.len);
	} else {
		order = strcmp(a, b);
	}
	ecs_buf_fini(&x);
	ecs_buf_fini(&y);
	return order;
}

static int
first_value(const struct entry *entry, int field)
{
	const struct world_doc *doc = &world->docs[entry->source][entry->row];

	return field < 0 || doc->has[field] == 0
	    ? -1
	    : __builtin_ctz(doc->has[field]);
}

static int
compare_field(
    const struct entry *a, const struct entry *b, const struct ecs_sort *sort)
{
	int f = world_find_field(RED, sort->field);
	int x = first_value(a, world_find_field(a->source, sort->field));
	int y = first_value(b, world_find_field(b->source, sort->field));
	int order;

	if (f < 0)
		f = world_find_field(BLUE, sort->field);
	if (x < 0 || y < 0)
		return (x < 0) - (y < 0); /* missing last, either way */
	if (world_is_numeric(RED, f))
		order = (world_number(f, (uint32_t)x) >
			    world_number(f, (uint32_t)y)) -
		    (world_number(f, (uint32_t)x) <
			world_number(f, (uint32_t)y));
	else
		order = compare_text(world_text(f, (uint32_t)x),
		    world_text(f, (uint32_t)y), f != W_FIRST);
	return sort->descending ? -order : order;
}

static double
distance(const struct entry *entry)
{
	const struct world_doc *doc = &world->docs[entry->source][entry->row];

	return doc->placed && entry->source == RED
	    ? ecs_geo_distance(
		  search->near_lat, search->near_lon, doc->lat, doc->lon)
	    : -1;
}

static int
compare_distance(
    const struct entry *a, const struct entry *b, const struct ecs_sort *sort)
{
	double x = distance(a);
	double y = distance(b);

	if (x < 0 || y < 0)
		return (x < 0) - (y < 0);
	return sort->descending ? (x < y) - (x > y) : (x > y) - (x < y);
}

static int
compare(const void *p, const void *q)
{
	const struct entry *a = p;
	const struct entry *b = q;
	int order = 0;

	for (size_t i = 0; i < search->nsorts && order == 0; i++) {
		const struct ecs_sort *sort = &search->sorts[i];

		if (sort->kind == ECS_SORT_FIELD)
			order = compare_field(a, b, sort);
		else if (sort->kind == ECS_SORT_DISTANCE)
			order = compare_distance(a, b, sort);
		else
			order = (a->score < b->score) - (a->score > b->score);
	}
	if (order == 0)
		order = (a->score < b->score) - (a->score > b->score);
	if (order == 0)
		order = a->source - b->source;
	return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

static size_t
sort_all(struct entry *all, size_t nsources)
{
	size_t n = 0;

	for (size_t s = 0; s < nsources; s++)
		for (uint32_t row = 0; row < WORLD_ROWS; row++)
			if (ecs_bitmap_test(world->sets[s].rows, row))
				all[n++] =
				    (struct entry){(int)s, row, scores[s][row]};
	qsort(all, n, sizeof(*all), compare);
	return n;
}

/* ---- asking ---- */

static void
set_sorts(const char *text)
{
	struct ecs_query_parameter parameters[] = {
	    {"sort", text}, {"near", "50,4"}};
	bool visible[ECS_MAX_COLLECTIONS] = {true, true};
	struct ecs_err err = {0};
	json_t *json = ecs_search_parameters(parameters, 2, &err);

	search = ecs_search_read(world->schema, visible, -1, json, &err);
	if (search == NULL)
		fail_msg("%s: %s", text, err.text);
	json_decref(json);
}

static void
check_page(const char *text, const struct entry *all, size_t n, size_t nsources,
    uint32_t first, uint32_t count)
{
	struct ecs_result result = {.arena = ecs_arena_new()};
	struct ecs_err err = {0};

	result.total = (uint32_t)n;
	if (!ecs_rank(search, world->sources, world->sets, scores, nsources,
		first, count, &result, &err))
		fail_msg("%s: %s", text, err.text);
	assert_int_equal(result.nhits, n - first < count ? n - first : count);
	for (size_t i = 0; i < result.nhits; i++) {
		const struct entry *wanted = &all[first + i];

		if (result.hits[i].source != wanted->source ||
		    result.hits[i].row != wanted->row)
			fail_msg(
			    "%s: hit %zu from %u by %u", text, i, first, count);
		assert_true(result.hits[i].score == wanted->score);
		assert_true(
		    fabs(result.hits[i].distance_m - distance(wanted)) < 1e-6);
	}
	ecs_arena_free(result.arena);
}

static void
check_order(const char *text, size_t nsources)
{
	static const uint32_t steps[] = {1, 7, 50, 1000};
	static struct entry all[SOURCES * WORLD_ROWS];
	size_t n;

	set_sorts(text);
	world_build_sets(world, search);
	n = sort_all(all, nsources);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		for (uint32_t first = 0; first < n; first += steps[i])
			check_page(text, all, n, nsources, first, steps[i]);
	check_page(text, all, n, nsources, (uint32_t)n, 10);
	check_page(text, all, n, nsources, 0, 0);
	world_drop_sets(world);
	ecs_search_free(search);
}

static const char *const orders[] = {"relevance", "-relevance", "size", "-size",
    "joined", "-joined", "name", "-name", "kind", "-kind", "first", "-first",
    "distance", "-distance", "kind,-size", "first,name", "-joined,distance",
    "kind,first,size,name", "relevance,-name"};
enum { NORDERS = sizeof(orders) / sizeof(orders[0]) };

static void
pages_of_one_source_are_cut_from_one_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < NORDERS; i++)
		check_order(orders[i], 1);
}

static void
pages_of_several_sources_are_cut_from_one_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < NORDERS; i++)
		check_order(orders[i], SOURCES);
}

static void
without_words_rows_stand_in_their_order(void **state)
{
	static float *const none[SOURCES] = {NULL, NULL};
	struct ecs_result result = {.arena = ecs_arena_new()};
	struct ecs_err err = {0};

	(void)state;
	search = world_search(world, NULL);
	world_build_sets(world, search);
	result.total = ecs_bitmap_count(world->sets[RED].rows);
	assert_true(ecs_rank(search, world->sources, world->sets, none, 1, 0,
	    1000, &result, &err));
	assert_int_equal(result.nhits, result.total);
	for (size_t i = 1; i < result.nhits; i++)
		assert_true(result.hits[i - 1].row < result.hits[i].row);
	assert_true(result.hits[0].distance_m < 0);
	ecs_arena_free(result.arena);
	world_drop_sets(world);
	ecs_search_free(search);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pages_of_one_source_are_cut_from_one_order),
	    cmocka_unit_test(pages_of_several_sources_are_cut_from_one_order),
	    cmocka_unit_test(without_words_rows_stand_in_their_order),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
