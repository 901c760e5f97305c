/* SPDX-License-Identifier: ISC */
/*
 * What is marked, how it is written, and which stretch is shown.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/err.h"
#include "ecsearch/text.h"

struct fixture {
	struct ecs_words *words;
	struct ecs_analyzer *analyzer;
};

static const struct ecs_mark_style html = {
    .pre = "<mark>", .post = "</mark>", .html = true};
static const struct ecs_mark_style brackets = {
    .pre = "[", .post = "]", .html = false};

static int
setup(void **state)
{
	static struct fixture fixture;
	struct ecs_err err = {0};

	fixture.words = ecs_words_new(NULL, &err);
	assert_non_null(fixture.words);
	fixture.analyzer = ecs_analyzer_new(fixture.words, &err);
	assert_non_null(fixture.analyzer);
	*state = &fixture;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *fixture = *state;

	ecs_analyzer_free(fixture->analyzer);
	ecs_words_free(fixture->words);
	return 0;
}

static struct ecs_analyzer *
analyzer_of(void **state)
{
	return ((struct fixture *)*state)->analyzer;
}

static bool
add_form(void *user, const struct ecs_form *form)
{
	return ecs_marks_add(user, form, form->token,
	    form->kind == ECS_FORM_EXACT ? 2.0F : 1.0F);
}

/* What a query of plain words looks for. */
static struct ecs_marks *
marks_of(void **state, const char *query, int lang)
{
	struct ecs_marks *marks = ecs_marks_new();

	assert_non_null(marks);
	assert_true(ecs_analyze(analyzer_of(state), query, strlen(query), lang,
			add_form, marks) >= 0);
	return marks;
}

static void
check_marks(void **state, const struct ecs_marks *marks, int lang,
    const char *text, const char *want, const struct ecs_mark_style *style)
{
	struct ecs_span *spans = NULL;
	struct ecs_buf buf = {0};
	size_t cap = 0;
	size_t len = strlen(text);
	long n = ecs_find_spans(
	    analyzer_of(state), marks, text, len, lang, &spans, &cap);

	assert_true(n >= 0);
	ecs_write_marked(&buf, text, len, 0, len, spans, (size_t)n, style);
	assert_string_equal(buf.data == NULL ? "" : buf.data, want);
	ecs_buf_fini(&buf);
	free(spans);
}

struct row {
	const char *lang;
	const char *query;
	const char *text;
	const char *marked;
};

