/* SPDX-License-Identifier: ISC */
/*
 * input - unpack and decode what is to be imported.
 *
 *	file -> libarchive (raw) -> raw[] -> ICU converter -> text[] -> reader
 *
 * The first block decides the encoding; nothing is read twice, so that
 * standard input works like a file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/utf8.h>

#include "ecsearch/err.h"

#include "input.h"

enum { BLOCK = 65536 };

struct ecs_input {
	struct archive *archive;
	const char *path;
	UConverter *from, *to;
	UChar pivot[2048];
	UChar *pivot_source, *pivot_target;
	uint64_t line;     /* of the first byte of text */
	bool started, end; /* of the conversion; of the file */
	bool peeked;       /* text holds the block that open decoded */
	bool finished;
	const char *raw_at;
	size_t raw_len, text_len;
	char note[160];
	char raw[BLOCK];
	char text[BLOCK];
};

static bool
archive_failed(struct ecs_input *input, struct ecs_err *err)
{
	const char *why = archive_error_string(input->archive);

	return ecs_err_set(err, 400, "bad_file", "%s: %s", input->path,
	    why == NULL ? "cannot be read" : why);
}

static bool
open_archive(struct ecs_input *input, struct ecs_err *err)
{
	struct archive_entry *entry;
	const char *path = strcmp(input->path, "-") == 0 ? NULL : input->path;
	int got;

	input->archive = archive_read_new();
	if (input->archive == NULL)
		return ecs_err_memory(err);
	archive_read_support_filter_gzip(input->archive);
	archive_read_support_filter_xz(input->archive);
	archive_read_support_filter_zstd(input->archive);
	archive_read_support_format_raw(input->archive);
	archive_read_support_format_empty(input->archive);
	if (archive_read_open_filename(input->archive, path, BLOCK) !=
	    ARCHIVE_OK)
		return archive_failed(input, err);
	got = archive_read_next_header(input->archive, &entry);
	if (got == ARCHIVE_EOF)
		input->end = true;
	else if (got != ARCHIVE_OK)
		return archive_failed(input, err);
	return true;
}

/* Fill raw as far as the file goes. */
static bool
fill_raw(struct ecs_input *input, struct ecs_err *err)
{
	la_ssize_t got;

	input->raw_at = input->raw;
	input->raw_len = 0;
	while (!input->end && input->raw_len < sizeof(input->raw)) {
		got = archive_read_data(input->archive,
		    input->raw + input->raw_len,
		    sizeof(input->raw) - input->raw_len);
		if (got < 0)
			return archive_failed(input, err);
		input->end = got == 0;
		input->raw_len += (size_t)got;
	}
	return true;
}

/* The line of the first byte that is not UTF-8, 0 when all is. */
static uint32_t
line_of_bad_utf8(const char *data, size_t len, bool whole)
{
	uint32_t line = 1;
	int32_t at = 0, start;
	UChar32 c;

	while (at < (int32_t)len) {
		start = at;
		U8_NEXT(data, at, (int32_t)len, c);
		if (c < 0)
			return !whole && (size_t)start + 4 > len ? 0 : line;
		line += c == '\n';
	}
	return 0;
}

/* UTF-16 is told by its mark, or by the zero halves of its first letters. */
static const char *
guess_utf16(const unsigned char *raw, size_t len)
{
	if (len < 4)
		return NULL;
	if ((raw[0] == 0xFF && raw[1] == 0xFE) ||
	    (raw[0] == 0xFE && raw[1] == 0xFF))
		return "UTF-16";
	if (raw[0] != 0 && raw[1] == 0 && raw[2] != 0 && raw[3] == 0)
		return "UTF-16LE";
	if (raw[0] == 0 && raw[1] != 0 && raw[2] == 0 && raw[3] != 0)
		return "UTF-16BE";
	return NULL;
}

/* The likeliest encoding of one byte a letter; ISO 8859-1 is part of 1252. */
static const char *
guess_8bit(const char *raw, size_t len)
{
	static const char *const known[] = {"ISO-8859-2", "ISO-8859-5",
	    "ISO-8859-7", "windows-1250", "windows-1251", "windows-1253"};
	UErrorCode status = U_ZERO_ERROR;
	UCharsetDetector *detector = ucsdet_open(&status);
	const UCharsetMatch *match;
	const char *name = NULL, *found = "windows-1252";

	ucsdet_setText(detector, raw, (int32_t)len, &status);
	match = ucsdet_detect(detector, &status);
	if (U_SUCCESS(status) && match != NULL)
		name = ucsdet_getName(match, &status);
	for (size_t i = 0; name != NULL && U_SUCCESS(status) &&
	     i < sizeof(known) / sizeof(known[0]);
	     i++) {
		if (strcmp(name, known[i]) == 0)
			found = known[i];
	}
	ucsdet_close(detector);
	return found;
}

