/* SPDX-License-Identifier: ISC */
/*
 * instant_highlight - marked texts as stock clients read them.
 *
 *	{"value": "…", "matchLevel": "none" | "partial" | "full",
 *	 "matchedWords": ["…"], "fullyHighlighted": true}
 *
 * Every text has one, also where nothing was found: a page that shows marked
 * texts shows nothing else.  The text is never escaped, since the clients do
 * that and then put their marks in.  A snippet has value and matchLevel only.
 */
#include <stdlib.h>
#include <string.h>

#include "instant.h"

enum { MOST_WORDS = 64 }; /* of a query, as marks number them */

/* ---- how much was found ---- */

static bool
has_span(const struct instant_view *view, size_t word)
{
	for (long i = 0; i < view->nspans; i++)
		if (view->spans[i].word == word)
			return true;
	return false;
}

static const char *
match_level(const struct instant_view *view)
{
	const struct ecs_result *result = view->result;

	if (view->nspans == 0)
		return "none";
	for (size_t i = 0; i < result->nwords; i++)
		if (result->words[i].needed && !has_span(view, i))
			return "partial";
	return "full";
}

static void
write_words(const struct instant_view *view, struct ecs_buf *out)
{
	const struct ecs_result *result = view->result;
	const char *comma = "";

	ecs_buf_puts(out, ",\"matchedWords\":[");
	for (size_t i = 0; i < result->nwords && i < MOST_WORDS; i++) {
		if (result->words[i].text == NULL || !has_span(view, i))
			continue;
		ecs_buf_puts(out, comma);
		ecs_buf_json_str(out, result->words[i].text);
		comma = ",";
	}
	ecs_buf_putc(out, ']');
}

/* Is every word of the text marked? */
static bool
is_all_marked(const struct instant_view *view, long ntokens)
{
	long span = 0;

	for (long i = 0; i < ntokens; i++) {
		while (span < view->nspans &&
		    view->spans[span].end <= view->tokens[i].start)
			span++;
		if (span == view->nspans ||
		    view->spans[span].start > view->tokens[i].start)
			return false;
	}
	return ntokens > 0;
}

/* ---- snippets ---- */

/* A run of words of the text, and what it shows of the query. */
struct window {
	long first; /* token */
	long shown; /* tokens from first to the last that is marked */
	int words;  /* of the query */
	double weight;
};

/* The window of so many tokens that begins with a span. */
static struct window
look_from(const struct instant_view *view, long span, long first, long ntokens,
    unsigned words)
{
	struct window window = {.first = first};
	uint64_t seen = 0;
	long token = first;

	for (; span < view->nspans; span++) {
		const struct ecs_span *it = &view->spans[span];

		while (token < ntokens && view->tokens[token].end <= it->start)
			token++;
		if (token >= ntokens || token >= first + (long)words)
			break;
		window.words += (seen >> (it->word & 63) & 1) == 0;
		seen |= UINT64_C(1) << (it->word & 63);
		window.weight += (double)it->weight;
		window.shown = token + 1 - first;
	}
	return window;
}

static struct window
best_window(const struct instant_view *view, long ntokens, unsigned words)
{
	struct window best = {0};
	long token = 0;

	for (long span = 0; span < view->nspans; span++) {
		struct window window;

		while (token < ntokens &&
		    view->tokens[token].end <= view->spans[span].start)
			token++;
		window = look_from(view, span, token, ntokens, words);
		if (window.words > best.words ||
		    (window.words == best.words &&
			window.weight > best.weight + 1e-6))
			best = window;
	}
	return best;
}

/* The bytes of at most so many words, what was found in their middle. */
static void
choose(const struct instant_view *view, size_t len, long ntokens,
    unsigned words, size_t *start, size_t *end)
{
	struct window window;
	long first;

	*start = 0;
	*end = len;
	if (ntokens <= (long)words)
		return;
	window = best_window(view, ntokens, words);
	first = window.first - ((long)words - window.shown) / 2;
	if (first > ntokens - (long)words)
		first = ntokens - (long)words;
	if (first > 0)
		*start = view->tokens[first].start;
	else
		first = 0;
	if (first + (long)words < ntokens)
		*end = view->tokens[first + (long)words - 1].end;
}

