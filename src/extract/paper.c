/* SPDX-License-Identifier: ISC */
/*
 * paper - sections as they come, and the JSON of all at the end.
 */
#include <stdlib.h>
#include <string.h>

#include "paper.h"

void
ecs_paper_fini(struct paper *paper)
{
	ecs_buf_fini(&paper->title);
	ecs_buf_fini(&paper->lang);
	ecs_buf_fini(&paper->date);
	ecs_buf_fini(&paper->publisher);
	ecs_buf_fini(&paper->authors);
	for (size_t i = 0; i < paper->n; i++) {
		ecs_buf_fini(&paper->sections[i].heading);
		ecs_buf_fini(&paper->sections[i].text);
	}
	free(paper->sections);
	paper->sections = NULL;
	paper->n = paper->room = 0;
}

/*
 * How many bytes of white space begin here: ASCII's, the spaces of U+2000 to
 * U+200B, no-break ones, U+3000, the byte order mark; a soft hyphen, which is
 * no letter either, is told apart by *nothing.
 */
static size_t
space_at(const char *text, size_t len, bool *nothing)
{
	const unsigned char *at = (const unsigned char *)text;

	*nothing = false;
	if (at[0] <= ' ' || at[0] == 0x7f)
		return 1;
	if (len >= 2 && at[0] == 0xc2 && (at[1] == 0xa0 || at[1] == 0xad)) {
		*nothing = at[1] == 0xad;
		return 2;
	}
	if (len < 3)
		return 0;
	if (at[0] == 0xe2 && at[1] == 0x80 &&
	    (at[2] <= 0x8b || at[2] == 0xa8 || at[2] == 0xa9 || at[2] == 0xaf))
		return 3;
	if (at[0] == 0xe3 && at[1] == 0x80 && at[2] == 0x80)
		return 3;
	*nothing = at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf;
	return *nothing ? 3 : 0;
}

void
ecs_fold_spaces(struct ecs_buf *out, const char *text, size_t len)
{
	size_t before = out->len;
	bool due = false;
	size_t i = 0;

	while (i < len) {
		bool nothing;
		size_t n = space_at(text + i, len - i, &nothing);

		if (n == 0) {
			if (due && out->len > before)
				ecs_buf_putc(out, ' ');
			due = false;
			ecs_buf_putc(out, text[i]);
			n = 1;
		} else if (!nothing) {
			due = true;
		}
		i += n;
	}
}

/* ---- sections ---- */

static struct paper_section *
last(struct paper *paper)
{
	return paper->n == 0 ? NULL : &paper->sections[paper->n - 1];
}

static struct paper_section *
begin(struct paper *paper, int level, int page)
{
	struct paper_section *more;
	size_t room = paper->room * 2 + 64;

	if (paper->err.status != 0)
		return NULL;
	if (paper->n == PAPER_SECTIONS) {
		ecs_err_set(&paper->err, 422, "too_large",
		    "the file has more than %d sections", PAPER_SECTIONS);
		return NULL;
	}
	if (paper->sections == NULL || paper->n == paper->room) {
		more = realloc(paper->sections, room * sizeof(*more));
		if (more == NULL) {
			ecs_err_memory(&paper->err);
			return NULL;
		}
		paper->sections = more;
		paper->room = room;
	}
	more = &paper->sections[paper->n++];
	*more = (struct paper_section){.level = level, .page = page};
	return more;
}

/* Append with spaces folded, and keep count of what there is in all. */
static void
append(struct paper *paper, struct ecs_buf *to, const char *text, size_t len)
{
	size_t before = to->len;

	if (paper->bytes + len > PAPER_BYTES) {
		ecs_err_set(&paper->err, 422, "too_large",
		    "the file has more than %d MB of text", PAPER_BYTES >> 20);
		return;
	}
	ecs_fold_spaces(to, text, len);
	paper->bytes += to->len - before;
	if (to->failed)
		ecs_err_memory(&paper->err);
}

