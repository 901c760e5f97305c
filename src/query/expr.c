/* SPDX-License-Identifier: ISC */
/*
 * expr - what expert mode asks of the leaves, row by row and in words.
 */
#include "internal.h"

static struct ecs_bitmap *
leaf_rows(const struct expr *expr, const struct matches *matches,
    const struct ecs_source *source, struct ecs_err *err)
{
	const struct ecs_bitmap *found = matches->hits[expr->leaf].rows;
	struct ecs_bitmap *rows = found == NULL
	    ? ecs_bitmap_new(ecs_table_limit(source->table))
	    : ecs_bitmap_copy(found);

	if (rows == NULL)
		ecs_err_memory(err);
	return rows;
}

static struct ecs_bitmap *
other_rows(const struct expr *expr, const struct matches *matches,
    const struct ecs_source *source, struct ecs_err *err)
{
	struct ecs_bitmap *child =
	    ecs_expr_rows(expr->children[0], matches, source, err);
	struct ecs_bitmap *rows;

	if (child == NULL)
		return NULL;
	rows = ecs_bitmap_copy(ecs_table_live(source->table));
	if (rows == NULL)
		ecs_err_memory(err);
	else
		ecs_bitmap_andnot(rows, child);
	ecs_bitmap_free(child);
	return rows;
}

struct ecs_bitmap *
ecs_expr_rows(const struct expr *expr, const struct matches *matches,
    const struct ecs_source *source, struct ecs_err *err)
{
	struct ecs_bitmap *rows;

	if (expr->kind == EXPR_LEAF)
		return leaf_rows(expr, matches, source, err);
	if (expr->kind == EXPR_NOT)
		return other_rows(expr, matches, source, err);
	rows = ecs_expr_rows(expr->children[0], matches, source, err);
	for (size_t i = 1; rows != NULL && i < expr->nchildren; i++) {
		struct ecs_bitmap *child =
		    ecs_expr_rows(expr->children[i], matches, source, err);

		if (child == NULL) {
			ecs_bitmap_free(rows);
			return NULL;
		}
		if (expr->kind == EXPR_AND)
			ecs_bitmap_and(rows, child);
		else
			ecs_bitmap_or(rows, child);
		ecs_bitmap_free(child);
	}
	return rows;
}

static void
describe_child(
    const struct query_tree *tree, const struct expr *expr, struct ecs_buf *buf)
{
	bool bare = expr->kind == EXPR_LEAF;

	if (!bare)
		ecs_buf_putc(buf, '(');
	ecs_expr_describe(tree, expr, buf);
	if (!bare)
		ecs_buf_putc(buf, ')');
}

void
ecs_expr_describe(
    const struct query_tree *tree, const struct expr *expr, struct ecs_buf *buf)
{
	if (expr->kind == EXPR_LEAF) {
		ecs_describe_leaf(buf, &tree->leaves[expr->leaf]);
		return;
	}
	if (expr->kind == EXPR_NOT)
		ecs_buf_puts(buf, "NOT ");
	for (size_t i = 0; i < expr->nchildren; i++) {
		if (i > 0)
			ecs_buf_puts(
			    buf, expr->kind == EXPR_AND ? " AND " : " OR ");
		describe_child(tree, expr->children[i], buf);
	}
}
