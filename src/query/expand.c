/* SPDX-License-Identifier: ISC */
/*
 * expand - the words of the lexicon that a leaf stands for.
 *
 *	prefix*         every word that begins so
 *	p?tt*n          every word that fits
 *	chain, near     the word, its other spellings, and the words that have
 *	                its stem: stems have no positions, so these stand in for
 *	                them
 *	"supply chain"  itself
 *	post-quantum    its pieces side by side, and the one word
 */
#include <stdlib.h>
#include <string.h>

#include <unicode/utf8.h>

#include "ecsearch/layout.h"
#include "ecsearch/lexicon.h"

#include "match.h"

/* Words among which those of one stem are looked for. */
/* The most words of a lexicon that one pattern is compared with. */
enum { WALKED_WORDS = 2000000 };
enum { MOST_KIN = 500, LEAST_PREFIX = 3, MOST_STEMS = 3 * ECS_LANGS };

bool
ecs_is_asked_in(
    const struct match_state *in, const struct leaf *leaf, int place)
{
	const struct ecs_field *field = in->source->collection->texts[place];

	return in->weights[place] > 0 &&
	    (leaf->field == NULL || strcmp(leaf->field, field->name) == 0);
}

/* ---- lists of runs ---- */

static bool
add_run(struct match_state *in, struct word_runs *list,
    const struct word *words, size_t n)
{
	if (list->n == list->room) {
		size_t room = list->room * 2 + 8;
		struct word_run *larger = ecs_arena_alloc(
		    in->expansion.arena, room * sizeof(*larger));

		if (larger == NULL)
			return ecs_err_memory(in->err);
		if (list->n > 0)
			memcpy(larger, list->list, list->n * sizeof(*larger));
		list->list = larger;
		list->room = room;
	}
	list->list[list->n++] = (struct word_run){words, n};
	return true;
}

/* A run of one word, copied. */
static bool
add_word(struct match_state *in, struct word_runs *list, const char *text,
    size_t len)
{
	struct ecs_arena *arena = in->expansion.arena;
	struct word *word = ecs_arena_alloc(arena, sizeof(*word));

	if (word == NULL)
		return ecs_err_memory(in->err);
	word->text = ecs_arena_strndup(arena, text, len);
	word->len = len;
	return word->text == NULL ? ecs_err_memory(in->err)
				  : add_run(in, list, word, 1);
}

/* The pieces of the leaf, side by side. */
static bool
add_pieces(
    struct match_state *in, struct word_runs *list, const struct leaf *leaf)
{
	struct word *words = ecs_arena_alloc(
	    in->expansion.arena, leaf->npieces * sizeof(*words));

	if (words == NULL)
		return ecs_err_memory(in->err);
	for (size_t i = 0; i < leaf->npieces; i++)
		words[i] = (struct word){leaf->pieces[i], leaf->lens[i]};
	return add_run(in, list, words, leaf->npieces);
}

/* "post-quantum" as the one word it may be written as. */
static bool
add_joined(
    struct match_state *in, struct word_runs *list, const struct leaf *leaf)
{
	char joined[ECS_FORM_BYTES];
	size_t len = 0;

	for (size_t i = 0; i < leaf->npieces; i++) {
		if (leaf->lens[i] > sizeof(joined) - len)
			return true;
		memcpy(joined + len, leaf->pieces[i], leaf->lens[i]);
		len += leaf->lens[i];
	}
	return add_word(in, list, joined, len);
}

/* ---- words by their letters ---- */

/* Words found so far; of too many the most used stay. */
struct finds {
	struct match_state *in;
	struct ecs_lexicon_word *list;
	size_t n;
	size_t room;
	size_t most;
	bool cut;
	bool ok;
};

