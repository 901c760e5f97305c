/* SPDX-License-Identifier: ISC */
/*
 * pdf_heads - headings by the size and the weight of their font.
 *
 * The body is the size that most text has.  A line that is larger, or as large
 * and all bold, and short, is a heading; the sizes of headings that come more
 * than once are the levels, largest first, and bold ones come after them.
 */
#include <string.h>

#include "numbered.h"
#include "pdf.h"

enum {
	SIZES = 200,
	LONGEST_HEADING = 200,
	LONGEST_BOLD = 110,
	LARGER_PERCENT = 108,
	DEEPEST_SIZE = 6,
	PROSE_LINES = 4, /* as close as that are no heading */
	CLOSE_PERCENT = 140
};

static int
size_of(const struct pdf_line *line)
{
	return line->size < 0 ? 0 : line->size < SIZES ? line->size : SIZES - 1;
}

static void
find_body(struct pdf_pages *pages)
{
	size_t letters[SIZES] = {0};

	for (size_t i = 0; i < pages->n; i++) {
		if (!pages->lines[i].gone)
			letters[size_of(&pages->lines[i])] +=
			    pages->lines[i].len;
	}
	pages->body = 0;
	for (int size = 1; size < SIZES; size++) {
		if (letters[size] > letters[pages->body])
			pages->body = size;
	}
}

static bool
has_letters(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z') ||
		    (unsigned char)text[i] >= 0xc3;
	return n >= 2 && n * 2 >= len / 2;
}

static bool
is_larger(const struct pdf_pages *pages, const struct pdf_line *line)
{
	return size_of(line) * 100 >= pages->body * LARGER_PERCENT;
}

/* Large print of prose: a line that ends a sentence, or begins inside one. */
static bool
is_sentence(const struct pdf_pages *pages, const struct pdf_line *line)
{
	const char *text = pages->text.data + line->text;
	size_t len = line->len;

	while (len > 0 && text[len - 1] == ' ')
		len--;
	return len > 0 &&
	    (text[len - 1] == '.' || text[len - 1] == ';' ||
		text[len - 1] == ',');
}

/* A bold line that is nobody's first words, and no head of a table. */
static bool
is_bold_heading(const struct pdf_pages *pages, const struct pdf_line *line)
{
	const char *text = pages->text.data + line->text;
	size_t len = line->len;

	while (len > 0 && text[len - 1] == ' ')
		len--;
	return line->bold && !line->linked && len <= LONGEST_BOLD && len > 3 &&
	    line->size * 100 >= pages->body * 95 &&
	    strchr(".,;:", text[len - 1]) == NULL &&
	    !(text[0] >= 'a' && text[0] <= 'z');
}

/* Is the neighbour as bold and large, so that both are a bold paragraph? */
static bool
goes_on(const struct pdf_pages *pages, size_t at)
{
	int alike = 0;

	for (size_t i = at + 1; i < pages->n && i < at + 3; i++) {
		const struct pdf_line *line = &pages->lines[i];

		if (!line->bold || line->size != pages->lines[at].size ||
		    line->page != pages->lines[at].page)
			break;
		alike++;
	}
	return alike == 2;
}

static bool
same_run(const struct pdf_line *above, const struct pdf_line *below)
{
	int step = below->top - above->top;

	return !above->gone && !below->gone && above->page == below->page &&
	    above->size == below->size && step > 0 &&
	    step * 100 <= below->height * CLOSE_PERCENT;
}

/* How many lines stand together as closely as a paragraph's, about this one. */
static int
run_of(const struct pdf_pages *pages, size_t at)
{
	int n = 1;

	for (size_t i = at; n < PROSE_LINES && i > 0 &&
	     same_run(&pages->lines[i - 1], &pages->lines[i]);
	     i--)
		n++;
	for (size_t i = at; n < PROSE_LINES && i + 1 < pages->n &&
	     same_run(&pages->lines[i], &pages->lines[i + 1]);
	     i++)
		n++;
	return n;
}

static bool
is_candidate(const struct pdf_pages *pages, size_t i)
{
	const struct pdf_line *line = &pages->lines[i];

	if (line->gone || line->len > LONGEST_HEADING ||
	    !has_letters(pages->text.data + line->text, line->len))
		return false;
	return (is_larger(pages, line) && !is_sentence(pages, line) &&
		   run_of(pages, i) < PROSE_LINES) ||
	    (is_bold_heading(pages, line) && !goes_on(pages, i));
}

/* The level of each size; sizes that come once have that of the next smaller.
 */
static int
rank_sizes(const struct pdf_pages *pages, int *levels)
{
	size_t seen[SIZES] = {0};
	int level = 0;

	for (size_t i = 0; i < pages->n; i++) {
		if (is_candidate(pages, i) &&
		    is_larger(pages, &pages->lines[i]))
			seen[size_of(&pages->lines[i])]++;
	}
	for (int size = SIZES - 1; size >= 0; size--) {
		levels[size] = level < DEEPEST_SIZE ? level + 1 : level;
		if (seen[size] > 1 && level < DEEPEST_SIZE)
			level++;
	}
	return level;
}

void
ecs_pdf_heads(struct pdf_pages *pages)
{
	int levels[SIZES];
	int deepest;

	find_body(pages);
	deepest = rank_sizes(pages, levels);
	for (size_t i = 0; i < pages->n; i++) {
		struct pdf_line *line = &pages->lines[i];
		int numbered =
		    ecs_number_level(pages->text.data + line->text, line->len);

		if (!is_candidate(pages, i))
			continue;
		if (is_larger(pages, line))
			line->level = levels[size_of(line)];
		else
			line->level = numbered > 0 ? numbered : deepest + 1;
	}
}
