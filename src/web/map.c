/* SPDX-License-Identifier: ISC */
/*
 * map - Europe as a picture (SVG), each country as dark as it has many.
 *
 * Without attributes of style, which the pages' policy forbids: classes s1 to
 * s5 are steps of the count, their colours stand in page.css.
 *
 * The steps grow by a constant factor from one to the most there is, as suits
 * counts of which few are large and many small (a geometric progression:
 * Slocum et al., Thematic Cartography and Geovisualization, 3rd ed., ch. 5),
 * rounded to numbers that people would have chosen.
 */
#include <math.h>
#include <string.h>

#include "map.h"
#include "results.h"

enum {
	STEPS = 5,
	TIGHT = 8, /* room of a country that gets a larger area to click on */
	TINY = 4,  /* and of one that is drawn as a dot, too */
	REACH = 18 /* radius of that area: 24 px wide where the map is 640 */
};

#define FRAME(width, height) enum { WIDTH = (width), HEIGHT = (height) };
#define COUNTRY(code, x, y, room, path)
#include "map.inc"
#undef FRAME
#undef COUNTRY

static const struct shape {
	const char *code;
	int x;
	int y;
	int room;
	const char *path;
} shapes[] = {
#define FRAME(width, height)
#define COUNTRY(code, x, y, room, path) {code, x, y, room, path},
#include "map.inc"
#undef FRAME
#undef COUNTRY
};
enum { NSHAPES = sizeof(shapes) / sizeof(shapes[0]) };

struct map {
	struct page *page;
	const struct ecs_page_state *state;
	int collection;
	const struct ecs_field *field;
	const json_t *values;
	uint32_t from[STEPS]; /* the least count of each step */
	uint32_t most;
	int steps;
};

static const struct shape *
shape_of(const char *code)
{
	for (size_t i = 0; i < NSHAPES; i++)
		if (strcmp(shapes[i].code, code) == 0)
			return &shapes[i];
	return NULL;
}

static bool
is_selected(const json_t *value)
{
	return json_is_true(json_object_get(value, "selected"));
}

/* ---- steps ---- */

/* The nearest of 1, 2, ... 10, 20, 50, 100, 200, 500, ... */
static uint32_t
round_number(double number)
{
	double unit;

	if (number < 10)
		return (uint32_t)lround(number);
	unit = pow(10, floor(log10(number)));
	number /= unit;
	/* Halfway between two is where they are equally many times away. */
	number = number < sqrt(2) ? 1
	    : number < sqrt(10)   ? 2
	    : number < sqrt(50)   ? 5
				  : 10;
	return (uint32_t)lround(number * unit);
}

static void
find_steps(struct map *map)
{
	size_t i;
	json_t *value;

	json_array_foreach (map->values, i, value) {
		uint32_t count = ecs_json_count(value, "count");

		if (count > map->most &&
		    shape_of(ecs_json_text(value, "value")) != NULL)
			map->most = count;
	}
	for (int step = 0; step < STEPS && map->most > 0; step++) {
		uint32_t from =
		    round_number(pow(map->most, (double)step / STEPS));

		if (map->steps > 0 && from <= map->from[map->steps - 1])
			from = map->from[map->steps - 1] + 1;
		if (from <= map->most)
			map->from[map->steps++] = from;
	}
}

/* From 1; 0 of nothing. */
static int
step_of(const struct map *map, uint32_t count)
{
	int step = 0;

	while (step < map->steps && count >= map->from[step])
		step++;
	return step;
}

/* ---- the picture ---- */

/* href="..." of the state with the value chosen, or without it if it is. */
static void
write_href(const struct map *map, const json_t *value)
{
	const char *code = ecs_json_text(value, "value");
	struct ecs_page_state other = *map->state;
	size_t place;

	other.collection = map->collection;
	place = ecs_state_chosen(&other, map->field, code);
	if (place < other.nchoices)
		ecs_state_drop(&other, place);
	else
		ecs_state_choose(&other, map->field, code);
	ecs_state_href(map->page, &other);
}

static bool
is_of_members(const struct map *map)
{
	const struct ecs_collection *of =
	    &map->state->schema->collections[map->collection];

	return strcmp(of->name, "members") == 0;
}

