/* SPDX-License-Identifier: ISC */
/*
 * keywords_api - what a subcorpus says more often than a reference, and what
 * stands near the places of a query.
 */
#include <string.h>

#include "desk_api.h"

enum { MOST_ROWS = 100000 };

/* What both tables are asked. */
struct wish {
	struct ecs_desk_ask ask;
	int sort;
	int64_t n;       /* words of a run */
	int64_t span[2]; /* left and right */
};

static bool
read_common(struct desk_ask *ask, struct wish *wish)
{
	int64_t least = 3;
	int64_t limit = 50;

	if (!ecs_desk_number(ask, "min_count", 1, 1000000000, &least) ||
	    !ecs_desk_number(ask, "limit", 0, MOST_ROWS, &limit) ||
	    !ecs_desk_flag(ask, "stopwords", &wish->ask.stop_words))
		return false;
	wish->ask.least = (uint64_t)least;
	wish->ask.limit = (size_t)limit;
	wish->ask.memory = (size_t)ask->call->app->options.desk_bytes;
	return true;
}

/* ---- keywords ---- */

static const char *const keyword_names[] = {"n", "min_count", "min_documents",
    "stopwords", "sort", "limit", "reference", NULL};
static const char *const keyword_sorts[] = {"ll", "diff", NULL};
static const char *const keyword_columns[] = {"word", "frequency",
    "frequency_reference", "per_million", "per_million_reference", "documents",
    "documents_reference", "ll", "diff", "p", NULL};

static bool
read_keywords(struct desk_ask *ask, struct wish *wish)
{
	int64_t documents = 1;

	memset(wish, 0, sizeof(*wish));
	wish->n = 1;
	if (!read_common(ask, wish) ||
	    !ecs_desk_number(ask, "n", 1, 4, &wish->n) ||
	    !ecs_desk_number(ask, "min_documents", 1, 1000000000, &documents) ||
	    !ecs_desk_choice(ask, "sort", keyword_sorts, &wish->sort))
		return false;
	wish->ask.least_documents = (uint32_t)documents;
	return true;
}

/* The reference: "complement", "collection", or a search of its own. */
static struct ecs_bitmap *
complement(struct desk_ask *ask, struct desk_work *work, bool all,
    const struct ecs_bitmap *here)
{
	json_t *nothing = json_object();
	struct ecs_search *search =
	    nothing == NULL ? NULL : ecs_desk_search(ask, nothing);
	struct ecs_bitmap *rows =
	    search == NULL ? NULL : ecs_desk_rows(work, search);

	if (rows != NULL && !all)
		ecs_bitmap_andnot(rows, here);
	ecs_search_free(search);
	json_decref(nothing);
	return rows;
}

/* A search as JSON: an object, or its text in an address. */
static struct ecs_search *
reference_search(struct desk_ask *ask, json_t *given)
{
	json_t *object = json_is_object(given)
	    ? json_incref(given)
	    : json_loads(
		  json_string_value(given), JSON_REJECT_DUPLICATES, NULL);
	struct ecs_search *search = NULL;

	if (json_is_object(object))
		search = ecs_desk_search(ask, object);
	else
		ecs_desk_wrong(ask, "reference",
		    "must be complement, collection, or a search as a JSON "
		    "object");
	json_decref(object);
	return search;
}

static struct ecs_bitmap *
reference_rows(
    struct desk_ask *ask, struct desk_work *work, const struct ecs_bitmap *here)
{
	json_t *given = ecs_desk_given(ask, "reference");
	const char *text = json_string_value(given);
	struct ecs_search *search;
	struct ecs_bitmap *rows;

	if (given == NULL || (text != NULL && strcmp(text, "complement") == 0))
		return complement(ask, work, false, here);
	if (text != NULL && strcmp(text, "collection") == 0)
		return complement(ask, work, true, here);
	if (text == NULL && !json_is_object(given)) {
		ecs_desk_wrong(ask, "reference", "must be text or an object");
		return NULL;
	}
	search = reference_search(ask, given);
	rows = search == NULL ? NULL : ecs_desk_rows(work, search);
	ecs_search_free(search);
	return rows;
}

