/* SPDX-License-Identifier: ISC */
/*
 * What a dictionary's file says a form is a form of.
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"
#include "ecsearch/text.h"

#include "../../src/text/dictionary.h"

static char directory[] = "/tmp/ecsearch-dictionary-XXXXXX";

static int
make_directory(void **state)
{
	(void)state;
	return mkdtemp(directory) == NULL ? -1 : 0;
}

static void
make_path(char path[128], const char *name)
{
	snprintf(path, 128, "%s/%s", directory, name);
}

static void
write_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	make_path(path, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int
open_file(const char *name)
{
	char path[128];
	int file;

	make_path(path, name);
	file = open(path, O_RDONLY);
	assert_true(file >= 0);
	return file;
}

static int
remove_directory(void **state)
{
	static const char *const names[] = {
	    "a.aff", "a.dic", "cs_CZ.aff", "cs_CZ.dic"};
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		make_path(path, names[i]);
		unlink(path);
	}
	return rmdir(directory);
}

/* The roots of a word, "a b c", by a dictionary of these two texts. */
static const char *
roots_of(const char *aff, const char *dic, const char *word)
{
	static struct ecs_buf buf;
	struct text_dictionary *dictionary;
	struct text_roots roots;
	int files[2];

	write_file("a.aff", aff);
	write_file("a.dic", dic);
	files[0] = open_file("a.aff");
	files[1] = open_file("a.dic");
	dictionary = text_dictionary_new(files[0], files[1]);
	assert_non_null(dictionary);
	text_dictionary_find(dictionary, word, strlen(word), &roots);
	ecs_buf_fini(&buf);
	ecs_buf_puts(&buf, "");
	for (int i = 0; i < roots.count; i++)
		ecs_buf_printf(
		    &buf, "%s%s", i == 0 ? "" : " ", roots.root[i].text);
	text_dictionary_free(dictionary);
	close(files[0]);
	close(files[1]);
	return buf.len == 0 ? "" : buf.data;
}

#define PLAIN                                 \
	"SET UTF-8\n"                         \
	"# nouns\n"                           \
	"SFX A Y 4\n"                         \
	"SFX A  0   y  [^aeiou]\n"            \
	"SFX A  a   u  a\n"                   \
	"SFX A  ek  ku [mt]ek   # fleeting\n" \
	"SFX A  0   ové .\n"                 \
	"SFX B Y 1\n"                         \
	"SFX B  t   l/A  at\n"

