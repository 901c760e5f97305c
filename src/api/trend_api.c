/* SPDX-License-Identifier: ISC */
/*
 * trend_api - how often queries are found, by year or another facet.
 */
#include <string.h>

#include "desk_api.h"

static const char *const own[] = {"q", "by", NULL};
static const char *const columns[] = {"value", "q", "frequency", "words",
    "per_million", "per_million_low", "per_million_high", "documents",
    "documents_total", "share", "share_low", "share_high", NULL};

struct wish {
	const char *queries[ECS_TREND_QUERIES];
	size_t nqueries;
	const char *by;
};

static bool
add_query(struct desk_ask *ask, struct wish *wish, const json_t *given)
{
	const char *text = json_string_value(given);

	if (text == NULL)
		return ecs_desk_wrong(ask, "q", "must be text, or several");
	if (wish->nqueries == ECS_TREND_QUERIES)
		return ecs_desk_wrong(ask, "q", "may be given 8 times");
	wish->queries[wish->nqueries++] = text;
	return true;
}

static bool
read_wish(struct desk_ask *ask, struct wish *wish)
{
	json_t *given = ecs_desk_given(ask, "q");
	json_t *by = ecs_desk_given(ask, "by");
	size_t i;
	json_t *item;

	memset(wish, 0, sizeof(*wish));
	wish->by = by == NULL ? "year" : json_string_value(by);
	if (wish->by == NULL)
		return ecs_desk_wrong(ask, "by", "must be a field");
	if (given != NULL && !json_is_array(given))
		return add_query(ask, wish, given);
	json_array_foreach (given, i, item)
		if (!add_query(ask, wish, item))
			return false;
	return wish->nqueries > 0 ||
	    ecs_desk_wrong(ask, "q", "must hold a word to look for");
}

static const struct ecs_field *
find_field(struct desk_ask *ask, struct desk_work *work, const char *name)
{
	const struct ecs_field *field =
	    ecs_collection_field(work->source.collection, name);

	if (field != NULL && field->facet && !field->is_private &&
	    field->column >= 0 &&
	    (field->type == ECS_NUMBER || field->type == ECS_DATE ||
		field->type == ECS_KEYWORD))
		return field;
	ecs_desk_wrong(
	    ask, "by", "must be a number, date or keyword with a facet");
	ecs_err_did_you_mean(&ask->call->err,
	    ecs_collection_nearest(work->source.collection, name));
	return NULL;
}

/* The places of one of the queries among what the filters choose. */
static bool
find_places(struct desk_ask *ask, struct desk_work *work, const char *q,
    struct ecs_places *places)
{
	json_t *parameters = json_copy(ask->chosen);
	struct ecs_search *search = NULL;
	struct ecs_sought *sought = NULL;
	bool ok = parameters != NULL &&
	    json_object_set_new(parameters, "q", json_string(q)) == 0;

	if (!ok)
		ecs_err_memory(&work->call->err);
	if (ok)
		search = ecs_desk_search(ask, parameters);
	if (search != NULL)
		sought = ecs_desk_sought(work, search);
	ok = sought != NULL;
	if (ok && !sought->asks)
		ok = ecs_desk_wrong(ask, "q", "must hold a word to look for");
	ok = ok &&
	    ecs_desk_places(&work->desk, sought, places, &work->call->err);
	ecs_sought_free(sought);
	ecs_search_free(search);
	json_decref(parameters);
	return ok;
}

static bool
write_row(struct desk_table *table, const struct wish *wish,
    const struct ecs_trend_group *group, size_t q)
{
	const struct ecs_trend_count *count = &group->counts[q];

	ecs_table_row_begin(table);
	if (group->text != NULL)
		ecs_cell_text(table, "value", group->text, strlen(group->text));
	else
		ecs_cell_real(table, "value", group->number);
	ecs_cell_text(table, "q", wish->queries[q], strlen(wish->queries[q]));
	ecs_cell_count(table, "frequency", count->places);
	ecs_cell_count(table, "words", group->words);
	ecs_cell_real(table, "per_million", count->per_million);
	ecs_cell_real(table, "per_million_low", count->per_million_low);
	ecs_cell_real(table, "per_million_high", count->per_million_high);
	ecs_cell_count(table, "documents", count->documents);
	ecs_cell_count(table, "documents_total", group->documents);
	ecs_cell_real(table, "share", count->share);
	ecs_cell_real(table, "share_low", count->share_low);
	ecs_cell_real(table, "share_high", count->share_high);
	return ecs_table_row_end(table);
}

static bool
write_trend(struct desk_ask *ask, const struct ecs_trend *trend)
{
	const struct wish *wish = ask->wish;
	struct ecs_buf *out = ecs_reply_body(ask->call->reply);
	bool json = ask->format == FORMAT_JSON;
	struct desk_table table;
	bool ok;

	if (json) {
		ecs_buf_puts(out, "{\"by\":");
		ecs_buf_json_str(out, wish->by);
		ecs_buf_puts(out, ",\"trend\":[");
	}
	ok = ecs_table_begin(&table, ask, columns);
	for (size_t q = 0; q < wish->nqueries; q++)
		for (size_t i = 0; ok && i < trend->n; i++)
			ok = write_row(&table, wish, &trend->groups[i], q);
	if (json) {
		ecs_buf_putc(out, ']');
		ecs_desk_tail(ask, NULL, out);
	}
	return ecs_table_end(&table, ok);
}

static bool
work_out(struct desk_ask *ask, struct desk_work *work)
{
	const struct wish *wish = ask->wish;
	const struct ecs_field *field = find_field(ask, work, wish->by);
	struct ecs_places places[ECS_TREND_QUERIES] = {{0}};
	struct ecs_bitmap *rows =
	    field == NULL ? NULL : ecs_desk_rows(work, ask->search);
	struct ecs_trend trend = {0};
	bool ok = rows != NULL;

	for (size_t q = 0; ok && q < wish->nqueries; q++)
		ok = find_places(ask, work, wish->queries[q], &places[q]);
	ok = ok &&
	    ecs_desk_trend(&work->desk, field, rows, places, wish->nqueries,
		&trend, &work->call->err) &&
	    write_trend(ask, &trend);
	for (size_t q = 0; q < wish->nqueries; q++)
		ecs_places_free(&places[q]);
	ecs_trend_free(&trend);
	ecs_bitmap_free(rows);
	return ok;
}

/* In the own parameters q may be several; mode goes with each of them. */
bool
ecs_get_trend(struct call *call)
{
	struct desk_ask ask;
	struct wish wish;
	bool ok = ecs_desk_read(call, own, &ask) && read_wish(&ask, &wish);

	ask.wish = &wish;
	ok = ok && ecs_desk_answer(&ask, work_out);
	ecs_desk_fini(&ask);
	return ok;
}
