/* SPDX-License-Identifier: ISC */
/*
 * view_hit - a hit as JSON: the stored document spliced in, its fields marked,
 * its passages with their places.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/layout.h"

#include "app.h"

enum { SNIPPET_BYTES = 320 };

void
ecs_hit_view_fini(struct hit_view *view)
{
	free(view->spans);
	ecs_buf_fini(&view->scratch);
	ecs_buf_fini(&view->text);
}

/* ---- private fields ---- */

static bool
has_private(const struct ecs_collection *collection)
{
	for (int i = 0; i < collection->nfields; i++)
		if (collection->fields[i].is_private)
			return true;
	return false;
}

bool
ecs_view_document(struct call *call, int collection, const char *json,
    size_t len, struct ecs_buf *out)
{
	const struct ecs_collection *of =
	    call->session->view->collections[collection].collection;
	struct scan scan = ecs_scan_begin(json, len);
	const char *key;
	const char *value;
	size_t key_len;
	size_t value_len;
	char before = '{';

	if (!has_private(of) || ecs_call_sees_private(call)) {
		ecs_buf_add(out, json, len);
		return true;
	}
	while (ecs_scan_member(&scan, &key, &key_len, &value, &value_len)) {
		bool hide = false;

		for (int i = 0; i < of->nfields; i++)
			hide |= of->fields[i].is_private &&
			    strlen(of->fields[i].name) == key_len &&
			    memcmp(of->fields[i].name, key, key_len) == 0;
		if (hide)
			continue;
		ecs_buf_putc(out, before);
		ecs_buf_add(out, key - 1, key_len + 2);
		ecs_buf_putc(out, ':');
		ecs_buf_add(out, value, value_len);
		before = ',';
	}
	ecs_buf_puts(out, before == '{' ? "{}" : "}");
	return true;
}

/* ---- highlighting ---- */

static struct ecs_mark_style
style_of(const struct ecs_search *search)
{
	return (struct ecs_mark_style){.pre = search->pre,
	    .post = search->post,
	    .html = search->highlight_html};
}

/*
 * Mark text into scratch and append it as a JSON string.  False when nothing
 * in it was asked for and only_matches is wanted.
 */
static bool
add_marked(struct hit_view *view, const char *text, size_t len, int lang,
    size_t limit, bool only_matches, struct ecs_buf *out)
{
	const struct ecs_mark_style style = style_of(view->search);
	size_t start = 0;
	size_t end = len;
	long n = 0;

	if (view->marks != NULL)
		n = ecs_find_spans(view->call->session->analyzer, view->marks,
		    text, len, lang, &view->spans, &view->span_room);
	if (n <= 0 && only_matches)
		return false;
	if (limit > 0 && len > limit)
		ecs_choose_snippet(text, len, view->spans,
		    n < 0 ? 0 : (size_t)n, limit, &start, &end);
	ecs_buf_reset(&view->scratch);
	ecs_write_marked(&view->scratch, text, len, start, end, view->spans,
	    n < 0 ? 0 : (size_t)n, &style);
	ecs_buf_json_string(out,
	    view->scratch.data == NULL ? "" : view->scratch.data,
	    view->scratch.len);
	return n > 0;
}

/* A field with several values: all of them, if one is marked. */
static bool
add_marked_list(struct hit_view *view, const char *value, size_t len, int lang,
    struct ecs_buf *out)
{
	struct scan scan = ecs_scan_begin(value, len);
	const char *item;
	size_t item_len;
	size_t before = out->len;
	bool any = false;
	char open = '[';

	while (ecs_scan_element(&scan, &item, &item_len)) {
		ecs_buf_reset(&view->text);
		if (!ecs_scan_string(item, item_len, &view->text))
			continue;
		ecs_buf_putc(out, open);
		open = ',';
		any |= add_marked(view,
		    view->text.data == NULL ? "" : view->text.data,
		    view->text.len, lang, SNIPPET_BYTES, false, out);
	}
	ecs_buf_putc(out, ']');
	if (!any && !out->failed)
		out->len = before;
	return any;
}

static bool
add_field(struct hit_view *view, const char *value, size_t len, int lang,
    struct ecs_buf *out)
{
	if (value[0] == '[')
		return add_marked_list(view, value, len, lang, out);
	ecs_buf_reset(&view->text);
	if (!ecs_scan_string(value, len, &view->text) || view->text.len == 0)
		return false;
	return add_marked(view, view->text.data, view->text.len, lang,
	    SNIPPET_BYTES, true, out);
}

static const struct ecs_field *
marked_field(const struct hit_view *view,
    const struct ecs_collection *collection, const char *key, size_t len)
{
	for (int i = 0; i < collection->nfields; i++) {
		const struct ecs_field *field = &collection->fields[i];

		if (strlen(field->name) != len ||
		    memcmp(field->name, key, len) != 0)
			continue;
		if (field->text < 0 || field->type == ECS_SECTIONS ||
		    (field->is_private && !ecs_call_sees_private(view->call)))
			return NULL;
		return field;
	}
	return NULL;
}

static void
add_highlight(struct hit_view *view, const struct ecs_source *source,
    const char *json, size_t len, int lang, struct ecs_buf *out)
{
	struct scan scan = ecs_scan_begin(json, len);
	const char *key;
	const char *value;
	size_t key_len;
	size_t value_len;
	const char *comma = "";

	ecs_buf_puts(out, ",\"highlight\":{");
	while (ecs_scan_member(&scan, &key, &key_len, &value, &value_len)) {
		size_t before = out->len;
		const struct ecs_field *field =
		    marked_field(view, source->collection, key, key_len);

		if (field == NULL)
			continue;
		view->marks = ecs_result_marks(view->result, field->name);
		ecs_buf_puts(out, comma);
		ecs_buf_add(out, key - 1, key_len + 2);
		ecs_buf_putc(out, ':');
		if (add_field(view, value, value_len, lang, out))
			comma = ",";
		else if (!out->failed)
			out->len = before;
	}
	ecs_buf_putc(out, '}');
}

