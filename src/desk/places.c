/* SPDX-License-Identifier: ISC */
/*
 * places - where in a corpus a search finds what it looks for.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"

#include "finder.h"
#include "near.h"

enum { LOOK_EVERY = 256 }; /* units between looks at the clock */

/* A NEAR with a finder for each of its places. */
struct near_finder {
	const struct ecs_sought_near *sought;
	struct finder places[NEAR_PLACES];
	size_t nplaces;
	struct near_group *groups; /* in the unit in hand */
	size_t group_room;
	size_t ngroups;
	size_t next; /* group */
};

struct field_finder {
	struct finder words;
	struct near_finder *nears;
	size_t nnears;
};

struct search {
	const struct ecs_desk *desk;
	struct field_finder *fields;
	size_t nfields;
	struct near_find *finds; /* scratch */
	size_t find_room;
	struct ecs_places *places;
};

bool
desk_in_time(const struct ecs_desk *desk, struct ecs_err *err)
{
	return !ecs_deadline_passed(desk->deadline) ||
	    ecs_err_set(err, 503, "timeout",
		"counting took longer than the request allows (timeout_ms)");
}

void
ecs_places_free(struct ecs_places *places)
{
	free(places->list);
	memset(places, 0, sizeof(*places));
}

static bool
push(struct ecs_places *places, uint32_t unit, uint32_t at, uint32_t words)
{
	if (places->n == places->room) {
		size_t room = places->room == 0 ? 256 : places->room * 2;
		struct ecs_place *larger =
		    realloc(places->list, room * sizeof(*larger));

		if (larger == NULL)
			return false;
		places->list = larger;
		places->room = room;
	}
	places->list[places->n++] = (struct ecs_place){unit, at, words};
	return true;
}

/* ---- words near each other ---- */

static bool
push_find(struct search *in, size_t *n, struct near_find find)
{
	if (*n == in->find_room) {
		size_t room = in->find_room == 0 ? 64 : in->find_room * 2;
		struct near_find *larger =
		    realloc(in->finds, room * sizeof(*larger));

		if (larger == NULL)
			return false;
		in->finds = larger;
		in->find_room = room;
	}
	in->finds[(*n)++] = find;
	return true;
}

static bool
collect(struct search *in, struct near_finder *near, const struct desk_at *at,
    size_t *n)
{
	*n = 0;
	for (uint32_t i = 0; i < at->n; i++)
		for (size_t p = 0; p < near->nplaces; p++) {
			uint32_t len =
			    finder_length(&near->places[p], at, i, true);

			if (len > 0 &&
			    !push_find(in, n,
				(struct near_find){i, i + len, (uint32_t)p}))
				return false;
		}
	return true;
}

static bool
find_groups(
    struct search *in, struct near_finder *near, const struct desk_at *at)
{
	size_t n;

	near->next = near->ngroups = 0;
	if (!collect(in, near, at, &n))
		return false;
	if (n > near->group_room) {
		struct near_group *larger =
		    realloc(near->groups, n * sizeof(*larger));

		if (larger == NULL)
			return false;
		near->groups = larger;
		near->group_room = n;
	}
	if (n > 0)
		near->ngroups = near_groups(in->finds, n, near->nplaces,
		    near->sought->window, near->sought->ordered, near->groups);
	return true;
}

/* The words of the group that begins at i; 0: none does. */
static uint32_t
group_length(struct near_finder *near, uint32_t i)
{
	while (near->next < near->ngroups && near->groups[near->next].begin < i)
		near->next++;
	if (near->next == near->ngroups || near->groups[near->next].begin > i)
		return 0;
	return near->groups[near->next].end - i;
}

/* ---- a unit ---- */

static bool
search_unit(struct search *in, uint32_t number, const struct desk_at *at)
{
	struct field_finder *field = &in->fields[at->unit->field];
	uint32_t i = 0;

	for (size_t k = 0; k < field->nnears; k++)
		if (!find_groups(in, &field->nears[k], at))
			return false;
	while (i < at->n) {
		uint32_t best = finder_length(&field->words, at, i, false);

		for (size_t k = 0; k < field->nnears; k++) {
			uint32_t len = group_length(&field->nears[k], i);

			best = len > best ? len : best;
		}
		if (best > 0 && !push(in->places, number, i, best))
			return false;
		i += best > 0 ? best : 1;
	}
	return true;
}

