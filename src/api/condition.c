/* SPDX-License-Identifier: ISC */
/*
 * condition - what If-Match and If-None-Match ask of a write.
 *
 * The ETag of a document is the sequence that wrote it, quoted.  A condition
 * that cannot be kept never lets a write through.
 */
#include <string.h>

#include "write_api.h"

enum { SEQUENCE_DIGITS = 19 }; /* so many always fit */

/* The sequence in a document's ETag; 0 for what is none. */
static uint64_t
read_tag(const char *text)
{
	uint64_t sequence = 0;
	size_t digits;

	text += strspn(text, " \t");
	if (*text++ != '"')
		return 0;
	digits = strspn(text, "0123456789");
	if (digits > SEQUENCE_DIGITS || text[0] == '0' || text[digits] != '"')
		return 0;
	for (size_t i = 0; i < digits; i++)
		sequence = sequence * 10 + (uint64_t)(text[i] - '0');
	text += digits + 1;
	return text[strspn(text, " \t")] == '\0' ? sequence : 0;
}

bool
ecs_condition_read(const char *match, const char *none, struct ecs_write *write,
    struct ecs_err *err)
{
	if (none != NULL && strcmp(none, "*") != 0) {
		ecs_err_set(err, 400, "bad_header",
		    "If-None-Match of a write can only be *");
		return ecs_err_at(
		    err, ECS_WHERE_PARAMETER, "If-None-Match", 0, 0);
	}
	if (none != NULL)
		write->expected = ECS_NO_DOCUMENT;
	if (match == NULL)
		return true;
	if (none != NULL)
		return ecs_err_set(err, 412, "changed",
		    "If-Match and If-None-Match cannot both be true");
	if (strcmp(match, "*") == 0) {
		write->must_exist = true;
		return true;
	}
	write->expected = read_tag(match);
	return write->expected != 0 ||
	    ecs_err_set(err, 412, "changed",
		"If-Match does not hold the ETag of a document");
}
