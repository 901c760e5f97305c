/* SPDX-License-Identifier: ISC */
#ifndef ECS_QUERY_NAMES_H
#define ECS_QUERY_NAMES_H
/*
 * Names of one or more words, found in what the person typed.
 *
 * A name is read as a query is, so that articles, apostrophes and hyphens fall
 * the same way in both.  Each of its words is kept by its keys: the folded
 * surface form, and its stems in the name's language.  A run of typed words is
 * the name when each shares a key with the name's word in its place: "reseau
 * intelligent" is "réseaux intelligents", but a German stem is never compared
 * with a French one.
 *
 * An abbreviation in capitals that is a common word when written small (AI, KI
 * and IT; ai is Italian for "to the") must be typed in capitals, or asked for
 * in the language it is of.
 */
#include "internal.h"

enum { MAX_NAME_WORDS = 12, MAX_TYPED_WORDS = 4 * MAX_LEAVES };

/* The keys of one word: "e" and the form, or "s", language and stem. */
struct word_keys {
	const char **key;
	size_t n;
};

/* ---- what was typed ---- */

struct typed_word {
	struct word_keys keys; /* none: no word of a name can stand here */
	size_t leaf;
	bool begins; /* its leaf */
	bool ends;
	bool capitals; /* typed without a small letter */
};

struct typed {
	const struct query_tree *tree;
	int lang; /* of the query; ECS_LANG_NONE: not told */
	struct typed_word words[MAX_TYPED_WORDS];
	size_t n;
};

struct ecs_names;

/*
 * Read the leaves of a tree, which is borrowed, to be compared with names
 * (NULL: with any).  NULL when memory ran out.
 */
struct typed *
ecs_typed_new(struct ecs_arena *arena, struct ecs_analyzer *analyzer,
    const struct ecs_names *names, const struct query_tree *tree, int lang);
/* The leaves [first, first + count) as they were typed, in the arena. */
const char *ecs_typed_text(struct ecs_arena *arena,
    const struct query_tree *tree, size_t first, size_t count);

/* ---- names ---- */

/* The leaves of a name's text, in the arena; NULL when memory ran out. */
const struct query_tree *ecs_name_read(struct ecs_arena *arena,
    struct ecs_analyzer *analyzer, const char *text, struct ecs_err *err);
size_t ecs_name_words(const struct query_tree *tree);
/* An abbreviation that is a common word when written small? */
bool ecs_name_is_ambiguous(
    const struct ecs_analyzer *analyzer, const struct query_tree *tree);

struct name {
	const void *owner; /* of what, and which of its things, it is a name */
	int which;
	const char *text; /* borrowed from whoever added it */
	int lang;
	bool ambiguous; /* means something else when written small */
	struct word_keys words[MAX_NAME_WORDS];
	size_t nwords;
};

struct ecs_names *ecs_names_new(struct ecs_err *err);
void ecs_names_free(struct ecs_names *names); /* NULL is allowed */
/*
 * Add a name; its text must outlive the names.  One of no word, or of more than
 * MAX_NAME_WORDS, is never found.
 */
bool ecs_names_add(struct ecs_names *names, struct ecs_analyzer *analyzer,
    const struct name *like, struct ecs_err *err);

/* A run of leaves that is a name. */
struct name_match {
	size_t first; /* leaf */
	size_t count;
	const struct name *name;
};

/* Find names in what was typed; returns how many, at most max. */
size_t ecs_names_find(const struct ecs_names *names, const struct typed *typed,
    struct name_match *matches, size_t max);
#endif
