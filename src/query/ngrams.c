/* SPDX-License-Identifier: ISC */
/*
 * ngrams - runs of words, counted and judged.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1 /* a failed add leaves hh.tbl NULL */
#include <uthash.h>

#include "ngrams.h"
#include "run_table.h"

enum { SPELLINGS = 3, LONGEST_SPELLING = 100 };

/* Of a phrase's documents, that make it a part of a longer run. */
#define PART_SHARE 0.8

struct spelling {
	char *text;
	size_t len;
	uint32_t count;
};

/* A run that is a phrase. */
struct phrase {
	uint64_t hash;
	uint64_t words[MOST_RUN];
	uint32_t documents; /* that have the run */
	uint32_t said;      /* documents in whose language it is a phrase */
	uint32_t last;      /* of these */
	bool is_part;       /* of a longer one, mostly */
	struct spelling spellings[SPELLINGS];
	UT_hash_handle hh;
};

/* A word of the text in hand. */
struct word {
	uint64_t hash;
	uint32_t start;
	uint32_t end;
	bool linked; /* only a space or hyphen since the word before */
	bool edge;   /* may begin and end a phrase */
};

struct ngrams {
	struct ecs_analyzer *analyzer;
	struct ecs_arena *arena; /* of spellings and phrases */
	struct run_table runs;
	uint32_t document;
	uint32_t documents;
	uint64_t total; /* words */
	uint32_t least; /* documents of a phrase */
	int lang;
	bool second;
	bool failed;
	struct phrase *phrases; /* uthash head */
	struct ecs_token *tokens;
	size_t token_room;
	struct word *words;
	size_t word_room;
};

struct ngrams *
ecs_ngrams_new(
    struct ecs_analyzer *analyzer, uint32_t slots, struct ecs_err *err)
{
	struct ngrams *ngrams = calloc(1, sizeof(*ngrams));

	if (ngrams == NULL)
		goto fail;
	ngrams->analyzer = analyzer;
	ngrams->arena = ecs_arena_new();
	if (ecs_run_table_init(&ngrams->runs, slots) && ngrams->arena != NULL)
		return ngrams;
fail:
	ecs_ngrams_free(ngrams);
	ecs_err_memory(err);
	return NULL;
}

void
ecs_ngrams_free(struct ngrams *ngrams)
{
	if (ngrams == NULL)
		return;
	HASH_CLEAR(hh, ngrams->phrases);
	ecs_arena_free(ngrams->arena);
	ecs_run_table_fini(&ngrams->runs);
	free(ngrams->tokens);
	free(ngrams->words);
	free(ngrams);
}

void
ecs_ngrams_document(struct ngrams *ngrams, int lang)
{
	ngrams->document++;
	ngrams->documents += !ngrams->second;
	ngrams->lang = lang;
}

/* ---- words ---- */

/* Does only a space or a hyphen part the two tokens? */
static bool
is_linked(const char *text, const struct ecs_token *before,
    const struct ecs_token *after)
{
	size_t gap = after->start - before->end;
	const char *at = text + before->end;

	return gap == 1 ? *at == ' ' || *at == '-'
			: gap == 2 && at[0] == '\xC2' && at[1] == '\xA0';
}

/* All of it ASCII capitals, but no word of a heading in capitals: EU, IT. */
static bool
is_abbreviation(const char *text, const struct ecs_token *token)
{
	size_t len = token->end - token->start;

	for (size_t i = 0; i < len; i++)
		if (text[token->start + i] < 'A' ||
		    text[token->start + i] > 'Z')
			return false;
	return len > 1;
}

static bool
is_stop(const struct ngrams *in, const char *folded, size_t len)
{
	uint32_t langs = ecs_stop_langs(in->analyzer, folded, len);

	return in->lang == ECS_LANG_NONE ? langs != 0
					 : (langs >> in->lang & 1) != 0;
}

/* Is the token a piece of an address, a number with points ...? */
static bool
is_piece(const struct ecs_token *token, bool linked)
{
	return token->joined && !token->apostrophe && !linked;
}

/* May token i begin and end a phrase? */
static bool
is_edge(const struct ngrams *in, const char *text, size_t i, size_t n,
    const char *folded, size_t len)
{
	const struct ecs_token *token = &in->tokens[i];

	if (token->has_digit || ecs_count_characters(folded, len) < 2 ||
	    (i > 0 && is_piece(token, is_linked(text, token - 1, token))) ||
	    (i + 1 < n &&
		is_piece(token + 1, is_linked(text, token, token + 1))))
		return false;
	if (is_abbreviation(text, token) &&
	    (i == 0 || !is_abbreviation(text, token - 1)) &&
	    (i + 1 == n || !is_abbreviation(text, token + 1)))
		return true;
	return !is_stop(in, folded, len);
}

