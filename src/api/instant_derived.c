/* SPDX-License-Identifier: ISC */
/*
 * instant_derived - what a hit has beside its document: where it is, and the
 * values of vocabularies by the names that the attributes FIELD.label and
 * FIELD.lvl0 ... count them under.
 */
#include <string.h>

#include "instant.h"

static void
cut_back(struct ecs_buf *buf, size_t len)
{
	if (!buf->failed)
		buf->len = len;
}

static void
write_place(struct instant_view *view, uint32_t row, struct ecs_buf *out)
{
	const struct ecs_collection *of = view->source->collection;

	for (int i = 0; i < of->ncolumns; i++) {
		double lat;
		double lon;

		if (of->columns[i]->type != ECS_GEO ||
		    of->columns[i]->is_private ||
		    !(ecs_instant_retrieves(view, "_geoloc", 7) ||
			ecs_instant_retrieves(view, of->columns[i]->name,
			    strlen(of->columns[i]->name))) ||
		    !ecs_column_geo(
			view->source->table, (size_t)i, row, &lat, &lon))
			continue;
		ecs_instant_begin_member(out, "_geoloc", 7);
		ecs_buf_puts(out, "{\"lat\":");
		ecs_buf_json_real(out, lat, 10);
		ecs_buf_puts(out, ",\"lng\":");
		ecs_buf_json_real(out, lon, 10);
		ecs_buf_putc(out, '}');
		return;
	}
}

/* The values of a field in a row. */
struct row_values {
	const struct ecs_table *table;
	const struct ecs_field *field;
	const uint32_t *ordinals;
	uint32_t n;
};

static struct row_values
values_of(const struct instant_view *view, const struct ecs_field *field,
    uint32_t row)
{
	struct row_values values = {
	    .table = view->source->table, .field = field};

	values.n = ecs_column_row(
	    values.table, (size_t)field->column, row, &values.ordinals);
	return values;
}

/* The concept of a value, -1 for one of its own; *id is how it is stored. */
static int
concept_of(
    const struct row_values *values, uint32_t i, const char **id, size_t *len)
{
	*id = ecs_column_text(values->table, (size_t)values->field->column,
	    values->ordinals[i], len);
	return ecs_vocabulary_find(values->field->vocabulary, *id, *len);
}

/* What is at this level above the concept of a value, or itself; -1: none. */
static int
at_level(const struct row_values *values, uint32_t i, int level)
{
	const struct ecs_vocabulary *vocabulary = values->field->vocabulary;
	const char *id;
	size_t len;
	int concept = concept_of(values, i, &id, &len);

	while (concept >= 0 && vocabulary->concepts[concept].depth > level)
		concept = vocabulary->concepts[concept].broader;
	return concept >= 0 && vocabulary->concepts[concept].depth == level
	    ? concept
	    : -1;
}

static bool
was_before(const struct row_values *values, uint32_t i, int level, int concept)
{
	for (uint32_t k = 0; k < i; k++)
		if (at_level(values, k, level) == concept)
			return true;
	return false;
}

static void
write_label_list(struct instant_view *view, const struct row_values *values,
    struct ecs_buf *out)
{
	for (uint32_t i = 0; i < values->n; i++) {
		const char *id;
		size_t len;
		int concept = concept_of(values, i, &id, &len);

		ecs_buf_reset(&view->text);
		if (concept < 0)
			ecs_buf_add(&view->text, id, len);
		else
			ecs_instant_name(values->field->vocabulary, concept,
			    INSTANT_LABEL, view->in->lang, &view->text);
		ecs_buf_puts(out, i > 0 ? "," : "");
		ecs_buf_json_string(out,
		    view->text.data == NULL ? "" : view->text.data,
		    view->text.len);
	}
}

/* Each concept of a level once, however many narrower ones there are. */
static void
write_level_list(struct instant_view *view, const struct row_values *values,
    int level, struct ecs_buf *out)
{
	const char *comma = "";

	for (uint32_t i = 0; i < values->n; i++) {
		int concept = at_level(values, i, level);

		if (concept < 0 || was_before(values, i, level, concept))
			continue;
		ecs_buf_reset(&view->text);
		ecs_instant_name(values->field->vocabulary, concept,
		    INSTANT_LEVEL, view->in->lang, &view->text);
		ecs_buf_puts(out, comma);
		ecs_buf_json_string(out,
		    view->text.data == NULL ? "" : view->text.data,
		    view->text.len);
		comma = ",";
	}
}

static int
deepest(const struct ecs_vocabulary *vocabulary)
{
	int depth = 0;

	for (size_t i = 0; i < vocabulary->nconcepts; i++)
		if (vocabulary->concepts[i].depth > depth)
			depth = vocabulary->concepts[i].depth;
	return depth;
}

static void
write_labels(struct instant_view *view, const struct ecs_field *field,
    uint32_t row, struct ecs_buf *out)
{
	struct row_values values = values_of(view, field, row);

	if (values.n == 0)
		return;
	ecs_instant_begin_member(out, field->name, strlen(field->name));
	if (field->multi)
		ecs_buf_putc(out, '[');
	write_label_list(view, &values, out);
	if (field->multi)
		ecs_buf_putc(out, ']');
}

static void
write_levels(struct instant_view *view, const struct ecs_field *field,
    uint32_t row, struct ecs_buf *out)
{
	struct row_values values = values_of(view, field, row);
	int last = deepest(field->vocabulary);

	if (last == 0 || values.n == 0)
		return;
	ecs_instant_begin_member(out, field->name, strlen(field->name));
	ecs_buf_putc(out, '{');
	for (int level = 0; level <= last; level++) {
		ecs_buf_printf(
		    out, "%s\"lvl%d\":[", level > 0 ? "," : "", level);
		write_level_list(view, &values, level, out);
		ecs_buf_putc(out, ']');
	}
	ecs_buf_putc(out, '}');
}

/* The values of every vocabulary by name. */
static void
write_derived(struct instant_view *view, uint32_t row, const char *member,
    void (*write)(struct instant_view *, const struct ecs_field *, uint32_t,
	struct ecs_buf *),
    struct ecs_buf *out)
{
	const struct ecs_collection *of = view->source->collection;
	size_t before = out->len;
	size_t empty;

	ecs_instant_begin_member(out, member, strlen(member));
	ecs_buf_putc(out, '{');
	empty = out->len;
	for (int i = 0; i < of->ncolumns; i++) {
		const struct ecs_field *field = of->columns[i];

		if (field->vocabulary != NULL && !field->is_private &&
		    (ecs_instant_retrieves(
			 view, field->name, strlen(field->name)) ||
			ecs_instant_retrieves(view, member, strlen(member))))
			write(view, field, row, out);
	}
	if (out->len == empty)
		cut_back(out, before);
	else
		ecs_buf_putc(out, '}');
}

void
ecs_instant_write_derived(
    struct instant_view *view, uint32_t row, struct ecs_buf *out)
{
	write_place(view, row, out);
	write_derived(view, row, "_labels", write_labels, out);
	write_derived(view, row, "_levels", write_levels, out);
}
