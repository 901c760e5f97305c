/* SPDX-License-Identifier: ISC */
/*
 * docx - the body of an Office Open XML text (ECMA-376, part 1, section 17).
 *
 * A paragraph is a heading when it or its style, or a style that this is based
 * on, has an outline level (17.3.1.20), whatever the style is called in the
 * language of the program.  Text that was deleted under tracked changes is no
 * text; a table's row is a line; a footnote stands at the end of its section.
 */
#include <stdlib.h>
#include <string.h>

#include "docx_styles.h"
#include "office.h"

enum { MOST_NOTES = 10000, NO_LEVEL = -1 };

struct note {
	int id;
	struct ecs_buf text;
};

struct docx {
	struct paper *paper;
	struct styles *styles;
	struct ecs_buf text; /* of the paragraph, or of the row */
	int level;           /* of the paragraph's outline; NO_LEVEL */
	bool in_properties;
	bool in_row;
	bool in_text;
	bool list;
	int deleted; /* tracked deletions around it */
	struct note *notes;
	size_t nnotes;
	struct ecs_buf due; /* notes of this section, a line each */
};

/* ---- notes ---- */

static struct note *
find_note(struct docx *in, int id)
{
	for (size_t i = 0; i < in->nnotes; i++) {
		if (in->notes[i].id == id)
			return &in->notes[i];
	}
	return NULL;
}

static void
add_note(struct docx *in, int id)
{
	struct note *more;

	if (in->nnotes == MOST_NOTES)
		return;
	if ((in->nnotes & (in->nnotes - 1)) == 0) {
		more = realloc(in->notes,
		    (in->nnotes == 0 ? 1 : 2 * in->nnotes) * sizeof(*more));
		if (more == NULL) {
			ecs_err_memory(&in->paper->err);
			return;
		}
		in->notes = more;
	}
	in->notes[in->nnotes++] = (struct note){.id = id};
}

static bool
on_note(void *user, const struct xml_event *event)
{
	struct docx *in = user;
	char id[16] = "0";
	struct ecs_buf *text =
	    in->nnotes == 0 ? NULL : &in->notes[in->nnotes - 1].text;

	if (event->kind == XML_TEXT && in->in_text && text != NULL)
		ecs_buf_puts(text, event->text);
	else if (event->kind == XML_TEXT)
		return true;
	else if (strcmp(event->name, "w:t") == 0)
		in->in_text = event->kind == XML_BEGIN;
	else if (event->kind == XML_BEGIN &&
	    strcmp(event->name, "w:footnote") == 0) {
		ecs_xml_attribute(event, "w:id", id, sizeof(id));
		add_note(in, atoi(id));
	} else if (event->kind == XML_END && strcmp(event->name, "w:p") == 0 &&
	    text != NULL)
		ecs_buf_putc(text, ' ');
	return in->paper->err.status == 0;
}

static void
flush_notes(struct docx *in)
{
	char *at = in->due.data;

	while (in->due.len > 0 && at != NULL && *at != '\0') {
		size_t len = strcspn(at, "\n");

		ecs_paper_add(in->paper, GAP_LINE, at, len, NO_PAGE);
		at += len + (at[len] == '\n');
	}
	ecs_buf_reset(&in->due);
}

/* ---- paragraphs ---- */

static void
end_paragraph(struct docx *in)
{
	int level = in->level;

	if (in->in_row) {
		ecs_buf_putc(&in->text, ' ');
		return;
	}
	if (level == TOC_LEVEL) {
		ecs_buf_reset(&in->text);
	} else if (in->text.len > 0 && level >= 0 && level < PAPER_DEEPEST) {
		flush_notes(in);
		ecs_paper_heading(
		    in->paper, level + 1, in->text.data, in->text.len, NO_PAGE);
	} else if (in->text.len > 0) {
		ecs_paper_add(in->paper, in->list ? GAP_LINE : GAP_PARAGRAPH,
		    in->text.data, in->text.len, NO_PAGE);
	}
	ecs_buf_reset(&in->text);
}

static void
begin_paragraph(struct docx *in)
{
	in->level = NO_LEVEL;
	in->list = false;
	in->in_text = false;
}

