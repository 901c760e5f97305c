/* SPDX-License-Identifier: ISC */
/*
 * eval - ecsearch eval: rank judged queries with the server, and measure.
 *
 *	judgements -> (setting) -> hits -> gains -> measures -> means, tests
 *
 * A query is asked as a visitor would ask it: with the server's defaults, but
 * for what a setting says and for the number of hits.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "client.h"
#include "eval.h"
#include "progress.h"

enum { OPT_A = 1, OPT_B, OPT_IN, OPT_QUERIES };
const struct option ecs_eval_options[] = {
    {"a", required_argument, NULL, OPT_A},
    {"b", required_argument, NULL, OPT_B},
    {"in", required_argument, NULL, OPT_IN},
    {"queries", no_argument, NULL, OPT_QUERIES},
    {NULL, 0, NULL, 0},
};

/* Figures are worth a wait: the longest that a server allows by default. */
#define PATIENCE "timeout_ms"
enum { PATIENCE_MS = 10000 };

/* ---- asking ---- */

/*
 * Append parameters as they are typed into an address: signs that may not
 * stand in one are escaped, those that mean something there are left.
 */
static void
add_setting(struct ecs_buf *path, const char *setting)
{
	for (const char *at = setting; *at != '\0'; at++) {
		if (isalnum((unsigned char)*at) ||
		    strchr("-._~&=%+", *at) != NULL)
			ecs_buf_putc(path, *at);
		else
			ecs_buf_printf(path, "%%%02X", (unsigned char)*at);
	}
}

/* The address of a query under a setting; free() it. */
static char *
build_path(struct ecs_client *client, const struct ecs_judged *query,
    const char *setting, struct ecs_err *err)
{
	struct ecs_buf path = {0};
	char *base = NULL, *q = ecs_remote_escape(client->remote, query->q);

	base = query->in == NULL
	    ? strdup("/v1/search")
	    : ecs_client_path(client, query->in, "/search", err);
	if (base != NULL && q != NULL)
		ecs_buf_printf(&path,
		    "%s?q=%s&per_page=%d&highlight=false&passages=0", base, q,
		    (int)ECS_MEASURED_DEPTH);
	else
		path.failed = true;
	if (strstr(setting, PATIENCE "=") == NULL)
		ecs_buf_printf(&path, "&" PATIENCE "=%d", (int)PATIENCE_MS);
	if (setting[0] != '\0') {
		ecs_buf_putc(&path, '&');
		add_setting(&path, setting);
	}
	free(base);
	free(q);
	if (path.failed)
		ecs_err_memory(err);
	return ecs_buf_take(&path, NULL);
}

static bool
was_cut(const json_t *answer)
{
	const json_t *warning;
	const char *code;
	size_t i;

	json_array_foreach (json_object_get(answer, "warnings"), i, warning) {
		code = json_string_value(json_object_get(warning, "code"));
		if (code != NULL && strcmp(code, "timeout") == 0)
			return true;
	}
	return false;
}

static double
grade_of(
    const struct ecs_judged *query, const json_t *hit, struct ecs_buf *scratch)
{
	const char *id = json_string_value(json_object_get(hit, "id"));
	const char *of = json_string_value(json_object_get(hit, "collection"));

	if (id == NULL || of == NULL)
		return 0;
	ecs_buf_reset(scratch);
	if (query->in == NULL)
		ecs_buf_printf(scratch, "%s/", of);
	ecs_buf_puts(scratch, id);
	return scratch->failed
	    ? 0
	    : json_real_value(json_object_get(query->grades, scratch->data));
}

static bool
measure_answer(const struct ecs_judged *query, const json_t *answer,
    struct ecs_measures *made, struct ecs_err *err)
{
	double gains[ECS_MEASURED_DEPTH];
	struct ecs_buf scratch = {0};
	size_t i, n = 0;
	const json_t *hit;
	bool failed;

	if (!json_is_array(json_object_get(answer, "hits")))
		return ecs_err_set(
		    err, 502, "bad_answer", "the server sent no list of hits");
	if (was_cut(answer))
		return ecs_err_set(err, 503, "timeout",
		    "the search for \"%.80s\" was cut at the server's time; "
		    "nothing is measured",
		    query->q);
	json_array_foreach (json_object_get(answer, "hits"), i, hit) {
		if (n < ECS_MEASURED_DEPTH)
			gains[n++] = grade_of(query, hit, &scratch);
	}
	failed = scratch.failed;
	ecs_buf_fini(&scratch);
	*made = ecs_measure(gains, n, query->ideal, query->nideal);
	return !failed || ecs_err_memory(err);
}

