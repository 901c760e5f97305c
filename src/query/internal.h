/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_INTERNAL_H
#define ECS_QUERY_INTERNAL_H
/*
 * What the files of this room share.
 */
#include "ecsearch/buf.h"
#include "ecsearch/err.h"
#include "ecsearch/query.h"
#include "ecsearch/text.h"
#include "ecsearch/xapian.h"

/* ---- parse.c: what the person typed ---- */

enum { MAX_LEAVES = 64, MAX_PIECES = 16 };

enum leaf_kind {
	LEAF_WORD,   /* one word, or a name of several joined pieces */
	LEAF_PHRASE, /* quoted: folded surface forms only */
	LEAF_PREFIX, /* the last piece is the beginning of a word */
	/* Of expert mode: */
	LEAF_PATTERN, /* one piece, with * and ? in it */
	LEAF_NEAR,    /* operands near each other */
	LEAF_FILTER   /* a value of a field: rows without weight */
};

struct leaf;
/* What stands at one of the places of a LEAF_NEAR: any of these. */
struct near_operand {
	struct leaf *leaves; /* LEAF_WORD, LEAF_PHRASE or LEAF_PATTERN */
	size_t n;
};
enum { MAX_NEAR = 8 };

/* One thing to look for. */
struct leaf {
	enum leaf_kind kind;
	bool negative;
	const char *text; /* as typed, without quotes and operators */
	size_t len;
	/* Folded surface forms of the pieces. */
	const char *pieces[MAX_PIECES];
	size_t lens[MAX_PIECES];
	size_t npieces;
	bool has_digit;
	bool stop; /* only holds the sentence together: not looked for */
	bool part; /* a piece of the name before it: helps, is never needed */
	bool hint; /* the letter just begun: finds nothing, but helps the order
		    */
	bool open; /* a LEAF_PREFIX without a star: still being typed */
	/* Of expert mode: */
	bool apart;        /* not simply the next word after the leaf before */
	const char *field; /* that must hold it; NULL: any */
	float boost;       /* of its weight; 1: none */
	struct near_operand *operands;
	size_t noperands;
	uint32_t distance; /* as written: neighbours at most this far apart */
	uint32_t window;   /* words from the first to the last of NEAR */
	bool ordered;
	const struct ecs_filter *filter;
};

enum expr_kind { EXPR_LEAF, EXPR_AND, EXPR_OR, EXPR_NOT };

/* What expert mode asks of the leaves. */
struct expr {
	enum expr_kind kind;
	size_t leaf; /* of an EXPR_LEAF */
	struct expr **children;
	size_t nchildren; /* of EXPR_NOT 1 */
};

/* Why something else than what was typed is looked for; dearest first. */
enum variant_kind {
	VARIANT_SYNONYM,  /* says the same */
	VARIANT_COMPOUND, /* holds the word as a part */
	VARIANT_FUZZY,    /* what was probably meant */
	VARIANT_RELATED   /* a relation that holds one way only */
};
enum { VARIANT_KINDS = VARIANT_RELATED + 1 };

/*
 * Something else that a run of leaves is found by: a word or, of several
 * pieces, a phrase.  What holds it holds each leaf of the run.
 */
struct variant {
	enum variant_kind kind;
	size_t first;     /* leaf */
	size_t count;     /* leaves, 1 or more */
	const char *text; /* as one writes it */
	size_t len;
	const char *const *pieces; /* folded surface forms */
	const size_t *lens;
	size_t npieces;
	/* One word of this language, which is also found by its stems there. */
	bool has_lang;
	bool only_lang; /* and by nothing else: elsewhere it means another thing
			 */
	int lang;
	float weight; /* of a FUZZY: against the likeliest, which has 1 */
	size_t from;  /* of a COMPOUND: the part's bytes in pieces[0] */
	size_t to;
	const char *why; /* for the explanation; NULL: the text says it */
	struct variant *next;
};

/* Two words that were typed one after the other. */
struct pair {
	uint8_t first; /* leaf */
	uint8_t second;
	uint8_t window; /* words from the one to the other, both counted */
};
enum { MAX_PAIRS = 16 };

