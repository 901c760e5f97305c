/* SPDX-License-Identifier: ISC */
/*
 * remote - speak HTTP to the server with libcurl.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "remote.h"

enum { TRIES = 7, LONGEST_WAIT = 30, CONNECT_SECONDS = 10 };

struct ecs_remote {
	CURL *curl;
	struct curl_slist *headers; /* of every request */
	char *url;
	long status;
	long retry_after; /* seconds the server asks us to wait; -1: none */
	struct ecs_buf body;
	ecs_line_fn *line_fn; /* set while an answer is read by lines */
	const char *line_type;
	void *line_user;
	struct ecs_err *line_err;
	bool line_failed;
	bool reached; /* the server has answered before */
};

/* Hand on the whole lines of body; what is left of the last one stays. */
static bool
hand_lines_on(struct ecs_remote *remote, bool at_end)
{
	char *from = remote->body.data, *end;
	size_t left = remote->body.len;

	while (left > 0) {
		end = memchr(from, '\n', left);
		if (end == NULL && !at_end)
			break;
		if (end == NULL)
			end = from + left;
		if (end > from &&
		    !remote->line_fn(remote->line_user, from,
			(size_t)(end - from), remote->line_err))
			return false;
		left -= (size_t)(end - from);
		from = end;
		if (left > 0) {
			left--;
			from++;
		}
	}
	if (left > 0)
		memmove(remote->body.data, from, left);
	remote->body.len = left;
	return true;
}

static size_t
on_body(char *data, size_t size, size_t count, void *user)
{
	struct ecs_remote *remote = user;
	long status = 0;

	ecs_buf_add(&remote->body, data, size * count);
	if (remote->body.failed)
		return 0;
	curl_easy_getinfo(remote->curl, CURLINFO_RESPONSE_CODE, &status);
	if (remote->line_fn != NULL && status == 200 &&
	    !hand_lines_on(remote, false)) {
		remote->line_failed = true;
		return 0;
	}
	return size * count;
}

static size_t
on_header(char *data, size_t size, size_t count, void *user)
{
	static const char name[] = "retry-after:";
	struct ecs_remote *remote = user;
	size_t len = size * count;
	char value[24] = "";

	if (len > sizeof(name) && curl_strnequal(data, name, strlen(name))) {
		len -= strlen(name);
		if (len >= sizeof(value))
			len = sizeof(value) - 1;
		memcpy(value, data + strlen(name), len);
		remote->retry_after = strtol(value, NULL, 10);
	}
	return size * count;
}

static bool
add_header(struct ecs_remote *remote, const char *name, const char *value)
{
	struct ecs_buf line = {0};
	struct curl_slist *longer = NULL;

	ecs_buf_printf(&line, "%s: %s", name, value);
	if (!line.failed)
		longer = curl_slist_append(remote->headers, line.data);
	ecs_buf_fini(&line);
	if (longer == NULL)
		return false;
	remote->headers = longer;
	return true;
}