static bool
has_word(const char *text, size_t len)
{
	bool nothing;

	for (size_t i = 0; i < len;) {
		size_t n = space_at(text + i, len - i, &nothing);

		if (n == 0)
			return true;
		i += n;
	}
	return false;
}

void
ecs_paper_heading(
    struct paper *paper, int level, const char *text, size_t len, int page)
{
	struct paper_section *section;

	if (!has_word(text, len))
		return;
	if (len > PAPER_HEADING_BYTES) {
		ecs_paper_add(paper, GAP_PARAGRAPH, text, len, page);
		return;
	}
	if (level < 1)
		level = 1;
	if (level > PAPER_DEEPEST)
		level = PAPER_DEEPEST;
	section = begin(paper, level, page);
	if (section != NULL)
		append(paper, &section->heading, text, len);
}

void
ecs_paper_more_heading(struct paper *paper, const char *text, size_t len)
{
	struct paper_section *section = last(paper);

	if (section == NULL || section->text.len > 0 ||
	    section->heading.len + len > PAPER_HEADING_BYTES) {
		ecs_paper_add(paper, GAP_PARAGRAPH, text, len, NO_PAGE);
		return;
	}
	if (!has_word(text, len))
		return;
	ecs_buf_putc(&section->heading, ' ');
	append(paper, &section->heading, text, len);
}

/* The section that a text of this page goes to. */
static struct paper_section *
section_for(struct paper *paper, int page)
{
	struct paper_section *section = last(paper);

	if (section == NULL)
		return begin(paper, 1, page);
	if (page == NO_PAGE || section->page == page)
		return section;
	if (section->text.len > 0)
		return begin(paper, section->level, page);
	/* A heading at the foot of a page stays with the text below it. */
	section->page = page;
	return section;
}

void
ecs_paper_add(struct paper *paper, enum paper_gap gap, const char *text,
    size_t len, int page)
{
	struct paper_section *section;

	if (!has_word(text, len))
		return;
	section = section_for(paper, page);
	if (section == NULL)
		return;
	if (section->text.len > 0)
		ecs_buf_puts(
		    &section->text, gap == GAP_PARAGRAPH ? "\n\n" : "\n");
	append(paper, &section->text, text, len);
}

/* ---- what the file says of itself ---- */

void
ecs_paper_tell(struct ecs_buf *member, const char *text, size_t len)
{
	if (member->len == 0 && len <= 2000)
		ecs_fold_spaces(member, text, len);
}

static bool
digits(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
	}
	return true;
}

/* A day that there is, roughly; the year of a file is not before 1900. */
static bool
is_day(const char *year, const char *month, const char *day)
{
	return (memcmp(year, "19", 2) == 0 || memcmp(year, "20", 2) == 0) &&
	    memcmp(month, "00", 2) > 0 && memcmp(month, "12", 2) <= 0 &&
	    memcmp(day, "00", 2) > 0 && memcmp(day, "31", 2) <= 0;
}

void
ecs_paper_date(struct paper *paper, const char *text, size_t len)
{
	const char *month = text + 5;
	const char *day = text + 8;

	if (paper->date.len > 0)
		return;
	if (len >= 10 && text[0] == 'D' && text[1] == ':') {
		text += 2;
		month = text + 4;
		day = text + 6;
	} else if (len < 10 || text[4] != '-' || text[7] != '-') {
		return;
	}
	if (digits(text, 4) && digits(month, 2) && digits(day, 2) &&
	    is_day(text, month, day))
		ecs_buf_printf(
		    &paper->date, "%.4s-%.2s-%.2s", text, month, day);
}

void
ecs_paper_authors(struct paper *paper, const char *text, size_t len)
{
	while (len > 0) {
		size_t n = 0;
		struct ecs_buf one = {0};

		while (n < len && text[n] != ';' && text[n] != '\n')
			n++;
		ecs_fold_spaces(&one, text, n);
		if (one.len > 0 && one.len <= 200 && !one.failed &&
		    paper->authors.len < 8000) {
			ecs_buf_add(&paper->authors, one.data, one.len);
			ecs_buf_putc(&paper->authors, '\n');
		}
		ecs_buf_fini(&one);
		n += n < len;
		text += n;
		len -= n;
	}
}

