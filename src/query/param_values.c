/* SPDX-License-Identifier: ISC */
/*
 * param_values - reading the value of each parameter, one function a row of the
 * table in params.c.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "params.h"

enum { LONGEST_Q = 4096, LONGEST_MARK = 64 };

/* ---- readers, one a parameter ---- */

bool
ecs_param_q(struct params *in, const char *name, json_t *json)
{
	if (!json_is_string(json))
		return ecs_params_fail(in, name, "must be a string");
	if (json_string_length(json) > LONGEST_Q)
		return ecs_params_fail(
		    in, name, "must be at most %d bytes", (int)LONGEST_Q);
	in->search->q =
	    ecs_arena_strdup(in->search->arena, json_string_value(json));
	return in->search->q != NULL || ecs_err_memory(in->err);
}

/* One of a few words; *index is which. */
static bool
read_word(struct params *in, const char *name, json_t *json,
    const char *const *words, size_t n, int *index)
{
	const char *text = json_string_value(json);
	char list[120] = "";

	for (size_t i = 0; i < n; i++) {
		if (text != NULL && strcmp(text, words[i]) == 0) {
			*index = (int)i;
			return true;
		}
		snprintf(list + strlen(list), sizeof(list) - strlen(list),
		    "%s%s", i > 0 ? ", " : "", words[i]);
	}
	ecs_params_fail(in, name, "must be one of %s", list);
	if (text != NULL)
		ecs_err_did_you_mean(in->err, ecs_nearest_word(text, words, n));
	return false;
}

bool
ecs_param_mode(struct params *in, const char *name, json_t *json)
{
	static const char *const words[] = {"simple", "expert"};
	int which = 0;

	if (!read_word(in, name, json, words, 2, &which))
		return false;
	in->expert = which == 1;
	return true;
}

bool
ecs_param_match(struct params *in, const char *name, json_t *json)
{
	static const char *const words[] = {"auto", "all", "any"};
	int which = 0;

	if (!read_word(in, name, json, words, 3, &which))
		return false;
	in->search->match = (enum ecs_match)which;
	return true;
}

bool
ecs_param_prefix(struct params *in, const char *name, json_t *json)
{
	static const char *const words[] = {"none", "last"};
	int which = 0;

	if (!read_word(in, name, json, words, 2, &which))
		return false;
	in->search->prefix_last = which == 1;
	return true;
}

bool
ecs_param_typo(struct params *in, const char *name, json_t *json)
{
	static const char *const words[] = {"off", "auto"};
	int which = 0;

	if (!read_word(in, name, json, words, 2, &which))
		return false;
	in->search->typo = which == 1;
	return true;
}

bool
ecs_param_lang(struct params *in, const char *name, json_t *json)
{
	const char *text = json_string_value(json);

	if (text != NULL && strcmp(text, "auto") == 0) {
		in->search->lang = ECS_LANG_NONE;
		return true;
	}
	if (text != NULL)
		in->search->lang = ecs_lang_find(text, strlen(text));
	if (text == NULL || in->search->lang == ECS_LANG_NONE)
		return ecs_params_fail(
		    in, name, "must be auto or an official language of the EU");
	return true;
}

static bool
read_collection(struct params *in, const char *name, json_t *json)
{
	const struct ecs_schema *schema = in->search->schema;
	const char *names[ECS_MAX_COLLECTIONS];
	const char *text = json_string_value(json);
	size_t n = 0;

	for (int c = 0; c < schema->ncollections; c++) {
		if (!in->visible[c])
			continue;
		names[n++] = schema->collections[c].name;
		if (text == NULL ||
		    strcmp(text, schema->collections[c].name) != 0)
			continue;
		in->search->in[c] = true;
		return true;
	}
	ecs_err_set(in->err, 400, "unknown_collection",
	    "%s: there is no collection \"%.60s\"", name,
	    text == NULL ? "" : text);
	ecs_err_at(in->err, ECS_WHERE_PARAMETER, name, 0, 0);
	if (text != NULL)
		ecs_err_did_you_mean(in->err, ecs_nearest_word(text, names, n));
	return false;
}

bool
ecs_param_in(struct params *in, const char *name, json_t *json)
{
	size_t i;
	json_t *item;

	memset(in->search->in, 0, sizeof(in->search->in));
	if (json_is_string(json))
		return read_collection(in, name, json);
	if (!json_is_array(json) || json_array_size(json) == 0)
		return ecs_params_fail(
		    in, name, "must be a list of collections");
	json_array_foreach (json, i, item) {
		if (!read_collection(in, name, item))
			return false;
	}
	return true;
}

static bool
read_whole(struct params *in, const char *name, json_t *json, long least,
    long most, uint32_t *number)
{
	double value;

	if (!ecs_params_number(json, &value) || value != floor(value) ||
	    value < (double)least || value > (double)most)
		return ecs_params_fail(in, name,
		    "must be a whole number from %ld to %ld", least, most);
	*number = (uint32_t)value;
	return true;
}

bool
ecs_param_page(struct params *in, const char *name, json_t *json)
{
	in->has_page = true;
	return read_whole(in, name, json, 1, INT32_MAX, &in->search->page);
}

bool
ecs_param_per_page(struct params *in, const char *name, json_t *json)
{
	return read_whole(
	    in, name, json, 0, ECS_MAX_PER_PAGE, &in->search->per_page);
}

bool
ecs_param_passages(struct params *in, const char *name, json_t *json)
{
	return read_whole(in, name, json, 0, 1000, &in->search->passages);
}

bool
ecs_param_timeout(struct params *in, const char *name, json_t *json)
{
	return read_whole(in, name, json, 1, 60000, &in->search->timeout_ms);
}

