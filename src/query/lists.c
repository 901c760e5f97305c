/* SPDX-License-Identifier: ISC */
/*
 * lists - the posting lists that may hold a leaf in one text place.
 *
 *	typed         looked up as
 *	one word      EXACT of its folded form, and ALTERNATE (Boehme finds
 *	              Böhme); EXACT of its alternates (Böhme finds Boehme);
 *	              STEM in each language of the collection
 *	joined name   EXACT and ALTERNATE of the joined form, STEM of it, and
 *	              the pieces side by side
 *	"phrase"      EXACT of the pieces, side by side
 *	prefix*       the words that begin so (expand.c), and its own forms
 *	p?tt*n, NEAR  the words of the expansion
 *
 * A term that the term set does not know is never looked up.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/layout.h"

#include "match.h"

bool
ecs_match_stop(void *user)
{
	return ecs_deadline_passed(user);
}

/* A list for this term, if it exists in the index and is not there yet. */
static bool
add_list(struct match_state *in, struct list_set *set, int place,
    const struct ecs_form *form, int kind)
{
	char term[ECS_TERM_BYTES];
	size_t len = ecs_term_make(term, place, form);
	struct ecs_postings *list = &set->lists[set->n];

	if (set->n == sizeof(set->lists) / sizeof(set->lists[0]) ||
	    !ecs_termset_maybe(in->source->terms, term, len))
		return true;
	memset(list, 0, sizeof(*list));
	if (!ecs_index_postings(in->source->reader, term, len, list,
		ecs_match_stop, in->context->deadline, in->err)) {
		ecs_postings_fini(list);
		return false;
	}
	if (list->len == 0) {
		ecs_postings_fini(list);
		return true;
	}
	set->kinds[set->n] = kind;
	set->langs[set->n] = form->lang;
	set->n++;
	return true;
}

struct form_collector {
	struct match_state *in;
	struct list_set *set;
	int place;
	bool stems_only;
	bool ok;
};

/* Each form of the typed word opens the lists of its row above. */
static bool
add_form(void *user, const struct ecs_form *form)
{
	struct form_collector *to = user;
	struct ecs_form other = *form;

	switch (form->kind) {
	case ECS_FORM_EXACT:
		if (to->stems_only)
			return true;
		to->ok = add_list(to->in, to->set, to->place, form, LIST_EXACT);
		other.kind = ECS_FORM_ALTERNATE;
		to->ok = to->ok &&
		    add_list(
			to->in, to->set, to->place, &other, LIST_ALTERNATE);
		break;
	case ECS_FORM_ALTERNATE:
		if (to->stems_only)
			return true;
		other.kind = ECS_FORM_EXACT;
		to->ok = add_list(
		    to->in, to->set, to->place, &other, LIST_ALTERNATE);
		break;
	case ECS_FORM_STEM:
		to->ok = add_list(to->in, to->set, to->place, form, LIST_STEM);
		break;
	}
	return to->ok;
}

/* The forms of one word in all languages that the collection has. */
static bool
add_word(struct match_state *in, struct list_set *set, int place,
    const char *text, size_t len)
{
	struct form_collector to = {
	    .in = in, .set = set, .place = place, .ok = true};
	int n = in->nlangs == 0 ? 1 : in->nlangs;

	for (int i = 0; i < n && to.ok; i++) {
		int lang = in->nlangs == 0 ? ECS_LANG_NONE : in->langs[i];

		to.stems_only = i > 0;
		if (ecs_analyze(in->context->analyzer, text, len, lang,
			add_form, &to) < 0 &&
		    to.ok)
			return ecs_err_memory(in->err);
	}
	return to.ok;
}

bool
ecs_find_piece(const struct match_state *in, int place, const char *piece,
    size_t len, char bytes[ECS_TERM_BYTES], struct ecs_term *term)
{
	const struct ecs_form form = {.kind = ECS_FORM_EXACT,
	    .lang = ECS_LANG_NONE,
	    .text = piece,
	    .len = len};

	term->len = ecs_term_make(bytes, place, &form);
	term->text = bytes;
	return ecs_termset_maybe(in->source->terms, term->text, term->len);
}

bool
ecs_append_surface(struct match_state *in, int place, const char *const *pieces,
    const size_t *lens, size_t n, struct ecs_postings *all)
{
	char bytes[MAX_PIECES][ECS_TERM_BYTES];
	struct ecs_term terms[MAX_PIECES];

	for (size_t i = 0; i < n; i++)
		if (!ecs_find_piece(
			in, place, pieces[i], lens[i], bytes[i], &terms[i]))
			return true;
	return n == 1
	    ? ecs_index_postings(in->source->reader, terms[0].text,
		  terms[0].len, all, ecs_match_stop, in->context->deadline,
		  in->err)
	    : ecs_index_phrase(in->source->reader, terms, n, (uint32_t)n, true,
		  all, ecs_match_stop, in->context->deadline, in->err);
}