/* ---- passages ---- */

static bool
add_passage(struct hit_view *view, const struct ecs_source *source,
    uint32_t docid, struct ecs_buf *out)
{
	struct ecs_buf data = {0};
	struct ecs_passage passage;
	bool ok =
	    ecs_index_data(source->reader, docid, &data, &view->call->err);

	if (ok && !ecs_passage_read(&passage, data.data, data.len))
		ok = ecs_err_set(&view->call->err, 500, "index_damaged",
		    "a passage cannot be read");
	if (ok) {
		ecs_buf_puts(out, "{\"id\":");
		ecs_buf_json_str(out, passage.id);
		ecs_buf_puts(out, ",\"text\":");
		add_marked(view, passage.text, passage.len,
		    ecs_lang_find(passage.lang, strlen(passage.lang)), 0, false,
		    out);
		ecs_buf_puts(out, ",\"section\":");
		ecs_buf_json_str(out, passage.section);
		if (passage.page >= 0)
			ecs_buf_printf(
			    out, ",\"page\":%lld", (long long)passage.page);
		else
			ecs_buf_puts(out, ",\"page\":null");
		ecs_buf_printf(out, ",\"start\":%u,\"end\":%u}", passage.start,
		    passage.end);
	}
	ecs_buf_fini(&data);
	return ok;
}

static bool
add_passages(struct hit_view *view, const struct ecs_hit *hit,
    const struct ecs_source *source, struct ecs_buf *out)
{
	if (source->collection->sections != NULL)
		view->marks = ecs_result_marks(
		    view->result, source->collection->sections->name);
	ecs_buf_puts(out, ",\"passages\":[");
	for (uint32_t i = 0; i < hit->npassages; i++) {
		if (i > 0)
			ecs_buf_putc(out, ',');
		if (!add_passage(view, source, hit->passages[i].docid, out))
			return false;
	}
	ecs_buf_printf(out, "],\"more_passages\":%u", hit->more_passages);
	return true;
}

static void
add_reasons(const struct ecs_hit *hit, struct ecs_buf *out)
{
	ecs_buf_puts(out, ",\"explain\":{\"score\":");
	ecs_buf_json_real(out, (double)hit->score, 7);
	ecs_buf_puts(out, ",\"reasons\":[");
	for (uint32_t i = 0; i < hit->nreasons; i++) {
		ecs_buf_puts(out, i > 0 ? ",{\"what\":" : "{\"what\":");
		ecs_buf_json_str(out, hit->reasons[i].what);
		ecs_buf_puts(out, ",\"points\":");
		ecs_buf_json_real(out, hit->reasons[i].points, 7);
		ecs_buf_puts(out, ",\"rareness\":");
		ecs_buf_json_real(out, hit->reasons[i].rareness, 7);
		ecs_buf_puts(out, ",\"weight\":");
		ecs_buf_json_real(out, hit->reasons[i].weight, 7);
		ecs_buf_putc(out, '}');
	}
	ecs_buf_puts(out, "]}");
}

int
ecs_view_lang(const struct ecs_source *source, uint32_t row)
{
	const uint32_t *ordinals;
	size_t column = ecs_lang_column(source->collection);
	const char *code;
	size_t len;

	if (ecs_column_row(source->table, column, row, &ordinals) == 0)
		return ECS_LANG_NONE;
	code = ecs_column_text(source->table, column, ordinals[0], &len);
	return ecs_lang_find(code, len);
}

static bool
write_hit(struct hit_view *view, const struct ecs_hit *hit,
    const struct ecs_record *record, struct ecs_buf *out)
{
	const struct ecs_source *source = &view->sources[hit->source];
	bool whole = record->hit == NULL;
	const char *json = whole ? record->json : record->hit;
	size_t len = whole ? record->json_len : record->hit_len;

	ecs_buf_puts(out, "{\"collection\":");
	ecs_buf_json_str(out, source->collection->name);
	ecs_buf_puts(out, ",\"id\":");
	ecs_buf_json_string(out, record->id, record->id_len);
	ecs_buf_puts(out, ",\"score\":");
	ecs_buf_json_real(out, (double)hit->score, 7);
	if (hit->distance_m >= 0)
		ecs_buf_printf(out, ",\"distance_m\":%.0f", hit->distance_m);
	ecs_buf_puts(out, ",\"document\":");
	ecs_view_document(view->call, source->index, json, len, out);
	if (view->search->highlight)
		add_highlight(view, source, json, len,
		    ecs_view_lang(source, hit->row), out);
	if (!add_passages(view, hit, source, out))
		return false;
	if (view->search->explain)
		add_reasons(hit, out);
	ecs_buf_putc(out, '}');
	return !out->failed || ecs_err_memory(&view->call->err);
}

bool
ecs_view_hit(struct hit_view *view, const struct ecs_hit *hit,
    struct ecs_buf *out, bool *gone)
{
	const struct ecs_source *source = &view->sources[hit->source];
	uint64_t made = view->result->cursor_revision;
	struct ecs_record record;
	bool found;

	if (!ecs_record_hit_by_number(source->records,
		source->records_collection, hit->row, source->revision, &record,
		&found, &view->call->err))
		return false;
	*gone = !found || (made > 0 && record.sequence > made);
	if (*gone && made == 0)
		return ecs_err_set(&view->call->err, 503, "index_moved",
		    "the index changed, ask again");
	return *gone || write_hit(view, hit, &record, out);
}
