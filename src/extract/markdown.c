/* SPDX-License-Identifier: ISC */
/*
 * markdown - CommonMark by cmark, walked block by block.
 *
 * A front matter of "key: value" lines between two "---" tells title, date,
 * lang, authors and publisher; cmark would take it for a rule and a heading.
 */
#include <string.h>
#include <strings.h>

#include <cmark.h>

#include "read.h"

enum { DEEPEST_BLOCK = 200 };

/* ---- front matter ---- */

static void
trim(const char **text, size_t *len)
{
	while (*len > 0 && strchr(" \t\r\"'[]", (*text)[*len - 1]) != NULL)
		(*len)--;
	while (*len > 0 && strchr(" \t\r\"'[]", **text) != NULL) {
		(*text)++;
		(*len)--;
	}
}

static void
take_key(struct paper *paper, const char *key, size_t key_len,
    const char *value, size_t len)
{
	struct {
		const char *key;
		struct ecs_buf *member;
	} const members[] = {{"title", &paper->title}, {"lang", &paper->lang},
	    {"language", &paper->lang}, {"publisher", &paper->publisher}};

	trim(&value, &len);
	if (key_len == 4 && strncasecmp(key, "date", 4) == 0)
		ecs_paper_date(paper, value, len);
	if ((key_len == 6 && strncasecmp(key, "author", 6) == 0) ||
	    (key_len == 7 && strncasecmp(key, "authors", 7) == 0))
		ecs_paper_authors(paper, value, len);
	for (size_t i = 0; i < 4; i++) {
		if (strlen(members[i].key) == key_len &&
		    strncasecmp(members[i].key, key, key_len) == 0)
			ecs_paper_tell(members[i].member, value, len);
	}
}

/* What follows the front matter, which is read; at when there is none. */
static const char *
read_front(struct paper *paper, const char *at)
{
	const char *begin = at;
	const char *line;

	if (strncmp(at, "---\n", 4) != 0 && strncmp(at, "---\r\n", 5) != 0)
		return begin;
	line = strchr(at, '\n') + 1;
	if (strstr(line, "\n---") == NULL)
		return begin;
	while (*line != '\0' && strncmp(line, "---", 3) != 0) {
		size_t len = strcspn(line, "\n");
		size_t key = strcspn(line, ":\n");

		if (key < len)
			take_key(
			    paper, line, key, line + key + 1, len - key - 1);
		line += len + (line[len] == '\n');
	}
	return line + strcspn(line, "\n");
}

/* ---- blocks ---- */

static void
add_inline(struct ecs_buf *text, cmark_node *node)
{
	cmark_node_type type = cmark_node_get_type(node);

	if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
		ecs_buf_puts(text, cmark_node_get_literal(node));
	else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
		ecs_buf_putc(text, ' ');
}

/* A block of words ends: where its text belongs. */
static void
end_block(struct paper *paper, cmark_node *node, struct ecs_buf *text)
{
	cmark_node_type above = cmark_node_get_type(cmark_node_parent(node));

	if (text->len == 0)
		return;
	if (cmark_node_get_type(node) == CMARK_NODE_HEADING)
		ecs_paper_heading(paper, cmark_node_get_heading_level(node),
		    text->data, text->len, NO_PAGE);
	else
		ecs_paper_add(paper,
		    above == CMARK_NODE_ITEM ? GAP_LINE : GAP_PARAGRAPH,
		    text->data, text->len, NO_PAGE);
	ecs_buf_reset(text);
}

/* Leaves have no exit of their own. */
static bool
is_leaf(cmark_node_type type)
{
	return type == CMARK_NODE_HTML_BLOCK ||
	    type == CMARK_NODE_THEMATIC_BREAK ||
	    type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_TEXT ||
	    type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK ||
	    type == CMARK_NODE_CODE || type == CMARK_NODE_HTML_INLINE;
}

static bool
too_deep(struct paper *paper)
{
	return ecs_err_set(&paper->err, 422, "too_deep",
	    "the file's lists or quotes are nested deeper than %d levels",
	    DEEPEST_BLOCK);
}

static void
walk(cmark_node *root, struct paper *paper)
{
	cmark_iter *iter = cmark_iter_new(root);
	struct ecs_buf text = {0};
	cmark_event_type event;
	int depth = 0;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE &&
	    paper->err.status == 0) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);

		if (event == CMARK_EVENT_EXIT) {
			depth--;
			if (type == CMARK_NODE_PARAGRAPH ||
			    type == CMARK_NODE_HEADING)
				end_block(paper, node, &text);
			continue;
		}
		if (type == CMARK_NODE_CODE_BLOCK)
			ecs_paper_add(paper, GAP_PARAGRAPH,
			    cmark_node_get_literal(node),
			    strlen(cmark_node_get_literal(node)), NO_PAGE);
		add_inline(&text, node);
		depth += !is_leaf(type);
		if (depth > DEEPEST_BLOCK)
			too_deep(paper);
	}
	cmark_iter_free(iter);
	ecs_buf_fini(&text);
}

bool
ecs_read_markdown(const struct file *file, struct paper *paper)
{
	struct ecs_buf text = {0};
	const char *body;
	cmark_node *root;

	if (ecs_to_utf8(file, NULL, &text, &paper->err) && text.len > 0) {
		body = read_front(paper, text.data);
		root = cmark_parse_document(body,
		    text.len - (size_t)(body - text.data),
		    CMARK_OPT_VALIDATE_UTF8);
		if (root != NULL)
			walk(root, paper);
		cmark_node_free(root);
	}
	ecs_buf_fini(&text);
	return paper->err.status == 0;
}