/* ---- JSON ---- */

static void
write_member(struct ecs_buf *out, const char *name, const struct ecs_buf *value)
{
	if (value->len == 0)
		return;
	ecs_buf_printf(out, ",\"%s\":", name);
	ecs_buf_json_string(out, value->data, value->len);
}

static void
write_authors(struct ecs_buf *out, const struct ecs_buf *authors)
{
	const char *at = authors->data;

	if (authors->len == 0)
		return;
	ecs_buf_puts(out, ",\"authors\":");
	for (char lead = '['; *at != '\0'; lead = ',') {
		size_t len = strcspn(at, "\n");

		ecs_buf_putc(out, lead);
		ecs_buf_json_string(out, at, len);
		at += len + 1;
	}
	ecs_buf_putc(out, ']');
}

/* The subtag of a language: two letters, what is known of languages here. */
static void
write_lang(struct ecs_buf *out, const struct ecs_buf *lang)
{
	char two[2];

	if (lang->len < 2 ||
	    (lang->len > 2 && lang->data[2] != '-' && lang->data[2] != '_'))
		return;
	for (int i = 0; i < 2; i++) {
		two[i] = (char)(lang->data[i] | 0x20);
		if (two[i] < 'a' || two[i] > 'z')
			return;
	}
	ecs_buf_printf(out, ",\"lang\":\"%.2s\"", two);
}

static void
write_section(struct ecs_buf *out, const struct paper_section *section)
{
	ecs_buf_puts(out, "{\"heading\":");
	ecs_buf_json_string(out,
	    section->heading.data == NULL ? "" : section->heading.data,
	    section->heading.len);
	ecs_buf_printf(out, ",\"level\":%d", section->level);
	if (section->page != NO_PAGE)
		ecs_buf_printf(out, ",\"page\":%d", section->page);
	ecs_buf_puts(out, ",\"text\":");
	ecs_buf_json_string(out,
	    section->text.data == NULL ? "" : section->text.data,
	    section->text.len);
	ecs_buf_putc(out, '}');
}

/* Its own title, else its first heading, else the name of the file. */
static void
write_title(struct ecs_buf *out, const struct paper *paper, const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t len =
	    dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name);

	ecs_buf_puts(out, "{\"title\":");
	if (paper->title.len > 0) {
		ecs_buf_json_string(out, paper->title.data, paper->title.len);
		return;
	}
	for (size_t i = 0; i < paper->n && i < 20; i++) {
		const struct ecs_buf *heading = &paper->sections[i].heading;

		if (heading->len == 0)
			continue;
		ecs_buf_json_string(out, heading->data, heading->len);
		return;
	}
	ecs_buf_json_string(out, name, len);
}

bool
ecs_paper_json(struct paper *paper, const char *name, struct ecs_buf *out)
{
	if (paper->err.status != 0)
		return false;
	if (paper->bytes == 0)
		return ecs_err_set(&paper->err, 422, "no_text",
		    "there is no text in the file");
	write_title(out, paper, name);
	write_lang(out, &paper->lang);
	write_member(out, "date", &paper->date);
	write_member(out, "publisher", &paper->publisher);
	write_authors(out, &paper->authors);
	ecs_buf_puts(out, ",\"source\":");
	ecs_buf_json_str(out, name);
	ecs_buf_puts(out, ",\"sections\":[");
	for (size_t i = 0; i < paper->n; i++) {
		if (i > 0)
			ecs_buf_putc(out, ',');
		write_section(out, &paper->sections[i]);
	}
	ecs_buf_puts(out, "]}\n");
	return !out->failed || ecs_err_memory(&paper->err);
}
