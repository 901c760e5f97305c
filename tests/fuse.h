/* SPDX-License-Identifier: ISC */
#ifndef FUSE_H
#define FUSE_H
/*
 * Memory that runs out when told to.
 *
 * The linker gives the calls of malloc, calloc and realloc in a test and in the
 * house's library to us (fuse_flags in the makefile); those within shared
 * libraries stay what they are, unless these are told of a malloc.  Any thread
 * may allocate meanwhile.
 */
#include <stdbool.h>

struct ecs_err;

/* So many allocations succeed; the next fails, and so does each later one. */
void fuse_light(long allocations);
/* The same, but only that one fails. */
void fuse_light_once(long allocations);
/* None fails any more; says whether one has since it was lit. */
bool fuse_out(void);
/* For this thread none ever fails, nor is it counted. */
void fuse_spare_thread(bool spared);
/* How many have failed in all. */
unsigned long fuse_failures(void);
/* Count an allocation and say whether it is to fail: for allocators. */
bool fuse_burns(void);

/*
 * Call with memory for 0, 1, 2 .. allocations until it is true.  The test fails
 * unless all that was refused is "no_memory" and the end leaves no error.
 * Returns how many allocations it took.
 */
long fuse_each(bool (*call)(void *user, struct ecs_err *err), void *user);

/* The test fails unless err is what a try with so little memory must be. */
void fuse_check_refused(struct ecs_err *err, long allocations);

/* The same as fuse_each for an expression in which err may be named. */
#define UNTIL_IT_WORKS(call)                                 \
	do {                                                 \
		struct ecs_err err = {0};                    \
		bool done = false;                           \
                                                             \
		for (long n = 0; !done; n++) {               \
			fuse_light(n);                       \
			done = (call);                       \
			fuse_out();                          \
			if (!done)                           \
				fuse_check_refused(&err, n); \
		}                                            \
	} while (0)
#endif
