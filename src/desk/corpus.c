/* SPDX-License-Identifier: ISC */
/*
 * corpus - the units of a collection as sequences of words.
 *
 * It is built block by block of docids; a block of the table that is the one
 * that the previous corpus was built with holds the same units, and so is taken
 * over with its words.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"

#include "corpus.h"

struct builder {
	struct ecs_corpus *corpus;
	struct desk_block *block; /* being filled */
	struct ecs_analyzer *analyzer;
	struct desk_texts texts;
	uint32_t docid;
	uint32_t row;
	size_t limit;
	struct ecs_token *tokens; /* scratch */
	size_t token_room;
	struct ecs_err *err;
};

/* ---- blocks ---- */

static size_t
block_bytes(const struct desk_block *block)
{
	return sizeof(*block) + block->unit_room * sizeof(*block->units) +
	    block->word_room * sizeof(*block->words) +
	    block->name_room * sizeof(*block->names);
}

static void
block_unref(struct desk_block *block)
{
	if (block == NULL || atomic_fetch_sub(&block->refs, 1) != 1)
		return;
	free(block->units);
	free(block->words);
	free(block->names);
	free(block);
}

/* Make room for extra more of size bytes each. */
static bool
reserve(void **list, size_t *room, size_t used, size_t extra, size_t size)
{
	size_t wanted = *room;
	void *larger;

	if (used + extra <= *room)
		return true;
	while (wanted < used + extra)
		wanted = wanted + wanted / 2 + 256;
	larger = realloc(*list, wanted * size);
	if (larger == NULL)
		return false;
	*list = larger;
	*room = wanted;
	return true;
}

/* Give back what was reserved and not used. */
static void
trim(void **list, size_t *room, size_t used, size_t size)
{
	void *smaller = realloc(*list, (used + 1) * size);

	if (smaller == NULL)
		return;
	*list = smaller;
	*room = used + 1;
}

static void
trim_block(struct desk_block *block)
{
	size_t room = block->unit_room;

	trim((void **)&block->units, &room, block->nunits,
	    sizeof(*block->units));
	block->unit_room = (uint32_t)room;
	trim((void **)&block->words, &block->word_room, block->nwords,
	    sizeof(*block->words));
	trim((void **)&block->names, &block->name_room, block->nnames,
	    sizeof(*block->names));
}

/* ---- a text ---- */

/* Do a token and the one before it make one name?  An apostrophe parts. */
static bool
is_linked(const char *text, const struct ecs_token *tokens, size_t i)
{
	const struct ecs_token *before = &tokens[i] - 1;

	if (i == 0 || !tokens[i].joined)
		return false;
	return !tokens[i].apostrophe ||
	    (before->end - before->start == 1 &&
		(text[before->start] | 0x20) == 'o');
}

/* How many tokens from i on are joined to one name; 1: none. */
static size_t
chain(const char *text, const struct ecs_token *tokens, size_t i, size_t n)
{
	enum { LONGEST = 8 }; /* see text.h: names of 2 to 8 words */
	size_t end = i + 1;

	if (is_linked(text, tokens, i))
		return 1;
	while (end < n && is_linked(text, tokens, end))
		end++;
	return end - i > LONGEST ? 1 : end - i;
}

static bool
add_name(struct builder *in, const char *text, size_t i, size_t n)
{
	struct desk_block *block = in->block;
	const struct ecs_token *first = &in->tokens[i];
	size_t at = block->nwords - 1;
	uint32_t type =
	    desk_words_add_name(in->corpus->dictionary, text + first->start,
		first[n - 1].end - first->start, (uint32_t)n, block->words[at]);

	if (type == NO_WORD ||
	    !reserve((void **)&block->names, &block->name_room, block->nnames,
		1, sizeof(*block->names)))
		return false;
	block->words[at] |= WORD_NAME;
	block->names[block->nnames++] = (struct desk_name){(uint32_t)at, type};
	return true;
}

static bool
add_words(struct builder *in, const char *text, size_t n)
{
	struct desk_block *block = in->block;

	for (size_t i = 0; i < n; i++) {
		const struct ecs_token *token = &in->tokens[i];
		size_t joined = chain(text, in->tokens, i, n);
		uint32_t type =
		    desk_words_add(in->corpus->dictionary, in->analyzer,
			text + token->start, token->end - token->start);

		if (type == NO_WORD)
			return false;
		block->words[block->nwords++] = type;
		if (joined > 1 && !add_name(in, text, i, joined))
			return false;
	}
	return true;
}

