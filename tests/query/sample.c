/* SPDX-License-Identifier: ISC */
/*
 * sample - rows to filter, with their schema, tables and records.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ecsearch/records.h"

#include "sample.h"

enum { NAME_ROOM = 512, DENSITY = 8 };

/*
 *	all -+- animal -+- bird - wren
 *	     |          +- fish
 *	     +- plant --- moss
 *	rock                            and one without narrower ones
 */
const struct sample_tag sample_tags[SAMPLE_TAGS] = {
    {"all", -1},
    {"animal", 0},
    {"bird", 1},
    {"wren", 2},
    {"fish", 1},
    {"plant", 0},
    {"moss", 5},
    {"rock", -1},
};

static const char schema_text[] =
    "{\"version\": 1, \"vocabularies\": [\"tags.json\"], \"collections\": ["
    "{\"name\": \"papers\", \"title\": \"title\", \"fields\": ["
    "{\"name\": \"id\", \"type\": \"keyword\", \"required\": true},"
    "{\"name\": \"title\", \"type\": \"text\"},"
    "{\"name\": \"code\", \"type\": \"keyword\", \"sort\": true},"
    "{\"name\": \"when\", \"type\": \"number\"},"
    "{\"name\": \"note\", \"type\": \"text\", \"sort\": true},"
    "{\"name\": \"shelf\", \"type\": \"keyword\"}]},"
    "{\"name\": \"things\", \"title\": \"title\", \"fields\": ["
    "{\"name\": \"id\", \"type\": \"keyword\", \"required\": true},"
    "{\"name\": \"title\", \"type\": \"text\"},"
    "{\"name\": \"kind\", \"type\": \"keyword\", \"facet\": true},"
    "{\"name\": \"tags\", \"type\": \"keyword\", \"multi\": true,"
    " \"vocabulary\": \"tags\", \"open\": true},"
    "{\"name\": \"size\", \"type\": \"number\"},"
    "{\"name\": \"day\", \"type\": \"date\"},"
    "{\"name\": \"when\", \"type\": \"date\"},"
    "{\"name\": \"ok\", \"type\": \"bool\"},"
    "{\"name\": \"place\", \"type\": \"geo\"},"
    "{\"name\": \"code\", \"type\": \"keyword\", \"sort\": true,"
    " \"private\": true},"
    "{\"name\": \"codes\", \"type\": \"keyword\", \"private\": true},"
    "{\"name\": \"note\", \"type\": \"keyword\"}]}]}";

uint32_t
sample_dice(uint64_t *seed, uint32_t sides)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 20) % sides;
}

void
sample_moment(uint64_t *seed, char text[SAMPLE_DAY])
{
	snprintf(text, SAMPLE_DAY, "%04u-%02u-%02uT%02u:00:00Z",
	    2018 + sample_dice(seed, 3), 1 + sample_dice(seed, 3),
	    1 + sample_dice(seed, 28), sample_dice(seed, 24));
}

/* ---- the schema ---- */

static const char *
beside(const struct sample *sample, const char *name)
{
	static char path[NAME_ROOM];

	snprintf(path, sizeof(path), "%s/%s", sample->folder, name);
	return path;
}

static void
write_tags(FILE *file)
{
	fprintf(file,
	    "{\"name\": \"tags\", \"label\": {\"en\": \"Tags\"},"
	    " \"values\": [");
	for (int i = 0; i < SAMPLE_TAGS; i++) {
		const struct sample_tag *tag = &sample_tags[i];

		fprintf(file, "%s{\"id\": \"%s\", \"label\": {\"en\": \"%s\"}",
		    i == 0 ? "" : ",", tag->id, tag->id);
		if (tag->broader >= 0)
			fprintf(file, ", \"broader\": \"%s\"",
			    sample_tags[tag->broader].id);
		fputc('}', file);
	}
	fputs("]}", file);
}

static bool
load_schema(struct sample *sample)
{
	struct ecs_err err = {0};
	FILE *tags = fopen(beside(sample, "tags.json"), "w");
	FILE *schema = fopen(beside(sample, "schema.json"), "w");

	if (tags != NULL)
		write_tags(tags);
	if (schema != NULL)
		fputs(schema_text, schema);
	if (tags == NULL || fclose(tags) != 0 || schema == NULL ||
	    fclose(schema) != 0)
		return false;
	sample->schema = ecs_schema_load(beside(sample, "schema.json"), &err);
	if (sample->schema == NULL)
		fprintf(stderr, "%s\n", err.text);
	return sample->schema != NULL;
}

