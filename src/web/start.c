/* SPDX-License-Identifier: ISC */
/*
 * start - the start page: what there is to look for, before anything is typed.
 */
#include "map.h"
#include "results.h"

static void
write_value(struct page *page, const struct ecs_page_state *state,
    const struct ecs_field *field, const json_t *value)
{
	struct ecs_page_state other = *state;

	ecs_state_choose(&other, field, ecs_json_text(value, "value"));
	ecs_buf_puts(page->out, "<li><a");
	ecs_state_href(page, &other);
	ecs_html_printf(page->out, "><span class=\"name\">%s</span> ",
	    ecs_json_text(value, "label"));
	ecs_buf_puts(page->out, "<span class=\"n\">");
	ecs_words_number(
	    page->out, page->tongue, ecs_json_count(value, "count"));
	ecs_buf_puts(page->out, "</span></a></li>");
}

/* The values of a facet as links to what has them. */
static void
write_values(struct page *page, const struct ecs_page_state *state,
    int collection, const json_t *facet)
{
	const struct ecs_collection *of =
	    &state->schema->collections[collection];
	const struct ecs_field *field =
	    ecs_collection_field(of, ecs_json_text(facet, "field"));
	const json_t *values = json_object_get(facet, "values");
	struct ecs_page_state other = *state;
	size_t i;
	json_t *value;

	if (json_array_size(values) == 0)
		return;
	other.collection = collection;
	ecs_html_printf(page->out,
	    "<section class=\"tiles\" aria-labelledby=\"t-%s\">"
	    "<h2 id=\"t-%s\">",
	    of->name, of->name);
	ecs_html_printf(page->out, "%s – %s</h2><ul>",
	    ecs_label(&of->labels, page->lang, of->name),
	    ecs_field_label(page, field));
	json_array_foreach (values, i, value) {
		write_value(page, &other, field, value);
	}
	ecs_buf_puts(page->out, "</ul></section>\n");
}

/* Of the first collection that has countries: a page has one map. */
static void
write_map(struct page *page, const struct ecs_page_state *state,
    json_t *const *answers)
{
	for (int i = 0; i < state->schema->ncollections; i++) {
		if (ecs_answer_facet(answers[i], "country") != NULL) {
			ecs_map_write(page, state, i, answers[i]);
			return;
		}
	}
}

void
ecs_start_write(struct page *page, const struct ecs_page_state *state,
    json_t *const *answers)
{
	ecs_html_printf(
	    page->out, "<h1 class=\"unseen\">%s</h1>", page->site->title);
	write_map(page, state, answers);
	for (int i = 0; i < state->schema->ncollections; i++) {
		const json_t *sectors = ecs_answer_facet(answers[i], "sectors");

		if (sectors != NULL)
			write_values(page, state, i, sectors);
	}
}
