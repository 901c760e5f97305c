/* SPDX-License-Identifier: ISC */
/*
 * names - runs of words, compared by the keys of each word.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <uthash.h>

#include "names.h"

enum {
	MAX_KEYS = 1 + 3 * ECS_LANGS, /* a form, three stems a language */
	KEY_BYTES = ECS_FORM_BYTES + 3,
	BEGINNING = 3, /* bytes; no stem changes what a word begins with */
	BEGINNINGS = 4096,
	ALIKE = 4, /* letters of two forms of one word */
	SHORT = 2  /* letters of an abbreviation that is always a word too */
};

/* Names that begin with a key. */
struct bucket {
	const char *key;
	const struct name **names;
	size_t n;
	size_t room;
	UT_hash_handle hh;
};

struct ecs_names {
	struct ecs_arena *arena;
	struct ecs_arena *scratch; /* of the name being read */
	struct bucket *buckets;    /* uthash head */
	/*
	 * In which languages some word of a name begins like this, by a hash
	 * of the beginning: a word is stemmed in no others.
	 */
	uint32_t begins[BEGINNINGS];
};

/* ---- keys ---- */

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

/* Add the keys in one language of each word of a leaf of max words. */
static bool
add_keys(struct ecs_analyzer *analyzer, struct ecs_arena *arena,
    const struct leaf *leaf, int lang, struct word_keys *words)
{
	struct collector in = {
	    .arena = arena, .words = words, .max = leaf->npieces};

	return ecs_analyze(analyzer, leaf->text, leaf->len, lang, collect_form,
		   &in) >= 0 &&
	    !in.failed;
}

static uint32_t
beginning_of(const char *text, size_t len)
{
	uint32_t hash = 0;

	for (size_t i = 0; i < len && i < BEGINNING; i++)
		hash = hash * 31 + (unsigned char)text[i];
	return hash % BEGINNINGS;
}

/* Irish changes the beginning too: bhFrainc is Frainc. */
static uint32_t
changing_langs(void)
{
	return UINT32_C(1) << ecs_lang_find("ga", 2);
}

/* The languages in which a leaf may have a stem in common with a name. */
static uint32_t
langs_of(const struct ecs_names *names, const struct leaf *leaf)
{
	uint32_t langs = changing_langs();

	if (names == NULL)
		return UINT32_MAX;
	for (size_t i = 0; i < leaf->npieces; i++)
		langs |=
		    names->begins[beginning_of(leaf->pieces[i], leaf->lens[i])];
	return langs;
}

/* Capital letters, and no small ones? */
static bool
is_capitals(const char *text, size_t len)
{
	bool capitals = false;
	size_t i = 0;

	while (i < len) {
		UChar32 c;

		U8_NEXT((const uint8_t *)text, i, len, c);
		if (u_islower(c))
			return false;
		capitals |= u_isupper(c);
	}
	return capitals;
}

/* ---- what was typed ---- */

/* May this leaf be words of a name? */
static bool
is_plain(const struct leaf *leaf)
{
	return (leaf->kind == LEAF_WORD || leaf->kind == LEAF_PREFIX) &&
	    leaf->field == NULL;
}

static bool
read_leaf(struct typed *typed, struct ecs_arena *arena,
    struct ecs_analyzer *analyzer, const struct ecs_names *names, size_t index)
{
	const struct leaf *leaf = &typed->tree->leaves[index];
	size_t n = is_plain(leaf) ? leaf->npieces : 1;
	struct word_keys keys[MAX_PIECES] = {{0}};
	uint32_t langs = is_plain(leaf) ? langs_of(names, leaf) : 0;

	/* The pieces of a name are words of the leaf before. */
	if (leaf->part || typed->n + n > MAX_TYPED_WORDS)
		return true;
	/* As written, whatever the language; then its stems. */
	if (is_plain(leaf) &&
	    !add_keys(analyzer, arena, leaf, ECS_LANG_NONE, keys))
		return false;
	for (int lang = 0; lang < ECS_LANGS; lang++)
		if ((langs >> lang & 1) != 0 &&
		    !add_keys(analyzer, arena, leaf, lang, keys))
			return false;
	for (size_t i = 0; i < n; i++)
		typed->words[typed->n++] = (struct typed_word){.keys = keys[i],
		    .leaf = index,
		    .begins = i == 0,
		    .ends = i + 1 == n,
		    .capitals = is_capitals(leaf->text, leaf->len)};
	return true;
}

struct typed *
ecs_typed_new(struct ecs_arena *arena, struct ecs_analyzer *analyzer,
    const struct ecs_names *names, const struct query_tree *tree, int lang)
{
	struct typed *typed = ecs_arena_alloc(arena, sizeof(*typed));

	if (typed == NULL)
		return NULL;
	typed->tree = tree;
	typed->lang = lang;
	for (size_t i = 0; i < tree->n; i++)
		if (!read_leaf(typed, arena, analyzer, names, i))
			return NULL;
	return typed;
}

