/* SPDX-License-Identifier: ISC */
/*
 * instant_facets - facets of stock clients: which are counted, and the counts.
 *
 * FIELD and FIELD.label are one count, FIELD.lvl0, FIELD.lvl1 ... another along
 * the vocabulary.  Every count is of what all filters leave: the clients send a
 * sub-query without a facet's own choice themselves.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instant.h"

/* ---- what is to be counted ---- */

static bool
add_count(struct instant_reader *in, const struct instant_attribute *attribute,
    size_t *count)
{
	struct ecs_search *search = in->to->search;
	struct ecs_facet_request *list =
	    (struct ecs_facet_request *)(uintptr_t)search->facets;
	enum ecs_facet_type type =
	    attribute->kind == INSTANT_LEVEL ? ECS_FACET_TREE : ECS_FACET_VALUE;

	for (*count = 0; *count < search->nfacets; (*count)++)
		if (list[*count].type == type &&
		    strcmp(list[*count].field, attribute->field->name) == 0)
			return true;
	if (search->nfacets == ECS_MAX_FACETS)
		return ecs_instant_fail(
		    in, "more than %d facets", (int)ECS_MAX_FACETS);
	list[search->nfacets++] = (struct ecs_facet_request){
	    .field = attribute->field->name, .type = type};
	return true;
}

static bool
add_facet(struct instant_reader *in, const char *name)
{
	struct instant *to = in->to;
	struct instant_facet *facet = &to->facets[to->nfacets];

	if (!ecs_instant_attribute(in, name, strlen(name), &facet->attribute))
		return false;
	facet->count = NO_COUNT;
	if (facet->attribute.here && !facet->attribute.field->facet)
		return ecs_instant_fail(
		    in, "\"%.60s\" is not counted as a facet", name);
	to->nfacets++;
	return !facet->attribute.here ||
	    add_count(in, &facet->attribute, &facet->count);
}

static bool
add_every_facet(struct instant_reader *in)
{
	const struct ecs_collection *of =
	    &in->asker->schema->collections[in->to->collection];

	for (int i = 0; i < of->nfields; i++) {
		bool listed = !of->fields[i].facet || of->fields[i].is_private;

		for (size_t k = 0; k < in->to->nfacets; k++)
			listed |= strcmp(in->to->facets[k].attribute.name,
				      of->fields[i].name) == 0;
		if (!listed && !add_facet(in, of->fields[i].name))
			return false;
	}
	return true;
}

bool
ecs_instant_read_facets(
    struct instant_reader *in, const struct instant_names *names)
{
	const struct ecs_collection *of =
	    &in->asker->schema->collections[in->to->collection];
	size_t room = names->n + (size_t)of->nfields + 1;

	in->to->facets =
	    ecs_arena_alloc(in->arena, room * sizeof(*in->to->facets));
	in->to->search->facets = ecs_arena_alloc(
	    in->arena, ECS_MAX_FACETS * sizeof(struct ecs_facet_request));
	if (in->to->facets == NULL || in->to->search->facets == NULL)
		return ecs_err_memory(in->err);
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->list[i], "*") == 0
			? !add_every_facet(in)
			: !add_facet(in, names->list[i]))
			return false;
	return true;
}

/* ---- values ---- */

static void
name_value(const struct instant_view *view, const struct instant_facet *of,
    const struct ecs_facet_value *value, struct ecs_buf *out)
{
	const struct ecs_field *field = of->attribute.field;
	int concept = -1;
	char date[32];

	ecs_buf_reset(out);
	if (of->attribute.kind != INSTANT_FIELD)
		concept = ecs_vocabulary_find(
		    field->vocabulary, value->text, strlen(value->text));
	if (concept >= 0) {
		ecs_instant_name(field->vocabulary, concept, of->attribute.kind,
		    view->in->lang, out);
	} else if (value->text != NULL) {
		ecs_buf_puts(out, value->text);
	} else if (field->type == ECS_DATE) {
		ecs_format_date(value->number, date);
		ecs_buf_puts(out, date);
	} else {
		ecs_buf_json_real(out, value->number, 15);
	}
}

static int
by_count(const void *a, const void *b)
{
	const struct ecs_facet_value *x = *(struct ecs_facet_value *const *)a;
	const struct ecs_facet_value *y = *(struct ecs_facet_value *const *)b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return (x > y) - (x < y); /* the vocabulary's order */
}

