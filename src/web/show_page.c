/* SPDX-License-Identifier: ISC */
/*
 * show_page - a document's own page: a member, a group, a long text.
 */
#include <string.h>

#include "ecsearch/lang.h"

#include "show.h"

enum { DESCRIPTION = 160 };

/* ---- addresses ---- */

void
ecs_document_address(const struct ecs_page_state *state,
    const struct ecs_collection *collection, const char *id,
    const char *passage, uint32_t p, struct ecs_buf *out)
{
	struct ecs_page_state search = *state;
	struct ecs_buf words = {0};

	search.whole = NULL;
	ecs_buf_puts(out, "/show/");
	ecs_html_segment(out, collection->name);
	ecs_buf_putc(out, '/');
	ecs_html_segment(out, id);
	if (passage != NULL) {
		ecs_buf_putc(out, '/');
		ecs_html_segment(out, passage);
	}
	ecs_state_write(&search, true, &words);
	if (!words.failed)
		ecs_buf_puts(out, words.data + 1);
	if (p > 1)
		ecs_buf_printf(out, "%cp=%u", words.len > 1 ? '&' : '?', p);
	out->failed |= words.failed;
	ecs_buf_fini(&words);
}

void
ecs_show_href(
    const struct show *show, const char *passage, uint32_t p, const char *place)
{
	struct ecs_buf address = {0};

	ecs_document_address(show->state, show->collection, show->shown->id,
	    passage, p, &address);
	if (place != NULL)
		ecs_buf_printf(&address, "#%s", place);
	if (!address.failed)
		ecs_page_href(show->page, address.data);
	show->page->out->failed |= address.failed;
	ecs_buf_fini(&address);
}

uint32_t
ecs_show_page_of(uint32_t number)
{
	return (number - 1) / ECS_PASSAGES_A_PAGE + 1;
}

const char *
ecs_show_lang(const struct show *show)
{
	const struct ecs_field *field = show->collection->lang;
	const char *lang = field == NULL
	    ? ""
	    : ecs_json_text(show->shown->document, field->name);

	return lang[0] == '\0' ||
		strcmp(lang, ecs_tongue_code(show->page->tongue)) == 0
	    ? NULL
	    : lang;
}

/* ---- around the document ---- */

static void
write_back(const struct show *show)
{
	if (ecs_state_is_start(show->state))
		return;
	ecs_buf_puts(show->page->out, "<p class=\"back\"><a");
	ecs_state_href(show->page, show->state);
	ecs_html_printf(show->page->out,
	    "><span aria-hidden=\"true\">← </span>"
	    "%s</a></p>\n",
	    ecs_words(show->page->tongue, TEXT_BACK));
}

/* " · 2020 · French · 1 March 2020": what tells an edition from another. */
static void
write_distinction(const struct show *show, const json_t *document)
{
	static const char *const names[] = {"edition", "lang", "date"};
	struct ecs_buf *out = show->page->out;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct ecs_field *field =
		    ecs_collection_field(show->collection, names[i]);
		size_t before = out->len;

		/* An edition may be called by its date, which is said once. */
		if (field == NULL ||
		    (i == 0 &&
			strcmp(ecs_json_text(document, names[0]),
			    ecs_json_text(document, names[2])) == 0))
			continue;
		ecs_buf_puts(out, " · ");
		if (!ecs_value_write(show->page, field,
			json_object_get(document, names[i])) &&
		    !out->failed)
			out->len = before;
	}
}

static void
write_edition(const struct show *show, const json_t *hit)
{
	struct ecs_buf *out = show->page->out;
	const json_t *document = json_object_get(hit, "document");
	const char *id = ecs_json_text(hit, "id");
	const char *lang = show->collection->lang == NULL
	    ? ""
	    : ecs_json_text(document, show->collection->lang->name);
	bool here = strcmp(id, show->shown->id) == 0;
	struct ecs_buf address = {0};

	ecs_document_address(
	    show->state, show->collection, id, NULL, 0, &address);
	ecs_buf_puts(out, "<li><a");
	ecs_page_href(show->page, address.failed ? "/" : address.data);
	if (lang[0] != '\0')
		ecs_html_printf(out, " lang=\"%s\"", lang);
	if (here)
		ecs_buf_puts(out, " aria-current=\"page\"");
	ecs_html_printf(out, ">%s</a>",
	    ecs_json_text(document, show->collection->title->name));
	write_distinction(show, document);
	if (here)
		ecs_html_printf(
		    out, " %s", ecs_words(show->page->tongue, TEXT_THIS_ONE));
	ecs_buf_puts(out, "</li>\n");
	out->failed |= address.failed;
	ecs_buf_fini(&address);
}

