/* SPDX-License-Identifier: ISC */
/*
 * zip - the parts of an office document, unpacked by libarchive.
 */
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "zip.h"

enum {
	MOST_ENTRIES = 5000,
	PART_BYTES = 64 << 20,
	ALL_BYTES = 128 << 20,
	PIECE = 1 << 16,
	/* DEFLATE makes 1032 bytes of one at most; prose comes to 10, XML 50 */
	MOST_RATIO = 200,
	RATIO_FREE = 4 << 20 /* so much may any file become */
};

static struct ecs_buf *
wanted(struct zip_part *parts, size_t n, const char *name)
{
	for (size_t i = 0; name != NULL && i < n; i++) {
		if (strcmp(parts[i].name, name) == 0 && parts[i].data.len == 0)
			return &parts[i].data;
	}
	return NULL;
}

static bool
damaged(struct ecs_err *err)
{
	return ecs_err_set(err, 422, "damaged",
	    "the file is no whole archive: it may be cut off");
}

static bool
bomb(struct ecs_err *err)
{
	return ecs_err_set(
	    err, 422, "too_large", "the file unpacks to much more than it is");
}

/* One entry; *all counts what was unpacked so far. */
static bool
unpack(struct archive *archive, const struct file *file, struct ecs_buf *out,
    size_t *all, struct ecs_err *err)
{
	la_ssize_t n = 1;

	while (n > 0) {
		if (!ecs_buf_reserve(out, PIECE))
			return ecs_err_memory(err);
		n = archive_read_data(archive, out->data + out->len, PIECE);
		if (n < 0)
			return damaged(err);
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		*all += (size_t)n;
		if (out->len > PART_BYTES || *all > ALL_BYTES ||
		    (*all > RATIO_FREE && *all / MOST_RATIO > file->len))
			return bomb(err);
	}
	return true;
}

static bool
take_entries(struct archive *archive, const struct file *file,
    struct zip_part *parts, size_t n, struct ecs_err *err)
{
	struct archive_entry *entry;
	size_t all = 0;
	int entries = 0;
	int code;

	while (
	    (code = archive_read_next_header(archive, &entry)) == ARCHIVE_OK ||
	    code == ARCHIVE_WARN) {
		struct ecs_buf *out =
		    wanted(parts, n, archive_entry_pathname_utf8(entry));

		if (++entries > MOST_ENTRIES)
			return ecs_err_set(err, 422, "too_large",
			    "the file has more than %d parts", MOST_ENTRIES);
		if (archive_entry_is_data_encrypted(entry))
			return ecs_err_set(err, 422, "encrypted",
			    "the file is encrypted: save it without a "
			    "password");
		if (out != NULL && !unpack(archive, file, out, &all, err))
			return false;
	}
	return code == ARCHIVE_EOF || damaged(err);
}

bool
ecs_zip_read(const struct file *file, struct zip_part *parts, size_t n,
    struct ecs_err *err)
{
	struct archive *archive = archive_read_new();
	bool ok = archive != NULL;

	if (!ok)
		return ecs_err_memory(err);
	archive_read_support_format_zip_seekable(archive);
	if (archive_read_open_memory(archive, file->data, file->len) !=
	    ARCHIVE_OK)
		ok = damaged(err);
	ok = ok && take_entries(archive, file, parts, n, err);
	archive_read_free(archive);
	return ok;
}
