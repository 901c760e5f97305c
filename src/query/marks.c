/* SPDX-License-Identifier: ISC */
/*
 * marks - what to highlight of a query.
 *
 * A form of the query may meet its fellow in the other spelling space (Boehme
 * typed, Böhme stored), so surface forms are looked for in both.
 */
#include <string.h>

#include "internal.h"

struct marker {
	struct ecs_marks *marks;
	unsigned word;
	bool ok;
	uint32_t langs; /* of the texts to be marked, a bit for each */
};

static bool
mark_form(void *user, const struct ecs_form *form)
{
	struct marker *in = user;
	struct ecs_form other = *form;

	in->ok = ecs_marks_add(in->marks, form, in->word, 1);
	if (form->kind == ECS_FORM_STEM)
		return in->ok;
	other.kind =
	    form->kind == ECS_FORM_EXACT ? ECS_FORM_ALTERNATE : ECS_FORM_EXACT;
	in->ok = in->ok && ecs_marks_add(in->marks, &other, in->word, 1);
	return in->ok;
}

static bool
mark_word(struct ecs_analyzer *analyzer, struct marker *in, const char *text,
    size_t len)
{
	if (ecs_analyze(analyzer, text, len, ECS_LANG_NONE, mark_form, in) < 0)
		return false;
	for (int lang = 0; lang < ECS_LANGS; lang++)
		if ((in->langs >> lang & 1) != 0 &&
		    ecs_analyze(analyzer, text, len, lang, mark_form, in) < 0)
			return false;
	return in->ok;
}

static bool
mark_surface(struct marker *in, const struct leaf *leaf)
{
	struct ecs_form form = {.kind = ECS_FORM_EXACT,
	    .lang = ECS_LANG_NONE,
	    .text = leaf->pieces[0],
	    .len = leaf->lens[0],
	    .tokens = 1};

	return leaf->npieces == 1
	    ? ecs_marks_add(in->marks, &form, in->word, 1)
	    : ecs_marks_add_phrase(in->marks, leaf->pieces, leaf->lens,
		  leaf->npieces, in->word, 1);
}

static bool mark_leaf(
    const struct leaf *leaf, struct ecs_analyzer *analyzer, struct marker *in);

/* Words near each other are marked wherever they stand. */
static bool
mark_near(
    const struct leaf *leaf, struct ecs_analyzer *analyzer, struct marker *in)
{
	for (size_t i = 0; i < leaf->noperands; i++)
		for (size_t k = 0; k < leaf->operands[i].n; k++)
			if (!mark_leaf(
				&leaf->operands[i].leaves[k], analyzer, in))
				return false;
	return true;
}

static bool
mark_leaf(
    const struct leaf *leaf, struct ecs_analyzer *analyzer, struct marker *in)
{
	switch (leaf->kind) {
	case LEAF_PHRASE:
		return mark_surface(in, leaf);
	case LEAF_WORD:
		/* A joined name is also written in its pieces, or as one. */
		if (leaf->npieces > 1 && !mark_surface(in, leaf))
			return false;
		return mark_word(analyzer, in, leaf->text, leaf->len);
	case LEAF_PREFIX:
		return mark_word(analyzer, in, leaf->text, leaf->len) &&
		    ecs_marks_add_prefix(
			in->marks, leaf->pieces[0], leaf->lens[0], in->word, 1);
	case LEAF_PATTERN:
		return ecs_marks_add_pattern(
		    in->marks, leaf->pieces[0], leaf->lens[0], in->word, 1);
	case LEAF_NEAR:
		return mark_near(leaf, analyzer, in);
	case LEAF_FILTER:
		break;
	}
	return true;
}

static bool
mark_stem(void *user, const struct ecs_form *form)
{
	return form->kind != ECS_FORM_STEM || mark_form(user, form);
}

/* A word of one language, in any of its forms there. */
static bool
mark_inflected(const struct variant *variant, struct ecs_analyzer *analyzer,
    struct ecs_marks *marks)
{
	struct marker in = {marks, (unsigned)variant->first, true, 0};

	return ecs_analyze(analyzer, variant->text, variant->len, variant->lang,
		   variant->only_lang ? mark_stem : mark_form, &in) >= 0 &&
	    in.ok;
}

/* Another variant is written in no other way than it is given. */
static bool
mark_given(const struct variant *variant, struct ecs_analyzer *analyzer,
    struct ecs_marks *marks)
{
	unsigned word = (unsigned)variant->first;
	struct ecs_form form = {.kind = ECS_FORM_EXACT,
	    .lang = ECS_LANG_NONE,
	    .text = variant->pieces[0],
	    .len = variant->lens[0],
	    .tokens = 1};

	if (variant->kind == VARIANT_COMPOUND)
		return ecs_marks_add_part(
		    marks, &form, variant->from, variant->to, word, 0.5f);
	if (variant->has_lang)
		return mark_inflected(variant, analyzer, marks);
	return variant->npieces == 1
	    ? ecs_marks_add(marks, &form, word, 1)
	    : ecs_marks_add_phrase(marks, variant->pieces, variant->lens,
		  variant->npieces, word, 1);
}

