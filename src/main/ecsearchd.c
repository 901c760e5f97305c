/* SPDX-License-Identifier: ISC */
/*
 * ecsearchd - the search daemon.
 *
 * The map, in the order a run uses the files:
 *
 *	main/ecsearchd.c    settings, schema, store, server; then it waits
 *	base/conf.c         command line, environment, INI file
 *	schema/schema.c     collections, fields, vocabularies from data
 *	index/store.c       the data directory: lock, records, index
 *	  index/lore.c      schema and words as data, changed while serving
 *	  index/shelf.c     one index generation: engine, columns, terms
 *	  index/listing.c   the words of a generation, commit by commit
 *	  index/replay.c    what a crash kept out of the index
 *	  index/rebuild.c   an index of another schema, written anew
 *	  index/writer.c    the one thread that changes anything
 *	http/server.c       listeners, signals, drain
 *	  http/strict.c     what is no good HTTP is refused here
 *	  http/chunks.c     and a body in chunks that could be read in two ways
 *	  http/lanes.c      workers and their queues
 *	api/app.c           a request on a worker
 *	  api/routes.c      everything one can ask
 *	  api/auth.c        who asks
 *	  api/search_api.c  the search endpoint
 *	query/params.c      parameters -> search
 *	  query/parse.c     what the person typed -> leaves
 *	  query/expert.c    the same for an expression
 *	  query/stops.c     words that only hold a question together
 *	  query/synonyms.c  other words that say the same
 *	  query/compounds.c words that hold what was typed
 *	  query/find.c      leaves -> the rows that are found
 *	  query/lists.c     leaves -> posting lists
 *	  query/match.c     posting lists -> rows and weights
 *	  query/filter.c    the filter -> rows
 *	  query/correct.c   too few rows -> what was probably meant
 *	  query/proximity.c words that stand as they were typed
 *	  query/score.c     weights -> scores
 *	  query/rank.c      rows -> a page
 *	  query/explain.c   why a hit is where it is
 *	  query/facets.c    rows -> counts
 *	query/suggest.c     what is being typed -> names, values, phrases
 *	  query/stock.c     names and values, ready to be begun
 *	  query/completer.c texts by the beginnings of their words
 *	  query/ngrams.c    texts -> frequent phrases (api/gatherer.c)
 *	api/view_hit.c      a hit as JSON
 *	api/query_stats.c   what is searched, counted
 *	  records/queries.c the counts, by day
 *	api/instant_api.c   searches of stock InstantSearch clients
 *	  api/instant_params.c  what they send -> a search
 *	  api/instant_filter.c  their filters -> ours
 *	  api/instant_view.c    the result as they read it
 *	api/desk_api.c      the analysts' desk
 *	  api/corpora.c     the words of a collection, made when asked for
 *	  desk/corpus.c     each unit as a sequence of words
 *	  desk/places.c     where a search finds what it looks for
 *	  desk/kwic.c       places with the words around them
 *	api/passage_api.c   a long document, passage by passage
 *	api/show_api.c      a document as a page (web/show_page.c)
 *	api/files_api.c     a file as a document
 *	  extract/run.c     by another program (extract/main.c)
 */
#include <limits.h>
#include <stdio.h> /* which also says whether this is the GNU libc */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <jansson.h>
#include <sodium.h>

#include "config.h"

#include "ecsearch/api.h"
#include "ecsearch/conf.h"
#include "ecsearch/err.h"
#include "ecsearch/fault.h"
#include "ecsearch/log.h"

