/* SPDX-License-Identifier: ISC */
/*
 * results - the search page: the form, and all that changes with its state.
 *
 *	tabs      everything, and each collection, with what it holds
 *	notes     what was searched besides, and what was cut
 *	chips     what is chosen
 *	facets    what can be chosen
 *	map       of countries, when asked for
 *	hits      a page of them; without a collection the best of each
 */
#include <string.h>

#include "map.h"
#include "results.h"

enum { AROUND = 2 }; /* pages linked on each side of this one */

uint32_t
ecs_answer_total(const json_t *answer)
{
	return ecs_json_count(json_object_get(answer, "total"), "value");
}

void
ecs_state_href(struct page *page, const struct ecs_page_state *state)
{
	struct ecs_buf address = {0};

	ecs_state_write(state, true, &address);
	if (address.data != NULL)
		ecs_page_href(page, address.data);
	page->out->failed |= address.failed;
	ecs_buf_fini(&address);
}

/* ---- tabs ---- */

static void
write_tab(struct page *page, const struct ecs_page_state *state, int collection,
    const char *label, uint64_t total)
{
	struct ecs_page_state other = *state;

	other.collection = collection;
	if (collection != state->collection) {
		other.nchoices = 0;
		other.sort = NULL;
		other.whole = NULL;
	}
	other.page = 1;
	ecs_buf_puts(page->out, "<li><a");
	ecs_state_href(page, &other);
	ecs_html_printf(page->out, " id=\"tab-%d\"", collection + 1);
	if (collection == state->collection)
		ecs_buf_puts(page->out, " aria-current=\"page\"");
	ecs_html_printf(page->out, ">%s <span class=\"n\">", label);
	ecs_words_number(page->out, page->tongue, total);
	ecs_buf_puts(page->out, "</span></a></li>");
}

static void
write_tabs(struct page *page, const struct ecs_page_state *state,
    json_t *const *answers)
{
	const struct ecs_schema *schema = state->schema;
	uint64_t total = 0;

	for (int i = 0; i < schema->ncollections; i++)
		total += ecs_answer_total(answers[i]);
	ecs_html_printf(page->out, "<nav class=\"tabs\" aria-label=\"%s\"><ul>",
	    ecs_words(page->tongue, TEXT_SECTIONS));
	write_tab(page, state, -1, ecs_words(page->tongue, TEXT_ALL), total);
	for (int i = 0; i < schema->ncollections; i++)
		if (answers[i] != NULL)
			write_tab(page, state, i,
			    ecs_label(&schema->collections[i].labels,
				page->lang, schema->collections[i].name),
			    ecs_answer_total(answers[i]));
	ecs_buf_puts(page->out, "</ul></nav>\n");
}

/* ---- notes ---- */

static void
write_correction(
    struct page *page, const struct ecs_page_state *state, const json_t *query)
{
	const json_t *corrected = json_object_get(query, "corrected");
	struct ecs_page_state other = *state;

	if (!json_is_object(corrected))
		return;
	ecs_buf_puts(page->out, "<p class=\"note\">");
	ecs_words_with(page->out, page->tongue, TEXT_ALSO_FOR,
	    ecs_json_text(corrected, "q"));
	other.exact = true;
	other.page = 1;
	ecs_buf_puts(page->out, " <a");
	ecs_state_href(page, &other);
	ecs_buf_putc(page->out, '>');
	ecs_words_with(page->out, page->tongue, TEXT_ONLY_FOR, state->q);
	ecs_buf_puts(page->out, "</a></p>\n");
}

static void
write_notes(
    struct page *page, const struct ecs_page_state *state, const json_t *answer)
{
	const json_t *query = json_object_get(answer, "query");
	const json_t *total = json_object_get(answer, "total");

