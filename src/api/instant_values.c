/* SPDX-License-Identifier: ISC */
/*
 * instant_values - the parameters that are known, one reader a row.
 *
 * Older clients send every value as text, so numbers and booleans are taken as
 * text, too, and lists as words with commas.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "instant.h"

enum {
	LONGEST_Q = 4096,
	LONGEST_MARK = 256,
	MOST_NAMES = 200,
	MOST_BOXES = 50
};

/* ---- kinds of values ---- */

static bool
read_text(
    struct instant_reader *in, json_t *value, size_t longest, const char **text)
{
	if (!json_is_string(value))
		return ecs_instant_fail(in, "must be a text");
	if (json_string_length(value) > longest)
		return ecs_instant_fail(
		    in, "must be at most %zu bytes", longest);
	*text = ecs_arena_strdup(in->arena, json_string_value(value));
	return *text != NULL || ecs_err_memory(in->err);
}

static bool
read_number(const json_t *value, double *number)
{
	const char *text = json_string_value(value);
	char *end;

	if (json_is_number(value)) {
		*number = json_number_value(value);
		return isfinite(*number);
	}
	if (text == NULL)
		return false;
	*number = strtod(text, &end);
	return end != text && *end == '\0' && isfinite(*number);
}

static bool
read_whole(
    struct instant_reader *in, json_t *value, uint32_t most, uint32_t *number)
{
	double read;

	if (!read_number(value, &read) || read != floor(read) || read < 0 ||
	    read > (double)most)
		return ecs_instant_fail(
		    in, "must be a whole number from 0 to %u", most);
	*number = (uint32_t)read;
	return true;
}

static bool
read_boolean(struct instant_reader *in, json_t *value, bool *truth)
{
	const char *text = json_string_value(value);

	if (json_is_boolean(value)) {
		*truth = json_is_true(value);
		return true;
	}
	*truth = text != NULL && strcmp(text, "true") == 0;
	return *truth || (text != NULL && strcmp(text, "false") == 0) ||
	    ecs_instant_fail(in, "must be true or false");
}

/* One of a few words; *which is its place. */
static bool
read_word(struct instant_reader *in, json_t *value, const char *const *words,
    int *which)
{
	const char *text = json_string_value(value);

	for (int i = 0; text != NULL && words[i] != NULL; i++) {
		if (strcmp(words[i], text) != 0)
			continue;
		*which = i;
		return true;
	}
	return ecs_instant_fail(in, "must be %s or the like", words[0]);
}

static bool
add_name(struct instant_reader *in, struct instant_names *names,
    const char **list, const char *name, size_t len)
{
	if (names->n == MOST_NAMES)
		return ecs_instant_fail(
		    in, "more than %d names", (int)MOST_NAMES);
	list[names->n] = ecs_arena_strndup(in->arena, name, len);
	return list[names->n++] != NULL || ecs_err_memory(in->err);
}

static bool
split_names(struct instant_reader *in, struct instant_names *names,
    const char **list, const char *text)
{
	while (*text != '\0') {
		size_t len;

		text += strspn(text, ", ");
		len = strcspn(text, ",");
		if (len > 0 && !add_name(in, names, list, text, len))
			return false;
		text += len;
	}
	return true;
}

static bool
read_names(
    struct instant_reader *in, json_t *value, struct instant_names *names)
{
	const char **list =
	    ecs_arena_alloc(in->arena, MOST_NAMES * sizeof(*list));
	size_t i;
	json_t *item;

	if (list == NULL)
		return ecs_err_memory(in->err);
	*names = (struct instant_names){.list = list};
	if (json_is_string(value))
		return split_names(in, names, list, json_string_value(value));
	if (!json_is_array(value))
		return ecs_instant_fail(in, "must be a list of attributes");
	json_array_foreach (value, i, item) {
		if (!json_is_string(item))
			return ecs_instant_fail(in, "must hold texts");
		if (!add_name(in, names, list, json_string_value(item),
			json_string_length(item)))
			return false;
	}
	return true;
}

/* ---- what is typed ---- */

static bool
param_query(struct instant_reader *in, json_t *value)
{
	return read_text(in, value, LONGEST_Q, &in->to->search->q);
}

/* The first language that we know; it is the labels' only. */
static bool
param_languages(struct instant_reader *in, json_t *value)
{
	struct instant_names names;

	if (!read_names(in, value, &names))
		return false;
	for (size_t i = names.n; i-- > 0;) {
		int lang = ecs_lang_find(names.list[i], strlen(names.list[i]));

		if (lang != ECS_LANG_NONE)
			in->to->lang = lang;
	}
	return true;
}

static bool
param_query_type(struct instant_reader *in, json_t *value)
{
	static const char *const words[] = {
	    "prefixLast", "prefixNone", "prefixAll", NULL};
	int which = 0;

	if (!read_word(in, value, words, &which))
		return false;
	in->to->search->prefix_last = which != 1;
	return true;
}

