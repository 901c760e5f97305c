/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/query/internal.h"

static struct ecs_words *words;
static struct ecs_analyzer *analyzer;

static int
set_up(void **state)
{
	struct ecs_err err = {0};

	(void)state;
	words = ecs_words_new(NULL, &err);
	analyzer = words == NULL ? NULL : ecs_analyzer_new(words, &err);
	return analyzer == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	ecs_analyzer_free(analyzer);
	ecs_words_free(words);
	return 0;
}

/* Parse and describe; match "any" shows what is OR'ed. */
static void
assert_parsed(const char *q, bool prefix_last, const char *expected)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct query_tree tree;
	struct ecs_err err = {0};

	assert_true(
	    ecs_parse_simple(arena, analyzer, q, prefix_last, &tree, &err));
	assert_string_equal(
	    ecs_describe_tree(arena, &tree, ECS_MATCH_ALL), expected);
	ecs_arena_free(arena);
}

static void
words_phrases_and_operators_are_read_as_people_type_them(void **state)
{
	static const struct {
		const char *q;
		const char *parsed;
	} rows[] = {
	    {"Sécurité des RÉSEAUX", "securite AND des AND reseaux"},
	    {"\"supply chain\" law", "\"supply chain\" AND law"},
	    {"“supply chain”", "\"supply chain\""},
	    {"«chaîne d’approvisionnement»", "\"chaine d approvisionnement\""},
	    {"„kritische Infrastruktur“", "\"kritische infrastruktur\""},
	    {"\"never closed", "\"never closed\""},
	    {"bank -river", "bank AND NOT river"},
	    {"bank -\"river side\"", "bank AND NOT \"river side\""},
	    {"-alone", "NOT alone"},
	    {"post-quantum", "post-quantum"},
	    {"ISO/IEC 27001", "iso-iec AND 27001"},
	    {"CVE-2021-44228", "cve-2021-44228"},
	    {"crypt*", "crypt*"},
	    {"post-quant*", "post AND quant*"},
	    {"l'énergie dell'informazione", "energie AND informazione"},
	    {"company's", "company"},
	    {"-l'énergie", "NOT energie"},
	    {"-l’énergie verte", "NOT energie AND verte"},
	    {"-company's report", "NOT company AND report"},
	    {"-rock'n'roll", "NOT rock AND NOT roll"},
	    {"-post-quantum", "NOT post-quantum"},
	    {"-post-quant*", "NOT post AND NOT quant*"},
	    {"-“supply chain”", "NOT \"supply chain\""},
	    {"-crypt*", "NOT crypt*"},
	    {"(-bank) -(river)", "NOT bank AND river"},
	    {"a -- b --c", "a AND b AND c"},
	    {"\"a b\"\"c d\"", "\"a b\" AND \"c d\""},
	    {"«a“ b", "\"a\" AND b"},
	    {"»Netz und Strom«", "\"netz und strom\""},
	    {"\"one\"", "\"one\""},
	    {"*", ""},
	    {"a*b", "a* AND b"},
	    {"a - b", "a AND b"},
	    {"foo,bar;baz", "foo AND bar AND baz"},
	    {"Straße Ørsted", "strasse AND orsted"},
	    {"", ""},
	    {"  \t ", ""},
	    {"\"\" - * ?!", ""},
	    {"AND OR NOT (", "and AND or AND not"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_parsed(rows[i].q, false, rows[i].parsed);
}

static void
the_last_word_is_open_only_while_it_is_typed(void **state)
{
	(void)state;
	assert_parsed("smart gri", true, "smart AND gri*");
	assert_parsed("smart grid ", true, "smart AND grid");
	assert_parsed("smart -gri", true, "smart AND NOT gri");
	assert_parsed("\"smart gri\"", true, "\"smart gri\"");
}

static void
words_past_the_bound_are_left_out_and_said(void **state)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct query_tree tree;
	struct ecs_err err = {0};
	char q[512] = "";

	(void)state;
	for (int i = 0; i < MAX_LEAVES + 5; i++)
		strcat(q, "w ");
	assert_true(ecs_parse_simple(arena, analyzer, q, false, &tree, &err));
	assert_int_equal(tree.n, MAX_LEAVES);
	assert_true(tree.truncated);
	ecs_arena_free(arena);
}

/* n words in one, each of two letters. */
static void
assert_pieces(const char *open, const char *between, const char *close, int n,
    bool truncated)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct query_tree tree;
	struct ecs_err err = {0};
	char q[512];

	strcpy(q, open);
	for (int i = 0; i < n; i++) {
		strcat(q, i > 0 ? between : "");
		strcat(q, "ab");
	}
	strcat(q, close);
	assert_true(ecs_parse_simple(arena, analyzer, q, false, &tree, &err));
	assert_int_equal(tree.n, 1);
	assert_int_equal(
	    tree.leaves[0].npieces, n < MAX_PIECES ? n : MAX_PIECES);
	assert_int_equal(tree.truncated, truncated);
	ecs_arena_free(arena);
}

