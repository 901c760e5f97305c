/* SPDX-License-Identifier: ISC */
/*
 * html - a page by libxml2's parser, walked without recursion.
 *
 * h1 to h6 are headings, and so are the paragraphs that the Official Journal of
 * the European Union and its consolidated texts mark by a class.  What is no
 * text of the document is left out: scripts, navigation, forms, footers.
 */
#include "config.h" /* first: for the GNU extensions */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/HTMLparser.h>

#include "read.h"
#include "tags.h"

enum { DEEPEST_NODE = 250, MARKER_BYTES = 8, TITLE_BYTES = 1000 };

struct page {
	struct paper *paper;
	struct ecs_buf text; /* of the block being read */
};

/* ---- headings by class ---- */

/*
 * Level 1 to 9: a heading; -1: a second line of the heading before; -2: the
 * title of the document; -3: not part of the text.
 */
enum { SECOND_LINE = -1, DOCUMENT_TITLE = -2, LEFT_OUT = -3 };

static const struct {
	const char *name;
	int role;
} classes[] = {
    {"title-division-1", 2},
    {"title-division-2", SECOND_LINE},
    {"title-article-norm", 4},
    {"stitle-article-norm", SECOND_LINE},
    {"title-annex-1", 2},
    {"title-annex-2", SECOND_LINE},
    {"title-doc-first", DOCUMENT_TITLE},
    {"title-doc-last", DOCUMENT_TITLE},
    {"oj-ti-section-1", 2},
    {"oj-ti-section-2", SECOND_LINE},
    {"oj-ti-art", 4},
    {"oj-sti-art", SECOND_LINE},
    {"oj-doc-ti", DOCUMENT_TITLE},
    {"oj-ti-grseq-1", 3},
    {"ti-section-1", 2},
    {"ti-section-2", SECOND_LINE},
    {"ti-art", 4},
    {"sti-art", SECOND_LINE},
    {"doc-ti", DOCUMENT_TITLE},
    {"disclaimer", LEFT_OUT},
    {"hd-modifiers", LEFT_OUT},
    {"arrow", LEFT_OUT},
    {"title-doc-oj-reference", LEFT_OUT},
    {"reference", LEFT_OUT},
    {"oj-hd-date", LEFT_OUT},
    {"oj-hd-lg", LEFT_OUT},
    {"oj-hd-ti", LEFT_OUT},
    {"oj-hd-oj", LEFT_OUT},
};

/* 0 for an element that has none of them. */
static int
role_of(xmlNode *node)
{
	xmlChar *class = xmlGetProp(node, BAD_CAST "class");
	int role = 0;

	for (size_t i = 0; class != NULL && role == 0 &&
	     i < sizeof(classes) / sizeof(classes[0]);
	     i++) {
		if (strcmp((const char *)class, classes[i].name) == 0)
			role = classes[i].role;
	}
	xmlFree(class);
	return role;
}

/* ---- what stands in the head ---- */

static const struct {
	const char *name;
	enum { TO_LANG, TO_DATE, TO_AUTHOR, TO_PUBLISHER, TO_TITLE } to;
} metas[] = {
    {"author", TO_AUTHOR},
    {"dc.creator", TO_AUTHOR},
    {"citation_author", TO_AUTHOR},
    {"dc.publisher", TO_PUBLISHER},
    {"og:site_name", TO_PUBLISHER},
    {"dc.title", TO_TITLE},
    {"og:title", TO_TITLE},
    {"dc.language", TO_LANG},
    {"date", TO_DATE},
    {"dc.date", TO_DATE},
    {"dcterms.issued", TO_DATE},
    {"dcterms.date", TO_DATE},
    {"citation_publication_date", TO_DATE},
    {"article:published_time", TO_DATE},
};

static void
tell(struct paper *paper, int to, const char *text)
{
	size_t len = strlen(text);

	switch (to) {
	case TO_LANG:
		ecs_paper_tell(&paper->lang, text, len);
		break;
	case TO_DATE:
		ecs_paper_date(paper, text, len);
		break;
	case TO_AUTHOR:
		ecs_paper_authors(paper, text, len);
		break;
	case TO_PUBLISHER:
		ecs_paper_tell(&paper->publisher, text, len);
		break;
	default:
		ecs_paper_tell(&paper->title, text, len);
	}
}

