/* SPDX-License-Identifier: ISC */
/*
 * map_test - the map says what the facet says, and its shapes fit together.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/arena.h"
#include "ecsearch/err.h"

#include "../../src/web/map.h"
#include "../../src/web/results.h"

static struct ecs_schema *schema;

/* What a visitor who chose a country of the members sees of the values. */
static char *
draw_in(enum tongue tongue, const char *chosen, const char *values)
{
	const struct ecs_page_parameter asked[] = {
	    {"in", "members"}, {"map", "1"}, {"country", chosen}};
	const struct ecs_page_request request = {asked, 3, NULL};
	const struct ecs_site site = {.schema = schema, .prefix = ""};
	bool visible[ECS_MAX_COLLECTIONS] = {true, true, true};
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_buf out = {0};
	struct ecs_err err = {0};
	struct ecs_page_state *state =
	    ecs_page_state_read(arena, schema, visible, &request, &err);
	struct page page = {
	    .site = &site, .tongue = tongue, .lang = -1, .out = &out};
	json_t *facets = json_loads(values, 0, NULL);
	json_t *answer = json_pack("{s:[{s:s, s:i, s:o}]}", "facets", "field",
	    "country", "missing", 0, "values", facets);

	assert_non_null(state);
	assert_non_null(answer);
	ecs_map_write(&page, state, state->collection, answer);
	json_decref(answer);
	ecs_arena_free(arena);
	assert_false(out.failed);
	return ecs_buf_take(&out, NULL);
}

static char *
draw(const char *values)
{
	return draw_in(TONGUE_EN, "", values);
}

#define SOME                                                       \
	"[{\"value\":\"FR\",\"label\":\"France\",\"count\":5639}," \
	"{\"value\":\"BE\",\"label\":\"Belgium\",\"count\":1008}," \
	"{\"value\":\"CA\",\"label\":\"Canada\",\"count\":203},"   \
	"{\"value\":\"MT\",\"label\":\"Malta\",\"count\":46},"     \
	"{\"value\":\"US\",\"label\":\"United States\",\"count\":9}]"

static void
assert_has(const char *html, const char *part)
{
	if (strstr(html, part) == NULL)
		fail_msg("no %s in the map", part);
}

static void
assert_lacks(const char *html, const char *part)
{
	if (strstr(html, part) != NULL)
		fail_msg("%s in the map", part);
}

/* ---- what it says ---- */

static void
a_country_is_a_link_that_says_its_name_and_its_count(void **state)
{
	char *html = draw(SOME);

	(void)state;
	assert_has(html,
	    "<a id=\"map-BE\" class=\"s5\" "
	    "href=\"/?in=members&amp;country=BE&amp;map=1\" "
	    "aria-label=\"Belgium: 1,008 members\">"
	    "<title>Belgium: 1,008 members</title><path d=\"m");
	free(html);
}

static void
numbers_and_words_are_those_of_the_tongue(void **state)
{
	char *html = draw_in(TONGUE_FR, "", SOME);

	(void)state;
	assert_has(html, "Belgium\u00a0: 1\u202f008 membres");
	free(html);
	html = draw_in(
	    TONGUE_DE, "", "[{\"value\":\"BE\",\"label\":\"B\",\"count\":1}]");
	assert_has(html, "B: 1 Mitglied\"");
	free(html);
}

static void
a_label_cannot_become_markup(void **state)
{
	char *html = draw("[{\"value\":\"BE\",\"label\":\"<b a=\\\"'&\","
			  "\"count\":2}]");

	(void)state;
	assert_lacks(html, "<b ");
	assert_has(html, "<title>&lt;b a=&quot;&#39;&amp;: 2 members</title>");
	free(html);
}

static void
the_table_has_every_country_with_its_count(void **state)
{
	char *html = draw(SOME);

	(void)state;
	assert_has(html,
	    "<tr><th scope=\"row\"><a "
	    "href=\"/?in=members&amp;country=FR&amp;map=1\">France</a></th>"
	    "<td>5,639</td></tr>");
	assert_has(html, ">Canada</a></th><td>203</td></tr>");
	assert_has(html, ">Malta</a></th><td>46</td></tr>");
	free(html);
}

static void
what_is_not_in_europe_is_counted_as_elsewhere(void **state)
{
	char *html = draw(SOME);

	(void)state;
	assert_has(html, "<p class=\"rest\">Elsewhere: 212</p>");
	assert_lacks(html, "map-CA");
	free(html);
}

