/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_H
#define ECS_QUERY_H
/*
 * A request's way: parameters -> search -> result.
 *
 *	params   every 400 there is; afterwards nothing about the request is
 *wrong filter   the filter expression, parsed once, evaluated per collection
 *	parse    what the person typed, as a tree of leaves
 *	match    leaf -> rows and weights, from posting lists
 *	rank     the page asked for, by score or by columns
 *	facets   counts over the rows, each facet without its own choice
 *
 * Totals and counts are of documents and exact unless a warning says otherwise.
 * A search struct is immutable once read, and may be run by one thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "ecsearch/arena.h"
#include "ecsearch/columns.h"
#include "ecsearch/schema.h"

struct ecs_analyzer;
struct ecs_buf;
struct expert_node;
struct ecs_err;
struct ecs_index_reader;
struct ecs_lexicon;
struct ecs_marks;
struct ecs_record_reader;

/* ---- what is asked ---- */

enum ecs_filter_kind {
	ECS_FILTER_AND,
	ECS_FILTER_OR,
	ECS_FILTER_NOT,     /* one child */
	ECS_FILTER_VALUE,   /* field:value */
	ECS_FILTER_SUBTREE, /* field:value with a slash and star: it and
			       narrower */
	ECS_FILTER_RANGE,   /* field:low..high, both ends inclusive */
	ECS_FILTER_PRESENT  /* field:* */
};

struct ecs_filter {
	enum ecs_filter_kind kind;
	const char *field; /* of a clause */
	/* What the value was read as; a field of another kind has no hits. */
	enum ecs_field_type type;
	const char *value; /* of VALUE and SUBTREE, and a range's text */
	size_t value_len;
	/* Of a RANGE, and of a VALUE of a number or date field (both ends). */
	double low;           /* -INFINITY when open */
	double high;          /* INFINITY when open */
	bool numeric;         /* low and high are meant */
	const char *low_text; /* the ends as typed; NULL when open */
	const char *high_text;
	struct ecs_filter **children;
	size_t nchildren;
};

enum ecs_facet_type {
	ECS_FACET_VALUE,
	ECS_FACET_RANGE,
	ECS_FACET_HISTOGRAM,
	ECS_FACET_TREE
};

struct ecs_facet_range {
	double from;       /* inclusive; -INFINITY when open */
	double to;         /* exclusive; INFINITY when open */
	const char *label; /* NULL: made from the ends */
};

enum ecs_calendar {
	ECS_NO_CALENDAR,
	ECS_DAY,
	ECS_MONTH,
	ECS_QUARTER,
	ECS_YEAR
};

struct ecs_facet_request {
	const char *field;
	enum ecs_facet_type type;
	uint32_t limit;   /* 0 to 1000 */
	bool by_label;    /* else by count */
	const char *q;    /* NULL: all values */
	bool disjunctive; /* leave out the filter clauses on this field */
	const struct ecs_facet_range *ranges;
	size_t nranges;
	double interval;            /* of numbers */
	enum ecs_calendar calendar; /* of dates */
};

enum ecs_sort_kind { ECS_SORT_RELEVANCE, ECS_SORT_FIELD, ECS_SORT_DISTANCE };
struct ecs_sort {
	enum ecs_sort_kind kind;
	const char *field;
	bool descending;
};
enum { ECS_MAX_SORTS = 4, ECS_MAX_FACETS = 50, ECS_MAX_PER_PAGE = 1000 };

enum ecs_match { ECS_MATCH_AUTO, ECS_MATCH_ALL, ECS_MATCH_ANY };

struct ecs_field_weight {
	const char *field;
	double weight;
};

