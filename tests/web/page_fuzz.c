/* SPDX-License-Identifier: ISC */
/*
 * page_fuzz - any bytes as an address or as the answers of a search.
 *
 * The first byte chooses.  An address is a state, which is its own address, is
 * asked for in words that the search takes, and whose page is well formed.
 * Answers are the interface's own: what they lie about must do no harm, but may
 * be seen, as a value that comes twice.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"
#include "ecsearch/query.h"

#include "asked.h"
#include "wellformed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
write_page(
    const struct ecs_page_state *state, json_t *const *answers, bool checked)
{
	const struct ecs_site site = {
	    .schema = asked_schema, .title = "<&>", .prefix = "", .origin = ""};
	struct ecs_buf out = {0};
	const char *fault;

	ecs_page_write(&site, state, answers, &out);
	assert(!out.failed);
	fault = checked ? html_fault(out.data, out.len) : NULL;
	if (fault != NULL) {
		fprintf(stderr, "%s\n", fault);
		abort();
	}
	ecs_buf_fini(&out);
}

static void
ask_all(const struct ecs_page_state *state)
{
	for (int i = 0; i < asked_schema->ncollections; i++) {
		json_t *ask = ecs_page_ask(state, i);
		struct ecs_err err = {0};
		struct ecs_search *search = ecs_search_read(
		    asked_schema, state->visible, -1, ask, &err);

		if (search == NULL) {
			fprintf(stderr, "%s\n", err.text);
			abort();
		}
		ecs_search_free(search);
		json_decref(ask);
	}
}

static void
try_address(const char *query)
{
	json_t *const none[ECS_MAX_COLLECTIONS] = {NULL};
	const struct ecs_page_state *state = asked(query);
	const char *address = address_of(state);
	const char *again = strchr(address, '?');

	again = address_of(asked(again == NULL ? "" : again + 1));
	assert(strcmp(address, again) == 0);
	ask_all(state);
	write_page(state, none, true);
}

static void
try_answers(const char *text, unsigned which)
{
	static const char *const queries[] = {"", "q=a%20b", "in=members",
	    "q=x&in=agenda&page=3", "in=members&country=BE&city=x&map=1",
	    "in=members&all=city&find=x&topics=a&founded=1..2", "in=groups",
	    "in=members&q=x&part=results&ui=fr"};
	json_t *list = json_loads(text, 0, NULL);
	json_t *answers[ECS_MAX_COLLECTIONS] = {NULL};

	if (json_is_array(list)) {
		for (size_t i = 0; i < 3; i++)
			answers[i] = json_array_get(list, i);
		write_page(asked(queries[which % 8]), answers, false);
	}
	json_decref(list);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size == 0)
		return 0;
	if (asked_schema == NULL)
		asked_begin();
	asked_again();
	text = malloc(size);
	assert(text != NULL);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	if (data[0] < 128)
		try_address(text);
	else
		try_answers(text, data[0]);
	free(text);
	return 0;
}
