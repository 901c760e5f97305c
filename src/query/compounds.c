/* SPDX-License-Identifier: ISC */
/*
 * compounds - words of which a typed word is a part.
 *
 * German, Dutch, Swedish, Danish, Finnish, Hungarian and Estonian write as one
 * word what others write as two.  A word is such a compound when it comes
 * apart without anything left over (parts.c) and its parts are not rarer than
 * it is (P. Koehn and K. Knight, Empirical Methods for Compound Splitting, EACL
 * 2003: a word is split where the geometric mean of its parts' frequencies is
 * highest, itself included).  So Software is no kind of Ware.
 */
#include "config.h" /* _GNU_SOURCE */

#include <math.h>
#include <string.h>

#include "ecsearch/layout.h"
#include "ecsearch/lexicon.h"

#include "parts.h"

enum {
	MOST_VARIANTS = 512, /* of one search */
	MOST_STEMS = 4
};

/* The leaf in hand as a word of one language. */
struct reading {
	struct part_reader parts;
	struct ecs_form stems[MOST_STEMS];
	char bytes[MOST_STEMS][ECS_FORM_BYTES + 1];
	size_t nstems;
};

struct expander {
	const struct ecs_search *search;
	const struct ecs_source *source;
	const struct ecs_query_context *context;
	struct ecs_arena *arena; /* of the answer */
	struct query_tree *tree;
	size_t leaf;
	struct reading readings[PART_LANGS];
	size_t nreadings;
	const struct reading *as; /* the reading in hand */
	/* What every compound of the leaf has in it. */
	const char *key;
	size_t key_len;
	size_t variants; /* so far */
	bool full;
	struct ecs_err *err;
	bool ok;
};

struct stem_look {
	const struct reading *as;
	bool found;
};

static bool
look_at_stem(void *user, const struct ecs_form *form)
{
	struct stem_look *look = user;

	for (size_t i = 0; form->kind == ECS_FORM_STEM && form->tokens == 1 &&
	     i < look->as->nstems;
	     i++)
		look->found |= look->as->stems[i].len == form->len &&
		    memcmp(look->as->stems[i].text, form->text, form->len) == 0;
	return true;
}

static bool
is_typed(const struct expander *in, const char *text, size_t len)
{
	const struct leaf *leaf = &in->tree->leaves[in->leaf];

	return leaf->lens[0] == len && memcmp(leaf->pieces[0], text, len) == 0;
}

static bool
has_stem(const struct expander *in, const char *text, size_t len)
{
	struct stem_look look = {.as = in->as};

	ecs_analyze(in->context->analyzer, text, len, in->as->parts.lang,
	    look_at_stem, &look);
	return look.found;
}

/* Is this the leaf as typed, or another form of it that the corpus has? */
static bool
is_the_leaf(const struct expander *in, const char *text, size_t len)
{
	return is_typed(in, text, len) ||
	    (ecs_parts_is_listed(&in->as->parts, text, len) &&
		has_stem(in, text, len));
}

/* ---- compounds that hold the leaf ---- */

static bool
has_variant(const struct expander *in, const struct ecs_lexicon_word *word)
{
	for (const struct variant *v = in->tree->variants; v != NULL;
	     v = v->next)
		if (v->first == in->leaf && v->lens[0] == word->len &&
		    memcmp(v->pieces[0], word->text, word->len) == 0)
			return true;
	return false;
}

static bool
add_variant(struct expander *in, const struct ecs_lexicon_word *word,
    size_t from, size_t to)
{
	const char **piece;
	size_t *len;
	struct variant variant = {.kind = VARIANT_COMPOUND,
	    .first = in->leaf,
	    .count = 1,
	    .len = word->len,
	    .npieces = 1,
	    .from = from,
	    .to = to};

	if (has_variant(in, word))
		return true;
	if (in->variants == MOST_VARIANTS) {
		in->full = true;
		return false;
	}
	variant.text = ecs_arena_strndup(in->arena, word->text, word->len);
	piece = ecs_arena_alloc(in->arena, sizeof(*piece));
	len = ecs_arena_alloc(in->arena, sizeof(*len));
	if (variant.text == NULL || piece == NULL || len == NULL) {
		in->ok = ecs_err_memory(in->err);
		return false;
	}
	*piece = variant.text;
	*len = variant.len;
	variant.pieces = piece;
	variant.lens = len;
	in->variants++;
	in->ok = ecs_tree_add_variant(in->tree, in->arena, &variant, in->err) !=
	    NULL;
	return in->ok;
}

/*
 * Where the leaf ends in word[from, end), which may have a linking element
 * behind it; 0 when it is another word.
 */
