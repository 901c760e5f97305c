/* SPDX-License-Identifier: ISC */
/*
 * search_page - the page at "/", whole or the part that changes.
 */
#include <string.h>

#include "ecsearch/lang.h"

#include "results.h"

struct page
ecs_page_of(const struct ecs_site *site, const struct ecs_page_state *state,
    struct ecs_buf *out)
{
	const char *code = ecs_tongue_code(state->tongue);

	return (struct page){.site = site,
	    .tongue = state->tongue,
	    .tongue_given = state->tongue_given,
	    .lang = ecs_lang_find(code, strlen(code)),
	    .out = out};
}

const char *
ecs_state_title(const struct page *page, const struct ecs_page_state *state)
{
	const struct ecs_collection *of;

	if (state->q[0] != '\0')
		return state->q;
	if (state->collection < 0)
		return NULL;
	of = &state->schema->collections[state->collection];
	return ecs_label(&of->labels, page->lang, of->name);
}

static void
write_form(struct page *page, const struct ecs_page_state *state)
{
	bool start = ecs_state_is_start(state);

	ecs_html_printf(page->out,
	    start ? "<p class=\"ask\"><label for=\"q\">%s</label></p>"
		  : "<label class=\"unseen\" for=\"q\">%s</label>",
	    ecs_words(page->tongue, TEXT_SEARCH_LABEL));
	ecs_html_printf(page->out,
	    "<div class=\"box\"><input type=\"search\" id=\"q\" name=\"q\" "
	    "value=\"%s\" maxlength=\"2000\" autocomplete=\"off\" "
	    "autocapitalize=\"off\" spellcheck=\"false\" "
	    "enterkeyhint=\"search\"%s><button>%s</button></div>\n",
	    state->q, start ? " autofocus" : "",
	    ecs_words(page->tongue, TEXT_SEARCH));
}

void
ecs_page_write(const struct ecs_site *site, const struct ecs_page_state *state,
    json_t *const *answers, struct ecs_buf *out)
{
	struct page page = ecs_page_of(site, state, out);
	struct ecs_buf address = {0};
	struct head head = {.title = ecs_state_title(&page, state)};

	if (state->part) {
		ecs_results_write(&page, state, answers);
		return;
	}
	ecs_state_write(state, false, &address);
	head.address = address.data == NULL ? "/" : address.data;
	head.description = ecs_words(page.tongue, TEXT_SEARCH_LABEL);
	ecs_page_begin(&page, &head);
	ecs_html_printf(out,
	    "<main id=\"main\" tabindex=\"-1\">\n"
	    "<p id=\"status\" class=\"unseen\" role=\"status\"></p>\n"
	    "<form id=\"search\" role=\"search\" action=\"%s/\" "
	    "data-failed=\"%s\"",
	    site->prefix, ecs_words(page.tongue, TEXT_FAILED));
	if (site->clicks)
		ecs_html_printf(out,
		    " data-clicks=\"%s/v1/clicks\" "
		    "data-search=\"%s/v1/search\"",
		    site->prefix, site->prefix);
	ecs_buf_puts(out, ">\n");
	write_form(&page, state);
	ecs_results_write(&page, state, answers);
	ecs_buf_puts(out, "</form>\n</main>\n");
	ecs_page_end(&page);
	out->failed |= address.failed;
	ecs_buf_fini(&address);
}

void
ecs_page_write_problem(const struct ecs_site *site,
    const struct ecs_page_state *state, int status, struct ecs_buf *out)
{
	struct page page = ecs_page_of(site, state, out);
	bool missing = status == 404 || status == 410;
	const char *title =
	    ecs_words(page.tongue, missing ? TEXT_NOT_FOUND : TEXT_FAILED);
	const struct head head = {
	    .title = title, .address = "/", .hidden = true, .q = state->q};

	ecs_page_begin(&page, &head);
	ecs_html_printf(out,
	    "<main id=\"main\" tabindex=\"-1\"><div class=\"problem\">"
	    "<h1>%s</h1><p>%s</p>",
	    title,
	    ecs_words(
		page.tongue, missing ? TEXT_NOT_FOUND_HELP : TEXT_FAILED_HELP));
	if (!missing) {
		ecs_buf_puts(out, "<p class=\"all\"><a");
		ecs_state_href(&page, state);
		ecs_html_printf(
		    out, ">%s</a></p>", ecs_words(page.tongue, TEXT_TRY_AGAIN));
	}
	ecs_buf_puts(out, "</div></main>\n");
	ecs_page_end(&page);
}