struct query_tree {
	const char *q; /* as typed: what the texts of the leaves lie in */
	struct leaf leaves[MAX_LEAVES];
	size_t n;
	size_t positive;
	struct pair pairs[MAX_PAIRS];
	size_t npairs;
	bool truncated;           /* more words than MAX_LEAVES */
	struct variant *variants; /* in the arena, latest first */
	uint32_t langs; /* in which its words are stemmed, a bit for each */
	const struct expr *expr; /* NULL: simple mode, all or any */
	bool apart;              /* more than words in a row: no name */
};

/*
 * Add a copy of variant; its texts must live as long as the arena.  NULL and
 * err when memory ran out.
 */
struct variant *
ecs_tree_add_variant(struct query_tree *tree, struct ecs_arena *arena,
    const struct variant *variant, struct ecs_err *err);

/* ---- leaves.c: words and phrases as leaves ---- */

struct leaf_maker {
	struct ecs_arena *arena;
	struct ecs_analyzer *analyzer;
	const char *q;
	size_t len;
	struct query_tree *tree; /* the leaves are added to it */
	bool whole;              /* the pieces of names are not looked for */
	struct ecs_token *tokens;
	size_t token_room;
	struct ecs_err *err;
};
/* The words of q[from, to), each negative when a minus stands before it. */
bool ecs_leaves_add_words(struct leaf_maker *in, size_t from, size_t to);
/* q[from, to) as one phrase. */
bool ecs_leaves_add_phrase(
    struct leaf_maker *in, size_t from, size_t to, bool negative);
/* Does a minus at the beginning of a word stand before what begins at at? */
bool ecs_leaves_is_negated(const struct leaf_maker *in, size_t at);
void ecs_leaves_fini(struct leaf_maker *in);

/* A new leaf, NULL when there are MAX_LEAVES. */
struct leaf *ecs_leaves_new(struct leaf_maker *in, enum leaf_kind kind,
    bool negative, const char *text, size_t len);

/* ---- expr.c: what expert mode asks of the leaves ---- */

struct matches;
/* The rows of a source for which the expression holds; a new bitmap. */
struct ecs_bitmap *
ecs_expr_rows(const struct expr *expr, const struct matches *matches,
    const struct ecs_source *source, struct ecs_err *err);
/* The expression as understood, every bracket written. */
void ecs_expr_describe(const struct query_tree *tree, const struct expr *expr,
    struct ecs_buf *buf);

/* ---- parse.c, continued ---- */

/* Does this character open or close a phrase? */
bool ecs_is_quote(int32_t c);

/* Read simple mode; never fails but for memory. */
bool ecs_parse_simple(struct ecs_arena *arena, struct ecs_analyzer *analyzer,
    const char *q, bool prefix_last, struct query_tree *tree,
    struct ecs_err *err);
/* One leaf as understood, its minus apart. */
void ecs_describe_leaf(struct ecs_buf *buf, const struct leaf *leaf);
/* The query as understood, for the answer. */
const char *ecs_describe_tree(struct ecs_arena *arena,
    const struct query_tree *tree, enum ecs_match match);

/* ---- stops.c ---- */

/*
 * Which leaves only hold the question together; all are kept when nothing else
 * was asked.
 */
bool ecs_stops_find(const struct ecs_search *search,
    const struct ecs_source *sources, size_t nsources,
    const struct ecs_query_context *context, struct query_tree *tree,
    struct ecs_err *err);
/* The languages of a source's texts, a bit for each. */
uint32_t ecs_source_langs(const struct ecs_source *source);
/* Must a document have this leaf, and does it count for its place? */
static inline bool
ecs_leaf_counts(const struct leaf *leaf)
{
	return !leaf->negative && !leaf->stop;
}

/* ---- compounds.c ---- */

/*
 * Add to the tree the compounds that hold its words, and, as parts, the words
 * that its compounds are made of.
 */
