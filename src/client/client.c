/* SPDX-License-Identifier: ISC */
/*
 * client - the command line: common options, the server, errors, exit codes.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "client.h"
#include "commands.h"

#define DEFAULT_URL "http://127.0.0.1:8480"

enum { MAX_OPTIONS = 32 };

/* Options that every command takes, before or after its name. */
enum common { OPT_URL = 1000, OPT_KEY, OPT_JSON, OPT_HELP, OPT_VERSION };
static const struct option common_options[] = {
    {"url", required_argument, NULL, OPT_URL},
    {"key", required_argument, NULL, OPT_KEY},
    {"json", no_argument, NULL, OPT_JSON},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
};
enum { COMMON = sizeof(common_options) / sizeof(common_options[0]) };

enum ecs_exit
ecs_client_usage(struct ecs_err *err, const char *fmt, ...)
{
	char text[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	ecs_err_set(err, 400, "usage", "%s", text);
	return ECS_EXIT_USAGE;
}

/* The command's options and the common ones in one table. */
static void
merge_options(const struct ecs_command *command, struct option *all)
{
	int count = 0;

	for (int i = 0; command != NULL && command->options != NULL &&
	     command->options[i].name != NULL &&
	     count < MAX_OPTIONS - COMMON - 1;
	     i++)
		all[count++] = command->options[i];
	memcpy(all + count, common_options, sizeof(common_options));
	memset(all + count + COMMON, 0, sizeof(*all));
}

/* Deal with an option that every command has; false if val is another. */
static bool
take_common(struct ecs_client *client, const struct ecs_command *command,
    int val, struct ecs_err *err)
{
	switch (val) {
	case OPT_URL:
		client->url = optarg;
		return true;
	case OPT_KEY:
		free(client->key);
		client->key = strdup(optarg);
		if (client->key == NULL)
			ecs_err_memory(err);
		return true;
	case OPT_JSON:
		client->json = true;
		return true;
	case OPT_HELP:
		ecs_commands_help(command, stdout);
		ecs_err_set(err, 200, "done", "help was shown");
		return true;
	case OPT_VERSION:
		puts("ecsearch " PACKAGE_VERSION);
		ecs_err_set(err, 200, "done", "the version was shown");
		return true;
	default:
		return false;
	}
}

/* Whether the argument is a word, and no option. */
static bool
is_word(const char *argument, const struct ecs_words *words)
{
	if (argument[0] != '-' || argument[1] == '\0')
		return true;
	return words->count > 0 && argument[1] != '-' &&
	    strcmp(argument, "-o") != 0;
}

static void
take_word(struct ecs_words *words, const char *word, struct ecs_err *err)
{
	if (words->count == ECS_MAX_WORDS)
		ecs_client_usage(err, "more than %d words", ECS_MAX_WORDS);
	else
		words->word[words->count++] = word;
}

int
ecs_client_option(struct ecs_client *client, const struct ecs_command *command,
    int argc, char **argv, struct ecs_words *words, struct ecs_err *err)
{
	struct option all[MAX_OPTIONS];
	bool only_words = false;
	int val;

	merge_options(command, all);
	while (err->status == 0 && optind < argc) {
		if (!only_words && strcmp(argv[optind], "--") == 0) {
			only_words = true;
			optind++;
			continue;
		}
		if (only_words || is_word(argv[optind], words)) {
			take_word(words, argv[optind++], err);
			continue;
		}
		val = getopt_long(argc, argv, "+:o:h", all, NULL);
		if (val == '?' || val == ':') {
			ecs_client_usage(err, "%s %s", argv[optind - 1],
			    val == ':' ? "needs a value"
				       : "is no option here; see --help");
		} else if (!take_common(client, command,
			       val == 'h' ? OPT_HELP : val, err)) {
			return val;
		}
	}
	return -1;
}

/* ---- the server ---- */

/* The first line of a key file, or NULL. */
static char *
read_key(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[256] = "";

	if (file == NULL)
		return NULL;
	if (fgets(line, sizeof(line), file) == NULL)
		line[0] = '\0';
	fclose(file);
	line[strcspn(line, "\r\n")] = '\0';
	return line[0] == '\0' ? NULL : strdup(line);
}

/* The key of the local server, where we may read it. */
static char *
find_key(void)
{
	const char *data = getenv("ECSEARCH_DATA");
	struct ecs_buf path = {0};
	char *key = NULL;

	if (data != NULL) {
		ecs_buf_printf(&path, "%s/admin.key", data);
		key = path.failed ? NULL : read_key(path.data);
		ecs_buf_fini(&path);
	}
	if (key == NULL)
		key = read_key("data/admin.key");
	if (key == NULL)
		key = read_key(ECS_LOCALSTATEDIR "/lib/ecsearch/admin.key");
	if (key == NULL)
		key = read_key("/var/lib/ecsearch/admin.key");
	return key;
}

/* A server that is not ours must not be shown our admin key. */
static bool
is_local(const char *url)
{
	static const char *const local[] = {
	    "http://127.0.0.1", "http://localhost", "http://[::1]"};
	size_t len;

	for (size_t i = 0; i < 3; i++) {
		len = strlen(local[i]);
		if (strncmp(url, local[i], len) == 0 &&
		    (url[len] == '\0' || url[len] == ':' || url[len] == '/'))
			return true;
	}
	return false;
}

bool
ecs_client_connect(struct ecs_client *client, struct ecs_err *err)
{
	if (client->remote != NULL)
		return true;
	if (client->key == NULL && is_local(client->url))
		client->key = find_key();
	client->remote = ecs_remote_open(client->url, client->key, err);
	return client->remote != NULL;
}

char *
ecs_client_path(struct ecs_client *client, const char *collection,
    const char *rest, struct ecs_err *err)
{
	struct ecs_buf path = {0};
	char *escaped;

	if (!ecs_client_connect(client, err))
		return NULL;
	escaped = ecs_remote_escape(client->remote, collection);
	if (escaped == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	ecs_buf_printf(&path, "/v1/collections/%s%s", escaped, rest);
	free(escaped);
	if (path.failed) {
		ecs_err_memory(err);
		return NULL;
	}
	return ecs_buf_take(&path, NULL);
}

/* ---- the end ---- */

static void
report_place(const struct ecs_err *err, const struct ecs_where *where)
{
	/* The one thing that is wrong was said: only the cure is new. */
	if (err->places == 1 && where->message[0] == '\0') {
		fprintf(
		    stderr, "  did you mean \"%s\"?\n", where->did_you_mean);
		return;
	}
	fputs("  ", stderr);
	if (where->name[0] != '\0')
		fprintf(stderr, "%s%s", where->name,
		    where->column > 0 ? ", " : ": ");
	else if (where->line > 0)
		fprintf(stderr, "line %u%s", where->line,
		    where->column > 0 ? ", " : ": ");
	if (where->column > 0)
		fprintf(stderr, "column %u: ", where->column);
	fputs(where->message[0] == '\0' ? err->text : where->message, stderr);
	if (where->did_you_mean[0] != '\0')
		fprintf(stderr, " (did you mean \"%s\"?)", where->did_you_mean);
	fputc('\n', stderr);
}

void
ecs_client_report(const struct ecs_err *err)
{
	fprintf(stderr, "ecsearch: %s\n", err->text);
	for (int i = 0; i < err->places; i++) {
		if (err->where[i].message[0] != '\0' ||
		    err->where[i].did_you_mean[0] != '\0')
			report_place(err, &err->where[i]);
	}
	if (strcmp(err->code, "unreachable") == 0)
		fputs("  is ecsearchd running there? --url names another\n",
		    stderr);
	else if (err->status == 401)
		fputs("  --key or ECSEARCH_KEY gives a key\n", stderr);
}

static enum ecs_exit
exit_code(const struct ecs_client *client, const struct ecs_err *err)
{
	if (strcmp(err->code, "done") == 0)
		return ECS_EXIT_OK;
	if (err->status >= 500)
		return ECS_EXIT_FAILED;
	if (client->remote != NULL &&
	    ecs_remote_status(client->remote) == err->status)
		return ECS_EXIT_REFUSED;
	return ECS_EXIT_USAGE;
}

/* Options before the command's name. */
static void
take_first_options(
    struct ecs_client *client, int argc, char **argv, struct ecs_err *err)
{
	struct option all[MAX_OPTIONS];
	int val;

	merge_options(NULL, all);
	opterr = 0;
	while (err->status == 0) {
		val = getopt_long(argc, argv, "+:h", all, NULL);
		if (val == -1)
			return;
		if (val == '?' || val == ':')
			ecs_client_usage(err, "%s %s", argv[optind - 1],
			    val == ':' ? "needs a value"
				       : "is no option; see ecsearch --help");
		else
			take_common(
			    client, NULL, val == 'h' ? OPT_HELP : val, err);
	}
}

static enum ecs_exit
run(struct ecs_client *client, int argc, char **argv, struct ecs_err *err)
{
	const struct ecs_command *command;
	int first;

	take_first_options(client, argc, argv, err);
	if (err->status != 0)
		return ECS_EXIT_USAGE;
	if (optind == argc) {
		ecs_commands_help(NULL, stderr);
		return ecs_client_usage(err, "name a command");
	}
	command = ecs_commands_find(argv[optind]);
	if (command == NULL)
		return ecs_commands_unknown(argv[optind], err);
	first = optind;
	optind = 1;
	return command->run(client, command, argc - first, argv + first, err);
}

int
ecs_client_main(int argc, char **argv)
{
	const char *url = getenv("ECSEARCH_URL");
	const char *key = getenv("ECSEARCH_KEY");
	struct ecs_client client = {.url = url == NULL ? DEFAULT_URL : url};
	struct ecs_err err = {0};
	enum ecs_exit code;

	client.key = key == NULL ? NULL : strdup(key);
	client.pretty = isatty(STDOUT_FILENO) != 0;
	client.live = isatty(STDERR_FILENO) != 0;
	code = run(&client, argc, argv, &err);
	if (err.status != 0) {
		code = exit_code(&client, &err);
		if (code != ECS_EXIT_OK)
			ecs_client_report(&err);
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fputs("ecsearch: standard output cannot be written\n", stderr);
		code = ECS_EXIT_USAGE;
	}
	ecs_remote_close(client.remote);
	free(client.key);
	return code;
}