	write_correction(page, state, query);
	if (strchr(state->q, ' ') != NULL &&
	    strcmp(ecs_json_text(query, "match"), "any") == 0)
		ecs_html_printf(page->out, "<p class=\"note\">%s</p>\n",
		    ecs_words(page->tongue, TEXT_ANY_WORD));
	if (json_is_false(json_object_get(total, "exact")))
		ecs_html_printf(page->out, "<p class=\"note\">%s</p>\n",
		    ecs_words(page->tongue, TEXT_UNFINISHED));
}

/* ---- how many ---- */

static void
write_count(
    struct page *page, const struct ecs_page_state *state, uint64_t total)
{
	ecs_buf_puts(page->out, "<h1 class=\"count\" id=\"count\">");
	ecs_words_count(
	    page->out, page->tongue, TEXT_RESULT_ONE, TEXT_RESULT_MANY, total);
	if (state->q[0] != '\0')
		ecs_words_with(page->out, page->tongue, TEXT_FOR, state->q);
	ecs_buf_puts(page->out, "</h1>\n");
}

static void
write_sort(struct page *page, const struct ecs_page_state *state)
{
	const struct ecs_showing *showing = ecs_state_showing(state);

	if (showing->nsorts == 0)
		return;
	ecs_html_printf(page->out,
	    "<p class=\"sort\"><label for=\"sort\">%s</label> "
	    "<select id=\"sort\" name=\"sort\"><option value=\"\">%s</option>",
	    ecs_words(page->tongue, TEXT_SORT),
	    ecs_words(page->tongue, TEXT_RELEVANCE));
	for (int i = 0; i < showing->nsorts; i++) {
		const struct ecs_shown_sort *sort = &showing->sorts[i];
		const char *label = ecs_field_label(page, sort->field);

		ecs_html_printf(page->out, "<option value=\"%s%s\"%s>",
		    sort->descending ? "-" : "", sort->field->name,
		    state->sort == sort ? " selected" : "");
		if (sort->descending)
			ecs_words_with(
			    page->out, page->tongue, TEXT_DESCENDING, label);
		else
			ecs_html_text(page->out, label);
		ecs_buf_puts(page->out, "</option>");
	}
	ecs_html_printf(page->out,
	    "</select> <button class=\"apply\">%s</button></p>\n",
	    ecs_words(page->tongue, TEXT_APPLY));
}

/* A link to the same with the map, or without it. */
static void
write_map_link(
    struct page *page, const struct ecs_page_state *state, const json_t *answer)
{
	struct ecs_page_state other = *state;

	if (ecs_answer_facet(answer, "country") == NULL)
		return;
	other.map = !state->map;
	ecs_buf_puts(page->out, "<p class=\"tomap\"><a id=\"tomap\"");
	ecs_state_href(page, &other);
	ecs_html_printf(page->out, ">%s</a></p>",
	    ecs_words(page->tongue, state->map ? TEXT_MAP_CLOSE : TEXT_MAP));
}

/* ---- pages ---- */

static void
write_page_link(struct page *page, const struct ecs_page_state *state,
    uint32_t number, const char *text)
{
	struct ecs_page_state other = *state;
	char digits[16];

	other.page = number;
	snprintf(digits, sizeof(digits), "%u", number);
	ecs_buf_puts(page->out, "<li><a");
	ecs_state_href(page, &other);
	if (text != NULL) {
		ecs_html_printf(page->out, ">%s</a></li>", text);
		return;
	}
	ecs_buf_puts(page->out, " aria-label=\"");
	ecs_words_with(page->out, page->tongue, TEXT_PAGE, digits);
	ecs_buf_puts(page->out,
	    number == state->page ? "\" aria-current=\"page\">" : "\">");
	ecs_html_printf(page->out, "%s</a></li>", digits);
}

void
ecs_paging_write(
    struct page *page, const struct ecs_page_state *state, const json_t *answer)
{
	uint32_t last = ecs_json_count(answer, "pages");
	uint32_t here = state->page;