static bool
add_text(void *user, const struct desk_text *text)
{
	struct builder *in = user;
	struct desk_block *block = in->block;
	long n =
	    ecs_text_cut(text->text, text->len, &in->tokens, &in->token_room);
	size_t unit_room = block->unit_room;
	bool ok;

	if (n < 0 ||
	    !reserve((void **)&block->units, &unit_room, block->nunits, 1,
		sizeof(*block->units)) ||
	    !reserve((void **)&block->words, &block->word_room, block->nwords,
		(size_t)n, sizeof(*block->words)))
		return ecs_err_memory(in->err);
	block->unit_room = (uint32_t)unit_room;
	block->units[block->nunits++] = (struct desk_unit){.docid = in->docid,
	    .row = in->row,
	    .first = (uint32_t)block->nwords,
	    .words = (uint32_t)n,
	    .first_name = (uint32_t)block->nnames,
	    .field = text->field,
	    .lang = (int8_t)text->lang};
	pthread_mutex_lock(&in->corpus->dictionary->mutex);
	ok = add_words(in, text->text, (size_t)n);
	pthread_mutex_unlock(&in->corpus->dictionary->mutex);
	return ok || ecs_err_memory(in->err);
}

/* ---- the whole ---- */

static bool
build_block(struct builder *in, const struct ecs_unit_block *units, size_t b)
{
	in->block = calloc(1, sizeof(*in->block));
	if (in->block == NULL)
		return ecs_err_memory(in->err);
	atomic_init(&in->block->refs, 1);
	for (uint32_t i = 0; i < ECS_BLOCK; i++) {
		if (units->row[i] == UINT32_MAX)
			continue;
		in->docid = (uint32_t)b * ECS_BLOCK + i;
		in->row = units->row[i];
		if (!desk_texts_read(&in->texts, in->docid, in->row, add_text,
			in, in->err)) {
			block_unref(in->block);
			return false;
		}
	}
	trim_block(in->block);
	in->corpus->blocks[b] = in->block;
	return true;
}

static size_t
blocks_of(const struct ecs_table *table)
{
	return (ecs_table_unit_limit(table) + ECS_BLOCK - 1) / ECS_BLOCK;
}

/* Take what is alike from the previous corpus. */
static void
take_over(struct ecs_corpus *corpus, const struct ecs_corpus *previous)
{
	const struct ecs_unit_block *const *new =
	    ecs_table_unit_blocks(corpus->table);
	const struct ecs_unit_block *const *old =
	    ecs_table_unit_blocks(previous->table);

	for (size_t b = 0; b < corpus->nblocks && b < previous->nblocks; b++)
		if (new[b] == old[b] && previous->blocks[b] != NULL) {
			corpus->blocks[b] = previous->blocks[b];
			atomic_fetch_add(&corpus->blocks[b]->refs, 1);
		}
}

static void
keep_fields(struct ecs_corpus *corpus, const struct ecs_collection *collection)
{
	const char *fields[ECS_DESK_FIELDS];

	corpus->nfields = ecs_desk_fields(collection, fields);
	for (size_t i = 0; i < corpus->nfields; i++)
		snprintf(corpus->field_names[i], sizeof(corpus->field_names[i]),
		    "%s", fields[i]);
}

static bool
fields_are_those_of(
    const struct ecs_corpus *corpus, const struct ecs_corpus *other)
{
	if (corpus->nfields != other->nfields)
		return false;
	for (size_t i = 0; i < corpus->nfields; i++)
		if (strcmp(corpus->field_names[i], other->field_names[i]) != 0)
			return false;
	return true;
}