static double
per_million(uint64_t count, uint64_t words)
{
	return words == 0 ? 0 : (double)count * 1e6 / (double)words;
}

static bool
write_keyword(struct desk_table *table, const struct ecs_keywords *of,
    const struct ecs_keyword *keyword)
{
	ecs_table_row_begin(table);
	ecs_cell_text(table, "word", keyword->text, strlen(keyword->text));
	ecs_cell_count(table, "frequency", keyword->here);
	ecs_cell_count(table, "frequency_reference", keyword->there);
	ecs_cell_real(
	    table, "per_million", per_million(keyword->here, of->words_here));
	ecs_cell_real(table, "per_million_reference",
	    per_million(keyword->there, of->words_there));
	ecs_cell_count(table, "documents", keyword->documents_here);
	ecs_cell_count(table, "documents_reference", keyword->documents_there);
	ecs_cell_real(table, "ll", keyword->ll);
	ecs_cell_real(table, "diff", keyword->diff);
	ecs_cell_real(table, "p", keyword->p);
	return ecs_table_row_end(table);
}

static bool
write_keywords(struct desk_ask *ask, const struct ecs_keywords *keywords)
{
	struct ecs_buf *out = ecs_reply_body(ask->call->reply);
	bool json = ask->format == FORMAT_JSON;
	struct desk_table table;
	bool ok;

	if (json) {
		ecs_buf_printf(out,
		    "{\"total\":{\"value\":%zu,\"exact\":true},"
		    "\"subcorpus\":{\"documents\":%u,\"words\":%llu},",
		    keywords->found, keywords->documents_here,
		    (unsigned long long)keywords->words_here);
		ecs_buf_printf(out,
		    "\"reference\":{\"documents\":%u,\"words\":%llu},"
		    "\"keywords\":[",
		    keywords->documents_there,
		    (unsigned long long)keywords->words_there);
	}
	ok = ecs_table_begin(&table, ask, keyword_columns);
	for (size_t i = 0; ok && i < keywords->n; i++)
		ok = write_keyword(&table, keywords, &keywords->list[i]);
	if (json) {
		ecs_buf_putc(out, ']');
		ecs_desk_tail(ask, NULL, out);
	}
	return ecs_table_end(&table, ok);
}

static bool
work_keywords(struct desk_ask *ask, struct desk_work *work)
{
	const struct wish *wish = ask->wish;
	struct ecs_bitmap *here = ecs_desk_rows(work, ask->search);
	struct ecs_bitmap *there =
	    here == NULL ? NULL : reference_rows(ask, work, here);
	struct ecs_keywords keywords = {0};
	bool ok = there != NULL &&
	    ecs_desk_keywords(&work->desk, &wish->ask, (uint32_t)wish->n,
		(enum ecs_keyword_order)wish->sort, here, there, &keywords,
		&work->call->err) &&
	    write_keywords(ask, &keywords);

	ecs_keywords_free(&keywords);
	ecs_bitmap_free(here);
	ecs_bitmap_free(there);
	return ok;
}

bool
ecs_get_keywords(struct call *call)
{
	struct desk_ask ask;
	struct wish wish;
	bool ok = ecs_desk_read(call, keyword_names, &ask) &&
	    read_keywords(&ask, &wish);

	ask.wish = &wish;
	ok = ok && ecs_desk_answer(&ask, work_keywords);
	ecs_desk_fini(&ask);
	return ok;
}

/* ---- collocates ---- */

static const char *const collocate_names[] = {
    "left", "right", "min_count", "stopwords", "sort", "limit", NULL};
static const char *const collocate_sorts[] = {"ll", "log_dice", "mi", NULL};
static const char *const collocate_columns[] = {"word", "together", "expected",
    "frequency", "ll", "log_dice", "mi", "p", NULL};

static bool
read_collocates(struct desk_ask *ask, struct wish *wish)
{
	memset(wish, 0, sizeof(*wish));
	wish->span[0] = wish->span[1] = 5;
	return read_common(ask, wish) &&
	    ecs_desk_number(ask, "left", 0, 10, &wish->span[0]) &&
	    ecs_desk_number(ask, "right", 0, 10, &wish->span[1]) &&
	    ecs_desk_choice(ask, "sort", collocate_sorts, &wish->sort);
}

