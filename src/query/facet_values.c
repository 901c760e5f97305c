/* SPDX-License-Identifier: ISC */
/*
 * facet_values - counts by value, merged over the sources.
 */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "facets.h"

/* A value that some source counts. */
struct tally {
	const char *text; /* key: the text, or the number's bytes */
	double number;
	const char *label;
	const char *key;
	size_t key_len;
	uint32_t count;
	bool selected;
	struct ecs_buf sort_key;
	UT_hash_handle hh;
};

struct values {
	struct counting *in;
	struct tally *tallies; /* uthash head */
	size_t n;
	bool numeric;
	/* Values that cannot be among those listed are only added up. */
	uint32_t skipped;
	uint32_t skipped_count;
};

/* ---- collecting ---- */

static struct tally *
tally_of(struct values *values, const struct ecs_field *field, const char *text,
    size_t len, double number)
{
	struct ecs_arena *arena = values->in->arena;
	const char *key = values->numeric ? (const char *)&number : text;
	size_t key_len = values->numeric ? sizeof(number) : len;
	struct tally *tally;

	HASH_FIND(hh, values->tallies, key, key_len, tally);
	if (tally != NULL)
		return tally;
	tally = ecs_arena_alloc(arena, sizeof(*tally));
	if (tally == NULL)
		return NULL;
	tally->number = number;
	tally->key = ecs_arena_strndup(arena, key, key_len);
	tally->key_len = key_len;
	if (tally->key == NULL)
		return NULL;
	if (!values->numeric)
		tally->text = tally->key;
	tally->label = values->numeric
	    ? ecs_facet_number_label(values->in, field, number)
	    : ecs_facet_label(values->in, field, tally->text);
	tally->selected = ecs_facet_selected(values->in->search,
	    values->in->request->field, tally->text, number);
	HASH_ADD_KEYPTR(hh, values->tallies, tally->key, tally->key_len, tally);
	values->n++;
	return tally;
}

static int
descending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x < y) - (x > y);
}

/*
 * The least count that a listed value can have, so that thousands of rare
 * values need no labels and no order.  0 when every value may be listed.
 */
static bool
find_floor(const struct values *values, const uint32_t *counts, uint32_t n,
    uint32_t *floor)
{
	const struct counting *in = values->in;
	uint32_t limit = in->request->limit;
	uint32_t *sorted;
	uint32_t used = 0;

	*floor = 0;
	if (in->nsources > 1 || in->request->q != NULL ||
	    in->request->by_label || limit == 0 || n <= limit)
		return true;
	sorted = malloc(n * sizeof(*sorted));
	if (sorted == NULL)
		return ecs_err_memory(in->err);
	for (uint32_t i = 0; i < n; i++)
		if (counts[i] > 0)
			sorted[used++] = counts[i];
	qsort(sorted, used, sizeof(*sorted), descending);
	if (used > limit)
		*floor = sorted[limit - 1];
	free(sorted);
	return true;
}

/* One value with its count; rare ones only when they are chosen. */
static bool
add_count(struct values *values, const struct ecs_source *source,
    const struct ecs_field *field, uint32_t ordinal, uint32_t count,
    uint32_t floor)
{
	const struct counting *in = values->in;
	size_t column = (size_t)field->column;
	const char *text = NULL;
	size_t len = 0;
	double number = 0;
	struct tally *tally;

	if (values->numeric)
		number = ecs_column_number(source->table, column, ordinal);
	else
		text = ecs_column_text(source->table, column, ordinal, &len);
	if (count < floor &&
	    !ecs_facet_selected(in->search, in->request->field, text, number)) {
		values->skipped++;
		values->skipped_count += count;
		return true;
	}
	tally = tally_of(values, field, text, len, number);
	if (tally == NULL)
		return ecs_err_memory(in->err);
	tally->count += count;
	return true;
}

static bool
add_counts(struct values *values, const struct ecs_source *source,
    const struct ecs_field *field, const uint32_t *counts, uint32_t n)
{
	uint32_t floor;

	if (!find_floor(values, counts, n, &floor))
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (counts[i] > 0 &&
		    !add_count(values, source, field, i, counts[i], floor))
			return false;
	return true;
}

