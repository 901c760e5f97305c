/* SPDX-License-Identifier: ISC */
/*
 * concordance_api - each place of a query with the words around it.
 *
 * A page of lines as JSON; CSV and NDJSON are all of them.  With group, how
 * often which word stands there is told instead.
 */
#include <string.h>

#include "desk_api.h"

static const char *const own[] = {
    "window", "sort", "group", "sample", "seed", "page", "per_page", NULL};
static const char *const slots[] = {
    "left3", "left2", "left1", "match", "right1", "right2", "right3", NULL};
enum { FIRST_SLOT = -3, MOST_PER_PAGE = 1000 };

static const char *const line_columns[] = {"left", "match", "right", "id",
    "title", "section", "page", "passage", "field", "lang", NULL};
static const char *const group_columns[] = {"text", "count", "share", NULL};

/* What is asked besides the search. */
struct wish {
	int64_t window;
	struct ecs_kwic_sort sorts[ECS_KWIC_SORTS];
	size_t nsorts;
	int group; /* index in slots, -1: none */
	int64_t sample;
	int64_t seed;
	int64_t page;
	int64_t per_page;
};

/* ---- what is asked ---- */

static bool
add_sort(struct desk_ask *ask, struct wish *wish, const char *text, size_t len)
{
	bool descending = len > 0 && text[0] == '-';

	text += descending;
	len -= descending;
	if (wish->nsorts == ECS_KWIC_SORTS)
		return ecs_desk_wrong(ask, "sort", "names more than 4 words");
	for (int i = 0; slots[i] != NULL; i++)
		if (strlen(slots[i]) == len &&
		    memcmp(slots[i], text, len) == 0) {
			wish->sorts[wish->nsorts++] =
			    (struct ecs_kwic_sort){i + FIRST_SLOT, descending};
			return true;
		}
	return ecs_desk_wrong(ask, "sort",
	    "must be of left1 to left3, right1 to right3 and match, each with "
	    "a minus for descending");
}

static bool
add_sorts(struct desk_ask *ask, struct wish *wish, const json_t *given)
{
	const char *text = json_string_value(given);

	if (text == NULL)
		return ecs_desk_wrong(ask, "sort", "must be text");
	while (*text != '\0') {
		size_t len = strcspn(text, ",");

		if (!add_sort(ask, wish, text, len))
			return false;
		text += len + (text[len] == ',');
	}
	return true;
}

static bool
read_sort(struct desk_ask *ask, struct wish *wish)
{
	json_t *given = ecs_desk_given(ask, "sort");
	size_t i;
	json_t *item;

	if (given == NULL)
		return true;
	if (!json_is_array(given))
		return add_sorts(ask, wish, given);
	json_array_foreach (given, i, item)
		if (!add_sorts(ask, wish, item))
			return false;
	return true;
}

static bool
read_wish(struct desk_ask *ask, struct wish *wish)
{
	*wish = (struct wish){
	    .window = 8, .group = -1, .seed = 1, .page = 1, .per_page = 20};
	return ecs_desk_number(
		   ask, "window", 1, ECS_KWIC_MAX_WINDOW, &wish->window) &&
	    read_sort(ask, wish) &&
	    ecs_desk_choice(ask, "group", slots, &wish->group) &&
	    ecs_desk_number(ask, "sample", 1, 1000000, &wish->sample) &&
	    ecs_desk_number(ask, "seed", 0, INT64_MAX, &wish->seed) &&
	    ecs_desk_number(ask, "page", 1, UINT32_MAX, &wish->page) &&
	    ecs_desk_number(ask, "per_page", 0, MOST_PER_PAGE, &wish->per_page);
}

/* ---- lines ---- */

/* One answer being made. */
struct answer {
	struct desk_ask *ask;
	struct desk_work *work;
	const struct wish *wish;
	struct ecs_sought *sought;
	struct ecs_places places;
	size_t total; /* before a sample */
	uint32_t documents;
	struct desk_table table;
	struct ecs_kwic_reader *reader;
	/* The document of the last line. */
	uint32_t row;
	struct ecs_buf id;
	struct ecs_buf title;
};