static bool
param_typos(struct instant_reader *in, json_t *value)
{
	const char *text = json_string_value(value);

	if (text != NULL &&
	    (strcmp(text, "min") == 0 || strcmp(text, "strict") == 0))
		return true;
	return read_boolean(in, value, &in->to->search->typo);
}

/* The field of the index that an attribute names and that words are in. */
static bool
add_searched(
    struct instant_reader *in, const char *name, struct ecs_field_weight *list)
{
	struct instant_attribute attribute;
	struct ecs_search *search = in->to->search;

	if (!ecs_instant_attribute(in, name, strlen(name), &attribute))
		return false;
	if (!attribute.here)
		return true;
	if (attribute.field->text < 0)
		return ecs_instant_fail(
		    in, "\"%.60s\" is not searched by words", name);
	list[search->nfields].field = attribute.field->name;
	list[search->nfields++].weight = attribute.field->weight;
	return true;
}

static bool
param_searched(struct instant_reader *in, json_t *value)
{
	struct ecs_search *search = in->to->search;
	struct ecs_field_weight *list;
	struct instant_names names;

	if (!read_names(in, value, &names))
		return false;
	list = ecs_arena_alloc(in->arena, (names.n + 1) * sizeof(*list));
	if (list == NULL)
		return ecs_err_memory(in->err);
	for (size_t i = 0; i < names.n; i++)
		if (!add_searched(in, names.list[i], list))
			return false;
	if (names.n > 0 && search->nfields == 0)
		return ecs_instant_fail(in, "the index has none of these");
	if (search->nfields > 0)
		search->fields = list;
	return true;
}

/* ---- the page ---- */

static bool
param_hits(struct instant_reader *in, json_t *value)
{
	return read_whole(
	    in, value, ECS_MAX_PER_PAGE, &in->to->search->per_page);
}

static bool
param_page(struct instant_reader *in, json_t *value)
{
	if (!read_whole(in, value, INT32_MAX - 1, &in->to->search->page))
		return false;
	in->to->search->page++;
	return true;
}

static bool
param_offset(struct instant_reader *in, json_t *value)
{
	return read_whole(in, value, INT32_MAX, &in->to->search->offset);
}

/* ---- what a hit shows ---- */

static bool
param_retrieve(struct instant_reader *in, json_t *value)
{
	return read_names(in, value, &in->to->retrieve);
}

static bool
param_highlight(struct instant_reader *in, json_t *value)
{
	return read_names(in, value, &in->to->highlight);
}

static bool
param_snippet(struct instant_reader *in, json_t *value)
{
	return read_names(in, value, &in->to->snippet);
}

static bool
param_pre(struct instant_reader *in, json_t *value)
{
	return read_text(in, value, LONGEST_MARK, &in->to->search->pre);
}

static bool
param_post(struct instant_reader *in, json_t *value)
{
	return read_text(in, value, LONGEST_MARK, &in->to->search->post);
}

static bool
param_ellipsis(struct instant_reader *in, json_t *value)
{
	return read_text(in, value, LONGEST_MARK, &in->to->ellipsis);
}

static bool
param_ranking_info(struct instant_reader *in, json_t *value)
{
	return read_boolean(in, value, &in->to->ranking_info);
}

/* ---- facets ---- */

static bool
param_facets(struct instant_reader *in, json_t *value)
{
	struct instant_names names;

	return read_names(in, value, &names) &&
	    ecs_instant_read_facets(in, &names);
}

static bool
param_facet(struct instant_reader *in, json_t *value)
{
	const char *name = json_string_value(value);
	const struct instant_names names = {.list = &name, .n = 1};

	if (!in->to->inside)
		return true;
	if (name == NULL)
		return ecs_instant_fail(in, "must be an attribute");
	return ecs_instant_read_facets(in, &names);
}

static bool
param_facet_query(struct instant_reader *in, json_t *value)
{
	return read_text(in, value, 512, &in->to->facet_q);
}

static bool
param_facet_hits(struct instant_reader *in, json_t *value)
{
	return read_whole(in, value, 100, &in->to->facet_hits);
}

static bool
param_max_values(struct instant_reader *in, json_t *value)
{
	return read_whole(in, value, 1000, &in->to->max_values);
}

static bool
param_facet_order(struct instant_reader *in, json_t *value)
{
	static const char *const words[] = {"count", "alpha", NULL};
	int which = 0;

	if (!read_word(in, value, words, &which))
		return false;
	in->to->by_alpha = which == 1;
	return true;
}

/* ---- places ---- */