static struct ecs_corpus *
begin(const struct ecs_source *source, struct ecs_corpus *previous)
{
	struct ecs_corpus *corpus = calloc(1, sizeof(*corpus));

	if (corpus == NULL)
		return NULL;
	atomic_init(&corpus->refs, 1);
	/* Counting its references changes nothing of what it holds. */
	corpus->table =
	    ecs_table_ref((struct ecs_table *)(uintptr_t)source->table);
	corpus->nblocks = blocks_of(corpus->table);
	corpus->blocks = calloc(corpus->nblocks + 1, sizeof(*corpus->blocks));
	corpus->before = calloc(corpus->nblocks + 1, sizeof(*corpus->before));
	keep_fields(corpus, source->collection);
	if (previous != NULL && fields_are_those_of(corpus, previous))
		corpus->dictionary = desk_words_ref(previous->dictionary);
	else
		corpus->dictionary = desk_words_new();
	if (corpus->blocks == NULL || corpus->before == NULL ||
	    corpus->dictionary == NULL) {
		ecs_corpus_unref(corpus);
		return NULL;
	}
	if (previous != NULL && corpus->dictionary == previous->dictionary)
		take_over(corpus, previous);
	return corpus;
}

static void
sum(struct ecs_corpus *corpus)
{
	uint32_t before = 0;

	corpus->words = 0;
	corpus->bytes = sizeof(*corpus) + corpus->dictionary->bytes;
	for (size_t b = 0; b < corpus->nblocks; b++) {
		const struct desk_block *block = corpus->blocks[b];

		corpus->before[b] = before;
		if (block == NULL)
			continue;
		before += block->nunits;
		corpus->words += block->nwords;
		corpus->bytes += block_bytes(block);
	}
	corpus->before[corpus->nblocks] = before;
	corpus->ntypes = corpus->dictionary->ntypes;
	corpus->nforms = corpus->dictionary->nforms;
}

static bool
check_limit(struct builder *in)
{
	sum(in->corpus);
	return in->corpus->bytes <= in->limit ||
	    ecs_err_set(in->err, 503, "desk_full",
		"the words of %s need more memory than desk-bytes allows",
		in->texts.source->collection->name);
}

static bool
build(struct builder *in)
{
	const struct ecs_unit_block *const *units =
	    ecs_table_unit_blocks(in->corpus->table);

	for (size_t b = 0; b < in->corpus->nblocks; b++)
		if (units[b] != NULL && in->corpus->blocks[b] == NULL &&
		    (!build_block(in, units[b], b) || !check_limit(in)))
			return false;
	return check_limit(in);
}

bool
ecs_corpus_build(const struct ecs_source *source, struct ecs_analyzer *analyzer,
    struct ecs_corpus *previous, size_t limit, struct ecs_corpus **corpus,
    struct ecs_err *err)
{
	struct builder in = {
	    .corpus = begin(source, previous),
	    .analyzer = analyzer,
	    .limit = limit,
	    .err = err,
	};
	bool ok;

	*corpus = in.corpus;
	if (in.corpus == NULL)
		return ecs_err_memory(err);
	desk_texts_init(&in.texts, source);
	ok = build(&in);
	desk_texts_fini(&in.texts);
	free(in.tokens);
	return ok;
}

struct ecs_corpus *
ecs_corpus_ref(struct ecs_corpus *corpus)
{
	atomic_fetch_add(&corpus->refs, 1);
	return corpus;
}

void
ecs_corpus_unref(struct ecs_corpus *corpus)
{
	if (corpus == NULL || atomic_fetch_sub(&corpus->refs, 1) != 1)
		return;
	for (size_t b = 0; corpus->blocks != NULL && b < corpus->nblocks; b++)
		block_unref(corpus->blocks[b]);
	free(corpus->blocks);
	free(corpus->before);
	desk_words_unref(corpus->dictionary);
	ecs_table_unref(corpus->table);
	free(corpus);
}

bool
ecs_corpus_fits(const struct ecs_corpus *corpus, const struct ecs_table *table)
{
	return corpus->table == table;
}

size_t
ecs_corpus_bytes(const struct ecs_corpus *corpus)
{
	return corpus->bytes;
}

uint64_t
ecs_corpus_words(const struct ecs_corpus *corpus)
{
	return corpus->words;
}

struct desk_at
desk_corpus_unit(const struct ecs_corpus *corpus, uint32_t number)
{
	size_t low = 0;
	size_t high = corpus->nblocks;
	struct desk_at at;

	/* The last block that has not more than number units before it. */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (corpus->before[middle] <= number)
			low = middle;
		else
			high = middle;
	}
	at.block = corpus->blocks[low];
	at.unit = &at.block->units[number - corpus->before[low]];
	at.words = at.block->words + at.unit->first;
	at.n = at.unit->words;
	return at;
}
