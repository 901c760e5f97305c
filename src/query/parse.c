/* SPDX-License-Identifier: ISC */
/*
 * parse - simple mode: what people type, never a syntax error.
 *
 *	word            the word in any of its forms
 *	"two words"     exactly these, side by side; one word: this form only
 *	-word -"a b"    not this
 *	word*           words that begin so
 *	post-quantum    a name of joined pieces: as one word, or its pieces side
 *	                by side
 *
 * Elided articles (l', dell') and what an apostrophe cuts off at the end ('s)
 * are not asked for.  A quote that is never closed reaches to the end.
 */
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <stdlib.h>

#include "internal.h"

struct parser {
	struct ecs_arena *arena;
	struct ecs_analyzer *analyzer;
	const char *q;
	size_t len;
	struct query_tree *tree;
	struct ecs_token *tokens;
	size_t token_room;
	struct ecs_err *err;
};

static struct leaf *
new_leaf(struct parser *in, enum leaf_kind kind, bool negative,
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
	leaf->text = text;
	leaf->len = len;
	return leaf;
}

/* Drop a leaf that turned out to hold nothing. */
static void
keep_if_filled(struct parser *in, struct leaf *leaf)
{
	if (leaf != NULL && leaf->npieces == 0)
		in->tree->n--;
	else if (leaf != NULL && !leaf->negative)
		in->tree->positive++;
}

static bool
add_piece(struct parser *in, struct leaf *leaf, const struct ecs_token *token)
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
cut(struct parser *in, size_t from, size_t to)
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

static bool
add_phrase(struct parser *in, size_t from, size_t to, bool negative)
{
	long n = cut(in, from, to);
	struct leaf *leaf;

	if (n <= 0)
		return n == 0;
	leaf = new_leaf(in, LEAF_PHRASE, negative, in->q + from, to - from);
	if (leaf == NULL)
		return true;
	for (long i = 0; i < n; i++)
		if (!add_piece(in, leaf, &in->tokens[i]))
			return false;
	keep_if_filled(in, leaf);
	return true;
}

static bool
is_space_before(const struct parser *in, size_t at)
{
	return at == 0 || strchr(" \t\r\n(", in->q[at - 1]) != NULL;
}

static bool
is_negated(const struct parser *in, size_t at)
{
	return at > 0 && in->q[at - 1] == '-' && is_space_before(in, at - 1);
}

/* Is the token before the apostrophe one that nobody asks for? */
static bool
is_elided(struct parser *in, const struct ecs_token *token)
{
	char folded[ECS_FORM_BYTES + 1];
	size_t len = ecs_fold_word(in->analyzer, in->q + token->start,
	    token->end - token->start, folded);

	return ecs_is_elision(folded, len);
}

/* One chain of joined tokens [first, last] becomes one leaf. */
static bool
add_chain(struct parser *in, const struct ecs_token *first,
    const struct ecs_token *last, bool negative)
{
	bool star = in->q[last->end] == '*';
	struct leaf *leaf;

	if (star && last > first && !add_chain(in, first, last - 1, negative))
		return false;
	if (star)
		first = last;
	leaf = new_leaf(in, star ? LEAF_PREFIX : LEAF_WORD, negative,
	    in->q + first->start, last->end - first->start);
	for (; leaf != NULL && first <= last; first++)
		if (!add_piece(in, leaf, first))
			return false;
	keep_if_filled(in, leaf);
	return true;
}

/* The end of the chain that begins at token i: apostrophes part it. */
static long
chain_end(const struct parser *in, long i, long n)
{
	while (i + 1 < n && in->tokens[i + 1].joined &&
	    !in->tokens[i + 1].apostrophe)
		i++;
	return i;
}

static bool
add_words(struct parser *in, size_t from, size_t to)
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
			negative = is_negated(in, token->start);
		if (!(apostrophe_next && last == i && is_elided(in, token)) &&
		    !tail && !add_chain(in, token, &in->tokens[last], negative))
			return false;
		i = last + 1;
	}
	return n >= 0;
}

/* Quotation marks of the EU's languages; U+201A and the like open only. */
static bool
is_quote(UChar32 c)
{
	return c == '"' || c == 0x201C || c == 0x201D || c == 0x201E ||
	    c == 0x00AB || c == 0x00BB;
}

/* The next quotation mark at or after from; its end in *after. */
static size_t
find_quote(const struct parser *in, size_t from, size_t *after)
{
	size_t i = from;

	while (i < in->len) {
		size_t at = i;
		UChar32 c;

		U8_NEXT((const uint8_t *)in->q, i, in->len, c);
		if (is_quote(c)) {
			*after = i;
			return at;
		}
	}
	*after = in->len;
	return in->len;
}

static bool
parse(struct parser *in)
{
	size_t at = 0;

	while (at < in->len) {
		size_t inside;
		size_t after;
		size_t open = find_quote(in, at, &inside);
		size_t close;

		if (!add_words(in, at, open))
			return false;
		if (open == in->len)
			return true;
		close = find_quote(in, inside, &after);
		if (!add_phrase(in, inside, close, is_negated(in, open)))
			return false;
		at = after;
	}
	return true;
}

/* The word that is still being typed matches as a beginning too. */
static void
open_last(struct parser *in)
{
	struct leaf *leaf;

	if (in->tree->n == 0)
		return;
	leaf = &in->tree->leaves[in->tree->n - 1];
	if (leaf->kind == LEAF_WORD && !leaf->negative && leaf->npieces == 1 &&
	    leaf->text + leaf->len == in->q + in->len)
		leaf->kind = LEAF_PREFIX;
}

bool
ecs_parse_simple(struct ecs_arena *arena, struct ecs_analyzer *analyzer,
    const char *q, bool prefix_last, struct query_tree *tree,
    struct ecs_err *err)
{
	struct parser in = {.arena = arena,
	    .analyzer = analyzer,
	    .q = q,
	    .len = strlen(q),
	    .tree = tree,
	    .err = err};
	bool ok;

	memset(tree, 0, sizeof(*tree));
	ok = parse(&in);
	if (ok && prefix_last)
		open_last(&in);
	free(in.tokens);
	return ok;
}

static void
describe_leaf(struct ecs_buf *buf, const struct leaf *leaf)
{
	const char *quote = leaf->kind == LEAF_PHRASE ? "\"" : "";

	if (leaf->negative)
		ecs_buf_puts(buf, "NOT ");
	ecs_buf_puts(buf, quote);
	for (size_t i = 0; i < leaf->npieces; i++) {
		if (i > 0)
			ecs_buf_putc(
			    buf, leaf->kind == LEAF_PHRASE ? ' ' : '-');
		ecs_buf_add(buf, leaf->pieces[i], leaf->lens[i]);
	}
	ecs_buf_puts(buf, quote);
	if (leaf->kind == LEAF_PREFIX)
		ecs_buf_putc(buf, '*');
}

const char *
ecs_describe_tree(struct ecs_arena *arena, const struct query_tree *tree,
    enum ecs_match match)
{
	struct ecs_buf buf = {0};
	const char *text;

	ecs_buf_puts(&buf, "");
	for (size_t i = 0; i < tree->n; i++) {
		if (i > 0)
			ecs_buf_puts(&buf,
			    match == ECS_MATCH_ANY && !tree->leaves[i].negative
				? " OR "
				: " AND ");
		describe_leaf(&buf, &tree->leaves[i]);
	}
	text = buf.failed ? "" : ecs_arena_strndup(arena, buf.data, buf.len);
	ecs_buf_fini(&buf);
	return text == NULL ? "" : text;
}
