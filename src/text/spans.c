/* SPDX-License-Identifier: ISC */
/*
 * spans - find in a text what is looked for.
 *
 * The text goes through the same analysis as it did for the index.  Where
 * finds overlap the one that begins first is kept, of several that begin
 * together the longest, so a phrase or a joined name swallows its words.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze.h"
#include "chars.h"
#include "marks.h"

enum { FIRST_ROOM = 32 };

/* The best that begins with a token. */
struct candidate {
	struct text_find find;
	size_t tokens; /* 0: nothing */
};

static void
consider(struct candidate *best, struct text_find find, size_t tokens)
{
	if (find.weight <= 0 || tokens < best->tokens)
		return;
	if (tokens > best->tokens) {
		best->tokens = tokens;
		best->find = find;
	} else {
		text_find_better(&best->find, find);
	}
}

static void
consider_word(const struct text_job *job, const struct ecs_marks *marks,
    const struct text_word *word, struct candidate *best)
{
	struct text_find find = {0};

	for (int i = 0; i < word->count; i++)
		text_marks_form(marks, &word->forms[i], job->lang, &find);
	if (word->count > 0)
		text_marks_prefix(marks, &word->forms[0], &find);
	consider(best, find, 1);
}

static bool
consider_joined(const struct text_job *job, const struct ecs_marks *marks,
    size_t token, struct candidate *best)
{
	size_t n = text_job_chain(job, token);
	struct text_piece joined;
	struct text_form form = {.kind = ECS_FORM_ALTERNATE};
	struct text_find find = {0};

	if (n == 1)
		return true;
	if (!text_job_join(job, token, n, &joined))
		return false;
	if (joined.len == 0)
		return true;
	form.text = joined.text;
	form.len = joined.len;
	form.hash = text_hash(TEXT_HASH_SEED, joined.text, joined.len);
	text_marks_form(marks, &form, ECS_LANG_NONE, &find);
	consider(best, find, n);
	return true;
}

/* Do the words from token on read as phrase?  Sets *failed on no memory. */
static bool
reads_as(const struct text_job *job, size_t token,
    const struct text_phrase *phrase, bool *failed)
{
	if (phrase->count > job->count - token)
		return false;
	for (size_t i = 0; i < phrase->count; i++) {
		const struct text_word *word = text_job_word(job, token + i);

		if (word == NULL) {
			*failed = true;
			return false;
		}
		if (word->count == 0 ||
		    word->forms[0].hash != phrase->forms[i].hash ||
		    word->forms[0].len != phrase->forms[i].len ||
		    memcmp(word->forms[0].text, phrase->forms[i].text,
			phrase->forms[i].len) != 0)
			return false;
	}
	return true;
}

static bool
consider_phrases(const struct text_job *job, const struct ecs_marks *marks,
    const struct text_word *word, size_t token, struct candidate *best)
{
	bool failed = false;

	if (word->count == 0)
		return true;
	for (const struct text_phrase *phrase =
		 text_marks_phrases(marks, &word->forms[0]);
	     phrase != NULL && !failed; phrase = phrase->next)
		if (phrase->hash == word->forms[0].hash &&
		    reads_as(job, token, phrase, &failed))
			consider(best, phrase->find, phrase->count);
	return !failed;
}

static bool
push(struct ecs_span **spans, size_t *cap, size_t *count,
    const struct ecs_span *span)
{
	if (*count == *cap) {
		size_t room = *cap == 0 ? FIRST_ROOM : *cap * 2;
		struct ecs_span *grown = realloc(*spans, room * sizeof(*grown));

		if (grown == NULL)
			return false;
		*spans = grown;
		*cap = room;
	}
	(*spans)[(*count)++] = *span;
	return true;
}

/* Where in a word as written its folded form is at least at bytes long. */
static size_t
unfold(const char *word, size_t len, size_t at)
{
	size_t end = 0;

	while (end < len) {
		struct text_folded folded;
		size_t next = end + 1;

		text_fold(word, end, &folded);
		if (folded.exact.len >= at)
			break;
		while (next < len && (word[next] & 0xC0) == 0x80)
			next++;
		end = next;
	}
	return end;
}

/* Only the part of a word that was found. */
static void
narrow(const char *text, const struct text_find *find, struct ecs_span *span)
{
	const char *word = text + span->start;
	size_t len = span->end - span->start;

	if (find->to == 0)
		return;
	span->end = span->start + (uint32_t)unfold(word, len, find->to);
	span->start += (uint32_t)unfold(word, len, find->from);
}

/*
 * What of the word at a token is to be compared, by its first letter: that
 * saves nine words of ten their stems.  Irish changes the beginnings of words,
 * and of Maltese ones the stem is what is left of the consonants.
 */
static enum text_need
need_of(const struct text_job *job, const struct ecs_marks *marks, size_t token)
{
	unsigned char c = (unsigned char)job->text[job->tokens[token].start];

	if (c >= 'A' && c <= 'Z')
		c = (unsigned char)(c + 'a' - 'A');
	return text_job_keeps_beginning(job, (char)c)
	    ? text_marks_need(marks, c)
	    : TEXT_NEED_ALL;
}

static bool
find_at(const struct text_job *job, const struct ecs_marks *marks, size_t token,
    struct candidate *best)
{
	enum text_need need = need_of(job, marks, token);
	const struct text_word *word;

	if (need == TEXT_NEED_NOTHING)
		return true;
	word = need == TEXT_NEED_ALL ? text_job_word(job, token)
				     : text_job_surface(job, token);
	if (word == NULL)
		return false;
	consider_word(job, marks, word, best);
	return consider_joined(job, marks, token, best) &&
	    consider_phrases(job, marks, word, token, best);
}

long
ecs_find_spans(struct ecs_analyzer *analyzer, const struct ecs_marks *marks,
    const char *text, size_t len, int lang, struct ecs_span **spans,
    size_t *cap)
{
	struct text_job job;
	size_t count = 0;
	size_t token = 0;

	if (ecs_marks_empty(marks))
		return 0;
	if (!text_job_start(&job, analyzer, text, len, lang))
		return -1;
	while (token < job.count) {
		struct candidate best = {.tokens = 0};
		struct ecs_span span;

		if (!find_at(&job, marks, token, &best))
			return -1;
		if (best.tokens == 0) {
			token++;
			continue;
		}
		span.start = job.tokens[token].start;
		span.end = job.tokens[token + best.tokens - 1].end;
		span.word = best.find.word;
		span.weight = best.find.weight;
		narrow(text, &best.find, &span);
		if (!push(spans, cap, &count, &span))
			return -1;
		token += best.tokens;
	}
	return (long)count;
}
