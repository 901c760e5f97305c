/* SPDX-License-Identifier: ISC */
/*
 * leaves - words and phrases as leaves of a query, in either mode.
 *
 * A chain of tokens joined by - . / and the like is one leaf; apostrophes part
 * it.  Elided articles (l', dell') and what an apostrophe cuts off at the end
 * ('s) are not asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

struct leaf *
ecs_leaves_new(struct leaf_maker *in, enum leaf_kind kind, bool negative,
    const char *text, size_t len)
{
	struct leaf *leaf;

	if (in->tree->n == MAX_LEAVES) {
		in->tree->truncated = true;
		return NULL;
	}
	leaf = &in->tree->leaves[in->tree->n++];
	memset(leaf, 0, sizeof(*leaf));
	leaf->kind = kind;
	leaf->negative = negative;
	leaf->boost = 1;
	leaf->text = text;
	leaf->len = len;
	return leaf;
}

/* Drop a leaf that turned out to hold nothing. */
static void
keep_if_filled(struct leaf_maker *in, struct leaf *leaf)
{
	if (leaf != NULL && leaf->npieces == 0)
		in->tree->n--;
	else if (leaf != NULL && !leaf->negative)
		in->tree->positive++;
}

static bool
add_piece(
    struct leaf_maker *in, struct leaf *leaf, const struct ecs_token *token)
{
	char folded[ECS_FORM_BYTES + 1];
	size_t len = ecs_fold_word(in->analyzer, in->q + token->start,
	    token->end - token->start, folded);

	if (len == 0)
		return true;
	if (leaf->npieces == MAX_PIECES) {
		in->tree->truncated = true;
		return true;
	}
	leaf->pieces[leaf->npieces] = ecs_arena_strndup(in->arena, folded, len);
	if (leaf->pieces[leaf->npieces] == NULL)
		return ecs_err_memory(in->err);
	leaf->lens[leaf->npieces++] = len;
	leaf->has_digit |= token->has_digit;
	return true;
}

/* Cut q[from, to) into tokens with offsets from the start of q. */
static long
cut(struct leaf_maker *in, size_t from, size_t to)
{
	long n =
	    ecs_text_cut(in->q + from, to - from, &in->tokens, &in->token_room);

	for (long i = 0; i < n; i++) {
		in->tokens[i].start += (uint32_t)from;
		in->tokens[i].end += (uint32_t)from;
	}
	if (n < 0)
		ecs_err_memory(in->err);
	return n;
}

bool
ecs_leaves_add_phrase(
    struct leaf_maker *in, size_t from, size_t to, bool negative)
{
	long n = cut(in, from, to);
	struct leaf *leaf;

	if (n <= 0)
		return n == 0;
	leaf =
	    ecs_leaves_new(in, LEAF_PHRASE, negative, in->q + from, to - from);
	if (leaf == NULL)
		return true;
	for (long i = 0; i < n; i++)
		if (!add_piece(in, leaf, &in->tokens[i]))
			return false;
	keep_if_filled(in, leaf);
	return true;
}

static bool
is_space_before(const struct leaf_maker *in, size_t at)
{
	return at == 0 || strchr(" \t\r\n(", in->q[at - 1]) != NULL;
}

bool
ecs_leaves_is_negated(const struct leaf_maker *in, size_t at)
{
	return at > 0 && in->q[at - 1] == '-' && is_space_before(in, at - 1);
}

/* Is the token before the apostrophe one that nobody asks for? */
static bool
is_elided(struct leaf_maker *in, const struct ecs_token *token)
{
	char folded[ECS_FORM_BYTES + 1];
	size_t len = ecs_fold_word(in->analyzer, in->q + token->start,
	    token->end - token->start, folded);

	return ecs_is_elision(folded, len);
}

/* Pieces this short say nothing without the rest of their name. */
enum { SHORTEST_PART = 3 };

/*
 * The pieces of a name (bodhisattva-vow) as leaves of their own.  Those of an
 * identifier are nothing without the rest.
 */
static bool
add_parts(struct leaf_maker *in, const struct ecs_token *first,
    const struct ecs_token *last)
{
	for (const struct ecs_token *at = first; at <= last; at++)
		if (at->has_digit)
			return true;
	for (; first < last + 1; first++) {
		struct leaf *leaf;

		if (first->end - first->start < SHORTEST_PART)
			continue;
		leaf = ecs_leaves_new(in, LEAF_WORD, false,
		    in->q + first->start, first->end - first->start);
		if (leaf != NULL && !add_piece(in, leaf, first))
			return false;
		if (leaf != NULL && leaf->npieces == 0)
			in->tree->n--;
		else if (leaf != NULL)
			leaf->part = true;
	}
	return true;
}

/* One chain of joined tokens [first, last] becomes one leaf. */
static bool
add_chain(struct leaf_maker *in, const struct ecs_token *first,
    const struct ecs_token *last, bool negative)
{
	bool star = in->q[last->end] == '*';
	struct leaf *leaf;

	if (star && last > first && !add_chain(in, first, last - 1, negative))
		return false;
	if (star)
		first = last;
	leaf = ecs_leaves_new(in, star ? LEAF_PREFIX : LEAF_WORD, negative,
	    in->q + first->start, last->end - first->start);
	for (const struct ecs_token *at = first; leaf != NULL && at <= last;
	     at++)
		if (!add_piece(in, leaf, at))
			return false;
	keep_if_filled(in, leaf);
	return negative || in->whole || first == last ||
	    add_parts(in, first, last);
}

/* The end of the chain that begins at token i: apostrophes part it. */
static long
chain_end(const struct leaf_maker *in, long i, long n)
{
	while (i + 1 < n && in->tokens[i + 1].joined &&
	    !in->tokens[i + 1].apostrophe)
		i++;
	return i;
}

bool
ecs_leaves_add_words(struct leaf_maker *in, size_t from, size_t to)
{
	long n = cut(in, from, to);
	bool negative = false;

	for (long i = 0; i < n;) {
		long last = chain_end(in, i, n);
		const struct ecs_token *token = &in->tokens[i];
		bool apostrophe_next = last + 1 < n &&
		    in->tokens[last + 1].joined &&
		    in->tokens[last + 1].apostrophe;
		bool tail = token->joined && token->apostrophe &&
		    token->end - token->start == 1;

		/* -l'energia: the sign is that of all the apostrophes part. */
		if (!(token->joined && token->apostrophe))
			negative = ecs_leaves_is_negated(in, token->start);
		if (!(apostrophe_next && last == i && is_elided(in, token)) &&
		    !tail && !add_chain(in, token, &in->tokens[last], negative))
			return false;
		i = last + 1;
	}
	return n >= 0;
}

void
ecs_leaves_fini(struct leaf_maker *in)
{
	free(in->tokens);
	in->tokens = NULL;
	in->token_room = 0;
}
