/* SPDX-License-Identifier: ISC */
#ifndef FAULTY_H
#define FAULTY_H
/*
 * A disk and a memory under SQLite that fail when told to.  For one thread.
 */
#include <stdbool.h>

/* Before anything opens a file. */
bool faulty_init(void);
/* The write after so many fails with code, and so does each later one. */
void faulty_disk(int after, int code);
/* The same for flushing. */
void faulty_flush(int after, int code);
/* The allocation after so many fails, only that one. */
void faulty_memory(int after);
/* All is well again; says whether anything had failed. */
bool faulty_heal(void);
#endif
