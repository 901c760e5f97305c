/* SPDX-License-Identifier: ISC */
/*
 * rows_test - filters, places and facets' own rows, found a second way.
 *
 * Seeded random expressions are held against what they mean (draw.h), distances
 * against the chord between two directions.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "draw.h"

static int
set_up(void **state)
{
	static struct sample sample;

	*state = &sample;
	return sample_open(&sample, UINT64_C(0x0ec50)) ? 0 : -1;
}

static int
tear_down(void **state)
{
	sample_close(*state);
	return 0;
}

static const bool things[ECS_MAX_COLLECTIONS] = {[THINGS] = true};
static const bool both[ECS_MAX_COLLECTIONS] = {true, true};

static void
check_same(const struct sample *sample, const struct node *node,
    const struct ecs_bitmap *rows, const char *text)
{
	for (uint32_t i = 0; i < SAMPLE_ROWS; i++) {
		const struct sample_row *row = &sample->rows[i];
		bool want = row->live && node_holds(node, row, (int)i);

		if (ecs_bitmap_test(rows, i) != want)
			fail_msg("row %u: %d: %s", i, want, text);
	}
}

static void
random_expressions_let_through_what_they_mean(void **state)
{
	const struct sample *sample = *state;
	uint64_t seed = UINT64_C(0x5eed);

	for (int round = 0; round < 600; round++) {
		struct drawn drawn = {.seed = seed + (uint64_t)round * 7919};
		struct ecs_arena *arena = ecs_arena_new();
		struct ecs_err err = {0};
		const struct node *node = draw_node(&drawn, 3);
		const struct ecs_filter *filter = ecs_filter_parse(
		    arena, sample->schema, both, drawn.text.data, &err);
		struct ecs_bitmap *rows;

		if (filter == NULL)
			fail_msg("%s: %s", drawn.text.data, err.text);
		rows = ecs_filter_rows(filter, &sample->sources[THINGS], &err);
		assert_non_null(rows);
		check_same(sample, node, rows, drawn.text.data);
		ecs_bitmap_free(rows);
		ecs_buf_fini(&drawn.text);
		ecs_arena_free(arena);
	}
}

/* An array of arrays of clauses, some of them negated. */
static json_t *
draw_json(struct drawn *drawn, struct node *all, int width)
{
	json_t *json = json_array();

	all->meaning = ALL;
	for (int i = 0; i < width; i++) {
		struct node *some = &drawn->nodes[drawn->n++];
		json_t *list = json_array();

		some->meaning = SOME;
		some->nchildren = 1 + (int)draw_dice(drawn, 3);
		for (int j = 0; j < some->nchildren; j++) {
			struct node *not = &drawn->nodes[drawn->n++];
			struct node *clause = &drawn->nodes[drawn->n++];
			bool negated = draw_dice(drawn, 3) == 0;

			ecs_buf_reset(&drawn->text);
			if (negated)
				ecs_buf_puts(&drawn->text, "NOT ");
			draw_clause(drawn, clause);
			not ->meaning = NOT;
			not ->children[0] = clause;
			some->children[j] = negated ? not : clause;
			if (strchr(drawn->text.data, '"') != NULL)
				j--; /* quotes are of the other form */
			else
				json_array_append_new(
				    list, json_string(drawn->text.data));
		}
		all->children[all->nchildren++] = some;
		json_array_append_new(json, list);
	}
	return json;
}

static void
random_json_filters_let_through_what_they_mean(void **state)
{
	const struct sample *sample = *state;

	for (int round = 0; round < 200; round++) {
		struct drawn drawn = {.seed = 0xbeef + (uint64_t)round * 6007};
		struct ecs_arena *arena = ecs_arena_new();
		struct ecs_err err = {0};
		struct node all = {0};
		json_t *json = draw_json(&drawn, &all, 1 + round % 3);
		char *text = json_dumps(json, 0);
		const struct ecs_filter *filter = ecs_filter_from_json(
		    arena, sample->schema, both, json, &err);
		struct ecs_bitmap *rows;

		if (filter == NULL)
			fail_msg("%s: %s", text, err.text);
		rows = ecs_filter_rows(filter, &sample->sources[THINGS], &err);
		assert_non_null(rows);
		check_same(sample, &all, rows, text);
		ecs_bitmap_free(rows);
		free(text);
		json_decref(json);
		ecs_buf_fini(&drawn.text);
		ecs_arena_free(arena);
	}
}

