/* SPDX-License-Identifier: ISC */
/*
 * judgements - read judged queries, as objects or as rows of a table.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "judgements.h"
#include "reader.h"

#define COLLECTION_SIGNS "abcdefghijklmnopqrstuvwxyz0123456789_-"

struct reading {
	struct ecs_judgements *judgements;
	const char *path;
	const char *in;
	size_t room;  /* in judgements->queries */
	json_t *rows; /* "in\tq" to a query's number, of a table */
	uint64_t line;
};

/* A mistake in the line being read. */
static bool __attribute__((format(printf, 3, 4)))
fail(struct reading *reading, struct ecs_err *err, const char *fmt, ...)
{
	char text[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return ecs_err_set(err, 400, "bad_judgement", "%.60s:%llu: %s",
	    strcmp(reading->path, "-") == 0 ? "standard input" : reading->path,
	    (unsigned long long)reading->line, text);
}

/* ---- one query ---- */

static struct ecs_judged *
add_query(
    struct reading *reading, const char *q, const char *in, struct ecs_err *err)
{
	struct ecs_judgements *all = reading->judgements;
	struct ecs_judged *query, *grown;

	if (all->count == reading->room) {
		reading->room = reading->room == 0 ? 64 : 2 * reading->room;
		grown = realloc(
		    all->queries, reading->room * sizeof(*all->queries));
		if (grown == NULL) {
			ecs_err_memory(err);
			return NULL;
		}
		all->queries = grown;
	}
	query = &all->queries[all->count++];
	*query = (struct ecs_judged){.q = strdup(q), .grades = json_object()};
	if (in != NULL)
		query->in = strdup(in);
	if (query->q != NULL && query->grades != NULL &&
	    (in == NULL || query->in != NULL))
		return query;
	ecs_err_memory(err);
	return NULL;
}

/* Where all collections are asked, an id alone might mean several documents. */
static bool
names_collection(const char *id)
{
	size_t len = strspn(id, COLLECTION_SIGNS);

	return len > 0 && id[len] == '/' && id[len + 1] != '\0';
}

static bool
add_grade(struct reading *reading, struct ecs_judged *query, const char *id,
    double grade, struct ecs_err *err)
{
	if (!(grade >= 0) || isinf(grade))
		return fail(reading, err,
		    "the grade of \"%.60s\" is a number "
		    "from 0",
		    id);
	if (query->in == NULL && !names_collection(id))
		return fail(reading, err,
		    "\"%.60s\": a query without \"in\" "
		    "writes its ids as COLLECTION/ID",
		    id);
	if (json_object_get(query->grades, id) != NULL)
		return fail(reading, err, "\"%.60s\" is judged twice", id);
	return json_object_set_new(query->grades, id, json_real(grade)) == 0 ||
	    ecs_err_memory(err);
}

/* ---- objects ---- */

static json_t *
parse(struct reading *reading, const struct ecs_record *record,
    struct ecs_err *err)
{
	json_error_t why;
	json_t *json =
	    json_loadb(record->text, record->len, JSON_REJECT_DUPLICATES, &why);

	if (json == NULL)
		fail(reading, err, "column %d: %s", why.column, why.text);
	return json;
}

static bool
take_object(struct reading *reading, const json_t *json, struct ecs_err *err)
{
	const json_t *in = json_object_get(json, "in");
	const char *q = json_string_value(json_object_get(json, "q"));
	json_t *relevant = json_object_get(json, "relevant"), *grade;
	struct ecs_judged *query;
	const char *id;

	if (q == NULL)
		return fail(reading, err, "\"q\" is the query, a string");
	if (in != NULL && !json_is_string(in))
		return fail(reading, err, "\"in\" names one collection");
	if (!json_is_object(relevant))
		return fail(reading, err,
		    "\"relevant\" is an object from ids to grades");
	query = add_query(
	    reading, q, in != NULL ? json_string_value(in) : reading->in, err);
	if (query == NULL)
		return false;
	json_object_foreach (relevant, id, grade) {
		if (!add_grade(reading, query, id,
			json_is_number(grade) ? json_number_value(grade) : NAN,
			err))
			return false;
	}
	return true;
}

/* ---- rows ---- */

/* The query of the rows with this q and in; made by the first of them. */
static struct ecs_judged *
query_of_row(
    struct reading *reading, const char *q, const char *in, struct ecs_err *err)
{
	struct ecs_buf key = {0};
	struct ecs_judged *query = NULL;
	json_t *number;

	ecs_buf_printf(&key, "%s\t%s", in == NULL ? "" : in, q);
	if (key.failed) {
		ecs_err_memory(err);
		goto out;
	}
	number = json_object_get(reading->rows, key.data);
	if (number != NULL) {
		query =
		    &reading->judgements->queries[json_integer_value(number)];
		goto out;
	}
	number = json_integer((json_int_t)reading->judgements->count);
	if (json_object_set_new(reading->rows, key.data, number) == 0)
		query = add_query(reading, q, in, err);
	else
		ecs_err_memory(err);
out:
	ecs_buf_fini(&key);
	return query;
}

static bool
take_row(struct reading *reading, const json_t *row, struct ecs_err *err)
{
	const char *q = json_string_value(json_object_get(row, "q"));
	const char *in = json_string_value(json_object_get(row, "in"));
	const char *id = json_string_value(json_object_get(row, "id"));
	const char *text = json_string_value(json_object_get(row, "grade"));
	struct ecs_judged *query;
	double grade;
	char *end;

	if (q == NULL || id == NULL || text == NULL)
		return fail(reading, err,
		    "a row has no %s; the first line "
		    "names the columns q, id, grade",
		    q == NULL        ? "q"
			: id == NULL ? "id"
				     : "grade");
	grade = strtod(text, &end);
	if (end == text || *end != '\0')
		grade = NAN;
	query = query_of_row(reading, q, in != NULL ? in : reading->in, err);
	return query != NULL && add_grade(reading, query, id, grade, err);
}

static bool
on_record(void *user, const struct ecs_record *record, struct ecs_err *err)
{
	struct reading *reading = user;
	json_t *json;
	bool ok;

	reading->line = record->line;
	if (record->fault != NULL)
		return fail(reading, err, "%s", record->fault);
	if (record->json != NULL)
		return take_row(reading, record->json, err);
	json = parse(reading, record, err);
	ok = json != NULL && take_object(reading, json, err);
	json_decref(json);
	return ok;
}

/* ---- the end of reading ---- */

static int
by_grade_down(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left < right) - (left > right);
}

