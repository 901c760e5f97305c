/* SPDX-License-Identifier: ISC */
/*
 * instant_view - the result of one sub-query as stock clients read it.
 *
 * A hit has the members of its document beside what is added:
 *
 *	objectID            the id
 *	_geoloc             {lat, lng} of its place
 *	_labels, _levels    the values of vocabularies as the attributes
 *	                    FIELD.label and FIELD.lvl0 ... call them
 *	passages            of a long document, whose text stays here: those
 *	                    that match best
 *	_highlightResult, _snippetResult, _rankingInfo
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/layout.h"

#include "instant.h"

enum { SNIPPET_WORDS = 10, MOST_SNIPPET_WORDS = 1000 };

void
ecs_instant_view_fini(struct instant_view *view)
{
	free(view->spans);
	free(view->tokens);
	ecs_buf_fini(&view->text);
	ecs_buf_fini(&view->marked);
	ecs_buf_fini(&view->highlights);
	ecs_buf_fini(&view->snippets);
}

/* ---- what was asked of an attribute ---- */

/* Is this the attribute, or one inside of it? */
static bool
names_it(const char *asked, const char *name, size_t len)
{
	return strcmp(asked, "*") == 0 ||
	    (strncmp(asked, name, len) == 0 &&
		(asked[len] == '\0' || asked[len] == '.'));
}

/* Without any names everything is retrieved; "-name" leaves one out. */
bool
ecs_instant_retrieves(
    const struct instant_view *view, const char *name, size_t len)
{
	const struct instant_names *names = &view->in->retrieve;
	bool found = false;

	if (names->list == NULL)
		return true;
	for (size_t i = 0; i < names->n; i++) {
		if (names_it(names->list[i], name, len))
			found = true;
		else if (names->list[i][0] == '-' &&
		    names_it(names->list[i] + 1, name, len))
			return false;
	}
	return found;
}

/* By default what holds text is highlighted, and numbers only when named. */
static bool
is_highlighted(
    const struct instant_view *view, const char *name, size_t len, bool text)
{
	const struct instant_names *names = &view->in->highlight;

	if (names->list == NULL)
		return text;
	for (size_t i = 0; i < names->n; i++) {
		bool all = strcmp(names->list[i], "*") == 0;

		if (all ? text : names_it(names->list[i], name, len))
			return true;
	}
	return false;
}

/* How many words a snippet of the attribute has; 0: none is asked. */
static unsigned
snippet_words(const struct instant_view *view, const char *name, size_t len)
{
	const struct instant_names *names = &view->in->snippet;

	for (size_t i = 0; names->list != NULL && i < names->n; i++) {
		const char *asked = names->list[i];
		size_t end = strcspn(asked, ":");
		long words = SNIPPET_WORDS;
		bool all = end == 1 && asked[0] == '*';

		if (!all &&
		    (end < len || strncmp(asked, name, len) != 0 ||
			(end > len && asked[len] != '.')))
			continue;
		if (asked[end] == ':')
			words = strtol(asked + end + 1, NULL, 10);
		if (words < 1)
			words = 1;
		return words > MOST_SNIPPET_WORDS ? MOST_SNIPPET_WORDS
						  : (unsigned)words;
	}
	return 0;
}

/* ---- members of the document ---- */

void
ecs_instant_begin_member(struct ecs_buf *out, const char *name, size_t len)
{
	if (out->len > 0 && out->data[out->len - 1] != '{')
		ecs_buf_putc(out, ',');
	ecs_buf_json_string(out, name, len);
	ecs_buf_putc(out, ':');
}

static const struct ecs_field *
field_of(const struct ecs_collection *collection, const char *name, size_t len)
{
	for (int i = 0; i < collection->nfields; i++)
		if (strlen(collection->fields[i].name) == len &&
		    memcmp(collection->fields[i].name, name, len) == 0)
			return &collection->fields[i];
	return NULL;
}

/* Names that are ours in a hit. */
static bool
is_ours(const struct instant_view *view, const char *name, size_t len)
{
	static const char *const ours[] = {"objectID", "_geoloc", "_labels",
	    "_levels", "_highlightResult", "_snippetResult", "_rankingInfo",
	    "passages"};
	size_t n = sizeof(ours) / sizeof(ours[0]);

	if (view->source->collection->sections == NULL)
		n--;
	for (size_t i = 0; i < n; i++)
		if (strlen(ours[i]) == len && memcmp(ours[i], name, len) == 0)
			return true;
	return false;
}

/* Does a raw value hold text, by itself or in a list? */
static bool
holds_text(const char *value, size_t len)
{
	return value[0] == '"' ||
	    (len > 1 && value[0] == '[' &&
		(value[1] == '"' || value[1] == ']'));
}

