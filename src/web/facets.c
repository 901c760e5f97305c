/* SPDX-License-Identifier: ISC */
/*
 * facets - the choices, with exact counts that stay when one is taken.
 *
 * Each is a group of a form's fields, so that choosing works without a script;
 * every field has an id made of its value, so that the script can give the
 * focus back.  What is chosen and not shown goes along unseen.
 */
#include <string.h>

#include "histogram.h"
#include "results.h"

enum { OPEN = 5 }; /* facets unfolded at first */

struct facet {
	struct page *page;
	const struct ecs_page_state *state;
	const struct ecs_shown_facet *shown;
	const json_t *json;
};

/* ---- values ---- */

/* An id of a value: escaped, as an id has no space. */
static void
write_id(const struct facet *facet, const char *kind, const char *value)
{
	struct ecs_buf *out = facet->page->out;

	ecs_html_printf(out, " id=\"%s-%s-", kind, facet->shown->field->name);
	ecs_html_segment(out, value);
	ecs_buf_putc(out, '"');
}

static void
write_value(const struct facet *facet, const json_t *value)
{
	struct ecs_buf *out = facet->page->out;
	const char *field = facet->shown->field->name;
	const char *id = ecs_json_text(value, "value");

	ecs_html_printf(out,
	    "<label><input type=\"checkbox\" name=\"%s\" value=\"%s\"", field,
	    id);
	write_id(facet, "f", id);
	ecs_html_printf(out,
	    "%s> <span class=\"name\">%s</span> <span class=\"n\">",
	    json_is_true(json_object_get(value, "selected")) ? " checked" : "",
	    ecs_json_text(value, "label"));
	ecs_words_number(
	    out, facet->page->tongue, ecs_json_count(value, "count"));
	ecs_buf_puts(out, "</span></label>");
}

static void
write_list(const struct facet *facet, const json_t *values)
{
	struct ecs_buf *out = facet->page->out;
	bool whole = facet->state->whole == facet->shown->field;
	size_t shown = 0;
	size_t i;
	json_t *value;

	ecs_buf_printf(out, "<ul%s>", whole ? " class=\"whole\"" : "");
	json_array_foreach (values, i, value) {
		/* The map asks for more countries than a list should have. */
		if (!whole && shown >= 8 &&
		    !json_is_true(json_object_get(value, "selected")))
			continue;
		shown++;
		ecs_buf_puts(out, "<li>");
		write_value(facet, value);
		ecs_buf_puts(out, "</li>");
	}
	ecs_buf_puts(out, "</ul>");
	if (shown == 0)
		ecs_html_printf(out, "<p class=\"none\">%s</p>",
		    ecs_words(facet->page->tongue, TEXT_NO_VALUE));
}

/* Is something chosen below this value of a tree? */
static bool
is_chosen_below(const json_t *values, size_t at)
{
	uint32_t depth = ecs_json_count(json_array_get(values, at), "depth");

	while (++at < json_array_size(values)) {
		const json_t *below = json_array_get(values, at);

		if (ecs_json_count(below, "depth") <= depth)
			break;
		if (json_is_true(json_object_get(below, "selected")))
			return true;
	}
	return false;
}

/* A value and what is narrower, folded; returns the place after them. */
static size_t
write_branch(const struct facet *facet, const json_t *values, size_t at)
{
	struct page *page = facet->page;
	const json_t *value = json_array_get(values, at);
	uint32_t depth = ecs_json_count(value, "depth");
	size_t next = at + 1;

	ecs_buf_puts(page->out, "<li>");
	write_value(facet, value);
	if (ecs_json_count(json_array_get(values, next), "depth") > depth) {
		ecs_buf_puts(page->out, "<details");
		write_id(facet, "t", ecs_json_text(value, "value"));
		ecs_html_printf(page->out,
		    "%s><summary><span class=\"unseen\">",
		    is_chosen_below(values, at) ? " open" : "");
		ecs_words_with(page->out, page->tongue, TEXT_NARROWER,
		    ecs_json_text(value, "label"));
		ecs_buf_puts(page->out, "</span></summary><ul>");
		while (next < json_array_size(values) &&
		    ecs_json_count(json_array_get(values, next), "depth") >
			depth)
			next = write_branch(facet, values, next);
		ecs_buf_puts(page->out, "</ul></details>");
	}
	ecs_buf_puts(page->out, "</li>");
	return next;
}

