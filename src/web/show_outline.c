/* SPDX-License-Identifier: ISC */
/*
 * show_outline - the headings of a long document, as links.
 *
 * Levels as given may skip (1, 3); what counts is how many headings stand above
 * one, so that neither lists nor headings of the page have holes.
 */
#include <string.h>

#include "show.h"

enum { SHORT_OUTLINE = 12 }; /* entries that are shown at once */

void
ecs_trail_step(struct trail *trail, const json_t *entry)
{
	uint32_t level = ecs_json_count(entry, "level");

	while (trail->depth > 0 && trail->level[trail->depth - 1] >= level)
		trail->depth--;
	if (trail->depth == DEEPEST)
		trail->depth--;
	trail->level[trail->depth] = level;
	trail->entry[trail->depth++] = entry;
}

static void
write_entry(const struct show *show, const json_t *entry)
{
	struct ecs_buf *out = show->page->out;
	uint32_t number = ecs_json_count(entry, "number");
	const json_t *page = json_object_get(entry, "page");
	char place[16];

	snprintf(place, sizeof(place), "s%u", number);
	ecs_buf_puts(out, "<li><a");
	if (number >= show->first && number <= show->last)
		ecs_html_printf(out, " href=\"#%s\"", place);
	else
		ecs_show_href(show, NULL, ecs_show_page_of(number), place);
	ecs_html_printf(out, ">%s</a>", ecs_json_text(entry, "heading"));
	if (json_is_integer(page))
		ecs_buf_printf(out, " <span class=\"n\">%lld</span>",
		    (long long)json_integer_value(page));
}

static void
write_list(const struct show *show, const json_t *outline)
{
	struct ecs_buf *out = show->page->out;
	struct trail trail = {0};
	int open = 0; /* lists, each with an item */
	size_t i;
	json_t *entry;

	json_array_foreach (outline, i, entry) {
		ecs_trail_step(&trail, entry);
		for (; open > trail.depth; open--)
			ecs_buf_puts(out, "</li></ol>");
		ecs_buf_puts(out, open == trail.depth ? "</li>\n" : "<ol>\n");
		open = trail.depth;
		write_entry(show, entry);
	}
	for (; open > 0; open--)
		ecs_buf_puts(out, "</li></ol>");
}

void
ecs_outline_write(const struct show *show)
{
	struct ecs_buf *out = show->page->out;
	const json_t *outline =
	    json_object_get(show->shown->passages, "outline");
	const char *lang = ecs_show_lang(show);
	size_t n = json_array_size(outline);

	if (n < 2)
		return;
	ecs_html_printf(out,
	    "<nav class=\"outline\" aria-label=\"%s\"><details%s>"
	    "<summary>",
	    ecs_words(show->page->tongue, TEXT_CONTENTS),
	    n <= SHORT_OUTLINE ? " open" : "");
	ecs_html_text(out, ecs_words(show->page->tongue, TEXT_CONTENTS));
	ecs_buf_printf(out, " <span class=\"n\">%zu</span></summary><div", n);
	if (lang != NULL)
		ecs_html_printf(out, " lang=\"%s\"", lang);
	ecs_buf_putc(out, '>');
	write_list(show, outline);
	ecs_buf_puts(out, "</div></details></nav>\n");
}
