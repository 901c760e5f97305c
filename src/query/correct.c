/* SPDX-License-Identifier: ISC */
/*
 * correct - what was probably meant, where what was typed finds too little.
 *
 *	a word nobody knows         words one or two edits away
 *	two words run together      "supplychain": supply chain, side by side
 *	one word split apart        "block chain": blockchain
 *
 * A word counts as known when a document has it in any form that the asker may
 * see; a correction must find a document that the filters let through.  So
 * nothing is told of what is hidden.  Identifiers and whatever has a digit,
 *what is quoted or negated, and a beginning with a star are left as they are.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/utf8.h>

#include "correct.h"

enum {
	FEW = 3,
	CORRECTED_LEAVES = 8, /* of one query; the rest stays as it is */
	VARIANTS = 8,         /* of one word */
	LEAST_TYPED = 3,      /* letters of a word that is looked at */
	LEAST_HALF = 3        /* letters of each of two words run together */
};

/* Of candidates alike, those this much less likely are not meant. */
static const double unlikely = 4.0;

struct corrector {
	struct correct_ask *ask;
	struct ecs_bitmap *visible[ECS_MAX_COLLECTIONS]; /* NULL: all rows */
	/* Rows that have all the known words, of those let through. */
	struct ecs_bitmap *others[ECS_MAX_COLLECTIONS];
	bool known[MAX_LEAVES];
	bool done[MAX_LEAVES];           /* corrected with its neighbour */
	const char *instead[MAX_LEAVES]; /* what it becomes; "": nothing */
	size_t corrected;
};

/* ---- what is known ---- */

static bool
find_visible(struct corrector *in)
{
	const struct correct_ask *ask = in->ask;

	for (size_t s = 0; s < ask->nsources; s++) {
		if (ask->search->embedded == NULL)
			continue;
		in->visible[s] = ecs_filter_rows(
		    ask->search->embedded, &ask->sources[s], ask->err);
		if (in->visible[s] == NULL)
			return false;
	}
	return true;
}

/* How many documents that the asker may see the leaf finds in any form. */
static uint32_t
count_seen(const struct corrector *in, size_t leaf)
{
	uint32_t seen = 0;

	for (size_t s = 0; s < in->ask->nsources; s++) {
		const struct leaf_hits *hits =
		    &in->ask->works[s].matches.hits[leaf];

		for (uint32_t i = 0; i < hits->n; i++)
			seen += in->visible[s] == NULL ||
			    ecs_bitmap_test(in->visible[s], hits->row[i]);
	}
	return seen;
}

/* Does a document that the asker may see have the very word? */
static bool
find_surface(const struct corrector *in, const struct leaf *leaf, bool *seen)
{
	const struct correct_ask *ask = in->ask;

	*seen = false;
	for (size_t s = 0; s < ask->nsources && !*seen; s++) {
		struct ecs_bitmap *rows =
		    ecs_match_surface(ask->search, &ask->sources[s],
			ask->context, leaf->pieces, leaf->lens, 1, ask->err);

		if (rows == NULL)
			return false;
		if (in->visible[s] != NULL)
			ecs_bitmap_and(rows, in->visible[s]);
		*seen = ecs_bitmap_next(rows, 0) != UINT32_MAX;
		ecs_bitmap_free(rows);
	}
	return true;
}

/*
 * A stem that some language makes of a slip may be that of another word: a few
 * documents that have only the stem do not make a word known.
 */
static bool
find_known_leaf(struct corrector *in, size_t i)
{
	const struct leaf *leaf = &in->ask->tree->leaves[i];
	uint32_t seen = count_seen(in, i);

	in->known[i] = seen > 0;
	return seen == 0 || seen >= FEW || leaf->npieces > 1 ||
	    leaf->kind != LEAF_WORD || find_surface(in, leaf, &in->known[i]);
}

static bool
find_known(struct corrector *in)
{
	const struct correct_ask *ask = in->ask;

	for (size_t s = 0; s < ask->nsources; s++) {
		in->others[s] = ecs_bitmap_copy(ask->works[s].set.rows);
		if (in->others[s] == NULL)
			return ecs_err_memory(ask->err);
	}
	for (size_t i = 0; i < ask->tree->n; i++) {
		if (!find_known_leaf(in, i))
			return false;
		for (size_t s = 0; s < ask->nsources; s++)
			if (in->known[i] && !ask->tree->leaves[i].negative)
				ecs_bitmap_and(in->others[s],
				    ask->works[s].matches.hits[i].rows);
	}
	return true;
}

static bool
is_plain(const struct corrector *in, size_t i)
{
	const struct leaf *leaf = &in->ask->tree->leaves[i];

	return ecs_leaf_counts(leaf) && !leaf->part && !leaf->hint &&
	    leaf->npieces == 1 && !leaf->has_digit &&
	    (leaf->kind == LEAF_WORD ||
		(leaf->kind == LEAF_PREFIX && leaf->text[leaf->len] != '*'));
}