	if (last < 2)
		return;
	ecs_html_printf(page->out,
	    "<nav class=\"paging\" aria-label=\"%s\"><ul>",
	    ecs_words(page->tongue, TEXT_PAGES));
	if (here > 1)
		write_page_link(page, state, here - 1,
		    ecs_words(page->tongue, TEXT_PREVIOUS));
	for (uint32_t i = 1; i <= last; i++) {
		if (i == 1 || i == last ||
		    (i + AROUND >= here && i <= here + AROUND)) {
			write_page_link(page, state, i, NULL);
		} else {
			ecs_buf_puts(page->out, "<li class=\"gap\">…</li>");
			i = i < here ? here - AROUND - 1 : last - 1;
		}
	}
	if (here < last)
		write_page_link(
		    page, state, here + 1, ecs_words(page->tongue, TEXT_NEXT));
	ecs_buf_puts(page->out, "</ul></nav>\n");
}

/* ---- lists ---- */

static void
write_hits(struct page *page, const struct ecs_page_state *state,
    int collection, const json_t *answer, int level)
{
	const json_t *hits = json_object_get(answer, "hits");
	const struct ecs_collection *of =
	    &state->schema->collections[collection];
	uint32_t first = level == 3
	    ? 1
	    : (state->page - 1) * ecs_json_count(answer, "per_page") + 1;
	size_t i;
	json_t *hit;

	if (json_array_size(hits) == 0)
		return;
	ecs_html_printf(page->out, "<ol class=\"hits\" start=\"%u\">\n", first);
	json_array_foreach (hits, i, hit) {
		ecs_hit_write(page, state, of, hit, level);
	}
	ecs_buf_puts(page->out, "</ol>\n");
}

static void
write_section(struct page *page, const struct ecs_page_state *state,
    int collection, const json_t *answer)
{
	const struct ecs_collection *of =
	    &state->schema->collections[collection];
	uint32_t total = ecs_answer_total(answer);
	const char *label = ecs_label(&of->labels, page->lang, of->name);
	struct ecs_page_state other = *state;

	if (total == 0)
		return;
	ecs_html_printf(page->out,
	    "<section class=\"some\" aria-labelledby=\"s-%s\">"
	    "<h2 id=\"s-%s\">%s</h2>\n",
	    of->name, of->name, label);
	write_hits(page, state, collection, answer, 3);
	if (total > json_array_size(json_object_get(answer, "hits"))) {
		other.collection = collection;
		ecs_buf_puts(page->out, "<p class=\"all\"><a");
		ecs_state_href(page, &other);
		ecs_buf_putc(page->out, '>');
		ecs_words_count(
		    page->out, page->tongue, TEXT_ALL_OF, TEXT_ALL_OF, total);
		ecs_html_printf(page->out,
		    "<span class=\"unseen\">: %s</span></a></p>", label);
	}
	ecs_buf_puts(page->out, "</section>\n");
}

static void
write_all(struct page *page, const struct ecs_page_state *state,
    json_t *const *answers)
{
	const struct ecs_schema *schema = state->schema;
	const json_t *corrected = NULL;
	uint64_t total = 0;

	for (int i = 0; i < schema->ncollections; i++) {
		const json_t *query = json_object_get(answers[i], "query");

		total += ecs_answer_total(answers[i]);
		if (corrected == NULL &&
		    json_is_object(json_object_get(query, "corrected")))
			corrected = query;
	}
	if (total == 0) {
		ecs_nothing_write(page, state);
		return;
	}
	write_count(page, state, total);
	write_correction(page, state, corrected);
	for (int i = 0; i < schema->ncollections; i++)
		write_section(page, state, i, answers[i]);
}

