/* SPDX-License-Identifier: ISC */
/*
 * queries_api - what is searched and chosen: counted, told, forgotten.
 *
 * A click is answered alike whether it was counted or not: nobody can find out
 * by clicks what others have searched.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ecsearch/queries.h"

#include "app.h"
#include "query_stats.h"
#include "query_text.h"

enum { DAY_SECONDS = 86400, USUAL_DAYS = 30, USUAL_LIMIT = 50 };

/* ---- clicks ---- */

static bool
fail_at(struct call *call, const char *pointer, const char *reason)
{
	ecs_err_set(&call->err, 422, "bad_click", "%s %s", pointer, reason);
	return ecs_err_at(&call->err, ECS_WHERE_POINTER, pointer, 0, 0);
}

struct chosen {
	const char *q;
	const char *where;
	uint32_t rank;
};

static bool
read_where(struct call *call, const json_t *value, struct chosen *click)
{
	const char *name = json_string_value(value);
	int at = name == NULL ? -1 : ecs_view_find(call->session->view, name);

	if (json_is_null(value))
		return true;
	if (at < 0 || !call->visible[at])
		return fail_at(
		    call, "/collection", "must be a collection, or left out");
	click->where = name;
	return true;
}

static bool
read_rank(struct call *call, const json_t *value, struct chosen *click)
{
	json_int_t rank = json_integer_value(value);

	if (!json_is_integer(value) || rank < 1)
		return fail_at(
		    call, "/rank", "must be a whole number from 1 on");
	click->rank = rank > ECS_QUERY_MORE ? ECS_QUERY_MORE : (uint32_t)rank;
	return true;
}

static bool
read_click_member(
    struct call *call, const char *name, const json_t *value, void *to)
{
	static const char *const known[] = {"q", "rank", "collection"};
	struct chosen *click = to;
	char pointer[80];

	if (strcmp(name, "q") == 0) {
		click->q = json_string_value(value);
		return click->q != NULL ||
		    fail_at(call, "/q", "must be what was searched");
	}
	if (strcmp(name, "rank") == 0)
		return read_rank(call, value, click);
	if (strcmp(name, "collection") == 0)
		return read_where(call, value, click);
	snprintf(pointer, sizeof(pointer), "/%.60s", name);
	fail_at(call, pointer, "is not known here");
	ecs_err_did_you_mean(&call->err, ecs_nearest_word(name, known, 3));
	return false;
}

static bool
read_click(struct call *call, json_t *body, struct chosen *click)
{
	const char *name;
	json_t *value;
	bool ok = true;

	*click = (struct chosen){.where = ""};
	json_object_foreach (body, name, value) {
		ok = ok && read_click_member(call, name, value, click);
	}
	if (ok && click->q == NULL)
		return fail_at(call, "/q", "is required");
	if (ok && click->rank == 0)
		return fail_at(call, "/rank", "is required");
	return ok;
}

static bool
count_click(struct call *call, const struct chosen *click)
{
	struct query_stats *stats = call->app->queries;
	char kept[QUERY_BYTES];

	if (stats == NULL)
		return true;
	ecs_query_text(click->q, kept);
	if (ecs_query_stats_click(
		stats, kept, click->where, click->rank, time(NULL)))
		return true;
	return ecs_err_set(&call->err, 429, "too_many_clicks",
	    "too many clicks are being reported");
}

bool
ecs_post_click(struct call *call)
{
	static const char *const no_parameters[] = {NULL};
	struct chosen click;
	json_t *body;
	bool ok;

	if (!ecs_call_only(call, no_parameters))
		return false;
	/* navigator.sendBeacon sends text as text/plain. */
	body = ecs_call_body_of_any_type(call);
	ok = body != NULL && read_click(call, body, &click) &&
	    count_click(call, &click);
	json_decref(body);
	if (ok)
		ecs_reply_status(call->reply, 204);
	return ok;
}

/* ---- what is asked ---- */

static bool
fail_parameter(struct call *call, const char *name, const char *reason)
{
	ecs_err_set(&call->err, 400, "bad_parameter", "%s: %s", name, reason);
	return ecs_err_at(&call->err, ECS_WHERE_PARAMETER, name, 0, 0);
}

/* A date, or month or year: its first day, or the last. */
static bool
read_day(struct call *call, const char *name, bool end, int64_t *day)
{
	const char *text = ecs_call_parameter(call, name);
	double first;
	double last;

	if (text == NULL)
		return true;
	if (!ecs_date_parse(text, strlen(text), &first, &last))
		return fail_parameter(
		    call, name, "must be a date as 2026-11-24 or 2026-11");
	*day = (int64_t)floor((end ? last : first) / DAY_SECONDS);
	return true;
}

static bool
read_days(struct call *call, struct ecs_query_question *question)
{
	question->to = time(NULL) / DAY_SECONDS;
	if (!read_day(call, "to", true, &question->to))
		return false;
	question->from = question->to - (USUAL_DAYS - 1);
	if (!read_day(call, "from", false, &question->from))
		return false;
	return question->from <= question->to ||
	    fail_parameter(call, "from", "must not be after to");
}

