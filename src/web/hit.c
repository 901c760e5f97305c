/* SPDX-License-Identifier: ISC */
/*
 * hit - one result: its title, what it is, where the words stand in it.
 */
#include <string.h>

#include "ecsearch/lang.h"

#include "results.h"

enum { SUMMARY = 280, PASSAGE = 320 };

/* One result being written. */
struct hit {
	struct page *page;
	const struct ecs_page_state *state;
	const struct ecs_collection *collection;
	const json_t *json;
	const json_t *document;
	const json_t *highlight;
};

/* lang="...", where the document speaks another language than the page. */
static void
write_lang(const struct hit *hit)
{
	const struct ecs_field *field = hit->collection->lang;
	const char *lang =
	    field == NULL ? "" : ecs_json_text(hit->document, field->name);

	if (lang[0] != '\0' &&
	    strcmp(lang, ecs_tongue_code(hit->page->tongue)) != 0)
		ecs_html_printf(hit->page->out, " lang=\"%s\"", lang);
}

static void
write_address(const struct hit *hit, const char *passage)
{
	struct ecs_buf *out = hit->page->out;
	struct ecs_buf address = {0};

	ecs_document_address(hit->state, hit->collection,
	    ecs_json_text(hit->json, "id"), passage, 0, &address);
	if (passage != NULL)
		ecs_buf_printf(&address, "#%s", passage);
	ecs_html_printf(out, "%s%s", hit->page->site->prefix,
	    address.failed ? "/" : address.data);
	out->failed |= address.failed;
	ecs_buf_fini(&address);
}

/* The title, its words marked where they were found. */
static void
write_title(const struct hit *hit, int level)
{
	struct ecs_buf *out = hit->page->out;
	const char *name = hit->collection->title->name;
	const char *marked = ecs_json_text(hit->highlight, name);

	ecs_buf_printf(out, "<h%d><a href=\"", level);
	write_address(hit, NULL);
	ecs_buf_putc(out, '"');
	write_lang(hit);
	ecs_buf_putc(out, '>');
	if (marked[0] != '\0')
		ecs_buf_puts(out, marked);
	else
		ecs_html_text(out, ecs_json_text(hit->document, name));
	ecs_buf_printf(out, "</a></h%d>", level);
}

static void
write_facts(const struct hit *hit)
{
	const struct ecs_showing *showing = &hit->collection->showing;
	struct ecs_buf *out = hit->page->out;
	size_t begun = out->len;
	bool any = false;

	ecs_buf_puts(out, "<ul class=\"facts\">");
	for (int i = 0; i < showing->nfacts; i++) {
		const struct ecs_field *field = showing->facts[i];
		size_t before = out->len;

		ecs_html_printf(out, "<li><span class=\"unseen\">%s: </span>",
		    ecs_field_label(hit->page, field));
		if (ecs_value_write(hit->page, field,
			json_object_get(hit->document, field->name))) {
			ecs_buf_puts(out, "</li>");
			any = true;
		} else if (!out->failed) {
			out->len = before;
		}
	}
	ecs_buf_puts(out, "</ul>");
	if (!any && !out->failed)
		out->len = begun;
}

static void
write_summary(const struct hit *hit)
{
	const struct ecs_field *field = hit->collection->showing.summary;
	const char *marked;
	struct ecs_buf text = {0};

	if (field == NULL)
		return;
	marked = ecs_json_text(hit->highlight, field->name);
	if (marked[0] == '\0') {
		ecs_html_text(&text, ecs_json_text(hit->document, field->name));
		marked = text.data == NULL ? "" : text.data;
	}
	if (marked[0] != '\0') {
		ecs_buf_puts(hit->page->out, "<p class=\"summary\"");
		write_lang(hit);
		ecs_buf_putc(hit->page->out, '>');
		ecs_excerpt_write(hit->page->out, marked, SUMMARY);
		ecs_buf_puts(hit->page->out, "</p>");
	}
	ecs_buf_fini(&text);
}

static bool
is_shown(const struct hit *hit, const struct ecs_field *field)
{
	const struct ecs_showing *showing = &hit->collection->showing;

	if (field == hit->collection->title || field == showing->summary)
		return true;
	for (int i = 0; i < showing->nfacts; i++)
		if (showing->facts[i] == field)
			return true;
	return false;
}

