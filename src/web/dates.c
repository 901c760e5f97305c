/* SPDX-License-Identifier: ISC */
/*
 * dates - dates as each tongue says them (CLDR, the long form).
 */
#include <stdio.h>
#include <string.h>

#include "values.h"

static const char *const months[TONGUES][12] = {
    [TONGUE_EN] = {"January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December"},
    [TONGUE_FR] = {"janvier", "février", "mars", "avril", "mai", "juin",
	"juillet", "août", "septembre", "octobre", "novembre", "décembre"},
    [TONGUE_DE] = {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli",
	"August", "September", "Oktober", "November", "Dezember"},
};

/* The number of exactly n digits, or -1. */
static int
digits(const char *text, size_t n)
{
	int number = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		number = number * 10 + (text[i] - '0');
	}
	return number;
}

/* What stands after the day: "1er juin", "1. Juni", "1 June". */
static const char *
day_end(enum tongue tongue, int day)
{
	if (tongue == TONGUE_DE)
		return ". ";
	return tongue == TONGUE_FR && day == 1 ? "er " : " ";
}

void
ecs_date_write(struct ecs_buf *out, enum tongue tongue, const char *date)
{
	int year = digits(date, 4);
	int month = -1;
	int day = -1;

	if (year >= 0 && date[4] == '-')
		month = digits(date + 5, 2);
	if (month >= 0 && date[7] == '-')
		day = digits(date + 8, 2);
	if (month < 1 || month > 12 ||
	    (date[7] != '\0' && (day < 1 || day > 31))) {
		ecs_html_text(out, date);
		return;
	}
	if (day > 0)
		ecs_buf_printf(out, "%d%s", day, day_end(tongue, day));
	ecs_buf_printf(out, "%s %04d", months[tongue][month - 1], year);
	/* A time stays as it is written. */
	if (day > 0 && date[10] != '\0')
		ecs_html_printf(out, ", %s", date + 11);
}
