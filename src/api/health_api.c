/* SPDX-License-Identifier: ISC */
/*
 * health_api - alive, ready, and counters for Prometheus.
 *
 * The text format is Prometheus' exposition format 0.0.4.
 */
#include <string.h>
#include <time.h>

#include "process.h"

static const char *const no_parameters[] = {NULL};

bool
ecs_get_healthz(struct call *call)
{
	return ecs_call_only(call, no_parameters) &&
	    ecs_answer_json(call, 200, json_pack("{s:s}", "status", "ok"));
}

bool
ecs_get_readyz(struct call *call)
{
	const struct ecs_view *view = call->session->view;

	if (!ecs_call_only(call, no_parameters))
		return false;
	for (int i = 0; i < view->ncollections; i++) {
		int tries = 0;

		while (
		    ecs_session_reader(call->session, i, &call->err) == NULL) {
			ecs_err_clear(&call->err);
			if (++tries == MOVED_TRIES)
				return ecs_err_set(&call->err, 503, "not_ready",
				    "%s does not answer",
				    view->collections[i].collection->name);
			if (!ecs_session_renew(call->session, &call->err))
				return false;
			view = call->session->view;
		}
	}
	return ecs_answer_json(
	    call, 200, json_pack("{s:s}", "status", "ready"));
}

/* ---- metrics ---- */

struct numbers {
	struct ecs_http_stats http;
	struct ecs_store_stats store;
	const struct ecs_app *app;
};

/* One number each: name, type, help, how it is read. */
static double
read_accepted(const struct numbers *in)
{
	return (double)in->http.accepted;
}

static double
read_refused(const struct numbers *in)
{
	return (double)in->http.refused;
}

static double
read_requests(const struct numbers *in)
{
	return (double)in->http.requests;
}

static double
read_shed(const struct numbers *in)
{
	return (double)in->http.shed;
}

static double
read_timed_out(const struct numbers *in)
{
	return (double)in->http.timed_out;
}

static double
read_open(const struct numbers *in)
{
	return in->http.open;
}

static double
read_searches(const struct numbers *in)
{
	return (double)atomic_load(&in->app->metrics.searches);
}

static double
read_search_seconds(const struct numbers *in)
{
	return (double)atomic_load(&in->app->metrics.search_us) / 1e6;
}

static double
read_not_modified(const struct numbers *in)
{
	return (double)atomic_load(&in->app->metrics.not_modified);
}

static double
read_search_timeouts(const struct numbers *in)
{
	return (double)atomic_load(&in->app->metrics.timeouts);
}

static double
read_retries(const struct numbers *in)
{
	return (double)atomic_load(&in->app->metrics.retries);
}

static double
read_batches(const struct numbers *in)
{
	return (double)in->store.batches;
}

static double
read_writes(const struct numbers *in)
{
	return (double)in->store.writes;
}

static double
read_recoveries(const struct numbers *in)
{
	return (double)in->store.recoveries;
}

static double
read_queued(const struct numbers *in)
{
	return (double)in->store.queued_bytes;
}

static double
read_revision(const struct numbers *in)
{
	return (double)in->store.revision;
}

static double
read_lag(const struct numbers *in)
{
	/* The two are not read in one moment. */
	return in->store.records_sequence < in->store.revision
	    ? 0
	    : (double)(in->store.records_sequence - in->store.revision);
}

static double
read_resident(const struct numbers *in)
{
	(void)in;
	return (double)ecs_resident_bytes();
}

static double
read_uptime(const struct numbers *in)
{
	return (double)(time(NULL) - in->app->started);
}

static const struct {
	const char *name;
	const char *type;
	const char *help;
	double (*read)(const struct numbers *in);
} metrics[] = {
    {"http_connections_accepted_total", "counter", "Connections accepted.",
	read_accepted},
    {"http_connections_refused_total", "counter", "Connections over a limit.",
	read_refused},
    {"http_connections_open", "gauge", "Connections open now.", read_open},
    {"http_requests_total", "counter", "Requests read.", read_requests},
    {"http_shed_total", "counter",
	"Requests answered busy instead of being done.", read_shed},
    {"http_deadlines_total", "counter", "Connections cut by a deadline.",
	read_timed_out},
    {"searches_total", "counter", "Searches answered.", read_searches},
    {"search_seconds_total", "counter",
	"Time from arrival to answer of all searches.", read_search_seconds},
    {"search_not_modified_total", "counter",
	"Searches answered 304 without searching.", read_not_modified},
    {"search_timeouts_total", "counter", "Searches cut by their deadline.",
	read_search_timeouts},
    {"search_retries_total", "counter", "Searches run again on a newer view.",
	read_retries},
    {"write_batches_total", "counter", "Transactions committed.", read_batches},
    {"writes_total", "counter", "Documents written or deleted.", read_writes},
    {"write_queue_bytes", "gauge", "Text waiting to be written.", read_queued},
    {"index_recoveries_total", "counter",
	"Times the index was replayed from the records.", read_recoveries},
    {"revision", "gauge", "Revision that answers are of.", read_revision},
    {"index_lag", "gauge", "Transactions durable but not yet searchable.",
	read_lag},
    {"resident_bytes", "gauge", "Memory of the process in RAM.", read_resident},
    {"uptime_seconds", "gauge", "Time since the start.", read_uptime},
};

