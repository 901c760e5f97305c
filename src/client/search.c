/* SPDX-License-Identifier: ISC */
/*
 * search - ecsearch search: ask, and show what was found.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "client.h"
#include "show.h"

/* How an option's value goes into the request. */
enum form { FORM_TEXT, FORM_LIST, FORM_NUMBER };

/* A val is 1 more than the row of option and of form. */
const struct option ecs_search_options[] = {
    {"in", required_argument, NULL, 1},
    {"filter", required_argument, NULL, 2},
    {"facets", required_argument, NULL, 3},
    {"sort", required_argument, NULL, 4},
    {"page", required_argument, NULL, 5},
    {"per-page", required_argument, NULL, 6},
    {"lang", required_argument, NULL, 7},
    {"mode", required_argument, NULL, 8},
    {"match", required_argument, NULL, 9},
    {NULL, 0, NULL, 0},
};
static const enum form forms[] = {FORM_LIST, FORM_TEXT, FORM_LIST, FORM_LIST,
    FORM_NUMBER, FORM_NUMBER, FORM_TEXT, FORM_TEXT, FORM_TEXT};
enum { OPTIONS = sizeof(forms) / sizeof(forms[0]) };

/* ---- the request ---- */

static json_t *
split_list(const char *text)
{
	json_t *list = json_array();
	size_t len;

	for (; *text != '\0'; text += len + (text[len] == ',')) {
		len = strcspn(text, ",");
		if (len > 0)
			json_array_append_new(list, json_stringn(text, len));
	}
	return list;
}

/* The member of the request that an option names: per-page is per_page. */
static const char *
member_of(const char *option)
{
	return strcmp(option, "per-page") == 0 ? "per_page" : option;
}

static bool
put_option(json_t *request, int val, const char *text, struct ecs_err *err)
{
	const struct option *option = &ecs_search_options[val - 1];
	json_t *value = NULL;
	long number;
	char *end;

	if (forms[val - 1] == FORM_NUMBER) {
		number = strtol(text, &end, 10);
		if (end == text || *end != '\0') {
			ecs_client_usage(err, "--%s is a number", option->name);
			return false;
		}
		value = json_integer(number);
	} else if (forms[val - 1] == FORM_LIST) {
		value = split_list(text);
	} else {
		value = json_string(text);
	}
	return json_object_set_new(request, member_of(option->name), value) ==
	    0 ||
	    ecs_err_memory(err);
}

/* Words joined by blanks, from the given one on; the caller frees. */
static char *
join(const struct ecs_words *words, int from)
{
	struct ecs_buf text = {0};

	ecs_buf_puts(&text, "");
	for (int i = from; i < words->count; i++)
		ecs_buf_printf(
		    &text, "%s%s", i > from ? " " : "", words->word[i]);
	return ecs_buf_take(&text, NULL);
}

static json_t *
ask(struct ecs_client *client, const char *path, json_t *request,
    const struct ecs_words *words, int from, struct ecs_err *err)
{
	char *query = join(words, from);
	json_t *answer;

	if (query == NULL ||
	    json_object_set_new(request, "q", json_string(query)) != 0) {
		free(query);
		ecs_client_usage(err, "the query is no UTF-8");
		return NULL;
	}
	free(query);
	answer = ecs_remote_ask(client->remote, "POST", path, request, err);
	return answer;
}

/*
 * Whether the first word names a collection or begins the query is the
 * server's to know: it is asked, and a 404 means the word is of the query.
 */
static json_t *
search(struct ecs_client *client, json_t *request,
    const struct ecs_words *words, struct ecs_err *err)
{
	json_t *answer = NULL;
	char *path;

	if (!ecs_client_connect(client, err))
		return NULL;
	if (words->count > 1 && json_object_get(request, "in") == NULL &&
	    strspn(words->word[0], "abcdefghijklmnopqrstuvwxyz0123456789_-") ==
		strlen(words->word[0])) {
		path = ecs_client_path(client, words->word[0], "/search", err);
		if (path == NULL)
			return NULL;
		answer = ask(client, path, request, words, 1, err);
		free(path);
		if (answer != NULL || err->status != 404)
			return answer;
		ecs_err_clear(err);
	}
	return ask(client, "/v1/search", request, words, 0, err);
}

/* ---- the answer ---- */