static size_t
end_of_leaf(const struct expander *in, const struct ecs_lexicon_word *word,
    size_t from, size_t end)
{
	const struct leaf *leaf = &in->tree->leaves[in->leaf];
	const char *text = word->text + from;
	size_t len = end - from;

	if (is_the_leaf(in, text, len))
		return end;
	for (const char *const *link = in->as->parts.joining->links;
	     *link != NULL; link++) {
		size_t n = strlen(*link);

		if (end < word->len && len >= n + PART_SHORTEST &&
		    memcmp(text + len - n, *link, n) == 0 &&
		    is_the_leaf(in, text, len - n))
			return end - n;
	}
	/* A form that is nowhere else is one of a word that is known. */
	return ecs_parts_is_listed(
		   &in->as->parts, leaf->pieces[0], leaf->lens[0]) &&
		has_stem(in, text, len)
	    ? end
	    : 0;
}

/* Is the leaf the part of word that begins at from?  Sets *to. */
static bool
is_part(const struct expander *in, const struct ecs_lexicon_word *word,
    size_t from, size_t *to)
{
	const struct leaf *leaf = &in->tree->leaves[in->leaf];
	size_t longest = leaf->lens[0] + 3;

	for (size_t end = from + in->key_len;
	     end <= word->len && end <= from + longest; end++) {
		struct part_split split = {
		    log(1 +
			ecs_lexicon_documents(in->source->lexicon,
			    leaf->pieces[0], leaf->lens[0])),
		    1};

		/* Something must be left, and enough to be a part. */
		if (end < word->len ? end + PART_SHORTEST > word->len
				    : from == 0)
			continue;
		*to = end_of_leaf(in, word, from, end);
		if (*to > 0 &&
		    ecs_parts_come_apart(
			&in->as->parts, word->text, 0, from, false, &split) &&
		    ecs_parts_come_apart(&in->as->parts, word->text, end,
			word->len, true, &split) &&
		    ecs_parts_are_plausible(&split, word->documents))
			return true;
	}
	return false;
}

/* Has the source texts of this language, and may they be meant? */
static bool
has_lang(const struct ecs_search *search, const struct ecs_source *source,
    const char *code)
{
	if (search->lang != ECS_LANG_NONE &&
	    search->lang != ecs_lang_find(code, strlen(code)))
		return false;
	return ecs_column_find_text(source->table,
		   ecs_langs_column(source->collection), code,
		   strlen(code)) != ECS_NO_ORDINAL;
}

/* Is the leaf, as the reading in hand has it, a part of word?  Where? */
static bool
find_part(const struct expander *in, const struct ecs_lexicon_word *word,
    size_t *from, size_t *to)
{
	const char *at = word->text;
	const char *end = word->text + word->len;

	while ((at = memmem(at, (size_t)(end - at), in->key, in->key_len)) !=
	    NULL) {
		*from = (size_t)(at - word->text);
		at++;
		if ((*from == 0 || *from >= PART_SHORTEST) &&
		    is_part(in, word, *from, to))
			return true;
	}
	return false;
}

static bool
look_at_word(void *user, const struct ecs_lexicon_word *word)
{
	struct expander *in = user;

	for (size_t i = 0; i < in->nreadings; i++) {
		size_t from;
		size_t to;

		in->as = &in->readings[i];
		if (ecs_parts_is_of_lang(
			&in->as->parts, word->text, word->len) &&
		    find_part(in, word, &from, &to))
			return add_variant(in, word, from, to);
	}
	return true;
}

static bool
keep_stem(void *user, const struct ecs_form *form)
{
	struct reading *as = user;
	struct ecs_form *stem = &as->stems[as->nstems];

	if (form->kind != ECS_FORM_STEM || form->tokens != 1 ||
	    as->nstems == MOST_STEMS)
		return true;
	*stem = *form;
	memcpy(as->bytes[as->nstems], form->text, form->len);
	stem->text = as->bytes[as->nstems++];
	return true;
}

/* How the languages of the source that write compounds read the leaf. */
static bool
read_leaf(struct expander *in)
{
	const struct leaf *leaf = &in->tree->leaves[in->leaf];
	bool known = ecs_lexicon_documents(in->source->lexicon, leaf->pieces[0],
			 leaf->lens[0]) > 0;

	in->nreadings = 0;
	for (size_t j = 0; j < PART_LANGS; j++) {
		struct reading *as = &in->readings[in->nreadings];

		if (!has_lang(
			in->search, in->source, ecs_parts_joining(j)->lang))
			continue;
		as->parts = (struct part_reader){in->source,
		    in->context->analyzer, ecs_parts_joining(j),
		    ecs_lang_find(ecs_parts_joining(j)->lang, 2)};
		as->nstems = 0;
		in->as = as;
		if (ecs_analyze(in->context->analyzer, leaf->text, leaf->len,
			as->parts.lang, keep_stem, as) < 0)
			return ecs_err_memory(in->err);
		/* A word that only texts of other languages have is theirs. */
		if (!ecs_parts_is_debris(
			&in->as->parts, leaf->pieces[0], leaf->lens[0]) &&
		    (!known ||
			ecs_parts_is_of_lang(
			    &in->as->parts, leaf->pieces[0], leaf->lens[0])))
			in->nreadings++;
	}
	return true;
}

