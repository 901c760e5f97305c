/* SPDX-License-Identifier: ISC */
#ifndef ECS_EXTRACT_DOCX_STYLES_H
#define ECS_EXTRACT_DOCX_STYLES_H
/* The outline levels of a DOCX's paragraph styles. */
#include "paper.h"

enum { STYLE_BYTES = 64, TOC_LEVEL = -2 };

struct styles;

/*
 * Of word/styles.xml.  The language that stands there is the program's more
 * often than the text's, and is not read.  NULL on failure.
 */
struct styles *ecs_styles_read(const struct ecs_buf *xml, struct paper *paper);
void ecs_styles_free(struct styles *styles); /* NULL is allowed */
/*
 * From 0; -1 for a style without one, and for one that is not known; TOC_LEVEL
 * for a line of a table of contents.
 */
int ecs_styles_level(const struct styles *styles, const char *id);
#endif
