/* SPDX-License-Identifier: ISC */
/*
 * show_text - a page of passages under their headings, and which of them match.
 *
 * Each passage has its permanent address in the margin, a link like any other.
 * The one that the address names is marked, and gets the focus where no
 * fragment says more; so it is scrolled to without a script.
 */
#include <string.h>

#include "show.h"

enum { FEW_MATCHES = 5, EXCERPT = 160 };

/* ---- the words of a passage ---- */

/* How long is a blank line that begins here (two ends of lines), or 0? */
static size_t
blank_line(const char *at)
{
	size_t end = 1 + strspn(at + 1, " \t\r");

	return at[0] == '\n' && at[end] == '\n'
	    ? end + strspn(at + end, " \t\r\n")
	    : 0;
}

/* A mark that goes on is closed and opened again around what breaks it. */
static size_t
write_break(struct ecs_buf *out, const char *at, bool marked)
{
	size_t len = blank_line(at);

	if (marked)
		ecs_buf_puts(out, "</mark>");
	ecs_buf_puts(out, len > 0 ? "</p>\n<p>" : "<br>\n");
	if (marked)
		ecs_buf_puts(out, "<mark>");
	return len > 0 ? len : 1;
}

void
ecs_paragraphs_write(struct ecs_buf *out, const char *html)
{
	bool marked = false;

	ecs_buf_puts(out, "<p>");
	html += strspn(html, " \t\r\n");
	while (*html != '\0') {
		size_t len = strcspn(html, "<\n");

		ecs_buf_add(out, html, len);
		html += len;
		if (*html == '<') {
			marked = html[1] != '/';
			len = strcspn(html, ">") + 1;
			ecs_buf_add(out, html, len);
			html += len;
		} else if (*html == '\n') {
			html += write_break(out, html, marked);
		}
	}
	ecs_buf_puts(out, "</p>\n");
}

/* The text as HTML: as it was marked, else escaped into scratch. */
static const char *
html_of(const json_t *passage, struct ecs_buf *scratch)
{
	const char *marked = ecs_json_text(passage, "highlight");

	if (marked[0] != '\0')
		return marked;
	ecs_buf_reset(scratch);
	ecs_html_text(scratch, ecs_json_text(passage, "text"));
	return scratch->data == NULL ? "" : scratch->data;
}

/* ---- headings ---- */

/* The headings that begin at a passage, deeper ones lower. */
struct headings {
	const json_t *outline;
	size_t next; /* entry */
	struct trail trail;
};

static void
write_heading(const struct show *show, const struct headings *in, int depth,
    bool continued)
{
	struct ecs_buf *out = show->page->out;
	const json_t *entry = in->trail.entry[depth - 1];
	int rank = depth < 5 ? depth + 1 : 6;

	ecs_buf_printf(out, "<h%d", rank);
	if (continued)
		ecs_buf_puts(out, " class=\"continued\"");
	else
		ecs_buf_printf(
		    out, " id=\"s%u\"", ecs_json_count(entry, "number"));
	ecs_html_printf(out, ">%s", ecs_json_text(entry, "heading"));
	if (continued)
		ecs_html_printf(out, " <span lang=\"%s\">%s</span>",
		    ecs_tongue_code(show->page->tongue),
		    ecs_words(show->page->tongue, TEXT_CONTINUED));
	ecs_buf_printf(out, "</h%d>\n", rank);
}

/* Go over what stands on earlier pages; its headings are said again. */
static void
begin_headings(const struct show *show, struct headings *in)
{
	const json_t *entry;

	in->outline = json_object_get(show->shown->passages, "outline");
	for (; (entry = json_array_get(in->outline, in->next)) != NULL &&
	     ecs_json_count(entry, "number") < show->first;
	     in->next++)
		ecs_trail_step(&in->trail, entry);
	/* Those that end before the first passage need no repetition. */
	if (entry != NULL && ecs_json_count(entry, "number") == show->first) {
		struct trail after = in->trail;

		ecs_trail_step(&after, entry);
		in->trail.depth = after.depth - 1;
	}
	for (int depth = 1; depth <= in->trail.depth; depth++)
		write_heading(show, in, depth, true);
}

