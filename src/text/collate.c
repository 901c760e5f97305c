/* SPDX-License-Identifier: ISC */
/*
 * collate - the order of names as readers of a language expect it.
 */
#include <stdlib.h>

#include <unicode/ucol.h>
#include <unicode/ustring.h>

#include "ecsearch/err.h"
#include "ecsearch/text.h"

struct ecs_collator {
	UCollator *order;
	UChar *units; /* scratch */
	size_t room;
};

struct ecs_collator *
ecs_collator_new(const char *lang, struct ecs_err *err)
{
	UErrorCode status = U_ZERO_ERROR;
	struct ecs_collator *collator = calloc(1, sizeof(*collator));

	if (collator == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	collator->order = ucol_open(lang == NULL ? "" : lang, &status);
	ucol_setAttribute(
	    collator->order, UCOL_STRENGTH, UCOL_TERTIARY, &status);
	ucol_setAttribute(
	    collator->order, UCOL_NORMALIZATION_MODE, UCOL_ON, &status);
	if (U_FAILURE(status)) {
		ecs_err_set(err, 500, "collation", "no order of names: %s",
		    u_errorName(status));
		ecs_collator_free(collator);
		return NULL;
	}
	return collator;
}

void
ecs_collator_free(struct ecs_collator *collator)
{
	if (collator == NULL)
		return;
	if (collator->order != NULL)
		ucol_close(collator->order);
	free(collator->units);
	free(collator);
}

/* A text never has more units than bytes. */
static bool
make_room(struct ecs_collator *collator, size_t len)
{
	UChar *grown;

	if (len <= collator->room)
		return true;
	grown = realloc(collator->units, len * sizeof(*grown));
	if (grown == NULL)
		return false;
	collator->units = grown;
	collator->room = len;
	return true;
}

bool
ecs_collation_key(struct ecs_collator *collator, const char *text, size_t len,
    struct ecs_buf *key)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t count = 0;
	int32_t size;

	if (len > INT32_MAX / 8 || !make_room(collator, len + 1))
		return false;
	u_strFromUTF8WithSub(collator->units, (int32_t)collator->room, &count,
	    text, (int32_t)len, 0xFFFD, NULL, &status);
	if (U_FAILURE(status))
		return false;
	size =
	    ucol_getSortKey(collator->order, collator->units, count, NULL, 0);
	if (size <= 0 || !ecs_buf_reserve(key, (size_t)size))
		return false;
	ucol_getSortKey(collator->order, collator->units, count,
	    (uint8_t *)key->data + key->len, size);
	key->len += (size_t)size - 1; /* without ICU's NUL */
	return true;
}