static bool
read_limit(struct call *call, struct ecs_query_question *question)
{
	const char *text = ecs_call_parameter(call, "limit");
	char *end;
	long limit;

	question->limit = USUAL_LIMIT;
	if (text == NULL)
		return true;
	limit = strtol(text, &end, 10);
	if (end == text || *end != '\0' || limit < 1 || limit > 10000)
		return fail_parameter(
		    call, "limit", "must be a whole number from 1 to 10000");
	question->limit = (uint32_t)limit;
	return true;
}

static bool
read_order(struct call *call, struct ecs_query_question *question)
{
	static const char *const words[] = {[ECS_QUERIES_BY_COUNT] = "count",
	    [ECS_QUERIES_BY_WITHOUT_HITS] = "without_hits",
	    [ECS_QUERIES_BY_CLICKS] = "clicks"};
	const char *text = ecs_call_parameter(call, "order");

	if (text == NULL)
		return true;
	for (int i = 0; i < 3; i++) {
		if (strcmp(text, words[i]) == 0) {
			question->order = (enum ecs_query_order)i;
			return true;
		}
	}
	fail_parameter(call, "order", "must be count, without_hits or clicks");
	ecs_err_did_you_mean(&call->err, ecs_nearest_word(text, words, 3));
	return false;
}

static bool
read_question(struct call *call, struct ecs_query_question *question)
{
	static const char *const names[] = {
	    "from", "to", "limit", "order", "in", NULL};

	if (!ecs_call_only(call, names) || !read_days(call, question) ||
	    !read_limit(call, question) || !read_order(call, question))
		return false;
	question->least_days =
	    ecs_query_stats_rules(call->app->queries)->least_days;
	question->in = ecs_call_parameter(call, "in");
	return question->in == NULL || question->in[0] == '\0' ||
	    ecs_view_find(call->session->view, question->in) >= 0 ||
	    fail_parameter(call, "in",
		"must be a collection, or empty for searches of several");
}

/* ---- the answer ---- */

struct report {
	json_t *days;
	json_t *lines;
	struct ecs_query_day sum;
	int full_days; /* on which something was left out */
};

static bool
add_day(void *user, const struct ecs_query_day *day)
{
	struct report *in = user;
	char text[32];

	ecs_format_date((double)day->day * DAY_SECONDS, text);
	in->sum.searches += day->searches;
	in->sum.without_hits += day->without_hits;
	in->sum.clicks += day->clicks;
	in->sum.left_out += day->left_out;
	in->full_days += day->left_out > 0;
	return json_array_append_new(in->days,
		   json_pack("{s:s, s:I, s:I, s:I}", "day", text, "searches",
		       (json_int_t)day->searches, "without_hits",
		       (json_int_t)day->without_hits, "clicks",
		       (json_int_t)day->clicks)) == 0;
}

static json_t *
ranks_view(const struct ecs_query_line *line)
{
	json_t *ranks = json_object();
	char name[16];

	for (int rank = 1; rank <= ECS_QUERY_MORE; rank++) {
		if (line->ranks[rank] == 0)
			continue;
		if (rank == ECS_QUERY_MORE)
			snprintf(name, sizeof(name), "more");
		else
			snprintf(name, sizeof(name), "%d", rank);
		json_object_set_new(
		    ranks, name, json_integer((json_int_t)line->ranks[rank]));
	}
	return ranks;
}

/* Clicks for each search, to three places. */
static double
click_rate(const struct ecs_query_line *line)
{
	return round((double)line->clicks / (double)line->count * 1000) / 1000;
}

static bool
add_line(void *user, const struct ecs_query_line *line)
{
	struct report *in = user;

	return json_array_append_new(in->lines,
		   json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:o, s:f}", "q",
		       line->q, "in", line->in, "count",
		       (json_int_t)line->count, "days", (json_int_t)line->days,
		       "without_hits", (json_int_t)line->without_hits, "clicks",
		       (json_int_t)line->clicks, "ranks", ranks_view(line),
		       "click_rate", click_rate(line))) == 0;
}

static json_t *
warnings_view(const struct report *in, bool flushed)
{
	json_t *list = json_array();

	if (in->sum.left_out > 0)
		json_array_append_new(list,
		    json_pack("{s:s, s:o}", "code", "queries_left_out",
			"message",
			json_sprintf("on %d of these days more than %d "
				     "different queries were searched; %lld "
				     "searches are in the totals only",
			    in->full_days, (int)ECS_QUERIES_A_DAY,
			    (long long)in->sum.left_out)));
	if (!flushed)
		json_array_append_new(list,
		    json_pack("{s:s, s:s}", "code", "not_written_yet",
			"message",
			"what was counted last cannot be written now and is "
			"not in here"));
	return list;
}