static const struct ecs_conf_option options[] = {
    {"config", ECS_CONF_TEXT, "FILE", ECS_SYSCONFDIR "/ecsearch.conf", 0, 0,
	"read settings from this INI file"},
    {"data", ECS_CONF_TEXT, "DIR", ECS_LOCALSTATEDIR "/lib/ecsearch", 0, 0,
	"where records and index are kept"},
    {"schema", ECS_CONF_TEXT, "FILE", ECS_DATADIR "/corpus/schema.json", 0, 0,
	"the collections and their fields"},
    {"listen", ECS_CONF_TEXT, "HOST:PORT", "127.0.0.1:8480", 0, 0,
	"serve here; several with commas; unix:/path"},
    {"admin-listen", ECS_CONF_TEXT, "HOST:PORT", NULL, 0, 0,
	"serve writing and administration only here"},
    {"public-key", ECS_CONF_TEXT, "NAME", "public", 0, 0,
	"the key that stands for an anonymous visitor"},
    {"title", ECS_CONF_TEXT, "TEXT", "ECSO search", 0, 0,
	"name of the search, in the title of its pages"},
    {"public-url", ECS_CONF_TEXT, "URL", NULL, 0, 0,
	"where the world reaches it: https://host, or https://host/path"},
    {"origins", ECS_CONF_TEXT, "LIST", "*", 0, 0,
	"web origins that may search, space separated; * for any"},
    {"workers", ECS_CONF_NUMBER, "N", "0", 0, 256,
	"search threads; 0: twice the cores, at least 4"},
    {"queue", ECS_CONF_NUMBER, "N", "256", 1, 65536,
	"searches waiting for a thread before 503"},
    {"timeout-ms", ECS_CONF_NUMBER, "MS", "10000", 10, 60000,
	"the longest a search may ask for"},
    {"gzip-level", ECS_CONF_NUMBER, "N", "1", 0, 9,
	"how hard to pack replies; 0 behind a proxy that does"},
    {"body-bytes", ECS_CONF_NUMBER, "BYTES", "16777216", 65536, 268435456,
	"the largest body of a writing request"},
    {"extractor", ECS_CONF_TEXT, "FILE", NULL, 0, 0,
	"the program that reads files"},
    {"desk", ECS_CONF_TEXT, "KEY|PUBLIC", "key", 0, 0,
	"who may use the analysts' desk: keys with the right, or everybody"},
    {"desk-bytes", ECS_CONF_NUMBER, "BYTES", "536870912", 1048576, 68719476736,
	"memory for the words that the desk counts"},
    {"queries", ECS_CONF_TEXT, "YES|NO", "yes", 0, 0,
	"count what is searched; no: also forget what was counted"},
    {"query-days", ECS_CONF_NUMBER, "N", "3", 2, 365,
	"days on which a query must be searched to be told"},
    {"query-rare-days", ECS_CONF_NUMBER, "DAYS", "90", 1, 36500,
	"when queries searched on fewer are deleted"},
    {"query-keep-days", ECS_CONF_NUMBER, "DAYS", "365", 1, 36500,
	"when all counts of queries are deleted"},
    {"connections", ECS_CONF_NUMBER, "N", "4096", 1, 1000000,
	"connections in all"},
    {"connections-per-peer", ECS_CONF_NUMBER, "N", "256", 1, 1000000,
	"connections of one address"},
    {"drain-seconds", ECS_CONF_NUMBER, "S", "10", 1, 600,
	"time for requests under way when stopping"},
    {"log-level", ECS_CONF_NUMBER, "N", "5", 3, 7,
	"3 errors, 4 warnings, 5 notices, 6 all, 7 debugging"},
    {"check-config", ECS_CONF_FLAG, NULL, NULL, 0, 0,
	"check settings and schema, print them, and end"},
    {"help", ECS_CONF_FLAG, NULL, NULL, 0, 0, "print this and end"},
    {"version", ECS_CONF_FLAG, NULL, NULL, 0, 0, "print the version and end"},
};
enum { NOPTIONS = sizeof(options) / sizeof(options[0]) };

static void
print_help(void)
{
	printf("ecsearchd - search members, working groups and agenda texts\n"
	       "\nusage: ecsearchd [--OPTION VALUE]...\n\n");
	for (size_t i = 0; i < NOPTIONS; i++) {
		char left[48];

		snprintf(left, sizeof(left), "--%s %s", options[i].name,
		    options[i].argument == NULL ? "" : options[i].argument);
		printf("  %-26s  %s", left, options[i].help);
		if (options[i].value != NULL)
			printf(" [%s]", options[i].value);
		printf("\n");
	}
	printf(
	    "\nEvery option can also be set as ECSEARCH_NAME in the "
	    "environment (ECSEARCH_LISTEN)\nor as NAME = VALUE in the "
	    "configuration file; the command line wins, then the\n"
	    "environment. SIGTERM finishes what is under way and ends; "
	    "SIGHUP re-reads the log\nlevel and the words. See ecsearchd(8) and "
	    "ecsearch.conf(5).\n");
}

static int
fail(const struct ecs_err *err)
{
	ecs_log(ECS_LOG_ERROR, "%s", err->text);
	return err->status < 500 ? 2 : 1;
}

/* A setting of two words, the first of which stands for true. */
static bool
read_either(const struct ecs_conf *conf, const char *name, const char *yes,
    const char *no, bool *value, struct ecs_err *err)
{
	const char *text = ecs_conf_get(conf, name);

	*value = strcmp(text, yes) == 0;
	return *value || strcmp(text, no) == 0 ||
	    ecs_err_set(err, 400, "bad_setting",
		"%s (from %s) must be %s or %s", name,
		ecs_conf_source(conf, name), yes, no);
}

