/* SPDX-License-Identifier: ISC */
/*
 * office - which of the office documents an archive is, and who wrote it.
 *
 * The parts are those of ECMA-376 (Office Open XML) and of ISO/IEC 26300 (Open
 * Document); both tell title, authors, language and day in Dublin Core.
 */
#include <string.h>

#include "office.h"

static const struct {
	const char *name;
	enum { TO_TITLE, TO_AUTHORS, TO_LANG, TO_DATE } to;
} told[] = {
    {"dc:title", TO_TITLE},
    {"meta:initial-creator", TO_AUTHORS},
    {"dc:creator", TO_AUTHORS},
    {"dc:language", TO_LANG},
    {"dcterms:created", TO_DATE},
    {"meta:creation-date", TO_DATE},
};

struct about {
	struct paper *paper;
	struct ecs_buf text;
};

static void
tell(struct paper *paper, int to, const struct ecs_buf *text)
{
	switch (to) {
	case TO_TITLE:
		ecs_paper_tell(&paper->title, text->data, text->len);
		break;
	case TO_AUTHORS:
		if (paper->authors.len == 0)
			ecs_paper_authors(paper, text->data, text->len);
		break;
	case TO_LANG:
		ecs_paper_tell(&paper->lang, text->data, text->len);
		break;
	default:
		ecs_paper_date(paper, text->data, text->len);
	}
}

static bool
on_about(void *user, const struct xml_event *event)
{
	struct about *about = user;

	if (event->kind == XML_BEGIN)
		ecs_buf_reset(&about->text);
	else if (event->kind == XML_TEXT)
		ecs_buf_puts(&about->text, event->text);
	for (size_t i = 0; event->kind == XML_END && about->text.len > 0 &&
	     i < sizeof(told) / sizeof(told[0]);
	     i++) {
		if (strcmp(event->name, told[i].name) == 0)
			tell(about->paper, told[i].to, &about->text);
	}
	return true;
}

/* Metadata that cannot be read is none; the text counts. */
static void
read_about(const struct ecs_buf *xml, struct paper *paper)
{
	struct about about = {.paper = paper};
	struct ecs_err why = {0};

	if (!ecs_xml_read(xml, on_about, &about, &why) &&
	    strcmp(why.code, "damaged") != 0)
		paper->err = why;
	ecs_buf_fini(&about.text);
}

enum { BODY, STYLES, NOTES, CORE, ODT_BODY, ODT_META, PARTS };

static bool
read_parts(struct zip_part *parts, struct paper *paper)
{
	if (parts[BODY].data.len > 0) {
		read_about(&parts[CORE].data, paper);
		return ecs_read_docx(&parts[BODY].data, &parts[STYLES].data,
		    &parts[NOTES].data, paper);
	}
	if (parts[ODT_BODY].data.len > 0) {
		read_about(&parts[ODT_META].data, paper);
		return ecs_read_odt(&parts[ODT_BODY].data, paper);
	}
	return ecs_err_set(&paper->err, 422, "bad_file_type",
	    "PDF, DOCX, ODT, HTML, Markdown and plain text are taken, but the "
	    "file is an archive of another kind");
}

bool
ecs_read_zip(const struct file *file, struct paper *paper)
{
	struct zip_part parts[PARTS] = {
	    [BODY] = {"word/document.xml", {0}},
	    [STYLES] = {"word/styles.xml", {0}},
	    [NOTES] = {"word/footnotes.xml", {0}},
	    [CORE] = {"docProps/core.xml", {0}},
	    [ODT_BODY] = {"content.xml", {0}},
	    [ODT_META] = {"meta.xml", {0}},
	};
	bool ok = ecs_zip_read(file, parts, PARTS, &paper->err) &&
	    read_parts(parts, paper);

	for (size_t i = 0; i < PARTS; i++)
		ecs_buf_fini(&parts[i].data);
	return ok && paper->err.status == 0;
}
