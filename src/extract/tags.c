/* SPDX-License-Identifier: ISC */
/*
 * tags - elements by what they do to a text.
 */
#include <string.h>

#include "tags.h"

static const char *const left_out[] = {"script", "style", "noscript", "nav",
    "footer", "aside", "template", "svg", "canvas", "form", "button", "select",
    "iframe", "object", "audio", "video", "title", "link", NULL};

static const char *const blocks[] = {"p", "div", "section", "article", "main",
    "header", "table", "blockquote", "pre", "ul", "ol", "dl", "hr", "figure",
    "figcaption", "address", "body", "details", "caption", NULL};

static const char *const lines[] = {"li", "tr", "dt", "dd", "br", NULL};

static bool
is_one_of(const char *const *names, const char *name)
{
	while (*names != NULL && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

bool
ecs_tag_left_out(const char *name)
{
	return is_one_of(left_out, name);
}

bool
ecs_tag_is_block(const char *name)
{
	return is_one_of(blocks, name);
}

bool
ecs_tag_is_line(const char *name)
{
	return is_one_of(lines, name);
}
