/* SPDX-License-Identifier: ISC */
/*
 * progress - documents, rate, time left and failures, on a terminal.
 */
#include <stdio.h>
#include <time.h>

#include "progress.h"

#define EVERY 0.2 /* seconds */

double
ecs_progress_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void
ecs_progress_time(double seconds, char *text, int size)
{
	long whole = seconds < 0 ? 0 : (long)(seconds + 0.5);

	if (whole >= 3600)
		snprintf(text, (size_t)size, "%ld:%02ld:%02ld", whole / 3600,
		    whole / 60 % 60, whole % 60);
	else
		snprintf(
		    text, (size_t)size, "%ld:%02ld", whole / 60, whole % 60);
}

void
ecs_progress_show(
    struct ecs_progress *progress, uint64_t documents, uint64_t failed)
{
	double now = ecs_progress_now(), spent = now - progress->begun;
	double part;
	char left[32] = "";

	if (!progress->live || now - progress->shown < EVERY)
		return;
	progress->shown = now;
	progress->dirty = true;
	fprintf(stderr, "\r\033[K%llu documents, %.0f a second",
	    (unsigned long long)documents,
	    spent > 0 ? (double)documents / spent : 0.0);
	if (progress->size > 0 && progress->done > 0) {
		part = (double)progress->done / (double)progress->size;
		if (part > 1)
			part = 1;
		ecs_progress_time(
		    spent / part - spent, left, (int)sizeof(left));
		fprintf(stderr, ", %.0f %%, %s left", part * 100, left);
	}
	if (failed > 0)
		fprintf(stderr, ", %llu failed", (unsigned long long)failed);
	fflush(stderr);
}

void
ecs_progress_clear(struct ecs_progress *progress)
{
	if (progress->dirty)
		fputs("\r\033[K", stderr);
	progress->dirty = false;
}
