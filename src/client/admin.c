/* SPDX-License-Identifier: ISC */
/*
 * admin - the small commands: collections, delete, check, backup, rebuild, and
 * words as data.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "client.h"
#include "progress.h"
#include "show.h"

enum option_val { OPT_FILTER = 1, OPT_WAIT };

const struct option ecs_delete_options[] = {
    {"filter", required_argument, NULL, OPT_FILTER},
    {"wait", required_argument, NULL, OPT_WAIT},
    {NULL, 0, NULL, 0},
};

/* The words of a command that has no options of its own; false with err. */
static bool
take_words(struct ecs_client *client, const struct ecs_command *command,
    int argc, char **argv, struct ecs_words *words, int least, int most,
    struct ecs_err *err)
{
	int val;

	while ((val = ecs_client_option(
		    client, command, argc, argv, words, err)) != -1)
		ecs_client_usage(
		    err, "-%c is no option of %s", val, command->name);
	if (err->status == 0 && (words->count < least || words->count > most))
		ecs_client_usage(err, "usage: ecsearch %s %s", command->name,
		    command->operands);
	return err->status == 0 && ecs_client_connect(client, err);
}

static void
show(const struct ecs_client *client, const json_t *answer)
{
	if (client->json)
		ecs_show_json(answer);
	else
		ecs_show_any(answer, stdout);
}

/* Ask, show the answer, forget it. */
static enum ecs_exit
ask_and_show(struct ecs_client *client, const char *method, const char *path,
    const json_t *body, struct ecs_err *err)
{
	json_t *answer =
	    ecs_remote_ask(client->remote, method, path, body, err);

	if (answer == NULL)
		return ECS_EXIT_USAGE;
	show(client, answer);
	json_decref(answer);
	return ECS_EXIT_OK;
}

/* ---- collections ---- */

enum ecs_exit
ecs_command_collections(struct ecs_client *client,
    const struct ecs_command *command, int argc, char **argv,
    struct ecs_err *err)
{
	struct ecs_words words = {0};
	json_t *answer, *list;
	char *path;
	enum ecs_exit code;

	if (!take_words(client, command, argc, argv, &words, 0, 1, err))
		return ECS_EXIT_USAGE;
	if (words.count == 1) {
		path = ecs_client_path(client, words.word[0], "", err);
		if (path == NULL)
			return ECS_EXIT_USAGE;
		code = ask_and_show(client, "GET", path, NULL, err);
		free(path);
		return code;
	}
	answer =
	    ecs_remote_ask(client->remote, "GET", "/v1/collections", NULL, err);
	if (answer == NULL)
		return ECS_EXIT_USAGE;
	list = json_object_get(answer, "collections");
	show(client, client->json || list == NULL ? answer : list);
	json_decref(answer);
	return ECS_EXIT_OK;
}

/* ---- delete ---- */

/*
 * One document; one that is not there is told, and harms no other.  Returns
 * false on what concerns all.
 */
static bool
delete_one(struct ecs_client *client, const char *collection, const char *id,
    const char *wait, int *missing, struct ecs_err *err)
{
	char *escaped = ecs_remote_escape(client->remote, id);
	struct ecs_buf rest = {0};
	json_t *answer;
	char *path;

	ecs_buf_printf(&rest, "/documents/%s?wait=%s",
	    escaped == NULL ? "" : escaped, wait);
	if (escaped == NULL || rest.failed)
		path = NULL;
	else
		path = ecs_client_path(client, collection, rest.data, err);
	free(escaped);
	ecs_buf_fini(&rest);
	if (path == NULL)
		return ecs_err_memory(err);
	answer = ecs_remote_ask(client->remote, "DELETE", path, NULL, err);
	free(path);
	json_decref(answer);
	if (answer == NULL && err->status == 404) {
		fprintf(stderr, "%s: %s\n", id, err->text);
		ecs_err_clear(err);
		(*missing)++;
		return true;
	}
	return answer != NULL;
}

