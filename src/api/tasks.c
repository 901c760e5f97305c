/* SPDX-License-Identifier: ISC */
/*
 * tasks - work that was promised with 202 and is done in the background.
 *
 * A promise is a row in the records before it is answered, so it survives a
 * crash; one thread keeps them, oldest first.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ecsearch/log.h"

#include "write_api.h"

enum { KEEP_SECONDS = 7 * 24 * 3600, STUCK_SECONDS = 10 };

struct task_runner {
	struct ecs_app *app;
	struct ecs_session *session;
	pthread_t thread;
	bool started;
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	bool stopping;
	bool more;
};

static const struct {
	const char *kind;
	bool (*run)(struct ecs_app *app, struct ecs_session *session,
	    const void *payload, size_t len, struct ecs_buf *result,
	    struct ecs_err *err);
} kinds[] = {
    {"bulk", ecs_task_run_bulk},
    {"delete", ecs_task_run_delete},
    {"patch", ecs_task_run_patch},
    {"rebuild", ecs_task_run_rebuild},
    {"stems", ecs_task_run_stems},
};

/* What came of looking for work. */
enum step {
	STEP_NONE, /* nothing waits */
	STEP_DONE,
	STEP_STUCK /* the task in front waits on, and cannot be helped now */
};

/* ---- payloads ---- */

bool
ecs_payload_line(const char **at, const char *end, char *line, size_t size)
{
	const char *stop = memchr(*at, '\n', (size_t)(end - *at));
	size_t len = stop == NULL ? size : (size_t)(stop - *at);

	if (len >= size)
		return false;
	memcpy(line, *at, len);
	line[len] = '\0';
	*at = stop + 1;
	return true;
}

int
ecs_payload_collection(const struct ecs_view *view, const char **at,
    const char *end, struct ecs_err *err)
{
	char name[64];
	int collection;

	if (!ecs_payload_line(at, end, name, sizeof(name))) {
		ecs_err_set(
		    err, 500, "bad_task", "the stored work cannot be read");
		return -1;
	}
	collection = ecs_view_find(view, name);
	if (collection < 0)
		ecs_err_set(err, 404, "no_collection",
		    "there is no collection \"%s\" any more", name);
	return collection;
}

/* ---- the runner ---- */

/* The oldest waiting task, copied out. */
struct found {
	char id[24];
	char kind[64];
	struct ecs_buf payload;
	bool any;
};

static void
keep_first(void *user, const struct ecs_task *task)
{
	struct found *found = user;

	if (found->any)
		return;
	found->any = true;
	snprintf(found->id, sizeof(found->id), "%s", task->id);
	snprintf(found->kind, sizeof(found->kind), "%s", task->kind);
	ecs_buf_add(&found->payload, task->payload, task->payload_len);
}

static void
write_failure(const struct ecs_err *err, struct ecs_buf *result)
{
	ecs_buf_puts(result, "{\"code\":");
	ecs_buf_json_str(result, err->code);
	ecs_buf_puts(result, ",\"message\":");
	ecs_buf_json_str(result, err->status >= 500 ? err->code : err->text);
	ecs_buf_putc(result, '}');
}

static bool
run_kind(struct task_runner *runner, const struct found *task,
    struct ecs_buf *result, struct ecs_err *err)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].kind, task->kind) == 0)
			return kinds[i].run(runner->app, runner->session,
			    task->payload.data, task->payload.len, result, err);
	return ecs_err_set(
	    err, 500, "bad_task", "unknown work \"%s\"", task->kind);
}

static bool
is_stopping(struct task_runner *runner)
{
	bool stopping;

	pthread_mutex_lock(&runner->mutex);
	stopping = runner->stopping;
	pthread_mutex_unlock(&runner->mutex);
	return stopping;
}

/* True when the outcome is kept and the task no longer waits. */
static bool
keep_outcome(struct task_runner *runner, const struct found *task,
    enum ecs_task_state state, const struct ecs_buf *result)
{
	struct ecs_err err = {0};

	if (ecs_task_finish(ecs_store_records(runner->app->store), task->id,
		state, result->len == 0 ? "{}" : result->data, &err))
		return true;
	ecs_log(ECS_LOG_ERROR, "task %s: %s", task->id, err.text);
	return false;
}

/* Work that the shutdown cut off stays waiting for the next start. */
static enum step
run_task(struct task_runner *runner, const struct found *task)
{
	struct ecs_buf result = {0};
	struct ecs_err err = {0};
	bool kept = false;
	bool ok;

	ok = ecs_session_begin(runner->session, &err) &&
	    run_kind(runner, task, &result, &err);
	ecs_session_end(runner->session);
	if (!ok && result.len == 0)
		write_failure(&err, &result);
	if (!ok)
		ecs_log(
		    ECS_LOG_WARNING, "task %s failed: %s", task->id, err.text);
	if (!result.failed && (ok || strcmp(err.code, "stopping") != 0))
		kept = keep_outcome(runner, task,
		    ok ? ECS_TASK_DONE : ECS_TASK_FAILED, &result);
	ecs_buf_fini(&result);
	return kept ? STEP_DONE : STEP_STUCK;
}

/* Do the oldest. */
static enum step
run_next(struct task_runner *runner)
{
	struct ecs_records *records = ecs_store_records(runner->app->store);
	struct found task = {.any = false};
	struct ecs_err err = {0};
	enum step step = STEP_NONE;

	if (!ecs_task_waiting(records, keep_first, &task, &err)) {
		ecs_log(ECS_LOG_ERROR, "tasks: %s", err.text);
		step = STEP_STUCK;
	} else if (task.any) {
		step =
		    task.payload.failed ? STEP_STUCK : run_task(runner, &task);
	}
	ecs_buf_fini(&task.payload);
	return step;
}