static bool
measure_query(struct ecs_client *client, const struct ecs_judged *query,
    const char *setting, struct ecs_measures *made, struct ecs_err *err)
{
	char *path = build_path(client, query, setting, err);
	json_t *answer;
	bool ok;

	if (path == NULL)
		return false;
	answer = ecs_remote_ask(client->remote, "GET", path, NULL, err);
	ok = answer != NULL && measure_answer(query, answer, made, err);
	json_decref(answer);
	free(path);
	return ok;
}

/* Setting by setting within a query, so that both see the same machine. */
static bool
measure_all(struct ecs_client *client, struct ecs_eval *eval,
    struct ecs_progress *progress, struct ecs_err *err)
{
	const struct ecs_judgements *all = &eval->judgements;

	for (int s = 0; s < eval->settings; s++) {
		eval->figures[s] =
		    calloc(all->count, sizeof(*eval->figures[s]));
		if (eval->figures[s] == NULL)
			return ecs_err_memory(err);
	}
	for (size_t i = 0; i < all->count; i++) {
		for (int s = 0; s < eval->settings; s++) {
			if (!measure_query(client, &all->queries[i],
				eval->setting[s], &eval->figures[s][i], err))
				return false;
		}
		ecs_progress_show(progress, i + 1, 0);
	}
	return true;
}

/* ---- the command ---- */

/* What eval itself says in each request; a setting cannot say it again. */
static bool
check_setting(const char *setting, struct ecs_err *err)
{
	static const char *const own[] = {"q", "in", "page", "per_page",
	    "cursor", "highlight", "passages", NULL};
	size_t len, name;

	for (const char *at = setting; *at != '\0';
	     at += len + (at[len] == '&')) {
		len = strcspn(at, "&");
		name = strcspn(at, "=&");
		if (name == len) {
			ecs_client_usage(err,
			    "\"%.*s\": a setting is NAME=VALUE, several are "
			    "joined by &",
			    (int)len, at);
			return false;
		}
		for (size_t i = 0; own[i] != NULL; i++) {
			if (strlen(own[i]) == name &&
			    memcmp(own[i], at, name) == 0) {
				ecs_client_usage(err,
				    "eval sets %s itself, for both settings",
				    own[i]);
				return false;
			}
		}
	}
	return true;
}

static bool
run(struct ecs_client *client, struct ecs_eval *eval, struct ecs_err *err)
{
	struct ecs_progress progress = {.live = client->live, .size = -1};
	bool ok;

	progress.begun = ecs_progress_now();
	ok = ecs_client_connect(client, err) &&
	    measure_all(client, eval, &progress, err);
	ecs_progress_clear(&progress);
	return ok;
}

static void
read_options(struct ecs_client *client, const struct ecs_command *command,
    int argc, char **argv, struct ecs_eval *eval, struct ecs_words *words,
    const char **in, bool *each, struct ecs_err *err)
{
	int val;

	while ((val = ecs_client_option(
		    client, command, argc, argv, words, err)) != -1) {
		if (val == OPT_QUERIES)
			*each = true;
		else if (val == OPT_IN)
			*in = optarg;
		else
			eval->setting[val - OPT_A] = optarg;
	}
}

enum ecs_exit
ecs_command_eval(struct ecs_client *client, const struct ecs_command *command,
    int argc, char **argv, struct ecs_err *err)
{
	struct ecs_eval eval = {.setting = {"", NULL}, .settings = 1};
	struct ecs_words words = {0};
	const char *in = NULL;
	bool each = false, ok = false;

	read_options(
	    client, command, argc, argv, &eval, &words, &in, &each, err);
	if (eval.setting[1] != NULL)
		eval.settings = 2;
	if (err->status == 0 && words.count != 1)
		ecs_client_usage(err, "eval needs one file of judgements");
	for (int s = 0; err->status == 0 && s < eval.settings; s++)
		check_setting(eval.setting[s], err);
	if (err->status == 0 &&
	    ecs_judgements_read(&eval.judgements, words.word[0], in, err) &&
	    run(client, &eval, err)) {
		ok = client->json ? ecs_eval_show_json(&eval)
				  : ecs_eval_show(&eval, each);
		if (!ok)
			ecs_err_memory(err);
	}
	for (int s = 0; s < eval.settings; s++)
		free(eval.figures[s]);
	ecs_judgements_fini(&eval.judgements);
	return ok ? ECS_EXIT_OK : ECS_EXIT_USAGE;
}