/* Are queries counted, and is the desk for everybody? */
static bool
read_choices(const struct ecs_conf *conf, bool *counted, bool *public_desk,
    struct ecs_err *err)
{
	return read_either(conf, "queries", "yes", "no", counted, err) &&
	    read_either(conf, "desk", "public", "key", public_desk, err);
}

static int
check_config(const struct ecs_conf *conf)
{
	struct ecs_public_url public_url;
	struct ecs_err err = {0};
	struct ecs_schema *schema =
	    ecs_schema_load(ecs_conf_get(conf, "schema"), &err);
	bool counted;
	bool public_desk;

	if (schema == NULL ||
	    !read_choices(conf, &counted, &public_desk, &err) ||
	    !ecs_public_url_read(
		ecs_conf_get(conf, "public-url"), &public_url, &err)) {
		ecs_schema_free(schema);
		return fail(&err);
	}
	for (size_t i = 0; i < NOPTIONS; i++)
		if (options[i].kind != ECS_CONF_FLAG)
			printf("%-22s %-40s (%s)\n", options[i].name,
			    ecs_conf_get(conf, options[i].name) == NULL
				? "-"
				: ecs_conf_get(conf, options[i].name),
			    ecs_conf_source(conf, options[i].name));
	for (int i = 0; i < schema->ncollections; i++)
		printf("collection             %s: %d fields\n",
		    schema->collections[i].name,
		    schema->collections[i].nfields);
	printf("the settings are good\n");
	ecs_schema_free(schema);
	return 0;
}

/* ---- the server ---- */

static int
workers_of(const struct ecs_conf *conf)
{
	long wanted = ecs_conf_number(conf, "workers");
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (wanted > 0)
		return (int)wanted;
	return cores < 2 ? 4 : (int)(2 * cores > 64 ? 64 : 2 * cores);
}

static struct ecs_http *
make_http(const struct ecs_conf *conf, struct ecs_app *app, struct ecs_err *err)
{
	const struct ecs_lane lanes[ECS_LANES] = {
	    [ECS_LANE_READ] = {"read", workers_of(conf),
		(int)ecs_conf_number(conf, "queue"), 5000000},
	    [ECS_LANE_WRITE] = {"write", 3, 64, 30000000},
	    [ECS_LANE_STREAM] = {"stream", 4, 16, 10000000},
	    [ECS_LANE_FILES] = {"files", 2, 16, 60000000},
	};
	const struct ecs_http_limits limits = {
	    .header_bytes = 16384,
	    .body_bytes = (size_t)ecs_conf_number(conf, "body-bytes"),
	    .connections = (int)ecs_conf_number(conf, "connections"),
	    .connections_per_peer =
		(int)ecs_conf_number(conf, "connections-per-peer"),
	    .requests_per_connection = 10000,
	    .header_seconds = 10,
	    .write_seconds = 30,
	    .idle_seconds = 30,
	    .drain_seconds = (int)ecs_conf_number(conf, "drain-seconds"),
	};
	struct ecs_http_handlers handlers;

	ecs_app_handlers(app, &handlers);
	return ecs_http_new(lanes, ECS_LANES, &limits, &handlers, err);
}

static bool
listen_on(
    struct ecs_http *http, const char *list, bool admin, struct ecs_err *err)
{
	while (list != NULL && *list != '\0') {
		char where[256];
		char address[128];
		size_t len = strcspn(list, ", ");

		if (len >= sizeof(where))
			return ecs_err_set(err, 400, "bad_setting",
			    "an address to listen on is too long");
		memcpy(where, list, len);
		where[len] = '\0';
		if (!ecs_http_listen(
			http, where, admin, address, sizeof(address), err))
			return false;
		ecs_log(ECS_LOG_NOTICE, "%s on %s",
		    admin ? "administration" : "serving", address);
		list += len + strspn(list + len, ", ");
	}
	return true;
}

static bool
serve(const struct ecs_conf *conf, struct ecs_app *app, struct ecs_err *err)
{
	const char *admin = ecs_conf_get(conf, "admin-listen");
	struct ecs_http *http = make_http(conf, app, err);
	bool ok = http != NULL;

	if (ok)
		ecs_app_set_http(app, http);
	ok = ok && listen_on(http, ecs_conf_get(conf, "listen"), false, err) &&
	    listen_on(http, admin, true, err) && ecs_http_run(http, err);
	ecs_app_set_http(app, NULL);
	ecs_http_free(http);
	return ok;
}

