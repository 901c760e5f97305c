/* SPDX-License-Identifier: ISC */
/*
 * reader_test - files of every form, cut into records with their lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "../../src/client/reader.h"
#include "../../src/client/rows.h"
#include "../../src/client/split.h"

/* Write each record as "line:json" and a bar. */
static bool
record_down(void *user, const struct ecs_record *record, struct ecs_err *err)
{
	struct ecs_buf *out = user;
	char *text;

	(void)err;
	ecs_buf_printf(out, "%llu:", (unsigned long long)record->line);
	if (record->text != NULL) {
		ecs_buf_add(out, record->text, record->len);
	} else if (record->json != NULL) {
		text = json_dumps(record->json, JSON_COMPACT);
		ecs_buf_puts(out, text);
		free(text);
	} else {
		ecs_buf_puts(out, record->fault);
	}
	ecs_buf_putc(out, '|');
	return true;
}

static const char *
note_of(struct ecs_buf *out)
{
	return out->data == NULL ? "" : out->data;
}

/* Cut text fed in pieces of a size; every size must give the same. */
static void
assert_split(enum ecs_split_kind kind, const char *text, const char *want)
{
	size_t len = strlen(text), take;

	for (size_t piece = 1; piece <= len + 1; piece++) {
		struct ecs_buf out = {0};
		struct ecs_err err = {0};
		struct ecs_split *split =
		    ecs_split_new(kind, record_down, &out);

		for (size_t at = 0; at < len; at += take) {
			take = len - at < piece ? len - at : piece;
			if (!ecs_split_feed(split, text + at, take, &err))
				break;
		}
		if (err.status == 0)
			ecs_split_finish(split, &err);
		ecs_buf_puts(&out, err.text);
		assert_string_equal(note_of(&out), want);
		ecs_split_free(split);
		ecs_buf_fini(&out);
	}
}

static void
elements_of_an_array_are_cut_with_their_lines(void **state)
{
	(void)state;
	assert_split(ECS_SPLIT_VALUES, "[\n{\"a\":[1,{}]},\n\n{\"b\":2}\n]\n",
	    "2:{\"a\":[1,{}]}|4:{\"b\":2}|");
	assert_split(ECS_SPLIT_VALUES, "[]", "");
	assert_split(ECS_SPLIT_VALUES, "", "");
	assert_split(
	    ECS_SPLIT_VALUES, "[1, \"x\" ,null]", "1:1|1:\"x\"|1:null|");
	assert_split(ECS_SPLIT_VALUES, "{\"a\":\n1}\n{\"b\":2}",
	    "1:{\"a\":\n1}|3:{\"b\":2}|");
}

static void
brackets_and_quotes_in_strings_part_nothing(void **state)
{
	(void)state;
	assert_split(ECS_SPLIT_VALUES, "[{\"a\":\"]},\\\"{\\\\\"},{\"b\":1}]",
	    "1:{\"a\":\"]},\\\"{\\\\\"}|1:{\"b\":1}|");
}

static void
an_array_that_is_broken_or_cut_off_is_an_error_with_its_line(void **state)
{
	(void)state;
	assert_split(ECS_SPLIT_VALUES, "[{\"a\":1},\n{\"b\"",
	    "1:{\"a\":1}|the file ends inside the document begun on line 2");
	assert_split(ECS_SPLIT_VALUES, "[{\"a\":1}",
	    "1:{\"a\":1}|line 1: the array is not closed");
	assert_split(ECS_SPLIT_VALUES, "[{},]",
	    "1:{}|line 1: a comma or bracket is out of place");
	assert_split(ECS_SPLIT_VALUES, "[{}\n{}]",
	    "1:{}|line 2: a comma or bracket is out of place");
	assert_split(ECS_SPLIT_VALUES, "[{}] x",
	    "1:{}|line 1: text after the end of the array");
}

static void
a_broken_line_costs_itself_only(void **state)
{
	(void)state;
	assert_split(ECS_SPLIT_LINES, "{\"a\":1}\n\n{\"b\":\n{\"c\":3}",
	    "1:{\"a\":1}|3:{\"b\":|4:{\"c\":3}|");
}

/* Read bytes as a file called name (which tells the form). */
static void
assert_file(const struct ecs_reader *how, const char *name, const char *bytes,
    size_t len, const char *want)
{
	char folder[] = "/tmp/ecsearch-reader-XXXXXX", path[80];
	struct ecs_reader reader = *how;
	struct ecs_buf out = {0};
	struct ecs_err err = {0};
	FILE *file;

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	reader.fn = record_down;
	reader.user = &out;
	if (!ecs_read_file(&reader, path, &err)) {
		const char *text = strncmp(err.text, path, strlen(path)) == 0
		    ? err.text + strlen(path)
		    : err.text;

		ecs_buf_puts(&out, text);
	}
	unlink(path);
	rmdir(folder);
	assert_string_equal(note_of(&out), want);
	ecs_buf_fini(&out);
}
#define ASSERT_FILE(how, name, text, want) \
	assert_file(how, name, text, sizeof(text) - 1, want)

static const struct ecs_reader guess;