static void
a_code_that_is_no_country_is_elsewhere_and_harmless(void **state)
{
	char *html = draw("[{\"value\":\"\\\"><script>\",\"label\":\"?\","
			  "\"count\":3}]");

	(void)state;
	assert_has(html, "Elsewhere: 3");
	assert_has(html, "country=%22%3E%3Cscript%3E&amp;map=1");
	assert_lacks(html, "<script");
	free(html);
}

static void
a_country_without_members_is_land_and_no_link(void **state)
{
	char *html = draw("[{\"value\":\"FR\",\"label\":\"F\",\"count\":1},"
			  "{\"value\":\"DE\",\"label\":\"D\",\"count\":0}]");

	(void)state;
	assert_lacks(html, "map-DE");
	assert_has(html, "<path class=\"land\" d=\"M");
	free(html);
}

static void
no_countries_make_no_map(void **state)
{
	char *html = draw("[]");

	(void)state;
	assert_string_equal(html, "");
	free(html);
}

static void
a_chosen_country_is_outlined_and_its_link_lets_it_go(void **state)
{
	char *html = draw_in(TONGUE_EN, "BE",
	    "[{\"value\":\"BE\",\"label\":\"Belgium\",\"count\":2,"
	    "\"selected\":true},"
	    "{\"value\":\"NL\",\"label\":\"N\",\"count\":1}]");

	(void)state;
	assert_has(html,
	    "<a id=\"map-BE\" class=\"s2\" "
	    "href=\"/?in=members&amp;map=1\" aria-current=\"true\"");
	assert_has(html, "country=BE&amp;country=NL&amp;map=1");
	assert_has(html, "<path class=\"chosen\" d=\"m");
	free(html);
}

static void
nothing_is_styled_by_attributes(void **state)
{
	char *html = draw(SOME);

	(void)state;
	assert_lacks(html, " style=");
	assert_lacks(html, " fill=");
	free(html);
}

static void
a_small_state_has_an_area_large_enough_to_hit(void **state)
{
	static const char *const small[] = {
	    "AD", "CY", "LI", "LU", "MC", "MT", "SM", "VA"};

	(void)state;
	for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++) {
		char values[96];
		char *html;

		snprintf(values, sizeof(values),
		    "[{\"value\":\"%s\",\"label\":\"x\",\"count\":1}]",
		    small[i]);
		html = draw(values);
		assert_has(html, "<circle class=\"reach\"");
		assert_has(html, "r=\"18\"/>");
		free(html);
	}
}

/* ---- steps ---- */

/* The ranges of the legend, each after a space; free() them. */
static char *
legend(uint32_t most)
{
	char values[96];
	struct ecs_buf out = {0};
	const char *at;
	char *html;

	snprintf(values, sizeof(values),
	    "[{\"value\":\"FR\",\"label\":\"F\",\"count\":%u}]", most);
	html = draw(values);
	at = html;
	while ((at = strstr(at, "<li><span class=\"s")) != NULL) {
		at = strstr(at, "</span>") + 7;
		ecs_buf_putc(&out, ' ');
		ecs_buf_add(&out, at, strcspn(at, "<"));
	}
	free(html);
	return ecs_buf_take(&out, NULL);
}

static void
steps_grow_by_a_factor_to_the_most_there_is(void **state)
{
	char *ranges = legend(5639);

	(void)state;
	assert_string_equal(
	    ranges, " none 1–5 6–49 50–199 200–999 1,000–5,639");
	free(ranges);
}

