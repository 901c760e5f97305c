/* SPDX-License-Identifier: ISC */
/*
 * compare_api - two editions of a text, passage by passage.
 *
 * The two are named by their ids, or as editions of a family; a filter then
 * tells languages apart.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/compare.h"
#include "ecsearch/layout.h"

#include "desk_api.h"

enum { MOST_PASSAGES = 5000 };

static const char *const own[] = {"from", "to", "family", "unchanged", NULL};
static const char *const columns[] = {"change", "from", "from_section",
    "from_page", "from_text", "to", "to_section", "to_page", "to_text",
    "similarity", "diff", NULL};

/* One edition, with what its passages point into. */
struct side {
	const char *name; /* of its parameter */
	struct ecs_buf id;
	uint32_t row;
	struct ecs_buf *data;
	struct ecs_edition edition;
};

struct compare {
	struct desk_ask *ask;
	struct desk_work *work;
	struct side from;
	struct side to;
	struct ecs_pair *pairs;
	size_t n;
	bool unchanged;
	struct desk_table table;
	struct ecs_buf diff;
};

/* ---- which ---- */

static const char *
given_text(struct desk_ask *ask, const char *name)
{
	json_t *value = ecs_desk_given(ask, name);

	return json_string_value(value);
}

static bool
note_id(struct compare *in, struct side *side)
{
	const struct ecs_source *source = &in->work->source;
	struct ecs_err *err = &in->work->call->err;
	struct ecs_record record;
	bool found;

	if (!ecs_record_hit_by_number(source->records,
		source->records_collection, side->row, source->revision,
		&record, &found, err))
		return false;
	if (!found)
		return ecs_err_set(err, 500, "record_missing",
		    "a document of the index is not in the records");
	ecs_buf_add(&side->id, record.id, record.id_len);
	ecs_buf_putc(&side->id, '\0');
	return !side->id.failed || ecs_err_memory(err);
}

static bool
find_by_id(struct compare *in, struct side *side, const char *id)
{
	const struct ecs_source *source = &in->work->source;
	struct call *call = in->work->call;
	struct ecs_record record;
	bool hidden = true;
	bool found;

	if (!ecs_record_by_id(source->records, source->records_collection, id,
		strlen(id), source->revision, &record, &found, &call->err))
		return false;
	side->row = found ? record.number : 0;
	if (found &&
	    !ecs_call_hidden(call, call->collection, side->row, &hidden))
		return false;
	return !hidden ||
	    ecs_err_set(&call->err, 404, "no_document",
		"%s: there is no document \"%.80s\" in %s", side->name, id,
		source->collection->name);
}

/* The rows of an edition of the family. */
static struct ecs_bitmap *
edition_rows(struct compare *in, const char *family, const char *edition)
{
	json_t *filter = json_pack("{s:[[o],[o]]}", "filter",
	    json_sprintf("family:%s", family),
	    json_sprintf("edition:%s", edition));
	struct ecs_search *search =
	    filter == NULL ? NULL : ecs_desk_search(in->ask, filter);
	struct ecs_bitmap *rows =
	    search == NULL ? NULL : ecs_desk_rows(in->work, search);

	if (filter == NULL)
		ecs_err_memory(&in->work->call->err);
	ecs_search_free(search);
	json_decref(filter);
	return rows;
}

static bool
find_by_edition(struct compare *in, struct side *side, const char *edition)
{
	const char *family = given_text(in->ask, "family");
	struct ecs_bitmap *rows = edition_rows(in, family, edition);
	struct ecs_bitmap *chosen =
	    rows == NULL ? NULL : ecs_desk_rows(in->work, in->ask->search);
	size_t found = 0;

	for (uint32_t row = chosen == NULL ? UINT32_MAX
					   : ecs_bitmap_next(rows, 0);
	     row != UINT32_MAX; row = ecs_bitmap_next(rows, row + 1)) {
		if (!ecs_bitmap_test(chosen, row))
			continue;
		side->row = row;
		found++;
	}
	ecs_bitmap_free(rows);
	if (chosen == NULL)
		return false;
	ecs_bitmap_free(chosen);
	if (found > 1)
		return ecs_desk_wrong(in->ask, side->name,
		    "names several documents: tell them apart with filter, "
		    "as lang:en");
	return found == 1 ||
	    ecs_err_set(&in->work->call->err, 404, "no_document",
		"%s: the family \"%.60s\" has no edition \"%.60s\"", side->name,
		family, edition);
}

