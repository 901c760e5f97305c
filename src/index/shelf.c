/* SPDX-License-Identifier: ISC */
/*
 * shelf - one generation of one collection's index: directory, columns, terms.
 *
 * Metadata of an index:
 *
 *	sequence  the records' sequence that it has reached
 *	layout    schema fingerprint, analysis, engine, format and which records
 *	          it is of; another one than today's means a rebuild
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"
#include "ecsearch/layout.h"

#include "store.h"

/* Raised when terms, slots or data of entries change their form. */
enum { INDEX_FORMAT = 1, LAYOUT_BYTES = 1024 };

/* ---- columns ---- */

/* Made in the root order, by the writer and by readers that sort. */
static bool
sort_key(void *user, const char *text, size_t len, struct ecs_buf *key)
{
	struct ecs_store *store = user;
	bool ok;

	pthread_mutex_lock(&store->collator_mutex);
	ok = ecs_collation_key(store->collator, text, len, key);
	pthread_mutex_unlock(&store->collator_mutex);
	return ok;
}

static enum ecs_column_kind
column_kind(const struct ecs_field *field)
{
	switch (field->type) {
	case ECS_NUMBER:
	case ECS_DATE:
		return ECS_COLUMN_NUMBER;
	case ECS_GEO:
		return ECS_COLUMN_GEO;
	case ECS_TEXT:
	case ECS_KEYWORD:
	case ECS_URL:
	case ECS_BOOL:
	case ECS_SECTIONS:
		break;
	}
	return ecs_is_collated(field) ? ECS_COLUMN_COLLATED : ECS_COLUMN_TEXT;
}

static struct ecs_table *
empty_table(struct ecs_store *store, const struct ecs_collection *collection,
    struct ecs_err *err)
{
	size_t n = (size_t)collection->ncolumns;
	struct ecs_column_spec *specs = calloc(n + 2, sizeof(*specs));
	struct ecs_table *table;

	if (specs == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		specs[i].name = collection->columns[i]->name;
		specs[i].kind = column_kind(collection->columns[i]);
	}
	specs[n].name = "_lang";
	specs[n + 1].name = "_langs";
	specs[n].kind = specs[n + 1].kind = ECS_COLUMN_TEXT;
	table = ecs_table_new(
	    specs, n + 2, ecs_unit_lengths(collection), sort_key, store, err);
	free(specs);
	return table;
}

bool
ecs_shelf_open(struct ecs_store *store, const struct state *state,
    unsigned number, struct shelf *shelf, struct ecs_err *err)
{
	memset(shelf, 0, sizeof(*shelf));
	shelf->collection = state->collection;
	shelf->generation = ecs_generation_new(store, state, number, err);
	if (shelf->generation == NULL)
		goto fail;
	shelf->table = empty_table(store, state->collection, err);
	if (shelf->table == NULL)
		goto fail;
	shelf->brought = ecs_lexicon_draft_new(err);
	if (shelf->brought == NULL)
		goto fail;
	shelf->writer = ecs_index_writer_open(shelf->generation->path, err);
	if (shelf->writer == NULL || !ecs_shelf_load(shelf, err))
		goto fail;
	return true;
fail:
	ecs_shelf_close(shelf);
	return false;
}

void
ecs_shelf_close(struct shelf *shelf)
{
	ecs_draft_free(shelf->draft);
	ecs_index_writer_close(shelf->writer);
	ecs_table_unref(shelf->table);
	ecs_lexicon_unref(shelf->lexicon);
	ecs_lexicon_draft_free(shelf->brought);
	ecs_generation_unref(shelf->generation);
	memset(shelf, 0, sizeof(*shelf));
}

/* ---- writing ---- */

static struct ecs_draft *
draft_of(struct shelf *shelf, struct ecs_err *err)
{
	if (shelf->draft == NULL)
		shelf->draft = ecs_draft_new(shelf->table, err);
	return shelf->draft;
}

