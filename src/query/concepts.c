/* SPDX-License-Identifier: ISC */
/*
 * concepts - vocabulary names in any language lead to what carries the id.
 *
 * Each word of a label or alias is kept by its keys: the folded surface form,
 * and its stems in the language of the label.  A run of query words names a
 * concept when each shares a key with the label's word in its place, so
 * "réseaux intelligents" is found by "reseau intelligent" but a German stem is
 * never compared with a French one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "concepts.h"

enum {
	MAX_NAME_WORDS = 8,
	MAX_KEYS = 1 + 2 * ECS_LANGS, /* a form, two stems a language */
	KEY_BYTES = ECS_FORM_BYTES + 3
};

/* The keys of one word: "e" and the form, or "s", language and stem. */
struct word_keys {
	const char **key;
	size_t n;
};

struct name {
	const struct ecs_vocabulary *vocabulary;
	int concept;
	struct word_keys words[MAX_NAME_WORDS];
	size_t nwords;
};

/* Names that begin with a key. */
struct bucket {
	const char *key;
	const struct name **names;
	size_t n;
	size_t room;
	UT_hash_handle hh;
};

struct ecs_concepts {
	struct ecs_arena *arena;
	struct bucket *buckets; /* uthash head */
};

struct collector {
	struct ecs_arena *arena;
	struct word_keys *words;
	size_t max;
	bool failed;
};

static bool
has_key(const struct word_keys *word, const char *key)
{
	for (size_t i = 0; i < word->n; i++)
		if (strcmp(word->key[i], key) == 0)
			return true;
	return false;
}

static bool
keep_key(struct collector *in, struct word_keys *word, const char *key)
{
	/* Room for one language's keys at a time: few words have more. */
	if (word->n % 4 == 0) {
		const char **larger =
		    ecs_arena_alloc(in->arena, (word->n + 4) * sizeof(*larger));

		if (larger == NULL)
			return !(in->failed = true);
		if (word->n > 0)
			memcpy(larger, word->key, word->n * sizeof(*larger));
		word->key = larger;
	}
	word->key[word->n] = ecs_arena_strdup(in->arena, key);
	in->failed |= word->key[word->n] == NULL;
	word->n++;
	return !in->failed;
}

static bool
collect_form(void *user, const struct ecs_form *form)
{
	struct collector *in = user;
	struct word_keys *word;
	char key[KEY_BYTES + 1];

	if (form->token >= in->max || form->tokens != 1 ||
	    form->kind == ECS_FORM_ALTERNATE)
		return true;
	word = &in->words[form->token];
	snprintf(key, sizeof(key), "%s%s%.*s",
	    form->kind == ECS_FORM_EXACT ? "e" : "s",
	    form->kind == ECS_FORM_EXACT ? "" : ecs_lang_code(form->lang),
	    (int)form->len, form->text);
	if (word->n == MAX_KEYS || has_key(word, key))
		return true;
	return keep_key(in, word, key);
}

/* Make the keys of each word of text; returns the words, -1 on failure. */
static long
make_keys(struct ecs_analyzer *analyzer, struct ecs_arena *arena,
    const char *text, size_t len, int lang, struct word_keys *words, size_t max)
{
	struct collector in = {.arena = arena, .words = words, .max = max};
	long n = ecs_analyze(analyzer, text, len, lang, collect_form, &in);

	return in.failed ? -1 : n;
}

static bool
add_to_bucket(
    struct ecs_concepts *concepts, const char *key, const struct name *name)
{
	struct bucket *bucket;

	HASH_FIND_STR(concepts->buckets, key, bucket);
	if (bucket == NULL) {
		bucket = ecs_arena_alloc(concepts->arena, sizeof(*bucket));
		if (bucket == NULL)
			return false;
		bucket->key = key;
		HASH_ADD_KEYPTR(hh, concepts->buckets, bucket->key,
		    strlen(bucket->key), bucket);
	}
	if (bucket->n == bucket->room) {
		size_t room = bucket->room * 2 + 4;
		const struct name **names =
		    ecs_arena_alloc(concepts->arena, room * sizeof(*names));

		if (names == NULL)
			return false;
		if (bucket->n > 0)
			memcpy(
			    names, bucket->names, bucket->n * sizeof(*names));
		bucket->names = names;
		bucket->room = room;
	}
	bucket->names[bucket->n++] = name;
	return true;
}

static bool
add_name(struct ecs_concepts *concepts, struct ecs_analyzer *analyzer,
    const struct ecs_vocabulary *vocabulary, int concept, const char *text,
    int lang, struct ecs_err *err)
{
	struct name *name = ecs_arena_alloc(concepts->arena, sizeof(*name));
	long words;

	if (name == NULL)
		return ecs_err_memory(err);
	words = make_keys(analyzer, concepts->arena, text, strlen(text), lang,
	    name->words, MAX_NAME_WORDS);
	if (words < 0)
		return ecs_err_memory(err);
	if (words == 0 || words > MAX_NAME_WORDS)
		return true;
	name->vocabulary = vocabulary;
	name->concept = concept;
	name->nwords = (size_t)words;
	for (size_t i = 0; i < name->words[0].n; i++)
		if (!add_to_bucket(concepts, name->words[0].key[i], name))
			return ecs_err_memory(err);
	return true;
}

