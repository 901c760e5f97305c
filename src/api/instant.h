/* SPDX-License-Identifier: ISC */
#ifndef ECS_API_INSTANT_H
#define ECS_API_INSTANT_H
/*
 * Searches as stock InstantSearch clients send them and read the answers.
 *
 *	api        the endpoints: one body, many sub-queries, one view
 *	params     a sub-query -> struct instant; what is wrong is named
 *	attribute  names on the wire -> fields, labels, levels
 *	filter     the three ways of filtering -> one tree
 *	view, derived, highlight, facets   a result as those clients read it
 *
 * What a sub-query asks for lives in its search's arena.
 */
#include "app.h"

/* What a name on the wire means. */
enum instant_kind {
	INSTANT_FIELD, /* FIELD: values as stored */
	INSTANT_LABEL, /* FIELD.label: values by their labels */
	INSTANT_LEVEL /* FIELD.lvl0 ...: labels from the top, joined by " > " */
};
#define INSTANT_SEPARATOR " > "

struct instant_attribute {
	const char *name; /* as sent */
	/* As the index has it, or else another collection that is visible. */
	const struct ecs_field *field;
	bool here; /* the index has it */
	enum instant_kind kind;
	int level;
};

struct instant_facet {
	struct instant_attribute attribute;
	size_t count; /* among the search's facets; NO_COUNT: not here */
};
enum { NO_COUNT = ECS_MAX_FACETS };

/* Names of attributes. */
struct instant_names {
	const char *const *list;
	size_t n;
};

/* One sub-query. */
struct instant {
	struct ecs_search *search;
	int collection;
	const char *index;  /* as sent */
	const char *params; /* as sent, of older clients; "" */
	int lang;           /* of labels */
	struct instant_facet *facets;
	size_t nfacets;
	bool inside; /* a search inside the values of its one facet */
	const char *facet_q;
	uint32_t facet_hits;
	uint32_t max_values; /* of each facet */
	bool by_alpha;
	struct instant_names retrieve;  /* {"*"} for all */
	struct instant_names highlight; /* NULL list: every text */
	struct instant_names snippet;   /* "NAME:WORDS" */
	const char *ellipsis;
	bool ranking_info;
};

/* Who asks, and what there is to ask. */
struct instant_asker {
	const struct ecs_schema *schema;
	const bool *visible;
	int lang;
};

/* ---- instant_params.c ---- */

/* A sub-query being read. */
struct instant_reader {
	const struct instant_asker *asker;
	struct instant *to;
	struct ecs_arena *arena;
	int number;            /* among the sub-queries; -1: the only one */
	const char *parameter; /* in hand */
	size_t clauses;        /* of filters, so far */
	struct ecs_err *err;
};
/*
 * Read one sub-query.  index and facet are those of the address, NULL when the
 * body names them.  False and err: 404 "no_index", or a 400 that names the
 * sub-query and the parameter.  Either way to is to be freed.
 */
bool ecs_instant_read(const struct instant_asker *asker, json_t *request,
    int number, const char *index, const char *facet, struct instant *to,
    struct ecs_err *err);
void ecs_instant_fini(struct instant *to);
/* Refuse the parameter in hand; returns false. */
bool ecs_instant_fail(struct instant_reader *in, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- instant_values.c: one reader a parameter ---- */

/* The parameters that are known, read in this order; NULL ends the table. */
struct instant_parameter {
	const char *name;
	bool list; /* a text that begins with [ is JSON */
	bool (*read)(struct instant_reader *in, json_t *value);
};
extern const struct instant_parameter ecs_instant_parameters[];

/* ---- instant_attribute.c ---- */

/* What a name means; false and err when no visible collection has it. */
bool ecs_instant_attribute(struct instant_reader *in, const char *name,
    size_t len, struct instant_attribute *to);
/* How a concept is called by an attribute of this kind. */
void ecs_instant_name(const struct ecs_vocabulary *vocabulary, int concept,
    enum instant_kind kind, int lang, struct ecs_buf *out);
/*
 * The first concept from from on that is called so in this language, or -1.
 */
int ecs_instant_find(const struct instant_attribute *attribute, int lang,
    const char *text, int from);

/* ---- instant_facets.c, continued below: what is to be counted ---- */

/* Read "facets": names, "*" for every facet. */
bool ecs_instant_read_facets(
    struct instant_reader *in, const struct instant_names *names);

/* ---- instant_filter.c ---- */

/* Each adds what it reads to the search's filter. */
bool ecs_instant_facet_filters(struct instant_reader *in, json_t *value);
bool ecs_instant_numeric_filters(struct instant_reader *in, json_t *value);
bool ecs_instant_filters(struct instant_reader *in, json_t *value);

/* ---- instant_view.c: the answer ---- */

struct instant_view {
	struct call *call;
	const struct instant *in;
	const struct ecs_source *source;
	const struct ecs_result *result;
	const struct ecs_marks *marks; /* of the attribute in hand */
	int lang;                      /* of the text in hand */
	struct ecs_span *spans;        /* scratch, reused */
	size_t span_room;
	long nspans;
	struct ecs_token *tokens;
	size_t token_room;
	struct ecs_buf text;
	struct ecs_buf marked;
	struct ecs_buf highlights; /* of the hit in hand */
	struct ecs_buf snippets;
};
/* Append the result of one sub-query, which took so many microseconds. */
bool
ecs_instant_write(struct instant_view *view, int64_t us, struct ecs_buf *out);
void ecs_instant_view_fini(struct instant_view *view);
/* Is an attribute wanted in the hits? */
bool ecs_instant_retrieves(
    const struct instant_view *view, const char *name, size_t len);
/* Begin a member of an object, with the comma if it is not the first. */
void
ecs_instant_begin_member(struct ecs_buf *out, const char *name, size_t len);

/* ---- instant_derived.c ---- */

/* Append the members _geoloc, _labels and _levels of a hit. */
void ecs_instant_write_derived(
    struct instant_view *view, uint32_t row, struct ecs_buf *out);

/* ---- instant_highlight.c ---- */

/*
 * Append what clients read for marked text, for a raw JSON value and nested
 * like it.  words: a snippet of so many; 0: the whole text.
 */
void ecs_instant_mark_value(struct instant_view *view, const char *value,
    size_t len, unsigned words, struct ecs_buf *out);
/* The same for one text. */
void ecs_instant_mark_text(struct instant_view *view, const char *text,
    size_t len, unsigned words, struct ecs_buf *out);

/* ---- instant_facets.c ---- */

/* Append the members "facets", "facets_stats" and "renderingContent". */
bool ecs_instant_write_facets(struct instant_view *view, struct ecs_buf *out);
/* Append the answer of a search inside a facet's values. */
bool ecs_instant_write_facet_hits(
    struct instant_view *view, int64_t us, struct ecs_buf *out);
#endif
