/* SPDX-License-Identifier: ISC */
/*
 * map_step - what a map does to values on their way, one step after another.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ucasemap.h>

#include "ecsearch/err.h"

#include "map_rules.h"

/* A value as text; numbers are written into room (32 bytes). */
static const char *
as_text(const json_t *value, char *room)
{
	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_integer(value)) {
		snprintf(room, 32, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
		return room;
	}
	if (json_is_real(value)) {
		snprintf(room, 32, "%.15g", json_real_value(value));
		return room;
	}
	return NULL;
}

static bool
put(json_t *list, json_t *value, struct ecs_err *err)
{
	return json_array_append_new(list, value) == 0 || ecs_err_memory(err);
}

static bool
put_text(json_t *list, const char *text, size_t len, struct ecs_err *err)
{
	return put(list, json_stringn(text, len), err);
}

/* What becomes of a value that a step can do nothing with. */
static bool
put_otherwise(const struct map_step *step, json_t *value, const char *what,
    json_t *list, struct ecs_err *err)
{
	char room[32];
	const char *text = as_text(value, room);

	switch (step->otherwise) {
	case OTHERWISE_DROP:
		return true;
	case OTHERWISE_KEEP:
		return put(list, json_incref(value), err);
	case OTHERWISE_ERROR:
		break;
	}
	return ecs_err_set(err, 422, "bad_value", "\"%.80s\" is %s",
	    text == NULL ? "(an object)" : text, what);
}

static bool
put_trimmed(const char *text, size_t len, json_t *list, struct ecs_err *err)
{
	while (len > 0 && isspace((unsigned char)*text)) {
		text++;
		len--;
	}
	while (len > 0 && isspace((unsigned char)text[len - 1]))
		len--;
	return len == 0 || put_text(list, text, len, err);
}

/* Lower case, or a capital at the start of each word. */
static bool
put_cased(const struct map_step *step, const char *text, json_t *list,
    struct ecs_err *err)
{
	UErrorCode status = U_ZERO_ERROR;
	UCaseMap *casing = ucasemap_open("", 0, &status);
	size_t size = 3 * strlen(text) + 1;
	char *to = malloc(size);
	int32_t len = 0;
	bool ok = false;

	if (to == NULL || U_FAILURE(status))
		ecs_err_memory(err);
	else if (step->kind == STEP_LOWER)
		len = ucasemap_utf8ToLower(
		    casing, to, (int32_t)size, text, -1, &status);
	else
		len = ucasemap_utf8ToTitle(
		    casing, to, (int32_t)size, text, -1, &status);
	if (to != NULL && U_SUCCESS(status))
		ok = put_text(list, to, (size_t)len, err);
	free(to);
	ucasemap_close(casing);
	return ok || ecs_err_memory(err);
}

static bool
put_number(const struct map_step *step, json_t *value, const char *text,
    json_t *list, struct ecs_err *err)
{
	char *end;
	double number;

	if (json_is_number(value))
		return put(list, json_incref(value), err);
	number = strtod(text, &end);
	if (end == text || *end != '\0' || !isfinite(number) ||
	    strpbrk(text, "xXpP") != NULL)
		return put_otherwise(step, value, "no number", list, err);
	if (number == floor(number) && fabs(number) < 1e15)
		return put(list, json_integer((json_int_t)number), err);
	return put(list, json_real(number), err);
}

static bool
is_date(int year, int month, int day)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && leap);
}

/* 2026-11-24 (and what follows it), 24/11/2026, 24.11.2026. */
static bool
read_date(const char *text, int *year, int *month, int *day)
{
	int used = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", year, month, day, &used) == 3 &&
	    used >= 8 && !isdigit((unsigned char)text[used]))
		return is_date(*year, *month, *day);
	used = 0;
	if ((sscanf(text, "%2d/%2d/%4d%n", day, month, year, &used) == 3 ||
		sscanf(text, "%2d.%2d.%4d%n", day, month, year, &used) == 3) &&
	    used >= 8 && text[used] == '\0')
		return is_date(*year, *month, *day);
	return false;
}

static bool
put_date(const struct map_step *step, json_t *value, const char *text,
    json_t *list, struct ecs_err *err)
{
	char date[40];
	int year, month, day;

	if (!read_date(text, &year, &month, &day))
		return put_otherwise(step, value, "no date", list, err);
	snprintf(date, sizeof(date), "%04d-%02d-%02d", year, month, day);
	return put_text(list, date, strlen(date), err);
}

static bool
put_year(const struct map_step *step, json_t *value, const char *text,
    json_t *list, struct ecs_err *err)
{
	int year, month, day;

	if (strlen(text) == 4 && strspn(text, "0123456789") == 4)
		return put(list, json_integer(atoi(text)), err);
	if (!read_date(text, &year, &month, &day))
		return put_otherwise(step, value, "no year", list, err);
	return put(list, json_integer(year), err);
}

/* The pieces between separators, white space around them gone. */
static bool
put_split(
    const char *separator, const char *text, json_t *list, struct ecs_err *err)
{
	const char *end;

	while ((end = strstr(text, separator)) != NULL) {
		if (!put_trimmed(text, (size_t)(end - text), list, err))
			return false;
		text = end + strlen(separator);
	}
	return put_trimmed(text, strlen(text), list, err);
}