/* ---- texts ---- */

static bool
find_spans(struct instant_view *view, const char *text, size_t len)
{
	view->nspans = view->marks == NULL || ecs_marks_empty(view->marks)
	    ? 0
	    : ecs_find_spans(view->call->session->analyzer, view->marks, text,
		  len, view->lang, &view->spans, &view->span_room);
	if (view->nspans >= 0)
		return true;
	view->nspans = 0;
	return ecs_err_memory(&view->call->err);
}

void
ecs_instant_mark_text(struct instant_view *view, const char *text, size_t len,
    unsigned words, struct ecs_buf *out)
{
	const struct ecs_mark_style style = {.pre = view->in->search->pre,
	    .post = view->in->search->post,
	    .raw = true,
	    .ellipsis = view->in->ellipsis};
	size_t start = 0;
	size_t end = len;
	long ntokens = 0;

	if (!find_spans(view, text, len))
		return;
	if (words > 0 || view->nspans > 0)
		ntokens =
		    ecs_text_cut(text, len, &view->tokens, &view->token_room);
	if (words > 0)
		choose(view, len, ntokens, words, &start, &end);
	ecs_buf_reset(&view->marked);
	ecs_write_marked(&view->marked, text, len, start, end, view->spans,
	    (size_t)view->nspans, &style);
	ecs_buf_puts(out, "{\"value\":");
	ecs_buf_json_string(out,
	    view->marked.data == NULL ? "" : view->marked.data,
	    view->marked.len);
	ecs_buf_printf(out, ",\"matchLevel\":\"%s\"", match_level(view));
	if (words == 0) {
		write_words(view, out);
		if (view->nspans > 0)
			ecs_buf_printf(out, ",\"fullyHighlighted\":%s",
			    is_all_marked(view, ntokens) ? "true" : "false");
	}
	ecs_buf_putc(out, '}');
}

/* ---- values ---- */

static void
mark_list(struct instant_view *view, const char *value, size_t len,
    unsigned words, struct ecs_buf *out)
{
	struct scan scan = ecs_scan_begin(value, len);
	const char *item;
	size_t item_len;
	const char *comma = "";

	ecs_buf_putc(out, '[');
	while (ecs_scan_element(&scan, &item, &item_len)) {
		ecs_buf_puts(out, comma);
		ecs_instant_mark_value(view, item, item_len, words, out);
		comma = ",";
	}
	ecs_buf_putc(out, ']');
}

static void
mark_object(struct instant_view *view, const char *value, size_t len,
    unsigned words, struct ecs_buf *out)
{
	struct scan scan = ecs_scan_begin(value, len);
	const char *key;
	const char *member;
	size_t key_len;
	size_t member_len;
	const char *comma = "";

	ecs_buf_putc(out, '{');
	while (ecs_scan_member(&scan, &key, &key_len, &member, &member_len)) {
		ecs_buf_puts(out, comma);
		ecs_buf_add(out, key - 1, key_len + 2);
		ecs_buf_putc(out, ':');
		ecs_instant_mark_value(view, member, member_len, words, out);
		comma = ",";
	}
	ecs_buf_putc(out, '}');
}

void
ecs_instant_mark_value(struct instant_view *view, const char *value, size_t len,
    unsigned words, struct ecs_buf *out)
{
	if (value[0] == '[') {
		mark_list(view, value, len, words, out);
		return;
	}
	if (value[0] == '{') {
		mark_object(view, value, len, words, out);
		return;
	}
	ecs_buf_reset(&view->text);
	if (!ecs_scan_string(value, len, &view->text))
		ecs_buf_add(&view->text, value, len);
	ecs_instant_mark_text(view,
	    view->text.data == NULL ? "" : view->text.data, view->text.len,
	    words, out);
}
