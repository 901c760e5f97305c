/* SPDX-License-Identifier: ISC */
#ifndef ECS_SCHEMA_H
#define ECS_SCHEMA_H
/*
 * Collections, fields and vocabularies, read from data and checked whole.  A
 * schema is immutable once loaded and may be read by any thread.
 *
 * THE field table: for each field its kind and everything other rooms need to
 * know of it.  Fields that are searched have a place among the collection's
 * text fields (the letter of their terms); fields that are filtered, counted or
 * sorted have a column.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/lang.h"

struct ecs_err;

enum { ECS_MAX_TEXTS = 26, ECS_MAX_COLLECTIONS = 16 };

/* Texts by language, indexed as the languages of lang.h; NULL where none. */
struct ecs_labels {
	const char *text[ECS_LANGS];
};

/*
 * The label in lang (an index of lang.h, may be negative), else in English,
 * else in any language, else fallback.
 */
const char *
ecs_label(const struct ecs_labels *labels, int lang, const char *fallback);

/* ---- vocabularies ---- */

struct ecs_alias {
	int lang; /* of lang.h */
	const char *text;
};

struct ecs_concept {
	const char *id;
	struct ecs_labels labels;
	const struct ecs_alias *aliases;
	size_t naliases;
	int broader;        /* index in the vocabulary, -1 for a top concept */
	int first_narrower; /* index, -1 when none; follow next_narrower */
	int next_narrower;
	int depth; /* 0 for a top concept */
	/* Values of the field it is derived from that imply it ("countries").
	 */
	const char *const *covers;
	size_t ncovers;
};

struct ecs_vocabulary {
	const char *name;
	struct ecs_labels labels;
	const struct ecs_concept *concepts;
	size_t nconcepts;
	void *by_id;        /* private: id -> concept */
	const char *source; /* the JSON it was read from, for GET */
};

/* Index of a concept, or -1. */
int ecs_vocabulary_find(
    const struct ecs_vocabulary *vocabulary, const char *id, size_t len);
/* The concept's id that is nearest to id (a likely slip), or NULL. */
const char *
ecs_vocabulary_nearest(const struct ecs_vocabulary *vocabulary, const char *id);
/* The first concept that covers value, or -1. */
int ecs_vocabulary_covering(
    const struct ecs_vocabulary *vocabulary, const char *value, size_t len);

/* ---- fields ---- */

enum ecs_field_type {
	ECS_TEXT,    /* prose: searched by words */
	ECS_KEYWORD, /* a value compared whole */
	ECS_NUMBER,
	ECS_DATE, /* ISO 8601: YYYY, YYYY-MM, YYYY-MM-DD or with a time */
	ECS_GEO,  /* {"lat", "lon"} */
	ECS_URL,
	ECS_BOOL,
	ECS_SECTIONS /* [{heading, level, page, text}]: cut into passages */
};
const char *ecs_field_type_name(enum ecs_field_type type);

struct ecs_field {
	const char *name;
	enum ecs_field_type type;
	bool multi; /* an array of values */
	bool required;
	bool facet;
	bool sort;
	bool is_private; /* never leaves without the right, nor is searched */
	bool completes;  /* a name: what is being typed may become it */
	double weight;   /* of a hit in this field; 0: not searched by words */
	const struct ecs_vocabulary *vocabulary; /* NULL: any value */
	bool open; /* values outside the vocabulary are welcome */
	const struct ecs_field *derived_from; /* NULL: given in documents */
	struct ecs_labels labels;
	int text;   /* place among the text fields, -1: not searched */
	int column; /* place among the columns, -1: none */
};

/* ---- collections ---- */

/* How the website shows a collection; of no matter to the index. */
enum { ECS_MAX_SHOWN = 16 };
struct ecs_shown_facet {
	const struct ecs_field *field;
	double interval; /* of a number's histogram; 0: none is shown */
};
struct ecs_shown_sort {
	const struct ecs_field *field;
	bool descending;
};
struct ecs_showing {
	struct ecs_shown_facet facets[ECS_MAX_SHOWN]; /* in order */
	int nfacets;
	const struct ecs_field *facts[ECS_MAX_SHOWN]; /* under a hit's title */
	int nfacts;
	const struct ecs_field *summary; /* the text of a hit; NULL: none */
	struct ecs_shown_sort sorts[ECS_MAX_SHOWN]; /* besides relevance */
	int nsorts;
};

struct ecs_collection {
	const char *name;
	struct ecs_labels labels;
	bool is_public;
	int language; /* of texts whose language is neither given nor found */
	const struct ecs_field *fields;
	int nfields;
	const struct ecs_field *title; /* never NULL */
	const struct ecs_field *lang;  /* NULL: no field tells the language */
	const struct ecs_field *sections; /* NULL: no long documents */
	/*
	 * Searched fields by their place.  A SECTIONS field takes two: bodies
	 * at its text, headings at text + 1.
	 */
	const struct ecs_field *texts[ECS_MAX_TEXTS];
	int ntexts;
	const struct ecs_field **columns; /* by their place */
	int ncolumns;
	struct ecs_showing showing;
	char fingerprint[33]; /* changes when an index must be rebuilt */
};

struct ecs_schema {
	const char *path; /* of the file it was read from */
	const struct ecs_collection *collections;
	int ncollections;
	const struct ecs_vocabulary *const *vocabularies;
	int nvocabularies;
	void *owner; /* private */
};

/*
 * Read a schema and the vocabularies it names (paths relative to it).  What is
 * wrong is a 400 "bad_schema" that names file, JSON pointer and reason.
 */
struct ecs_schema *ecs_schema_load(const char *path, struct ecs_err *err);

/* A vocabulary that stands instead of the one in its file. */
struct ecs_vocabulary_text {
	const char *name;
	const char *json; /* as the file would have it, of the same name */
};
/*
 * Read a schema again from where it was read, with these vocabularies instead
 * of those of their names.  Errors in them name the vocabulary as the file.
 */
struct ecs_schema *ecs_schema_reload(const struct ecs_schema *schema,
    const struct ecs_vocabulary_text *instead, size_t n, struct ecs_err *err);
/* Do both have the same collections, so that one index fits both? */
bool ecs_schema_fits(
    const struct ecs_schema *schema, const struct ecs_schema *other);
struct ecs_schema *ecs_schema_ref(struct ecs_schema *schema);
void
ecs_schema_free(struct ecs_schema *schema); /* one reference; NULL is allowed */

const struct ecs_collection *
ecs_schema_collection(const struct ecs_schema *schema, const char *name);
const struct ecs_vocabulary *
ecs_schema_vocabulary(const struct ecs_schema *schema, const char *name);
const struct ecs_field *
ecs_collection_field(const struct ecs_collection *collection, const char *name);
/* The collection's field name nearest to name, or NULL. */
const char *ecs_collection_nearest(
    const struct ecs_collection *collection, const char *name);

/*
 * Of n words the one nearest to word by edit distance, when near enough to be a
 * slip (at most a third of its letters); else NULL.
 */
const char *
ecs_nearest_word(const char *word, const char *const *words, size_t n);

/*
 * Read an ISO 8601 date or date-time (UTC unless it says otherwise).  *first
 * and *last are the seconds since 1970 of its first and last moment ("2019":
 * the year).  False when it is none.
 */
bool ecs_date_parse(const char *text, size_t len, double *first, double *last);
#endif
