/* SPDX-License-Identifier: ISC */
/*
 * group - collect records into documents.
 *
 * waiting is an object from key to {"document", "origin", "parts"}, in order of
 * first appearance (Jansson keeps the order); with lines "together" it holds
 * one key at most.  A document one of whose lines failed is null there: half a
 * document must not pass for a whole one.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"

#include "group.h"
#include "seen.h"

struct ecs_group {
	const struct ecs_map *map;
	struct ecs_grouping how;
	ecs_document_fn *fn;
	void *user;
	json_t *waiting;
	size_t size;          /* of what waits, about */
	struct ecs_seen seen; /* keys whose document was handed on */
};

struct ecs_group *
ecs_group_new(const struct ecs_map *map, ecs_document_fn *fn, void *user)
{
	struct ecs_group *group = calloc(1, sizeof(*group));

	if (group == NULL)
		return NULL;
	group->map = map;
	group->how = ecs_map_grouping(map);
	group->fn = fn;
	group->user = user;
	group->waiting = json_object();
	if (group->waiting == NULL) {
		free(group);
		return NULL;
	}
	return group;
}

void
ecs_group_free(struct ecs_group *group)
{
	if (group == NULL)
		return;
	ecs_seen_fini(&group->seen);
	json_decref(group->waiting);
	free(group);
}

/* Hand on one document with its parts in their place. */
static bool
hand_on(struct ecs_group *group, json_t *entry, struct ecs_err *err)
{
	json_t *document = json_object_get(entry, "document");
	json_t *parts = json_object_get(entry, "parts");
	json_int_t origin =
	    json_integer_value(json_object_get(entry, "origin"));

	if (json_is_null(entry))
		return true;
	if (json_array_size(parts) > 0 &&
	    json_object_set(document, group->how.into, parts) != 0)
		return ecs_err_memory(err);
	return group->fn(
	    group->user, json_incref(document), (uint64_t)origin, err);
}

bool
ecs_group_finish(struct ecs_group *group, struct ecs_err *err)
{
	const char *key;
	json_t *entry;

	json_object_foreach (group->waiting, key, entry) {
		if (!hand_on(group, entry, err))
			return false;
	}
	json_object_clear(group->waiting);
	group->size = 0;
	return true;
}

/* Begin the document of key; with "together" the one before is finished. */
static json_t *
begin(struct ecs_group *group, const char *key, const json_t *record,
    uint64_t origin, struct ecs_err *err)
{
	json_t *document, *entry;
	bool before = false;

	if (!group->how.anywhere && !ecs_group_finish(group, err))
		return NULL;
	if (!ecs_seen_add(&group->seen, key, &before)) {
		ecs_err_memory(err);
		return NULL;
	}
	if (before) {
		ecs_err_set(err, 422, "bad_group",
		    "the lines of \"%.80s\" do not stand together; say "
		    "\"lines\": \"anywhere\" in the map",
		    key);
		return NULL;
	}
	document = ecs_map_apply(group->map, record, err);
	if (document == NULL)
		return NULL;
	entry = json_pack("{sosIs[]}", "document", document, "origin",
	    (json_int_t)origin, "parts");
	if (entry == NULL ||
	    json_object_set_new(group->waiting, key, entry) != 0) {
		ecs_err_memory(err);
		return NULL;
	}
	return entry;
}

static bool
put(struct ecs_group *group, const char *key, const json_t *record,
    uint64_t origin, struct ecs_err *err)
{
	json_t *entry = json_object_get(group->waiting, key);

	if (json_is_null(entry))
		return ecs_err_set(err, 422, "bad_group",
		    "another line of the document \"%.80s\" failed", key);
	if (entry == NULL)
		entry = begin(group, key, record, origin, err);
	if (entry != NULL &&
	    ecs_map_parts(
		group->map, record, json_object_get(entry, "parts"), err))
		return true;
	if (err->status < 500)
		json_object_set_new(group->waiting, key, json_null());
	return false;
}

bool
ecs_group_put(struct ecs_group *group, const json_t *record, uint64_t origin,
    size_t size, struct ecs_err *err)
{
	json_t *key = ecs_map_key(group->map, record, err);
	bool ok;

	if (key == NULL)
		return false;
	ok = put(group, json_string_value(key), record, origin, err);
	json_decref(key);
	if (!ok)
		return false;
	group->size += size;
	if (group->size <= group->how.at_most)
		return true;
	return ecs_err_set(err, 400, "group_too_large",
	    "more than %zu MB wait to be grouped; sort the file or raise "
	    "at_most_mb",
	    group->how.at_most >> 20);
}
