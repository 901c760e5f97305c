/* SPDX-License-Identifier: ISC */
/*
 * expert_build - from what was written in expert mode to leaves and an
 * expression over them.
 *
 * Here words are folded.  What folding leaves nothing of (a lone accent) asks
 * for nothing, as in simple mode.
 */
#include <string.h>

#include "expert.h"

/* Of weights in each other: scores stay numbers. */
#define MOST_BOOST 10000.0f

struct builder {
	struct leaf_maker maker;
	struct query_tree *tree;
};

/* What holds for a node and all below it. */
struct context {
	bool negative;
	float boost;
};

static bool build(struct builder *in, const struct expert_node *node,
    struct context context, struct expr **expr);

static void *
take_memory(struct builder *in, size_t size)
{
	void *memory = ecs_arena_alloc(in->maker.arena, size);

	if (memory == NULL)
		ecs_err_memory(in->maker.err);
	return memory;
}

static struct expr *
new_expr(struct builder *in, enum expr_kind kind, size_t room)
{
	struct expr *expr = take_memory(in, sizeof(*expr));

	if (expr == NULL)
		return NULL;
	expr->kind = kind;
	if (room > 0)
		expr->children = take_memory(in, room * sizeof(struct expr *));
	return room == 0 || expr->children != NULL ? expr : NULL;
}

/* ---- patterns ---- */

/* Fold the letters of q[from, to), leaving * and ? as they are. */
static bool
fold_pattern(struct builder *in, size_t from, size_t to, struct leaf *leaf)
{
	const char *q = in->maker.q;
	char folded[ECS_FORM_BYTES + 1];
	/* At most every second byte begins letters, which fold to 64. */
	char *pattern =
	    take_memory(in, ((to - from) / 2 + 1) * (ECS_FORM_BYTES + 1) + 1);
	size_t len = 0;

	if (pattern == NULL)
		return false;
	while (from < to) {
		size_t letters = strcspn(q + from, "*?");

		if (letters > to - from)
			letters = to - from;
		if (letters == 0) {
			pattern[len++] = q[from++];
			continue;
		}
		letters = ecs_fold_word(
		    in->maker.analyzer, q + from, letters, folded);
		memcpy(pattern + len, folded, letters);
		len += letters;
		letters = strcspn(q + from, "*?");
		from += letters > to - from ? to - from : letters;
	}
	leaf->pieces[0] = pattern;
	leaf->lens[0] = len;
	leaf->npieces = 1;
	return true;
}

/* A leaf for one part of a pattern. */
static bool
add_part(struct leaf_maker *maker, struct builder *in, size_t from, size_t to)
{
	struct leaf *leaf = ecs_leaves_new(
	    maker, LEAF_PATTERN, false, maker->q + from, to - from);

	return leaf == NULL || fold_pattern(in, from, to, leaf);
}

/* ---- NEAR ---- */

/* The longest of an operand's alternatives, in words. */
static uint32_t
longest(const struct near_operand *operand)
{
	size_t most = 1;

	for (size_t i = 0; i < operand->n; i++)
		if (operand->leaves[i].npieces > most)
			most = operand->leaves[i].npieces;
	return (uint32_t)most;
}

/*
 * Add the alternatives of an operand.  Words that an apostrophe parts stand
 * side by side and are no alternatives: they become a phrase.
 */
static bool
add_alternatives(struct builder *in, struct leaf_maker *maker,
    const struct expert_node *node)
{
	struct query_tree *tree = maker->tree;
	size_t before = tree->n;

	switch (node->kind) {
	case EXPERT_PATTERN:
		return add_part(maker, in, node->from, node->to);
	case EXPERT_PHRASE:
		return ecs_leaves_add_phrase(
		    maker, node->from, node->to, false);
	case EXPERT_WORDS:
		if (!ecs_leaves_add_words(maker, node->from, node->to))
			return false;
		if (tree->n == before + 1)
			return true;
		tree->n = before;
		return ecs_leaves_add_phrase(
		    maker, node->from, node->to, false);
	default:
		for (size_t i = 0; i < node->nchildren; i++)
			if (!add_alternatives(in, maker, node->children[i]))
				return false;
		return true;
	}
}

static bool
add_operand(struct builder *in, const struct expert_node *node,
    struct near_operand *operand)
{
	struct leaf_maker maker = in->maker;
	bool ok;

	/* Leaves of their own: they are not asked for apart. */
	maker.tree = take_memory(in, sizeof(*maker.tree));
	if (maker.tree == NULL)
		return false;
	maker.tokens = NULL;
	maker.token_room = 0;
	ok = add_alternatives(in, &maker, node);
	ecs_leaves_fini(&maker);
	operand->leaves = maker.tree->leaves;
	operand->n = maker.tree->n;
	return ok;
}

static bool
build_near(struct builder *in, const struct expert_node *node)
{
	struct leaf *leaf = ecs_leaves_new(&in->maker, LEAF_NEAR, false,
	    in->maker.q + node->at, node->to - node->at);

	if (leaf == NULL)
		return true;
	leaf->operands =
	    take_memory(in, node->nchildren * sizeof(*leaf->operands));
	if (leaf->operands == NULL)
		return false;
	leaf->noperands = node->nchildren;
	leaf->ordered = node->ordered;
	leaf->distance = node->distance;
	leaf->window = 1;
	for (size_t i = 0; i < node->nchildren; i++) {
		struct near_operand *operand = &leaf->operands[i];

		if (!add_operand(in, node->children[i], operand))
			return false;
		leaf->window += longest(operand) - 1;
		leaf->window += i > 0 ? node->distance : 0;
	}
	return true;
}

