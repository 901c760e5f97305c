/* SPDX-License-Identifier: ISC */
/*
 * state - the address of the search page, read and written.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/arena.h"
#include "ecsearch/err.h"

#include "html.h"
#include "state.h"

/* Bytes; of what a facet is searched for no more is taken. */
enum { MOST_WORDS = 2000, MOST_FIND = 256, LAST_PAGE = 100000 };

/* ---- reading ---- */

static const char *
find_value(const struct ecs_page_parameter *list, size_t n, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0)
			value = list[i].value;
	return value;
}

static void
read_collection(struct ecs_page_state *state, const char *name)
{
	state->collection = -1;
	for (int i = 0; name != NULL && i < state->schema->ncollections; i++)
		if (state->visible[i] &&
		    strcmp(state->schema->collections[i].name, name) == 0)
			state->collection = i;
}

static void
read_sort(struct ecs_page_state *state, const char *name)
{
	const struct ecs_showing *showing = ecs_state_showing(state);
	bool descending = name != NULL && name[0] == '-';

	for (int i = 0; name != NULL && i < showing->nsorts; i++)
		if (showing->sorts[i].descending == descending &&
		    strcmp(showing->sorts[i].field->name, name + descending) ==
			0)
			state->sort = &showing->sorts[i];
}

static const struct ecs_field *
shown_facet(const struct ecs_page_state *state, const char *name, size_t len)
{
	const struct ecs_showing *showing = ecs_state_showing(state);

	for (int i = 0; i < showing->nfacets; i++) {
		const struct ecs_field *field = showing->facets[i].field;

		if (strlen(field->name) == len &&
		    memcmp(field->name, name, len) == 0)
			return field;
	}
	return NULL;
}

/* One end as a form sends it: "" is open, else a number or a date. */
static bool
is_end(const struct ecs_field *field, const char *text, size_t len)
{
	char copy[32];
	double first;
	double last;
	char *end;

	if (len == 0)
		return true;
	if (field->type == ECS_DATE)
		return ecs_date_parse(text, len, &first, &last);
	if (len >= sizeof(copy) || strspn(text, "-.0123456789") < len ||
	    text[len - 1] == '.') /* no number of HTML's, though one of C's */
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	strtod(copy, &end);
	return end == copy + len;
}

/* "low..high" with at least one end, or a single value. */
static bool
is_good_range(const struct ecs_field *field, const char *value)
{
	const char *dots = strstr(value, "..");

	if (dots == NULL)
		return value[0] != '\0' && is_end(field, value, strlen(value));
	return strlen(value) > 2 &&
	    is_end(field, value, (size_t)(dots - value)) &&
	    is_end(field, dots + 2, strlen(dots + 2));
}

/* founded.from and founded.to of a form make founded=from..to. */
static void
read_ends(struct ecs_page_state *state, const struct ecs_field *field,
    const struct ecs_page_parameter *list, size_t n, struct ecs_arena *arena)
{
	struct ecs_buf name = {0};
	struct ecs_buf range = {0};
	const char *low;
	const char *high;

	ecs_buf_printf(&name, "%s.from", field->name);
	low = name.failed ? NULL : find_value(list, n, name.data);
	ecs_buf_reset(&name);
	ecs_buf_printf(&name, "%s.to", field->name);
	high = name.failed ? NULL : find_value(list, n, name.data);
	ecs_buf_printf(
	    &range, "%s..%s", low == NULL ? "" : low, high == NULL ? "" : high);
	if (!range.failed && is_good_range(field, range.data)) {
		ecs_state_drop_field(state, field);
		ecs_state_choose(
		    state, field, ecs_arena_strdup(arena, range.data));
	}
	ecs_buf_fini(&name);
	ecs_buf_fini(&range);
}

/* A value that the field can have, whether or not a document has it. */
static bool
is_good_value(const struct ecs_field *field, const char *value)
{
	if (ecs_state_is_number(field))
		return is_good_range(field, value);
	if (field->type == ECS_BOOL)
		return strcmp(value, "true") == 0 ||
		    strcmp(value, "false") == 0;
	return value[0] != '\0';
}

