/* SPDX-License-Identifier: ISC */
/*
 * world - the documents, and a search of them done by hand.
 */
#include "ecsearch/layout.h"

#include "world.h"

static const struct {
	const char *name;
	bool in[SOURCES];
	bool multi;
	uint32_t pool;
} fields[W_FIELDS] = {
    [W_NAME] = {"name", {true, true}, false, 12},
    [W_KIND] = {"kind", {true, false}, false, 6},
    [W_TOPICS] = {"topics", {true, true}, true, 9},
    [W_FIRST] = {"first", {true, true}, false, 8},
    [W_SIZE] = {"size", {true, true}, false, 20},
    [W_YEARS] = {"years", {true, false}, true, 15},
    [W_JOINED] = {"joined", {true, true}, false, 20},
    [W_COLOUR] = {"colour", {false, true}, false, 5},
    [W_CODE] = {"code", {true, true}, false, 4},
};

/* ---- values ---- */

const char *
world_field_name(enum world_field field)
{
	return fields[field].name;
}

int
world_find_field(int source, const char *name)
{
	for (int f = 0; f < W_FIELDS; f++)
		if (fields[f].in[source] && strcmp(fields[f].name, name) == 0)
			return f;
	return -1;
}

bool
world_is_numeric(int source, int field)
{
	return field == W_SIZE || field == W_YEARS || field == W_JOINED ||
	    (field == W_CODE && source == BLUE);
}

uint32_t
world_pool(int field)
{
	return fields[field].pool;
}

const char *
world_text(int field, uint32_t value)
{
	static const char *const names[] = {"Älv", "alv", "Beta", "beta",
	    "Éclair", "eclair", "zeta", "Zeta", "org 10", "org-9", "ørn",
	    "Straße"};
	static const char *const kinds[] = {
	    "alpha", "Beta", "c d", "Ünder", "east", "fox"};
	static const char *const topics[] = {"plants", "trees", "oaks",
	    "tree-10", "tree_1", "herbs", "stones", "slate", "outside"};
	static const char *const colours[] = {
	    "amber", "blue", "cyan", "denim", "ebony"};
	static const char *const codes[] = {"1", "2", "30", "x"};

	switch (field) {
	case W_NAME:
		return names[value];
	case W_KIND:
		return kinds[value];
	case W_TOPICS:
	case W_FIRST:
		return topics[value];
	case W_COLOUR:
		return colours[value];
	default:
		return codes[value];
	}
}

double
world_number(int field, uint32_t value)
{
	switch (field) {
	case W_SIZE:
		return value * 2.5 - 10;
	case W_YEARS:
		return 2000 + value;
	case W_JOINED: /* from 2019 on, every 50 days and 7 hours */
		return 1546300800 + value * (50 * 86400.0 + 7 * 3600.0);
	default:
		return value + 1;
	}
}

/* ---- documents ---- */

uint32_t
world_dice(struct world *world, uint32_t n)
{
	world->seed ^= world->seed << 13;
	world->seed ^= world->seed >> 7;
	world->seed ^= world->seed << 17;
	return (uint32_t)(world->seed >> 11) % n;
}

static void
draw_doc(struct world *world, int source, struct world_doc *doc)
{
	doc->live = world_dice(world, 8) != 0;
	for (int f = 0; f < W_FIELDS; f++) {
		uint32_t n = fields[f].multi ? world_dice(world, 5)
					     : world_dice(world, 5) != 0;

		while (fields[f].in[source] && n-- > 0)
			doc->has[f] |= UINT32_C(1)
			    << world_dice(world, fields[f].pool);
	}
	doc->placed = world_dice(world, 3) != 0;
	doc->lat = (double)world_dice(world, 181) - 90;
	doc->lon = (double)world_dice(world, 361) - 180;
}

static size_t
list_values(const struct world *world, int source, const struct world_doc *doc,
    struct ecs_column_value *values)
{
	const struct ecs_collection *collection =
	    world->sources[source].collection;
	size_t n = 0;

	for (int f = 0; f < W_FIELDS; f++)
		for (uint32_t v = 0; v < fields[f].pool; v++) {
			const struct ecs_field *field;

			if ((doc->has[f] >> v & 1) == 0)
				continue;
			field =
			    ecs_collection_field(collection, fields[f].name);
			values[n] = (struct ecs_column_value){
			    .column = (uint16_t)field->column};
			if (world_is_numeric(source, f)) {
				values[n++].number = world_number(f, v);
				continue;
			}
			values[n].text = world_text(f, v);
			values[n].len = strlen(values[n].text);
			n++;
		}
	if (doc->placed && ecs_geo_field(collection) != NULL)
		values[n++] = (struct ecs_column_value){
		    .column = (uint16_t)ecs_geo_field(collection)->column,
		    .number = doc->lat,
		    .lon = doc->lon};
	return n;
}

static bool
sort_key(void *user, const char *text, size_t len, struct ecs_buf *key)
{
	return ecs_collation_key(user, text, len, key);
}

