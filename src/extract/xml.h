/* SPDX-License-Identifier: ISC */
#ifndef ECS_EXTRACT_XML_H
#define ECS_EXTRACT_XML_H
/*
 * XML of a stranger, element by element, by libxml2's pull parser.  There are
 * no entities but the five, no document type, nothing is fetched, and nesting
 * has an end: 422 "entities", "too_deep" or "damaged".
 */
#include <stdbool.h>
#include <stddef.h>

#include "ecsearch/buf.h"
#include "ecsearch/err.h"

struct _xmlTextReader;

/* What is met, with the prefix as the format's own documents write it. */
struct xml_event {
	enum { XML_BEGIN, XML_END, XML_TEXT } kind;
	const char *name; /* "w:p"; of a text NULL */
	const char *text; /* of a text */
	int depth;
	struct _xmlTextReader *reader;
};

/* False ends the reading, without an error if err is not set. */
typedef bool xml_fn(void *user, const struct xml_event *event);

bool ecs_xml_read(
    const struct ecs_buf *xml, xml_fn *fn, void *user, struct ecs_err *err);
/* An attribute of the element that begins, by its full name, into value. */
bool ecs_xml_attribute(
    const struct xml_event *event, const char *name, char *value, size_t size);
#endif
