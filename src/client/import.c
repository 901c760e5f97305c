/* SPDX-License-Identifier: ISC */
/*
 * import - ecsearch import: files in, documents out to the server.
 *
 *	reader -> record -> map -> group -> document -> batch -> server
 *
 * A record that cannot be made a document is a failure that is told and
 * counted, and the next one follows; what ends the import is a file or a
 * server that gives no sense any more.  Memory is bounded: one record, one
 * batch, and what a map groups.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"

#include "import.h"
#include "paper.h"

enum {
	ERRORS_KEPT = 1000, /* for --json */
	LINE_BITS = 40      /* of an origin; the file's number stands above */
};

/* 15 digits print a decimal fraction of a source as it was written. */
#define DUMP_FLAGS (JSON_COMPACT | JSON_REAL_PRECISION(15))

/* ---- failures ---- */

static const char *
file_of(const struct import *import, uint64_t origin)
{
	const char *path = import->files.path[origin >> LINE_BITS];

	return strcmp(path, "-") == 0 ? "standard input" : path;
}

static unsigned long long
line_of(uint64_t origin)
{
	return origin & (((uint64_t)1 << LINE_BITS) - 1);
}

/* Tell one failure where people or scripts look for it. */
static void
on_failure(void *user, uint64_t origin, const char *id, const char *message)
{
	struct import *import = user;
	const char *file = file_of(import, origin);

	ecs_progress_clear(&import->progress);
	if (id != NULL)
		fprintf(stderr, "%s:%llu: \"%s\": %s\n", file, line_of(origin),
		    id, message);
	else
		fprintf(
		    stderr, "%s:%llu: %s\n", file, line_of(origin), message);
	if (json_array_size(import->errors) < ERRORS_KEPT)
		json_array_append_new(import->errors,
		    json_pack("{sssIss?ss}", "file", file, "line",
			(json_int_t)line_of(origin), "id", id, "message",
			message));
}

/* A failure found here: the document does not reach the server. */
static bool
refuse(
    struct import *import, uint64_t origin, const char *id, const char *message)
{
	import->refused++;
	on_failure(import, origin, id, message);
	return true;
}

/* ---- documents ---- */

/*
 * An id that comes a second time overwrites the first.  From a map that is a
 * mistake of the map; in plain files it may be meant, so it is only counted.
 */
static bool
check_id(
    struct import *import, const char *id, bool *again, struct ecs_err *err)
{
	*again = false;
	if (id == NULL)
		return true;
	if (!ecs_seen_add(&import->ids, id, again))
		return ecs_err_memory(err);
	import->repeated += *again;
	return true;
}

static bool
pass_on(struct import *import, const char *text, size_t len, uint64_t origin,
    struct ecs_err *err)
{
	import->documents++;
	if (import->print) {
		fwrite(text, 1, len, stdout);
		putchar('\n');
		import->stopped = ferror(stdout) != 0;
		if (import->stopped)
			ecs_err_set(err, 400, "output",
			    "standard output cannot be written");
	} else {
		import->stopped =
		    !ecs_upload_add(&import->batch, text, len, origin, err);
	}
	return !import->stopped;
}

/* A document that a map or a table gave. */
static bool
on_document(void *user, json_t *document, uint64_t origin, struct ecs_err *err)
{
	struct import *import = user;
	const char *id = json_string_value(json_object_get(document, "id"));
	char *text = NULL;
	bool again, ok = check_id(import, id, &again, err);

	if (ok && again && import->map != NULL) {
		refuse(import, origin, id, "another document has this id");
	} else if (ok) {
		text = json_dumps(document, DUMP_FLAGS);
		ok = text != NULL
		    ? pass_on(import, text, strlen(text), origin, err)
		    : ecs_err_memory(err);
	}
	free(text);
	json_decref(document);
	return ok;
}

/* Text of a record as one line; line ends stand only between its values. */
static char *
flatten(const char *text, size_t len)
{
	char *flat = malloc(len + 1);

	if (flat == NULL)
		return NULL;
	for (size_t i = 0; i < len; i++)
		flat[i] = text[i] == '\n' || text[i] == '\r' ? ' ' : text[i];
	flat[len] = '\0';
	return flat;
}

/* A document that needs no map goes as it stands, to the last digit. */
static bool
pass_as_it_is(struct import *import, const struct ecs_record *record,
    const json_t *json, uint64_t origin, struct ecs_err *err)
{
	const char *id = json_string_value(json_object_get(json, "id"));
	char *flat;
	bool again, ok;

	if (!check_id(import, id, &again, err))
		return false;
	flat = flatten(record->text, record->len);
	if (flat == NULL)
		return ecs_err_memory(err);
	ok = pass_on(import, flat, record->len, origin, err);
	free(flat);
	return ok;
}

/* ---- records ---- */

