/* SPDX-License-Identifier: ISC */
/*
 * rank - the hits of one page, by score, by columns or by distance.
 *
 * Within a source every order is a number for each row: the score, the rank of
 * the row's value, the distance. Rows that lack the value come last either way;
 * equal rows stand in the order of their numbers, so that pages never overlap.
 * Across sources ranks cannot be compared, so the values themselves are.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/layout.h"

#include "internal.h"

/* A row that may be on the page. */
struct candidate {
	double key[ECS_MAX_SORTS]; /* smaller is better; INFINITY: no value */
	float score;
	uint32_t row;
	uint16_t source;
};

struct ranking {
	const struct ecs_search *search;
	const struct ecs_source *sources;
	const struct rowset *sets;
	float *const *scores;
	size_t nsources;
	struct candidate *list; /* a heap, the worst on top, while choosing */
	size_t n;
	size_t want;
	struct ecs_result *result;
	struct ecs_err *err;
};

/* How one sort reads one source. */
struct key_reader {
	enum ecs_sort_kind kind;
	bool descending;
	int column; /* -1: the source lacks the field */
	const uint32_t *ranks;
	uint32_t nranks;
	int geo;
};

static bool
compare_less(const struct ranking *in, const struct candidate *a,
    const struct candidate *b)
{
	for (size_t i = 0; i < in->search->nsorts; i++)
		if (a->key[i] != b->key[i])
			return a->key[i] < b->key[i];
	if (a->score != b->score)
		return a->score > b->score;
	if (a->source != b->source)
		return a->source < b->source;
	return a->row < b->row;
}

/* ---- keys ---- */

/* The field as this collection may be sorted by it, else NULL. */
static const struct ecs_field *
sort_field(const struct ecs_source *source, const struct ecs_sort *sort)
{
	const struct ecs_field *field =
	    ecs_collection_field(source->collection, sort->field);

	return field == NULL || field->column < 0 || !field->sort ||
		field->is_private
	    ? NULL
	    : field;
}

static bool
open_key(const struct ranking *in, const struct ecs_source *source,
    const struct ecs_sort *sort, struct key_reader *key)
{
	const struct ecs_field *field;

	memset(key, 0, sizeof(*key));
	key->kind = sort->kind;
	key->descending = sort->descending;
	key->column = key->geo = -1;
	switch (sort->kind) {
	case ECS_SORT_RELEVANCE:
		return true;
	case ECS_SORT_DISTANCE:
		field = ecs_geo_field(source->collection);
		key->geo = field == NULL ? -1 : field->column;
		return true;
	case ECS_SORT_FIELD:
		break;
	}
	field = sort_field(source, sort);
	if (field == NULL)
		return true;
	key->column = field->column;
	if (field->type == ECS_NUMBER || field->type == ECS_DATE)
		return true;
	key->ranks = ecs_column_ranks(
	    source->table, (size_t)field->column, &key->nranks, in->err);
	return key->ranks != NULL;
}

static double
column_key(
    const struct ecs_source *source, const struct key_reader *key, uint32_t row)
{
	const uint32_t *ordinals;
	double value;

	if (key->column < 0 ||
	    ecs_column_row(
		source->table, (size_t)key->column, row, &ordinals) == 0)
		return INFINITY;
	if (key->ranks == NULL)
		value = ecs_column_number(
		    source->table, (size_t)key->column, ordinals[0]);
	else
		value = ordinals[0] < key->nranks ? key->ranks[ordinals[0]]
						  : INFINITY;
	return key->descending && value != INFINITY ? -value : value;
}

static double
distance_of(const struct ecs_search *search, const struct ecs_source *source,
    int column, uint32_t row)
{
	double lat;
	double lon;

	if (column < 0 || !search->has_near ||
	    !ecs_column_geo(source->table, (size_t)column, row, &lat, &lon))
		return INFINITY;
	return ecs_geo_distance(search->near_lat, search->near_lon, lat, lon);
}

static void
fill_keys(const struct ranking *in, const struct ecs_source *source,
    const struct key_reader *keys, struct candidate *candidate)
{
	for (size_t i = 0; i < in->search->nsorts; i++) {
		double distance;

		switch (keys[i].kind) {
		case ECS_SORT_RELEVANCE:
			candidate->key[i] = -(double)candidate->score;
			break;
		case ECS_SORT_FIELD:
			candidate->key[i] =
			    column_key(source, &keys[i], candidate->row);
			break;
		case ECS_SORT_DISTANCE:
			distance = distance_of(
			    in->search, source, keys[i].geo, candidate->row);
			candidate->key[i] =
			    keys[i].descending && distance != INFINITY
			    ? -distance
			    : distance;
			break;
		}
	}
}

