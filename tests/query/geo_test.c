/* SPDX-License-Identifier: ISC */
/*
 * geo_test - distances known from the map, circles and boxes document by
 * document.
 */
#include "world.h"

static int
set_up(void **state)
{
	*state = world_new(1815);
	return 0;
}

static int
tear_down(void **state)
{
	world_free(*state);
	return 0;
}

static void
distances_are_those_of_the_map(void **state)
{
	static const struct {
		double from[2];
		double to[2];
		double km;
		double within;
	} rows[] = {
	    {{50.8503, 4.3517}, {48.8566, 2.3522}, 264, 1},    /* Paris */
	    {{50.8503, 4.3517}, {48.2082, 16.3738}, 914, 4},   /* Vienna */
	    {{50.8503, 4.3517}, {35.8989, 14.5146}, 1850, 15}, /* Valletta */
	    {{60.1699, 24.9384}, {59.4370, 24.7536}, 82, 2},   /* Tallinn */
	    {{0, 0}, {0, 180}, 20015, 1},
	    {{90, 0}, {-90, 77}, 20015, 1},
	    {{90, 10}, {90, -120}, 0, 0.001},
	    {{10, 179.9}, {10, -179.9}, 21.9, 0.1},
	    {{12.5, 7}, {12.5, 7}, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double there = ecs_geo_distance(rows[i].from[0],
		    rows[i].from[1], rows[i].to[0], rows[i].to[1]);
		double back = ecs_geo_distance(rows[i].to[0], rows[i].to[1],
		    rows[i].from[0], rows[i].from[1]);

		assert_true(fabs(there / 1000 - rows[i].km) <= rows[i].within);
		assert_true(fabs(there - back) < 1e-6);
	}
}

/* Compare the rows found in red with what wanted says of each document. */
static void
assert_rows(const struct world *world, const struct ecs_search *search,
    bool (*wanted)(const struct world_doc *doc))
{
	struct ecs_err err = {0};
	struct ecs_bitmap *rows =
	    ecs_geo_rows(search, &world->sources[RED], &err);
	uint32_t found = 0;

	assert_non_null(rows);
	for (uint32_t row = 0; row < WORLD_ROWS; row++) {
		const struct world_doc *doc = &world->docs[RED][row];

		assert_int_equal(ecs_bitmap_test(rows, row),
		    doc->live && doc->placed && wanted(doc));
		found += ecs_bitmap_test(rows, row);
	}
	assert_in_range(found, 1, WORLD_ROWS - 1);
	ecs_bitmap_free(rows);
}

static bool
near_the_dateline(const struct world_doc *doc)
{
	return doc->lat >= -60 && doc->lat <= 60 &&
	    (doc->lon >= 120 || doc->lon <= -150);
}

static void
a_box_whose_west_is_east_of_its_east_crosses_the_dateline(void **state)
{
	struct world *world = *state;
	struct ecs_search *search = world_search(world, NULL);

	search->has_box = true;
	memcpy(
	    search->box, (double[]){-60, 120, 60, -150}, sizeof(search->box));
	assert_rows(world, search, near_the_dateline);
	ecs_search_free(search);
}

static bool
in_europe(const struct world_doc *doc)
{
	return doc->lat >= 0 && doc->lat <= 70 && doc->lon >= -30 &&
	    doc->lon <= 60;
}

static void
a_box_holds_its_edges(void **state)
{
	struct world *world = *state;
	struct ecs_search *search = world_search(world, NULL);

	search->has_box = true;
	memcpy(search->box, (double[]){0, -30, 70, 60}, sizeof(search->box));
	assert_rows(world, search, in_europe);
	ecs_search_free(search);
}

static bool
in_europe_or_near_the_dateline(const struct world_doc *doc)
{
	return in_europe(doc) || near_the_dateline(doc);
}

static void
several_boxes_hold_what_any_of_them_holds(void **state)
{
	static const double more[][4] = {{-60, 120, 60, -150}};
	struct world *world = *state;
	struct ecs_search *search = world_search(world, NULL);

	search->has_box = true;
	memcpy(search->box, (double[]){0, -30, 70, 60}, sizeof(search->box));
	search->boxes = more;
	search->nboxes = 1;
	assert_rows(world, search, in_europe_or_near_the_dateline);
	ecs_search_free(search);
}

static bool
near_the_pole(const struct world_doc *doc)
{
	/* From the pole every degree of latitude is as long, everywhere. */
	return (90 - doc->lat) * 111.195 <= 4000;
}

static void
a_circle_round_the_pole_holds_every_meridian(void **state)
{
	struct world *world = *state;
	struct ecs_search *search = world_search(world, NULL);

	search->has_near = true;
	search->near_lat = 90;
	search->radius_m = 4000000;
	assert_rows(world, search, near_the_pole);
	ecs_search_free(search);
}

static void
nothing_is_asked_of_places_by_near_alone(void **state)
{
	struct world *world = *state;
	struct ecs_search *search = world_search(world, NULL);
	struct ecs_err err = {0};

	search->has_near = true;
	assert_null(ecs_geo_rows(search, &world->sources[RED], &err));
	assert_int_equal(err.status, 0);
	ecs_search_free(search);
}

static void
a_collection_without_places_has_no_hits_in_a_circle(void **state)
{
	struct world *world = *state;
	struct ecs_search *search = world_search(world, NULL);
	struct ecs_err err = {0};
	struct ecs_bitmap *rows;

	search->has_near = true;
	search->radius_m = 1e9;
	rows = ecs_geo_rows(search, &world->sources[BLUE], &err);
	assert_non_null(rows);
	assert_int_equal(ecs_bitmap_count(rows), 0);
	ecs_bitmap_free(rows);
	ecs_search_free(search);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(distances_are_those_of_the_map),
	    cmocka_unit_test(
		a_box_whose_west_is_east_of_its_east_crosses_the_dateline),
	    cmocka_unit_test(a_box_holds_its_edges),
	    cmocka_unit_test(several_boxes_hold_what_any_of_them_holds),
	    cmocka_unit_test(a_circle_round_the_pole_holds_every_meridian),
	    cmocka_unit_test(nothing_is_asked_of_places_by_near_alone),
	    cmocka_unit_test(
		a_collection_without_places_has_no_hits_in_a_circle),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
