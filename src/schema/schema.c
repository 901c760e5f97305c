/* SPDX-License-Identifier: ISC */
/*
 * schema - load the schema file, then the vocabularies, then the collections.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

struct owner {
	atomic_int refs;
	struct ecs_arena *arena;
	struct ecs_vocabulary *vocabularies;
	const struct ecs_vocabulary **list;
	struct ecs_collection *collections;
};

static const struct member schema_members[] = {
    {"version", JSON_INTEGER, true},
    {"vocabularies", JSON_ARRAY, false},
    {"collections", JSON_ARRAY, true},
};

/* path beside the schema file, in the arena. */
static const char *
beside(struct ecs_arena *arena, const char *schema, const char *path)
{
	const char *slash = strrchr(schema, '/');
	size_t folder = slash == NULL ? 0 : (size_t)(slash - schema) + 1;
	char *joined;

	if (path[0] == '/')
		return ecs_arena_strdup(arena, path);
	joined = ecs_arena_alloc(arena, folder + strlen(path) + 1);
	if (joined == NULL)
		return NULL;
	memcpy(joined, schema, folder);
	memcpy(joined + folder, path, strlen(path));
	return joined;
}

/* What is read, and what instead of it. */
struct source {
	const char *path;
	const struct ecs_vocabulary_text *instead;
	size_t n;
};

static const struct ecs_vocabulary_text *
find_instead(const struct source *source, const char *name)
{
	for (size_t i = 0; i < source->n; i++)
		if (strcmp(source->instead[i].name, name) == 0)
			return &source->instead[i];
	return NULL;
}

/* The vocabulary of a file, or what stands instead of it. */
static json_t *
read_vocabulary(
    struct place *inside, const struct source *source, const char **text)
{
	const struct ecs_vocabulary_text *instead;
	json_t *root = ecs_schema_read_file(
	    inside->file, inside->arena, text, inside->err);
	const char *name = json_string_value(json_object_get(root, "name"));

	instead = name == NULL ? NULL : find_instead(source, name);
	if (instead == NULL)
		return root;
	inside->file = ecs_arena_strdup(inside->arena, name);
	json_decref(root);
	if (inside->file == NULL) {
		ecs_err_memory(inside->err);
		return NULL;
	}
	root = ecs_schema_read_text(
	    inside->file, instead->json, inside->arena, text, inside->err);
	name = json_string_value(json_object_get(root, "name"));
	if (root == NULL || name == NULL || strcmp(name, instead->name) == 0)
		return root; /* a missing name is told by whoever reads on */
	ecs_schema_fail(inside, "name", "must be \"%s\"", instead->name);
	json_decref(root);
	return NULL;
}

static bool
load_vocabulary(struct place *at, const struct source *source, json_t *path,
    struct ecs_schema *schema, struct owner *owner)
{
	struct ecs_vocabulary *vocabulary =
	    &owner->vocabularies[schema->nvocabularies];
	struct place inside = {.arena = at->arena, .err = at->err};
	const char *text;
	json_t *root;
	bool ok;

	if (!json_is_string(path))
		return ecs_schema_fail(at, "", "must be a file name");
	inside.file = beside(at->arena, source->path, json_string_value(path));
	if (inside.file == NULL)
		return ecs_err_memory(at->err);
	root = read_vocabulary(&inside, source, &text);
	if (root == NULL)
		return false;
	owner->list[schema->nvocabularies] = vocabulary;
	ok = ecs_vocabulary_read(&inside, root, text, vocabulary);
	json_decref(root);
	if (ok && ecs_schema_vocabulary(schema, vocabulary->name) != NULL)
		ok = ecs_schema_fail(&inside, "name", "\"%s\" is loaded twice",
		    vocabulary->name);
	/* Counted even when it failed, so that it is released. */
	schema->nvocabularies++;
	return ok;
}

static bool
load_vocabularies(struct place *at, const struct source *source, json_t *list,
    struct ecs_schema *schema, struct owner *owner)
{
	size_t n = json_array_size(list);

	owner->vocabularies =
	    ecs_arena_alloc(at->arena, (n + 1) * sizeof(*owner->vocabularies));
	owner->list =
	    ecs_arena_alloc(at->arena, (n + 1) * sizeof(*owner->list));
	if (owner->vocabularies == NULL || owner->list == NULL)
		return ecs_err_memory(at->err);
	schema->vocabularies = owner->list;
	for (size_t i = 0; i < n; i++) {
		struct place item = ecs_schema_item(at, i);

		if (!load_vocabulary(
			&item, source, json_array_get(list, i), schema, owner))
			return false;
	}
	return true;
}

static bool
load_collections(struct place *at, json_t *list, struct ecs_schema *schema,
    struct owner *owner)
{
	size_t n = json_array_size(list);

