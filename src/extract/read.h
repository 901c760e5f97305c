/* SPDX-License-Identifier: ISC */
#ifndef ECS_EXTRACT_READ_H
#define ECS_EXTRACT_READ_H
/*
 * The readers: bytes of one kind of file -> a paper.  True when all went well;
 * else paper->err says what did not.  None of them opens or starts anything,
 * so each runs behind ecs_jail_strict.
 */
#include <stdbool.h>
#include <stddef.h>

#include "ecsearch/buf.h"

#include "paper.h"

struct file {
	const char *name;
	const char *data; /* NUL-terminated besides */
	size_t len;
};

enum kind {
	KIND_UNKNOWN,
	KIND_TEXT,
	KIND_MARKDOWN,
	KIND_HTML,
	KIND_ZIP, /* an office document, which its parts tell apart */
	KIND_PDF,
	KINDS
};

/*
 * By its first bytes; the name only tells a Markdown text from a plain one, and
 * HTML that begins like nothing.  Err for what is known and is not taken.
 */
enum kind ecs_kind_of(const struct file *file, struct ecs_err *err);

bool ecs_read_text(const struct file *file, struct paper *paper);
bool ecs_read_markdown(const struct file *file, struct paper *paper);
bool ecs_read_zip(const struct file *file, struct paper *paper);
bool ecs_read_html(const struct file *file, struct paper *paper);

/*
 * The file as UTF-8: by its byte order mark, else the charset that is named
 * (NULL: none), else as UTF-8 if it is that, else by ICU's guess.
 */
bool ecs_to_utf8(const struct file *file, const char *charset,
    struct ecs_buf *out, struct ecs_err *err);
#endif