static void
read_meta(struct paper *paper, xmlNode *node)
{
	xmlChar *name = xmlGetProp(node, BAD_CAST "name");
	xmlChar *content = xmlGetProp(node, BAD_CAST "content");

	if (name == NULL)
		name = xmlGetProp(node, BAD_CAST "property");
	for (size_t i = 0; name != NULL && content != NULL &&
	     i < sizeof(metas) / sizeof(metas[0]);
	     i++) {
		if (strcasecmp((const char *)name, metas[i].name) == 0)
			tell(paper, metas[i].to, (const char *)content);
	}
	xmlFree(name);
	xmlFree(content);
}

static void
read_lang(struct paper *paper, xmlNode *node)
{
	xmlChar *lang = xmlGetProp(node, BAD_CAST "lang");

	if (lang != NULL)
		tell(paper, TO_LANG, (const char *)lang);
	xmlFree(lang);
}

/* ---- blocks ---- */

/* "(a)", "1.", "—": what stands before a paragraph that follows it. */
static bool
is_marker(const struct ecs_buf *text)
{
	char end = text->len == 0 ? ' ' : text->data[text->len - 1];

	if (text->len == 0 || text->len > MARKER_BYTES)
		return false;
	return end == ')' || end == '.' || strcmp(text->data, "-") == 0 ||
	    strcmp(text->data, "\xe2\x80\x94") == 0 ||
	    strcmp(text->data, "\xe2\x80\x93") == 0 ||
	    strcmp(text->data, "\xe2\x80\xa2") == 0;
}

/* The text so far as a paragraph; a mark before one waits for it. */
static void
flush(struct page *page, enum paper_gap gap)
{
	struct ecs_buf *text = &page->text;
	struct ecs_buf folded = {0};

	if (text->len == 0)
		return;
	ecs_fold_spaces(&folded, text->data, text->len);
	if (is_marker(&folded)) {
		ecs_buf_putc(text, ' ');
	} else {
		ecs_paper_add(page->paper, gap, text->data, text->len, NO_PAGE);
		ecs_buf_reset(text);
	}
	ecs_buf_fini(&folded);
}

/* The same of whatever is left. */
static void
flush_all(struct page *page)
{
	ecs_paper_add(page->paper, GAP_PARAGRAPH,
	    page->text.data == NULL ? "" : page->text.data, page->text.len,
	    NO_PAGE);
	ecs_buf_reset(&page->text);
}

/* All text below a node, as that of a heading; *text is the caller's. */
static void
gather(xmlNode *node, struct ecs_buf *text)
{
	xmlChar *content = xmlNodeGetContent(node);

	if (content != NULL)
		ecs_buf_puts(text, (const char *)content);
	xmlFree(content);
}

/* A title of several lines, each of which may stand there again. */
static void
add_title(struct ecs_buf *title, const struct ecs_buf *text)
{
	struct ecs_buf line = {0};

	ecs_fold_spaces(&line, text->data == NULL ? "" : text->data, text->len);
	if (line.len > 0 && title->len + line.len < TITLE_BYTES &&
	    (title->len == 0 || strstr(title->data, line.data) == NULL)) {
		if (title->len > 0)
			ecs_buf_putc(title, ' ');
		ecs_buf_add(title, line.data, line.len);
	}
	ecs_buf_fini(&line);
}

static void
take_role(struct page *page, xmlNode *node, int role)
{
	struct paper *paper = page->paper;
	struct ecs_buf text = {0};

	flush_all(page);
	gather(node, &text);
	if (role > 0)
		ecs_paper_heading(paper, role, text.data, text.len, NO_PAGE);
	else if (role == SECOND_LINE)
		ecs_paper_more_heading(paper, text.data, text.len);
	else if (role == DOCUMENT_TITLE)
		add_title(&paper->title, &text);
	ecs_buf_fini(&text);
}

static int
heading_level(const char *name)
{
	return name[0] == 'h' && name[1] >= '1' && name[1] <= '6' &&
		name[2] == '\0'
	    ? name[1] - '0'
	    : 0;
}

/* True when the children of an element are to be read, too. */
static bool
enter_element(struct page *page, xmlNode *node)
{
	const char *name = (const char *)node->name;
	int level = heading_level(name);
	int role;

	if (ecs_tag_left_out(name))
		return false;
	if (strcmp(name, "html") == 0)
		read_lang(page->paper, node);
	if (strcmp(name, "meta") == 0)
		read_meta(page->paper, node);
	role = level > 0 ? level : role_of(node);
	if (role != 0) {
		take_role(page, node, role);
		return false;
	}
	if (ecs_tag_is_line(name))
		flush(page, GAP_LINE);
	else if (ecs_tag_is_block(name))
		flush(page, GAP_PARAGRAPH);
	if (strcmp(name, "td") == 0 || strcmp(name, "th") == 0)
		ecs_buf_putc(&page->text, ' ');
	return true;
}

