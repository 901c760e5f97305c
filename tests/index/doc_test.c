/* SPDX-License-Identifier: ISC */
/*
 * doc_test - what is wrong with a document is told where it is wrong, and what
 * is right comes out typed and fits into a slot of the index and out again.
 */
#include <jansson.h>

#include "ecsearch/buf.h"
#include "ecsearch/columns.h"
#include "ecsearch/doc.h"
#include "ecsearch/layout.h"

#include "shipped.h"

static struct ecs_schema *schema;

static int
setup(void **state)
{
	(void)state;
	schema = load_shipped();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	ecs_schema_free(schema);
	return 0;
}

static const struct ecs_collection *
collection(const char *name)
{
	const struct ecs_collection *found =
	    ecs_schema_collection(schema, name);

	assert_non_null(found);
	return found;
}

static struct ecs_doc *
parse(const char *in, const char *json)
{
	struct ecs_err err = {0};
	struct ecs_doc *doc =
	    ecs_doc_parse(collection(in), json, strlen(json), &err);

	MUST(doc != NULL, &err);
	return doc;
}

/* ---- what is refused ---- */

struct broken {
	const char *collection;
	const char *json;
	const char *code;
	const char *pointer;
	const char *reason; /* part of the text */
	const char *meant;  /* did_you_mean */
};

static const struct broken broken[] = {
    {"members", "{\"id\": \"a\"}", "bad_document", "/name", "required", ""},
    {"members", "{\"name\": \"A\"}", "bad_document", "/id", "required", ""},
    {"members", "{\"id\": \"a\", \"name\": null}", "bad_document", "/name",
	"required", ""},
    {"members", "{\"id\": \"a\", \"name\": \"\"}", "bad_document", "/name",
	"empty", ""},
    {"members", "{\"id\": \"\", \"name\": \"A\"}", "bad_document", "/id",
	"empty", ""},
    {"members", "{\"id\": 7, \"name\": \"A\"}", "bad_document", "/id", "string",
	""},
    {"members", "{\"id\": \"a\\tb\", \"name\": \"A\"}", "bad_id", "/id",
	"control characters", ""},
    {"members", "{\"id\": \"a\\u0085b\", \"name\": \"A\"}", "bad_id", "/id",
	"control characters", ""},
    {"members", "{\"id\": \"a\", \"name\": [\"A\"]}", "bad_document", "/name",
	"string", ""},
    {"members", "{\"id\": \"a\", \"name\": \"A\", \"aliases\": [\"B\", 3]}",
	"bad_document", "/aliases/1", "string", ""},
    {"members", "{\"id\": \"a\", \"name\": \"A\", \"aliases\": [\"B\", null]}",
	"bad_document", "/aliases/1", "string", ""},
    {"members", "{\"id\": \"a\", \"name\": \"A\", \"profil\": \"x\"}",
	"bad_document", "/profil", "no field of members", "profile"},
    {"members", "{\"id\": \"a\", \"name\": \"A\", \"a/b~c\": \"x\"}",
	"bad_document", "/a~1b~0c", "no field of members", ""},
    {"members", "{\"id\": \"a\", \"name\": \"A\", \"sections\": []}",
	"bad_document", "/sections", "no field of members", "sectors"},
    {"members",
	"{\"id\": \"a\", \"name\": \"A\", \"sectors\": "
	"[\"energy\", \"finanse\"]}",
	"bad_document", "/sectors/1", "vocabulary sectors", "finance"},
    {"members", "{\"id\": \"a\", \"name\": \"A\", \"sectors\": [\"\"]}",
	"bad_document", "/sectors/0", "empty", ""},
    {"members", "{\"id\": \"a\", \"name\": \"A\", \"employees\": \"many\"}",
	"bad_document", "/employees", "number", ""},
    {"members", "{\"id\": \"a\", \"name\": \"A\", \"joined\": \"2024-13\"}",
	"bad_document", "/joined", "ISO 8601", ""},
    {"members", "{\"id\": \"a\", \"name\": \"A\", \"joined\": 2024}",
	"bad_document", "/joined", "ISO 8601", ""},
    {"members", "{\"id\": \"a\", \"name\": \"A\", \"location\": [1, 2]}",
	"bad_document", "/location", "lat", ""},
    {"members",
	"{\"id\": \"a\", \"name\": \"A\", \"location\": "
	"{\"lat\": 90.5, \"lon\": 0}}",
	"bad_document", "/location", "-90 to 90", ""},
    {"members",
	"{\"id\": \"a\", \"name\": \"A\", \"location\": "
	"{\"lat\": 0, \"lon\": 181}}",
	"bad_document", "/location", "-180 to 180", ""},
    {"members",
	"{\"id\": \"a\", \"name\": \"A\", \"location\": "
	"{\"lat\": 0, \"lon\": 1, \"alt\": 2}}",
	"bad_document", "/location", "lat", ""},
    {"members",
	"{\"id\": \"a\", \"name\": \"A\", \"website\": \"javascript:1\"}",
	"bad_document", "/website", "http", ""},
    {"members",
	"{\"id\": \"a\", \"name\": \"A\", \"website\": "
	"\"https://a.example/ b\"}",
	"bad_document", "/website", "address", ""},
    {"agenda", "{\"id\": \"a\", \"title\": \"A\", \"sections\": {}}",
	"bad_document", "/sections", "array", ""},
    {"agenda", "{\"id\": \"a\", \"title\": \"A\", \"sections\": [{}, 1]}",
	"bad_document", "/sections/1", "object", ""},
    {"agenda",
	"{\"id\": \"a\", \"title\": \"A\", \"sections\": [{\"txt\": \"x\"}]}",
	"bad_document", "/sections/0/txt", "no member", "text"},
    {"agenda",
	"{\"id\": \"a\", \"title\": \"A\", \"sections\": [{\"a/b\": \"x\"}]}",
	"bad_document", "/sections/0/a~1b", "no member", ""},
    {"agenda",
	"{\"id\": \"a\", \"title\": \"A\", \"sections\": [{\"text\": 1}]}",
	"bad_document", "/sections/0/text", "string", ""},
    {"agenda",
	"{\"id\": \"a\", \"title\": \"A\", \"sections\": [{\"level\": 0}]}",
	"bad_document", "/sections/0/level", "positive", ""},
    {"agenda",
	"{\"id\": \"a\", \"title\": \"A\", \"sections\": [{\"page\": 1.5}]}",
	"bad_document", "/sections/0/page", "number", ""},
};

