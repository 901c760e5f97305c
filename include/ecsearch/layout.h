/* SPDX-License-Identifier: ISC */
#ifndef ECS_LAYOUT_H
#define ECS_LAYOUT_H
/*
 * How documents lie in the index: what writing and asking must agree on.  A
 * change of anything here is a new INDEX_FORMAT (index/shelf.c).
 *
 * A document is one head unit and, when it has sections, a unit for each of
 * their passages, at consecutive docids.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/columns.h"
#include "ecsearch/schema.h"

/* ---- columns and lengths ---- */

/*
 * Two columns stand behind those of the fields: the language a document was
 * analysed in, and the languages of all its units.
 */
static inline size_t
ecs_lang_column(const struct ecs_collection *collection)
{
	return (size_t)collection->ncolumns;
}

static inline size_t
ecs_langs_column(const struct ecs_collection *collection)
{
	return (size_t)collection->ncolumns + 1;
}

/* Is the field's column in the order of a dictionary, or in that of bytes? */
static inline bool
ecs_is_collated(const struct ecs_field *field)
{
	return field->sort &&
	    (field->type == ECS_TEXT ||
		(field->type == ECS_KEYWORD && field->vocabulary == NULL));
}

/*
 * How many lengths each unit has: one a text place, and last the words of all
 * passages together (in the head only).
 */
size_t ecs_unit_lengths(const struct ecs_collection *collection);

/* ---- terms ---- */

/*
 * The terms of the index: the letter of the text place, a kind, for stems the
 * language, and the form.
 *
 *	Aebohme      EXACT form in text place 0
 *	Aaboehme     ALTERNATE form
 *	Bsfrsecur    STEM in French in text place 1
 *
 * Writes at most ECS_TERM_BYTES; returns the length.
 */
struct ecs_form;
size_t ecs_term_make(char *term, int place, const struct ecs_form *form);
/* Is this the term of an EXACT form?  word points into term. */
bool ecs_term_is_exact(const char *term, size_t len, int *place,
    const char **word, size_t *word_len);

/* ---- slot 0 of an index entry: what columns are loaded from ---- */

struct ecs_buf;

/* Append the head's slot: row, number of units, lengths, values. */
void ecs_slot_write_head(struct ecs_buf *out, uint32_t row, uint32_t units,
    const uint32_t *lengths, size_t nlengths,
    const struct ecs_column_value *values, size_t nvalues);
void ecs_slot_write_passage(struct ecs_buf *out, uint32_t row,
    const uint32_t *lengths, size_t nlengths);

struct ecs_slot {
	bool head;
	uint32_t row;
	uint32_t units;
	const unsigned char *rest; /* lengths, then values */
	const unsigned char *end;
};
/* False when the bytes are no slot. */
bool ecs_slot_read(struct ecs_slot *slot, const void *bytes, size_t len);
bool ecs_slot_lengths(struct ecs_slot *slot, uint32_t *lengths, size_t n);
/* The next value; its text points into the slot's bytes.  False at the end. */
bool ecs_slot_value(struct ecs_slot *slot, struct ecs_column_value *value);

/* ---- the data of a passage's index entry ---- */

struct ecs_passage {
	const char *id;
	const char *section; /* path */
	int64_t page;        /* -1 when unknown */
	uint32_t start;      /* code points in the section's text */
	uint32_t end;
	const char *lang;
	const char *text;
	size_t len;
};
void ecs_passage_write(struct ecs_buf *out, const struct ecs_passage *passage);
/* Pointers into data; false when it is no passage. */
bool
ecs_passage_read(struct ecs_passage *passage, const char *data, size_t len);
#endif
