/* SPDX-License-Identifier: ISC */
/*
 * charset - bytes of any charset as UTF-8.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/utf8.h>

#include "read.h"

enum { GUESSED_BYTES = 65536 };

static bool
is_utf8(const char *text, size_t len)
{
	const uint8_t *at = (const uint8_t *)text;
	int32_t i = 0;

	while (i < (int32_t)len) {
		UChar32 c;

		U8_NEXT(at, i, (int32_t)len, c);
		if (c < 0)
			return false;
	}
	return true;
}

static const char *
charset_of_mark(const char *data, size_t len)
{
	if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
		return "UTF-8";
	if (len >= 2 && memcmp(data, "\xff\xfe", 2) == 0)
		return "UTF-16LE";
	if (len >= 2 && memcmp(data, "\xfe\xff", 2) == 0)
		return "UTF-16BE";
	return NULL;
}

/* ICU's guess by the beginning, written to name. */
static void
guess(const struct file *file, char *name, size_t size)
{
	UErrorCode status = U_ZERO_ERROR;
	UCharsetDetector *detector = ucsdet_open(&status);
	const UCharsetMatch *match;
	const char *found;

	ucsdet_setText(detector, file->data,
	    (int32_t)(file->len < GUESSED_BYTES ? file->len : GUESSED_BYTES),
	    &status);
	match = ucsdet_detect(detector, &status);
	found = U_SUCCESS(status) && match != NULL
	    ? ucsdet_getName(match, &status)
	    : NULL;
	snprintf(name, size, "%s",
	    U_SUCCESS(status) && found != NULL ? found : "windows-1252");
	ucsdet_close(detector);
}

static bool
convert(const struct file *file, const char *charset, struct ecs_buf *out,
    struct ecs_err *err)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t need = ucnv_convert(
	    "UTF-8", charset, NULL, 0, file->data, (int32_t)file->len, &status);

	if (status == U_FILE_ACCESS_ERROR || need < 0)
		return ecs_err_set(err, 422, "damaged",
		    "the charset \"%.40s\" is not known", charset);
	if (!ecs_buf_reserve(out, (size_t)need + 1))
		return ecs_err_memory(err);
	status = U_ZERO_ERROR;
	out->len = (size_t)ucnv_convert("UTF-8", charset, out->data, need + 1,
	    file->data, (int32_t)file->len, &status);
	out->data[out->len] = '\0';
	return U_SUCCESS(status) ||
	    ecs_err_set(err, 422, "damaged",
		"the file is no text of the charset %.40s", charset);
}

bool
ecs_to_utf8(const struct file *file, const char *charset, struct ecs_buf *out,
    struct ecs_err *err)
{
	const char *mark = charset_of_mark(file->data, file->len);
	char guessed[64];

	if (mark == NULL && is_utf8(file->data, file->len)) {
		ecs_buf_add(out, file->data, file->len);
		return !out->failed || ecs_err_memory(err);
	}
	if (mark != NULL)
		return convert(file, mark, out, err);
	if (charset != NULL && strcasecmp(charset, "utf-8") != 0)
		return convert(file, charset, out, err);
	guess(file, guessed, sizeof(guessed));
	return convert(file, guessed, out, err);
}