static void
pieces_past_the_bound_of_a_name_or_phrase_are_said(void **state)
{
	(void)state;
	assert_pieces("\"", " ", "\"", MAX_PIECES, false);
	assert_pieces("\"", " ", "\"", MAX_PIECES + 1, true);
	assert_pieces("", "-", "", MAX_PIECES, false);
	assert_pieces("", "-", "", MAX_PIECES + 1, true);
}

static void
any_bytes_are_read_without_harm(void **state)
{
	static const char letters[] = "ab-\"*' \xC3\xA9\xFF\xE2\x80\x9C,";
	struct ecs_arena *arena = ecs_arena_new();
	uint32_t seed = 4711;
	char q[65];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct query_tree tree;
		struct ecs_err err = {0};

		for (int i = 0; i < 64; i++) {
			seed = seed * 1664525 + 1013904223;
			q[i] = letters[(seed >> 16) % (sizeof(letters) - 1)];
		}
		q[64] = '\0';
		assert_true(ecs_parse_simple(
		    arena, analyzer, q, round & 1, &tree, &err));
		for (size_t i = 0; i < tree.n; i++)
			assert_true(tree.leaves[i].npieces > 0);
		ecs_arena_reset(arena);
	}
	ecs_arena_free(arena);
}

static void
each_number_of_the_marks_has_its_word(void **state)
{
	struct ecs_result result = {.arena = ecs_arena_new()};
	struct query_tree tree;
	struct ecs_err err = {0};

	(void)state;
	assert_true(ecs_parse_simple(result.arena, analyzer,
	    "Grid -word post-quantum \"two words\"", true, &tree, &err));
	assert_true(ecs_marks_build(&tree, analyzer, &result, &err));
	assert_int_equal(result.nwords, tree.n);
	assert_string_equal(result.words[0].text, "Grid");
	assert_true(result.words[0].needed);
	assert_null(result.words[1].text);
	assert_string_equal(result.words[2].text, "post-quantum");
	assert_true(result.words[2].needed);
	for (size_t i = 3; i + 1 < tree.n; i++) /* its pieces only help */
		assert_false(result.words[i].needed);
	assert_string_equal(result.words[tree.n - 1].text, "two words");
	ecs_marks_drop(&result);
	ecs_arena_free(result.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		words_phrases_and_operators_are_read_as_people_type_them),
	    cmocka_unit_test(each_number_of_the_marks_has_its_word),
	    cmocka_unit_test(the_last_word_is_open_only_while_it_is_typed),
	    cmocka_unit_test(words_past_the_bound_are_left_out_and_said),
	    cmocka_unit_test(
		pieces_past_the_bound_of_a_name_or_phrase_are_said),
	    cmocka_unit_test(any_bytes_are_read_without_harm),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