/* All numbers of a text with commas, or of lists in lists. */
static bool
add_numbers(json_t *value, int depth, double *numbers, size_t room, size_t *n)
{
	const char *text = json_string_value(value);
	size_t i;
	json_t *item;

	if (json_is_number(value)) {
		if (*n == room)
			return false;
		numbers[(*n)++] = json_number_value(value);
		return true;
	}
	while (text != NULL) {
		char *end;

		if (*n == room)
			return false;
		numbers[*n] = strtod(text, &end);
		if (end == text || !isfinite(numbers[(*n)++]))
			return false;
		end += strspn(end, " ");
		if (*end == '\0')
			return true;
		if (*end != ',')
			return false;
		text = end + 1;
	}
	if (!json_is_array(value) || depth == 0)
		return false;
	json_array_foreach (value, i, item) {
		if (!add_numbers(item, depth - 1, numbers, room, n))
			return false;
	}
	return true;
}

static bool
is_place(double lat, double lon)
{
	return fabs(lat) <= 90 && fabs(lon) <= 180;
}

static bool
is_nothing(const json_t *value)
{
	return json_is_string(value)
	    ? json_string_length(value) == 0
	    : json_is_array(value) && json_array_size(value) == 0;
}

static bool
param_near(struct instant_reader *in, json_t *value)
{
	struct ecs_search *search = in->to->search;
	double place[2];
	size_t n = 0;

	if (is_nothing(value))
		return true;
	if (!add_numbers(value, 1, place, 2, &n) || n != 2 ||
	    !is_place(place[0], place[1]))
		return ecs_instant_fail(
		    in, "must be latitude,longitude in degrees");
	search->has_near = true;
	search->near_lat = place[0];
	search->near_lon = place[1];
	return true;
}

static bool
param_radius(struct instant_reader *in, json_t *value)
{
	const char *text = json_string_value(value);
	double metres;

	if (text != NULL && strcmp(text, "all") == 0)
		return true;
	if (!read_number(value, &metres) || metres < 1)
		return ecs_instant_fail(in, "must be metres over 0, or all");
	in->to->search->radius_m = metres;
	return true;
}

/*
 * Two opposite corners, the one in the north-east first as maps send them; then
 * a west that is east of the east crosses the dateline.
 */
static bool
set_box(const double *corners, double *box)
{
	bool swap = corners[0] < corners[2];
	const double *north = swap ? corners + 2 : corners;
	const double *south = swap ? corners : corners + 2;

	box[0] = south[0];
	box[1] = south[1];
	box[2] = north[0];
	box[3] = north[1];
	return is_place(box[0], box[1]) && is_place(box[2], box[3]);
}

static bool
param_boxes(struct instant_reader *in, json_t *value)
{
	struct ecs_search *search = in->to->search;
	const size_t room = (size_t)MOST_BOXES * 4;
	double *numbers = ecs_arena_alloc(in->arena, room * sizeof(*numbers));
	double(*boxes)[4] =
	    ecs_arena_alloc(in->arena, MOST_BOXES * sizeof(*boxes));
	size_t n = 0;
	bool ok;

	if (numbers == NULL || boxes == NULL)
		return ecs_err_memory(in->err);
	if (is_nothing(value))
		return true;
	ok = add_numbers(value, 2, numbers, room, &n) && n > 0 && n % 4 == 0;
	for (size_t i = 0; ok && i < n / 4; i++)
		ok = set_box(numbers + 4 * i, boxes[i]);
	if (!ok)
		return ecs_instant_fail(in,
		    "must be latitude,longitude of two corners, for at most "
		    "%d boxes",
		    (int)MOST_BOXES);
	search->has_box = true;
	memcpy(search->box, boxes[0], sizeof(search->box));
	search->boxes = (const double(*)[4])boxes + 1;
	search->nboxes = n / 4 - 1;
	return true;
}

/* ---- the table: name, list, reader ---- */

const struct instant_parameter ecs_instant_parameters[] = {
    {"queryLanguages", true, param_languages},
    {"query", false, param_query},
    {"queryType", false, param_query_type},
    {"typoTolerance", false, param_typos},
    {"restrictSearchableAttributes", true, param_searched},
    {"hitsPerPage", false, param_hits},
    {"page", false, param_page},
    {"length", false, param_hits},
    {"offset", false, param_offset},
    {"attributesToRetrieve", true, param_retrieve},
    {"attributesToHighlight", true, param_highlight},
    {"attributesToSnippet", true, param_snippet},
    {"highlightPreTag", false, param_pre},
    {"highlightPostTag", false, param_post},
    {"snippetEllipsisText", false, param_ellipsis},
    {"getRankingInfo", false, param_ranking_info},
    {"facets", true, param_facets},
    {"facet", false, param_facet},
    {"facetQuery", false, param_facet_query},
    {"maxFacetHits", false, param_facet_hits},
    {"maxValuesPerFacet", false, param_max_values},
    {"sortFacetValuesBy", false, param_facet_order},
    {"facetFilters", true, ecs_instant_facet_filters},
    {"numericFilters", true, ecs_instant_numeric_filters},
    {"filters", false, ecs_instant_filters},
    {"aroundLatLng", true, param_near},
    {"aroundRadius", false, param_radius},
    {"insideBoundingBox", true, param_boxes},
    {NULL, false, NULL},
};
