/* SPDX-License-Identifier: ISC */
#ifndef ECS_DESK_H
#define ECS_DESK_H
/*
 * The analysts' desk: the words of a collection in their order, and what is
 * counted of them.
 *
 *	corpus       each unit of running text as a sequence of words
 *	places       where in it a search finds what it looks for
 *	concordance  places with the words around them
 *	keywords     what a part of the corpus says more often than another
 *	collocates   what stands near the places
 *	trend        how often, by year or another facet
 *	measures     the formulas, with their sources
 *
 * Running text is the bodies of sections; in a collection without them the
 * text fields that are no names (not the title, not sorted by, not completed
 * while typing) and not private.  Titles and headings are not counted.  A unit
 * is a passage of a section, or such a field of a document.  Words are as
 * ecs_text_cut() parts them, and alike when their folded surface forms are.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/buf.h"
#include "ecsearch/query.h"

struct ecs_arena;
struct ecs_err;

/* ---- the corpus ---- */

struct ecs_corpus; /* of one collection at one revision; immutable, counted */

/*
 * The corpus of a source, whose reader must be open.  What did not change since
 * previous (NULL: none), a whole or broken off one of the same collection, is
 * taken from there.  At most limit bytes, else 503 "desk_full".  *corpus is
 * also set on failure when what there is of it is worth to be the next
 * previous.  One at a time of those that build upon each other.
 */
bool ecs_corpus_build(const struct ecs_source *source,
    struct ecs_analyzer *analyzer, struct ecs_corpus *previous, size_t limit,
    struct ecs_corpus **corpus, struct ecs_err *err);
struct ecs_corpus *ecs_corpus_ref(struct ecs_corpus *corpus);
void ecs_corpus_unref(struct ecs_corpus *corpus); /* NULL is allowed */
/* Is it that of this table? */
bool
ecs_corpus_fits(const struct ecs_corpus *corpus, const struct ecs_table *table);
size_t ecs_corpus_bytes(const struct ecs_corpus *corpus); /* about */
uint64_t ecs_corpus_words(const struct ecs_corpus *corpus);

enum { ECS_DESK_FIELDS = 8 };
/* The names of the fields that are running text; returns how many. */
size_t ecs_desk_fields(const struct ecs_collection *collection,
    const char *fields[ECS_DESK_FIELDS]);

/* ---- places ---- */

/* What all functions of the desk work with; of one thread. */
struct ecs_desk {
	const struct ecs_corpus *corpus;
	const struct ecs_source *source; /* of the corpus' table */
	struct ecs_analyzer *analyzer;
	struct ecs_deadline *deadline; /* past it: 503 "timeout" */
};

/* One place: words at to at + words - 1 of a unit. */
struct ecs_place {
	uint32_t unit; /* a number of the corpus: ascending in its order */
	uint32_t at;
	uint32_t words;
};
struct ecs_places {
	struct ecs_place *list; /* ascending; none overlap */
	size_t n;
	size_t room;
};
void ecs_places_free(struct ecs_places *places);
/*
 * Where the rows of sought have what it looks for.  Where two finds overlap the
 * one that begins first is kept, of several that begin together the longest:
 * as they are marked.  Of words near each other the place is from the first to
 * the last, and no narrower group lies in it.
 */
bool
ecs_desk_places(const struct ecs_desk *desk, const struct ecs_sought *sought,
    struct ecs_places *places, struct ecs_err *err);

/* ---- concordance ---- */

enum { ECS_KWIC_MAX_WINDOW = 50, ECS_KWIC_SLOTS = 7, ECS_KWIC_SORTS = 4 };
/* A word beside a place: -3 to -1 left of it, 1 to 3 right, 0 the match. */
struct ecs_kwic_sort {
	int slot;
	bool descending;
};
/*
 * Order places by words (folded, in the order of bytes), those that are alike
 * as they stand in the corpus.
 */
bool ecs_kwic_order(const struct ecs_desk *desk, struct ecs_places *places,
    const struct ecs_kwic_sort *sorts, size_t nsorts, struct ecs_err *err);
/*
 * Keep a random sample of n, in their order: Algorithm S (Knuth, The Art of
 * Computer Programming 2, 3.4.2) with numbers of splitmix64 (Steele, Lea and
 * Flood 2014).  Another seed, another sample; the same seed, the same.
 */
void ecs_kwic_sample(struct ecs_places *places, size_t n, uint64_t seed);

struct ecs_kwic_group {
	const char *text; /* folded; "" where the unit ends before */
	uint64_t count;
};
struct ecs_kwic_groups {
	struct ecs_arena *arena;
	struct ecs_kwic_group *list; /* most frequent first, then by text */
	size_t n;
};
bool
ecs_kwic_group(const struct ecs_desk *desk, const struct ecs_places *places,
    int slot, struct ecs_kwic_groups *groups, struct ecs_err *err);
void ecs_kwic_groups_free(struct ecs_kwic_groups *groups);

/* A line: left, match and right are one stretch of the unit's text. */
struct ecs_kwic_line {
	const char *text; /* of the whole unit */
	size_t left;      /* bytes at which each begins */
	size_t match;
	size_t right;
	size_t end;
	uint32_t row;
	const char *passage; /* NULL: the unit is no passage */
	const char *section;
	int64_t page;      /* -1 when unknown */
	const char *field; /* that the text stands in */
	int lang;
};
struct ecs_kwic_reader; /* keeps the unit in hand */
struct ecs_kwic_reader *ecs_kwic_reader_new(
    const struct ecs_desk *desk, uint32_t window, struct ecs_err *err);
