/* SPDX-License-Identifier: ISC */
/*
 * units_test - a document becomes a head and passages, each with an id of its
 * own and the place it has in the text.
 */
#include "ecsearch/buf.h"
#include "ecsearch/doc.h"
#include "ecsearch/layout.h"
#include "ecsearch/text.h"
#include "ecsearch/xapian.h"

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

static const char long_document[] =
    "{\"id\":\"d\",\"title\":\"T\",\"lang\":\"en\",\"sections\":["
    "{\"heading\":\"1\",\"level\":1,\"text\":\"one\"},"
    "{\"heading\":\"1.1\",\"level\":2,\"page\":4,\"text\":\"two\"},"
    "{\"heading\":\"1.2\",\"level\":2},"
    "{\"text\":\"three\"},"
    "{\"heading\":\"2\",\"text\":\"four\"}]}";

/* Units put into an index and read back, as a search would see them. */
struct made {
	struct ecs_units units;
	struct ecs_buf data[64];
	struct ecs_passage passages[64];
};

static void
read_back(struct made *made, const char *path)
{
	struct ecs_err err = {0};
	struct ecs_index_writer *writer = ecs_index_writer_open(path, &err);
	struct ecs_index_reader *reader;

	MUST(writer != NULL, &err);
	for (size_t i = 0; i < made->units.n; i++)
		MUST(ecs_index_put(writer, (uint32_t)i + 1,
			 made->units.list[i].entry, &err),
		    &err);
	MUST(ecs_index_commit(writer, NULL, &err), &err);
	ecs_index_writer_close(writer);
	reader = ecs_index_reader_open(path, &err);
	MUST(reader != NULL, &err);
	for (size_t i = 1; i < made->units.n; i++) {
		MUST(ecs_index_data(
			 reader, (uint32_t)i + 1, &made->data[i], &err),
		    &err);
		assert_true(ecs_passage_read(
		    &made->passages[i], made->data[i].data, made->data[i].len));
	}
	ecs_index_reader_close(reader);
}

static struct made *
make(const char *json)
{
	char path[] = "doc-test-XXXXXX";
	char command[64];
	struct made *made = calloc(1, sizeof(*made));
	struct ecs_err err = {0};
	struct ecs_words *words = ecs_words_new(NULL, &err);
	struct ecs_unit_maker maker = {ecs_analyzer_new(words, &err), NULL};
	struct ecs_doc *doc = parse("agenda", json);

	assert_non_null(made);
	MUST(ecs_units_build(doc, &maker, &made->units, &err), &err);
	assert_true(made->units.n <= 64);
	assert_non_null(mkdtemp(path));
	read_back(made, path);
	snprintf(command, sizeof(command), "rm -rf %s", path);
	assert_int_equal(system(command), 0);
	ecs_doc_free(doc);
	ecs_analyzer_free(maker.analyzer);
	ecs_words_free(words);
	return made;
}

static void
drop(struct made *made)
{
	for (size_t i = 0; i < made->units.n; i++)
		ecs_buf_fini(&made->data[i]);
	ecs_units_fini(&made->units);
	free(made);
}

static void
a_passage_is_stored_with_its_place(void **state)
{
	struct made *made =
	    make("{\"id\":\"d\",\"title\":\"T\",\"lang\":\"fr\",\"sections\":["
		 "{\"heading\":\"\xC3\x89t\xC3\xA9\",\"page\":3,"
		 "\"text\":\"  \xC3\xA9t\xC3\xA9 chaud \"}]}");

	(void)state;
	assert_int_equal(made->units.n, 2);
	assert_int_equal(strlen(made->passages[1].id), 16);
	assert_string_equal(made->passages[1].section, "\xC3\x89t\xC3\xA9");
	assert_int_equal(made->passages[1].page, 3);
	assert_string_equal(made->passages[1].lang, "fr");
	assert_int_equal(made->passages[1].start, 2);
	assert_int_equal(made->passages[1].end, 11);
	assert_int_equal(made->passages[1].len, 11);
	assert_memory_equal(
	    made->passages[1].text, "\xC3\xA9t\xC3\xA9 chaud", 11);
	drop(made);
}

static void
a_cut_passage_is_no_passage(void **state)
{
	static const char data[] = "id\0-1 0 3\0en\0path\0abc";
	struct ecs_passage passage;

	(void)state;
	for (size_t len = 0; len < sizeof(data); len++) {
		char *cut = malloc(len + 1);

		memcpy(cut, data, len);
		assert_int_equal(ecs_passage_read(&passage, cut, len),
		    len >= sizeof(data) - 4);
		free(cut);
	}
	assert_false(ecs_passage_read(&passage, "id\0x\0en\0p\0abc", 13));
}

