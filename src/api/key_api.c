/* SPDX-License-Identifier: ISC */
/*
 * key_api - keys: made, listed, changed, revoked.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app.h"

static const char *const known[] = {
    "name", "rights", "expires", "filter", "origins", "rate"};
enum { NKNOWN = sizeof(known) / sizeof(known[0]) };

static bool
fail(struct call *call, const char *pointer, const char *reason)
{
	ecs_err_set(
	    &call->err, 422, "bad_key_request", "%s %s", pointer, reason);
	return ecs_err_at(&call->err, ECS_WHERE_POINTER, pointer, 0, 0);
}

/* ---- views ---- */

static json_t *
words_view(const char *words)
{
	json_t *list = json_array();

	while (list != NULL && *words != '\0') {
		size_t len = strcspn(words, " ");

		json_array_append_new(list, json_stringn(words, len));
		words += len + strspn(words + len, " ");
	}
	return list;
}

static json_t *
time_view(int64_t seconds)
{
	char text[32];

	if (seconds == 0)
		return json_null();
	ecs_format_date((double)seconds, text);
	return json_string(text);
}

static json_t *
key_view(const struct ecs_key *key)
{
	return json_pack("{s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:i}", "id",
	    key->id, "name", key->name, "rights", words_view(key->rights),
	    "filter", key->filter, "origins", words_view(key->origins),
	    "created", time_view(key->created), "expires",
	    time_view(key->expires), "rate", (int)key->rate);
}

/* ---- reading ---- */

static bool
is_right(const struct call *call, const char *word)
{
	const struct ecs_schema *schema = call->session->view->schema;

	if (strcmp(word, "search") == 0 || strcmp(word, "desk") == 0 ||
	    strcmp(word, "admin") == 0 || strcmp(word, "write:*") == 0)
		return true;
	return strncmp(word, "write:", 6) == 0 &&
	    ecs_schema_collection(schema, word + 6) != NULL;
}

/* An array of strings as words with spaces between, into a field of size. */
static bool
read_words(struct call *call, json_t *list, const char *member, char *to,
    size_t size, bool rights)
{
	char pointer[64];
	size_t used = 0;
	size_t i;
	json_t *item;

	snprintf(pointer, sizeof(pointer), "/%s", member);
	if (!json_is_array(list))
		return fail(call, pointer, "must be an array of strings");
	to[0] = '\0';
	json_array_foreach (list, i, item) {
		const char *word = json_string_value(item);
		size_t len = word == NULL ? 0 : strlen(word);

		snprintf(pointer, sizeof(pointer), "/%s/%zu", member, i);
		if (len == 0 || word[strcspn(word, " \t\r\n")] != '\0')
			return fail(
			    call, pointer, "must be a word without spaces");
		if (rights && !is_right(call, word))
			return fail(call, pointer,
			    "must be search, desk, admin, write:* or "
			    "write:COLLECTION");
		if (used + len + 2 > size)
			return fail(call, pointer, "is too long");
		used += (size_t)snprintf(
		    to + used, size - used, "%s%s", used > 0 ? " " : "", word);
	}
	return true;
}

static bool
read_expires(struct call *call, json_t *json, struct ecs_key *key)
{
	double first;
	double last;

	if (json_is_null(json)) {
		key->expires = 0;
		return true;
	}
	if (!json_is_string(json) ||
	    !ecs_date_parse(json_string_value(json), json_string_length(json),
		&first, &last))
		return fail(
		    call, "/expires", "must be an ISO 8601 date or null");
	/* 0 means never, so what ended with 1970 has ended just after. */
	key->expires = last < 1 ? 1 : (int64_t)last;
	return true;
}

static bool
read_filter(struct call *call, json_t *json, struct ecs_key *key)
{
	const struct ecs_schema *schema = call->session->view->schema;
	const char *text = json_is_null(json) ? "" : json_string_value(json);
	bool all[ECS_MAX_COLLECTIONS];
	struct ecs_arena *arena;
	struct ecs_err err = {0};
	bool ok;

	if (text == NULL || strlen(text) >= sizeof(key->filter))
		return fail(call, "/filter", "must be a short expression");
	memset(all, true, sizeof(all));
	arena = ecs_arena_new();
	if (arena == NULL)
		return ecs_err_memory(&call->err);
	ok = text[0] == '\0' ||
	    ecs_filter_parse(arena, schema, all, text, &err) != NULL;
	ecs_arena_free(arena);
	if (!ok && err.status >= 500) {
		call->err = err;
		return false;
	}
	if (!ok)
		return fail(call, "/filter", err.text);
	snprintf(key->filter, sizeof(key->filter), "%s", text);
	return true;
}

static bool
read_name(struct call *call, json_t *json, struct ecs_key *key)
{
	const char *name = json_string_value(json);

	if (name == NULL || name[0] == '\0' ||
	    strlen(name) >= sizeof(key->name))
		return fail(call, "/name", "must be a name of 1 to 63 bytes");
	for (const char *at = name; *at != '\0'; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7F)
			return fail(
			    call, "/name", "may hold no control characters");
	snprintf(key->name, sizeof(key->name), "%s", name);
	return true;
}

