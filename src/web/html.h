/* SPDX-License-Identifier: ISC */
#ifndef ECS_WEB_HTML_H
#define ECS_WEB_HTML_H
/*
 * Writing HTML: what comes from outside is escaped where it is written, so that
 * no page can forget it.
 */
#include "ecsearch/buf.h"

/* Text, or the value of an attribute in double quotes. */
void ecs_html_text(struct ecs_buf *out, const char *text);
/*
 * As printf, but what %s brings is escaped (NULL: nothing).  Only %s, %d, %u,
 * %zu and %% are known.
 */
void ecs_html_printf(struct ecs_buf *out, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* One segment of a path or one value of a query, percent-encoded (RFC 3986). */
void ecs_html_segment(struct ecs_buf *out, const char *text);
#endif
