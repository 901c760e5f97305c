/* SPDX-License-Identifier: ISC */
/*
 * csv - a cell of a table, safe to open in a spreadsheet.
 */
#include <string.h>

#include "app.h"

void
ecs_csv_cell(struct ecs_buf *out, const char *text, size_t len)
{
	bool formula = len > 0 && strchr("=+-@\t\r", text[0]) != NULL;
	bool quote = formula;

	for (size_t i = 0; i < len && !quote; i++)
		quote = strchr(",\"\r\n", text[i]) != NULL;
	if (!quote) {
		ecs_buf_add(out, text, len);
		return;
	}
	ecs_buf_putc(out, '"');
	if (formula)
		ecs_buf_putc(out, '\'');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			ecs_buf_putc(out, '"');
		ecs_buf_putc(out, text[i]);
	}
	ecs_buf_putc(out, '"');
}
