/* SPDX-License-Identifier: ISC */
/*
 * date - seconds since 1970 as ISO 8601, shortest first.
 */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "ecsearch/query.h"

void
ecs_format_date(double seconds, char text[32])
{
	time_t time = (time_t)floor(seconds);
	struct tm parts;

	text[0] = '\0';
	if (gmtime_r(&time, &parts) == NULL)
		return;
	if (parts.tm_hour == 0 && parts.tm_min == 0 && parts.tm_sec == 0)
		strftime(text, 32, "%Y-%m-%d", &parts);
	else
		strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}
