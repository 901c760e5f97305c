/* SPDX-License-Identifier: ISC */
#ifndef TESTS_WEB_WELLFORMED_H
#define TESTS_WEB_WELLFORMED_H
/*
 * Is this HTML as we write it?  Stricter than the standard: every element is
 * closed in its turn, attributes stand in double quotes, and what a page must
 * not have for its policy (style="", on...="", other hosts) is a fault.
 */
#include <stddef.h>

/*
 * The first fault of a page or a part of one as a sentence, which lives until
 * the next call; NULL when there is none.  References (label for, aria-...by,
 * href="#...") must lead to an id, of the part too when it is whole.
 */
const char *html_fault(const char *html, size_t len);
#endif