struct ecs_search {
	struct ecs_arena *arena; /* owns all of it */
	const struct ecs_schema *schema;
	bool in[ECS_MAX_COLLECTIONS]; /* by index in the schema */
	const char *q;                /* NFC as sent; "" matches everything */
	struct expert_node *expert;   /* q as read; NULL: simple mode */
	enum ecs_match match;
	bool prefix_last;
	int lang; /* of text.h; ECS_LANG_NONE: auto */
	const struct ecs_field_weight *fields; /* NULL: the schema's */
	size_t nfields;
	struct ecs_filter *filter;   /* NULL: none */
	struct ecs_filter *embedded; /* of the key; narrows everything; NULL */
	const struct ecs_facet_request *facets;
	size_t nfacets;
	struct ecs_sort sorts[ECS_MAX_SORTS];
	size_t nsorts;
	uint32_t page;      /* from 1 */
	uint32_t offset;    /* of the first hit, instead of page; 0: none */
	uint32_t per_page;  /* 0 to 1000 */
	const char *cursor; /* NULL: paging; "*": begin; else a token */
	bool has_near;
	double near_lat;
	double near_lon;
	double radius_m; /* <= 0: none */
	bool has_box;
	double box[4]; /* south, west, north, east; west > east crosses 180 */
	const double (*boxes)[4]; /* or inside one of these, when has_box */
	size_t nboxes;
	bool highlight;
	bool highlight_html;
	const char *pre;
	const char *post;
	uint32_t passages;
	bool typo;
	bool explain;
	bool total;
	uint32_t timeout_ms;
	bool count; /* is it one of the searches that are counted? */
	/*
	 * Of all that is found, only this row of the one collection searched is
	 * answered: its passages, as the search that leads to it finds them.
	 */
	bool only_row;
	uint32_t row;
};

/*
 * Read the parameters of a search from a JSON object (names as in the manual).
 * only is the collection of a route that names one, else -1.  visible says
 * which collections the asker may see; a hidden one is as unknown.  400 names
 * every parameter that is wrong.
 */
struct ecs_search *ecs_search_read(const struct ecs_schema *schema,
    const bool *visible, int only, json_t *parameters, struct ecs_err *err);
void ecs_search_free(struct ecs_search *search); /* NULL is allowed */

/* One parameter of a query string. */
struct ecs_query_parameter {
	const char *name;
	const char *value;
};
/*
 * The JSON object that says the same as these query parameters: lists from
 * repeats and commas, numbers and booleans from their text.  NULL and a 400 err
 * when one cannot be read as what it must be.
 */
json_t *ecs_search_parameters(
    const struct ecs_query_parameter *list, size_t n, struct ecs_err *err);

/*
 * Parse a filter expression; in says which collections are searched.  400
 * "bad_filter" with the column.
 */
struct ecs_filter *
ecs_filter_parse(struct ecs_arena *arena, const struct ecs_schema *schema,
    const bool *in, const char *text, struct ecs_err *err);
/* The same from the JSON form: an array of arrays of "field:value". */
struct ecs_filter *
ecs_filter_from_json(struct ecs_arena *arena, const struct ecs_schema *schema,
    const bool *in, json_t *json, struct ecs_err *err);

/* ---- where it is asked ---- */

/* One collection of one revision; all parts belong together. */
struct ecs_source {
	int index; /* of the collection in the schema */
	const struct ecs_collection *collection;
	const struct ecs_table *table;
	const struct ecs_termset *terms;
	const struct ecs_lexicon *lexicon; /* NULL: no words are listed */
	struct ecs_index_reader *reader;
	struct ecs_record_reader *records;
	int records_collection;
	uint64_t revision;
};

/* Told to stop: the client has gone, the deadline has passed. */
struct ecs_deadline {
	int64_t at_us; /* CLOCK_MONOTONIC microseconds; 0: none */
	bool (*cancelled)(void *user);
	void *user;
	bool passed; /* set once it was noticed */
};
/* Has the time run out or the client gone?  Sets deadline->passed. */
bool ecs_deadline_passed(struct ecs_deadline *deadline);

/* ---- what comes out ---- */

struct ecs_passage_hit {
	uint32_t docid;
	float score;
};

