/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/query/expert.h"

static const bool all[ECS_MAX_COLLECTIONS] = {true, true, true};
static struct ecs_schema *schema;  /* the shipped one */
static struct ecs_schema *private; /* one with a private field */
static struct ecs_words *words;
static struct ecs_analyzer *analyzer;

static struct ecs_schema *
load(const char *name, struct ecs_err *err)
{
	const char *srcdir = getenv("srcdir");
	char path[1024];

	snprintf(
	    path, sizeof(path), "%s/%s", srcdir == NULL ? "." : srcdir, name);
	return ecs_schema_load(path, err);
}

static int
set_up(void **state)
{
	struct ecs_err err = {0};

	(void)state;
	schema = load("corpus/schema.json", &err);
	private = load("tests/query/world/schema.json", &err);
	words = ecs_words_new(NULL, &err);
	analyzer = words == NULL ? NULL : ecs_analyzer_new(words, &err);
	return schema == NULL || private == NULL || analyzer == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	ecs_analyzer_free(analyzer);
	ecs_words_free(words);
	ecs_schema_free(private);
	ecs_schema_free(schema);
	return 0;
}

/* Read q whole; the tree is in the arena. */
static struct query_tree *
read_query(struct ecs_arena *arena, const char *q)
{
	struct query_tree *tree = ecs_arena_alloc(arena, sizeof(*tree));
	struct ecs_err err = {0};
	const struct expert_node *node =
	    ecs_expert_parse(arena, schema, all, q, &err);

	if (node == NULL)
		fail_msg("%s: %s", q, err.text);
	assert_true(ecs_expert_build(arena, analyzer, q, node, tree, &err));
	return tree;
}

static void
assert_parsed(const char *q, const char *expected)
{
	struct ecs_arena *arena = ecs_arena_new();

	assert_string_equal(
	    ecs_describe_tree(arena, read_query(arena, q), ECS_MATCH_ALL),
	    expected);
	ecs_arena_free(arena);
}

static const struct {
	const char *q;
	const char *parsed;
} readings[] = {
    {"security", "security"},
    {"a b", "a AND b"},
    {"a OR b c", "a OR (b AND c)"},
    {"a b OR c", "(a AND b) OR c"},
    {"(a OR b) c", "(a OR b) AND c"},
    {"NOT a b", "(NOT a) AND b"},
    {"NOT (a b)", "NOT (a AND b)"},
    {"NOT NOT a", "NOT (NOT a)"},
    {"a NOT b", "a AND (NOT b)"},
    {"a -b", "a AND (NOT b)"},
    {"a -\"b c\"", "a AND (NOT \"b c\")"},
    {"a -(b OR c)", "a AND (NOT (b OR c))"},
    {"a OR b OR c AND d AND e", "a OR b OR (c AND d AND e)"},
    {"((a))", "a"},
    {"a and b", "a AND and AND b"},
    {"Sécurité", "securite"},
    {"post-quantum", "post-quantum"},
    {"27001:2022", "27001-2022"},
    {"“a b” „c“ «d»", "\"a b\" AND \"c\" AND \"d\""},
    {"l'énergie", "energie"},
    {"a,b", "a AND b"},
    {"a^2.5 b", "a^2.5 AND b"},
    {"(a b^2)^3", "a^3 AND b^6"},
    {"((a^100)^100)^100", "a^10000"},
    {"a NEAR b^2", "(a NEAR/10 b)^2"},
    {"a NEAR b NEAR c", "(a NEAR/10 b NEAR/10 c)"},
    {"a ADJ b", "(a ADJ/1 b)"},
    {"NOT a NEAR/2 b", "NOT (a NEAR/2 b)"},
    {"(a OR b OR (c OR \"d e\")) ADJ/3 f*",
	"((a OR b OR c OR \"d e\") ADJ/3 f*)"},
    {"Crypt*", "crypt*"},
    {"*Größ?n*", "*gross?n*"},
    {"post-quant*", "(post ADJ/1 quant*)"},
    {"name:a b", "name:a AND b"},
    {"name:(a OR b)", "name:a OR name:b"},
    {"name:\"a b\"", "name:\"a b\""},
    {"name:(a NEAR/4 b)", "name:(a NEAR/4 b)"},
    {"name:a NEAR/4 name:b", "name:(a NEAR/4 b)"},
    {"country:BE a", "country:BE AND a"},
    {"country:(BE OR LU)", "country:BE OR country:LU"},
    {"country:(NOT BE)", "NOT country:BE"},
    {"city:\"Den Haag\"", "city:\"Den Haag\""},
    {"founded:2010..2020", "founded:2010..2020"},
    {"founded:(..1999 OR >=2010)", "founded:..1999 OR founded:>=2010"},
    {"topics:cryptography/*", "topics:cryptography/*"},
    {"website:https://a.eu/?b=c", "website:https://a.eu/?b=c"},
    {"a NOT country:(BE OR LU) OR b",
	"(a AND (NOT (country:BE OR country:LU))) OR b"},
};

