/* SPDX-License-Identifier: ISC */
/*
 * names_test - names and synonyms in what was typed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/query/synonyms.h"

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

static struct typed *
type(struct ecs_arena *arena, const struct ecs_names *names, const char *q,
    const char *lang)
{
	struct query_tree *tree = ecs_arena_alloc(arena, sizeof(*tree));
	struct ecs_err err = {0};
	struct typed *typed;

	assert_true(ecs_parse_simple(arena, analyzer, q, false, tree, &err));
	typed = ecs_typed_new(
	    arena, analyzer, names, tree, ecs_lang_find(lang, strlen(lang)));
	assert_non_null(typed);
	return typed;
}

/* ---- names ---- */

static const struct {
	const char *name;
	const char *of; /* language */
	const char *q;
	const char *lang; /* of the query; "": not told */
	int first;        /* leaf; -1: the name is not in it */
	size_t count;
} spellings[] = {
    {"Healthcare", "en", "healthcare", "", 0, 1},
    {"Santé", "fr", "SANTE", "", 0, 1},
    {"réseaux intelligents", "fr", "reseau intelligent", "", 0, 2},
    {"réseaux intelligents", "de", "reseau intelligent", "", -1, 0},
    {"smart grid", "en", "our smart grids 2030", "", 1, 2},
    {"smart grid", "en", "grid smart", "", -1, 0},
    {"smart grid", "en", "smart \"grid\"", "", -1, 0},
    {"smart grid", "en", "\"smart grid\"", "", -1, 0},
    {"smart grid", "en", "smart -grid", "", -1, 0},
    {"energy", "en", "-energy", "", 0, 1},
    /* Hyphens and apostrophes fall in names as they do in queries. */
    {"public-private partnership", "en", "public private partnership", "", 0,
	3},
    {"public-private partnership", "en", "a public-private partnership", "", 1,
	4},
    {"post quantum", "en", "post-quantum", "", 0, 1},
    {"post quantum", "en", "post-quantum-safe", "", -1, 0},
    {"chaîne d'approvisionnement", "fr", "chaines d’approvisionnement", "", 0,
	2},
    {"R&D", "en", "R&D", "", 0, 1},
    /* What is a common word when written small. */
    {"AI", "en", "AI", "", 0, 1},
    {"AI", "en", "ai", "", -1, 0},
    {"AI", "en", "Ai", "", -1, 0},
    {"AI", "en", "aiuto ai comuni", "it", -1, 0},
    {"AI", "en", "ai", "en", 0, 1},
    {"IT", "en", "as it is", "", -1, 0},
    {"KI", "de", "ki", "de", 0, 1},
    {"SME", "en", "sme", "", -1, 0}, /* Slovak: "we are" */
    {"IoT", "en", "iot", "", 0, 1},
    {"PPP", "en", "ppp", "", 0, 1},
    /* Forms of a word begin as it does. */
    {"Belgia", "et", "belgias", "", 0, 1},
    {"Belgia", "et", "belkn", "", -1, 0},
    {"Ökonomie", "de", "oekonomien", "", 0, 1},
    {"Frainc", "ga", "bhFrainc", "", 0, 1},
};

static void
a_name_is_found_however_its_words_are_written(void **state)
{

	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		const struct name name = {.owner = spellings,
		    .which = 7,
		    .text = spellings[i].name,
		    .lang = ecs_lang_find(spellings[i].of, 2)};
		struct ecs_arena *arena = ecs_arena_new();
		struct ecs_err err = {0};
		struct ecs_names *names = ecs_names_new(&err);
		struct name_match found[4];
		size_t n;

		assert_true(ecs_names_add(names, analyzer, &name, &err));
		n = ecs_names_find(names,
		    type(arena, names, spellings[i].q, spellings[i].lang),
		    found, 4);
		if (n != (spellings[i].first >= 0) ||
		    (n == 1 &&
			(found[0].first != (size_t)spellings[i].first ||
			    found[0].count != spellings[i].count ||
			    found[0].name->which != 7)))
			fail_msg("\"%s\" in \"%s\": found %zu",
			    spellings[i].name, spellings[i].q, n);
		ecs_names_free(names);
		ecs_arena_free(arena);
	}
}

/* ---- synonyms ---- */

