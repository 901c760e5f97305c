/* SPDX-License-Identifier: ISC */
/*
 * show_api - a document's page, and that at one of its passages.
 *
 * It is made of what the interface answers: the document, a page of its
 * passages with the outline, which passages match what was searched, and the
 * other editions of a text or the number of members of a group.  All of them
 * are of one view.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/arena.h"

#include "page_api.h"
#include "passage_api.h"

enum { MOST_MATCHES = 60, MOST_EDITIONS = 60 };

/* The answers that a page is made of; new references. */
struct answers {
	json_t *document;
	json_t *passages;
	json_t *matching;
	json_t *editions;
	json_t *members;
	json_t *changed; /* what became of the passage; NULL: unknown */
	bool missing;
};

static void
forget(struct answers *answers)
{
	json_decref(answers->document);
	json_decref(answers->passages);
	json_decref(answers->matching);
	json_decref(answers->editions);
	json_decref(answers->members);
	json_decref(answers->changed);
	memset(answers, 0, sizeof(*answers));
}

static json_t *
read_json(struct call *call, const struct ecs_buf *text)
{
	json_t *json =
	    text->failed ? NULL : json_loadb(text->data, text->len, 0, NULL);

	if (json == NULL)
		ecs_err_memory(&call->err);
	return json;
}

/* ---- the document ---- */

/* Without its sections, which are told as passages. */
static json_t *
ask_document(struct call *call)
{
	struct ecs_record record;
	struct ecs_buf text = {0};
	json_t *document = NULL;

	if (!ecs_call_record(call, &record))
		return NULL;
	if (record.hit != NULL)
		ecs_view_document(
		    call, call->collection, record.hit, record.hit_len, &text);
	else
		ecs_view_document(call, call->collection, record.json,
		    record.json_len, &text);
	document = read_json(call, &text);
	ecs_buf_fini(&text);
	return document;
}

/* ---- passages ---- */

/* The search that led here, for its words; NULL without. */
static struct ecs_search *
read_search(struct call *call, const struct ecs_page_state *state)
{
	json_t *ask = ecs_page_ask_words(state);
	struct ecs_search *search =
	    ask == NULL ? NULL : ecs_request_search(call, ask);

	if (ask == NULL)
		ecs_err_memory(&call->err);
	json_decref(ask);
	return search;
}

static json_t *
ask_passages(struct call *call, const struct passage_ask *ask)
{
	struct ecs_buf text = {0};
	json_t *answer = NULL;

	if (ecs_passages_answer(call, ask, &text))
		answer = read_json(call, &text);
	ecs_buf_fini(&text);
	return answer;
}

/* Is it only that the document has no such passage? */
static bool
is_missing(struct call *call)
{
	if (strcmp(call->err.code, "no_passage") != 0 &&
	    strcmp(call->err.code, "passage_changed") != 0)
		return false;
	ecs_err_clear(&call->err);
	return true;
}

/* Which page of passages: that of the passage named, or the one asked for. */
static bool
find_page(struct call *call, struct answers *answers, uint32_t *page)
{
	const char *asked = ecs_call_parameter(call, "p");
	struct passage_ask ask = {
	    .passage = call->arguments[2], .changed = &answers->changed};
	long number = asked == NULL ? 1 : strtol(asked, NULL, 10);
	json_t *one;

	*page = number < 1 || number > 100000 ? 1 : (uint32_t)number;
	if (call->narguments < 3)
		return true;
	one = ask_passages(call, &ask);
	if (one != NULL) {
		json_int_t place = json_integer_value(
		    json_object_get(json_object_get(one, "passage"), "number"));

		*page = (uint32_t)((place - 1) / ECS_PASSAGES_A_PAGE + 1);
	}
	json_decref(one);
	answers->missing = one == NULL && is_missing(call);
	return one != NULL || answers->missing;
}

/* Is the page behind the last one?  Then that is the page. */
static bool
is_behind(const json_t *answer, uint32_t *page)
{
	json_int_t pages = json_integer_value(json_object_get(answer, "pages"));

	if (pages == 0 || *page <= pages)
		return false;
	*page = (uint32_t)pages;
	return true;
}

static bool
ask_text(struct call *call, struct answers *answers, struct ecs_search *search)
{
	struct passage_ask ask = {
	    .search = search, .outline = true, .per_page = ECS_PASSAGES_A_PAGE};

	if (!find_page(call, answers, &ask.page))
		return false;
	answers->passages = ask_passages(call, &ask);
	if (is_behind(answers->passages, &ask.page)) {
		json_decref(answers->passages);
		answers->passages = ask_passages(call, &ask);
	}
	if (answers->passages == NULL)
		return false;
	if (search == NULL)
		return true;
	ask = (struct passage_ask){.search = search,
	    .only_matching = true,
	    .page = 1,
	    .per_page = MOST_MATCHES};
	answers->matching = ask_passages(call, &ask);
	return answers->matching != NULL;
}

