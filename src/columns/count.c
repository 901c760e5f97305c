/* SPDX-License-Identifier: ISC */
/*
 * count - how many rows carry each value, and which rows carry one of some.
 *
 * This is where facets and filters spend their time, so it goes by words of 64
 * rows: a word that is wanted whole is walked straight through the ordinals.
 * Counting one value again and again waits for its counter to come back from
 * the store buffer each time; four rows running therefore count in four lanes,
 * which are added up at the end.
 */
#include <assert.h>
#include <string.h>

#include "table.h"
#include "words.h"

enum { LANES = 4, LANE_ROOM = 1024, LANES_FROM = 4096 };

struct tally {
	uint32_t *counts;
	uint32_t cardinality;
	uint32_t *lane[LANES]; /* the first is counts; all are when large */
};

/* How many words of a bitmap fall into a block, and the first of them. */
static size_t
words_in(const struct ecs_bitmap *bitmap, size_t block, const uint64_t **words)
{
	size_t all = ((size_t)bitmap->bits + 63) / 64;
	size_t from = block * BLOCK_WORDS;

	if (from >= all)
		return 0;
	*words = bitmap->words + from;
	return all - from < BLOCK_WORDS ? all - from : BLOCK_WORDS;
}

/* Ordinals past what the caller has room for are not counted. */
static void
count_some(struct tally *tally, const uint32_t *ordinals, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		if (ordinals[i] < tally->cardinality)
			tally->counts[ordinals[i]]++;
	}
}

/* count is a multiple of LANES, every ordinal under cardinality. */
static void
count_run(struct tally *tally, const uint32_t *ordinals, size_t count)
{
	uint32_t *a = tally->lane[0], *b = tally->lane[1];
	uint32_t *c = tally->lane[2], *d = tally->lane[3];
	size_t i;

	for (i = 0; i < count; i += LANES) {
		a[ordinals[i]]++;
		b[ordinals[i + 1]]++;
		c[ordinals[i + 2]]++;
		d[ordinals[i + 3]]++;
	}
}

static void
count_single(
    struct tally *tally, const uint32_t *ordinals, uint64_t rows, bool safe)
{
	if (safe && rows == UINT64_MAX) {
		count_run(tally, ordinals, 64);
		return;
	}
	for (; rows != 0; rows &= rows - 1) {
		uint32_t ordinal = ordinals[__builtin_ctzll(rows)];

		if (safe || ordinal < tally->cardinality)
			tally->counts[ordinal]++;
	}
}

/* Rows of one word of a MULTI block; first is the word's first row. */
static void
count_multi(struct tally *tally, const struct block *block, uint32_t first,
    uint64_t rows)
{
	uint32_t from, to;

	if (rows == block->present[first >> 6]) {
		from = block_offset(block, first);
		to = block_offset(block, first + 64);
		count_some(tally, block->ordinals + from, to - from);
		return;
	}
	for (; rows != 0; rows &= rows - 1) {
		uint32_t row = first + (uint32_t)__builtin_ctzll(rows);

		from = block_offset(block, row);
		to = block_offset(block, row + 1);
		count_some(tally, block->ordinals + from, to - from);
	}
}

/* Returns how many of the rows carry nothing. */
static uint32_t
count_block(struct tally *tally, const struct block *block,
    const uint64_t *live, const uint64_t *docs, size_t words)
{
	bool safe = block != NULL && block->top < tally->cardinality;
	uint32_t missing = 0;
	size_t i;

	for (i = 0; i < words; i++) {
		uint64_t rows = docs[i] & live[i];
		uint64_t present = block == NULL ? 0 : block->present[i];

		if ((rows & ~present) != 0)
			missing += word_count(rows & ~present);
		rows &= present;
		if (rows == 0 || block->form == BLOCK_GEO)
			continue;
		if (block->form == BLOCK_SINGLE)
			count_single(
			    tally, block->ordinals + i * 64, rows, safe);
		else
			count_multi(tally, block, (uint32_t)i * 64, rows);
	}
	return missing;
}