/* The document's values and, behind them, its languages. */
static struct ecs_column_value *
all_values(
    const struct ecs_doc *doc, const struct ecs_units *units, size_t *nvalues)
{
	struct ecs_column_value *values =
	    calloc(doc->nvalues + 1 + ECS_LANGS, sizeof(*values));
	size_t n = doc->nvalues;

	if (values == NULL)
		return NULL;
	if (n > 0)
		memcpy(values, doc->values, n * sizeof(*values));
	values[n].column = (uint16_t)ecs_lang_column(doc->collection);
	values[n].text = ecs_lang_code(units->lang);
	values[n].len = strlen(values[n].text);
	n++;
	for (int lang = 0; lang < ECS_LANGS; lang++) {
		if ((units->langs >> lang & 1) == 0)
			continue;
		values[n].column = (uint16_t)ecs_langs_column(doc->collection);
		values[n].text = ecs_lang_code(lang);
		values[n].len = strlen(values[n].text);
		n++;
	}
	*nvalues = n;
	return values;
}

static bool
put_unit(struct shelf *shelf, uint32_t docid, const struct ecs_unit *unit,
    const struct ecs_buf *slot, struct ecs_err *err)
{
	if (slot->failed)
		return ecs_err_memory(err);
	return ecs_index_entry_value(
		   unit->entry, 0, slot->data, slot->len, err) &&
	    ecs_index_put(shelf->writer, docid, unit->entry, err);
}

static bool
put_units(struct shelf *shelf, uint32_t row, uint32_t first,
    const struct ecs_units *units, size_t nlengths,
    const struct ecs_column_value *values, size_t nvalues, struct ecs_err *err)
{
	struct ecs_buf slot = {0};
	bool ok = true;

	for (size_t i = 0; ok && i < units->n; i++) {
		const struct ecs_unit *unit = &units->list[i];

		ecs_buf_reset(&slot);
		if (i == 0)
			ecs_slot_write_head(&slot, row, (uint32_t)units->n,
			    unit->lengths, nlengths, values, nvalues);
		else
			ecs_slot_write_passage(
			    &slot, row, unit->lengths, nlengths);
		ok = put_unit(shelf, first + (uint32_t)i, unit, &slot, err);
	}
	ecs_buf_fini(&slot);
	return ok;
}

/*
 * The docids for n units of a row: those it has when they are as many, else
 * new ones at the end; the old are removed.
 */
static bool
place_units(struct shelf *shelf, uint32_t row, uint32_t n, uint32_t *first,
    struct ecs_err *err)
{
	uint32_t had;

	ecs_draft_units(shelf->draft, row, first, &had);
	if (had == n)
		return true;
	for (uint32_t i = 0; i < had; i++)
		if (!ecs_index_remove(shelf->writer, *first + i, err))
			return false;
	if (shelf->next_docid > UINT32_MAX - n)
		return ecs_err_set(err, 507, "index_full",
		    "the index has no docids left; rebuild it");
	*first = shelf->next_docid;
	shelf->next_docid += n;
	return true;
}

static bool
put_columns(struct shelf *shelf, uint32_t row, uint32_t first,
    const struct ecs_units *units, size_t nlengths,
    const struct ecs_column_value *values, size_t nvalues, struct ecs_err *err)
{
	uint32_t *lengths = calloc(units->n * nlengths, sizeof(*lengths));
	bool ok;

	if (lengths == NULL)
		return ecs_err_memory(err);
	for (size_t i = 0; i < units->n; i++)
		memcpy(lengths + i * nlengths, units->list[i].lengths,
		    nlengths * sizeof(*lengths));
	ok = ecs_draft_put(shelf->draft, row, first, (uint32_t)units->n,
	    lengths, values, nvalues, err);
	free(lengths);
	return ok;
}

static bool
note_terms(
    struct shelf *shelf, const struct ecs_units *units, struct ecs_err *err)
{
	for (size_t i = 0; i < units->nhashes; i++)
		if (!ecs_termset_add_hash(
			shelf->generation->terms, units->hashes[i], err))
			return false;
	return true;
}

