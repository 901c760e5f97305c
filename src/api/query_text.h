/* SPDX-License-Identifier: ISC */
#ifndef ECS_API_QUERY_TEXT_H
#define ECS_API_QUERY_TEXT_H
/*
 * A query as it is counted: what one typed as "  Smart  GRID" and another as
 * "smart grid" is the same.
 *
 * Folded to lower case (Unicode default case folding), then NFC; every run of
 * white space and controls one space, none at the ends; what cannot be seen
 * (default ignorable characters) left out.
 *
 * A text that may name or reach a person, or is a secret pasted by mistake, is
 * not kept:
 *	- one with an @
 *	- one with 7 or more digits in a row, also with up to 3 spaces, dots,
 *	  slashes, dashes, brackets or plus signs between two, as telephone,
 *	  account and identity numbers are written.  A year (1900 to 2099,
 *	  standing alone) is none of the digits and ends a row, and up to 7
 *	  digits after "letters-year-" are none, so that CVE-2021-1234567,
 *	  2016/679 and ISO 27001:2022 are kept
 *	- one with a word of 24 or more characters, letters and digits mixed
 *	- one of more than 100 characters
 */
#include <stddef.h>

enum {
	QUERY_CHARACTERS = 100,
	QUERY_BYTES = 4 * QUERY_CHARACTERS + 1 /* with the NUL */
};

enum query_text {
	QUERY_EMPTY,  /* nothing was asked for */
	QUERY_UNKEPT, /* counted in totals only */
	QUERY_KEPT
};

/* q is UTF-8.  kept is "" but for QUERY_KEPT. */
enum query_text ecs_query_text(const char *q, char kept[QUERY_BYTES]);

#endif