static void
write_headings(const struct show *show, struct headings *in, uint32_t number)
{
	const json_t *entry;

	while ((entry = json_array_get(in->outline, in->next)) != NULL &&
	    ecs_json_count(entry, "number") == number) {
		ecs_trail_step(&in->trail, entry);
		write_heading(show, in, in->trail.depth, false);
		in->next++;
	}
}

/* ---- passages ---- */

static void
write_margin(const struct show *show, const json_t *passage, json_int_t *page)
{
	struct ecs_buf *out = show->page->out;
	const char *id = ecs_json_text(passage, "id");
	const json_t *here = json_object_get(passage, "page");
	char number[24];

	snprintf(
	    number, sizeof(number), "%u", ecs_json_count(passage, "number"));
	ecs_html_printf(out, "<p class=\"margin\" lang=\"%s\"><a",
	    ecs_tongue_code(show->page->tongue));
	ecs_show_href(show, id, 0, id);
	ecs_buf_puts(out, " aria-label=\"");
	ecs_words_with(out, show->page->tongue, TEXT_PERMALINK, number);
	ecs_html_printf(out, "\">#%s</a>", number);
	if (json_is_integer(here) && json_integer_value(here) != *page) {
		*page = json_integer_value(here);
		snprintf(number, sizeof(number), "%lld", (long long)*page);
		ecs_buf_puts(out, " <span>");
		ecs_words_with(
		    out, show->page->tongue, TEXT_PAGE_SHORT, number);
		ecs_buf_puts(out, "</span>");
	}
	ecs_buf_puts(out, "</p>");
}

static void
write_passage(const struct show *show, const json_t *passage, json_int_t *page)
{
	struct ecs_buf *out = show->page->out;
	const char *id = ecs_json_text(passage, "id");
	const char *lang = ecs_json_text(passage, "lang");
	const char *usual = show->collection->lang == NULL
	    ? ""
	    : ecs_json_text(
		  show->shown->document, show->collection->lang->name);
	struct ecs_buf scratch = {0};
	bool named = show->shown->passage != NULL &&
	    strcmp(show->shown->passage, id) == 0;

	ecs_html_printf(out, "<div class=\"passage%s\" id=\"%s\"",
	    named ? " named" : "", id);
	if (named)
		ecs_buf_puts(out, " tabindex=\"-1\" autofocus");
	ecs_buf_putc(out, '>');
	write_margin(show, passage, page);
	ecs_buf_puts(out, "<div class=\"words\"");
	if (strcmp(lang, "und") != 0 && strncmp(lang, usual, strlen(lang)) != 0)
		ecs_html_printf(out, " lang=\"%s\"", lang);
	ecs_buf_putc(out, '>');
	ecs_paragraphs_write(out, html_of(passage, &scratch));
	ecs_buf_puts(out, "</div></div>\n");
	out->failed |= scratch.failed;
	ecs_buf_fini(&scratch);
}

static void
write_step(const struct show *show, uint32_t p, const char *rel, enum text text)
{
	ecs_html_printf(show->page->out, "<li><a rel=\"%s\"", rel);
	ecs_show_href(show, NULL, p, "text");
	ecs_html_printf(show->page->out, ">%s</a></li>",
	    ecs_words(show->page->tongue, text));
}

static void
write_paging(const struct show *show)
{
	struct ecs_buf *out = show->page->out;
	uint32_t here = ecs_json_count(show->shown->passages, "page");
	uint32_t last = ecs_json_count(show->shown->passages, "pages");
	char numbers[32];

	if (last < 2)
		return;
	ecs_html_printf(out, "<nav class=\"paging\" aria-label=\"%s\"><ul>",
	    ecs_words(show->page->tongue, TEXT_TEXT_PAGES));
	if (here > 1)
		write_step(show, here - 1, "prev", TEXT_PREVIOUS);
	snprintf(numbers, sizeof(numbers), "%u / %u", here, last);
	ecs_buf_puts(out, "<li class=\"gap\" aria-current=\"page\">");
	ecs_words_with(out, show->page->tongue, TEXT_PAGE, numbers);
	ecs_buf_puts(out, "</li>");
	if (here < last)
		write_step(show, here + 1, "next", TEXT_NEXT);
	ecs_buf_puts(out, "</ul></nav>\n");
}