static void
operators_bind_as_the_brackets_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++)
		assert_parsed(readings[i].q, readings[i].parsed);
}

static const struct {
	const char *q;
	uint32_t column;
	const char *word; /* in the message */
	const char *did_you_mean;
} slips[] = {
    {"a AND", 6, "the query ends", ""},
    {"AND a", 1, "not \"AND\"", ""},
    {"a OR OR b", 6, "not \"OR\"", ""},
    {"a NOT", 6, "the query ends", ""},
    {"()", 2, "not \")\"", ""},
    {"(a", 3, "\"(\" at column 1", ""},
    {"é (a OR (b)", 12, "\"(\" at column 3", ""},
    {"a) b", 2, "no \"(\" is open", ""},
    {"é \"a b", 3, "never closed", ""},
    {"a \"\"", 3, "no letters", ""},
    {"a && b", 3, "no letters", "AND"},
    {"a || b", 3, "no letters", "OR"},
    {"! a", 1, "no letters", "NOT"},
    {"a - b", 3, "no letters", "NOT"},
    {"a NEAR", 7, "the query ends", ""},
    {"a NEAR/0 b", 8, "from 1 to 100", ""},
    {"a NEAR/101 b", 8, "from 1 to 100", ""},
    {"a ADJ/x b", 7, "as in ADJ/3", ""},
    {"a NEAR/ b", 8, "from 1 to 100", ""},
    {"NEAR a", 1, "not \"NEAR\"", ""},
    {"a NEAR NOT b", 8, "not \"NOT\"", ""},
    {"a NEAR -b", 8, "not \"-\"", ""},
    {"a NEAR country:BE", 8, "beside NEAR", ""},
    {"a NEAR (b AND c)", 9, "beside NEAR", ""},
    {"a NEAR (b^2 OR c)", 9, "beside NEAR", ""},
    {"(a NEAR b) NEAR c", 2, "beside NEAR", ""},
    {"a NEAR b-c*", 8, "one word", ""},
    {"a NEAR/2 b NEAR/3 c", 12, "the same", ""},
    {"a NEAR b ADJ c", 10, "the same", ""},
    {"a NEAR/51 b NEAR/51 c", 21, "of more than 100", ""},
    {"name:a NEAR b", 13, "one field", ""},
    {"a NEAR (b OR name:c)", 9, "one field", ""},
    {"a NEAR b NEAR c NEAR d NEAR e NEAR f NEAR g NEAR h NEAR i", 57,
	"more than 8", ""},
    {"nmae:a", 1, "\"nmae\"", "name"},
    {"a OR https://b.eu", 6, "quote what holds a colon", ""},
    {"contry:BE", 1, "\"contry\"", "country"},
    {"location:a", 1, "is a place", ""},
    {"name: a", 7, "right after the colon", ""},
    {"name:", 6, "right after the colon", ""},
    {"name:NOT", 6, "right after the colon", ""},
    {"name:-a", 6, "right after the colon", ""},
    {"name:(a title:b)", 9, "inside a field", ""},
    {"country:", 9, "right after the colon", ""},
    {"country:(BE", 12, "\"(\" at column 9", ""},
    {"country:(BE OR)", 15, "not \")\"", ""},
    {"country:\"BE", 9, "never closed", ""},
    {"country:>5", 9, "neither number nor date", ""},
    {"founded:old", 9, "no number", ""},
    {"founded:..", 9, "needs an end", ""},
    {"joined:2020-13", 8, "no date", ""},
    {"a^", 3, "a number after ^", ""},
    {"a^x", 3, "a number after ^", ""},
    {"a^0", 3, "over 0", ""},
    {"a^101", 3, "at most 100", ""},
    {"a^1.2.3", 3, "over 0", ""},
    {"^2", 1, "not \"^2\"", ""},
    {"country:BE^2", 9, "no weight", ""},
    {"country:(BE OR LU)^2", 19, "no weight", ""},
    {"*", 1, "a letter or digit", ""},
    {"a ?*?", 3, "a letter or digit", ""},
    {"a b-*", 5, "a letter or digit", ""},
};

