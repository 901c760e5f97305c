/* SPDX-License-Identifier: ISC */
/*
 * wellformed - the HTML we write, read strictly.
 *
 *	elements    lower case, closed in their turn, where they may stand
 *	attributes  in double quotes, once each, none that is code or style
 *	text        < > & only as the five entities that we write
 *	ids         once each, without space; what refers to them finds them
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "wellformed.h"

enum { DEEPEST = 64, MOST_NAMES = 8192, MOST_ATTRIBUTES = 24 };

struct span {
	const char *at;
	size_t len;
};

struct reading {
	const char *at;
	const char *end;
	struct span open[DEEPEST];
	int depth;
	struct span ids[MOST_NAMES];
	size_t nids;
	struct span references[MOST_NAMES];
	size_t nreferences;
	bool failed;
};

static char fault[240];

static bool
fail(struct reading *in, const char *fmt, ...)
{
	va_list args;
	size_t len;

	if (in->failed)
		return false;
	in->failed = true;
	va_start(args, fmt);
	vsnprintf(fault, sizeof(fault), fmt, args);
	va_end(args);
	len = strlen(fault);
	snprintf(fault + len, sizeof(fault) - len, " before: %.60s",
	    in->at < in->end ? in->at : "the end");
	return false;
}

static bool
is(struct span span, const char *word)
{
	return span.len == strlen(word) && memcmp(span.at, word, span.len) == 0;
}

static bool
is_one_of(struct span span, const char *words)
{
	while (*words != '\0') {
		size_t len = strcspn(words, " ");

		if (span.len == len && memcmp(span.at, words, len) == 0)
			return true;
		words += len + strspn(words + len, " ");
	}
	return false;
}

static bool
same(struct span a, struct span b)
{
	return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

static struct span
take(struct reading *in, const char *letters)
{
	struct span span = {in->at, 0};

	while (in->at < in->end && *in->at != '\0' &&
	    strchr(letters, *in->at) != NULL)
		in->at++;
	span.len = (size_t)(in->at - span.at);
	return span;
}

/* ---- text ---- */

static bool
read_entity(struct reading *in)
{
	static const char *const known[] = {
	    "&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t len = strlen(known[i]);

		if ((size_t)(in->end - in->at) >= len &&
		    memcmp(in->at, known[i], len) == 0) {
			in->at += len;
			return true;
		}
	}
	return fail(in, "a raw &");
}

/* Up to stop; what must be escaped is. */
static bool
read_text(struct reading *in, char stop)
{
	while (in->at < in->end && *in->at != stop) {
		if (*in->at == '<' || *in->at == '>' || *in->at == '\0')
			return fail(in, "a raw letter of markup");
		if (*in->at == '&' ? !read_entity(in) : !in->at++)
			return false;
	}
	return true;
}

/* ---- attributes ---- */

static bool
note(struct reading *in, struct span *list, size_t *n, struct span name)
{
	if (*n == MOST_NAMES)
		return fail(in, "too many names for this test");
	list[(*n)++] = name;
	return true;
}

static bool
note_id(struct reading *in, struct span id)
{
	if (id.len == 0 || memchr(id.at, ' ', id.len) != NULL ||
	    memchr(id.at, '\t', id.len) != NULL ||
	    memchr(id.at, '\n', id.len) != NULL)
		return fail(
		    in, "the id \"%.*s\" has space", (int)id.len, id.at);
	for (size_t i = 0; i < in->nids; i++)
		if (same(in->ids[i], id))
			return fail(in, "the id \"%.*s\" stands twice",
			    (int)id.len, id.at);
	return note(in, in->ids, &in->nids, id);
}

/* An address of ours begins with one slash, or is a place of the page. */
static bool
check_address(struct reading *in, struct span value)
{
	if (value.len > 0 && value.at[0] == '#')
		return note(in, in->references, &in->nreferences,
		    (struct span){value.at + 1, value.len - 1});
	if (value.len == 0 || value.at[0] != '/' ||
	    (value.len > 1 && strchr("/\\", value.at[1]) != NULL))
		return fail(
		    in, "the address \"%.*s\"", (int)value.len, value.at);
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.at[i] <= ' ' ||
		    (unsigned char)value.at[i] >= 0x7F)
			return fail(in, "a raw letter in an address");
	return true;
}

static bool
check_attribute(struct reading *in, struct span name, struct span value)
{
	if (is(name, "style") ||
	    (name.len > 2 && memcmp(name.at, "on", 2) == 0))
		return fail(in, "the attribute %.*s", (int)name.len, name.at);
	if (is(name, "id"))
		return note_id(in, value);
	if (is_one_of(name, "for aria-labelledby aria-describedby"))
		return note(in, in->references, &in->nreferences, value);
	if (is_one_of(name, "href src action data-address"))
		return check_address(in, value);
	return true;
}