/* Which of the papers a filter over both collections lets through. */
static const char *
papers_of(const struct sample *sample, const char *text)
{
	static char found[5];
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_err err = {0};
	const struct ecs_filter *filter =
	    ecs_filter_parse(arena, sample->schema, both, text, &err);
	struct ecs_bitmap *rows;

	if (filter == NULL)
		fail_msg("%s: %s", text, err.text);
	rows = ecs_filter_rows(filter, &sample->sources[PAPERS], &err);
	assert_non_null(rows);
	for (uint32_t i = 0; i < 4; i++)
		found[i] = ecs_bitmap_test(rows, i) ? '1' : '0';
	ecs_bitmap_free(rows);
	ecs_arena_free(arena);
	return found;
}

/* How many things a filter over both collections lets through. */
static uint32_t
things_of(const struct sample *sample, const char *text)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_err err = {0};
	const struct ecs_filter *filter =
	    ecs_filter_parse(arena, sample->schema, both, text, &err);
	struct ecs_bitmap *rows;
	uint32_t count;

	if (filter == NULL)
		fail_msg("%s: %s", text, err.text);
	rows = ecs_filter_rows(filter, &sample->sources[THINGS], &err);
	assert_non_null(rows);
	count = ecs_bitmap_count(rows);
	ecs_bitmap_free(rows);
	ecs_arena_free(arena);
	return count;
}

static void
a_collection_without_the_field_has_no_hits_and_all_when_negated(void **state)
{
	const struct sample *sample = *state;
	uint32_t live = ecs_table_rows(sample->sources[THINGS].table);

	assert_int_equal(things_of(sample, "shelf:top"), 0);
	assert_int_equal(things_of(sample, "NOT shelf:top"), live);
	assert_int_equal(things_of(sample, "shelf:*"), 0);
	assert_string_equal(papers_of(sample, "shelf:top"), "0001");
	assert_string_equal(papers_of(sample, "kind:k1"), "0000");
	assert_string_equal(papers_of(sample, "NOT kind:k1"), "1111");
	assert_string_equal(
	    papers_of(sample, "shelf:top OR NOT shelf:*"), "0001");
}

static void
a_private_field_is_no_field_of_its_collection(void **state)
{
	const struct sample *sample = *state;
	uint32_t live = ecs_table_rows(sample->sources[THINGS].table);

	assert_string_equal(papers_of(sample, "code:secret"), "1010");
	assert_int_equal(things_of(sample, "code:secret"), 0);
	assert_int_equal(things_of(sample, "code:*"), 0);
	assert_int_equal(things_of(sample, "NOT code:secret"), live);
}

static void
a_private_field_is_refused_and_never_suggested(void **state)
{
	static const char *const texts[] = {
	    "codes:secret", "codess:secret", "code:secret"};
	const struct sample *sample = *state;
	struct ecs_arena *arena = ecs_arena_new();

	for (size_t i = 0; i < 3; i++) {
		struct ecs_err err = {0};

		assert_null(ecs_filter_parse(
		    arena, sample->schema, things, texts[i], &err));
		assert_string_equal(err.code, "unknown_field");
		assert_string_equal(err.where[0].did_you_mean, "");
	}
	ecs_arena_free(arena);
}

static void
the_nearest_field_of_all_collections_is_suggested(void **state)
{
	static const struct {
		const char *text;
		const char *meant;
	} rows[] = {
	    {"shelv:top", "shelf"},
	    {"codr:open", "code"},
	    {"sise:3", "size"},
	    {"tahs:bird", "tags"},
	    {"kinds:k1", "kind"},
	    {"nothing:x", ""},
	};
	const struct sample *sample = *state;
	struct ecs_arena *arena = ecs_arena_new();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_err err = {0};

		assert_null(ecs_filter_parse(
		    arena, sample->schema, both, rows[i].text, &err));
		assert_string_equal(err.where[0].did_you_mean, rows[i].meant);
	}
	ecs_arena_free(arena);
}

static void
a_field_that_one_collection_can_filter_may_be_filtered(void **state)
{
	const struct sample *sample = *state;
	uint32_t live = ecs_table_rows(sample->sources[THINGS].table);

	assert_int_equal(things_of(sample, "note:hidden"), live);
	assert_string_equal(papers_of(sample, "note:hidden"), "0000");
}

static void
a_number_is_not_compared_with_dates(void **state)
{
	const struct sample *sample = *state;

	assert_string_equal(papers_of(sample, "when:>=2021"), "0011");
	assert_int_equal(things_of(sample, "when:>=2021"), 0);
	assert_int_equal(things_of(sample, "when:1..9999999999"), 0);
	assert_true(things_of(sample, "when:*") > 0);
}

