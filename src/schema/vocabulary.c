/* SPDX-License-Identifier: ISC */
/*
 * vocabulary - controlled words: ids, labels, other names, hierarchy.
 *
 * A vocabulary of countries or languages may leave its labels to ICU
 * ("icu": "region" or "language") and only list the ids.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include <uthash.h>

#include "ecsearch/lang.h"

#include "json.h"

struct entry {
	const char *id; /* borrowed from the concept */
	int index;
	UT_hash_handle hh;
};

struct lookup {
	struct entry *table; /* uthash head */
	struct entry *entries;
};

static const struct member vocabulary_members[] = {
    {"name", JSON_STRING, true},
    {"label", JSON_OBJECT, true},
    {"icu", JSON_STRING, false},
    {"values", JSON_ARRAY, true},
};

static const struct member concept_members[] = {
    {"id", JSON_STRING, true},
    {"label", JSON_OBJECT, false},
    {"aliases", JSON_OBJECT, false},
    {"broader", JSON_STRING, false},
    {"countries", JSON_ARRAY, false},
};

enum icu_names { NO_ICU, ICU_REGION, ICU_LANGUAGE };

/* The name ICU gives a region or language, in UTF-8 in the arena, or NULL. */
static const char *
icu_name(struct ecs_arena *arena, enum icu_names kind, const char *id,
    const char *lang)
{
	char locale[32];
	UChar name[128];
	char utf8[384];
	int32_t len;
	UErrorCode status = U_ZERO_ERROR;

	if (strlen(id) > 16)
		return NULL;
	if (kind == ICU_REGION) {
		snprintf(locale, sizeof(locale), "und-%s", id);
		len = uloc_getDisplayCountry(locale, lang, name, 128, &status);
	} else {
		len = uloc_getDisplayLanguage(id, lang, name, 128, &status);
	}
	if (U_FAILURE(status) || status == U_USING_DEFAULT_WARNING)
		return NULL;
	u_strToUTF8(utf8, sizeof(utf8), NULL, name, len, &status);
	if (U_FAILURE(status) || strcmp(utf8, id) == 0)
		return NULL;
	return ecs_arena_strdup(arena, utf8);
}

static void
label_by_icu(
    const struct place *at, enum icu_names kind, struct ecs_concept *concept)
{
	for (int lang = 0; lang < ECS_LANGS; lang++)
		if (concept->labels.text[lang] == NULL)
			concept->labels.text[lang] = icu_name(
			    at->arena, kind, concept->id, ecs_lang_code(lang));
}

static size_t
count_aliases(json_t *object)
{
	const char *key;
	json_t *list;
	size_t n = 0;

	json_object_foreach (object, key, list) {
		n += json_array_size(list);
	}
	return n;
}

static bool
read_alias_list(const struct place *at, const char *key, json_t *list,
    struct ecs_alias *aliases, size_t *n)
{
	int lang = ecs_lang_find(key, strlen(key));
	size_t i;
	json_t *item;

	if (lang == ECS_LANG_NONE)
		return ecs_schema_fail(
		    at, key, "is no official language of the EU");
	if (!json_is_array(list))
		return ecs_schema_fail(at, key, "must be an array");
	json_array_foreach (list, i, item) {
		const char *text = json_string_value(item);

		if (text == NULL || text[0] == '\0')
			return ecs_schema_fail(
			    at, key, "must hold strings that are not empty");
		aliases[*n].lang = lang;
		aliases[*n].text = ecs_arena_strdup(at->arena, text);
		if (aliases[(*n)++].text == NULL)
			return ecs_err_memory(at->err);
	}
	return true;
}

static bool
read_aliases(
    const struct place *at, json_t *object, struct ecs_concept *concept)
{
	struct ecs_alias *aliases;
	const char *key;
	json_t *list;

	if (object == NULL)
		return true;
	aliases = ecs_arena_alloc(
	    at->arena, (count_aliases(object) + 1) * sizeof(*aliases));
	if (aliases == NULL)
		return ecs_err_memory(at->err);
	concept->aliases = aliases;
	json_object_foreach (object, key, list) {
		if (!read_alias_list(
			at, key, list, aliases, &concept->naliases))
			return false;
	}
	return true;
}

