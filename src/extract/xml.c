/* SPDX-License-Identifier: ISC */
/*
 * xml - events of a document that is not trusted.
 */
#include <stdio.h>
#include <string.h>

#include <libxml/xmlreader.h>

#include "xml.h"

enum { DEEPEST = 200 };

static bool
give(void *user, xml_fn *fn, struct xml_event *event, xmlTextReader *reader)
{
	event->name = (const char *)xmlTextReaderConstName(reader);
	event->text = "";
	event->depth = xmlTextReaderDepth(reader);
	event->kind = XML_BEGIN;
	if (!fn(user, event))
		return false;
	if (!xmlTextReaderIsEmptyElement(reader))
		return true;
	event->kind = XML_END;
	return fn(user, event);
}

static bool
refuse_doctype(struct ecs_err *err)
{
	return ecs_err_set(err, 422, "entities",
	    "the file declares a document type or entities, which no office "
	    "program does");
}

/* One node; false ends. */
static bool
take(xmlTextReader *reader, struct xml_event *event, xml_fn *fn, void *user,
    struct ecs_err *err)
{
	switch (xmlTextReaderNodeType(reader)) {
	case XML_READER_TYPE_DOCUMENT_TYPE:
	case XML_READER_TYPE_ENTITY_REFERENCE:
	case XML_READER_TYPE_ENTITY:
		return refuse_doctype(err);
	case XML_READER_TYPE_ELEMENT:
		if (xmlTextReaderDepth(reader) > DEEPEST)
			return ecs_err_set(err, 422, "too_deep",
			    "elements are nested deeper than %d", DEEPEST);
		return give(user, fn, event, reader);
	case XML_READER_TYPE_END_ELEMENT:
		event->kind = XML_END;
		event->name = (const char *)xmlTextReaderConstName(reader);
		event->depth = xmlTextReaderDepth(reader);
		return fn(user, event);
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
	case XML_READER_TYPE_WHITESPACE:
	case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
		event->kind = XML_TEXT;
		event->name = NULL;
		event->text = (const char *)xmlTextReaderConstValue(reader);
		return fn(user, event);
	default:
		return true;
	}
}

/* What the parser thinks is told by its return values. */
static void
say_nothing(void *user, const char *text, xmlParserSeverities severity,
    xmlTextReaderLocatorPtr where)
{
	(void)user;
	(void)text;
	(void)severity;
	(void)where;
}

/* The parser gives up on entities that grow before it shows one. */
static bool
declares_entities(const struct ecs_buf *xml)
{
	return strstr(xml->data, "<!DOCTYPE") != NULL ||
	    strstr(xml->data, "<!ENTITY") != NULL;
}

/* The parser reads ahead, and has a depth of its own that it stops at. */
static void
tell_failure(xmlTextReader *reader, struct ecs_err *err)
{
	const xmlError *last = xmlGetLastError();

	if (last != NULL && last->message != NULL &&
	    strstr(last->message, "depth") != NULL)
		ecs_err_set(
		    err, 422, "too_deep", "elements are nested too deeply");
	ecs_err_set(err, 422, "damaged",
	    "a part of the file is no well-formed XML (line %d)",
	    xmlTextReaderGetParserLineNumber(reader));
}

bool
ecs_xml_read(
    const struct ecs_buf *xml, xml_fn *fn, void *user, struct ecs_err *err)
{
	xmlTextReader *reader;
	struct xml_event event = {0};
	int code = 0;

	if (xml->len == 0)
		return true;
	if (declares_entities(xml))
		return refuse_doctype(err);
	reader = xmlReaderForMemory(xml->data, (int)xml->len, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_COMPACT);
	if (reader == NULL)
		return ecs_err_memory(err);
	xmlTextReaderSetErrorHandler(reader, say_nothing, NULL);
	event.reader = reader;
	while ((code = xmlTextReaderRead(reader)) == 1) {
		if (!take(reader, &event, fn, user, err))
			break;
	}
	if (code < 0)
		tell_failure(reader, err);
	xmlFreeTextReader(reader);
	return err->status == 0;
}

bool
ecs_xml_attribute(
    const struct xml_event *event, const char *name, char *value, size_t size)
{
	xmlChar *found =
	    xmlTextReaderGetAttribute(event->reader, BAD_CAST name);

	if (found != NULL)
		snprintf(value, size, "%s", (const char *)found);
	xmlFree(found);
	return found != NULL;
}
