/* SPDX-License-Identifier: ISC */
/*
 * stops - which words of a question only hold it together.
 *
 * Such words (what, the, comment) say nothing of what is looked for, however
 * rare they are in the texts.  A word is one in some languages only, and the
 * language of a question is not guessed from its words; so it is one here when
 * the language was given and has it, or when what stands in the collections
 * is mostly (MOSTLY times as often) of languages that have it.  "die" is left
 * out of a German corpus and kept in an English one.
 *
 * Never left out: what is quoted, taken away, holds digits, is still being
 * typed, or stands in capitals where the rest does not (WHO, IT, Annex I).
 */
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "ecsearch/layout.h"

#include "internal.h"

enum { MOSTLY = 4 };

struct finder {
	const struct ecs_search *search;
	const struct query_tree *tree;
	const struct ecs_source *sources;
	size_t nsources;
	const struct ecs_query_context *context;
	struct ecs_err *err;
	/* Of the word in hand. */
	const struct ecs_source *source;
	uint64_t units;
	bool ok;
};

struct letters {
	size_t upper;
	size_t lower;
};

static struct letters
count_letters(const char *text, size_t len)
{
	struct letters letters = {0, 0};
	size_t i = 0;

	while (i < len) {
		UChar32 c;

		U8_NEXT((const uint8_t *)text, i, len, c);
		letters.upper += c >= 0 && u_isupper(c);
		letters.lower += c >= 0 && u_islower(c);
	}
	return letters;
}

static bool
is_acronym(const struct query_tree *tree, const struct leaf *leaf)
{
	struct letters word = count_letters(leaf->text, leaf->len);
	struct letters all = count_letters(tree->q, strlen(tree->q));

	/* A sentence begins with a capital letter: A, I. */
	return word.upper > (leaf->text == tree->q ? 1 : 0) &&
	    word.lower == 0 && all.lower > 0;
}

static bool
add_stem(void *user, const struct ecs_form *form)
{
	struct finder *in = user;
	const struct ecs_collection *collection = in->source->collection;

	for (int place = 0; form->kind == ECS_FORM_STEM && in->ok &&
	     place < collection->ntexts;
	     place++) {
		enum ecs_field_type type = collection->texts[place]->type;
		char term[ECS_TERM_BYTES];
		size_t len = ecs_term_make(term, place, form);
		uint32_t units = 0;

		if ((type == ECS_TEXT || type == ECS_SECTIONS) &&
		    !collection->texts[place]->is_private &&
		    ecs_termset_maybe(in->source->terms, term, len))
			in->ok = ecs_index_frequency(
			    in->source->reader, term, len, &units, in->err);
		in->units += units;
	}
	return in->ok;
}

/* About how often the word stands in texts of one language. */
static bool
count_units(
    struct finder *in, const struct leaf *leaf, int lang, uint64_t *units)
{
	in->units = 0;
	in->ok = true;
	if (ecs_analyze(in->context->analyzer, leaf->text, leaf->len, lang,
		add_stem, in) < 0)
		return in->ok ? ecs_err_memory(in->err) : false;
	*units += in->units;
	return true;
}

uint32_t
ecs_source_langs(const struct ecs_source *source)
{
	size_t column = ecs_langs_column(source->collection);
	uint32_t n = ecs_column_cardinality(source->table, column);
	uint32_t langs = 0;

	for (uint32_t i = 0; i < n; i++) {
		size_t len;
		const char *code =
		    ecs_column_text(source->table, column, i, &len);
		int lang = ecs_lang_find(code, len);

		if (lang != ECS_LANG_NONE)
			langs |= UINT32_C(1) << lang;
	}
	return langs;
}

/* Are the texts that have this word mostly of the languages stops? */
static bool
weigh_langs(
    struct finder *in, const struct leaf *leaf, uint32_t stops, bool *mostly)
{
	uint64_t inside = 0;
	uint64_t outside = 0;
	uint32_t seen = 0;

	for (size_t s = 0; s < in->nsources; s++)
		seen |= ecs_source_langs(&in->sources[s]);
	*mostly = (seen & stops) != 0;
	if ((seen & ~stops) == 0)
		return true;
	for (size_t s = 0; s < in->nsources; s++) {
		uint32_t langs = ecs_source_langs(&in->sources[s]);

		in->source = &in->sources[s];
		for (int lang = 0; lang < ECS_LANGS; lang++)
			if ((langs >> lang & 1) != 0 &&
			    !count_units(in, leaf, lang,
				(stops >> lang & 1) != 0 ? &inside : &outside))
				return false;
	}
	*mostly = *mostly && inside >= outside * MOSTLY;
	return true;
}

static bool
judge(struct finder *in, struct leaf *leaf)
{
	uint32_t stops;

	if (leaf->kind != LEAF_WORD || leaf->hint || leaf->negative ||
	    leaf->npieces != 1 || leaf->has_digit)
		return true;
	stops = ecs_stop_langs(
	    in->context->analyzer, leaf->pieces[0], leaf->lens[0]);
	if (stops == 0 || is_acronym(in->tree, leaf))
		return true;
	if (in->search->lang != ECS_LANG_NONE) {
		leaf->stop = (stops >> in->search->lang & 1) != 0;
		return true;
	}
	return weigh_langs(in, leaf, stops, &leaf->stop);
}

bool
ecs_stops_find(const struct ecs_search *search,
    const struct ecs_source *sources, size_t nsources,
    const struct ecs_query_context *context, struct query_tree *tree,
    struct ecs_err *err)
{
	struct finder in = {.search = search,
	    .tree = tree,
	    .sources = sources,
	    .nsources = nsources,
	    .context = context,
	    .err = err};
	bool some = false;

	for (size_t i = 0; tree->positive > 1 && i < tree->n; i++)
		if (!judge(&in, &tree->leaves[i]))
			return false;
	for (size_t i = 0; i < tree->n; i++)
		some |=
		    ecs_leaf_counts(&tree->leaves[i]) && !tree->leaves[i].hint;
	for (size_t i = 0; !some && i < tree->n; i++)
		tree->leaves[i].stop = false;
	return true;
}