static void
write_marked_items(struct ecs_buf *out, const json_t *marked)
{
	const char *comma = "";
	size_t i;
	json_t *item;

	if (json_is_string(marked))
		ecs_excerpt_write(out, json_string_value(marked), SUMMARY);
	json_array_foreach (marked, i, item) {
		const char *text = json_string_value(item);

		if (text == NULL || strstr(text, "<mark>") == NULL)
			continue;
		ecs_buf_puts(out, comma);
		ecs_excerpt_write(out, text, SUMMARY);
		comma = ", ";
	}
}

/* Words found in fields that a result does not show otherwise. */
static void
write_found_elsewhere(const struct hit *hit)
{
	struct ecs_buf *out = hit->page->out;

	for (int i = 0; i < hit->collection->nfields; i++) {
		const struct ecs_field *field = &hit->collection->fields[i];
		const json_t *marked =
		    json_object_get(hit->highlight, field->name);

		if (marked == NULL || is_shown(hit, field) ||
		    field->vocabulary != NULL)
			continue;
		ecs_html_printf(out, "<p class=\"elsewhere\"><span>%s:</span> ",
		    ecs_field_label(hit->page, field));
		write_marked_items(out, marked);
		ecs_buf_puts(out, "</p>");
	}
}

static void
write_place(const struct hit *hit, const json_t *passage)
{
	struct ecs_buf *out = hit->page->out;
	const char *section = ecs_json_text(passage, "section");
	const json_t *number = json_object_get(passage, "page");
	char text[24];

	ecs_buf_puts(out, "<span");
	write_lang(hit);
	ecs_buf_putc(out, '>');
	ecs_html_text(out,
	    section[0] != '\0'
		? section
		: ecs_json_text(hit->document, hit->collection->title->name));
	ecs_buf_puts(out, "</span>");
	if (!json_is_integer(number))
		return;
	snprintf(
	    text, sizeof(text), "%lld", (long long)json_integer_value(number));
	ecs_buf_puts(out, ", ");
	ecs_words_with(out, hit->page->tongue, TEXT_PAGE_SHORT, text);
}

static void
write_passages(const struct hit *hit)
{
	struct ecs_buf *out = hit->page->out;
	const json_t *list = json_object_get(hit->json, "passages");
	uint32_t more = ecs_json_count(hit->json, "more_passages");
	size_t i;
	json_t *passage;

	if (json_array_size(list) == 0)
		return;
	ecs_buf_puts(out, "<ul class=\"passages\">");
	json_array_foreach (list, i, passage) {
		ecs_buf_puts(out, "<li><a class=\"place\" href=\"");
		write_address(hit, ecs_json_text(passage, "id"));
		ecs_buf_puts(out, "\">");
		write_place(hit, passage);
		ecs_buf_puts(out, "</a><p");
		write_lang(hit);
		ecs_buf_putc(out, '>');
		ecs_excerpt_write(out, ecs_json_text(passage, "text"), PASSAGE);
		ecs_buf_puts(out, "</p></li>");
	}
	ecs_buf_puts(out, "</ul>");
	if (more > 0) {
		ecs_buf_puts(out, "<p class=\"more\"><a href=\"");
		write_address(hit, NULL);
		ecs_buf_puts(out, "\">");
		ecs_words_count(out, hit->page->tongue, TEXT_PASSAGE_ONE,
		    TEXT_PASSAGE_MANY, more);
		ecs_buf_puts(out, "</a></p>");
	}
}

void
ecs_hit_write(struct page *page, const struct ecs_page_state *state,
    const struct ecs_collection *collection, const json_t *json, int level)
{
	const struct hit hit = {.page = page,
	    .state = state,
	    .collection = collection,
	    .json = json,
	    .document = json_object_get(json, "document"),
	    .highlight = json_object_get(json, "highlight")};

	ecs_buf_puts(page->out, "<li class=\"hit\"><article>");
	write_title(&hit, level);
	write_facts(&hit);
	write_summary(&hit);
	write_found_elsewhere(&hit);
	write_passages(&hit);
	ecs_buf_puts(page->out, "</article></li>\n");
}
