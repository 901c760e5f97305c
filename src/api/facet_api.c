/* SPDX-License-Identifier: ISC */
/*
 * facet_api - search inside the values of one facet.
 *
 * q is looked for in the labels; the search whose facet it is comes as query,
 * with filter and the other parameters of a search.
 */
#include <stdlib.h>
#include <string.h>

#include "search_api.h"

/* Move q into the facet and query into q. */
static bool
arrange(struct call *call, json_t *parameters)
{
	json_t *q = json_incref(json_object_get(parameters, "q"));
	json_t *query = json_incref(json_object_get(parameters, "query"));
	json_t *limit = json_incref(json_object_get(parameters, "limit"));
	json_t *facet = json_pack("{s:s}", "field", call->arguments[1]);
	json_t *list = json_array();
	bool ok = facet != NULL && list != NULL;

	json_object_del(parameters, "q");
	json_object_del(parameters, "query");
	json_object_del(parameters, "limit");
	if (q != NULL)
		ok = ok && json_object_set_new(facet, "q", q) == 0;
	if (limit != NULL)
		ok = ok && json_object_set_new(facet, "limit", limit) == 0;
	if (query != NULL)
		ok = ok && json_object_set_new(parameters, "q", query) == 0;
	ok = ok && json_array_append_new(list, facet) == 0 &&
	    json_object_set_new(parameters, "facets", list) == 0 &&
	    json_object_set_new(parameters, "per_page", json_integer(0)) == 0;
	return ok || ecs_err_memory(&call->err);
}

static bool
try_facet(struct call *call, const struct ecs_search *search)
{
	struct ecs_source sources[ECS_MAX_COLLECTIONS];
	struct ecs_result *result = ecs_call_run(call, search, sources);
	struct ecs_buf *out = ecs_reply_body(call->reply);
	bool ok = result != NULL;

	if (!ok)
		return false;
	ecs_buf_reset(out);
	if (result->nfacets > 0)
		ecs_view_facet(&result->facets[0],
		    search->lang != ECS_LANG_NONE ? search->lang : call->lang,
		    out);
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
	if (result->nfacets == 0)
		ok = ecs_err_set(&call->err, 503, "timeout",
		    "the facet could not be counted in time");
	else if (out->failed)
		ok = ecs_err_memory(&call->err);
	ecs_result_free(result);
	return ok;
}

static bool
answer_facet(struct call *call, json_t *parameters)
{
	struct ecs_search *search;
	bool ok = false;

	if (!arrange(call, parameters))
		return false;
	search = ecs_request_search(call, parameters);
	for (int i = 1; search != NULL && !ok; i++) {
		ok = try_facet(call, search);
		if (!ok &&
		    (!ecs_call_moved(call) || i == MOVED_TRIES ||
			!ecs_call_begin_again(call)))
			break;
	}
	ecs_search_free(search);
	return ok;
}

/* query and limit are this route's own: keep them past the search's reader. */
static json_t *
read_parameters(struct call *call)
{
	struct ecs_query_parameter list[ECS_MAX_PARAMS];
	const char *query = ecs_call_parameter(call, "query");
	const char *limit = ecs_call_parameter(call, "limit");
	json_t *parameters;
	size_t n = 0;

	for (int i = 0; i < call->request->nparams; i++) {
		const struct ecs_param *param = &call->request->params[i];

		if (strcmp(param->name, "query") != 0 &&
		    strcmp(param->name, "limit") != 0)
			list[n++] = (struct ecs_query_parameter){
			    param->name, param->value};
	}
	parameters = ecs_search_parameters(list, n, &call->err);
	if (parameters != NULL && query != NULL)
		json_object_set_new(parameters, "query", json_string(query));
	if (parameters != NULL && limit != NULL)
		json_object_set_new(
		    parameters, "limit", json_integer(strtol(limit, NULL, 10)));
	return parameters;
}

bool
ecs_get_facet(struct call *call)
{
	json_t *parameters = read_parameters(call);
	bool ok = parameters != NULL && answer_facet(call, parameters);

	json_decref(parameters);
	return ok;
}

bool
ecs_post_facet(struct call *call)
{
	json_t *parameters = read_parameters(call);
	json_t *body = parameters == NULL ? NULL : ecs_call_body_object(call);
	bool ok = body != NULL;

	if (ok && json_object_update(parameters, body) != 0)
		ok = ecs_err_memory(&call->err);
	ok = ok && answer_facet(call, parameters);
	json_decref(body);
	json_decref(parameters);
	return ok;
}
