/* SPDX-License-Identifier: ISC */
/*
 * Whatever the bytes, and whether or not there is memory, the door's promises
 * hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <unicode/utf8.h>

#include "ecsearch/err.h"
#include "ecsearch/text.h"

#include "../fuse.h"

static bool
is_utf8(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len) {
		UChar32 c;

		U8_NEXT((const uint8_t *)text, i, len, c);
		if (c < 0)
			return false;
	}
	return true;
}

struct asking {
	struct ecs_marks *marks;
	size_t forms;
};

/* Look for every third form. */
static bool
check_form(void *user, const struct ecs_form *form)
{
	struct asking *asking = user;

	assert_in_range(form->len, 1, ECS_FORM_BYTES);
	assert_null(memchr(form->text, '\0', form->len));
	assert_true(is_utf8(form->text, form->len));
	if (asking->forms++ % 3 != 0)
		return true;
	return ecs_marks_add(asking->marks, form, form->token % 64, 1);
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Bytes of any kind, with enough that makes sense among them. */
static void
add_random(struct ecs_buf *buf, uint32_t *seed, size_t len)
{
	static const char *const bits[] = {"a", "E", "é", "e\xCC\x81", "Ö", "ß",
	    " ", "\n", "-", "/", "'", "’", ".", "7", "σ", "й", "\xFF",
	    "\xE2\x80", "\xC2\xAD", "网", "ไ", "<", "&", "\0", "😀", "ﬁ"};
	const size_t n = sizeof(bits) / sizeof(bits[0]);

	while (buf->len < len) {
		uint32_t pick = next_random(seed);

		if (pick % 8 == 0)
			ecs_buf_putc(buf, (char)(pick >> 8));
		else
			ecs_buf_puts(buf, bits[pick % n]);
	}
}

/* Does a character begin at byte at, as readers that skip bad bytes see it? */
static bool
is_boundary(const char *text, size_t len, size_t at)
{
	size_t i = 0;

	while (i < at) {
		UChar32 c;

		U8_NEXT((const uint8_t *)text, i, len, c);
		(void)c;
	}
	return i == at;
}

static void
check_spans(
    const char *text, size_t len, const struct ecs_span *spans, size_t nspans)
{
	const struct ecs_mark_style style = {
	    .pre = "<b>", .post = "</b>", .html = true};
	struct ecs_buf out = {0};
	size_t start;
	size_t end;
	size_t at = 0;

	for (size_t i = 0; i < nspans; i++) {
		assert_true(spans[i].start >= at);
		assert_true(spans[i].end > spans[i].start);
		assert_true(spans[i].end <= len);
		assert_true(is_boundary(text, len, spans[i].start));
		assert_true(is_boundary(text, len, spans[i].end));
		at = spans[i].end;
	}
	ecs_choose_snippet(text, len, spans, nspans, 50, &start, &end);
	assert_true(start <= end && end <= len && end - start <= 50);
	ecs_write_marked(&out, text, len, start, end, spans, nspans, &style);
	assert_true(is_utf8(out.data, out.len));
	ecs_buf_fini(&out);
}

static void
any_bytes_give_ordered_spans_and_valid_text(void **state)
{
	struct ecs_err err = {0};
	struct ecs_words *words = ecs_words_new(NULL, &err);
	struct ecs_analyzer *analyzer = ecs_analyzer_new(words, &err);
	struct ecs_span *spans = NULL;
	struct ecs_buf text = {0};
	size_t cap = 0;
	uint32_t seed = 2022;
	long found = 0;

	(void)state;
	for (int round = 0; round < 500; round++) {
		struct asking asking = {.marks = ecs_marks_new()};
		int lang = round % (ECS_LANGS + 1) - 1;
		long n;

		ecs_buf_reset(&text);
		add_random(&text, &seed, 20 + next_random(&seed) % 400);
		assert_true(ecs_analyze(analyzer, text.data, text.len, lang,
				check_form, &asking) >= 0);
		n = ecs_find_spans(analyzer, asking.marks, text.data, text.len,
		    lang, &spans, &cap);
		assert_true(n >= 0);
		check_spans(text.data, text.len, spans, (size_t)n);
		found += n;
		ecs_marks_free(asking.marks);
	}
	assert_true(found > 1000);
	free(spans);
	ecs_buf_fini(&text);
	ecs_analyzer_free(analyzer);
	ecs_words_free(words);
}

static bool
count_form(void *user, const struct ecs_form *form)
{
	(void)form;
	++*(long *)user;
	return true;
}

static void
a_megabyte_is_analysed_as_its_parts_are(void **state)
{
	static const char line[] = "L'énergie de l'État-major (NIS2).\n";
	struct ecs_err err = {0};
	struct ecs_words *words = ecs_words_new(NULL, &err);
	struct ecs_analyzer *analyzer = ecs_analyzer_new(words, &err);
	struct ecs_buf text = {0};
	int fr = ecs_lang_find("fr", 2);
	long one = 0;
	long all = 0;
	long lines = 0;

	(void)state;
	for (; text.len < 1 << 20; lines++)
		ecs_buf_puts(&text, line);
	assert_int_equal(
	    ecs_analyze(analyzer, line, sizeof(line) - 1, fr, count_form, &one),
	    7);
	assert_int_equal(
	    ecs_analyze(analyzer, text.data, text.len, fr, count_form, &all),
	    7 * lines);
	assert_int_equal(all, one * lines);
	ecs_buf_fini(&text);
	ecs_analyzer_free(analyzer);
	ecs_words_free(words);
}

/* All the room can do, once; false as soon as memory runs out. */
static bool
do_everything(struct ecs_err *err)
{
	static const char text[] =
	    "Die Behörden prüfen post-quantum. Sicherheit in 网络安全. ";
	struct ecs_words *words = NULL;
	struct ecs_analyzer *analyzer = NULL;
	struct ecs_collator *collator = NULL;
	struct asking asking = {.forms = 0};
	struct ecs_span *spans = NULL;
	struct ecs_range *ranges = NULL;
	struct ecs_buf buf = {0};
	size_t nspans = 0;
	size_t nranges = 0;
	const size_t len = sizeof(text) - 1;
	bool ok = false;

	words = ecs_words_new("{\"de\": {\"pruefen\": \"pruef\"}}", err);
	analyzer = words == NULL ? NULL : ecs_analyzer_new(words, err);
	asking.marks = ecs_marks_new();
	collator = ecs_collator_new("de", err);
	if (analyzer == NULL || asking.marks == NULL || collator == NULL)
		goto out;
	ecs_fold_text(analyzer, text, len, &buf);
	ok = ecs_analyze(analyzer, text, len, 3, check_form, &asking) >= 0 &&
	    ecs_find_spans(
		analyzer, asking.marks, text, len, 3, &spans, &nspans) >= 0 &&
	    ecs_cut_passages(text, len, &ranges, &nranges) >= 0 &&
	    ecs_collation_key(collator, text, len, &buf) && !buf.failed;
out:
	free(spans);
	free(ranges);
	ecs_buf_fini(&buf);
	ecs_marks_free(asking.marks);
	ecs_collator_free(collator);
	ecs_analyzer_free(analyzer);
	ecs_words_free(words);
	return ok;
}

static void
any_allocation_may_fail(void **state)
{
	long failing = 0;

	(void)state;
	for (bool ok = false; !ok; failing++) {
		struct ecs_err err = {0};

		fuse_light(failing);
		ok = do_everything(&err);
		fuse_out();
		assert_true(err.status == 0 || err.status == 503);
		assert_true(failing < 100000);
	}
	assert_true(failing > 10);
}

static void
write_file(const char *directory, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
remove_file(const char *directory, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	assert_int_equal(unlink(path), 0);
}

/* Ask a dictionary; the forms found, or -1 as soon as memory runs out. */
static long
ask_dictionary(const char *directory, struct ecs_err *err)
{
	struct ecs_words *words = ecs_words_new_in(directory, NULL, err);
	struct ecs_analyzer *analyzer =
	    words == NULL ? NULL : ecs_analyzer_new(words, err);
	long forms = 0;

	if (analyzer == NULL ||
	    ecs_analyze(analyzer, "lidé", strlen("lidé"),
		ecs_lang_find("cs", 2), count_form, &forms) < 0)
		forms = -1;
	ecs_analyzer_free(analyzer);
	ecs_words_free(words);
	return forms;
}

/* Never does a word get fewer stems because memory was short. */
static void
any_allocation_may_fail_in_a_dictionary(void **state)
{
	char directory[] = "/tmp/ecsearch-robust-XXXXXX";
	long failing = 0;
	long forms;

	(void)state;
	assert_non_null(mkdtemp(directory));
	write_file(directory, "cs_CZ.aff",
	    "SET UTF-8\nAF 1\nAF A\nSFX A Y 1\nSFX A člověk lidé .\n"
	    "SFX A Y 1\nSFX A ověk idé k\nSFX A Y 1\nSFX A osob lidé .\n");
	write_file(directory, "cs_CZ.dic", "3\nlosob/1\nčlověk/1\nlověk/1\n");
	do {
		struct ecs_err err = {0};

		fuse_light(failing++);
		forms = ask_dictionary(directory, &err);
		fuse_out();
		assert_true(err.status == 0 || err.status == 503);
		assert_true(forms == -1 || forms == 3);
	} while (forms < 0 && failing < 10000);
	assert_int_equal(forms, 3);
	assert_true(failing > 10);
	remove_file(directory, "cs_CZ.aff");
	remove_file(directory, "cs_CZ.dic");
	assert_int_equal(rmdir(directory), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_bytes_give_ordered_spans_and_valid_text),
	    cmocka_unit_test(a_megabyte_is_analysed_as_its_parts_are),
	    cmocka_unit_test(any_allocation_may_fail),
	    cmocka_unit_test(any_allocation_may_fail_in_a_dictionary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
