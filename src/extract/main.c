/* SPDX-License-Identifier: ISC */
/*
 * ecsearch-extract - a file on standard input, a document on standard output.
 *
 *	usage: ecsearch-extract [NAME] <FILE
 *
 * The map, in the order a run uses the files:
 *
 *	jail.c      limits, landlock, seccomp: before a byte is looked at
 *	kind.c      what the bytes are
 *	charset.c   texts as UTF-8
 *	plain.c markdown.c html.c   the readers
 *	office.c    DOCX and ODT, of the parts of an archive
 *	  zip.c xml.c   unpacked and taken apart in bounds
 *	  docx.c odt.c  their bodies
 *	pdf.c       a PDF, of what poppler's tools say (pdf.h has its map)
 *	paper.c     what they make, as JSON
 *
 * It is started by run.c, in the daemon.  A file that is not taken is answered
 * "CODE SENTENCE" and exit code ECS_EXTRACT_REFUSED.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

#include "jail.h"
#include "pdf.h"
#include "read.h"
#include "refusal.h"

enum { FILE_BYTES = 256 << 20, PIECE = 1 << 16 };

static bool
read_all(struct ecs_buf *body, struct ecs_err *err)
{
	ssize_t n = 1;

	while (n != 0) {
		if (!ecs_buf_reserve(body, PIECE))
			return ecs_err_memory(err);
		n = read(STDIN_FILENO, body->data + body->len, PIECE);
		if (n < 0 && errno != EINTR)
			return ecs_err_set(err, 503, "extract_failed",
			    "the file cannot be read: %s", strerror(errno));
		body->len += n > 0 ? (size_t)n : 0;
		body->data[body->len] = '\0';
		if (body->len > FILE_BYTES)
			return ecs_err_set(err, 422, "too_large",
			    "the file has more than %d MB", FILE_BYTES >> 20);
	}
	return true;
}

/* Poppler's tools are started first, and what they said read behind the wall.
 */
static bool
read_pdf(const struct file *file, struct paper *paper)
{
	struct ecs_buf info = {0};
	struct ecs_buf xml = {0};
	bool ok = ecs_pdf_fetch(file, &info, &xml, &paper->err);

	if (ok) {
		ecs_jail_strict();
		ok = ecs_read_pdf(&info, &xml, paper);
	}
	ecs_buf_fini(&info);
	ecs_buf_fini(&xml);
	return ok;
}

static bool
read_file(const struct file *file, struct paper *paper)
{
	static bool (*const readers[KINDS])(
	    const struct file *file, struct paper *paper) = {
	    [KIND_TEXT] = ecs_read_text,
	    [KIND_MARKDOWN] = ecs_read_markdown,
	    [KIND_HTML] = ecs_read_html,
	    [KIND_ZIP] = ecs_read_zip,
	};
	enum kind kind = ecs_kind_of(file, &paper->err);

	if (kind == KIND_UNKNOWN)
		return false;
	if (kind == KIND_PDF)
		return read_pdf(file, paper);
	ecs_jail_strict();
	return readers[kind](file, paper);
}

static int
answer(const struct ecs_buf *out, const struct ecs_err *err)
{
	if (err->status != 0) {
		printf("%s %s\n", err->code, err->text);
		fflush(stdout);
		return ECS_EXTRACT_REFUSED;
	}
	fwrite(out->data, 1, out->len, stdout);
	return fflush(stdout) == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct ecs_buf body = {0};
	struct ecs_buf out = {0};
	struct paper paper = {0};
	struct file file = {.name = argc > 1 ? argv[1] : "document"};
	int code;

	if (ecs_jail_enter(&paper.err) && read_all(&body, &paper.err)) {
		file.data = body.data;
		file.len = body.len;
		if (read_file(&file, &paper))
			ecs_paper_json(&paper, file.name, &out);
	}
	code = answer(&out, &paper.err);
	ecs_buf_fini(&body);
	ecs_buf_fini(&out);
	ecs_paper_fini(&paper);
	return code;
}