/*
 * The values that an attribute shows: those that are found, of a level those of
 * that level, the commonest first.  In the result's arena.
 */
static bool
list_values(struct instant_view *view, const struct instant_facet *of,
    const struct ecs_facet *facet, const struct ecs_facet_value ***list,
    size_t *n)
{
	bool level = of->attribute.kind == INSTANT_LEVEL;

	*n = 0;
	*list = ecs_arena_alloc(
	    view->result->arena, (facet->nvalues + 1) * sizeof(**list));
	if (*list == NULL)
		return ecs_err_memory(&view->call->err);
	for (size_t i = 0; i < facet->nvalues; i++)
		if (facet->values[i].count > 0 &&
		    (!level || facet->values[i].depth == of->attribute.level))
			(*list)[(*n)++] = &facet->values[i];
	if (level)
		qsort(*list, *n, sizeof(**list), by_count);
	return true;
}

/* ---- the members ---- */

static bool
write_facet(struct instant_view *view, const struct instant_facet *of,
    struct ecs_buf *out)
{
	const struct ecs_facet *facet = &view->result->facets[of->count];
	const struct ecs_facet_value **list;
	size_t n;

	if (!list_values(view, of, facet, &list, &n))
		return false;
	if (n > view->in->max_values)
		n = view->in->max_values;
	ecs_buf_json_str(out, of->attribute.name);
	ecs_buf_puts(out, ":{");
	for (size_t i = 0; i < n; i++) {
		name_value(view, of, list[i], &view->text);
		if (i > 0)
			ecs_buf_putc(out, ',');
		ecs_buf_json_string(out,
		    view->text.data == NULL ? "" : view->text.data,
		    view->text.len);
		ecs_buf_printf(out, ":%u", list[i]->count);
	}
	ecs_buf_putc(out, '}');
	return true;
}

/* Of a date in seconds since 1970, as numericFilters takes them. */
static void
write_stats(const struct instant_facet *of, const struct ecs_facet *facet,
    struct ecs_buf *out)
{
	ecs_buf_json_str(out, of->attribute.name);
	ecs_buf_puts(out, ":{\"min\":");
	ecs_buf_json_real(out, facet->min, 15);
	ecs_buf_puts(out, ",\"max\":");
	ecs_buf_json_real(out, facet->max, 15);
	ecs_buf_puts(out, ",\"avg\":");
	ecs_buf_json_real(out, facet->sum / facet->counted, 15);
	ecs_buf_puts(out, ",\"sum\":");
	ecs_buf_json_real(out, facet->sum, 15);
	ecs_buf_putc(out, '}');
}

static void
write_all_stats(const struct instant_view *view, struct ecs_buf *out)
{
	const char *comma = "";

	ecs_buf_puts(out, ",\"facets_stats\":{");
	for (size_t i = 0; i < view->in->nfacets; i++) {
		const struct instant_facet *of = &view->in->facets[i];
		const struct ecs_facet *facet;

		if (of->count == NO_COUNT)
			continue;
		facet = &view->result->facets[of->count];
		if (!facet->has_stats || facet->counted == 0)
			continue;
		ecs_buf_puts(out, comma);
		write_stats(of, facet, out);
		comma = ",";
	}
	ecs_buf_putc(out, '}');
}

/* Clients that draw whatever facets there are ask for their order. */
static void
write_order(const struct instant_view *view, struct ecs_buf *out)
{
	const char *comma = "";

	ecs_buf_puts(out,
	    ",\"renderingContent\":{\"facetOrdering\":{\"facets\":{\"order\":"
	    "[");
	for (size_t i = 0; i < view->in->nfacets; i++) {
		if (view->in->facets[i].count == NO_COUNT)
			continue;
		ecs_buf_puts(out, comma);
		ecs_buf_json_str(out, view->in->facets[i].attribute.name);
		comma = ",";
	}
	ecs_buf_puts(out, "]},\"values\":{}}}");
}