static bool
count_source(struct values *values, size_t s)
{
	struct counting *in = values->in;
	const struct ecs_source *source = &in->sources[s];
	struct facet_rows rows;
	uint32_t *counts = NULL;
	uint32_t missing = 0;
	uint32_t n;
	bool ok = ecs_facet_rows(in, s, &rows);

	if (ok && rows.field == NULL) {
		in->facet->missing += ecs_bitmap_count(in->sets[s].rows);
	} else if (ok) {
		n = ecs_column_cardinality(
		    source->table, (size_t)rows.field->column);
		counts = calloc((size_t)n + 1, sizeof(*counts));
		if (counts == NULL)
			ok = ecs_err_memory(in->err);
		else
			ecs_column_count(source->table,
			    (size_t)rows.field->column, rows.rows, counts, n,
			    &missing);
		in->facet->missing += missing;
		ok = ok && counts != NULL &&
		    add_counts(values, source, rows.field, counts, n);
	}
	free(counts);
	ecs_facet_rows_fini(&rows);
	return ok;
}

/* A chosen value is listed even when nothing carries it. */
static bool
add_chosen(struct values *values, const struct ecs_filter *clause)
{
	struct counting *in = values->in;

	for (size_t i = 0; i < clause->nchildren; i++)
		if (clause->kind == ECS_FILTER_OR &&
		    !add_chosen(values, clause->children[i]))
			return false;
	if (clause->field == NULL ||
	    strcmp(clause->field, in->request->field) != 0 ||
	    clause->kind == ECS_FILTER_RANGE ||
	    clause->kind == ECS_FILTER_PRESENT ||
	    clause->numeric != values->numeric ||
	    (clause->numeric && clause->low != clause->high))
		return true;
	return tally_of(values, in->facet->field, clause->value,
		   clause->value_len, clause->low) != NULL ||
	    ecs_err_memory(in->err);
}

static bool
add_all_chosen(struct values *values)
{
	const struct ecs_filter *filter = values->in->search->filter;

	if (filter == NULL)
		return true;
	if (filter->kind != ECS_FILTER_AND)
		return add_chosen(values, filter);
	for (size_t i = 0; i < filter->nchildren; i++)
		if (!add_chosen(values, filter->children[i]))
			return false;
	return true;
}

/* ---- searching inside the values ---- */

/* Does some word of folded text begin with folded q? */
static bool
begins_a_word(const char *text, const char *q)
{
	if (q[0] == '\0')
		return true;
	for (const char *at = text; (at = strstr(at, q)) != NULL; at++)
		if (at == text || at[-1] == ' ')
			return true;
	return false;
}

static bool
folded_matches(struct ecs_analyzer *analyzer, const char *text, const char *q)
{
	struct ecs_buf folded = {0};
	bool match;

	ecs_fold_text(analyzer, text, strlen(text), &folded);
	match = begins_a_word(folded.data == NULL ? "" : folded.data, q);
	ecs_buf_fini(&folded);
	return match;
}

/* The value, its labels in any language, or another name of it. */
static bool
tally_matches(
    const struct values *values, const struct tally *tally, const char *q)
{
	const struct ecs_vocabulary *vocabulary =
	    values->in->facet->field->vocabulary;
	struct ecs_analyzer *analyzer = values->in->context->analyzer;
	const struct ecs_concept *concept;
	int index;

	if (folded_matches(analyzer, tally->label, q) ||
	    (tally->text != NULL && folded_matches(analyzer, tally->text, q)))
		return true;
	if (vocabulary == NULL || tally->text == NULL)
		return false;
	index =
	    ecs_vocabulary_find(vocabulary, tally->text, strlen(tally->text));
	if (index < 0)
		return false;
	concept = &vocabulary->concepts[index];
	for (size_t i = 0; i < concept->naliases; i++)
		if (folded_matches(analyzer, concept->aliases[i].text, q))
			return true;
	return false;
}

static bool
drop_unmatched(struct values *values)
{
	const char *q = values->in->request->q;
	struct ecs_buf folded = {0};
	struct tally *next;

	if (q == NULL)
		return true;
	ecs_fold_text(values->in->context->analyzer, q, strlen(q), &folded);
	for (struct tally *tally = values->tallies; tally != NULL;
	     tally = next) {
		next = tally->hh.next;
		if (tally_matches(
			values, tally, folded.data == NULL ? "" : folded.data))
			continue;
		HASH_DEL(values->tallies, tally);
		values->n--;
	}
	ecs_buf_fini(&folded);
	return true;
}

