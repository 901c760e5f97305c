/* SPDX-License-Identifier: ISC */
/*
 * loading - what a shelf holds in memory, read from its index.
 *
 * Columns come from the entries' slots, row by row: a head, then its passages
 * in their order.  Terms are walked once, for the term set and the lexicon.
 * What does not fit together is told as damage, so that the index is built
 * anew.
 */
#include <stdlib.h>

#include "ecsearch/err.h"
#include "ecsearch/layout.h"

#include "store.h"

/* Rows being loaded: a head waits until its passages have been seen. */
struct loader {
	struct ecs_draft *draft;
	size_t nlengths;
	size_t ncolumns;
	uint32_t row;
	uint32_t first_unit;
	uint32_t units;
	uint32_t seen;
	uint32_t *lengths;
	size_t length_room;
	struct ecs_column_value *values;
	size_t nvalues;
	size_t value_room;
	struct ecs_buf bytes; /* the head's slot, which values point into */
	struct ecs_err *err;
	bool ok;
};

static bool
damaged(struct loader *in)
{
	return in->ok = ecs_err_set(in->err, 500, "index_damaged",
		   "the columns of the index cannot be read");
}

static bool
flush_row(struct loader *in)
{
	if (in->units == 0)
		return true;
	if (in->seen != in->units)
		return damaged(in);
	in->units = 0;
	return in->ok = ecs_draft_put(in->draft, in->row, in->first_unit,
		   in->seen, in->lengths, in->values, in->nvalues, in->err);
}

static bool
keep_lengths(struct loader *in, struct ecs_slot *slot)
{
	size_t want = (in->seen + (size_t)1) * in->nlengths;
	uint32_t *larger;

	if (want > in->length_room) {
		larger = realloc(in->lengths, want * 2 * sizeof(*larger));
		if (larger == NULL)
			return in->ok = ecs_err_memory(in->err);
		in->lengths = larger;
		in->length_room = want * 2;
	}
	if (!ecs_slot_lengths(
		slot, in->lengths + in->seen * in->nlengths, in->nlengths))
		return damaged(in);
	in->seen++;
	return true;
}

static bool
keep_values(struct loader *in, struct ecs_slot *slot)
{
	struct ecs_column_value value;

	in->nvalues = 0;
	while (ecs_slot_value(slot, &value)) {
		if (value.column >= in->ncolumns)
			return damaged(in);
		if (in->nvalues == in->value_room) {
			size_t room = in->value_room * 2 + 32;
			struct ecs_column_value *larger =
			    realloc(in->values, room * sizeof(*larger));

			if (larger == NULL)
				return in->ok = ecs_err_memory(in->err);
			in->values = larger;
			in->value_room = room;
		}
		in->values[in->nvalues++] = value;
	}
	return slot->rest == slot->end || damaged(in);
}

static bool
load_head(struct loader *in, uint32_t docid, const void *bytes, size_t len)
{
	struct ecs_slot slot;

	if (!flush_row(in))
		return false;
	ecs_buf_reset(&in->bytes);
	ecs_buf_add(&in->bytes, bytes, len);
	if (in->bytes.failed)
		return in->ok = ecs_err_memory(in->err);
	if (!ecs_slot_read(&slot, in->bytes.data, len) || slot.units == 0 ||
	    slot.row == UINT32_MAX)
		return damaged(in);
	in->row = slot.row;
	in->units = slot.units;
	in->first_unit = docid;
	in->seen = 0;
	return keep_lengths(in, &slot) && keep_values(in, &slot);
}

static bool
load_slot(void *user, uint32_t docid, const void *bytes, size_t len)
{
	struct loader *in = user;
	struct ecs_slot slot;

	if (!ecs_slot_read(&slot, bytes, len))
		return damaged(in);
	if (slot.head)
		return load_head(in, docid, bytes, len);
	if (slot.row != in->row || docid != in->first_unit + in->seen)
		return damaged(in);
	return keep_lengths(in, &slot);
}

static bool
load_table(struct shelf *shelf, struct ecs_index_reader *reader,
    const struct ecs_collection *collection, struct ecs_err *err)
{
	struct loader in = {.nlengths = ecs_unit_lengths(collection),
	    .ncolumns = ecs_langs_column(collection) + 1,
	    .err = err,
	    .ok = true};
	struct ecs_table *table = NULL;
	bool ok;

	in.draft = ecs_draft_new(shelf->table, err);
	ok = in.draft != NULL &&
	    ecs_index_values(reader, 0, load_slot, &in, err) && in.ok &&
	    flush_row(&in);
	if (ok)
		table = ecs_draft_seal(in.draft, err);
	else
		ecs_draft_free(in.draft);
	free(in.lengths);
	free(in.values);
	ecs_buf_fini(&in.bytes);
	if (table == NULL)
		return false;
	ecs_table_unref(shelf->table);
	shelf->table = table;
	return true;
}

struct term_loader {
	struct ecs_termset *terms;
	const struct ecs_collection *collection;
	struct ecs_lexicon_draft *words;
	struct ecs_err *err;
	bool ok;
};

static bool
load_term(void *user, const char *term, size_t len, uint32_t documents)
{
	struct term_loader *in = user;

	return in->ok = ecs_termset_add(in->terms, term, len, in->err) &&
	    ecs_listing_add(
		in->words, in->collection, term, len, documents, in->err);
}

static bool
load_terms(
    struct shelf *shelf, struct ecs_index_reader *reader, struct ecs_err *err)
{
	struct term_loader in = {shelf->generation->terms, shelf->collection,
	    ecs_lexicon_draft_new(err), err, true};
	bool ok = in.words != NULL &&
	    ecs_index_terms(reader, "", 0, load_term, &in, err) && in.ok &&
	    ecs_listing_begin(shelf, in.words, err);

	ecs_lexicon_draft_free(in.words);
	return ok;
}

bool
ecs_shelf_load(struct shelf *shelf, struct ecs_err *err)
{
	struct ecs_index_reader *reader =
	    ecs_index_reader_open(shelf->generation->path, err);
	struct ecs_buf sequence = {0};
	uint32_t documents;
	uint32_t last;
	bool ok;

	if (reader == NULL)
		return false;
	ok = load_table(shelf, reader, shelf->collection, err) &&
	    load_terms(shelf, reader, err) &&
	    ecs_index_counts(reader, &documents, &last, err) &&
	    ecs_index_revision(reader, &shelf->engine_revision, err) &&
	    ecs_index_metadata(reader, "sequence", &sequence, err);
	if (ok) {
		shelf->next_docid = last + 1;
		shelf->sequence = sequence.data == NULL
		    ? 0
		    : strtoull(sequence.data, NULL, 10);
		if (documents != ecs_table_units(shelf->table))
			ok = ecs_err_set(err, 500, "index_damaged",
			    "the index holds %u entries, its columns %u",
			    documents, ecs_table_units(shelf->table));
	}
	ecs_buf_fini(&sequence);
	ecs_index_reader_close(reader);
	return ok;
}