static const char *
guess_encoding(struct ecs_input *input)
{
	const char *guess =
	    guess_utf16((unsigned char *)input->raw, input->raw_len);
	uint32_t line;

	if (guess != NULL)
		return guess;
	line = line_of_bad_utf8(input->raw, input->raw_len, input->end);
	if (line == 0)
		return "UTF-8";
	guess = guess_8bit(input->raw, input->raw_len);
	snprintf(input->note, sizeof(input->note),
	    "line %u is not UTF-8; read as %s, --encoding says otherwise", line,
	    guess);
	return guess;
}

static bool
open_converters(
    struct ecs_input *input, const char *encoding, struct ecs_err *err)
{
	UErrorCode status = U_ZERO_ERROR;

	input->from = ucnv_open(encoding, &status);
	if (U_FAILURE(status))
		return ecs_err_set(err, 400, "bad_encoding",
		    "no encoding is called \"%s\"", encoding);
	input->to = ucnv_open("UTF-8", &status);
	ucnv_setToUCallBack(
	    input->from, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
	input->pivot_source = input->pivot_target = input->pivot;
	if (U_FAILURE(status))
		return ecs_err_memory(err);
	return true;
}

static void
count_lines(struct ecs_input *input)
{
	const char *at = input->text, *end = input->text + input->text_len;

	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		input->line++;
		at++;
	}
}

static bool
not_decoded(struct ecs_input *input, struct ecs_err *err)
{
	UErrorCode status = U_ZERO_ERROR;

	count_lines(input);
	ecs_err_set(err, 400, "bad_encoding",
	    "%s: line %llu is not %s; name the encoding with --encoding, as in "
	    "--encoding windows-1252",
	    input->path, (unsigned long long)input->line,
	    ucnv_getName(input->from, &status));
	return ecs_err_at(err, ECS_WHERE_LINE, "", (uint32_t)input->line, 0);
}

/* Decode one block into text; finished once the file is used up. */
static bool
decode(struct ecs_input *input, struct ecs_err *err)
{
	UErrorCode status = U_ZERO_ERROR;
	const char *source;
	char *target = input->text;

	if (input->raw_len == 0 && !input->end && !fill_raw(input, err))
		return false;
	source = input->raw_at;
	ucnv_convertEx(input->to, input->from, &target,
	    input->text + sizeof(input->text), &source,
	    input->raw_at + input->raw_len, input->pivot, &input->pivot_source,
	    &input->pivot_target,
	    input->pivot + sizeof(input->pivot) / sizeof(input->pivot[0]),
	    !input->started, input->end, &status);
	input->started = true;
	input->raw_len -= (size_t)(source - input->raw_at);
	input->raw_at = source;
	input->text_len = (size_t)(target - input->text);
	if (U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR)
		return not_decoded(input, err);
	input->finished = input->end && U_SUCCESS(status);
	return true;
}

static void
drop_mark(struct ecs_input *input)
{
	if (input->text_len >= 3 &&
	    memcmp(input->text, "\xEF\xBB\xBF", 3) == 0) {
		input->text_len -= 3;
		memmove(input->text, input->text + 3, input->text_len);
	}
}

struct ecs_input *
ecs_input_open(const char *path, const char *encoding, struct ecs_err *err)
{
	struct ecs_input *input = calloc(1, sizeof(*input));

	if (input == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	input->path = path;
	input->line = 1;
	if (!open_archive(input, err) || !fill_raw(input, err))
		goto fail;
	if (encoding == NULL)
		encoding = guess_encoding(input);
	if (!open_converters(input, encoding, err) || !decode(input, err))
		goto fail;
	drop_mark(input);
	input->peeked = true;
	return input;
fail:
	ecs_input_close(input);
	return NULL;
}

void
ecs_input_close(struct ecs_input *input)
{
	if (input == NULL)
		return;
	ucnv_close(input->from);
	ucnv_close(input->to);
	archive_read_free(input->archive);
	free(input);
}

const char *
ecs_input_peek(const struct ecs_input *input, size_t *len)
{
	*len = input->text_len;
	return input->text;
}

const char *
ecs_input_note(const struct ecs_input *input)
{
	return input->note;
}

bool
ecs_input_read(struct ecs_input *input, const char **data, size_t *len,
    struct ecs_err *err)
{
	if (!input->peeked) {
		count_lines(input);
		input->text_len = 0;
	}
	input->peeked = false;
	while (input->text_len == 0 && !input->finished) {
		if (!decode(input, err))
			return false;
	}
	*data = input->text;
	*len = input->text_len;
	return true;
}

int64_t
ecs_input_used(const struct ecs_input *input)
{
	return archive_filter_bytes(input->archive, -1);
}