static void
read_choices(struct ecs_page_state *state,
    const struct ecs_page_parameter *list, size_t n, struct ecs_arena *arena)
{
	const struct ecs_showing *showing = ecs_state_showing(state);

	for (size_t i = 0; i < n; i++) {
		const char *value = list[i].value;
		const struct ecs_field *field =
		    shown_facet(state, list[i].name, strlen(list[i].name));

		if (field == NULL || !is_good_value(field, value))
			continue;
		if (ecs_state_is_number(field))
			ecs_state_drop_field(state, field);
		ecs_state_choose(state, field, value);
	}
	for (int i = 0; i < showing->nfacets; i++)
		if (ecs_state_is_number(showing->facets[i].field))
			read_ends(
			    state, showing->facets[i].field, list, n, arena);
}

static void
read_page(struct ecs_page_state *state, const char *text)
{
	long page = text == NULL ? 1 : strtol(text, NULL, 10);

	state->page = page < 1 || page > LAST_PAGE ? 1 : (uint32_t)page;
}

/* The weight of a language in an Accept-Language (RFC 9110, 12.4.2). */
static double
weight(const char *item, size_t len)
{
	const char *q = memchr(item, ';', len);

	q = q == NULL ? NULL : q + 1 + strspn(q + 1, " ");
	if (q == NULL || q >= item + len || (*q != 'q' && *q != 'Q') ||
	    q[1] != '=')
		return 1;
	return strtod(q + 2, NULL);
}

/* The first of the known languages that the browser likes best. */
static enum tongue
accepted_tongue(const char *accepted)
{
	enum tongue best = TONGUES;
	double most = 0;

	while (*accepted != '\0') {
		size_t len = strcspn(accepted, ",");
		enum tongue tongue = ecs_tongue_find(accepted);

		if (tongue != TONGUES && weight(accepted, len) > most) {
			best = tongue;
			most = weight(accepted, len);
		}
		accepted += len;
		accepted += strspn(accepted, ", ");
	}
	return best;
}

static void
read_tongue(
    struct ecs_page_state *state, const char *given, const char *accepted)
{
	state->tongue = given == NULL ? TONGUES : ecs_tongue_find(given);
	state->tongue_given = state->tongue != TONGUES;
	if (state->tongue == TONGUES && accepted != NULL)
		state->tongue = accepted_tongue(accepted);
	if (state->tongue == TONGUES)
		state->tongue = TONGUE_EN;
}

/* At most so many bytes of UTF-8, whole letters; "" for NULL. */
static const char *
cut(struct ecs_arena *arena, const char *text, size_t most)
{
	if (text == NULL)
		return "";
	if (strlen(text) <= most)
		return text;
	while (((unsigned char)text[most] & 0xC0) == 0x80)
		most--;
	return ecs_arena_strndup(arena, text, most);
}

struct ecs_page_state *
ecs_page_state_read(struct ecs_arena *arena, const struct ecs_schema *schema,
    const bool *visible, const struct ecs_page_request *request,
    struct ecs_err *err)
{
	const struct ecs_page_parameter *list = request->parameters;
	size_t n = request->nparameters;
	struct ecs_page_state *state = ecs_arena_alloc(arena, sizeof(*state));
	const char *whole = find_value(list, n, "all");