/* ---- what a correction finds ---- */

/* Count what the words side by side find, and see if it goes with the rest. */
static bool
weigh(const struct corrector *in, const char *const *pieces, const size_t *lens,
    size_t n, struct candidate *candidate)
{
	const struct correct_ask *ask = in->ask;

	candidate->documents = 0;
	candidate->together = false;
	for (size_t s = 0; s < ask->nsources; s++) {
		struct ecs_bitmap *rows = ecs_match_surface(ask->search,
		    &ask->sources[s], ask->context, pieces, lens, n, ask->err);

		if (rows == NULL)
			return false;
		ecs_bitmap_and(rows, ask->works[s].set.rows);
		candidate->documents += ecs_bitmap_count(rows);
		ecs_bitmap_and(rows, in->others[s]);
		candidate->together |= ecs_bitmap_next(rows, 0) != UINT32_MAX;
		ecs_bitmap_free(rows);
	}
	return true;
}

/* Keep those of the candidates that find something, in their new order. */
static bool
weigh_all(const struct corrector *in, struct candidates *found)
{
	struct candidates kept = {.n = 0};

	for (size_t i = 0; i < found->n; i++) {
		struct candidate *candidate = &found->list[i];
		const char *piece = candidate->text;

		if (!weigh(in, &piece, &candidate->len, 1, candidate))
			return false;
		if (candidate->documents > 0)
			ecs_candidates_add(&kept, candidate);
	}
	*found = kept;
	return true;
}

static const char *
keep_text(struct corrector *in, const char *text, size_t len)
{
	const char *copy = ecs_arena_strndup(in->ask->arena, text, len);

	if (copy == NULL)
		ecs_err_memory(in->ask->err);
	return copy;
}

/* The text is one word or, parted by a space, two. */
static bool
add_variant(struct corrector *in, size_t first, size_t count,
    const struct candidate *candidate, float weight)
{
	struct ecs_arena *arena = in->ask->arena;
	const char *text = keep_text(in, candidate->text, candidate->len);
	const char **pieces = ecs_arena_alloc(arena, 2 * sizeof(*pieces));
	size_t *lens = ecs_arena_alloc(arena, 2 * sizeof(*lens));
	struct variant variant = {.kind = VARIANT_FUZZY,
	    .first = first,
	    .count = count,
	    .text = text,
	    .len = candidate->len,
	    .pieces = pieces,
	    .lens = lens,
	    .npieces = 1,
	    .weight = weight};
	const char *space;

	if (text == NULL || pieces == NULL || lens == NULL)
		return ecs_err_memory(in->ask->err);
	space = strchr(text, ' ');
	pieces[0] = text;
	lens[0] = space == NULL ? candidate->len : (size_t)(space - text);
	if (space != NULL) {
		pieces[1] = space + 1;
		lens[1] = candidate->len - lens[0] - 1;
		variant.npieces = 2;
	}
	return ecs_tree_add_variant(
		   in->ask->tree, arena, &variant, in->ask->err) != NULL;
}

/* ---- two words run together ---- */

/*
 * Each place where the word may be cut.  Only words that stand side by side
 * somewhere count, so no frequent little words are made out of anything.
 */
static bool
cut_apart(const struct corrector *in, const struct leaf *leaf,
    struct candidates *found)
{
	const char *word = leaf->pieces[0];
	size_t len = leaf->lens[0];
	size_t letters = ecs_count_characters(word, len);
	size_t before = 0;

	for (size_t i = 1; i < len && len <= ECS_FORM_BYTES; i++) {
		const char *pieces[2] = {word, word + i};
		size_t lens[2] = {i, len - i};
		struct candidate candidate = {.edits = 1, .len = len + 1};

		if (U8_IS_TRAIL((uint8_t)word[i]))
			continue;
		before = ecs_count_characters(word, i);
		if (before < LEAST_HALF || letters - before < LEAST_HALF)
			continue;
		if (!weigh(in, pieces, lens, 2, &candidate))
			return false;
		if (candidate.documents == 0)
			continue;
		memcpy(candidate.text, word, i);
		candidate.text[i] = ' ';
		memcpy(candidate.text + i + 1, word + i, len - i);
		ecs_candidate_judge(&candidate, word, len);
		ecs_candidates_add(found, &candidate);
	}
	return true;
}

/* ---- one word split apart ---- */

static bool
is_near(const struct corrector *in, size_t i)
{
	const struct leaf *leaf = &in->ask->tree->leaves[i];
	const struct leaf *next = leaf + 1;
	const char *between = leaf->text + leaf->len;

	return next->text > between &&
	    (size_t)(next->text - between) == strspn(between, " ");
}

