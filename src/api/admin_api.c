/* SPDX-License-Identifier: ISC */
/*
 * admin_api - backup, check, rebuild, and what the daemon holds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "config.h"

#include "ecsearch/lexicon.h"

#include "process.h"

static const char *const no_parameters[] = {NULL};

/* What is in the way of a backup, told before the records are asked. */
static bool
check_place(struct call *call, const char *directory, const char *path)
{
	struct stat found;
	const char *why = NULL;

	if (stat(directory, &found) != 0)
		return true; /* it will be made */
	if (!S_ISDIR(found.st_mode))
		why = "is no directory";
	else if (access(directory, W_OK | X_OK) != 0)
		why = "may not be written to";
	if (why != NULL) {
		ecs_err_set(&call->err, 400, "bad_directory", "%.400s %s",
		    directory, why);
		return ecs_err_at(
		    &call->err, ECS_WHERE_POINTER, "/directory", 0, 0);
	}
	return lstat(path, &found) != 0 ||
	    ecs_err_set(&call->err, 409, "backup_exists",
		"%.400s is there already; a backup overwrites none", path);
}

bool
ecs_post_backup(struct call *call)
{
	json_t *body;
	const char *directory;
	char path[1100];
	struct stat file;
	bool ok;

	if (!ecs_call_only(call, no_parameters))
		return false;
	body = ecs_call_body_object(call);
	if (body == NULL)
		return false;
	directory = json_string_value(json_object_get(body, "directory"));
	if (directory == NULL || json_object_size(body) != 1) {
		json_decref(body);
		ecs_err_set(&call->err, 422, "bad_request",
		    "the body must be {\"directory\": \"/an/absolute/path\"}");
		return ecs_err_at(
		    &call->err, ECS_WHERE_POINTER, "/directory", 0, 0);
	}
	snprintf(path, sizeof(path), "%.1000s/records.db", directory);
	ok = check_place(call, directory, path) &&
	    ecs_store_backup(call->app->store, directory, &call->err);
	if (ok)
		ok = ecs_answer_json(call, 200,
		    json_pack("{s:s, s:s, s:I}", "directory", directory, "file",
			path, "bytes",
			(json_int_t)(stat(path, &file) == 0 ? file.st_size
							    : 0)));
	json_decref(body);
	return ok;
}

bool
ecs_post_check(struct call *call)
{
	struct ecs_buf report = {0};
	bool well;
	bool ok;

	if (!ecs_call_only(call, no_parameters))
		return false;
	well = ecs_store_check(call->app->store, &report, &call->err);
	if (!well && strcmp(call->err.code, "check_failed") != 0) {
		ecs_buf_fini(&report);
		return false;
	}
	ecs_err_clear(&call->err);
	ok = ecs_answer_json(call, 200,
	    json_pack("{s:b, s:s}", "ok", well, "report",
		report.data == NULL ? "" : report.data));
	ecs_buf_fini(&report);
	return ok;
}

/* ---- rebuild ---- */

/* The body may say {"collection": NAME} or {}; a slip of it is not "all". */
static bool
read_rebuild_body(struct call *call, json_t *body, const char **name)
{
	json_t *given = json_object_get(body, "collection");

	*name = json_string_value(given);
	if (json_object_size(body) == (given != NULL) &&
	    (given == NULL || json_is_null(given) || *name != NULL))
		return true;
	ecs_err_set(&call->err, 422, "bad_request",
	    "the body must be {} or {\"collection\": \"NAME\"}");
	return ecs_err_at(&call->err, ECS_WHERE_POINTER, "/collection", 0, 0);
}

/* The collection from the address or the body; "" for all. */
static bool
read_collection(struct call *call, char *name, size_t size)
{
	const char *text = ecs_call_parameter(call, "collection");
	json_t *body = NULL;
	bool ok = true;

	if (text == NULL && call->request->body_len > 0) {
		body = ecs_call_body_object(call);
		ok = body != NULL && read_rebuild_body(call, body, &text);
	}
	if (ok && text != NULL && ecs_view_find(call->session->view, text) < 0)
		ok = ecs_err_set(&call->err, 404, "no_collection",
		    "there is no collection \"%.60s\"", text);
	snprintf(name, size, "%s", text == NULL ? "" : text);
	json_decref(body);
	return ok;
}

bool
ecs_post_rebuild(struct call *call)
{
	static const char *const names[] = {"collection", NULL};
	char name[64];

	return ecs_call_only(call, names) &&
	    read_collection(call, name, sizeof(name)) &&
	    ecs_tasks_promise(call, "rebuild", name, strlen(name) + 1);
}

bool
ecs_task_run_rebuild(struct ecs_app *app, struct ecs_session *session,
    const void *payload, size_t len, struct ecs_buf *result,
    struct ecs_err *err)
{
	const char *name = payload;
	int collection = -1;

	if (len > 1) {
		collection = ecs_view_find(session->view, name);
		if (collection < 0)
			return ecs_err_set(err, 404, "no_collection",
			    "there is no such collection any more");
	}
	if (!ecs_store_rebuild(app->store, collection, err))
		return false;
	ecs_buf_puts(result, "{\"rebuilt\":");
	ecs_buf_json_str(result, len > 1 ? name : "all");
	ecs_buf_putc(result, '}');
	return !result->failed || ecs_err_memory(err);
}

/* ---- what it holds ---- */

uint64_t
ecs_resident_bytes(void)
{
	unsigned long long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file == NULL)
		return 0;
	if (fscanf(file, "%*u %llu", &pages) != 1)
		pages = 0;
	fclose(file);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static json_t *
collections_view(const struct ecs_view *view)
{
	json_t *list = json_array();

	for (int i = 0; i < view->ncollections; i++) {
		const struct ecs_view_collection *of = &view->collections[i];
		struct ecs_lexicon_size words;

		ecs_lexicon_measure(of->lexicon, &words);
		json_array_append_new(list,
		    json_pack("{s:s, s:i, s:i, s:i, s:I, s:I, s:I, s:I}",
			"name", of->collection->name, "documents",
			(int)ecs_table_rows(of->table), "units",
			(int)ecs_table_units(of->table), "generation",
			(int)of->generation->number, "columns_bytes",
			(json_int_t)ecs_table_bytes(of->table), "terms_bytes",
			(json_int_t)ecs_termset_bytes(of->generation->terms),
			"lexicon_words", (json_int_t)words.words,
			"lexicon_bytes", (json_int_t)words.bytes));
	}
	return list;
}

bool
ecs_get_stats(struct call *call)
{
	struct ecs_store_stats stats;

	if (!ecs_call_only(call, no_parameters))
		return false;
	ecs_store_get_stats(call->app->store, &stats);
	return ecs_answer_json(call, 200,
	    json_pack("{s:s, s:s, s:I, s:I, s:I, s:o, s:{s:I, s:I, s:I, s:I},"
		      " s:{s:I}}",
		"version", PACKAGE_VERSION, "instance",
		ecs_records_instance(ecs_store_records(call->app->store)),
		"uptime_s", (json_int_t)(time(NULL) - call->app->started),
		"revision", (json_int_t)stats.revision, "records_sequence",
		(json_int_t)stats.records_sequence, "collections",
		collections_view(call->session->view), "writer", "batches",
		(json_int_t)stats.batches, "writes", (json_int_t)stats.writes,
		"recoveries", (json_int_t)stats.recoveries, "queued_bytes",
		(json_int_t)stats.queued_bytes, "memory", "resident_bytes",
		(json_int_t)ecs_resident_bytes()));
}
