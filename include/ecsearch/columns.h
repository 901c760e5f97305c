/* SPDX-License-Identifier: ISC */
#ifndef ECS_COLUMNS_H
#define ECS_COLUMNS_H
/*
 * Columns in memory: what filters, facets and sorting read.  A table holds all
 * columns of one collection at one revision.  It is immutable and counted by
 * reference, so any number of threads read it while the writer prepares the
 * next one: a draft copies only the blocks (of ECS_BLOCK rows) it changes.
 *
 * A row is a document's number (from 0, dense, kept for the document's life).
 * A unit is a docid of the index; each belongs to one row.  The units of a
 * row are consecutive docids.
 *
 * Every column but GEO is dictionary-coded: a row has zero or more ordinals,
 * ascending and distinct; a dictionary (text or number -> ordinal) only grows
 * and is shared by all tables of the collection.  Counting is a walk over
 * ordinals; a range is a set of ordinals; an order is a rank for each ordinal.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ecs_err;

/* ---- sets of rows ---- */

struct ecs_bitmap {
	uint64_t *words;
	uint32_t bits; /* room; all bits past it read as 0 */
};

/* All bits clear.  NULL when memory ran out. */
struct ecs_bitmap *ecs_bitmap_new(uint32_t bits);
struct ecs_bitmap *ecs_bitmap_copy(const struct ecs_bitmap *bitmap);
void ecs_bitmap_free(struct ecs_bitmap *bitmap); /* NULL is allowed */

static inline void
ecs_bitmap_set(struct ecs_bitmap *bitmap, uint32_t bit)
{
	bitmap->words[bit >> 6] |= UINT64_C(1) << (bit & 63);
}

static inline bool
ecs_bitmap_test(const struct ecs_bitmap *bitmap, uint32_t bit)
{
	return bit < bitmap->bits &&
	    (bitmap->words[bit >> 6] >> (bit & 63) & 1) != 0;
}

void ecs_bitmap_clear(struct ecs_bitmap *bitmap, uint32_t bit);
/* a becomes a AND b, a OR b, a AND NOT b.  The rooms may differ; for OR, b's
 * room must not be larger. */
void ecs_bitmap_and(struct ecs_bitmap *a, const struct ecs_bitmap *b);
void ecs_bitmap_or(struct ecs_bitmap *a, const struct ecs_bitmap *b);
void ecs_bitmap_andnot(struct ecs_bitmap *a, const struct ecs_bitmap *b);
uint32_t ecs_bitmap_count(const struct ecs_bitmap *bitmap);
/* The first set bit at or after from, or UINT32_MAX. */
uint32_t ecs_bitmap_next(const struct ecs_bitmap *bitmap, uint32_t from);

/* ---- what a table is made of ---- */

enum ecs_column_kind {
	ECS_COLUMN_TEXT,     /* values compared byte for byte */
	ECS_COLUMN_COLLATED, /* the same, sorted by a collation key */
	ECS_COLUMN_NUMBER,   /* doubles; dates are seconds since 1970 UTC */
	ECS_COLUMN_GEO       /* one latitude and longitude, WGS 84 degrees */
};

struct ecs_column_spec {
	const char *name; /* copied */
	enum ecs_column_kind kind;
};

/*
 * Make the sort key of a COLLATED value: appends to key; memcmp of keys is the
 * order.  Called by the writer and, under a lock, by readers that sort.
 */
struct ecs_buf;
typedef bool
ecs_sort_key(void *user, const char *text, size_t len, struct ecs_buf *key);

/* One value of one column, for a draft.  Borrowed for the call. */
struct ecs_column_value {
	uint16_t column;
	const char *text; /* TEXT, COLLATED */
	size_t len;
	double number; /* NUMBER; latitude for GEO */
	double lon;    /* GEO */
};

enum { ECS_NO_ORDINAL = UINT32_MAX, ECS_BLOCK = 4096 };

struct ecs_table;
struct ecs_draft;

/*
 * An empty table of these columns.  lengths is how many field lengths are
 * kept for each unit.  sort_key may be NULL when no column is COLLATED; user
 * must outlive every table made from this one.
 */
struct ecs_table *
ecs_table_new(const struct ecs_column_spec *specs, size_t ncolumns,
    size_t lengths, ecs_sort_key *sort_key, void *user, struct ecs_err *err);
struct ecs_table *ecs_table_ref(struct ecs_table *table);
void ecs_table_unref(struct ecs_table *table); /* NULL is allowed */

/* ---- the writer's side: one thread ---- */

/* A draft of the next table; table stays the caller's and unchanged. */
struct ecs_draft *ecs_draft_new(struct ecs_table *table, struct ecs_err *err);
void ecs_draft_free(struct ecs_draft *draft); /* drop it; NULL is allowed */
/*
 * Set a row whole: its units first_unit .. first_unit + units - 1, their field
 * lengths (units * lengths numbers, in words, unit after unit; larger than
 * UINT16_MAX is stored as that), and its values in any order.  What the row
 * had before is forgotten, its former units included.
 */