static void
is_refused_as(const struct broken *row)
{
	struct ecs_err err = {0};
	struct ecs_doc *doc = ecs_doc_parse(
	    collection(row->collection), row->json, strlen(row->json), &err);

	if (doc != NULL)
		fail_msg("taken: %s", row->json);
	assert_int_equal(err.status, 422);
	assert_string_equal(err.code, row->code);
	assert_int_equal(err.places, 1);
	assert_int_equal(err.where[0].kind, ECS_WHERE_POINTER);
	assert_string_equal(err.where[0].name, row->pointer);
	if (strstr(err.text, row->reason) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", err.text, row->reason);
	assert_string_equal(err.where[0].did_you_mean, row->meant);
}

static void
a_broken_document_is_refused_with_pointer_and_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		is_refused_as(&broken[i]);
}

static void
what_is_no_object_is_refused(void **state)
{
	struct ecs_err err = {0};

	(void)state;
	assert_null(ecs_doc_parse(collection("members"), "[1]", 3, &err));
	assert_int_equal(err.status, 422);
	assert_string_equal(err.code, "bad_document");
	ecs_err_clear(&err);
	assert_null(ecs_doc_parse(collection("members"), "{\"id\":", 6, &err));
	assert_int_equal(err.status, 400);
	assert_string_equal(err.code, "bad_json");
	assert_int_equal(err.where[0].kind, ECS_WHERE_LINE);
	assert_int_equal(err.where[0].line, 1);
}

static void
more_values_than_an_index_slot_holds_are_refused(void **state)
{
	struct ecs_err err = {0};
	struct ecs_buf json = {0};

	(void)state;
	ecs_buf_puts(
	    &json, "{\"id\":\"a\",\"name\":\"A\",\"languages\":[\"x\"");
	for (int i = 0; i < 3000; i++)
		ecs_buf_printf(&json, ",\"x%d\"", i);
	ecs_buf_puts(&json, "]}");
	assert_null(
	    ecs_doc_parse(collection("members"), json.data, json.len, &err));
	assert_int_equal(err.status, 422);
	assert_string_equal(err.code, "too_many_values");
	ecs_buf_fini(&json);
}