static int
by_use(const void *a, const void *b)
{
	const struct ecs_lexicon_word *x = a;
	const struct ecs_lexicon_word *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int order;

	if (x->documents != y->documents)
		return x->documents < y->documents ? 1 : -1;
	order = memcmp(x->text, y->text, len);
	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* Put the most used first, and drop the others. */
static void
keep_most(struct finds *finds)
{
	if (finds->n <= finds->most)
		return;
	qsort(finds->list, finds->n, sizeof(*finds->list), by_use);
	finds->n = finds->most;
	finds->cut = true;
}

static bool
keep_word(void *user, const struct ecs_lexicon_word *word)
{
	struct finds *finds = user;

	if (finds->n == finds->room && finds->room >= 4 * finds->most)
		keep_most(finds);
	if (finds->n == finds->room) {
		size_t room = finds->room * 2 + 16;
		struct ecs_lexicon_word *larger = ecs_arena_alloc(
		    finds->in->expansion.arena, room * sizeof(*larger));

		if (larger == NULL)
			return finds->ok = ecs_err_memory(finds->in->err);
		if (finds->n > 0)
			memcpy(larger, finds->list, finds->n * sizeof(*larger));
		finds->list = larger;
		finds->room = room;
	}
	finds->list[finds->n++] = *word;
	return true;
}

/* Each word as a run; its text lives as long as the lexicon. */
static bool
add_finds(struct match_state *in, struct finds *finds, struct word_runs *list)
{
	struct word *words;

	if (!finds->ok)
		return false;
	keep_most(finds);
	words = ecs_arena_alloc(
	    in->expansion.arena, (finds->n + 1) * sizeof(*words));
	if (words == NULL)
		return ecs_err_memory(in->err);
	for (size_t i = 0; i < finds->n; i++) {
		words[i] =
		    (struct word){finds->list[i].text, finds->list[i].len};
		if (!add_run(in, list, &words[i], 1))
			return false;
	}
	return true;
}

static void
warn_of_cut(
    struct match_state *in, const struct leaf *leaf, const struct finds *finds)
{
	bool prefix = leaf->kind == LEAF_PREFIX;

	if (!finds->cut)
		return;
	in->result->exact = false;
	ecs_result_warn(in->result,
	    prefix ? "prefix_truncated" : "wildcard_truncated",
	    "%.*s%s stands for more than %zu words; the most used were taken",
	    (int)leaf->len, leaf->text, prefix ? "*" : "", finds->most);
}

static bool
add_prefix(
    struct match_state *in, const struct leaf *leaf, struct word_runs *list)
{
	size_t letters = 0;
	struct finds finds = {.in = in, .most = PREFIX_TERMS, .ok = true};

	/* Whoever types is not kept waiting for all that begins with an s. */
	U8_FWD_1_UNSAFE((const uint8_t *)leaf->pieces[0], letters);
	if (leaf->open && letters == leaf->lens[0])
		finds.most = LETTER_TERMS;
	ecs_lexicon_prefix(in->source->lexicon, leaf->pieces[0], leaf->lens[0],
	    keep_word, &finds);
	if (!add_finds(in, &finds, list))
		return false;
	warn_of_cut(in, leaf, &finds);
	return true;
}

static bool
add_pattern(struct match_state *in, const struct leaf *leaf, size_t most,
    struct word_runs *list)
{
	struct finds finds = {.in = in, .most = most, .ok = true};

	if (!ecs_lexicon_wildcard(in->source->lexicon, leaf->pieces[0],
		leaf->lens[0], WALKED_WORDS, keep_word, &finds)) {
		in->result->exact = false;
		ecs_result_warn(in->result, "wildcard_truncated",
		    "%.*s was compared with %d words only", (int)leaf->len,
		    leaf->text, (int)WALKED_WORDS);
	}
	if (!add_finds(in, &finds, list))
		return false;
	warn_of_cut(in, leaf, &finds);
	return true;
}

/* ---- words of one stem ---- */

struct stem {
	int lang;
	char text[ECS_FORM_BYTES];
	size_t len;
	size_t prefix; /* letters that its words begin with */
};

struct kin {
	struct match_state *in;
	const struct leaf *asked;
	struct word_runs *list;
	const char *word;
	size_t len;
	struct stem stems[MOST_STEMS];
	size_t n;
	bool same; /* a word tried has one of the stems */
	bool ok;
};

/* Does some document hold a word of this stem where it is looked for? */
static bool
is_in_index(const struct kin *kin, const struct ecs_form *form)
{
	const struct ecs_collection *collection = kin->in->source->collection;
	char term[ECS_TERM_BYTES];

	for (int place = 0; place < collection->ntexts; place++)
		if (ecs_is_asked_in(kin->in, kin->asked, place) &&
		    ecs_termset_maybe(kin->in->source->terms, term,
			ecs_term_make(term, place, form)))
			return true;
	return false;
}

/* One letter fewer than stem and word share: y and i take turns in English. */
static size_t
kin_prefix(const struct kin *kin, const char *stem, size_t len)
{
	size_t shared = 0;

	while (shared < len && shared < kin->len &&
	    stem[shared] == kin->word[shared])
		shared++;
	shared = shared > LEAST_PREFIX ? shared - 1 : LEAST_PREFIX;
	if (shared > kin->len)
		shared = kin->len;
	while (shared > 0 && ((unsigned char)kin->word[shared] & 0xC0) == 0x80)
		shared--;
	return shared;
}

static bool
keep_stem(void *user, const struct ecs_form *form)
{
	struct kin *kin = user;
	struct stem *stem = &kin->stems[kin->n];

	if (form->kind == ECS_FORM_ALTERNATE)
		kin->ok = add_word(kin->in, kin->list, form->text, form->len);
	if (form->kind != ECS_FORM_STEM || kin->n == MOST_STEMS ||
	    form->len > sizeof(stem->text) || !is_in_index(kin, form))
		return kin->ok;
	stem->lang = form->lang;
	stem->len = form->len;
	memcpy(stem->text, form->text, form->len);
	stem->prefix = kin_prefix(kin, form->text, form->len);
	kin->n++;
	return true;
}

static bool
compare_stem(void *user, const struct ecs_form *form)
{
	struct kin *kin = user;

	if (form->kind != ECS_FORM_STEM)
		return true;
	for (size_t i = 0; i < kin->n && !kin->same; i++)
		kin->same = kin->stems[i].lang == form->lang &&
		    kin->stems[i].len == form->len &&
		    memcmp(kin->stems[i].text, form->text, form->len) == 0;
	return !kin->same;
}

/* Has the word one of the stems, in a language where it begins like them? */
static bool
is_kin(struct kin *kin, const struct ecs_lexicon_word *word)
{
	int tried = -1;

	kin->same = false;
	for (size_t i = 0; i < kin->n && !kin->same; i++) {
		const struct stem *stem = &kin->stems[i];

		if (stem->lang == tried || word->len < stem->prefix ||
		    memcmp(word->text, kin->word, stem->prefix) != 0)
			continue;
		tried = stem->lang;
		ecs_analyze(kin->in->context->analyzer, word->text, word->len,
		    tried, compare_stem, kin);
	}
	return kin->same;
}

/* All words with the shortest prefix; longer, when they are too many. */
static bool
list_candidates(struct kin *kin, struct finds *finds)
{
	size_t prefix = kin->len;

	for (size_t i = 0; i < kin->n; i++)
		if (kin->stems[i].prefix < prefix)
			prefix = kin->stems[i].prefix;
	do {
		*finds =
		    (struct finds){.in = kin->in, .most = MOST_KIN, .ok = true};
		ecs_lexicon_prefix(kin->in->source->lexicon, kin->word, prefix,
		    keep_word, finds);
	} while (finds->ok && finds->n > MOST_KIN && ++prefix <= kin->len);
	return finds->ok;
}

static bool
add_kin(struct match_state *in, const struct leaf *asked,
    const struct leaf *leaf, struct word_runs *list)
{
	struct finds finds = {0};
	struct kin *kin = ecs_arena_alloc(in->expansion.arena, sizeof(*kin));

	if (kin == NULL)
		return ecs_err_memory(in->err);
	*kin = (struct kin){.in = in,
	    .asked = asked,
	    .list = list,
	    .word = leaf->pieces[0],
	    .len = leaf->lens[0],
	    .ok = true};
	for (int i = 0; i < in->nlangs && kin->ok; i++)
		ecs_analyze(in->context->analyzer, leaf->text, leaf->len,
		    in->langs[i], keep_stem, kin);
	if (!kin->ok || (kin->n > 0 && !list_candidates(kin, &finds)))
		return false;
	for (size_t i = 0; i < finds.n; i++)
		if (is_kin(kin, &finds.list[i]) &&
		    !add_word(in, list, finds.list[i].text, finds.list[i].len))
			return false;
	return true;
}

/* ---- a leaf ---- */

static bool
add_alternative(struct match_state *in, const struct leaf *asked,
    const struct leaf *leaf, struct word_runs *list)
{
	if (leaf->kind == LEAF_PATTERN)
		return add_pattern(in, leaf, NEAR_TERMS, list);
	if (!add_pieces(in, list, leaf))
		return false;
	if (leaf->kind != LEAF_WORD)
		return true;
	return leaf->npieces == 1 ? add_kin(in, asked, leaf, list)
				  : add_joined(in, list, leaf);
}

static bool
expand_near(struct match_state *in, const struct leaf *leaf)
{
	for (size_t i = 0; i < leaf->noperands; i++) {
		const struct near_operand *operand = &leaf->operands[i];

		for (size_t k = 0; k < operand->n; k++)
			if (!add_alternative(in, leaf, &operand->leaves[k],
				&in->expansion.groups[i]))
				return false;
	}
	in->expansion.n = leaf->noperands;
	return true;
}

bool
ecs_expand_leaf(struct match_state *in, const struct leaf *leaf)
{
	struct expansion *expansion = &in->expansion;

	if (leaf->kind != LEAF_NEAR && leaf->kind != LEAF_PATTERN &&
	    leaf->kind != LEAF_PREFIX)
		return true;
	if (expansion->arena == NULL)
		expansion->arena = ecs_arena_new();
	else
		ecs_arena_reset(expansion->arena);
	if (expansion->arena == NULL)
		return ecs_err_memory(in->err);
	memset(expansion->groups, 0, sizeof(expansion->groups));
	if (leaf->kind == LEAF_NEAR)
		return expand_near(in, leaf);
	expansion->n = 1;
	return leaf->kind == LEAF_PREFIX
	    ? add_prefix(in, leaf, &expansion->groups[0])
	    : add_pattern(in, leaf, PREFIX_TERMS, &expansion->groups[0]);
}
