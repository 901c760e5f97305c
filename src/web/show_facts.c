/* SPDX-License-Identifier: ISC */
/*
 * show_facts - what a document says of itself, field by field as its schema
 * has them.
 *
 *	names    what completes: other names, below the title
 *	facts    values, each with a link to what else has it
 *	prose    texts
 *
 * For machines the same elements carry microdata (HTML, section 5) in the words
 * of schema.org: a script in the page would need a gap in its policy.
 */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "show.h"

/* The collections that the pages rely on, and what their documents are. */
static const struct {
	const char *collection;
	const char *type;
} types[] = {
    {"members", "https://schema.org/Organization"},
    {"groups", "https://schema.org/Organization"},
    {"agenda", "https://schema.org/CreativeWork"},
};

/* What a field is to schema.org. */
static const struct {
	const char *field;
	const char *property;
} properties[] = {
    {"short_name", "alternateName"},
    {"aliases", "alternateName"},
    {"profile", "description"},
    {"description", "description"},
    {"country", "address"},
    {"city", "address"},
    {"founded", "foundingDate"},
    {"website", "url"},
    {"date", "datePublished"},
    {"lang", "inLanguage"},
    {"publisher", "publisher"},
    {"authors", "author"},
    {"edition", "version"},
};

const char *
ecs_show_type(const struct show *show)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i].collection, show->collection->name) == 0)
			return types[i].type;
	return "https://schema.org/Thing";
}

/* itemprop="...", where the field has one. */
static void
write_property(const struct show *show, const struct ecs_field *field)
{
	for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
		if (strcmp(properties[i].field, field->name) == 0)
			ecs_buf_printf(show->page->out, " itemprop=\"%s\"",
			    properties[i].property);
}

static const json_t *
value_of(const struct show *show, const struct ecs_field *field)
{
	return json_object_get(show->shown->document, field->name);
}

/* The ith value of a list, or the only one; NULL at the end. */
static const json_t *
item_of(const json_t *value, size_t i)
{
	if (json_is_array(value))
		return json_array_get(value, i);
	return i == 0 && !json_is_null(value) ? value : NULL;
}

/* ---- names ---- */

void
ecs_show_names_write(const struct show *show)
{
	struct ecs_buf *out = show->page->out;
	const char *before = "<p class=\"names\">";
	bool any = false;

	for (int f = 0; f < show->collection->nfields; f++) {
		const struct ecs_field *field = &show->collection->fields[f];
		const json_t *item;

		if (!field->completes || field == show->collection->title)
			continue;
		for (size_t i = 0;
		     (item = item_of(value_of(show, field), i)) != NULL; i++) {
			if (!json_is_string(item))
				continue;
			ecs_buf_puts(out, before);
			ecs_buf_puts(out, "<span");
			write_property(show, field);
			ecs_html_printf(
			    out, ">%s</span>", json_string_value(item));
			before = " · ";
			any = true;
		}
	}
	if (any)
		ecs_buf_puts(out, "</p>\n");
}

/* ---- facts ---- */

static bool
is_address(const char *text)
{
	return strncasecmp(text, "https://", 8) == 0 ||
	    strncasecmp(text, "http://", 7) == 0;
}

/* A link to another site, which our search does not answer for. */
static void
write_outside(const struct show *show, const struct ecs_field *field,
    const char *address, const char *text)
{
	ecs_html_printf(show->page->out,
	    "<a rel=\"nofollow noopener noreferrer\" href=\"%s\"", address);
	if (field != NULL)
		write_property(show, field);
	ecs_html_printf(show->page->out, ">%s</a>", text);
}

/* "https://www.example.org/" as "www.example.org". */
static void
write_address(
    const struct show *show, const struct ecs_field *field, const char *address)
{
	struct ecs_buf text = {0};

	ecs_buf_puts(&text, strstr(address, "//") + 2);
	if (!text.failed && text.len > 1 && text.data[text.len - 1] == '/' &&
	    strchr(text.data, '/') == text.data + text.len - 1)
		text.data[text.len - 1] = '\0';
	write_outside(show, field, address, text.failed ? address : text.data);
	ecs_buf_fini(&text);
}

/* Latitude and longitude, with a link to a map of the place. */
static bool
write_place(const struct show *show, const json_t *value)
{
	const json_t *lat = json_object_get(value, "lat");
	const json_t *lon = json_object_get(value, "lon");
	struct ecs_buf address = {0};

	if (!json_is_number(lat) || !json_is_number(lon))
		return false;
	ecs_buf_printf(&address,
	    "https://www.openstreetmap.org/?mlat=%.5f&mlon=%.5f#map=12/%.5f/%.5f",
	    json_number_value(lat), json_number_value(lon),
	    json_number_value(lat), json_number_value(lon));
	ecs_buf_printf(show->page->out, "%.4f, %.4f ", json_number_value(lat),
	    json_number_value(lon));
	if (!address.failed)
		write_outside(show, NULL, address.data,
		    ecs_words(show->page->tongue, TEXT_SHOW_ON_MAP));
	ecs_buf_fini(&address);
	return true;
}

static bool
is_facet(const struct show *show, const struct ecs_field *field)
{
	const struct ecs_showing *showing = &show->collection->showing;

	for (int i = 0; i < showing->nfacets; i++)
		if (showing->facets[i].field == field)
			return true;
	return false;
}

/* The value as the address of a search has it. */
static void
write_raw(struct ecs_buf *out, const json_t *value)
{
	double number = json_number_value(value);

	if (json_is_string(value))
		ecs_buf_puts(out, json_string_value(value));
	else
		ecs_buf_printf(
		    out, number == floor(number) ? "%.0f" : "%.10g", number);
}