/* ---- what is made of it ---- */

static const struct ecs_column_value *
value_of(const struct ecs_doc *doc, const char *field)
{
	int column = ecs_collection_field(doc->collection, field)->column;

	assert_true(column >= 0);
	for (size_t i = 0; i < doc->nvalues; i++)
		if (doc->values[i].column == column)
			return &doc->values[i];
	return NULL;
}

static void
a_country_group_follows_from_the_country(void **state)
{
	struct ecs_doc *doc = parse(
	    "members", "{\"id\":\"a\",\"name\":\"A\",\"country\":\"NO\"}");
	const struct ecs_column_value *group = value_of(doc, "country_group");

	(void)state;
	assert_non_null(group);
	assert_string_equal(group->text, "eea");
	assert_null(strstr(doc->json, "country_group"));
	ecs_doc_free(doc);
}

static void
a_given_country_group_is_not_overruled(void **state)
{
	struct ecs_doc *doc = parse("members",
	    "{\"id\":\"a\",\"name\":\"A\",\"country\":\"NO\","
	    "\"country_group\":\"eu\"}");
	size_t groups = 0;

	(void)state;
	for (size_t i = 0; i < doc->nvalues; i++)
		groups += doc->values[i].column ==
		    value_of(doc, "country_group")->column;
	assert_int_equal(groups, 1);
	assert_string_equal(value_of(doc, "country_group")->text, "eu");
	ecs_doc_free(doc);
}

static void
values_come_out_typed(void **state)
{
	struct ecs_doc *doc = parse("members",
	    "{\"id\":\"a\",\"name\":\"\xC3\x85 A\",\"employees\":48,"
	    "\"joined\":\"1970-01-02\",\"location\":{\"lat\":1.5,\"lon\":-2},"
	    "\"city\":null}");

	(void)state;
	assert_true(value_of(doc, "employees")->number == 48);
	assert_true(value_of(doc, "joined")->number == 86400);
	assert_true(value_of(doc, "location")->number == 1.5);
	assert_true(value_of(doc, "location")->lon == -2);
	assert_null(value_of(doc, "city"));
	assert_string_equal(doc->id, "a");
	ecs_doc_free(doc);
}

static const char long_document[] =
    "{\"id\":\"d\",\"title\":\"T\",\"lang\":\"en\",\"sections\":["
    "{\"heading\":\"1\",\"level\":1,\"text\":\"one\"},"
    "{\"heading\":\"1.1\",\"level\":2,\"page\":4,\"text\":\"two\"},"
    "{\"heading\":\"1.2\",\"level\":2},"
    "{\"text\":\"three\"},"
    "{\"heading\":\"2\",\"text\":\"four\"}]}";

static void
a_hit_leaves_the_sections_out(void **state)
{
	struct ecs_doc *doc = parse("agenda", long_document);

	(void)state;
	assert_string_equal(
	    doc->hit, "{\"id\":\"d\",\"title\":\"T\",\"lang\":\"en\"}");
	assert_non_null(strstr(doc->json, "\"text\":\"two\""));
	ecs_doc_free(doc);
	doc = parse("agenda", "{\"id\":\"d\",\"title\":\"T\"}");
	assert_null(doc->hit);
	ecs_doc_free(doc);
}