static enum ecs_exit
delete_ids(struct ecs_client *client, const struct ecs_words *words,
    const char *wait, struct ecs_err *err)
{
	int missing = 0, deleted;

	for (int i = 1; i < words->count; i++) {
		if (!delete_one(client, words->word[0], words->word[i], wait,
			&missing, err))
			return ECS_EXIT_USAGE;
	}
	deleted = words->count - 1 - missing;
	if (client->json)
		printf("{\"deleted\":%d,\"missing\":%d}\n", deleted, missing);
	else
		printf("%d deleted\n", deleted);
	return missing > 0 ? ECS_EXIT_SOME : ECS_EXIT_OK;
}

static enum ecs_exit
delete_filtered(struct ecs_client *client, const char *collection,
    const char *filter, const char *wait, struct ecs_err *err)
{
	char *escaped = ecs_remote_escape(client->remote, filter), *path = NULL;
	enum ecs_exit code = ECS_EXIT_USAGE;
	struct ecs_buf rest = {0};

	ecs_buf_printf(&rest, "/documents?filter=%s&wait=%s",
	    escaped == NULL ? "" : escaped, wait);
	if (escaped == NULL || rest.failed)
		ecs_err_memory(err);
	else
		path = ecs_client_path(client, collection, rest.data, err);
	if (path != NULL)
		code = ask_and_show(client, "DELETE", path, NULL, err);
	free(path);
	free(escaped);
	ecs_buf_fini(&rest);
	return code;
}

enum ecs_exit
ecs_command_delete(struct ecs_client *client, const struct ecs_command *command,
    int argc, char **argv, struct ecs_err *err)
{
	const char *filter = NULL, *wait = "visible";
	struct ecs_words words = {0};
	int val;

	while ((val = ecs_client_option(
		    client, command, argc, argv, &words, err)) != -1) {
		if (val == OPT_FILTER)
			filter = optarg;
		else if (val == OPT_WAIT)
			wait = optarg;
		else
			ecs_client_usage(
			    err, "-%c is no option of delete", val);
	}
	if (err->status == 0 &&
	    (words.count < 1 || (words.count == 1) != (filter != NULL)))
		ecs_client_usage(err,
		    "delete needs a collection and either ids or --filter");
	if (err->status == 0 &&
	    strspn(wait, "abcdefghijklmnopqrstuvwxyz") != strlen(wait))
		ecs_client_usage(err, "--wait is for visible, durable or none");
	if (err->status != 0 || !ecs_client_connect(client, err))
		return ECS_EXIT_USAGE;
	if (filter != NULL)
		return delete_filtered(
		    client, words.word[0], filter, wait, err);
	return delete_ids(client, &words, wait, err);
}

/* ---- check, backup ---- */

/*
 * The server says what it found with "ok"; where it is false the exit code
 * tells, so that a cron job needs no eyes.
 */
enum ecs_exit
ecs_command_check(struct ecs_client *client, const struct ecs_command *command,
    int argc, char **argv, struct ecs_err *err)
{
	struct ecs_words words = {0};
	json_t *stats = NULL, *found = NULL, *both = NULL;
	enum ecs_exit code = ECS_EXIT_USAGE;

	if (!take_words(client, command, argc, argv, &words, 0, 0, err))
		return code;
	stats = ecs_remote_ask(client->remote, "GET", "/v1/stats", NULL, err);
	if (stats != NULL)
		found = ecs_remote_ask(
		    client->remote, "POST", "/v1/check", NULL, err);
	if (found != NULL)
		both = json_pack("{sOsO}", "stats", stats, "check", found);
	if (both != NULL) {
		show(client, both);
		code = json_is_false(json_object_get(found, "ok"))
		    ? ECS_EXIT_SOME
		    : ECS_EXIT_OK;
	}
	json_decref(both);
	json_decref(found);
	json_decref(stats);
	return code;
}