/* ---- around it ---- */

/*
 * An answer that the page can do without: a value that no filter can name is no
 * failure of the page.
 */
static bool
ask_besides(struct call *call, json_t *ask, json_t **answer)
{
	*answer = ask == NULL ? NULL : ecs_call_answer(call, ask);
	if (ask == NULL)
		ecs_err_memory(&call->err);
	json_decref(ask);
	if (*answer == NULL && call->err.status < 500)
		ecs_err_clear(&call->err);
	return call->err.status == 0;
}

/* Documents of the same family, the latest first. */
static bool
ask_editions(struct call *call, struct answers *answers)
{
	const struct ecs_collection *of =
	    call->session->view->collections[call->collection].collection;
	const struct ecs_field *family = ecs_collection_field(of, "family");
	const struct ecs_field *date = ecs_collection_field(of, "date");
	json_t *value = json_object_get(answers->document, "family");
	json_t *ask;

	if (family == NULL || !family->facet || !json_is_string(value))
		return true;
	ask = json_pack("{s:[[o]], s:i}", "filter",
	    json_sprintf("family:%s", json_string_value(value)), "per_page",
	    MOST_EDITIONS);
	if (ask != NULL && date != NULL && date->sort)
		json_object_set_new(ask, "sort", json_string("-date"));
	return ask_besides(call, ask, &answers->editions);
}

/* How many members are in the group. */
static bool
ask_members(struct call *call, struct answers *answers)
{
	const struct ecs_schema *schema = call->session->view->schema;
	int members = ecs_view_find(call->session->view, "members");
	int group = call->collection;
	const struct ecs_field *field;
	bool ok;

	if (strcmp(call->arguments[0], "groups") != 0 || members < 0 ||
	    !call->visible[members])
		return true;
	field = ecs_collection_field(
	    &schema->collections[members], "working_groups");
	if (field == NULL || !field->facet || field->is_private)
		return true;
	call->collection = members;
	ok = ask_besides(call,
	    json_pack("{s:[[o]], s:i}", "filter",
		json_sprintf("working_groups:%s", call->arguments[1]),
		"per_page", 0),
	    &answers->members);
	call->collection = group;
	return ok;
}

static bool
ask_all(struct call *call, struct answers *answers, struct ecs_search *search)
{
	const struct ecs_collection *of =
	    call->session->view->collections[call->collection].collection;

	answers->document = ask_document(call);
	if (answers->document == NULL)
		return false;
	if (of->sections != NULL && !ask_text(call, answers, search))
		return false;
	return ask_editions(call, answers) && ask_members(call, answers);
}

static bool
ask_again(struct call *call, struct answers *answers, struct ecs_search *search)
{
	for (int i = 1; !ask_all(call, answers, search); i++) {
		forget(answers);
		if (!ecs_call_moved(call) || i == MOVED_TRIES ||
		    !ecs_call_begin_again(call))
			return false;
	}
	return true;
}

/* ---- the page ---- */

static bool
write_page(struct call *call, const struct ecs_page_state *state,
    const struct answers *answers)
{
	const struct ecs_site site = ecs_call_site(call);
	const struct ecs_shown_document shown = {.collection = call->collection,
	    .id = call->arguments[1],
	    .passage = call->narguments > 2 ? call->arguments[2] : NULL,
	    .missing = answers->missing,
	    .changed = answers->changed,
	    .document = answers->document,
	    .passages = answers->passages,
	    .matching = answers->matching,
	    .editions = answers->editions,
	    .members = answers->members};

	ecs_document_write(&site, state, &shown, ecs_reply_body(call->reply));
	if (ecs_reply_body(call->reply)->failed)
		return ecs_err_memory(&call->err);
	ecs_reply_status(call->reply,
	    answers->changed != NULL ? 410
		: answers->missing   ? 404
				     : 200);
	ecs_page_headers(call);
	if (!answers->missing)
		ecs_call_send_etag(call);
	return true;
}

static bool
show(struct call *call, const struct ecs_page_state *state)
{
	struct ecs_search *search = NULL;
	struct answers answers = {0};
	bool done = false;
	bool ok = ecs_page_etag(call, state, &done);

	if (!ok || done)
		return ok;
	if (ecs_page_words(state)[0] != '\0') {
		search = read_search(call, state);
		ok = search != NULL;
	}
	ok = ok && ask_again(call, &answers, search) &&
	    write_page(call, state, &answers);
	forget(&answers);
	ecs_search_free(search);
	return ok;
}

bool
ecs_get_show(struct call *call)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_page_state *state = NULL;
	bool ok = false;

	if (arena == NULL)
		ecs_err_memory(&call->err);
	else
		state = ecs_call_page_state(call, arena);
	if (state != NULL)
		ok = show(call, state);
	ecs_arena_free(arena);
	return ok;
}
