/* SPDX-License-Identifier: ISC */
#ifndef DESK_CORPUS_H
#define DESK_CORPUS_H
/*
 * How a corpus lies in memory: blocks of units, as the columns have blocks of
 * docids, each shared by the corpora in which it is alike.
 */
#include "ecsearch/desk.h"
#include "ecsearch/layout.h"

#include "words.h"

/* The highest bit of a word: a name of joined words begins here. */
#define WORD_NAME UINT32_C(0x80000000)
#define WORD_TYPE UINT32_C(0x7fffffff)

struct desk_unit {
	uint32_t docid;
	uint32_t row;
	uint32_t first; /* of its words in the block */
	uint32_t words;
	uint32_t first_name; /* of its names in the block */
	uint8_t field;       /* of the collection's running text */
	int8_t lang;
};

/* A name of joined words that begins at a word of a block. */
struct desk_name {
	uint32_t at; /* in the block's words */
	uint32_t type;
};

struct desk_block {
	atomic_int refs;
	struct desk_unit *units; /* ascending by docid, then field */
	uint32_t nunits;
	uint32_t unit_room;
	uint32_t *words; /* types */
	size_t nwords;
	size_t word_room;
	struct desk_name *names; /* ascending */
	size_t nnames;
	size_t name_room;
};

struct ecs_corpus {
	atomic_int refs;
	struct ecs_table *table;
	struct desk_words *dictionary;
	uint32_t ntypes; /* of the dictionary, as far as they are known here */
	uint32_t nforms;
	/* One for each block of docids; NULL: none there, or not built. */
	struct desk_block **blocks;
	/* Units before each block: a unit's number is from there on. */
	uint32_t *before;
	size_t nblocks;
	uint64_t words;
	size_t bytes;
	/* The fields' names may go with a schema; these are kept. */
	char field_names[ECS_DESK_FIELDS][64];
	size_t nfields;
};

/* A unit by its number. */
struct desk_at {
	const struct desk_block *block;
	const struct desk_unit *unit;
	const uint32_t *words; /* of the unit */
	uint32_t n;
};
struct desk_at
desk_corpus_unit(const struct ecs_corpus *corpus, uint32_t number);
static inline uint32_t
desk_corpus_units(const struct ecs_corpus *corpus)
{
	return corpus->before[corpus->nblocks];
}
static inline uint32_t
desk_form_of(const struct ecs_corpus *corpus, uint32_t word)
{
	return desk_type(corpus->dictionary, word & WORD_TYPE)->form;
}

/* ---- texts.c: where the words come from ---- */

struct desk_text {
	const char *text;
	size_t len;
	int lang;
	uint8_t field;
	struct ecs_passage *passage; /* NULL: the unit is none */
};
struct desk_texts {
	const struct ecs_source *source;
	const char *fields[ECS_DESK_FIELDS];
	size_t nfields;
	struct ecs_buf data; /* of the passage in hand */
};
void desk_texts_init(struct desk_texts *texts, const struct ecs_source *source);
void desk_texts_fini(struct desk_texts *texts);
/* Called for each text of a unit; false stops. */
typedef bool desk_text_sink(void *user, const struct desk_text *text);
/* The texts of a docid; false when sink stopped (err untouched) or failed. */
bool desk_texts_read(struct desk_texts *texts, uint32_t docid, uint32_t row,
    desk_text_sink *sink, void *user, struct ecs_err *err);

/* 503 "timeout" once the time has run out or the client has gone. */
bool desk_in_time(const struct ecs_desk *desk, struct ecs_err *err);
#endif