/* Returns how many words the text has, -1 when memory ran out. */
static long
read_words(struct ngrams *in, const char *text, size_t len)
{
	long n = ecs_text_cut(text, len, &in->tokens, &in->token_room);

	if (n < 0)
		return -1;
	if ((size_t)n > in->word_room) {
		struct word *larger =
		    realloc(in->words, (size_t)n * sizeof(*larger));

		if (larger == NULL)
			return -1;
		in->words = larger;
		in->word_room = (size_t)n;
	}
	for (long i = 0; i < n; i++) {
		const struct ecs_token *token = &in->tokens[i];
		char folded[ECS_FORM_BYTES + 1];
		size_t flen = ecs_fold_word(in->analyzer, text + token->start,
		    token->end - token->start, folded);

		in->words[i] =
		    (struct word){.hash = ecs_run_table_hash_word(folded, flen),
			.start = token->start,
			.end = token->end,
			.linked = i > 0 && is_linked(text, token - 1, token),
			.edge = is_edge(
			    in, text, (size_t)i, (size_t)n, folded, flen)};
	}
	return n;
}

/* ---- the second reading ---- */

static double
information(const struct ngrams *in, uint64_t hash, bool *known)
{
	const struct run_count *run = ecs_run_table_find(&in->runs, hash);

	*known = run->hash != 0;
	return *known ? -log((double)run->count / (double)in->total) : 0;
}

/* Do the words of a run keep to each other? */
static bool
holds_together(const struct ngrams *in, const uint64_t *words, size_t n)
{
	double apart = 0;
	double together;
	bool known;

	for (size_t i = 0; i < n; i++) {
		apart += information(in, words[i], &known);
		if (!known)
			return false;
	}
	together = information(in, ecs_run_table_hash(words, n), &known);
	return known && together > 0 &&
	    (apart - together) / together / (double)(n - 1) >= LEAST_NPMI;
}

static struct phrase *
add_phrase(struct ngrams *in, const struct run_count *run,
    const uint64_t *words, size_t n)
{
	struct phrase *phrase = ecs_arena_alloc(in->arena, sizeof(*phrase));

	if (phrase == NULL)
		return NULL;
	phrase->hash = run->hash;
	phrase->documents = run->documents;
	memcpy(phrase->words, words, n * sizeof(*words));
	HASH_ADD(hh, in->phrases, hash, sizeof(phrase->hash), phrase);
	return phrase->hh.tbl == NULL ? NULL : phrase;
}

/* Count a spelling; when there are too many the rarest makes room. */
static bool
spell(struct ngrams *in, struct phrase *phrase, const char *text, size_t len)
{
	struct spelling *rarest = &phrase->spellings[0];

	for (size_t i = 0; i < SPELLINGS; i++) {
		struct spelling *known = &phrase->spellings[i];

		if (known->len == len && memcmp(known->text, text, len) == 0) {
			known->count++;
			return true;
		}
		if (known->count < rarest->count)
			rarest = known;
	}
	if (rarest->count > 1) {
		rarest->count--;
		return true;
	}
	rarest->text = ecs_arena_strndup(in->arena, text, len);
	rarest->len = len;
	rarest->count = 1;
	return rarest->text != NULL;
}

/* Do most documents of a run have the longer run? */
static bool
mostly(const struct ngrams *in, const struct phrase *phrase, uint64_t longer)
{
	const struct run_count *run = ecs_run_table_find(&in->runs, longer);

	return run->hash != 0 &&
	    (double)run->documents >= PART_SHARE * phrase->documents;
}

/*
 * Is the phrase here a part of a longer run that it hardly ever stands without?
 * The next word must be one that says something: "the European Commission" is
 * no more than "European Commission".
 */
static bool
is_part(const struct ngrams *in, const struct phrase *phrase, size_t first,
    size_t n, size_t all)
{
	const struct word *words = in->words;
	uint64_t longer[MOST_RUN + 1];

	memcpy(longer, phrase->words, n * sizeof(*longer));
	if (first + n < all && words[first + n].linked &&
	    words[first + n].edge) {
		longer[n] = words[first + n].hash;
		if (mostly(in, phrase, ecs_run_table_hash(longer, n + 1)))
			return true;
	}
	if (first == 0 || !words[first].linked || !words[first - 1].edge)
		return false;
	longer[0] = words[first - 1].hash;
	memcpy(longer + 1, phrase->words, n * sizeof(*longer));
	return mostly(in, phrase, ecs_run_table_hash(longer, n + 1));
}

/* The phrase of a run, known or found to be one now; NULL: it is none. */
static struct phrase *
judge_run(
    struct ngrams *in, struct run_count *run, const uint64_t *words, size_t n)
{
	struct phrase *phrase;

	HASH_FIND(hh, in->phrases, &run->hash, sizeof(run->hash), phrase);
	if (phrase != NULL || run->judged)
		return phrase;
	run->judged = true;
	if (!holds_together(in, words, n))
		return NULL;
	phrase = add_phrase(in, run, words, n);
	in->failed |= phrase == NULL;
	return phrase;
}