void
ecs_column_count(const struct ecs_table *table, size_t column,
    const struct ecs_bitmap *docs, uint32_t *counts, uint32_t cardinality,
    uint32_t *missing)
{
	uint32_t lanes[LANES - 1][LANE_ROOM];
	struct tally tally = {
	    counts, cardinality, {counts, counts, counts, counts}};
	bool laned = cardinality <= LANE_ROOM && table->rows >= LANES_FROM;
	size_t block, words;
	const uint64_t *part;
	uint32_t i, lane, none = 0;

	assert(column < table->family->ncolumns);
	for (lane = 1; laned && lane < LANES; lane++) {
		tally.lane[lane] = lanes[lane - 1];
		memset(lanes[lane - 1], 0, cardinality * sizeof(uint32_t));
	}
	for (block = 0; block < table->row_room; block++) {
		words = words_in(docs, block, &part);
		if (words == 0)
			break;
		none += count_block(&tally, table->columns[column][block],
		    table->live->words + block * BLOCK_WORDS, part, words);
	}
	for (lane = 1; laned && lane < LANES; lane++) {
		for (i = 0; i < cardinality; i++)
			counts[i] += tally.lane[lane][i];
	}
	*missing = none;
}

static inline uint64_t
wants(const struct ecs_bitmap *wanted, uint32_t ordinal)
{
	return ordinal < wanted->bits
	    ? wanted->words[ordinal >> 6] >> (ordinal & 63) & 1
	    : 0;
}

/* A row without a value has ECS_NO_ORDINAL, which no bitmap has room for. */
static uint64_t
select_single(const uint32_t *ordinals, const struct ecs_bitmap *wanted)
{
	uint64_t rows = 0;
	uint32_t i;

	for (i = 0; i < 64; i++)
		rows |= wants(wanted, ordinals[i]) << i;
	return rows;
}

/* The same for one wanted ordinal: a comparison instead of a look-up. */
static uint64_t
select_equal(const uint32_t *ordinals, uint32_t only)
{
	uint64_t rows = 0;
	uint32_t i;

	for (i = 0; i < 64; i++)
		rows |= (uint64_t)(ordinals[i] == only) << i;
	return rows;
}

static uint64_t
select_multi(const struct block *block, uint32_t first, uint64_t present,
    const struct ecs_bitmap *wanted)
{
	uint64_t rows = 0;

	for (; present != 0; present &= present - 1) {
		uint32_t bit = (uint32_t)__builtin_ctzll(present);
		uint32_t i = block_offset(block, first + bit);
		uint32_t end = block_offset(block, first + bit + 1);
		uint64_t hit = 0;

		/* Lists are short: looking at all is cheaper than a guess. */
		for (; i < end; i++)
			hit |= wants(wanted, block->ordinals[i]);
		rows |= hit << bit;
	}
	return rows;
}

/* The only bit set in wanted; UINT32_MAX when there are none or more. */
static uint32_t
only_bit(const struct ecs_bitmap *wanted)
{
	uint32_t first = ecs_bitmap_next(wanted, 0);

	if (first == UINT32_MAX ||
	    ecs_bitmap_next(wanted, first + 1) != UINT32_MAX)
		return UINT32_MAX;
	return first;
}

/* Set rows of one word in docs, but none past its room. */
static void
set_rows(struct ecs_bitmap *docs, size_t word, uint64_t rows)
{
	uint32_t tail = docs->bits & 63;

	if (tail != 0 && word == docs->bits >> 6)
		rows &= (UINT64_C(1) << tail) - 1;
	docs->words[word] |= rows;
}

void
ecs_column_select(const struct ecs_table *table, size_t column,
    const struct ecs_bitmap *wanted, struct ecs_bitmap *docs)
{
	uint32_t only = only_bit(wanted);
	size_t all = ((size_t)docs->bits + 63) / 64;
	size_t word;

	assert(column < table->family->ncolumns);
	for (word = 0; word < all && word / BLOCK_WORDS < table->row_room;
	     word++) {
		const struct block *block =
		    table->columns[column][word / BLOCK_WORDS];
		uint32_t first = (uint32_t)(word % BLOCK_WORDS) * 64;
		uint64_t rows;

		if (block == NULL || block->present[first >> 6] == 0 ||
		    block->form == BLOCK_GEO)
			continue;
		if (block->form == BLOCK_MULTI)
			rows = select_multi(
			    block, first, block->present[first >> 6], wanted);
		else if (only != UINT32_MAX)
			rows = select_equal(block->ordinals + first, only);
		else
			rows = select_single(block->ordinals + first, wanted);
		set_rows(docs, word, rows);
	}
}

void
ecs_column_present(
    const struct ecs_table *table, size_t column, struct ecs_bitmap *docs)
{
	size_t all = ((size_t)docs->bits + 63) / 64;
	size_t word;

	assert(column < table->family->ncolumns);
	for (word = 0; word < all && word / BLOCK_WORDS < table->row_room;
	     word++) {
		const struct block *block =
		    table->columns[column][word / BLOCK_WORDS];

		if (block != NULL)
			set_rows(
			    docs, word, block->present[word % BLOCK_WORDS]);
	}
}