static bool
read_boolean(struct params *in, const char *name, json_t *json, bool *value)
{
	if (!json_is_boolean(json))
		return ecs_params_fail(in, name, "must be true or false");
	*value = json_is_true(json);
	return true;
}

bool
ecs_param_explain(struct params *in, const char *name, json_t *json)
{
	return read_boolean(in, name, json, &in->search->explain);
}

bool
ecs_param_count(struct params *in, const char *name, json_t *json)
{
	return read_boolean(in, name, json, &in->search->count);
}

bool
ecs_param_total(struct params *in, const char *name, json_t *json)
{
	return read_boolean(in, name, json, &in->search->total);
}

bool
ecs_param_cursor(struct params *in, const char *name, json_t *json)
{
	const char *text = json_string_value(json);

	if (text == NULL || strlen(text) > 80)
		return ecs_params_fail(
		    in, name, "must be * or the cursor of an answer");
	in->search->cursor =
	    ecs_arena_strdup(in->search->arena, text[0] == '\0' ? "*" : text);
	return in->search->cursor != NULL || ecs_err_memory(in->err);
}

/* ---- geography ---- */

/* n numbers from an array or from text with commas. */
static bool
read_numbers(json_t *json, double *numbers, size_t n)
{
	const char *text = json_string_value(json);

	for (size_t i = 0; i < n; i++) {
		char *end;

		if (json_is_array(json)) {
			if (json_array_size(json) != n ||
			    !ecs_params_number(
				json_array_get(json, i), &numbers[i]))
				return false;
			continue;
		}
		if (text == NULL)
			return false;
		numbers[i] = strtod(text, &end);
		if (end == text || !isfinite(numbers[i]) ||
		    *end != (i + 1 < n ? ',' : '\0'))
			return false;
		text = end + 1;
	}
	return true;
}

static bool
is_place(double lat, double lon)
{
	return fabs(lat) <= 90 && fabs(lon) <= 180;
}

bool
ecs_param_near(struct params *in, const char *name, json_t *json)
{
	double place[2];
	bool ok;

	if (json_is_object(json))
		ok = json_object_size(json) == 2 &&
		    ecs_params_number(
			json_object_get(json, "lat"), &place[0]) &&
		    ecs_params_number(json_object_get(json, "lon"), &place[1]);
	else
		ok = read_numbers(json, place, 2);
	if (!ok || !is_place(place[0], place[1]))
		return ecs_params_fail(in, name,
		    "must be latitude,longitude in degrees, as 50.85,4.35");
	in->search->has_near = true;
	in->search->near_lat = place[0];
	in->search->near_lon = place[1];
	return true;
}

bool
ecs_param_radius(struct params *in, const char *name, json_t *json)
{
	const char *text = json_string_value(json);
	double metres = json_number_value(json);
	char *end = NULL;

	if (text != NULL) {
		metres = strtod(text, &end);
		if (strcmp(end, "km") == 0)
			metres *= 1000;
		else if (*end != '\0' && strcmp(end, "m") != 0)
			metres = NAN;
	}
	if ((text == NULL && !json_is_number(json)) || !isfinite(metres) ||
	    metres <= 0)
		return ecs_params_fail(
		    in, name, "must be a distance in metres, or such as 25km");
	in->search->radius_m = metres;
	return true;
}

bool
ecs_param_box(struct params *in, const char *name, json_t *json)
{
	double *box = in->search->box;

	if (!read_numbers(json, box, 4) || !is_place(box[0], box[1]) ||
	    !is_place(box[2], box[3]) || box[0] > box[2])
		return ecs_params_fail(
		    in, name, "must be south,west,north,east in degrees");
	in->search->has_box = true;
	return true;
}

/* ---- highlighting ---- */

static bool
read_mark(
    struct params *in, json_t *json, const char *member, const char **mark)
{
	json_t *value = json_object_get(json, member);

	if (value == NULL)
		return true;
	if (!json_is_string(value) || json_string_length(value) > LONGEST_MARK)
		return ecs_params_fail(in, "highlight",
		    "%s must be a string of at most %d bytes", member,
		    (int)LONGEST_MARK);
	*mark = ecs_arena_strdup(in->search->arena, json_string_value(value));
	return *mark != NULL || ecs_err_memory(in->err);
}

static bool
read_encode(struct params *in, json_t *json)
{
	const char *encode = json_string_value(json);

	if (json == NULL)
		return true;
	if (encode == NULL ||
	    (strcmp(encode, "html") != 0 && strcmp(encode, "none") != 0))
		return ecs_params_fail(
		    in, "highlight", "encode must be html or none");
	in->search->highlight_html = strcmp(encode, "html") == 0;
	return true;
}

bool
ecs_param_highlight(struct params *in, const char *name, json_t *json)
{
	static const char *const known[] = {"pre", "post", "encode"};
	const char *key;
	json_t *value;

	if (json_is_boolean(json)) {
		in->search->highlight = json_is_true(json);
		return true;
	}
	if (!json_is_object(json))
		return ecs_params_fail(
		    in, name, "must be {pre, post, encode}, true or false");
	json_object_foreach (json, key, value) {
		if (strcmp(key, known[0]) == 0 || strcmp(key, known[1]) == 0 ||
		    strcmp(key, known[2]) == 0)
			continue;
		ecs_params_fail(in, name, "\"%.40s\" is not known here", key);
		ecs_err_did_you_mean(in->err, ecs_nearest_word(key, known, 3));
		return false;
	}
	return read_mark(in, json, "pre", &in->search->pre) &&
	    read_mark(in, json, "post", &in->search->post) &&
	    read_encode(in, json_object_get(json, "encode"));
}
