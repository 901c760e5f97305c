/* SPDX-License-Identifier: ISC */
/*
 * date - seconds since 1970 as ISO 8601, shortest first.
 */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "ecsearch/query.h"

/* First and last second of the years of four digits. */
static const double first = -62167219200.0;
static const double last = 253402300799.0;

void
ecs_format_date(double seconds, char text[32])
{
	double whole = floor(seconds);
	struct tm parts;
	time_t moment;

	text[0] = '\0';
	if (!(whole >= first && whole <= last))
		return;
	moment = (time_t)whole;
	if (gmtime_r(&moment, &parts) == NULL)
		return;
	/* strftime would write the year 800 with three digits. */
	snprintf(text, 32, "%04d-%02d-%02d", parts.tm_year + 1900,
	    parts.tm_mon + 1, parts.tm_mday);
	if (parts.tm_hour != 0 || parts.tm_min != 0 || parts.tm_sec != 0)
		strftime(text + 10, 22, "T%H:%M:%SZ", &parts);
}
