/* SPDX-License-Identifier: ISC */
/*
 * analyze - every form of every word of a text.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/arena.h"
#include "ecsearch/err.h"

#include "analyze.h"
#include "chars.h"
#include "cut.h"
#include "words.h"

enum {
	KEPT_TOKENS = 1 << 16 /* of a text larger than that none are kept */
};

struct ecs_analyzer {
	struct text_cutter cutter;
	struct text_cache *cache;
	struct ecs_arena *joined; /* joined forms of the text in hand */
	struct ecs_token *tokens;
	size_t cap;
};

struct ecs_analyzer *
ecs_analyzer_new(const struct ecs_words *words, struct ecs_err *err)
{
	struct ecs_analyzer *analyzer = calloc(1, sizeof(*analyzer));

	if (analyzer == NULL)
		goto out;
	analyzer->cache = text_cache_new(words);
	analyzer->joined = ecs_arena_new();
	if (analyzer->cache != NULL && analyzer->joined != NULL)
		return analyzer;
out:
	ecs_analyzer_free(analyzer);
	ecs_err_memory(err);
	return NULL;
}

void
ecs_analyzer_free(struct ecs_analyzer *analyzer)
{
	if (analyzer == NULL)
		return;
	text_cutter_fini(&analyzer->cutter);
	text_cache_free(analyzer->cache);
	ecs_arena_free(analyzer->joined);
	free(analyzer->tokens);
	free(analyzer);
}

uint32_t
ecs_stop_langs(
    const struct ecs_analyzer *analyzer, const char *folded, size_t len)
{
	return text_words_stop(text_cache_words(analyzer->cache), folded, len);
}

bool
text_job_start(struct text_job *job, struct ecs_analyzer *analyzer,
    const char *text, size_t len, int lang)
{
	long count;

	text_cache_trim(analyzer->cache);
	ecs_arena_reset(analyzer->joined);
	if (analyzer->cap > KEPT_TOKENS) {
		free(analyzer->tokens);
		analyzer->tokens = NULL;
		analyzer->cap = 0;
	}
	count = text_cut(
	    &analyzer->cutter, text, len, &analyzer->tokens, &analyzer->cap);
	job->analyzer = analyzer;
	job->text = text;
	job->lang = lang >= 0 && lang < ECS_LANGS ? lang : ECS_LANG_NONE;
	job->tokens = analyzer->tokens;
	job->count = count < 0 ? 0 : (size_t)count;
	return count >= 0;
}

const struct text_word *
text_job_surface(const struct text_job *job, size_t token)
{
	const struct ecs_token *t = &job->tokens[token];

	return text_cache_get(job->analyzer->cache, job->text + t->start,
	    t->end - t->start, ECS_LANG_NONE);
}

bool
text_job_keeps_beginning(const struct text_job *job, char letter)
{
	return job->lang != ecs_lang_find("ga", 2) &&
	    job->lang != ecs_lang_find("mt", 2) &&
	    !text_words_change(
		text_cache_words(job->analyzer->cache), job->lang, letter);
}

const struct text_word *
text_job_word(const struct text_job *job, size_t token)
{
	const struct ecs_token *t = &job->tokens[token];

	return text_cache_get(job->analyzer->cache, job->text + t->start,
	    t->end - t->start, job->lang);
}

/* O'Brien is one name; l'accord, the agency's and don't are not. */
static bool
is_irish_o(const struct text_job *job, size_t token)
{
	const struct ecs_token *t = &job->tokens[token];

	return t->end - t->start == 1 && (job->text[t->start] | 0x20) == 'o';
}

/* Do the token and the one before it make up one name? */
static bool
is_linked(const struct text_job *job, size_t token)
{
	const struct ecs_token *t = &job->tokens[token];

	return token > 0 && t->joined &&
	    (!t->apostrophe || is_irish_o(job, token - 1));
}

size_t
text_job_chain(const struct text_job *job, size_t token)
{
	size_t n = 1;

	if (is_linked(job, token))
		return 1;
	while (token + n < job->count && is_linked(job, token + n))
		if (++n > TEXT_CHAIN)
			return 1;
	return n;
}

bool
text_job_join(const struct text_job *job, size_t token, size_t n,
    struct text_piece *joined)
{
	joined->len = 0;
	for (size_t i = 0; i < n; i++) {
		const struct text_word *word = text_job_word(job, token + i);
		const struct text_form *exact;

		if (word == NULL)
			return false;
		if (word->count == 0)
			continue;
		exact = &word->forms[0];
		if (joined->len + exact->len > ECS_FORM_BYTES) {
			joined->len = 0;
			return true;
		}
		memcpy(joined->text + joined->len, exact->text, exact->len);
		joined->len = (uint8_t)(joined->len + exact->len);
	}
	joined->text[joined->len] = '\0';
	return true;
}

/* Give the forms of one token to sink. */
static bool
give_word(
    const struct text_job *job, size_t token, ecs_form_sink *sink, void *user)
{
	const struct text_word *word = text_job_word(job, token);

	if (word == NULL)
		return false;
	for (int i = 0; i < word->count; i++) {
		const struct text_form *from = &word->forms[i];
		const struct ecs_form form = {
		    .kind = (enum ecs_form_kind)from->kind,
		    .lang =
			from->kind == ECS_FORM_STEM ? job->lang : ECS_LANG_NONE,
		    .text = from->text,
		    .len = from->len,
		    .token = (uint32_t)token,
		    .tokens = 1};

		if (!sink(user, &form))
			return false;
	}
	return true;
}

/* Give the joined form of the name that begins with token, if one does. */
static bool
give_joined(
    const struct text_job *job, size_t token, ecs_form_sink *sink, void *user)
{
	size_t n = text_job_chain(job, token);
	struct text_piece joined;
	struct ecs_form form = {.kind = ECS_FORM_ALTERNATE,
	    .lang = ECS_LANG_NONE,
	    .token = (uint32_t)token,
	    .tokens = (uint32_t)n};

	if (n == 1)
		return true;
	if (!text_job_join(job, token, n, &joined))
		return false;
	if (joined.len == 0)
		return true;
	form.len = joined.len;
	form.text =
	    ecs_arena_strndup(job->analyzer->joined, joined.text, joined.len);
	return form.text != NULL && sink(user, &form);
}

long
ecs_analyze(struct ecs_analyzer *analyzer, const char *text, size_t len,
    int lang, ecs_form_sink *sink, void *user)
{
	struct text_job job;

	if (!text_job_start(&job, analyzer, text, len, lang))
		return -1;
	for (size_t i = 0; i < job.count; i++)
		if (!give_word(&job, i, sink, user) ||
		    !give_joined(&job, i, sink, user))
			return -1;
	return (long)job.count;
}

void
ecs_fold_text(struct ecs_analyzer *analyzer, const char *text, size_t len,
    struct ecs_buf *out)
{
	struct text_job job;
	bool first = true;

	if (!text_job_start(&job, analyzer, text, len, ECS_LANG_NONE)) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < job.count; i++) {
		const struct text_word *word = text_job_word(&job, i);

		if (word == NULL) {
			out->failed = true;
			return;
		}
		if (word->count == 0)
			continue;
		if (!first)
			ecs_buf_putc(out, ' ');
		first = false;
		ecs_buf_add(out, word->forms[0].text, word->forms[0].len);
	}
}
