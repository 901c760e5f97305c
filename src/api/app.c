/* SPDX-License-Identifier: ISC */
/*
 * app - from a request to its endpoint and back.
 *
 *	lane      the route says which workers answer it
 *	handle    route -> key and right -> endpoint -> reply
 *	refuse    what never reaches a worker
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ecsearch/log.h"
#include "ecsearch/queries.h"
#include "ecsearch/suggest.h"

#include "app.h"
#include "corpora.h"
#include "query_stats.h"

enum { SMALL_BODY = 64 * 1024 };

/* ---- the wire's questions ---- */

static int
choose_lane(void *user, const struct ecs_request *request, size_t *body_limit)
{
	struct ecs_app *app = user;
	const char *arguments[MAX_ARGUMENTS];
	char allow[80];
	int n;
	const struct route *route =
	    ecs_route_find(request, arguments, &n, allow, sizeof(allow));

	*body_limit = SMALL_BODY;
	if (route == NULL)
		return ECS_LANE_READ;
	if (route->large_body)
		*body_limit = (size_t)app->options.body_bytes;
	if (route->lane == ECS_LANE_READ &&
	    (strstr(route->path, "/search") || route->right == RIGHT_DESK) &&
	    ecs_answer_format(request) != FORMAT_JSON)
		return ECS_LANE_STREAM;
	return (int)route->lane;
}

static void *
start_worker(void *user, int lane, struct ecs_err *err)
{
	struct ecs_app *app = user;

	(void)lane;
	return ecs_session_new(app->store, err);
}

static void
stop_worker(void *user, void *worker)
{
	(void)user;
	ecs_session_free(worker);
}

/* ---- answering ---- */

/* The language of labels, from the first known one that the client accepts. */
static int
accepted_lang(const struct ecs_request *request)
{
	const char *list = ecs_request_header(request, "Accept-Language");

	while (list != NULL && *list != '\0') {
		size_t len = strcspn(list, ",");
		size_t tag = strcspn(list, ",; ");
		int lang = ecs_lang_find(list, tag);

		if (lang != ECS_LANG_NONE)
			return lang;
		list += len;
		list += strspn(list, ", ");
	}
	return ecs_lang_find("en", 2);
}

static void
answer_options(struct call *call, const char *allow)
{
	ecs_reply_status(call->reply, 204);
	ecs_reply_header(call->reply, "Allow", allow);
	ecs_reply_header(call->reply, "Access-Control-Allow-Methods",
	    "GET, HEAD, POST, OPTIONS");
	ecs_reply_header(call->reply, "Access-Control-Allow-Headers",
	    "authorization, content-type, x-api-key, if-none-match, "
	    "x-algolia-api-key, x-algolia-application-id, x-algolia-agent, "
	    "request-id, correlation-id");
	ecs_reply_header(call->reply, "Access-Control-Max-Age", "86400");
}

static bool
no_route(struct call *call, const char *allow)
{
	if (allow[0] == '\0')
		return ecs_err_set(&call->err, 404, "no_route",
		    "there is nothing at this address");
	ecs_reply_header(call->reply, "Allow", allow);
	return ecs_err_set(
	    &call->err, 405, "bad_method", "this address knows %s", allow);
}

static bool
answer(struct call *call)
{
	char allow[80];

	call->route = ecs_route_find(call->request, call->arguments,
	    &call->narguments, allow, sizeof(allow));
	if (call->route == NULL && call->request->method == ECS_OPTIONS &&
	    allow[0] != '\0') {
		ecs_answer_headers(call);
		answer_options(call, allow);
		return true;
	}
	ecs_answer_headers(call);
	if (call->route == NULL)
		return no_route(call, allow);
	return ecs_call_authorize(call) && call->route->answer(call);
}

/*
 * InstantSearch clients ask a host that answers 5xx no more for two minutes:
 * what passes by itself is told them as too many requests.
 */
static void
soften(const struct ecs_request *request, struct ecs_err *err)
{
	if (err->status == 503 && ecs_is_instant(request))
		err->status = 429;
}