bool ecs_compounds_find(const struct ecs_search *search,
    const struct ecs_source *sources, size_t nsources,
    const struct ecs_query_context *context, struct query_tree *tree,
    struct ecs_result *result, struct ecs_err *err);

/* ---- proximity.c ---- */

/* Which leaves were typed one after the other, stop words aside. */
void ecs_pairs_find(struct query_tree *tree);

/* ---- filter_eval.c ---- */

/*
 * The rows of a source that a filter lets through, as a new bitmap.  A
 * collection that lacks a field has no hits for its clauses.
 */
struct ecs_bitmap *ecs_filter_rows(const struct ecs_filter *filter,
    const struct ecs_source *source, struct ecs_err *err);

/*
 * The filter's top-level AND clauses; a filter that is no AND is one clause,
 * for which self points to it.  Returns how many.
 */
size_t ecs_filter_clauses(const struct ecs_filter *filter,
    struct ecs_filter *const **clauses, struct ecs_filter *const *self);
/*
 * The field of a collection that a filter may name, else NULL: a private one
 * is as good as none, prose and places are not filtered by value.
 */
const struct ecs_field *
ecs_filter_field(const struct ecs_collection *collection, const char *name);
/* Does this clause name only that field? */
bool ecs_filter_only(const struct ecs_filter *clause, const char *field);

/* Set the ordinals of a concept and of everything narrower. */
void ecs_want_subtree(const struct ecs_table *table, size_t column,
    const struct ecs_vocabulary *vocabulary, int concept,
    struct ecs_bitmap *wanted);

/* ---- geo.c ---- */

/* The rows inside the circle and box that are asked for, or NULL when none is
 * asked (err untouched) or on failure (err set). */
struct ecs_bitmap *ecs_geo_rows(const struct ecs_search *search,
    const struct ecs_source *source, struct ecs_err *err);
/* Metres between two places on the sphere (haversine, mean radius 6371008.8).
 */
double ecs_geo_distance(double lat1, double lon1, double lat2, double lon2);
/* The collection's first geo field, or NULL. */
const struct ecs_field *ecs_geo_field(const struct ecs_collection *collection);

/* ---- rows.c: which rows count ---- */

/* The rows of one source, before and after filters. */
struct rowset {
	struct ecs_bitmap *words; /* what the query finds; NULL: everything */
	struct ecs_bitmap *fixed; /* embedded filter and geography; NULL: all */
	struct ecs_bitmap **clause; /* one for each top-level filter clause */
	size_t nclauses;
	struct ecs_filter *const *clauses;
	struct ecs_bitmap *rows; /* all of it together */
};
bool ecs_rowset_build(const struct ecs_search *search,
    const struct ecs_source *source, struct rowset *set, struct ecs_err *err);
void ecs_rowset_fini(struct rowset *set);
/* The rows without the clauses that name only field; a new bitmap. */
struct ecs_bitmap *ecs_rowset_without(const struct rowset *set,
    const struct ecs_source *source, const char *field, struct ecs_err *err);

/* ---- facets.c ---- */

/* Count every facet asked for, over all sources; fills result->facets. */
bool ecs_facets_count(const struct ecs_search *search,
    const struct ecs_source *sources, const struct rowset *sets,
    size_t nsources, const struct ecs_query_context *context,
    struct ecs_result *result, struct ecs_err *err);

/* ---- match.c: leaves -> rows and weights ---- */

/* What is scored: each leaf, then each pair, and last the whole name. */
enum {
	SLOT_PAIRS = MAX_LEAVES,
	SLOT_NAME = SLOT_PAIRS + MAX_PAIRS,
	SLOTS = SLOT_NAME + 1
};

/* What one slot found in one source. */
struct leaf_hits {
	struct ecs_bitmap *rows; /* NULL: nothing */
	uint32_t *row;           /* ascending */
	float *weight;           /* weighted, length-normalised frequency */
	uint32_t n;
	uint64_t passages; /* units matched */
};

struct place_hits;
struct variant_hits;
struct concept_hits;

