/* SPDX-License-Identifier: ISC */
/*
 * words_api - what is said of words in data: read, put, and given back to the
 * file.
 *
 *	GET     as PUT takes it, of the file or of what was put
 *	PUT     stands instead of the file, at once
 *	DELETE  the file again
 *
 * Other stem exceptions need an index made with them: 202, and a task that is
 * done when they are in effect.
 */
#include <stdlib.h>
#include <string.h>

#include "app.h"

static const char *const no_parameters[] = {NULL};

/* Which data a path speaks of, and what an empty one looks like. */
static const struct {
	enum ecs_word_data which;
	const char *empty;
} kinds[] = {
    {ECS_SYNONYMS, "{\"synonyms\":[]}"},
    {ECS_STOPWORDS, "{}"},
    {ECS_STEMS, "{}"},
};

/* The last segment names it; the routes have no others. */
static size_t
kind_of(const struct call *call)
{
	const char *name = strrchr(call->route->path, '/') + 1;
	size_t i = 0;

	while (strcmp(ecs_word_data_name(kinds[i].which), name) != 0)
		i++;
	return i;
}

bool
ecs_get_words(struct call *call)
{
	size_t kind = kind_of(call);
	const struct ecs_word_text *text =
	    &call->session->view->lore->data[kinds[kind].which];
	struct ecs_buf *body = ecs_reply_body(call->reply);

	if (!ecs_call_only(call, no_parameters))
		return false;
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
	ecs_reply_header(call->reply, "Cache-Control", "private, no-cache");
	ecs_buf_puts(body, text->json == NULL ? kinds[kind].empty : text->json);
	return !body->failed || ecs_err_memory(&call->err);
}

/* What holds now, at the newest view. */
static bool
answer_change(struct call *call)
{
	const struct ecs_lore *lore;
	const struct ecs_word_text *text;
	size_t kind = kind_of(call);

	if (!ecs_session_renew(call->session, &call->err))
		return false;
	lore = call->session->view->lore;
	if (kinds[kind].which == ECS_STEMS && ecs_lore_is_behind(lore))
		return ecs_tasks_promise(call, "stems", "", 1);
	text = &lore->data[kinds[kind].which];
	return ecs_answer_json(call, 200,
	    json_pack("{s:s, s:s, s:I}", "words",
		ecs_word_data_name(kinds[kind].which), "source",
		text->put                ? "put"
		    : text->json == NULL ? "none"
					 : "file",
		"revision", (json_int_t)call->session->view->revision));
}

bool
ecs_task_run_stems(struct ecs_app *app, struct ecs_session *session,
    const void *payload, size_t len, struct ecs_buf *result,
    struct ecs_err *err)
{
	(void)payload;
	(void)len;
	/* The indexes of before are not to be kept for this. */
	ecs_session_end(session);
	if (!ecs_store_follow_words(app->store, err))
		return false;
	ecs_buf_puts(result, "{\"rebuilt\":\"all\"}");
	return !result->failed || ecs_err_memory(err);
}

/* The body, which must be an object, as text; NULL and call->err. */
static char *
read_body(struct call *call)
{
	json_t *body = ecs_call_body_object(call);
	char *json;

	if (body == NULL)
		return NULL;
	json = json_dumps(body, JSON_COMPACT);
	json_decref(body);
	if (json == NULL)
		ecs_err_memory(&call->err);
	return json;
}

bool
ecs_put_words(struct call *call)
{
	enum ecs_word_data which = kinds[kind_of(call)].which;
	char *json;
	bool ok;

	if (!ecs_call_only(call, no_parameters))
		return false;
	json = read_body(call);
	ok = json != NULL &&
	    ecs_store_put_words(call->app->store, which, json, &call->err);
	free(json);
	return ok && answer_change(call);
}

bool
ecs_delete_words(struct call *call)
{
	return ecs_call_only(call, no_parameters) &&
	    ecs_store_put_words(call->app->store, kinds[kind_of(call)].which,
		NULL, &call->err) &&
	    answer_change(call);
}

/* ---- vocabularies ---- */

static bool
change_vocabulary(struct call *call, const char *json, const char *source)
{
	return ecs_store_put_vocabulary(
		   call->app->store, call->arguments[0], json, &call->err) &&
	    ecs_session_renew(call->session, &call->err) &&
	    ecs_answer_json(call, 200,
		json_pack("{s:s, s:s, s:I}", "words", call->arguments[0],
		    "source", source, "revision",
		    (json_int_t)call->session->view->revision));
}

bool
ecs_put_vocabulary(struct call *call)
{
	const struct ecs_vocabulary *vocabulary;
	char *json;
	bool ok;

	if (!ecs_call_only(call, no_parameters) ||
	    !ecs_call_vocabulary(call, &vocabulary))
		return false;
	json = read_body(call);
	ok = json != NULL && change_vocabulary(call, json, "put");
	free(json);
	return ok;
}

bool
ecs_delete_vocabulary(struct call *call)
{
	const struct ecs_vocabulary *vocabulary;

	return ecs_call_only(call, no_parameters) &&
	    ecs_call_vocabulary(call, &vocabulary) &&
	    change_vocabulary(call, NULL, "file");
}