static void
what_is_wrong_is_named_with_its_column(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		struct ecs_arena *arena = ecs_arena_new();
		struct ecs_err err = {0};

		if (ecs_expert_parse(arena, schema, all, slips[i].q, &err) !=
		    NULL)
			fail_msg("%s was understood", slips[i].q);
		if (strstr(err.text, slips[i].word) == NULL)
			fail_msg("%s: %s", slips[i].q, err.text);
		assert_int_equal(err.status, 400);
		assert_string_equal(err.code, "bad_query");
		assert_string_equal(err.where[0].name, "q");
		if (err.where[0].column != slips[i].column)
			fail_msg("%s: %s", slips[i].q, err.text);
		assert_string_equal(
		    err.where[0].did_you_mean, slips[i].did_you_mean);
		ecs_arena_free(arena);
	}
}

static void
a_private_field_is_as_unknown_as_any(void **state)
{
	static const char *const queries[] = {"secret:a", "secrets:a",
	    "secret:(a OR b)", "name:x secret:\"a b\""};

	(void)state;
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		struct ecs_arena *arena = ecs_arena_new();
		struct ecs_err err = {0};

		assert_null(
		    ecs_expert_parse(arena, private, all, queries[i], &err));
		assert_non_null(strstr(err.text, "no collection searched"));
		assert_string_equal(err.where[0].did_you_mean, "");
		ecs_arena_free(arena);
	}
}

/* Fill q with n times what, within its bounds. */
static const char *
repeat(char q[8192], const char *what, size_t n, const char *end)
{
	q[0] = '\0';
	while (n-- > 0)
		strcat(q, what);
	return strcat(q, end);
}

static void
depth_and_number_of_words_are_bounded(void **state)
{
	const struct {
		const char *what;
		size_t n;
		const char *end;
		const char *word; /* of the message; NULL: well */
	} rows[] = {
	    {"(", 31, "a", "expected \")\""},
	    {"(", 1000, "a", "too deeply"},
	    {"NOT ", 31, "a", NULL},
	    {"NOT ", 1000, "a", "too deeply"},
	    {"name:(", 1000, "a", "inside a field"},
	    {"a ", 64, "", NULL},
	    {"a ", 65, "", "more than 64"},
	    {"country:BE ", 65, "", "more than 64"},
	    {"a OR ", 64, "b", "more than 64"},
	    {"a-", 16, "b", "more than 16"},
	    {"a-", 15, "b", NULL},
	    {"a-", 8, "b*", "more than 8"},
	    {"x", 64, "*", "more than 64 bytes"},
	    {"x", 63, "*", NULL},
	};
	char q[8192];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_arena *arena = ecs_arena_new();
		struct ecs_err err = {0};

		repeat(q, rows[i].what, rows[i].n, rows[i].end);
		ecs_expert_parse(arena, schema, all, q, &err);
		if (rows[i].word == NULL && err.status != 0)
			fail_msg("%s: %s", q, err.text);
		if (rows[i].word != NULL &&
		    strstr(err.text, rows[i].word) == NULL)
			fail_msg("%s: %s", q, err.text);
		ecs_arena_free(arena);
	}
}