/* Where there is no room for a column, the facets unfold. */
static void
write_to_filters(struct page *page, const struct ecs_page_state *state)
{
	ecs_html_printf(page->out,
	    "<p class=\"tofilters\"><a href=\"#panel\" id=\"tofilters\">%s",
	    ecs_words(page->tongue, TEXT_FILTERS));
	if (state->nchoices > 0)
		ecs_html_printf(page->out, " <span class=\"n\">%zu</span>",
		    state->nchoices);
	ecs_buf_puts(page->out, "</a></p>\n");
}

static void
write_one(
    struct page *page, const struct ecs_page_state *state, const json_t *answer)
{
	uint32_t total = ecs_answer_total(answer);
	uint32_t pages = ecs_json_count(answer, "pages");
	struct ecs_page_state last = *state;

	write_to_filters(page, state);
	ecs_facets_write(page, state, answer);
	ecs_buf_puts(page->out, "<div class=\"list\">\n");
	if (total > 0) {
		ecs_buf_puts(page->out, "<div class=\"listhead\">");
		write_count(page, state, total);
		write_map_link(page, state, answer);
		write_sort(page, state);
		ecs_buf_puts(page->out, "</div>\n");
	}
	ecs_chips_write(page, state);
	write_notes(page, state, answer);
	if (state->map)
		ecs_map_write(page, state, state->collection, answer);
	if (total == 0)
		ecs_nothing_write(page, state);
	write_hits(page, state, state->collection, answer, 2);
	if (state->page > pages && pages > 0) {
		last.page = pages;
		ecs_buf_puts(page->out, "<p class=\"all\"><a");
		ecs_state_href(page, &last);
		ecs_html_printf(page->out, ">%s</a></p>",
		    ecs_words(page->tongue, TEXT_LAST_PAGE));
	} else {
		ecs_paging_write(page, state, answer);
	}
	ecs_buf_puts(page->out, "</div>\n");
}

/* What the form sends besides what people see. */
static void
write_hidden(struct page *page, const struct ecs_page_state *state,
    json_t *const *answers)
{
	struct ecs_buf *out = page->out;

	if (state->collection >= 0)
		ecs_html_printf(out,
		    "<input type=\"hidden\" name=\"in\" value=\"%s\">",
		    state->schema->collections[state->collection].name);
	/* Of no hits the order is not offered, but it is that of the next. */
	if (state->sort != NULL &&
	    ecs_answer_total(answers[state->collection]) == 0)
		ecs_html_printf(out,
		    "<input type=\"hidden\" name=\"sort\" value=\"%s%s\">",
		    state->sort->descending ? "-" : "",
		    state->sort->field->name);
	if (state->map)
		ecs_buf_puts(
		    out, "<input type=\"hidden\" name=\"map\" value=\"1\">");
	if (state->tongue_given)
		ecs_html_printf(out,
		    "<input type=\"hidden\" name=\"ui\" value=\"%s\">",
		    ecs_tongue_code(state->tongue));
	ecs_buf_putc(out, '\n');
}

void
ecs_results_write(struct page *page, const struct ecs_page_state *state,
    json_t *const *answers)
{
	const char *kind = ecs_state_is_start(state) ? "start"
	    : state->collection < 0                  ? "everything"
						     : "one";
	struct ecs_buf address = {0};

	ecs_html_printf(
	    page->out, "<div id=\"results\" class=\"%s\" data-title=\"", kind);
	ecs_page_title(page, ecs_state_title(page, state));
	ecs_html_printf(page->out, "\" data-address=\"%s", page->site->prefix);
	ecs_state_write(state, true, &address);
	ecs_html_printf(page->out, "%s\">\n", address.data);
	page->out->failed |= address.failed;
	ecs_buf_fini(&address);
	write_hidden(page, state, answers);
	write_tabs(page, state, answers);
	if (ecs_state_is_start(state))
		ecs_start_write(page, state, answers);
	else if (state->collection < 0)
		write_all(page, state, answers);
	else
		write_one(page, state, answers[state->collection]);
	ecs_buf_puts(page->out, "</div>\n");
}
