/* SPDX-License-Identifier: ISC */
#ifndef ECS_EXTRACT_JAIL_H
#define ECS_EXTRACT_JAIL_H
/*
 * What the program takes from itself before it looks at a file.  Each step can
 * only take away, and lasts for whatever the process starts.
 *
 *	limits   memory, CPU, size of files, open files     setrlimit(2)
 *	files    reading and running below /usr, /lib alone  landlock(7)
 *	calls    no network, no tracing, no namespaces ..    seccomp(2)
 *	strict   no opening, no starting: reading and writing what is open
 *
 * A kernel without one of the last three is told of on standard error, once for
 * each file; the limits are a must.
 */
#include <stdbool.h>

struct ecs_err;

/* Limits, files and calls.  503 when a limit cannot be set. */
bool ecs_jail_enter(struct ecs_err *err);
/* The last step: for reading what poppler's tools or the file itself say. */
void ecs_jail_strict(void);
/* In a child before it becomes another program: it starts no more of them. */
void ecs_jail_last_child(void);
#endif