static bool
search_block(struct search *in, size_t b, const struct ecs_bitmap *rows,
    struct ecs_err *err)
{
	const struct ecs_corpus *corpus = in->desk->corpus;
	const struct desk_block *block = corpus->blocks[b];

	for (uint32_t i = 0; block != NULL && i < block->nunits; i++) {
		struct desk_at at = {block, &block->units[i],
		    block->words + block->units[i].first,
		    block->units[i].words};

		if (i % LOOK_EVERY == 0 && !desk_in_time(in->desk, err))
			return false;
		if (ecs_bitmap_test(rows, at.unit->row) &&
		    !search_unit(in, corpus->before[b] + i, &at))
			return ecs_err_memory(err);
	}
	return true;
}

/* ---- the whole ---- */

static bool
init_near(struct near_finder *near, const struct ecs_desk *desk,
    const struct ecs_sought_near *sought)
{
	near->sought = sought;
	for (size_t i = 0; i < sought->nplaces && i < NEAR_PLACES; i++) {
		near->nplaces++;
		if (!finder_init(&near->places[i], desk, &sought->places[i]))
			return false;
	}
	return true;
}

static bool
init_field(struct field_finder *field, const struct ecs_desk *desk,
    const struct ecs_sought_field *sought)
{
	field->nears = calloc(sought->nnears + 1, sizeof(*field->nears));
	if (field->nears == NULL ||
	    !finder_init(&field->words, desk, &sought->words))
		return false;
	for (size_t i = 0; i < sought->nnears; i++) {
		field->nnears++;
		if (!init_near(&field->nears[i], desk, &sought->nears[i]))
			return false;
	}
	return true;
}

/* Free a field's finders; returns whether memory ran out in one. */
static bool
fini_field(struct field_finder *field)
{
	bool failed = field->words.failed;

	finder_fini(&field->words);
	for (size_t k = 0; k < field->nnears; k++) {
		struct near_finder *near = &field->nears[k];

		for (size_t p = 0; p < near->nplaces; p++) {
			failed |= near->places[p].failed;
			finder_fini(&near->places[p]);
		}
		free(near->groups);
	}
	free(field->nears);
	return failed;
}

static bool
init(struct search *in, const struct ecs_sought *sought)
{
	in->fields = calloc(sought->nfields + 1, sizeof(*in->fields));
	if (in->fields == NULL)
		return false;
	for (size_t i = 0; i < sought->nfields; i++) {
		in->nfields++;
		if (!init_field(&in->fields[i], in->desk, &sought->fields[i]))
			return false;
	}
	return true;
}

bool
ecs_desk_places(const struct ecs_desk *desk, const struct ecs_sought *sought,
    struct ecs_places *places, struct ecs_err *err)
{
	struct search in = {.desk = desk, .places = places};
	bool ok = init(&in, sought) || ecs_err_memory(err);

	places->n = 0;
	for (size_t b = 0; ok && b < desk->corpus->nblocks; b++)
		ok = search_block(&in, b, sought->rows, err);
	for (size_t i = 0; i < in.nfields; i++)
		if (fini_field(&in.fields[i]))
			ok = ecs_err_memory(err);
	free(in.fields);
	free(in.finds);
	return ok;
}

uint32_t
ecs_places_documents(
    const struct ecs_desk *desk, const struct ecs_places *places)
{
	uint32_t last = UINT32_MAX;
	uint32_t n = 0;

	/* The units of a document follow each other. */
	for (size_t i = 0; i < places->n; i++) {
		struct desk_at at;

		if (i > 0 && places->list[i].unit == places->list[i - 1].unit)
			continue;
		at = desk_corpus_unit(desk->corpus, places->list[i].unit);
		n += at.unit->row != last;
		last = at.unit->row;
	}
	return n;
}