static struct ecs_synonyms *
read_synonyms(const char *json)
{
	struct ecs_err err = {0};
	struct ecs_synonyms *synonyms =
	    ecs_synonyms_new(json, "these", analyzer, &err);

	if (synonyms == NULL)
		fail_msg("%s: %s", json, err.text);
	return synonyms;
}

static int
by_text(const void *a, const void *b)
{
	const struct synonym_match *x = a;
	const struct synonym_match *y = b;

	return strcmp(x->other->text, y->other->text);
}

/* What a query leads to: "from+count text; ...", one way with "->". */
static void
assert_leads(const struct ecs_synonyms *synonyms, const char *q,
    const char *lang, const char *expected)
{
	struct ecs_arena *arena = ecs_arena_new();
	struct synonym_match found[MAX_SYNONYM_MATCHES];
	struct ecs_buf text = {0};
	size_t n =
	    ecs_synonyms_find(synonyms, type(arena, NULL, q, lang), found);

	qsort(found, n, sizeof(*found), by_text);
	for (size_t i = 0; i < n; i++)
		ecs_buf_printf(&text, "%s%zu+%zu %s%s", i > 0 ? "; " : "",
		    found[i].first, found[i].count,
		    found[i].other->mutual ? "" : "-> ", found[i].other->text);
	assert_string_equal(text.data == NULL ? "" : text.data, expected);
	ecs_buf_fini(&text);
	ecs_arena_free(arena);
}

static void
words_of_an_entry_lead_to_each_other_or_one_way(void **state)
{
	struct ecs_synonyms *synonyms = read_synonyms(
	    "{\"synonyms\": ["
	    "{\"words\": [\"IoT\", \"internet of things\"], \"lang\": \"en\"},"
	    "{\"words\": {\"en\": [\"supply chain\"], \"fr\":"
	    " [\"chaîne d'approvisionnement\"], \"de\": [\"Lieferkette\"]}},"
	    "{\"from\": [\"DORA\"], \"to\": [\"2022/2554\"]}]}");

	(void)state;
	assert_int_equal(ecs_synonyms_entries(synonyms), 3);
	assert_leads(synonyms, "iot", "", "0+1 internet of things");
	assert_leads(synonyms, "the internet of things", "", "1+3 IoT");
	assert_leads(synonyms, "Lieferketten", "",
	    "0+1 chaîne d'approvisionnement; 0+1 supply chain");
	assert_leads(synonyms, "chaîne d'approvisionnement sûre", "",
	    "0+2 Lieferkette; 0+2 supply chain");
	assert_leads(synonyms, "dora", "", "0+1 -> 2022/2554");
	assert_leads(synonyms, "2022/2554", "", "");
	/* Quoted, taken away or alone, a word is only itself. */
	assert_leads(synonyms, "\"iot\"", "", "");
	assert_leads(synonyms, "-iot", "", "");
	assert_leads(synonyms, "\"supply chain\"", "", "");
	assert_leads(synonyms, "supply", "", "");
	ecs_synonyms_free(synonyms);
}

static void
a_word_that_is_common_elsewhere_leads_only_where_its_language_is_known(
    void **state)
{
	struct ecs_synonyms *known = read_synonyms(
	    "{\"synonyms\": [{\"words\": {\"en\": [\"AI\","
	    " \"artificial intelligence\"], \"de\": [\"KI\"]}}]}");
	struct ecs_synonyms *unknown =
	    read_synonyms("{\"synonyms\": [{\"words\": [\"AI\","
			  " \"artificial intelligence\"]}]}");

	(void)state;
	assert_leads(known, "aiuti ai comuni", "", "");
	assert_leads(known, "AI", "", "0+1 KI; 0+1 artificial intelligence");
	assert_leads(known, "ai", "en", "0+1 KI; 0+1 artificial intelligence");
	assert_leads(known, "ai", "it", "");
	assert_leads(known, "artificial intelligence", "", "0+2 AI; 0+2 KI");
	assert_leads(unknown, "AI", "", "0+1 artificial intelligence");
	assert_leads(unknown, "artificial intelligence", "", "");
	ecs_synonyms_free(known);
	ecs_synonyms_free(unknown);
}

static void
what_is_found_already_is_no_synonym(void **state)
{
	struct ecs_synonyms *synonyms = read_synonyms(
	    "{\"synonyms\": [{\"words\": {\"en\": [\"drone\", \"UAV\"],"
	    " \"fr\": [\"drone\"], \"it\": [\"Drone\"]}},"
	    "{\"words\": [\"drone\", \"UAV\", \"RPAS\"]}]}");

	(void)state;
	assert_leads(synonyms, "drone", "", "0+1 RPAS; 0+1 UAV");
	ecs_synonyms_free(synonyms);
}

