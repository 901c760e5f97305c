/* SPDX-License-Identifier: ISC */
/*
 * recount - facets counted again, document by document.
 */
#include "recount.h"

static struct ecs_words *words;
struct ecs_analyzer *recount_analyzer;

int
recount_set_up(void **state)
{
	struct ecs_err err = {0};

	*state = world_new(1789);
	words = ecs_words_new(NULL, &err);
	recount_analyzer = words == NULL ? NULL : ecs_analyzer_new(words, &err);
	return recount_analyzer == NULL ? -1 : 0;
}

int
recount_tear_down(void **state)
{
	ecs_analyzer_free(recount_analyzer);
	ecs_words_free(words);
	world_free(*state);
	return 0;
}

/* ---- asking ---- */

struct ecs_result *
count_facet(struct world *world, struct ecs_search *search,
    const struct ecs_facet_request *request)
{
	struct ecs_query_context context = {
	    .analyzer = recount_analyzer, .label_lang = ECS_LANG_NONE};
	struct ecs_result *result = calloc(1, sizeof(*result));
	struct ecs_err err = {0};

	assert_non_null(result);
	result->arena = ecs_arena_new();
	search->facets = request;
	search->nfacets = 1;
	if (!ecs_facets_count(search, world->sources, world->sets, SOURCES,
		&context, result, &err))
		fail_msg("%s", err.text);
	assert_int_equal(result->nfacets, 1);
	return result;
}

/* ---- recounting ---- */

/* Does the facet count this document? */
static bool
counts_doc(const struct world *world, const struct ecs_search *search,
    const struct ecs_facet_request *request, int source, uint32_t row)
{
	const struct world_doc *doc = &world->docs[source][row];
	bool has_field = world_find_field(source, request->field) >= 0;
	struct ecs_filter *clauses[16];
	size_t n = world_clauses(search->filter, clauses, 16);
	bool in = doc->live && ecs_bitmap_test(world->sets[source].words, row);

	for (size_t i = 0; i < n; i++)
		if (!(request->disjunctive && has_field &&
			world_only(clauses[i], request->field)))
			in =
			    in && world_accepts(world, clauses[i], source, doc);
	return in;
}

/* How many documents counted have some value for which wanted is set. */
uint32_t
recount(const struct world *world, const struct ecs_search *search,
    const struct ecs_facet_request *request, uint32_t wanted)
{
	uint32_t n = 0;

	for (int s = 0; s < SOURCES; s++) {
		int field = world_find_field(s, request->field);

		for (uint32_t row = 0; field >= 0 && row < WORLD_ROWS; row++)
			n += (world->docs[s][row].has[field] & wanted) != 0 &&
			    counts_doc(world, search, request, s, row);
	}
	return n;
}

uint32_t
recount_missing(const struct world *world, const struct ecs_search *search,
    const struct ecs_facet_request *request)
{
	uint32_t n = 0;

	for (int s = 0; s < SOURCES; s++) {
		int field = world_find_field(s, request->field);

		for (uint32_t row = 0; row < WORLD_ROWS; row++)
			n += (field < 0 ||
				 world->docs[s][row].has[field] == 0) &&
			    counts_doc(world, search, request, s, row);
	}
	return n;
}

int
any_field(const char *name)
{
	int field = world_find_field(RED, name);

	return field >= 0 ? field : world_find_field(BLUE, name);
}

/* Is the value named by a top-level clause that is not negated? */
static bool
names(const struct ecs_filter *clause, const char *field, int f, uint32_t v)
{
	if (clause->kind == ECS_FILTER_OR)
		for (size_t i = 0; i < clause->nchildren; i++)
			if (names(clause->children[i], field, f, v))
				return true;
	if ((clause->kind != ECS_FILTER_VALUE &&
		clause->kind != ECS_FILTER_SUBTREE) ||
	    strcmp(clause->field, field) != 0)
		return false;
	return world_is_numeric(RED, f)
	    ? clause->low <= world_number(f, v) &&
		clause->high >= world_number(f, v)
	    : strcmp(clause->value, world_text(f, v)) == 0;
}

bool
is_chosen(struct ecs_filter *filter, const char *field, int f, uint32_t v)
{
	struct ecs_filter *clauses[16];
	size_t n = world_clauses(filter, clauses, 16);

	for (size_t i = 0; i < n; i++)
		if (names(clauses[i], field, f, v))
			return true;
	return false;
}

/* ---- many ---- */

uint32_t
value_index(int field, const struct ecs_facet_value *value)
{
	for (uint32_t v = 0; v < world_pool(field); v++)
		if (value->text == NULL
			? world_number(field, v) == value->number
			: strcmp(world_text(field, v), value->text) == 0)
			return v;
	fail_msg("a value of no pool");
	return 0;
}

static void
random_filter(struct world *world, struct ecs_buf *text)
{
	uint32_t n = world_dice(world, 4);

	for (uint32_t i = 0; i < n; i++) {
		if (i > 0)
			ecs_buf_puts(text, " AND ");
		world_random_clause(world, text);
	}
	if (n == 0)
		ecs_buf_puts(text, "");
}

/* Run check over many random filters with what request makes of each. */
void
check_many(
    struct world *world, int rounds, draw_request *draw, check_facet *check)
{
	for (int round = 0; round < rounds; round++) {
		struct ecs_facet_request request = {
		    .limit = 20, .disjunctive = world_dice(world, 4) != 0};
		struct ecs_buf filter = {0};
		struct ecs_search *search;
		struct ecs_result *result;

		random_filter(world, &filter);
		search = world_search(world, filter.data);
		world_build_sets(world, search);
		draw(world, &request);
		result = count_facet(world, search, &request);
		check(world, search, &result->facets[0]);
		ecs_result_free(result);
		world_drop_sets(world);
		ecs_search_free(search);
		ecs_buf_fini(&filter);
	}
}