static void
leave_element(struct page *page, xmlNode *node)
{
	const char *name = (const char *)node->name;

	if (strcmp(name, "tr") == 0 || ecs_tag_is_line(name))
		flush(page, GAP_LINE);
	else if (ecs_tag_is_block(name))
		flush(page, GAP_PARAGRAPH);
}

static bool
enter(struct page *page, xmlNode *node)
{
	if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
		ecs_buf_puts(&page->text,
		    node->content == NULL ? "" : (const char *)node->content);
	return node->type == XML_ELEMENT_NODE && enter_element(page, node) &&
	    node->children != NULL;
}

/* In the order of the text; the tree's own links stand for a stack. */
static void
walk(struct page *page, xmlNode *root)
{
	xmlNode *node = root;
	int depth = 0;

	while (node != NULL && page->paper->err.status == 0) {
		if (enter(page, node)) {
			node = node->children;
			depth++;
			if (depth > DEEPEST_NODE)
				ecs_err_set(&page->paper->err, 422, "too_deep",
				    "elements are nested deeper than %d",
				    DEEPEST_NODE);
			continue;
		}
		while (node != NULL && node->next == NULL) {
			node = node == root ? NULL : node->parent;
			depth--;
			if (node != NULL && node->type == XML_ELEMENT_NODE)
				leave_element(page, node);
			if (node == root)
				node = NULL;
		}
		node = node == NULL ? NULL : node->next;
	}
}

/* ---- the file ---- */

/* The charset that its beginning declares, or NULL. */
static const char *
declared(const struct file *file, char *charset, size_t size)
{
	size_t len = file->len < 2048 ? file->len : 2048;
	char *head = strndup(file->data, len);
	char *at = head == NULL ? NULL : strcasestr(head, "charset=");

	if (at == NULL && head != NULL)
		at = strcasestr(head, "encoding=");
	if (at != NULL) {
		at = strchr(at, '=') + 1;
		at += strspn(at, "\"' ");
		at[strcspn(at, "\"'/> ;?")] = '\0';
		snprintf(charset, size, "%s", at);
	}
	free(head);
	return at == NULL || charset[0] == '\0' ? NULL : charset;
}

/* Nobody is served by what the parser thinks of a page. */
static void
say_nothing(void *user, const char *fmt, ...)
{
	(void)user;
	(void)fmt;
}

static htmlDocPtr
parse(const struct ecs_buf *text)
{
	xmlSetGenericErrorFunc(NULL, say_nothing);
	return htmlReadMemory(text->data, (int)text->len, NULL, "UTF-8",
	    HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
		HTML_PARSE_NONET | HTML_PARSE_COMPACT);
}

/* The title of the head, when the text itself had none. */
static void
read_title(struct paper *paper, xmlNode *root)
{
	struct ecs_buf text = {0};

	for (xmlNode *part = root->children; part != NULL; part = part->next) {
		if (part->type != XML_ELEMENT_NODE ||
		    strcmp((const char *)part->name, "head") != 0)
			continue;
		for (xmlNode *at = part->children; at != NULL; at = at->next) {
			if (at->type == XML_ELEMENT_NODE &&
			    strcmp((const char *)at->name, "title") == 0)
				gather(at, &text);
		}
	}
	ecs_paper_tell(
	    &paper->title, text.data == NULL ? "" : text.data, text.len);
	ecs_buf_fini(&text);
}

bool
ecs_read_html(const struct file *file, struct paper *paper)
{
	struct page page = {.paper = paper};
	struct ecs_buf text = {0};
	htmlDocPtr doc = NULL;
	char charset[64] = "";
	xmlNode *root;

	if (!ecs_to_utf8(file, declared(file, charset, sizeof(charset)), &text,
		&paper->err))
		goto out;
	doc = text.len == 0 ? NULL : parse(&text);
	root = doc == NULL ? NULL : xmlDocGetRootElement(doc);
	if (root != NULL) {
		walk(&page, root);
		flush_all(&page);
		read_title(paper, root);
	}
	if (page.text.failed)
		ecs_err_memory(&paper->err);
out:
	xmlFreeDoc(doc);
	ecs_buf_fini(&page.text);
	ecs_buf_fini(&text);
	return paper->err.status == 0;
}