/* ---- places ---- */

static void
direction(double lat, double lon, double to[3])
{
	to[0] = cos(lat * M_PI / 180) * cos(lon * M_PI / 180);
	to[1] = cos(lat * M_PI / 180) * sin(lon * M_PI / 180);
	to[2] = sin(lat * M_PI / 180);
}

/* By the chord between the two directions. */
static double
metres(double lat1, double lon1, double lat2, double lon2)
{
	double a[3];
	double b[3];
	double chord;

	direction(lat1, lon1, a);
	direction(lat2, lon2, b);
	chord = hypot(hypot(a[0] - b[0], a[1] - b[1]), a[2] - b[2]);
	return 2 * 6371008.8 * asin(chord > 2 ? 1 : chord / 2);
}

static double
turn(double degrees)
{
	return fmod(degrees + 720, 360);
}

static bool
place_holds(const struct ecs_search *search, const struct sample_row *row)
{
	const double *box = search->box;

	if (!search->has_box && !search->has_near)
		return true;
	if (!row->placed)
		return false;
	if (search->has_near &&
	    metres(search->near_lat, search->near_lon, row->lat, row->lon) >
		search->radius_m)
		return false;
	return !search->has_box ||
	    (row->lat >= box[0] && row->lat <= box[2] &&
		turn(row->lon - box[1]) <= turn(box[3] - box[1]));
}

static void
draw_places(struct drawn *in, struct ecs_search *search)
{
	search->has_near = draw_dice(in, 2) == 0;
	search->near_lat = draw_dice(in, 1801) / 10.0 - 90;
	search->near_lon = draw_dice(in, 3600) / 10.0 - 180;
	search->radius_m = 1000.5 * (1 + draw_dice(in, 15000));
	search->has_box = draw_dice(in, 2) == 0;
	search->box[0] = draw_dice(in, 120) - 90.00005;
	search->box[2] = search->box[0] + draw_dice(in, 60);
	search->box[1] = draw_dice(in, 359) - 179.50005;
	search->box[3] = draw_dice(in, 359) - 179.50005;
}

static void
places_are_those_inside_the_circle_and_the_box(void **state)
{
	const struct sample *sample = *state;
	struct drawn drawn = {.seed = UINT64_C(0x91ace)};

	for (int round = 0; round < 300; round++) {
		struct ecs_search search = {0};
		struct ecs_err err = {0};
		struct ecs_bitmap *rows;

		draw_places(&drawn, &search);
		rows = ecs_geo_rows(&search, &sample->sources[THINGS], &err);
		if (!search.has_near && !search.has_box) {
			assert_null(rows);
			continue;
		}
		for (uint32_t i = 0; i < SAMPLE_ROWS; i++) {
			const struct sample_row *row = &sample->rows[i];

			if (ecs_bitmap_test(rows, i) !=
			    (row->live && place_holds(&search, row)))
				fail_msg("round %d: row %u at %.4f %.4f", round,
				    i, row->lat, row->lon);
		}
		ecs_bitmap_free(rows);
		rows = ecs_geo_rows(&search, &sample->sources[PAPERS], &err);
		assert_int_equal(ecs_bitmap_count(rows), 0);
		ecs_bitmap_free(rows);
	}
}

/* ---- everything together ---- */

struct together {
	struct ecs_search search;
	struct rowset set;
	const struct node *clauses[3];
	int nclauses;
	const struct node *embedded;
	struct ecs_bitmap *words; /* the set's */
};

static struct ecs_filter *
parse_drawn(const struct sample *sample, struct ecs_arena *arena,
    const struct ecs_buf *text)
{
	struct ecs_err err = {0};
	struct ecs_filter *filter =
	    ecs_filter_parse(arena, sample->schema, things, text->data, &err);

	if (filter == NULL)
		fail_msg("%s: %s", text->data, err.text);
	return filter;
}

static struct ecs_bitmap *
some_rows(struct drawn *drawn)
{
	struct ecs_bitmap *rows = ecs_bitmap_new(SAMPLE_ROWS);

	for (uint32_t i = 0; i < SAMPLE_ROWS; i++)
		if (draw_dice(drawn, 3) != 0)
			ecs_bitmap_set(rows, i);
	return rows;
}

