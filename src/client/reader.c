/* SPDX-License-Identifier: ISC */
/*
 * reader - choose how to read a file, by option, by name, by its first bytes.
 */
#include <string.h>

#include "ecsearch/err.h"

#include "input.h"
#include "reader.h"
#include "rows.h"
#include "split.h"

/* Words for --format and endings of names. */
static const struct format {
	const char *word;
	enum ecs_format format;
} formats[] = {
    {"json", ECS_FORMAT_JSON},
    {"ndjson", ECS_FORMAT_NDJSON},
    {"jsonl", ECS_FORMAT_NDJSON},
    {"csv", ECS_FORMAT_CSV},
    {"tsv", ECS_FORMAT_CSV},
};

static bool
find_format(const char *word, size_t len, enum ecs_format *format)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strlen(formats[i].word) == len &&
		    strncmp(formats[i].word, word, len) == 0) {
			*format = formats[i].format;
			return true;
		}
	}
	return false;
}

bool
ecs_format_parse(const char *word, enum ecs_format *format)
{
	return find_format(word, strlen(word), format);
}

enum ecs_format
ecs_format_of_name(const char *path)
{
	static const char *const packed[] = {".gz", ".xz", ".zst"};
	enum ecs_format format = ECS_FORMAT_GUESS;
	size_t len = strlen(path), start;

	for (size_t i = 0; i < 3; i++) {
		size_t cut = strlen(packed[i]);

		if (len > cut && strcmp(path + len - cut, packed[i]) == 0) {
			len -= cut;
			break;
		}
	}
	for (start = len; start > 0 && path[start - 1] != '.'; start--) {
		if (path[start - 1] == '/')
			return ECS_FORMAT_GUESS;
	}
	if (start > 0)
		find_format(path + start, len - start, &format);
	return format;
}

/*
 * Objects one after another and objects in an array are both cut as values; a
 * first line that is an object by itself, with another after it, is a file of
 * lines, where one broken line must not cost the rest.
 */
static enum ecs_format
guess_format(const char *data, size_t len)
{
	const char *end;

	while (len > 0 && strchr(" \t\r\n", *data) != NULL && *data != '\0') {
		data++;
		len--;
	}
	if (len == 0 || *data == '[')
		return ECS_FORMAT_JSON;
	if (*data != '{')
		return ECS_FORMAT_CSV;
	end = memchr(data, '\n', len);
	while (end != NULL && end > data && (*end == '\n' || *end == '\r'))
		end--;
	return end != NULL && *end == '}' ? ECS_FORMAT_NDJSON : ECS_FORMAT_JSON;
}

/* Feed all of input to one of the two cutters; the other is NULL. */
static bool
pump(const struct ecs_reader *reader, struct ecs_input *input,
    struct ecs_split *split, struct ecs_rows *rows, struct ecs_err *err)
{
	const char *data;
	size_t len;

	for (;;) {
		if (!ecs_input_read(input, &data, &len, err))
			return false;
		if (len == 0)
			break;
		if (split != NULL && !ecs_split_feed(split, data, len, err))
			return false;
		if (rows != NULL && !ecs_rows_feed(rows, data, len, err))
			return false;
		if (reader->progress != NULL)
			reader->progress(reader->user, ecs_input_used(input));
	}
	if (split != NULL)
		return ecs_split_finish(split, err);
	return ecs_rows_finish(rows, err);
}

static bool
read_as(const struct ecs_reader *reader, struct ecs_input *input,
    enum ecs_format format, struct ecs_err *err)
{
	struct ecs_split *split = NULL;
	struct ecs_rows *rows = NULL;
	const char *start;
	size_t len;
	char delimiter = reader->delimiter;
	bool ok = false;

	start = ecs_input_peek(input, &len);
	if (format == ECS_FORMAT_GUESS)
		format = guess_format(start, len);
	if (format == ECS_FORMAT_CSV) {
		if (delimiter == 0)
			delimiter = ecs_rows_guess_delimiter(start, len);
		rows = ecs_rows_new(delimiter, reader->fn, reader->user);
	} else {
		split = ecs_split_new(format == ECS_FORMAT_NDJSON
			? ECS_SPLIT_LINES
			: ECS_SPLIT_VALUES,
		    reader->fn, reader->user);
	}
	if (split == NULL && rows == NULL)
		ecs_err_memory(err);
	else
		ok = pump(reader, input, split, rows, err);
	ecs_split_free(split);
	ecs_rows_free(rows);
	return ok;
}

bool
ecs_read_file(
    const struct ecs_reader *reader, const char *path, struct ecs_err *err)
{
	enum ecs_format format = reader->format;
	struct ecs_input *input = ecs_input_open(path, reader->encoding, err);
	bool ok;

	if (input == NULL)
		return false;
	if (reader->note != NULL && ecs_input_note(input)[0] != '\0')
		reader->note(reader->user, ecs_input_note(input));
	if (format == ECS_FORMAT_GUESS)
		format = ecs_format_of_name(path);
	ok = read_as(reader, input, format, err);
	ecs_input_close(input);
	return ok;
}
