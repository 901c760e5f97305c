/* SPDX-License-Identifier: ISC */
/*
 * passage - what is stored with a passage's index entry.
 *
 *	id NUL page SP start SP end NUL lang NUL section NUL text
 */
#include <stdio.h>
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/layout.h"

void
ecs_passage_write(struct ecs_buf *out, const struct ecs_passage *passage)
{
	ecs_buf_printf(out, "%s%c%lld %u %u%c%s%c%s%c", passage->id, 0,
	    (long long)passage->page, passage->start, passage->end, 0,
	    passage->lang, 0, passage->section, 0);
	ecs_buf_add(out, passage->text, passage->len);
}

bool
ecs_passage_read(struct ecs_passage *passage, const char *data, size_t len)
{
	const char *part[5] = {data};
	long long page;

	for (int i = 1; i < 5; i++) {
		const char *end =
		    memchr(part[i - 1], 0, len - (size_t)(part[i - 1] - data));

		if (end == NULL)
			return false;
		part[i] = end + 1;
	}
	if (sscanf(part[1], "%lld %u %u", &page, &passage->start,
		&passage->end) != 3)
		return false;
	passage->id = part[0];
	passage->page = page;
	passage->lang = part[2];
	passage->section = part[3];
	passage->text = part[4];
	passage->len = len - (size_t)(part[4] - data);
	return true;
}
