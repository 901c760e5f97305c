/* SPDX-License-Identifier: ISC */
/*
 * html_test - what is written into a page cannot become markup.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ecsearch/web.h"

#include "../../src/web/html.h"
#include "../../src/web/texts.h"

static void
what_comes_by_s_is_escaped_and_the_format_is_not(void **state)
{
	struct ecs_buf out = {0};

	(void)state;
	ecs_html_printf(&out, "<a title=\"%s\">%d of %u, %zu%%</a>",
	    "\"><script>'&", -1, 7U, (size_t)100);
	assert_string_equal(out.data,
	    "<a title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\">-1 of 7, "
	    "100%</a>");
	ecs_buf_fini(&out);
}

static void
no_text_at_all_writes_nothing(void **state)
{
	const char *volatile nothing = NULL;
	struct ecs_buf out = {0};

	(void)state;
	ecs_html_printf(&out, "[%s]", nothing);
	assert_string_equal(out.data, "[]");
	ecs_buf_fini(&out);
}

static void
a_segment_keeps_only_unreserved_letters(void **state)
{
	struct ecs_buf out = {0};

	(void)state;
	ecs_html_segment(&out, "https://ror.org/0 é#?&'~-._");
	assert_string_equal(
	    out.data, "https%3A%2F%2Fror.org%2F0%20%C3%A9%23%3F%26%27~-._");
	ecs_buf_fini(&out);
}

static void
every_text_is_there_in_every_tongue_with_the_same_holes(void **state)
{
	(void)state;
	for (int text = 0; text < NTEXTS; text++) {
		const char *english = ecs_words(TONGUE_EN, (enum text)text);

		for (int tongue = 0; tongue < TONGUES; tongue++) {
			const char *words =
			    ecs_words((enum tongue)tongue, (enum text)text);

			assert_non_null(words);
			assert_true(words[0] != '\0');
			assert_int_equal(strstr(english, "{}") == NULL,
			    strstr(words, "{}") == NULL);
		}
	}
}

static void
a_value_in_a_text_is_escaped(void **state)
{
	struct ecs_buf out = {0};

	(void)state;
	ecs_words_with(&out, TONGUE_EN, TEXT_NOTHING_FOR, "<b>");
	assert_string_equal(out.data, "Nothing found for “&lt;b&gt;”");
	ecs_buf_fini(&out);
}

static void
numbers_are_said_as_each_tongue_says_them(void **state)
{
	static const struct {
		enum tongue tongue;
		uint64_t n;
		const char *said;
	} cases[] = {
	    {TONGUE_EN, 0, "0 results"},
	    {TONGUE_EN, 1, "1 result"},
	    {TONGUE_EN, 1234567, "1,234,567 results"},
	    {TONGUE_FR, 0, "0 résultat"},
	    {TONGUE_FR, 2, "2 résultats"},
	    {TONGUE_FR, 36084, "36\u202f084 résultats"},
	    {TONGUE_DE, 36084, "36.084 Treffer"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ecs_buf out = {0};

		ecs_words_count(&out, cases[i].tongue, TEXT_RESULT_ONE,
		    TEXT_RESULT_MANY, cases[i].n);
		assert_string_equal(out.data, cases[i].said);
		ecs_buf_fini(&out);
	}
}

static void
a_tongue_is_found_by_its_tag_and_not_by_a_longer_word(void **state)
{
	(void)state;
	assert_int_equal(ecs_tongue_find("fr-BE"), TONGUE_FR);
	assert_int_equal(ecs_tongue_find("DE;q=0.5"), TONGUE_DE);
	assert_int_equal(ecs_tongue_find("en,fr"), TONGUE_EN);
	assert_int_equal(ecs_tongue_find("deu"), TONGUES);
	assert_int_equal(ecs_tongue_find("nl"), TONGUES);
	assert_int_equal(ecs_tongue_find(""), TONGUES);
}

static void
an_asset_is_found_by_its_name_and_is_current_by_its_hash(void **state)
{
	bool current = true;
	const struct ecs_asset *asset = ecs_asset_find("page.css", &current);
	char name[64];

	(void)state;
	assert_non_null(asset);
	assert_false(current);
	snprintf(name, sizeof(name), "page.%s.css", asset->hash);
	assert_ptr_equal(ecs_asset_find(name, &current), asset);
	assert_true(current);
	assert_ptr_equal(
	    ecs_asset_find("page.000000000000.css", &current), asset);
	assert_false(current);
	assert_null(ecs_asset_find("page.css.css.css", &current));
	assert_null(ecs_asset_find("pagexcss", &current));
	assert_null(ecs_asset_find("", &current));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_comes_by_s_is_escaped_and_the_format_is_not),
	    cmocka_unit_test(no_text_at_all_writes_nothing),
	    cmocka_unit_test(a_segment_keeps_only_unreserved_letters),
	    cmocka_unit_test(
		every_text_is_there_in_every_tongue_with_the_same_holes),
	    cmocka_unit_test(a_value_in_a_text_is_escaped),
	    cmocka_unit_test(numbers_are_said_as_each_tongue_says_them),
	    cmocka_unit_test(
		a_tongue_is_found_by_its_tag_and_not_by_a_longer_word),
	    cmocka_unit_test(
		an_asset_is_found_by_its_name_and_is_current_by_its_hash),
	};

	return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