struct ecs_reason {
	const char *what; /* in words: "sicher" in title as typed; 12 of ... */
	double points;    /* of the score: rareness * weight */
	double rareness;  /* of what was found, in all that is searched */
	double weight;    /* of it here: how often, where, in how long a text */
};

struct ecs_hit {
	int source; /* index in the sources given */
	uint32_t row;
	float score;
	double distance_m;                      /* < 0: not asked or unknown */
	const struct ecs_passage_hit *passages; /* best first */
	uint32_t npassages;
	uint32_t more_passages;           /* matching ones beyond those */
	const struct ecs_reason *reasons; /* when explained; they add up */
	uint32_t nreasons;
};

struct ecs_facet_value {
	const char *text; /* of a keyword; NULL for numbers and dates */
	double number;    /* of a number; low end of a range */
	double to;        /* high end of a range or bucket */
	const char *label;
	uint32_t count;
	bool selected;
	int depth;  /* in a tree */
	int parent; /* index in values, -1: top */
};

struct ecs_facet {
	const struct ecs_facet_request *request;
	const struct ecs_field *field; /* of the first collection that has it */
	struct ecs_facet_value *values;
	size_t nvalues;
	uint32_t total_values;
	uint32_t missing;
	uint32_t other;
	bool has_stats; /* of numbers and dates, over what is counted */
	double min;
	double max;
	double sum;
	uint32_t counted;
	bool exact;
};

struct ecs_warning {
	char code[32];
	char message[160];
};
enum { ECS_MAX_WARNINGS = 8 };

/* What a number of the marks stands for. */
struct ecs_query_word {
	const char *text; /* as typed; NULL: it is not looked for by itself */
	bool needed;      /* where all words are asked, this is one of them */
};

/* What to highlight in one field. */
struct ecs_field_marks {
	struct ecs_field_marks *next;
	const char *field;
	struct ecs_marks *marks;
};

struct ecs_result {
	struct ecs_arena *arena; /* owns the lists */
	struct ecs_hit *hits;
	size_t nhits;
	uint32_t total;
	uint64_t passages_total; /* matching passages of long documents */
	bool exact;
	enum ecs_match match; /* what was used: ALL or ANY */
	const char *parsed;   /* the query as understood */
	/* What was searched for too, as it was probably meant; NULL: nothing.
	 */
	const char *corrected;
	struct ecs_facet *facets;
	size_t nfacets;
	struct ecs_marks *marks; /* what to highlight; NULL: nothing */
	/* Of fields that the query asks for something of their own. */
	struct ecs_field_marks *field_marks;
	/* The words of the query by the number that spans have of them; made
	 * with the marks. */
	const struct ecs_query_word *words;
	size_t nwords;
	struct ecs_warning warnings[ECS_MAX_WARNINGS];
	int nwarnings;
	const char *cursor; /* for the next page, NULL at the end */
	uint32_t cursor_total;
	/*
	 * Of a page read by cursor: the revision at which the list was made;
	 * a document changed since is left out.
	 */
	uint64_t cursor_revision;
};

/* Words of vocabularies that lead to concepts; immutable, of one schema. */
struct ecs_concepts;
struct ecs_concepts *ecs_concepts_new(const struct ecs_schema *schema,
    struct ecs_analyzer *analyzer, struct ecs_err *err);
void ecs_concepts_free(struct ecs_concepts *concepts);

/* Words that say the same, as data; immutable, and may be empty. */
struct ecs_synonyms;
/*
 * Read the JSON {"synonyms": [...]} (NULL: none), of the form told in
 * synonyms.c; source is what errors call it.  400 "bad_json", or 422
 * "bad_synonyms" with the JSON pointer.
 */
struct ecs_synonyms *ecs_synonyms_new(const char *json, const char *source,
    struct ecs_analyzer *analyzer, struct ecs_err *err);