/* A property of the paragraph: its style, its own level, that it is listed. */
static void
take_property(struct docx *in, const struct xml_event *event)
{
	char value[STYLE_BYTES] = "";

	if (strcmp(event->name, "w:numPr") == 0)
		in->list = true;
	if (strcmp(event->name, "w:pStyle") == 0 &&
	    ecs_xml_attribute(event, "w:val", value, sizeof(value)))
		in->level = ecs_styles_level(in->styles, value);
	if (strcmp(event->name, "w:outlineLvl") == 0 &&
	    ecs_xml_attribute(event, "w:val", value, sizeof(value)))
		in->level = atoi(value);
}

static void
take_reference(struct docx *in, const struct xml_event *event)
{
	char id[16] = "";
	const struct note *note;

	if (!ecs_xml_attribute(event, "w:id", id, sizeof(id)))
		return;
	note = find_note(in, atoi(id));
	if (note == NULL || note->text.len == 0)
		return;
	ecs_fold_spaces(&in->due, note->text.data, note->text.len);
	ecs_buf_putc(&in->due, '\n');
}

static bool
is_dead(const char *name)
{
	return strcmp(name, "w:del") == 0 || strcmp(name, "w:moveFrom") == 0 ||
	    strcmp(name, "mc:Fallback") == 0;
}

static void
on_begin(struct docx *in, const struct xml_event *event)
{
	const char *name = event->name;

	if (is_dead(name))
		in->deleted++;
	else if (strcmp(name, "w:pPr") == 0)
		in->in_properties = true;
	else if (in->in_properties)
		take_property(in, event);
	else if (strcmp(name, "w:p") == 0)
		begin_paragraph(in);
	else if (strcmp(name, "w:tr") == 0)
		in->in_row = true;
	else if (strcmp(name, "w:t") == 0)
		in->in_text = true;
	else if (strcmp(name, "w:tab") == 0 || strcmp(name, "w:br") == 0 ||
	    strcmp(name, "w:cr") == 0)
		ecs_buf_putc(&in->text, ' ');
	else if (strcmp(name, "w:noBreakHyphen") == 0)
		ecs_buf_putc(&in->text, '-');
	else if (strcmp(name, "w:footnoteReference") == 0)
		take_reference(in, event);
}

static void
on_end(struct docx *in, const char *name)
{
	if (is_dead(name))
		in->deleted--;
	else if (strcmp(name, "w:pPr") == 0)
		in->in_properties = false;
	else if (strcmp(name, "w:t") == 0)
		in->in_text = false;
	else if (strcmp(name, "w:tr") == 0) {
		in->in_row = false;
		in->level = NO_LEVEL;
		in->list = true;
		end_paragraph(in);
	} else if (strcmp(name, "w:p") == 0 && !in->in_properties)
		end_paragraph(in);
}

static bool
on_body(void *user, const struct xml_event *event)
{
	struct docx *in = user;

	switch (event->kind) {
	case XML_BEGIN:
		on_begin(in, event);
		break;
	case XML_END:
		on_end(in, event->name);
		break;
	case XML_TEXT:
		if (in->in_text && in->deleted == 0)
			ecs_buf_puts(&in->text, event->text);
		break;
	}
	if (in->text.failed || in->due.failed)
		ecs_err_memory(&in->paper->err);
	return in->paper->err.status == 0;
}

bool
ecs_read_docx(const struct ecs_buf *body, const struct ecs_buf *styles,
    const struct ecs_buf *notes, struct paper *paper)
{
	struct docx in = {.paper = paper, .level = NO_LEVEL};

	in.styles = ecs_styles_read(styles, paper);
	if (in.styles != NULL &&
	    ecs_xml_read(notes, on_note, &in, &paper->err)) {
		in.in_text = false;
		ecs_xml_read(body, on_body, &in, &paper->err);
		flush_notes(&in);
	}
	for (size_t i = 0; i < in.nnotes; i++)
		ecs_buf_fini(&in.notes[i].text);
	free(in.notes);
	ecs_styles_free(in.styles);
	ecs_buf_fini(&in.text);
	ecs_buf_fini(&in.due);
	return paper->err.status == 0;
}