/* What the program was started with, to read the settings again. */
struct start {
	int argc;
	char **argv;
};

/* The settings that can change while serving: the log level. */
static void
reload(void *user)
{
	const struct start *start = user;
	struct ecs_err err = {0};
	struct ecs_conf *conf =
	    ecs_conf_load(options, NOPTIONS, start->argc, start->argv, &err);

	if (conf == NULL) {
		ecs_log(
		    ECS_LOG_ERROR, "settings stay as they were: %s", err.text);
		return;
	}
	ecs_log_set_level(
	    (enum ecs_log_level)ecs_conf_number(conf, "log-level"));
	ecs_log(ECS_LOG_NOTICE, "settings read again");
	ecs_conf_free(conf);
}

/* Where it is installed, or beside this program, as in a tree just built. */
static void
find_extractor(const struct ecs_conf *conf, char *path, size_t size)
{
	static const char name[] = "ecsearch-extract";
	const char *given = ecs_conf_get(conf, "extractor");
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	self[len < 0 ? 0 : len] = '\0';
	slash = strrchr(self, '/');
	if (given == NULL && slash != NULL) {
		snprintf(
		    path, size, "%.*s/%s", (int)(slash - self), self, name);
		if (access(path, X_OK) == 0)
			return;
	}
	snprintf(path, size, "%s",
	    given == NULL ? ECS_LIBEXECDIR "/ecsearch-extract" : given);
}

static bool
run(const struct ecs_conf *conf, struct start *start, struct ecs_err *err)
{
	char extractor[PATH_MAX];
	struct ecs_app_options app_options = {
	    .public_name = ecs_conf_get(conf, "public-key"),
	    .origins = ecs_conf_get(conf, "origins"),
	    .title = ecs_conf_get(conf, "title"),
	    .public_url = ecs_conf_get(conf, "public-url"),
	    .body_bytes = ecs_conf_number(conf, "body-bytes"),
	    .extractor = extractor,
	    .gzip_level = (int)ecs_conf_number(conf, "gzip-level"),
	    .timeout_ms = ecs_conf_number(conf, "timeout-ms"),
	    .write_by_admin_listener_only =
		ecs_conf_get(conf, "admin-listen") != NULL,
	    .desk_bytes = ecs_conf_number(conf, "desk-bytes"),
	    .query_days = ecs_conf_number(conf, "query-days"),
	    .query_rare_days = ecs_conf_number(conf, "query-rare-days"),
	    .query_keep_days = ecs_conf_number(conf, "query-keep-days"),
	    .reload = reload,
	    .reload_user = start,
	};
	struct ecs_schema *schema = NULL;
	struct ecs_store *store = NULL;
	struct ecs_app *app = NULL;
	bool ok = false;

	find_extractor(conf, extractor, sizeof(extractor));
	if (read_choices(conf, &app_options.count_queries,
		&app_options.public_desk, err))
		schema = ecs_schema_load(ecs_conf_get(conf, "schema"), err);
	if (schema != NULL)
		store = ecs_store_open(ecs_conf_get(conf, "data"), schema, err);
	if (store != NULL && ecs_app_admin_key(store, err))
		app = ecs_app_new(store, &app_options, err);
	if (app != NULL)
		ok = serve(conf, app, err);
	ecs_app_free(app);
	ecs_store_close(store);
	return ok;
}

int
main(int argc, char **argv)
{
	struct start start = {argc, argv};
	struct ecs_err err = {0};
	struct ecs_conf *conf;
	int status = 0;

	if (sodium_init() < 0)
		return 1;
#ifdef __GLIBC__
	/* An arena a thread would keep each one's largest moment for good. */
	mallopt(M_ARENA_MAX, 2);
#endif
	json_object_seed(0);
	ecs_fault_init();
	umask(0077);
	conf = ecs_conf_load(options, NOPTIONS, argc, argv, &err);
	if (conf == NULL)
		return fail(&err);
	ecs_log_set_level(
	    (enum ecs_log_level)ecs_conf_number(conf, "log-level"));
	if (ecs_conf_flag(conf, "help"))
		print_help();
	else if (ecs_conf_flag(conf, "version"))
		printf("ecsearchd %s\n", PACKAGE_VERSION);
	else if (ecs_conf_flag(conf, "check-config"))
		status = check_config(conf);
	else if (!run(conf, &start, &err))
		status = fail(&err);
	else
		ecs_log(ECS_LOG_NOTICE, "stopped");
	ecs_conf_free(conf);
	return status;
}
