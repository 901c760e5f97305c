/* SPDX-License-Identifier: ISC */
/*
 * kind - what a file is, by its bytes.
 */
#include "config.h" /* first: for the GNU extensions */

#include <string.h>
#include <strings.h>

#include "read.h"

static const struct {
	const char *magic;
	size_t len;
	enum kind kind;
	const char *what; /* of one that is not taken */
} magics[] = {
    {"%PDF-", 5, KIND_PDF, NULL},
    {"PK\003\004", 4, KIND_ZIP, NULL},
    {"PK\005\006", 4, KIND_UNKNOWN, "an empty archive"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, KIND_UNKNOWN,
	"an old or encrypted Office file: save it as DOCX without a password"},
    {"{\\rtf", 5, KIND_UNKNOWN, "RTF: save it as DOCX"},
    {"%!PS", 4, KIND_UNKNOWN, "PostScript: make it a PDF"},
    {"\x89PNG", 4, KIND_UNKNOWN, "a picture"},
    {"\xff\xd8\xff", 3, KIND_UNKNOWN, "a picture"},
    {"GIF8", 4, KIND_UNKNOWN, "a picture"},
    {"II*\0", 4, KIND_UNKNOWN, "a picture"},
    {"MM\0*", 4, KIND_UNKNOWN, "a picture"},
    {"\x1f\x8b", 2, KIND_UNKNOWN, "packed: unpack it first"},
    {"BZh", 3, KIND_UNKNOWN, "packed: unpack it first"},
    {"\xfd"
     "7zXZ",
	5, KIND_UNKNOWN, "packed: unpack it first"},
    {"7z\xbc\xaf", 4, KIND_UNKNOWN, "packed: unpack it first"},
    {"Rar!", 4, KIND_UNKNOWN, "packed: unpack it first"},
    {"\x7f"
     "ELF",
	4, KIND_UNKNOWN, "a program"},
    {"MZ", 2, KIND_UNKNOWN, "a program"},
};

static bool
named(const struct file *file, const char *const *ends)
{
	size_t len = strlen(file->name);

	for (; *ends != NULL; ends++) {
		size_t end = strlen(*ends);

		if (len > end && strcasecmp(file->name + len - end, *ends) == 0)
			return true;
	}
	return false;
}

/* The first tag or declaration of HTML, past a mark and white space. */
static bool
begins_as_html(const char *at, size_t len)
{
	static const char *const tags[] = {
	    "<!doctype html", "<html", "<head", "<body", "<!--", "<?xml"};

	if (len >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0) {
		at += 3;
		len -= 3;
	}
	while (len > 0 && strchr(" \t\r\n", *at) != NULL && *at != '\0') {
		at++;
		len--;
	}
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (len >= strlen(tags[i]) &&
		    strncasecmp(at, tags[i], strlen(tags[i])) == 0)
			return true;
	}
	return false;
}

/*
 * Text has no NUL, but for UTF-16 with its mark, and few other controls: one
 * byte in a hundred of its beginning at most.
 */
static bool
looks_like_text(const struct file *file)
{
	const unsigned char *at = (const unsigned char *)file->data;
	size_t n = file->len < 65536 ? file->len : 65536;
	size_t odd = 0;

	if (n >= 2 &&
	    ((at[0] == 0xff && at[1] == 0xfe) ||
		(at[0] == 0xfe && at[1] == 0xff)))
		return true;
	if (memchr(file->data, '\0', file->len) != NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		odd += at[i] < ' ' && strchr("\t\n\r\f\x1b", at[i]) == NULL;
	return odd * 100 <= n;
}

static enum kind
refuse(struct ecs_err *err, const char *what)
{
	ecs_err_set(err, 422, "bad_file_type",
	    "PDF, DOCX, ODT, HTML, Markdown and plain text are taken, but the "
	    "file is %s",
	    what);
	return KIND_UNKNOWN;
}

enum kind
ecs_kind_of(const struct file *file, struct ecs_err *err)
{
	static const char *const markdown[] = {".md", ".markdown", NULL};
	static const char *const html[] = {".html", ".htm", ".xhtml", NULL};
	/* PDF readers allow for 1024 bytes before the header; so do we. */
	size_t before = file->len < 1024 ? file->len : 1024;

	if (file->len == 0)
		return refuse(err, "empty");
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		if (file->len < magics[i].len ||
		    memcmp(file->data, magics[i].magic, magics[i].len) != 0)
			continue;
		return magics[i].what == NULL ? magics[i].kind
					      : refuse(err, magics[i].what);
	}
	if (memmem(file->data, before, "%PDF-", 5) != NULL &&
	    !looks_like_text(file))
		return KIND_PDF;
	if (!looks_like_text(file))
		return refuse(err, "none of them");
	if (begins_as_html(file->data, file->len) || named(file, html))
		return KIND_HTML;
	return named(file, markdown) ? KIND_MARKDOWN : KIND_TEXT;
}