/* Values come before what is narrower; depth tells how they nest. */
static void
write_tree(const struct facet *facet, const json_t *values)
{
	size_t at = 0;

	ecs_buf_puts(facet->page->out, "<ul class=\"tree\">");
	while (at < json_array_size(values))
		at = write_branch(facet, values, at);
	ecs_buf_puts(facet->page->out, "</ul>");
}

/* ---- long facets ---- */

static void
write_whole(const struct facet *facet)
{
	struct page *page = facet->page;
	const struct ecs_field *field = facet->shown->field;
	struct ecs_page_state other = *facet->state;

	ecs_html_printf(page->out,
	    "<input type=\"hidden\" name=\"all\" value=\"%s\">"
	    "<input type=\"search\" class=\"find\" name=\"find\" "
	    "id=\"find-%s\" value=\"%s\" autocomplete=\"off\" "
	    "aria-label=\"",
	    field->name, field->name, facet->state->find);
	ecs_words_with(page->out, page->tongue, TEXT_FIND_VALUE,
	    ecs_field_label(page, field));
	ecs_buf_puts(page->out, "\" placeholder=\"");
	ecs_words_with(page->out, page->tongue, TEXT_FIND_VALUE,
	    ecs_field_label(page, field));
	ecs_buf_puts(page->out, "\">");
	write_list(facet, json_object_get(facet->json, "values"));
	other.whole = NULL;
	ecs_buf_puts(page->out, "<p class=\"more\"><a");
	ecs_state_href(page, &other);
	ecs_html_printf(page->out, " id=\"less-%s\">%s</a></p>", field->name,
	    ecs_words(page->tongue, TEXT_FEWER_VALUES));
}

static void
write_some(const struct facet *facet)
{
	struct page *page = facet->page;
	const struct ecs_field *field = facet->shown->field;
	uint32_t values = ecs_json_count(facet->json, "total_values");
	struct ecs_page_state other = *facet->state;

	write_list(facet, json_object_get(facet->json, "values"));
	if (values <= 8)
		return;
	other.whole = field;
	other.find = "";
	ecs_buf_puts(page->out, "<p class=\"more\"><a");
	ecs_state_href(page, &other);
	ecs_html_printf(page->out, " id=\"more-%s\">", field->name);
	ecs_words_count(page->out, page->tongue, TEXT_MORE_VALUES,
	    TEXT_MORE_VALUES, values);
	ecs_html_printf(page->out, "<span class=\"unseen\">: %s</span></a></p>",
	    ecs_field_label(page, field));
}

/* ---- ranges ---- */

static void
write_end(const struct facet *facet, enum text text, const char *end,
    const char *value, size_t len)
{
	struct ecs_buf *out = facet->page->out;
	const struct ecs_field *field = facet->shown->field;

	ecs_html_printf(out, "<label><span>%s</span> ",
	    ecs_words(facet->page->tongue, text));
	ecs_buf_puts(out,
	    field->type == ECS_DATE
		? "<input type=\"date\""
		: "<input type=\"number\" step=\"any\""); /* not only whole */
	ecs_html_printf(out, " name=\"%s.%s\" id=\"f-%s-%s\" value=\"",
	    field->name, end, field->name, end);
	ecs_buf_html(out, value, len);
	ecs_buf_puts(out, "\"></label>");
}

static void
write_range(const struct facet *facet)
{
	const char *value = ecs_state_range(facet->state, facet->shown->field);
	const char *dots;
	size_t low;

	if (value == NULL)
		value = "..";
	dots = strstr(value, "..");
	low = dots == NULL ? strlen(value) : (size_t)(dots - value);
	ecs_histogram_write(facet->page, facet->json,
	    ecs_state_range(facet->state, facet->shown->field));
	ecs_buf_puts(facet->page->out, "<div class=\"range\">");
	write_end(facet, TEXT_FROM, "from", value, low);
	if (dots == NULL)
		write_end(facet, TEXT_TO, "to", value, low);
	else
		write_end(facet, TEXT_TO, "to", dots + 2, strlen(dots + 2));
	ecs_html_printf(facet->page->out, "<button class=\"apply\">%s</button>",
	    ecs_words(facet->page->tongue, TEXT_APPLY));
	ecs_buf_puts(facet->page->out, "</div>");
}

