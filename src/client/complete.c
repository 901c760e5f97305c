/* SPDX-License-Identifier: ISC */
/*
 * complete - ecsearch suggest: what a page would offer while this is typed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "client.h"
#include "show.h"

/* Each is the parameter of the same name. */
const struct option ecs_suggest_options[] = {
    {"in", required_argument, NULL, 1},
    {"types", required_argument, NULL, 2},
    {"lang", required_argument, NULL, 3},
    {"limit", required_argument, NULL, 4},
    {NULL, 0, NULL, 0},
};
enum { OPTIONS = 4 };

static void
add_parameter(struct ecs_client *client, struct ecs_buf *path, const char *name,
    const char *text)
{
	char *escaped = ecs_remote_escape(client->remote, text);

	if (escaped == NULL)
		path->failed = true;
	else
		ecs_buf_printf(path, "%s=%s", name, escaped);
	free(escaped);
}

/* The address of the question; free() it. */
static char *
build_path(struct ecs_client *client, const struct ecs_words *words,
    const char *const values[OPTIONS])
{
	struct ecs_buf path = {0};
	struct ecs_buf typed = {0};

	for (int i = 0; i < words->count; i++)
		ecs_buf_printf(
		    &typed, "%s%s", i > 0 ? " " : "", words->word[i]);
	ecs_buf_puts(&path, "/v1/suggest?");
	if (typed.failed)
		path.failed = true;
	else
		add_parameter(client, &path, "q", typed.data);
	for (int i = 0; i < OPTIONS; i++) {
		if (values[i] == NULL)
			continue;
		ecs_buf_putc(&path, '&');
		add_parameter(
		    client, &path, ecs_suggest_options[i].name, values[i]);
	}
	ecs_buf_fini(&typed);
	return ecs_buf_take(&path, NULL);
}

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

/* As "sectors:healthcare 39" or "members boehme". */
static void
show_suggestion(const struct ecs_client *client, const json_t *suggestion)
{
	const char *matched = text_of(suggestion, "matched");
	const json_t *count = json_object_get(suggestion, "count");

	ecs_show_marked(
	    text_of(suggestion, "highlight"), client->pretty, stdout);
	if (matched[0] != '\0') {
		fputs(" (", stdout);
		ecs_show_marked(matched, client->pretty, stdout);
		putchar(')');
	}
	fputs("\n     ", stdout);
	if (json_object_get(suggestion, "field") != NULL) {
		ecs_show_text(text_of(suggestion, "field"), 0, stdout);
		putchar(':');
		ecs_show_text(text_of(suggestion, "value"), 0, stdout);
	} else {
		ecs_show_text(text_of(suggestion, "collection"), 0, stdout);
		if (json_object_get(suggestion, "id") != NULL)
			putchar(' ');
		ecs_show_text(text_of(suggestion, "id"), 0, stdout);
	}
	if (count != NULL)
		printf(" %" JSON_INTEGER_FORMAT, json_integer_value(count));
	putchar('\n');
}

static void
show_answer(const struct ecs_client *client, const json_t *answer)
{
	const json_t *suggestion;
	size_t i;

	if (client->json) {
		ecs_show_json(answer);
		return;
	}
	json_array_foreach (
	    json_object_get(answer, "suggestions"), i, suggestion) {
		show_suggestion(client, suggestion);
	}
}

enum ecs_exit
ecs_command_suggest(struct ecs_client *client,
    const struct ecs_command *command, int argc, char **argv,
    struct ecs_err *err)
{
	struct ecs_words words = {0};
	const char *values[OPTIONS] = {NULL};
	enum ecs_exit code = ECS_EXIT_USAGE;
	json_t *answer = NULL;
	char *path = NULL;
	int val;

	while ((val = ecs_client_option(
		    client, command, argc, argv, &words, err)) != -1)
		if (val >= 1 && val <= OPTIONS)
			values[val - 1] = optarg;
		else
			ecs_client_usage(
			    err, "-%c is no option of suggest", val);
	if (err->status == 0 && words.count == 0)
		ecs_client_usage(err, "suggest needs what is being typed");
	if (err->status == 0 && ecs_client_connect(client, err)) {
		path = build_path(client, &words, values);
		if (path == NULL)
			ecs_err_memory(err);
		else
			answer = ecs_remote_ask(
			    client->remote, "GET", path, NULL, err);
	}
	if (answer != NULL) {
		show_answer(client, answer);
		code =
		    json_array_size(json_object_get(answer, "suggestions")) > 0
		    ? ECS_EXIT_OK
		    : ECS_EXIT_SOME;
	}
	free(path);
	json_decref(answer);
	return code;
}