/* "post-quant*": the parts of a pattern stand side by side. */
static bool
build_parts(struct builder *in, const struct expert_node *node)
{
	struct near_operand operands[MAX_NEAR] = {{0}};
	struct leaf *leaf;
	size_t n = 0;
	size_t from;
	size_t at = node->from;
	bool letters;

	while (n < MAX_NEAR &&
	    ecs_expert_part(in->maker.q, &from, &at, node->to, &letters)) {
		struct expert_node part = {
		    .kind = EXPERT_PATTERN, .from = from, .to = at};

		if (!add_operand(in, &part, &operands[n++]))
			return false;
	}
	if (n == 1)
		return add_part(&in->maker, in, node->from, node->to);
	leaf = ecs_leaves_new(&in->maker, LEAF_NEAR, false,
	    in->maker.q + node->at, node->to - node->at);
	if (leaf == NULL)
		return true;
	leaf->operands = take_memory(in, n * sizeof(*operands));
	if (leaf->operands == NULL)
		return false;
	memcpy(leaf->operands, operands, n * sizeof(*operands));
	leaf->noperands = n;
	leaf->ordered = true;
	leaf->distance = 1;
	leaf->window = (uint32_t)n;
	return true;
}

/* ---- leaves ---- */

static bool
add_leaves(struct builder *in, const struct expert_node *node)
{
	struct leaf *leaf;

	switch (node->kind) {
	case EXPERT_WORDS:
		return ecs_leaves_add_words(&in->maker, node->from, node->to);
	case EXPERT_PHRASE:
		return ecs_leaves_add_phrase(
		    &in->maker, node->from, node->to, false);
	case EXPERT_PATTERN:
		return build_parts(in, node);
	case EXPERT_NEAR:
		return build_near(in, node);
	default:
		leaf = ecs_leaves_new(&in->maker, LEAF_FILTER, false,
		    in->maker.q + node->from, node->to - node->from);
		if (leaf != NULL)
			leaf->filter = node->filter;
		return true;
	}
}

/* The leaves of a node that stands for itself; a run may have several. */
static bool
build_leaves(struct builder *in, const struct expert_node *node,
    struct context context, struct expr **expr)
{
	struct query_tree *tree = in->tree;
	size_t first = tree->n;
	size_t n;

	if (!add_leaves(in, node))
		return false;
	n = tree->n - first;
	*expr = n == 0 ? NULL : new_expr(in, EXPR_AND, n);
	for (size_t i = 0; i < n && *expr != NULL; i++) {
		struct leaf *leaf = &tree->leaves[first + i];
		struct expr *child = new_expr(in, EXPR_LEAF, 0);

		leaf->negative = context.negative;
		leaf->boost = context.boost;
		leaf->field = leaf->kind == LEAF_FILTER ? NULL : node->field;
		leaf->apart = i == 0 && node->apart;
		if (child == NULL)
			return false;
		child->leaf = first + i;
		(*expr)->children[(*expr)->nchildren++] = child;
	}
	if (n == 1 && *expr != NULL)
		*expr = (*expr)->children[0];
	return n == 0 || *expr != NULL;
}

/* ---- operators ---- */

static bool
build_list(struct builder *in, const struct expert_node *node,
    struct context context, struct expr **expr)
{
	enum expr_kind kind = node->kind == EXPERT_AND ? EXPR_AND
	    : node->kind == EXPERT_OR                  ? EXPR_OR
						       : EXPR_NOT;

	context.negative ^= kind == EXPR_NOT;
	*expr = new_expr(in, kind, node->nchildren);
	for (size_t i = 0; i < node->nchildren; i++) {
		struct expr *child;

		if (*expr == NULL ||
		    !build(in, node->children[i], context, &child))
			return false;
		if (child != NULL)
			(*expr)->children[(*expr)->nchildren++] = child;
	}
	if ((*expr)->nchildren == 0)
		*expr = NULL;
	else if ((*expr)->nchildren == 1 && kind != EXPR_NOT)
		*expr = (*expr)->children[0];
	return true;
}

/* *expr is NULL where nothing is asked for. */
static bool
build(struct builder *in, const struct expert_node *node,
    struct context context, struct expr **expr)
{
	context.boost *= node->boost;
	if (context.boost > MOST_BOOST)
		context.boost = MOST_BOOST;
	switch (node->kind) {
	case EXPERT_AND:
	case EXPERT_OR:
	case EXPERT_NOT:
		return build_list(in, node, context, expr);
	default:
		return build_leaves(in, node, context, expr);
	}
}

static void
count_leaves(struct query_tree *tree)
{
	tree->positive = 0;
	for (size_t i = 0; i < tree->n; i++) {
		const struct leaf *leaf = &tree->leaves[i];

		tree->positive += !leaf->negative && leaf->kind != LEAF_FILTER;
		tree->apart |= leaf->negative || leaf->kind != LEAF_WORD ||
		    leaf->field != NULL || (i > 0 && leaf->apart);
	}
}

bool
ecs_expert_build(struct ecs_arena *arena, struct ecs_analyzer *analyzer,
    const char *q, const struct expert_node *node, struct query_tree *tree,
    struct ecs_err *err)
{
	struct builder in = {.maker = {.arena = arena,
				 .analyzer = analyzer,
				 .q = q,
				 .len = strlen(q),
				 .tree = tree,
				 .whole = true,
				 .err = err},
	    .tree = tree};
	struct expr *expr = NULL;
	bool ok;

	memset(tree, 0, sizeof(*tree));
	tree->q = q;
	ok = build(&in, node, (struct context){.boost = 1}, &expr);
	tree->expr = expr;
	count_leaves(tree);
	ecs_leaves_fini(&in.maker);
	return ok;
}