/* Clauses that things do not have are unknown when only they are searched. */
static const struct node *
draw_known(struct drawn *drawn, int depth)
{
	size_t len = drawn->text.len;
	int n = drawn->n;
	const struct node *node;

	for (;;) {
		node = draw_node(drawn, depth);
		if (strstr(drawn->text.data + len, "shelf") == NULL)
			return node;
		memset(&drawn->nodes[n], 0,
		    (size_t)(drawn->n - n) * sizeof(drawn->nodes[0]));
		drawn->n = n;
		drawn->text.len = len;
		drawn->text.data[len] = '\0';
	}
}

static void
draw_together(const struct sample *sample, struct drawn *drawn,
    struct ecs_arena *arena, struct together *all)
{
	all->nclauses = (int)draw_dice(drawn, 4);
	for (int i = 0; i < all->nclauses; i++) {
		if (i > 0)
			ecs_buf_puts(&drawn->text, " AND ");
		all->clauses[i] = draw_known(drawn, 1);
	}
	if (all->nclauses > 0)
		all->search.filter = parse_drawn(sample, arena, &drawn->text);
	ecs_buf_reset(&drawn->text);
	if (draw_dice(drawn, 2) == 0) {
		all->embedded = draw_known(drawn, 1);
		all->search.embedded = parse_drawn(sample, arena, &drawn->text);
	}
	draw_places(drawn, &all->search);
	if (draw_dice(drawn, 2) == 0)
		all->words = all->set.words = some_rows(drawn);
}

static bool
all_hold(const struct sample *sample, const struct together *all, uint32_t i,
    const char *field)
{
	const struct sample_row *row = &sample->rows[i];

	if (!row->live || !place_holds(&all->search, row) ||
	    (all->words != NULL && !ecs_bitmap_test(all->words, i)) ||
	    (all->embedded != NULL && !node_holds(all->embedded, row, (int)i)))
		return false;
	for (int c = 0; c < all->nclauses; c++)
		if ((field == NULL ||
			!node_names_only(all->clauses[c], field)) &&
		    !node_holds(all->clauses[c], row, (int)i))
			return false;
	return true;
}

/* A single AND in parentheses is the same as its parts. */
static bool
is_one_conjunction(const struct together *all)
{
	return all->nclauses == 1 && all->clauses[0]->meaning == ALL;
}

static void
open_conjunction(struct together *all)
{
	const struct node *node = all->clauses[0];

	all->nclauses = node->nchildren;
	for (int i = 0; i < node->nchildren; i++)
		all->clauses[i] = node->children[i];
}

static void
a_facet_drops_only_the_clauses_about_itself(void **state)
{
	static const char *const fields[] = {
	    "kind", "tags", "size", "day", "ok", "id", "none"};
	const struct sample *sample = *state;
	const struct ecs_source *source = &sample->sources[THINGS];

	for (uint32_t round = 0; round < 300; round++) {
		struct drawn drawn = {.seed = 0xface + round * UINT64_C(4099)};
		struct ecs_arena *arena = ecs_arena_new();
		const char *field = fields[round % 7];
		struct together all = {0};
		struct ecs_err err = {0};
		struct ecs_bitmap *without;

		draw_together(sample, &drawn, arena, &all);
		if (is_one_conjunction(&all))
			open_conjunction(&all);
		assert_true(
		    ecs_rowset_build(&all.search, source, &all.set, &err));
		without = ecs_rowset_without(&all.set, source, field, &err);
		assert_non_null(without);
		for (uint32_t i = 0; i < SAMPLE_ROWS; i++) {
			assert_int_equal(ecs_bitmap_test(all.set.rows, i),
			    all_hold(sample, &all, i, NULL));
			assert_int_equal(ecs_bitmap_test(without, i),
			    all_hold(sample, &all, i, field));
		}
		ecs_bitmap_free(without);
		ecs_rowset_fini(&all.set);
		ecs_buf_fini(&drawn.text);
		ecs_arena_free(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(random_expressions_let_through_what_they_mean),
	    cmocka_unit_test(random_json_filters_let_through_what_they_mean),
	    cmocka_unit_test(
		a_collection_without_the_field_has_no_hits_and_all_when_negated),
	    cmocka_unit_test(a_private_field_is_no_field_of_its_collection),
	    cmocka_unit_test(a_private_field_is_refused_and_never_suggested),
	    cmocka_unit_test(the_nearest_field_of_all_collections_is_suggested),
	    cmocka_unit_test(
		a_field_that_one_collection_can_filter_may_be_filtered),
	    cmocka_unit_test(a_number_is_not_compared_with_dates),
	    cmocka_unit_test(places_are_those_inside_the_circle_and_the_box),
	    cmocka_unit_test(a_facet_drops_only_the_clauses_about_itself),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