/* Four digits are also years; longer numbers are grouped. */
static bool
write_text(
    const struct show *show, const struct ecs_field *field, const json_t *value)
{
	double number = json_number_value(value);

	if (json_is_number(value) && number == floor(number) &&
	    number >= 10000 && number < 1e15) {
		ecs_words_number(
		    show->page->out, show->page->tongue, (uint64_t)number);
		return true;
	}
	return ecs_value_write(show->page, field, value);
}

/* The value with a link to everything that has it. */
static bool
write_choice(
    const struct show *show, const struct ecs_field *field, const json_t *value)
{
	struct ecs_buf raw = {0};
	struct ecs_page_state other = {.schema = show->state->schema,
	    .collection = show->shown->collection,
	    .q = "",
	    .find = "",
	    .page = 1,
	    .tongue = show->state->tongue,
	    .tongue_given = show->state->tongue_given};
	bool any;

	write_raw(&raw, value);
	ecs_state_choose(&other, field, raw.failed ? "" : raw.data);
	ecs_buf_puts(show->page->out, "<a");
	ecs_state_href(show->page, &other);
	ecs_buf_putc(show->page->out, '>');
	any = write_text(show, field, value);
	ecs_buf_puts(show->page->out, "</a>");
	show->page->out->failed |= raw.failed;
	ecs_buf_fini(&raw);
	return any;
}

static bool
write_value(
    const struct show *show, const struct ecs_field *field, const json_t *value)
{
	const char *text = json_string_value(value);

	if (field->type == ECS_GEO)
		return write_place(show, value);
	if (text != NULL && is_address(text)) {
		write_address(show, field, text);
		return true;
	}
	if (text != NULL && text[0] == '\0')
		return false;
	if (json_is_boolean(value)) {
		ecs_html_text(show->page->out,
		    ecs_words(show->page->tongue,
			json_is_true(value) ? TEXT_YES : TEXT_NO));
		return true;
	}
	if (is_facet(show, field))
		return write_choice(show, field, value);
	return write_text(show, field, value);
}

static void
write_fact(const struct show *show, const struct ecs_field *field)
{
	struct ecs_buf *out = show->page->out;
	const json_t *value = value_of(show, field);
	const json_t *item;
	size_t begun = out->len;
	bool any = false;

	ecs_html_printf(
	    out, "<div><dt>%s</dt>", ecs_field_label(show->page, field));
	for (size_t i = 0; (item = item_of(value, i)) != NULL; i++) {
		size_t before = out->len;

		ecs_buf_puts(out, "<dd");
		if (field->type != ECS_URL)
			write_property(show, field);
		ecs_buf_putc(out, '>');
		if (write_value(show, field, item)) {
			ecs_buf_puts(out, "</dd>");
			any = true;
		} else if (!out->failed) {
			out->len = before;
		}
	}
	ecs_buf_puts(out, "</div>\n");
	if (!any && !out->failed)
		out->len = begun;
}

/* Is it one of the values, not a name or prose or the id? */
static bool
is_fact(const struct show *show, const struct ecs_field *field)
{
	const struct ecs_collection *of = show->collection;

	if (field == of->title || field->completes || field->type == ECS_TEXT ||
	    field->type == ECS_SECTIONS || strcmp(field->name, "id") == 0)
		return false;
	/* A date says its year. */
	if (strcmp(field->name, "year") == 0 &&
	    json_object_get(show->shown->document, "date") != NULL)
		return false;
	/* The language of a short text is seen. */
	return field != of->lang || of->sections != NULL;
}

void
ecs_show_facts_write(const struct show *show)
{
	struct ecs_buf *out = show->page->out;
	size_t begun = out->len;
	size_t before;

	ecs_html_printf(out,
	    "<div class=\"about\"><h2 class=\"unseen\">%s</h2><dl>\n",
	    ecs_words(show->page->tongue, TEXT_ABOUT));
	before = out->len;
	for (int i = 0; i < show->collection->nfields; i++)
		if (is_fact(show, &show->collection->fields[i]))
			write_fact(show, &show->collection->fields[i]);
	if (out->len == before && !out->failed)
		out->len = begun;
	else
		ecs_buf_puts(out, "</dl></div>\n");
}

/* ---- prose ---- */

static void
write_prose(
    const struct show *show, const struct ecs_field *field, const char *lang)
{
	struct ecs_buf *out = show->page->out;
	struct ecs_buf html = {0};
	const json_t *item;

	for (size_t i = 0; (item = item_of(value_of(show, field), i)) != NULL;
	     i++) {
		if (i > 0)
			ecs_buf_puts(&html, "\n\n");
		if (json_is_string(item))
			ecs_html_text(&html, json_string_value(item));
	}
	if (html.len > 0) {
		ecs_html_printf(out, "<section class=\"prose\"><h2>%s</h2><div",
		    ecs_field_label(show->page, field));
		if (lang != NULL)
			ecs_html_printf(out, " lang=\"%s\"", lang);
		write_property(show, field);
		ecs_buf_putc(out, '>');
		ecs_paragraphs_write(out, html.data);
		ecs_buf_puts(out, "</div></section>\n");
	}
	out->failed |= html.failed;
	ecs_buf_fini(&html);
}

void
ecs_show_prose_write(const struct show *show)
{
	const char *lang = ecs_show_lang(show);

	for (int i = 0; i < show->collection->nfields; i++) {
		const struct ecs_field *field = &show->collection->fields[i];

		if (field->type == ECS_TEXT && !field->completes &&
		    field != show->collection->title)
			write_prose(show, field, lang);
	}
}
