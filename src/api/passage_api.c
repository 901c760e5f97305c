/* SPDX-License-Identifier: ISC */
/*
 * passage_api - the passages of a document, all in their order or one.
 *
 * With q the words are looked for as the search that leads here looks for them:
 * over the whole collection, so that what was meant by a slip, and whether all
 * words or any are asked, is decided alike.
 */
#include <stdlib.h>
#include <string.h>

#include "passage_api.h"

/* One answer being made. */
struct answer {
	struct call *call;
	const struct passage_ask *ask;
	struct ecs_source source;
	struct ecs_result *result;
	struct passage_view view;
	struct ecs_buf *out;
};

/* ---- what is told ---- */

static uint32_t
found_passages(const struct answer *in)
{
	return in->view.hit == NULL ? 0 : in->view.hit->npassages;
}

/* How many passages the list goes through. */
static uint32_t
listed(const struct answer *in)
{
	return in->ask->only_matching ? found_passages(in) : in->view.n;
}

static void
write_head(struct answer *in)
{
	struct ecs_buf *out = in->out;

	ecs_buf_puts(out, "{\"collection\":");
	ecs_buf_json_str(out, in->source.collection->name);
	ecs_buf_puts(out, ",\"id\":");
	ecs_buf_json_str(out, in->call->arguments[1]);
	ecs_buf_printf(
	    out, ",\"total\":{\"value\":%u,\"exact\":true}", in->view.n);
	if (in->result == NULL)
		ecs_buf_puts(out, ",\"matching\":null");
	else
		ecs_buf_printf(out, ",\"matching\":{\"value\":%u,\"exact\":%s}",
		    found_passages(in), in->result->exact ? "true" : "false");
}

static void
write_tail(struct answer *in)
{
	ecs_buf_printf(in->out, ",\"revision\":%llu}\n",
	    (unsigned long long)in->call->session->view->revision);
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a;
	const uint32_t *y = b;

	return (*x > *y) - (*x < *y);
}

/*
 * The numbers of those that match, in the order asked for; NULL when all are
 * listed.
 */
static bool
sort_matching(struct answer *in, uint32_t **sorted)
{
	uint32_t n = found_passages(in);

	*sorted = NULL;
	if (!in->ask->only_matching)
		return true;
	*sorted = ecs_arena_alloc(
	    in->ask->search->arena, ((size_t)n + 1) * sizeof(**sorted));
	if (*sorted == NULL)
		return ecs_err_memory(&in->call->err);
	for (uint32_t i = 0; i < n; i++)
		(*sorted)[i] = in->view.hit->passages[i].docid - in->view.first;
	if (!in->ask->best_first)
		qsort(*sorted, n, sizeof(**sorted), by_number);
	return true;
}

static bool
write_list(struct answer *in, const uint32_t *sorted)
{
	const struct passage_ask *ask = in->ask;
	uint32_t n = listed(in);
	uint64_t at = ((uint64_t)ask->page - 1) * ask->per_page;
	uint64_t end = at + ask->per_page;

	ecs_buf_printf(
	    in->out, ",\"page\":%u,\"per_page\":%u", ask->page, ask->per_page);
	ecs_buf_printf(in->out, ",\"pages\":%u,\"passages\":[",
	    ask->per_page == 0 ? 0 : (n + ask->per_page - 1) / ask->per_page);
	for (uint64_t i = at; i < end && i < n; i++) {
		uint32_t number = sorted == NULL ? (uint32_t)i : sorted[i];

		if (i > at)
			ecs_buf_putc(in->out, ',');
		if (!ecs_passage_take(&in->view, number) ||
		    !ecs_passage_view(&in->view, number, in->out))
			return false;
	}
	ecs_buf_putc(in->out, ']');
	return true;
}

/* ---- one passage ---- */

static bool
find_passage(struct answer *in, uint32_t *number)
{
	const char *wanted = in->ask->passage;

	for (*number = 0; *number < in->view.n; ++*number) {
		if (!ecs_passage_take(&in->view, *number))
			return false;
		if (strcmp(in->view.passage.id, wanted) == 0)
			return true;
	}
	if (in->ask->changed != NULL &&
	    !ecs_passage_former(&in->view, wanted, in->ask->changed))
		return false;
	if (in->ask->changed != NULL && *in->ask->changed != NULL)
		return ecs_err_set(&in->call->err, 410, "passage_changed",
		    "the text of the passage \"%.40s\" changed", wanted);
	return ecs_err_set(&in->call->err, 404, "no_passage",
	    "the document has no passage \"%.40s\"", wanted);
}