static void
what_is_taken_away_is_not_weighed(void **state)
{
	struct ecs_arena *arena = ecs_arena_new();
	const struct query_tree *tree = read_query(
	    arena, "a NOT (b OR NOT c) country:BE -d* NOT (e NEAR f)");
	static const bool negative[] = {false, true, false, false, true, true};

	(void)state;
	assert_int_equal(tree->n, 6);
	assert_int_equal(tree->positive, 2);
	for (size_t i = 0; i < tree->n; i++)
		assert_int_equal(tree->leaves[i].negative, negative[i]);
	ecs_arena_free(arena);
}

static void
a_window_leaves_room_for_each_word(void **state)
{
	static const struct {
		const char *q;
		uint32_t window;
	} rows[] = {{"a ADJ b", 2}, {"a NEAR/3 b", 4},
	    {"a NEAR/3 b NEAR/3 c", 7}, {"\"a b\" ADJ c", 3},
	    {"\"a b\" NEAR/5 (c OR d-e-f)", 9}, {"a-b*", 2}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_arena *arena = ecs_arena_new();

		assert_int_equal(read_query(arena, rows[i].q)->leaves[0].window,
		    rows[i].window);
		ecs_arena_free(arena);
	}
}

/* ---- anything at all ---- */

static uint32_t
next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 16;
}

static void
any_text_is_understood_or_refused_with_a_column(void **state)
{
	static const char *const pieces[] = {"a", "é", "word", "(", ")", "\"",
	    "“", "”", " ", " ", " ", "^", "2", ".", "*", "?", "-", "/", "AND",
	    "OR", "NOT", "NEAR", "ADJ", "NEAR/3",
	    "name:", "country:", "founded:", "BE", "..", ":", "'", "l'", "ß",
	    "\xcc\x81", "&", "x*y", "\xe4\xb8\x96\xe7\x95\x8c"};
	uint32_t seed = 4;
	uint32_t well = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct ecs_arena *arena = ecs_arena_new();
		struct query_tree tree;
		struct ecs_err err = {0};
		char q[512] = "";
		size_t n = 1 + next_random(&seed) % 14;
		const struct expert_node *node;

		while (n-- > 0)
			strcat(q,
			    pieces[next_random(&seed) %
				(sizeof(pieces) / sizeof(pieces[0]))]);
		node = ecs_expert_parse(arena, schema, all, q, &err);
		if (node != NULL) {
			assert_int_equal(err.status, 0);
			assert_true(ecs_expert_build(
			    arena, analyzer, q, node, &tree, &err));
			ecs_describe_tree(arena, &tree, ECS_MATCH_ALL);
			well++;
		} else if (q[strspn(q, " ")] != '\0') {
			assert_int_equal(err.status, 400);
			assert_in_range(err.where[0].column, 1,
			    ecs_count_characters(q, strlen(q)) + 1);
		}
		ecs_arena_free(arena);
	}
	assert_in_range(well, 1000, 19000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(operators_bind_as_the_brackets_say),
	    cmocka_unit_test(what_is_wrong_is_named_with_its_column),
	    cmocka_unit_test(a_private_field_is_as_unknown_as_any),
	    cmocka_unit_test(depth_and_number_of_words_are_bounded),
	    cmocka_unit_test(what_is_taken_away_is_not_weighed),
	    cmocka_unit_test(a_window_leaves_room_for_each_word),
	    cmocka_unit_test(any_text_is_understood_or_refused_with_a_column),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