struct matches {
	struct leaf_hits hits[SLOTS];
	/* What each leaf and pair found in each text place, for passages and
	 * reasons. */
	struct place_hits *places;
	size_t nplaces;
	size_t place_room;
	/* Kept when the search is to be explained. */
	struct variant_hits *variants;
	size_t nvariants;
	struct concept_hits *concepts;
	size_t nconcepts;
};

bool ecs_match_leaves(const struct ecs_search *search,
    const struct ecs_source *source, const struct query_tree *tree,
    const struct ecs_query_context *context, struct matches *matches,
    struct ecs_result *result, struct ecs_err *err);
/*
 * The rows of a source in which the surface forms stand side by side (of one:
 * stands) in a place that the search looks at.  A new bitmap.
 */
struct ecs_bitmap *ecs_match_surface(const struct ecs_search *search,
    const struct ecs_source *source, const struct ecs_query_context *context,
    const char *const *pieces, const size_t *lens, size_t n,
    struct ecs_err *err);
/* What to highlight of a query's leaves, in every field and in some. */
bool
ecs_marks_build(const struct query_tree *tree, struct ecs_analyzer *analyzer,
    struct ecs_result *result, struct ecs_err *err);
void ecs_marks_drop(struct ecs_result *result);
/* Look for a name of joined pieces as one word, and not for the pieces. */
bool ecs_marks_add_name(const struct leaf *leaf, struct ecs_analyzer *analyzer,
    struct ecs_marks *marks);
/* Look for a leaf in all its forms. */
bool ecs_marks_add_leaf(const struct query_tree *tree, const struct leaf *leaf,
    struct ecs_analyzer *analyzer, struct ecs_marks *marks);
bool ecs_marks_add_variant(const struct query_tree *tree,
    const struct variant *variant, struct ecs_analyzer *analyzer,
    struct ecs_marks *marks);
/* Is the leaf asked of this field, or of any? */
bool ecs_leaf_is_asked_in(const struct leaf *leaf, const char *field);
void ecs_matches_fini(struct matches *matches);

/* ---- rank.c ---- */

/*
 * Choose the hits of the page from the rows of all sources; score[i] is by row
 * of source i, NULL when nothing was scored.
 */
bool ecs_rank(const struct ecs_search *search, const struct ecs_source *sources,
    const struct rowset *sets, float *const *scores, size_t nsources,
    uint32_t first, uint32_t count, struct ecs_result *result,
    struct ecs_err *err);

/* ---- fingerprint.c ---- */

/* Equal for searches that find the same documents in the same order. */
uint64_t ecs_search_fingerprint(const struct ecs_search *search);
/* Equal for searches whose words find the same, before filters. */
uint64_t ecs_search_words_fingerprint(const struct ecs_search *search);

/* ---- cursor.c ---- */

struct cursor_entry {
	uint8_t source; /* index of the collection in the schema */
	uint32_t row;
};
/* Keep a list (taken over) and make its token in the arena. */
bool ecs_cursor_keep(struct ecs_cursors *cursors, struct cursor_entry *list,
    uint32_t n, uint64_t revision, uint64_t query_hash, struct ecs_arena *arena,
    const char **token, struct ecs_err *err);
/*
 * Copy up to count entries from where the token stands into the arena;
 * *next is the token for what follows, NULL at the end.  410 "cursor_expired"
 * for one that is gone, 400 "bad_cursor" for one of another query or garbled.
 */
bool ecs_cursor_read(struct ecs_cursors *cursors, const char *token,
    uint64_t query_hash, uint32_t count, struct ecs_arena *arena,
    struct cursor_entry **list, uint32_t *n, uint32_t *total,
    uint64_t *revision, const char **next, struct ecs_err *err);

/* The token that stands some entries after where token stands. */
bool ecs_cursor_skip(const char *token, uint32_t entries,
    struct ecs_arena *arena, const char **next, struct ecs_err *err);

/* Add a warning unless it is there already or there is no room. */
void ecs_result_warn(struct ecs_result *result, const char *code,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
#endif
