/* SPDX-License-Identifier: ISC */
/*
 * date - ISO 8601 calendar dates as stretches of time.
 *
 * "2019" is the whole year and "2019-03" the whole month, so that a range can
 * be asked for in the precision people think in.
 */
#include <string.h>

#include "ecsearch/schema.h"

struct reader {
	const char *at;
	const char *end;
};

static bool
read_digits(struct reader *in, int count, int *value)
{
	*value = 0;
	if (in->end - in->at < count)
		return false;
	for (int i = 0; i < count; i++) {
		char c = in->at[i];

		if (c < '0' || c > '9')
			return false;
		*value = *value * 10 + (c - '0');
	}
	in->at += count;
	return true;
}

static bool
skip(struct reader *in, char c)
{
	if (in->at == in->end || *in->at != c)
		return false;
	in->at++;
	return true;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_in_month(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01, proleptic Gregorian. */
static double
day_number(int year, int month, int day)
{
	const int before = year - 1;
	/* Leap days of the years before this one, counted from year 0. */
	int leaps = before / 4 - before / 100 + before / 400 -
	    (1969 / 4 - 1969 / 100 + 1969 / 400);
	int days = 365 * (year - 1970) + leaps - (year == 0);

	for (int m = 1; m < month; m++)
		days += days_in_month(year, m);
	return days + day - 1;
}

/* "T12:30[:15[.5]][Z|+01:00]" into seconds of the day, offset taken off. */
static bool
read_time(struct reader *in, double *seconds)
{
	int hour;
	int minute;
	int second = 0;
	int zone_hour;
	int zone_minute = 0;

	if (!read_digits(in, 2, &hour) || !skip(in, ':') ||
	    !read_digits(in, 2, &minute))
		return false;
	if (skip(in, ':') && !read_digits(in, 2, &second))
		return false;
	if (hour > 24 || minute > 59 || second > 60)
		return false;
	if (skip(in, '.'))
		while (in->at < in->end && *in->at >= '0' && *in->at <= '9')
			in->at++;
	*seconds = hour * 3600.0 + minute * 60.0 + second;
	if (in->at == in->end || skip(in, 'Z'))
		return true;
	if (*in->at != '+' && *in->at != '-')
		return false;
	bool west = *in->at++ == '-';
	if (!read_digits(in, 2, &zone_hour))
		return false;
	skip(in, ':');
	if (in->at < in->end && !read_digits(in, 2, &zone_minute))
		return false;
	*seconds += (west ? 1 : -1) * (zone_hour * 3600.0 + zone_minute * 60.0);
	return true;
}

bool
ecs_date_parse(const char *text, size_t len, double *first, double *last)
{
	struct reader in = {text, text + len};
	const double day_seconds = 86400.0;
	double time;
	int year;
	int month;
	int day;

	if (!read_digits(&in, 4, &year))
		return false;
	*first = day_number(year, 1, 1) * day_seconds;
	*last = *first + (365 + is_leap(year)) * day_seconds - 1;
	if (in.at == in.end)
		return true;
	if (!skip(&in, '-') || !read_digits(&in, 2, &month) || month < 1 ||
	    month > 12)
		return false;
	*first = day_number(year, month, 1) * day_seconds;
	*last = *first + days_in_month(year, month) * day_seconds - 1;
	if (in.at == in.end)
		return true;
	if (!skip(&in, '-') || !read_digits(&in, 2, &day) || day < 1 ||
	    day > days_in_month(year, month))
		return false;
	*first = day_number(year, month, day) * day_seconds;
	*last = *first + day_seconds - 1;
	if (in.at == in.end)
		return true;
	if ((!skip(&in, 'T') && !skip(&in, ' ')) || !read_time(&in, &time))
		return false;
	*first += time;
	*last = *first;
	return in.at == in.end;
}