static void
find_title(struct answer *in, const char *json, size_t len)
{
	const char *name = in->work->source.collection->title->name;
	struct scan scan = ecs_scan_begin(json, len);
	const char *key;
	const char *value;
	size_t key_len;
	size_t value_len;

	while (ecs_scan_member(&scan, &key, &key_len, &value, &value_len))
		if (strlen(name) == key_len && memcmp(key, name, key_len) == 0)
			ecs_scan_string(value, value_len, &in->title);
}

static bool
take_document(struct answer *in, uint32_t row)
{
	const struct ecs_source *source = &in->work->source;
	struct ecs_err *err = &in->work->call->err;
	struct ecs_record record;
	bool found;

	if (in->row == row)
		return true;
	ecs_buf_reset(&in->id);
	ecs_buf_reset(&in->title);
	if (!ecs_record_hit_by_number(source->records,
		source->records_collection, row, source->revision, &record,
		&found, err))
		return false;
	if (!found)
		return ecs_err_set(err, 500, "record_missing",
		    "a document of the index is not in the records");
	ecs_buf_add(&in->id, record.id, record.id_len);
	if (record.hit != NULL)
		find_title(in, record.hit, record.hit_len);
	else
		find_title(in, record.json, record.json_len);
	in->row = row;
	return !in->id.failed || ecs_err_memory(err);
}

static void
text_or_none(struct desk_table *table, const char *name, const char *text)
{
	if (text == NULL)
		ecs_cell_none(table, name);
	else
		ecs_cell_text(table, name, text, strlen(text));
}

static void
write_source(struct answer *in, const struct ecs_kwic_line *line)
{
	struct desk_table *table = &in->table;

	ecs_cell_text(table, "id", in->id.data, in->id.len);
	ecs_cell_text(table, "title",
	    in->title.data == NULL ? "" : in->title.data, in->title.len);
	text_or_none(table, "section", line->section);
	if (line->page < 0)
		ecs_cell_none(table, "page");
	else
		ecs_cell_count(table, "page", (uint64_t)line->page);
	text_or_none(table, "passage", line->passage);
	text_or_none(table, "field", line->field);
	text_or_none(table, "lang",
	    line->lang == ECS_LANG_NONE ? NULL : ecs_lang_code(line->lang));
}

static bool
write_line(struct answer *in, const struct ecs_place *place)
{
	struct ecs_kwic_line line;

	if (!ecs_kwic_read(in->reader, place, &line, &in->work->call->err) ||
	    !take_document(in, line.row))
		return false;
	ecs_table_row_begin(&in->table);
	ecs_cell_text(
	    &in->table, "left", line.text + line.left, line.match - line.left);
	ecs_cell_text(&in->table, "match", line.text + line.match,
	    line.right - line.match);
	ecs_cell_text(
	    &in->table, "right", line.text + line.right, line.end - line.right);
	write_source(in, &line);
	return ecs_table_row_end(&in->table);
}

static bool
write_lines(struct answer *in)
{
	uint64_t at = 0;
	uint64_t end = in->places.n;

	if (in->ask->format == FORMAT_JSON) {
		at = ((uint64_t)in->wish->page - 1) *
		    (uint64_t)in->wish->per_page;
		end = at + (uint64_t)in->wish->per_page;
	}
	for (; at < end && at < in->places.n; at++)
		if (!write_line(in, &in->places.list[at]))
			return false;
	return true;
}

/* ---- answers ---- */

static void
write_head(struct answer *in)
{
	struct ecs_buf *out = ecs_reply_body(in->work->call->reply);

	ecs_buf_puts(out, "{\"query\":{\"q\":");
	ecs_buf_json_str(out, in->ask->search->q);
	ecs_buf_puts(out, ",\"parsed\":");
	ecs_buf_json_str(out, in->sought->parsed);
	ecs_buf_printf(out,
	    "},\"total\":{\"value\":%zu,\"exact\":true},\"documents\":%u",
	    in->total, in->documents);
	if (in->wish->sample > 0)
		ecs_buf_printf(out, ",\"sampled\":%zu", in->places.n);
}