	if (n == 0 || n > ECS_MAX_COLLECTIONS)
		return ecs_schema_fail(at, "", "must hold 1 to %d collections",
		    ECS_MAX_COLLECTIONS);
	owner->collections =
	    ecs_arena_alloc(at->arena, n * sizeof(*owner->collections));
	if (owner->collections == NULL)
		return ecs_err_memory(at->err);
	schema->collections = owner->collections;
	for (size_t i = 0; i < n; i++) {
		struct place item = ecs_schema_item(at, i);

		if (!ecs_collection_read(&item, json_array_get(list, i), schema,
			&owner->collections[i]))
			return false;
		if (ecs_schema_collection(schema, owner->collections[i].name) !=
		    NULL)
			return ecs_schema_fail(&item, "name",
			    "\"%s\" stands here twice",
			    owner->collections[i].name);
		schema->ncollections++;
	}
	return true;
}

static bool
load(const struct source *source, struct ecs_schema *schema,
    struct owner *owner, struct ecs_err *err)
{
	const char *path = source->path;
	struct place at = {.file = path, .arena = owner->arena, .err = err};
	struct place vocabularies = ecs_schema_into(&at, "vocabularies");
	struct place collections = ecs_schema_into(&at, "collections");
	const char *text;
	json_t *root = ecs_schema_read_file(path, owner->arena, &text, err);
	bool ok = false;

	if (root == NULL)
		return false;
	if (!ecs_schema_members(&at, root, schema_members,
		sizeof(schema_members) / sizeof(schema_members[0])))
		goto out;
	if (json_integer_value(json_object_get(root, "version")) != 1) {
		ecs_schema_fail(&at, "version", "must be 1");
		goto out;
	}
	ok = load_vocabularies(&vocabularies, source,
		 json_object_get(root, "vocabularies"), schema, owner) &&
	    load_collections(&collections, json_object_get(root, "collections"),
		schema, owner);
out:
	json_decref(root);
	return ok;
}

static void
destroy(struct ecs_schema *schema)
{
	struct owner *owner = schema->owner;

	for (int i = 0; i < schema->nvocabularies; i++)
		ecs_vocabulary_release(&owner->vocabularies[i]);
	ecs_arena_free(owner->arena);
	free(owner);
	free(schema);
}

static struct ecs_schema *
load_source(const struct source *source, struct ecs_err *err)
{
	struct ecs_schema *schema = calloc(1, sizeof(*schema));
	struct owner *owner = calloc(1, sizeof(*owner));

	if (schema == NULL || owner == NULL) {
		free(schema);
		free(owner);
		ecs_err_memory(err);
		return NULL;
	}
	schema->owner = owner;
	atomic_init(&owner->refs, 1);
	owner->arena = ecs_arena_new();
	if (owner->arena != NULL)
		schema->path = ecs_arena_strdup(owner->arena, source->path);
	if (schema->path == NULL)
		ecs_err_memory(err);
	else if (load(source, schema, owner, err))
		return schema;
	destroy(schema);
	return NULL;
}

struct ecs_schema *
ecs_schema_load(const char *path, struct ecs_err *err)
{
	const struct source source = {.path = path};

	return load_source(&source, err);
}

struct ecs_schema *
ecs_schema_reload(const struct ecs_schema *schema,
    const struct ecs_vocabulary_text *instead, size_t n, struct ecs_err *err)
{
	const struct source source = {schema->path, instead, n};

	return load_source(&source, err);
}

bool
ecs_schema_fits(const struct ecs_schema *schema, const struct ecs_schema *other)
{
	if (schema->ncollections != other->ncollections)
		return false;
	for (int i = 0; i < schema->ncollections; i++)
		if (strcmp(schema->collections[i].name,
			other->collections[i].name) != 0 ||
		    strcmp(schema->collections[i].fingerprint,
			other->collections[i].fingerprint) != 0)
			return false;
	return true;
}

struct ecs_schema *
ecs_schema_ref(struct ecs_schema *schema)
{
	struct owner *owner = schema->owner;

	atomic_fetch_add(&owner->refs, 1);
	return schema;
}

void
ecs_schema_free(struct ecs_schema *schema)
{
	struct owner *owner = schema == NULL ? NULL : schema->owner;

	if (owner != NULL && atomic_fetch_sub(&owner->refs, 1) == 1)
		destroy(schema);
}

const struct ecs_collection *
ecs_schema_collection(const struct ecs_schema *schema, const char *name)
{
	for (int i = 0; i < schema->ncollections; i++)
		if (strcmp(schema->collections[i].name, name) == 0)
			return &schema->collections[i];
	return NULL;
}

const struct ecs_vocabulary *
ecs_schema_vocabulary(const struct ecs_schema *schema, const char *name)
{
	for (int i = 0; i < schema->nvocabularies; i++)
		if (strcmp(schema->vocabularies[i]->name, name) == 0)
			return schema->vocabularies[i];
	return NULL;
}