static void
csv_is_read_whatever_parts_its_cells(void **state)
{
	(void)state;
	ASSERT_FILE(&guess, "a.csv", "id,name\n1,\"A, B\"\n",
	    "2:{\"id\":\"1\",\"name\":\"A, B\"}|");
	ASSERT_FILE(&guess, "a.csv", "id;name\r\n1;A\r\n",
	    "2:{\"id\":\"1\",\"name\":\"A\"}|");
	ASSERT_FILE(&guess, "a.tsv", "id\tname\n1\tA\n",
	    "2:{\"id\":\"1\",\"name\":\"A\"}|");
	ASSERT_FILE(&guess, "a.csv", "id|name\n1|A",
	    "2:{\"id\":\"1\",\"name\":\"A\"}|");
}

static void
a_row_is_told_by_the_line_it_began_on(void **state)
{
	(void)state;
	ASSERT_FILE(&guess, "a.csv",
	    "\xEF\xBB\xBFid,t\n1,\"two\nlines\"\n\n2,\n3,x,y\n",
	    "2:{\"id\":\"1\",\"t\":\"two\\nlines\"}|5:{\"id\":\"2\"}|"
	    "6:the row has 3 cells, the header 2|");
}

static void
a_header_with_twins_or_an_open_quote_is_an_error(void **state)
{
	(void)state;
	ASSERT_FILE(&guess, "a.csv", "id,id\n1,2\n",
	    "line 1: two columns are called id");
	ASSERT_FILE(&guess, "a.csv", "id,t\n1,\"x\n2,y\n",
	    "line 2: a quoted cell is never closed");
}

static void
encodings_are_told_by_mark_by_guess_or_by_name(void **state)
{
	static const struct ecs_reader named = {.encoding = "ISO-8859-2"};
	static const char utf16[] =
	    "\xFF\xFE{\0\"\0a\0\"\0:\0\"\0\xE9\0\"\0}\0\n\0";

	(void)state;
	ASSERT_FILE(&guess, "a.ndjson", utf16, "1:{\"a\":\"é\"}|");
	ASSERT_FILE(&guess, "a.csv", "id,n\n1,caf\xE9\n",
	    "2:{\"id\":\"1\",\"n\":\"café\"}|");
	ASSERT_FILE(
	    &named, "a.csv", "id,n\n1,\xB1\n", "2:{\"id\":\"1\",\"n\":\"ą\"}|");
}

static void
a_byte_that_is_not_of_the_encoding_is_an_error_with_its_line(void **state)
{
	static const struct ecs_reader utf8 = {.encoding = "UTF-8"};
	static const struct ecs_reader none = {.encoding = "klingon"};

	(void)state;
	ASSERT_FILE(&utf8, "a.ndjson", "{}\n{}\n\xE9\n",
	    ": line 3 is not UTF-8; name the encoding with --encoding, as in "
	    "--encoding windows-1252");
	ASSERT_FILE(
	    &none, "a.ndjson", "{}\n", "no encoding is called \"klingon\"");
}

static void
packed_files_are_unpacked_and_broken_ones_refused(void **state)
{
	static const unsigned char packed[] = {0x1f, 0x8b, 0x08, 0x00, 0x00,
	    0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0x4a, 0x54, 0xb2, 0x32,
	    0xac, 0xe5, 0x02, 0x00, 0x46, 0xa3, 0xe8, 0x74, 0x08, 0x00, 0x00,
	    0x00};

	(void)state;
	assert_file(&guess, "a.json.gz", (const char *)packed, sizeof(packed),
	    "1:{\"a\":1}|");
	assert_file(&guess, "a.json.gz", (const char *)packed, 14,
	    ": truncated gzip input");
	ASSERT_FILE(&guess, "empty.ndjson", "", "");
}

static void
the_form_of_a_file_without_a_name_is_guessed(void **state)
{
	(void)state;
	ASSERT_FILE(&guess, "x", "[{}]", "1:{}|");
	ASSERT_FILE(&guess, "x", "{}\n{\n{}\n", "1:{}|2:{|3:{}|");
	ASSERT_FILE(&guess, "x", "{\n}\n{}", "1:{\n}|3:{}|");
	ASSERT_FILE(
	    &guess, "x", "id,n\n1,2\n", "2:{\"id\":\"1\",\"n\":\"2\"}|");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(elements_of_an_array_are_cut_with_their_lines),
	    cmocka_unit_test(brackets_and_quotes_in_strings_part_nothing),
	    cmocka_unit_test(
		an_array_that_is_broken_or_cut_off_is_an_error_with_its_line),
	    cmocka_unit_test(a_broken_line_costs_itself_only),
	    cmocka_unit_test(csv_is_read_whatever_parts_its_cells),
	    cmocka_unit_test(a_row_is_told_by_the_line_it_began_on),
	    cmocka_unit_test(a_header_with_twins_or_an_open_quote_is_an_error),
	    cmocka_unit_test(encodings_are_told_by_mark_by_guess_or_by_name),
	    cmocka_unit_test(
		a_byte_that_is_not_of_the_encoding_is_an_error_with_its_line),
	    cmocka_unit_test(packed_files_are_unpacked_and_broken_ones_refused),
	    cmocka_unit_test(the_form_of_a_file_without_a_name_is_guessed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