static void
whole_words_are_marked_however_they_are_written(void **state)
{
	static const struct row rows[] = {
	    {"fr", "securite", "La sécurité, la SÉCURITÉ.",
		"La [sécurité], la [SÉCURITÉ]."},
	    {"fr", "sécurité", "Securite d'abord", "[Securite] d'abord"},
	    {"fr", "énergie", "L'énergie", "L'[énergie]"},
	    {"de", "Böhme", "Jakob Boehme und Böhme.",
		"Jakob [Boehme] und [Böhme]."},
	    {"de", "Boehme", "Jakob Böhme", "Jakob [Böhme]"},
	    {"de", "Küche", "Küchen", "[Küchen]"},
	    {"de", "sichern", "Es ist gesichert.", "Es ist [gesichert]."},
	    {"ga", "Frainc", "sa bhFrainc", "sa [bhFrainc]"},
	    {"de", "Behörden", "die Behoerde, die Behörde",
		"die [Behoerde], die [Behörde]"},
	    {"de", "Sicherheit", "Sie hat sich der Sicherheiten sicher",
		"Sie hat sich der [Sicherheiten] sicher"},
	    {"en", "attack", "Attacks attacked attackers",
		"[Attacks] [attacked] [attackers]"},
	    {"el", "ασφαλεια", "της ασφάλειας ΑΣΦΆΛΕΙΑ",
		"της [ασφάλειας] [ΑΣΦΆΛΕΙΑ]"},
	    {"bg", "сигурност", "Киберсигурност и СИГУРНОСТ",
		"Киберсигурност и [СИГУРНОСТ]"},
	    {"mt", "gharb", "Għarb", "[Għarb]"},
	    {"en", "CVE-2021-44228", "(cve-2021-44228)", "([cve-2021-44228])"},
	    {"en", "CVE202144228", "see CVE-2021-44228.",
		"see [CVE-2021-44228]."},
	    {"en", "postquantum", "post-quantum keys", "[post-quantum] keys"},
	    {"en", "post-quantum", "Postquantum keys", "[Postquantum] keys"},
	    {"en", "iso iec", "ISO/IEC 27001", "[ISO/IEC] 27001"},
	    {"en", "iso iec", "ISO, IEC", "[ISO], [IEC]"},
	    {"en", "", "nothing", "nothing"},
	    {"en", "nothing", "", ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int lang = ecs_lang_find(rows[i].lang, 2);
		struct ecs_marks *marks = marks_of(state, rows[i].query, lang);

		check_marks(state, marks, lang, rows[i].text, rows[i].marked,
		    &brackets);
		ecs_marks_free(marks);
	}
}

static void
a_stem_of_another_language_marks_nothing(void **state)
{
	struct ecs_marks *marks = ecs_marks_new();
	struct ecs_form form = {.kind = ECS_FORM_STEM,
	    .lang = ecs_lang_find("de", 2),
	    .text = "attack",
	    .len = 6};

	assert_true(ecs_marks_empty(marks));
	assert_true(ecs_marks_add(marks, &form, 0, 1));
	assert_false(ecs_marks_empty(marks));
	check_marks(state, marks, ecs_lang_find("en", 2), "attacks attack",
	    "attacks attack", &brackets);
	ecs_marks_free(marks);
}

static void
prefixes_mark_the_whole_word(void **state)
{
	struct ecs_marks *marks = ecs_marks_new();

	assert_true(ecs_marks_add_prefix(marks, "secu", 4, 0, 1));
	check_marks(state, marks, ECS_LANG_NONE, "Sécurité insecure sec",
	    "[Sécurité] insecure sec", &brackets);
	ecs_marks_free(marks);
}

static void
phrases_are_marked_only_as_a_whole(void **state)
{
	static const char *const forms[] = {"supply", "chain", "risk"};
	static const size_t lens[] = {6, 5, 4};
	struct ecs_marks *marks = ecs_marks_new();

	assert_true(ecs_marks_add_phrase(marks, forms, lens, 3, 0, 1));
	check_marks(state, marks, ECS_LANG_NONE,
	    "Supply chain; the supply-chain\nRISK, supply chain risks",
	    "Supply chain; the [supply-chain RISK], supply chain risks",
	    &brackets);
	ecs_marks_free(marks);
}

static void
a_part_of_a_word_is_marked_where_it_was_written(void **state)
{
	static const struct {
		const char *form;
		size_t from;
		size_t to;
		const char *text;
		const char *marked;
	} rows[] = {
	    {"netzwerksicherheit", 8, 18, "Die NETZWERKSICHERHEIT!",
		"Die NETZWERK[SICHERHEIT]!"},
	    {"strassenverkehr", 0, 8, "Straßenverkehr", "[Straßen]verkehr"},
	    {"strassenverkehr", 8, 15, "Straßenverkehr", "Straßen[verkehr]"},
	    {"datenschutzbehorde", 11, 18, "Datenschutzbehörde",
		"Datenschutz[behörde]"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_marks *marks = ecs_marks_new();
		const struct ecs_form form = {.kind = ECS_FORM_EXACT,
		    .lang = ECS_LANG_NONE,
		    .text = rows[i].form,
		    .len = strlen(rows[i].form),
		    .tokens = 1};

		assert_true(ecs_marks_add_part(
		    marks, &form, rows[i].from, rows[i].to, 0, 0.5f));
		check_marks(state, marks, ECS_LANG_NONE, rows[i].text,
		    rows[i].marked, &brackets);
		ecs_marks_free(marks);
	}
}

static void
a_phrase_swallows_its_words(void **state)
{
	static const char *const forms[] = {"supply", "chain"};
	static const size_t lens[] = {6, 5};
	struct ecs_marks *marks = marks_of(state, "supply chain", 5);

	assert_true(ecs_marks_add_phrase(marks, forms, lens, 2, 0, 9));
	check_marks(state, marks, 5, "supply chain supply",
	    "[supply chain] [supply]", &brackets);
	ecs_marks_free(marks);
}

static void
html_is_escaped_but_for_the_marks(void **state)
{
	struct ecs_marks *marks = marks_of(state, "script amp alert quot", 5);

	check_marks(state, marks, 5,
	    "<script>alert('x & \"y\"')</script> &amp; &quot;",
	    "&lt;<mark>script</mark>&gt;<mark>alert</mark>(&#39;x &amp; "
	    "&quot;y&quot;&#39;)&lt;/<mark>script</mark>&gt; "
	    "&amp;<mark>amp</mark>; &amp;<mark>quot</mark>;",
	    &html);
	ecs_marks_free(marks);
}

static void
white_space_runs_and_controls_become_one_space(void **state)
{
	struct ecs_marks *marks = marks_of(state, "b", 5);

	check_marks(state, marks, 5, "\n a\t\r\n\x01 b \xC2\xA0 c\x7F\n",
	    "a [b] c", &brackets);
	ecs_marks_free(marks);
}

static void
a_raw_style_keeps_white_space_and_its_own_ellipsis(void **state)
{
	static const struct ecs_mark_style raw = {
	    .pre = "[", .post = "]", .raw = true, .ellipsis = "<cut>"};
	static const char text[] = "a\n\n  b \t c, d";
	struct ecs_marks *marks = marks_of(state, "b", 5);
	struct ecs_span span = {.start = 5, .end = 6};
	struct ecs_buf buf = {0};

	check_marks(
	    state, marks, ECS_LANG_NONE, text, "a\n\n  [b] \t c, d", &raw);
	ecs_write_marked(&buf, text, strlen(text), 5, 10, &span, 1, &raw);
	assert_string_equal(buf.data, "<cut>[b] \t c<cut>");
	ecs_buf_fini(&buf);
	ecs_marks_free(marks);
}

static void
invalid_bytes_are_shown_as_replacements(void **state)
{
	struct ecs_marks *marks = marks_of(state, "b", 5);

	check_marks(state, marks, 5,
	    "a\xFF"
	    "b\xC3 c",
	    "a\xEF\xBF\xBD[b]\xEF\xBF\xBD c", &brackets);
	ecs_marks_free(marks);
}

static void
a_span_names_the_query_word_worth_most(void **state)
{
	struct ecs_marks *marks = ecs_marks_new();
	struct ecs_form form = {
	    .kind = ECS_FORM_EXACT, .lang = -1, .text = "key", .len = 3};
	struct ecs_span *spans = NULL;
	size_t cap = 0;

	assert_true(ecs_marks_add(marks, &form, 3, 1));
	assert_true(ecs_marks_add(marks, &form, 5, 4));
	assert_true(ecs_marks_add(marks, &form, 6, 2));
	assert_int_equal(ecs_find_spans(analyzer_of(state), marks, "a key", 5,
			     -1, &spans, &cap),
	    1);
	assert_int_equal(spans[0].word, 5);
	assert_int_equal(spans[0].start, 2);
	assert_int_equal(spans[0].end, 5);
	assert_true(spans[0].weight == 4);
	free(spans);
	ecs_marks_free(marks);
}

/* ---- snippets ---- */

static void
check_snippet(void **state, const char *query, const char *text, size_t limit,
    const char *want)
{
	struct ecs_marks *marks = marks_of(state, query, 5);
	struct ecs_span *spans = NULL;
	struct ecs_buf buf = {0};
	size_t cap = 0;
	size_t len = strlen(text);
	size_t start;
	size_t end;
	long n = ecs_find_spans(
	    analyzer_of(state), marks, text, len, 5, &spans, &cap);

	assert_true(n >= 0);
	ecs_choose_snippet(text, len, spans, (size_t)n, limit, &start, &end);
	assert_true(start <= end && end <= len && end - start <= limit);
	ecs_write_marked(
	    &buf, text, len, start, end, spans, (size_t)n, &brackets);
	assert_string_equal(buf.data, want);
	ecs_buf_fini(&buf);
	free(spans);
	ecs_marks_free(marks);
}

static const char story[] =
    "The agency was founded long ago. Members met each other every year and "
    "spoke about many things. A key was found. The lock and the key were "
    "kept apart by order of the board, and nobody knew where. Later the key "
    "and key and key were lost. Nothing more is known about any of it now.";

static void
a_snippet_shows_most_of_the_words_asked_for(void **state)
{
	check_snippet(state, "lock key", story, 60,
	    "…A [key] was found. The [lock] and the [key] were kept apart by…");
	check_snippet(state, "key", story, 70,
	    "…Later the [key] and [key] and [key] were lost. Nothing more is known about…");
}

static void
a_snippet_without_finds_is_the_beginning(void **state)
{
	check_snippet(
	    state, "zebra", story, 40, "The agency was founded long ago.…");
	check_snippet(state, "zebra", "short text", 40, "short text");
}

static void
a_snippet_at_the_end_is_not_cut_there(void **state)
{
	check_snippet(state, "now", story, 60,
	    "…Nothing more is known about any of it [now].");
}

static void
a_snippet_of_one_endless_word_fits(void **state)
{
	char text[300];

	memset(text, 'x', sizeof(text));
	text[0] = 'y';
	text[1] = ' ';
	text[sizeof(text) - 1] = '\0';
	check_snippet(state, "y", text, 20, "[y]…");
	check_snippet(state, text + 2, text + 2, 10, "[xxxxxxxxxx]…");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_words_are_marked_however_they_are_written),
	    cmocka_unit_test(a_stem_of_another_language_marks_nothing),
	    cmocka_unit_test(prefixes_mark_the_whole_word),
	    cmocka_unit_test(phrases_are_marked_only_as_a_whole),
	    cmocka_unit_test(a_part_of_a_word_is_marked_where_it_was_written),
	    cmocka_unit_test(a_phrase_swallows_its_words),
	    cmocka_unit_test(html_is_escaped_but_for_the_marks),
	    cmocka_unit_test(white_space_runs_and_controls_become_one_space),
	    cmocka_unit_test(
		a_raw_style_keeps_white_space_and_its_own_ellipsis),
	    cmocka_unit_test(invalid_bytes_are_shown_as_replacements),
	    cmocka_unit_test(a_span_names_the_query_word_worth_most),
	    cmocka_unit_test(a_snippet_shows_most_of_the_words_asked_for),
	    cmocka_unit_test(a_snippet_without_finds_is_the_beginning),
	    cmocka_unit_test(a_snippet_at_the_end_is_not_cut_there),
	    cmocka_unit_test(a_snippet_of_one_endless_word_fits),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