static bool
add_concept(struct ecs_concepts *concepts, struct ecs_analyzer *analyzer,
    const struct ecs_vocabulary *vocabulary, int index, struct ecs_err *err)
{
	const struct ecs_concept *concept = &vocabulary->concepts[index];

	for (int lang = 0; lang < ECS_LANGS; lang++)
		if (concept->labels.text[lang] != NULL &&
		    !add_name(concepts, analyzer, vocabulary, index,
			concept->labels.text[lang], lang, err))
			return false;
	for (size_t i = 0; i < concept->naliases; i++)
		if (!add_name(concepts, analyzer, vocabulary, index,
			concept->aliases[i].text, concept->aliases[i].lang,
			err))
			return false;
	return true;
}

/* Only vocabularies that some field is bound to lead anywhere. */
static bool
is_bound(
    const struct ecs_schema *schema, const struct ecs_vocabulary *vocabulary)
{
	for (int c = 0; c < schema->ncollections; c++) {
		const struct ecs_collection *collection =
		    &schema->collections[c];

		for (int f = 0; f < collection->nfields; f++)
			if (collection->fields[f].vocabulary == vocabulary &&
			    !collection->fields[f].open)
				return true;
	}
	return false;
}

struct ecs_concepts *
ecs_concepts_new(const struct ecs_schema *schema, struct ecs_analyzer *analyzer,
    struct ecs_err *err)
{
	struct ecs_concepts *concepts = calloc(1, sizeof(*concepts));

	if (concepts == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	concepts->arena = ecs_arena_new();
	if (concepts->arena == NULL) {
		ecs_err_memory(err);
		goto fail;
	}
	for (int v = 0; v < schema->nvocabularies; v++) {
		const struct ecs_vocabulary *vocabulary =
		    schema->vocabularies[v];

		if (!is_bound(schema, vocabulary))
			continue;
		for (size_t i = 0; i < vocabulary->nconcepts; i++)
			if (!add_concept(
				concepts, analyzer, vocabulary, (int)i, err))
				goto fail;
	}
	return concepts;
fail:
	ecs_concepts_free(concepts);
	return NULL;
}

void
ecs_concepts_free(struct ecs_concepts *concepts)
{
	if (concepts == NULL)
		return;
	HASH_CLEAR(hh, concepts->buckets);
	ecs_arena_free(concepts->arena);
	free(concepts);
}

/* ---- asking ---- */

struct finder {
	const struct ecs_concepts *concepts;
	const struct query_tree *tree;
	struct word_keys keys[MAX_LEAVES];
	struct concept_match *matches;
	size_t n;
};

static bool
shares_key(const struct word_keys *a, const struct word_keys *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (has_key(a, b->key[i]))
			return true;
	return false;
}

/* May this leaf be a word of a name? */
static bool
is_plain(const struct leaf *leaf)
{
	return (leaf->kind == LEAF_WORD || leaf->kind == LEAF_PREFIX) &&
	    leaf->npieces == 1 && leaf->field == NULL && !leaf->part;
}

static void
add_match(struct finder *in, size_t first, const struct name *name)
{
	for (size_t i = 0; i < in->n; i++)
		if (in->matches[i].first == first &&
		    in->matches[i].count == name->nwords &&
		    in->matches[i].vocabulary == name->vocabulary &&
		    in->matches[i].concept == name->concept)
			return;
	if (in->n == MAX_CONCEPT_MATCHES)
		return;
	in->matches[in->n++] = (struct concept_match){
	    first, name->nwords, name->vocabulary, name->concept};
}

static void
try_name(struct finder *in, size_t first, const struct name *name)
{
	if (first + name->nwords > in->tree->n)
		return;
	/* What is taken away is taken away word by word. */
	for (size_t i = 0; name->nwords > 1 && i < name->nwords; i++)
		if (in->tree->leaves[first + i].negative)
			return;
	for (size_t i = 1; i < name->nwords; i++)
		if (in->tree->leaves[first + i].apart)
			return;
	for (size_t i = 0; i < name->nwords; i++)
		if (!is_plain(&in->tree->leaves[first + i]) ||
		    !shares_key(&in->keys[first + i], &name->words[i]))
			return;
	add_match(in, first, name);
}

static void
try_bucket(struct finder *in, size_t first, const char *key)
{
	struct bucket *bucket;

	HASH_FIND_STR(in->concepts->buckets, key, bucket);
	for (size_t b = 0; bucket != NULL && b < bucket->n; b++)
		try_name(in, first, bucket->names[b]);
}

size_t
ecs_concepts_find(const struct ecs_concepts *concepts,
    struct ecs_analyzer *analyzer, const struct query_tree *tree,
    struct concept_match *matches)
{
	struct finder *in;
	struct ecs_arena *arena = ecs_arena_new();
	size_t n = 0;

	in = arena == NULL ? NULL : ecs_arena_alloc(arena, sizeof(*in));
	if (in == NULL || concepts == NULL)
		goto out;
	in->concepts = concepts;
	in->tree = tree;
	in->matches = matches;
	for (size_t i = 0; i < tree->n; i++) {
		const struct leaf *leaf = &tree->leaves[i];

		for (int lang = 0; is_plain(leaf) && lang < ECS_LANGS; lang++)
			make_keys(analyzer, arena, leaf->text, leaf->len, lang,
			    &in->keys[i], 1);
	}
	for (size_t i = 0; i < tree->n; i++)
		for (size_t k = 0; k < in->keys[i].n; k++)
			try_bucket(in, i, in->keys[i].key[k]);
	n = in->n;
out:
	ecs_arena_free(arena);
	return n;
}
