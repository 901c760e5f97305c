/* SPDX-License-Identifier: ISC */
#ifndef ECS_DOC_H
#define ECS_DOC_H
/*
 * A document between the wire and the index: checked against its collection,
 * its values typed, its texts ready for analysis.  Nothing in it can make the
 * writer stumble: what is wrong was refused with 422 and a JSON pointer.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "ecsearch/columns.h"
#include "ecsearch/schema.h"

struct ecs_analyzer;
struct ecs_detector;
struct ecs_err;
struct ecs_index_entry;

/* One text of one searched field. */
struct ecs_doc_text {
	int place; /* among the collection's texts */
	const char *text;
	size_t len;
};

/* One section of a long document. */
struct ecs_doc_section {
	const char *heading; /* "" when it has none */
	const char *path; /* headings from the top: "2 Market › 2.1 Funds" */
	int level;        /* of its heading, 1 to 9 */
	int64_t page;     /* -1 when unknown */
	const char *text;
	size_t len;
};

struct ecs_doc {
	struct ecs_arena *arena; /* owns everything below */
	const struct ecs_collection *collection;
	const char *id;
	size_t id_len;
	const char *json; /* compact, as given */
	size_t json_len;
	const char *hit; /* without its sections; NULL when json has none */
	size_t hit_len;
	const char *lang; /* as given; NULL */
	const struct ecs_column_value *values;
	size_t nvalues;
	const struct ecs_doc_text *texts;
	size_t ntexts;
	const struct ecs_doc_section *sections;
	size_t nsections;
};

/*
 * Check object against the collection.  422 "bad_document" with the pointer
 * and reason of what is wrong.  object stays the caller's.
 */
struct ecs_doc *ecs_doc_new(const struct ecs_collection *collection,
    json_t *object, struct ecs_err *err);
/* The same from JSON text (400 "bad_json" when it is none). */
struct ecs_doc *ecs_doc_parse(const struct ecs_collection *collection,
    const char *json, size_t len, struct ecs_err *err);
void ecs_doc_free(struct ecs_doc *doc); /* NULL is allowed */
/* 1 to 200 bytes, no control characters: 422 "bad_id" otherwise. */
bool ecs_doc_check_id(const char *id, size_t len, struct ecs_err *err);

/* ---- units: what the index stores of a document ---- */

struct ecs_unit {
	struct ecs_index_entry *entry; /* complete but for slot 0 */
	uint32_t *lengths;             /* ecs_unit_lengths() numbers, words */
};

struct ecs_units {
	struct ecs_unit *list; /* the head, then the passages */
	size_t n;
	uint64_t *hashes; /* ecs_termset_hash of every term, repeats included */
	size_t nhashes;
	size_t hash_room;
	int lang;          /* the document's, as given, found or assumed */
	uint32_t langs;    /* bit set of the languages of all units */
	char analysis[17]; /* fingerprint of the words; "": not told */
};

/* What analysis needs of its surroundings. */
struct ecs_unit_maker {
	struct ecs_analyzer *analyzer;
	struct ecs_detector *detector; /* NULL: languages are not guessed */
};

/* Analyse a document into units. */
bool
ecs_units_build(const struct ecs_doc *doc, const struct ecs_unit_maker *maker,
    struct ecs_units *units, struct ecs_err *err);
void ecs_units_fini(struct ecs_units *units);
#endif