static void
write_editions(const struct show *show)
{
	const json_t *hits = json_object_get(show->shown->editions, "hits");
	size_t i;
	json_t *hit;

	if (json_array_size(hits) < 2)
		return;
	ecs_html_printf(show->page->out,
	    "<section class=\"editions\"><h2>%s</h2><ul>\n",
	    ecs_words(show->page->tongue, TEXT_EDITIONS));
	json_array_foreach (hits, i, hit) {
		write_edition(show, hit);
	}
	ecs_buf_puts(show->page->out, "</ul></section>\n");
}

/* Who is in this group, as a search. */
static void
write_members(const struct show *show)
{
	struct ecs_buf *out = show->page->out;

	if (show->shown->members == NULL)
		return;
	ecs_html_printf(out,
	    "<p class=\"all\"><a href=\"%s/?in=members&amp;"
	    "working_groups=",
	    show->page->site->prefix);
	ecs_html_segment(out, show->shown->id);
	ecs_page_tongue(show->page, "&");
	ecs_buf_puts(out, "\">");
	ecs_words_count(out, show->page->tongue, TEXT_MEMBER_ONE,
	    TEXT_MEMBER_MANY, ecs_answer_total(show->shown->members));
	ecs_buf_puts(out, "</a></p>\n");
}

/* ---- the page ---- */

/* The first words, on one line. */
static void
shorten(const char *text, struct ecs_buf *out)
{
	text += strspn(text, " \t\r\n");
	while (*text != '\0') {
		size_t word = strcspn(text, " \t\r\n");

		if (out->len + word > DESCRIPTION) {
			ecs_buf_puts(out, " …");
			return;
		}
		if (out->len > 0)
			ecs_buf_putc(out, ' ');
		ecs_buf_add(out, text, word);
		text += word + strspn(text + word, " \t\r\n");
	}
}

/* The beginning of its text, for lists of results elsewhere. */
static void
describe(const struct show *show, struct ecs_buf *out)
{
	const struct ecs_field *field = show->collection->showing.summary;
	const json_t *list = json_object_get(show->shown->passages, "passages");
	const char *text = field == NULL
	    ? ecs_json_text(json_array_get(list, 0), "text")
	    : ecs_json_text(show->shown->document, field->name);

	shorten(text, out);
}

/* Since when, and a link to what is most like it now. */
static void
write_changed(const struct show *show)
{
	struct ecs_buf *out = show->page->out;
	const json_t *changed = show->shown->changed;
	const json_t *nearest = json_object_get(changed, "nearest");
	struct ecs_buf day = {0};

	ecs_date_write(
	    &day, show->page->tongue, ecs_json_text(changed, "since"));
	ecs_buf_putc(out, ' ');
	ecs_words_with(out, show->page->tongue, TEXT_CHANGED_ON,
	    day.data == NULL ? "" : day.data);
	out->failed |= day.failed;
	ecs_buf_fini(&day);
	if (!json_is_object(nearest))
		return;
	ecs_buf_puts(out, " <a");
	ecs_show_href(show, ecs_json_text(nearest, "id"), 0, NULL);
	ecs_html_printf(out, ">%s</a>",
	    ecs_words(show->page->tongue, TEXT_NEAREST_PASSAGE));
}

static void
write_missing(const struct show *show)
{
	struct ecs_buf *out = show->page->out;

	ecs_html_printf(out, "<p class=\"note\" role=\"status\">%s",
	    ecs_words(show->page->tongue, TEXT_PASSAGE_GONE));
	if (show->shown->changed != NULL)
		write_changed(show);
	ecs_buf_puts(out, "</p>\n");
}

static void
write_header(const struct show *show, const char *title)
{
	struct ecs_buf *out = show->page->out;
	const char *lang = ecs_show_lang(show);
	const struct ecs_collection *of = show->collection;

	ecs_html_printf(out, "<p class=\"kind\">%s</p>\n<h1 itemprop=\"name\"",
	    ecs_label(&of->labels, show->page->lang, of->name));
	if (lang != NULL)
		ecs_html_printf(out, " lang=\"%s\"", lang);
	ecs_html_printf(out, ">%s</h1>\n", title);
	ecs_show_names_write(show);
	if (show->shown->missing)
		write_missing(show);
}