static bool
read_covers(const struct place *at, json_t *list, struct ecs_concept *concept)
{
	const char **covers;
	size_t i;
	json_t *item;

	if (list == NULL)
		return true;
	covers = ecs_arena_alloc(
	    at->arena, (json_array_size(list) + 1) * sizeof(*covers));
	if (covers == NULL)
		return ecs_err_memory(at->err);
	json_array_foreach (list, i, item) {
		if (!json_is_string(item))
			return ecs_schema_fail(
			    at, "countries", "must hold strings");
		covers[i] =
		    ecs_arena_strdup(at->arena, json_string_value(item));
		if (covers[i] == NULL)
			return ecs_err_memory(at->err);
	}
	concept->covers = covers;
	concept->ncovers = json_array_size(list);
	return true;
}

static bool
read_concept(const struct place *at, json_t *object, enum icu_names icu,
    struct ecs_concept *concept)
{
	struct place label = ecs_schema_into(at, "label");
	struct place aliases = ecs_schema_into(at, "aliases");
	json_t *labels = json_object_get(object, "label");

	concept->broader = concept->first_narrower = concept->next_narrower =
	    -1;
	if (!ecs_schema_members(at, object, concept_members,
		sizeof(concept_members) / sizeof(concept_members[0])) ||
	    !ecs_schema_string(at, object, "id", &concept->id))
		return false;
	if (labels != NULL &&
	    !ecs_schema_labels(&label, labels, &concept->labels))
		return false;
	if (labels == NULL && icu == NO_ICU)
		return ecs_schema_fail(at, "", "needs \"label\"");
	if (icu != NO_ICU)
		label_by_icu(at, icu, concept);
	return read_aliases(
		   &aliases, json_object_get(object, "aliases"), concept) &&
	    read_covers(at, json_object_get(object, "countries"), concept);
}

static bool
index_concepts(const struct place *at, struct ecs_vocabulary *vocabulary)
{
	struct lookup *lookup = calloc(1, sizeof(*lookup));

	if (lookup == NULL)
		return ecs_err_memory(at->err);
	vocabulary->by_id = lookup;
	lookup->entries =
	    calloc(vocabulary->nconcepts + 1, sizeof(*lookup->entries));
	if (lookup->entries == NULL)
		return ecs_err_memory(at->err);
	for (size_t i = 0; i < vocabulary->nconcepts; i++) {
		struct place item = ecs_schema_item(at, i);
		struct entry *entry = &lookup->entries[i];

		entry->id = vocabulary->concepts[i].id;
		entry->index = (int)i;
		if (ecs_vocabulary_find(
			vocabulary, entry->id, strlen(entry->id)) >= 0)
			return ecs_schema_fail(
			    &item, "id", "\"%s\" stands here twice", entry->id);
		HASH_ADD_KEYPTR(
		    hh, lookup->table, entry->id, strlen(entry->id), entry);
	}
	return true;
}

static bool
link_broader(const struct place *at, json_t *values,
    struct ecs_vocabulary *vocabulary, struct ecs_concept *concepts)
{
	/* Backwards, so that the narrower ones are listed in file order. */
	for (size_t i = vocabulary->nconcepts; i-- > 0;) {
		struct place item = ecs_schema_item(at, i);
		const char *broader = json_string_value(
		    json_object_get(json_array_get(values, i), "broader"));
		int up;

		if (broader == NULL)
			continue;
		up = ecs_vocabulary_find(vocabulary, broader, strlen(broader));
		if (up < 0 || up == (int)i)
			return ecs_schema_fail(&item, "broader",
			    "\"%s\" is no other id of this vocabulary",
			    broader);
		concepts[i].broader = up;
		concepts[i].next_narrower = concepts[up].first_narrower;
		concepts[up].first_narrower = (int)i;
	}
	for (size_t i = 0; i < vocabulary->nconcepts; i++) {
		struct place item = ecs_schema_item(at, i);
		int depth = 0;

		for (int up = concepts[i].broader; up >= 0;
		     up = concepts[up].broader)
			if (++depth > 16)
				return ecs_schema_fail(&item, "broader",
				    "leads round in a circle");
		concepts[i].depth = depth;
	}
	return true;
}

