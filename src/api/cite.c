/* SPDX-License-Identifier: ISC */
/*
 * cite - citations in the formats that reference managers read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cite.h"

/* What a kind of document is called in each format; the last is any other. */
static const struct {
	const char *kind;
	const char *csl;
	const char *bibtex;
	const char *ris;
} kinds[] = {
    {"law", "legislation", "misc", "STAT"},
    {"agenda", "report", "techreport", "RPRT"},
    {"roadmap", "report", "techreport", "RPRT"},
    {"paper", "report", "techreport", "RPRT"},
    {"call", "document", "misc", "GEN"},
    {"project", "webpage", "misc", "ELEC"},
    {"", "webpage", "misc", "ELEC"},
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static size_t
kind_of(const struct citation *citation)
{
	size_t i = 0;

	while (i + 1 < KINDS && strcmp(kinds[i].kind, citation->kind) != 0)
		i++;
	return i;
}

/* Year, month and day, as far as they are known; how many there are. */
static int
read_date(const struct citation *citation, int part[3])
{
	int n =
	    sscanf(citation->date, "%4d-%2d-%2d", &part[0], &part[1], &part[2]);

	if (n > 1 && (part[1] < 1 || part[1] > 12))
		n = 1;
	return n < 0 ? 0 : n;
}

static bool
given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* ---- CSL-JSON ---- */

static void
csl_text(struct ecs_buf *out, const char *name, const char *text)
{
	if (!given(text))
		return;
	ecs_buf_printf(out, ",\"%s\":", name);
	ecs_buf_json_str(out, text);
}

static void
csl_authors(const struct citation *citation, struct ecs_buf *out)
{
	size_t i;
	json_t *author;

	if (json_array_size(citation->authors) == 0)
		return;
	ecs_buf_puts(out, ",\"author\":[");
	json_array_foreach (citation->authors, i, author) {
		ecs_buf_puts(out, i > 0 ? ",{\"literal\":" : "{\"literal\":");
		ecs_buf_json_str(out, json_string_value(author));
		ecs_buf_putc(out, '}');
	}
	ecs_buf_putc(out, ']');
}

static void
csl_date(const struct citation *citation, struct ecs_buf *out)
{
	int part[3];
	int n = read_date(citation, part);

	if (n == 0)
		return;
	ecs_buf_puts(out, ",\"issued\":{\"date-parts\":[[");
	for (int i = 0; i < n; i++)
		ecs_buf_printf(out, i > 0 ? ",%d" : "%d", part[i]);
	ecs_buf_puts(out, "]]}");
}

static void
write_csl(const struct citation *citation, struct ecs_buf *out)
{
	ecs_buf_puts(out, "[{\"id\":");
	ecs_buf_json_str(
	    out, given(citation->passage) ? citation->passage : citation->id);
	csl_text(out, "type", kinds[kind_of(citation)].csl);
	csl_text(out, "title", citation->title);
	csl_authors(citation, out);
	csl_text(out, "publisher", citation->publisher);
	csl_text(out, "edition", citation->edition);
	csl_date(citation, out);
	csl_text(out, "language", citation->lang);
	csl_text(out, "section", citation->section);
	if (citation->page >= 0)
		ecs_buf_printf(
		    out, ",\"page\":\"%lld\"", (long long)citation->page);
	csl_text(out, "URL", citation->url);
	ecs_buf_puts(out, "}]\n");
}

/* ---- BibTeX ---- */

/*
 * What TeX takes for itself.  Braces are counted by BibTeX even after a
 * backslash, so they are written by name.
 */
static void
bibtex_escape(struct ecs_buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\\')
			ecs_buf_puts(out, "{\\textbackslash}");
		else if (c == '{')
			ecs_buf_puts(out, "{\\textbraceleft}");
		else if (c == '}')
			ecs_buf_puts(out, "{\\textbraceright}");
		else if (c == '~')
			ecs_buf_puts(out, "{\\textasciitilde}");
		else if (c == '^')
			ecs_buf_puts(out, "{\\textasciicircum}");
		else if (strchr("%&#$_", c) != NULL)
			ecs_buf_printf(out, "\\%c", c);
		else
			ecs_buf_putc(out, (char)(c < ' ' ? ' ' : c));
	}
}

static void
bibtex_field(struct ecs_buf *out, const char *name, const char *text)
{
	if (!given(text))
		return;
	ecs_buf_printf(out, ",\n  %s = {", name);
	bibtex_escape(out, text);
	ecs_buf_putc(out, '}');
}

/* Names in braces of their own: those of bodies are not taken apart. */
static void
bibtex_authors(const struct citation *citation, struct ecs_buf *out)
{
	size_t i;
	json_t *author;

	if (json_array_size(citation->authors) == 0)
		return;
	ecs_buf_puts(out, ",\n  author = {");
	json_array_foreach (citation->authors, i, author) {
		ecs_buf_puts(out, i > 0 ? " and {" : "{");
		bibtex_escape(out, json_string_value(author));
		ecs_buf_putc(out, '}');
	}
	ecs_buf_putc(out, '}');
}

