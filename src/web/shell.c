/* SPDX-License-Identifier: ISC */
/*
 * shell - what surrounds every page: head, header, footer.
 */
#include <string.h>

#include "page.h"

const char ecs_page_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'";

void
ecs_page_href(struct page *page, const char *address)
{
	ecs_html_printf(
	    page->out, " href=\"%s%s\"", page->site->prefix, address);
}

void
ecs_page_tongue(struct page *page, const char *before)
{
	if (page->tongue_given)
		ecs_html_printf(page->out, "%sui=%s", before,
		    ecs_tongue_code(page->tongue));
}

static void
write_asset(struct page *page, const char *before, const char *name)
{
	bool current;
	const struct ecs_asset *asset = ecs_asset_find(name, &current);
	const char *dot = strrchr(name, '.');

	ecs_buf_puts(page->out, before);
	ecs_html_text(page->out, page->site->prefix);
	ecs_buf_puts(page->out, "/assets/");
	ecs_buf_add(page->out, name, (size_t)(dot - name));
	ecs_buf_printf(page->out, ".%s%s\"", asset->hash, dot);
}

/* address with ui set to a tongue. */
static void
write_tongue_address(struct page *page, const char *address, enum tongue tongue)
{
	ecs_html_printf(page->out, "%s%s%sui=%s", page->site->prefix, address,
	    strchr(address, '?') == NULL ? "?" : "&", ecs_tongue_code(tongue));
}

void
ecs_page_title(struct page *page, const char *title)
{
	if (title != NULL)
		ecs_html_printf(page->out, "%s – ", title);
	ecs_html_text(page->out, page->site->title);
}

/* The same page in each tongue, and in the browser's. */
static void
write_alternates(struct page *page, const char *address)
{
	struct ecs_buf *out = page->out;

	for (int i = 0; i < TONGUES; i++) {
		ecs_html_printf(out,
		    "<link rel=\"alternate\" hreflang=\"%s\" href=\"%s",
		    ecs_tongue_code((enum tongue)i), page->site->origin);
		write_tongue_address(page, address, (enum tongue)i);
		ecs_buf_puts(out, "\">\n");
	}
	ecs_html_printf(out,
	    "<link rel=\"alternate\" hreflang=\"x-default\" "
	    "href=\"%s%s%s\">\n",
	    page->site->origin, page->site->prefix, address);
}

static void
write_head(struct page *page, const struct head *head)
{
	struct ecs_buf *out = page->out;
	const char *canonical =
	    head->canonical != NULL ? head->canonical : head->address;

	ecs_html_printf(out,
	    "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n",
	    ecs_tongue_code(page->tongue));
	ecs_buf_puts(out, "<title>");
	ecs_page_title(page, head->title);
	ecs_buf_puts(out,
	    "</title>\n<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n");
	if (head->description != NULL)
		ecs_html_printf(out,
		    "<meta name=\"description\" content=\"%s\">\n",
		    head->description);
	if (head->hidden)
		ecs_buf_puts(
		    out, "<meta name=\"robots\" content=\"noindex\">\n");
	else
		ecs_html_printf(out,
		    "<link rel=\"canonical\" href=\"%s%s%s\">\n",
		    page->site->origin, page->site->prefix, canonical);
	write_asset(page, "<link rel=\"stylesheet\" href=\"", "page.css");
	write_asset(page, ">\n<link rel=\"icon\" href=\"", "icon.svg");
	ecs_buf_puts(out, ">\n");
	if (page->site->origin[0] != '\0') /* it must be an absolute address */
		ecs_html_printf(out,
		    "<link rel=\"search\" "
		    "type=\"application/opensearchdescription+xml\" "
		    "title=\"%s\" href=\"%s/opensearch.xml\">\n",
		    page->site->title, page->site->prefix);
	if (!head->hidden)
		write_alternates(page, head->address);
	write_asset(page, "<script src=\"", "page.js");
	ecs_buf_puts(out, " defer></script>\n</head>\n");
}

static void
write_tongues(struct page *page, const struct head *head)
{
	struct ecs_buf *out = page->out;

	ecs_html_printf(out, "<nav class=\"tongues\" aria-label=\"%s\"><ul>",
	    ecs_words(page->tongue, TEXT_LANGUAGE));
	for (int i = 0; i < TONGUES; i++) {
		enum tongue tongue = (enum tongue)i;

		ecs_html_printf(out,
		    "<li><a lang=\"%s\" hreflang=\"%s\" href=\"",
		    ecs_tongue_code(tongue), ecs_tongue_code(tongue));
		write_tongue_address(page, head->address, tongue);
		ecs_buf_putc(out, '"');
		if (tongue == page->tongue)
			ecs_buf_puts(out, " aria-current=\"true\"");
		ecs_html_printf(out, ">%s</a></li>", ecs_tongue_name(tongue));
	}
	ecs_buf_puts(out, "</ul></nav>");
}

static void
write_box(struct page *page, const char *q)
{
	ecs_html_printf(page->out,
	    "<form class=\"box\" role=\"search\" action=\"%s/\">"
	    "<label class=\"unseen\" for=\"q\">%s</label>"
	    "<input type=\"search\" id=\"q\" name=\"q\" value=\"%s\" "
	    "autocomplete=\"off\" enterkeyhint=\"search\">",
	    page->site->prefix, ecs_words(page->tongue, TEXT_SEARCH_LABEL), q);
	if (page->tongue_given)
		ecs_html_printf(page->out,
		    "<input type=\"hidden\" name=\"ui\" value=\"%s\">",
		    ecs_tongue_code(page->tongue));
	ecs_html_printf(page->out, "<button>%s</button></form>",
	    ecs_words(page->tongue, TEXT_SEARCH));
}

void
ecs_page_begin(struct page *page, const struct head *head)
{
	struct ecs_buf *out = page->out;

	write_head(page, head);
	ecs_html_printf(out,
	    "<body>\n<a class=\"skip\" href=\"#main\">%s</a>\n"
	    "<header class=\"top\"><a class=\"home\" href=\"%s/",
	    ecs_words(page->tongue, TEXT_SKIP), page->site->prefix);
	ecs_page_tongue(page, "?");
	ecs_html_printf(out, "\">%s</a>", page->site->title);
	if (head->q != NULL)
		write_box(page, head->q);
	write_tongues(page, head);
	ecs_buf_puts(out, "</header>\n");
}

void
ecs_page_end(struct page *page)
{
	ecs_html_printf(page->out,
	    "<footer class=\"bottom\"><p>%s</p>"
	    "<p><a href=\"%s/openapi.json\">%s</a></p></footer>\n"
	    "</body>\n</html>\n",
	    ecs_words(page->tongue, TEXT_PRIVACY), page->site->prefix,
	    ecs_words(page->tongue, TEXT_API));
}
