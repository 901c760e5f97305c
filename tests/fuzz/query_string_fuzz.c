/* SPDX-License-Identifier: ISC */
/*
 * query_string_fuzz - any bytes parse or are refused, and what parsed, written
 * out fully escaped, parses to the same again.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"
#include "ecsearch/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct parsed {
	char *storage;
	struct ecs_param params[ECS_MAX_PARAMS];
	int n;
};

static bool
parse(struct parsed *parsed, const char *query, size_t len)
{
	struct ecs_err err = {0};
	bool ok;

	parsed->storage = malloc(len + ECS_MAX_PARAMS * 2 + 1);
	assert(parsed->storage != NULL);
	ok = ecs_query_string_parse(
	    query, len, parsed->storage, parsed->params, &parsed->n, &err);
	assert(ok == (err.status == 0));
	assert(ok || (err.status == 400 && err.places == 1));
	return ok;
}

static void
escape(struct ecs_buf *buf, const char *text)
{
	for (; *text != '\0'; text++)
		ecs_buf_printf(buf, "%%%02X", (unsigned char)*text);
}

static void
check_round_trip(const struct parsed *first)
{
	struct ecs_buf query = {0};
	struct parsed second;
	int i;

	for (i = 0; i < first->n; i++) {
		ecs_buf_puts(&query, i == 0 ? "" : "&");
		escape(&query, first->params[i].name);
		ecs_buf_putc(&query, '=');
		escape(&query, first->params[i].value);
	}
	assert(parse(&second, query.data == NULL ? "" : query.data, query.len));
	assert(second.n == first->n);
	for (i = 0; i < first->n; i++) {
		assert(
		    strcmp(first->params[i].name, second.params[i].name) == 0);
		assert(strcmp(first->params[i].value, second.params[i].value) ==
		    0);
	}
	free(second.storage);
	ecs_buf_fini(&query);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of its exact size, so that reading past it is seen. */
	char *query = malloc(size == 0 ? 1 : size);
	struct parsed parsed;

	assert(query != NULL);
	if (size > 0)
		memcpy(query, data, size);
	if (parse(&parsed, query, size))
		check_round_trip(&parsed);
	free(parsed.storage);
	free(query);
	return 0;
}