static bool
answer_json(struct call *call, const struct ecs_query_question *question,
    const struct report *in, uint64_t withheld, bool flushed)
{
	char from[32];
	char to[32];

	ecs_format_date((double)question->from * DAY_SECONDS, from);
	ecs_format_date((double)question->to * DAY_SECONDS, to);
	return ecs_answer_json(call, 200,
	    json_pack("{s:s, s:s, s:I, s:{s:I, s:I, s:I}, s:O, s:O, s:I, s:I, "
		      "s:o}",
		"from", from, "to", to, "days",
		(json_int_t)(question->to - question->from + 1), "totals",
		"searches", (json_int_t)in->sum.searches, "without_hits",
		(json_int_t)in->sum.without_hits, "clicks",
		(json_int_t)in->sum.clicks, "by_day", in->days, "queries",
		in->lines, "least_days", (json_int_t)question->least_days,
		"withheld", (json_int_t)withheld, "warnings",
		warnings_view(in, flushed)));
}

static void
write_csv_line(struct ecs_buf *out, const json_t *line)
{
	static const char *const names[] = {
	    "q", "in", "count", "days", "without_hits", "clicks", "click_rate"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const json_t *value = json_object_get(line, names[i]);
		const char *text = json_string_value(value);

		if (i > 0)
			ecs_buf_putc(out, ',');
		if (text != NULL)
			ecs_csv_cell(out, text, strlen(text));
		else
			ecs_buf_json_real(out, json_number_value(value), 15);
	}
	ecs_buf_puts(out, "\r\n");
}

static bool
answer_lines(
    struct call *call, const struct report *in, enum answer_format format)
{
	struct ecs_buf *out = ecs_reply_body(call->reply);
	json_t *line;
	size_t i;

	if (format == FORMAT_CSV)
		ecs_buf_puts(
		    out, "q,in,count,days,without_hits,clicks,click_rate\r\n");
	json_array_foreach (in->lines, i, line) {
		char *text;

		if (format == FORMAT_CSV) {
			write_csv_line(out, line);
			continue;
		}
		text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(15));
		if (text == NULL)
			return ecs_err_memory(&call->err);
		ecs_buf_puts(out, text);
		ecs_buf_putc(out, '\n');
		free(text);
	}
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type",
	    format == FORMAT_CSV ? "text/csv; charset=utf-8"
				 : "application/x-ndjson");
	return !out->failed || ecs_err_memory(&call->err);
}

static bool
report(struct call *call, const struct ecs_query_question *question,
    struct report *in)
{
	enum answer_format format = ecs_answer_format(call->request);
	const struct ecs_query_sink sink = {add_day, add_line, in};
	struct ecs_err ignored = {0};
	uint64_t withheld;
	/* So that it is as of now. */
	bool flushed = ecs_query_stats_flush(call->app->queries, &ignored);

	if (!ecs_queries_report(ecs_store_records(call->app->store), question,
		&sink, &withheld, &call->err))
		return false;
	ecs_reply_header(call->reply, "Cache-Control", "no-store");
	return format == FORMAT_JSON
	    ? answer_json(call, question, in, withheld, flushed)
	    : answer_lines(call, in, format);
}

static bool
are_counted(struct call *call)
{
	return call->app->queries != NULL ||
	    ecs_err_set(&call->err, 404, "queries_off",
		"no queries are counted here (queries = no)");
}

bool
ecs_get_queries(struct call *call)
{
	struct ecs_query_question question = {0};
	struct report in = {0};
	bool ok;

	if (!are_counted(call) || !read_question(call, &question))
		return false;
	in.days = json_array();
	in.lines = json_array();
	if (in.days == NULL || in.lines == NULL)
		ok = ecs_err_memory(&call->err);
	else
		ok = report(call, &question, &in);
	json_decref(in.days);
	json_decref(in.lines);
	return ok;
}

/* ---- forgetting ---- */

bool
ecs_delete_queries(struct call *call)
{
	static const char *const names[] = {"q", "confirm", NULL};
	const char *q = ecs_call_parameter(call, "q");
	const char *confirm = ecs_call_parameter(call, "confirm");
	char kept[QUERY_BYTES];
	bool found;

	if (!are_counted(call) || !ecs_call_only(call, names))
		return false;
	if ((q == NULL) == (confirm == NULL))
		return fail_parameter(
		    call, "q", "either q or confirm=all must be given");
	if (confirm != NULL && strcmp(confirm, "all") != 0)
		return fail_parameter(
		    call, "confirm", "must be all, to forget all queries");
	if (q != NULL && ecs_query_text(q, kept) != QUERY_KEPT)
		return fail_parameter(
		    call, "q", "is nothing that would have been kept");
	if (!ecs_query_stats_forget(call->app->queries, q == NULL ? NULL : kept,
		&found, &call->err))
		return false;
	return ecs_answer_json(
	    call, 200, json_pack("{s:b}", "deleted", (int)found));
}
