/* SPDX-License-Identifier: ISC */
/*
 * key - ecsearch key: list, create and delete keys.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "client.h"
#include "show.h"

enum option_val { OPT_EXPIRES = 1, OPT_ORIGIN, OPT_FILTER, OPT_RATE };

const struct option ecs_key_options[] = {
    {"expires", required_argument, NULL, OPT_EXPIRES},
    {"origin", required_argument, NULL, OPT_ORIGIN},
    {"filter", required_argument, NULL, OPT_FILTER},
    {"rate", required_argument, NULL, OPT_RATE},
    {NULL, 0, NULL, 0},
};

static void
take_origin(json_t *request, const char *origin, struct ecs_err *err)
{
	json_t *list = json_object_get(request, "origins");

	if (list == NULL) {
		list = json_array();
		json_object_set_new(request, "origins", list);
	}
	if (json_array_append_new(list, json_string(origin)) != 0)
		ecs_client_usage(err, "an origin is no UTF-8");
}

static void
take_option(json_t *request, int val, struct ecs_err *err)
{
	char *end;
	double rate;

	switch (val) {
	case OPT_EXPIRES:
		json_object_set_new(request, "expires", json_string(optarg));
		break;
	case OPT_ORIGIN:
		take_origin(request, optarg, err);
		break;
	case OPT_FILTER:
		json_object_set_new(request, "filter", json_string(optarg));
		break;
	case OPT_RATE:
		rate = strtod(optarg, &end);
		if (end == optarg || *end != '\0' || rate <= 0)
			ecs_client_usage(err, "--rate is a number over 0");
		else if (rate == (double)(long)rate)
			json_object_set_new(
			    request, "rate", json_integer((long)rate));
		else
			json_object_set_new(request, "rate", json_real(rate));
		break;
	default:
		ecs_client_usage(err, "-%c is no option of key", val);
	}
}

static void
show_list(const struct ecs_client *client, const json_t *answer)
{
	const json_t *keys = json_object_get(answer, "keys");

	if (client->json)
		ecs_show_json(answer);
	else
		ecs_show_any(keys == NULL ? answer : keys, stdout);
}

static json_t *
list(struct ecs_client *client, const struct ecs_words *words, json_t *request,
    struct ecs_err *err)
{
	(void)request;
	if (words->count != 1) {
		ecs_client_usage(err, "key list takes nothing more");
		return NULL;
	}
	return ecs_remote_ask(client->remote, "GET", "/v1/keys", NULL, err);
}

static json_t *
create(struct ecs_client *client, const struct ecs_words *words,
    json_t *request, struct ecs_err *err)
{
	json_t *rights = json_array();

	if (words->count < 3)
		ecs_client_usage(err,
		    "key create needs a name and rights, as in: ecsearch key "
		    "create website search");
	for (int i = 2; i < words->count; i++)
		json_array_append_new(rights, json_string(words->word[i]));
	json_object_set_new(request, "rights", rights);
	if (err->status == 0 &&
	    json_object_set_new(request, "name", json_string(words->word[1])) !=
		0)
		ecs_client_usage(err, "the name is no UTF-8");
	if (err->status != 0)
		return NULL;
	return ecs_remote_ask(client->remote, "POST", "/v1/keys", request, err);
}

static json_t *delete (struct ecs_client *client, const struct ecs_words *words,
    json_t *request, struct ecs_err *err)
{
	struct ecs_buf path = {0};
	json_t *answer = NULL;
	char *escaped;

	(void)request;
	if (words->count != 2) {
		ecs_client_usage(err, "key delete needs one id");
		return NULL;
	}
	escaped = ecs_remote_escape(client->remote, words->word[1]);
	ecs_buf_printf(&path, "/v1/keys/%s", escaped ? escaped : "");
	if (escaped == NULL || path.failed)
		ecs_err_memory(err);
	else
		answer = ecs_remote_ask(
		    client->remote, "DELETE", path.data, NULL, err);
	free(escaped);
	ecs_buf_fini(&path);
	return answer;
}

/* What may stand after "key". */
static const struct verb {
	const char *name;
	json_t *(*run)(struct ecs_client *client, const struct ecs_words *words,
	    json_t *request, struct ecs_err *err);
} verbs[] = {{"list", list}, {"create", create}, {"delete", delete}};

enum ecs_exit
ecs_command_key(struct ecs_client *client, const struct ecs_command *command,
    int argc, char **argv, struct ecs_err *err)
{
	struct ecs_words words = {0};
	json_t *request = json_object(), *answer = NULL;
	const struct verb *verb = NULL;
	int val;

	while ((val = ecs_client_option(
		    client, command, argc, argv, &words, err)) != -1)
		take_option(request, val, err);
	for (size_t i = 0; words.count > 0 && i < 3; i++) {
		if (strcmp(words.word[0], verbs[i].name) == 0)
			verb = &verbs[i];
	}
	if (err->status == 0 && verb == NULL)
		ecs_client_usage(err,
		    "key is followed by list, create or "
		    "delete");
	if (err->status == 0 && verb != NULL && ecs_client_connect(client, err))
		answer = verb->run(client, &words, request, err);
	if (answer != NULL)
		show_list(client, answer);
	json_decref(answer);
	json_decref(request);
	return answer == NULL ? ECS_EXIT_USAGE : ECS_EXIT_OK;
}