/* The document, or the passage that the address names, as a citation. */
static void
write_cite(const struct show *show)
{
	static const char *const formats[][2] = {
	    {"bibtex", "BibTeX"}, {"ris", "RIS"}, {"csl", "CSL-JSON"}};
	struct ecs_buf *out = show->page->out;
	const char *passage =
	    show->shown->missing ? NULL : show->shown->passage;

	ecs_html_printf(out,
	    "<p class=\"cite\">%s:", ecs_words(show->page->tongue, TEXT_CITE));
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		ecs_html_printf(out, "%s<a href=\"%s/v1/collections/",
		    i > 0 ? " · " : "", show->page->site->prefix);
		ecs_html_segment(out, show->collection->name);
		ecs_buf_puts(out, "/documents/");
		ecs_html_segment(out, show->shown->id);
		ecs_html_printf(out, "/cite?format=%s", formats[i][0]);
		if (passage != NULL) {
			ecs_buf_puts(out, "&amp;passage=");
			ecs_html_segment(out, passage);
		}
		ecs_html_printf(out, "\">%s</a>", formats[i][1]);
	}
	ecs_buf_puts(out, "</p>\n");
}

/* What is read, beside the facts; nothing when there is nothing. */
static void
write_body(const struct show *show)
{
	struct ecs_buf *out = show->page->out;
	size_t begun = out->len;
	size_t before;

	ecs_buf_puts(out, "<div class=\"body\">\n");
	before = out->len;
	ecs_show_prose_write(show);
	write_members(show);
	write_editions(show);
	ecs_outline_write(show);
	ecs_show_matching_write(show);
	ecs_show_text_write(show);
	if (out->len > before)
		ecs_buf_puts(out, "</div>\n");
	else if (!out->failed)
		out->len = begun;
}

/* Facts come before a long text and after a short one. */
static void
write_document(const struct show *show, const char *title)
{
	struct ecs_buf *out = show->page->out;
	bool is_long = show->shown->passages != NULL;

	ecs_buf_puts(
	    out, "<main id=\"main\" tabindex=\"-1\" class=\"show\">\n");
	write_back(show);
	ecs_html_printf(out,
	    "<article class=\"%s\" itemscope itemtype=\"%s\">\n",
	    is_long ? "long" : "short", ecs_show_type(show));
	write_header(show, title);
	ecs_buf_puts(out, "<div class=\"columns\">\n");
	if (is_long)
		ecs_show_facts_write(show);
	write_body(show);
	if (!is_long)
		ecs_show_facts_write(show);
	ecs_buf_puts(out, "</div>\n");
	if (is_long)
		write_cite(show);
	ecs_buf_puts(out, "</article>\n</main>\n");
}

static void
find_range(struct show *show)
{
	const json_t *list = json_object_get(show->shown->passages, "passages");
	size_t n = json_array_size(list);

	if (n == 0)
		return;
	show->first = ecs_json_count(json_array_get(list, 0), "number");
	show->last = show->first + (uint32_t)n - 1;
}

void
ecs_document_write(const struct ecs_site *site,
    const struct ecs_page_state *state, const struct ecs_shown_document *shown,
    struct ecs_buf *out)
{
	struct page page = ecs_page_of(site, state, out);
	struct show show = {.page = &page,
	    .state = state,
	    .collection = &state->schema->collections[shown->collection],
	    .shown = shown};
	uint32_t p = ecs_json_count(shown->passages, "page");
	struct ecs_page_state plain = {.schema = state->schema,
	    .collection = -1,
	    .q = "",
	    .find = "",
	    .page = 1};
	struct ecs_page_state here = *state;
	struct ecs_buf address = {0};
	struct ecs_buf canonical = {0};
	struct ecs_buf description = {0};
	const char *title =
	    ecs_json_text(shown->document, show.collection->title->name);
	struct head head = {.title = title, .hidden = shown->missing};

	find_range(&show);
	here.tongue_given = false;
	ecs_document_address(&here, show.collection, shown->id, shown->passage,
	    shown->passage == NULL ? p : 0, &address);
	ecs_document_address(
	    &plain, show.collection, shown->id, NULL, p, &canonical);
	describe(&show, &description);
	head.address = address.failed ? "/" : address.data;
	head.canonical = canonical.failed ? "/" : canonical.data;
	head.description = description.len > 0 ? description.data : NULL;
	head.q = state->q;
	ecs_page_begin(&page, &head);
	write_document(&show, title);
	ecs_page_end(&page);
	out->failed |= address.failed | canonical.failed | description.failed;
	ecs_buf_fini(&address);
	ecs_buf_fini(&canonical);
	ecs_buf_fini(&description);
}
