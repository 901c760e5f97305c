/* SPDX-License-Identifier: ISC */
/*
 * text_fuzz - any bytes through analysis, marking and passages.
 *
 * The first byte chooses the language, the second how much of the rest is the
 * query; what must hold for every text is asserted here.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/utf8.h>

#include "ecsearch/err.h"
#include "ecsearch/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

static bool
check_form(void *user, const struct ecs_form *form)
{
	struct asking *asking = user;

	assert(form->len > 0 && form->len <= ECS_FORM_BYTES);
	assert(memchr(form->text, '\0', form->len) == NULL);
	assert(is_utf8(form->text, form->len));
	assert(form->tokens >= 1);
	if (asking->forms++ % 5 == 4)
		return ecs_marks_add_prefix(
		    asking->marks, form->text, form->len, form->token % 64, 1);
	if (asking->forms % 5 == 3)
		return ecs_marks_add_phrase(asking->marks, &form->text,
		    &form->len, 1, form->token % 64, 2);
	return ecs_marks_add(asking->marks, form, form->token % 64, 1);
}

static bool
ignore_form(void *user, const struct ecs_form *form)
{
	(void)user;
	assert(form->len > 0 && form->len <= ECS_FORM_BYTES);
	assert(is_utf8(form->text, form->len));
	return true;
}

static void
check_shown(const char *text, size_t len, const struct ecs_span *spans,
    size_t nspans, size_t limit)
{
	const struct ecs_mark_style style = {
	    .pre = "<mark>", .post = "</mark>", .html = true};
	struct ecs_buf out = {0};
	size_t start = 0;
	size_t end = 0;

	ecs_choose_snippet(text, len, spans, nspans, limit, &start, &end);
	assert(start <= end && end <= len && end - start <= limit);
	ecs_write_marked(&out, text, len, start, end, spans, nspans, &style);
	assert(out.len == 0 || is_utf8(out.data, out.len));
	ecs_buf_fini(&out);
}

static void
check_spans(struct ecs_analyzer *analyzer, const struct ecs_marks *marks,
    const char *text, size_t len, int lang)
{
	struct ecs_span *spans = NULL;
	size_t cap = 0;
	size_t at = 0;
	long n = ecs_find_spans(analyzer, marks, text, len, lang, &spans, &cap);

	assert(n >= 0);
	for (long i = 0; i < n; i++) {
		assert(spans[i].start >= at);
		assert(spans[i].start < spans[i].end);
		assert(spans[i].end <= len);
		assert(spans[i].word < 64 && spans[i].weight > 0);
		at = spans[i].end;
	}
	check_shown(text, len, spans, (size_t)n, 40);
	check_shown(text, len, spans, (size_t)n, 300);
	check_shown(text, len, spans, (size_t)n, len);
	free(spans);
}

static void
check_passages(const char *text, size_t len)
{
	struct ecs_range *ranges = NULL;
	size_t cap = 0;
	size_t at = 0;
	long n = ecs_cut_passages(text, len, &ranges, &cap);

	assert(n >= 0);
	for (long i = 0; i < n; i++) {
		assert(ranges[i].start >= at);
		assert(ranges[i].start < ranges[i].end);
		assert(ranges[i].end <= len);
		at = ranges[i].end;
	}
	free(ranges);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ecs_words *words;
	static struct ecs_analyzer *analyzer;
	struct asking asking = {0};
	struct ecs_err err = {0};
	struct ecs_buf folded = {0};
	const char *text = (const char *)data + 2;
	size_t query;
	int lang;

	if (size < 2)
		return 0;
	if (words == NULL) {
		words = ecs_words_new(NULL, &err);
		analyzer = ecs_analyzer_new(words, &err);
	}
	asking.marks = ecs_marks_new();
	assert(analyzer != NULL && asking.marks != NULL);
	lang = data[0] % (ECS_LANGS + 1) - 1;
	size -= 2;
	query = data[1] < size ? data[1] : size;
	assert(
	    ecs_analyze(analyzer, text, query, lang, check_form, &asking) >= 0);
	assert(ecs_analyze(analyzer, text, size, lang, ignore_form, NULL) >= 0);
	check_spans(analyzer, asking.marks, text, size, lang);
	check_passages(text, size);
	ecs_fold_text(analyzer, text, size, &folded);
	assert(!folded.failed);
	assert(folded.len == 0 || is_utf8(folded.data, folded.len));
	ecs_buf_fini(&folded);
	ecs_marks_free(asking.marks);
	return 0;
}
