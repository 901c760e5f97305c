/* SPDX-License-Identifier: ISC */
/*
 * histogram - a row of bars (SVG) over the two ends of a range.
 *
 * Years are the usual case: a long thin tail, and nearly all of them in the
 * last few.  So the window of bars with the most in it is shown, not all; if
 * that would leave out too many, bars become wider.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "histogram.h"
#include "values.h"

enum {
	WINDOW = 20, /* bars at most, besides one before and one after */
	HEIGHT = 40, /* of the highest, in units of the picture */
	TAIL = 5,    /* what stands outside of the window: a fifth at most */
	WIDTH = 10   /* from one bar to the next */
};

struct bar {
	double from;
	double to; /* not itself within */
	uint64_t count;
};

struct bars {
	struct bar list[WINDOW + 2];
	size_t n;
	bool before; /* the first stands for all that is less */
	bool after;  /* the last for all that is more */
	uint64_t most;
};

static double
number(const json_t *value, const char *member)
{
	return json_number_value(json_object_get(value, member));
}

/* Neighbouring values made one, each of width and beginning at its multiples.
 */
static size_t
join(const json_t *values, double width, struct bar *all)
{
	size_t n = 0;
	size_t i;
	json_t *value;

	json_array_foreach (values, i, value) {
		/* A hair more, as 0.3 may be less than three times 0.1. */
		double from =
		    floor(number(value, "from") / width + 1e-9) * width;

		if (n == 0 || from > all[n - 1].from + width / 2)
			all[n++] = (struct bar){from, from + width, 0};
		all[n - 1].count += ecs_json_count(value, "count");
	}
	return n;
}

/* Where the window begins that has the most in it, the last of equals. */
static size_t
find_window(const struct bar *all, size_t n, uint64_t *within)
{
	uint64_t sum = 0;
	size_t best = 0;

	*within = 0;
	for (size_t i = 0; i < n; i++) {
		sum += all[i].count;
		if (i >= WINDOW)
			sum -= all[i - WINDOW].count;
		if (sum >= *within) {
			*within = sum;
			best = i < WINDOW ? 0 : i + 1 - WINDOW;
		}
	}
	return best;
}

static void
add_bar(struct bars *bars, const struct bar *one, bool joined)
{
	struct bar *bar;

	if (!joined || bars->n == 0) {
		bar = &bars->list[bars->n++];
		*bar = (struct bar){.from = one->from};
	}
	bar = &bars->list[bars->n - 1];
	bar->to = one->to;
	bar->count += one->count;
	if (bar->count > bars->most)
		bars->most = bar->count;
}

/* all has room for as many as there are values. */
static struct bars
find_bars(const json_t *values, struct bar *all)
{
	/* How many of a histogram's values one bar may stand for. */
	static const int factors[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
	const json_t *value = json_array_get(values, 0);
	double width = number(value, "to") - number(value, "from");
	struct bars bars = {.n = 0};
	uint64_t total = 0;
	uint64_t within = 0;
	size_t first = 0;
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(values); i++)
		total += ecs_json_count(json_array_get(values, i), "count");
	for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++) {
		n = join(values, width * factors[i], all);
		first = find_window(all, n, &within);
		if (within >= total - total / TAIL)
			break;
	}
	bars.before = first > 0;
	bars.after = n > first + WINDOW;
	for (size_t i = 0; i < n; i++)
		add_bar(&bars, &all[i], i < first || i > first + WINDOW);
	return bars;
}

/* ---- what is chosen ---- */

static bool
is_chosen(const struct bar *bar, const char *range)
{
	const char *dots = range == NULL ? NULL : strstr(range, "..");
	const char *high;

	if (range == NULL)
		return true;
	high = dots == NULL ? range : dots + 2;
	if (range[0] != '.' && strtod(range, NULL) >= bar->to)
		return false;
	return high[0] == '\0' || strtod(high, NULL) >= bar->from;
}

/* ---- writing ---- */