static enum ecs_column_kind
kind_of(const struct ecs_field *field)
{
	if (field->type == ECS_NUMBER || field->type == ECS_DATE)
		return ECS_COLUMN_NUMBER;
	if (field->type == ECS_GEO)
		return ECS_COLUMN_GEO;
	return field->sort && field->vocabulary == NULL ? ECS_COLUMN_COLLATED
							: ECS_COLUMN_TEXT;
}

static struct ecs_table *
make_table(struct world *world, int source)
{
	const struct ecs_collection *collection =
	    world->sources[source].collection;
	struct ecs_column_spec specs[W_FIELDS + 8] = {{0}};
	struct ecs_column_value values[W_FIELDS * MOST_POOL];
	uint32_t lengths[ECS_MAX_TEXTS + 1] = {0};
	struct ecs_err err = {0};
	struct ecs_table *empty;
	struct ecs_table *table;
	struct ecs_draft *draft;

	for (int i = 0; i < collection->ncolumns + 2; i++) {
		bool ours = i < collection->ncolumns;

		specs[i].name = ours ? collection->columns[i]->name : "_lang";
		specs[i].kind =
		    ours ? kind_of(collection->columns[i]) : ECS_COLUMN_TEXT;
	}
	empty = ecs_table_new(specs, (size_t)collection->ncolumns + 2,
	    ecs_unit_lengths(collection), sort_key, world->collator, &err);
	draft = ecs_draft_new(empty, &err);
	assert_non_null(draft);
	for (uint32_t row = 0; row < WORLD_ROWS; row++) {
		struct world_doc *doc = &world->docs[source][row];

		draw_doc(world, source, doc);
		assert_true(ecs_draft_put(draft, row, row + 1, 1, lengths,
		    values, list_values(world, source, doc, values), &err));
		if (!doc->live)
			assert_true(ecs_draft_remove(draft, row, &err));
	}
	table = ecs_draft_seal(draft, &err);
	assert_non_null(table);
	ecs_table_unref(empty);
	return table;
}

static struct ecs_schema *
load_schema(void)
{
	const char *srcdir = getenv("srcdir");
	struct ecs_err err = {0};
	struct ecs_schema *schema;
	char path[1024];

	snprintf(path, sizeof(path), "%s/tests/query/world/schema.json",
	    srcdir == NULL ? "." : srcdir);
	schema = ecs_schema_load(path, &err);
	if (schema == NULL)
		fail_msg("%s", err.text);
	return schema;
}

struct world *
world_new(uint64_t seed)
{
	struct world *world = calloc(1, sizeof(*world));
	struct ecs_err err = {0};

	assert_non_null(world);
	world->seed = seed;
	world->schema = load_schema();
	world->collator = ecs_collator_new(NULL, &err);
	assert_non_null(world->collator);
	for (int s = 0; s < SOURCES; s++) {
		world->sources[s].index = s;
		world->sources[s].collection = &world->schema->collections[s];
		world->sources[s].table = make_table(world, s);
		world->sources[s].revision = 1;
	}
	return world;
}

void
world_free(struct world *world)
{
	for (int s = 0; s < SOURCES; s++)
		ecs_table_unref(
		    (struct ecs_table *)(uintptr_t)world->sources[s].table);
	ecs_collator_free(world->collator);
	ecs_schema_free(world->schema);
	free(world);
}

/* ---- random filters ---- */

static void
random_numeric(struct world *world, struct ecs_buf *text)
{
	uint32_t low = world_dice(world, 20);
	uint32_t high = low + world_dice(world, 8);

	switch (world_dice(world, 6)) {
	case 0:
		ecs_buf_printf(
		    text, "size:%g..%g", low * 2.5 - 10, high * 2.5 - 10);
		break;
	case 1:
		ecs_buf_printf(text, "size:>%g", low * 2.5 - 10);
		break;
	case 2:
		ecs_buf_printf(text, "years:%u", 2000 + low % 15);
		break;
	case 3:
		ecs_buf_printf(text, "years:%u..%u", 2000 + low, 2000 + high);
		break;
	case 4:
		ecs_buf_printf(text, "joined:%u", 2019 + low % 4);
		break;
	default:
		ecs_buf_printf(text, "joined:..%u-0%u", 2019 + low % 4,
		    1 + world_dice(world, 9));
		break;
	}
}

static void
random_value(struct world *world, struct ecs_buf *text)
{
	int field = (int)world_dice(world, W_FIELDS);

	switch (world_dice(world, 8)) {
	case 0:
		ecs_buf_printf(text, "topics:%s/*",
		    world_text(W_TOPICS, world_dice(world, 9)));
		return;
	case 1:
		ecs_buf_printf(text, "%s:*",
		    fields[field == W_NAME ? W_KIND : field].name);
		return;
	default:
		break;
	}
	if (field == W_NAME || world_is_numeric(RED, field)) {
		random_numeric(world, text);
		return;
	}
	ecs_buf_printf(text, "%s:\"%s\"", fields[field].name,
	    world_text(field, world_dice(world, fields[field].pool)));
}