/* n sentences of seven words, told apart by seed. */
static void
add_prose(struct ecs_buf *json, const char *seed, int n)
{
	for (int i = 0; i < n; i++)
		ecs_buf_printf(
		    json, "Sentence %d of %s has seven words. ", i, seed);
}

static void
a_section_of_many_passages_counts_its_characters(void **state)
{
	struct ecs_buf json = {0};
	struct made *made;
	uint32_t end = 0;

	(void)state;
	ecs_buf_puts(&json,
	    "{\"id\":\"d\",\"title\":\"T\",\"sections\":"
	    "[{\"text\":\"");
	add_prose(&json, "\xC3\xA9t\xC3\xA9", 150);
	ecs_buf_puts(&json, "\"}]}");
	made = make(json.data);
	assert_true(made->units.n > 4);
	for (size_t i = 1; i < made->units.n; i++) {
		const struct ecs_passage *passage = &made->passages[i];

		assert_true(passage->start >= end);
		assert_true(passage->start <= end + 2);
		assert_int_equal(passage->end - passage->start,
		    ecs_count_characters(passage->text, passage->len));
		end = passage->end;
	}
	drop(made);
	ecs_buf_fini(&json);
}

static void
ids_of_passages_stay_when_the_text_is_stored_again(void **state)
{
	struct made *first = make(long_document);
	struct made *again = make(long_document);

	(void)state;
	assert_int_equal(first->units.n, 6);
	assert_int_equal(again->units.n, first->units.n);
	for (size_t i = 1; i < first->units.n; i++)
		assert_string_equal(
		    first->passages[i].id, again->passages[i].id);
	drop(first);
	drop(again);
}

static void
all_ids_differ(const struct made *made)
{
	for (size_t i = 1; i < made->units.n; i++)
		for (size_t k = 1; k < i; k++)
			assert_string_not_equal(
			    made->passages[i].id, made->passages[k].id);
}

static void
ids_of_equal_passages_differ(void **state)
{
	struct made *made =
	    make("{\"id\":\"d\",\"title\":\"T\",\"sections\":["
		 "{\"heading\":\"A\",\"text\":\"same words\"},"
		 "{\"heading\":\"A\",\"text\":\"same words\"},"
		 "{\"heading\":\"A\",\"text\":\"Same  words!\"},"
		 "{\"heading\":\"B\",\"text\":\"same words\"},"
		 "{\"heading\":\"B\"},{\"heading\":\"B\"}]}");

	(void)state;
	assert_int_equal(made->units.n, 7);
	all_ids_differ(made);
	drop(made);
}

/* Sections of one path that only begin alike share their first passage. */
static void
ids_of_passages_equal_in_part_of_a_section_differ(void **state)
{
	struct ecs_buf json = {0};
	struct made *made;

	(void)state;
	ecs_buf_puts(&json,
	    "{\"id\":\"d\",\"title\":\"T\",\"sections\":"
	    "[{\"heading\":\"A\",\"text\":\"");
	add_prose(&json, "both", 28);
	ecs_buf_puts(&json, "\\n\\n");
	add_prose(&json, "left", 28);
	ecs_buf_puts(&json, "\"},{\"heading\":\"A\",\"text\":\"");
	add_prose(&json, "both", 28);
	ecs_buf_puts(&json, "\\n\\n");
	add_prose(&json, "right", 28);
	ecs_buf_puts(&json, "\"}]}");
	made = make(json.data);
	assert_int_equal(made->units.n, 5);
	assert_int_equal(made->passages[1].len, made->passages[3].len);
	all_ids_differ(made);
	drop(made);
	ecs_buf_fini(&json);
}

static void
the_head_knows_the_words_of_all_passages(void **state)
{
	struct made *made = make(long_document);
	size_t last = ecs_unit_lengths(collection("agenda")) - 1;

	(void)state;
	assert_int_equal(made->units.list[0].lengths[last], 4);
	assert_int_equal(made->units.list[1].lengths[last], 0);
	drop(made);
}

static void
a_language_without_stems_is_taken(void **state)
{
	struct made *made =
	    make("{\"id\":\"d\",\"title\":\"T\","
		 "\"lang\":\"is\",\"sections\":[{\"text\":\"orð\"}]}");

	(void)state;
	assert_int_equal(made->units.langs, 0);
	assert_string_equal(made->passages[1].lang, "und");
	drop(made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_passage_is_stored_with_its_place),
	    cmocka_unit_test(a_cut_passage_is_no_passage),
	    cmocka_unit_test(a_section_of_many_passages_counts_its_characters),
	    cmocka_unit_test(
		ids_of_passages_stay_when_the_text_is_stored_again),
	    cmocka_unit_test(ids_of_equal_passages_differ),
	    cmocka_unit_test(ids_of_passages_equal_in_part_of_a_section_differ),
	    cmocka_unit_test(the_head_knows_the_words_of_all_passages),
	    cmocka_unit_test(a_language_without_stems_is_taken),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
