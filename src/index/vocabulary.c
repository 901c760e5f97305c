/* SPDX-License-Identifier: ISC */
/*
 * vocabulary - vocabularies as data: changed while serving.
 *
 * Documents carry ids only, so labels, other names and the hierarchy may change
 * at once; but no id may go that a document carries, and what the index was
 * made of (fields, which values follow from which) must stay as it is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"
#include "ecsearch/log.h"

#include "store.h"

void
ecs_vocabulary_setting(const char *name, char *setting, size_t size)
{
	snprintf(setting, size, "vocabulary.%s", name);
}

/* What was put instead of vocabularies. */
struct instead {
	struct ecs_vocabulary_text *list;
	struct ecs_buf *texts; /* of the same places */
	size_t n;
};

static void
instead_fini(struct instead *instead, size_t room)
{
	for (size_t i = 0; instead->texts != NULL && i < room; i++)
		ecs_buf_fini(&instead->texts[i]);
	free(instead->texts);
	free(instead->list);
}

static bool
read_instead(struct ecs_store *store, const struct ecs_schema *schema,
    struct instead *instead, struct ecs_err *err)
{
	size_t room = (size_t)schema->nvocabularies + 1;

	instead->list = calloc(room, sizeof(*instead->list));
	instead->texts = calloc(room, sizeof(*instead->texts));
	if (instead->list == NULL || instead->texts == NULL)
		return ecs_err_memory(err);
	for (int i = 0; i < schema->nvocabularies; i++) {
		const char *name = schema->vocabularies[i]->name;
		struct ecs_buf *text = &instead->texts[instead->n];
		char setting[96];

		ecs_vocabulary_setting(name, setting, sizeof(setting));
		if (!ecs_records_read_setting(
			store->records, setting, text, err))
			return false;
		if (text->len == 0)
			continue;
		instead->list[instead->n].name = name;
		instead->list[instead->n++].json = text->data;
	}
	return true;
}

struct ecs_schema *
ecs_vocabulary_schema(
    struct ecs_store *store, const struct ecs_schema *like, struct ecs_err *err)
{
	struct instead instead = {0};
	struct ecs_schema *schema = NULL;

	if (read_instead(store, like, &instead, err))
		schema = ecs_schema_reload(like, instead.list, instead.n, err);
	instead_fini(&instead, (size_t)like->nvocabularies + 1);
	return schema;
}

bool
ecs_vocabulary_open(
    struct ecs_store *store, struct ecs_schema **schema, struct ecs_err *err)
{
	struct instead instead = {0};
	struct ecs_err wrong = {0};
	struct ecs_schema *with = NULL;
	bool ok = read_instead(store, *schema, &instead, err);

	if (ok && instead.n > 0) {
		with =
		    ecs_schema_reload(*schema, instead.list, instead.n, &wrong);
		if (with == NULL)
			ecs_log(ECS_LOG_ERROR,
			    "what was put instead of vocabularies does not fit "
			    "the schema, the files are used: %s",
			    wrong.text);
	}
	instead_fini(&instead, (size_t)(*schema)->nvocabularies + 1);
	if (with != NULL) {
		ecs_schema_free(*schema);
		*schema = with;
	}
	return ok;
}

/* ---- what is in the way ---- */

/* The documents of a state that carry each value of a field. */
static uint32_t *
count_values(const struct state *state, size_t column, uint32_t *n)
{
	const struct ecs_table *table = state->shelf.table;
	uint32_t *counts;
	uint32_t missing;

	*n = ecs_column_cardinality(table, column);
	counts = calloc((size_t)*n + 1, sizeof(*counts));
	if (counts != NULL)
		ecs_column_count(
		    table, column, ecs_table_live(table), counts, *n, &missing);
	return counts;
}

static bool
check_field(const struct state *state, const struct ecs_field *field,
    struct ecs_err *err)
{
	size_t column = (size_t)field->column;
	uint32_t n;
	uint32_t *counts = count_values(state, column, &n);
	bool ok = counts != NULL || ecs_err_memory(err);

	for (uint32_t i = 0; ok && i < n; i++) {
		size_t len;
		const char *id =
		    ecs_column_text(state->shelf.table, column, i, &len);

		if (counts[i] == 0 ||
		    ecs_vocabulary_find(field->vocabulary, id, len) >= 0)
			continue;
		ok = ecs_err_set(err, 409, "in_use",
		    "%s: \"%.*s\" cannot go: %u documents of %s carry it",
		    field->vocabulary->name, len > 60 ? 60 : (int)len, id,
		    counts[i], state->collection->name);
	}
	free(counts);
	return ok;
}

bool
ecs_vocabulary_check(const struct ecs_store *store,
    const struct ecs_schema *schema, struct ecs_err *err)
{
	if (!ecs_schema_fits(schema, store->lore->schema))
		return ecs_err_set(err, 409, "schema_changed",
		    "fields or what follows from them have changed: "
		    "that needs a restart");
	for (int c = 0; c < schema->ncollections; c++) {
		const struct ecs_collection *collection =
		    &schema->collections[c];

		for (int f = 0; f < collection->nfields; f++)
			if (collection->fields[f].vocabulary != NULL &&
			    !collection->fields[f].open &&
			    collection->fields[f].column >= 0 &&
			    !check_field(
				&store->states[c], &collection->fields[f], err))
				return false;
	}
	return true;
}

/* ---- put ---- */

bool
ecs_vocabulary_check_again(struct ecs_store *store, struct ecs_write *write)
{
	const struct ecs_collection *today =
	    store->states[write->collection].collection;
	struct ecs_doc *doc;

	if (write->doc->collection == today)
		return true;
	doc = ecs_doc_parse(
	    today, write->doc->json, write->doc->json_len, &write->err);
	if (doc == NULL)
		return false;
	ecs_doc_free(write->doc);
	write->doc = doc;
	return true;
}

bool
ecs_store_put_vocabulary(struct ecs_store *store, const char *name,
    const char *json, struct ecs_err *err)
{
	char setting[96];

	ecs_vocabulary_setting(name, setting, sizeof(setting));
	return ecs_lore_change(store, setting, json, true, err);
}