static void
write_member(struct instant_view *view, const char *name, size_t name_len,
    const char *value, size_t len, struct ecs_buf *out)
{
	const struct ecs_field *field =
	    field_of(view->source->collection, name, name_len);
	unsigned words = snippet_words(view, name, name_len);

	if (is_ours(view, name, name_len) ||
	    (field != NULL && field->is_private &&
		!ecs_call_sees_private(view->call)))
		return;
	view->marks = field == NULL || field->text < 0
	    ? NULL
	    : ecs_result_marks(view->result, field->name);
	if (ecs_instant_retrieves(view, name, name_len)) {
		ecs_instant_begin_member(out, name, name_len);
		ecs_buf_add(out, value, len);
	}
	if (is_highlighted(view, name, name_len, holds_text(value, len))) {
		ecs_instant_begin_member(&view->highlights, name, name_len);
		ecs_instant_mark_value(view, value, len, 0, &view->highlights);
	}
	if (words > 0 && holds_text(value, len)) {
		ecs_instant_begin_member(&view->snippets, name, name_len);
		ecs_instant_mark_value(
		    view, value, len, words, &view->snippets);
	}
}

static void
write_document(struct instant_view *view, const struct ecs_record *record,
    struct ecs_buf *out)
{
	bool whole = record->hit == NULL;
	struct scan scan = ecs_scan_begin(whole ? record->json : record->hit,
	    whole ? record->json_len : record->hit_len);
	const char *name;
	const char *value;
	size_t name_len;
	size_t len;

	while (ecs_scan_member(&scan, &name, &name_len, &value, &len))
		write_member(view, name, name_len, value, len, out);
}

/* ---- passages ---- */

static void
cut_back(struct ecs_buf *buf, size_t len)
{
	if (!buf->failed)
		buf->len = len;
}

static void
write_passage(struct instant_view *view, const struct ecs_passage *passage,
    struct ecs_buf *out)
{
	unsigned words = snippet_words(view, "passages", 8);

	ecs_buf_puts(out, "{\"id\":");
	ecs_buf_json_str(out, passage->id);
	ecs_buf_puts(out, ",\"text\":");
	ecs_buf_json_string(out, passage->text, passage->len);
	ecs_buf_puts(out, ",\"section\":");
	ecs_buf_json_str(out, passage->section);
	if (passage->page >= 0)
		ecs_buf_printf(out, ",\"page\":%lld", (long long)passage->page);
	ecs_buf_putc(out, '}');
	view->lang = ecs_lang_find(passage->lang, strlen(passage->lang));
	ecs_buf_puts(&view->highlights, "{\"text\":");
	ecs_instant_mark_text(
	    view, passage->text, passage->len, 0, &view->highlights);
	ecs_buf_puts(&view->highlights, ",\"section\":");
	ecs_instant_mark_text(view, passage->section, strlen(passage->section),
	    0, &view->highlights);
	ecs_buf_putc(&view->highlights, '}');
	ecs_buf_puts(&view->snippets, "{\"text\":");
	ecs_instant_mark_text(view, passage->text, passage->len,
	    words > 0 ? words : SNIPPET_WORDS, &view->snippets);
	ecs_buf_putc(&view->snippets, '}');
}

static bool
add_passage(struct instant_view *view, uint32_t docid, struct ecs_buf *out)
{
	struct ecs_buf data = {0};
	struct ecs_passage passage;
	bool ok = ecs_index_data(
	    view->source->reader, docid, &data, &view->call->err);

	if (ok && !ecs_passage_read(&passage, data.data, data.len))
		ok = ecs_err_set(&view->call->err, 500, "index_damaged",
		    "a passage cannot be read");
	if (ok)
		write_passage(view, &passage, out);
	ecs_buf_fini(&data);
	return ok;
}

static bool
write_passages(
    struct instant_view *view, const struct ecs_hit *hit, struct ecs_buf *out)
{
	const struct ecs_field *field = view->source->collection->sections;
	struct ecs_buf *const lists[] = {
	    out, &view->highlights, &view->snippets};
	const bool wanted[] = {ecs_instant_retrieves(view, "passages", 8),
	    is_highlighted(view, "passages", 8, true),
	    snippet_words(view, "passages", 8) > 0};
	size_t before[3];

	if (field == NULL)
		return true;
	view->marks = ecs_result_marks(view->result, field->name);
	for (int i = 0; i < 3; i++) {
		before[i] = lists[i]->len;
		ecs_instant_begin_member(lists[i], "passages", 8);
		ecs_buf_putc(lists[i], '[');
	}
	for (uint32_t k = 0; k < hit->npassages; k++) {
		for (int i = 0; k > 0 && i < 3; i++)
			ecs_buf_putc(lists[i], ',');
		if (!add_passage(view, hit->passages[k].docid, out))
			return false;
	}
	for (int i = 0; i < 3; i++) {
		ecs_buf_putc(lists[i], ']');
		if (!wanted[i])
			cut_back(lists[i], before[i]);
	}
	return true;
}

/* ---- a hit ---- */

