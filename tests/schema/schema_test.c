/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ecsearch/err.h"
#include "ecsearch/schema.h"

static const char *
shipped(void)
{
	static char path[1024];
	const char *srcdir = getenv("srcdir");

	snprintf(path, sizeof(path), "%s/corpus/schema.json",
	    srcdir == NULL ? "." : srcdir);
	return path;
}

/* Load a schema of one collection with these fields. */
static struct ecs_schema *
load_fields(const char *fields, struct ecs_err *err)
{
	char path[] = "/tmp/ecs-schema-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");
	struct ecs_schema *schema;

	fprintf(file,
	    "{\"version\": 1, \"collections\": [{\"name\": \"c\","
	    " \"title\": \"id\", \"fields\": [%s]}]}",
	    fields);
	fclose(file);
	schema = ecs_schema_load(path, err);
	unlink(path);
	return schema;
}

static void
the_shipped_schema_loads_with_every_field_in_its_place(void **state)
{
	struct ecs_err err = {0};
	struct ecs_schema *schema = ecs_schema_load(shipped(), &err);
	const struct ecs_collection *members;
	const struct ecs_field *group;

	(void)state;
	assert_string_equal(err.text, "");
	assert_non_null(schema);
	assert_int_equal(schema->ncollections, 3);
	members = ecs_schema_collection(schema, "members");
	group = ecs_collection_field(members, "country_group");
	assert_string_equal(group->derived_from->name, "country");
	assert_int_equal(
	    members->columns[group->column]->column, group->column);
	assert_null(ecs_schema_collection(schema, "nobody"));
	assert_int_equal(ecs_collection_field(members, "id")->column, -1);
	ecs_schema_free(schema);
}

static void
labels_come_in_the_asked_language_and_countries_from_icu(void **state)
{
	struct ecs_err err = {0};
	struct ecs_schema *schema = ecs_schema_load(shipped(), &err);
	const struct ecs_vocabulary *countries =
	    ecs_schema_vocabulary(schema, "countries");
	int belgium = ecs_vocabulary_find(countries, "BE", 2);

	(void)state;
	assert_true(belgium >= 0);
	assert_string_equal(ecs_label(&countries->concepts[belgium].labels,
				ecs_lang_find("fr", 2), ""),
	    "Belgique");
	assert_string_equal(
	    ecs_label(&countries->concepts[belgium].labels, ECS_LANG_NONE, ""),
	    "Belgium");
	ecs_schema_free(schema);
}