static void
handle(void *user, void *worker, const struct ecs_request *request,
    struct ecs_reply *reply)
{
	struct call call = {.app = user,
	    .session = worker,
	    .request = request,
	    .reply = reply,
	    .collection = -1};

	call.lang = accepted_lang(request);
	if (!ecs_session_begin(call.session, &call.err) || !answer(&call)) {
		if (call.err.status == 0)
			ecs_err_set(&call.err, 500, "internal",
			    "an endpoint failed without a reason");
		soften(request, &call.err);
		if (call.err.status == 401)
			ecs_reply_header(reply, "WWW-Authenticate",
			    "Bearer realm=\"ecsearch\"");
		if (ecs_call_wants_page(&call))
			ecs_page_problem(&call);
		else
			ecs_answer_problem(reply, &call.err);
	}
	ecs_session_end(call.session);
	ecs_answer_pack(request, reply, call.app->options.gzip_level);
}

static void
refuse(void *user, const struct ecs_request *request, const struct ecs_err *err,
    struct ecs_reply *reply)
{
	const char *arguments[MAX_ARGUMENTS];
	char allow[80];
	int n;
	struct call call = {
	    .app = user, .request = request, .reply = reply, .err = *err};

	/* A page of another origin is told why, too. */
	call.route =
	    ecs_route_find(request, arguments, &n, allow, sizeof(allow));
	ecs_answer_headers(&call);
	soften(request, &call.err);
	ecs_answer_problem(reply, &call.err);
}

static void
reload(void *user)
{
	struct ecs_app *app = user;

	if (app->options.reload != NULL)
		app->options.reload(app->options.reload_user);
	ecs_store_read_words(app->store);
}

static void
finished(void *user, const struct ecs_request *request, int lane, int status,
    int64_t micros, size_t bytes)
{
	struct ecs_app *app = user;
	int class = status / 100;

	(void)request;
	(void)lane;
	(void)micros;
	(void)bytes;
	if (class >= 1 && class <= 5)
		atomic_fetch_add(&app->metrics.replies[class], 1);
}

/* ---- making ---- */

static void
free_meaning(void *user)
{
	struct meaning *meaning = user;

	if (meaning == NULL)
		return;
	ecs_concepts_free(meaning->concepts);
	ecs_synonyms_free(meaning->synonyms);
	ecs_suggester_free(meaning->suggester);
	free(meaning);
}

static void *
make_meaning(void *user, const struct ecs_lore *lore, struct ecs_err *err)
{
	const struct ecs_word_text *synonyms = &lore->data[ECS_SYNONYMS];
	struct ecs_analyzer *analyzer = ecs_analyzer_new(lore->words, err);
	struct meaning *meaning = calloc(1, sizeof(*meaning));

	(void)user;
	if (analyzer != NULL && meaning != NULL) {
		meaning->concepts =
		    ecs_concepts_new(lore->schema, analyzer, err);
		meaning->synonyms = ecs_synonyms_new(
		    synonyms->json, synonyms->source, analyzer, err);
		meaning->suggester =
		    ecs_suggester_new(lore->schema, analyzer, err);
	}
	ecs_analyzer_free(analyzer);
	if (meaning != NULL && meaning->concepts != NULL &&
	    meaning->synonyms != NULL && meaning->suggester != NULL)
		return meaning;
	ecs_err_memory(err); /* unless it is known better */
	free_meaning(meaning);
	return NULL;
}

static bool
set_maker(struct ecs_store *store, struct ecs_err *err)
{
	const struct ecs_lore_maker maker = {make_meaning, free_meaning, NULL};

	return ecs_store_set_maker(store, &maker, err);
}

/*
 * Delete what was counted.  A disk that is full must not keep the daemon from
 * starting; nobody is told the counts, and the next start tries again.
 */