/* ---- tables ---- */

static enum ecs_column_kind
kind_of(const struct ecs_field *field)
{
	if (field->type == ECS_NUMBER || field->type == ECS_DATE)
		return ECS_COLUMN_NUMBER;
	return field->type == ECS_GEO ? ECS_COLUMN_GEO : ECS_COLUMN_TEXT;
}

static struct ecs_table *
empty_table(const struct ecs_collection *collection)
{
	struct ecs_column_spec specs[32];
	struct ecs_err err = {0};

	for (int i = 0; i < collection->ncolumns; i++) {
		specs[i].name = collection->columns[i]->name;
		specs[i].kind = kind_of(collection->columns[i]);
	}
	return ecs_table_new(
	    specs, (size_t)collection->ncolumns, 0, NULL, NULL, &err);
}

/* The values of one row while they are gathered. */
struct values {
	const struct ecs_collection *collection;
	struct ecs_column_value list[32];
	size_t n;
};

static struct ecs_column_value *
add_value(struct values *to, const char *name)
{
	const struct ecs_field *field =
	    ecs_collection_field(to->collection, name);
	struct ecs_column_value *value = &to->list[to->n++];

	memset(value, 0, sizeof(*value));
	value->column = (uint16_t)field->column;
	return value;
}

static void
add_text(struct values *to, const char *name, const char *text)
{
	struct ecs_column_value *value = add_value(to, name);

	value->text = text;
	value->len = strlen(text);
}

static double
seconds_of(const char *day)
{
	struct tm parts = {0};

	sscanf(day, "%d-%d-%dT%d", &parts.tm_year, &parts.tm_mon,
	    &parts.tm_mday, &parts.tm_hour);
	parts.tm_year -= 1900;
	parts.tm_mon -= 1;
	return (double)timegm(&parts);
}

static void
gather(const struct sample_row *row, struct values *to)
{
	static const char *const kinds[SAMPLE_KINDS] = {
	    "k0", "k1", "k2", "k3", "k4", "k5"};

	add_text(to, "code", "secret");
	add_text(to, "note", "hidden");
	if (row->kind >= 0)
		add_text(to, "kind", kinds[row->kind]);
	for (int i = 0; i < SAMPLE_TAGS; i++)
		if (row->tags >> i & 1)
			add_text(to, "tags", sample_tags[i].id);
	if (row->tags >> SAMPLE_TAGS & 1)
		add_text(to, "tags", "odd/one");
	if (row->sized)
		add_value(to, "size")->number = row->size;
	if (row->day[0] != '\0') {
		add_value(to, "day")->number = seconds_of(row->day);
		add_value(to, "when")->number = seconds_of(row->day);
	}
	if (row->ok >= 0)
		add_text(to, "ok", row->ok ? "true" : "false");
	if (row->placed) {
		struct ecs_column_value *place = add_value(to, "place");

		place->number = row->lat;
		place->lon = row->lon;
	}
}

static void
draw_row(struct sample_row *row, uint64_t *seed)
{
	row->kind = (int)sample_dice(seed, SAMPLE_KINDS + 1) - 1;
	row->tags = sample_dice(seed, 1 << (SAMPLE_TAGS + 1)) &
	    sample_dice(seed, 1 << (SAMPLE_TAGS + 1));
	row->sized = sample_dice(seed, 3) != 0;
	row->size = sample_dice(seed, 40) / 2.0 - 5;
	if (sample_dice(seed, 4) != 0)
		sample_moment(seed, row->day);
	row->ok = (int)sample_dice(seed, 3) - 1;
	row->placed = sample_dice(seed, 5) != 0;
	row->lat = sample_dice(seed, 1800000) / 10000.0 - 90;
	row->lon = sample_dice(seed, 3600000) / 10000.0 - 180;
}

/* ---- both collections ---- */

static bool
record_row(struct sample *sample, int collection, uint32_t row)
{
	struct ecs_err err = {0};
	uint32_t number;
	bool created;
	char id[16];

	snprintf(id, sizeof(id), "t%u", row);
	return ecs_records_put(sample->records, collection, id, strlen(id),
		   "{}", 2, NULL, 0, &number, &created, &err) &&
	    number == row;
}