const char *
ecs_typed_text(struct ecs_arena *arena, const struct query_tree *tree,
    size_t first, size_t count)
{
	const struct leaf *from = &tree->leaves[first];
	const struct leaf *to = &tree->leaves[first + count - 1];

	/* Leaves of one query lie in one text, in order. */
	return ecs_arena_strndup(
	    arena, from->text, (size_t)(to->text + to->len - from->text));
}

/* ---- names ---- */

struct ecs_names *
ecs_names_new(struct ecs_err *err)
{
	struct ecs_names *names = calloc(1, sizeof(*names));

	if (names == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	names->arena = ecs_arena_new();
	names->scratch = ecs_arena_new();
	if (names->arena != NULL && names->scratch != NULL)
		return names;
	ecs_err_memory(err);
	ecs_names_free(names);
	return NULL;
}

void
ecs_names_free(struct ecs_names *names)
{
	if (names == NULL)
		return;
	HASH_CLEAR(hh, names->buckets);
	ecs_arena_free(names->arena);
	ecs_arena_free(names->scratch);
	free(names);
}

static bool
add_to_bucket(struct ecs_names *names, const char *key, const struct name *name)
{
	struct bucket *bucket;

	HASH_FIND_STR(names->buckets, key, bucket);
	if (bucket == NULL) {
		bucket = ecs_arena_alloc(names->arena, sizeof(*bucket));
		if (bucket == NULL)
			return false;
		bucket->key = key;
		HASH_ADD_KEYPTR(hh, names->buckets, bucket->key,
		    strlen(bucket->key), bucket);
	}
	if (bucket->n == bucket->room) {
		size_t room = bucket->room * 2 + 4;
		const struct name **larger =
		    ecs_arena_alloc(names->arena, room * sizeof(*larger));

		if (larger == NULL)
			return false;
		if (bucket->n > 0)
			memcpy(
			    larger, bucket->names, bucket->n * sizeof(*larger));
		bucket->names = larger;
		bucket->room = room;
	}
	bucket->names[bucket->n++] = name;
	return true;
}

const struct query_tree *
ecs_name_read(struct ecs_arena *arena, struct ecs_analyzer *analyzer,
    const char *text, struct ecs_err *err)
{
	struct query_tree *tree = ecs_arena_alloc(arena, sizeof(*tree));
	struct leaf_maker maker = {.arena = arena,
	    .analyzer = analyzer,
	    .q = text,
	    .len = strlen(text),
	    .tree = tree,
	    .err = err};
	bool ok = tree != NULL && ecs_leaves_add_words(&maker, 0, maker.len);

	ecs_leaves_fini(&maker);
	return ok ? tree : NULL;
}

size_t
ecs_name_words(const struct query_tree *tree)
{
	size_t n = tree->truncated ? MAX_LEAVES : 0;

	for (size_t i = 0; i < tree->n; i++)
		n += tree->leaves[i].part ? 0 : tree->leaves[i].npieces;
	return n;
}

bool
ecs_name_is_ambiguous(
    const struct ecs_analyzer *analyzer, const struct query_tree *tree)
{
	const struct leaf *leaf = &tree->leaves[0];

	return tree->n == 1 && leaf->npieces == 1 &&
	    is_capitals(leaf->text, leaf->len) &&
	    (ecs_count_characters(leaf->text, leaf->len) <= SHORT ||
		ecs_stop_langs(analyzer, leaf->pieces[0], leaf->lens[0]) != 0);
}

/* How the stems of its words begin. */
static void
note_beginnings(struct ecs_names *names, const struct name *name)
{
	for (size_t w = 0; name->lang >= 0 && w < name->nwords; w++)
		for (size_t k = 0; k < name->words[w].n; k++) {
			const char *key = name->words[w].key[k];

			if (key[0] == 's')
				names->begins[beginning_of(
				    key + 3, strlen(key + 3))] |= UINT32_C(1)
				    << name->lang;
		}
}

static bool
read_words(struct ecs_names *names, struct ecs_analyzer *analyzer,
    const struct query_tree *tree, struct name *name)
{
	for (size_t i = 0; i < tree->n; i++) {
		const struct leaf *leaf = &tree->leaves[i];

		if (leaf->part)
			continue;
		if (!add_keys(analyzer, names->arena, leaf, name->lang,
			&name->words[name->nwords]))
			return false;
		name->nwords += leaf->npieces;
	}
	note_beginnings(names, name);
	for (size_t i = 0; i < name->words[0].n; i++)
		if (!add_to_bucket(names, name->words[0].key[i], name))
			return false;
	return true;
}

bool
ecs_names_add(struct ecs_names *names, struct ecs_analyzer *analyzer,
    const struct name *like, struct ecs_err *err)
{
	const struct query_tree *tree;
	struct name *name;
	size_t n;

	ecs_arena_reset(names->scratch);
	tree = ecs_name_read(names->scratch, analyzer, like->text, err);
	n = tree == NULL ? 0 : ecs_name_words(tree);
	if (tree != NULL && (n == 0 || n > MAX_NAME_WORDS))
		return true;
	name = ecs_arena_alloc(names->arena, sizeof(*name));
	if (tree == NULL || name == NULL)
		return ecs_err_memory(err);
	*name = *like;
	name->ambiguous = ecs_name_is_ambiguous(analyzer, tree);
	return read_words(names, analyzer, tree, name) || ecs_err_memory(err);
}

/* ---- finding ---- */

struct finder {
	const struct typed *typed;
	struct name_match *matches;
	size_t n;
	size_t max;
};

/* The surface form among the keys, or "". */
static const char *
surface_of(const struct word_keys *word)
{
	for (size_t i = 0; i < word->n; i++)
		if (word->key[i][0] == 'e')
			return word->key[i] + 1;
	return "";
}

/* The next letter of a folded word; ae, oe, ue and aa are one. */
static char
next_letter(const char **at)
{
	char c = **at;

	if (c == '\0')
		return c;
	++*at;
	if (((c == 'a' || c == 'o' || c == 'u') && **at == 'e') ||
	    (c == 'a' && **at == 'a'))
		++*at;
	return c;
}

/*
 * Are two words with one stem alike where they begin?  A rule that takes the
 * end of any word off finds belkn in Belgia.
 */
static bool
begin_alike(const struct word_keys *a, const struct word_keys *b)
{
	const char *x = surface_of(a);
	const char *y = surface_of(b);

	for (int i = 0; i < ALIKE && *x != '\0' && *y != '\0'; i++)
		if (next_letter(&x) != next_letter(&y))
			return false;
	return true;
}

/* Irish changes the beginnings of words. */
static bool
is_irish(const char *key)
{
	return strncmp(key, "sga", 3) == 0;
}

static bool
shares_key(const struct word_keys *a, const struct word_keys *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (has_key(a, b->key[i]) &&
		    (b->key[i][0] == 'e' || is_irish(b->key[i]) ||
			begin_alike(a, b)))
			return true;
	return false;
}

/* One leaf may be taken away by a name of it, several only one by one. */
static bool
is_allowed(const struct typed *typed, size_t from, const struct name *name)
{
	const struct typed_word *word = &typed->words[from];
	size_t last = word[name->nwords - 1].leaf;

	for (size_t i = word->leaf; last > word->leaf && i <= last; i++)
		if (typed->tree->leaves[i].negative)
			return false;
	return !name->ambiguous || word->capitals ||
	    (typed->lang != ECS_LANG_NONE && typed->lang == name->lang);
}

static bool
is_here(const struct typed *typed, size_t from, const struct name *name)
{
	const struct typed_word *words = &typed->words[from];

	if (from + name->nwords > typed->n || !words[name->nwords - 1].ends)
		return false;
	for (size_t i = 0; i < name->nwords; i++)
		if (!shares_key(&words[i].keys, &name->words[i]) ||
		    (i > 0 && words[i].begins &&
			typed->tree->leaves[words[i].leaf].apart))
			return false;
	return is_allowed(typed, from, name);
}

static void
add_match(struct finder *in, size_t from, const struct name *name)
{
	const struct typed_word *words = &in->typed->words[from];
	struct name_match new = {.first = words->leaf,
	    .count = words[name->nwords - 1].leaf - words->leaf + 1,
	    .name = name};

	for (size_t i = 0; i < in->n; i++)
		if (in->matches[i].first == new.first &&
		    in->matches[i].count == new.count &&
		    in->matches[i].name->owner == name->owner &&
		    in->matches[i].name->which == name->which)
			return;
	if (in->n < in->max)
		in->matches[in->n++] = new;
}

size_t
ecs_names_find(const struct ecs_names *names, const struct typed *typed,
    struct name_match *matches, size_t max)
{
	struct finder in = {.typed = typed, .matches = matches, .max = max};

	for (size_t i = 0; i < typed->n; i++) {
		const struct word_keys *keys = &typed->words[i].keys;

		for (size_t k = 0; typed->words[i].begins && k < keys->n; k++) {
			struct bucket *bucket;

			HASH_FIND_STR(names->buckets, keys->key[k], bucket);
			for (size_t b = 0; bucket != NULL && b < bucket->n; b++)
				if (is_here(typed, i, bucket->names[b]))
					add_match(&in, i, bucket->names[b]);
		}
	}
	return in.n;
}
