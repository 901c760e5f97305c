/* SPDX-License-Identifier: ISC */
/*
 * stopdata - stop words as data, over those that are built in.
 *
 *	{"en": ["the", "a"],                    the whole list of a language
 *	 "fr": {"add": ["monsieur"], "remove": ["son"]}}    or changes to it
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "ecsearch/err.h"
#include "ecsearch/lang.h"

#include "stopwords.h"

enum { MOST_ADDED = 2000 };

struct reader {
	struct text_stops *stops;
	const char *source;
	char pointer[96];
	size_t added;
	struct ecs_err *err;
};

static bool
fail(struct reader *in, const char *reason)
{
	ecs_err_set(in->err, 422, "bad_stopwords", "%.80s: %s: %s", in->source,
	    in->pointer[0] == '\0' ? "(the whole)" : in->pointer, reason);
	return ecs_err_at(in->err, ECS_WHERE_POINTER, in->pointer, 0, 0);
}

/* Set or clear each word of a list that stands at the pointer. */
static bool
read_list(struct reader *in, int lang, json_t *list, bool on)
{
	size_t len = strlen(in->pointer);
	size_t i;
	json_t *item;

	if (!json_is_array(list))
		return fail(in, "must be an array of words");
	json_array_foreach (list, i, item) {
		snprintf(
		    in->pointer + len, sizeof(in->pointer) - len, "/%zu", i);
		if (!json_is_string(item))
			return fail(in, "must be a string");
		if (on && in->added++ == MOST_ADDED)
			return fail(in, "is one word too many");
		if (!text_stops_set(in->stops, lang, json_string_value(item),
			json_string_length(item), on))
			return fail(in, "must be one word of a usual length");
	}
	in->pointer[len] = '\0';
	return true;
}

static bool
read_changes(struct reader *in, int lang, json_t *changes)
{
	size_t len = strlen(in->pointer);
	const char *key;
	json_t *list;

	json_object_foreach (changes, key, list) {
		bool on = strcmp(key, "add") == 0;

		snprintf(in->pointer + len, sizeof(in->pointer) - len, "/%.24s",
		    key);
		if (!on && strcmp(key, "remove") != 0)
			return fail(in, "is neither \"add\" nor \"remove\"");
		if (!read_list(in, lang, list, on))
			return false;
	}
	return true;
}

static bool
read_langs(struct reader *in, json_t *root)
{
	const char *tag;
	json_t *value;

	if (!json_is_object(root))
		return fail(in, "must be an object of languages");
	json_object_foreach (root, tag, value) {
		int lang = ecs_lang_find(tag, strlen(tag));
		bool ok;

		snprintf(in->pointer, sizeof(in->pointer), "/%.24s", tag);
		if (lang == ECS_LANG_NONE)
			return fail(in, "is no official language of the EU");
		if (!json_is_object(value) && !json_is_array(value))
			return fail(in, "must be an array or an object");
		if (json_is_array(value))
			text_stops_clear(in->stops, lang);
		ok = json_is_array(value) ? read_list(in, lang, value, true)
					  : read_changes(in, lang, value);
		if (!ok)
			return false;
	}
	return true;
}

bool
text_stops_read(struct text_stops *stops, const char *json, const char *source,
    struct ecs_err *err)
{
	struct reader in = {.stops = stops, .source = source, .err = err};
	json_error_t why;
	json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, &why);
	bool ok = root != NULL && read_langs(&in, root);

	if (root == NULL) {
		ecs_err_set(err, 400, "bad_json",
		    "%.80s: line %d, column %d: %s", source, why.line,
		    why.column, why.text);
		ecs_err_at(err, ECS_WHERE_LINE, "",
		    why.line < 0 ? 0 : (uint32_t)why.line,
		    why.column < 0 ? 0 : (uint32_t)why.column);
	}
	json_decref(root);
	return ok;
}
