/* SPDX-License-Identifier: ISC */
/*
 * asked - states of the search page for tests.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/arena.h"
#include "ecsearch/err.h"
#include "ecsearch/http.h"

#include "../../src/web/html.h"

#include "asked.h"

struct ecs_schema *asked_schema;
static struct ecs_arena *arena;

void
asked_begin(void)
{
	const char *srcdir = getenv("srcdir");
	char path[1024];
	struct ecs_err err = {0};

	snprintf(path, sizeof(path), "%s/corpus/schema.json",
	    srcdir == NULL ? "." : srcdir);
	asked_schema = ecs_schema_load(path, &err);
	arena = ecs_arena_new();
	assert(asked_schema != NULL && arena != NULL);
}

void
asked_end(void)
{
	ecs_schema_free(asked_schema);
	ecs_arena_free(arena);
}

void
asked_again(void)
{
	ecs_arena_reset(arena);
}

struct ecs_page_state *
asked_by(const char *query, const char *languages)
{
	static const bool visible[ECS_MAX_COLLECTIONS] = {true, true, true};
	size_t len = strlen(query);
	char *storage = ecs_arena_alloc(arena, len + ECS_MAX_PARAMS * 2 + 1);
	struct ecs_param params[ECS_MAX_PARAMS];
	struct ecs_page_parameter list[ECS_MAX_PARAMS];
	struct ecs_page_request request = {list, 0, languages};
	struct ecs_err err = {0};
	struct ecs_page_state *state;
	int n = 0;

	if (!ecs_query_string_parse(query, len, storage, params, &n, &err))
		n = 0;
	for (int i = 0; i < n; i++)
		list[i] = (struct ecs_page_parameter){
		    params[i].name, params[i].value};
	request.nparameters = (size_t)n;
	state =
	    ecs_page_state_read(arena, asked_schema, visible, &request, &err);
	assert(state != NULL);
	return state;
}

struct ecs_page_state *
asked(const char *query)
{
	return asked_by(query, NULL);
}

const char *
address_of(const struct ecs_page_state *state)
{
	struct ecs_buf out = {0};
	const char *address;

	ecs_state_write(state, true, &out);
	assert(!out.failed);
	address = ecs_arena_strdup(arena, out.data);
	ecs_buf_fini(&out);
	return address;
}

/* ---- random ---- */

static unsigned
draw(unsigned *seed, unsigned below)
{
	*seed = *seed * 1103515245U + 12345U; /* C11 7.22.2.2's example */
	return (*seed >> 16) % below;
}

static const char *
pick(unsigned *seed, const char *const *list, size_t n)
{
	return list[draw(seed, (unsigned)n)];
}

#define PICK(seed, list) pick(seed, list, sizeof(list) / sizeof((list)[0]))

const char *
random_query(unsigned *seed)
{
	static const char *const names[] = {"q", "in", "in", "sort", "page",
	    "exact", "map", "all", "find", "part", "ui", "country", "country",
	    "topics", "sectors", "city", "founded", "founded.from",
	    "founded.to", "employees", "year", "authors", "kind", "nobody",
	    "<script>", ""};
	static const char *const values[] = {"members", "members", "agenda",
	    "groups", "name", "-founded", "-date", "number", "2", "17",
	    "100000", "1", "fr", "de", "xx", "country", "city", "founded",
	    "topics", "BE", "FR", "cryptography", "healthcare", "2010..2020",
	    "2020..2010", "2015", "..2015", "2015..", "-3.5", "..", "1e9", "*",
	    "<5", ">=5", "a/*", "NOT x", "\"a\"", "a:b", "a..b",
	    "<script>alert(1)</script>", "\" onload=\"x", "&amp;", "100%",
	    "Z\xc3\xbcrich", "a b", " a", "a ", "\\", "'", "#?&=+", ""};
	struct ecs_buf out = {0};
	unsigned n = draw(seed, 12);
	const char *query;

	ecs_buf_puts(&out, "");
	for (unsigned i = 0; i < n; i++) {
		ecs_buf_puts(&out, i == 0 ? "" : "&");
		ecs_html_segment(&out, PICK(seed, names));
		ecs_buf_putc(&out, '=');
		ecs_html_segment(&out, PICK(seed, values));
	}
	assert(!out.failed);
	query = ecs_arena_strdup(arena, out.data == NULL ? "" : out.data);
	ecs_buf_fini(&out);
	return query;
}