void
ecs_show_text_write(const struct show *show)
{
	struct ecs_buf *out = show->page->out;
	const json_t *list = json_object_get(show->shown->passages, "passages");
	const char *lang = ecs_show_lang(show);
	struct headings headings = {0};
	json_int_t page = -1;
	size_t i;
	json_t *passage;

	if (json_array_size(list) == 0)
		return;
	ecs_buf_puts(out, "<div class=\"text\" id=\"text\"");
	if (lang != NULL)
		ecs_html_printf(out, " lang=\"%s\"", lang);
	ecs_buf_puts(out, ">\n");
	begin_headings(show, &headings);
	json_array_foreach (list, i, passage) {
		write_headings(
		    show, &headings, ecs_json_count(passage, "number"));
		write_passage(show, passage, &page);
	}
	ecs_buf_puts(out, "</div>\n");
	write_paging(show);
}

/* ---- what matches ---- */

static void
write_match(const struct show *show, const json_t *passage)
{
	struct ecs_buf *out = show->page->out;
	const char *id = ecs_json_text(passage, "id");
	uint32_t number = ecs_json_count(passage, "number");
	const json_t *page = json_object_get(passage, "page");
	struct ecs_buf scratch = {0};
	char text[24];

	ecs_buf_puts(out, "<li><a class=\"place\"");
	if (number >= show->first && number <= show->last)
		ecs_html_printf(out, " href=\"#%s\"", id);
	else
		ecs_show_href(show, id, 0, id);
	ecs_html_printf(out, ">%s", ecs_json_text(passage, "section"));
	snprintf(text, sizeof(text), "%u", number);
	ecs_html_printf(out, "%s#%s",
	    ecs_json_text(passage, "section")[0] == '\0' ? "" : ", ", text);
	if (json_is_integer(page)) {
		snprintf(text, sizeof(text), "%lld",
		    (long long)json_integer_value(page));
		ecs_buf_puts(out, ", ");
		ecs_words_with(out, show->page->tongue, TEXT_PAGE_SHORT, text);
	}
	ecs_buf_puts(out, "</a><p>");
	ecs_excerpt_write(out, html_of(passage, &scratch), EXCERPT);
	ecs_buf_puts(out, "</p></li>\n");
	out->failed |= scratch.failed;
	ecs_buf_fini(&scratch);
}

static void
write_matches(const struct show *show, size_t from, size_t to)
{
	const json_t *list = json_object_get(show->shown->matching, "passages");
	const char *lang = ecs_show_lang(show);

	ecs_html_printf(show->page->out, "<ul class=\"passages\"");
	if (lang != NULL)
		ecs_html_printf(show->page->out, " lang=\"%s\"", lang);
	ecs_buf_puts(show->page->out, ">\n");
	for (size_t i = from; i < to; i++)
		write_match(show, json_array_get(list, i));
	ecs_buf_puts(show->page->out, "</ul>\n");
}

void
ecs_show_matching_write(const struct show *show)
{
	struct ecs_buf *out = show->page->out;
	const json_t *matching = show->shown->matching;
	const json_t *count = json_object_get(matching, "matching");
	uint32_t total = ecs_json_count(count, "value");
	size_t n = json_array_size(json_object_get(matching, "passages"));
	size_t few = n < FEW_MATCHES ? n : FEW_MATCHES;

	if (matching == NULL)
		return;
	ecs_buf_puts(out,
	    "<section class=\"matching\" aria-labelledby=\"matching\">"
	    "<h2 id=\"matching\">");
	ecs_words_count(
	    out, show->page->tongue, TEXT_MATCH_ONE, TEXT_MATCH_MANY, total);
	ecs_words_with(out, show->page->tongue, TEXT_FOR, show->state->q);
	ecs_buf_puts(out, "</h2>\n");
	if (n > 0)
		write_matches(show, 0, few);
	if (n > few) {
		ecs_buf_puts(out, "<details><summary>");
		ecs_words_count(out, show->page->tongue, TEXT_MORE_MATCHES,
		    TEXT_MORE_MATCHES, n - few);
		ecs_buf_puts(out, "</summary>\n");
		write_matches(show, few, n);
		ecs_buf_puts(out, "</details>\n");
	}
	if (n > 0 && total > n) {
		ecs_buf_puts(out, "<p class=\"note\">");
		ecs_words_count(out, show->page->tongue, TEXT_MATCHES_CUT,
		    TEXT_MATCHES_CUT, n);
		ecs_buf_puts(out, "</p>\n");
	}
	ecs_buf_puts(out, "</section>\n");
}
