/* SPDX-License-Identifier: ISC */
/*
 * export - ecsearch export: a collection as NDJSON, each line a document that
 * import takes back.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "client.h"
#include "progress.h"

enum option_val { OPT_FILTER = 1 };

const struct option ecs_export_options[] = {
    {"output", required_argument, NULL, 'o'},
    {"filter", required_argument, NULL, OPT_FILTER},
    {NULL, 0, NULL, 0},
};

struct export
{
	FILE *out;
	uint64_t documents;
	struct ecs_progress progress;
};

/* Write one line: the document inside a hit, or the line as it came. */
static bool
on_line(void *user, const char *line, size_t len, struct ecs_err *err)
{
	struct export *export = user;
	json_t *hit = json_loadb(line, len, 0, NULL);
	json_t *document = json_object_get(hit, "document");

	if (hit == NULL)
		return ecs_err_set(err, 502, "bad_answer",
		    "the server sent a line that is no JSON");
	if (json_is_object(document))
		json_dumpf(document, export->out,
		    JSON_COMPACT | JSON_REAL_PRECISION(15));
	else
		fwrite(line, 1, len, export->out);
	fputc('\n', export->out);
	json_decref(hit);
	export->documents++;
	ecs_progress_show(&export->progress, export->documents, 0);
	return !ferror(export->out) ||
	    ecs_err_set(err, 400, "output", "the output cannot be written");
}

static bool
build_path(struct ecs_client *client, const char *collection,
    const char *filter, struct ecs_buf *path, struct ecs_err *err)
{
	char *base = ecs_client_path(client, collection, "/search", err);
	char *escaped = NULL;

	if (base == NULL)
		return false;
	ecs_buf_puts(path, base);
	free(base);
	if (filter != NULL) {
		escaped = ecs_remote_escape(client->remote, filter);
		ecs_buf_printf(path, "?filter=%s", escaped ? escaped : "");
		path->failed = path->failed || escaped == NULL;
		free(escaped);
	}
	return !path->failed || ecs_err_memory(err);
}

/* Read all into out; a file that could not be written whole is said so. */
static bool
run(struct ecs_client *client, const char *path, const char *output,
    struct ecs_err *err)
{
	struct export export = {.out = stdout};
	bool ok;

	if (output != NULL && strcmp(output, "-") != 0)
		export.out = fopen(output, "we");
	if (export.out == NULL)
		return ecs_err_set(
		    err, 400, "output", "%s: %s", output, strerror(errno));
	export.progress.live = client->live && export.out != stdout;
	export.progress.begun = ecs_progress_now();
	ok = ecs_remote_lines(client->remote, path, "application/x-ndjson",
	    on_line, &export, err);
	ecs_progress_clear(&export.progress);
	if (export.out != stdout && fclose(export.out) != 0)
		ok = ecs_err_set(
		    err, 400, "output", "%s: %s", output, strerror(errno));
	if (ok && export.out != stdout)
		fprintf(stderr, "%llu documents\n",
		    (unsigned long long)export.documents);
	return ok;
}

enum ecs_exit
ecs_command_export(struct ecs_client *client, const struct ecs_command *command,
    int argc, char **argv, struct ecs_err *err)
{
	const char *output = NULL, *filter = NULL;
	struct ecs_words words = {0};
	struct ecs_buf path = {0};
	bool ok = false;
	int val;

	while ((val = ecs_client_option(
		    client, command, argc, argv, &words, err)) != -1) {
		if (val == 'o')
			output = optarg;
		else
			filter = optarg;
	}
	if (err->status == 0 && words.count != 1)
		ecs_client_usage(err, "export needs one collection");
	if (err->status == 0 &&
	    build_path(client, words.word[0], filter, &path, err))
		ok = run(client, path.data, output, err);
	ecs_buf_fini(&path);
	return ok ? ECS_EXIT_OK : ECS_EXIT_USAGE;
}