/* "Belgium: 1,234 members" */
static void
write_name(const struct map *map, const json_t *value)
{
	bool members = is_of_members(map);
	struct page *page = map->page;

	ecs_html_printf(page->out, "%s%s", ecs_json_text(value, "label"),
	    ecs_words(page->tongue, TEXT_COLON));
	ecs_words_count(page->out, page->tongue,
	    members ? TEXT_MEMBER_ONE : TEXT_RESULT_ONE,
	    members ? TEXT_MEMBER_MANY : TEXT_RESULT_MANY,
	    ecs_json_count(value, "count"));
}

static void
write_country(
    const struct map *map, const struct shape *shape, const json_t *value)
{
	struct ecs_buf *out = map->page->out;

	ecs_html_printf(out, "<a id=\"map-%s\" class=\"s%d\"", shape->code,
	    step_of(map, ecs_json_count(value, "count")));
	write_href(map, value);
	if (is_selected(value))
		ecs_buf_puts(out, " aria-current=\"true\"");
	ecs_buf_puts(out, " aria-label=\"");
	write_name(map, value);
	ecs_buf_puts(out, "\"><title>");
	write_name(map, value);
	ecs_html_printf(out, "</title><path d=\"%s\"/>", shape->path);
	if (shape->room <= TIGHT)
		ecs_buf_printf(out,
		    "<circle class=\"reach\" cx=\"%d\" cy=\"%d\" r=\"%d\"/>",
		    shape->x, shape->y, REACH);
	if (shape->room <= TINY)
		ecs_buf_printf(out,
		    "<circle class=\"dot\" cx=\"%d\" cy=\"%d\" r=\"%d\"/>",
		    shape->x, shape->y, REACH / 2);
	ecs_buf_puts(out, "</a>\n");
}

/* What has none: one path, that says and does nothing. */
static void
write_land(const struct map *map)
{
	bool counted[NSHAPES] = {false};
	size_t i;
	json_t *value;

	json_array_foreach (map->values, i, value) {
		const struct shape *shape =
		    shape_of(ecs_json_text(value, "value"));

		if (shape != NULL && ecs_json_count(value, "count") > 0)
			counted[shape - shapes] = true;
	}
	ecs_buf_puts(map->page->out, "<path class=\"land\" d=\"");
	for (i = 0; i < NSHAPES; i++)
		if (!counted[i]) {
			/* Each begins where it is, not where another ended. */
			ecs_buf_putc(map->page->out, 'M');
			ecs_buf_puts(map->page->out, shapes[i].path + 1);
		}
	ecs_buf_puts(map->page->out, "\"/>\n");
}

/* Once more what is chosen, so that no neighbour covers its outline. */
static void
write_outlines(const struct map *map)
{
	size_t i;
	json_t *value;

	json_array_foreach (map->values, i, value) {
		const struct shape *shape =
		    shape_of(ecs_json_text(value, "value"));

		if (shape != NULL && is_selected(value))
			ecs_html_printf(map->page->out,
			    "<path class=\"chosen\" d=\"%s\"/>\n", shape->path);
	}
}

static void
write_picture(const struct map *map)
{
	struct ecs_buf *out = map->page->out;
	size_t i;
	json_t *value;

	ecs_buf_printf(out,
	    "<svg viewBox=\"0 0 %d %d\" role=\"group\" "
	    "aria-labelledby=\"map-title\">\n",
	    WIDTH, HEIGHT);
	write_land(map);
	json_array_foreach (map->values, i, value) {
		const struct shape *shape =
		    shape_of(ecs_json_text(value, "value"));

		if (shape != NULL && ecs_json_count(value, "count") > 0)
			write_country(map, shape, value);
	}
	write_outlines(map);
	ecs_buf_puts(out, "</svg>\n");
}

/* ---- beside it ---- */

static void
write_legend(const struct map *map)
{
	struct page *page = map->page;

	ecs_html_printf(page->out,
	    "<ul class=\"legend\"><li><span class=\"s0\"></span>%s</li>",
	    ecs_words(page->tongue, TEXT_MAP_NONE));
	for (int i = 0; i < map->steps; i++) {
		uint32_t last =
		    i + 1 < map->steps ? map->from[i + 1] - 1 : map->most;

		ecs_buf_printf(
		    page->out, "<li><span class=\"s%d\"></span>", i + 1);
		ecs_words_number(page->out, page->tongue, map->from[i]);
		if (last > map->from[i]) {
			ecs_buf_puts(page->out, "–");
			ecs_words_number(page->out, page->tongue, last);
		}
		ecs_buf_puts(page->out, "</li>");
	}
	ecs_buf_puts(page->out, "</ul>\n");
}