void ecs_kwic_reader_free(struct ecs_kwic_reader *reader); /* NULL allowed */
/* Fill line; its pointers are valid until the next call. */
bool
ecs_kwic_read(struct ecs_kwic_reader *reader, const struct ecs_place *place,
    struct ecs_kwic_line *line, struct ecs_err *err);
/* ---- what is counted ---- */

/* What is alike in all tables of words. */
struct ecs_desk_ask {
	uint64_t least;           /* occurrences of a word to be told */
	uint32_t least_documents; /* and documents, of keywords */
	bool stop_words;          /* tell those that hold sentences together */
	size_t limit;             /* of rows */
	size_t memory;            /* bytes that counting may take */
};

enum ecs_keyword_order { ECS_KEYWORDS_BY_LL, ECS_KEYWORDS_BY_DIFF };

/* Words, or runs of n of them, that one part says more often than another. */
struct ecs_keyword {
	const char *text;
	uint64_t here;
	uint64_t there;
	uint32_t documents_here;
	uint32_t documents_there;
	double ll; /* two-term form: see desk/measures.h for all formulas */
	double diff;
	double p; /* the step of significance that ll reaches */
};
struct ecs_keywords {
	struct ecs_arena *arena;
	struct ecs_keyword *list; /* the first of them by the order asked */
	size_t n;
	size_t found;        /* that are more frequent here, before the limit */
	uint64_t words_here; /* runs of n words */
	uint64_t words_there;
	uint32_t documents_here;
	uint32_t documents_there;
};
/*
 * Count runs of words (1 to 4) inside the units of the rows here against those
 * of the rows there.  A run that begins or ends with a stop word of a language
 * of the rows here is left out unless stop_words.  503 "desk_full" past memory.
 */
bool
ecs_desk_keywords(const struct ecs_desk *desk, const struct ecs_desk_ask *ask,
    uint32_t words, enum ecs_keyword_order order, const struct ecs_bitmap *here,
    const struct ecs_bitmap *there, struct ecs_keywords *keywords,
    struct ecs_err *err);
void ecs_keywords_free(struct ecs_keywords *keywords);

enum ecs_collocate_order {
	ECS_COLLOCATES_BY_LL,
	ECS_COLLOCATES_BY_LOG_DICE,
	ECS_COLLOCATES_BY_MI
};

struct ecs_collocate {
	const char *text;
	uint64_t together;  /* its occurrences in the spans */
	uint64_t frequency; /* in all rows */
	double expected;    /* in the spans, were they as anywhere */
	double ll;          /* four-cell form */
	double log_dice;
	double mi;
	double p;
};
struct ecs_collocates {
	struct ecs_arena *arena;
	struct ecs_collocate *list;
	size_t n;
	size_t found;
	uint64_t span_words; /* in all spans, each counted once */
	uint64_t words;      /* of all rows */
};
/*
 * What stands up to left words before and right words after the places, and
 * more often than elsewhere in the rows (which hold all the places).  A word of
 * two spans is counted once; those of the places themselves are not.
 */
bool
ecs_desk_collocates(const struct ecs_desk *desk, const struct ecs_desk_ask *ask,
    const struct ecs_places *places, const uint32_t span[2],
    enum ecs_collocate_order order, const struct ecs_bitmap *rows,
    struct ecs_collocates *collocates, struct ecs_err *err);
void ecs_collocates_free(struct ecs_collocates *collocates);

enum { ECS_TREND_QUERIES = 8, ECS_TREND_GROUPS = 1000 };
struct ecs_trend_count {
	uint64_t places;
	uint32_t documents; /* that have any */
	/* Of a million words, with the 95 % interval of its count. */
	double per_million;
	double per_million_low;
	double per_million_high;
	/* Of the group's documents, with its 95 % interval. */
	double share;
	double share_low;
	double share_high;
};
struct ecs_trend_group {
	const char *text; /* of a keyword; NULL: a number, or a date's year */
	double number;
	uint64_t words;
	uint32_t documents;
	struct ecs_trend_count counts[ECS_TREND_QUERIES];
};
struct ecs_trend {
	struct ecs_trend_group *groups; /* ascending */
	size_t n;
};
/*
 * Count places (of nqueries queries) in the rows by a field: a number, a date
 * (its year, UTC) or a keyword.  Whole numbers between the first and the last
 * are there even if they are empty, unless there would be more than
 * ECS_TREND_GROUPS.  A row of several values counts in each, one without in
 * none.  The column's texts are valid while the corpus is held.
 */
bool ecs_desk_trend(const struct ecs_desk *desk, const struct ecs_field *field,
    const struct ecs_bitmap *rows, const struct ecs_places *places,
    size_t nqueries, struct ecs_trend *trend, struct ecs_err *err);
void ecs_trend_free(struct ecs_trend *trend);

/* Of how many documents are these places? */
uint32_t ecs_places_documents(
    const struct ecs_desk *desk, const struct ecs_places *places);

#endif