/* The marked texts gathered for the hit, as a member. */
static void
write_gathered(const char *member, struct ecs_buf *gathered, bool always,
    struct ecs_buf *out)
{
	if (!always && gathered->len == 0)
		return;
	ecs_instant_begin_member(out, member, strlen(member));
	ecs_buf_putc(out, '{');
	ecs_buf_add(
	    out, gathered->data == NULL ? "" : gathered->data, gathered->len);
	ecs_buf_putc(out, '}');
}

static void
write_ranking(const struct ecs_hit *hit, struct ecs_buf *out)
{
	ecs_instant_begin_member(out, "_rankingInfo", 12);
	ecs_buf_puts(out, "{\"score\":");
	ecs_buf_json_real(out, (double)hit->score, 7);
	ecs_buf_printf(out, ",\"geoDistance\":%.0f}",
	    hit->distance_m >= 0 ? hit->distance_m : 0.0);
}

static bool
write_hit(struct instant_view *view, const struct ecs_hit *hit,
    const struct ecs_record *record, struct ecs_buf *out)
{
	ecs_buf_reset(&view->highlights);
	ecs_buf_reset(&view->snippets);
	view->lang = ecs_view_lang(view->source, hit->row);
	ecs_buf_putc(out, '{');
	write_document(view, record, out);
	ecs_instant_begin_member(out, "objectID", 8);
	ecs_buf_json_string(out, record->id, record->id_len);
	ecs_instant_write_derived(view, hit->row, out);
	if (!write_passages(view, hit, out))
		return false;
	write_gathered("_highlightResult", &view->highlights,
	    view->in->highlight.list == NULL, out);
	write_gathered("_snippetResult", &view->snippets, false, out);
	if (view->in->ranking_info)
		write_ranking(hit, out);
	ecs_buf_putc(out, '}');
	return (!out->failed && !view->highlights.failed &&
		   !view->snippets.failed && view->call->err.status == 0) ||
	    ecs_err_memory(&view->call->err);
}

static bool
add_hit(
    struct instant_view *view, const struct ecs_hit *hit, struct ecs_buf *out)
{
	const struct ecs_source *source = view->source;
	struct ecs_record record;
	bool found;

	if (!ecs_record_hit_by_number(source->records,
		source->records_collection, hit->row, source->revision, &record,
		&found, &view->call->err))
		return false;
	if (!found)
		return ecs_err_set(&view->call->err, 503, "index_moved",
		    "the index changed, ask again");
	return write_hit(view, hit, &record, out);
}

/* ---- the result ---- */

static void
write_counts(const struct instant_view *view, struct ecs_buf *out)
{
	const struct ecs_search *search = view->in->search;
	const char *exact = view->result->exact ? "true" : "false";
	uint32_t total = view->result->total;
	uint32_t size = search->per_page;
	uint32_t page = search->offset > 0 && size > 0 ? search->offset / size
						       : search->page - 1;

	ecs_buf_printf(out,
	    "],\"nbHits\":%u,\"page\":%u,\"nbPages\":%u,\"hitsPerPage\":%u",
	    total, page, size == 0 ? 0 : total / size + (total % size > 0),
	    size);
	if (search->offset > 0)
		ecs_buf_printf(
		    out, ",\"offset\":%u,\"length\":%u", search->offset, size);
	ecs_buf_printf(out,
	    ",\"exhaustive\":{\"nbHits\":%s,\"facetsCount\":true,"
	    "\"typo\":true},\"exhaustiveNbHits\":%s,"
	    "\"exhaustiveFacetsCount\":true,\"exhaustiveTypo\":true",
	    exact, exact);
}

static void
write_question(const struct instant_view *view, struct ecs_buf *out)
{
	const struct ecs_search *search = view->in->search;

	ecs_buf_puts(out, ",\"query\":");
	ecs_buf_json_str(out, search->q);
	ecs_buf_puts(out, ",\"params\":");
	ecs_buf_json_str(out, view->in->params);
	ecs_buf_puts(out, ",\"index\":");
	ecs_buf_json_str(out, view->in->index);
	if (search->has_near) {
		ecs_buf_puts(out, ",\"aroundLatLng\":\"");
		ecs_buf_json_real(out, search->near_lat, 10);
		ecs_buf_putc(out, ',');
		ecs_buf_json_real(out, search->near_lon, 10);
		ecs_buf_putc(out, '"');
	}
}

bool
ecs_instant_write(struct instant_view *view, int64_t us, struct ecs_buf *out)
{
	ecs_buf_puts(out, "{\"hits\":[");
	for (size_t i = 0; i < view->result->nhits; i++) {
		if (i > 0)
			ecs_buf_putc(out, ',');
		if (!add_hit(view, &view->result->hits[i], out))
			return false;
	}
	write_counts(view, out);
	write_question(view, out);
	if (!ecs_instant_write_facets(view, out))
		return false;
	ecs_buf_printf(
	    out, ",\"processingTimeMS\":%lld}", (long long)(us + 999) / 1000);
	return !out->failed || ecs_err_memory(&view->call->err);
}