static void
a_section_stands_under_the_path_of_its_headings(void **state)
{
	static const char *const paths[] = {"1", "1 \xE2\x80\xBA 1.1",
	    "1 \xE2\x80\xBA 1.2", "1 \xE2\x80\xBA 1.2", "2"};
	struct ecs_doc *doc = parse("agenda", long_document);

	(void)state;
	assert_int_equal(doc->nsections, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(doc->sections[i].path, paths[i]);
	assert_int_equal(doc->sections[0].page, -1);
	assert_int_equal(doc->sections[1].page, 4);
	assert_string_equal(doc->sections[2].text, "");
	ecs_doc_free(doc);
}

/* ---- slots ---- */

static const uint32_t some_lengths[] = {3, 70000, 0};
static const struct ecs_column_value some_values[] = {
    {.column = 1, .text = "energy", .len = 6},
    {.column = 2, .text = "", .len = 0},
    {.column = 3, .number = -1.5},
    {.column = 4, .number = 60.25, .lon = 10.75},
    {.column = 4, .number = 51.5, .lon = 0},
};
enum { NVALUES = sizeof(some_values) / sizeof(some_values[0]) };

static void
a_slot_gives_back_what_was_put_in(void **state)
{
	struct ecs_buf slot = {0};
	struct ecs_slot in;
	struct ecs_column_value value;
	uint32_t lengths[3];

	(void)state;
	ecs_slot_write_head(
	    &slot, 70001, 9, some_lengths, 3, some_values, NVALUES);
	assert_true(ecs_slot_read(&in, slot.data, slot.len));
	assert_true(in.head);
	assert_int_equal(in.row, 70001);
	assert_int_equal(in.units, 9);
	assert_true(ecs_slot_lengths(&in, lengths, 3));
	assert_int_equal(lengths[0], 3);
	assert_int_equal(lengths[1], UINT16_MAX);
	for (size_t i = 0; i < NVALUES; i++) {
		assert_true(ecs_slot_value(&in, &value));
		assert_int_equal(value.column, some_values[i].column);
		assert_int_equal(value.len, some_values[i].len);
		assert_memory_equal(value.len == 0 ? "" : value.text,
		    value.len == 0 ? "" : some_values[i].text, value.len);
		assert_true(value.number == some_values[i].number);
		assert_true(value.lon == some_values[i].lon);
	}
	assert_false(ecs_slot_value(&in, &value));
	assert_ptr_equal(in.rest, in.end);
	ecs_buf_fini(&slot);
}

/* Read all there is; how many values came out. */
static size_t
read_all(const unsigned char *bytes, size_t len, bool *whole)
{
	struct ecs_slot in;
	struct ecs_column_value value;
	uint32_t lengths[3];
	size_t n = 0;

	*whole =
	    ecs_slot_read(&in, bytes, len) && ecs_slot_lengths(&in, lengths, 3);
	if (!*whole)
		return 0;
	while (ecs_slot_value(&in, &value))
		n++;
	*whole = in.rest == in.end;
	return n;
}

static void
a_slot_cut_anywhere_is_read_safely(void **state)
{
	struct ecs_buf slot = {0};
	size_t before = 0;
	size_t whole_ones = 0;

	(void)state;
	ecs_slot_write_head(&slot, 1, 2, some_lengths, 3, some_values, NVALUES);
	for (size_t len = 0; len <= slot.len; len++) {
		/* A block of its own, so that a byte too far is seen. */
		unsigned char *cut = malloc(len == 0 ? 1 : len);
		bool whole;
		size_t n;

		assert_non_null(cut);
		memcpy(cut, slot.data, len);
		n = read_all(cut, len, &whole);
		assert_true(n >= before && n <= before + 1);
		whole_ones += whole;
		before = n;
		free(cut);
	}
	assert_int_equal(before, NVALUES);
	/* Whole only between two values. */
	assert_int_equal(whole_ones, NVALUES + 1);
	ecs_buf_fini(&slot);
}

static void
a_passage_slot_has_no_values(void **state)
{
	struct ecs_buf slot = {0};
	struct ecs_slot in;
	bool whole;

	(void)state;
	ecs_slot_write_passage(&slot, 5, some_lengths, 3);
	assert_true(ecs_slot_read(&in, slot.data, slot.len));
	assert_false(in.head);
	assert_int_equal(in.row, 5);
	assert_int_equal(
	    read_all((unsigned char *)slot.data, slot.len, &whole), 0);
	assert_true(whole);
	assert_false(ecs_slot_read(&in, "x\0\0\0\0", 5));
	ecs_buf_fini(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_broken_document_is_refused_with_pointer_and_reason),
	    cmocka_unit_test(what_is_no_object_is_refused),
	    cmocka_unit_test(more_values_than_an_index_slot_holds_are_refused),
	    cmocka_unit_test(a_country_group_follows_from_the_country),
	    cmocka_unit_test(a_given_country_group_is_not_overruled),
	    cmocka_unit_test(values_come_out_typed),
	    cmocka_unit_test(a_hit_leaves_the_sections_out),
	    cmocka_unit_test(a_section_stands_under_the_path_of_its_headings),
	    cmocka_unit_test(a_slot_gives_back_what_was_put_in),
	    cmocka_unit_test(a_slot_cut_anywhere_is_read_safely),
	    cmocka_unit_test(a_passage_slot_has_no_values),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