static void
write_head(
    struct ecs_buf *out, const char *name, const char *type, const char *help)
{
	ecs_buf_printf(out, "# HELP ecsearch_%s %s\n# TYPE ecsearch_%s %s\n",
	    name, help, name, type);
}

static void
write_replies(struct ecs_buf *out, const struct ecs_app *app)
{
	write_head(out, "http_replies_total", "counter",
	    "Replies by class of status.");
	for (int class = 1; class <= 5; class ++)
		ecs_buf_printf(out,
		    "ecsearch_http_replies_total{class=\"%dxx\"} %llu\n", class,
		    (unsigned long long)atomic_load(
			&app->metrics.replies[class]));
}

static double
read_documents(const struct ecs_view_collection *of)
{
	return ecs_table_rows(of->table);
}

static double
read_units(const struct ecs_view_collection *of)
{
	return ecs_table_units(of->table);
}

static double
read_columns(const struct ecs_view_collection *of)
{
	return (double)ecs_table_bytes(of->table);
}

/* A collection that is not public is named only to who may search it. */
static void
write_collections(struct ecs_buf *out, const struct call *call)
{
	const struct ecs_view *view = call->session->view;
	static const struct {
		const char *name;
		const char *help;
		double (*read)(const struct ecs_view_collection *of);
	} rows[] = {
	    {"documents", "Documents by collection.", read_documents},
	    {"units", "Documents and passages by collection.", read_units},
	    {"columns_bytes", "Memory of columns by collection.", read_columns},
	};

	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		write_head(out, rows[k].name, "gauge", rows[k].help);
		for (int i = 0; i < view->ncollections; i++) {
			if (!call->visible[i])
				continue;
			ecs_buf_printf(out,
			    "ecsearch_%s{collection=\"%s\"} %.15g\n",
			    rows[k].name, view->collections[i].collection->name,
			    rows[k].read(&view->collections[i]));
		}
	}
}

static double
read_queued_jobs(const struct ecs_http_stats *http, int lane)
{
	return http->queued[lane];
}

static double
read_running_jobs(const struct ecs_http_stats *http, int lane)
{
	return http->running[lane];
}

static double
read_oldest_job(const struct ecs_http_stats *http, int lane)
{
	return (double)http->oldest_us[lane] / 1e6;
}

static void
write_lanes(struct ecs_buf *out, const struct ecs_http_stats *http)
{
	static const char *const lanes[ECS_LANES] = {"read", "write", "stream"};
	static const struct {
		const char *name;
		const char *help;
		double (*read)(const struct ecs_http_stats *http, int lane);
	} rows[] = {
	    {"lane_queued", "Requests waiting for a worker.", read_queued_jobs},
	    {"lane_running", "Requests being answered.", read_running_jobs},
	    {"lane_oldest_seconds", "Age of the oldest request being answered.",
		read_oldest_job},
	};

	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		write_head(out, rows[k].name, "gauge", rows[k].help);
		for (int lane = 0; lane < ECS_LANES; lane++)
			ecs_buf_printf(out, "ecsearch_%s{lane=\"%s\"} %.15g\n",
			    rows[k].name, lanes[lane],
			    rows[k].read(http, lane));
	}
}

bool
ecs_get_metrics(struct call *call)
{
	struct ecs_buf *out = ecs_reply_body(call->reply);
	struct numbers in = {.app = call->app};

	if (!ecs_call_only(call, no_parameters))
		return false;
	if (call->app->http != NULL)
		ecs_http_stats(call->app->http, &in.http);
	ecs_store_get_stats(call->app->store, &in.store);
	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
		write_head(
		    out, metrics[i].name, metrics[i].type, metrics[i].help);
		ecs_buf_printf(out, "ecsearch_%s %.15g\n", metrics[i].name,
		    metrics[i].read(&in));
	}
	write_replies(out, call->app);
	write_lanes(out, &in.http);
	write_collections(out, call);
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type",
	    "text/plain; version=0.0.4; charset=utf-8");
	return !out->failed || ecs_err_memory(&call->err);
}