static const char *
find_last(const char *text, const char *mark)
{
	const char *found = NULL, *at = text;

	while ((at = strstr(at, mark)) != NULL)
		found = at++;
	return found;
}

/* A part of the text; all of it where the mark does not stand. */
static bool
put_part(const struct map_step *step, const char *text, json_t *list,
    struct ecs_err *err)
{
	const char *mark = step->kind == STEP_LAST ? find_last(text, step->text)
						   : strstr(text, step->text);

	if (step->kind == STEP_BEFORE && mark != NULL)
		return put_trimmed(text, (size_t)(mark - text), list, err);
	if (mark != NULL)
		text = mark + strlen(step->text);
	return put_trimmed(text, strlen(text), list, err);
}

/* What the table says: one value, several, or none. */
static bool
put_from_table(const struct map_step *step, json_t *value, const char *text,
    json_t *list, struct ecs_err *err)
{
	json_t *found = json_object_get(step->table, text);

	if (found == NULL)
		return put_otherwise(
		    step, value, "not in the table of values", list, err);
	if (json_is_null(found))
		return true;
	if (json_is_array(found))
		return json_array_extend(list, found) == 0 ||
		    ecs_err_memory(err);
	return put(list, json_incref(found), err);
}

/* The heading that begins soonest in text; *at is where. */
static const char *
next_heading(const json_t *headings, const char *text, const char **at)
{
	const char *first = NULL, *found;
	const json_t *heading;
	size_t i;

	*at = NULL;
	json_array_foreach (headings, i, heading) {
		found = strstr(text, json_string_value(heading));
		if (found != NULL && (*at == NULL || found < *at)) {
			*at = found;
			first = json_string_value(heading);
		}
	}
	return first;
}

static bool
put_section(const char *heading, const char *text, size_t len, json_t *list,
    struct ecs_err *err)
{
	json_t *trimmed = json_array(), *section = json_object();
	bool ok = put_trimmed(text, len, trimmed, err);
	int failed = 0;

	if (!ok || json_array_size(trimmed) == 0) {
		json_decref(section);
		json_decref(trimmed);
		return ok;
	}
	if (heading != NULL) {
		len = strlen(heading);
		while (len > 1 && strchr(": ", heading[len - 1]) != NULL)
			len--;
		failed = json_object_set_new(
		    section, "heading", json_stringn(heading, len));
	}
	failed |= json_object_set(section, "text", json_array_get(trimmed, 0));
	json_decref(trimmed);
	if (failed == 0)
		return put(list, section, err);
	json_decref(section);
	return ecs_err_memory(err);
}

/* Cut a text into sections at the headings that stand in it. */
static bool
put_sections(
    const json_t *headings, const char *text, json_t *list, struct ecs_err *err)
{
	const char *heading = NULL, *next, *at;

	for (;;) {
		next = next_heading(headings, text, &at);
		if (next == NULL)
			return put_section(
			    heading, text, strlen(text), list, err);
		if (!put_section(heading, text, (size_t)(at - text), list, err))
			return false;
		heading = next;
		text = at + strlen(next);
	}
}

static bool
put_unique(json_t *value, json_t *list, struct ecs_err *err)
{
	const json_t *other;
	size_t i;

	json_array_foreach (list, i, other) {
		if (json_equal(other, value))
			return true;
	}
	return put(list, json_incref(value), err);
}

static bool
run_text(const struct map_step *step, json_t *value, const char *text,
    json_t *list, struct ecs_err *err)
{
	switch (step->kind) {
	case STEP_TRIM:
		return put_trimmed(text, strlen(text), list, err);
	case STEP_LOWER:
	case STEP_TITLE_CASE:
		return put_cased(step, text, list, err);
	case STEP_NUMBER:
		return put_number(step, value, text, list, err);
	case STEP_YEAR:
		return put_year(step, value, text, list, err);
	case STEP_DATE:
		return put_date(step, value, text, list, err);
	case STEP_SPLIT:
		return put_split(step->text, text, list, err);
	case STEP_BEFORE:
	case STEP_AFTER:
	case STEP_LAST:
		return put_part(step, text, list, err);
	case STEP_VALUES:
		return put_from_table(step, value, text, list, err);
	case STEP_HEADINGS:
		return put_sections(step->table, text, list, err);
	case STEP_UNIQUE:
	case STEP_EXCEPT: /* needs the record: map_apply.c */
		break;
	}
	return put_unique(value, list, err);
}

json_t *
map_step_run(const struct map_step *step, json_t *list, struct ecs_err *err)
{
	json_t *result = json_array(), *value;
	const char *text;
	char room[32];
	size_t i;
	bool ok = result != NULL || ecs_err_memory(err);

	json_array_foreach (list, i, value) {
		if (!ok)
			break;
		text = as_text(value, room);
		if (step->kind == STEP_UNIQUE)
			ok = put_unique(value, result, err);
		else if (text == NULL) /* objects, true, false pass */
			ok = put(result, json_incref(value), err);
		else
			ok = run_text(step, value, text, result, err);
	}
	if (!ok) {
		json_decref(result);
		return NULL;
	}
	return result;
}
