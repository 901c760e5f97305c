/* SPDX-License-Identifier: ISC */
/*
 * cite_api - a document or one of its passages as a citation.
 */
#include <stdlib.h>
#include <string.h>

#include "cite.h"
#include "passage_api.h"

struct cite {
	struct call *call;
	const struct cite_format *format;
	const char *passage; /* NULL: the whole document */
	json_t *document;    /* what the caller may see of it */
	json_t *place;       /* of the passage */
	json_t *changed;     /* what became of the passage */
	struct ecs_buf url;
};

static void
fini(struct cite *in)
{
	json_decref(in->document);
	json_decref(in->place);
	json_decref(in->changed);
	ecs_buf_fini(&in->url);
}

static json_t *
read_json(struct call *call, const struct ecs_buf *text)
{
	json_t *json =
	    text->failed ? NULL : json_loadb(text->data, text->len, 0, NULL);

	if (json == NULL)
		ecs_err_memory(&call->err);
	return json;
}

/* A field of several values may have been given as one. */
static bool
list_authors(json_t *document)
{
	json_t *authors = json_object_get(document, "authors");

	return !json_is_string(authors) ||
	    json_object_set_new(
		document, "authors", json_pack("[O]", authors)) == 0;
}

static bool
read_document(struct cite *in)
{
	struct call *call = in->call;
	struct ecs_buf text = {0};
	struct ecs_record record;
	bool has_hit;

	if (!ecs_call_record(call, &record))
		return false;
	has_hit = record.hit != NULL;
	ecs_view_document(call, call->collection,
	    has_hit ? record.hit : record.json,
	    has_hit ? record.hit_len : record.json_len, &text);
	in->document = read_json(call, &text);
	ecs_buf_fini(&text);
	return in->document != NULL &&
	    (list_authors(in->document) || ecs_err_memory(&call->err));
}

static bool
read_place(struct cite *in)
{
	struct passage_ask ask = {
	    .passage = in->passage, .changed = &in->changed};
	struct ecs_buf text = {0};
	bool ok;

	if (in->passage == NULL)
		return true;
	ok = ecs_passages_answer(in->call, &ask, &text);
	if (ok)
		in->place = read_json(in->call, &text);
	ecs_buf_fini(&text);
	return ok && in->place != NULL;
}

/* One segment of a path (RFC 3986: all but the unreserved is escaped). */
static void
add_segment(struct ecs_buf *out, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789-._~";

	ecs_buf_putc(out, '/');
	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) != NULL)
			ecs_buf_putc(out, *text);
		else
			ecs_buf_printf(out, "%%%02X", (unsigned char)*text);
	}
}

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

/* The permanent address, where the world's name of this daemon is known; else
 * where the document came from. */
static void
make_url(struct cite *in)
{
	const struct ecs_public_url *here = &in->call->app->public_url;

	if (here->origin[0] == '\0') {
		ecs_buf_puts(&in->url, text_of(in->document, "source"));
		return;
	}
	ecs_buf_printf(&in->url, "%s%s/show", here->origin, here->prefix);
	add_segment(&in->url, in->call->arguments[0]);
	add_segment(&in->url, in->call->arguments[1]);
	if (in->passage != NULL)
		add_segment(&in->url, in->passage);
}

static const char *
date_of(const json_t *document, char year[32])
{
	const char *date = text_of(document, "date");
	json_t *number = json_object_get(document, "year");

	if (date[0] != '\0' || !json_is_integer(number))
		return date;
	snprintf(year, 32, "%lld", (long long)json_integer_value(number));
	return year;
}

static bool
write(struct cite *in)
{
	struct call *call = in->call;
	const struct ecs_collection *of =
	    call->session->view->collections[call->collection].collection;
	const json_t *place = json_object_get(in->place, "passage");
	const json_t *page = json_object_get(place, "page");
	char year[32];
	const struct citation citation = {.id = call->arguments[1],
	    .kind = text_of(in->document, "kind"),
	    .title = text_of(in->document, of->title->name),
	    .edition = text_of(in->document, "edition"),
	    .date = date_of(in->document, year),
	    .lang = text_of(in->document, "lang"),
	    .publisher = text_of(in->document, "publisher"),
	    .authors = json_object_get(in->document, "authors"),
	    .url = in->url.data == NULL ? "" : in->url.data,
	    .passage = in->passage,
	    .section = text_of(place, "section"),
	    .page = json_is_integer(page) ? json_integer_value(page) : -1};
	struct ecs_buf *out = ecs_reply_body(call->reply);

	in->format->write(&citation, out);
	if (out->failed || in->url.failed)
		return ecs_err_memory(&call->err);
	ecs_reply_status(call->reply, 200);
	ecs_reply_header(call->reply, "Content-Type", in->format->type);
	ecs_call_send_etag(call);
	return true;
}

static bool
try_cite(struct cite *in)
{
	if (!read_document(in) || !read_place(in))
		return false;
	make_url(in);
	return write(in);
}

static bool
cite_again(struct cite *in)
{
	for (int i = 1; !try_cite(in); i++) {
		struct cite fresh = {.call = in->call,
		    .format = in->format,
		    .passage = in->passage};

		if (!ecs_call_moved(in->call) || i == MOVED_TRIES ||
		    !ecs_call_begin_again(in->call))
			return in->changed != NULL &&
			    ecs_former_answer(in->call, in->changed);
		fini(in);
		*in = fresh;
	}
	return true;
}

static bool
read_ask(struct cite *in)
{
	static const char *const names[] = {"format", "passage", NULL};
	const char *format;

	if (!ecs_call_only(in->call, names))
		return false;
	format = ecs_call_parameter(in->call, "format");
	in->format = ecs_cite_format(format == NULL ? "csl" : format);
	in->passage = ecs_call_parameter(in->call, "passage");
	if (in->format != NULL)
		return true;
	ecs_err_set(&in->call->err, 400, "bad_parameter",
	    "format: must be csl, bibtex or ris");
	return ecs_err_at(&in->call->err, ECS_WHERE_PARAMETER, "format", 0, 0);
}

bool
ecs_get_citation(struct call *call)
{
	struct cite in = {.call = call};
	struct ecs_buf canonical = {0};
	bool done = false;
	bool ok = read_ask(&in);

	if (ok) {
		ecs_buf_puts(&canonical, "cite ");
		ecs_buf_puts(&canonical, call->request->target);
		ok = ecs_call_etag(call, &canonical, &done);
		ecs_buf_fini(&canonical);
	}
	if (ok && !done)
		ok = cite_again(&in);
	fini(&in);
	return ok;
}