bool
ecs_instant_write_facets(struct instant_view *view, struct ecs_buf *out)
{
	const char *comma = "";

	if (view->in->nfacets == 0)
		return true;
	ecs_buf_puts(out, ",\"facets\":{");
	for (size_t i = 0; i < view->in->nfacets; i++) {
		if (view->in->facets[i].count == NO_COUNT)
			continue;
		ecs_buf_puts(out, comma);
		if (!write_facet(view, &view->in->facets[i], out))
			return false;
		comma = ",";
	}
	ecs_buf_putc(out, '}');
	write_all_stats(view, out);
	write_order(view, out);
	return true;
}

/* ---- a search inside the values ---- */

/* Look for words that begin as those of the question. */
static bool
make_marks(struct instant_view *view, struct ecs_marks *marks)
{
	const char *q = view->in->facet_q;
	struct ecs_analyzer *analyzer = view->call->session->analyzer;
	long n = ecs_text_cut(q, strlen(q), &view->tokens, &view->token_room);
	bool ok = n >= 0;

	for (long i = 0; ok && i < n && i < 64; i++) {
		const struct ecs_token *token = &view->tokens[i];
		char folded[ECS_FORM_BYTES + 1];
		size_t len = ecs_fold_word(analyzer, q + token->start,
		    token->end - token->start, folded);

		ok = len == 0 ||
		    ecs_marks_add_prefix(marks, folded, len, (unsigned)i, 1);
	}
	return ok || ecs_err_memory(&view->call->err);
}

/* A level is counted whole, so it is searched here: words that begin so. */
static bool
is_asked(struct instant_view *view, const struct instant_facet *of,
    const struct ecs_buf *name)
{
	long n;

	if (of->attribute.kind != INSTANT_LEVEL || ecs_marks_empty(view->marks))
		return true;
	n = ecs_find_spans(view->call->session->analyzer, view->marks,
	    name->data == NULL ? "" : name->data, name->len, ECS_LANG_NONE,
	    &view->spans, &view->span_room);
	return n > 0;
}

static void
write_facet_hit(struct instant_view *view, const struct ecs_buf *name,
    uint32_t count, struct ecs_buf *out)
{
	const struct ecs_mark_style style = {.pre = view->in->search->pre,
	    .post = view->in->search->post,
	    .raw = true};
	const char *text = name->data == NULL ? "" : name->data;
	long n = ecs_find_spans(view->call->session->analyzer, view->marks,
	    text, name->len, ECS_LANG_NONE, &view->spans, &view->span_room);

	ecs_buf_reset(&view->marked);
	ecs_write_marked(&view->marked, text, name->len, 0, name->len,
	    view->spans, n < 0 ? 0 : (size_t)n, &style);
	ecs_buf_puts(out, "{\"value\":");
	ecs_buf_json_string(out, text, name->len);
	ecs_buf_puts(out, ",\"highlighted\":");
	ecs_buf_json_string(out,
	    view->marked.data == NULL ? "" : view->marked.data,
	    view->marked.len);
	ecs_buf_printf(out, ",\"count\":%u}", count);
}

static bool
write_values(struct instant_view *view, const struct instant_facet *of,
    struct ecs_buf *out)
{
	const struct ecs_facet_value **list;
	const char *comma = "";
	uint32_t left = view->in->facet_hits;
	size_t n;

	if (!list_values(view, of, &view->result->facets[of->count], &list, &n))
		return false;
	for (size_t i = 0; i < n && left > 0; i++) {
		name_value(view, of, list[i], &view->text);
		if (!is_asked(view, of, &view->text))
			continue;
		ecs_buf_puts(out, comma);
		write_facet_hit(view, &view->text, list[i]->count, out);
		comma = ",";
		left--;
	}
	return true;
}

bool
ecs_instant_write_facet_hits(
    struct instant_view *view, int64_t us, struct ecs_buf *out)
{
	const struct instant_facet *of = &view->in->facets[0];
	struct ecs_marks *marks = ecs_marks_new();
	bool ok = marks != NULL || ecs_err_memory(&view->call->err);

	view->marks = marks;
	ecs_buf_puts(out, "{\"facetHits\":[");
	ok = ok && make_marks(view, marks) &&
	    (of->count == NO_COUNT || write_values(view, of, out));
	ecs_buf_printf(out,
	    "],\"exhaustiveFacetsCount\":true,\"processingTimeMS\":%lld}",
	    (long long)(us + 999) / 1000);
	view->marks = NULL;
	ecs_marks_free(marks);
	return ok && (!out->failed || ecs_err_memory(&view->call->err));
}