static const char *
text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static json_int_t
number_of(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

/* The marked name of a hit, or the plain one, or its id. */
static void
show_name(const struct ecs_client *client, const json_t *hit)
{
	static const char *const names[] = {"name", "title"};
	const json_t *marked = json_object_get(hit, "highlight");
	const json_t *document = json_object_get(hit, "document");

	for (size_t i = 0; i < 2; i++) {
		if (text_of(marked, names[i]) != NULL) {
			ecs_show_marked(
			    text_of(marked, names[i]), client->pretty, stdout);
			return;
		}
		if (text_of(document, names[i]) != NULL) {
			ecs_show_text(text_of(document, names[i]), 0, stdout);
			return;
		}
	}
	if (text_of(hit, "id") != NULL)
		ecs_show_text(text_of(hit, "id"), 0, stdout);
}

static void
show_marked_line(const struct ecs_client *client, const char *text)
{
	fputs("     ", stdout);
	ecs_show_marked(text, client->pretty, stdout);
	putchar('\n');
}

/* Where the words stand: passages, or the marked fields but the name. */
static void
show_context(const struct ecs_client *client, const json_t *hit)
{
	const json_t *passage;
	const char *name, *text;
	json_t *value;
	size_t i;

	json_array_foreach (json_object_get(hit, "passages"), i, passage) {
		text = text_of(passage, "section");
		if (text != NULL) {
			fputs("     [", stdout);
			ecs_show_text(text, 60, stdout);
			fputs("]\n", stdout);
		}
		if (text_of(passage, "text") != NULL)
			show_marked_line(client, text_of(passage, "text"));
	}
	json_object_foreach (json_object_get(hit, "highlight"), name, value) {
		if (strcmp(name, "name") != 0 && strcmp(name, "title") != 0 &&
		    json_is_string(value))
			show_marked_line(client, json_string_value(value));
	}
}

static void
show_hit(const struct ecs_client *client, const json_t *hit, json_int_t rank)
{
	printf("%3" JSON_INTEGER_FORMAT ". ", rank);
	show_name(client, hit);
	fputs("\n     ", stdout);
	if (text_of(hit, "collection") != NULL)
		ecs_show_text(text_of(hit, "collection"), 0, stdout);
	putchar(' ');
	if (text_of(hit, "id") != NULL)
		ecs_show_text(text_of(hit, "id"), 0, stdout);
	putchar('\n');
	show_context(client, hit);
}

/* One facet as a little table; a star marks a chosen value. */
static void
show_facet(const json_t *facet)
{
	const json_t *value;
	const char *label, *name = text_of(facet, "field");
	size_t i;

	printf("\n%s\n", name == NULL ? "?" : name);
	json_array_foreach (json_object_get(facet, "values"), i, value) {
		label = text_of(value, "label");
		if (label == NULL)
			label = text_of(value, "value");
		printf("%8" JSON_INTEGER_FORMAT " %c ",
		    number_of(value, "count"),
		    json_is_true(json_object_get(value, "selected")) ? '*'
								     : ' ');
		ecs_show_text(label == NULL ? "" : label, 50, stdout);
		putchar('\n');
	}
	if (number_of(facet, "other") > 0)
		printf("%8" JSON_INTEGER_FORMAT "   in other values\n",
		    number_of(facet, "other"));
	if (number_of(facet, "missing") > 0)
		printf("%8" JSON_INTEGER_FORMAT "   without a value\n",
		    number_of(facet, "missing"));
}

static void
show_head(const json_t *answer)
{
	const json_t *total = json_object_get(answer, "total");
	const json_t *corrected =
	    json_object_get(json_object_get(answer, "query"), "corrected");
	const json_t *warning;
	size_t i;

	printf("%s%" JSON_INTEGER_FORMAT " found",
	    json_is_false(json_object_get(total, "exact")) ? "about " : "",
	    number_of(total, "value"));
	if (number_of(answer, "pages") > 0)
		printf(", page %" JSON_INTEGER_FORMAT
		       " of %" JSON_INTEGER_FORMAT,
		    number_of(answer, "page"), number_of(answer, "pages"));
	putchar('\n');
	if (text_of(corrected, "q") != NULL) {
		fputs(json_is_true(json_object_get(corrected, "applied"))
			? "searched for "
			: "did you mean ",
		    stdout);
		ecs_show_text(text_of(corrected, "q"), 0, stdout);
		putchar('\n');
	}
	json_array_foreach (json_object_get(answer, "warnings"), i, warning) {
		if (text_of(warning, "message") != NULL)
			fprintf(stderr, "ecsearch: %s\n",
			    text_of(warning, "message"));
	}
}

static void
show_answer(const struct ecs_client *client, const json_t *answer)
{
	json_int_t before =
	    (number_of(answer, "page") - 1) * number_of(answer, "per_page");
	const json_t *hit, *facet;
	size_t i;

	show_head(answer);
	json_array_foreach (json_object_get(answer, "hits"), i, hit) {
		show_hit(client, hit, before + (json_int_t)i + 1);
	}
	json_array_foreach (json_object_get(answer, "facets"), i, facet) {
		show_facet(facet);
	}
}

enum ecs_exit
ecs_command_search(struct ecs_client *client, const struct ecs_command *command,
    int argc, char **argv, struct ecs_err *err)
{
	struct ecs_words words = {0};
	json_t *request = json_object(), *answer = NULL;
	enum ecs_exit code = ECS_EXIT_USAGE;
	int val;

	while ((val = ecs_client_option(
		    client, command, argc, argv, &words, err)) != -1) {
		if (val > OPTIONS)
			ecs_client_usage(
			    err, "-%c is no option of search", val);
		else
			put_option(request, val, optarg, err);
	}
	if (err->status == 0 && words.count == 0)
		ecs_client_usage(err, "search needs words; '' finds all");
	if (err->status == 0)
		answer = search(client, request, &words, err);
	if (answer != NULL) {
		if (client->json)
			ecs_show_json(answer);
		else
			show_answer(client, answer);
		code = json_array_size(json_object_get(answer, "hits")) > 0
		    ? ECS_EXIT_OK
		    : ECS_EXIT_SOME;
	}
	json_decref(answer);
	json_decref(request);
	return code;
}
