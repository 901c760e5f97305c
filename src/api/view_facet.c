/* SPDX-License-Identifier: ISC */
/*
 * view_facet - a facet as JSON.
 */
#include <math.h>
#include <string.h>

#include "app.h"

static const char *
type_name(enum ecs_facet_type type)
{
	switch (type) {
	case ECS_FACET_VALUE:
		return "value";
	case ECS_FACET_RANGE:
		return "range";
	case ECS_FACET_HISTOGRAM:
		return "histogram";
	case ECS_FACET_TREE:
		return "tree";
	}
	return "value";
}

static bool
is_date(const struct ecs_facet *facet)
{
	return facet->field != NULL && facet->field->type == ECS_DATE;
}

/* A number, or a date as text; null for an open end. */
static void
write_number(const struct ecs_facet *facet, double number, struct ecs_buf *out)
{
	char date[32];

	if (!isfinite(number)) {
		ecs_buf_puts(out, "null");
	} else if (is_date(facet)) {
		ecs_format_date(number, date);
		ecs_buf_json_str(out, date);
	} else {
		ecs_buf_json_real(out, number, 15);
	}
}

static void
write_value(const struct ecs_facet *facet, const struct ecs_facet_value *value,
    struct ecs_buf *out)
{
	enum ecs_facet_type type = facet->request->type;

	ecs_buf_puts(out, "{\"value\":");
	if (value->text != NULL)
		ecs_buf_json_str(out, value->text);
	else
		write_number(facet, value->number, out);
	if (type == ECS_FACET_RANGE || type == ECS_FACET_HISTOGRAM) {
		ecs_buf_puts(out, ",\"from\":");
		write_number(facet, value->number, out);
		ecs_buf_puts(out, ",\"to\":");
		write_number(facet, value->to, out);
	}
	ecs_buf_puts(out, ",\"label\":");
	ecs_buf_json_str(out, value->label);
	ecs_buf_printf(out, ",\"count\":%u,\"selected\":%s", value->count,
	    value->selected ? "true" : "false");
	if (type == ECS_FACET_TREE) {
		ecs_buf_printf(out, ",\"depth\":%d,\"parent\":", value->depth);
		ecs_buf_json_str(out,
		    value->parent < 0 ? NULL
				      : facet->values[value->parent].text);
	}
	ecs_buf_putc(out, '}');
}

static void
write_stats(const struct ecs_facet *facet, struct ecs_buf *out)
{
	if (!facet->has_stats || facet->counted == 0) {
		ecs_buf_puts(out, "null");
		return;
	}
	ecs_buf_puts(out, "{\"min\":");
	write_number(facet, facet->min, out);
	ecs_buf_puts(out, ",\"max\":");
	write_number(facet, facet->max, out);
	if (!is_date(facet)) {
		ecs_buf_puts(out, ",\"sum\":");
		ecs_buf_json_real(out, facet->sum, 15);
	}
	ecs_buf_puts(out, ",\"avg\":");
	write_number(facet, facet->sum / facet->counted, out);
	ecs_buf_putc(out, '}');
}

void
ecs_view_facet(const struct ecs_facet *facet, int lang, struct ecs_buf *out)
{
	ecs_buf_puts(out, "{\"field\":");
	ecs_buf_json_str(out, facet->request->field);
	ecs_buf_puts(out, ",\"label\":");
	ecs_buf_json_str(out,
	    facet->field == NULL ? facet->request->field
				 : ecs_label(&facet->field->labels, lang,
				       facet->request->field));
	ecs_buf_printf(out,
	    ",\"type\":\"%s\",\"disjunctive\":%s,\"exact\":%s,"
	    "\"total_values\":%u,\"missing\":%u,\"values\":[",
	    type_name(facet->request->type),
	    facet->request->disjunctive ? "true" : "false",
	    facet->exact ? "true" : "false", facet->total_values,
	    facet->missing);
	for (size_t i = 0; i < facet->nvalues; i++) {
		if (i > 0)
			ecs_buf_putc(out, ',');
		write_value(facet, &facet->values[i], out);
	}
	ecs_buf_printf(out, "],\"other\":%u,\"stats\":", facet->other);
	write_stats(facet, out);
	ecs_buf_putc(out, '}');
}