static bool
prepare(struct ecs_remote *remote, const char *url, const char *key)
{
	size_t len = strlen(url);

	while (len > 0 && url[len - 1] == '/')
		len--;
	remote->url = strndup(url, len);
	remote->curl = curl_easy_init();
	if (remote->url == NULL || remote->curl == NULL)
		return false;
	/* No Expect: the server answers a refusal all the same. */
	if (!add_header(remote, "Expect", "") ||
	    (key != NULL && !add_header(remote, "X-API-Key", key)))
		return false;
	curl_easy_setopt(remote->curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(remote->curl, CURLOPT_WRITEDATA, remote);
	curl_easy_setopt(remote->curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(remote->curl, CURLOPT_HEADERDATA, remote);
	curl_easy_setopt(
	    remote->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(remote->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(remote->curl, CURLOPT_USERAGENT, "ecsearch");
	return true;
}

struct ecs_remote *
ecs_remote_open(const char *url, const char *key, struct ecs_err *err)
{
	struct ecs_remote *remote = calloc(1, sizeof(*remote));

	if (remote == NULL || !prepare(remote, url, key)) {
		ecs_remote_close(remote);
		ecs_err_memory(err);
		return NULL;
	}
	return remote;
}

void
ecs_remote_close(struct ecs_remote *remote)
{
	if (remote == NULL)
		return;
	curl_easy_cleanup(remote->curl);
	curl_slist_free_all(remote->headers);
	ecs_buf_fini(&remote->body);
	free(remote->url);
	free(remote);
}

char *
ecs_remote_escape(struct ecs_remote *remote, const char *text)
{
	char *escaped = curl_easy_escape(remote->curl, text, (int)strlen(text));
	char *copy = escaped == NULL ? NULL : strdup(escaped);

	curl_free(escaped);
	return copy;
}

long
ecs_remote_status(const struct ecs_remote *remote)
{
	return remote->status;
}

/* Copy the places a problem document names into err. */
static void
take_places(const json_t *problem, struct ecs_err *err)
{
	json_t *place;
	const char *pointer = NULL, *parameter = NULL, *message = NULL;
	const char *meant = NULL;
	const char *detail =
	    json_string_value(json_object_get(problem, "detail"));
	int line = 0, column = 0;
	size_t i;

	json_array_foreach (json_object_get(problem, "errors"), i, place) {
		pointer = parameter = message = meant = NULL;
		line = column = 0;
		json_unpack(place, "{s?s,s?s,s?s,s?s,s?i,s?i}", "pointer",
		    &pointer, "parameter", &parameter, "message", &message,
		    "did_you_mean", &meant, "line", &line, "column", &column);
		if (pointer != NULL)
			ecs_err_at(err, ECS_WHERE_POINTER, pointer, 0, 0);
		else if (parameter != NULL)
			ecs_err_at(err, ECS_WHERE_PARAMETER, parameter, 0,
			    (uint32_t)column);
		else
			ecs_err_at(err, ECS_WHERE_LINE, "", (uint32_t)line,
			    (uint32_t)column);
		if (meant != NULL)
			ecs_err_did_you_mean(err, meant);
		/* What was said of the whole need not be said again. */
		if (message != NULL && detail != NULL &&
		    strcmp(message, detail) == 0)
			message = NULL;
		if (message != NULL && err->places > 0 && i < ECS_ERR_PLACES)
			snprintf(err->where[err->places - 1].message,
			    sizeof(err->where[0].message), "%s", message);
	}
}

/* What a refusal says, whether it is a problem document or not. */
static void
take_problem(struct ecs_remote *remote, struct ecs_err *err)
{
	json_t *problem =
	    json_loadb(remote->body.data == NULL ? "" : remote->body.data,
		remote->body.len, 0, NULL);
	const char *code = "refused", *message = NULL, *detail = NULL;

	json_unpack(problem, "{s?s,s?s,s?s}", "code", &code, "message",
	    &message, "detail", &detail);
	if (message == NULL)
		message = detail;
	if (message != NULL)
		ecs_err_set(err, (int)remote->status, code, "%s", message);
	else
		ecs_err_set(err, (int)remote->status, code,
		    "the server answered %ld", remote->status);
	take_places(problem, err);
	json_decref(problem);
}

static bool
unreachable(struct ecs_remote *remote, CURLcode why, struct ecs_err *err)
{
	if (remote->body.failed)
		return ecs_err_memory(err);
	if (remote->line_failed)
		return ecs_err_set(err, 500, "stopped", "reading stopped");
	return ecs_err_set(err, 503, "unreachable", "%s: %s", remote->url,
	    curl_easy_strerror(why));
}

/* One request and its answer; false only when there was no whole answer. */
static bool
perform(struct ecs_remote *remote, struct ecs_err *err)
{
	CURLcode why;

	ecs_buf_reset(&remote->body);
	remote->status = 0;
	remote->retry_after = -1;
	why = curl_easy_perform(remote->curl);
	if (why != CURLE_OK)
		return unreachable(remote, why, err);
	curl_easy_getinfo(
	    remote->curl, CURLINFO_RESPONSE_CODE, &remote->status);
	return true;
}

static void
wait_seconds(long seconds)
{
	struct timespec pause = {.tv_sec = seconds};

	nanosleep(&pause, NULL);
}

/*
 * Whether to ask once more.  A connection lost in the middle counts as busy,
 * since every write of ours puts whole documents, and twice is as once; but a
 * server that was never there is not waited for, nor an answer of lines begun
 * twice.
 */
static bool
is_worth_a_retry(const struct ecs_remote *remote, bool answered)
{
	if (answered)
		return remote->status == 429 || remote->status == 503;
	return remote->reached && remote->line_fn == NULL &&
	    !remote->body.failed;
}

static bool
perform_patiently(struct ecs_remote *remote, struct ecs_err *err)
{
	struct ecs_err why = {0};
	long wait;
	bool answered;

	for (int try = 0;; try++) {
		ecs_err_clear(&why);
		answered = perform(remote, &why);
		if (try == TRIES || !is_worth_a_retry(remote, answered))
			break;
		wait = remote->retry_after;
		if (wait < 0)
			wait = 1L << (try < 4 ? try : 4);
		wait_seconds(wait < LONGEST_WAIT ? wait : LONGEST_WAIT);
	}
	remote->reached = remote->reached || answered;
	if (!answered)
		ecs_err_set(err, why.status, why.code, "%s", why.text);
	return answered;
}

static bool
ask(struct ecs_remote *remote, const char *method, const char *path,
    const char *type, struct ecs_err *err)
{
	struct curl_slist *headers = NULL, *at;
	struct ecs_buf text = {0};
	bool ok = false;

	for (at = remote->headers; at != NULL; at = at->next)
		headers = curl_slist_append(headers, at->data);
	ecs_buf_printf(&text, "Content-Type: %s", type);
	if (type != NULL && !text.failed)
		headers = curl_slist_append(headers, text.data);
	ecs_buf_reset(&text);
	ecs_buf_printf(&text, "Accept: %s",
	    remote->line_fn == NULL ? "application/json" : remote->line_type);
	if (!text.failed)
		headers = curl_slist_append(headers, text.data);
	ecs_buf_reset(&text);
	ecs_buf_printf(&text, "%s%s", remote->url, path);
	if (headers == NULL || text.failed) {
		ecs_err_memory(err);
	} else {
		curl_easy_setopt(remote->curl, CURLOPT_URL, text.data);
		curl_easy_setopt(remote->curl, CURLOPT_CUSTOMREQUEST, method);
		curl_easy_setopt(remote->curl, CURLOPT_HTTPHEADER, headers);
		ok = perform_patiently(remote, err);
	}
	curl_easy_setopt(remote->curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(headers);
	ecs_buf_fini(&text);
	if (ok && remote->status >= 400) {
		take_problem(remote, err);
		return false;
	}
	return ok;
}

/* The JSON of an answer; null for an empty one. */
static json_t *
take_answer(struct ecs_remote *remote, struct ecs_err *err)
{
	json_t *answer;

	if (remote->body.len == 0)
		return json_null();
	answer = json_loadb(remote->body.data, remote->body.len, 0, NULL);
	if (answer == NULL)
		ecs_err_set(err, 502, "bad_answer",
		    "%s does not answer with JSON; is it an ecsearchd?",
		    remote->url);
	return answer;
}

static void
set_body(struct ecs_remote *remote, const char *body, size_t len)
{
	if (body == NULL) {
		curl_easy_setopt(remote->curl, CURLOPT_POSTFIELDS, NULL);
		curl_easy_setopt(remote->curl, CURLOPT_HTTPGET, 1L);
		return;
	}
	curl_easy_setopt(remote->curl, CURLOPT_POST, 1L);
	curl_easy_setopt(remote->curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(
	    remote->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len);
}

json_t *
ecs_remote_send(struct ecs_remote *remote, const char *path, const char *type,
    const char *body, size_t len, struct ecs_err *err)
{
	set_body(remote, body, len);
	if (!ask(remote, "POST", path, type, err))
		return NULL;
	return take_answer(remote, err);
}

json_t *
ecs_remote_ask(struct ecs_remote *remote, const char *method, const char *path,
    const json_t *body, struct ecs_err *err)
{
	char *text = NULL;
	bool ok;

	if (body != NULL) {
		text = json_dumps(body, JSON_COMPACT);
		if (text == NULL) {
			ecs_err_memory(err);
			return NULL;
		}
	}
	set_body(remote, text, text == NULL ? 0 : strlen(text));
	ok = ask(remote, method, path, text == NULL ? NULL : "application/json",
	    err);
	free(text);
	return ok ? take_answer(remote, err) : NULL;
}

bool
ecs_remote_lines(struct ecs_remote *remote, const char *path, const char *type,
    ecs_line_fn *fn, void *user, struct ecs_err *err)
{
	bool ok;

	remote->line_fn = fn;
	remote->line_type = type;
	remote->line_user = user;
	remote->line_err = err;
	remote->line_failed = false;
	set_body(remote, NULL, 0);
	ok = ask(remote, "GET", path, NULL, err) && hand_lines_on(remote, true);
	remote->line_fn = NULL;
	return ok;
}