/* What the picture leaves out, so that its numbers make the whole. */
static void
write_rest(const struct map *map, enum text text, uint64_t count)
{
	struct ecs_buf *out = map->page->out;

	if (count == 0)
		return;
	ecs_buf_puts(out, "<p class=\"rest\">");
	ecs_words_count(out, map->page->tongue, text, text, count);
	ecs_buf_puts(out, "</p>\n");
}

static uint64_t
count_elsewhere(const struct map *map)
{
	uint64_t count = 0;
	size_t i;
	json_t *value;

	json_array_foreach (map->values, i, value) {
		if (shape_of(ecs_json_text(value, "value")) == NULL)
			count += ecs_json_count(value, "count");
	}
	return count;
}

static void
write_row(const struct map *map, const json_t *value)
{
	struct page *page = map->page;

	ecs_buf_puts(page->out, "<tr><th scope=\"row\"><a");
	write_href(map, value);
	if (is_selected(value))
		ecs_buf_puts(page->out, " aria-current=\"true\"");
	ecs_html_printf(
	    page->out, ">%s</a></th><td>", ecs_json_text(value, "label"));
	ecs_words_number(
	    page->out, page->tongue, ecs_json_count(value, "count"));
	ecs_buf_puts(page->out, "</td></tr>\n");
}

static void
write_table(const struct map *map, const char *what)
{
	struct page *page = map->page;
	size_t i;
	json_t *value;

	ecs_html_printf(page->out,
	    "<details id=\"map-table\"%s><summary>%s</summary>\n"
	    "<div class=\"scroll\"><table aria-labelledby=\"map-title\">"
	    "<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th>"
	    "</tr></thead>\n<tbody>\n",
	    ecs_state_is_start(map->state) ? " open" : "",
	    ecs_words(page->tongue, TEXT_MAP_TABLE),
	    ecs_field_label(page, map->field), what);
	json_array_foreach (map->values, i, value) {
		write_row(map, value);
	}
	ecs_buf_puts(page->out, "</tbody></table></div></details>\n");
}

/* ---- the section ---- */

static void
write_title(const struct map *map, const char *what)
{
	struct page *page = map->page;

	ecs_buf_puts(page->out,
	    "<section class=\"map\" id=\"map\" aria-labelledby=\"map-title\">"
	    "<h2 id=\"map-title\">");
	if (is_of_members(map))
		ecs_buf_puts(
		    page->out, ecs_words(page->tongue, TEXT_BY_COUNTRY));
	else
		ecs_html_printf(page->out, "%s – %s", what,
		    ecs_field_label(page, map->field));
	ecs_html_printf(page->out,
	    "</h2>\n<a class=\"skip\" href=\"#map-end\">%s</a>\n",
	    ecs_words(page->tongue, TEXT_MAP_SKIP));
}

void
ecs_map_write(struct page *page, const struct ecs_page_state *state,
    int collection, const json_t *answer)
{
	const struct ecs_collection *of =
	    &state->schema->collections[collection];
	const json_t *facet = ecs_answer_facet(answer, "country");
	const char *what = ecs_label(&of->labels, page->lang, of->name);
	struct map map = {.page = page,
	    .state = state,
	    .collection = collection,
	    .field = ecs_collection_field(of, "country"),
	    .values = json_object_get(facet, "values")};

	if (map.field == NULL || json_array_size(map.values) == 0)
		return;
	find_steps(&map);
	write_title(&map, what);
	write_picture(&map);
	ecs_buf_puts(page->out, "<div class=\"beside\">\n");
	write_legend(&map);
	write_rest(&map, TEXT_ELSEWHERE, count_elsewhere(&map));
	write_rest(&map, TEXT_NO_COUNTRY, ecs_json_count(facet, "missing"));
	write_table(&map, what);
	ecs_buf_puts(page->out,
	    "</div></section><span id=\"map-end\" tabindex=\"-1\"></span>\n");
}