static bool
judge(struct ngrams *in, const char *text, size_t first, const uint64_t *words,
    size_t n, size_t all)
{
	const struct word *word = &in->words[first];
	size_t len = word[n - 1].end - word->start;
	struct run_count *run;
	struct phrase *phrase;

	if (!word->edge || !word[n - 1].edge || len > LONGEST_SPELLING)
		return true;
	run = ecs_run_table_find(&in->runs, ecs_run_table_hash(words, n));
	if (run->hash == 0 || run->documents < in->least)
		return true;
	phrase = judge_run(in, run, words, n);
	if (phrase == NULL || phrase->is_part)
		return !in->failed;
	phrase->is_part = is_part(in, phrase, first, n, all);
	if (phrase->is_part)
		return true;
	if (phrase->last != in->document)
		phrase->said++;
	phrase->last = in->document;
	return spell(in, phrase, text + word->start, len);
}

/* ---- both readings ---- */

/* Runs of one word more than a phrase tell what is but a part of something. */
static bool
count_runs(struct ngrams *in, size_t first, size_t all)
{
	uint64_t words[MOST_RUN + 1];

	in->total++;
	for (size_t k = 0; k <= MOST_RUN && first + k < all; k++) {
		if (k > 0 && !in->words[first + k].linked)
			break;
		words[k] = in->words[first + k].hash;
		if (!ecs_run_table_count(&in->runs,
			ecs_run_table_hash(words, k + 1), in->document))
			return false;
	}
	return true;
}

static bool
judge_runs(struct ngrams *in, const char *text, size_t first, size_t all)
{
	uint64_t words[MOST_RUN];

	words[0] = in->words[first].hash;
	for (size_t k = 1; k < MOST_RUN && first + k < all; k++) {
		if (!in->words[first + k].linked)
			break;
		words[k] = in->words[first + k].hash;
		if (!judge(in, text, first, words, k + 1, all))
			return false;
	}
	return true;
}

bool
ecs_ngrams_text(
    struct ngrams *ngrams, const char *text, size_t len, struct ecs_err *err)
{
	long n = read_words(ngrams, text, len);
	bool ok = n >= 0;

	for (size_t i = 0; ok && i < (size_t)n; i++)
		ok = ngrams->second ? judge_runs(ngrams, text, i, (size_t)n)
				    : count_runs(ngrams, i, (size_t)n);
	return ok || ecs_err_memory(err);
}

static int
descending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x < y) - (x > y);
}

/*
 * Where even what is frequent is too much to keep, ask for more documents: so
 * many that at most MOST_PHRASES runs can be judged.
 */
bool
ecs_ngrams_turn(struct ngrams *ngrams, struct ecs_err *err)
{
	uint32_t *counts =
	    malloc((ngrams->runs.used + (size_t)1) * sizeof(*counts));
	uint32_t n = 0;

	if (counts == NULL)
		return ecs_err_memory(err);
	for (uint32_t i = 0; i < ngrams->runs.slots; i++)
		if (ngrams->runs.list[i].documents >= LEAST_DOCUMENTS)
			counts[n++] = ngrams->runs.list[i].documents;
	qsort(counts, n, sizeof(*counts), descending);
	ngrams->least = LEAST_DOCUMENTS;
	if (n > MOST_PHRASES * MOST_RUN)
		ngrams->least = counts[MOST_PHRASES * MOST_RUN] + 1;
	free(counts);
	ngrams->second = true;
	return true;
}

/* ---- what comes out ---- */

static int
by_documents(const void *a, const void *b)
{
	const struct ngram_phrase *x = a;
	const struct ngram_phrase *y = b;

	if (x->documents != y->documents)
		return x->documents > y->documents ? -1 : 1;
	return strcmp(x->text, y->text);
}

static const char *
commonest(const struct phrase *phrase)
{
	const struct spelling *best = &phrase->spellings[0];

	for (size_t i = 1; i < SPELLINGS; i++)
		if (phrase->spellings[i].count > best->count)
			best = &phrase->spellings[i];
	return best->text;
}

/*
 * What stands between stop words in one language may be a quotation in a text
 * of another: a phrase is one in most of the documents that have it.
 */
static bool
is_kept(const struct phrase *phrase)
{
	return !phrase->is_part && phrase->said >= LEAST_DOCUMENTS &&
	    phrase->said >= phrase->documents / 2 && commonest(phrase) != NULL;
}

struct ngram_phrase *
ecs_ngrams_phrases(struct ngrams *ngrams, size_t *n, struct ecs_err *err)
{
	struct ngram_phrase *list =
	    calloc(HASH_COUNT(ngrams->phrases) + (size_t)1, sizeof(*list));

	*n = 0;
	if (list == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	for (struct phrase *phrase = ngrams->phrases; phrase != NULL;
	     phrase = phrase->hh.next)
		if (is_kept(phrase))
			list[(*n)++] = (struct ngram_phrase){
			    commonest(phrase), phrase->said};
	qsort(list, *n, sizeof(*list), by_documents);
	if (*n > MOST_PHRASES)
		*n = MOST_PHRASES;
	return list;
}