static bool
map_record(struct import *import, const json_t *json, size_t size,
    uint64_t origin, struct ecs_err *err)
{
	json_t *document;

	if (import->group != NULL)
		return ecs_group_put(import->group, json, origin, size, err);
	document = ecs_map_apply(import->map, json, err);
	return document != NULL && on_document(import, document, origin, err);
}

/* The JSON of a record; NULL with err when it is none, or no object. */
static json_t *
parse_record(const struct ecs_record *record, struct ecs_err *err)
{
	json_error_t why;
	json_t *json;

	if (record->json != NULL)
		return json_incref(record->json);
	json =
	    json_loadb(record->text, record->len, JSON_REJECT_DUPLICATES, &why);
	if (json != NULL && json_is_object(json))
		return json;
	if (json != NULL)
		ecs_err_set(err, 422, "bad_json", "a document is an object");
	else if (why.line > 1)
		ecs_err_set(err, 422, "bad_json",
		    "line %d of it, column %d: %s", why.line, why.column,
		    why.text);
	else
		ecs_err_set(err, 422, "bad_json", "column %d: %s", why.column,
		    why.text);
	json_decref(json);
	return NULL;
}

static bool
on_record(void *user, const struct ecs_record *record, struct ecs_err *err)
{
	struct import *import = user;
	uint64_t origin = ((uint64_t)import->file << LINE_BITS) | record->line;
	struct ecs_err why = {0};
	json_t *json;
	bool ok;

	import->records++;
	ecs_progress_show(&import->progress, import->records,
	    import->refused + import->batch.failed);
	if (record->fault != NULL)
		return refuse(import, origin, NULL, record->fault);
	json = parse_record(record, &why);
	if (json == NULL)
		ok = false;
	else if (import->map != NULL)
		ok = map_record(import, json, record->len, origin, &why);
	else if (record->json != NULL)
		ok = on_document(import, json_incref(json), origin, err);
	else
		ok = pass_as_it_is(import, record, json, origin, err);
	json_decref(json);
	if (ok || err->status != 0)
		return ok;
	/* What is wrong with one record is a 422; all else ends the import. */
	if (why.status == 422 && !import->stopped)
		return refuse(import, origin, NULL, why.text);
	*err = why;
	return false;
}

/* ---- the run ---- */

static void
on_progress(void *user, int64_t used)
{
	struct import *import = user;

	import->progress.done = import->done + used;
}

static void
on_note(void *user, const char *note)
{
	struct import *import = user;

	ecs_progress_clear(&import->progress);
	fprintf(stderr, "%s: %s\n",
	    file_of(import, (uint64_t)import->file << LINE_BITS), note);
}

/* What must be right before anything is read: map, files, server's path. */
static bool
prepare(struct import *import, const struct ecs_words *words, char **path,
    struct ecs_err *err)
{
	char query[80];

	if (import->map_path != NULL) {
		import->map = ecs_map_load(import->map_path, err);
		if (import->map == NULL)
			return false;
		if (ecs_map_grouping(import->map).grouped) {
			import->group =
			    ecs_group_new(import->map, on_document, import);
			if (import->group == NULL)
				return ecs_err_memory(err);
		}
	}
	for (int i = 1; i < words->count; i++) {
		if (!ecs_files_add(&import->files, words->word[i], err))
			return false;
	}
	snprintf(query, sizeof(query), "/documents?wait=%s%s%s", import->wait,
	    import->batch.atomic ? "&atomic=true" : "",
	    import->dry_run ? "&dry_run=true" : "");
	import->collection = words->word[0];
	*path = ecs_client_path(import->client, words->word[0], query, err);
	import->batch.path = *path;
	import->batch.remote = import->client->remote;
	import->progress.size = import->files.size;
	import->progress.begun = ecs_progress_now();
	return *path != NULL;
}

/* With a map or a format it holds records, whatever its name. */
static bool
is_paper(const struct import *import, const char *path)
{
	return import->map == NULL &&
	    import->reader.format == ECS_FORMAT_GUESS &&
	    ecs_paper_name(path, false);
}

/* One that the server makes a document of; what is wrong with it harms no
 * other.
 */
static bool
send_paper(struct import *import, const char *path, struct ecs_err *err)
{
	uint64_t origin = (uint64_t)import->file << LINE_BITS | 1;
	struct ecs_paper_sending how = {.collection = import->collection,
	    .wait = import->wait,
	    .dry_run = import->dry_run};
	struct ecs_err why = {0};

	if (import->print || import->batch.atomic) {
		ecs_client_usage(err,
		    "%s is read by the server: --print and --atomic are for "
		    "records",
		    path);
		return false;
	}
	import->records++;
	import->documents++;
	import->batch.sent++;
	if (ecs_paper_send(import->client, path, &how, &why)) {
		import->batch.queued += how.promised;
		import->batch.indexed += !how.promised;
		return true;
	}
	if (why.status == 422)
		return refuse(import, origin, NULL, why.text);
	*err = why;
	return false;
}

