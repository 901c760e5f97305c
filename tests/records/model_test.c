/* SPDX-License-Identifier: ISC */
/*
 * model_test - a few hundred random transactions against a plain table.
 *
 * history[s] is what the collection held when s was the last transaction.  Any
 * untrimmed s must be read back from the records, and replaying the changes
 * since s over what s held must give what there is now, number for number.
 */
#include <stdio.h>

#include "scratch.h"

enum { IDS = 14, STEPS = 400, NUMBERS = 200 };

/* One moment; version 0 is absent. */
struct moment {
	uint32_t version[IDS];
	uint32_t number[IDS];
};

struct model {
	struct scratch *scratch;
	struct moment history[STEPS + 1];
	uint64_t last;
	uint64_t trimmed;
	uint32_t seed;
	uint32_t version;
};

/* The same story each time: a failure can be looked into. */
static uint32_t
draw(struct model *model, uint32_t below)
{
	model->seed = model->seed * 1664525u + 1013904223u;
	return (model->seed >> 8) % below;
}

static void
change_one(struct model *model, struct moment *now)
{
	uint32_t which = draw(model, IDS);
	char json[16];
	char id[8];

	snprintf(id, sizeof(id), "id%u", which);
	if (now->version[which] != 0 && draw(model, 3) == 0) {
		assert_int_equal(drop(model->scratch, id), now->number[which]);
		now->version[which] = 0;
		return;
	}
	snprintf(json, sizeof(json), "%u", ++model->version);
	if (now->version[which] == 0)
		now->number[which] = put(model->scratch, id, json);
	else
		assert_int_equal(
		    put(model->scratch, id, json), now->number[which]);
	now->version[which] = model->version;
}

static void
step(struct model *model)
{
	struct moment now = model->history[model->last];

	assert_int_equal(begin(model->scratch), model->last + 1);
	for (uint32_t left = 1 + draw(model, 5); left > 0; left--)
		change_one(model, &now);
	if (draw(model, 8) == 0) {
		ecs_records_rollback(model->scratch->records);
		return;
	}
	commit(model->scratch);
	model->history[++model->last] = now;
	if (draw(model, 5) == 0) {
		model->trimmed +=
		    draw(model, (uint32_t)(model->last - model->trimmed) + 1);
		trim(model->scratch, model->trimmed);
	}
}

static uint64_t
some_moment(struct model *model)
{
	return model->trimmed +
	    draw(model, (uint32_t)(model->last - model->trimmed) + 1);
}

static void
is_read_back(struct model *model, uint64_t sequence)
{
	const struct moment *then = &model->history[sequence];
	const char *text;
	char id[8];

	for (uint32_t i = 0; i < IDS; i++) {
		snprintf(id, sizeof(id), "id%u", i);
		text = text_by_id(model->scratch, id, sequence);
		if (then->version[i] == 0) {
			assert_null(text);
			continue;
		}
		assert_non_null(text);
		assert_int_equal(strtoul(text, NULL, 10), then->version[i]);
		text =
		    text_by_number(model->scratch, then->number[i], sequence);
		assert_non_null(text);
		assert_int_equal(strtoul(text, NULL, 10), then->version[i]);
	}
}

/* What an index would hold: a version under each number. */
struct replay {
	uint32_t version[NUMBERS];
	uint64_t last;
	bool in_order;
};

static bool
replay_one(void *user, const struct ecs_record *record)
{
	struct replay *replay = user;

	if (record->number >= NUMBERS || record->sequence < replay->last)
		replay->in_order = false;
	else
		replay->version[record->number] = record->deleted
		    ? 0
		    : (uint32_t)strtoul(record->json, NULL, 10);
	replay->last = record->sequence;
	return replay->in_order;
}

static void
lay_out(const struct moment *moment, uint32_t *version)
{
	for (int i = 0; i < IDS; i++)
		if (moment->version[i] != 0)
			version[moment->number[i]] = moment->version[i];
}

static void
is_caught_up_with(struct model *model, uint64_t since)
{
	struct replay replay = {.last = since, .in_order = true};
	uint32_t expected[NUMBERS] = {0};
	struct ecs_err err = {0};

	lay_out(&model->history[since], replay.version);
	lay_out(&model->history[model->last], expected);
	MUST(ecs_records_changes(model->scratch->records,
		 model->scratch->collection, since, 0, replay_one, &replay,
		 &err),
	    &err);
	assert_true(replay.in_order);
	assert_memory_equal(replay.version, expected, sizeof(expected));
}

static void
every_moment_is_read_back_and_caught_up_with(void **state)
{
	struct model model = {.scratch = *state, .seed = 20261124};

	while (model.last < STEPS) {
		step(&model);
		is_read_back(&model, some_moment(&model));
		/* the index may be older than any reader */
		is_caught_up_with(
		    &model, draw(&model, (uint32_t)model.last + 1));
	}
	is_read_back(&model, model.last);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(every_moment_is_read_back_and_caught_up_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