static bool
find_side(struct compare *in, struct side *side, const char *name)
{
	const char *value = given_text(in->ask, name);

	side->name = name;
	if (value == NULL || value[0] == '\0')
		return ecs_desk_wrong(in->ask, name, "must name an edition");
	return (given_text(in->ask, "family") == NULL
		       ? find_by_id(in, side, value)
		       : find_by_edition(in, side, value)) &&
	    note_id(in, side);
}

/* ---- their passages ---- */

static bool
take_passage(struct compare *in, struct side *side, uint32_t unit, uint32_t at)
{
	struct ecs_edition_passage *to = &side->edition.list[at];
	struct ecs_err *err = &in->work->call->err;
	struct ecs_passage passage;

	if (!ecs_index_data(
		in->work->source.reader, unit, &side->data[at], err))
		return false;
	if (!ecs_passage_read(
		&passage, side->data[at].data, side->data[at].len))
		return ecs_err_set(
		    err, 500, "index_damaged", "a passage cannot be read");
	*to = (struct ecs_edition_passage){passage.id, passage.section,
	    passage.page, passage.text, passage.len};
	return true;
}

static bool
take_edition(struct compare *in, struct side *side)
{
	uint32_t first;
	uint32_t n;

	ecs_table_row_units(in->work->source.table, side->row, &first, &n);
	n -= n > 0;
	if (n == 0)
		return ecs_desk_wrong(
		    in->ask, side->name, "has no passages to compare");
	if (n > MOST_PASSAGES)
		return ecs_desk_wrong(
		    in->ask, side->name, "has more than 5,000 passages");
	side->data = calloc(n, sizeof(*side->data));
	side->edition.list = calloc(n, sizeof(*side->edition.list));
	if (side->data == NULL || side->edition.list == NULL)
		return ecs_err_memory(&in->work->call->err);
	for (; side->edition.n < n; side->edition.n++) {
		uint32_t at = (uint32_t)side->edition.n;

		if (!take_passage(in, side, first + 1 + at, at))
			return false;
	}
	return true;
}

static void
fini_side(struct side *side)
{
	for (size_t i = 0; side->data != NULL && i < side->edition.n; i++)
		ecs_buf_fini(&side->data[i]);
	free(side->data);
	free(side->edition.list);
	ecs_buf_fini(&side->id);
}

/* ---- the answer ---- */

static void
write_side(struct ecs_buf *out, const struct side *side)
{
	ecs_buf_printf(out, ",\"%s\":{\"id\":", side->name);
	ecs_buf_json_str(out, side->id.data);
	ecs_buf_printf(out, ",\"passages\":%zu}", side->edition.n);
}

static void
write_head(struct compare *in)
{
	struct ecs_buf *out = ecs_reply_body(in->work->call->reply);
	size_t counts[ECS_FATES] = {0};

	for (size_t i = 0; i < in->n; i++)
		counts[in->pairs[i].fate]++;
	ecs_buf_puts(out, "{\"collection\":");
	ecs_buf_json_str(out, in->work->source.collection->name);
	write_side(out, &in->from);
	write_side(out, &in->to);
	ecs_buf_puts(out, ",\"counts\":{");
	for (int fate = 0; fate < ECS_FATES; fate++)
		ecs_buf_printf(out, "%s\"%s\":%zu", fate > 0 ? "," : "",
		    ecs_fate_name(fate), counts[fate]);
	ecs_buf_puts(out, "},\"changes\":[");
}

/* Does a space stand before the part in its own text, and none in the diff? */
static bool
lacks_space(const struct ecs_buf *diff, const char *text, uint32_t start)
{
	return diff->len > 0 && start > 0 &&
	    strchr(" \t\r\n", text[start - 1]) != NULL &&
	    strchr(" \t\r\n", diff->data[diff->len - 1]) == NULL;
}