/* ---- choosing the best ---- */

static void
swap(struct candidate *a, struct candidate *b)
{
	struct candidate c = *a;

	*a = *b;
	*b = c;
}

static void
sift_up(struct ranking *in, size_t i)
{
	while (
	    i > 0 && compare_less(in, &in->list[(i - 1) / 2], &in->list[i])) {
		swap(&in->list[i], &in->list[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void
sift_down(struct ranking *in, size_t i)
{
	for (;;) {
		size_t worst = i;

		for (size_t child = 2 * i + 1;
		     child <= 2 * i + 2 && child < in->n; child++)
			if (compare_less(
				in, &in->list[worst], &in->list[child]))
				worst = child;
		if (worst == i)
			return;
		swap(&in->list[i], &in->list[worst]);
		i = worst;
	}
}

static void
offer(struct ranking *in, const struct candidate *candidate)
{
	if (in->n < in->want) {
		in->list[in->n] = *candidate;
		sift_up(in, in->n++);
	} else if (in->want > 0 && compare_less(in, candidate, &in->list[0])) {
		in->list[0] = *candidate;
		sift_down(in, 0);
	}
}

/* Take the heap apart, so that the best stands first. */
static void
sort_heap(struct ranking *in)
{
	size_t n = in->n;

	while (in->n > 1) {
		swap(&in->list[0], &in->list[--in->n]);
		sift_down(in, 0);
	}
	in->n = n;
}

static bool
choose_source(struct ranking *in, size_t s)
{
	const struct ecs_source *source = &in->sources[s];
	const struct ecs_bitmap *rows = in->sets[s].rows;
	struct key_reader keys[ECS_MAX_SORTS];
	struct candidate candidate = {.source = (uint16_t)s};

	for (size_t i = 0; i < in->search->nsorts; i++)
		if (!open_key(in, source, &in->search->sorts[i], &keys[i]))
			return false;
	for (uint32_t row = ecs_bitmap_next(rows, 0); row != UINT32_MAX;
	     row = ecs_bitmap_next(rows, row + 1)) {
		candidate.row = row;
		candidate.score =
		    in->scores[s] == NULL ? 0 : in->scores[s][row];
		fill_keys(in, source, keys, &candidate);
		offer(in, &candidate);
	}
	return true;
}

/* ---- orders across sources ---- */

/*
 * The text a candidate is sorted by.  Ranks are of one dictionary, so with
 * several sources the sort keys of the texts decide.
 */
static const char *
text_of(const struct ranking *in, const struct candidate *candidate,
    const struct ecs_sort *sort, size_t *len, bool *collated)
{
	const struct ecs_source *source = &in->sources[candidate->source];
	const struct ecs_field *field = sort_field(source, sort);
	const uint32_t *ordinals;

	if (field == NULL || field->type == ECS_NUMBER ||
	    field->type == ECS_DATE ||
	    ecs_column_row(source->table, (size_t)field->column, candidate->row,
		&ordinals) == 0)
		return NULL;
	*collated = ecs_is_collated(field);
	return ecs_column_text(
	    source->table, (size_t)field->column, ordinals[0], len);
}

struct text_key {
	char *bytes;
	size_t len;
	size_t candidate;
};

static int
compare_text_keys(const void *a, const void *b)
{
	const struct text_key *x = a;
	const struct text_key *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int order = memcmp(x->bytes, y->bytes, len);

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/*
 * The order must be the very one of the ranks that chose the candidates, else
 * pages overlap: by collation where the column is, then by bytes.
 */
static bool
make_text_key(struct ranking *in, struct ecs_collator *collator, size_t i,
    const struct ecs_sort *sort, struct text_key *key)
{
	struct ecs_buf buf = {0};
	size_t len = 0;
	bool collated = false;
	const char *text = text_of(in, &in->list[i], sort, &len, &collated);

	key->candidate = i;
	if (text == NULL)
		return true;
	if (collated && !ecs_collation_key(collator, text, len, &buf)) {
		ecs_buf_fini(&buf);
		return ecs_err_memory(in->err);
	}
	if (collated)
		ecs_buf_putc(&buf, '\0');
	ecs_buf_add(&buf, text, len);
	ecs_buf_putc(&buf, '\0');
	key->bytes = ecs_buf_take(&buf, &key->len);
	if (key->bytes != NULL)
		return true;
	ecs_buf_fini(&buf);
	return ecs_err_memory(in->err);
}

/* Replace ranks by places in one common order of all candidates' texts. */
static void
number_keys(struct ranking *in, struct text_key *keys, size_t n, size_t which,
    bool descending)
{
	double place = 0;

	qsort(keys, n, sizeof(*keys), compare_text_keys);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && compare_text_keys(&keys[i - 1], &keys[i]) != 0)
			place++;
		in->list[keys[i].candidate].key[which] =
		    descending ? -place : place;
	}
}

static bool
common_order(struct ranking *in, size_t which)
{
	const struct ecs_sort *sort = &in->search->sorts[which];
	struct ecs_collator *collator = ecs_collator_new(NULL, in->err);
	struct text_key *keys = calloc(in->n + 1, sizeof(*keys));
	size_t n = 0;
	bool ok = (keys != NULL || ecs_err_memory(in->err)) && collator != NULL;

	for (size_t i = 0; ok && i < in->n; i++) {
		ok = make_text_key(in, collator, i, sort, &keys[n]);
		n += ok && keys[n].bytes != NULL;
	}
	if (ok && keys != NULL)
		number_keys(in, keys, n, which, sort->descending);
	for (size_t i = 0; keys != NULL && i < n; i++)
		free(keys[i].bytes);
	free(keys);
	ecs_collator_free(collator);
	return ok;
}

/* The best of each source are chosen; put them in one order. */
static bool
merge_sources(struct ranking *in)
{
	for (size_t i = 0; i < in->search->nsorts; i++)
		if (in->search->sorts[i].kind == ECS_SORT_FIELD &&
		    !common_order(in, i))
			return false;
	for (size_t i = in->n / 2; i-- > 0;)
		sift_down(in, i);
	return true;
}

/* ---- the page ---- */

static bool
fill_hits(struct ranking *in, uint32_t first)
{
	struct ecs_result *result = in->result;
	size_t n = in->n > first ? in->n - first : 0;
	int geo;

	result->hits =
	    ecs_arena_alloc(result->arena, (n + 1) * sizeof(*result->hits));
	if (result->hits == NULL)
		return ecs_err_memory(in->err);
	for (size_t i = 0; i < n; i++) {
		const struct candidate *from = &in->list[first + i];
		const struct ecs_source *source = &in->sources[from->source];
		const struct ecs_field *field =
		    ecs_geo_field(source->collection);
		double distance;

		geo = field == NULL ? -1 : field->column;
		distance = distance_of(in->search, source, geo, from->row);
		result->hits[i].source = from->source;
		result->hits[i].row = from->row;
		result->hits[i].score = from->score;
		result->hits[i].distance_m =
		    distance == INFINITY ? -1 : distance;
	}
	result->nhits = n;
	return true;
}

/*
 * With several sources and an order by a field, each source gives its own best
 * first, since only within one are ranks comparable.
 */
static bool
choose(struct ranking *in)
{
	struct candidate *all = in->list;
	size_t n = 0;

	for (size_t s = 0; s < in->nsources; s++) {
		if (!choose_source(in, s))
			return false;
		if (in->nsources == 1 || in->search->nsorts == 0)
			continue;
		n += in->n;
		in->list = all + n;
		in->n = 0;
	}
	if (in->nsources == 1 || in->search->nsorts == 0)
		return true;
	in->list = all;
	in->n = n;
	return merge_sources(in);
}

bool
ecs_rank(const struct ecs_search *search, const struct ecs_source *sources,
    const struct rowset *sets, float *const *scores, size_t nsources,
    uint32_t first, uint32_t count, struct ecs_result *result,
    struct ecs_err *err)
{
	struct ranking in = {.search = search,
	    .sources = sources,
	    .sets = sets,
	    .scores = scores,
	    .nsources = nsources,
	    .result = result,
	    .err = err};
	size_t room;
	bool ok = false;

	in.want = (size_t)first + count;
	if (in.want > result->total)
		in.want = result->total;
	room = in.want * (search->nsorts > 0 ? nsources : 1);
	in.list = calloc(room + 1, sizeof(*in.list));
	if (in.list == NULL)
		return ecs_err_memory(err);
	struct candidate *list = in.list;
	if (choose(&in)) {
		sort_heap(&in);
		if (in.n > in.want)
			in.n = in.want;
		ok = fill_hits(&in, first);
	}
	free(list);
	return ok;
}
