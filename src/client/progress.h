/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_PROGRESS_H
#define ECS_CLIENT_PROGRESS_H
/*
 * One line on a terminal that tells how long work stands; nothing elsewhere.
 */
#include <stdbool.h>
#include <stdint.h>

struct ecs_progress {
	bool live;           /* standard error is a terminal */
	int64_t size;        /* of all there is to do; -1 when unknown */
	int64_t done;        /* of size */
	double begun, shown; /* seconds; 0 before the first */
	bool dirty;          /* a line stands on the terminal */
};

/* Seconds that only go forward. */
double ecs_progress_now(void);
/* Show the counts, a few times a second at most. */
void ecs_progress_show(
    struct ecs_progress *progress, uint64_t documents, uint64_t failed);
/* Wipe the line, so that another may be printed. */
void ecs_progress_clear(struct ecs_progress *progress);
/* Write seconds as 1:02:03 or 2:03 into text. */
void ecs_progress_time(double seconds, char *text, int size);
#endif
