/* SPDX-License-Identifier: ISC */
/*
 * query_string - a=1&b=%20 as pairs, in order, decoded once.
 *
 * libevent's own parser cuts a value at %00, leaves names encoded and loses
 * every parameter over one bare name, so it is not used.
 */
#include <string.h>

#include "ecsearch/err.h"
#include "ecsearch/http.h"

#include "decode.h"

struct place {
	char *storage;
	struct ecs_param *params;
	int *nparams;
};

static bool
refuse(const char *name, const char *why, struct ecs_err *err)
{
	ecs_err_set(
	    err, 400, "bad_parameter", "Parameter \"%.80s\": %s.", name, why);
	return ecs_err_at(err, ECS_WHERE_PARAMETER, name, 0, 0);
}

/* The name to show for a piece whose name cannot be decoded: as sent. */
static bool
refuse_raw(const char *piece, size_t len, const char *why, struct ecs_err *err)
{
	char name[64];
	size_t i;

	if (len >= sizeof(name))
		len = sizeof(name) - 1;
	for (i = 0; i < len; i++)
		name[i] = piece[i] > 0x20 && piece[i] < 0x7F ? piece[i] : '?';
	name[len] = '\0';
	return refuse(name, why, err);
}

static bool
parse_piece(
    struct place *at, const char *piece, size_t len, struct ecs_err *err)
{
	const char *equals = memchr(piece, '=', len);
	size_t name_len = equals == NULL ? len : (size_t)(equals - piece);
	struct ecs_param *param = &at->params[*at->nparams];
	char *name = at->storage;
	char *value;
	const char *why;

	if (*at->nparams == ECS_MAX_PARAMS)
		return refuse_raw(piece, name_len,
		    "there are too many parameters before it", err);
	why = ecs_http_decode(name, piece, name_len, ECS_HTTP_QUERY);
	if (why != NULL)
		return refuse_raw(piece, name_len, why, err);
	value = name + strlen(name) + 1;
	value[0] = '\0';
	if (equals != NULL)
		why = ecs_http_decode(
		    value, equals + 1, len - name_len - 1, ECS_HTTP_QUERY);
	if (why != NULL)
		return refuse(name, why, err);
	param->name = name;
	param->value = value;
	*at->nparams += 1;
	at->storage = value + strlen(value) + 1;
	return true;
}

bool
ecs_query_string_parse(const char *query, size_t len, char *storage,
    struct ecs_param *params, int *nparams, struct ecs_err *err)
{
	struct place at = {storage, params, nparams};
	const char *end = query + len;

	*nparams = 0;
	while (query < end) {
		const char *amp = memchr(query, '&', (size_t)(end - query));
		const char *stop = amp == NULL ? end : amp;

		if (stop > query &&
		    !parse_piece(&at, query, (size_t)(stop - query), err))
			return false;
		query = amp == NULL ? end : amp + 1;
	}
	return true;
}
