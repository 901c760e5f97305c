/* SPDX-License-Identifier: ISC */
#ifndef TEXT_EXCEPTIONS_H
#define TEXT_EXCEPTIONS_H
/*
 * The built-in stem exceptions.
 */
#include <stddef.h>

/* One stem and the folded forms it stands for, parted by spaces. */
struct text_exception {
	const char *lang;
	const char *stem;
	const char *forms;
};

extern const struct text_exception text_exceptions[];
extern const size_t text_exception_count;

#endif