static const struct {
	const char *json;
	int status;
	const char *pointer; /* "": none */
} bad_lists[] = {
    {"{\"synonyms\": [", 400, ""},
    {"[]", 422, ""},
    {"{\"synonyms\": {}}", 422, ""},
    {"{\"synonyms\": [], \"x\": 1}", 422, ""},
    {"{\"synonyms\": [1]}", 422, "/synonyms/0"},
    {"{\"synonyms\": [{}]}", 422, "/synonyms/0"},
    {"{\"synonyms\": [{\"from\": [\"a\"]}]}", 422, "/synonyms/0"},
    {"{\"synonyms\": [{\"words\": [\"a\", \"b\"], \"to\": [\"c\"]}]}", 422,
	"/synonyms/0"},
    {"{\"synonyms\": [{\"word\": [\"a\", \"b\"]}]}", 422, "/synonyms/0/word"},
    {"{\"synonyms\": [{\"words\": [\"a\"]}]}", 422, "/synonyms/0"},
    {"{\"synonyms\": [{\"words\": []}]}", 422, "/synonyms/0/words"},
    {"{\"synonyms\": [{\"words\": [\"a\", 2]}]}", 422, "/synonyms/0/words/1"},
    {"{\"synonyms\": [{\"words\": [\"a\", \"?!\"]}]}", 422,
	"/synonyms/0/words/1"},
    {"{\"synonyms\": [{\"words\": [\"a\", \"b\"]},"
     " {\"words\": [\"a\", \"1 2 3 4 5 6 7 8 9 10 11 12 13\"]}]}",
	422, "/synonyms/1/words/1"},
    {"{\"synonyms\": [{\"words\": {\"xx\": [\"a\", \"b\"]}}]}", 422,
	"/synonyms/0/words/xx"},
    {"{\"synonyms\": [{\"words\": {\"en\": \"a\"}}]}", 422,
	"/synonyms/0/words/en"},
    {"{\"synonyms\": [{\"words\": [\"a\", \"b\"], \"lang\": \"xx\"}]}", 422,
	"/synonyms/0/lang"},
    {"{\"synonyms\": [{\"words\": {\"en\": [\"a\", \"b\"]},"
     " \"lang\": \"en\"}]}",
	422, "/synonyms/0/words"},
    {"{\"synonyms\": [{\"from\": [\"a\"], \"to\": 5}]}", 422, "/synonyms/0/to"},
};

static void
a_bad_list_is_refused_with_the_place(void **state)
{

	(void)state;
	for (size_t i = 0; i < sizeof(bad_lists) / sizeof(bad_lists[0]); i++) {
		struct ecs_err err = {0};

		if (ecs_synonyms_new(
			bad_lists[i].json, "these", analyzer, &err) != NULL ||
		    err.status != bad_lists[i].status ||
		    strcmp(err.code,
			err.status == 400 ? "bad_json" : "bad_synonyms") != 0)
			fail_msg("%s: %d %s", bad_lists[i].json, err.status,
			    err.text);
		if (err.status == 422)
			assert_string_equal(
			    err.where[0].name, bad_lists[i].pointer);
	}
}

static void
a_slip_in_a_name_is_told_what_was_meant(void **state)
{
	struct ecs_err err = {0};

	(void)state;
	assert_null(
	    ecs_synonyms_new("{\"synonyms\": [{\"word\": [\"a\", \"b\"]}]}",
		"these", analyzer, &err));
	assert_string_equal(err.where[0].did_you_mean, "words");
	assert_non_null(strstr(err.text, "these"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_name_is_found_however_its_words_are_written),
	    cmocka_unit_test(words_of_an_entry_lead_to_each_other_or_one_way),
	    cmocka_unit_test(
		a_word_that_is_common_elsewhere_leads_only_where_its_language_is_known),
	    cmocka_unit_test(what_is_found_already_is_no_synonym),
	    cmocka_unit_test(a_bad_list_is_refused_with_the_place),
	    cmocka_unit_test(a_slip_in_a_name_is_told_what_was_meant),
	};

	return cmocka_run_group_tests_name("names", tests, set_up, tear_down);
}
