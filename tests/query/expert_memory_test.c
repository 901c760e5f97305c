/* SPDX-License-Identifier: ISC */
/*
 * expert_memory_test - every allocation of reading an expression fails once.
 *
 * An arena takes little from the system, so what is taken from the arena fails
 * too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../src/query/expert.h"
#include "../fuse.h"

void *__real_ecs_arena_alloc(struct ecs_arena *arena, size_t size);
char *
__real_ecs_arena_strndup(struct ecs_arena *arena, const char *text, size_t len);
void *__wrap_ecs_arena_alloc(struct ecs_arena *arena, size_t size);
char *
__wrap_ecs_arena_strndup(struct ecs_arena *arena, const char *text, size_t len);

void *
__wrap_ecs_arena_alloc(struct ecs_arena *arena, size_t size)
{
	return fuse_burns() ? NULL : __real_ecs_arena_alloc(arena, size);
}

char *
__wrap_ecs_arena_strndup(struct ecs_arena *arena, const char *text, size_t len)
{
	return fuse_burns() ? NULL : __real_ecs_arena_strndup(arena, text, len);
}

static const bool all[ECS_MAX_COLLECTIONS] = {true, true, true};
static struct ecs_schema *schema;
static struct ecs_words *words;
static struct ecs_analyzer *analyzer;

static int
set_up(void **state)
{
	const char *srcdir = getenv("srcdir");
	struct ecs_err err = {0};
	char path[1024];

	(void)state;
	snprintf(path, sizeof(path), "%s/corpus/schema.json",
	    srcdir == NULL ? "." : srcdir);
	schema = ecs_schema_load(path, &err);
	words = ecs_words_new(NULL, &err);
	analyzer = words == NULL ? NULL : ecs_analyzer_new(words, &err);
	return schema == NULL || analyzer == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	ecs_analyzer_free(analyzer);
	ecs_words_free(words);
	ecs_schema_free(schema);
	return 0;
}

static bool
read_query(struct ecs_arena *arena, const char *q, struct ecs_err *err)
{
	static struct query_tree tree;
	const struct expert_node *node =
	    ecs_expert_parse(arena, schema, all, q, err);

	return node != NULL &&
	    ecs_expert_build(arena, analyzer, q, node, &tree, err);
}

static bool
read_anew(void *user, struct ecs_err *err)
{
	struct ecs_arena *arena = ecs_arena_new();
	bool ok =
	    arena != NULL ? read_query(arena, user, err) : ecs_err_memory(err);

	ecs_arena_free(arena);
	return ok;
}

static void
an_expression_survives_any_allocation_that_fails(void **state)
{
	static const char *const queries[] = {"a (b OR c) NOT \"d e\" -f*",
	    "(a OR \"b c\" OR l'énergie OR rock'n'roll) NEAR/3 d* NEAR/3 e-f",
	    "name:(a b^2) country:(BE OR LU) founded:2010..2020",
	    "post-quant*^2 OR topics:cryptography/* OR city:\"Den Haag\""};

	(void)state;
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		assert_true(
		    fuse_each(read_anew, (void *)(uintptr_t)queries[i]) > 20);
}

static void
a_slip_stays_a_slip_or_is_want_of_memory(void **state)
{
	static const char *const queries[] = {
	    "nmae:a", "a AND", "a && b", "country:>5", "a NEAR/x b"};

	(void)state;
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		for (int first = 0; first < 20; first++) {
			struct ecs_arena *arena = ecs_arena_new();
			struct ecs_err err = {0};

			fuse_light(first);
			assert_false(read_query(arena, queries[i], &err));
			fuse_out();
			assert_true(err.status == 400 || err.status == 503);
			ecs_arena_free(arena);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_expression_survives_any_allocation_that_fails),
	    cmocka_unit_test(a_slip_stays_a_slip_or_is_want_of_memory),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