bool ecs_draft_put(struct ecs_draft *draft, uint32_t row, uint32_t first_unit,
    uint32_t units, const uint32_t *lengths,
    const struct ecs_column_value *values, size_t nvalues, struct ecs_err *err);
/* Remove a row; one that is not there is no failure. */
bool
ecs_draft_remove(struct ecs_draft *draft, uint32_t row, struct ecs_err *err);
/* The units a row has now (0 and 0 when it is not there). */
void ecs_draft_units(const struct ecs_draft *draft, uint32_t row,
    uint32_t *first_unit, uint32_t *units);
/* The finished table (one reference, the caller's); the draft is gone. */
struct ecs_table *ecs_draft_seal(struct ecs_draft *draft, struct ecs_err *err);

/* ---- reading: any thread ---- */

uint32_t ecs_table_rows(const struct ecs_table *table);  /* live documents */
uint32_t ecs_table_limit(const struct ecs_table *table); /* highest row + 1 */
uint32_t ecs_table_unit_limit(const struct ecs_table *table);
uint32_t ecs_table_units(const struct ecs_table *table); /* live units */
const struct ecs_bitmap *ecs_table_live(const struct ecs_table *table);
void ecs_table_row_units(const struct ecs_table *table, uint32_t row,
    uint32_t *first_unit, uint32_t *units);
/* Mean length of a length field over live units that have it (> 0 words). */
double ecs_table_mean_length(const struct ecs_table *table, size_t field);
size_t ecs_table_bytes(const struct ecs_table *table); /* memory held, about */
/* Do both come from one empty table, and so share their dictionaries? */
bool
ecs_table_is_kin(const struct ecs_table *table, const struct ecs_table *other);

/*
 * The hot path: blocks of unit data, indexed docid >> 12 and docid & 4095.
 * blocks[i] may be NULL (no live unit there).  row is UINT32_MAX for a docid
 * that is no live unit.
 */
struct ecs_unit_block {
	uint32_t row[ECS_BLOCK];
	uint16_t *length; /* ECS_BLOCK * lengths */
};
const struct ecs_unit_block *const *
ecs_table_unit_blocks(const struct ecs_table *table);

/* How many ordinals a column's dictionary has (as of this table or later). */
uint32_t ecs_column_cardinality(const struct ecs_table *table, size_t column);
/* The text of an ordinal (TEXT, COLLATED); valid while the table is held. */
const char *ecs_column_text(const struct ecs_table *table, size_t column,
    uint32_t ordinal, size_t *len);
double ecs_column_number(
    const struct ecs_table *table, size_t column, uint32_t ordinal);
/* Ordinal of a value, or ECS_NO_ORDINAL. */
uint32_t ecs_column_find_text(
    const struct ecs_table *table, size_t column, const char *text, size_t len);
uint32_t ecs_column_find_number(
    const struct ecs_table *table, size_t column, double number);
/* The ordinals of one row; returns how many.  Valid while the table is held. */
uint32_t ecs_column_row(const struct ecs_table *table, size_t column,
    uint32_t row, const uint32_t **ordinals);
bool ecs_column_geo(const struct ecs_table *table, size_t column, uint32_t row,
    double *lat, double *lon);

/*
 * Count how many rows of docs carry each ordinal: counts has room for
 * ecs_column_cardinality() numbers and is added to.  *missing gets the rows
 * that carry none.
 */
void ecs_column_count(const struct ecs_table *table, size_t column,
    const struct ecs_bitmap *docs, uint32_t *counts, uint32_t cardinality,
    uint32_t *missing);
/* Set in docs the rows that carry an ordinal for which wanted is set. */
void ecs_column_select(const struct ecs_table *table, size_t column,
    const struct ecs_bitmap *wanted, struct ecs_bitmap *docs);
/* Set in docs the rows that carry any value. */
void ecs_column_present(
    const struct ecs_table *table, size_t column, struct ecs_bitmap *docs);
/*
 * The rank of each ordinal in ascending order (bytes, collation or number);
 * *len numbers, shared and cached, valid while the table is held.
 */
const uint32_t *ecs_column_ranks(const struct ecs_table *table, size_t column,
    uint32_t *len, struct ecs_err *err);

/* ---- which terms exist ---- */

/*
 * A set of term hashes that answers "certainly not in the index" without
 * touching it.  One writer adds, any number of threads ask meanwhile, without
 * locks.  It may say yes for a term since removed; never no for one present
 * in a published revision.
 */
struct ecs_termset;
struct ecs_termset *ecs_termset_new(struct ecs_err *err);
void ecs_termset_free(struct ecs_termset *set);
bool ecs_termset_add(
    struct ecs_termset *set, const char *term, size_t len, struct ecs_err *err);
/* The two halves of adding: analysis makes the hashes, the writer adds them. */
uint64_t ecs_termset_hash(const char *term, size_t len);
bool ecs_termset_add_hash(
    struct ecs_termset *set, uint64_t hash, struct ecs_err *err);
bool
ecs_termset_maybe(const struct ecs_termset *set, const char *term, size_t len);
bool ecs_termset_maybe_hash(const struct ecs_termset *set, uint64_t hash);
size_t ecs_termset_bytes(const struct ecs_termset *set);
#endif