enum ecs_exit
ecs_command_backup(struct ecs_client *client, const struct ecs_command *command,
    int argc, char **argv, struct ecs_err *err)
{
	struct ecs_words words = {0};
	enum ecs_exit code = ECS_EXIT_USAGE;
	json_t *body;

	if (!take_words(client, command, argc, argv, &words, 1, 1, err))
		return code;
	body = json_pack("{ss}", "directory", words.word[0]);
	if (body == NULL)
		ecs_client_usage(err, "the folder's name is no UTF-8");
	else
		code = ask_and_show(client, "POST", "/v1/backup", body, err);
	json_decref(body);
	return code;
}

/* ---- rebuild ---- */

/* How a task stands; "done" for an answer that does not say. */
static const char *
state_of(const json_t *task)
{
	const char *state = json_string_value(json_object_get(task, "state"));

	if (state == NULL)
		state = json_string_value(json_object_get(task, "status"));
	return state == NULL ? "done" : state;
}

static bool
has_failed(const json_t *task)
{
	return strcmp(state_of(task), "failed") == 0;
}

static bool
is_over(const json_t *task)
{
	return has_failed(task) || strcmp(state_of(task), "done") == 0;
}

static void
show_task(const json_t *task)
{
	json_int_t done = json_integer_value(json_object_get(task, "done"));
	json_int_t total = json_integer_value(json_object_get(task, "total"));

	if (total > 0)
		fprintf(stderr,
		    "\r\033[K%" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT
		    " documents",
		    done, total);
}

/* Ask for the task until it is over; the last answer, or NULL. */
static json_t *
follow(struct ecs_client *client, const char *id, struct ecs_err *err)
{
	struct timespec pause = {.tv_nsec = 200000000};
	char *escaped = ecs_remote_escape(client->remote, id);
	struct ecs_buf path = {0};
	json_t *task = NULL;

	ecs_buf_printf(&path, "/v1/tasks/%s", escaped ? escaped : "");
	if (escaped == NULL || path.failed)
		ecs_err_memory(err);
	while (err->status == 0) {
		task =
		    ecs_remote_ask(client->remote, "GET", path.data, NULL, err);
		if (task == NULL || is_over(task))
			break;
		if (client->live)
			show_task(task);
		json_decref(task);
		task = NULL;
		nanosleep(&pause, NULL);
	}
	if (client->live)
		fputs("\r\033[K", stderr);
	free(escaped);
	ecs_buf_fini(&path);
	return task;
}

/* The id of the task an answer names, in room when it is a number. */
static const char *
task_of(const json_t *answer, char *room, size_t size)
{
	const json_t *task = json_object_get(answer, "task");

	if (task == NULL)
		task = json_object_get(answer, "id");
	if (json_is_object(task))
		task = json_object_get(task, "id");
	if (!json_is_integer(task))
		return json_string_value(task);
	snprintf(room, size, "%" JSON_INTEGER_FORMAT, json_integer_value(task));
	return room;
}

enum ecs_exit
ecs_command_rebuild(struct ecs_client *client,
    const struct ecs_command *command, int argc, char **argv,
    struct ecs_err *err)
{
	struct ecs_words words = {0};
	enum ecs_exit code = ECS_EXIT_USAGE;
	json_t *body, *answer, *task = NULL;
	const char *id;
	char room[24];

	if (!take_words(client, command, argc, argv, &words, 0, 1, err))
		return code;
	body = json_pack("{ss*}", "collection", words.word[0]);
	answer =
	    ecs_remote_ask(client->remote, "POST", "/v1/rebuild", body, err);
	json_decref(body);
	id = task_of(answer, room, sizeof(room));
	if (answer != NULL)
		task =
		    id == NULL ? json_incref(answer) : follow(client, id, err);
	if (task != NULL) {
		show(client, task);
		code = has_failed(task) ? ECS_EXIT_FAILED : ECS_EXIT_OK;
	}
	json_decref(task);
	json_decref(answer);
	return code;
}

/* ---- words as data ---- */