/* A list of the pieces side by side. */
static bool
add_pieces(struct match_state *in, struct list_set *set, int place,
    const char *const *pieces, const size_t *lens, size_t n, int kind)
{
	struct ecs_postings *list = &set->lists[set->n];

	if (set->n == sizeof(set->lists) / sizeof(set->lists[0]))
		return true;
	memset(list, 0, sizeof(*list));
	if (!ecs_append_surface(in, place, pieces, lens, n, list)) {
		ecs_postings_fini(list);
		return false;
	}
	if (list->len == 0) {
		ecs_postings_fini(list);
		return true;
	}
	set->kinds[set->n] = kind;
	set->langs[set->n] = ECS_LANG_NONE;
	set->n++;
	return true;
}

static int
by_docid(const void *a, const void *b)
{
	uint32_t x = ((const struct ecs_posting *)a)->docid;
	uint32_t y = ((const struct ecs_posting *)b)->docid;

	return (x > y) - (x < y);
}

void
ecs_fold_postings(struct ecs_postings *postings)
{
	size_t kept = 0;

	qsort(postings->list, postings->len, sizeof(*postings->list), by_docid);
	for (size_t i = 0; i < postings->len; i++) {
		if (kept > 0 &&
		    postings->list[kept - 1].docid == postings->list[i].docid)
			postings->list[kept - 1].count +=
			    postings->list[i].count;
		else
			postings->list[kept++] = postings->list[i];
	}
	postings->len = kept;
}

/* ---- variants ---- */

/* From postings[from] on, what one word has by several forms counts once. */
static void
keep_best(struct ecs_postings *postings, size_t from)
{
	size_t kept = from;

	if (postings->len == from)
		return;
	qsort(postings->list + from, postings->len - from,
	    sizeof(*postings->list), by_docid);
	for (size_t i = from; i < postings->len; i++) {
		const struct ecs_posting next = postings->list[i];

		if (kept == from ||
		    postings->list[kept - 1].docid != next.docid)
			postings->list[kept++] = next;
		else if (postings->list[kept - 1].count < next.count)
			postings->list[kept - 1].count = next.count;
	}
	postings->len = kept;
}

struct form_reader {
	struct match_state *in;
	int place;
	bool stems_only;
	struct ecs_postings *all;
	bool ok;
};

static bool
append_form(void *user, const struct ecs_form *form)
{
	struct form_reader *to = user;
	char term[ECS_TERM_BYTES];
	size_t len;

	if (form->token > 0 || form->kind == ECS_FORM_ALTERNATE ||
	    (form->kind == ECS_FORM_EXACT && to->stems_only))
		return true;
	len = ecs_term_make(term, to->place, form);
	if (ecs_termset_maybe(to->in->source->terms, term, len))
		to->ok = ecs_index_postings(to->in->source->reader, term, len,
		    to->all, ecs_match_stop, to->in->context->deadline,
		    to->in->err);
	return to->ok;
}

/* The units that hold a word of one language in any of its forms. */
static bool
append_word(struct match_state *in, int place, const struct variant *variant,
    struct ecs_postings *all)
{
	struct form_reader to = {.in = in,
	    .place = place,
	    .stems_only = variant->only_lang,
	    .all = all,
	    .ok = true};
	size_t before = all->len;

	if (ecs_analyze(in->context->analyzer, variant->text, variant->len,
		variant->lang, append_form, &to) < 0)
		return to.ok && ecs_err_memory(in->err);
	keep_best(all, before);
	return true;
}

/* The units that hold the variant, appended to all. */
static bool
append_variant(struct match_state *in, int place, const struct variant *variant,
    struct ecs_postings *all)
{
	if (variant->has_lang)
		return append_word(in, place, variant, all);
	return ecs_append_surface(
	    in, place, variant->pieces, variant->lens, variant->npieces, all);
}

/* Remember, for the explanation, where a variant was found. */
static bool
note_variant(struct match_state *in, const struct variant *variant,
    const struct ecs_posting *list, size_t n)
{
	struct matches *matches = in->matches;
	struct variant_hits *hits;

	if (!in->search->explain || n == 0)
		return true;
	hits = realloc(matches->variants,
	    (matches->nvariants + 1) * sizeof(*matches->variants));
	if (hits == NULL)
		return ecs_err_memory(in->err);
	matches->variants = hits;
	hits = &hits[matches->nvariants];
	hits->variant = variant;
	hits->n = n;
	hits->docid = malloc(n * sizeof(*hits->docid));
	if (hits->docid == NULL)
		return ecs_err_memory(in->err);
	for (size_t i = 0; i < n; i++)
		hits->docid[i] = list[i].docid;
	matches->nvariants++;
	return true;
}

/* One list of all variants of one kind that stand for the leaf. */
static bool
add_variants_of(struct match_state *in, struct list_set *set, int place,
    size_t leaf, enum variant_kind kind)
{
	struct ecs_postings *list = &set->lists[set->n];

	if (set->n == sizeof(set->lists) / sizeof(set->lists[0]))
		return true;
	memset(list, 0, sizeof(*list));
	for (const struct variant *variant = in->tree->variants;
	     variant != NULL; variant = variant->next) {
		size_t used = list->len;

		if (variant->kind != kind ||
		    leaf - variant->first >= variant->count)
			continue;
		if (!append_variant(in, place, variant, list) ||
		    !note_variant(
			in, variant, list->list + used, list->len - used)) {
			ecs_postings_fini(list);
			return false;
		}
	}
	if (list->len == 0) {
		ecs_postings_fini(list);
		return true;
	}
	ecs_fold_postings(list);
	set->kinds[set->n] = LIST_VARIANT + (int)kind;
	set->langs[set->n++] = ECS_LANG_NONE;
	return true;
}

