/* SPDX-License-Identifier: ISC */
/*
 * docx_styles - styles, each with its level or that of the one it is based on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "docx_styles.h"
#include "xml.h"

enum { MOST_STYLES = 5000, LONGEST_CHAIN = 10 };

struct style {
	char id[STYLE_BYTES];
	char based_on[STYLE_BYTES];
	int level; /* -1: as the one it is based on */
};

struct styles {
	struct style *list;
	size_t n, room;
	struct paper *paper;
};

static void
add_style(struct styles *in, const struct xml_event *event)
{
	struct style *more;
	size_t room = in->room * 2 + 64;

	if (in->n == MOST_STYLES)
		return;
	if (in->n == in->room) {
		more = realloc(in->list, room * sizeof(*more));
		if (more == NULL) {
			ecs_err_memory(&in->paper->err);
			return;
		}
		in->list = more;
		in->room = room;
	}
	more = &in->list[in->n++];
	*more = (struct style){.level = -1};
	ecs_xml_attribute(event, "w:styleId", more->id, sizeof(more->id));
}

static bool
on_style(void *user, const struct xml_event *event)
{
	struct styles *in = user;
	struct style *style = in->n == 0 ? NULL : &in->list[in->n - 1];
	char value[STYLE_BYTES] = "";

	if (event->kind != XML_BEGIN)
		return in->paper->err.status == 0;
	if (strcmp(event->name, "w:style") == 0)
		add_style(in, event);
	else if (style != NULL && strcmp(event->name, "w:name") == 0 &&
	    ecs_xml_attribute(event, "w:val", value, sizeof(value)) &&
	    strncasecmp(value, "toc ", 4) == 0)
		style->level = TOC_LEVEL;
	else if (style != NULL && strcmp(event->name, "w:basedOn") == 0)
		ecs_xml_attribute(
		    event, "w:val", style->based_on, sizeof(style->based_on));
	else if (style != NULL && style->level != TOC_LEVEL &&
	    strcmp(event->name, "w:outlineLvl") == 0 &&
	    ecs_xml_attribute(event, "w:val", value, sizeof(value)))
		style->level = atoi(value);
	return in->paper->err.status == 0;
}

struct styles *
ecs_styles_read(const struct ecs_buf *xml, struct paper *paper)
{
	struct styles *styles = calloc(1, sizeof(*styles));

	if (styles == NULL) {
		ecs_err_memory(&paper->err);
		return NULL;
	}
	styles->paper = paper;
	if (ecs_xml_read(xml, on_style, styles, &paper->err))
		return styles;
	ecs_styles_free(styles);
	return NULL;
}

void
ecs_styles_free(struct styles *styles)
{
	if (styles == NULL)
		return;
	free(styles->list);
	free(styles);
}

static const struct style *
find(const struct styles *styles, const char *id)
{
	for (size_t i = 0; i < styles->n; i++) {
		if (strcmp(styles->list[i].id, id) == 0)
			return &styles->list[i];
	}
	return NULL;
}

/* A chain that runs in a circle ends, too. */
int
ecs_styles_level(const struct styles *styles, const char *id)
{
	const struct style *style = find(styles, id);

	for (int i = 0; style != NULL && i < LONGEST_CHAIN; i++) {
		if (style->level != -1)
			return style->level;
		style = find(styles, style->based_on);
	}
	return -1;
}