/* Letters, digits and - alone: what every BibTeX takes in a key. */
static void
bibtex_key(struct ecs_buf *out, const char *id)
{
	for (; *id != '\0'; id++) {
		bool plain = (*id >= '0' && *id <= '9') ||
		    (*id >= 'a' && *id <= 'z') || (*id >= 'A' && *id <= 'Z');

		ecs_buf_putc(out, plain ? *id : '-');
	}
}

static void
bibtex_date(const struct citation *citation, struct ecs_buf *out)
{
	static const char months[12][4] = {"jan", "feb", "mar", "apr", "may",
	    "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
	int part[3];
	int n = read_date(citation, part);

	if (n > 0)
		ecs_buf_printf(out, ",\n  year = {%d}", part[0]);
	if (n > 1)
		ecs_buf_printf(out, ",\n  month = %s", months[part[1] - 1]);
}

static void
write_bibtex(const struct citation *citation, struct ecs_buf *out)
{
	const char *type = kinds[kind_of(citation)].bibtex;

	ecs_buf_printf(out, "@%s{", type);
	bibtex_key(out, citation->id);
	if (given(citation->passage)) {
		ecs_buf_putc(out, '-');
		bibtex_key(out, citation->passage);
	}
	/* The second braces keep the capitals. */
	ecs_buf_puts(out, ",\n  title = {{");
	bibtex_escape(out, citation->title);
	ecs_buf_puts(out, "}}");
	bibtex_authors(citation, out);
	bibtex_field(out,
	    strcmp(type, "techreport") == 0 ? "institution" : "publisher",
	    citation->publisher);
	bibtex_field(out, "edition", citation->edition);
	bibtex_date(citation, out);
	bibtex_field(out, "language", citation->lang);
	bibtex_field(out, "note", citation->section);
	if (citation->page >= 0)
		ecs_buf_printf(
		    out, ",\n  pages = {%lld}", (long long)citation->page);
	/* An address is read as it stands; ours has none of \ { }. */
	if (given(citation->url) && strpbrk(citation->url, "\\{} ") == NULL)
		ecs_buf_printf(out, ",\n  url = {%s}", citation->url);
	ecs_buf_puts(out, "\n}\n");
}

/* ---- RIS ---- */

/* A tag is a line: what would end it is a space. */
static void
ris_tag(struct ecs_buf *out, const char *tag, const char *text)
{
	if (!given(text))
		return;
	ecs_buf_printf(out, "%s  - ", tag);
	for (; *text != '\0'; text++)
		ecs_buf_putc(
		    out, (char)((unsigned char)*text < ' ' ? ' ' : *text));
	ecs_buf_puts(out, "\r\n");
}

static void
ris_date(const struct citation *citation, struct ecs_buf *out)
{
	int part[3];
	int n = read_date(citation, part);

	if (n == 0)
		return;
	ecs_buf_printf(out, "PY  - %04d\r\nDA  - %04d/", part[0], part[0]);
	if (n > 1)
		ecs_buf_printf(out, "%02d", part[1]);
	ecs_buf_putc(out, '/');
	if (n > 2)
		ecs_buf_printf(out, "%02d", part[2]);
	ecs_buf_puts(out, "/\r\n");
}

static void
write_ris(const struct citation *citation, struct ecs_buf *out)
{
	size_t i;
	json_t *author;

	ris_tag(out, "TY", kinds[kind_of(citation)].ris);
	ris_tag(out, "ID",
	    given(citation->passage) ? citation->passage : citation->id);
	ris_tag(out, "TI", citation->title);
	json_array_foreach (citation->authors, i, author) {
		ris_tag(out, "AU", json_string_value(author));
	}
	ris_tag(out, "PB", citation->publisher);
	ris_tag(out, "ET", citation->edition);
	ris_date(citation, out);
	ris_tag(out, "LA", citation->lang);
	ris_tag(out, "SE", citation->section);
	if (citation->page >= 0)
		ecs_buf_printf(
		    out, "SP  - %lld\r\n", (long long)citation->page);
	ris_tag(out, "UR", citation->url);
	ecs_buf_puts(out, "ER  - \r\n");
}

const struct cite_format ecs_cite_formats[3] = {
    {"csl", "application/vnd.citationstyles.csl+json", write_csl},
    {"bibtex", "application/x-bibtex; charset=utf-8", write_bibtex},
    {"ris", "application/x-research-info-systems; charset=utf-8", write_ris},
};

const struct cite_format *
ecs_cite_format(const char *name)
{
	for (size_t i = 0; i < 3; i++)
		if (strcmp(ecs_cite_formats[i].name, name) == 0)
			return &ecs_cite_formats[i];
	return NULL;
}
