/* SPDX-License-Identifier: ISC */
/*
 * view_passage - the passages of a document and its outline as JSON.
 *
 * The index keeps of a passage the path of its section but not which section
 * that is.  Sections and passages are in the same order, so both are walked at
 * once: a passage begins a section when its path or page changes, or when its
 * place in the section's text goes back.
 */
#include <stdlib.h>
#include <string.h>

#include "passage_api.h"

void
ecs_passage_view_fini(struct passage_view *view)
{
	ecs_buf_fini(&view->data);
	ecs_buf_fini(&view->marked);
	free(view->spans);
}

bool
ecs_passage_take(struct passage_view *view, uint32_t number)
{
	ecs_buf_reset(&view->data);
	if (!ecs_index_data(view->source->reader, view->first + number,
		&view->data, &view->call->err))
		return false;
	return ecs_passage_read(
		   &view->passage, view->data.data, view->data.len) ||
	    ecs_err_set(&view->call->err, 500, "index_damaged",
		"a passage cannot be read");
}

static bool
is_found(const struct passage_view *view, uint32_t number)
{
	for (uint32_t i = 0; view->hit != NULL && i < view->hit->npassages; i++)
		if (view->hit->passages[i].docid == view->first + number)
			return true;
	return false;
}

/* The text with its words marked, as HTML; nothing when it has none. */
static bool
add_marked(struct passage_view *view, struct ecs_buf *out)
{
	const struct ecs_mark_style style = {.pre = view->search->pre,
	    .post = view->search->post,
	    .html = view->search->highlight_html,
	    .raw = true};
	const struct ecs_passage *passage = &view->passage;
	int lang = ecs_lang_find(passage->lang, strlen(passage->lang));
	long n = ecs_find_spans(view->call->session->analyzer, view->marks,
	    passage->text, passage->len, lang, &view->spans, &view->span_room);

	if (n < 0)
		return ecs_err_memory(&view->call->err);
	if (n == 0)
		return true;
	ecs_buf_reset(&view->marked);
	ecs_write_marked(&view->marked, passage->text, passage->len, 0,
	    passage->len, view->spans, (size_t)n, &style);
	if (view->marked.failed)
		return ecs_err_memory(&view->call->err);
	ecs_buf_puts(out, ",\"highlight\":");
	ecs_buf_json_string(out, view->marked.data, view->marked.len);
	return true;
}

static void
add_page(int64_t page, struct ecs_buf *out)
{
	if (page >= 0)
		ecs_buf_printf(out, ",\"page\":%lld", (long long)page);
	else
		ecs_buf_puts(out, ",\"page\":null");
}

bool
ecs_passage_view(
    struct passage_view *view, uint32_t number, struct ecs_buf *out)
{
	const struct ecs_passage *passage = &view->passage;

	ecs_buf_puts(out, "{\"id\":");
	ecs_buf_json_str(out, passage->id);
	ecs_buf_printf(out, ",\"number\":%u,\"section\":", number + 1);
	ecs_buf_json_str(out, passage->section);
	add_page(passage->page, out);
	ecs_buf_printf(out,
	    ",\"start\":%u,\"end\":%u,\"lang\":", passage->start, passage->end);
	ecs_buf_json_str(out, passage->lang);
	ecs_buf_puts(out, ",\"text\":");
	ecs_buf_json_string(out, passage->text, passage->len);
	if (view->search != NULL)
		ecs_buf_printf(out, ",\"matches\":%s",
		    is_found(view, number) ? "true" : "false");
	if (view->search != NULL && view->marks != NULL &&
	    !add_marked(view, out))
		return false;
	ecs_buf_putc(out, '}');
	return true;
}

/* ---- the outline ---- */

/* The first passages of the sections that have any, in order. */
struct walk {
	struct passage_view *view;
	struct ecs_buf path; /* of the section that begins at at */
	uint32_t at;
	uint32_t before; /* where the section before it begins */
	int64_t page;
	uint32_t start;
};

static bool
note_path(struct walk *walk)
{
	const char *section = walk->view->passage.section;

	ecs_buf_reset(&walk->path);
	ecs_buf_puts(&walk->path, section);
	walk->page = walk->view->passage.page;
	walk->start = walk->view->passage.start;
	return !walk->path.failed || ecs_err_memory(&walk->view->call->err);
}

static bool
begin(struct walk *walk)
{
	if (walk->at >= walk->view->n)
		return true;
	return ecs_passage_take(walk->view, walk->at) && note_path(walk);
}

/* Go to the passage that begins the next section, n when there is none. */
static bool
next_section(struct walk *walk)
{
	const struct ecs_passage *passage = &walk->view->passage;

	walk->before = walk->at;
	while (++walk->at < walk->view->n) {
		if (!ecs_passage_take(walk->view, walk->at))
			return false;
		if (passage->start <= walk->start ||
		    passage->page != walk->page ||
		    strcmp(passage->section, walk->path.data) != 0)
			return note_path(walk);
		walk->start = passage->start;
	}
	return true;
}

static void
add_entry(
    const struct ecs_doc_section *section, uint32_t number, struct ecs_buf *out)
{
	ecs_buf_puts(out, "{\"heading\":");
	ecs_buf_json_str(out, section->heading);
	ecs_buf_printf(out, ",\"level\":%d", section->level);
	add_page(section->page, out);
	ecs_buf_printf(out, ",\"number\":%u}", number + 1);
}

static bool
is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

/*
 * Where the section begins; false on failure.  A section of the path of the one
 * before may have been taken for more of it, and is then found there.
 */
static bool
place_section(
    struct walk *walk, const struct ecs_doc_section *section, uint32_t *number)
{
	*number = walk->before;
	if (walk->at < walk->view->n &&
	    strcmp(walk->path.data, section->path) == 0) {
		*number = walk->at;
		return next_section(walk);
	}
	return true;
}

bool
ecs_outline_view(
    struct passage_view *view, const struct ecs_doc *doc, struct ecs_buf *out)
{
	struct walk walk = {.view = view};
	const char *comma = "";
	bool ok = begin(&walk);

	ecs_buf_puts(out, ",\"outline\":[");
	for (size_t i = 0; ok && view->n > 0 && i < doc->nsections; i++) {
		const struct ecs_doc_section *section = &doc->sections[i];
		uint32_t number;

		/* Neither a heading nor a text: there is no passage of it. */
		if (section->heading[0] == '\0' && is_blank(section->text))
			continue;
		ok = place_section(&walk, section, &number);
		if (!ok || section->heading[0] == '\0')
			continue;
		ecs_buf_puts(out, comma);
		add_entry(section, number, out);
		comma = ",";
	}
	ecs_buf_putc(out, ']');
	ecs_buf_fini(&walk.path);
	return ok;
}
