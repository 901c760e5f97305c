/* SPDX-License-Identifier: ISC */
/*
 * document_api - a document as it was given, and how it was indexed.
 */
#include <stdio.h>
#include <string.h>

#include "ecsearch/layout.h"

#include "search_api.h"

static const char *const no_parameters[] = {NULL};

bool
ecs_call_record(struct call *call, struct ecs_record *record)
{
	const struct ecs_view_collection *of =
	    &call->session->view->collections[call->collection];
	const char *id = call->arguments[1];
	bool found = false;
	bool hidden = false;

	if (!ecs_record_by_id(call->session->records, of->records, id,
		strlen(id), of->sequence, record, &found, &call->err))
		return false;
	if (found &&
	    !ecs_call_hidden(call, call->collection, record->number, &hidden))
		return false;
	/* Looking behind the filter may have used the reader. */
	if (found && !hidden)
		return ecs_record_by_id(call->session->records, of->records, id,
		    strlen(id), of->sequence, record, &found, &call->err);
	return ecs_err_set(&call->err, 404, "no_document",
	    "there is no document \"%.80s\" in %s", id, of->collection->name);
}

static bool
answer_document(struct call *call)
{
	const char *asked = ecs_request_header(call->request, "If-None-Match");
	struct ecs_record record;
	char tag[32];

	if (!ecs_call_record(call, &record))
		return false;
	snprintf(
	    tag, sizeof(tag), "\"%llu\"", (unsigned long long)record.sequence);
	ecs_reply_header(call->reply, "ETag", tag);
	ecs_reply_header(call->reply, "Vary", "Authorization, X-API-Key");
	ecs_reply_header(call->reply, "Cache-Control", "no-cache");
	if (asked != NULL &&
	    (strcmp(asked, "*") == 0 || strstr(asked, tag) != NULL)) {
		ecs_reply_status(call->reply, 304);
		return true;
	}
	ecs_view_document(call, call->collection, record.json, record.json_len,
	    ecs_reply_body(call->reply));
	ecs_buf_putc(ecs_reply_body(call->reply), '\n');
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
	return !ecs_reply_body(call->reply)->failed ||
	    ecs_err_memory(&call->err);
}

bool
ecs_get_document(struct call *call)
{
	return ecs_call_only(call, no_parameters) &&
	    ecs_call_retry(call, answer_document);
}

/* ---- terms ---- */

struct term_writer {
	struct ecs_buf *out;
	const struct ecs_collection *collection;
	bool sees_private;
	bool any;
};

static const char *
kind_name(char kind)
{
	switch (kind) {
	case 'e':
		return "exact";
	case 'a':
		return "alternate";
	default:
		return "stem";
	}
}

static bool
write_term(void *user, const char *term, size_t len, uint32_t count)
{
	struct term_writer *in = user;
	int place = len > 1 ? term[0] - 'A' : -1;
	size_t form = len > 1 && term[1] == 's' ? 4 : 2;
	const struct ecs_field *field;

	if (place < 0 || place >= in->collection->ntexts || len < form)
		return true;
	field = in->collection->texts[place];
	if (field->is_private && !in->sees_private)
		return true;
	ecs_buf_puts(in->out, in->any ? ",{\"field\":" : "{\"field\":");
	in->any = true;
	ecs_buf_json_str(in->out, field->name);
	ecs_buf_printf(in->out, ",\"kind\":\"%s\"", kind_name(term[1]));
	if (form == 4) {
		ecs_buf_puts(in->out, ",\"lang\":");
		ecs_buf_json_string(in->out, term + 2, 2);
	}
	ecs_buf_puts(in->out, ",\"form\":");
	ecs_buf_json_string(in->out, term + form, len - form);
	ecs_buf_printf(in->out, ",\"count\":%u}", count);
	return true;
}

static bool
write_units(struct call *call, const struct ecs_source *source, uint32_t row,
    struct ecs_buf *out)
{
	struct term_writer in = {.out = out,
	    .collection = source->collection,
	    .sees_private = ecs_call_sees_private(call)};
	uint32_t first;
	uint32_t n;

	ecs_table_row_units(source->table, row, &first, &n);
	for (uint32_t i = 0; i < n; i++) {
		in.any = false;
		ecs_buf_printf(
		    out, "%s{\"unit\":%u,\"terms\":[", i > 0 ? "," : "", i);
		if (!ecs_index_document_terms(
			source->reader, first + i, write_term, &in, &call->err))
			return false;
		ecs_buf_puts(out, "]}");
	}
	return true;
}

static bool
answer_terms(struct call *call)
{
	bool only[ECS_MAX_COLLECTIONS] = {false};
	struct ecs_buf *out = ecs_reply_body(call->reply);
	struct ecs_source source;
	struct ecs_record record;
	size_t n;

	only[call->collection] = true;
	if (!ecs_call_record(call, &record) ||
	    !ecs_call_sources(call, only, &source, &n))
		return false;
	ecs_buf_puts(out, "{\"id\":");
	ecs_buf_json_string(out, record.id, record.id_len);
	ecs_buf_puts(out, ",\"units\":[");
	if (!write_units(call, &source, record.number, out))
		return false;
	ecs_buf_puts(out, "]}\n");
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
	return !out->failed || ecs_err_memory(&call->err);
}

bool
ecs_get_document_terms(struct call *call)
{
	return ecs_call_only(call, no_parameters) &&
	    ecs_call_retry(call, answer_terms);
}
