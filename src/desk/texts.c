/* SPDX-License-Identifier: ISC */
/*
 * texts - the running text of a collection, unit by unit: the passages of
 * sections as the index keeps them, or fields of the documents as given.
 */
#include <string.h>

#include "ecsearch/err.h"
#include "ecsearch/layout.h"
#include "ecsearch/records.h"
#include "ecsearch/xapian.h"

#include "corpus.h"

/* Is this field prose that is no name? */
static bool
is_running(
    const struct ecs_collection *collection, const struct ecs_field *field)
{
	return field->type == ECS_TEXT && field->text >= 0 &&
	    !field->is_private && !field->sort && !field->completes &&
	    !field->multi && field != collection->title;
}

size_t
ecs_desk_fields(const struct ecs_collection *collection,
    const char *fields[ECS_DESK_FIELDS])
{
	size_t n = 0;

	if (collection->sections != NULL) {
		if (collection->sections->is_private)
			return 0;
		fields[0] = collection->sections->name;
		return 1;
	}
	for (int i = 0; i < collection->nfields && n < ECS_DESK_FIELDS; i++)
		if (is_running(collection, &collection->fields[i]))
			fields[n++] = collection->fields[i].name;
	return n;
}

void
desk_texts_init(struct desk_texts *texts, const struct ecs_source *source)
{
	memset(texts, 0, sizeof(*texts));
	texts->source = source;
	texts->nfields = ecs_desk_fields(source->collection, texts->fields);
}

void
desk_texts_fini(struct desk_texts *texts)
{
	ecs_buf_fini(&texts->data);
}

static int
row_lang(const struct ecs_source *source, uint32_t row)
{
	const uint32_t *ordinals;
	size_t column = ecs_lang_column(source->collection);
	const char *code;
	size_t len;

	if (ecs_column_row(source->table, column, row, &ordinals) == 0)
		return ECS_LANG_NONE;
	code = ecs_column_text(source->table, column, ordinals[0], &len);
	return ecs_lang_find(code, len);
}

static bool
read_passage(struct desk_texts *texts, uint32_t docid, desk_text_sink *sink,
    void *user, struct ecs_err *err)
{
	struct ecs_passage passage;
	struct desk_text text = {.passage = &passage};

	ecs_buf_reset(&texts->data);
	if (!ecs_index_data(texts->source->reader, docid, &texts->data, err))
		return false;
	if (!ecs_passage_read(&passage, texts->data.data, texts->data.len))
		return ecs_err_set(err, 500, "bad_passage",
		    "a passage of the index cannot be read");
	text.text = passage.text;
	text.len = passage.len;
	text.lang = ecs_lang_find(passage.lang, strlen(passage.lang));
	return sink(user, &text);
}

static bool
read_fields(struct desk_texts *texts, uint32_t row, desk_text_sink *sink,
    void *user, struct ecs_err *err)
{
	const struct ecs_source *source = texts->source;
	struct ecs_record record;
	bool found;
	json_t *doc;
	bool ok = true;

	if (!ecs_record_by_number(source->records, source->records_collection,
		row, source->revision, &record, &found, err))
		return false;
	if (!found)
		return ecs_err_set(err, 500, "record_missing",
		    "a document of the index is not in the records");
	doc = json_loadb(record.json, record.json_len, 0, NULL);
	if (doc == NULL)
		return ecs_err_memory(err);
	for (size_t i = 0; ok && i < texts->nfields; i++) {
		json_t *value = json_object_get(doc, texts->fields[i]);
		struct desk_text text = {.field = (uint8_t)i};

		if (!json_is_string(value))
			continue;
		text.text = json_string_value(value);
		text.len = json_string_length(value);
		text.lang = row_lang(source, row);
		ok = sink(user, &text);
	}
	json_decref(doc);
	return ok;
}

bool
desk_texts_read(struct desk_texts *texts, uint32_t docid, uint32_t row,
    desk_text_sink *sink, void *user, struct ecs_err *err)
{
	uint32_t first;
	uint32_t n;

	ecs_table_row_units(texts->source->table, row, &first, &n);
	if (texts->nfields == 0)
		return true;
	if (texts->source->collection->sections != NULL)
		return docid == first ||
		    read_passage(texts, docid, sink, user, err);
	return docid != first || read_fields(texts, row, sink, user, err);
}