static void
a_form_is_taken_back_to_its_entry(void **state)
{
	static const char dic[] =
	    "7\nhrad/A\nžena/A\nzámek/A\nděla/B\ndělat/B\thint\nPraha/A\n"
	    "slovo";
	static const struct {
		const char *word;
		const char *roots;
	} rows[] = {
	    {"hrad", "hrad"},
	    {"hrady", "hrad"},
	    {"ženu", "žena"},
	    {"zámku", "zámek"},
	    {"dělal", "dělat"},
	    {"prahu", "Praha"},
	    {"hradové", "hrad"},
	    {"slovo", "slovo"}, /* on a line without an end */
	    {"ženay", ""},      /* the condition forbids it */
	    {"hradl", ""},      /* the entry has no such flag */
	    {"žen", ""},        /* no suffix leaves that */
	    {"y", ""},          /* nothing would be left */
	    {"7", ""},          /* the count is no entry */
	    {"hint", ""},       /* nor is a note */
	    {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(
		    roots_of(PLAIN, dic, rows[i].word), rows[i].roots);
}

static void
a_form_may_be_of_several_entries(void **state)
{
	static const char aff[] = "SET UTF-8\nSFX A Y 4\nSFX A 0 y .\n"
				  "SFX A a y a\nSFX A o y o\nSFX A e y e\n";

	(void)state;
	assert_string_equal(
	    roots_of(aff, "3\nrady\nrad/A\nrada/A\n", "rady"), "rady rad rada");
	/* Two entries of one spelling are one root. */
	assert_string_equal(roots_of(aff, "2\nrad\nrad/A\n", "rady"), "rad");
	assert_string_equal(
	    roots_of(aff, "4\nrad/A\nrada/A\nrado/A\nrade/A\n", "rady"),
	    "rad rada rade");
}

static void
flags_are_bytes_pairs_numbers_or_aliases(void **state)
{
	(void)state;
	assert_string_equal(roots_of("SET UTF-8\nFLAG long\nSFX Aa Y 1\n"
				     "SFX Aa 0 i .\n",
				"2\nnet/BbAa\nset/BAab\n", "neti"),
	    "net");
	assert_string_equal(roots_of("SET UTF-8\nFLAG long\nSFX Aa Y 1\n"
				     "SFX Aa 0 i .\n",
				"1\nset/BAab\n", "seti"),
	    "");
	assert_string_equal(roots_of("SET UTF-8\nFLAG num\nSFX 112 Y 1\n"
				     "SFX 112 0 i .\n",
				"2\nnet/7,112\nset/11,2\n", "neti"),
	    "net");
	assert_string_equal(roots_of("SET UTF-8\nAF 2\nAF BC\nAF A\nSFX A Y 1\n"
				     "SFX A 0 i .\n",
				"2\nnet/2\nset/1\n", "neti"),
	    "net");
	assert_string_equal(roots_of("SET UTF-8\nAF 2\nAF BC\nAF A\nSFX A Y 1\n"
				     "SFX A 0 i .\n",
				"1\nset/1\n", "seti"),
	    "");
}

static void
the_file_may_be_in_an_older_encoding(void **state)
{
	static const char aff[] =
	    "SET ISO8859-2\nSFX A Y 1\nSFX A \xECk \xE8ku [\xE8z]\xECk\n";

	(void)state;
	assert_string_equal(roots_of(aff, "1\n\xE8\xECk/A\n", "ččku"), "čěk");
	assert_string_equal(roots_of(aff, "1\n\xA9\xE8\xECk/A\n", "ščč"), "");
	assert_string_equal(
	    roots_of(aff, "1\n\xA9\xE8\xECk/A\n", "šččku"), "Ščěk");
	assert_string_equal(roots_of(aff, "1\n\xA9\xE8\xECk/A\n", "щчк"), "");
}

static void
forbidden_entries_and_parts_are_no_words(void **state)
{
	static const char aff[] = "SET UTF-8\nFORBIDDENWORD !\n"
				  "ONLYINCOMPOUND c\nSFX A Y 1\nSFX A 0 i .\n";

	(void)state;
	assert_string_equal(roots_of(aff, "1\nnet/A!\n", "neti"), "");
	assert_string_equal(roots_of(aff, "1\nnet/cA\n", "net"), "");
	assert_string_equal(roots_of(aff, "1\nnet/A\n", "neti"), "net");
}

static void
files_that_make_no_sense_have_no_entries(void **state)
{
	static const char *const texts[] = {"", "\n\n\n", "SFX\nSFX A\nSFX A Y",
	    "SFX A Y 99\nSFX A 0\nSFX A 0 i [^\nSFX B q w [\n", "AF\nAF x\nAF",
	    "SET KLINGON-7\nFLAG nonsense\n", "\xFF\xFE\x80/\x80\n"};
	const size_t n = sizeof(texts) / sizeof(texts[0]);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			assert_string_equal(
			    roots_of(texts[i], texts[j], "neti"), "");
}

static void
a_line_longer_than_a_block_ends_the_reading(void **state)
{
	struct ecs_buf dic = {0};

	(void)state;
	ecs_buf_puts(&dic, "2\nhrad/A\n");
	for (int i = 0; i < 70000; i++)
		ecs_buf_putc(&dic, 'x');
	ecs_buf_puts(&dic, "\nmost/A\n");
	assert_string_equal(roots_of(PLAIN, dic.data, "hrady"), "hrad");
	assert_string_equal(roots_of(PLAIN, dic.data, "mosty"), "");
	ecs_buf_fini(&dic);
}

static void
a_dictionary_of_many_blocks_is_read_whole(void **state)
{
	struct ecs_buf dic = {0};
	char word[16];

	(void)state;
	ecs_buf_puts(&dic, "20000\n");
	for (int i = 0; i < 20000; i++)
		ecs_buf_printf(&dic, "hrad%c%c%c%c/A\n", 'a' + i / 1000,
		    'a' + i / 100 % 10, 'a' + i / 10 % 10, 'a' + i % 10);
	for (int i = 0; i < 20000; i += 1999) {
		snprintf(word, sizeof(word), "hrad%c%c%c%cové", 'a' + i / 1000,
		    'a' + i / 100 % 10, 'a' + i / 10 % 10, 'a' + i % 10);
		assert_memory_equal(
		    roots_of(PLAIN, dic.data, word), word, strlen("hradaaaa"));
	}
	ecs_buf_fini(&dic);
}

/* ---- in an analyzer ---- */

static bool
print_stem(void *user, const struct ecs_form *form)
{
	struct ecs_buf *buf = user;

	if (form->kind == ECS_FORM_STEM)
		ecs_buf_printf(buf, "%s%.*s", buf->len == 0 ? "" : " ",
		    (int)form->len, form->text);
	return true;
}

static void
write_czech(void)
{
	write_file("cs_CZ.aff", PLAIN);
	write_file("cs_CZ.dic", "2\nčlověk/C\nlid/A\n");
}

static void
check_stems(struct ecs_analyzer *analyzer, const char *word, const char *stems)
{
	struct ecs_buf buf = {0};

	ecs_buf_puts(&buf, "");
	assert_int_equal(ecs_analyze(analyzer, word, strlen(word),
			     ecs_lang_find("cs", 2), print_stem, &buf),
	    1);
	assert_string_equal(buf.data, stems);
	ecs_buf_fini(&buf);
}

static void
a_word_has_the_stems_of_its_rules_and_of_its_entry(void **state)
{
	struct ecs_err err = {0};
	struct ecs_words *words;
	struct ecs_analyzer *analyzer;

	(void)state;
	write_file("cs_CZ.aff",
	    "SET UTF-8\nSFX A Y 1\nSFX A člověk lidé .\n"
	    "SFX B Y 1\nSFX B ůň oňové ůň\n");
	write_file("cs_CZ.dic", "1\nkůň/B\n");
	words = ecs_words_new_in(directory, NULL, &err);
	analyzer = ecs_analyzer_new(words, &err);
	check_stems(analyzer, "koňové", "kon kun");
	check_stems(analyzer, "KŮŇ", "kun");
	ecs_analyzer_free(analyzer);
	ecs_words_free(words);
}

static void
without_a_dictionary_the_rules_stand_alone(void **state)
{
	struct ecs_err err = {0};
	struct ecs_words *words = ecs_words_new_in("", NULL, &err);
	struct ecs_analyzer *analyzer = ecs_analyzer_new(words, &err);

	(void)state;
	check_stems(analyzer, "bezpečností", "bezpecnost");
	check_stems(analyzer, "bezpecnosti", "bezpecnost");
	ecs_analyzer_free(analyzer);
	ecs_words_free(words);
}

static void
the_version_names_the_dictionaries_that_were_found(void **state)
{
	struct ecs_err err = {0};
	struct ecs_words *none = ecs_words_new_in("", NULL, &err);
	struct ecs_words *before;
	struct ecs_words *after;

	(void)state;
	write_czech();
	before = ecs_words_new_in(directory, NULL, &err);
	write_file("cs_CZ.dic", "1\nlid/A\n");
	after = ecs_words_new_in(directory, NULL, &err);
	assert_null(strstr(ecs_analysis_version(none), "cs "));
	assert_non_null(strstr(ecs_analysis_version(before), "cs "));
	assert_string_not_equal(
	    ecs_analysis_version(before), ecs_analysis_version(after));
	ecs_words_free(none);
	ecs_words_free(before);
	ecs_words_free(after);
}

static void
the_first_directory_that_has_both_files_wins(void **state)
{
	struct ecs_err err = {0};
	char path[160];
	struct ecs_words *one;
	struct ecs_words *two;

	(void)state;
	write_czech();
	snprintf(path, sizeof(path), "/nonexistent:%s:/", directory);
	one = ecs_words_new_in(directory, NULL, &err);
	two = ecs_words_new_in(path, NULL, &err);
	assert_string_equal(
	    ecs_analysis_version(one), ecs_analysis_version(two));
	ecs_words_free(one);
	ecs_words_free(two);
}

static void *
analyze_alone(void *user)
{
	static const char text[] = "lidové lidy lid lidí jiní člověk ";
	struct ecs_err err = {0};
	struct ecs_analyzer *analyzer = ecs_analyzer_new(user, &err);
	struct ecs_buf *buf = calloc(1, sizeof(*buf));

	ecs_analyze(analyzer, text, sizeof(text) - 1, ecs_lang_find("cs", 2),
	    print_stem, buf);
	ecs_analyzer_free(analyzer);
	return buf;
}

static void
threads_share_one_dictionary(void **state)
{
	enum { THREADS = 4 };
	struct ecs_err err = {0};
	pthread_t threads[THREADS];
	struct ecs_buf *first = NULL;
	struct ecs_words *words;

	(void)state;
	write_czech();
	words = ecs_words_new_in(directory, NULL, &err);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, analyze_alone, words), 0);
	for (int i = 0; i < THREADS; i++) {
		struct ecs_buf *buf;
		void *result;

		assert_int_equal(pthread_join(threads[i], &result), 0);
		buf = result;
		assert_true(buf->len > 0);
		if (first == NULL) {
			first = buf;
			continue;
		}
		assert_string_equal(buf->data, first->data);
		ecs_buf_fini(buf);
		free(buf);
	}
	ecs_buf_fini(first);
	free(first);
	ecs_words_free(words);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_form_is_taken_back_to_its_entry),
	    cmocka_unit_test(a_form_may_be_of_several_entries),
	    cmocka_unit_test(flags_are_bytes_pairs_numbers_or_aliases),
	    cmocka_unit_test(the_file_may_be_in_an_older_encoding),
	    cmocka_unit_test(forbidden_entries_and_parts_are_no_words),
	    cmocka_unit_test(files_that_make_no_sense_have_no_entries),
	    cmocka_unit_test(a_line_longer_than_a_block_ends_the_reading),
	    cmocka_unit_test(a_dictionary_of_many_blocks_is_read_whole),
	    cmocka_unit_test(
		a_word_has_the_stems_of_its_rules_and_of_its_entry),
	    cmocka_unit_test(without_a_dictionary_the_rules_stand_alone),
	    cmocka_unit_test(
		the_version_names_the_dictionaries_that_were_found),
	    cmocka_unit_test(the_first_directory_that_has_both_files_wins),
	    cmocka_unit_test(threads_share_one_dictionary),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