void ecs_synonyms_free(struct ecs_synonyms *synonyms); /* NULL is allowed */
size_t ecs_synonyms_entries(const struct ecs_synonyms *synonyms);

/* Lists of ids for walking everything; shared by all threads. */
struct ecs_cursors;
struct ecs_cursors *ecs_cursors_new(struct ecs_err *err);
void ecs_cursors_free(struct ecs_cursors *cursors);

/*
 * What the words of a request find, shared by its searches; of one thread.  It
 * must outlive the results of the searches that were given it.
 */
struct ecs_shared;
struct ecs_shared *ecs_shared_new(struct ecs_err *err);
void ecs_shared_free(struct ecs_shared *shared); /* NULL is allowed */

struct ecs_query_context {
	struct ecs_analyzer *analyzer;
	const struct ecs_concepts *concepts;
	const struct ecs_synonyms *synonyms; /* NULL: none */
	struct ecs_cursors *cursors;
	struct ecs_deadline *deadline;
	int label_lang;            /* of facet labels */
	struct ecs_shared *shared; /* NULL: the search is alone */
};

/*
 * Run a search.  NULL and err on failure (503 "index_moved": take a newer view
 * and run again).
 */
struct ecs_result *ecs_search_run(const struct ecs_search *search,
    const struct ecs_source *sources, size_t nsources,
    const struct ecs_query_context *context, struct ecs_err *err);
void ecs_result_free(struct ecs_result *result); /* NULL is allowed */
/* What to highlight in a field; NULL: nothing. */
const struct ecs_marks *
ecs_result_marks(const struct ecs_result *result, const char *field);

/*
 * All rows a search finds in each source (no ranking): for exports, deleting by
 * filter, the desk.  rows has room for nsources bitmaps, the caller's to free;
 * all NULL on failure.
 */
bool ecs_search_rows(const struct ecs_search *search,
    const struct ecs_source *sources, size_t nsources,
    const struct ecs_query_context *context, struct ecs_bitmap **rows,
    struct ecs_err *err);

/* ---- what is looked for in running text, word by word ---- */

/* Words side by side, as folded surface forms. */
struct ecs_sought_run {
	const char *const *pieces;
	const size_t *lens;
	size_t n; /* 2 or more */
};
/* Any of these stands at a place. */
struct ecs_sought_words {
	struct ecs_marks *marks; /* of single words, and of names as one */
	struct ecs_sought_run *runs;
	size_t nruns;
};
/* Words near each other: one of each place's, all within window words. */
struct ecs_sought_near {
	struct ecs_sought_words *places;
	size_t nplaces;
	uint32_t window; /* from the first to the last, both counted */
	bool ordered;
};
/* What a search looks for in one field. */
struct ecs_sought_field {
	struct ecs_sought_words words;
	struct ecs_sought_near *nears;
	size_t nnears;
};
struct ecs_sought {
	struct ecs_arena *arena;
	struct ecs_bitmap *rows; /* that the search finds; taken: NULL */
	struct ecs_sought_field *fields;
	size_t nfields;
	bool asks;          /* is a word looked for at all? */
	const char *parsed; /* the query as understood */
	struct ecs_warning warnings[ECS_MAX_WARNINGS];
	int nwarnings;
};
/*
 * The rows that a search finds in one source, and what it looks for in the
 * fields named, so that its places can be found in their texts.  What is
 * excluded, or asked only of another field, is not looked for.
 */
struct ecs_sought *ecs_search_sought(const struct ecs_search *search,
    const struct ecs_source *source, const struct ecs_query_context *context,
    const char *const *fields, size_t nfields, struct ecs_err *err);
void ecs_sought_free(struct ecs_sought *sought); /* NULL is allowed */

/*
 * "2024-05-31" or "2024-05-31T12:00:00Z" of seconds since 1970 UTC; "" outside
 * the years 0000 to 9999.
 */
void ecs_format_date(double seconds, char text[32]);
#endif