/* Every row gets a record; those of gaps are deleted again. */
static bool
fill_records(struct sample *sample)
{
	struct ecs_source *things = &sample->sources[THINGS];
	struct ecs_err err = {0};
	int collection = things->records_collection;
	uint64_t sequence;

	if (!ecs_records_begin(sample->records, &sequence, &err))
		return false;
	for (uint32_t i = 0; i < SAMPLE_ROWS; i++)
		if (!record_row(sample, collection, i))
			return false;
	for (uint32_t i = 0; i < SAMPLE_ROWS; i++) {
		uint32_t number;
		bool found;
		char id[16];

		snprintf(id, sizeof(id), "t%u", i);
		if (!sample->rows[i].live &&
		    !ecs_records_delete(sample->records, collection, id,
			strlen(id), &number, &found, &err))
			return false;
	}
	things->revision = sequence;
	return ecs_records_commit(sample->records, &err);
}

static bool
fill_things(struct sample *sample, struct ecs_draft *draft, uint64_t seed)
{
	for (uint32_t i = 0; i < SAMPLE_ROWS; i++) {
		struct sample_row *row = &sample->rows[i];
		struct values values = {
		    .collection = sample->sources[THINGS].collection};
		struct ecs_err err = {0};

		row->live = sample_dice(&seed, DENSITY) != 0;
		if (!row->live)
			continue;
		draw_row(row, &seed);
		gather(row, &values);
		if (!ecs_draft_put(
			draft, i, 0, 0, NULL, values.list, values.n, &err))
			return false;
	}
	return true;
}

static bool
fill_papers(struct sample *sample, struct ecs_draft *draft, uint64_t seed)
{
	(void)seed;
	for (uint32_t i = 0; i < 4; i++) {
		struct values values = {
		    .collection = sample->sources[PAPERS].collection};
		struct ecs_err err = {0};

		add_text(&values, "code", i % 2 == 0 ? "secret" : "open");
		add_text(&values, "note", "hidden");
		add_text(&values, "shelf", i == 3 ? "top" : "low");
		add_value(&values, "when")->number = 2019 + i;
		if (!ecs_draft_put(
			draft, i, 0, 0, NULL, values.list, values.n, &err))
			return false;
	}
	return true;
}

static bool
fill(struct sample *sample, int index, uint64_t seed,
    bool (*put)(struct sample *, struct ecs_draft *, uint64_t))
{
	struct ecs_source *source = &sample->sources[index];
	struct ecs_table *empty;
	struct ecs_draft *draft;
	struct ecs_err err = {0};

	source->index = index;
	source->collection = &sample->schema->collections[index];
	source->records = sample->reader;
	if (!ecs_records_collection(sample->records, source->collection->name,
		&source->records_collection, &err))
		return false;
	empty = empty_table(source->collection);
	draft = empty == NULL ? NULL : ecs_draft_new(empty, &err);
	if (draft != NULL && put(sample, draft, seed))
		source->table = ecs_draft_seal(draft, &err);
	else
		ecs_draft_free(draft);
	ecs_table_unref(empty);
	return source->table != NULL;
}

bool
sample_open(struct sample *sample, uint64_t seed)
{
	struct ecs_err err = {0};

	memset(sample, 0, sizeof(*sample));
	snprintf(sample->folder, sizeof(sample->folder), "query-test-XXXXXX");
	if (mkdtemp(sample->folder) == NULL) {
		sample->folder[0] = '\0';
		return false;
	}
	sample->rows = calloc(SAMPLE_ROWS, sizeof(*sample->rows));
	if (sample->rows == NULL || !load_schema(sample))
		return false;
	sample->records = ecs_records_open(beside(sample, "records.db"), &err);
	if (sample->records == NULL)
		return false;
	sample->reader = ecs_record_reader_open(sample->records, &err);
	return sample->reader != NULL &&
	    fill(sample, PAPERS, seed, fill_papers) &&
	    fill(sample, THINGS, seed, fill_things) && fill_records(sample);
}

void
sample_close(struct sample *sample)
{
	struct dirent *file;
	DIR *folder;

	for (int i = 0; i < 2; i++)
		ecs_table_unref(
		    (struct ecs_table *)(uintptr_t)sample->sources[i].table);
	ecs_record_reader_close(sample->reader);
	ecs_records_close(sample->records);
	ecs_schema_free(sample->schema);
	free(sample->rows);
	if (sample->folder[0] == '\0')
		return;
	folder = opendir(sample->folder);
	while (folder != NULL && (file = readdir(folder)) != NULL)
		unlink(beside(sample, file->d_name));
	if (folder != NULL)
		closedir(folder);
	rmdir(sample->folder);
}