/* Are this leaf and the next one a word that was split? */
static bool
join(struct corrector *in, size_t i)
{
	const struct leaf *leaf = &in->ask->tree->leaves[i];
	struct candidate candidate = {.edits = 1};
	const char *piece = candidate.text;

	if (i + 1 >= in->ask->tree->n || !is_plain(in, i) ||
	    !is_plain(in, i + 1) || !is_near(in, i) ||
	    (in->known[i] && in->known[i + 1] && !in->ask->nothing))
		return true;
	candidate.len = leaf[0].lens[0] + leaf[1].lens[0];
	if (candidate.len > ECS_FORM_BYTES)
		return true;
	memcpy(candidate.text, leaf[0].pieces[0], leaf[0].lens[0]);
	memcpy(candidate.text + leaf[0].lens[0], leaf[1].pieces[0],
	    leaf[1].lens[0]);
	if (!weigh(in, &piece, &candidate.len, 1, &candidate))
		return false;
	if (candidate.documents == 0)
		return true;
	in->instead[i] = keep_text(in, candidate.text, candidate.len);
	in->instead[i + 1] = "";
	in->done[i] = in->done[i + 1] = true;
	in->corrected++;
	return in->instead[i] != NULL && add_variant(in, i, 2, &candidate, 1);
}

/* ---- a word ---- */

/*
 * What a document that has the candidate is worth: how likely the slip is, and
 * how rare the word.  Of words alike a rare one comes first, which takes few of
 * the first places; a common one would leave none to the others.
 */
static float
worth(const struct corrector *in, const struct candidate *candidate,
    const struct candidate *best)
{
	double rareness;
	double all = 1;

	for (size_t s = 0; s < in->ask->nsources; s++)
		all += ecs_table_rows(in->ask->sources[s].table);
	rareness = log(1 + all / candidate->documents) / log(1 + all);
	return (float)(exp(candidate->slip - best->slip) * rareness * rareness *
	    rareness);
}

/* The likeliest, and what is hardly less likely. */
static bool
take_best(struct corrector *in, size_t i, const struct candidates *found)
{
	const struct candidate *best = &found->list[0];

	in->instead[i] = keep_text(in, best->text, best->len);
	if (in->instead[i] == NULL)
		return false;
	in->corrected++;
	for (size_t c = 0; c < found->n && c < VARIANTS; c++) {
		const struct candidate *candidate = &found->list[c];

		if (candidate->edits != best->edits ||
		    candidate->together != best->together ||
		    candidate->slip < best->slip - unlikely)
			break;
		if (!add_variant(
			in, i, 1, candidate, worth(in, candidate, best)))
			return false;
	}
	return true;
}

static bool
correct_leaf(struct corrector *in, size_t i)
{
	const struct leaf *leaf = &in->ask->tree->leaves[i];
	struct candidates found = {.n = 0};

	if (in->done[i] || in->known[i] || !is_plain(in, i) ||
	    ecs_count_characters(leaf->pieces[0], leaf->lens[0]) < LEAST_TYPED)
		return true;
	ecs_candidates_find(in->ask, leaf->pieces[0], leaf->lens[0], &found);
	if (!weigh_all(in, &found) || !cut_apart(in, leaf, &found))
		return false;
	return found.n == 0 || take_best(in, i, &found);
}

/* The query with what was corrected in the place of what was typed. */
static bool
write_query(const struct corrector *in, const char **corrected)
{
	const struct query_tree *tree = in->ask->tree;
	const char *q = tree->q;
	struct ecs_buf buf = {0};
	const char *from = q;

	for (size_t i = 0; i < tree->n; i++) {
		const struct leaf *leaf = &tree->leaves[i];

		if (in->instead[i] == NULL)
			continue;
		if (in->instead[i][0] != '\0')
			ecs_buf_add(&buf, from, (size_t)(leaf->text - from));
		ecs_buf_puts(&buf, in->instead[i]);
		from = leaf->text + leaf->len;
	}
	ecs_buf_puts(&buf, from);
	*corrected = buf.failed
	    ? NULL
	    : ecs_arena_strndup(in->ask->arena, buf.data, buf.len);
	ecs_buf_fini(&buf);
	return *corrected != NULL || ecs_err_memory(in->ask->err);
}

static bool
correct(struct corrector *in)
{
	size_t n = in->ask->tree->n;

	if (!find_visible(in) || !find_known(in))
		return false;
	for (size_t i = 0; i < n && in->corrected < CORRECTED_LEAVES; i++)
		if (!in->done[i] && !join(in, i))
			return false;
	for (size_t i = 0; i < n && in->corrected < CORRECTED_LEAVES; i++)
		if (!correct_leaf(in, i))
			return false;
	return true;
}

bool
ecs_correct(struct correct_ask *ask, const char **corrected)
{
	struct corrector *in = calloc(1, sizeof(*in));
	bool ok;

	if (in == NULL)
		return ecs_err_memory(ask->err);
	in->ask = ask;
	ok = correct(in) && (in->corrected == 0 || write_query(in, corrected));
	for (size_t s = 0; s < ECS_MAX_COLLECTIONS; s++) {
		ecs_bitmap_free(in->visible[s]);
		ecs_bitmap_free(in->others[s]);
	}
	free(in);
	return ok;
}