static bool
mark_variant(const struct variant *variant, uint32_t langs,
    struct ecs_analyzer *analyzer, struct ecs_marks *marks)
{
	struct marker in = {marks, (unsigned)variant->first, true, langs};

	return variant->kind == VARIANT_FUZZY && variant->npieces == 1
	    ? mark_word(analyzer, &in, variant->text, variant->len)
	    : mark_given(variant, analyzer, marks);
}

static bool
mark_joined(void *user, const struct ecs_form *form)
{
	return form->tokens < 2 || mark_form(user, form);
}

bool
ecs_marks_add_name(const struct leaf *leaf, struct ecs_analyzer *analyzer,
    struct ecs_marks *marks)
{
	struct marker in = {marks, 0, true, 0};

	return ecs_analyze(analyzer, leaf->text, leaf->len, ECS_LANG_NONE,
		   mark_joined, &in) >= 0 &&
	    in.ok;
}

bool
ecs_marks_add_leaf(const struct query_tree *tree, const struct leaf *leaf,
    struct ecs_analyzer *analyzer, struct ecs_marks *marks)
{
	struct marker in = {marks, 0, true, tree->langs};

	return mark_leaf(leaf, analyzer, &in);
}

bool
ecs_marks_add_variant(const struct query_tree *tree,
    const struct variant *variant, struct ecs_analyzer *analyzer,
    struct ecs_marks *marks)
{
	return mark_variant(variant, tree->langs, analyzer, marks);
}

bool
ecs_leaf_is_asked_in(const struct leaf *leaf, const char *field)
{
	return leaf->field == NULL ||
	    (field != NULL && strcmp(leaf->field, field) == 0);
}

/* What is looked for in a field; NULL: what is looked for everywhere. */
static bool
fill_marks(const struct query_tree *tree, struct ecs_analyzer *analyzer,
    const char *field, struct ecs_marks *marks)
{
	for (size_t i = 0; i < tree->n; i++) {
		struct marker in = {marks, (unsigned)i, true, tree->langs};

		if (ecs_leaf_counts(&tree->leaves[i]) &&
		    ecs_leaf_is_asked_in(&tree->leaves[i], field) &&
		    !mark_leaf(&tree->leaves[i], analyzer, &in))
			return false;
	}
	for (const struct variant *variant = tree->variants; variant != NULL;
	     variant = variant->next)
		if (!tree->leaves[variant->first].negative &&
		    ecs_leaf_is_asked_in(
			&tree->leaves[variant->first], field) &&
		    !mark_variant(variant, tree->langs, analyzer, marks))
			return false;
	return true;
}

static bool
add_field_marks(const struct query_tree *tree, struct ecs_analyzer *analyzer,
    const char *field, struct ecs_result *result)
{
	struct ecs_field_marks *own =
	    ecs_arena_alloc(result->arena, sizeof(*own));

	if (own == NULL)
		return false;
	own->field = field;
	own->marks = ecs_marks_new();
	own->next = result->field_marks;
	result->field_marks = own;
	return own->marks != NULL &&
	    fill_marks(tree, analyzer, field, own->marks);
}

static bool
has_own_marks(const struct ecs_result *result, const char *field)
{
	const struct ecs_field_marks *own = result->field_marks;

	while (own != NULL && strcmp(own->field, field) != 0)
		own = own->next;
	return own != NULL;
}

static bool
list_words(const struct query_tree *tree, struct ecs_result *result)
{
	struct ecs_query_word *words =
	    ecs_arena_alloc(result->arena, (tree->n + 1) * sizeof(*words));

	if (words == NULL)
		return false;
	for (size_t i = 0; i < tree->n; i++) {
		const struct leaf *leaf = &tree->leaves[i];

		if (!ecs_leaf_counts(leaf) || leaf->kind == LEAF_FILTER)
			continue;
		words[i].needed = !leaf->part && !leaf->hint;
		words[i].text =
		    ecs_arena_strndup(result->arena, leaf->text, leaf->len);
		if (words[i].text == NULL)
			return false;
	}
	result->words = words;
	result->nwords = tree->n;
	return true;
}

bool
ecs_marks_build(const struct query_tree *tree, struct ecs_analyzer *analyzer,
    struct ecs_result *result, struct ecs_err *err)
{
	result->marks = ecs_marks_new();
	if (result->marks == NULL || !list_words(tree, result) ||
	    !fill_marks(tree, analyzer, NULL, result->marks))
		return ecs_err_memory(err);
	for (size_t i = 0; i < tree->n; i++) {
		const char *field = tree->leaves[i].field;

		if (field != NULL && !has_own_marks(result, field) &&
		    !add_field_marks(tree, analyzer, field, result))
			return ecs_err_memory(err);
	}
	return true;
}

const struct ecs_marks *
ecs_result_marks(const struct ecs_result *result, const char *field)
{
	for (const struct ecs_field_marks *own = result->field_marks;
	     own != NULL; own = own->next)
		if (strcmp(own->field, field) == 0)
			return own->marks;
	return result->marks;
}

void
ecs_marks_drop(struct ecs_result *result)
{
	for (struct ecs_field_marks *own = result->field_marks; own != NULL;
	     own = own->next)
		ecs_marks_free(own->marks);
	ecs_marks_free(result->marks);
}