/* The id of a passage beside another; number wraps below the first. */
static bool
write_neighbour(struct answer *in, const char *name, uint32_t number)
{
	ecs_buf_printf(in->out, ",\"%s\":", name);
	if (number >= in->view.n) {
		ecs_buf_puts(in->out, "null");
		return true;
	}
	if (!ecs_passage_take(&in->view, number))
		return false;
	ecs_buf_json_str(in->out, in->view.passage.id);
	return true;
}

static bool
write_one(struct answer *in)
{
	uint32_t number;

	if (!find_passage(in, &number))
		return false;
	ecs_buf_puts(in->out, ",\"passage\":");
	return ecs_passage_view(&in->view, number, in->out) &&
	    write_neighbour(in, "previous", number - 1) &&
	    write_neighbour(in, "next", number + 1);
}

/* ---- asking ---- */

/* Look for the words, in all documents, and keep what this one has. */
static bool
run_search(struct answer *in, uint32_t row)
{
	struct ecs_search *search = in->ask->search;
	const struct ecs_collection *of = in->source.collection;
	struct ecs_query_context context;
	struct ecs_deadline deadline;

	search->only_row = true;
	search->row = row;
	search->page = search->per_page = 1;
	search->passages = UINT32_MAX;
	ecs_call_context(in->call, search, &deadline, &context);
	in->result =
	    ecs_search_run(search, &in->source, 1, &context, &in->call->err);
	if (in->result == NULL)
		return false;
	in->view.search = search;
	if (in->result->nhits > 0)
		in->view.hit = &in->result->hits[0];
	if (of->sections != NULL && search->highlight)
		in->view.marks =
		    ecs_result_marks(in->result, of->sections->name);
	return true;
}

/* The headings stand in the document alone. */
static bool
write_outline(struct answer *in)
{
	struct ecs_record record;
	struct ecs_doc *doc;
	bool ok;

	if (!ecs_call_record(in->call, &record))
		return false;
	doc = ecs_doc_parse(in->source.collection, record.json, record.json_len,
	    &in->call->err);
	ok = doc != NULL && ecs_outline_view(&in->view, doc, in->out);
	ecs_doc_free(doc);
	return ok;
}

static bool
write_answer(struct answer *in)
{
	uint32_t *sorted;

	write_head(in);
	if (in->ask->passage != NULL) {
		if (!write_one(in))
			return false;
	} else if (!sort_matching(in, &sorted) || !write_list(in, sorted)) {
		return false;
	}
	if (in->ask->outline && !write_outline(in))
		return false;
	write_tail(in);
	return !in->out->failed || ecs_err_memory(&in->call->err);
}

bool
ecs_passages_answer(
    struct call *call, const struct passage_ask *ask, struct ecs_buf *out)
{
	struct answer in = {.call = call, .ask = ask, .out = out};
	bool only[ECS_MAX_COLLECTIONS] = {false};
	struct ecs_record record;
	size_t n;
	bool ok;

	only[call->collection] = true;
	if (!ecs_call_record(call, &record) ||
	    !ecs_call_sources(call, only, &in.source, &n))
		return false;
	in.view.call = call;
	in.view.source = &in.source;
	/* The first unit is the head; the passages follow it. */
	ecs_table_row_units(
	    in.source.table, record.number, &in.view.first, &in.view.n);
	in.view.first++;
	in.view.n -= in.view.n > 0;
	ok = (ask->search == NULL || run_search(&in, record.number)) &&
	    write_answer(&in);
	/* What was cut short may be whole the next time. */
	if (in.result != NULL && !in.result->exact)
		call->etag[0] = '\0';
	ecs_passage_view_fini(&in.view);
	ecs_result_free(in.result);
	return ok;
}

/* ---- the endpoints ---- */