static void
expire(struct task_runner *runner)
{
	struct ecs_err err = {0};

	if (!ecs_task_expire(ecs_store_records(runner->app->store),
		(int64_t)time(NULL) - KEEP_SECONDS, &err))
		ecs_log(ECS_LOG_WARNING, "old tasks: %s", err.text);
}

/*
 * False when it is time to stop.  Behind a task that is stuck, only a pause
 * helps; it is tried again then.
 */
static bool
wait_for_more(struct task_runner *runner, enum step step)
{
	struct timespec until;
	bool stopping;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += STUCK_SECONDS;
	pthread_mutex_lock(&runner->mutex);
	if (step == STEP_STUCK)
		while (!runner->stopping &&
		    pthread_cond_timedwait(
			&runner->wake, &runner->mutex, &until) == 0)
			;
	else
		while (!runner->more && !runner->stopping)
			pthread_cond_wait(&runner->wake, &runner->mutex);
	runner->more = false;
	stopping = runner->stopping;
	pthread_mutex_unlock(&runner->mutex);
	return !stopping;
}

static void *
runner_main(void *user)
{
	struct task_runner *runner = user;
	enum step step;

	do {
		step = STEP_NONE;
		expire(runner);
		while (!is_stopping(runner) &&
		    (step = run_next(runner)) == STEP_DONE)
			;
	} while (wait_for_more(runner, step));
	return NULL;
}

/* Its pauses must not depend on what time people say it is. */
static void
init_wake(pthread_cond_t *wake)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(wake, &attributes);
	pthread_condattr_destroy(&attributes);
}

struct task_runner *
ecs_tasks_new(struct ecs_app *app, struct ecs_err *err)
{
	struct task_runner *runner = calloc(1, sizeof(*runner));

	if (runner == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	runner->app = app;
	pthread_mutex_init(&runner->mutex, NULL);
	init_wake(&runner->wake);
	runner->session = ecs_session_new(app->store, err);
	if (runner->session != NULL &&
	    pthread_create(&runner->thread, NULL, runner_main, runner) == 0) {
		runner->started = true;
		return runner;
	}
	ecs_err_set(err, 500, "no_thread", "a thread cannot be started");
	ecs_tasks_free(runner);
	return NULL;
}

void
ecs_tasks_free(struct task_runner *runner)
{
	if (runner == NULL)
		return;
	if (runner->started) {
		pthread_mutex_lock(&runner->mutex);
		runner->stopping = true;
		pthread_cond_signal(&runner->wake);
		pthread_mutex_unlock(&runner->mutex);
		pthread_join(runner->thread, NULL);
	}
	ecs_session_free(runner->session);
	pthread_mutex_destroy(&runner->mutex);
	pthread_cond_destroy(&runner->wake);
	free(runner);
}

bool
ecs_tasks_promise(
    struct call *call, const char *kind, const void *payload, size_t len)
{
	struct task_runner *runner = call->app->tasks;
	struct ecs_buf *body = ecs_reply_body(call->reply);
	char id[24];
	char address[48];

	if (!ecs_task_create(ecs_store_records(call->app->store), kind, payload,
		len, id, &call->err))
		return false;
	pthread_mutex_lock(&runner->mutex);
	runner->more = true;
	pthread_cond_signal(&runner->wake);
	pthread_mutex_unlock(&runner->mutex);
	snprintf(address, sizeof(address), "/v1/tasks/%s", id);
	ecs_reply_header(call->reply, "Location", address);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
	ecs_reply_status(call->reply, 202);
	ecs_buf_puts(body, "{\"task\":");
	ecs_buf_json_str(body, id);
	ecs_buf_puts(body, "}\n");
	return !body->failed || ecs_err_memory(&call->err);
}

/* ---- GET /v1/tasks/{id} ---- */

static void
write_time(struct ecs_buf *out, int64_t seconds)
{
	char text[32];

	if (seconds == 0) {
		ecs_buf_puts(out, "null");
		return;
	}
	ecs_format_date((double)seconds, text);
	ecs_buf_json_str(out, text);
}

static const char *
state_name(enum ecs_task_state state)
{
	switch (state) {
	case ECS_TASK_WAITING:
		return "waiting";
	case ECS_TASK_DONE:
		return "done";
	case ECS_TASK_FAILED:
		return "failed";
	}
	return "waiting";
}

static void
write_task(void *user, const struct ecs_task *task)
{
	struct ecs_buf *out = user;

	ecs_buf_puts(out, "{\"id\":");
	ecs_buf_json_str(out, task->id);
	ecs_buf_puts(out, ",\"kind\":");
	ecs_buf_json_str(out, task->kind);
	ecs_buf_printf(
	    out, ",\"state\":\"%s\",\"created\":", state_name(task->state));
	write_time(out, task->created);
	ecs_buf_puts(out, ",\"finished\":");
	write_time(out, task->finished);
	ecs_buf_printf(out, ",\"result\":%s}\n",
	    task->result == NULL || task->result[0] == '\0' ? "null"
							    : task->result);
}

bool
ecs_get_task(struct call *call)
{
	static const char *const none[] = {NULL};
	bool found = false;

	if (!ecs_call_only(call, none) ||
	    !ecs_task_get(ecs_store_records(call->app->store),
		call->arguments[0], &found, write_task,
		ecs_reply_body(call->reply), &call->err))
		return false;
	if (!found)
		return ecs_err_set(&call->err, 404, "unknown_task",
		    "there is no task \"%.40s\"", call->arguments[0]);
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type", "application/json");
	return true;
}