static bool
write_collocate(struct desk_table *table, const struct ecs_collocate *collocate)
{
	ecs_table_row_begin(table);
	ecs_cell_text(table, "word", collocate->text, strlen(collocate->text));
	ecs_cell_count(table, "together", collocate->together);
	ecs_cell_real(table, "expected", collocate->expected);
	ecs_cell_count(table, "frequency", collocate->frequency);
	ecs_cell_real(table, "ll", collocate->ll);
	ecs_cell_real(table, "log_dice", collocate->log_dice);
	ecs_cell_real(table, "mi", collocate->mi);
	ecs_cell_real(table, "p", collocate->p);
	return ecs_table_row_end(table);
}

static bool
write_collocates(struct desk_ask *ask, const struct ecs_sought *sought,
    size_t places, const struct ecs_collocates *collocates)
{
	struct ecs_buf *out = ecs_reply_body(ask->call->reply);
	bool json = ask->format == FORMAT_JSON;
	struct desk_table table;
	bool ok;

	if (json) {
		ecs_buf_puts(out, "{\"query\":{\"q\":");
		ecs_buf_json_str(out, ask->search->q);
		ecs_buf_puts(out, ",\"parsed\":");
		ecs_buf_json_str(out, sought->parsed);
		ecs_buf_printf(out,
		    "},\"total\":{\"value\":%zu,\"exact\":true},"
		    "\"places\":%zu,\"span_words\":%llu,\"words\":%llu,"
		    "\"collocates\":[",
		    collocates->found, places,
		    (unsigned long long)collocates->span_words,
		    (unsigned long long)collocates->words);
	}
	ok = ecs_table_begin(&table, ask, collocate_columns);
	for (size_t i = 0; ok && i < collocates->n; i++)
		ok = write_collocate(&table, &collocates->list[i]);
	if (json) {
		ecs_buf_putc(out, ']');
		ecs_desk_tail(ask, sought, out);
	}
	return ecs_table_end(&table, ok);
}

static bool
tell_collocates(struct desk_ask *ask, struct desk_work *work,
    const struct ecs_sought *sought, const struct ecs_bitmap *rows)
{
	const struct wish *wish = ask->wish;
	const uint32_t span[2] = {
	    (uint32_t)wish->span[0], (uint32_t)wish->span[1]};
	struct ecs_err *err = &work->call->err;
	struct ecs_places places = {0};
	struct ecs_collocates collocates = {0};
	bool ok = ecs_desk_places(&work->desk, sought, &places, err) &&
	    ecs_desk_collocates(&work->desk, &wish->ask, &places, span,
		(enum ecs_collocate_order)wish->sort, rows, &collocates, err) &&
	    write_collocates(ask, sought, places.n, &collocates);

	ecs_collocates_free(&collocates);
	ecs_places_free(&places);
	return ok;
}

static bool
work_collocates(struct desk_ask *ask, struct desk_work *work)
{
	struct ecs_sought *sought = ecs_desk_sought(work, ask->search);
	struct ecs_search *all = NULL;
	struct ecs_bitmap *rows = NULL;
	bool ok = sought != NULL;

	if (ok && !sought->asks)
		ok = ecs_desk_wrong(ask, "q", "must hold a word to look for");
	if (ok)
		all = ecs_desk_without_words(ask);
	if (all != NULL)
		rows = ecs_desk_rows(work, all);
	ok = rows != NULL && tell_collocates(ask, work, sought, rows);
	ecs_bitmap_free(rows);
	ecs_search_free(all);
	ecs_sought_free(sought);
	return ok;
}

bool
ecs_get_collocates(struct call *call)
{
	struct desk_ask ask;
	struct wish wish;
	bool ok = ecs_desk_read(call, collocate_names, &ask) &&
	    read_collocates(&ask, &wish);

	ask.wish = &wish;
	ok = ok && ecs_desk_answer(&ask, work_collocates);
	ecs_desk_fini(&ask);
	return ok;
}