bool
ecs_shelf_put(struct shelf *shelf, uint32_t row, const struct ecs_doc *doc,
    const struct ecs_units *units, struct ecs_err *err)
{
	size_t nlengths = ecs_unit_lengths(doc->collection);
	size_t nvalues;
	struct ecs_column_value *values = all_values(doc, units, &nvalues);
	uint32_t first;
	bool ok;

	if (values == NULL)
		return ecs_err_memory(err);
	ok = draft_of(shelf, err) != NULL &&
	    place_units(shelf, row, (uint32_t)units->n, &first, err) &&
	    ecs_listing_note(shelf, units, err) &&
	    note_terms(shelf, units, err) &&
	    put_units(
		shelf, row, first, units, nlengths, values, nvalues, err) &&
	    put_columns(
		shelf, row, first, units, nlengths, values, nvalues, err);
	free(values);
	shelf->changed += (uint32_t)units->n;
	return ok;
}

bool
ecs_shelf_remove(struct shelf *shelf, uint32_t row, struct ecs_err *err)
{
	uint32_t first;
	uint32_t had;

	if (draft_of(shelf, err) == NULL)
		return false;
	ecs_draft_units(shelf->draft, row, &first, &had);
	shelf->changed += had;
	for (uint32_t i = 0; i < had; i++)
		if (!ecs_index_remove(shelf->writer, first + i, err))
			return false;
	return ecs_draft_remove(shelf->draft, row, err);
}

static void
make_layout(const struct ecs_store *store,
    const struct ecs_collection *collection, const struct ecs_words *words,
    char *layout, size_t size)
{
	snprintf(layout, size,
	    "%s; %s; words %s; xapian %s; format %d; records %s",
	    collection->fingerprint, ecs_analysis_version(words),
	    ecs_words_fingerprint(words), ecs_index_engine_version(),
	    (int)INDEX_FORMAT, ecs_records_instance(store->records));
}

bool
ecs_shelf_commit(struct shelf *shelf, uint64_t sequence, struct ecs_err *err)
{
	struct ecs_table *table;
	char number[24];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)sequence);
	if (draft_of(shelf, err) == NULL)
		return false;
	table = ecs_draft_seal(shelf->draft, err);
	shelf->draft = NULL;
	if (table == NULL)
		return false;
	if (!ecs_index_put_metadata(
		shelf->writer, "sequence", number, strlen(number), err) ||
	    !ecs_index_commit(shelf->writer, &shelf->engine_revision, err)) {
		ecs_table_unref(table);
		return false;
	}
	ecs_table_unref(shelf->table);
	shelf->table = table;
	shelf->sequence = sequence;
	return ecs_listing_commit(shelf, err);
}

bool
ecs_shelf_fits(const struct ecs_store *store, struct shelf *shelf,
    const struct ecs_collection *collection, bool *fits, struct ecs_err *err)
{
	struct ecs_index_reader *reader =
	    ecs_index_reader_open(shelf->generation->path, err);
	struct ecs_buf found = {0};
	char layout[LAYOUT_BYTES];
	bool ok;

	if (reader == NULL)
		return false;
	make_layout(
	    store, collection, store->lore->words, layout, sizeof(layout));
	ok = ecs_index_metadata(reader, "layout", &found, err);
	/* Records restored from a backup know less than the index. */
	*fits = ok && found.data != NULL && strcmp(found.data, layout) == 0 &&
	    shelf->sequence <= ecs_records_sequence(store->records);
	ecs_buf_fini(&found);
	ecs_index_reader_close(reader);
	return ok;
}

bool
ecs_shelf_label(const struct ecs_store *store, struct shelf *shelf,
    const struct ecs_collection *collection, const struct ecs_words *words,
    struct ecs_err *err)
{
	char layout[LAYOUT_BYTES];

	make_layout(store, collection, words, layout, sizeof(layout));
	return ecs_index_put_metadata(
	    shelf->writer, "layout", layout, strlen(layout), err);
}