static bool
answer_lines(struct answer *in)
{
	const struct wish *wish = in->wish;
	struct ecs_buf *out = ecs_reply_body(in->work->call->reply);
	bool json = in->ask->format == FORMAT_JSON;
	bool ok;

	if (!ecs_kwic_order(&in->work->desk, &in->places, wish->sorts,
		wish->nsorts, &in->work->call->err))
		return false;
	in->reader = ecs_kwic_reader_new(
	    &in->work->desk, (uint32_t)wish->window, &in->work->call->err);
	if (in->reader == NULL)
		return false;
	if (json) {
		write_head(in);
		ecs_buf_printf(out, ",\"page\":%lld,\"per_page\":%lld",
		    (long long)wish->page, (long long)wish->per_page);
		ecs_buf_printf(out, ",\"pages\":%llu,\"lines\":[",
		    wish->per_page == 0
			? 0ULL
			: ((unsigned long long)in->places.n +
			      (unsigned long long)wish->per_page - 1) /
			    (unsigned long long)wish->per_page);
	}
	ok = ecs_table_begin(&in->table, in->ask, line_columns) &&
	    write_lines(in);
	if (json) {
		ecs_buf_putc(out, ']');
		ecs_desk_tail(in->ask, in->sought, out);
	}
	return ecs_table_end(&in->table, ok);
}

static bool
write_groups(struct answer *in, const struct ecs_kwic_groups *groups)
{
	for (size_t i = 0; i < groups->n; i++) {
		const struct ecs_kwic_group *group = &groups->list[i];

		ecs_table_row_begin(&in->table);
		ecs_cell_text(
		    &in->table, "text", group->text, strlen(group->text));
		ecs_cell_count(&in->table, "count", group->count);
		ecs_cell_real(&in->table, "share",
		    (double)group->count / (double)in->places.n);
		if (!ecs_table_row_end(&in->table))
			return false;
	}
	return true;
}

static bool
answer_groups(struct answer *in)
{
	struct ecs_buf *out = ecs_reply_body(in->work->call->reply);
	bool json = in->ask->format == FORMAT_JSON;
	struct ecs_kwic_groups groups;
	bool ok;

	if (!ecs_kwic_group(&in->work->desk, &in->places,
		in->wish->group + FIRST_SLOT, &groups, &in->work->call->err))
		return false;
	if (json) {
		write_head(in);
		ecs_buf_printf(out, ",\"group\":\"%s\",\"groups\":[",
		    slots[in->wish->group]);
	}
	ok = ecs_table_begin(&in->table, in->ask, group_columns) &&
	    write_groups(in, &groups);
	if (json) {
		ecs_buf_putc(out, ']');
		ecs_desk_tail(in->ask, in->sought, out);
	}
	ecs_kwic_groups_free(&groups);
	return ecs_table_end(&in->table, ok);
}

static bool
answer(struct answer *in)
{
	struct ecs_err *err = &in->work->call->err;

	if (!in->sought->asks)
		return ecs_desk_wrong(
		    in->ask, "q", "must hold a word to look for");
	if (!ecs_desk_places(&in->work->desk, in->sought, &in->places, err))
		return false;
	in->total = in->places.n;
	in->documents = ecs_places_documents(&in->work->desk, &in->places);
	if (in->wish->sample > 0)
		ecs_kwic_sample(&in->places, (size_t)in->wish->sample,
		    (uint64_t)in->wish->seed);
	return in->wish->group >= 0 ? answer_groups(in) : answer_lines(in);
}

static bool
work_out(struct desk_ask *ask, struct desk_work *work)
{
	struct answer in = {.ask = ask,
	    .work = work,
	    .wish = ask->wish,
	    .sought = ecs_desk_sought(work, ask->search),
	    .row = UINT32_MAX};
	bool ok = in.sought != NULL && answer(&in);

	ecs_kwic_reader_free(in.reader);
	ecs_places_free(&in.places);
	ecs_sought_free(in.sought);
	ecs_buf_fini(&in.id);
	ecs_buf_fini(&in.title);
	return ok;
}

bool
ecs_get_concordance(struct call *call)
{
	struct desk_ask ask;
	struct wish wish;
	bool ok = ecs_desk_read(call, own, &ask) && read_wish(&ask, &wish);

	ask.wish = &wish;
	ok = ok && ecs_desk_answer(&ask, work_out);
	ecs_desk_fini(&ask);
	return ok;
}