/*
 * What all stems begin with, but for the last letter, which may change
 * (systeem, systemen).
 */
static void
choose_key(struct expander *in)
{
	const struct leaf *leaf = &in->tree->leaves[in->leaf];
	size_t len = leaf->lens[0];

	in->key = leaf->pieces[0];
	for (size_t r = 0; r < in->nreadings; r++)
		for (size_t i = 0; i < in->readings[r].nstems; i++) {
			const struct ecs_form *stem = &in->readings[r].stems[i];
			size_t same = 0;

			while (same < len && same < stem->len &&
			    stem->text[same] == in->key[same])
				same++;
			/* Others are of a spelling that no form has. */
			if (same >= PART_SHORTEST)
				len = same;
		}
	if (len > PART_SHORTEST)
		len--;
	in->key_len = len;
}

/* The compounds that hold the leaf. */
static bool
find_compounds(struct expander *in)
{
	if (in->nreadings == 0)
		return true;
	choose_key(in);
	ecs_lexicon_containing(in->source->lexicon, in->key, in->key_len,
	    PART_SHORTEST - 1, look_at_word, in);
	return in->ok;
}

/* ---- a leaf that is a compound itself ---- */

/* Add a part of a compound as a leaf of its own. */
static bool
add_part(struct expander *in, const char *text, size_t len)
{
	struct query_tree *tree = in->tree;
	struct leaf *leaf;

	for (size_t i = 0; i < tree->n; i++)
		if (tree->leaves[i].part && tree->leaves[i].lens[0] == len &&
		    memcmp(tree->leaves[i].pieces[0], text, len) == 0)
			return true;
	if (tree->n == MAX_LEAVES)
		return true;
	leaf = &tree->leaves[tree->n];
	memset(leaf, 0, sizeof(*leaf));
	leaf->kind = LEAF_WORD;
	leaf->text = leaf->pieces[0] = ecs_arena_strndup(in->arena, text, len);
	leaf->len = leaf->lens[0] = len;
	leaf->npieces = 1;
	leaf->part = true;
	leaf->boost = 1;
	if (leaf->text == NULL)
		return ecs_err_memory(in->err);
	tree->n++;
	return true;
}

static bool
part_leaf(struct expander *in)
{
	const struct leaf *leaf = &in->tree->leaves[in->leaf];
	const char *text = leaf->pieces[0];
	size_t len = leaf->lens[0];
	size_t word = 0;
	size_t seam = ecs_parts_seam(&in->as->parts, text, len, &word);

	return seam == 0 ||
	    (add_part(in, text, word) && add_part(in, text + seam, len - seam));
}

/* ---- the door ---- */

static bool
may_be_part(const struct leaf *leaf)
{
	return leaf->kind == LEAF_WORD && ecs_leaf_counts(leaf) &&
	    leaf->npieces == 1 && !leaf->has_digit && !leaf->part &&
	    leaf->lens[0] >= PART_SHORTEST;
}

static bool
expand_leaf(struct expander *in)
{
	if (!read_leaf(in) || !find_compounds(in))
		return false;
	for (size_t i = 0;
	     in->search->match != ECS_MATCH_ALL && i < in->nreadings; i++) {
		in->as = &in->readings[i];
		if (!part_leaf(in))
			return false;
	}
	return true;
}

bool
ecs_compounds_find(const struct ecs_search *search,
    const struct ecs_source *sources, size_t nsources,
    const struct ecs_query_context *context, struct query_tree *tree,
    struct ecs_result *result, struct ecs_err *err)
{
	size_t leaves = tree->n;
	struct expander in = {.search = search,
	    .context = context,
	    .arena = result->arena,
	    .tree = tree,
	    .err = err,
	    .ok = true};

	for (size_t s = 0; s < nsources; s++)
		for (in.leaf = 0; in.leaf < leaves; in.leaf++) {
			in.source = &sources[s];
			if (may_be_part(&tree->leaves[in.leaf]) &&
			    !expand_leaf(&in))
				return false;
		}
	if (in.full) {
		result->exact = false;
		ecs_result_warn(result, "compounds_truncated",
		    "more than %d compounds hold the words asked for; some "
		    "were left out",
		    (int)MOST_VARIANTS);
	}
	return true;
}