static void
a_country_leads_to_its_group(void **state)
{
	struct ecs_err err = {0};
	struct ecs_schema *schema = ecs_schema_load(shipped(), &err);
	const struct ecs_vocabulary *groups =
	    ecs_schema_vocabulary(schema, "country_groups");
	static const struct {
		const char *country;
		const char *group;
	} rows[] = {{"BE", "eu"}, {"NO", "eea"}, {"CH", "efta"},
	    {"TR", "h2020-associated"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int found = ecs_vocabulary_covering(groups, rows[i].country, 2);

		assert_true(found >= 0);
		assert_string_equal(groups->concepts[found].id, rows[i].group);
	}
	assert_int_equal(ecs_vocabulary_covering(groups, "US", 2), -1);
	ecs_schema_free(schema);
}

static void
every_vocabulary_value_has_a_label_in_all_24_languages(void **state)
{
	struct ecs_err err = {0};
	struct ecs_schema *schema = ecs_schema_load(shipped(), &err);

	(void)state;
	for (int v = 0; v < schema->nvocabularies; v++) {
		const struct ecs_vocabulary *vocabulary =
		    schema->vocabularies[v];

		for (size_t c = 0; c < vocabulary->nconcepts; c++)
			for (int lang = 0; lang < ECS_LANGS; lang++)
				if (vocabulary->concepts[c].labels.text[lang] ==
				    NULL)
					fail_msg("%s: %s: no label in %s",
					    vocabulary->name,
					    vocabulary->concepts[c].id,
					    ecs_lang_code(lang));
	}
	ecs_schema_free(schema);
}

#define ID "{\"name\": \"id\", \"type\": \"keyword\", \"required\": true}"

static void
a_wrong_schema_is_refused_with_pointer_and_reason(void **state)
{
	static const struct {
		const char *fields;
		const char *pointer;
		const char *reason;
	} rows[] = {
	    {"{\"name\": \"a\", \"type\": \"text\"}", "/collections/0/fields",
		"needs a required keyword"},
	    {ID ", {\"name\": \"a\", \"type\": \"txt\"}",
		"/collections/0/fields/1/type", "is no type"},
	    {ID ", {\"name\": \"a\", \"type\": \"text\", \"facet\": true}",
		"/collections/0/fields/1/facet", "not with type text"},
	    {ID ", {\"name\": \"a\", \"type\": \"text\", \"wieght\": 2}",
		"/collections/0/fields/1/wieght", "is not known here"},
	    {ID ", " ID, "/collections/0/fields/1/name", "twice"},
	    {ID ", {\"name\": \"a\", \"type\": \"keyword\","
		" \"vocabulary\": \"x\"}",
		"/collections/0/fields/1/vocabulary", "is not loaded"},
	    {ID ", {\"name\": \"A b\", \"type\": \"text\"}",
		"/collections/0/fields/1/name", "only a-z"},
	    {ID ", {\"name\": \"a\", \"type\": \"number\", \"weight\": 1}",
		"/collections/0/fields/1/weight", "not with type number"},
	    {ID ", {\"name\": \"a\", \"type\": \"number\","
		" \"completes\": true}",
		"/collections/0/fields/1/completes", "not with type number"},
	    {ID ", {\"name\": \"a\", \"type\": \"text\", \"private\": true,"
		" \"completes\": true}",
		"/collections/0/fields/1/completes", "private"},
	    {ID ", 7", "/collections/0/fields/1", "must be an object"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ecs_err err = {0};

		assert_null(load_fields(rows[i].fields, &err));
		assert_int_equal(err.status, 400);
		assert_string_equal(err.where[0].name, rows[i].pointer);
		assert_non_null(strstr(err.text, rows[i].reason));
	}
}

static void
titles_and_what_else_completes_have_a_column(void **state)
{
	struct ecs_err err = {0};
	struct ecs_schema *schema = ecs_schema_load(shipped(), &err);
	const struct ecs_collection *members =
	    ecs_schema_collection(schema, "members");
	const struct ecs_field *aliases =
	    ecs_collection_field(members, "aliases");

	(void)state;
	assert_true(members->title->completes);
	assert_true(aliases->completes && aliases->column >= 0);
	assert_false(ecs_collection_field(members, "profile")->completes);
	assert_int_equal(ecs_collection_field(members, "profile")->column, -1);
	ecs_schema_free(schema);
}

static void
a_slip_is_answered_with_what_was_meant(void **state)
{
	const char *words[] = {"sectors", "country", "founded"};

	(void)state;
	assert_string_equal(ecs_nearest_word("sector", words, 3), "sectors");
	assert_string_equal(ecs_nearest_word("cuontry", words, 3), "country");
	assert_null(ecs_nearest_word("zebra", words, 3));
	assert_null(ecs_nearest_word("", words, 3));
}

static void
dates_are_stretches_of_time(void **state)
{
	static const struct {
		const char *text;
		bool good;
		double first;
		double last;
	} rows[] = {
	    {"1970", true, 0, 365 * 86400.0 - 1},
	    {"2000-02", true, 951782400 - 28 * 86400.0, 951868799},
	    {"2024-02-29", true, 1709164800, 1709251199},
	    {"2023-02-29", false, 0, 0},
	    {"2024-05-31T12:00:00Z", true, 1717156800, 1717156800},
	    {"2024-05-31T12:00+02:00", true, 1717149600, 1717149600},
	    {"1969-12-31", true, -86400, -1},
	    {"1900-03-01", true, -2203891200.0, -2203804801.0},
	    {"2024-13", false, 0, 0},
	    {"24", false, 0, 0},
	    {"2024-05-31x", false, 0, 0},
	    {"", false, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double first = 0;
		double last = 0;

		assert_int_equal(ecs_date_parse(rows[i].text,
				     strlen(rows[i].text), &first, &last),
		    rows[i].good);
		if (!rows[i].good)
			continue;
		assert_int_equal((long long)first, (long long)rows[i].first);
		assert_int_equal((long long)last, (long long)rows[i].last);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		the_shipped_schema_loads_with_every_field_in_its_place),
	    cmocka_unit_test(
		labels_come_in_the_asked_language_and_countries_from_icu),
	    cmocka_unit_test(a_country_leads_to_its_group),
	    cmocka_unit_test(
		every_vocabulary_value_has_a_label_in_all_24_languages),
	    cmocka_unit_test(a_wrong_schema_is_refused_with_pointer_and_reason),
	    cmocka_unit_test(titles_and_what_else_completes_have_a_column),
	    cmocka_unit_test(a_slip_is_answered_with_what_was_meant),
	    cmocka_unit_test(dates_are_stretches_of_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