/* name="value", or name alone. */
static bool
read_attribute(struct reading *in, struct span *seen, size_t n)
{
	struct span name = take(in, "abcdefghijklmnopqrstuvwxyzABCX-:");
	struct span value = {in->at, 0};

	if (name.len == 0)
		return fail(in, "no attribute");
	for (size_t i = 0; i < n; i++)
		if (same(seen[i], name))
			return fail(in, "an attribute stands twice");
	seen[n] = name;
	if (in->at < in->end && *in->at == '=') {
		if (++in->at == in->end || *in->at++ != '"')
			return fail(in, "a value without quotes");
		value.at = in->at;
		if (!read_text(in, '"'))
			return false;
		value.len = (size_t)(in->at - value.at);
		if (in->at++ == in->end)
			return fail(in, "a quote that never ends");
	}
	return check_attribute(in, name, value);
}

/* ---- elements ---- */

static bool
is_open(const struct reading *in, const char *name)
{
	for (int i = 0; i < in->depth; i++)
		if (is(in->open[i], name))
			return true;
	return false;
}

/* May it stand here?  What a parser would close by itself may not. */
static bool
check_place(struct reading *in, struct span name)
{
	static const struct span outside = {"", 0};
	struct span parent = in->depth > 0 ? in->open[in->depth - 1] : outside;
	bool list = is_one_of(parent, "ul ol");

	if (is(name, "li") != list)
		return fail(in, "<%.*s> in <%.*s>", (int)name.len, name.at,
		    (int)parent.len, parent.at);
	if (is_open(in, "p") &&
	    is_one_of(name,
		"p div ul ol li h1 h2 h3 h4 section nav article "
		"table form fieldset details main header footer"))
		return fail(in, "<%.*s> in <p>", (int)name.len, name.at);
	if (is_open(in, "a") && is_one_of(name, "a button input select label"))
		return fail(in, "something to use in a link");
	if (is_one_of(name, "form main label select") &&
	    is_open(in,
		is(name, "form")        ? "form"
		    : is(name, "main")  ? "main"
		    : is(name, "label") ? "label"
					: "select"))
		return fail(in, "one of its kind in itself");
	if (is(name, "summary") && !is(parent, "details"))
		return fail(in, "a summary outside of details");
	return true;
}

static bool
read_end_tag(struct reading *in)
{
	struct span name = take(in, "abcdefghijklmnopqrstuvwxyz0123456789");

	if (in->at == in->end || *in->at != '>')
		return fail(in, "an end tag that does not end");
	if (in->depth == 0 || !same(in->open[in->depth - 1], name))
		return fail(in, "</%.*s> closes <%.*s>", (int)name.len, name.at,
		    in->depth == 0 ? 0 : (int)in->open[in->depth - 1].len,
		    in->depth == 0 ? "" : in->open[in->depth - 1].at);
	in->at++;
	in->depth--;
	return true;
}

static bool
read_tag(struct reading *in)
{
	struct span name;
	struct span seen[MOST_ATTRIBUTES];
	size_t n = 0;
	bool empty = false;

	if (in->at < in->end && *in->at == '/')
		return in->at++ && read_end_tag(in);
	name = take(in, "abcdefghijklmnopqrstuvwxyz0123456789");
	if (name.len == 0)
		return fail(in, "no element");
	if (!check_place(in, name))
		return false;
	while (in->at < in->end && *in->at != '>' && *in->at != '/') {
		if (take(in, " \n").len == 0 || n == MOST_ATTRIBUTES ||
		    !read_attribute(in, seen, n++))
			return fail(in, "something between attributes");
	}
	if (in->at < in->end && *in->at == '/') {
		in->at++;
		empty = is_open(in, "svg"); /* of XML only */
	}
	if (in->at == in->end || *in->at++ != '>')
		return fail(in, "a tag that does not end");
	if (empty || is_one_of(name, "meta link input br hr img"))
		return true;
	if (in->depth == DEEPEST)
		return fail(in, "too deep");
	in->open[in->depth++] = name;
	return true;
}

/* ---- all ---- */

/* A part of a page may point to what stands around it. */
static bool
check_references(struct reading *in, bool whole)
{
	for (size_t i = 0; i < in->nreferences; i++) {
		struct span name = in->references[i];
		bool found = !whole && is(name, "main");

		for (size_t j = 0; j < in->nids && !found; j++)
			found = same(in->ids[j], name);
		if (!found)
			return fail(in, "nothing is called \"%.*s\"",
			    (int)name.len, name.at);
	}
	return true;
}

const char *
html_fault(const char *html, size_t len)
{
	static const char doctype[] = "<!DOCTYPE html>\n";
	static struct reading in; /* too large for a stack */
	bool whole = len >= sizeof(doctype) - 1 &&
	    memcmp(html, doctype, sizeof(doctype) - 1) == 0;

	memset(&in, 0, sizeof(in));
	in.at = html + (whole ? sizeof(doctype) - 1 : 0);
	in.end = html + len;
	while (!in.failed && in.at < in.end) {
		if (*in.at == '<')
			(void)(in.at++ && read_tag(&in));
		else
			read_text(&in, '<');
	}
	if (!in.failed && in.depth > 0)
		fail(&in, "<%.*s> is never closed",
		    (int)in.open[in.depth - 1].len, in.open[in.depth - 1].at);
	if (!in.failed)
		check_references(&in, whole);
	return in.failed ? fault : NULL;
}
