/* SPDX-License-Identifier: ISC */
/*
 * odt - the body of an Open Document text (ISO/IEC 26300, section 5).
 *
 * text:h has its level; a table's row and a list's item are lines; a footnote
 * stands where it is referred to, in parentheses' place: after its paragraph.
 */
#include <stdlib.h>
#include <string.h>

#include "office.h"

struct odt {
	struct paper *paper;
	struct ecs_buf text;
	struct ecs_buf note;
	int level; /* of the heading being read; 0: none */
	int rows;
	int items;
	int left_out; /* elements around whose text is none */
	int notes;
	bool in_body;
};

static bool
is_left_out(const char *name)
{
	return strcmp(name, "text:table-of-content") == 0 ||
	    strcmp(name, "text:tracked-changes") == 0 ||
	    strcmp(name, "text:note-citation") == 0 ||
	    strcmp(name, "office:annotation") == 0 ||
	    strcmp(name, "text:alphabetical-index") == 0 ||
	    strcmp(name, "svg:desc") == 0 || strcmp(name, "svg:title") == 0 ||
	    strcmp(name, "text:sequence-decls") == 0;
}

static struct ecs_buf *
target(struct odt *in)
{
	return in->notes > 0 ? &in->note : &in->text;
}

static void
flush(struct odt *in)
{
	if (in->text.len > 0 && in->level > 0)
		ecs_paper_heading(
		    in->paper, in->level, in->text.data, in->text.len, NO_PAGE);
	else if (in->text.len > 0)
		ecs_paper_add(in->paper,
		    in->items > 0 || in->rows > 0 ? GAP_LINE : GAP_PARAGRAPH,
		    in->text.data, in->text.len, NO_PAGE);
	if (in->note.len > 0)
		ecs_paper_add(
		    in->paper, GAP_LINE, in->note.data, in->note.len, NO_PAGE);
	ecs_buf_reset(&in->text);
	ecs_buf_reset(&in->note);
	in->level = 0;
}

/* text:s stands for text:c spaces, all of which are one here. */
static void
on_begin(struct odt *in, const struct xml_event *event)
{
	const char *name = event->name;
	char level[8] = "1";

	if (is_left_out(name))
		in->left_out++;
	else if (strcmp(name, "office:body") == 0)
		in->in_body = true;
	else if (strcmp(name, "text:note") == 0)
		in->notes++;
	else if (strcmp(name, "text:list-item") == 0)
		in->items++;
	else if (strcmp(name, "table:table-row") == 0)
		in->rows++;
	else if (strcmp(name, "text:h") == 0 && in->rows == 0) {
		ecs_xml_attribute(
		    event, "text:outline-level", level, sizeof(level));
		in->level = atoi(level);
	} else if (strcmp(name, "text:s") == 0 ||
	    strcmp(name, "text:tab") == 0 ||
	    strcmp(name, "text:line-break") == 0)
		ecs_buf_putc(target(in), ' ');
}

static void
end_block(struct odt *in)
{
	if (in->notes > 0 || in->rows > 0)
		ecs_buf_putc(target(in), ' ');
	else
		flush(in);
}

static void
on_end(struct odt *in, const char *name)
{
	if (is_left_out(name))
		in->left_out--;
	else if (strcmp(name, "text:note") == 0)
		in->notes--;
	else if (strcmp(name, "text:list-item") == 0)
		in->items--;
	else if (strcmp(name, "table:table-row") == 0) {
		if (in->rows == 1)
			flush(in);
		in->rows--;
	} else if (strcmp(name, "text:p") == 0 || strcmp(name, "text:h") == 0)
		end_block(in);
}

static bool
on_body(void *user, const struct xml_event *event)
{
	struct odt *in = user;

	switch (event->kind) {
	case XML_BEGIN:
		on_begin(in, event);
		break;
	case XML_END:
		on_end(in, event->name);
		break;
	case XML_TEXT:
		if (in->in_body && in->left_out == 0)
			ecs_buf_puts(target(in), event->text);
		break;
	}
	if (in->text.failed || in->note.failed)
		ecs_err_memory(&in->paper->err);
	return in->paper->err.status == 0;
}

bool
ecs_read_odt(const struct ecs_buf *body, struct paper *paper)
{
	struct odt in = {.paper = paper};

	if (ecs_xml_read(body, on_body, &in, &paper->err))
		flush(&in);
	ecs_buf_fini(&in.text);
	ecs_buf_fini(&in.note);
	return paper->err.status == 0;
}