static void
few_members_make_fewer_steps_and_none_is_empty(void **state)
{
	static const struct {
		uint32_t most;
		const char *ranges;
	} rows[] = {{1, " none 1"}, {2, " none 1 2"}, {3, " none 1 2 3"},
	    {5, " none 1 2 3 4 5"}, {12, " none 1 2 3 4–6 7–12"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *ranges = legend(rows[i].most);

		assert_string_equal(ranges, rows[i].ranges);
		free(ranges);
	}
}

/* ---- shapes ---- */

struct shape {
	const char *code;
	int x;
	int y;
	const char *path;
};
static const struct shape shapes[] = {
#define FRAME(width, height)
#define COUNTRY(code, x, y, room, path) {code, x, y, path},
#include "../../src/web/map.inc"
#undef FRAME
#undef COUNTRY
};
enum { NSHAPES = sizeof(shapes) / sizeof(shapes[0]), MOST_POINTS = 2000 };

struct segment {
	int ax, ay, bx, by;
};

/* The sides of a path, as SVG reads it; how many. */
static size_t
sides(const char *path, struct segment *list)
{
	int x = 0, y = 0;
	int first_x = 0, first_y = 0;
	size_t n = 0;
	char command = '\0';

	while (*path != '\0') {
		char *end;
		int dx, dy;

		if (*path == 'z') {
			list[n++] = (struct segment){x, y, first_x, first_y};
			x = first_x;
			y = first_y;
			path++;
			continue;
		}
		if (strchr("ml", *path) != NULL)
			command = *path++;
		dx = (int)strtol(path, &end, 10);
		dy = (int)strtol(end, &end, 10);
		assert_ptr_not_equal(path, end);
		path = end;
		if (command == 'l')
			list[n++] = (struct segment){x, y, x + dx, y + dy};
		x += dx;
		y += dy;
		if (command == 'm') {
			first_x = x;
			first_y = y;
		}
		assert_true(n < MOST_POINTS - 2);
	}
	return n;
}

static const char *
path_of(const char *code)
{
	for (size_t i = 0; i < NSHAPES; i++)
		if (strcmp(shapes[i].code, code) == 0)
			return shapes[i].path;
	fail_msg("no shape of %s", code);
	return NULL;
}

/* How many sides two have in common, in opposite directions or the same. */
static int
count_shared(const char *one, const char *other)
{
	static struct segment a[MOST_POINTS], b[MOST_POINTS];
	size_t na = sides(path_of(one), a);
	size_t nb = sides(path_of(other), b);
	int shared = 0;

	for (size_t i = 0; i < na; i++)
		for (size_t j = 0; j < nb; j++)
			shared +=
			    (a[i].ax == b[j].bx && a[i].ay == b[j].by &&
				a[i].bx == b[j].ax && a[i].by == b[j].ay) ||
			    memcmp(&a[i], &b[j], sizeof(a[i])) == 0;
	return shared;
}

static void
neighbours_share_the_line_of_their_border(void **state)
{
	static const char *const pairs[][2] = {{"BE", "NL"}, {"DE", "PL"},
	    {"ES", "PT"}, {"FR", "DE"}, {"UA", "RU"}, {"NO", "SE"},
	    {"AT", "HU"}, {"XK", "RS"}, {"RO", "BG"}, {"LT", "LV"},
	    {"IE", "GB"}};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (count_shared(pairs[i][0], pairs[i][1]) < 3)
			fail_msg("a gap between %s and %s", pairs[i][0],
			    pairs[i][1]);
	assert_int_equal(count_shared("ES", "PL"), 0);
}

static void
every_shape_is_of_a_country_that_the_vocabulary_knows(void **state)
{
	const struct ecs_field *field =
	    ecs_collection_field(&schema->collections[0], "country");

	(void)state;
	for (size_t i = 0; i < NSHAPES; i++)
		assert_true(ecs_vocabulary_find(
				field->vocabulary, shapes[i].code, 2) >= 0);
}

static void
every_member_of_the_union_is_on_the_map(void **state)
{
	static const char *const codes[] = {"AT", "BE", "BG", "CY", "CZ", "DE",
	    "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT",
	    "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_non_null(path_of(codes[i]));
}

static int
load(void **state)
{
	const char *srcdir = getenv("srcdir");
	struct ecs_err err = {0};
	char path[4096];

	(void)state;
	snprintf(path, sizeof(path), "%s/corpus/schema.json",
	    srcdir == NULL ? "." : srcdir);
	schema = ecs_schema_load(path, &err);
	return schema == NULL;
}

static int
unload(void **state)
{
	(void)state;
	ecs_schema_free(schema);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_country_is_a_link_that_says_its_name_and_its_count),
	    cmocka_unit_test(numbers_and_words_are_those_of_the_tongue),
	    cmocka_unit_test(a_label_cannot_become_markup),
	    cmocka_unit_test(the_table_has_every_country_with_its_count),
	    cmocka_unit_test(what_is_not_in_europe_is_counted_as_elsewhere),
	    cmocka_unit_test(
		a_code_that_is_no_country_is_elsewhere_and_harmless),
	    cmocka_unit_test(a_country_without_members_is_land_and_no_link),
	    cmocka_unit_test(no_countries_make_no_map),
	    cmocka_unit_test(
		a_chosen_country_is_outlined_and_its_link_lets_it_go),
	    cmocka_unit_test(nothing_is_styled_by_attributes),
	    cmocka_unit_test(a_small_state_has_an_area_large_enough_to_hit),
	    cmocka_unit_test(steps_grow_by_a_factor_to_the_most_there_is),
	    cmocka_unit_test(few_members_make_fewer_steps_and_none_is_empty),
	    cmocka_unit_test(neighbours_share_the_line_of_their_border),
	    cmocka_unit_test(
		every_shape_is_of_a_country_that_the_vocabulary_knows),
	    cmocka_unit_test(every_member_of_the_union_is_on_the_map),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