static bool
rank_ideally(struct ecs_judged *query)
{
	size_t n = json_object_size(query->grades);
	const char *id;
	json_t *grade;

	query->ideal = malloc((n + 1) * sizeof(*query->ideal));
	if (query->ideal == NULL)
		return false;
	json_object_foreach (query->grades, id, grade) {
		if (json_real_value(grade) > 0)
			query->ideal[query->nideal++] = json_real_value(grade);
	}
	qsort(
	    query->ideal, query->nideal, sizeof(*query->ideal), by_grade_down);
	return true;
}

static void
free_query(struct ecs_judged *query)
{
	free(query->q);
	free(query->in);
	free(query->ideal);
	json_decref(query->grades);
}

/* Queries without anything relevant measure nothing: any answer is as good. */
static bool
finish(struct reading *reading, struct ecs_err *err)
{
	struct ecs_judgements *all = reading->judgements;
	size_t kept = 0;

	for (size_t i = 0; i < all->count; i++) {
		if (!rank_ideally(&all->queries[i]))
			return ecs_err_memory(err);
	}
	for (size_t i = 0; i < all->count; i++) {
		if (all->queries[i].nideal > 0)
			all->queries[kept++] = all->queries[i];
		else
			free_query(&all->queries[i]);
	}
	all->unanswerable = all->count - kept;
	all->count = kept;
	if (kept > 0)
		return true;
	return ecs_err_set(err, 400, "bad_judgement",
	    "%.100s: no query with something relevant", reading->path);
}

bool
ecs_judgements_read(struct ecs_judgements *judgements, const char *path,
    const char *in, struct ecs_err *err)
{
	struct reading reading = {judgements, path, in, 0, json_object(), 0};
	struct ecs_reader reader = {.fn = on_record, .user = &reading};
	bool ok;

	*judgements = (struct ecs_judgements){0};
	if (reading.rows == NULL)
		return ecs_err_memory(err);
	ok = ecs_read_file(&reader, path, err) && finish(&reading, err);
	json_decref(reading.rows);
	return ok;
}

void
ecs_judgements_fini(struct ecs_judgements *judgements)
{
	for (size_t i = 0; i < judgements->count; i++)
		free_query(&judgements->queries[i]);
	free(judgements->queries);
	*judgements = (struct ecs_judgements){0};
}