/* Of these the search's own are read as a search reads them. */
static const char *const list_parameters[] = {"q", "mode", "match", "prefix",
    "typo", "lang", "highlight", "timeout_ms", "page", "per_page", "only",
    "sort", "outline", NULL};
static const char *const one_parameters[] = {"q", "mode", "match", "prefix",
    "typo", "lang", "highlight", "timeout_ms", NULL};

static bool
bad_choice(struct call *call, const char *name, const char *reason)
{
	ecs_err_set(&call->err, 400, "bad_parameter", "%s: %s", name, reason);
	return ecs_err_at(&call->err, ECS_WHERE_PARAMETER, name, 0, 0);
}

static bool
read_own(struct call *call, struct passage_ask *ask)
{
	const char *only = ecs_call_parameter(call, "only");
	const char *sort = ecs_call_parameter(call, "sort");
	bool asked = ask->search != NULL;

	if (only != NULL && strcmp(only, "matching") != 0)
		return bad_choice(call, "only", "must be matching");
	if (sort != NULL && strcmp(sort, "place") != 0 &&
	    strcmp(sort, "relevance") != 0)
		return bad_choice(call, "sort", "must be place or relevance");
	ask->best_first = sort != NULL && strcmp(sort, "relevance") == 0;
	ask->only_matching = only != NULL || ask->best_first;
	if (only != NULL && !asked)
		return bad_choice(call, "only", "needs q");
	if (ask->best_first && !asked)
		return bad_choice(call, "sort", "needs q");
	return ecs_call_boolean(call, "outline", &ask->outline);
}

static bool
is_own(const char *name)
{
	return strcmp(name, "only") == 0 || strcmp(name, "sort") == 0 ||
	    strcmp(name, "outline") == 0;
}

/* What a search would read of the address; new reference. */
static json_t *
search_parameters(struct call *call)
{
	struct ecs_query_parameter list[ECS_MAX_PARAMS];
	size_t n = 0;

	for (int i = 0; i < call->request->nparams; i++) {
		if (is_own(call->request->params[i].name))
			continue;
		list[n].name = call->request->params[i].name;
		list[n++].value = call->request->params[i].value;
	}
	return ecs_search_parameters(list, n, &call->err);
}

static bool
canonical(struct call *call, bool *done)
{
	struct ecs_buf text = {0};
	bool ok;

	ecs_buf_puts(&text, "passages ");
	ecs_buf_puts(&text, call->request->target);
	ok = ecs_call_etag(call, &text, done);
	ecs_buf_fini(&text);
	return ok;
}

static bool
answer_ask(struct call *call, const struct passage_ask *ask)
{
	struct ecs_buf *out = ecs_reply_body(call->reply);
	bool done = false;

	if (!canonical(call, &done) || done)
		return call->err.status == 0;
	for (int i = 1; !ecs_passages_answer(call, ask, out); i++) {
		if (!ecs_call_moved(call) || i == MOVED_TRIES ||
		    !ecs_call_begin_again(call))
			return false;
		ecs_buf_reset(out);
	}
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
	ecs_call_send_etag(call);
	return true;
}

static bool
is_blank(const char *q)
{
	return q[strspn(q, " \t\r\n")] == '\0';
}

static bool
answer_passages(
    struct call *call, const char *const *names, const char *passage)
{
	json_t *changed = NULL;
	struct passage_ask ask = {.passage = passage, .changed = &changed};
	json_t *parameters =
	    ecs_call_only(call, names) ? search_parameters(call) : NULL;
	struct ecs_search *search =
	    parameters == NULL ? NULL : ecs_request_search(call, parameters);
	bool ok = search != NULL;

	json_decref(parameters);
	if (ok) {
		ask.page = search->page;
		ask.per_page = search->per_page;
		ask.search = is_blank(search->q) ? NULL : search;
	}
	ok = ok && read_own(call, &ask) && answer_ask(call, &ask);
	if (!ok && changed != NULL)
		ok = ecs_former_answer(call, changed);
	json_decref(changed);
	ecs_search_free(search);
	return ok;
}

bool
ecs_get_passages(struct call *call)
{
	return answer_passages(call, list_parameters, NULL);
}

bool
ecs_get_passage(struct call *call)
{
	return answer_passages(call, one_parameters, call->arguments[2]);
}