static bool
read_files(struct import *import, struct ecs_err *err)
{
	char text[sizeof(err->text)];

	for (size_t i = 0; i < import->files.count; i++) {
		import->file = i;
		if (is_paper(import, import->files.path[i])) {
			if (!send_paper(import, import->files.path[i], err))
				return false;
			continue;
		}
		if (!ecs_read_file(
			&import->reader, import->files.path[i], err)) {
			if (strncmp(err->text, "line ", 5) != 0)
				return false;
			snprintf(text, sizeof(text), "%s", err->text);
			snprintf(err->text, sizeof(err->text), "%.80s, %.140s",
			    import->files.path[i], text);
			return false;
		}
		import->done = import->progress.done;
	}
	return import->group == NULL || ecs_group_finish(import->group, err);
}

/* ---- the end ---- */

static void
print_summary(const struct import *import, double seconds)
{
	const struct ecs_upload *batch = &import->batch;
	unsigned long long failed = import->refused + batch->failed;
	char time[32];

	ecs_progress_time(seconds, time, sizeof(time));
	fprintf(stderr, "%llu records, %llu documents, %llu indexed",
	    (unsigned long long)import->records,
	    (unsigned long long)import->documents,
	    (unsigned long long)batch->indexed);
	if (batch->deleted > 0)
		fprintf(stderr, ", %llu deleted",
		    (unsigned long long)batch->deleted);
	if (batch->queued > 0)
		fprintf(stderr, ", %llu left with the server",
		    (unsigned long long)batch->queued);
	fprintf(stderr, ", %llu failed; %s, %.0f documents a second\n", failed,
	    time, seconds > 0 ? (double)import->documents / seconds : 0.0);
	if (import->repeated > 0 && import->map == NULL)
		fprintf(stderr,
		    "%llu documents replaced an earlier one with their id\n",
		    (unsigned long long)import->repeated);
	if (import->dry_run)
		fputs("nothing was written (--dry-run)\n", stderr);
}

static void
print_json(const struct import *import, double seconds)
{
	const struct ecs_upload *batch = &import->batch;
	json_t *summary = json_pack("{sIsIsIsIsIsIsfsO}", "records",
	    (json_int_t)import->records, "documents",
	    (json_int_t)import->documents, "received", (json_int_t)batch->sent,
	    "indexed", (json_int_t)batch->indexed, "deleted",
	    (json_int_t)batch->deleted, "failed",
	    (json_int_t)(import->refused + batch->failed), "seconds", seconds,
	    "errors", import->errors);

	json_dumpf(summary, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(summary);
}

static bool
run(struct import *import, const struct ecs_words *words, char **path,
    struct ecs_err *err)
{
	double seconds;
	bool ok;

	if (!prepare(import, words, path, err))
		return false;
	ok = read_files(import, err) && ecs_upload_send(&import->batch, err);
	seconds = ecs_progress_now() - import->progress.begun;
	ecs_progress_clear(&import->progress);
	if (!ok || !import->print)
		print_summary(import, seconds);
	if (ok && import->client->json && !import->print)
		print_json(import, seconds);
	return ok;
}

static void
fini(struct import *import)
{
	ecs_upload_fini(&import->batch);
	ecs_group_free(import->group);
	ecs_map_free(import->map);
	ecs_seen_fini(&import->ids);
	ecs_files_fini(&import->files);
	json_decref(import->errors);
}

enum ecs_exit
ecs_command_import(struct ecs_client *client, const struct ecs_command *command,
    int argc, char **argv, struct ecs_err *err)
{
	struct ecs_words words = {0};
	struct import import = {.client = client, .wait = "visible"};
	enum ecs_exit code = ECS_EXIT_USAGE;
	char *path = NULL;
	int val;

	import.reader.fn = on_record;
	import.reader.progress = on_progress;
	import.reader.note = on_note;
	import.reader.user = &import;
	import.batch.limit = ECS_BATCH_DEFAULT;
	import.batch.failed_fn = on_failure;
	import.batch.user = &import;
	import.progress.live = client->live;
	import.errors = json_array();
	while ((val = ecs_client_option(
		    client, command, argc, argv, &words, err)) != -1)
		ecs_import_option(&import, val, err);
	if (import.batch.atomic)
		import.batch.limit = ECS_RECORD_MAX;
	if (err->status == 0 && words.count < 2)
		ecs_client_usage(err,
		    "import needs a collection and files, or - for "
		    "standard input");
	if (err->status == 0 && run(&import, &words, &path, err))
		code = import.refused + import.batch.failed > 0 ? ECS_EXIT_SOME
								: ECS_EXIT_OK;
	fini(&import);
	free(path);
	return code;
}
