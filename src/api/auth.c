/* SPDX-License-Identifier: ISC */
/*
 * auth - who asks, and what they may.
 *
 * A key comes as "Authorization: Bearer KEY" or "X-API-Key: KEY", and on the
 * InstantSearch-compatible routes as those clients send it: a header or a
 * parameter of the address, "x-algolia-api-key".  The public name stands for
 * nobody, so that clients that must send some key can.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app.h"

static const char *
secret_of(const struct call *call)
{
	static const char stock[] = "x-algolia-api-key";
	const struct ecs_request *request = call->request;
	const char *secret = ecs_request_header(request, "Authorization");

	if (secret != NULL && strncasecmp(secret, "Bearer ", 7) == 0)
		return secret + 7 + strspn(secret + 7, " ");
	secret = ecs_request_header(request, "X-API-Key");
	if (secret != NULL || !ecs_is_instant(request))
		return secret;
	secret = ecs_request_header(request, stock);
	return secret != NULL ? secret : ecs_call_parameter(call, stock);
}

static bool
lists(const char *words, const char *word)
{
	size_t len = strlen(word);

	while (*words != '\0') {
		size_t n = strcspn(words, " ");

		if (n == len && memcmp(words, word, len) == 0)
			return true;
		words += n + strspn(words + n, " ");
	}
	return false;
}

bool
ecs_call_has_right(const struct call *call, const char *right)
{
	if (!call->has_key)
		return false;
	if (lists(call->key.rights, "admin") || lists(call->key.rights, right))
		return true;
	return strncmp(right, "write:", 6) == 0 &&
	    lists(call->key.rights, "write:*");
}

bool
ecs_call_sees_private(const struct call *call)
{
	return ecs_call_has_right(call, "admin");
}

static bool
check_origin(struct call *call)
{
	const char *origin = ecs_request_header(call->request, "Origin");

	if (call->key.origins[0] == '\0' || origin == NULL ||
	    lists(call->key.origins, origin))
		return true;
	return ecs_err_set(&call->err, 403, "bad_origin",
	    "the key is not for pages of this origin");
}

static bool
read_key(struct call *call)
{
	const char *secret = secret_of(call);
	const char *public_name = call->app->options.public_name;

	if (secret == NULL || strcmp(secret, public_name) == 0)
		return true;
	if (!ecs_key_find(ecs_store_records(call->app->store), secret,
		strlen(secret), &call->key, &call->has_key, &call->err))
		return false;
	if (!call->has_key)
		return ecs_err_set(
		    &call->err, 401, "bad_key", "the key is not known");
	if (call->key.expires != 0 && call->key.expires <= time(NULL))
		return ecs_err_set(
		    &call->err, 401, "key_expired", "the key has expired");
	return check_origin(call);
}

/* Say which right is missing: nobody gets a 401, a key a 403. */
static bool
need(struct call *call, const char *right)
{
	if (ecs_call_has_right(call, right))
		return true;
	if (!call->has_key)
		return ecs_err_set(&call->err, 401, "key_required",
		    "this needs a key with the right \"%s\"", right);
	return ecs_err_set(&call->err, 403, "right_missing",
	    "the key lacks the right \"%s\"", right);
}

static void
find_visible(struct call *call)
{
	const struct ecs_schema *schema = ecs_store_schema(call->app->store);

	for (int i = 0; i < schema->ncollections; i++)
		call->visible[i] = schema->collections[i].is_public ||
		    ecs_call_has_right(call, "search");
}

static bool
check_collection(struct call *call)
{
	if (strstr(call->route->path, "/{c}") == NULL)
		return true;
	call->collection =
	    ecs_view_find(call->session->view, call->arguments[0]);
	if (call->collection >= 0 &&
	    (call->visible[call->collection] ||
		call->route->right == RIGHT_WRITE))
		return true;
	return ecs_err_set(&call->err, 404, "no_collection",
	    "there is no collection \"%.60s\"", call->arguments[0]);
}

static bool
check_right(struct call *call)
{
	char right[64];

	switch (call->route->right) {
	case RIGHT_NONE:
	case RIGHT_SEARCH:
		return true;
	case RIGHT_DESK:
		return call->app->options.public_desk || need(call, "desk");
	case RIGHT_WRITE:
		snprintf(
		    right, sizeof(right), "write:%.50s", call->arguments[0]);
		return need(call, right);
	case RIGHT_ADMIN:
		return need(call, "admin");
	}
	return false;
}

bool
ecs_call_authorize(struct call *call)
{
	const struct ecs_app_options *options = &call->app->options;

	if (options->write_by_admin_listener_only &&
	    call->route->right > RIGHT_SEARCH && !call->request->admin)
		return ecs_err_set(&call->err, 404, "no_route",
		    "there is nothing at this address");
	if (!read_key(call))
		return false;
	find_visible(call);
	return check_right(call) && check_collection(call);
}