static bool
read_icu(const struct place *at, json_t *root, enum icu_names *icu)
{
	const char *name = json_string_value(json_object_get(root, "icu"));

	*icu = NO_ICU;
	if (name == NULL)
		return true;
	if (strcmp(name, "region") == 0)
		*icu = ICU_REGION;
	else if (strcmp(name, "language") == 0)
		*icu = ICU_LANGUAGE;
	else
		return ecs_schema_fail(
		    at, "icu", "must be \"region\" or \"language\"");
	return true;
}

bool
ecs_vocabulary_read(struct place *at, json_t *root, const char *source,
    struct ecs_vocabulary *vocabulary)
{
	struct place label = ecs_schema_into(at, "label");
	struct place list = ecs_schema_into(at, "values");
	json_t *values = json_object_get(root, "values");
	struct ecs_concept *concepts;
	enum icu_names icu;

	if (!ecs_schema_members(at, root, vocabulary_members,
		sizeof(vocabulary_members) / sizeof(vocabulary_members[0])) ||
	    !ecs_schema_string(at, root, "name", &vocabulary->name) ||
	    !ecs_schema_labels(
		&label, json_object_get(root, "label"), &vocabulary->labels) ||
	    !read_icu(at, root, &icu))
		return false;
	vocabulary->source = source;
	vocabulary->nconcepts = json_array_size(values);
	concepts = ecs_arena_alloc(
	    at->arena, (vocabulary->nconcepts + 1) * sizeof(*concepts));
	if (concepts == NULL)
		return ecs_err_memory(at->err);
	vocabulary->concepts = concepts;
	for (size_t i = 0; i < vocabulary->nconcepts; i++) {
		struct place item = ecs_schema_item(&list, i);

		if (!read_concept(
			&item, json_array_get(values, i), icu, &concepts[i]))
			return false;
	}
	return index_concepts(&list, vocabulary) &&
	    link_broader(&list, values, vocabulary, concepts);
}

void
ecs_vocabulary_release(struct ecs_vocabulary *vocabulary)
{
	struct lookup *lookup = vocabulary->by_id;

	if (lookup == NULL)
		return;
	HASH_CLEAR(hh, lookup->table);
	free(lookup->entries);
	free(lookup);
	vocabulary->by_id = NULL;
}

int
ecs_vocabulary_find(
    const struct ecs_vocabulary *vocabulary, const char *id, size_t len)
{
	struct lookup *lookup = vocabulary->by_id;
	struct entry *entry;

	HASH_FIND(hh, lookup->table, id, len, entry);
	return entry == NULL ? -1 : entry->index;
}

const char *
ecs_vocabulary_nearest(const struct ecs_vocabulary *vocabulary, const char *id)
{
	const char *nearest = NULL;
	size_t n = vocabulary->nconcepts;
	const char **ids = calloc(n + 1, sizeof(*ids));

	if (ids == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		ids[i] = vocabulary->concepts[i].id;
	nearest = ecs_nearest_word(id, ids, n);
	free(ids);
	return nearest;
}

int
ecs_vocabulary_covering(
    const struct ecs_vocabulary *vocabulary, const char *value, size_t len)
{
	for (size_t i = 0; i < vocabulary->nconcepts; i++) {
		const struct ecs_concept *concept = &vocabulary->concepts[i];

		for (size_t c = 0; c < concept->ncovers; c++)
			if (strlen(concept->covers[c]) == len &&
			    memcmp(concept->covers[c], value, len) == 0)
				return (int)i;
	}
	return -1;
}

const char *
ecs_label(const struct ecs_labels *labels, int lang, const char *fallback)
{
	int english = ecs_lang_find("en", 2);

	if (lang >= 0 && lang < ECS_LANGS && labels->text[lang] != NULL)
		return labels->text[lang];
	if (labels->text[english] != NULL)
		return labels->text[english];
	for (int i = 0; i < ECS_LANGS; i++)
		if (labels->text[i] != NULL)
			return labels->text[i];
	return fallback;
}
