/* SPDX-License-Identifier: ISC */
/*
 * queries - ecsearch queries: what is searched most, and what in vain.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "client.h"
#include "show.h"

enum option_val {
	OPT_DAYS = 1,
	OPT_IN,
	OPT_LIMIT,
	OPT_WITHOUT_HITS,
	OPT_CLICKS,
	OPT_CSV
};

const struct option ecs_queries_options[] = {
    {"days", required_argument, NULL, OPT_DAYS},
    {"in", required_argument, NULL, OPT_IN},
    {"limit", required_argument, NULL, OPT_LIMIT},
    {"without-hits", no_argument, NULL, OPT_WITHOUT_HITS},
    {"clicks", no_argument, NULL, OPT_CLICKS},
    {"csv", no_argument, NULL, OPT_CSV},
    {NULL, 0, NULL, 0},
};

enum { DAY_SECONDS = 86400, USUAL_DAYS = 30, MOST_DAYS = 36500 };

struct asked {
	long days;
	const char *in;    /* NULL: wherever searched */
	const char *limit; /* NULL: as the server likes */
	const char *order;
	bool csv;
};

static void
take_days(struct asked *asked, const char *text, struct ecs_err *err)
{
	char *end;

	asked->days = strtol(text, &end, 10);
	if (end == text || *end != '\0' || asked->days < 1 ||
	    asked->days > MOST_DAYS)
		ecs_client_usage(err, "--days is a whole number from 1 to %d",
		    (int)MOST_DAYS);
}

static void
take_option(struct asked *asked, int val, struct ecs_err *err)
{
	switch (val) {
	case OPT_DAYS:
		take_days(asked, optarg, err);
		break;
	case OPT_IN:
		asked->in = optarg;
		break;
	case OPT_LIMIT:
		asked->limit = optarg;
		break;
	case OPT_WITHOUT_HITS:
		asked->order = "without_hits";
		break;
	case OPT_CLICKS:
		asked->order = "clicks";
		break;
	case OPT_CSV:
		asked->csv = true;
		break;
	default:
		ecs_client_usage(err, "-%c is no option of queries", val);
	}
}

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

static bool
build_path(struct ecs_client *client, const struct asked *asked,
    struct ecs_buf *path, struct ecs_err *err)
{
	time_t first = time(NULL) - (asked->days - 1) * DAY_SECONDS;
	struct tm day;
	char from[32] = "";

	if (gmtime_r(&first, &day) != NULL)
		strftime(from, sizeof(from), "%Y-%m-%d", &day);
	ecs_buf_printf(
	    path, "/v1/queries?order=%s&from=%s", asked->order, from);
	if (asked->in != NULL)
		add_parameter(client, path, "&in", asked->in);
	if (asked->limit != NULL)
		add_parameter(client, path, "&limit", asked->limit);
	return !path->failed || ecs_err_memory(err);
}

/* ---- shown ---- */

static long long
number_of(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

static void
show_foot(const json_t *answer)
{
	const json_t *warning;
	size_t i;

	if (number_of(answer, "withheld") > 0)
		printf("%lld more were searched on fewer than %lld days and "
		       "are not told\n",
		    number_of(answer, "withheld"),
		    number_of(answer, "least_days"));
	json_array_foreach (json_object_get(answer, "warnings"), i, warning) {
		ecs_show_text(text_of(warning, "message"), 0, stdout);
		putchar('\n');
	}
}

static void
show_report(const json_t *answer)
{
	static const char *const columns[] = {
	    "count", "days", "without_hits", "clicks", "in", "q", NULL};
	const json_t *totals = json_object_get(answer, "totals");
	const json_t *lines = json_object_get(answer, "queries");

	ecs_show_text(text_of(answer, "from"), 0, stdout);
	fputs(" to ", stdout);
	ecs_show_text(text_of(answer, "to"), 0, stdout);
	printf(": %lld searches, %lld without hits, %lld clicks\n\n",
	    number_of(totals, "searches"), number_of(totals, "without_hits"),
	    number_of(totals, "clicks"));
	if (json_array_size(lines) > 0) {
		ecs_show_table(lines, columns, stdout);
		putchar('\n');
	}
	show_foot(answer);
}

static bool
print_line(void *user, const char *line, size_t len, struct ecs_err *err)
{
	(void)user;
	fwrite(line, 1, len, stdout);
	return putchar('\n') != EOF ||
	    ecs_err_set(err, 400, "output", "the output cannot be written");
}

static enum ecs_exit
report(
    struct ecs_client *client, const struct asked *asked, struct ecs_err *err)
{
	struct ecs_buf path = {0};
	enum ecs_exit code = ECS_EXIT_USAGE;
	json_t *answer = NULL;

	if (!build_path(client, asked, &path, err)) {
		ecs_buf_fini(&path);
		return code;
	}
	if (asked->csv) {
		if (ecs_remote_lines(client->remote, path.data, "text/csv",
			print_line, NULL, err))
			code = ECS_EXIT_OK;
	} else {
		answer =
		    ecs_remote_ask(client->remote, "GET", path.data, NULL, err);
	}
	if (answer != NULL) {
		if (client->json)
			ecs_show_json(answer);
		else
			show_report(answer);
		code = ECS_EXIT_OK;
	}
	json_decref(answer);
	ecs_buf_fini(&path);
	return code;
}

/* ---- forgotten ---- */

static enum ecs_exit
forget(struct ecs_client *client, const struct ecs_words *words,
    struct ecs_err *err)
{
	struct ecs_buf q = {0};
	struct ecs_buf path = {0};
	enum ecs_exit code = ECS_EXIT_USAGE;
	json_t *answer = NULL;

	for (int i = 1; i < words->count; i++)
		ecs_buf_printf(&q, "%s%s", i > 1 ? " " : "", words->word[i]);
	ecs_buf_puts(&path, "/v1/queries?");
	if (!q.failed)
		add_parameter(client, &path, "q", q.data);
	if (q.failed || path.failed)
		ecs_err_memory(err);
	else
		answer = ecs_remote_ask(
		    client->remote, "DELETE", path.data, NULL, err);
	if (answer != NULL) {
		bool gone = json_is_true(json_object_get(answer, "deleted"));

		if (client->json)
			ecs_show_json(answer);
		else
			puts(gone ? "forgotten" : "there was nothing of it");
		code = gone ? ECS_EXIT_OK : ECS_EXIT_SOME;
	}
	json_decref(answer);
	ecs_buf_fini(&path);
	ecs_buf_fini(&q);
	return code;
}

enum ecs_exit
ecs_command_queries(struct ecs_client *client,
    const struct ecs_command *command, int argc, char **argv,
    struct ecs_err *err)
{
	struct asked asked = {.days = USUAL_DAYS, .order = "count"};
	struct ecs_words words = {0};
	bool forgets;
	int val;

	while ((val = ecs_client_option(
		    client, command, argc, argv, &words, err)) != -1)
		take_option(&asked, val, err);
	forgets = words.count > 0 && strcmp(words.word[0], "forget") == 0;
	if (err->status == 0 && forgets && words.count == 1)
		ecs_client_usage(err, "queries forget needs a query");
	if (err->status == 0 && words.count > 0 && !forgets)
		ecs_client_usage(err, "usage: ecsearch %s %s", command->name,
		    command->operands);
	if (err->status != 0 || !ecs_client_connect(client, err))
		return ECS_EXIT_USAGE;
	return forgets ? forget(client, &words, err)
		       : report(client, &asked, err);
}