/* The marks of GNU wdiff: [-taken out-] and {+put in+}. */
static bool
make_diff(struct compare *in, const struct ecs_pair *pair)
{
	static const char *const before[] = {"", "[-", "{+"};
	static const char *const after[] = {"", "-]", "+}"};
	const struct ecs_edition_passage *from =
	    &in->from.edition.list[pair->from];
	const struct ecs_edition_passage *to = &in->to.edition.list[pair->to];
	struct ecs_diff_part *parts;
	size_t n;

	ecs_buf_reset(&in->diff);
	if (!ecs_words_diff(in->work->desk.analyzer, from, to, &parts, &n,
		&in->work->call->err))
		return false;
	for (size_t i = 0; i < n; i++) {
		const char *text =
		    parts[i].edit == ECS_EDIT_REMOVED ? from->text : to->text;
		size_t len = parts[i].end - parts[i].start;
		size_t kept = len;

		if (!in->diff.failed &&
		    lacks_space(&in->diff, text, parts[i].start))
			ecs_buf_putc(&in->diff, ' ');
		text += parts[i].start;
		/* The space after a word stays outside of its mark. */
		while (parts[i].edit != ECS_EDIT_SAME && kept > 0 &&
		    strchr(" \t\r\n", text[kept - 1]) != NULL)
			kept--;
		ecs_buf_puts(&in->diff, before[parts[i].edit]);
		ecs_buf_add(&in->diff, text, kept);
		ecs_buf_puts(&in->diff, after[parts[i].edit]);
		ecs_buf_add(&in->diff, text + kept, len - kept);
	}
	free(parts);
	return !in->diff.failed || ecs_err_memory(&in->work->call->err);
}

static void
write_place(struct compare *in, const struct side *side, uint32_t number,
    const char *const *names)
{
	const struct ecs_edition_passage *passage =
	    number == ECS_NO_PASSAGE ? NULL : &side->edition.list[number];
	struct desk_table *table = &in->table;

	if (passage == NULL) {
		for (int i = 0; i < 4; i++)
			ecs_cell_none(table, names[i]);
		return;
	}
	ecs_cell_text(table, names[0], passage->id, strlen(passage->id));
	ecs_cell_text(
	    table, names[1], passage->section, strlen(passage->section));
	if (passage->page < 0)
		ecs_cell_none(table, names[2]);
	else
		ecs_cell_count(table, names[2], (uint64_t)passage->page);
	ecs_cell_text(table, names[3], passage->text, passage->len);
}

static bool
write_pair(struct compare *in, const struct ecs_pair *pair)
{
	const char *fate = ecs_fate_name(pair->fate);
	bool reworded = pair->fate == ECS_FATE_REWORDED;

	if (reworded && !make_diff(in, pair))
		return false;
	ecs_table_row_begin(&in->table);
	ecs_cell_text(&in->table, columns[0], fate, strlen(fate));
	write_place(in, &in->from, pair->from, columns + 1);
	write_place(in, &in->to, pair->to, columns + 5);
	if (pair->from == ECS_NO_PASSAGE || pair->to == ECS_NO_PASSAGE)
		ecs_cell_none(&in->table, "similarity");
	else
		ecs_cell_real(&in->table, "similarity", pair->similarity);
	if (reworded)
		ecs_cell_text(&in->table, "diff", in->diff.data, in->diff.len);
	else
		ecs_cell_none(&in->table, "diff");
	return ecs_table_row_end(&in->table);
}

static bool
write_answer(struct compare *in)
{
	struct ecs_buf *out = ecs_reply_body(in->work->call->reply);
	bool json = in->ask->format == FORMAT_JSON;
	bool ok;

	if (json)
		write_head(in);
	ok = ecs_table_begin(&in->table, in->ask, columns);
	for (size_t i = 0; ok && i < in->n; i++)
		if (in->unchanged || in->pairs[i].fate != ECS_FATE_UNCHANGED)
			ok = write_pair(in, &in->pairs[i]);
	if (json) {
		ecs_buf_putc(out, ']');
		ecs_desk_tail(in->ask, NULL, out);
	}
	return ecs_table_end(&in->table, ok);
}

static bool
work_out(struct desk_ask *ask, struct desk_work *work)
{
	struct compare in = {.ask = ask, .work = work};
	bool ok = ecs_desk_flag(ask, "unchanged", &in.unchanged) &&
	    find_side(&in, &in.from, "from") && find_side(&in, &in.to, "to") &&
	    take_edition(&in, &in.from) && take_edition(&in, &in.to) &&
	    ecs_editions_compare(&in.from.edition, &in.to.edition,
		work->desk.analyzer, &work->deadline, &in.pairs, &in.n,
		&work->call->err) &&
	    write_answer(&in);

	free(in.pairs);
	fini_side(&in.from);
	fini_side(&in.to);
	ecs_buf_fini(&in.diff);
	return ok;
}

bool
ecs_get_compare(struct call *call)
{
	struct desk_ask ask;
	bool ok = ecs_desk_read(call, own, &ask);

	ok = ok && ecs_desk_answer(&ask, work_out);
	ecs_desk_fini(&ask);
	return ok;
}