/* ---- order ---- */

static int
compare_labels(const struct tally *a, const struct tally *b)
{
	size_t len = a->sort_key.len < b->sort_key.len ? a->sort_key.len
						       : b->sort_key.len;
	int order =
	    len == 0 ? 0 : memcmp(a->sort_key.data, b->sort_key.data, len);

	if (order == 0)
		order = (a->sort_key.len > b->sort_key.len) -
		    (a->sort_key.len < b->sort_key.len);
	return order;
}

static int
by_label(const void *a, const void *b)
{
	const struct tally *x = *(struct tally *const *)a;
	const struct tally *y = *(struct tally *const *)b;
	int order = x->text == NULL
	    ? (x->number > y->number) - (x->number < y->number)
	    : compare_labels(x, y);

	return order != 0 || x->text == NULL ? order : strcmp(x->text, y->text);
}

static int
by_count(const void *a, const void *b)
{
	const struct tally *x = *(struct tally *const *)a;
	const struct tally *y = *(struct tally *const *)b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return by_label(a, b);
}

/* Labels are ordered as their language orders them. */
static bool
make_sort_keys(struct values *values, struct tally **list, size_t n)
{
	struct counting *in = values->in;
	struct ecs_collator *collator;
	bool ok = true;

	if (values->numeric)
		return true;
	collator = ecs_collator_new(in->context->label_lang == ECS_LANG_NONE
		? NULL
		: ecs_lang_code(in->context->label_lang),
	    in->err);
	if (collator == NULL)
		return false;
	for (size_t i = 0; ok && i < n; i++)
		ok = ecs_collation_key(collator, list[i]->label,
		    strlen(list[i]->label), &list[i]->sort_key);
	ecs_collator_free(collator);
	return ok || ecs_err_memory(in->err);
}

/* ---- the answer ---- */

static void
add_value(struct ecs_facet *facet, const struct tally *tally)
{
	struct ecs_facet_value *value = &facet->values[facet->nvalues++];

	value->text = tally->text;
	value->number = value->to = tally->number;
	value->label = tally->label;
	value->count = tally->count;
	value->selected = tally->selected;
	value->parent = -1;
}

static bool
fill(struct values *values, struct tally **list)
{
	struct counting *in = values->in;
	struct ecs_facet *facet = in->facet;
	uint32_t limit = in->request->limit;

	facet->values = ecs_arena_alloc(
	    in->arena, (values->n + 1) * sizeof(*facet->values));
	if (facet->values == NULL)
		return ecs_err_memory(in->err);
	facet->total_values = values->skipped;
	facet->other = values->skipped_count;
	for (size_t i = 0; i < values->n; i++) {
		facet->total_values += list[i]->count > 0;
		if (i < limit || list[i]->selected)
			add_value(facet, list[i]);
		else
			facet->other += list[i]->count;
	}
	return true;
}

static bool
order_and_fill(struct values *values)
{
	struct tally **list = calloc(values->n + 1, sizeof(*list));
	size_t n = 0;
	bool ok;

	if (list == NULL)
		return ecs_err_memory(values->in->err);
	for (struct tally *tally = values->tallies; tally != NULL;
	     tally = tally->hh.next)
		list[n++] = tally;
	ok = make_sort_keys(values, list, n);
	if (ok) {
		qsort(list, n, sizeof(*list),
		    values->in->request->by_label ? by_label : by_count);
		ok = fill(values, list);
	}
	for (size_t i = 0; i < n; i++)
		ecs_buf_fini(&list[i]->sort_key);
	free(list);
	return ok;
}

bool
ecs_facet_count_values(struct counting *in)
{
	enum ecs_field_type type = in->facet->field->type;
	struct values values = {
	    .in = in, .numeric = type == ECS_NUMBER || type == ECS_DATE};
	bool ok = true;

	for (size_t s = 0; ok && s < in->nsources; s++)
		ok = count_source(&values, s);
	ok = ok && add_all_chosen(&values) && drop_unmatched(&values) &&
	    order_and_fill(&values);
	HASH_CLEAR(hh, values.tallies);
	return ok;
}