void
world_random_clause(struct world *world, struct ecs_buf *text)
{
	switch (world_dice(world, 6)) {
	case 0:
		ecs_buf_puts(text, "NOT ");
		random_value(world, text);
		break;
	case 1:
		ecs_buf_puts(text, "(");
		random_value(world, text);
		ecs_buf_puts(text, " OR ");
		random_value(world, text);
		ecs_buf_puts(text, ")");
		break;
	default:
		random_value(world, text);
		break;
	}
}

/* ---- searches ---- */

struct ecs_search *
world_search(struct world *world, const char *filter)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct ecs_search *search = ecs_arena_alloc(arena, sizeof(*search));
	struct ecs_err err = {0};

	search->arena = arena;
	search->schema = world->schema;
	search->in[RED] = search->in[BLUE] = true;
	search->q = "";
	search->lang = ECS_LANG_NONE;
	search->page = 1;
	search->per_page = 20;
	if (filter != NULL && filter[0] != '\0') {
		search->filter = ecs_filter_parse(
		    arena, world->schema, search->in, filter, &err);
		if (search->filter == NULL)
			fail_msg("%s: %s", filter, err.text);
	}
	return search;
}

void
world_build_sets(struct world *world, const struct ecs_search *search)
{
	struct ecs_err err = {0};

	memset(world->sets, 0, sizeof(world->sets));
	for (int s = 0; s < SOURCES; s++) {
		world->sets[s].words = ecs_bitmap_new(WORLD_ROWS);
		assert_non_null(world->sets[s].words);
		for (uint32_t row = 0; row < WORLD_ROWS; row++)
			if (world_dice(world, 2) == 0)
				ecs_bitmap_set(world->sets[s].words, row);
		assert_true(ecs_rowset_build(
		    search, &world->sources[s], &world->sets[s], &err));
	}
}

void
world_drop_sets(struct world *world)
{
	for (int s = 0; s < SOURCES; s++)
		ecs_rowset_fini(&world->sets[s]);
}

/* ---- by hand ---- */

/* Is topic the concept, or narrower?  Written down, not read. */
static bool
is_under(const char *topic, const char *concept)
{
	static const char *const broader[][2] = {{"trees", "plants"},
	    {"oaks", "trees"}, {"tree-10", "trees"}, {"tree_1", "trees"},
	    {"herbs", "plants"}, {"slate", "stones"}};
	const char *up = NULL;

	if (strcmp(topic, concept) == 0)
		return true;
	for (size_t i = 0; i < sizeof(broader) / sizeof(broader[0]); i++)
		if (strcmp(broader[i][0], topic) == 0)
			up = broader[i][1];
	return up != NULL && is_under(up, concept);
}

static bool
value_fits(
    const struct ecs_filter *clause, int source, int field, uint32_t value)
{
	double number = world_number(field, value);

	if (clause->kind == ECS_FILTER_PRESENT)
		return true;
	if (world_is_numeric(source, field))
		return clause->numeric && number >= clause->low &&
		    number <= clause->high;
	if (clause->kind == ECS_FILTER_SUBTREE)
		return is_under(world_text(field, value), clause->value);
	return clause->kind == ECS_FILTER_VALUE &&
	    strcmp(clause->value, world_text(field, value)) == 0;
}

bool
world_accepts(const struct world *world, const struct ecs_filter *filter,
    int source, const struct world_doc *doc)
{
	bool all = filter->kind == ECS_FILTER_AND;
	int field;

	if (filter->kind == ECS_FILTER_NOT)
		return !world_accepts(world, filter->children[0], source, doc);
	if (all || filter->kind == ECS_FILTER_OR) {
		for (size_t i = 0; i < filter->nchildren; i++)
			if (world_accepts(
				world, filter->children[i], source, doc) != all)
				return !all;
		return all;
	}
	field = world_find_field(source, filter->field);
	for (uint32_t v = 0; field >= 0 && v < fields[field].pool; v++)
		if ((doc->has[field] >> v & 1) != 0 &&
		    value_fits(filter, source, field, v))
			return true;
	return false;
}

bool
world_only(const struct ecs_filter *clause, const char *field)
{
	bool only = clause->field == NULL || strcmp(clause->field, field) == 0;

	for (size_t i = 0; i < clause->nchildren; i++)
		only = only && world_only(clause->children[i], field);
	return only;
}

size_t
world_clauses(struct ecs_filter *filter, struct ecs_filter *list[], size_t max)
{
	size_t n = 0;

	if (filter == NULL)
		return 0;
	if (filter->kind != ECS_FILTER_AND) {
		list[0] = filter;
		return 1;
	}
	while (n < filter->nchildren && n < max) {
		list[n] = filter->children[n];
		n++;
	}
	return n;
}
