/* SPDX-License-Identifier: ISC */
/*
 * suggest_api - what is being typed, completed.
 */
#include <string.h>
#include <time.h>

#include "ecsearch/suggest.h"

#include "app.h"

static struct ecs_suggest *
read_request(struct call *call)
{
	struct ecs_query_parameter list[ECS_MAX_PARAMS];
	const struct ecs_schema *schema = call->session->view->schema;
	struct ecs_err inside = {0};
	struct ecs_suggest *suggest;
	int n = call->request->nparams;

	for (int i = 0; i < n; i++) {
		list[i].name = call->request->params[i].name;
		list[i].value = call->request->params[i].value;
	}
	suggest = ecs_suggest_read(
	    schema, call->visible, list, (size_t)n, &call->err);
	if (suggest == NULL || !call->has_key || call->key.filter[0] == '\0')
		return suggest;
	suggest->embedded = ecs_filter_parse(
	    suggest->arena, schema, suggest->in, call->key.filter, &inside);
	if (suggest->embedded != NULL)
		return suggest;
	ecs_err_set(&call->err, 403, "bad_key_filter",
	    "the key's own filter does not fit these collections");
	ecs_suggest_free(suggest);
	return NULL;
}

/* ---- the answer ---- */

static void
write_member(struct ecs_buf *out, const char *name, const char *text)
{
	if (text == NULL)
		return;
	ecs_buf_printf(out, ",\"%s\":", name);
	ecs_buf_json_str(out, text);
}

/* In which collections a value or phrase is, and in how many documents. */
static void
write_counts(const struct ecs_suggestion *suggestion,
    const struct ecs_source *sources, size_t n, struct ecs_buf *out)
{
	const char *comma = "";

	ecs_buf_printf(
	    out, ",\"count\":%u,\"collections\":[", suggestion->count);
	for (size_t s = 0; s < n; s++) {
		if (suggestion->counts[s] == 0)
			continue;
		ecs_buf_printf(out, "%s{\"collection\":", comma);
		ecs_buf_json_str(out, sources[s].collection->name);
		ecs_buf_printf(out, ",\"count\":%u}", suggestion->counts[s]);
		comma = ",";
	}
	ecs_buf_putc(out, ']');
}

/* The document, as far as the asker may see it. */
static void
write_document(struct call *call, const struct ecs_suggestion *suggestion,
    const struct ecs_source *source)
{
	struct ecs_buf *out = ecs_reply_body(call->reply);

	if (suggestion->document == NULL)
		return;
	ecs_buf_puts(out, ",\"document\":");
	ecs_view_document(call, source->index, suggestion->document,
	    strlen(suggestion->document), out);
}

static void
write_suggestion(struct call *call, const struct ecs_suggestion *suggestion,
    const struct ecs_source *sources, size_t n)
{
	struct ecs_buf *out = ecs_reply_body(call->reply);

	ecs_buf_puts(out, "{\"type\":");
	ecs_buf_json_str(out, ecs_suggestion_type_name(suggestion->type));
	write_member(out, "text", suggestion->text);
	write_member(out, "highlight", suggestion->highlight);
	write_member(out, "matched", suggestion->matched);
	write_member(
	    out, "collection", sources[suggestion->source].collection->name);
	write_member(out, "id", suggestion->id);
	write_member(out, "field", suggestion->field);
	write_member(out, "value", suggestion->value);
	if (suggestion->type == ECS_SUGGEST_VALUE)
		write_member(out, "label", suggestion->text);
	write_document(call, suggestion, &sources[suggestion->source]);
	if (suggestion->type != ECS_SUGGEST_NAME)
		write_counts(suggestion, sources, n, out);
	ecs_buf_putc(out, '}');
}

static void
write_answer(struct call *call, const struct ecs_suggest *suggest,
    const struct ecs_suggestions *made, const struct ecs_source *sources,
    size_t n)
{
	struct ecs_buf *out = ecs_reply_body(call->reply);
	struct timespec now;
	int64_t us;

	ecs_buf_reset(out);
	ecs_buf_puts(out, "{\"q\":");
	ecs_buf_json_str(out, suggest->q);
	ecs_buf_puts(out, ",\"suggestions\":[");
	for (size_t i = 0; i < made->n; i++) {
		if (i > 0)
			ecs_buf_putc(out, ',');
		write_suggestion(call, &made->list[i], sources, n);
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	us = now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000 -
	    call->request->arrived;
	ecs_buf_printf(out, "],\"revision\":%llu,\"took_ms\":%.1f}\n",
	    (unsigned long long)call->session->view->revision,
	    (double)us / 1000);
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
}

/* Names and values stand in the columns: the index is not asked. */
static bool
answer(struct call *call, const struct ecs_suggest *suggest)
{
	struct ecs_source sources[ECS_MAX_COLLECTIONS];
	size_t n = ecs_call_tables(call, suggest->in, sources);
	struct ecs_query_context context = {
	    .analyzer = call->session->analyzer, .label_lang = call->lang};
	const struct meaning *meaning = call->session->view->lore->meaning;
	struct ecs_suggestions *made = ecs_suggest_run(
	    meaning->suggester, suggest, sources, n, &context, &call->err);

	if (made == NULL)
		return false;
	write_answer(call, suggest, made, sources, n);
	ecs_suggestions_free(made);
	if (ecs_reply_body(call->reply)->failed)
		return ecs_err_memory(&call->err);
	ecs_call_send_etag(call);
	return true;
}

/* What was asked in one spelling, for the ETag. */
static void
canonical(
    struct call *call, const struct ecs_suggest *suggest, struct ecs_buf *out)
{
	const struct meaning *meaning = call->session->view->lore->meaning;

	ecs_buf_printf(out, "suggest %u %d %u %d ",
	    ecs_suggester_version(meaning->suggester), suggest->lang,
	    suggest->limit, suggest->documents);
	for (int i = 0; i < suggest->schema->ncollections; i++)
		ecs_buf_putc(out, suggest->in[i] ? '1' : '0');
	for (int i = 0; i < ECS_SUGGESTION_TYPES; i++)
		ecs_buf_putc(out, suggest->types[i] ? '1' : '0');
	ecs_buf_puts(out, suggest->q);
}

bool
ecs_get_suggest(struct call *call)
{
	struct ecs_suggest *suggest = read_request(call);
	struct ecs_buf text = {0};
	bool done = false;
	bool ok;

	if (suggest == NULL)
		return false;
	canonical(call, suggest, &text);
	ok = ecs_call_etag(call, &text, &done);
	ecs_buf_fini(&text);
	if (ok && !done)
		ok = answer(call, suggest);
	ecs_suggest_free(suggest);
	return ok;
}