/* ---- a facet ---- */

const json_t *
ecs_answer_facet(const json_t *answer, const char *field)
{
	const json_t *list = json_object_get(answer, "facets");
	size_t i;
	json_t *facet;

	json_array_foreach (list, i, facet) {
		if (strcmp(ecs_json_text(facet, "field"), field) == 0)
			return facet;
	}
	return NULL;
}

static bool
is_number(const struct facet *facet)
{
	return facet->shown->field->type == ECS_NUMBER ||
	    facet->shown->field->type == ECS_DATE;
}

/* Nothing to choose from, and nothing chosen. */
static bool
is_empty(const struct facet *facet)
{
	const struct ecs_field *field = facet->shown->field;

	if (facet->json == NULL)
		return true;
	if (ecs_state_range(facet->state, field) != NULL ||
	    facet->state->whole == field)
		return false;
	if (is_number(facet))
		return json_is_null(json_object_get(facet->json, "stats"));
	return json_array_size(json_object_get(facet->json, "values")) == 0;
}

static bool
is_listed(const struct facet *facet, const char *chosen)
{
	size_t i;
	json_t *value;

	json_array_foreach (json_object_get(facet->json, "values"), i, value) {
		if (strcmp(ecs_json_text(value, "value"), chosen) == 0)
			return true;
	}
	return false;
}

/* Choices that have no box: no hit has them, or they were not looked for. */
static void
write_unlisted(const struct facet *facet)
{
	const struct ecs_page_state *state = facet->state;

	for (size_t i = 0; i < state->nchoices; i++)
		if (state->choices[i].field == facet->shown->field &&
		    !is_listed(facet, state->choices[i].value))
			ecs_html_printf(facet->page->out,
			    "<input type=\"hidden\" name=\"%s\" value=\"%s\">",
			    facet->shown->field->name, state->choices[i].value);
}

static void
write_facet(const struct facet *facet, bool open)
{
	struct page *page = facet->page;
	const struct ecs_field *field = facet->shown->field;
	const char *label = ecs_field_label(page, field);

	open |= ecs_state_range(facet->state, field) != NULL ||
	    facet->state->whole == field;
	ecs_html_printf(page->out,
	    "<details class=\"facet\" id=\"facet-%s\"%s><summary>%s</summary>"
	    "<fieldset><legend class=\"unseen\">%s</legend>",
	    field->name, open ? " open" : "", label, label);
	if (is_number(facet))
		write_range(facet);
	else if (ecs_state_is_tree(field))
		write_tree(facet, json_object_get(facet->json, "values"));
	else if (facet->state->whole == field)
		write_whole(facet);
	else
		write_some(facet);
	if (!is_number(facet))
		write_unlisted(facet);
	ecs_buf_puts(page->out, "</fieldset></details>\n");
}

void
ecs_facets_write(
    struct page *page, const struct ecs_page_state *state, const json_t *answer)
{
	const struct ecs_showing *showing = ecs_state_showing(state);
	int shown = 0;

	ecs_html_printf(page->out,
	    "<section class=\"facets\" id=\"panel\" aria-labelledby=\"filters\">"
	    "<h2 id=\"filters\">%s</h2>\n",
	    ecs_words(page->tongue, TEXT_FILTERS));
	for (int i = 0; i < showing->nfacets; i++) {
		const struct facet facet = {page, state, &showing->facets[i],
		    ecs_answer_facet(answer, showing->facets[i].field->name)};

		if (is_empty(&facet))
			continue;
		write_facet(&facet, shown < OPEN);
		shown++;
	}
	ecs_html_printf(page->out,
	    "<p class=\"apply\"><button>%s</button></p>"
	    "<p class=\"toresults\"><a href=\"#count\">",
	    ecs_words(page->tongue, TEXT_APPLY));
	ecs_words_count(page->out, page->tongue, TEXT_RESULT_ONE,
	    TEXT_RESULT_MANY, ecs_answer_total(answer));
	ecs_buf_puts(page->out, "</a></p></section>\n");
}