/* What was meant is found like what was typed: in all its forms. */
static bool
add_meant(struct match_state *in, struct list_set *set, int place,
    const struct variant *variant)
{
	size_t i = set->n;

	if (!(variant->npieces == 1
		    ? add_word(in, set, place, variant->text, variant->len)
		    : add_pieces(in, set, place, variant->pieces, variant->lens,
			  variant->npieces, LIST_EXACT)))
		return false;
	for (; i < set->n; i++) {
		if (!note_variant(
			in, variant, set->lists[i].list, set->lists[i].len))
			return false;
		set->weights[i] = variant->weight *
		    (set->kinds[i] == LIST_STEM ? ECS_MEANT_STEM_SHARE : 1);
		set->kinds[i] = LIST_VARIANT + VARIANT_FUZZY;
	}
	return true;
}

static bool
add_variants(
    struct match_state *in, struct list_set *set, int place, size_t leaf)
{
	for (int kind = 0; kind < VARIANT_KINDS; kind++)
		if (kind != VARIANT_FUZZY &&
		    !add_variants_of(
			in, set, place, leaf, (enum variant_kind)kind))
			return false;
	for (const struct variant *variant = in->tree->variants;
	     variant != NULL; variant = variant->next)
		if (variant->kind == VARIANT_FUZZY &&
		    leaf - variant->first < variant->count &&
		    !add_meant(in, set, place, variant))
			return false;
	return true;
}

/* ---- a leaf ---- */

static bool
add_expanded(struct match_state *in, struct list_set *set, int place,
    const struct leaf *leaf)
{
	struct ecs_postings *list = &set->lists[set->n];

	if (set->n == sizeof(set->lists) / sizeof(set->lists[0]))
		return true;
	memset(list, 0, sizeof(*list));
	if (!ecs_find_expanded(in, leaf, place, list)) {
		ecs_postings_fini(list);
		return false;
	}
	if (list->len == 0) {
		ecs_postings_fini(list);
		return true;
	}
	set->kinds[set->n] = leaf->kind == LEAF_NEAR ? LIST_EXACT : LIST_PREFIX;
	set->langs[set->n++] = ECS_LANG_NONE;
	return true;
}

/* "post-quantum" as the one word it may be written as. */
static size_t
join_pieces(const struct leaf *leaf, char joined[ECS_FORM_BYTES + 1])
{
	size_t len = 0;

	for (size_t i = 0; i < leaf->npieces; i++) {
		if (len + leaf->lens[i] > ECS_FORM_BYTES)
			return 0;
		memcpy(joined + len, leaf->pieces[i], leaf->lens[i]);
		len += leaf->lens[i];
	}
	joined[len] = '\0';
	return len;
}

static bool
add_name(struct match_state *in, struct list_set *set, int place,
    const struct leaf *leaf)
{
	char joined[ECS_FORM_BYTES + 1];
	size_t len = join_pieces(leaf, joined);

	if (len > 0 && !add_word(in, set, place, joined, len))
		return false;
	return add_pieces(in, set, place, leaf->pieces, leaf->lens,
	    leaf->npieces, LIST_ALTERNATE);
}

static bool
add_surface(struct match_state *in, struct list_set *set, int place,
    const struct leaf *leaf)
{
	return add_pieces(in, set, place, leaf->pieces, leaf->lens,
	    leaf->npieces, LIST_EXACT);
}

/* Every list of what was typed. */
static bool
add_typed(struct match_state *in, const struct leaf *leaf, int place,
    struct list_set *set)
{
	switch (leaf->kind) {
	case LEAF_PHRASE:
		return add_surface(in, set, place, leaf);
	case LEAF_WORD:
		return leaf->npieces == 1
		    ? add_word(in, set, place, leaf->text, leaf->len)
		    : add_name(in, set, place, leaf);
	case LEAF_PREFIX:
		return add_word(in, set, place, leaf->text, leaf->len) &&
		    add_expanded(in, set, place, leaf);
	case LEAF_PATTERN:
	case LEAF_NEAR:
		return add_expanded(in, set, place, leaf);
	case LEAF_FILTER:
		break;
	}
	return true;
}

bool
ecs_collect_lists(struct match_state *in, const struct leaf *leaf, int place,
    struct list_set *set)
{
	set->n = 0;
	for (size_t i = 0; i < sizeof(set->weights) / sizeof(float); i++)
		set->weights[i] = 1;
	return add_typed(in, leaf, place, set) &&
	    add_variants(in, set, place, (size_t)(leaf - in->tree->leaves));
}

void
ecs_list_set_fini(struct list_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		ecs_postings_fini(&set->lists[i]);
	set->n = 0;
}
