/* SPDX-License-Identifier: ISC */
/*
 * chips - what is chosen, and how to be without it; what to do with nothing.
 */
#include <string.h>

#include "results.h"

/* "2010 to 2020", "from 2010", "up to 2020". */
static void
write_range(struct page *page, const char *value)
{
	const char *dots = strstr(value, "..");
	struct ecs_buf low = {0};

	if (dots == NULL) {
		ecs_html_text(page->out, value);
		return;
	}
	ecs_buf_add(&low, value, (size_t)(dots - value));
	if (dots == value)
		ecs_words_with(
		    page->out, page->tongue, TEXT_RANGE_TO, dots + 2);
	else if (dots[2] == '\0')
		ecs_words_with(
		    page->out, page->tongue, TEXT_RANGE_FROM, low.data);
	else
		ecs_html_printf(page->out, "%s–%s", low.data, dots + 2);
	page->out->failed |= low.failed;
	ecs_buf_fini(&low);
}

static void
write_choice(struct page *page, const struct choice *choice)
{
	ecs_html_printf(page->out, "<span class=\"field\">%s:</span> ",
	    ecs_field_label(page, choice->field));
	if (choice->field->type == ECS_NUMBER ||
	    choice->field->type == ECS_DATE)
		write_range(page, choice->value);
	else
		ecs_html_text(page->out,
		    ecs_value_label(page, choice->field, choice->value));
}

void
ecs_chips_write(struct page *page, const struct ecs_page_state *state)
{
	struct ecs_page_state without;

	if (state->nchoices == 0)
		return;
	ecs_html_printf(page->out, "<ul class=\"chips\" aria-label=\"%s\">\n",
	    ecs_words(page->tongue, TEXT_CHOSEN));
	for (size_t i = 0; i < state->nchoices; i++) {
		without = *state;
		ecs_state_drop(&without, i);
		ecs_buf_puts(page->out, "<li><a");
		ecs_state_href(page, &without);
		ecs_html_printf(page->out,
		    " id=\"chip-%zu\"><span class=\"unseen\">%s </span>", i,
		    ecs_words(page->tongue, TEXT_REMOVE));
		write_choice(page, &state->choices[i]);
		ecs_buf_puts(
		    page->out, "<span aria-hidden=\"true\"> ×</span></a></li>");
	}
	if (state->nchoices > 1) {
		without = *state;
		without.nchoices = 0;
		without.page = 1;
		ecs_buf_puts(page->out, "<li><a class=\"clear\"");
		ecs_state_href(page, &without);
		ecs_html_printf(page->out, ">%s</a></li>",
		    ecs_words(page->tongue, TEXT_CLEAR));
	}
	ecs_buf_puts(page->out, "</ul>\n");
}

/* ---- nothing ---- */

static void
write_tip(struct page *page, enum text text)
{
	ecs_html_printf(
	    page->out, "<li>%s</li>", ecs_words(page->tongue, text));
}

static bool
has_words(const char *q)
{
	const char *space = strchr(q, ' ');

	return space != NULL && space[strspn(space, " ")] != '\0';
}

void
ecs_nothing_write(struct page *page, const struct ecs_page_state *state)
{
	struct ecs_page_state other = *state;

	ecs_buf_puts(page->out, "<div class=\"nothing\"><h1 id=\"count\">");
	if (state->q[0] == '\0')
		ecs_html_text(page->out, ecs_words(page->tongue, TEXT_NOTHING));
	else
		ecs_words_with(
		    page->out, page->tongue, TEXT_NOTHING_FOR, state->q);
	ecs_buf_puts(page->out, "</h1>");
	if (state->nchoices > 0 || state->q[0] != '\0')
		ecs_buf_puts(page->out, "<ul>");
	if (state->nchoices > 0)
		write_tip(page, TEXT_TIP_FILTERS);
	if (state->q[0] != '\0')
		write_tip(page, TEXT_TIP_SPELLING);
	if (has_words(state->q))
		write_tip(page, TEXT_TIP_FEWER);
	if (state->nchoices > 0 || state->q[0] != '\0')
		ecs_buf_puts(page->out, "</ul>");
	if (state->collection >= 0) {
		other.collection = -1;
		other.nchoices = 0;
		other.sort = NULL;
		other.whole = NULL;
		other.page = 1;
		ecs_buf_puts(page->out, "<p class=\"all\"><a");
		ecs_state_href(page, &other);
		ecs_html_printf(page->out, ">%s</a></p>",
		    ecs_words(page->tongue, TEXT_TIP_ELSEWHERE));
	}
	ecs_buf_puts(page->out, "</div>\n");
}