static void
write_number(struct ecs_buf *out, double value)
{
	ecs_buf_printf(out, value == floor(value) ? "%.0f" : "%.10g", value);
}

/* "2016", "2010–2019", "up to 1829", "from 2030" */
static void
write_range(struct page *page, const struct bars *bars, size_t i)
{
	const struct bar *bar = &bars->list[i];
	/* Of whole numbers the last one within is said. */
	bool whole = bar->from == floor(bar->from) && bar->to == floor(bar->to);
	double last = whole ? bar->to - 1 : bar->to;
	struct ecs_buf end = {0};

	if (i == 0 && bars->before) {
		write_number(&end, last);
		ecs_words_with(page->out, page->tongue, TEXT_RANGE_TO,
		    end.data == NULL ? "" : end.data);
	} else if (i + 1 == bars->n && bars->after) {
		write_number(&end, bar->from);
		ecs_words_with(page->out, page->tongue, TEXT_RANGE_FROM,
		    end.data == NULL ? "" : end.data);
	} else {
		write_number(page->out, bar->from);
		if (last > bar->from) {
			ecs_buf_puts(page->out, "–");
			write_number(page->out, last);
		}
	}
	page->out->failed |= end.failed;
	ecs_buf_fini(&end);
}

static void
write_bar(struct page *page, const struct bars *bars, size_t i, bool chosen)
{
	const struct bar *bar = &bars->list[i];
	/* Few are not none. */
	uint64_t height = (bar->count * HEIGHT + bars->most - 1) / bars->most;

	if (bar->count == 0)
		return;
	ecs_buf_printf(page->out,
	    "<rect%s x=\"%zu\" y=\"%zu\" width=\"%d\" height=\"%zu\"><title>",
	    chosen ? " class=\"in\"" : "", i * WIDTH, (size_t)(HEIGHT - height),
	    WIDTH - 1, (size_t)height);
	write_range(page, bars, i);
	ecs_buf_puts(page->out, ecs_words(page->tongue, TEXT_COLON));
	ecs_words_number(page->out, page->tongue, bar->count);
	ecs_buf_puts(page->out, "</title></rect>");
}

static void
write_list(struct page *page, const struct bars *bars)
{
	ecs_buf_puts(page->out, "<ul class=\"unseen\">");
	for (size_t i = 0; i < bars->n; i++) {
		ecs_buf_puts(page->out, "<li>");
		write_range(page, bars, i);
		ecs_buf_puts(page->out, ecs_words(page->tongue, TEXT_COLON));
		ecs_words_number(page->out, page->tongue, bars->list[i].count);
		ecs_buf_puts(page->out, "</li>");
	}
	ecs_buf_puts(page->out, "</ul>");
}

static void
write_bars(struct page *page, const struct bars *bars, const char *range)
{
	ecs_html_printf(page->out,
	    "<div class=\"bars\" aria-hidden=\"true\">"
	    "<svg viewBox=\"0 0 %zu %d\" preserveAspectRatio=\"none\">",
	    bars->n * WIDTH - 1, HEIGHT);
	for (size_t i = 0; i < bars->n; i++)
		write_bar(page, bars, i, is_chosen(&bars->list[i], range));
	ecs_buf_puts(page->out, "</svg><p><span>");
	write_range(page, bars, 0);
	ecs_buf_puts(page->out, "</span> <span>");
	write_range(page, bars, bars->n - 1);
	ecs_buf_puts(page->out, "</span></p></div>\n");
}

void
ecs_histogram_write(struct page *page, const json_t *facet, const char *range)
{
	const json_t *values = json_object_get(facet, "values");
	struct bar *all;
	struct bars bars;

	if (json_array_size(values) < 2)
		return;
	all = calloc(json_array_size(values), sizeof(*all));
	if (all == NULL) {
		page->out->failed = true;
		return;
	}
	bars = find_bars(values, all);
	free(all);
	if (bars.n < 2 || bars.most == 0)
		return;
	write_list(page, &bars);
	write_bars(page, &bars, range);
}