	if (state == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	state->schema = schema;
	memcpy(state->visible, visible,
	    (size_t)schema->ncollections * sizeof(*visible));
	state->q = cut(arena, find_value(list, n, "q"), MOST_WORDS);
	state->find = cut(arena, find_value(list, n, "find"), MOST_FIND);
	if (state->q == NULL || state->find == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	state->q += strspn(state->q, " ");
	read_collection(state, find_value(list, n, "in"));
	read_page(state, find_value(list, n, "page"));
	read_tongue(state, find_value(list, n, "ui"), request->languages);
	state->exact = find_value(list, n, "exact") != NULL;
	state->part = find_value(list, n, "part") != NULL;
	if (state->collection >= 0) {
		uint32_t page = state->page;

		state->map = find_value(list, n, "map") != NULL;
		read_sort(state, find_value(list, n, "sort"));
		read_choices(state, list, n, arena);
		if (whole != NULL)
			state->whole = shown_facet(state, whole, strlen(whole));
		state->page = page;
	}
	return state;
}

/* ---- asking a state ---- */

const struct ecs_showing *
ecs_state_showing(const struct ecs_page_state *state)
{
	return state->collection < 0
	    ? NULL
	    : &state->schema->collections[state->collection].showing;
}

bool
ecs_state_is_start(const struct ecs_page_state *state)
{
	return state->collection < 0 && state->q[0] == '\0';
}

bool
ecs_page_is_part(const struct ecs_page_state *state)
{
	return state->part;
}

const char *
ecs_page_words(const struct ecs_page_state *state)
{
	return state->q;
}

int
ecs_page_collection(const struct ecs_page_state *state)
{
	return state->collection;
}

uint32_t
ecs_page_number(const struct ecs_page_state *state)
{
	return state->page;
}

const char *
ecs_page_language(const struct ecs_page_state *state)
{
	return ecs_tongue_code(state->tongue);
}

bool
ecs_state_is_number(const struct ecs_field *field)
{
	return field->type == ECS_NUMBER || field->type == ECS_DATE;
}

bool
ecs_state_is_tree(const struct ecs_field *field)
{
	const struct ecs_vocabulary *vocabulary = field->vocabulary;

	for (size_t i = 0; vocabulary != NULL && i < vocabulary->nconcepts; i++)
		if (vocabulary->concepts[i].depth > 0)
			return true;
	return false;
}

size_t
ecs_state_chosen(const struct ecs_page_state *state,
    const struct ecs_field *field, const char *value)
{
	size_t i = 0;

	while (i < state->nchoices &&
	    (state->choices[i].field != field ||
		strcmp(state->choices[i].value, value) != 0))
		i++;
	return i;
}

const char *
ecs_state_range(
    const struct ecs_page_state *state, const struct ecs_field *field)
{
	for (size_t i = 0; i < state->nchoices; i++)
		if (state->choices[i].field == field)
			return state->choices[i].value;
	return NULL;
}

/* ---- other states ---- */

void
ecs_state_drop(struct ecs_page_state *state, size_t choice)
{
	state->nchoices--;
	memmove(&state->choices[choice], &state->choices[choice + 1],
	    (state->nchoices - choice) * sizeof(state->choices[0]));
	state->page = 1;
}

void
ecs_state_drop_field(
    struct ecs_page_state *state, const struct ecs_field *field)
{
	for (size_t i = state->nchoices; i-- > 0;)
		if (state->choices[i].field == field)
			ecs_state_drop(state, i);
}

void
ecs_state_choose(struct ecs_page_state *state, const struct ecs_field *field,
    const char *value)
{
	state->page = 1;
	if (value == NULL || state->nchoices == MOST_CHOICES ||
	    ecs_state_chosen(state, field, value) < state->nchoices)
		return;
	state->choices[state->nchoices++] = (struct choice){field, value};
}

/* ---- writing ---- */

static void
add(struct ecs_buf *out, char *before, const char *name, const char *value)
{
	ecs_buf_putc(out, *before);
	*before = '&';
	ecs_html_segment(out, name);
	ecs_buf_putc(out, '=');
	ecs_html_segment(out, value);
}

static void
add_sort(struct ecs_buf *out, char *before, const struct ecs_shown_sort *sort)
{
	struct ecs_buf name = {0};

	ecs_buf_printf(
	    &name, "%s%s", sort->descending ? "-" : "", sort->field->name);
	if (!name.failed)
		add(out, before, "sort", name.data);
	ecs_buf_fini(&name);
}

void
ecs_state_write(
    const struct ecs_page_state *state, bool with_tongue, struct ecs_buf *out)
{
	char before = '?';

	ecs_buf_putc(out, '/');
	if (state->q[0] != '\0')
		add(out, &before, "q", state->q);
	if (state->collection >= 0)
		add(out, &before, "in",
		    state->schema->collections[state->collection].name);
	for (size_t i = 0; i < state->nchoices; i++)
		add(out, &before, state->choices[i].field->name,
		    state->choices[i].value);
	if (state->sort != NULL)
		add_sort(out, &before, state->sort);
	if (state->exact)
		add(out, &before, "exact", "1");
	if (state->map)
		add(out, &before, "map", "1");
	if (state->whole != NULL)
		add(out, &before, "all", state->whole->name);
	if (state->whole != NULL && state->find[0] != '\0')
		add(out, &before, "find", state->find);
	if (state->page > 1) {
		ecs_buf_printf(out, "%cpage=%u", before, state->page);
		before = '&';
	}
	if (with_tongue && state->tongue_given)
		add(out, &before, "ui", ecs_tongue_code(state->tongue));
}
