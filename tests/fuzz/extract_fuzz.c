/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a file of each kind: the readers end, and what they make of it
 * can be written down.  The first byte chooses the reader, as a kind that is
 * found by magic bytes would hide the others.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/extract/office.h"
#include "../../src/extract/pdf.h"

static bool
read_as_pdf(const struct file *file, struct paper *paper)
{
	struct ecs_buf info = {0};
	struct ecs_buf xml = {0};
	bool ok;

	ecs_buf_puts(&info, "Title:  x\nPages:  1\n");
	ecs_buf_add(&xml, file->data, file->len);
	ok = ecs_read_pdf(&info, &xml, paper);
	ecs_buf_fini(&info);
	ecs_buf_fini(&xml);
	return ok;
}

static bool
read_as_docx(const struct file *file, struct paper *paper)
{
	struct ecs_buf part = {0};
	bool ok;

	ecs_buf_add(&part, file->data, file->len);
	ok = ecs_read_docx(&part, &part, &part, paper);
	ecs_buf_fini(&part);
	return ok;
}

static bool
read_as_odt(const struct file *file, struct paper *paper)
{
	struct ecs_buf part = {0};
	bool ok;

	ecs_buf_add(&part, file->data, file->len);
	ok = ecs_read_odt(&part, paper);
	ecs_buf_fini(&part);
	return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool (*const readers[])(
	    const struct file *file, struct paper *paper) = {ecs_read_text,
	    ecs_read_markdown, ecs_read_html, ecs_read_zip, read_as_pdf,
	    read_as_docx, read_as_odt};
	struct paper paper = {0};
	struct ecs_buf out = {0};
	struct ecs_err err = {0};
	struct file file = {.name = "a.md"};
	char *copy;

	if (size < 2 || (copy = malloc(size)) == NULL)
		return 0;
	memcpy(copy, data + 1, size - 1);
	copy[size - 1] = '\0';
	file.data = copy;
	file.len = size - 1;
	ecs_kind_of(&file, &err);
	if (readers[data[0] % 7](&file, &paper))
		ecs_paper_json(&paper, file.name, &out);
	ecs_paper_fini(&paper);
	ecs_buf_fini(&out);
	free(copy);
	return 0;
}