static void
forget_queries(struct ecs_app *app)
{
	struct ecs_err err = {0};
	bool found;

	if (!ecs_queries_forget(
		ecs_store_records(app->store), NULL, &found, &err))
		ecs_log(ECS_LOG_ERROR,
		    "counts of queries are not wholly deleted yet: %s",
		    err.text);
	else if (found)
		ecs_log(ECS_LOG_NOTICE, "the counts of queries are deleted");
}

/* Begin to count queries, or forget them. */
static bool
count_queries(struct ecs_app *app, struct ecs_err *err)
{
	const struct ecs_app_options *options = &app->options;
	const struct query_rules rules = {(uint32_t)options->query_days,
	    (uint32_t)options->query_rare_days,
	    (uint32_t)options->query_keep_days};

	if (!options->count_queries) {
		forget_queries(app);
		return true;
	}
	app->queries =
	    ecs_query_stats_new(ecs_store_records(app->store), &rules, err);
	return app->queries != NULL && ecs_query_stats_start(app->queries, err);
}

struct ecs_app *
ecs_app_new(struct ecs_store *store, const struct ecs_app_options *options,
    struct ecs_err *err)
{
	struct ecs_app *app = calloc(1, sizeof(*app));

	if (app == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	app->store = store;
	app->options = *options;
	app->started = time(NULL);
	/* Queries first, while nobody reads the records and could be in the
	 * way of forgetting them. */
	if (ecs_public_url_read(options->public_url, &app->public_url, err) &&
	    count_queries(app, err) && set_maker(store, err))
		app->cursors = ecs_cursors_new(err);
	if (app->cursors != NULL)
		app->gatherer = ecs_gatherer_new(app, err);
	if (app->gatherer != NULL)
		app->corpora =
		    ecs_corpora_new(app, (size_t)options->desk_bytes, err);
	if (app->corpora != NULL)
		app->tasks = ecs_tasks_new(app, err);
	if (app->tasks != NULL)
		return app;
	ecs_app_free(app);
	return NULL;
}

void
ecs_app_free(struct ecs_app *app)
{
	if (app == NULL)
		return;
	ecs_query_stats_free(app->queries);
	ecs_tasks_free(app->tasks);
	ecs_corpora_free(app->corpora);
	ecs_gatherer_free(app->gatherer);
	ecs_cursors_free(app->cursors);
	free(app);
}

void
ecs_app_set_http(struct ecs_app *app, struct ecs_http *http)
{
	app->http = http;
}

void
ecs_app_handlers(struct ecs_app *app, struct ecs_http_handlers *handlers)
{
	memset(handlers, 0, sizeof(*handlers));
	handlers->user = app;
	handlers->lane = choose_lane;
	handlers->worker_start = start_worker;
	handlers->worker_stop = stop_worker;
	handlers->handle = handle;
	handlers->refuse = refuse;
	handlers->finished = finished;
	handlers->reload = reload;
}

/* ---- the first key ---- */

static bool
write_key(const char *path, const char *secret, struct ecs_err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t len = strlen(secret);
	bool ok;

	if (fd < 0)
		return ecs_err_set(
		    err, 500, "no_key_file", "%s: %s", path, strerror(errno));
	ok = write(fd, secret, len) == (ssize_t)len &&
	    write(fd, "\n", 1) == 1 && fsync(fd) == 0;
	if (close(fd) != 0 || !ok) {
		unlink(path);
		return ecs_err_set(
		    err, 500, "no_key_file", "%s: %s", path, strerror(errno));
	}
	return true;
}

bool
ecs_app_admin_key(struct ecs_store *store, struct ecs_err *err)
{
	struct ecs_key key = {
	    .name = "administrator", .rights = "admin search desk"};
	char path[480];
	char secret[64];

	snprintf(
	    path, sizeof(path), "%s/admin.key", ecs_store_directory(store));
	if (access(path, F_OK) == 0)
		return true;
	return ecs_key_create(ecs_store_records(store), &key, secret,
		   sizeof(secret), err) &&
	    write_key(path, secret, err);
}