/* Show an answer, or what comes of the task that it promises. */
static enum ecs_exit
show_outcome(struct ecs_client *client, json_t *answer, struct ecs_err *err)
{
	json_t *task = NULL;
	enum ecs_exit code = ECS_EXIT_USAGE;
	const char *id;
	char room[24];

	if (answer == NULL)
		return code;
	id = task_of(answer, room, sizeof(room));
	task = id == NULL ? json_incref(answer) : follow(client, id, err);
	if (task != NULL) {
		show(client, task);
		code = has_failed(task) ? ECS_EXIT_FAILED : ECS_EXIT_OK;
	}
	json_decref(task);
	return code;
}

static json_t *
load_words(const char *path, struct ecs_err *err)
{
	json_error_t why;
	json_t *json = strcmp(path, "-") == 0
	    ? json_loadf(stdin, JSON_REJECT_DUPLICATES, &why)
	    : json_load_file(path, JSON_REJECT_DUPLICATES, &why);

	if (json == NULL)
		ecs_client_usage(err, "%s: line %d, column %d: %s", path,
		    why.line, why.column, why.text);
	return json;
}

static enum ecs_exit
put_words(struct ecs_client *client, const char *path, const char *file,
    struct ecs_err *err)
{
	json_t *body = load_words(file, err);
	json_t *answer = body == NULL
	    ? NULL
	    : ecs_remote_ask(client->remote, "PUT", path, body, err);
	enum ecs_exit code = show_outcome(client, answer, err);

	json_decref(answer);
	json_decref(body);
	return code;
}

/* get: as put takes it, whatever --json says. */
static enum ecs_exit
get_words(struct ecs_client *client, const char *path, struct ecs_err *err)
{
	json_t *answer = ecs_remote_ask(client->remote, "GET", path, NULL, err);

	if (answer == NULL)
		return ECS_EXIT_USAGE;
	ecs_show_json(answer);
	json_decref(answer);
	return ECS_EXIT_OK;
}

static enum ecs_exit
reset_words(struct ecs_client *client, const char *path, struct ecs_err *err)
{
	json_t *answer =
	    ecs_remote_ask(client->remote, "DELETE", path, NULL, err);
	enum ecs_exit code = show_outcome(client, answer, err);

	json_decref(answer);
	return code;
}

/* What is to be done with the words at path: get, put FILE or reset. */
static enum ecs_exit
do_words(struct ecs_client *client, const struct ecs_command *command,
    const char *path, const char *const *words, int count, struct ecs_err *err)
{
	if (count == 1 && strcmp(words[0], "get") == 0)
		return get_words(client, path, err);
	if (count == 2 && strcmp(words[0], "put") == 0)
		return put_words(client, path, words[1], err);
	if (count == 1 && strcmp(words[0], "reset") == 0)
		return reset_words(client, path, err);
	return ecs_client_usage(
	    err, "usage: ecsearch %s %s", command->name, command->operands);
}

enum ecs_exit
ecs_command_words(struct ecs_client *client, const struct ecs_command *command,
    int argc, char **argv, struct ecs_err *err)
{
	struct ecs_words words = {0};
	char path[40];

	if (!take_words(client, command, argc, argv, &words, 1, 2, err))
		return ECS_EXIT_USAGE;
	snprintf(path, sizeof(path), "/v1/%s", command->name);
	return do_words(client, command, path, words.word, words.count, err);
}

enum ecs_exit
ecs_command_vocabulary(struct ecs_client *client,
    const struct ecs_command *command, int argc, char **argv,
    struct ecs_err *err)
{
	struct ecs_words words = {0};
	struct ecs_buf path = {0};
	enum ecs_exit code = ECS_EXIT_USAGE;
	char *name;

	if (!take_words(client, command, argc, argv, &words, 2, 3, err))
		return code;
	name = ecs_remote_escape(client->remote, words.word[0]);
	ecs_buf_printf(&path, "/v1/vocabularies/%s%s", name == NULL ? "" : name,
	    strcmp(words.word[1], "get") == 0 ? "?source=true" : "");
	if (name == NULL || path.failed)
		ecs_err_memory(err);
	else
		code = do_words(client, command, path.data, words.word + 1,
		    words.count - 1, err);
	free(name);
	ecs_buf_fini(&path);
	return code;
}