static bool
read_rate(struct call *call, json_t *json, struct ecs_key *key)
{
	if (!json_is_integer(json) || json_integer_value(json) < 0 ||
	    json_integer_value(json) > 1000000)
		return fail(call, "/rate", "must be requests a minute, or 0");
	key->rate = (uint32_t)json_integer_value(json);
	return true;
}

static bool
read_member(
    struct call *call, const char *name, json_t *json, struct ecs_key *key)
{
	char pointer[80];

	if (strcmp(name, "name") == 0)
		return read_name(call, json, key);
	if (strcmp(name, "rights") == 0)
		return read_words(
		    call, json, name, key->rights, sizeof(key->rights), true);
	if (strcmp(name, "origins") == 0)
		return read_words(call, json, name, key->origins,
		    sizeof(key->origins), false);
	if (strcmp(name, "expires") == 0)
		return read_expires(call, json, key);
	if (strcmp(name, "filter") == 0)
		return read_filter(call, json, key);
	if (strcmp(name, "rate") == 0)
		return read_rate(call, json, key);
	snprintf(pointer, sizeof(pointer), "/%.60s", name);
	fail(call, pointer, "is not known here");
	ecs_err_did_you_mean(&call->err, ecs_nearest_word(name, known, NKNOWN));
	return false;
}

static bool
read_key(struct call *call, struct ecs_key *key)
{
	json_t *object = ecs_call_body_object(call);
	const char *name;
	json_t *value;
	bool ok = object != NULL;

	json_object_foreach (object, name, value) {
		ok = ok && read_member(call, name, value, key);
	}
	json_decref(object);
	return ok;
}

/* A key without a name or a right is no use, made or changed so. */
static bool
check_key(struct call *call, const struct ecs_key *key)
{
	if (key->name[0] == '\0')
		return fail(call, "/name", "is required");
	if (key->rights[0] == '\0')
		return fail(call, "/rights", "is required");
	return true;
}

/* ---- endpoints ---- */

static const char *const no_parameters[] = {NULL};

static bool
list_key(void *user, const struct ecs_key *key)
{
	return json_array_append_new(user, key_view(key)) == 0;
}

bool
ecs_get_keys(struct call *call)
{
	json_t *list = json_array();

	if (!ecs_call_only(call, no_parameters) || list == NULL ||
	    !ecs_key_list(ecs_store_records(call->app->store), list_key, list,
		&call->err)) {
		json_decref(list);
		return ecs_err_memory(&call->err);
	}
	return ecs_answer_json(call, 200, json_pack("{s:o}", "keys", list));
}

bool
ecs_post_key(struct call *call)
{
	struct ecs_key key = {0};
	char secret[64];
	json_t *view;

	if (!ecs_call_only(call, no_parameters) || !read_key(call, &key) ||
	    !check_key(call, &key) ||
	    !ecs_key_create(ecs_store_records(call->app->store), &key, secret,
		sizeof(secret), &call->err))
		return false;
	view = key_view(&key);
	json_object_set_new(view, "key", json_string(secret));
	ecs_reply_header(call->reply, "Cache-Control", "no-store");
	return ecs_answer_json(call, 201, view);
}

/* The key of the path, or a 404. */
struct wanted {
	const char *id;
	struct ecs_key *key;
	bool found;
};

static bool
find_key(void *user, const struct ecs_key *key)
{
	struct wanted *in = user;

	if (strcmp(key->id, in->id) != 0)
		return true;
	*in->key = *key;
	in->found = true;
	return false;
}

static bool
no_key(struct call *call)
{
	return ecs_err_set(&call->err, 404, "no_key",
	    "there is no key \"%.40s\"", call->arguments[0]);
}

bool
ecs_patch_key(struct call *call)
{
	struct ecs_records *records = ecs_store_records(call->app->store);
	struct ecs_key key = {0};
	struct wanted in = {call->arguments[0], &key, false};
	bool found = false;

	if (!ecs_call_only(call, no_parameters) ||
	    !ecs_key_list(records, find_key, &in, &call->err))
		return false;
	if (!in.found)
		return no_key(call);
	if (!read_key(call, &key) || !check_key(call, &key) ||
	    !ecs_key_update(records, &key, &found, &call->err))
		return false;
	return found ? ecs_answer_json(call, 200, key_view(&key))
		     : no_key(call);
}

bool
ecs_delete_key(struct call *call)
{
	bool found = false;

	if (!ecs_call_only(call, no_parameters) ||
	    !ecs_key_delete(ecs_store_records(call->app->store),
		call->arguments[0], &found, &call->err))
		return false;
	if (!found)
		return no_key(call);
	return ecs_answer_json(call, 200,
	    json_pack("{s:s, s:b}", "id", call->arguments[0], "deleted", 1));
}
