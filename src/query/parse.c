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
 * A quote that is never closed reaches to the end.
 */
#include <string.h>

#include <unicode/utf8.h>

#include "internal.h"

/* Quotation marks of the EU's languages; U+201A and the like open only. */
bool
ecs_is_quote(int32_t c)
{
	return c == '"' || c == 0x201C || c == 0x201D || c == 0x201E ||
	    c == 0x00AB || c == 0x00BB;
}

/* The next quotation mark at or after from; its end in *after. */
static size_t
find_quote(const struct leaf_maker *in, size_t from, size_t *after)
{
	size_t i = from;

	while (i < in->len) {
		size_t at = i;
		UChar32 c;

		U8_NEXT((const uint8_t *)in->q, i, in->len, c);
		if (ecs_is_quote(c)) {
			*after = i;
			return at;
		}
	}
	*after = in->len;
	return in->len;
}

static bool
parse(struct leaf_maker *in)
{
	size_t at = 0;

	while (at < in->len) {
		size_t inside;
		size_t after;
		size_t open = find_quote(in, at, &inside);
		size_t close;

		if (!ecs_leaves_add_words(in, at, open))
			return false;
		if (open == in->len)
			return true;
		close = find_quote(in, inside, &after);
		if (!ecs_leaves_add_phrase(
			in, inside, close, ecs_leaves_is_negated(in, open)))
			return false;
		at = after;
	}
	return true;
}

static bool
is_one_letter(const struct leaf *leaf)
{
	size_t at = 0;

	U8_FWD_1_UNSAFE((const uint8_t *)leaf->pieces[0], at);
	return at == leaf->lens[0];
}

/*
 * The word that is still being typed matches as a beginning too.  One letter
 * after other words says hardly what is meant, and in a long text some word
 * begins with it: it waits for the next and narrows nothing yet.
 */
static void
open_last(struct leaf_maker *in)
{
	struct leaf *leaf;

	if (in->tree->n == 0)
		return;
	leaf = &in->tree->leaves[in->tree->n - 1];
	if (leaf->kind != LEAF_WORD || leaf->negative || leaf->npieces != 1 ||
	    leaf->part || leaf->text + leaf->len != in->q + in->len)
		return;
	if (is_one_letter(leaf) && in->tree->positive > 1) {
		leaf->hint = true;
		in->tree->positive--;
	} else {
		leaf->kind = LEAF_PREFIX;
		leaf->open = true;
	}
}

bool
ecs_parse_simple(struct ecs_arena *arena, struct ecs_analyzer *analyzer,
    const char *q, bool prefix_last, struct query_tree *tree,
    struct ecs_err *err)
{
	struct leaf_maker in = {.arena = arena,
	    .analyzer = analyzer,
	    .q = q,
	    .len = strlen(q),
	    .tree = tree,
	    .err = err};
	bool ok;

	memset(tree, 0, sizeof(*tree));
	tree->q = q;
	ok = parse(&in);
	if (ok && prefix_last)
		open_last(&in);
	ecs_leaves_fini(&in);
	return ok;
}

static void
describe_pieces(struct ecs_buf *buf, const struct leaf *leaf)
{
	const char *quote = leaf->kind == LEAF_PHRASE ? "\"" : "";

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

static void
describe_near(struct ecs_buf *buf, const struct leaf *leaf)
{
	for (size_t i = 0; i < leaf->noperands; i++) {
		const struct near_operand *operand = &leaf->operands[i];

		if (i > 0)
			ecs_buf_printf(buf, " %s/%u ",
			    leaf->ordered ? "ADJ" : "NEAR",
			    (unsigned)leaf->distance);
		if (operand->n > 1)
			ecs_buf_putc(buf, '(');
		for (size_t k = 0; k < operand->n; k++) {
			if (k > 0)
				ecs_buf_puts(buf, " OR ");
			describe_pieces(buf, &operand->leaves[k]);
		}
		if (operand->n > 1)
			ecs_buf_putc(buf, ')');
	}
}

void
ecs_describe_leaf(struct ecs_buf *buf, const struct leaf *leaf)
{
	const char *quote = "";

	if (leaf->field != NULL)
		ecs_buf_printf(buf, "%s:", leaf->field);
	switch (leaf->kind) {
	case LEAF_WORD:
	case LEAF_PHRASE:
	case LEAF_PREFIX:
	case LEAF_PATTERN:
		describe_pieces(buf, leaf);
		break;
	case LEAF_NEAR:
		ecs_buf_putc(buf, '(');
		describe_near(buf, leaf);
		ecs_buf_putc(buf, ')');
		break;
	case LEAF_FILTER:
		if (memchr(leaf->text, ' ', leaf->len) != NULL)
			quote = "\"";
		ecs_buf_printf(buf, "%s:%s%.*s%s", leaf->filter->field, quote,
		    (int)leaf->len, leaf->text, quote);
		break;
	}
	if (leaf->boost < 1 || leaf->boost > 1)
		ecs_buf_printf(buf, "^%g", (double)leaf->boost);
}

const char *
ecs_describe_tree(struct ecs_arena *arena, const struct query_tree *tree,
    enum ecs_match match)
{
	struct ecs_buf buf = {0};
	const char *text;

	ecs_buf_puts(&buf, "");
	if (tree->expr != NULL)
		ecs_expr_describe(tree, tree->expr, &buf);
	for (size_t i = 0; tree->expr == NULL && i < tree->n; i++) {
		if (tree->leaves[i].stop || tree->leaves[i].part ||
		    tree->leaves[i].hint)
			continue;
		if (buf.len > 0)
			ecs_buf_puts(&buf,
			    match == ECS_MATCH_ANY && !tree->leaves[i].negative
				? " OR "
				: " AND ");
		if (tree->leaves[i].negative)
			ecs_buf_puts(&buf, "NOT ");
		ecs_describe_leaf(&buf, &tree->leaves[i]);
	}
	text = buf.failed ? "" : ecs_arena_strndup(arena, buf.data, buf.len);
	ecs_buf_fini(&buf);
	return text == NULL ? "" : text;
}
